//! The plan: what the two agreed on, with a day and a time (product.md G5.1, G5.2, G7).
//!
//! Either may move, skip or let go what stands here; that leaves no mark and says nobody's name. Each entry keeps its
//! hour on the wall in the zone of whoever chose it, through changes of the clocks and for two in two zones (K23).

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{PlanId, RitualId};
use crate::recurrence::Rule;
use crate::shared::Shared;
use crate::{Now, Stamp, When};

/// An evening's plan stays on the page for so long after its time, while it happens.
pub const STAYS: i64 = 2 * Stamp::HOUR;

/// How far ahead reminders and feeds are written: twelve weeks.
pub const AHEAD: i64 = 84 * Stamp::DAY;

/// The plan holds so many entries; a couple with more has a calendar of another kind.
pub const MOST: usize = 100;

/// So many rounds of one entry may be moved or skipped ahead.
const EXCEPTIONS: usize = 30;

/// How often a practice comes round, as it was first stored. [`Rule`] says more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    Once,
    Day,
    Week,
}

impl From<Every> for Rule {
    fn from(every: Every) -> Self {
        match every {
            Every::Once => Self::Once,
            Every::Day => Self::Day { step: 1 },
            Every::Week => Self::Week { step: 1 },
        }
    }
}

/// What an entry of the plan is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A practice of the guide, by its lasting id.
    Practice(String),
    Ritual(RitualId),
    /// The time kept for a date.
    Date,
}

