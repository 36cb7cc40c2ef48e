//! Rituals: a small thing two people do again and again, which both call theirs (product.md G5.2, evidence P11).
//!
//! Its words are an agreement (S13): one drafts, the other agrees; a change needs both again, and the versions before
//! are kept with their author and day. Keeping it is noted without an author (S4), and only what was is counted: the
//! weeks in which it was kept, which can grow and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{NoteId, PlanId, RitualId};
use crate::plan::{self, Planned, What};
use crate::proposal::REST_AFTER;
use crate::recurrence::Rule;
use crate::text::{Unwritten, line};
use crate::time::{days_between, monday};
use crate::{Now, Stamp, When, Who};

/// So many may be starred at once: few enough that a star says something.
pub const HAND: usize = 5;

/// So many rituals stand beside each other. The guide advises two.
pub const MOST: usize = 6;

/// Other words for so many of them lie on the table at once; then the oldest come to rest. What is read at every page
/// stays small, and two changes are enough to talk over.
const CHANGES: usize = 2;

/// After so many weeks the two look back together.
pub const LOOKS_BACK: [u8; 2] = [3, 10];

/// So many ideas of the couple's own lie beside those of the guide.
pub const IDEAS: usize = 12;

/// Letters of a name, and of each other line.
pub const LONGEST_NAME: usize = 60;
pub const LONGEST_LINE: usize = 160;

/// It may be noted so many days late.
const LATE_AT_MOST: i64 = 7;

/// Days are remembered for so long; then their week is a number.
const RECENT: i64 = 21;

/// What a ritual is, in the couple's words.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Shape {
    pub name: String,
    /// "When the kettle boils,"
    pub cue: String,
    /// "we sit down with the first cup."
    pub then: String,
    /// What counts on a day that holds no more. May be empty.
    pub least: String,
    /// How it goes when the two are in different places. May be empty.
    pub travel: String,
    /// The first time, and the rhythm.
    pub when: When,
    pub rule: Rule,
    pub minutes: u16,
    /// The suggestion of the guide that it grew from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idea: Option<String>,
    /// The practice of the guide that holds it, such as the phone-free hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub practice: Option<String>,
}

/// A draft that waits for the other's word; it rests for both after a fortnight (S6).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Draft {
    pub shape: Shape,
    pub by: Who,
    pub at: Stamp,
    /// Where its record stands, so that taking it back can erase it.
    pub seq: u64,
}

/// A version both agreed to: who wrote it, and since when it holds.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Version {
    pub shape: Shape,
    pub by: Who,
    pub since: Date,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Ritual {
    pub id: RitualId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    draft: Option<Draft>,
    /// The version that holds. None while it is a first draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ours: Option<Version>,
    /// How many held before: they are read from the log ([`versions`]), so that this stays small.
    #[serde(default)]
    earlier: u32,
    /// The day both first called it theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    began: Option<Date>,
    /// The last looking back, in weeks.
    #[serde(default)]
    looked: u8,
    #[serde(default)]
    kept: Kept,
}

/// When it was kept: days for a while, then weeks as a number.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    days: BTreeSet<Date>,
    weeks: u32,
}

impl Kept {
    fn weeks(&self) -> u32 {
        let recent: BTreeSet<Date> = self.days.iter().map(|day| monday(*day)).collect();
        self.weeks
            .saturating_add(u32::try_from(recent.len()).unwrap_or(u32::MAX))
    }

    fn forget_before(&mut self, day: Date) {
        let edge = monday(day.saturating_sub(RECENT.days()));
        let behind: BTreeSet<Date> = (self.days.range(..edge)).map(|day| monday(*day)).collect();
        self.days.retain(|day| *day >= edge);
        self.weeks = self
            .weeks
            .saturating_add(u32::try_from(behind.len()).unwrap_or(u32::MAX));
    }
}

impl Ritual {
    /// What both call theirs, if they do yet.
    #[must_use]
    pub fn ours(&self) -> Option<&Version> {
        self.ours.as_ref()
    }

    /// How many versions held before this one.
    #[must_use]
    pub const fn earlier(&self) -> u32 {
        self.earlier
    }

    /// A draft on the table that has not come to rest.
    #[must_use]
    pub fn draft(&self, at: Stamp) -> Option<&Draft> {
        let lies = |draft: &&Draft| draft.at.plus(REST_AFTER) > at;
        self.draft.as_ref().filter(lies)
    }

    /// The weeks in which it was kept. It only ever grows, but for a slip of the finger that is taken back.
    #[must_use]
    pub fn weeks(&self) -> u32 {
        self.kept.weeks()
    }

    #[must_use]
    pub fn kept_on(&self, day: Date) -> bool {
        self.kept.days.contains(&day)
    }

