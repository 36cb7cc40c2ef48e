//! A proposal: one small step, in one's own words, with a time (product.md G7).
//!
//! Yes, another time and something else are seen by the proposer. *Not now* is nobody's business: it is kept only
//! with whoever said it, and the proposal looks as if it lay there unanswered until it comes to rest for both on the
//! same day (S6).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::ProposalId;
use crate::text::{Unwritten, written};
use crate::{Now, Stamp, When, Who};

/// How long a proposal lies on the table before it comes to rest, and how long until the same practice may be
/// proposed again by the same person: a fortnight (S5, evidence P16).
pub const REST_AFTER: i64 = 14 * Stamp::DAY;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Proposal {
    pub id: ProposalId,
    pub by: Who,
    pub practice: String,
    pub words: String,
    pub when: When,
    pub at: Stamp,
    /// Where its record stands, so that withdrawing it can erase it.
    pub seq: u64,
    /// The secret of the link it was sent by, while the two are not paired; only its proposer's keys open this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Stamp>,
    /// A word that whoever answers may add, whatever the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
}

impl Proposal {
    /// When it comes to rest: for both on the same day, whether it was left lying or kept for oneself (S6). An
    /// answer that shows stays a fortnight of its own, so that one on the last day is not missed.
    #[must_use]
    pub fn rests_at(&self) -> Stamp {
        self.answered_at
            .map_or(self.at, |answered| answered.max(self.at))
            .plus(REST_AFTER)
    }

    fn asked(&self) -> Asked {
        Asked {
            by: self.by,
            practice: self.practice.clone(),
            at: self.at,
        }
    }
}

/// What the rule of the fortnight needs to know of a proposal that was withdrawn. No page shows it: to the other it
/// was never offered (S3, S6).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Asked {
    pub by: Who,
    pub practice: String,
    pub at: Stamp,
}

impl Asked {
    fn lately(&self, at: Stamp) -> bool {
        self.at.plus(REST_AFTER) > at
    }
}

/// The answers that show. There is no variant for a no.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Answer {
    Yes,
    AnotherTime { when: When },
    SomethingElse { practice: String },
}

#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    Propose {
        id: ProposalId,
        practice: String,
        words: String,
        when: When,
        link: Option<String>,
    },
    Answer {
        id: ProposalId,
        answer: Answer,
        word: Option<String>,
    },
    /// A warm word without an answer.
    Word {
        id: ProposalId,
        word: String,
    },
    Withdraw {
        id: ProposalId,
    },
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Event {
    Proposed {
        id: ProposalId,
        by: Who,
        practice: String,
        words: String,
        when: When,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<String>,
    },
    Answered {
        id: ProposalId,
        answer: Answer,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        word: Option<String>,
    },
    Word {
        id: ProposalId,
        word: String,
    },
    Withdrawn {
        id: ProposalId,
        /// Said once more, because the record of the proposal itself may be erased by now (K9).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<Asked>,
    },
}

/// Why not, in a word that the page has a sentence for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("proposal-refused-not-open")]
    NotOpen,
    #[error("proposal-refused-your-own")]
    YourOwn,
    #[error("proposal-refused-not-yours")]
    NotYours,
    #[error("proposal-refused-again-too-soon")]
    AgainTooSoon,
    #[error("proposal-refused-empty")]
    Empty,
    #[error("proposal-refused-too-long")]
    TooLong,
    #[error("proposal-refused-past")]
    Past,
}

/// What lies on the table.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Proposals {
    all: BTreeMap<ProposalId, Proposal>,
    /// Withdrawn in the last fortnight: read by the rule of the fortnight and by nothing else.
    withdrawn: Vec<Asked>,
}

impl Proposals {
    /// Everything that has not come to rest, oldest first.
    pub fn on_the_table(&self, at: Stamp) -> impl Iterator<Item = &Proposal> {
        let mut open: Vec<&Proposal> = self.all.values().filter(|p| p.rests_at() > at).collect();
        open.sort_by_key(|p| (p.at, p.id));
        open.into_iter()
    }

