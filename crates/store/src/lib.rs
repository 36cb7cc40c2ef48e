//! What is kept, as types and one trait; two databases stand behind it (crate `rekindle-database`).
//!
//! Everything that changes, changes in one [`Store::commit`]: a list of [`Change`]s that happens whole or not at
//! all, and is durable (fsync) when the call returns. Nothing here can be opened without a secret somebody holds.

mod remind;

use async_trait::async_trait;
use rekindle_domain::{CellId, CoupleId, InvitationId, OwnerId, PersonId, Stamp, StreamId};
pub use rekindle_vault::chain::{Head, Leaf};
pub use remind::{Address, Due, Feed, Remind, Taken, Way};

/// Where a record stands: whose log, and which of theirs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    pub owner: OwnerId,
    pub stream: StreamId,
}

/// One sealed record of a stream. `seq` counts from 1. `content` is gone once erased; leaf and head stay, so that
/// the chain still verifies (K9, K10).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    pub seq: u64,
    pub leaf: Leaf,
    pub head: Head,
    pub content: Option<Content>,
}

/// What an erasure removes: the salt of the leaf, the entry's wrapped key, the sealed body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Content {
    pub salt: [u8; 32],
    pub key: Vec<u8>,
    pub body: Vec<u8>,
}

/// Folded state of a stream up to and with `seq`, sealed. Disposable: a missing or unreadable one only costs time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    pub seq: u64,
    pub body: Vec<u8>,
}

/// The records `first` to `last` of a stream once more, sealed together so that they open in one go. A copy that can be
/// made again: a missing or unreadable one only costs time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Segment {
    pub first: u64,
    pub last: u64,
    pub body: Vec<u8>,
}

/// A value overwritten in place. `version` counts from 1 and rises by one with each write.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    pub version: u64,
    pub body: Vec<u8>,
}

/// One account. Only the yes to being an adult is kept (S9); there is no birth date, no e-mail, no time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    pub id: PersonId,
    /// Chosen at sign-up, folded to lower case; unique on this host.
    pub handle: String,
    pub outer_public: [u8; 32],
    pub inner_public: [u8; 32],
    /// What a sign-in opens (shared space), sealed under the outer key.
    pub outer: Vec<u8>,
    /// What the private door opens, sealed under the inner key.
    pub inner: Vec<u8>,
    /// Rises whenever `outer` or `inner` is written, so that two tabs cannot overwrite each other.
    pub version: u64,
}

/// A way to the personal root: the root wrapped under one secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SlotKind {
    Passphrase,
    Recovery,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slot {
    pub kind: SlotKind,
    pub sealed: Vec<u8>,
}

/// Which door a sign-in opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Door {
    /// The shared space.
    Outer,
    /// The private space (S18).
    Inner,
}

/// A live sign-in or an open private door. `id` is a hash of the cookie's secret; the key is wrapped by that secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignIn {
    pub id: [u8; 32],
    pub person: PersonId,
    pub door: Door,
    /// The outer sign-in that a private door was opened from; itself for an outer one.
    pub outer: [u8; 32],
    pub key: Vec<u8>,
    /// After this the row opens nothing; for a private door moved ahead while it is used.
    pub until: Stamp,
    /// The private door's last moment, whatever happens; equal to `until` for an outer sign-in.
    pub at_most: Stamp,
    /// A label the person typed, sealed under their inner key (S20).
    pub label: Vec<u8>,
}

/// A couple's key of one epoch, sealed to one member (HPKE).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Membership {
    pub couple: CoupleId,
    pub person: PersonId,
    pub epoch: u32,
    pub sealed: Vec<u8>,
    /// False once the link was closed by either (S21): nobody writes any more.
    pub open: bool,
}

/// One invitation link. All that it says is sealed under its own secret, of which only a hash is here (K28).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invitation {
    pub id: InvitationId,
    pub from: PersonId,
    /// The proposal.
    pub body: Vec<u8>,
    /// A yes, another time, something else; never a no (S6). Empty until then.
    pub reply: Vec<u8>,
    /// Who joined from it and what pairing needs. Empty until then.
    pub join: Vec<u8>,
    pub until: Stamp,
    pub version: u64,
}

/// A device that waits to be let in by one that is signed in (K6), for some minutes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// A hash of the code on its screen.
    pub id: [u8; 32],
    pub public: [u8; 32],
    /// A person's outer key, sealed to it. Empty until somebody lets it in.
    pub sealed: Vec<u8>,
    pub until: Stamp,
}