    /// The looking back that is due, in weeks: one at a time, and none twice.
    #[must_use]
    pub fn look_back(&self, today: Date) -> Option<u8> {
        let weeks = days_between(self.began?, today) / 7;
        let due = |look: &&u8| i64::from(**look) <= weeks && **look > self.looked;
        LOOKS_BACK.iter().rev().find(due).copied()
    }

    /// The entry of the plan that holds its time.
    #[must_use]
    pub fn plan_id(&self) -> PlanId {
        plan_id(self.id)
    }

    fn is_over(&self, at: Stamp) -> bool {
        self.ours.is_none() && self.draft(at).is_none()
    }
}

/// The versions of a ritual that ever held, by the whole log, the newest first (S13).
#[must_use]
pub fn versions<'a>(log: impl IntoIterator<Item = &'a Event>, of: RitualId) -> Vec<Version> {
    let mut draft = None;
    let mut versions = vec![];
    for event in log {
        match event {
            Event::Drafted { id, by, shape } if *id == of => draft = Some((*by, shape)),
            Event::Withdrawn { id } if *id == of => draft = None,
            Event::Agreed { id, day } if *id == of => {
                versions.extend(draft.take().map(|(by, shape)| Version {
                    shape: (**shape).clone(),
                    by,
                    since: *day,
                }));
            }
            Event::Drafted { .. }
            | Event::Withdrawn { .. }
            | Event::Agreed { .. }
            | Event::Kept { .. }
            | Event::Unkept { .. }
            | Event::Looked { .. }
            | Event::LetGo { .. }
            | Event::Matched { .. }
            | Event::IdeaAdded { .. }
            | Event::IdeaTaken { .. } => {}
        }
    }
    versions.reverse();
    versions
}

/// A ritual has one place in the plan, whichever phone was quicker.
#[must_use]
pub const fn plan_id(id: RitualId) -> PlanId {
    PlanId::new(*id.bytes())
}

/// Something the two already do, or would like to: offered by one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Idea {
    pub id: NoteId,
    pub by: Who,
    pub words: String,
    /// Where its record stands, so that withdrawing it can erase it.
    pub seq: u64,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// Offers a ritual, or another version of it.
    Draft {
        id: RitualId,
        shape: Box<Shape>,
    },
    /// "It is ours": the other's word on a draft, with the words it was given to. A yes is never to words that came
    /// in their place since.
    Agree {
        id: RitualId,
        shape: Box<Shape>,
    },
    /// Takes a draft back.
    Withdraw {
        id: RitualId,
    },
    Keep {
        id: RitualId,
        day: Date,
    },
    /// A slip of the finger.
    Unkeep {
        id: RitualId,
        day: Date,
    },
    /// The two have looked back.
    Look {
        id: RitualId,
        weeks: u8,
    },
    LetGo {
        id: RitualId,
    },
    /// What both starred, found when both had laid their stars down.
    Match {
        ideas: Vec<String>,
    },
    AddIdea {
        id: NoteId,
        words: String,
    },
    TakeIdea {
        id: NoteId,
    },
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Event {
    Drafted {
        id: RitualId,
        by: Who,
        shape: Box<Shape>,
    },
    Agreed {
        id: RitualId,
        day: Date,
    },
    Withdrawn {
        id: RitualId,
    },
    Kept {
        id: RitualId,
        day: Date,
    },
    Unkept {
        id: RitualId,
        day: Date,
    },
    Looked {
        id: RitualId,
        weeks: u8,
    },
    LetGo {
        id: RitualId,
    },
    Matched {
        ideas: Vec<String>,
        day: Date,
    },
    IdeaAdded {
        id: NoteId,
        by: Who,
        words: String,
    },
    IdeaTaken {
        id: NoteId,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("ritual-refused-gone")]
    Gone,
    #[error("ritual-refused-your-own")]
    YourOwn,
    #[error("ritual-refused-not-yours")]
    NotYours,
    #[error("ritual-refused-changed")]
    Changed,
    #[error("ritual-refused-empty")]
    Empty,
    #[error("ritual-refused-too-long")]
    TooLong,
    #[error("ritual-refused-once")]
    Once,
    #[error("ritual-refused-many")]
    Many,
    #[error("ritual-refused-ideas")]
    Ideas,
    #[error("ritual-refused-day")]
    Day,
}

/// What both starred the last time they laid their stars side by side.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Matched {
    pub ideas: Vec<String>,
    pub day: Date,
}

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Rituals {
    all: BTreeMap<RitualId, Ritual>,
    ideas: Vec<Idea>,
    matched: Option<Matched>,
}

impl Rituals {
    /// Those both call theirs, the oldest first.
    pub fn ours(&self) -> impl Iterator<Item = &Ritual> {
        let mut ours: Vec<&Ritual> = (self.all.values())
            .filter(|ritual| ritual.ours().is_some())
            .collect();
        ours.sort_by_key(|ritual| (ritual.began, ritual.id));
        ours.into_iter()
    }

