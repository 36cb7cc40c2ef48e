//! The plan: what the two agreed on, with a day and a time (product.md G7; the calendar grows with G5).

use std::collections::BTreeMap;

use jiff::Span;
use serde::{Deserialize, Serialize};

use crate::ids::PlanId;
use crate::{Now, Stamp, When};

/// An evening's plan stays on the page for so long after its time, while it happens.
pub const STAYS: i64 = 2 * Stamp::HOUR;

/// How often an agreed thing comes round.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    Once,
    Day,
    Week,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Planned {
    pub id: PlanId,
    pub practice: String,
    pub when: When,
    pub every: Every,
}

impl Every {
    /// How often a practice comes round when it is first planned, by what it is.
    #[must_use]
    pub fn usual(practice: &crate::pack::Practice) -> Self {
        if practice.moment.is_some() {
            Self::Day
        } else if practice.script.as_deref() == Some(crate::pack::WEEKLY_CHECK_IN) {
            Self::Week
        } else {
            Self::Once
        }
    }
}

impl Planned {
    /// The next time it comes round, if it does: not more than [`STAYS`] ago.
    #[must_use]
    pub fn next(&self, at: Stamp) -> Option<When> {
        let still = |when: &When| when.stamp().plus(STAYS) > at;
        if still(&self.when) {
            return Some(self.when.clone());
        }
        let length = match self.every {
            Every::Once => return None,
            Every::Day => 1,
            Every::Week => 7,
        };
        let behind = at.since(self.when.stamp()) / Stamp::DAY;
        let first = (behind / length).max(1);
        // Counted on the calendar, so that the hour on the wall stays; a change of the clocks may take a round more.
        (first..first + 4).find_map(|round| {
            let days = Span::new().try_days(round * length).ok()?;
            let next = When {
                day: self.when.day.checked_add(days).ok()?,
                ..self.when.clone()
            };
            still(&next).then_some(next)
        })
    }
}

#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    Plan {
        id: PlanId,
        practice: String,
        when: When,
        every: Every,
    },
    Move {
        id: PlanId,
        when: When,
    },
    LetGo {
        id: PlanId,
    },
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Event {
    Planned {
        id: PlanId,
        practice: String,
        when: When,
        every: Every,
    },
    Moved {
        id: PlanId,
        when: When,
    },
    /// Letting go leaves no mark.
    LetGo {
        id: PlanId,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("plan-refused-gone")]
    Gone,
    #[error("plan-refused-past")]
    Past,
}

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    all: BTreeMap<PlanId, Planned>,
}

impl Plan {
    /// What is still to come, soonest first.
    #[must_use]
    pub fn coming(&self, at: Stamp) -> Vec<(When, &Planned)> {
        let mut coming: Vec<_> = self
            .all
            .values()
            .filter_map(|p| p.next(at).map(|when| (when, p)))
            .collect();
        coming.sort_by_key(|(when, p)| (when.stamp(), p.id));
        coming
    }

    /// Something still to come. What is over is gone, whether it is still remembered or not.
    #[must_use]
    pub fn get(&self, id: PlanId, at: Stamp) -> Option<&Planned> {
        self.all.get(&id).filter(|p| p.next(at).is_some())
    }

    /// Whether this practice stands in the plan from now on.
    #[must_use]
    pub fn has(&self, practice: &str, at: Stamp) -> bool {
        self.all
            .values()
            .any(|p| p.practice == practice && p.next(at).is_some())
    }

    /// # Errors
    /// A [`Refusal`] when the planned thing is gone or over, or its new time is past.
    pub fn decide(&self, now: &Now, command: &Command) -> Result<Vec<Event>, Refusal> {
        let ahead = |when: &When| {
            if when.stamp() < now.at {
                Err(Refusal::Past)
            } else {
                Ok(())
            }
        };
        match command {
            Command::Plan {
                id,
                practice,
                when,
                every,
            } => {
                ahead(when)?;
                if self.get(*id, now.at).is_some() {
                    return Ok(vec![]); // the same press, arriving twice
                }
                // A practice comes round once, and stands once at any time: a second yes moves it.
                if let Some(standing) = self.all.values().find(|p| {
                    p.practice == *practice
                        && p.every == *every
                        && (*every != Every::Once || p.when == *when)
                }) {
                    return Ok(moved(standing, when));
                }
                Ok(vec![Event::Planned {
                    id: *id,
                    practice: practice.clone(),
                    when: when.clone(),
                    every: *every,
                }])
            }
            Command::Move { id, when } => {
                ahead(when)?;
                Ok(moved(self.get(*id, now.at).ok_or(Refusal::Gone)?, when))
            }
            Command::LetGo { id } => {
                // Pressed twice, or on both phones: it is gone either way.
                Ok(self
                    .get(*id, now.at)
                    .map(|_| Event::LetGo { id: *id })
                    .into_iter()
                    .collect())
            }
        }
    }

    #[must_use]
    pub fn fold(mut self, at: Stamp, event: &Event) -> Self {
        match event {
            Event::Planned {
                id,
                practice,
                when,
                every,
            } => {
                self.all.retain(|_, p| p.next(at).is_some());
                self.all.entry(*id).or_insert_with(|| Planned {
                    id: *id,
                    practice: practice.clone(),
                    when: when.clone(),
                    every: *every,
                });
            }
            Event::Moved { id, when } => {
                if let Some(planned) = self.all.get_mut(id) {
                    planned.when = when.clone();
                }
            }
            Event::LetGo { id } => {
                self.all.remove(id);
            }
        }
        self
    }
}

fn moved(planned: &Planned, when: &When) -> Vec<Event> {
    if planned.when == *when {
        return vec![];
    }
    vec![Event::Moved {
        id: planned.id,
        when: when.clone(),
    }]
}
