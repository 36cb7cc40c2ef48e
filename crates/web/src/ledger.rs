//! The one way of data: load → open → fold for reading; decide → seal → append → announce for writing.
//!
//! Nothing else holds keys, log and rules at the same time.

use rekindle_domain::session::script::Script;
use rekindle_domain::shared::{Command, Entry, Event, Refusal, Shared};
use rekindle_domain::{OwnerId, Stamp, StreamId, Who, session};
use rekindle_store::{Change, Head, Loaded, Outcome, Place, Record, Snapshot};
use rekindle_vault::chain::{self, Link};
use rekindle_vault::entry::{
    SealedEntry, Spot, open_entry, open_snapshot, seal_entry, seal_snapshot,
};
use rekindle_vault::keys::SpaceKeys;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::PageError;
use crate::visit::{Space, Visit};

/// How often to decide again when others are quicker, before saying so.
const TRIES: usize = 6;
/// A snapshot is kept after so many records behind the last one.
const SNAPSHOT_EVERY: u64 = 32;
/// Raise when the folded state changes shape: older snapshots are then folded anew.
const SNAPSHOT_SHAPE: u32 = 1;

/// A stream's state with the place it was read at.
pub(crate) struct Read<S> {
    pub(crate) state: S,
    pub(crate) seq: u64,
    pub(crate) head: Head,
    /// Where the snapshot stands that this was folded from.
    kept: u64,
    /// False when the chain does not hold, or something in it cannot be opened (K10).
    pub(crate) sound: bool,
    /// How often something was taken out; goes back in with a snapshot.
    erased: u64,
    /// The heads behind the snapshot, by position.
    heads: Vec<(u64, Head)>,
}

impl<S: Default> Read<S> {
    /// A stream that nothing stands in yet.
    pub(crate) fn empty(place: Place) -> Self {
        Self {
            state: S::default(),
            seq: 0,
            head: Head::genesis(place.owner, place.stream),
            kept: 0,
            sound: true,
            erased: 0,
            heads: vec![],
        }
    }
}

impl<S> Read<S> {
    /// Whether another head stands where this one was seen.
    pub(crate) fn differs_at(&self, seq: u64, head: &[u8; 32]) -> bool {
        self.heads
            .iter()
            .any(|(at, now)| *at == seq && now.0 != *head)
    }
}

#[derive(Serialize, Deserialize)]
struct Kept<S> {
    shape: u32,
    head: [u8; 32],
    state: S,
}

/// Opens and folds what was loaded.
pub(crate) fn fold<S, E>(
    keys: &SpaceKeys,
    place: Place,
    loaded: &Loaded,
    step: impl Fn(S, u64, &E) -> S,
) -> Read<S>
where
    S: Default + DeserializeOwned,
    E: DeserializeOwned,
{
    let kept: Option<(u64, Kept<S>)> = loaded.snapshot.as_ref().and_then(|snapshot| {
        let plain = open_snapshot(
            keys,
            place.owner,
            place.stream,
            snapshot.seq,
            &snapshot.body,
        )?;
        let kept: Kept<S> = serde_json::from_slice(&plain).ok()?;
        (kept.shape == SNAPSHOT_SHAPE).then_some((snapshot.seq, kept))
    });
    let usable = kept.is_some() || loaded.snapshot.is_none();
    let (kept_seq, start, mut state) = match kept {
        Some((seq, kept)) => (seq, Head(kept.head), kept.state),
        None => (0, Head::genesis(place.owner, place.stream), S::default()),
    };
    let (mut sound, head) = match chain::verify(start, kept_seq, links(&loaded.records)) {
        Ok(head) => (usable, head),
        Err(_) => (
            false,
            loaded.records.last().map_or(start, |record| record.head),
        ),
    };
    let mut seq = kept_seq;
    for record in &loaded.records {
        seq = record.seq;
        let Some(content) = &record.content else {
            continue;
        };
        let spot = Spot {
            owner: place.owner,
            stream: place.stream,
            seq,
        };
        let entry = open_entry(keys, spot, &content.key, &content.body)
            .and_then(|plain| serde_json::from_slice::<E>(&plain).ok());
        match entry {
            Some(entry) => state = step(state, seq, &entry),
            None => sound = false,
        }
    }
    let heads = loaded
        .records
        .iter()
        .map(|record| (record.seq, record.head))
        .collect();
    Read {
        state,
        seq,
        head,
        kept: kept_seq,
        sound,
        erased: loaded.erased,
        heads,
    }
}