/// A part of one durable, all-or-nothing write.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Adds `records` behind the first `after` ones. Stale if the stream is not exactly that long, or if it does not
    /// end in the head `before` (it was re-based to the same length). Positions, leaves and heads must follow from
    /// each other and from `before`: an error otherwise, a broken chain is never written.
    Append {
        place: Place,
        after: u64,
        before: Head,
        records: Vec<Record>,
    },
    /// Puts another content in place of a whole stream that is `after` long (private streams are re-based, K10),
    /// and drops its copies. Stale if it has another length, or if `erased` is not what [`Loaded::erased`] says now:
    /// what somebody else took out or put in meanwhile is neither brought back nor lost.
    Rebase {
        place: Place,
        after: u64,
        erased: u64,
        records: Vec<Record>,
    },
    /// Removes one record's content, leaving leaf and head, and drops the stream's snapshot and the segment that the
    /// record is in. No mark if it is gone.
    /// For streams that are never re-based: a position is not a name once a stream was put together anew.
    Erase {
        place: Place,
        seq: u64,
    },
    /// Removes a stream with its snapshot and segments.
    DropStream {
        place: Place,
    },
    /// Keeps a snapshot; an older one never replaces a newer one. `erased` is what [`Loaded::erased`] said when the
    /// stream was read: if something was taken out since, the snapshot might still hold it, and is quietly not kept
    /// (K9). Never stale.
    Snapshot {
        place: Place,
        snapshot: Snapshot,
        erased: u64,
    },
    /// Keeps a segment, in place of one that begins at the same record. `erased` as for a snapshot. Never stale.
    Segment {
        place: Place,
        segment: Segment,
        erased: u64,
    },
    /// Writes a cell. `expected` is the version it must have now (0: none yet); stale otherwise.
    /// Versions begin anew behind a [`Change::DropCell`].
    PutCell {
        owner: OwnerId,
        cell: CellId,
        expected: u64,
        body: Vec<u8>,
    },
    /// Writes a cell whose version stays as it is, 1 for a new one: how often it was written says nothing. Never
    /// stale; what must not be lost is guarded by another change of the same commit.
    SetCell {
        owner: OwnerId,
        cell: CellId,
        body: Vec<u8>,
    },
    DropCell {
        owner: OwnerId,
        cell: CellId,
    },
    /// Stale if the handle or id is taken.
    AddPerson(Person),
    /// Replaces public keys and sealed keys of a person. Stale unless the stored version is `person.version - 1`.
    PutPerson(Person),
    /// Removes the account with its slots, sign-ins, devices, cells, private streams, memberships, invitations.
    DropPerson(PersonId),
    PutSlot {
        person: PersonId,
        slot: Slot,
    },
    /// Stale if the person is gone.
    AddSignIn(SignIn),
    /// Moves the end of a sign-in ahead, never beyond its `at_most`, never back; nothing if it is gone.
    ExtendSignIn {
        id: [u8; 32],
        until: Stamp,
    },
    /// Puts a label the person typed, sealed to them, on a sign-in (S20); nothing if it is gone.
    LabelSignIn {
        id: [u8; 32],
        label: Vec<u8>,
    },
    /// Ends one sign-in, and with an outer one the private doors opened from it.
    EndSignIn {
        id: [u8; 32],
    },
    /// Ends every sign-in of a person but this outer one and its doors.
    EndOtherSignIns {
        person: PersonId,
        keep: [u8; 32],
    },
    /// Removes sign-ins, invitations and waiting devices whose time is over.
    Sweep {
        now: Stamp,
    },
    /// Remembers a device for throttling only (K15).
    AddDevice {
        id: [u8; 32],
        person: PersonId,
    },
    /// Stale if there is one with this code.
    AddWaiting(Waiting),
    /// Lets a waiting device in. Stale if it is gone, or let in already.
    LetIn {
        id: [u8; 32],
        sealed: Vec<u8>,
    },
    /// A waiting device has come in, or waits no more. Stale if it is gone: it comes in once.
    DropWaiting {
        id: [u8; 32],
    },
    /// Adds or replaces one member's key of one epoch. Stale if the person is gone. A couple that was closed stays
    /// closed, whatever is added to it (S21).
    PutMembership(Membership),
    /// Closes a couple for both (S21): memberships stay, marked closed.
    CloseCouple(CoupleId),
    /// Removes one person's memberships of a couple; the couple's rows go with its last member.
    LeaveCouple {
        couple: CoupleId,
        person: PersonId,
    },
    AddInvitation(Invitation),
    /// Replaces reply, join, body and end of an invitation. Stale unless the stored version is `version - 1`.
    PutInvitation(Invitation),
    DropInvitation {
        id: InvitationId,
        from: PersonId,
    },
    /// What has to do with reminders.
    Remind(Remind),
}

/// How a commit ended, when nothing went wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Outcome {
    /// Durable.
    Done,
    /// Somebody was quicker; nothing was written. Read again and decide again.
    Stale,
}

/// A sign-in with its person: what a request needs before it can open anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedIn {
    pub sign_in: SignIn,
    pub person: Person,
    /// What [`Store::memberships`] says of them.
    pub memberships: Vec<Membership>,
}

/// A stream as a page reads it: the snapshot, if there is one, and every record behind it; without one, every record
/// behind the last segment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Loaded {
    pub snapshot: Option<Snapshot>,
    pub records: Vec<Record>,
    /// Another number whenever something was taken out of this stream (erased, re-based); 0 while there is no stream.
    /// It is drawn by chance and counts nothing, so that it does not tell whether anything ever was (S13, S19). Goes
    /// back in with a [`Change::Snapshot`], [`Change::Segment`] or [`Change::Rebase`].
    pub erased: u64,
}

