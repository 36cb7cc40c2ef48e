//! What the events of a session add up to. `fold` never fails: what is in the log has happened.

use serde::{Deserialize, Serialize};

use crate::session::event::{
    Agreed, Appreciation, Event, Leg, Summary, Timer, Topic, Written, left_with,
};
use crate::session::script::{Mode, Text};
use crate::text::written;
use crate::{Stamp, Who};

/// The place a button was pressed at, so that duplicates, late presses and two tabs are harmless. It does not change
/// with what the other phone may not see.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Token {
    /// Counts every change both may see.
    pub step: u32,
    /// Counts pauses and resumptions.
    pub rest: u32,
    /// Counts how often one's own yes was taken back or ran out: a copy of it that arrives late says nothing any more.
    /// It is on one's own screen only.
    pub own: u32,
}

/// The text was not a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place in a session")]
pub struct NotAToken;

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.step, self.rest)?;
        if self.own > 0 {
            write!(f, ".{}", self.own)?;
        }
        Ok(())
    }
}

impl std::str::FromStr for Token {
    type Err = NotAToken;
    fn from_str(text: &str) -> Result<Self, NotAToken> {
        let (step, rest) = text.split_once('.').ok_or(NotAToken)?;
        let (rest, own) = rest.split_once('.').unwrap_or((rest, "0"));
        Ok(Self {
            step: step.parse().map_err(|_| NotAToken)?,
            rest: rest.parse().map_err(|_| NotAToken)?,
            own: own.parse().map_err(|_| NotAToken)?,
        })
    }
}

impl TryFrom<String> for Token {
    type Error = NotAToken;
    fn try_from(text: String) -> Result<Self, NotAToken> {
        text.parse()
    }
}

impl From<Token> for String {
    fn from(token: Token) -> Self {
        token.to_string()
    }
}

/// A session as it stands. Nothing private is in it: preparation and private words stay in each one's private space.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    pub(super) stage: Stage,
    pub(super) opened: Option<Opened>,
    pub(super) plan: Vec<Leg>,
    /// Place in the plan.
    pub(super) place: usize,
    /// Until when each one's yes holds.
    pub(super) here: [Option<Stamp>; 2],
    /// How often each one's yes was taken back or ran out.
    pub(super) taken_back: [u32; 2],
    pub(super) began: Option<Stamp>,
    /// From then on going on takes fresh yeses.
    pub(super) until: Stamp,
    pub(super) timer: Option<Timer>,
    pub(super) token: Token,
    pub(super) fresh_start_used: bool,
    pub(super) detail: Progress,
    pub(super) kept: Vec<Appreciation>,
    pub(super) parked: Vec<Topic>,
    pub(super) agreed: Vec<Agreed>,
    pub(super) next: Option<Stamp>,
    pub(super) topic: Option<String>,
    pub(super) settled: bool,
    pub(super) bounds: Option<Bounds>,
    pub(super) written: Vec<Written>,
    /// Ids of the cards seen, the last at the end.
    pub(super) drawn: Vec<String>,
    /// The card that lies there until the turn of whoever drew it is over.
    pub(super) lies: Option<String>,
    /// No card is deeper than this: the two agreed on it.
    pub(super) deepest: Option<u8>,
    /// How often each way back was taken.
    pub(super) ways_back: Vec<(Leg, u8)>,
}

/// What it is and what it leaves out, as both said yes to it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Bounds {
    pub includes: Vec<String>,
    pub excludes: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    #[default]
    Unopened,
    Waiting,
    Running,
    Paused {
        left: Option<i64>,
        later: Option<Stamp>,
    },
    Finished,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(super) struct Opened {
    pub(super) script: String,
    pub(super) mode: Mode,
    pub(super) form: String,
    pub(super) first: Who,
}

