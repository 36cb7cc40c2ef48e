//! Sessions as the two look back on them: one that is open now, and those that were held (product.md G2.3).
//!
//! While a session runs it lives in a stream of its own; what it leaves behind is one shared event. Nothing in it
//! says who stopped, or how long anybody spoke (S4, S7).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::SessionId;
use crate::session::{Summary, Topic};
use crate::{Now, Stamp};

/// An opened session that nobody came to is gone after this.
pub const OPEN_FOR: i64 = 12 * Stamp::HOUR;

/// So many stand in the state; older ones are read from the log.
pub const SHOWN: usize = 12;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Open {
    pub id: SessionId,
    pub script: String,
    pub at: Stamp,
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
    Held {
        id: SessionId,
        script: String,
        day: Date,
        summary: Box<Summary>,
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
        self.open
            .as_ref()
            .filter(|open| at.since(open.at) < OPEN_FOR)
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
            Command::Keep { id, summary } => Ok(match &self.open {
                Some(open) if open.id == *id => vec![Event::Held {
                    id: *id,
                    script: open.script.clone(),
                    day: now.today(),
                    summary: summary.clone(),
                }],
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
                });
            }
            Event::Held {
                id,
                script,
                day,
                summary,
            } => {
                if self.open.as_ref().is_some_and(|open| open.id == *id) {
                    self.open = None;
                }
                for topic in &summary.parked {
                    if !self.parked.contains(topic) {
                        self.parked.push(topic.clone());
                    }
                }
                if self.held.len() >= SHOWN {
                    self.held.remove(0);
                }
                self.held.push(Held {
                    id: *id,
                    script: script.clone(),
                    day: *day,
                    summary: (**summary).clone(),
                });
                self.ever += 1;
            }
            Event::Settled { topic } => self.parked.retain(|parked| parked.topic != *topic),
        }
        self
    }
}