/// An entry of the plan.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Planned {
    pub id: PlanId,
    pub what: What,
    /// The first time, and the hour on the wall of every other.
    pub when: When,
    pub rule: Rule,
    /// How long it takes, where the guide does not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u16>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    skipped: BTreeSet<Date>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    moved: BTreeMap<Date, When>,
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
    #[must_use]
    pub const fn new(id: PlanId, what: What, when: When, rule: Rule, minutes: Option<u16>) -> Self {
        Self {
            id,
            what,
            when,
            rule,
            minutes,
            skipped: BTreeSet::new(),
            moved: BTreeMap::new(),
        }
    }

    /// The practice it is, if it is one.
    #[must_use]
    pub fn practice(&self) -> Option<&str> {
        match &self.what {
            What::Practice(practice) => Some(practice),
            What::Ritual(_) | What::Date => None,
        }
    }

    /// The next time it comes round, if it does: not more than [`STAYS`] ago.
    #[must_use]
    pub fn next(&self, at: Stamp) -> Option<When> {
        self.next_round(at).map(|(_, when)| when)
    }

    /// The same, with the day its rule gives.
    #[must_use]
    pub fn next_round(&self, at: Stamp) -> Option<(Date, When)> {
        let still = |when: &When| when.stamp().plus(STAYS) > at;
        // Behind the last exception, rounds lie in order; a day more, because clocks may lie apart.
        let from = self.first_day_at(at.plus(-STAYS));
        let regular = (self.rule.days(self.when.day, from))
            .filter(|day| !self.skipped.contains(day) && !self.moved.contains_key(day))
            .map(|day| (day, self.on(day)))
            .find(|(_, when)| still(when));
        let moved = (self.moved.iter())
            .filter(|(_, when)| still(when))
            .map(|(day, when)| (*day, when.clone()));
        regular
            .into_iter()
            .chain(moved)
            .min_by_key(|(_, when)| when.stamp())
    }

    /// Every time it begins in `from..to`, soonest first, with the day its rule gives.
    #[must_use]
    pub fn rounds(&self, from: Stamp, to: Stamp) -> Vec<(Date, When)> {
        let within = |when: &When| (from..to).contains(&when.stamp());
        let last = self.local_day(to).saturating_add(1.day());
        let mut rounds: Vec<_> = (self.rule.days(self.when.day, self.first_day_at(from)))
            .take_while(|day| *day <= last)
            .filter(|day| !self.skipped.contains(day) && !self.moved.contains_key(day))
            .map(|day| (day, self.on(day)))
            .chain(self.moved.iter().map(|(day, when)| (*day, when.clone())))
            .filter(|(_, when)| within(when))
            .collect();
        rounds.sort_by_key(|(day, when)| (when.stamp(), *day));
        rounds
    }

    /// One round, if its rule gives this day and it was not skipped.
    #[must_use]
    pub fn round(&self, day: Date) -> Option<When> {
        if self.skipped.contains(&day) {
            return None;
        }
        let moved = self.moved.get(&day).cloned();
        moved.or_else(|| self.rule.gives(self.when.day, day).then(|| self.on(day)))
    }

    /// The rounds ahead that were left out.
    pub fn skipped(&self, at: Stamp) -> impl Iterator<Item = Date> {
        let ahead = move |day: &&Date| self.on(**day).stamp().plus(STAYS) > at;
        self.skipped.iter().filter(ahead).copied()
    }

    /// The time it has by its rule on a day.
    #[must_use]
    pub fn on(&self, day: Date) -> When {
        When {
            day,
            ..self.when.clone()
        }
    }

    /// A day that is not after `at`, wherever the two are.
    fn first_day_at(&self, at: Stamp) -> Date {
        self.local_day(at).saturating_sub(1.day())
    }

    /// The day there; beyond the calendar, its edge.
    fn local_day(&self, at: Stamp) -> Date {
        if at.0 >= jiff::Timestamp::MAX.as_millisecond() {
            Date::MAX
        } else if at.0 <= jiff::Timestamp::MIN.as_millisecond() {
            Date::MIN
        } else {
            self.when.zone.local(at).date()
        }
    }

    /// Whether there is room for this exception without giving up one that still lies ahead.
    fn takes(&self, at: Stamp, day: Date, moved: Option<&When>) -> bool {
        let mut after = self.clone();
        after.except(at, day, moved);
        let left_out = self.skipped(at).all(|one| {
            let elsewhere = one == day && moved.is_some();
            elsewhere || after.skipped.contains(&one)
        });
        let mut ahead = (self.moved.iter()).filter(|(_, when)| when.stamp().plus(STAYS) > at);
        // Of too many the first goes, which may be this one.
        let is_there = match moved {
            Some(_) => after.moved.contains_key(&day),
            None => after.skipped.contains(&day),
        };
        is_there && left_out && ahead.all(|(one, _)| *one == day || after.moved.contains_key(one))
    }

    /// Takes up an exception; what lies long behind is forgotten, and of too many the first.
    fn except(&mut self, at: Stamp, day: Date, moved: Option<&When>) {
        let _ = self.skipped.remove(&day);
        let _ = self.moved.remove(&day);
        match moved {
            Some(when) => {
                self.moved.insert(day, when.clone());
            }
            None => {
                self.skipped.insert(day);
            }
        }
        let long_ago = self.first_day_at(at).saturating_sub(14.days());
        self.skipped.retain(|day| *day >= long_ago);
        let recent = |when: &When| when.stamp() > at.plus(-14 * Stamp::DAY);
        self.moved.retain(|_, when| recent(when));
        while self.skipped.len() > EXCEPTIONS {
            self.skipped.pop_first();
        }
        while self.moved.len() > EXCEPTIONS {
            self.moved.pop_first();
        }
    }
}

/// One time that something agreed on comes round.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Occurrence {
    pub id: PlanId,
    /// The day its rule gives. With `id` it names this occurrence, also when it was moved to another time.
    pub day: Date,
    /// Day and time on the wall, in the zone of whoever chose it.
    pub when: When,
    /// The same as a moment.
    pub at: Stamp,
    pub what: What,
    /// How long it takes; nothing for a practice, of which the guide knows.
    pub minutes: Option<u16>,
}

/// Everything both agreed on that begins in `from..to`, soonest first: single moves and skips are applied.
#[must_use]
pub fn occurrences(shared: &Shared, from: Stamp, to: Stamp) -> Vec<Occurrence> {
    let mut all: Vec<Occurrence> = (shared.plan.all.values())
        .flat_map(|planned| {
            planned
                .rounds(from, to)
                .into_iter()
                .map(|(day, when)| Occurrence {
                    id: planned.id,
                    day,
                    at: when.stamp(),
                    when,
                    what: planned.what.clone(),
                    minutes: planned.minutes,
                })
        })
        .collect();
    all.sort_by_key(|one| (one.at, one.id, one.day));
    all
}

