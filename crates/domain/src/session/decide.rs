//! What may be pressed, by whom, and what then happens.

use crate::pack::Family;
use crate::session::event::{Event, Leg, Timer};
use crate::session::script::{Card, Chooser, Draw, Mode, Park, Pick, Script, Speaker, Step, What};
use crate::session::state::{Opened, Stage, State, Token};
use crate::session::view::{Button, ButtonKind};
use crate::text::{Unwritten, written};
use crate::{Stamp, Who};

/// How long a session may go on from one pair of yeses; after that it takes fresh ones.
const AWAKE: i64 = 12 * Stamp::HOUR;
/// A yes never holds longer than this, whatever day's end is named.
const YES_HOLDS: i64 = 24 * Stamp::HOUR;
/// A break is proposed to be so long; the two may name another time.
pub const BREAK: i64 = 30 * Stamp::MINUTE;
/// Cards drawn at one step.
const DRAWS_AT_MOST: u8 = 20;
/// Appreciations kept, topics put aside, words written together, each in one session.
const LIST_AT_MOST: usize = 20;
/// A time to meet lies within this.
const AHEAD_AT_MOST: i64 = 400 * Stamp::DAY;

/// One press on a phone.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Command {
    /// The token of the view it was pressed on.
    pub at: Token,
    /// On one shared phone: whose press it is, if not that of whoever is signed in.
    pub by: Option<Who>,
    pub press: Press,
}

