//! Dates: a kept time of two, planned in turns (product.md G5.1, evidence P10).
//!
//! The time itself stands in the plan; here is whose turn it is, what was picked, a line afterwards, and what stays at
//! home. Moving a date asks for its new time and letting one go leaves no mark: neither is known here at all.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{NoteId, PlanId};
use crate::plan::{Planned, STAYS};
use crate::proposal::REST_AFTER;
use crate::recurrence::Rule;
use crate::text::{Unwritten, line};
use crate::time::{days_between, monday};
use crate::{Now, Stamp, Who};

/// The entry of the plan that holds the time for dates: one for two people, whichever phone was quicker.
pub const SLOT: PlanId = PlanId::new(*b"one date for two");

/// So many lines stand on the page; older ones are read from the log.
pub const SHOWN: usize = 8;

/// So many topics may stay at home.
pub const LIMITS: usize = 20;

/// Letters of a line afterwards, of an idea of one's own, and of a topic.
pub const LONGEST_LINE: usize = 300;
pub const LONGEST_TOPIC: usize = 80;

/// A line may be written so many days later.
const LATE_AT_MOST: i64 = 60;

/// What was picked is remembered for so many dates, however far apart they lie: the next, and some that were. With a
/// line it stays as long as the line.
const PICKS: usize = 4;

/// What the planner picked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Idea {
    /// One of the guide, by its lasting id.
    Guide(String),
    Own(String),
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Picked {
    pub idea: Idea,
    pub by: Who,
}

/// The best bit of a date: offered by one, withdrawn by the same one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    pub id: NoteId,
    pub from: Who,
    pub words: String,
    /// The day of the date.
    pub day: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idea: Option<Idea>,
    /// Where its record stands, so that withdrawing it can erase it.
    pub seq: u64,
}

/// A topic that stays at home. Either may name one, and it holds at once; both have to be willing to take it off.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Limit {
    pub id: NoteId,
    pub words: String,
    /// Who would take it off, and since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lift: Option<(Who, Stamp)>,
}

impl Limit {
    /// Whoever would take it off, while that lies on the table.
    #[must_use]
    pub fn lift(&self, at: Stamp) -> Option<Who> {
        let lies = |(_, asked): &(Who, Stamp)| asked.plus(REST_AFTER) > at;
        self.lift.filter(lies).map(|(who, _)| who)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Whose turn the date of this day is; from there it alternates.
    Turn {
        day: Date,
        who: Who,
    },
    /// What the planner picks for the date of this day.
    Pick {
        day: Date,
        idea: Idea,
    },
    /// The best bit, in a line.
    Tell {
        id: NoteId,
        day: Date,
        words: String,
    },
    Withdraw {
        id: NoteId,
    },
    /// A topic stays at home from now on.
    Limit {
        id: NoteId,
        words: String,
    },
    /// This one would take it off; when both would, it is off.
    Lift {
        id: NoteId,
    },
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Event {
    Turned {
        day: Date,
        who: Who,
    },
    Picked {
        day: Date,
        by: Who,
        idea: Idea,
    },
    Told {
        id: NoteId,
        from: Who,
        day: Date,
        words: String,
    },
    Withdrawn {
        id: NoteId,
    },
    Limited {
        id: NoteId,
        words: String,
    },
    LiftAsked {
        id: NoteId,
        by: Who,
    },
    Lifted {
        id: NoteId,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("date-refused-none")]
    None,
    #[error("date-refused-turn")]
    NotYourTurn,
    #[error("date-refused-day")]
    Day,
    #[error("date-refused-empty")]
    Empty,
    #[error("date-refused-too-long")]
    TooLong,
    #[error("date-refused-not-yours")]
    NotYours,
    #[error("date-refused-limits")]
    Limits,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Dates {
    turn: Option<(Date, Who)>,
    picked: BTreeMap<Date, Picked>,
    lines: Vec<Line>,
    ever: u32,
    limits: Vec<Limit>,
}

impl Dates {
    /// Whose turn it is to plan the date of this day, once somebody began. `rule` is how often dates come round.
    #[must_use]
    pub fn planner(&self, day: Date, rule: Rule) -> Option<Who> {
        let (from, who) = self.turn?;
        let round = |of: Date| match rule {
            Rule::Month { step } | Rule::Weekday { step } => (i64::from(of.year()) * 12
                + i64::from(of.month()))
            .div_euclid(i64::from(step.max(1))),
            Rule::Week { step } => weeks(from, of).div_euclid(i64::from(step.max(1))),
            Rule::Once | Rule::Day { .. } | Rule::Days { .. } | Rule::Year => weeks(from, of),
        };
        let turns = round(day) - round(from);
        Some(if turns.rem_euclid(2) == 0 {
            who
        } else {
            who.other()
        })
    }

    #[must_use]
    pub fn picked(&self, day: Date) -> Option<&Picked> {
        self.picked.get(&day)
    }

    /// The last date that is over, up to a week ago: the one a line would be about.
    #[must_use]
    pub fn last(&self, at: Stamp, slot: Option<&Planned>) -> Option<Date> {
        let over = at.plus(1 - STAYS);
        let week = at.plus(-7 * Stamp::DAY);
        let rounds = slot.map(|slot| slot.rounds(week, over)).unwrap_or_default();
        rounds.last().map(|(day, _)| *day)
    }

    /// Lines about dates, newest first.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().rev()
    }

    #[must_use]
    pub fn line(&self, id: NoteId) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// How many were kept, withdrawn ones not among them.
    #[must_use]
    pub const fn ever(&self) -> u32 {
        self.ever
    }

    #[must_use]
    pub fn limits(&self) -> &[Limit] {
        &self.limits
    }

    /// # Errors
    /// A [`Refusal`] in the couple's words. `slot` is the entry of the plan that holds the time.
    pub fn decide(
        &self,
        now: &Now,
        slot: Option<&Planned>,
        command: &Command,
    ) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Turn { day, who } => {
                let slot = slot.ok_or(Refusal::None)?;
                let stands = self.planner(*day, slot.rule) == Some(*who);
                Ok(one(
                    !stands,
                    Event::Turned {
                        day: *day,
                        who: *who,
                    },
                ))
            }
            Command::Pick { day, idea } => {
                let slot = slot.ok_or(Refusal::None)?;
                let ahead = |when: crate::When| when.stamp().plus(STAYS) > now.at;
                if !slot.round(*day).is_some_and(ahead) {
                    return Err(Refusal::Day);
                }
                if self.planner(*day, slot.rule) == Some(now.who.other()) {
                    return Err(Refusal::NotYourTurn);
                }
                let idea = match idea {
                    Idea::Guide(id) => Idea::Guide(id.clone()),
                    Idea::Own(words) => Idea::Own(line(words, LONGEST_LINE)?),
                };
                let stands = self.picked(*day).is_some_and(|picked| picked.idea == idea);
                Ok(one(
                    !stands,
                    Event::Picked {
                        day: *day,
                        by: now.who,
                        idea,
                    },
                ))
            }
            Command::Tell { id, day, words } => {
                if self.line(*id).is_some() {
                    return Ok(vec![]); // the same press, arriving twice
                }
                if !(-1..=LATE_AT_MOST).contains(&days_between(*day, now.today())) {
                    return Err(Refusal::Day);
                }
                Ok(vec![Event::Told {
                    id: *id,
                    from: now.who,
                    day: *day,
                    words: line(words, LONGEST_LINE)?,
                }])
            }
            Command::Withdraw { id } => match self.line(*id) {
                None => Ok(vec![]),
                Some(line) if line.from != now.who => Err(Refusal::NotYours),
                Some(_) => Ok(vec![Event::Withdrawn { id: *id }]),
            },
            Command::Limit { id, words } => {
                let words = line(words, LONGEST_TOPIC)?;
                let there = |limit: &Limit| limit.id == *id || limit.words == words;
                if self.limits.iter().any(there) {
                    return Ok(vec![]);
                }
                if self.limits.len() >= LIMITS {
                    return Err(Refusal::Limits);
                }
                Ok(vec![Event::Limited { id: *id, words }])
            }
            Command::Lift { id } => {
                let limit = self.limits.iter().find(|limit| limit.id == *id);
                Ok(match limit.map(|limit| limit.lift(now.at)) {
                    None => vec![],
                    Some(Some(who)) if who == now.who => vec![],
                    Some(Some(_)) => vec![Event::Lifted { id: *id }],
                    Some(None) => vec![Event::LiftAsked {
                        id: *id,
                        by: now.who,
                    }],
                })
            }
        }
    }