/// How far the two are within the present step.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Progress {
    pub(super) said_back: bool,
    /// Times in a row the speaker felt not quite heard.
    pub(super) not_quite: u8,
    pub(super) ready: [bool; 2],
    pub(super) picked: [Option<String>; 2],
    /// One shared phone: who holds it.
    pub(super) taken: Option<Who>,
    /// One shared phone: who handed it on last.
    pub(super) had: Option<Who>,
    pub(super) asked: Option<Agreed>,
    pub(super) adjusted: bool,
    pub(super) draft: Option<Draft>,
    /// Where the words of this step stand among those that count.
    pub(super) stands: Option<usize>,
    pub(super) card: Option<String>,
    /// Cards drawn at this step.
    pub(super) draws: u8,
}

/// Shared words as they stand at the present step.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(super) struct Draft {
    pub(super) by: Who,
    pub(super) words: String,
    pub(super) back: Option<Stamp>,
}

/// So many cards a session remembers, so that none comes twice.
const REMEMBERED: usize = 60;

impl State {
    /// The state with one more thing that happened.
    #[must_use]
    pub fn fold(mut self, event: &Event) -> Self {
        match event {
            Event::Opened {
                script,
                mode,
                form,
                first,
                plan,
            } => {
                self.stage = Stage::Waiting;
                self.opened = Some(Opened {
                    script: script.clone(),
                    mode: *mode,
                    form: form.clone(),
                    first: *first,
                });
                self.plan.clone_from(plan);
                self.here = [None; 2];
                self.topic = None;
                self.bounds = None;
                self.token.step += 1;
            }
            Event::About { topic } => self.topic = Some(topic.clone()),
            Event::Bound { includes, excludes } => {
                self.bounds = Some(Bounds {
                    includes: includes.clone(),
                    excludes: excludes.clone(),
                });
            }
            Event::Here { by, until } => {
                if self.here[by.index()].replace(*until).is_some() {
                    self.taken_back[by.index()] += 1; // the one before had run out
                }
            }
            Event::Away { by } => {
                self.here[by.index()] = None;
                self.taken_back[by.index()] += 1;
            }
            Event::Began { at, until } => {
                self.stage = Stage::Running;
                self.began = Some(*at);
                self.until = *until;
                self.here = [None; 2];
                self.token.step += 1;
            }
            Event::Moved { to, timer } => self.arrive(*to, *timer),
            Event::Paused { left } => {
                self.stage = Stage::Paused {
                    left: *left,
                    later: None,
                };
                self.detail.taken = None;
                self.token.rest += 1;
            }
            Event::Resumed { until, timer } => {
                self.stage = Stage::Running;
                self.until = *until;
                self.timer = *timer;
                self.here = [None; 2];
                self.detail.taken = None;
                self.token.rest += 1;
            }
            Event::LaterSet { at } => {
                if let Stage::Paused { later, .. } = &mut self.stage {
                    *later = Some(*at);
                }
            }
            Event::Taken { by } => {
                self.detail.taken = Some(*by);
                self.token.step += 1;
            }
            Event::Ready { by } => {
                self.detail.ready[by.index()] = true;
                self.hand_on();
            }
            Event::PassedOn => {
                if let Some(holds) = self.detail.taken {
                    self.detail.ready[holds.index()] = false;
                }
                self.hand_on();
            }
            Event::SaidBack => {
                self.detail.said_back = true;
                self.token.step += 1;
            }
            Event::NotQuite => {
                self.detail.said_back = false;
                self.detail.not_quite = self.detail.not_quite.saturating_add(1);
                self.token.step += 1;
            }
            Event::Picked { by, option } => {
                self.detail.picked[by.index()] = Some(option.clone());
                // On one phone it goes back under its cover; elsewhere nothing shows before both have picked.
                self.detail.taken = None;
                if self
                    .people()
                    .iter()
                    .all(|who| self.detail.picked[who.index()].is_some())
                {
                    self.token.step += 1;
                }
            }
            Event::Chosen { .. } => self.token.step += 1,
            Event::Depth { at_most } => self.deepest = Some(*at_most),
            Event::Replanned { form, rest } => {
                if let Some(opened) = &mut self.opened {
                    opened.form.clone_from(form);
                }
                self.plan.truncate(self.place.saturating_add(1));
                self.plan.extend_from_slice(rest);
            }
            Event::Asked { by, words } => {
                self.detail.asked = Some(Agreed {
                    from: *by,
                    words: words.clone(),
                });
                self.detail.adjusted = false;
                self.token.step += 1;
            }
            Event::Adjusted { words } => {
                if let (Some(asked), Some(words)) = (&mut self.detail.asked, words) {
                    asked.words = Some(words.clone());
                }
                self.detail.adjusted = true;
                self.token.step += 1;
            }
            Event::Agreed => {
                self.agreed.extend(self.detail.asked.take());
                self.token.step += 1;
            }
            Event::Kept { from, words } => {
                self.kept.push(Appreciation {
                    from: *from,
                    words: words.clone(),
                });
            }
            Event::Parked { topic, talk } => {
                self.parked.push(Topic {
                    topic: topic.clone(),
                    talk: *talk,
                });
            }
            Event::FreshStart { to, timer } => {
                self.fresh_start_used = true;
                self.arrive(*to, *timer);
            }
            Event::Written { by, words, back } => {
                self.detail.draft = Some(Draft {
                    by: *by,
                    words: words.clone(),
                    back: *back,
                });
                self.detail.ready = [false; 2];
                self.token.step += 1;
            }
            Event::Stands { what } => self.stands(*what),
            Event::Drawn { card } => {
                if self.drawn.len() >= REMEMBERED {
                    self.drawn.remove(0);
                }
                self.drawn.push(card.clone());
                self.lies = Some(card.clone());
                self.detail.card = Some(card.clone());
                self.detail.draws = self.detail.draws.saturating_add(1);
                self.token.step += 1;
            }
            Event::Again { to, timer } => {
                if let Some(leg) = self.leg().cloned() {
                    match self.ways_back.iter_mut().find(|(from, _)| *from == leg) {
                        Some((_, times)) => *times = times.saturating_add(1),
                        None => self.ways_back.push((leg, 1)),
                    }
                }
                self.arrive(*to, *timer);
            }
            Event::Settled => self.settled = true,
            Event::NextSet { at } => self.next = Some(*at),
            Event::Finished => {
                self.stage = Stage::Finished;
                self.timer = None;
                self.token.step += 1;
            }
        }
        self
    }

