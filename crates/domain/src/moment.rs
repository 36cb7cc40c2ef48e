//! Daily moments: a kiss, a hug, hands held (product.md G3.1). A log without an author (S4): it says that something
//! was, never who pressed, and nothing counts what was not.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Now;
use crate::ids::{MomentId, TouchId};
use crate::shared::name_of;
use crate::time::days_between;

/// How many days the rhythm of weeks looks back on: twelve weeks, and what two clocks on the wall may lie apart.
pub const REMEMBERED: i64 = 84 + 3;

/// A moment may be logged so many days late: a phone may have been offline.
pub const LATE_AT_MOST: i64 = 7;

/// For so many days a moment can be undone, and the same press arriving again is known.
const RECENT: i64 = LATE_AT_MOST + 3;

/// So many small touches of one's own have names at a time.
pub const MOST_OWN: usize = 12;

/// The kind of those without a name of their own; the guide has it, too.
const NAMELESS: &str = "own";

/// A day's log holds so many; more presses are taken for a stuck key.
pub const MOST_A_DAY: usize = 30;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// `day` may lie up to [`LATE_AT_MOST`] days back.
    Log {
        id: MomentId,
        kind: String,
        day: Date,
    },
    Undo {
        id: MomentId,
    },
    /// Names a small touch of the couple's own, or gives it another name.
    Call {
        id: TouchId,
        name: String,
    },
    /// It is not in the list any more; what was logged stays in the sum.
    LetGo {
        id: TouchId,
    },
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", try_from = "Told")]
pub enum Event {
    Logged {
        id: MomentId,
        kind: String,
        day: Date,
    },
    Undone {
        id: MomentId,
    },
    Called {
        id: TouchId,
        name: String,
    },
    LetGo {
        id: TouchId,
    },
}

/// An event as it is stored, read in one go. These are most of what ten years hold; the derived way reads each twice,
/// the first time only to find out what it is.
#[derive(Deserialize)]
struct Told {
    is: Is,
    id: MomentId,
    kind: Option<String>,
    day: Option<Date>,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Is {
    Logged,
    Undone,
    Called,
    LetGo,
}

impl TryFrom<Told> for Event {
    type Error = &'static str;

    fn try_from(told: Told) -> Result<Self, Self::Error> {
        let Told {
            is,
            id,
            kind,
            day,
            name,
        } = told;
        let touch = TouchId::new(*id.bytes());
        Ok(match is {
            Is::Logged => Self::Logged {
                id,
                kind: kind.ok_or("kind is missing")?,
                day: day.ok_or("day is missing")?,
            },
            Is::Undone => Self::Undone { id },
            Is::Called => Self::Called {
                id: touch,
                name: name.ok_or("name is missing")?,
            },
            Is::LetGo => Self::LetGo { id: touch },
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("moment-refused-day")]
    Day,
    #[error("moment-refused-many")]
    Many,
    #[error("moment-refused-name")]
    Name,
    #[error("moment-refused-full")]
    Full,
}

/// Small on purpose: what was on which day is known for the last days only, then the day alone, then the sum.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Moments {
    /// Each press of the last days with its kind; without one, if it was undone.
    recent: BTreeMap<Date, BTreeMap<MomentId, Option<String>>>,
    /// Days before those on which something was.
    days: BTreeSet<Date>,
    /// How often each kind ever was (evidence, section 6).
    ever: BTreeMap<String, u32>,
    /// The couple's own small touches, as they call them. Each is logged as a kind under its id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    own: BTreeMap<TouchId, String>,
}

impl Moments {
    /// The couple's own small touches with their names.
    pub fn own(&self) -> impl Iterator<Item = (TouchId, &str)> {
        self.own.iter().map(|(id, name)| (*id, name.as_str()))
    }

    #[must_use]
    pub fn ever(&self) -> u32 {
        self.ever
            .values()
            .fold(0, |sum, count| sum.saturating_add(*count))
    }

    #[must_use]
    pub fn ever_of(&self, kind: &str) -> u32 {
        self.ever.get(kind).copied().unwrap_or_default()
    }

    /// The moment of this kind on that day, if it lies in the last week and there is one.
    #[must_use]
    pub fn on(&self, kind: &str, day: Date) -> Option<MomentId> {
        self.recent
            .get(&day)?
            .iter()
            .find(|(_, logged)| logged.as_deref() == Some(kind))
            .map(|(id, _)| *id)
    }