    /// Never fails. `seq` is where the record stands.
    #[must_use]
    pub fn fold(mut self, at: Stamp, seq: u64, event: &Event) -> Self {
        match event {
            Event::Turned { day, who } => self.turn = Some((*day, *who)),
            Event::Picked { day, by, idea } => {
                let picked = Picked {
                    idea: idea.clone(),
                    by: *by,
                };
                self.picked.insert(*day, picked);
                while self.picked.len() > PICKS {
                    self.picked.pop_first();
                }
            }
            Event::Told {
                id,
                from,
                day,
                words,
            } => {
                if self.line(*id).is_some() {
                    return self;
                }
                if self.lines.len() >= SHOWN {
                    self.lines.remove(0);
                }
                self.lines.push(Line {
                    id: *id,
                    from: *from,
                    words: words.clone(),
                    day: *day,
                    idea: self.picked(*day).map(|picked| picked.idea.clone()),
                    seq,
                });
                self.ever = self.ever.saturating_add(1);
            }
            Event::Withdrawn { id } => {
                let before = self.lines.len();
                self.lines.retain(|line| line.id != *id);
                if self.lines.len() < before {
                    self.ever = self.ever.saturating_sub(1);
                }
            }
            Event::Limited { id, words } => {
                if self.limits.iter().all(|limit| limit.id != *id) {
                    if self.limits.len() >= LIMITS {
                        self.limits.remove(0);
                    }
                    self.limits.push(Limit {
                        id: *id,
                        words: words.clone(),
                        lift: None,
                    });
                }
            }
            Event::LiftAsked { id, by } => {
                if let Some(limit) = self.limits.iter_mut().find(|limit| limit.id == *id) {
                    limit.lift = Some((*by, at));
                }
            }
            Event::Lifted { id } => self.limits.retain(|limit| limit.id != *id),
        }
        self
    }
}

/// Calendar weeks from one day to another; they begin on Mondays.
fn weeks(from: Date, to: Date) -> i64 {
    days_between(monday(from), monday(to)).div_euclid(7)
}

fn one(happens: bool, event: Event) -> Vec<Event> {
    happens.then_some(event).into_iter().collect()
}

impl From<Unwritten> for Refusal {
    fn from(unwritten: Unwritten) -> Self {
        match unwritten {
            Unwritten::Empty => Self::Empty,
            Unwritten::TooLong => Self::TooLong,
        }
    }
}
