//! Sessions as the two look back on them: one that is open now, and those that were held (product.md G2.3).
//!
//! While a session runs it lives in a stream of its own; what it leaves behind is one shared event. Nothing in it
//! says who stopped, or how long anybody spoke (S4, S7).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::SessionId;
use crate::session::{Summary, Topic};
use crate::{Now, Stamp};

/// An opened session that the two did not begin is gone after this, and looks as if it had never been opened (S6).
pub const OPEN_FOR: i64 = 12 * Stamp::HOUR;

/// One that was begun, and paused until another day, waits so long.
pub const BEGUN_FOR: i64 = 30 * Stamp::DAY;

/// So many stand in the state; older ones are read from the log.
pub const SHOWN: usize = 12;

/// So many parked topics stand in the state; then the oldest gives way, and is read from the log.
pub const PARKED: usize = 60;

/// The texts of one record, in bytes as JSON. One text of [`crate::text::LONGEST`] characters always fits twice, and
/// the record with everything around them fits the largest sealed size (K8).
const ROOM: usize = 40_000;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Open {
    pub id: SessionId,
    pub script: String,
    pub at: Stamp,
    /// Whether both have begun it.
    #[serde(default)]
    pub begun: bool,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Held {
    pub id: SessionId,
    pub script: String,
    pub day: Date,
    pub summary: Summary,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// Opens a session of this script, or finds the one that is open already.
    Open { id: SessionId, script: String },
    /// The two have begun it: from now on it waits for them.
    Begin { id: SessionId },
    /// What an ended session leaves behind.
    Keep {
        id: SessionId,
        summary: Box<Summary>,
    },
    /// A parked topic that is settled.
    Settle { topic: String },
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Event {
    Opened {
        id: SessionId,
        script: String,
    },
    Begun {
        id: SessionId,
    },
    Held {
        id: SessionId,
        script: String,
        day: Date,
        summary: Box<Summary>,
    },
    /// What did not fit into the record before: more of the same session.
    HeldOn {
        id: SessionId,
        more: Box<Summary>,
    },
    Settled {
        topic: String,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("session-refused-another-open")]
    AnotherOpen,
}

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Sessions {
    open: Option<Open>,
    held: Vec<Held>,
    ever: u32,
    parked: Vec<Topic>,
}

impl Sessions {
    /// The session that is open now, if one is.
    #[must_use]
    pub fn open(&self, at: Stamp) -> Option<&Open> {
        self.open.as_ref().filter(|open| {
            let waits = if open.begun { BEGUN_FOR } else { OPEN_FOR };
            at.since(open.at) < waits
        })
    }

    /// The last ones, newest first.
    pub fn held(&self) -> impl Iterator<Item = &Held> {
        self.held.iter().rev()
    }

    #[must_use]
    pub const fn ever(&self) -> u32 {
        self.ever
    }

    /// Topics kept for another day.
    #[must_use]
    pub fn parked(&self) -> &[Topic] {
        &self.parked
    }

    /// # Errors
    /// When a session of another kind is open.
    pub fn decide(&self, now: &Now, command: &Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Open { id, script } => match self.open(now.at) {
                Some(open) if open.script == *script => Ok(vec![]),
                Some(_) => Err(Refusal::AnotherOpen),
                None => Ok(vec![Event::Opened {
                    id: *id,
                    script: script.clone(),
                }]),
            },
            Command::Begin { id } => Ok(match &self.open {
                Some(open) if open.id == *id && !open.begun => vec![Event::Begun { id: *id }],
                Some(_) | None => vec![],
            }),
            Command::Keep { id, summary } => Ok(match &self.open {
                Some(open) if open.id == *id => {
                    let mut parts = in_records(summary).into_iter().map(Box::new);
                    let first = parts.next().map(|summary| Event::Held {
                        id: *id,
                        script: open.script.clone(),
                        day: now.today(),
                        summary,
                    });
                    let rest = parts.map(|more| Event::HeldOn { id: *id, more });
                    first.into_iter().chain(rest).collect()
                }
                // The other phone was quicker: it is kept once.
                Some(_) | None => vec![],
            }),
            Command::Settle { topic } => {
                Ok(if self.parked.iter().any(|parked| parked.topic == *topic) {
                    vec![Event::Settled {
                        topic: topic.clone(),
                    }]
                } else {
                    vec![]
                })
            }
        }
    }

    #[must_use]
    pub fn fold(mut self, at: Stamp, event: &Event) -> Self {
        match event {
            Event::Opened { id, script } => {
                self.open = Some(Open {
                    id: *id,
                    script: script.clone(),
                    at,
                    begun: false,
                });
            }
            Event::Begun { id } => {
                if let Some(open) = self.open.as_mut().filter(|open| open.id == *id) {
                    open.begun = true;
                }
            }
            Event::Held {
                id,
                script,
                day,
                summary,
            } => {
                self.open = self.open.filter(|open| open.id != *id);
                self.park(&summary.parked);
                if self.held.len() >= SHOWN {
                    self.held.remove(0);
                }
                self.held.push(Held {
                    id: *id,
                    script: script.clone(),
                    day: *day,
                    summary: (**summary).clone(),
                });
                self.ever = self.ever.saturating_add(1);
            }
            Event::HeldOn { id, more } => {
                self.park(&more.parked);
                if let Some(held) = self.held.iter_mut().rfind(|held| held.id == *id) {
                    let Summary {
                        appreciations,
                        agreed,
                        parked,
                        ..
                    } = (**more).clone();
                    held.summary.appreciations.extend(appreciations);
                    held.summary.agreed.extend(agreed);
                    held.summary.parked.extend(parked);
                }
            }
            Event::Settled { topic } => self.parked.retain(|parked| parked.topic != *topic),
        }
        self
    }

    /// A topic that is parked already stands there once, for a talk of its own if it was ever wanted.
    fn park(&mut self, topics: &[Topic]) {
        for topic in topics {
            match self.parked.iter_mut().find(|one| one.topic == topic.topic) {
                Some(parked) => parked.talk |= topic.talk,
                None => self.parked.push(topic.clone()),
            }
        }
        let over = self.parked.len().saturating_sub(PARKED);
        self.parked.drain(..over);
    }
}

/// The summary in as many parts as records are needed to hold it. Nearly always one.
fn in_records(summary: &Summary) -> Vec<Summary> {
    let empty = Summary {
        appreciations: vec![],
        agreed: vec![],
        parked: vec![],
        next: None,
        ..summary.clone()
    };
    let mut parts = vec![Summary {
        next: summary.next,
        ..empty.clone()
    }];
    let mut room = ROOM;
    let mut place_for = |text: &str| {
        let weight = weight(text);
        if weight > room && room < ROOM {
            parts.push(empty.clone());
            room = ROOM;
        }
        room = room.saturating_sub(weight);
        parts.len() - 1
    };
    let places: Vec<usize> = (summary.appreciations.iter().map(|said| said.words.as_str()))
        .chain((summary.agreed.iter()).map(|agreed| agreed.words.as_deref().unwrap_or_default()))
        .chain(summary.parked.iter().map(|topic| topic.topic.as_str()))
        .map(&mut place_for)
        .collect();
    let (said, rest) = places.split_at(summary.appreciations.len());
    let (agreed, parked) = rest.split_at(summary.agreed.len());
    for (place, one) in said.iter().zip(&summary.appreciations) {
        parts[*place].appreciations.push(one.clone());
    }
    for (place, one) in agreed.iter().zip(&summary.agreed) {
        parts[*place].agreed.push(one.clone());
    }
    for (place, one) in parked.iter().zip(&summary.parked) {
        parts[*place].parked.push(one.clone());
    }
    parts
}

/// How many bytes an item with this text takes in a record, at most.
fn weight(text: &str) -> usize {
    const AROUND: usize = 64;
    let bytes = |c: char| match c {
        '"' | '\\' | '\n' | '\t' | '\r' => 2,
        c if c.is_control() => 6,
        c => c.len_utf8(),
    };
    AROUND + text.chars().map(bytes).sum::<usize>()
}
