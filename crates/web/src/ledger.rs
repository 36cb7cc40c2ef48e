//! The one way of data: load → open → fold for reading; decide → seal → append → announce for writing.
//!
//! Nothing else holds keys, log and rules at the same time.

use std::collections::VecDeque;
use std::sync::OnceLock;

use rekindle_domain::session::script::Script;
use rekindle_domain::shared::{Command, Entry, Event, Refusal, Shared};
use rekindle_domain::{OwnerId, Stamp, StreamId, Who, session};
use rekindle_store::{Change, Head, Loaded, Outcome, Place, Record, Snapshot, Store, StoreError};
use rekindle_vault::chain::{self, Link};
use rekindle_vault::entry::{
    SealedEntry, Spot, epoch, open_entry, open_snapshot, seal_entry, seal_snapshot,
};
use rekindle_vault::keys::SpaceKeys;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::visit::{Space, Visit};
use crate::{PageError, segment};

/// How often to decide again when others are quicker, before saying so.
const TRIES: usize = 6;
/// A snapshot is kept after so many records behind the last one.
const SNAPSHOT_EVERY: u64 = 16;
/// Raise when what is folded changes in a way that [`shape_of`] cannot see: a field inside a list, another rule in a
/// `fold`. A new field of the state, and a new release, it sees by itself.
const SNAPSHOT_SHAPE: u32 = 6;

/// Segments in memory at once while a stream is folded anew: half a MiB.
const SEGMENTS_AT_ONCE: u32 = 16;

/// What the records of a stream add up to.
pub(crate) trait Folded: Clone + Default + Serialize + DeserializeOwned {
    type Entry: Serialize + DeserializeOwned + Send;

    /// Never fails. `seq` is where the record stands in the stream.
    fn add(&mut self, seq: u64, entry: &Self::Entry);

    /// What a snapshot was folded as. One of another shape is not read: the stream is folded anew.
    fn shape() -> u64;
}

impl Folded for Shared {
    type Entry = Entry;

    fn add(&mut self, seq: u64, entry: &Entry) {
        self.add(seq, entry);
    }

    fn shape() -> u64 {
        static SHAPE: OnceLock<u64> = OnceLock::new();
        *SHAPE.get_or_init(shape_of::<Self>)
    }
}

impl Folded for session::State {
    type Entry = SessionEntry;

    fn add(&mut self, _: u64, entry: &SessionEntry) {
        *self = std::mem::take(self).fold(&entry.event);
    }

    fn shape() -> u64 {
        static SHAPE: OnceLock<u64> = OnceLock::new();
        *SHAPE.get_or_init(shape_of::<Self>)
    }
}

