//! What a seal is bound to (K4): its purpose, whose it is, where it stands. The same words in another place do not
//! open.

use rekindle_domain::{CellId, CoupleId, OwnerId, PersonId, StreamId};

/// What a sealed thing is for. **Stored**: a number is never given a second meaning, and never reused.
///
/// Each purpose has one fixed row of fixed-size fields behind it, so no two places give the same bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Purpose {
    /// An entry's key, under its audience's key: owner, stream, seq, epoch.
    EntryKey = 1,
    /// An entry's body, under the entry's key: owner, stream, seq, epoch.
    EntryBody = 2,
    /// A private entry's key, in a letter to oneself: owner, stream, seq.
    PrivateKey = 3,
    /// A private entry's body, under the entry's key: owner, stream, seq.
    PrivateBody = 4,
    /// Folded state: audience, epoch, owner, stream, seq.
    Snapshot = 5,
    /// A value overwritten in place: audience, epoch, owner, cell, version.
    Cell = 6,
    /// A private cell written without the door, in a letter to oneself: owner, cell, version.
    PrivateCell = 7,
    /// What a sign-in opens: person, version.
    Keyring = 8,
    /// What the private door opens: person.
    Inner = 9,
    /// The root under a passphrase: person, memory, passes, lanes, salt.
    PassphraseSlot = 10,
    /// The root under a recovery code: person.
    RecoverySlot = 11,
    /// The outer key under a sign-in's secret: person.
    SignInOuter = 12,
    /// The inner key under a private door's secret: person.
    SignInInner = 13,
    /// What a device remembers: person.
    Memory = 14,
    /// The proposal of an invitation: version.
    InvitationBody = 15,
    /// The answer to it: version.
    InvitationReply = 16,
    /// Who joined from it: version.
    InvitationJoin = 17,
    /// A couple's key of one epoch, in a letter to a member: couple, epoch.
    Membership = 18,
    /// A label the person typed for a sign-in, in a letter to oneself: person, sign-in.
    Label = 19,
    /// The outer key for a device that waits to be let in, in a letter to it: its public key.
    WaitingDevice = 20,
    /// Entries that stand one behind the other, once more and together: audience, epoch, owner, stream, first, last.
    Segment = 30,
    /// What a calendar may fetch, in a letter to whoever holds its address: feed.
    Feed = 40,
}

const ROOM: usize = 64;

/// The bytes a seal is bound to.
#[derive(Clone, Copy)]
pub(crate) struct Bind {
    bytes: [u8; ROOM],
    len: usize,
}

impl Bind {
    pub(crate) fn to(purpose: Purpose) -> Self {
        let mut bytes = [0; ROOM];
        bytes[0] = purpose as u8;
        Self { bytes, len: 1 }
    }

    fn with(mut self, field: &[u8]) -> Self {
        let end = self.len + field.len();
        self.bytes[self.len..end].copy_from_slice(field);
        self.len = end;
        self
    }

    pub(crate) fn owner(self, owner: OwnerId) -> Self {
        self.with(owner.bytes())
    }

    pub(crate) fn person(self, person: PersonId) -> Self {
        self.with(person.bytes())
    }

    pub(crate) fn couple(self, couple: CoupleId) -> Self {
        self.with(couple.bytes())
    }

    pub(crate) fn stream(self, stream: StreamId) -> Self {
        self.with(stream.bytes())
    }

    pub(crate) fn cell(self, cell: CellId) -> Self {
        self.with(cell.bytes())
    }

    pub(crate) fn place(self, number: u64) -> Self {
        self.with(&number.to_be_bytes())
    }

    pub(crate) fn small(self, number: u32) -> Self {
        self.with(&number.to_be_bytes())
    }

    pub(crate) fn salt(self, salt: &[u8; 16]) -> Self {
        self.with(salt)
    }

    pub(crate) fn hash(self, hash: &[u8; 32]) -> Self {
        self.with(hash)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}
