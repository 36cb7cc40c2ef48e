//! Reminders as they are kept: where somebody wants to be reminded, when, and what a calendar may fetch. The program
//! acts on these without anybody's key, so it knows *when*, and never *what*.
//!
//! **Sent once, never lost, as far as anybody can.** What is due is taken under a lease, sent, and settled. A process
//! that is killed between sending and settling leaves the lease to run out, and the same message goes out again: to the
//! service at least once, then, and with the same name, so that the phone or the mailbox shows it once.

use rekindle_domain::{PersonId, Stamp};

/// By what somebody is reminded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Way {
    /// A browser's push subscription: `reach` is its endpoint.
    Push,
    /// `reach` is a mail address.
    Mail,
}

/// Where somebody wants to be reminded. In the clear: the program has to reach it without anybody's key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    pub person: PersonId,
    /// A hash of `reach`, so that one address counts once.
    pub id: [u8; 16],
    pub way: Way,
    pub reach: String,
    /// The other side does not know this address; nothing more is sent there.
    pub refused: bool,
}

/// One message to one address: when it is due, and until when it is worth sending. Of what it reminds is not known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Due {
    pub person: PersonId,
    pub address: [u8; 16],
    pub at: Stamp,
    pub until: Stamp,
}

/// Something due that this process may send while its lease lasts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    pub due: Due,
    pub way: Way,
    pub reach: String,
    /// How often it was tried before.
    pub tries: u32,
    pub lease: [u8; 16],
}

/// So long it is remembered that something was sent, in case the clock goes back.
const REMEMBERED: i64 = 7 * Stamp::DAY;

impl Taken {
    /// It is sent, or given up: only to be forgotten later.
    #[must_use]
    pub const fn done(&self) -> Remind {
        self.again(self.due.until.plus(REMEMBERED))
    }

    /// To be looked at again at `next`, by whoever takes it then.
    #[must_use]
    pub const fn again(&self, next: Stamp) -> Remind {
        Remind::Settle {
            due: self.due,
            lease: self.lease,
            next,
        }
    }
}

/// What a calendar may fetch. Sealed under a key that only the feed's address holds (K18).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Feed {
    pub person: PersonId,
    /// A hash of the address's secret.
    pub id: [u8; 32],
    /// A keyed hash of what is inside, so that the same is not sealed again at every visit.
    pub mark: [u8; 16],
    pub body: Vec<u8>,
}

/// A part of a commit that has to do with reminders.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Remind {
    /// Keeps the program's key for push services, unless there is one.
    AddPushKey(Vec<u8>),
    /// Adds an address, or gives one that was refused another chance. Stale if the person is gone.
    PutAddress(Address),
    /// Marks an address that the other side does not know.
    RefuseAddress {
        person: PersonId,
        id: [u8; 16],
    },
    /// Removes an address with all that is due there.
    DropAddress {
        person: PersonId,
        id: [u8; 16],
    },
    /// Removes all addresses of one way, with all that is due there.
    DropAddresses {
        person: PersonId,
        way: Way,
    },
    /// Puts these in place of what is due to a person. What is being sent, or was, stays as it is: nothing is sent
    /// twice because its time was planned twice. Stale if an address is gone.
    Plan {
        person: PersonId,
        due: Vec<Due>,
    },
    /// Takes up to `limit` of what is due under a lease that ends at `until`, earliest first, and forgets as many whose
    /// time is over. See [`crate::Store::take_due`].
    Take {
        now: Stamp,
        until: Stamp,
        lease: [u8; 16],
        limit: u32,
    },
    /// Ends the lease of something due: looked at again at `next`. Beyond its `until` means that it is done.
    /// Nothing happens if the lease has passed to somebody else.
    Settle {
        due: Due,
        lease: [u8; 16],
        next: Stamp,
    },
    /// A feed at a new address; the one before is gone. Stale if the person is gone.
    PutFeed(Feed),
    /// What a feed says now. Nothing happens if that address was revoked.
    SealFeed(Feed),
    DropFeed(PersonId),
}
