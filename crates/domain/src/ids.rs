//! Ids as types. Bare bytes and strings stop at the edge (idea: one small macro, one line an id).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An id that is 16 random bytes, written as 32 lower-case hex digits.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The id made of these bytes; chance comes from the caller.
            #[must_use]
            pub const fn new(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            #[must_use]
            pub const fn bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(digits(&self.0, &mut [0; 32]))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                bytes_of(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(digits(&self.0, &mut [0; 32]))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_str(Hex).map(Self)
            }
        }
    };
}

/// The text was not 32 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

fn digits<'a>(bytes: &[u8; 16], room: &'a mut [u8; 32]) -> &'a str {
    data_encoding::HEXLOWER.encode_mut(bytes, room);
    std::str::from_utf8(room).expect("digits are letters")
}

fn bytes_of(text: &str) -> Result<[u8; 16], NotAnId> {
    let mut bytes = [0; 16];
    if text.len() != 2 * bytes.len() {
        return Err(NotAnId);
    }
    data_encoding::HEXLOWER
        .decode_mut(text.as_bytes(), &mut bytes)
        .map_err(|_| NotAnId)?;
    Ok(bytes)
}

/// Reads an id where it stands, without a copy: a state is full of them, and is read with every page.
struct Hex;

impl serde::de::Visitor<'_> for Hex {
    type Value = [u8; 16];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("32 lower-case hex digits")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<[u8; 16], E> {
        bytes_of(text).map_err(E::custom)
    }
}

id!(/// One person with an account.
    PersonId);
id!(/// A space that people share: a couple, or one person who starts alone.
    CoupleId);
id!(/// Whose rows these are: a couple or a person. Every table's key begins with it.
    OwnerId);
id!(/// One append-only log. Says nothing about what it holds.
    StreamId);
id!(/// One value that is overwritten in place. Says nothing about what it holds.
    CellId);
id!(/// A ritual of two, from its first draft on.
    RitualId);
id!(/// A proposal, from the moment it is put in words.
    ProposalId);
id!(/// Something agreed on, with a day and a time.
    PlanId);
id!(/// What two people hold together: a check-in, a talk.
    SessionId);
id!(/// One of somebody's public keys, to tell it from the next one (K7).
    KeyId);
id!(/// Something written: to oneself, or to the other.
    NoteId);
id!(/// A small touch of the couple’s own, with a name they gave it.
    TouchId);
id!(/// One daily moment; a phone that logs offline chooses it, so that it counts once.
    MomentId);

/// The hash under which an invitation is kept; the link holds the secret itself (K28).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct InvitationId(pub [u8; 32]);

impl From<CoupleId> for OwnerId {
    fn from(id: CoupleId) -> Self {
        Self(id.0)
    }
}

impl From<PersonId> for OwnerId {
    fn from(id: PersonId) -> Self {
        Self(id.0)
    }
}

/// One of the two in a shared space: whoever invited is first. Someone alone is first too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    First,
    Second,
}

impl Who {
    pub const BOTH: [Self; 2] = [Self::First, Self::Second];

    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }

    /// 0 for the first, 1 for the second: a place in an array of two.
    #[must_use]
    pub const fn index(self) -> usize {
        match self {
            Self::First => 0,
            Self::Second => 1,
        }
    }
}