    /// Days with at least one moment in each of the last `weeks` weeks, oldest first; weeks end today.
    #[must_use]
    pub fn rhythm(&self, today: Date, weeks: usize) -> Vec<u8> {
        let mut rhythm = vec![0; weeks];
        for day in self.with_something() {
            let Ok(back) = usize::try_from(days_between(day, today)) else {
                continue; // already tomorrow, where the other is
            };
            if let Some(week) = weeks.checked_sub(back / 7 + 1) {
                rhythm[week] += 1;
            }
        }
        rhythm
    }

    /// The last day something was logged.
    #[must_use]
    pub fn last(&self) -> Option<Date> {
        self.with_something().max()
    }

    /// Every day that is remembered and has something, once.
    fn with_something(&self) -> impl Iterator<Item = Date> {
        let recent = self
            .recent
            .iter()
            .filter(|(_, logged)| logged.values().any(Option::is_some))
            .map(|(day, _)| *day);
        // A late one may have brought a day back that had been counted already.
        let before = self
            .days
            .iter()
            .copied()
            .filter(|day| !self.is_recent(*day));
        recent.chain(before)
    }

    fn is_recent(&self, day: Date) -> bool {
        self.recent
            .get(&day)
            .is_some_and(|logged| logged.values().any(Option::is_some))
    }

    /// # Errors
    /// When the day lies ahead or more than a week back, or the day is full.
    pub fn decide(&self, now: &Now, command: &Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Log { id, kind, day } => {
                // A phone may already be in the tomorrow of its owner's zone.
                if !(-1..=LATE_AT_MOST).contains(&days_between(*day, now.today())) {
                    return Err(Refusal::Day);
                }
                if let Some(logged) = self.recent.get(day) {
                    if logged.contains_key(id) {
                        return Ok(vec![]); // the same press, arriving twice, or after it was undone
                    }
                    if logged.len() >= MOST_A_DAY {
                        return Err(Refusal::Many);
                    }
                }
                Ok(vec![Event::Logged {
                    id: *id,
                    kind: kind.clone(),
                    day: *day,
                }])
            }
            Command::Undo { id } => {
                let from = now.today().saturating_sub(LATE_AT_MOST.days());
                let mut lately = self.recent.range(from..).rev();
                let logged = lately.find_map(|(_, logged)| logged.get(id));
                Ok(match logged {
                    Some(Some(_)) => vec![Event::Undone { id: *id }],
                    Some(None) | None => vec![],
                })
            }
            Command::Call { id, name } => {
                let name = name_of(name).ok_or(Refusal::Name)?;
                match self.own.get(id) {
                    Some(before) if *before == name => Ok(vec![]),
                    None if self.own.len() >= MOST_OWN => Err(Refusal::Full),
                    Some(_) | None => Ok(vec![Event::Called { id: *id, name }]),
                }
            }
            Command::LetGo { id } => Ok(match self.own.get(id) {
                Some(_) => vec![Event::LetGo { id: *id }],
                None => vec![],
            }),
        }
    }

    #[must_use]
    pub fn fold(mut self, event: &Event) -> Self {
        match event {
            Event::Logged { id, kind, day } => {
                let begins = !self.recent.contains_key(day);
                let logged = self.recent.entry(*day).or_default();
                if logged.contains_key(id) {
                    return self;
                }
                logged.insert(*id, Some(kind.clone()));
                match self.ever.get_mut(kind) {
                    Some(count) => *count = count.saturating_add(1),
                    None => drop(self.ever.insert(kind.clone(), 1)),
                }
                if begins {
                    self.forget_before(*day);
                }
            }
            Event::Undone { id } => {
                let logged = self.recent.values_mut().rev().find_map(|on| on.get_mut(id));
                if let Some(kind) = logged.and_then(Option::take)
                    && let Some(count) = self.ever.get_mut(&kind)
                {
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        self.ever.remove(&kind);
                    }
                }
            }
            Event::Called { id, name } => {
                if self.own.contains_key(id) || self.own.len() < MOST_OWN {
                    self.own.insert(*id, name.clone());
                }
            }
            Event::LetGo { id } => {
                self.own.remove(id);
                // The sum only rises; what it was called is nobody's any more.
                if let Some(count) = self.ever.remove(&id.to_string()) {
                    let rest = self.ever.entry(NAMELESS.to_owned()).or_default();
                    *rest = rest.saturating_add(count);
                }
            }
        }
        self
    }

    fn forget_before(&mut self, day: Date) {
        let recent = day.saturating_sub(RECENT.days());
        while let Some(oldest) = self.recent.first_entry()
            && *oldest.key() < recent
        {
            let (day, logged) = oldest.remove_entry();
            if logged.values().any(Option::is_some) {
                self.days.insert(day);
            }
        }
        let remembered = day.saturating_sub(REMEMBERED.days());
        while self.days.first().is_some_and(|day| *day < remembered) {
            self.days.pop_first();
        }
    }
}
