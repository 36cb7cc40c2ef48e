//! Exactly what one phone may show. What is not in a [`View`] never leaves the server, and nothing in it depends on
//! what the other has not given (S3).

use serde::Serialize;

use crate::session::decide::Press;
use crate::session::event::{Agreed, Appreciation, Topic, Written};
use crate::session::script::{
    Card, Chime, Chooser, Kind, Mode, Pace, Pick, Role, Script, Shows, Text, What,
};
use crate::session::state::{Bounds, Stage, State, Token};
use crate::{Stamp, Who};

/// One screen of a session, for one phone.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct View {
    /// Whose phone it is.
    pub me: Who,
    /// Who goes first in this session.
    pub first: Who,
    pub mode: Option<Mode>,
    pub form: Option<String>,
    /// Goes back with every press.
    pub token: Token,
    pub phase: Phase,
    /// The present step, while it runs.
    pub step: Option<StepView>,
    /// The parts of the way, and which one this is (from 0), for the bar on top.
    pub parts: Vec<String>,
    pub part: usize,
    /// All that may be pressed on this phone; on one shared phone by either.
    pub buttons: Vec<Button>,
    pub fresh_start_used: bool,
    /// Kept so far in this session.
    pub kept: Vec<Appreciation>,
    pub parked: Vec<Topic>,
    pub agreed: Vec<Agreed>,
    pub next: Option<Stamp>,
    /// What it is held about.
    pub topic: Option<String>,
    pub settled: bool,
    /// What it is and what it leaves out, on touch and sex.
    pub bounds: Option<Bounds>,
    /// Words of both that count.
    pub written: Vec<Written>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Phase {
    /// Mode, form and who goes first are still to be chosen.
    Unopened,
    /// Each says "here". `here` is oneself; on one shared phone, either. `again`: to go on after a long break.
    Waiting {
        here: Vec<Who>,
        again: bool,
    },
    Running,
    Paused {
        later: Option<Stamp>,
    },
    /// "Finished for today."
    Finished,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct StepView {
    pub id: String,
    pub kind: Kind,
    pub speaker: Option<Who>,
    pub role: Role,
    /// Texts with places for names; see [`View::fill`]. Empty if the script no longer has the step.
    pub say: String,
    pub hint: Option<String>,
    pub timer: Option<TimerView>,
    /// What this phone shows with it.
    pub shows: Option<Shows>,
    /// The card it shows.
    pub card: Option<CardView>,
    pub detail: Detail,
}

/// Milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct TimerView {
    pub total: i64,
    pub left: i64,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Detail {
    Read,
    /// `flows`: the page presses Next by itself when nothing is left.
    Timed {
        chime: Chime,
        flows: bool,
        pace: Option<Pace>,
    },
    /// After two "not quite" in a row the page kindly offers a pause.
    Reflect {
        said_back: bool,
        not_quite: u8,
        offer_pause: bool,
    },
    /// Whether oneself has pressed. On one shared phone who `holds` it, asked anew in each round: what was answered
    /// before shows nowhere, because the same screen may lie open on another phone.
    Gate {
        ready: Vec<Who>,
        holds: Option<Who>,
    },
    /// `picked` by place of [`Who`]: one's own, and the other's once it may be seen. `done`: nothing is left to pick.
    Choice {
        picks: Vec<PickView>,
        picked: [Option<String>; 2],
        done: bool,
    },
    /// One shared phone: pass it on before anything shows.
    Cover {
        pass_to: Who,
    },
    Request(Asking),
    /// `from` is whose appreciation it would be, where the step says so.
    Keep {
        from: Option<Who>,
    },
    /// Writing for oneself; `done`: oneself has. `kept`: what is written can be kept, because it is one's own phone.
    Private {
        done: bool,
        kept: bool,
        /// One shared phone: who holds it.
        holds: Option<Who>,
    },
    /// `words` as they stand; `both`: they count when both have said so, and `ours` is who has, as far as it shows.
    Write {
        what: Text,
        words: Option<String>,
        back: Option<Stamp>,
        date: bool,
        both: bool,
        ours: Vec<Who>,
    },
    /// The card that lies there.
    Draw {
        card: Option<CardView>,
    },
    /// A time may be agreed on.
    Time,
    Closing,
    /// The script was changed meanwhile and no longer has this step; Next goes on.
    Gone,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct CardView {
    pub say: String,
    /// One thing more to ask about what was heard.
    pub then: Option<String>,
    pub depth: u8,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct PickView {
    pub id: String,
    pub say: String,
    /// Ask for a few words with it, by this text.
    pub ask: Option<String>,
}

/// Where a small request stands.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(tag = "stands", rename_all = "snake_case")]
pub enum Asking {
    /// The speaker has not given it yet.
    Open,
    /// The other answers.
    Asked { words: Option<String> },
    /// Offered in another way; the speaker answers.
    Adjusted { words: Option<String> },
}

/// Something that may be pressed, and by whom.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Button {
    pub who: Who,
    pub kind: ButtonKind,
}

/// As [`crate::session::Press`], without what is typed or picked.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ButtonKind {
    Here,
    NotNow,
    Next,
    Ready,
    Take,
    PassOn,
    SaidBack,
    Right,
    NotQuite,
    Choose(String),
    Give,
    Accept,
    Adjust,
    Decline,
    Keep,
    Write,
    /// Of one depth, or of any.
    Draw(Option<u8>),
    Park,
    Pause,
    Break,
    Resume,
    SetTime,
    FreshStart,
    Skip,
    Stop,
}

/// What is typed or picked with a button; each press takes what belongs to it.
#[derive(Clone, Debug)]
pub struct Filled {
    /// None if nothing was typed, or it was spoken.
    pub words: Option<String>,
    /// Whose words are kept.
    pub from: Who,
    /// A topic put aside is for a talk of its own.
    pub talk: bool,
    /// When to look back, to go on, or the next time.
    pub when: Option<Stamp>,
    /// The end of the day of whoever presses.
    pub day_ends: Stamp,
    /// Says which card is drawn.
    pub chance: u64,
}

impl ButtonKind {
    /// The press of this button, filled in so: the way back is [`Press::button`].
    #[must_use]
    pub fn pressed(self, filled: Filled) -> Press {
        let words = filled.words;
        match self {
            Self::Here => Press::Here {
                day_ends: filled.day_ends,
            },
            Self::NotNow => Press::NotNow,
            Self::Next => Press::Next,
            Self::Ready => Press::Ready,
            Self::Take => Press::Take,
            Self::PassOn => Press::PassOn,
            Self::SaidBack => Press::SaidBack,
            Self::Right => Press::Right,
            Self::NotQuite => Press::NotQuite,
            Self::Choose(option) => Press::Choose { option, words },
            Self::Give => Press::Give { words },
            Self::Accept => Press::Accept,
            Self::Adjust => Press::Adjust { words },
            Self::Decline => Press::Decline,
            Self::Keep => Press::Keep {
                from: filled.from,
                words: words.unwrap_or_default(),
            },
            Self::Write => Press::Write {
                words: words.unwrap_or_default(),
                back: filled.when,
            },
            Self::Draw(depth) => Press::Draw {
                depth,
                chance: filled.chance,
            },
            Self::Park => Press::Park {
                topic: words.unwrap_or_default(),
                talk: filled.talk,
            },
            Self::Pause => Press::Pause,
            Self::Break => Press::Break,
            Self::Resume => Press::Resume,
            // No time is long past.
            Self::SetTime => Press::SetTime {
                at: filled.when.unwrap_or(Stamp(0)),
            },
            Self::FreshStart => Press::FreshStart,
            Self::Skip => Press::Skip,
            Self::Stop => Press::Stop,
        }
    }
}

impl State {
    /// What the phone of `who` shows at `now`.
    #[must_use]
    pub fn view(&self, script: &Script, who: Who, now: Stamp) -> View {
        if !self.people().contains(&who) {
            return Self::default().view(script, who, now); // held alone, by the other
        }
        let shared = self.mode() == Some(Mode::OnePhone);
        let on_this_phone = |other: Who| other == who || shared;
        let phase = match self.stage {
            Stage::Unopened => Phase::Unopened,
            Stage::Finished => Phase::Finished,
            _ if self.stage == Stage::Waiting || self.asleep(now) => Phase::Waiting {
                here: Who::BOTH
                    .into_iter()
                    .filter(|other| on_this_phone(*other) && self.is_here(*other, now))
                    .collect(),
                again: self.has_begun(),
            },
            Stage::Paused { later, .. } => Phase::Paused { later },
            Stage::Waiting | Stage::Running => Phase::Running,
        };
        let (parts, part) = self.parts(script);
        View {
            me: who,
            first: self
                .opened
                .as_ref()
                .map_or(Who::First, |opened| opened.first),
            mode: self.mode(),
            form: self.opened.as_ref().map(|opened| opened.form.clone()),
            token: self.token_of(who, now),
            step: (phase == Phase::Running)
                .then(|| self.step_view(script, who, now))
                .flatten(),
            phase,
            parts,
            part,
            buttons: self
                .buttons(script, now)
                .into_iter()
                .filter(|button| on_this_phone(button.who))
                .collect(),
            fresh_start_used: self.fresh_start_used,
            kept: self.kept.clone(),
            parked: self.parked.clone(),
            agreed: self.agreed.clone(),
            next: self.next,
            topic: self.topic.clone(),
            settled: self.settled,
            bounds: self.bounds.clone(),
            written: self.written.clone(),
        }
    }

    fn parts(&self, script: &Script) -> (Vec<String>, usize) {
        let mut parts: Vec<String> = vec![];
        let mut here = 0;
        for (place, leg) in self.plan.iter().enumerate() {
            let title = script.part(&leg.step);
            if !title.is_empty() && parts.last().is_none_or(|last| last != title) {
                parts.push(title.to_owned());
            }
            if place <= self.place {
                here = parts.len().saturating_sub(1);
            }
        }
        (parts, here)
    }

    fn step_view(&self, script: &Script, who: Who, now: Stamp) -> Option<StepView> {
        let leg = self.leg()?;
        let mode = self.mode()?;
        let role = match leg.speaker {
            None => Role::Both,
            Some(speaker) if speaker == who => Role::Speaker,
            Some(_) => Role::Listener,
        };
        let timer = self.timer.map(|timer| TimerView {
            total: timer.total,
            left: timer.left(now),
        });
        let Some(step) = script.step(&leg.step) else {
            return Some(StepView {
                id: leg.step.clone(),
                kind: Kind::Read,
                speaker: leg.speaker,
                role,
                say: String::new(),
                hint: None,
                timer,
                shows: None,
                card: None,
                detail: Detail::Gone,
            });
        };
        Some(StepView {
            id: step.id.clone(),
            kind: step.what.kind(),
            speaker: leg.speaker,
            role,
            say: step
                .texts
                .say
                .line(mode, role)
                .unwrap_or_default()
                .to_owned(),
            hint: step.texts.hint.line(mode, role).map(str::to_owned),
            timer,
            shows: step.shows.filter(|shows| match shows {
                Shows::TouchMap => role == Role::Listener || mode == Mode::OnePhone,
                Shows::Card => true,
            }),
            card: (step.shows == Some(Shows::Card))
                .then(|| self.lies.as_ref().and_then(|id| CardView::of(script, id)))
                .flatten(),
            detail: self.detail(&step.what, who, mode),
        })
    }

    fn detail(&self, what: &What, who: Who, mode: Mode) -> Detail {
        let shared = mode == Mode::OnePhone;
        let progress = &self.detail;
        match what {
            What::Read => Detail::Read,
            What::Turn { chime, flows, .. } => Detail::Timed {
                chime: *chime,
                flows: *flows,
                pace: None,
            },
            What::Timer {
                chime, flows, pace, ..
            } => Detail::Timed {
                chime: *chime,
                flows: *flows,
                pace: *pace,
            },
            What::Reflect => Detail::Reflect {
                said_back: progress.said_back,
                not_quite: progress.not_quite,
                offer_pause: progress.not_quite >= 2,
            },
            What::Gate => match self.cover(what) {
                Some(pass_to) if shared => Detail::Cover { pass_to },
                Some(_) | None => {
                    let ready = !shared && progress.ready[who.index()];
                    Detail::Gate {
                        ready: if ready { vec![who] } else { vec![] },
                        holds: progress.taken.filter(|_| shared),
                    }
                }
            },
            What::Choice {
                chooser: Chooser::Each,
                hidden,
                picks,
            } => {
                let done = self.all_picked();
                if *hidden
                    && shared
                    && !done
                    && let Some(pass_to) = self.cover(what)
                {
                    return Detail::Cover { pass_to };
                }
                let seen = |other: Who| {
                    let seen = done || !*hidden || (other == who && !shared);
                    progress.picked[other.index()].clone().filter(|_| seen)
                };
                Detail::Choice {
                    picks: picks.iter().map(PickView::of).collect(),
                    picked: Who::BOTH.map(seen),
                    done,
                }
            }
            What::Choice { picks, .. } => Detail::Choice {
                picks: picks.iter().map(PickView::of).collect(),
                picked: [None, None],
                done: false,
            },
            What::Request => Detail::Request(match &progress.asked {
                None => Asking::Open,
                Some(asked) if progress.adjusted => Asking::Adjusted {
                    words: asked.words.clone(),
                },
                Some(asked) => Asking::Asked {
                    words: asked.words.clone(),
                },
            }),
            What::Keep => Detail::Keep {
                from: self
                    .speaker()
                    .or_else(|| (!shared && mode != Mode::Solo).then(|| who.other())),
            },
            What::Private { .. } => match self.cover(what) {
                Some(pass_to) if shared => Detail::Cover { pass_to },
                Some(_) | None => Detail::Private {
                    done: progress.ready[who.index()] && !shared,
                    kept: !shared || progress.taken == Some(who),
                    holds: progress.taken.filter(|_| shared),
                },
            },
            What::Write { as_, both, date } => Detail::Write {
                what: *as_,
                words: progress.draft.as_ref().map(|draft| draft.words.clone()),
                back: progress.draft.as_ref().and_then(|draft| draft.back),
                date: *date,
                both: *both && mode != Mode::Solo,
                ours: Who::BOTH
                    .into_iter()
                    .filter(|other| (shared || *other == who) && progress.ready[other.index()])
                    .collect(),
            },
            What::Draw(draw) => Detail::Draw {
                card: progress
                    .card
                    .as_ref()
                    .and_then(|id| draw.card(id))
                    .map(CardView::from),
            },
            What::Time => Detail::Time,
            What::Closing => Detail::Closing,
        }
    }
}

impl CardView {
    /// A card of one of the decks that this script draws from.
    fn of(script: &Script, id: &str) -> Option<Self> {
        script.steps.iter().find_map(|step| match &step.what {
            What::Draw(draw) => draw.card(id).map(Self::from),
            What::Read
            | What::Turn { .. }
            | What::Timer { .. }
            | What::Reflect
            | What::Gate
            | What::Choice { .. }
            | What::Request
            | What::Keep
            | What::Private { .. }
            | What::Write { .. }
            | What::Time
            | What::Closing => None,
        })
    }
}

impl From<&Card> for CardView {
    fn from(card: &Card) -> Self {
        Self {
            say: card.say.clone(),
            then: card.then.clone(),
            depth: card.depth,
        }
    }
}

impl PickView {
    fn of(pick: &Pick) -> Self {
        Self {
            id: pick.id.clone(),
            say: pick.say.clone(),
            ask: pick.ask.clone(),
        }
    }
}

impl View {
    /// Puts names, given by place of [`Who`], into a text of this view: `{me}` and `{you}` for whose phone it is,
    /// `{first}` and `{second}` by who goes first, `{speaker}` and `{listener}` by the present step, and `{topic}`.
    /// What is put in stays as it is, even if it looks like a place for a name.
    #[must_use]
    pub fn fill(&self, text: &str, names: [&str; 2]) -> String {
        let speaker = self
            .step
            .as_ref()
            .and_then(|step| step.speaker)
            .unwrap_or(self.first);
        let name = |who: Who| names[who.index()];
        let mut filled = String::with_capacity(text.len() + 16);
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let place = after.split_once('}').and_then(|(key, rest)| {
                let who = match key {
                    "me" => self.me,
                    "you" => self.me.other(),
                    "first" => self.first,
                    "second" => self.first.other(),
                    "speaker" => speaker,
                    "listener" => speaker.other(),
                    "topic" => return Some((self.topic.as_deref()?, rest)),
                    _ => return None,
                };
                Some((name(who), rest))
            });
            match place {
                Some((name, after)) => {
                    filled.push_str(name);
                    rest = after;
                }
                None => {
                    filled.push('{');
                    rest = after;
                }
            }
        }
        filled.push_str(rest);
        filled
    }

    #[must_use]
    pub fn offers(&self, who: Who, kind: &ButtonKind) -> bool {
        self.buttons
            .iter()
            .any(|button| button.who == who && button.kind == *kind)
    }
}