/// Differs between releases, between states with other fields, and by hand ([`SNAPSHOT_SHAPE`]). FNV-1a: nobody is to
/// be kept from making two alike, it only has to differ by itself.
fn shape_of<S: Default + Serialize>() -> u64 {
    let empty = serde_json::to_string(&S::default()).expect("state is plain data");
    let what = format!("{} {SNAPSHOT_SHAPE} {empty}", env!("CARGO_PKG_VERSION"));
    what.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// A stream's state with the place it was read at.
pub(crate) struct Read<S> {
    pub(crate) state: S,
    pub(crate) seq: u64,
    pub(crate) head: Head,
    /// Where the snapshot stands that this was folded from.
    kept: u64,
    /// False when the chain does not hold, or something in it cannot be opened (K10).
    pub(crate) sound: bool,
    /// Something in it is sealed with a newer key than this side was given.
    ahead: bool,
    /// How often something was taken out; goes back in with a snapshot.
    erased: u64,
    /// The heads behind the snapshot, by position; of a segment only the last.
    heads: Vec<(u64, Head)>,
    /// The first records of segments that could be and are not: see [`mend`].
    apart: Vec<u64>,
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
            ahead: false,
            erased: 0,
            heads: vec![],
            apart: vec![],
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
    shape: u64,
    head: [u8; 32],
    state: S,
}

/// Reads a stream: its snapshot and what stands behind it. A snapshot that cannot be opened, or is of another shape,
/// only costs time: everything is then folded anew, from the first record.
pub(crate) async fn read<S: Folded>(
    store: &dyn Store,
    keys: &SpaceKeys,
    place: Place,
) -> Result<Read<S>, StoreError> {
    let loaded = store.load(place).await?;
    let begin = match &loaded.snapshot {
        Some(snapshot) => kept(keys, place, snapshot),
        None => begins(&loaded).then(|| Read::empty(place)),
    };
    let read = match begin {
        Some(begin) => fold(keys, place, begin, &loaded.records),
        None => anew(store, keys, place, &loaded.records).await?,
    };
    // That of the first look: if something was taken out since, what was folded here is not kept.
    Ok(Read {
        erased: loaded.erased,
        ..read
    })
}

/// Whether the records that were loaded are the first ones, or there are none.
fn begins(loaded: &Loaded) -> bool {
    loaded.erased == 0 || loaded.records.first().is_some_and(|record| record.seq == 1)
}

/// Folds a stream from its first record on: segments where they are, records where they are not, and at the end the
/// records that were loaded already.
async fn anew<S: Folded>(
    store: &dyn Store,
    keys: &SpaceKeys,
    place: Place,
    tail: &[Record],
) -> Result<Read<S>, StoreError> {
    let mut read = Read::empty(place);
    let mut segments = VecDeque::new();
    let mut more = true;
    loop {
        let next = read.seq + 1;
        if segments.is_empty() && more {
            let found = store.segments(place, read.seq, SEGMENTS_AT_ONCE).await?;
            more = !found.is_empty();
            segments = VecDeque::from(segment::open::<S::Entry>(keys, place, &found));
        }
        match segments.front() {
            // Not what it should be.
            Some(None) => {
                segments.pop_front();
                continue;
            }
            Some(Some(opened)) if opened.first <= next => {
                let opened = segments.pop_front().flatten();
                if let Some(opened) = opened
                    && (opened.first, opened.before) == (next, read.head)
                {
                    read = fold_segment(read, opened);
                }
                continue;
            }
            Some(Some(_)) | None => {}
        }
        if tail.first().is_some_and(|record| record.seq == next) {
            return Ok(fold(keys, place, read, tail));
        }
        let until = (segments.front())
            .and_then(|opened| Some(opened.as_ref()?.first))
            .into_iter()
            .chain(tail.first().map(|record| record.seq))
            .fold(segment::first_of(next) + segment::SIZE, u64::min);
        let limit = u32::try_from(until.saturating_sub(next)).unwrap_or(u32::MAX);
        let records = store.read(place, read.seq, limit).await?;
        if !records.is_empty() {
            read = fold(keys, place, read, &records);
        } else if segments.is_empty() && tail.is_empty() {
            return Ok(read);
        } else {
            // Records are gone that should be there (K10).
            read.sound = false;
            read.seq = until - 1;
        }
    }
}

/// The state a snapshot holds, if it can be read.
fn kept<S: Folded>(keys: &SpaceKeys, place: Place, snapshot: &Snapshot) -> Option<Read<S>> {
    let Place { owner, stream } = place;
    let plain = open_snapshot(keys, owner, stream, snapshot.seq, &snapshot.body)?;
    let kept: Kept<S> = serde_json::from_slice(&plain).ok()?;
    (kept.shape == S::shape()).then(|| Read {
        state: kept.state,
        seq: snapshot.seq,
        head: Head(kept.head),
        kept: snapshot.seq,
        ..Read::empty(place)
    })
}

/// Opens and folds the records behind what was read so far.
fn fold<S: Folded>(
    keys: &SpaceKeys,
    place: Place,
    mut read: Read<S>,
    records: &[Record],
) -> Read<S> {
    match chain::verify(read.head, read.seq, links(records)) {
        Ok(head) => read.head = head,
        Err(_) => {
            read.sound = false;
            read.head = records.last().map_or(read.head, |record| record.head);
        }
    }
    let begun = read.seq;
    for record in records {
        read.seq = record.seq;
        read.heads.push((record.seq, record.head));
        if record.seq.is_multiple_of(segment::SIZE) && segment::first_of(record.seq) > begun {
            read.apart.push(segment::first_of(record.seq));
        }
        let Some(content) = &record.content else {
            continue;
        };
        let spot = Spot {
            owner: place.owner,
            stream: place.stream,
            seq: record.seq,
        };
        let entry = open_entry(keys, spot, &content.key, &content.body)
            .and_then(|plain| serde_json::from_slice::<S::Entry>(&plain).ok());
        match entry {
            Some(entry) => read.state.add(record.seq, &entry),
            None => {
                read.sound = false;
                read.ahead |= epoch(&content.key).is_some_and(|epoch| epoch > keys.newest_epoch());
            }
        }
    }
    read
}

/// Folds the records that a segment stands in for.
fn fold_segment<S: Folded>(mut read: Read<S>, opened: segment::Opened<S::Entry>) -> Read<S> {
    read.sound &= opened.known;
    for (seq, entry) in opened.entries {
        read.state.add(seq, &entry);
    }
    (read.seq, read.head) = (opened.last, opened.after);
    read.heads.push((read.seq, read.head));
    read
}

/// Puts together what stands apart in a stream that was just read or written. Copies only: whatever fails here, or is
/// overtaken, costs no more than time.
pub(crate) async fn mend<S>(store: &dyn Store, keys: &SpaceKeys, place: Place, read: &Read<S>) {
    for some in read.apart.chunks(SEGMENTS_AT_ONCE as usize) {
        let mut changes = vec![];
        for first in some {
            // One record more, in front, for the head that it left.
            let lead = u64::from(*first > 1);
            let size = u32::try_from(segment::SIZE + lead).expect("some hundred");
            let Ok(records) = store.read(place, first - 1 - lead, size).await else {
                return;
            };
            let (before, records) = match records.split_first() {
                Some((before, rest)) if lead == 1 => (before.head, rest),
                _ => (Head::genesis(place.owner, place.stream), &records[..]),
            };
            if let Some(segment) = segment::of(keys, place, before, records) {
                changes.push(Change::Segment {
                    place,
                    segment,
                    erased: read.erased,
                });
            }
        }
        let _ = store.commit(changes).await;
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
pub(crate) fn seal<S: Folded>(
    keys: &SpaceKeys,
    place: Place,
    read: Read<S>,
    entries: &[S::Entry],
) -> Vec<Change> {
    seal_on(keys, place, read, entries).0
}

/// Like [`seal`], and says where the stream stands afterwards, for whoever has more to write.
pub(crate) fn seal_on<S: Folded>(
    keys: &SpaceKeys,
    place: Place,
    mut read: Read<S>,
    entries: &[S::Entry],
) -> (Vec<Change>, Read<S>) {
    for (seq, entry) in (read.seq + 1..).zip(entries) {
        read.state.add(seq, entry);
    }
    seal_folded(keys, place, read, entries)
}

/// Like [`seal_on`], when what was decided is in the state already.
fn seal_folded<S: Folded>(
    keys: &SpaceKeys,
    place: Place,
    mut read: Read<S>,
    entries: &[S::Entry],
) -> (Vec<Change>, Read<S>) {
    let (after, before) = (read.seq, read.head);
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
        if read.seq.is_multiple_of(segment::SIZE) {
            read.apart.push(segment::first_of(read.seq));
        }
    }
    let mut changes = vec![Change::Append {
        place,
        after,
        before,
        records,
    }];
    // While something does not fit, every reader should come upon it (K10).
    if read.sound && read.seq - read.kept >= SNAPSHOT_EVERY {
        changes.push(snapshot(keys, place, &read));
        read.kept = read.seq;
    }
    (changes, read)
}

fn snapshot<S: Folded>(keys: &SpaceKeys, place: Place, read: &Read<S>) -> Change {
    let kept = Kept {
        shape: S::shape(),
        head: read.head.0,
        state: &read.state,
    };
    let plain = Zeroizing::new(serde_json::to_vec(&kept).expect("state is plain data"));
    let body = seal_snapshot(keys, place.owner, place.stream, read.seq, &plain);
    Change::Snapshot {
        place,
        snapshot: Snapshot {
            seq: read.seq,
            body,
        },
        erased: read.erased,
    }
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
        let read: Read<Shared> = read(self.app.store(), space.keys, space.place()).await?;
        if read.ahead {
            return Err(PageError::CompareFirst);
        }
        Ok(read)
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
            let mut read = self.shared_of(space).await?;
            let mut entries = vec![];
            for command in commands {
                let events = match read.state.decide(&now, command) {
                    Ok(events) => events,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                for event in events {
                    let entry = Entry {
                        at: self.now,
                        event,
                    };
                    (read.state).add(read.seq + 1 + entries.len() as u64, &entry);
                    entries.push(entry);
                }
            }
            if entries.is_empty() && more.is_empty() {
                return Ok(Ok(read.state));
            }
            let moves_plan = (entries.iter()).any(|entry| matches!(entry.event, Event::Plan(_)));
            let mut changes = more.clone();
            if !entries.is_empty() {
                let sealed;
                (sealed, read) = seal_folded(space.keys, place, read, &entries);
                changes.extend(sealed);
            }
            if self.app.store().commit(changes).await? == Outcome::Done {
                self.announce(place);
                mend(self.app.store(), space.keys, place, &read).await;
                if moves_plan && space.together == self.ring.couple.is_some() {
                    self.plan_ahead(&read.state).await;
                }
                return Ok(Ok(read.state));
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
        let empty = Read::<Shared>::empty(place);
        Ok(seal(space.keys, place, empty, &entries))
    }

    pub(crate) fn announce(&self, place: Place) {
        self.app.announced(place);
        (self.app.0.host.announce)(place);
    }

    /// Removes one shared record's content for good (K9); what depends on it is folded anew, and its copies are made
    /// anew without it.
    pub(crate) async fn erase_shared(&self, space: Space<'_>, seq: u64) -> Result<(), PageError> {
        let place = space.place();
        let _ = self
            .app
            .store()
            .commit(vec![Change::Erase { place, seq }])
            .await?;
        let read: Read<Shared> = self.shared_of(space).await?;
        if read.sound && read.seq - read.kept >= SNAPSHOT_EVERY {
            let change = snapshot(space.keys, place, &read);
            let _ = self.app.store().commit(vec![change]).await;
        }
        mend(self.app.store(), space.keys, place, &read).await;
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
        Ok(read(self.app.store(), space.keys, space.session_place(id)).await?)
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
            if events.is_empty() {
                return Ok(Ok(read.state));
            }
            let entries: Vec<SessionEntry> = events
                .into_iter()
                .map(|event| SessionEntry { event })
                .collect();
            let (changes, read) = seal_on(space.keys, place, read, &entries);
            if self.app.store().commit(changes).await? == Outcome::Done {
                self.announce(place);
                return Ok(Ok(read.state));
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

#[cfg(test)]
mod tests {
    use rekindle_database::{Database, Where};
    use rekindle_domain::ids::MomentId;
    use rekindle_domain::{CoupleId, moment};
    use rekindle_store::Segment;
    use rekindle_vault::chance;
    use rekindle_vault::entry::seal_segment;

    use super::*;

    fn named(number: usize) -> Entry {
        Entry {
            at: Stamp(1_800_000_000_000),
            event: Event::Named {
                who: Who::First,
                name: format!("Ana {number}"),
            },
        }
    }

    /// A stream of fifty-five records with a snapshot behind the fortieth.
    async fn lived(folder: &tempfile::TempDir) -> (Database, SpaceKeys, Place) {
        let database = rekindle_database::open(&Where::Sqlite(folder.path().join("rekindle.db")))
            .await
            .unwrap();
        let keys = SpaceKeys::first();
        let place = Place {
            owner: CoupleId::new(chance::bytes()).into(),
            stream: keys.stream_id("shared"),
        };
        for (first, last) in [(1, 1), (2, 40), (41, 55)] {
            let at: Read<Shared> = read(&database, &keys, place).await.unwrap();
            let entries: Vec<Entry> = (first..=last).map(named).collect();
            let changes = seal(&keys, place, at, &entries);
            assert_eq!(database.commit(changes).await.unwrap(), Outcome::Done);
        }
        (database, keys, place)
    }

    async fn puts(database: &Database, place: Place, body: Vec<u8>) {
        let loaded = database.load(place).await.unwrap();
        let seq = loaded.snapshot.unwrap().seq;
        let change = Change::Snapshot {
            place,
            snapshot: Snapshot { seq, body },
            erased: loaded.erased,
        };
        assert_eq!(database.commit(vec![change]).await.unwrap(), Outcome::Done);
    }

    #[tokio::test]
    async fn a_snapshot_that_cannot_be_read_is_folded_anew_from_the_first_record() {
        let folder = tempfile::tempdir().unwrap();
        let (database, keys, place) = lived(&folder).await;
        let whole: Read<Shared> = read(&database, &keys, place).await.unwrap();
        assert_eq!((whole.kept, whole.seq, whole.sound), (40, 55, true));
        assert_eq!(whole.state.names[0], "Ana 55");

        // What another release folded, or this one before a concept was added: a state that says something else.
        let of_shape = |shape: u64, state: serde_json::Value| {
            let kept = serde_json::json!({ "shape": shape, "head": vec![0; 32], "state": state });
            let plain = serde_json::to_vec(&kept).unwrap();
            seal_snapshot(&keys, place.owner, place.stream, 40, &plain)
        };
        let odd = serde_json::json!({ "names": ["Somebody", "Else"] });
        let cases = [
            ("the first shape there was", of_shape(1, odd.clone())),
            ("another shape", of_shape(Shared::shape() ^ 1, odd)),
            (
                "this shape, with something else in it",
                of_shape(Shared::shape(), serde_json::json!({ "names": 7 })),
            ),
            ("nothing", vec![]),
            ("junk", chance::bytes::<600>().to_vec()),
        ];
        for (what, body) in cases {
            puts(&database, place, body).await;
            let anew: Read<Shared> = read(&database, &keys, place).await.unwrap();
            assert!(anew.sound, "{what}");
            assert_eq!(anew.state, whole.state, "{what}");
            assert_eq!((anew.seq, anew.head), (55, whole.head), "{what}");
            assert_eq!(anew.kept, 0, "{what}");
        }

        // The next act keeps one that can be read again.
        let anew: Read<Shared> = read(&database, &keys, place).await.unwrap();
        let changes = seal(&keys, place, anew, &[named(56)]);
        assert_eq!(database.commit(changes).await.unwrap(), Outcome::Done);
        let after: Read<Shared> = read(&database, &keys, place).await.unwrap();
        assert_eq!((after.kept, after.seq, after.sound), (56, 56, true));
        assert_eq!(after.state.names[0], "Ana 56");
        database.close().await;
    }

    fn logged(number: usize) -> Entry {
        Entry {
            at: Stamp(1_800_000_000_000),
            event: Event::Moment(moment::Event::Logged {
                id: MomentId::new(chance::bytes()),
                kind: format!("kind {}", number % 3),
                day: jiff::civil::date(2027, 1, 15),
            }),
        }
    }

    /// A stream of seven hundred records, written a hundred at a time as acts do it, and its entries.
    async fn long(folder: &tempfile::TempDir) -> (Database, SpaceKeys, Place, Vec<Entry>) {
        let (database, keys, place) = lived(folder).await;
        let mut all: Vec<Entry> = (1..=55).map(named).collect();
        while all.len() < 700 {
            let some: Vec<Entry> = (all.len()..700).take(100).map(logged).collect();
            let at: Read<Shared> = read(&database, &keys, place).await.unwrap();
            let (changes, after) = seal_on(&keys, place, at, &some);
            assert_eq!(database.commit(changes).await.unwrap(), Outcome::Done);
            mend(&database, &keys, place, &after).await;
            all.extend(some);
        }
        (database, keys, place, all)
    }

    /// The bounds of the segments there are.
    async fn bounds(database: &Database, place: Place) -> Vec<(u64, u64)> {
        let segments = database.segments(place, 0, 99).await.unwrap();
        segments.iter().map(|one| (one.first, one.last)).collect()
    }

    fn folded(entries: &[Entry], without: &[u64]) -> Shared {
        (1..)
            .zip(entries)
            .filter(|(seq, _)| !without.contains(seq))
            .fold(Shared::default(), |state, (seq, entry)| {
                state.fold(seq, entry)
            })
    }

    #[tokio::test]
    async fn a_stream_folds_the_same_from_segments_as_from_records() {
        let folder = tempfile::tempdir().unwrap();
        let (database, keys, place, all) = long(&folder).await;
        assert_eq!(bounds(&database, place).await, [(1, 256), (257, 512)]);
        puts(&database, place, vec![]).await;
        let anew: Read<Shared> = read(&database, &keys, place).await.unwrap();
        assert_eq!(anew.state, folded(&all, &[]));
        assert_eq!((anew.seq, anew.kept, anew.sound), (700, 0, true));
        assert_eq!(anew.apart, [0; 0]);
        // Two segments, and behind them the records themselves.
        assert_eq!(anew.heads.len(), 2 + 188);
        assert_eq!(anew.head, database.tip(place).await.unwrap().unwrap().1);

        // One that is not the segment it should be only costs time, and is made anew.
        let good = database.segments(place, 0, 9).await.unwrap();
        let other = SpaceKeys::first();
        let of_another =
            |plain: &[u8]| seal_segment(&other, place.owner, place.stream, (1, 256), plain);
        let mut turned = good[0].body.clone();
        turned[9_000] ^= 1;
        for (what, body) in [
            ("junk", vec![7; 99]),
            ("one bit turned", turned),
            ("another one in its place", good[1].body.clone()),
            ("under another key", of_another(&[0; 999])),
            ("behind another head", {
                seal_segment(&keys, place.owner, place.stream, (1, 256), &[0; 1999])
            }),
        ] {
            let erased = database.load(place).await.unwrap().erased;
            let segment = Segment { body, ..good[0] };
            let change = Change::Segment {
                place,
                segment,
                erased,
            };
            assert_eq!(database.commit(vec![change]).await.unwrap(), Outcome::Done);
            let anew: Read<Shared> = read(&database, &keys, place).await.unwrap();
            assert_eq!(anew.state, folded(&all, &[]), "{what}");
            assert!(anew.sound, "{what}");
            assert_eq!(anew.apart, [1], "{what}");
            mend(&database, &keys, place, &anew).await;
            let anew: Read<Shared> = read(&database, &keys, place).await.unwrap();
            assert_eq!(anew.apart, [0; 0], "{what}");
            assert_eq!(anew.state, folded(&all, &[]), "{what}");
        }
        database.close().await;
    }

    #[tokio::test]
    async fn k9_what_was_erased_is_in_no_segment_and_in_no_state() {
        let folder = tempfile::tempdir().unwrap();
        let (database, keys, place, all) = long(&folder).await;
        let erase = Change::Erase { place, seq: 300 };
        assert_eq!(database.commit(vec![erase]).await.unwrap(), Outcome::Done);
        assert_eq!(bounds(&database, place).await, [(1, 256)]);
        let anew: Read<Shared> = read(&database, &keys, place).await.unwrap();
        assert_eq!(anew.state, folded(&all, &[300]));
        assert_eq!((anew.sound, &anew.apart[..]), (true, &[257][..]));
        mend(&database, &keys, place, &anew).await;
        assert_eq!(bounds(&database, place).await, [(1, 256), (257, 512)]);
        let again: Read<Shared> = read(&database, &keys, place).await.unwrap();
        assert_eq!(again.state, folded(&all, &[300]));
        assert_eq!((again.sound, again.head), (true, anew.head));
        let second = &database.segments(place, 256, 9).await.unwrap()[0];
        let before = database.read(place, 255, 1).await.unwrap()[0].head;
        let mut opened = segment::open::<Entry>(&keys, place, std::slice::from_ref(second));
        let opened = opened.pop().flatten().unwrap();
        assert_eq!(opened.before, before);
        let left: Vec<u64> = opened.entries.iter().map(|(seq, _)| *seq).collect();
        let expected: Vec<u64> = (257..=512).filter(|seq| *seq != 300).collect();
        assert_eq!(left, expected);
        database.close().await;
    }

    #[tokio::test]
    async fn k10_what_does_not_fit_is_never_put_into_a_copy() {
        let folder = tempfile::tempdir().unwrap();
        let (database, keys, place, _) = long(&folder).await;
        let change = "UPDATE records SET body = zeroblob(length(body)) WHERE seq = 300; DELETE FROM segments;
            DELETE FROM snapshots";
        let options =
            sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("rekindle.db"));
        let mut db = <sqlx::SqliteConnection as sqlx::Connection>::connect_with(&options)
            .await
            .unwrap();
        sqlx::raw_sql(change).execute(&mut db).await.unwrap();
        for _ in 0..2 {
            let read: Read<Shared> = read(&database, &keys, place).await.unwrap();
            assert!(!read.sound);
            let (changes, after) = seal_on(&keys, place, read, &[named(1)]);
            assert_eq!(changes.len(), 1, "no snapshot");
            assert_eq!(database.commit(changes).await.unwrap(), Outcome::Done);
            mend(&database, &keys, place, &after).await;
            assert_eq!(bounds(&database, place).await, [(1, 256)]);
        }
        sqlx::raw_sql("DELETE FROM records WHERE seq BETWEEN 257 AND 699")
            .execute(&mut db)
            .await
            .unwrap();
        let read: Read<Shared> = read(&database, &keys, place).await.unwrap();
        assert_eq!((read.sound, read.seq), (false, 702));
        database.close().await;
    }

    #[test]
    fn a_state_with_one_field_more_has_another_shape() {
        #[derive(Default, Serialize)]
        struct Before {
            names: [String; 2],
        }
        #[derive(Default, Serialize)]
        struct After {
            names: [String; 2],
            rituals: Vec<String>,
        }
        assert_eq!(shape_of::<Before>(), shape_of::<Before>());
        assert_ne!(shape_of::<Before>(), shape_of::<After>());
        assert_ne!(Shared::shape(), session::State::shape());
    }
}