    /// Drafts on the table, of rituals new and old.
    pub fn drafts(&self, at: Stamp) -> impl Iterator<Item = (&Ritual, &Draft)> {
        (self.all.values()).filter_map(move |ritual| Some((ritual, ritual.draft(at)?)))
    }

    /// One that both call theirs, or whose first draft has not come to rest.
    #[must_use]
    pub fn get(&self, id: RitualId, at: Stamp) -> Option<&Ritual> {
        self.all.get(&id).filter(|ritual| !ritual.is_over(at))
    }

    /// Ideas of the couple's own.
    #[must_use]
    pub fn ideas(&self) -> &[Idea] {
        &self.ideas
    }

    #[must_use]
    pub const fn matched(&self) -> Option<&Matched> {
        self.matched.as_ref()
    }

    /// # Errors
    /// A [`Refusal`] in the couple's words.
    pub fn decide(&self, now: &Now, command: &Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Draft { id, shape } => self.drafted(now, *id, shape),
            Command::Agree { id, shape } => {
                let ritual = self.get(*id, now.at).ok_or(Refusal::Gone)?;
                match ritual.draft(now.at) {
                    None => Ok(vec![]), // agreed already, on the other press
                    Some(draft) if draft.by == now.who => Err(Refusal::YourOwn),
                    Some(draft) if draft.shape != **shape => Err(Refusal::Changed),
                    Some(_) => Ok(vec![Event::Agreed {
                        id: *id,
                        day: now.today(),
                    }]),
                }
            }
            Command::Withdraw { id } => {
                let ritual = self.get(*id, now.at).ok_or(Refusal::Gone)?;
                match ritual.draft(now.at) {
                    None => Ok(vec![]),
                    Some(draft) if draft.by != now.who => Err(Refusal::NotYours),
                    Some(_) => Ok(vec![Event::Withdrawn { id: *id }]),
                }
            }
            Command::Keep { id, day } => {
                let ritual = self.ours_of(*id)?;
                if !(-1..=LATE_AT_MOST).contains(&days_between(*day, now.today())) {
                    return Err(Refusal::Day);
                }
                let kept = ritual.kept_on(*day);
                Ok(one(!kept, Event::Kept { id: *id, day: *day }))
            }
            Command::Unkeep { id, day } => {
                let ritual = self.ours_of(*id)?;
                let lately = (-1..=LATE_AT_MOST).contains(&days_between(*day, now.today()));
                let kept = lately && ritual.kept_on(*day);
                Ok(one(kept, Event::Unkept { id: *id, day: *day }))
            }
            Command::Look { id, weeks } => {
                let due = self.ours_of(*id)?.look_back(now.today()) == Some(*weeks);
                Ok(one(
                    due,
                    Event::Looked {
                        id: *id,
                        weeks: *weeks,
                    },
                ))
            }
            Command::LetGo { id } => {
                let there = self.get(*id, now.at).is_some();
                Ok(one(there, Event::LetGo { id: *id }))
            }
            Command::Match { ideas } => Ok(vec![Event::Matched {
                ideas: ideas.iter().take(HAND).cloned().collect(),
                day: now.today(),
            }]),
            Command::AddIdea { id, words } => {
                if self.ideas.iter().any(|idea| idea.id == *id) {
                    return Ok(vec![]); // the same press, arriving twice
                }
                let words = line(words, LONGEST_LINE)?;
                if self.ideas.len() >= IDEAS {
                    return Err(Refusal::Ideas);
                }
                Ok(vec![Event::IdeaAdded {
                    id: *id,
                    by: now.who,
                    words,
                }])
            }
            Command::TakeIdea { id } => match self.ideas.iter().find(|idea| idea.id == *id) {
                None => Ok(vec![]),
                Some(idea) if idea.by != now.who => Err(Refusal::NotYours),
                Some(_) => Ok(vec![Event::IdeaTaken { id: *id }]),
            },
        }
    }

    fn drafted(&self, now: &Now, id: RitualId, shape: &Shape) -> Result<Vec<Event>, Refusal> {
        let may_be_empty = |text: &str| match line(text, LONGEST_LINE) {
            Err(Unwritten::Empty) => Ok(String::new()),
            other => other,
        };
        if shape.rule == Rule::Once {
            return Err(Refusal::Once);
        }
        let shape = Shape {
            name: line(&shape.name, LONGEST_NAME)?,
            cue: line(&shape.cue, LONGEST_LINE)?,
            then: line(&shape.then, LONGEST_LINE)?,
            least: may_be_empty(&shape.least)?,
            travel: may_be_empty(&shape.travel)?,
            ..shape.clone()
        };
        match self.get(id, now.at) {
            None => {
                let standing = self.all.values().filter(|one| !one.is_over(now.at));
                if standing.count() >= MOST {
                    return Err(Refusal::Many);
                }
            }
            Some(ritual) => {
                let same = |draft: &Draft| draft.by == now.who && draft.shape == shape;
                let stands = ritual.draft(now.at).is_none()
                    && ritual.ours().is_some_and(|ours| ours.shape == shape);
                if stands || ritual.draft(now.at).is_some_and(same) {
                    return Ok(vec![]); // nothing in it is new
                }
            }
        }
        Ok(vec![Event::Drafted {
            id,
            by: now.who,
            shape: Box::new(shape),
        }])
    }

    fn rest_old_changes(&mut self) {
        let mut changes: Vec<(u64, RitualId)> = (self.all.values())
            .filter(|ritual| ritual.ours.is_some())
            .filter_map(|ritual| Some((ritual.draft.as_ref()?.seq, ritual.id)))
            .collect();
        changes.sort_unstable();
        let over = changes.len().saturating_sub(CHANGES);
        for (_, id) in &changes[..over] {
            if let Some(ritual) = self.all.get_mut(id) {
                ritual.draft = None;
            }
        }
    }

    fn ours_of(&self, id: RitualId) -> Result<&Ritual, Refusal> {
        let ritual = self.all.get(&id);
        ritual
            .filter(|ritual| ritual.ours().is_some())
            .ok_or(Refusal::Gone)
    }

    /// What the plan is asked when this draft becomes theirs: from its next time on.
    pub(crate) fn planned(&self, now: &Now, id: RitualId) -> Option<plan::Command> {
        let shape = &self.get(id, now.at)?.draft(now.at)?.shape;
        let planned = Planned::new(
            plan_id(id),
            What::Ritual(id),
            shape.when.clone(),
            shape.rule,
            Some(shape.minutes),
        );
        // The first time that has not begun.
        let when = planned.next(now.at.plus(plan::STAYS))?;
        Some(plan::Command::Set {
            id: planned.id,
            what: planned.what,
            when,
            rule: planned.rule,
            minutes: planned.minutes,
        })
    }

    /// Never fails. `seq` is where the record stands.
    #[must_use]
    pub fn fold(mut self, at: Stamp, seq: u64, event: &Event) -> Self {
        match event {
            Event::Drafted { id, by, shape } => {
                self.all.retain(|_, ritual| !ritual.is_over(at));
                let ritual = self.all.entry(*id).or_insert_with(|| Ritual {
                    id: *id,
                    draft: None,
                    ours: None,
                    earlier: 0,
                    began: None,
                    looked: 0,
                    kept: Kept::default(),
                });
                ritual.draft = Some(Draft {
                    shape: (**shape).clone(),
                    by: *by,
                    at,
                    seq,
                });
                while self.all.len() > MOST {
                    self.all.pop_first();
                }
                self.rest_old_changes();
            }
            Event::Agreed { id, day } => {
                if let Some(ritual) = self.all.get_mut(id)
                    && let Some(draft) = ritual.draft.take()
                {
                    ritual.began.get_or_insert(*day);
                    if ritual.ours.is_some() {
                        ritual.earlier = ritual.earlier.saturating_add(1);
                    }
                    ritual.ours = Some(Version {
                        shape: draft.shape,
                        by: draft.by,
                        since: *day,
                    });
                }
            }
            Event::Withdrawn { id } => {
                if let Some(ritual) = self.all.get_mut(id) {
                    ritual.draft = None;
                    if ritual.ours.is_none() {
                        self.all.remove(id);
                    }
                }
            }
            Event::Kept { id, day } => {
                if let Some(ritual) = self.all.get_mut(id) {
                    ritual.kept.days.insert(*day);
                    ritual.kept.forget_before(*day);
                }
            }
            Event::Unkept { id, day } => {
                if let Some(ritual) = self.all.get_mut(id) {
                    ritual.kept.days.remove(day);
                }
            }
            Event::Looked { id, weeks } => {
                if let Some(ritual) = self.all.get_mut(id) {
                    ritual.looked = ritual.looked.max(*weeks);
                }
            }
            Event::LetGo { id } => {
                self.all.remove(id);
            }
            Event::Matched { ideas, day } => {
                self.matched = Some(Matched {
                    ideas: ideas.clone(),
                    day: *day,
                });
            }
            Event::IdeaAdded { id, by, words } => {
                if self.ideas.iter().all(|idea| idea.id != *id) {
                    if self.ideas.len() >= IDEAS {
                        self.ideas.remove(0);
                    }
                    self.ideas.push(Idea {
                        id: *id,
                        by: *by,
                        words: words.clone(),
                        seq,
                    });
                }
            }
            Event::IdeaTaken { id } => self.ideas.retain(|idea| idea.id != *id),
        }
        self
    }
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
