//! Daily moments: a kiss, a hug, hands held (product.md G3.1). A log without an author (S4): it says that something
//! was, never who pressed, and nothing counts what was not.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Now;
use crate::ids::MomentId;
use crate::time::days_between;

/// How many days the rhythm of weeks looks back on: twelve weeks.
pub const REMEMBERED: i64 = 84;

/// A day's log holds so many; more presses are taken for a stuck key.
pub const MOST_A_DAY: usize = 30;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// `day` may lie up to a week back: a phone may have been offline.
    Log {
        id: MomentId,
        kind: String,
        day: Date,
    },
    Undo {
        id: MomentId,
    },
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Event {
    Logged {
        id: MomentId,
        kind: String,
        day: Date,
    },
    Undone {
        id: MomentId,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("moment-refused-day")]
    Day,
    #[error("moment-refused-many")]
    Many,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Moments {
    recent: BTreeMap<MomentId, (Date, String)>,
    /// How often each kind ever was: it only rises (evidence, section 6).
    ever: BTreeMap<String, u32>,
}

impl Moments {
    #[must_use]
    pub fn ever(&self) -> u32 {
        self.ever.values().sum()
    }

    #[must_use]
    pub fn ever_of(&self, kind: &str) -> u32 {
        self.ever.get(kind).copied().unwrap_or_default()
    }

    /// Whether this kind was logged on that day.
    #[must_use]
    pub fn on(&self, kind: &str, day: Date) -> Option<MomentId> {
        self.recent
            .iter()
            .find(|(_, (d, k))| *d == day && k == kind)
            .map(|(id, _)| *id)
    }

    /// Days with at least one moment in each of the last `weeks` weeks, oldest first; weeks end today.
    #[must_use]
    pub fn rhythm(&self, today: Date, weeks: usize) -> Vec<u8> {
        let mut days: Vec<Vec<Date>> = vec![Vec::new(); weeks];
        for (day, _) in self.recent.values() {
            let back = days_between(*day, today);
            let Ok(back) = usize::try_from(back) else {
                continue;
            };
            let week = back / 7;
            if week < weeks && !days[weeks - 1 - week].contains(day) {
                days[weeks - 1 - week].push(*day);
            }
        }
        days.iter()
            .map(|d| u8::try_from(d.len()).unwrap_or(7))
            .collect()
    }

    /// The last day something was logged.
    #[must_use]
    pub fn last(&self) -> Option<Date> {
        self.recent.values().map(|(day, _)| *day).max()
    }

    /// # Errors
    /// When the day lies ahead or more than a week back, or the day is full.
    pub fn decide(&self, now: &Now, command: &Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Log { id, kind, day } => {
                if self.recent.contains_key(id) {
                    return Ok(vec![]); // the same press, arriving twice
                }
                // A partner further east may already be in tomorrow.
                if !(-1..=7).contains(&days_between(*day, now.today())) {
                    return Err(Refusal::Day);
                }
                if self.recent.values().filter(|(d, _)| d == day).count() >= MOST_A_DAY {
                    return Err(Refusal::Many);
                }
                Ok(vec![Event::Logged {
                    id: *id,
                    kind: kind.clone(),
                    day: *day,
                }])
            }
            Command::Undo { id } => Ok(if self.recent.contains_key(id) {
                vec![Event::Undone { id: *id }]
            } else {
                vec![]
            }),
        }
    }

    #[must_use]
    pub fn fold(mut self, event: &Event) -> Self {
        match event {
            Event::Logged { id, kind, day } => {
                let oldest = day.saturating_sub(REMEMBERED.days());
                self.recent.retain(|_, (d, _)| *d >= oldest);
                if self.recent.insert(*id, (*day, kind.clone())).is_none() {
                    *self.ever.entry(kind.clone()).or_default() += 1;
                }
            }
            Event::Undone { id } => {
                if let Some((_, kind)) = self.recent.remove(id)
                    && let Some(count) = self.ever.get_mut(&kind)
                {
                    *count = count.saturating_sub(1);
                }
            }
        }
        self
    }
}
