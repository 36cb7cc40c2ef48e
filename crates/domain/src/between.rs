//! Notes between us: what one feels about the two of them now, said to the other (product.md G2.1). Offered by one,
//! taken back by the same one without a banner (S13). Not to be taken for the notes to oneself in [`crate::private`].
//!
//! Who gets one says back what was heard before anything else is said. “I need time” is an answer. Silence is none, and
//! nothing here can tell it from a note that was never read (S4, S6).

use serde::{Deserialize, Serialize};

use crate::ids::NoteId;
use crate::text::{Unwritten, written};
use crate::{Now, Stamp, Who};

/// So many stand on the page; older ones are read from the log.
pub const SHOWN: usize = 20;

/// And no more than have room in so many bytes: the state is sealed as a snapshot, which stays small. The one in which
/// something was said last stands there whole, however long its thread has become.
const ROOM: usize = 8_000;

/// What nobody has answered yet stays, so that it can be, even beyond that room; of more than so many the oldest go.
pub const WAITING: usize = 6;

/// Bytes around the words of one note or answer.
const AROUND: usize = 140;

/// The most letters in one. What is longer is better spoken.
pub const LONGEST: usize = 1_500;

/// So many answers one note takes. After that it is time to talk.
pub const MOST_ANSWERS: usize = 12;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Note {
    pub id: NoteId,
    pub from: Who,
    pub words: String,
    pub at: Stamp,
    /// Where its record stands, so that taking it back can erase it.
    pub seq: u64,
    pub answers: Vec<Answer>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Answer {
    pub id: NoteId,
    pub from: Who,
    pub says: Says,
    pub at: Stamp,
    pub seq: u64,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Says {
    /// “What I hear is …”: the first thing the receiver says.
    Heard { words: String },
    /// “I need time with this”: a full answer.
    Time,
    /// What follows, from either.
    More { words: String },
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    Send {
        id: NoteId,
        words: String,
    },
    /// Says back what was heard.
    Hear {
        to: NoteId,
        id: NoteId,
        words: String,
    },
    NeedTime {
        to: NoteId,
        id: NoteId,
    },
    Add {
        to: NoteId,
        id: NoteId,
        words: String,
    },
    /// Takes back a note or an answer of one's own.
    Withdraw {
        id: NoteId,
    },
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Event {
    Sent {
        id: NoteId,
        from: Who,
        words: String,
    },
    Answered {
        to: NoteId,
        id: NoteId,
        from: Who,
        says: Says,
    },
    Withdrawn {
        id: NoteId,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("between-refused-empty")]
    Empty,
    #[error("between-refused-too-long")]
    TooLong,
    #[error("between-refused-not-there")]
    NotThere,
    #[error("between-refused-your-own")]
    YourOwn,
    #[error("between-refused-say-back-first")]
    SayBackFirst,
    #[error("between-refused-many")]
    Many,
}

impl From<Unwritten> for Refusal {
    fn from(unwritten: Unwritten) -> Self {
        match unwritten {
            Unwritten::Empty => Self::Empty,
            Unwritten::TooLong => Self::TooLong,
        }
    }
}

impl Note {
    /// Whether the other has said back what they heard.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        self.answers
            .iter()
            .any(|answer| matches!(answer.says, Says::Heard { .. }))
    }

    /// Whether the other has answered in any way. Asked only for the one who would answer (S4).
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.answers.iter().any(|answer| answer.from != self.from)
    }

    /// About as many bytes as it takes in the state.
    fn weight(&self) -> usize {
        let answers = self.answers.iter().map(|answer| match &answer.says {
            Says::Heard { words } | Says::More { words } => AROUND + words.len(),
            Says::Time => AROUND,
        });
        AROUND + self.words.len() + answers.sum::<usize>()
    }

    /// Where the last thing said in it stands.
    fn last(&self) -> Option<u64> {
        self.records().max()
    }

    /// The records that go with it when it is taken back.
    pub fn records(&self) -> impl Iterator<Item = u64> {
        std::iter::once(self.seq).chain(self.answers.iter().map(|answer| answer.seq))
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Notes {
    newest: Vec<Note>,
    /// Whether any were left out here, so that the page offers to read on.
    older: bool,
}

impl Notes {
    /// Newest first.
    pub fn newest(&self) -> impl Iterator<Item = &Note> {
        self.newest.iter().rev()
    }

    #[must_use]
    pub const fn has_older(&self) -> bool {
        self.older
    }

    #[must_use]
    pub fn get(&self, id: NoteId) -> Option<&Note> {
        self.newest.iter().find(|note| note.id == id)
    }

    /// The newest one from the other that this person has not answered in any way.
    #[must_use]
    pub fn waiting_for(&self, who: Who) -> Option<&Note> {
        self.newest()
            .find(|note| note.from != who && !note.is_answered())
    }

    /// The records that go when this note or answer is taken back by whoever wrote it.
    #[must_use]
    pub fn records_of(&self, id: NoteId, who: Who) -> Vec<u64> {
        self.newest
            .iter()
            .find_map(|note| {
                if note.id == id && note.from == who {
                    return Some(note.records().collect());
                }
                let answer = note.answers.iter().find(|answer| answer.id == id)?;
                (answer.from == who).then(|| vec![answer.seq])
            })
            .unwrap_or_default()
    }

    fn knows(&self, id: NoteId) -> bool {
        self.newest
            .iter()
            .any(|note| note.id == id || note.answers.iter().any(|answer| answer.id == id))
    }

    /// # Errors
    /// When there are no words or too many, when it is not there, or when the other has to say back first.
    pub fn decide(&self, now: &Now, command: &Command) -> Result<Vec<Event>, Refusal> {
        let from = now.who;
        match command {
            Command::Send { id, .. }
            | Command::Hear { id, .. }
            | Command::NeedTime { id, .. }
            | Command::Add { id, .. }
                if self.knows(*id) =>
            {
                Ok(vec![]) // the same press, arriving twice
            }
            Command::Send { id, words } => Ok(vec![Event::Sent {
                id: *id,
                from,
                words: short(words)?,
            }]),
            Command::Hear { to, id, words } => {
                let note = self.others(from, *to)?;
                let words = short(words)?;
                let says = if note.is_heard() {
                    Says::More { words }
                } else {
                    Says::Heard { words }
                };
                Ok(vec![answered(*to, *id, from, says)])
            }
            Command::NeedTime { to, id } => {
                let note = self.others(from, *to)?;
                if note.is_answered() {
                    return Ok(vec![]);
                }
                Ok(vec![answered(*to, *id, from, Says::Time)])
            }
            Command::Add { to, id, words } => {
                let note = self.get(*to).ok_or(Refusal::NotThere)?;
                if !note.is_heard() {
                    return Err(Refusal::SayBackFirst);
                }
                if note.answers.len() >= MOST_ANSWERS {
                    return Err(Refusal::Many);
                }
                let words = short(words)?;
                Ok(vec![answered(*to, *id, from, Says::More { words })])
            }
            Command::Withdraw { id } => {
                let mine = !self.records_of(*id, from).is_empty();
                Ok(mine
                    .then_some(Event::Withdrawn { id: *id })
                    .into_iter()
                    .collect())
            }
        }
    }

    /// A note of the other's that can still be answered.
    fn others(&self, who: Who, id: NoteId) -> Result<&Note, Refusal> {
        let note = self.get(id).ok_or(Refusal::NotThere)?;
        if note.from == who {
            return Err(Refusal::YourOwn);
        }
        if note.answers.len() >= MOST_ANSWERS {
            return Err(Refusal::Many);
        }
        Ok(note)
    }

    /// Never fails. `seq` is where its record stands.
    #[must_use]
    pub fn fold(self, at: Stamp, seq: u64, event: &Event) -> Self {
        let mut folded = self.with(at, seq, event);
        while let Some(place) = folded.gives_way() {
            folded.newest.remove(place);
            folded.older = true;
        }
        folded
    }

    /// The one that goes to the older ones, while they are too many or too long: of those that were answered the one
    /// that was silent for longest; only where none is left, the oldest of very many that wait.
    fn gives_way(&self) -> Option<usize> {
        let weight: usize = self.newest.iter().map(Note::weight).sum();
        if self.newest.len() <= SHOWN && weight <= ROOM {
            return None;
        }
        let all = || self.newest.iter().enumerate();
        let newest = self.newest.iter().filter_map(Note::last).max();
        let answered = all()
            .filter(|(_, note)| note.is_answered() && note.last() != newest)
            .min_by_key(|(_, note)| note.last());
        let mut waiting = all().filter(|(_, note)| !note.is_answered());
        let found = match answered {
            None if waiting.clone().count() > WAITING => waiting.next(),
            found => found,
        };
        found.map(|(place, _)| place)
    }

    /// The same, leaving none out: for the pages of older ones.
    #[must_use]
    pub fn with(mut self, at: Stamp, seq: u64, event: &Event) -> Self {
        match event {
            Event::Sent { id, from, words } => {
                if !self.knows(*id) {
                    self.newest.push(Note {
                        id: *id,
                        from: *from,
                        words: words.clone(),
                        at,
                        seq,
                        answers: vec![],
                    });
                }
            }
            Event::Answered { to, id, from, says } => {
                if !self.knows(*id)
                    && let Some(note) = self.newest.iter_mut().find(|note| note.id == *to)
                {
                    note.answers.push(Answer {
                        id: *id,
                        from: *from,
                        says: says.clone(),
                        at,
                        seq,
                    });
                }
            }
            Event::Withdrawn { id } => {
                self.newest.retain(|note| note.id != *id);
                for note in &mut self.newest {
                    note.answers.retain(|answer| answer.id != *id);
                }
            }
        }
        self
    }
}

fn answered(to: NoteId, id: NoteId, from: Who, says: Says) -> Event {
    Event::Answered { to, id, from, says }
}

fn short(words: &str) -> Result<String, Refusal> {
    let words = written(words)?;
    if words.chars().count() > LONGEST {
        return Err(Refusal::TooLong);
    }
    Ok(words)
}
