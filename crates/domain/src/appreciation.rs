//! Appreciations, kept to be read again. Offered by one, withdrawn by the same one without a banner (S13).

use serde::{Deserialize, Serialize};

use crate::ids::{NoteId, SessionId};
use crate::text::{Unwritten, written};
use crate::{Now, Stamp, Who};

/// So many stand on the page; older ones are read from the log.
pub const SHOWN: usize = 40;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Appreciation {
    pub id: NoteId,
    pub from: Who,
    pub words: String,
    pub at: Stamp,
    /// Where its record stands, so that withdrawing it can erase it.
    pub seq: u64,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    Keep { id: NoteId, words: String },
    Withdraw { id: NoteId },
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Event {
    Kept {
        id: NoteId,
        from: Who,
        words: String,
    },
    Withdrawn {
        id: NoteId,
    },
}

impl Event {
    /// Which one it is about.
    #[must_use]
    pub const fn id(&self) -> NoteId {
        match self {
            Self::Kept { id, .. } | Self::Withdrawn { id } => *id,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("appreciation-refused-empty")]
    Empty,
    #[error("appreciation-refused-too-long")]
    TooLong,
    #[error("appreciation-refused-not-yours")]
    NotYours,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Appreciations {
    newest: Vec<Appreciation>,
    ever: u32,
}

impl Appreciations {
    /// Newest first.
    pub fn newest(&self) -> impl Iterator<Item = &Appreciation> {
        self.newest.iter().rev()
    }

    /// How many were kept, withdrawn ones not among them.
    #[must_use]
    pub const fn ever(&self) -> u32 {
        self.ever
    }

    #[must_use]
    pub fn get(&self, id: NoteId) -> Option<&Appreciation> {
        self.newest.iter().find(|a| a.id == id)
    }

    /// # Errors
    /// When there are no words, too many, or they are the other's.
    pub fn decide(&self, now: &Now, command: &Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Keep { id, words } => self.kept(*id, now.who, words),
            Command::Withdraw { id } => match self.get(*id) {
                None => Ok(vec![]),
                Some(a) if a.from != now.who => Err(Refusal::NotYours),
                Some(_) => Ok(vec![Event::Withdrawn { id: *id }]),
            },
        }
    }

    /// Those said in a session that both held: each is its speaker's, whichever phone sends it, and has an id made of
    /// the session's own, so that it counts once.
    pub(crate) fn said_in(
        &self,
        session: SessionId,
        said: &[crate::session::Appreciation],
    ) -> Result<Vec<Event>, Refusal> {
        let mut events = vec![];
        for (place, said) in (1_u64..).zip(said) {
            let mut id = *session.bytes();
            for (byte, place) in id[8..].iter_mut().zip(place.to_be_bytes()) {
                *byte ^= place;
            }
            events.extend(self.kept(NoteId::new(id), said.from, &said.words)?);
        }
        Ok(events)
    }

    fn kept(&self, id: NoteId, from: Who, words: &str) -> Result<Vec<Event>, Refusal> {
        if self.get(id).is_some() {
            return Ok(vec![]); // the same press, arriving twice
        }
        let words = written(words)?;
        Ok(vec![Event::Kept { id, from, words }])
    }

    /// Never fails. `seq` is where its record stands.
    #[must_use]
    pub fn fold(mut self, at: Stamp, seq: u64, event: &Event) -> Self {
        match event {
            Event::Kept { id, from, words } => {
                if self.get(*id).is_some() {
                    return self;
                }
                if self.newest.len() >= SHOWN {
                    self.newest.remove(0);
                }
                self.newest.push(Appreciation {
                    id: *id,
                    from: *from,
                    words: words.clone(),
                    at,
                    seq,
                });
                self.ever = self.ever.saturating_add(1);
            }
            Event::Withdrawn { id } => {
                let before = self.newest.len();
                self.newest.retain(|a| a.id != *id);
                if self.newest.len() < before {
                    self.ever = self.ever.saturating_sub(1);
                }
            }
        }
        self
    }
}

impl From<Unwritten> for Refusal {
    fn from(unwritten: Unwritten) -> Self {
        match unwritten {
            Unwritten::Empty => Self::Empty,
            Unwritten::TooLong => Self::TooLong,
        }
    }
}