/// Records as the chain sees them.
pub(crate) fn links(records: &[Record]) -> impl Iterator<Item = Link<'_>> {
    records.iter().map(|record| Link {
        seq: record.seq,
        leaf: record.leaf,
        head: record.head,
        content: record
            .content
            .as_ref()
            .map(|c| (&c.salt, &c.key[..], &c.body[..])),
    })
}

/// Seals what was decided, and a snapshot when one is due.
pub(crate) fn seal<S, E>(
    keys: &SpaceKeys,
    place: Place,
    read: Read<S>,
    entries: &[E],
    step: impl Fn(S, u64, &E) -> S,
) -> Vec<Change>
where
    S: Clone + Serialize,
    E: Serialize,
{
    seal_on(keys, place, read, entries, step).0
}

/// Like [`seal`], and says where the stream stands afterwards, for whoever has more to write.
pub(crate) fn seal_on<S, E>(
    keys: &SpaceKeys,
    place: Place,
    mut read: Read<S>,
    entries: &[E],
    step: impl Fn(S, u64, &E) -> S,
) -> (Vec<Change>, Read<S>)
where
    S: Clone + Serialize,
    E: Serialize,
{
    let after = read.seq;
    let mut records = vec![];
    for entry in entries {
        read.seq += 1;
        let plain = serde_json::to_vec(entry).expect("events are plain data");
        let spot = Spot {
            owner: place.owner,
            stream: place.stream,
            seq: read.seq,
        };
        let sealed = seal_entry(keys, spot, read.head, &plain)
            .expect("texts are bounded below the largest size");
        read.head = sealed.head;
        records.push(record(sealed));
        read.state = step(read.state, read.seq, entry);
    }
    let mut changes = vec![Change::Append {
        place,
        after,
        records,
    }];
    if read.seq - read.kept >= SNAPSHOT_EVERY {
        let kept = Kept {
            shape: SNAPSHOT_SHAPE,
            head: read.head.0,
            state: read.state.clone(),
        };
        let plain = serde_json::to_vec(&kept).expect("state is plain data");
        let body = seal_snapshot(keys, place.owner, place.stream, read.seq, &plain);
        let snapshot = Snapshot {
            seq: read.seq,
            body,
        };
        changes.push(Change::Snapshot {
            place,
            snapshot,
            erased: read.erased,
        });
        read.kept = read.seq;
    }
    (changes, read)
}

pub(crate) fn record(sealed: SealedEntry) -> Record {
    Record {
        seq: sealed.seq,
        leaf: sealed.leaf,
        head: sealed.head,
        content: Some(rekindle_store::Content {
            salt: sealed.salt,
            key: sealed.key,
            body: sealed.body,
        }),
    }
}

impl Space<'_> {
    /// Where the space's shared stream is kept.
    pub(crate) fn place(&self) -> Place {
        Place {
            owner: self.couple.into(),
            stream: self.keys.stream_id("shared"),
        }
    }

    /// Where a session's own stream is kept.
    pub(crate) fn session_place(&self, id: rekindle_domain::ids::SessionId) -> Place {
        Place {
            owner: self.couple.into(),
            stream: self.keys.stream_id(&format!("session {id}")),
        }
    }
}

fn step_shared(state: Shared, seq: u64, entry: &Entry) -> Shared {
    state.fold(seq, entry)
}

fn step_session(state: session::State, _: u64, entry: &SessionEntry) -> session::State {
    state.fold(&entry.event)
}

/// One record of a session's stream, opened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SessionEntry {
    pub(crate) event: session::Event,
}

impl Visit {
    /// The shared space as it stands.
    pub(crate) async fn shared(&self) -> Result<Read<Shared>, PageError> {
        self.shared_of(self.space()).await
    }

    pub(crate) async fn shared_of(&self, space: Space<'_>) -> Result<Read<Shared>, PageError> {
        if space.together && self.closed {
            return Err(PageError::Closed);
        }
        let place = space.place();
        let loaded = self.app.store().load(place).await?;
        Ok(fold(space.keys, place, &loaded, step_shared))
    }

    /// Asks something of the shared space; the answer is durable when this returns.
    pub(crate) async fn act(&self, command: Command) -> Result<Result<Shared, Refusal>, PageError> {
        self.act_with(self.space(), &[command], vec![]).await
    }