/// The pairs of these spans that lie over each other at some moment of `within`, by their places. Two that only touch do
/// not meet; one that began before counts for as long as it goes on.
#[must_use]
pub fn at_once(spans: &[(Stamp, Stamp)], within: (Stamp, Stamp)) -> Vec<(usize, usize)> {
    let mut pairs = vec![];
    for (one, (from, to)) in spans.iter().enumerate() {
        for (other, (begins, ends)) in spans.iter().enumerate().skip(one + 1) {
            let (meet, part) = (*from.max(begins), *to.min(ends));
            if meet < part && meet < within.1 && within.0 < part {
                pairs.push((one, other));
            }
        }
    }
    pairs
}

#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// A practice that both said yes to.
    Plan {
        id: PlanId,
        practice: String,
        when: When,
        every: Every,
    },
    /// Anything else, or an entry with another rule; what stands there under this id gives way.
    Set {
        id: PlanId,
        what: What,
        when: When,
        rule: Rule,
        minutes: Option<u16>,
    },
    /// All of it, from its new time on.
    Move {
        id: PlanId,
        when: When,
    },
    /// How often it comes round from now on.
    Repeat {
        id: PlanId,
        rule: Rule,
    },
    /// One round of it, only this time. `day` is the one its rule gives.
    MoveOne {
        id: PlanId,
        day: Date,
        when: When,
    },
    /// One round is left out.
    Skip {
        id: PlanId,
        day: Date,
    },
    /// A round that was skipped or moved is where its rule has it again.
    Restore {
        id: PlanId,
        day: Date,
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
    Set {
        id: PlanId,
        what: What,
        when: When,
        rule: Rule,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minutes: Option<u16>,
    },
    Moved {
        id: PlanId,
        when: When,
    },
    MovedOne {
        id: PlanId,
        day: Date,
        when: When,
    },
    /// Leaving one out leaves no mark: it is only not there.
    Skipped {
        id: PlanId,
        day: Date,
    },
    Restored {
        id: PlanId,
        day: Date,
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
    #[error("plan-refused-many")]
    Many,
    #[error("plan-refused-exceptions")]
    Exceptions,
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
            .any(|p| p.practice() == Some(practice) && p.next(at).is_some())
    }

    /// The entry that is this, if one is to come.
    #[must_use]
    pub fn of(&self, what: &What, at: Stamp) -> Option<&Planned> {
        let mut all = self.all.values();
        all.find(|p| p.what == *what && p.next(at).is_some())
    }

    /// # Errors
    /// A [`Refusal`] when the planned thing is gone or over, its new time is past, or the plan is full.
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
                let mut standing = self.all.values().filter(|p| p.next(now.at).is_some());
                if let Some(standing) = standing.find(|p| {
                    p.practice() == Some(practice)
                        && (p.rule == Rule::Once) == (*every == Every::Once)
                        && (*every != Every::Once || p.when == *when)
                }) {
                    return Ok(moved(standing, when));
                }
                self.room(now.at)?;
                Ok(vec![Event::Planned {
                    id: *id,
                    practice: practice.clone(),
                    when: when.clone(),
                    every: *every,
                }])
            }
            Command::Set {
                id,
                what,
                when,
                rule,
                minutes,
            } => {
                ahead(when)?;
                let set = Planned::new(*id, what.clone(), when.clone(), *rule, *minutes);
                match self.get(*id, now.at) {
                    Some(standing) if *standing == set => return Ok(vec![]),
                    Some(_) => {}
                    None => self.room(now.at)?,
                }
                Ok(vec![set.into()])
            }
            Command::Move { id, when } => {
                ahead(when)?;
                Ok(moved(self.get(*id, now.at).ok_or(Refusal::Gone)?, when))
            }
            Command::Repeat { id, rule } => {
                let planned = self.get(*id, now.at).ok_or(Refusal::Gone)?;
                if planned.rule == *rule {
                    return Ok(vec![]);
                }
                // From its next time on, or a while later if that has just begun.
                let mut when = planned.next(now.at).ok_or(Refusal::Gone)?;
                if when.stamp() < now.at {
                    when.day = crate::time::day_after(when.day);
                }
                Ok(vec![
                    Planned::new(*id, planned.what.clone(), when, *rule, planned.minutes).into(),
                ])
            }
            Command::MoveOne { id, day, when } => {
                ahead(when)?;
                match self.round(now.at, *id, *day)? {
                    Some(stands) if stands == *when => Ok(vec![]),
                    Some(_) if !self.takes(now.at, *id, *day, Some(when)) => {
                        Err(Refusal::Exceptions)
                    }
                    Some(_) => Ok(vec![Event::MovedOne {
                        id: *id,
                        day: *day,
                        when: when.clone(),
                    }]),
                    None => Err(Refusal::Gone),
                }
            }
            Command::Skip { id, day } => match self.round(now.at, *id, *day)? {
                None => Ok(vec![]),
                Some(_) if !self.takes(now.at, *id, *day, None) => Err(Refusal::Exceptions),
                Some(_) => Ok(vec![Event::Skipped { id: *id, day: *day }]),
            },
            Command::Restore { id, day } => {
                // What is over is gone, whether it is still remembered or not (S3).
                let planned = self.get(*id, now.at).ok_or(Refusal::Gone)?;
                let excepted = planned.skipped.contains(day) || planned.moved.contains_key(day);
                if excepted && planned.on(*day).stamp() < now.at {
                    return Err(Refusal::Past);
                }
                Ok(excepted
                    .then_some(Event::Restored { id: *id, day: *day })
                    .into_iter()
                    .collect())
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

    fn room(&self, at: Stamp) -> Result<(), Refusal> {
        let standing = self.all.values().filter(|p| p.next(at).is_some()).count();
        if standing < MOST {
            Ok(())
        } else {
            Err(Refusal::Many)
        }
    }

    fn takes(&self, at: Stamp, id: PlanId, day: Date, moved: Option<&When>) -> bool {
        let planned = self.all.get(&id);
        planned.is_some_and(|planned| planned.takes(at, day, moved))
    }

    /// A round that is not over; nothing when it was skipped already.
    fn round(&self, at: Stamp, id: PlanId, day: Date) -> Result<Option<When>, Refusal> {
        let planned = self.get(id, at).ok_or(Refusal::Gone)?;
        if planned.skipped.contains(&day) {
            return Ok(None);
        }
        let when = planned.round(day).ok_or(Refusal::Gone)?;
        if when.stamp().plus(STAYS) > at {
            Ok(Some(when))
        } else {
            Err(Refusal::Past)
        }
    }

    /// Never fails.
    #[must_use]
    pub fn fold(mut self, at: Stamp, event: &Event) -> Self {
        match event {
            Event::Planned {
                id,
                practice,
                when,
                every,
            } => {
                self.forget(at);
                let what = What::Practice(practice.clone());
                self.all.entry(*id).or_insert_with(|| {
                    Planned::new(*id, what, when.clone(), (*every).into(), None)
                });
            }
            Event::Set {
                id,
                what,
                when,
                rule,
                minutes,
            } => {
                self.forget(at);
                let planned = Planned::new(*id, what.clone(), when.clone(), *rule, *minutes);
                self.all.insert(*id, planned);
            }
            Event::Moved { id, when } => {
                if let Some(planned) = self.all.get_mut(id) {
                    planned.when = when.clone();
                    // Their days are no longer those of the rule.
                    planned.skipped.clear();
                    planned.moved.clear();
                }
            }
            Event::MovedOne { id, day, when } => {
                if let Some(planned) = self.all.get_mut(id) {
                    planned.except(at, *day, Some(when));
                }
            }
            Event::Skipped { id, day } => {
                if let Some(planned) = self.all.get_mut(id) {
                    planned.except(at, *day, None);
                }
            }
            Event::Restored { id, day } => {
                if let Some(planned) = self.all.get_mut(id) {
                    planned.skipped.remove(day);
                    planned.moved.remove(day);
                }
            }
            Event::LetGo { id } => {
                self.all.remove(id);
            }
        }
        self
    }

    /// What is over is let go, so that this stays small.
    fn forget(&mut self, at: Stamp) {
        self.all.retain(|_, p| p.next(at).is_some());
        while self.all.len() > MOST {
            self.all.pop_first();
        }
    }
}

impl From<Planned> for Event {
    fn from(planned: Planned) -> Self {
        Self::Set {
            id: planned.id,
            what: planned.what,
            when: planned.when,
            rule: planned.rule,
            minutes: planned.minutes,
        }
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