    /// The state these events add up to.
    #[must_use]
    pub fn of<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        events.into_iter().fold(Self::default(), Self::fold)
    }

    /// On one phone it goes back under its cover.
    fn hand_on(&mut self) {
        self.detail.had = self.detail.taken.take().or(self.detail.had);
    }

    /// Written again at the same step, words replace those that stood.
    fn stands(&mut self, what: Text) {
        let Some(draft) = &self.detail.draft else {
            return;
        };
        let written = Written {
            what,
            words: draft.words.clone(),
            back: draft.back,
        };
        match self
            .detail
            .stands
            .and_then(|place| self.written.get_mut(place))
        {
            Some(before) => *before = written,
            None => {
                self.detail.stands = Some(self.written.len());
                self.written.push(written);
            }
        }
    }

    fn arrive(&mut self, place: usize, timer: Option<Timer>) {
        let spoke = self.speaker();
        self.place = place;
        if self.speaker() != spoke {
            self.lies = None;
        }
        self.timer = timer;
        self.detail = Progress::default();
        self.token.step += 1;
    }

    #[must_use]
    pub const fn token(&self) -> Token {
        self.token
    }

    /// The token on the screen of `who`.
    pub(super) fn token_of(&self, who: Who, now: Stamp) -> Token {
        let gone = |who: Who| {
            let ran_out = self.here[who.index()].is_some() && !self.is_here(who, now);
            self.taken_back[who.index()] + u32::from(ran_out)
        };
        let own = if self.mode() == Some(Mode::OnePhone) {
            gone(Who::First) + gone(Who::Second)
        } else {
            gone(who)
        };
        Token { own, ..self.token }
    }

    /// Id of the script this session is held by, once it is laid out.
    #[must_use]
    pub fn script(&self) -> Option<&str> {
        self.opened.as_ref().map(|opened| opened.script.as_str())
    }

    #[must_use]
    pub fn mode(&self) -> Option<Mode> {
        self.opened.as_ref().map(|opened| opened.mode)
    }

    #[must_use]
    pub const fn is_finished(&self) -> bool {
        matches!(self.stage, Stage::Finished)
    }

    /// Whether every yes to begin was given at some time.
    #[must_use]
    pub const fn has_begun(&self) -> bool {
        self.began.is_some()
    }

    /// While paused: when the two want to go on.
    #[must_use]
    pub const fn later(&self) -> Option<Stamp> {
        match self.stage {
            Stage::Paused { later, .. } => later,
            Stage::Unopened | Stage::Waiting | Stage::Running | Stage::Finished => None,
        }
    }

    /// What the session leaves behind; none before it is finished.
    #[must_use]
    pub fn summary(&self) -> Option<Summary> {
        let (Stage::Finished, Some(opened), Some(began)) = (self.stage, &self.opened, self.began)
        else {
            return None;
        };
        Some(Summary {
            script: opened.script.clone(),
            form: opened.form.clone(),
            mode: opened.mode,
            began,
            appreciations: self.kept.clone(),
            parked: self.parked.clone(),
            agreed: self.agreed.clone(),
            next: self.next,
            about: self.topic.clone(),
            settled: self.settled,
            written: self.written.clone(),
        })
    }

    /// Whether exactly these words stand in it: a press that brings them again was taken already.
    #[must_use]
    pub fn has(&self, words: &str) -> bool {
        let Ok(words) = written(words) else {
            return false;
        };
        let draft = self.detail.draft.as_ref().map(|draft| &draft.words);
        let asked = self.detail.asked.as_ref();
        let asked = asked.and_then(|asked| asked.words.as_ref());
        draft == Some(&words)
            || asked == Some(&words)
            || left_with(&self.written, &self.agreed, &self.kept, &self.parked)
                .any(|one| one == words)
    }

    /// Until when each one's yes to begin holds, for whoever said one.
    #[must_use]
    pub const fn yes_until(&self, who: Who) -> Option<Stamp> {
        self.here[who.index()]
    }

    /// How often the way back from the present leg was taken.
    pub(super) fn went_back(&self) -> u8 {
        let leg = self.leg();
        self.ways_back
            .iter()
            .find(|(from, _)| Some(from) == leg)
            .map_or(0, |(_, times)| *times)
    }

    /// Who takes part: both, or whoever holds it alone.
    pub(super) fn people(&self) -> &'static [Who] {
        match &self.opened {
            Some(Opened {
                mode: Mode::Solo,
                first: Who::First,
                ..
            }) => &[Who::First],
            Some(Opened {
                mode: Mode::Solo,
                first: Who::Second,
                ..
            }) => &[Who::Second],
            Some(_) | None => &Who::BOTH,
        }
    }

    /// The time of the yeses that carry this session is over, though it is not finished.
    pub(super) fn asleep(&self, now: Stamp) -> bool {
        self.began.is_some() && !self.is_finished() && now >= self.until
    }

    pub(super) fn is_here(&self, who: Who, now: Stamp) -> bool {
        self.here[who.index()].is_some_and(|until| now < until)
    }

    pub(super) fn leg(&self) -> Option<&Leg> {
        self.plan.get(self.place)
    }

    pub(super) fn speaker(&self) -> Option<Who> {
        self.leg().and_then(|leg| leg.speaker)
    }
}