/// What can go wrong underneath. The text is for the log of the host and holds no words of a couple.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full or the database is read-only: reading goes on, writing does not (K22).
    #[error("the database cannot be written: {0}")]
    NotWritable(String),
    #[error("the database is from a newer Rekindle (schema {found}, this one knows {known})")]
    Newer { found: i64, known: i64 },
    #[error("database: {0}")]
    Database(String),
}

/// The one way to what is kept.
#[async_trait]
pub trait Store: Send + Sync {
    /// Writes all of `changes` or none; durable when it answers [`Outcome::Done`].
    async fn commit(&self, changes: Vec<Change>) -> Result<Outcome, StoreError>;

    /// A live sign-in (its `until` not before `now`) with its person and their memberships, in one query.
    async fn signed_in(&self, id: [u8; 32], now: Stamp) -> Result<Option<SignedIn>, StoreError>;
    async fn sign_ins(&self, person: PersonId, now: Stamp) -> Result<Vec<SignIn>, StoreError>;
    async fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError>;
    async fn person_by_handle(&self, handle: &str) -> Result<Option<Person>, StoreError>;
    async fn slots(&self, person: PersonId) -> Result<Vec<Slot>, StoreError>;
    /// A waiting device, by the hash of its code.
    async fn waiting(&self, id: [u8; 32]) -> Result<Option<Waiting>, StoreError>;
    /// The person a throttling device belongs to.
    async fn device(&self, id: [u8; 32]) -> Result<Option<PersonId>, StoreError>;

    /// Snapshot, and the records behind it or else behind the last segment.
    async fn load(&self, place: Place) -> Result<Loaded, StoreError>;
    /// Up to `limit` records with `seq > after`, in order.
    async fn read(&self, place: Place, after: u64, limit: u32) -> Result<Vec<Record>, StoreError>;
    /// Up to `limit` segments that begin behind `after`, in order.
    async fn segments(
        &self,
        place: Place,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Segment>, StoreError>;
    /// The last record's position and head; `None` for an empty stream.
    async fn tip(&self, place: Place) -> Result<Option<(u64, Head)>, StoreError>;
    async fn streams(&self, owner: OwnerId) -> Result<Vec<StreamId>, StoreError>;
    async fn cell(&self, owner: OwnerId, cell: CellId) -> Result<Option<Cell>, StoreError>;
    async fn cells(&self, owner: OwnerId) -> Result<Vec<(CellId, Cell)>, StoreError>;
    /// Every epoch of every couple a person belongs or belonged to.
    async fn memberships(&self, person: PersonId) -> Result<Vec<Membership>, StoreError>;
    async fn members(&self, couple: CoupleId) -> Result<Vec<Membership>, StoreError>;
    async fn invitation(&self, id: InvitationId) -> Result<Option<Invitation>, StoreError>;
    async fn invitations_from(&self, person: PersonId) -> Result<Vec<Invitation>, StoreError>;

    /// The program's key for push services, if it has one.
    async fn push_key(&self) -> Result<Option<Vec<u8>>, StoreError>;
    async fn addresses(&self, person: PersonId) -> Result<Vec<Address>, StoreError>;
    /// What is due to a person and neither sent nor being sent.
    async fn due_of(&self, person: PersonId) -> Result<Vec<Due>, StoreError>;
    /// Whether anything is to be looked at: one step in an index, however much is kept.
    async fn is_due(&self, now: Stamp) -> Result<bool, StoreError>;
    /// What was taken under this lease.
    async fn taken(&self, lease: [u8; 16]) -> Result<Vec<Taken>, StoreError>;
    /// Takes up to `limit` of what is due, earliest first, so that no other process has the same before `until`. Each
    /// has to be given back by [`Remind::Settle`]; what is not, because this process was killed, is due again then.
    async fn take_due(
        &self,
        now: Stamp,
        until: Stamp,
        limit: u32,
    ) -> Result<Vec<Taken>, StoreError> {
        if !self.is_due(now).await? {
            return Ok(vec![]);
        }
        let lease = rekindle_vault::chance::id16();
        let take = Remind::Take {
            now,
            until,
            lease,
            limit,
        };
        let _ = self.commit(vec![Change::Remind(take)]).await?;
        self.taken(lease).await
    }
    async fn feed(&self, id: [u8; 32]) -> Result<Option<Feed>, StoreError>;
    async fn feed_of(&self, person: PersonId) -> Result<Option<Feed>, StoreError>;

    /// Answers when the database answers: `/readyz`.
    async fn ready(&self) -> Result<(), StoreError>;
    /// How many accounts there are; for the host's limits and `doctor`, never for a page about somebody else.
    async fn count_people(&self) -> Result<u64, StoreError>;
}
