//! Reminders on their way out: takes what is due, sends it, says what became of it.
//!
//! **At least once to the service, once to the person.** A row is taken under a lease, sent, settled in one commit with
//! its neighbours. Killed in between, the lease runs out and the same message goes again, under the same name: a push
//! service keeps one message of a topic, a phone one notification of a tag, a mailbox one message of an id.

mod mail;
mod push;
mod resolve;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use rekindle_domain::Stamp;
use rekindle_store::{Change, Remind, Store, StoreError, Taken, Way};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::clock::WallClock;
pub(crate) use mail::Mailer;
pub(crate) use push::Pusher;

/// How often somebody looks whether anything is due.
const LOOKS: Duration = Duration::from_secs(15);
/// Taken in one go.
const ROUND: u32 = 128;
/// Sent side by side, each over a line that others of the round use again.
const AT_A_TIME: usize = 32;
/// Longer than a round can take: four turns of [`PATIENCE`].
const LEASE: i64 = 90 * Stamp::SECOND;
/// Usually so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);

/// What became of one message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fate {
    Sent,
    /// The other side does not know this address, and will not.
    Unknown,
    /// Not now: a service that is busy or away, perhaps with the seconds it asks for.
    Later(Option<i64>),
    /// It will not get better by trying again.
    Refused,
}

/// Whoever sends.
pub(crate) struct Sender {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) push: Option<Pusher>,
    pub(crate) mail: Option<Mailer>,
    /// How long one message may take, from the name to the answer.
    pub(crate) patience: Duration,
}

impl Sender {
    /// Looks again and again until told to stop.
    pub(crate) async fn run(self: Arc<Self>, mut stopped: watch::Receiver<bool>) {
        let mut well = true;
        loop {
            let done = self.all_due().await;
            if let Err(error) = &done
                && well
            {
                eprintln!("reminders: {error}");
            }
            well = done.is_ok();
            tokio::select! {
                () = tokio::time::sleep(LOOKS) => {}
                _ = stopped.changed() => return,
            }
        }
    }

    async fn all_due(self: &Arc<Self>) -> Result<(), StoreError> {
        while self.round(WallClock.stamp()).await? > 0 {}
        Ok(())
    }

    /// Sends one round of what is due at `now`, and says how many there were. What is in doubt afterwards is due again
    /// when its lease ends.
    pub(crate) async fn round(self: &Arc<Self>, now: Stamp) -> Result<usize, StoreError> {
        let taken = self.store.take_due(now, now.plus(LEASE), ROUND).await?;
        let count = taken.len();
        let lines = Arc::new(push::Lines::default());
        let turns = Arc::new(Semaphore::new(AT_A_TIME));
        let mut sending = JoinSet::new();
        for taken in taken {
            let (me, lines, turns) = (Arc::clone(self), Arc::clone(&lines), Arc::clone(&turns));
            sending.spawn(async move {
                let _turn = turns.acquire().await;
                let fate = me.send(&lines, &taken, now).await;
                settlement(&taken, fate, now)
            });
        }
        while let Some(first) = sending.join_next().await {
            // Whatever else has come back meanwhile goes into the same commit.
            let mut settled = first.unwrap_or_default();
            while let Some(next) = sending.try_join_next() {
                settled.extend(next.unwrap_or_default());
            }
            let changes = settled.into_iter().map(Change::Remind).collect();
            let _ = self.store.commit(changes).await?;
        }
        Ok(count)
    }

    async fn send(&self, lines: &push::Lines, taken: &Taken, now: Stamp) -> Fate {
        let sending = async {
            match (taken.way, &self.push, &self.mail) {
                (Way::Push, Some(push), _) => push.send(lines, taken, now).await,
                (Way::Mail, _, Some(mail)) => mail.send(taken).await,
                // Turned off since: it may be on again before this one's time is over.
                (Way::Push, None, _) | (Way::Mail, _, None) => Fate::Later(None),
            }
        };
        tokio::time::timeout(self.patience, sending)
            .await
            .unwrap_or(Fate::Later(None))
    }
}

/// What is kept of it.
fn settlement(taken: &Taken, fate: Fate, now: Stamp) -> Vec<Remind> {
    let (person, id) = (taken.due.person, taken.due.address);
    match (fate, taken.way) {
        (Fate::Sent | Fate::Refused, _) => vec![taken.done()],
        (Fate::Unknown, Way::Push) => vec![Remind::DropAddress { person, id }],
        (Fate::Unknown, Way::Mail) => vec![taken.done(), Remind::RefuseAddress { person, id }],
        (Fate::Later(asked), _) => {
            let next = now.plus(pause(taken.tries, asked));
            if next > taken.due.until {
                vec![taken.done()]
            } else {
                vec![taken.again(next)]
            }
        }
    }
}

/// Longer each time, and at least as long as was asked for.
fn pause(tries: u32, asked: Option<i64>) -> i64 {
    let own = match tries {
        0 => Stamp::MINUTE,
        1 => 5 * Stamp::MINUTE,
        2 => 15 * Stamp::MINUTE,
        _ => 45 * Stamp::MINUTE,
    };
    let asked = asked.unwrap_or(0).clamp(0, 24 * 60 * 60) * Stamp::SECOND;
    own.max(asked)
}
