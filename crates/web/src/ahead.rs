//! What is planned ahead for one person when they are here and the plan can be opened: when to remind them, and what
//! their calendar shows. When they look at Today and when they change the plan, and never otherwise, so that nothing
//! the other does moves a time (S16, S3).
//!
//! The one thing that looking at a page may write, besides the private door's end, and only for those who asked for it.

use rekindle_domain::Stamp;
use rekindle_domain::feed::Busy;
use rekindle_domain::plan::{AHEAD, What, occurrences};
use rekindle_domain::reminder::{Rhythm, speaks_of};
use rekindle_domain::shared::Shared;
use rekindle_store::{Change, Due, Feed, Remind, StoreError};
use rekindle_vault::feed::FeedPublic;
use serde::{Deserialize, Serialize};

use crate::visit::Visit;

/// What lasts this long already stays in a calendar.
const UNDER_WAY: i64 = 12 * Stamp::HOUR;
/// A date or a ritual without a length of its own.
const USUAL_MINUTES: u16 = 60;

/// What a profile keeps of a calendar's address: enough to fill it, too little to find it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct KeptFeed {
    id: String,
    key: String,
    pub(crate) title: String,
}

impl KeptFeed {
    pub(crate) fn new(public: &FeedPublic, title: String) -> Self {
        Self {
            id: data_encoding::HEXLOWER.encode(&public.id),
            key: data_encoding::HEXLOWER.encode(&public.key),
            title,
        }
    }

    fn public(&self) -> Option<FeedPublic> {
        let bytes = |text: &str| {
            let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?;
            bytes.try_into().ok()
        };
        Some(FeedPublic {
            id: bytes(&self.id)?,
            key: bytes(&self.key)?,
        })
    }
}

/// When something begins that may be spoken of, and how long it takes: never sex, hurt or conflict.
fn coming(visit: &Visit, shared: &Shared) -> Vec<(Stamp, u16)> {
    let from = visit.now.plus(-UNDER_WAY);
    occurrences(shared, from, visit.now.plus(AHEAD))
        .into_iter()
        .filter_map(|one| match &one.what {
            What::Practice(id) => {
                let practice = visit.app.guide().practice(id).filter(|p| speaks_of(p))?;
                Some((one.at, one.minutes.unwrap_or(practice.minutes.usual)))
            }
            What::Ritual(_) | What::Date => Some((one.at, one.minutes.unwrap_or(USUAL_MINUTES))),
        })
        .collect()
}

/// The feed as it should be now, if this person has one.
pub(crate) fn feed(visit: &Visit, shared: &Shared) -> Option<Feed> {
    let kept = visit.profile.feed.as_ref()?;
    let public = kept.public()?;
    let busy = Busy::new(&kept.title, coming(visit, shared));
    let plain = serde_json::to_vec(&busy).expect("plain data");
    Some(Feed {
        person: visit.id(),
        id: public.id,
        mark: visit.outer.feed_mark(&plain),
        body: public.seal(&plain)?,
    })
}

/// When to remind this person, at each of their addresses.
async fn due(visit: &Visit, shared: &Shared) -> Result<Vec<Due>, StoreError> {
    let starts: Vec<Stamp> = coming(visit, shared)
        .iter()
        .map(|(start, _)| *start)
        .collect();
    let profile = &visit.profile;
    let spans = profile.reminders.times(&profile.zone, visit.now, &starts);
    let mut due = vec![];
    for address in visit.app.store().addresses(visit.id()).await? {
        if !address.refused {
            due.extend(spans.iter().map(|span| Due {
                person: visit.id(),
                address: address.id,
                at: span.at,
                until: span.until,
            }));
        }
    }
    due.sort();
    Ok(due)
}

impl Visit {
    /// Plans ahead what has changed since the last visit. A store that cannot be written is no reason not to show a
    /// page: then the times stay as they were.
    pub(crate) async fn plan_ahead(&self, shared: &Shared) {
        let _ = self.try_plan_ahead(shared).await;
    }

    async fn try_plan_ahead(&self, shared: &Shared) -> Result<(), StoreError> {
        let store = self.app.store();
        let mut changes = vec![];
        if self.profile.reminders.rhythm != Rhythm::Off {
            let due = due(self, shared).await?;
            let mut standing = store.due_of(self.id()).await?;
            standing.sort();
            if due != standing {
                let person = self.id();
                changes.push(Change::Remind(Remind::Plan { person, due }));
            }
        }
        if self.profile.feed.is_some()
            && let Some(kept) = store.feed_of(self.id()).await?
            && let Some(feed) = feed(self, shared)
            && (feed.id, feed.mark) != (kept.id, kept.mark)
        {
            changes.push(Change::Remind(Remind::SealFeed(feed)));
        }
        if !changes.is_empty() {
            // Stale: an address went meanwhile. The next visit plans without it.
            let _ = store.commit(changes).await?;
        }
        Ok(())
    }
}