impl Command {
    #[must_use]
    pub const fn new(at: Token, press: Press) -> Self {
        Self {
            at,
            by: None,
            press,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Press {
    /// Lays the session out: mode, form (an id of the script), who goes first. May be done again until it begins; in
    /// a form for one, whoever presses holds it.
    Begin {
        mode: Mode,
        form: String,
        first: Who,
        /// The topic, where the script is about one.
        about: Option<String>,
    },
    /// "I'm here." `day_ends` is the end of this person's day: the yes holds until then.
    Here {
        day_ends: Stamp,
    },
    /// Takes one's own "here" back, before it begins. The other's page does not change (S6).
    NotNow,
    /// Goes on: reading, a turn, an answered choice, a request left out, closing.
    Next,
    Ready,
    /// One shared phone: takes it, behind the cover.
    Take,
    /// One shared phone, at a gate: hands it on, not ready yet. Takes back that one was.
    PassOn,
    /// The listener: "I've said it back."
    SaidBack,
    /// The speaker: "Yes, that's it."
    Right,
    /// The speaker: "Not quite."
    NotQuite,
    /// `words` where the option asks for some.
    Choose {
        option: String,
        words: Option<String>,
    },
    /// The speaker's small request; no words if it was spoken.
    Give {
        words: Option<String>,
    },
    /// Agrees to a request, or to the way it was adjusted.
    Accept,
    /// Offers it in another way; no words if spoken.
    Adjust {
        words: Option<String>,
    },
    /// Not this one. Leaves no mark (S6).
    Decline,
    /// Keeps an appreciation that `from` said.
    Keep {
        from: Who,
        words: String,
    },
    /// Words for both, and when to look back.
    Write {
        words: String,
        back: Option<Stamp>,
    },
    /// A card, of one depth or of any; `chance` says which.
    Draw {
        depth: Option<u8>,
        chance: u64,
    },
    /// Puts a topic aside; `talk`: for a talk of its own.
    Park {
        topic: String,
        talk: bool,
    },
    Pause,
    /// Too much for one of the two: a pause, with a time to come back.
    Break,
    Resume,
    /// While paused: when to go on. At the closing, and where a time is asked for: the next time.
    SetTime {
        at: Stamp,
    },
    /// The present part once more, kindly. Once in a session.
    FreshStart,
    /// Leaves the present step out.
    Skip,
    /// Finished for today, for both, at once.
    Stop,
}

/// Why a press did nothing. The text is the id of a sentence for the couple.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
pub enum Refusal {
    /// The other was quicker, or it was pressed twice: show the session as it stands.
    #[error("session-refused-late")]
    Late,
    /// Nothing of that kind can be pressed now by this person.
    #[error("session-refused-not-now")]
    NotNow,
    #[error("session-refused-over")]
    Over,
    #[error("session-refused-empty")]
    Empty,
    #[error("session-refused-too-long")]
    TooLong,
    /// Twenty are enough for one session.
    #[error("session-refused-many")]
    Many,
    #[error("session-refused-past")]
    Past,
    /// It is about a topic, and none was chosen.
    #[error("session-refused-topic")]
    Topic,
    /// The script has no such form, or cannot be held that way.
    #[error("session-refused-form")]
    Form,
    /// A press for the other, but not on one shared phone.
    #[error("session-refused-not-yours")]
    NotYours,
}

impl From<Unwritten> for Refusal {
    fn from(unwritten: Unwritten) -> Self {
        match unwritten {
            Unwritten::Empty => Self::Empty,
            Unwritten::TooLong => Self::TooLong,
        }
    }
}

impl Press {
    /// The button this press belongs to; none for laying the session out.
    #[must_use]
    pub fn button(&self) -> Option<ButtonKind> {
        Some(match self {
            Self::Begin { .. } => return None,
            Self::Here { .. } => ButtonKind::Here,
            Self::NotNow => ButtonKind::NotNow,
            Self::Next => ButtonKind::Next,
            Self::Ready => ButtonKind::Ready,
            Self::Take => ButtonKind::Take,
            Self::PassOn => ButtonKind::PassOn,
            Self::SaidBack => ButtonKind::SaidBack,
            Self::Right => ButtonKind::Right,
            Self::NotQuite => ButtonKind::NotQuite,
            Self::Choose { option, .. } => ButtonKind::Choose(option.clone()),
            Self::Give { .. } => ButtonKind::Give,
            Self::Accept => ButtonKind::Accept,
            Self::Adjust { .. } => ButtonKind::Adjust,
            Self::Decline => ButtonKind::Decline,
            Self::Keep { .. } => ButtonKind::Keep,
            Self::Write { .. } => ButtonKind::Write,
            Self::Draw { depth, .. } => ButtonKind::Draw(*depth),
            Self::Park { .. } => ButtonKind::Park,
            Self::Pause => ButtonKind::Pause,
            Self::Break => ButtonKind::Break,
            Self::Resume => ButtonKind::Resume,
            Self::SetTime { .. } => ButtonKind::SetTime,
            Self::FreshStart => ButtonKind::FreshStart,
            Self::Skip => ButtonKind::Skip,
            Self::Stop => ButtonKind::Stop,
        })
    }

    /// Whether a press that was meant for `at` still means the same at `now`. Stopping, pausing and what one wrote
    /// hold wherever the other has gone meanwhile.
    fn in_time(&self, at: Token, now: Token) -> bool {
        let same = (at.step, at.rest) == (now.step, now.rest);
        match self {
            Self::Here { .. } => same && at.own == now.own,
            Self::Stop | Self::NotNow | Self::Keep { .. } | Self::Park { .. } => true,
            Self::Pause | Self::Break => at.rest == now.rest,
            Self::Begin { .. }
            | Self::Next
            | Self::Ready
            | Self::Take
            | Self::PassOn
            | Self::SaidBack
            | Self::Right
            | Self::NotQuite
            | Self::Choose { .. }
            | Self::Give { .. }
            | Self::Accept
            | Self::Adjust { .. }
            | Self::Decline
            | Self::Write { .. }
            | Self::Draw { .. }
            | Self::Resume
            | Self::SetTime { .. }
            | Self::FreshStart
            | Self::Skip => same,
        }
    }
}

impl State {
    /// What happens when `who` presses. An empty list: it is so already.
    ///
    /// # Errors
    /// [`Refusal`]; the state stays as it is.
    pub fn decide(
        &self,
        script: &Script,
        now: Stamp,
        who: Who,
        command: Command,
    ) -> Result<Vec<Event>, Refusal> {
        let Command { at, by, press } = command;
        let by = by.unwrap_or(who);
        if by != who && self.mode() != Some(Mode::OnePhone) {
            return Err(Refusal::NotYours);
        }
        let begun = self.has_begun();
        match (&press, self.stage) {
            (Press::Stop, Stage::Finished) => return Ok(vec![]),
            (_, Stage::Finished) => return Err(Refusal::Over),
            // Before both were there nothing has begun that could be stopped for both.
            (Press::Stop, _) if !begun => return Ok(self.not_now(by)),
            (Press::NotNow, _) => return Ok(self.not_now(by)),
            // Both pressed at once.
            (Press::Pause | Press::Break, Stage::Paused { .. }) => return Ok(vec![]),
            _ => {}
        }
        if !press.in_time(at, self.token_of(who, now)) {
            return Err(Refusal::Late);
        }
        let Some(button) = press.button() else {
            return self.lay_out(script, who, press);
        };
        // Said already: a double tap is no mistake. Where one phone goes round, it is none after either answer.
        let again = (matches!(press, Press::Ready | Press::PassOn) && self.goes_round(script))
            || (matches!(press, Press::Here { .. }) && self.is_here(by, now))
            || (press == Press::Ready && self.detail.ready[by.index()])
            || (matches!(press, Press::Choose { .. }) && self.detail.picked[by.index()].is_some());
        if !self.buttons(script, now).contains(&Button {
            who: by,
            kind: button,
        }) {
            return if again {
                Ok(vec![])
            } else {
                Err(Refusal::NotNow)
            };
        }
        self.happens(script, now, by, press)
    }

    fn not_now(&self, by: Who) -> Vec<Event> {
        if self.here[by.index()].is_some() {
            vec![Event::Away { by }]
        } else {
            vec![]
        }
    }

    fn lay_out(&self, script: &Script, who: Who, press: Press) -> Result<Vec<Event>, Refusal> {
        let Press::Begin {
            mode,
            form,
            first,
            about,
        } = press
        else {
            return Err(Refusal::NotNow);
        };
        if self.has_begun() {
            return Err(Refusal::NotNow);
        }
        let form = script.form(&form).ok_or(Refusal::Form)?;
        let alone = mode == Mode::Solo;
        if form.for_one != alone || !(alone || script.modes_of(form).contains(&mode)) {
            return Err(Refusal::Form);
        }
        let topic = match (script.about, about) {
            (None, _) => None,
            (Some(_), None) => return Err(Refusal::Topic),
            (Some(_), Some(topic)) => Some(written(&topic).map_err(|why| match why {
                Unwritten::Empty => Refusal::Topic,
                Unwritten::TooLong => Refusal::TooLong,
            })?),
        };
        let first = if alone { who } else { first };
        let opened = Opened {
            script: script.id.clone(),
            mode,
            form: form.id.clone(),
            first,
        };
        if self.opened.as_ref() == Some(&opened) && self.topic == topic {
            return Ok(vec![]);
        }
        let plan = script.plan(form, first, alone);
        let mut events = vec![Event::Opened {
            script: opened.script,
            mode,
            form: opened.form,
            first,
            plan,
        }];
        events.extend(topic.map(|topic| Event::About { topic }));
        if script.is_gated() {
            events.push(Event::Bound {
                includes: script.includes.clone(),
                excludes: script.excludes.clone(),
            });
        }
        Ok(events)
    }

    /// A press that [`State::buttons`] offers.
    fn happens(
        &self,
        script: &Script,
        now: Stamp,
        by: Who,
        press: Press,
    ) -> Result<Vec<Event>, Refusal> {
        let words = |given: Option<String>| given.as_deref().map(written).transpose();
        Ok(match press {
            Press::Begin { .. } | Press::NotNow => vec![],
            Press::Here { day_ends } => self.here(script, now, by, day_ends),
            Press::Next | Press::Right | Press::Decline | Press::Skip => {
                vec![self.on_to(script, self.place.saturating_add(1), now)]
            }
            Press::Ready => {
                let mut events = vec![Event::Ready { by }];
                let all = self
                    .people()
                    .iter()
                    .all(|who| *who == by || self.detail.ready[who.index()]);
                if all && self.ends_round(script, by) {
                    if let (Some(What::Write { as_, .. }), Some(_)) =
                        (self.step(script).map(|step| &step.what), &self.detail.draft)
                    {
                        events.push(Event::Stands { what: *as_ });
                    }
                    events.push(self.on_to(script, self.place.saturating_add(1), now));
                }
                events
            }
            Press::Take => vec![Event::Taken { by }],
            Press::PassOn => vec![Event::PassedOn],
            Press::SaidBack => vec![Event::SaidBack],
            Press::NotQuite => vec![Event::NotQuite],
            Press::Choose { option, words } => self.choose(script, now, by, option, words)?,
            Press::Give { words: given } => vec![Event::Asked {
                by,
                words: words(given)?,
            }],
            Press::Accept => {
                vec![
                    Event::Agreed,
                    self.on_to(script, self.place.saturating_add(1), now),
                ]
            }
            Press::Adjust { words: given } => vec![Event::Adjusted {
                words: words(given)?,
            }],
            Press::Keep { from, words } => {
                let words = written(&words)?;
                if self
                    .kept
                    .iter()
                    .any(|kept| kept.from == from && kept.words == words)
                {
                    vec![]
                } else if self.kept.len() >= LIST_AT_MOST {
                    return Err(Refusal::Many);
                } else {
                    vec![Event::Kept { from, words }]
                }
            }
            Press::Write { words, back } => self.write(script, now, by, &words, back)?,
            Press::Draw { depth, chance } => self.draw(script, depth, chance),
            Press::Park { topic, talk } => self.park(&topic, talk)?,
            Press::Break => self.breaks(now),
            Press::Pause => {
                vec![Event::Paused {
                    left: self.timer.map(|timer| timer.left(now)),
                }]
            }
            Press::Resume => vec![self.resumed(script, now, self.until)],
            Press::SetTime { at } => {
                if at <= now || at.since(now) > AHEAD_AT_MOST {
                    return Err(Refusal::Past);
                }
                match self.stage {
                    Stage::Paused { later, .. } if later == Some(at) => vec![],
                    Stage::Paused { .. } => vec![Event::LaterSet { at }],
                    Stage::Unopened | Stage::Waiting | Stage::Running | Stage::Finished => {
                        if self.next == Some(at) {
                            vec![]
                        } else {
                            vec![Event::NextSet { at }]
                        }
                    }
                }
            }
            Press::FreshStart => {
                let to = self.part_begins(script);
                vec![Event::FreshStart {
                    to,
                    timer: self.timer_at(script, to, now),
                }]
            }
            Press::Stop => vec![Event::Finished],
        })
    }

    fn here(&self, script: &Script, now: Stamp, by: Who, day_ends: Stamp) -> Vec<Event> {
        let until = day_ends.min(now.plus(YES_HOLDS));
        let mut carried = now.plus(AWAKE);
        if script.is_gated() {
            // A yes to touch is for this day, and so is what it carries (S5).
            let yes = |who: &Who| {
                if *who == by {
                    Some(until)
                } else {
                    self.here[who.index()]
                }
            };
            let shortest = self.people().iter().filter_map(yes).min();
            carried = carried.min(shortest.unwrap_or(until));
        }
        let mut events = vec![Event::Here { by, until }];
        let all = now < until
            && self
                .people()
                .iter()
                .all(|who| *who == by || self.is_here(*who, now));
        if all && self.has_begun() {
            events.push(self.resumed(script, now, carried));
        } else if all {
            events.push(Event::Began {
                at: now,
                until: carried,
            });
            events.push(self.on_to(script, 0, now));
        }
        events
    }

    /// Going on after a pause with what remained; after a night without one, with the whole time of the step.
    fn resumed(&self, script: &Script, now: Stamp, until: Stamp) -> Event {
        let timer = match self.stage {
            Stage::Paused { left, .. } => {
                left.zip(self.timer)
                    .map(|(left, Timer { total, .. })| Timer {
                        total,
                        ends: now.plus(left),
                    })
            }
            Stage::Unopened | Stage::Waiting | Stage::Running | Stage::Finished => {
                self.timer_at(script, self.place, now)
            }
        };
        Event::Resumed { until, timer }
    }

    fn choose(
        &self,
        script: &Script,
        now: Stamp,
        by: Who,
        option: String,
        words: Option<String>,
    ) -> Result<Vec<Event>, Refusal> {
        let Some((What::Choice { chooser, picks, .. }, pick)) = self
            .step(script)
            .map(|step| &step.what)
            .zip(self.pick(script, &option))
        else {
            return Err(Refusal::NotNow);
        };
        debug_assert!(picks.contains(pick));
        if *chooser == Chooser::Each {
            let depth = self.lighter(picks, by, pick);
            let mut events = vec![Event::Picked { by, option }];
            events.extend(depth.map(|at_most| Event::Depth { at_most }));
            return Ok(events);
        }
        if pick.breaks {
            return Ok(self.breaks(now));
        }
        let mut events = vec![Event::Chosen { option }];
        events.extend(pick.depth.map(|at_most| Event::Depth { at_most }));
        if pick.settles && self.topic.is_some() && !self.settled {
            events.push(Event::Settled);
        }
        if let Some(park) = pick.park {
            events.extend(self.park(&words.unwrap_or_default(), park == Park::Talk)?);
        }
        if let Some(form) = pick.form.as_ref().and_then(|form| script.form(form)) {
            events.push(Event::Replanned {
                form: form.id.clone(),
                rest: self.rest_in(script, form),
            });
        }
        let then = events.iter().fold(self.clone(), Self::fold);
        if let Some(to) = pick.again.as_ref().and_then(|id| self.way_back(script, id)) {
            events.push(Event::Again {
                to,
                timer: self.timer_at(script, to, now),
            });
            return Ok(events);
        }
        let next = self.place.saturating_add(1);
        let to = if pick.ends_turn {
            self.turn_ends(script)
        } else {
            pick.to
                .as_ref()
                .and_then(|id| self.way_on(id))
                .unwrap_or(next)
        };
        events.push(then.on_to(script, to, now));
        Ok(events)
    }

    /// How deep cards may go from here: the lighter of what both picked, once both have.
    fn lighter(&self, picks: &[Pick], by: Who, now: &Pick) -> Option<u8> {
        let depths = self.people().iter().map(|who| {
            if *who == by {
                return now.depth;
            }
            let option = self.detail.picked[who.index()].as_ref()?;
            picks.iter().find(|pick| pick.id == *option)?.depth
        });
        depths.collect::<Option<Vec<u8>>>()?.into_iter().min()
    }

    /// A pause with a time to come back.
    fn breaks(&self, now: Stamp) -> Vec<Event> {
        vec![
            Event::Paused {
                left: self.timer.map(|timer| timer.left(now)),
            },
            Event::LaterSet {
                at: now.plus(BREAK),
            },
        ]
    }

    /// The leg of a later step.
    fn way_on(&self, id: &str) -> Option<usize> {
        (self.place.saturating_add(1)..self.plan.len()).find(|to| self.plan[*to].step == id)
    }

    /// The leg of an earlier step: in the same person's round, or where a round of each begins.
    fn way_back(&self, script: &Script, id: &str) -> Option<usize> {
        let each = |leg: &Leg| {
            let step = script.step(&leg.step);
            step.is_some_and(|step| step.speaker == Some(Speaker::Each))
        };
        let here = self.leg()?;
        let first = self.opened.as_ref()?.first;
        (0..self.place).rev().find(|to| {
            let leg = &self.plan[*to];
            leg.step == id && (each(here) || !each(leg) || leg.speaker == Some(first))
        })
    }

    fn write(
        &self,
        script: &Script,
        now: Stamp,
        by: Who,
        words: &str,
        back: Option<Stamp>,
    ) -> Result<Vec<Event>, Refusal> {
        let Some(What::Write { as_, both, date }) = self.step(script).map(|step| &step.what) else {
            return Err(Refusal::NotNow);
        };
        let words = written(words)?;
        let back = back.filter(|_| *date);
        if back.is_some_and(|at| at <= now || at.since(now) > AHEAD_AT_MOST) {
            return Err(Refusal::Past);
        }
        if self.written.len() >= LIST_AT_MOST && self.detail.stands.is_none() {
            return Err(Refusal::Many);
        }
        let mut events = vec![Event::Written { by, words, back }];
        if !both || self.people().len() == 1 {
            events.push(Event::Stands { what: *as_ });
        }
        Ok(events)
    }

    /// One of the cards not seen yet; when all were, any but the one that lies there.
    fn draw(&self, script: &Script, depth: Option<u8>, chance: u64) -> Vec<Event> {
        let Some(What::Draw(draw)) = self.step(script).map(|step| &step.what) else {
            return vec![];
        };
        let all = || {
            self.cards(draw, depth)
                .filter(|card| self.detail.card.as_ref() != Some(&card.id))
        };
        let fresh: Vec<&str> = all()
            .filter(|card| !self.drawn.contains(&card.id))
            .map(|card| card.id.as_str())
            .collect();
        let from = if fresh.is_empty() {
            all().map(|card| card.id.as_str()).collect()
        } else {
            fresh
        };
        let place = usize::try_from(chance % (from.len().max(1) as u64)).unwrap_or_default();
        from.get(place)
            .map(|card| Event::Drawn {
                card: (*card).to_owned(),
            })
            .into_iter()
            .collect()
    }

    fn park(&self, topic: &str, talk: bool) -> Result<Vec<Event>, Refusal> {
        let topic = written(topic)?;
        if self
            .parked
            .iter()
            .any(|parked| parked.topic == topic && parked.talk == talk)
        {
            Ok(vec![])
        } else if self.parked.len() >= LIST_AT_MOST {
            Err(Refusal::Many)
        } else {
            Ok(vec![Event::Parked { topic, talk }])
        }
    }

    /// The present step, if the script still has it.
    pub(super) fn step<'a>(&self, script: &'a Script) -> Option<&'a Step> {
        script.step(&self.leg()?.step)
    }

    fn pick<'a>(&self, script: &'a Script, option: &str) -> Option<&'a Pick> {
        match &self.step(script)?.what {
            What::Choice { picks, .. } => picks.iter().find(|pick| pick.id == option),
            What::Read
            | What::Turn { .. }
            | What::Timer { .. }
            | What::Reflect
            | What::Gate
            | What::Request
            | What::Keep
            | What::Private { .. }
            | What::Write { .. }
            | What::Draw(_)
            | What::Time
            | What::Closing => None,
        }
    }

    fn form(&self) -> &str {
        self.opened
            .as_ref()
            .map_or("", |opened| opened.form.as_str())
    }

    fn timer_at(&self, script: &Script, place: usize, now: Stamp) -> Option<Timer> {
        let total = script
            .step(&self.plan.get(place)?.step)?
            .length(self.form())?;
        Some(Timer {
            total,
            ends: now.plus(total),
        })
    }

    /// To the leg at `place` or the first one behind it that the script still has; past the last one it is finished.
    fn on_to(&self, script: &Script, place: usize, now: Stamp) -> Event {
        let known = |leg: &Leg| script.step(&leg.step).is_some();
        match (place..self.plan.len()).find(|to| self.plan.get(*to).is_some_and(known)) {
            Some(to) => Event::Moved {
                to,
                timer: self.timer_at(script, to, now),
            },
            None => Event::Finished,
        }
    }

    /// Whether two legs are one person's round of one part.
    fn same_turn(script: &Script, one: &Leg, other: &Leg) -> bool {
        let each = |leg: &Leg| {
            script
                .step(&leg.step)
                .is_some_and(|step| step.speaker == Some(Speaker::Each))
        };
        one.speaker.is_some()
            && one.speaker == other.speaker
            && each(one)
            && each(other)
            && script.part(&one.step) == script.part(&other.step)
    }

    fn part_begins(&self, script: &Script) -> usize {
        let Some(leg) = self.leg() else {
            return self.place;
        };
        (0..self.place)
            .rev()
            .take_while(|to| Self::same_turn(script, leg, &self.plan[*to]))
            .last()
            .unwrap_or(self.place)
    }

    fn turn_ends(&self, script: &Script) -> usize {
        let next = self.place.saturating_add(1);
        let Some(leg) = self.leg() else { return next };
        (next..self.plan.len())
            .find(|to| !Self::same_turn(script, leg, &self.plan[*to]))
            .unwrap_or(self.plan.len())
    }

    /// The way on in another form: its steps that stand behind the present one in the script.
    fn rest_in(&self, script: &Script, form: &crate::session::script::Form) -> Vec<Leg> {
        let (Some(opened), Some(leg)) = (&self.opened, self.leg()) else {
            return vec![];
        };
        let place = |id: &str| script.steps.iter().position(|step| step.id == id);
        let here = place(&leg.step);
        script
            .plan(form, opened.first, opened.mode == Mode::Solo)
            .into_iter()
            .filter(|leg| place(&leg.step) > here)
            .collect()
    }

    /// Everything that may be pressed now, by each. The one source for `decide` and for every view.
    pub(super) fn buttons(&self, script: &Script, now: Stamp) -> Vec<Button> {
        let mut buttons = vec![];
        // While two touch each other nothing is put aside for a talk.
        let aside: &[ButtonKind] = if script.is_gated() {
            &[]
        } else {
            &[ButtonKind::Park]
        };
        for &who in self.people() {
            let mut add = |kinds: &[ButtonKind]| {
                buttons.extend(kinds.iter().map(|kind| Button {
                    who,
                    kind: kind.clone(),
                }));
            };
            let here = if self.is_here(who, now) {
                ButtonKind::NotNow
            } else {
                ButtonKind::Here
            };
            match self.stage {
                Stage::Unopened | Stage::Finished => {}
                Stage::Waiting => add(&[here]),
                Stage::Paused { .. } | Stage::Running if self.asleep(now) => {
                    add(&[here, ButtonKind::Stop]);
                }
                Stage::Paused { .. } => {
                    use ButtonKind::{Keep, Resume, SetTime, Stop};
                    add(&[Resume, SetTime, Keep]);
                    add(aside);
                    add(&[Stop]);
                }
                Stage::Running => {
                    use ButtonKind::{Break, FreshStart, Keep, Pause, Skip, Stop};
                    add(&self.step_buttons(script, who));
                    add(&[Pause, Keep]);
                    add(aside);
                    // What touch stands on is left out by nobody: it opens by two yeses, and without them there is Stop (S5).
                    let gate = |step: &Step| matches!(step.what, What::Gate);
                    if !(script.is_gated() && self.step(script).is_some_and(gate)) {
                        add(&[Skip]);
                    }
                    let two = self.mode() != Some(Mode::Solo);
                    let talk = two && matches!(script.family, Family::Talk | Family::Repair);
                    if talk {
                        add(&[Break]);
                    }
                    if talk && !self.fresh_start_used && self.speaker().is_some() {
                        add(&[FreshStart]);
                    }
                    add(&[Stop]);
                }
            }
        }
        buttons
    }

    fn step_buttons(&self, script: &Script, who: Who) -> Vec<ButtonKind> {
        use ButtonKind::{
            Accept, Adjust, Choose, Decline, Give, Next, NotQuite, PassOn, Ready, Right, SaidBack,
            SetTime, Write,
        };
        let Some(step) = self.step(script) else {
            return vec![Next];
        };
        let speaks = self.speaker() == Some(who);
        match &step.what {
            What::Read | What::Turn { .. } | What::Timer { .. } | What::Keep => vec![Next],
            What::Closing | What::Time => vec![Next, SetTime],
            What::Private { .. } if self.detail.ready[who.index()] => vec![],
            What::Private { .. } if self.mode() == Some(Mode::OnePhone) => {
                self.passed(&step.what, who, || vec![Ready])
            }
            What::Private { .. } => vec![Ready],
            What::Write { both, .. } => {
                let writes = self.speaker().is_none_or(|speaker| speaker == who);
                let counts = !both || self.people().len() == 1;
                let mut buttons = match (&self.detail.draft, counts) {
                    (None, _) if writes => return vec![Write, Next],
                    (None, _) | (Some(_), true) => vec![Next],
                    (Some(_), false) if self.detail.ready[who.index()] => vec![],
                    (Some(_), false) => vec![Ready],
                };
                if writes {
                    buttons.push(Write);
                }
                buttons
            }
            What::Draw(draw) => {
                // Whoever listens cannot end the choosing; where nobody has the word, both draw.
                if self.speaker().is_some_and(|speaker| speaker != who) {
                    return vec![];
                }
                let mut buttons = vec![];
                if self.detail.card.is_some() || self.cards(draw, None).next().is_none() {
                    buttons.push(Next);
                }
                if self.detail.draws < DRAWS_AT_MOST {
                    buttons.extend(self.draws_of(draw).into_iter().map(ButtonKind::Draw));
                }
                buttons
            }
            What::Reflect if speaks => vec![Right, NotQuite],
            What::Reflect if self.detail.said_back => vec![],
            What::Reflect => vec![SaidBack],
            What::Gate if self.mode() == Some(Mode::OnePhone) => {
                self.passed(&step.what, who, || vec![Ready, PassOn])
            }
            What::Gate if self.detail.ready[who.index()] => vec![],
            What::Gate => vec![Ready],
            What::Choice {
                chooser,
                hidden,
                picks,
            } => {
                let open = |pick: &&Pick| pick.again.is_none() || self.went_back() < pick.at_most();
                let all = || {
                    (picks.iter().filter(open))
                        .map(|pick| Choose(pick.id.clone()))
                        .collect()
                };
                match chooser {
                    Chooser::Each if self.all_picked() => vec![Next],
                    Chooser::Each if self.detail.picked[who.index()].is_some() => vec![],
                    Chooser::Each if *hidden && self.mode() == Some(Mode::OnePhone) => {
                        self.passed(&step.what, who, all)
                    }
                    Chooser::Each | Chooser::Either => all(),
                    Chooser::Speaker if speaks => all(),
                    Chooser::Listener if !speaks => all(),
                    Chooser::Speaker | Chooser::Listener => vec![],
                }
            }
            What::Request => match &self.detail.asked {
                None if speaks => vec![Give, Next],
                None => vec![],
                Some(asked) => {
                    let answers = (asked.from == who) == self.detail.adjusted;
                    match (answers, self.detail.adjusted) {
                        (false, _) => vec![],
                        (true, true) => vec![Accept, Decline],
                        (true, false) => vec![Accept, Adjust, Decline],
                    }
                }
            },
        }
    }

    pub(super) fn all_picked(&self) -> bool {
        self.people()
            .iter()
            .all(|who| self.detail.picked[who.index()].is_some())
    }

    fn goes_first(&self) -> Who {
        self.opened
            .as_ref()
            .map_or(Who::First, |opened| opened.first)
    }

    /// One shared phone, something hidden: whom to pass it to, while nobody has taken it.
    pub(super) fn cover(&self, what: &What) -> Option<Who> {
        if self.detail.taken.is_some() {
            return None;
        }
        let first = self.goes_first();
        // At a gate now the one and now the other, whatever they have said: who gets it tells nothing (S3).
        if matches!(what, What::Gate) {
            return Some(self.detail.had.map_or(first, Who::other));
        }
        [first, first.other()].into_iter().find(|who| {
            self.detail.picked[who.index()].is_none() && !self.detail.ready[who.index()]
        })
    }

    /// One shared phone, something hidden: what `who` may press, behind the cover or in front of it.
    fn passed(
        &self,
        what: &What,
        who: Who,
        behind: impl Fn() -> Vec<ButtonKind>,
    ) -> Vec<ButtonKind> {
        match self.detail.taken {
            Some(taken) if taken == who => behind(),
            None if self.cover(what) == Some(who) => vec![ButtonKind::Take],
            Some(_) | None => vec![],
        }
    }

    /// A gate on one phone.
    fn goes_round(&self, script: &Script) -> bool {
        let gate = (self.step(script)).is_some_and(|step| matches!(step.what, What::Gate));
        gate && self.mode() == Some(Mode::OnePhone)
    }

    /// A gate on one phone opens when both have had it in this round; everything else as soon as both are ready.
    fn ends_round(&self, script: &Script, by: Who) -> bool {
        !self.goes_round(script) || by != self.goes_first()
    }

    /// The cards that may come: no deeper than the two agreed; if none is that light, the lightest there are.
    fn cards<'a>(&self, draw: &'a Draw, depth: Option<u8>) -> impl Iterator<Item = &'a Card> {
        let lightest = draw.of_depth(None).map(|card| card.depth).min();
        let deepest = self
            .deepest
            .max(lightest)
            .filter(|_| self.deepest.is_some());
        draw.of_depth(depth)
            .filter(move |card| deepest.is_none_or(|deepest| card.depth <= deepest))
    }

    /// One way to draw, or one for each depth, where another card than the one that lies there can come.
    fn draws_of(&self, draw: &Draw) -> Vec<Option<u8>> {
        let depths = if draw.choose_depth {
            draw.depths.iter().copied().map(Some).collect()
        } else {
            vec![None]
        };
        let lies = self.detail.card.as_ref();
        let another =
            |depth: &Option<u8>| self.cards(draw, *depth).any(|card| lies != Some(&card.id));
        depths.into_iter().filter(another).collect()
    }
}
