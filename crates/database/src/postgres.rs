//! PostgreSQL, or an engine that speaks its protocol: each commit is a transaction of its own, and the engine shares
//! the flushes. Announcements travel in a commit of their own that waits for no disk: inside the act's transaction
//! they would cost four fifths of the rate, and one that is lost only delays.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rekindle_domain::{OwnerId, StreamId};
use rekindle_store::{Change, Outcome, Place, StoreError};
use sqlx::any::AnyConnectOptions;
use sqlx::postgres::{PgConnection, PgListener};
use sqlx::{ConnectOptions, Connection, Executor, Row};
use tokio::sync::mpsc;

use crate::apply::{Tap, apply, is_one_step};
use crate::fault::{conflict, fault, try_again};
use crate::lines::Lines;

/// Connections of one process.
const MOST: usize = 16;
/// A connection that rested longer than this is asked whether it still lives before it is used.
const RESTED: Duration = Duration::from_secs(5);
/// How often a commit is tried that lost against another one.
const TRIES: u32 = 10;
/// Announcements waiting at most; more are dropped, and those phones see the news at their next look.
const WAITING: usize = 1024;
const CHANNEL: &str = "rekindle";
/// Acknowledged means durable (K21), whatever the server or the database was told for others.
const DURABLE: &[&str] = &["SELECT set_config('synchronous_commit', 'on', false) \
    WHERE current_setting('synchronous_commit') = 'off'"];

pub(crate) fn lines(url: &str) -> Result<Lines, StoreError> {
    let options: AnyConnectOptions = url.parse().map_err(|e| fault(&e))?;
    let options = options.disable_statement_logging();
    Ok(Lines::new(options, DURABLE, Some(RESTED), MOST))
}

pub(crate) async fn commit(lines: &Lines, changes: &[Change]) -> Result<Outcome, StoreError> {
    let mut tried = 0;
    loop {
        match once(lines, changes).await {
            Err(error) if try_again(&error) && tried < TRIES => {
                tried += 1;
                // Two that fell over each other should not start again in the same moment.
                tokio::time::sleep(Duration::from_millis(u64::from(tried * tried))).await;
            }
            Err(error) if conflict(&error) => return Ok(Outcome::Stale),
            Err(error) => return Err(fault(&error)),
            Ok(outcome) => return Ok(outcome),
        }
    }
}

/// Grows a stream and adds the record: one statement, which is its own transaction. Of two at once the second waits for
/// the stream's row, and then finds it grown.
const TAP: &str = "WITH grown AS (UPDATE streams SET length = $3, before_head = head, head = $5 \
    WHERE owner = $1 AND stream = $2 AND length = $9 AND head = $10 RETURNING owner) \
    INSERT INTO records (owner, stream, seq, leaf, head, salt, entry_key, body) \
    SELECT $1, $2, $3, $4, $5, $6, $7, $8 FROM grown";

async fn once(lines: &Lines, changes: &[Change]) -> Result<Outcome, sqlx::Error> {
    let mut line = lines.take().await?;
    let outcome = if let Some(tap) = Tap::of(changes) {
        tap.add(&mut line, TAP).await
    } else if is_one_step(changes) {
        apply(&mut line, changes).await
    } else {
        let mut whole = line.begin().await?;
        let outcome = apply(&mut whole, changes).await;
        match outcome {
            Ok(Outcome::Done) => whole.commit().await?,
            Ok(Outcome::Stale) | Err(_) => whole.rollback().await?,
        }
        outcome
    };
    // Being refused leaves the line as it was; anything else may have cut it, the engine's own farewell among it.
    let whole = match &outcome {
        Ok(_) => true,
        Err(error) => conflict(error) || try_again(error),
    };
    if whole {
        line.done();
    }
    outcome
}

/// Tells other processes, and hears what they tell.
pub(crate) struct Wire {
    url: String,
    out: mpsc::Sender<Place>,
    /// The server's number for the connection that announces, to know one's own voice.
    own: Arc<AtomicU32>,
}

impl Wire {
    pub(crate) fn start(url: String) -> Self {
        let (out, places) = mpsc::channel(WAITING);
        let own = Arc::new(AtomicU32::new(0));
        tokio::spawn(tell(url.clone(), places, Arc::clone(&own)));
        Self { url, out, own }
    }

    pub(crate) fn announce(&self, place: Place) {
        // Full or gone: lost, which only delays.
        let _ = self.out.try_send(place);
    }

    pub(crate) fn listen(&self, heard: mpsc::Sender<Place>) {
        tokio::spawn(hear(self.url.clone(), heard, Arc::clone(&self.own)));
    }
}

/// Ends when the database is dropped.
async fn tell(url: String, mut places: mpsc::Receiver<Place>, own: Arc<AtomicU32>) {
    let mut db = None;
    while let Some(first) = places.recv().await {
        let mut batch = vec![first];
        while let Ok(place) = places.try_recv() {
            batch.push(place);
        }
        batch.sort_unstable();
        batch.dedup();
        if db.is_none() {
            db = voice(&url, &own).await.ok();
        }
        if let Some(voice) = &mut db {
            let told = sqlx::query("SELECT pg_notify($1, place) FROM unnest($2::text[]) AS place")
                .bind(CHANNEL)
                .bind(batch.iter().map(written).collect::<Vec<_>>())
                .execute(voice)
                .await;
            if told.is_err() {
                db = None;
            }
        }
    }
}

async fn voice(url: &str, own: &AtomicU32) -> Result<PgConnection, sqlx::Error> {
    let mut db = PgConnection::connect(url).await?;
    db.execute("SET synchronous_commit = off").await?;
    let number: i32 = sqlx::query("SELECT pg_backend_pid()")
        .fetch_one(&mut db)
        .await?
        .try_get(0)?;
    own.store(number.cast_unsigned(), Ordering::Release);
    Ok(db)
}

/// Ends when nobody listens any more.
async fn hear(url: String, heard: mpsc::Sender<Place>, own: Arc<AtomicU32>) {
    while !heard.is_closed() {
        let ended = tokio::select! {
            () = heard.closed() => return,
            ended = pass_on(&url, &heard, &own) => ended,
        };
        if ended.is_err() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

async fn pass_on(
    url: &str,
    heard: &mpsc::Sender<Place>,
    own: &AtomicU32,
) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect(url).await?;
    listener.listen(CHANNEL).await?;
    loop {
        let told = listener.recv().await?;
        if told.process_id() != own.load(Ordering::Acquire)
            && let Some(place) = read(told.payload())
            && heard.send(place).await.is_err()
        {
            return Ok(());
        }
    }
}

fn written(place: &Place) -> String {
    format!("{}{}", place.owner, place.stream)
}

fn read(text: &str) -> Option<Place> {
    let (owner, stream) = text.split_at_checked(32)?;
    let owner: OwnerId = owner.parse().ok()?;
    let stream: StreamId = stream.parse().ok()?;
    Some(Place { owner, stream })
}