    /// Asks several things at once, all or none, with other changes that belong to them.
    pub(crate) async fn act_with(
        &self,
        space: Space<'_>,
        commands: &[Command],
        more: Vec<Change>,
    ) -> Result<Result<Shared, Refusal>, PageError> {
        let place = space.place();
        let now = rekindle_domain::Now {
            at: self.now,
            who: space.who,
            zone: self.profile.zone.clone(),
        };
        for _ in 0..TRIES {
            let read = self.shared_of(space).await?;
            let mut state = read.state.clone();
            let mut entries = vec![];
            for command in commands {
                let events = match state.decide(&now, command) {
                    Ok(events) => events,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                for event in events {
                    let entry = Entry {
                        at: self.now,
                        event,
                    };
                    state = state.fold(read.seq + 1 + entries.len() as u64, &entry);
                    entries.push(entry);
                }
            }
            if entries.is_empty() && more.is_empty() {
                return Ok(Ok(state));
            }
            let mut changes = more.clone();
            if !entries.is_empty() {
                changes.extend(seal(space.keys, place, read, &entries, step_shared));
            }
            if self.app.store().commit(changes).await? == Outcome::Done {
                self.announce(place);
                return Ok(Ok(state));
            } // stale: the other phone was quicker, so decide again
        }
        Err(PageError::TooBusy)
    }

    /// The first records of a new space, each as said by one of the two.
    pub(crate) fn begin_space(
        &self,
        space: Space<'_>,
        said: Vec<(Who, Command)>,
    ) -> Result<Vec<Change>, PageError> {
        let place = space.place();
        let mut entries: Vec<Entry> = vec![];
        let mut state = Shared::default();
        for (who, command) in said {
            let now = rekindle_domain::Now {
                at: self.now,
                who,
                zone: self.profile.zone.clone(),
            };
            for event in state
                .decide(&now, &command)
                .map_err(|_| PageError::NotFound)?
            {
                let entry = Entry {
                    at: self.now,
                    event,
                };
                state = state.fold(1 + entries.len() as u64, &entry);
                entries.push(entry);
            }
        }
        let empty = fold(space.keys, place, &Loaded::default(), step_shared);
        Ok(seal(space.keys, place, empty, &entries, step_shared))
    }

    pub(crate) fn announce(&self, place: Place) {
        self.app.announced(place);
        (self.app.0.host.announce)(place);
    }

    /// Removes one shared record's content for good (K9); what depends on it is folded anew.
    pub(crate) async fn erase_shared(&self, space: Space<'_>, seq: u64) -> Result<(), PageError> {
        let place = space.place();
        let _ = self
            .app
            .store()
            .commit(vec![Change::Erase { place, seq }])
            .await?;
        Ok(())
    }

    /// A session as it stands.
    pub(crate) async fn session(
        &self,
        id: rekindle_domain::ids::SessionId,
    ) -> Result<Read<session::State>, PageError> {
        let space = self.space();
        if space.together && self.closed {
            return Err(PageError::Closed);
        }
        let place = space.session_place(id);
        let loaded = self.app.store().load(place).await?;
        Ok(fold(space.keys, place, &loaded, step_session))
    }

    /// Presses something in a session.
    pub(crate) async fn act_in_session(
        &self,
        id: rekindle_domain::ids::SessionId,
        script: &Script,
        command: &session::Command,
    ) -> Result<Result<session::State, session::Refusal>, PageError> {
        let space = self.space();
        let place = space.session_place(id);
        for _ in 0..TRIES {
            let read = self.session(id).await?;
            let events = match read
                .state
                .decide(script, self.now, space.who, command.clone())
            {
                Ok(events) => events,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let mut state = read.state.clone();
            if events.is_empty() {
                return Ok(Ok(state));
            }
            for event in &events {
                state = state.fold(event);
            }
            let entries: Vec<SessionEntry> = events
                .into_iter()
                .map(|event| SessionEntry { event })
                .collect();
            let changes = seal(space.keys, place, read, &entries, step_session);
            if self.app.store().commit(changes).await? == Outcome::Done {
                self.announce(place);
                return Ok(Ok(state));
            }
        }
        Err(PageError::TooBusy)
    }
}

/// The entries of a stream that a history page shows, newest first: up to `limit` that `pick` takes.
pub(crate) fn opened(
    keys: &SpaceKeys,
    owner: OwnerId,
    stream: StreamId,
    records: &[Record],
) -> Vec<(u64, Stamp, Event)> {
    records
        .iter()
        .filter_map(|record| {
            let content = record.content.as_ref()?;
            let spot = Spot {
                owner,
                stream,
                seq: record.seq,
            };
            let plain = open_entry(keys, spot, &content.key, &content.body)?;
            let entry: Entry = serde_json::from_slice(&plain).ok()?;
            Some((record.seq, entry.at, entry.event))
        })
        .collect()
}
