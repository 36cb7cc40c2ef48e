//! People, places and records to keep, and databases to keep them in.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use rekindle_database::{Database, Finding, Where, open};
use rekindle_domain::{CellId, CoupleId, InvitationId, OwnerId, PersonId, Stamp, StreamId};
use rekindle_store::{
    Change, Content, Door, Head, Invitation, Membership, Outcome, Person, Place, Record, SignIn,
    Snapshot, Store,
};
use rekindle_vault::chain;

pub(crate) const NOW: Stamp = Stamp(1_800_000_000_000);

/// A new file in a folder that goes with the value.
pub(crate) struct File {
    folder: tempfile::TempDir,
}

impl File {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("rekindle.db")
    }

    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn at(&self) -> Where {
        Where::Sqlite(self.path())
    }

    pub(crate) async fn open(&self) -> Database {
        open(&self.at()).await.unwrap()
    }
}

/// Sixteen bytes that no other call in this process gets.
fn fresh() -> [u8; 16] {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut bytes = [0xa5; 16];
    bytes[..8].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    bytes
}

pub(crate) fn fresh_32() -> [u8; 32] {
    let mut bytes = [0x5a; 32];
    bytes[..16].copy_from_slice(&fresh());
    bytes
}

pub(crate) fn owner() -> OwnerId {
    OwnerId::new(fresh())
}

pub(crate) fn couple() -> CoupleId {
    CoupleId::new(fresh())
}

pub(crate) fn cell_id() -> CellId {
    CellId::new(fresh())
}

pub(crate) fn place() -> Place {
    place_of(owner())
}

pub(crate) fn place_of(owner: OwnerId) -> Place {
    Place {
        owner,
        stream: StreamId::new(fresh()),
    }
}

pub(crate) fn person() -> Person {
    let id = PersonId::new(fresh());
    Person {
        id,
        handle: format!("somebody-{id}"),
        outer_public: [1; 32],
        inner_public: [2; 32],
        outer: b"sealed under the outer key".to_vec(),
        inner: b"sealed under the inner key".to_vec(),
        version: 1,
    }
}

/// A person who is kept.
pub(crate) async fn settled(store: &dyn Store) -> PersonId {
    let person = person();
    let id = person.id;
    done(store, vec![Change::AddPerson(person)]).await;
    id
}

pub(crate) fn sign_in(person: PersonId) -> SignIn {
    let id = fresh_32();
    SignIn {
        id,
        person,
        door: Door::Outer,
        outer: id,
        key: vec![7; 105],
        until: NOW.plus(Stamp::DAY),
        at_most: NOW.plus(Stamp::DAY),
        label: b"a label".to_vec(),
    }
}

pub(crate) fn door_of(sign_in: &SignIn) -> SignIn {
    SignIn {
        id: fresh_32(),
        door: Door::Inner,
        until: NOW.plus(10 * Stamp::MINUTE),
        at_most: NOW.plus(30 * Stamp::MINUTE),
        ..sign_in.clone()
    }
}

pub(crate) fn membership(couple: CoupleId, person: PersonId, epoch: u32) -> Membership {
    Membership {
        couple,
        person,
        epoch,
        sealed: vec![u8::try_from(epoch).unwrap(); 80],
        open: true,
    }
}

pub(crate) fn invitation(from: PersonId) -> Invitation {
    Invitation {
        id: InvitationId(fresh_32()),
        from,
        body: b"a sealed proposal".to_vec(),
        reply: Vec::new(),
        join: Vec::new(),
        until: NOW.plus(Stamp::DAY),
        version: 1,
    }
}

pub(crate) fn content(body: &[u8]) -> Content {
    Content {
        salt: fresh_32(),
        key: vec![9; 105],
        body: body.to_vec(),
    }
}

/// Records with these contents behind `after` others whose head is `head`.
pub(crate) fn behind(after: u64, mut head: Head, contents: Vec<Content>) -> Vec<Record> {
    (after + 1..)
        .zip(contents)
        .map(|(seq, content)| {
            let leaf = chain::leaf(&content.salt, &content.key, &content.body);
            head = head.next(seq, leaf);
            Record {
                seq,
                leaf,
                head,
                content: Some(content),
            }
        })
        .collect()
}

/// The first records of a stream.
pub(crate) fn first(place: Place, bodies: &[&str]) -> Vec<Record> {
    let contents = bodies.iter().map(|body| content(body.as_bytes())).collect();
    behind(0, Head::genesis(place.owner, place.stream), contents)
}

/// The records that come next, wherever the stream stands.
pub(crate) async fn next(store: &dyn Store, place: Place, bodies: &[&str]) -> Change {
    let start = (0, Head::genesis(place.owner, place.stream));
    let (after, head) = store.tip(place).await.unwrap().unwrap_or(start);
    let contents = bodies.iter().map(|body| content(body.as_bytes())).collect();
    Change::Append {
        place,
        after,
        before: head,
        records: behind(after, head, contents),
    }
}

/// The first records of a stream, to be written.
pub(crate) fn begun(place: Place, records: Vec<Record>) -> Change {
    Change::Append {
        place,
        after: 0,
        before: Head::genesis(place.owner, place.stream),
        records,
    }
}

pub(crate) async fn add(store: &dyn Store, place: Place, bodies: &[&str]) {
    let change = next(store, place, bodies).await;
    done(store, vec![change]).await;
}

pub(crate) async fn keep(store: &dyn Store, place: Place, snapshot: Snapshot) {
    let erased = store.load(place).await.unwrap().erased;
    done(
        store,
        vec![Change::Snapshot {
            place,
            snapshot,
            erased,
        }],
    )
    .await;
}

pub(crate) async fn done(store: &dyn Store, changes: Vec<Change>) {
    assert_eq!(store.commit(changes).await.unwrap(), Outcome::Done);
}

pub(crate) async fn stale(store: &dyn Store, changes: Vec<Change>) {
    assert_eq!(store.commit(changes).await.unwrap(), Outcome::Stale);
}

pub(crate) async fn all(store: &dyn Store, place: Place) -> Vec<Record> {
    store.read(place, 0, u32::MAX).await.unwrap()
}

pub(crate) async fn bodies(store: &dyn Store, place: Place) -> Vec<String> {
    let text = |content: Content| String::from_utf8(content.body).unwrap();
    let records = all(store, place).await;
    records
        .into_iter()
        .map(|r| r.content.map_or_else(String::new, text))
        .collect()
}

/// The chain from its beginning, as a reader checks it.
pub(crate) fn verified(place: Place, records: &[Record]) -> Result<Head, chain::Broken> {
    let links = records.iter().map(|record| chain::Link {
        seq: record.seq,
        leaf: record.leaf,
        head: record.head,
        content: record
            .content
            .as_ref()
            .map(|c| (&c.salt, c.key.as_slice(), c.body.as_slice())),
    });
    chain::verify(Head::genesis(place.owner, place.stream), 0, links)
}

/// Nothing for `doctor` to report, but owners that a test never gave an account.
pub(crate) async fn nothing_wrong(database: &Database) {
    let mut findings = database.check().await.unwrap();
    findings.retain(|finding| !matches!(finding, Finding::Ownerless { .. }));
    assert_eq!(findings, []);
}
