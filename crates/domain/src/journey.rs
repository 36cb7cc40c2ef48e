//! A path walked together: weeks as data (`guide/en/paths`), and a small engine that says where the two are.
//!
//! It never runs ahead of them: a week is over when they say so, or look on after seven days; a lapse brings
//! "welcome back" with the smallest step, never a broken streak (evidence, section 6).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Now;
use crate::pack::Path;
use crate::time::days_between;

/// After so many days without anything done, the page says "welcome back".
pub const LAPSE: i64 = 15;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Starts a path with the practice that was chosen first.
    Begin {
        path: String,
        first: String,
    },
    /// Goes on to the next week, or back to one that is past.
    Go {
        week: u32,
    },
    /// A week of rest, whenever it is wanted.
    Rest,
    /// The same week once more, from today: after a while away nothing is lost.
    Again,
    Leave,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Event {
    Begun {
        path: String,
        first: String,
        day: Date,
    },
    Went {
        week: u32,
        day: Date,
    },
    Rested {
        day: Date,
    },
    Left,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("journey-refused-none")]
    None,
    #[error("journey-refused-week")]
    Week,
}

/// Where the two are on the path they walk, if they walk one.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Journey {
    pub now: Option<Walk>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Walk {
    pub path: String,
    /// The practice it grows from.
    pub first: String,
    pub week: u32,
    /// The day this week began.
    pub since: Date,
    pub resting: bool,
}

/// What the path says today.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Word {
    /// In the middle of a week.
    Underway,
    /// Seven days have passed: the next week may begin whenever they like.
    NextWeek,
    /// The last week has passed.
    Complete,
    /// Nothing was done for a while.
    WelcomeBack,
}

impl Journey {
    /// What to say today. `last` is the last day anything was done together.
    #[must_use]
    pub fn word(&self, path: &Path, today: Date, last: Option<Date>) -> Option<Word> {
        let walk = self.now.as_ref()?;
        let lately = last.map_or(walk.since, |last| last.max(walk.since));
        Some(if days_between(lately, today) >= LAPSE {
            Word::WelcomeBack
        } else if days_between(walk.since, today) < 7 {
            Word::Underway
        } else if walk.week as usize >= path.weeks.len() {
            Word::Complete
        } else {
            Word::NextWeek
        })
    }

    /// # Errors
    /// When no path is walked, or the week does not exist or lies beyond the next one.
    pub fn decide(&self, now: &Now, weeks: u32, command: &Command) -> Result<Vec<Event>, Refusal> {
        let day = now.today();
        match command {
            Command::Begin { path, first } => match &self.now {
                Some(walk) if walk.path == *path => Ok(vec![]),
                Some(_) | None => Ok(vec![Event::Begun {
                    path: path.clone(),
                    first: first.clone(),
                    day,
                }]),
            },
            Command::Go { week } => match &self.now {
                None => Err(Refusal::None),
                Some(walk) if walk.week == *week => Ok(vec![]),
                Some(walk) if *week == 0 || *week > weeks.min(walk.week.saturating_add(1)) => {
                    Err(Refusal::Week)
                }
                Some(_) => Ok(vec![Event::Went { week: *week, day }]),
            },
            Command::Rest => match &self.now {
                None => Err(Refusal::None),
                Some(walk) if walk.resting && days_between(walk.since, day) < 7 => Ok(vec![]),
                Some(_) => Ok(vec![Event::Rested { day }]),
            },
            Command::Again => match &self.now {
                None => Err(Refusal::None),
                Some(walk) if walk.since == day && !walk.resting => Ok(vec![]),
                Some(Walk { week, .. }) => Ok(vec![Event::Went { week: *week, day }]),
            },
            Command::Leave => Ok(self.now.as_ref().map(|_| Event::Left).into_iter().collect()),
        }
    }

    #[must_use]
    pub fn fold(mut self, event: &Event) -> Self {
        match event {
            Event::Begun { path, first, day } => {
                self.now = Some(Walk {
                    path: path.clone(),
                    first: first.clone(),
                    week: 1,
                    since: *day,
                    resting: false,
                });
            }
            Event::Went { week, day } => {
                if let Some(walk) = &mut self.now {
                    walk.week = *week;
                    walk.since = *day;
                    walk.resting = false;
                }
            }
            Event::Rested { day } => {
                if let Some(walk) = &mut self.now {
                    walk.since = *day;
                    walk.resting = true;
                }
            }
            Event::Left => self.now = None,
        }
        self
    }
}