    /// A proposal that has not come to rest. Any other is gone, whether it is still remembered or not (S6).
    #[must_use]
    pub fn get(&self, id: ProposalId, at: Stamp) -> Option<&Proposal> {
        self.all.get(&id).filter(|p| p.rests_at() > at)
    }

    /// # Errors
    /// A [`Refusal`] in the couple's words when the command does not fit what is on the table.
    pub fn decide(&self, now: &Now, command: &Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Propose {
                id,
                practice,
                words,
                when,
                link,
            } => {
                if self.get(*id, now.at).is_some() {
                    return Ok(vec![]); // the same press, arriving twice
                }
                let words = written(words)?;
                if when.stamp() < now.at {
                    return Err(Refusal::Past);
                }
                if self.asked_lately(now, practice) {
                    return Err(Refusal::AgainTooSoon);
                }
                Ok(vec![Event::Proposed {
                    id: *id,
                    by: now.who,
                    practice: practice.clone(),
                    words,
                    when: when.clone(),
                    link: link.clone(),
                }])
            }
            Command::Answer { id, answer, word } => {
                self.open_to(now, *id)?;
                if let Answer::AnotherTime { when } = answer
                    && when.stamp() < now.at
                {
                    return Err(Refusal::Past);
                }
                let word = word.as_deref().map(written).transpose()?;
                Ok(vec![Event::Answered {
                    id: *id,
                    answer: answer.clone(),
                    word,
                }])
            }
            Command::Word { id, word } => {
                self.open_to(now, *id)?;
                Ok(vec![Event::Word {
                    id: *id,
                    word: written(word)?,
                }])
            }
            Command::Withdraw { id } => match self.get(*id, now.at) {
                None => Err(Refusal::NotOpen),
                Some(p) if p.by != now.who => Err(Refusal::NotYours),
                Some(p) => Ok(vec![Event::Withdrawn {
                    id: *id,
                    was: Some(p.asked()),
                }]),
            },
        }
    }

    /// Whether this person proposed this practice within the fortnight, withdrawn or not: taking a proposal back and
    /// making it again would be asking twice (S5).
    fn asked_lately(&self, now: &Now, practice: &str) -> bool {
        self.all
            .values()
            .map(Proposal::asked)
            .chain(self.withdrawn.iter().cloned())
            .any(|asked| asked.by == now.who && asked.practice == practice && asked.lately(now.at))
    }

    fn open_to(&self, now: &Now, id: ProposalId) -> Result<(), Refusal> {
        match self.get(id, now.at) {
            None => Err(Refusal::NotOpen),
            Some(p) if p.by == now.who => Err(Refusal::YourOwn),
            Some(p) if p.answer.is_some() => Err(Refusal::NotOpen),
            Some(_) => Ok(()),
        }
    }

    /// Never fails: what is in the log has happened. `seq` is where its record stands.
    #[must_use]
    pub fn fold(mut self, at: Stamp, seq: u64, event: &Event) -> Self {
        match event {
            Event::Proposed {
                id,
                by,
                practice,
                words,
                when,
                link,
            } => {
                // What rests is let go, so that this stays small.
                self.all.retain(|_, p| p.rests_at() > at);
                self.all.entry(*id).or_insert_with(|| Proposal {
                    id: *id,
                    by: *by,
                    practice: practice.clone(),
                    words: words.clone(),
                    when: when.clone(),
                    at,
                    seq,
                    link: link.clone(),
                    answer: None,
                    answered_at: None,
                    word: None,
                });
            }
            Event::Answered { id, answer, word } => {
                if let Some(p) = self.all.get_mut(id) {
                    p.answer = Some(answer.clone());
                    p.answered_at = Some(at);
                    if word.is_some() {
                        p.word.clone_from(word);
                    }
                }
            }
            Event::Word { id, word } => {
                if let Some(p) = self.all.get_mut(id) {
                    p.word = Some(word.clone());
                }
            }
            Event::Withdrawn { id, was } => {
                let asked = self.all.remove(id).map(|p| p.asked());
                self.withdrawn.extend(asked.or_else(|| was.clone()));
                self.withdrawn.retain(|asked| asked.lately(at));
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
