//! A session as an author writes it: `guide/<language>/scripts/<id>.toml`.
//!
//! A script says *what* happens, never *how*. There are no conditions in it: a step that cannot be expressed is a new
//! kind here, in Rust. Steps only ever lead forward, so every script can be finished from every step.
//!
//! `guide/README.md` has the format, for authors.
//!
//! Neighbouring steps of one part with `speaker = "each"` are played through for the one who goes first, then once
//! more for the other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Who;
use crate::pack::{Energy, Family};
use crate::session::event::Leg;

/// A spoken line on the screen is read in three seconds (product.md, principle 1).
pub const SAY_AT_MOST: usize = 90;
/// A hint stands below it in small type.
pub const HINT_AT_MOST: usize = 240;

/// How two people hold a session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Two phones in one room.
    Live,
    /// One phone between the two: both press on it.
    OnePhone,
    /// Two phones, on a call.
    Apart,
    /// One person alone, in a form that is for one.
    Solo,
}

impl Mode {
    pub const FOR_TWO: [Self; 3] = [Self::Live, Self::OnePhone, Self::Apart];
}

/// A whole session as data. `id` is the name of its file: whoever reads the file sets it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    #[serde(skip)]
    pub id: String,
    pub title: String,
    pub what: String,
    pub minutes: Minutes,
    pub energy: Energy,
    #[serde(default = "Script::usual_family")]
    pub family: Family,
    #[serde(default = "Script::usual_modes")]
    pub modes: Vec<Mode>,
    pub about: Option<About>,
    /// The practice that a time set in it is planned for; none: its own.
    pub next: Option<String>,
    #[serde(default)]
    pub includes: Vec<String>,
    #[serde(default)]
    pub excludes: Vec<String>,
    #[serde(default)]
    pub without: Vec<Suits>,
    #[serde(rename = "form")]
    pub forms: Vec<Form>,
    #[serde(default)]
    pub prepare: Vec<Prompt>,
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

/// What a script is held about, chosen before it begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// One parked topic.
    Topic,
}

/// Minutes from beginning to end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Minutes {
    pub least: u32,
    pub usual: u32,
}

/// One length or shape of a script, chosen before it begins.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    pub id: String,
    pub title: String,
    pub say: String,
    /// Usual, and least if it goes quicker.
    pub minutes: u32,
    pub least: Option<u32>,
    pub energy: Option<Energy>,
    #[serde(default)]
    pub for_one: bool,
    #[serde(default)]
    pub suits: Vec<Suits>,
    /// How to do it in this form.
    pub note: Option<String>,
    /// Only these ways; none: every way of the script.
    pub modes: Option<Vec<Mode>>,
}

/// Whom a form was made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Suits {
    LowEnergy,
    LongDistance,
    Sensory,
    AfterChildren,
}

impl Suits {
    pub const ALL: [Self; 4] = [
        Self::LowEnergy,
        Self::LongDistance,
        Self::Sensory,
        Self::AfterChildren,
    ];

    /// As it is written in a script.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LowEnergy => "low-energy",
            Self::LongDistance => "long-distance",
            Self::Sensory => "sensory",
            Self::AfterChildren => "after-children",
        }
    }
}

/// A question each answers alone beforehand. The answer lives in the private space and is never part of a session.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prompt {
    pub id: String,
    pub ask: String,
    pub hint: Option<String>,
    /// At these steps one's own answer may be looked at again, by oneself.
    #[serde(default)]
    pub steps: Vec<String>,
}

/// Who speaks in a step. First is whoever goes first in this session, not whoever invited.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    First,
    Second,
    Each,
}

/// Who presses in a choice.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chooser {
    Speaker,
    Listener,
    #[default]
    Either,
    /// Both, one answer each.
    Each,
}

/// What sounds when the time of a step is over (design.md: one bell to begin, two to change turns, three to close).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chime {
    None,
    Begin,
    Change,
    Close,
}

/// A breathing pace, in seconds each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    #[serde(rename = "in")]
    pub in_: u32,
    #[serde(default)]
    pub hold: u32,
    pub out: u32,
}

/// Seconds of a timed step, which a form may change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seconds {
    pub usual: u32,
    pub by_form: BTreeMap<String, u32>,
}

impl Seconds {
    #[must_use]
    pub fn in_form(&self, form: &str) -> u32 {
        self.by_form.get(form).copied().unwrap_or(self.usual)
    }
}

/// One answer of a choice.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pick {
    pub id: String,
    pub say: String,
    /// Puts a few words aside: as a topic, or as one to plan a talk about. Needs `ask`.
    pub park: Option<Park>,
    /// What to ask for the few words.
    pub ask: Option<String>,
    /// Leaves out what remains of this person's part ("No concern this week").
    #[serde(default)]
    pub ends_turn: bool,
    /// Goes on in another form, from here.
    pub form: Option<String>,
    /// Goes on at a later step.
    pub to: Option<String>,
    /// Once more from an earlier step, so many times.
    pub again: Option<String>,
    pub at_most: Option<u8>,
    /// The topic this was about is settled.
    #[serde(default)]
    pub settles: bool,
    /// A pause, with a time to come back.
    #[serde(default)]
    pub breaks: bool,
    /// Cards drawn from here on go no deeper. Where each picks, the lighter of the two counts.
    pub depth: Option<u8>,
}

impl Pick {
    /// How often this way back may be taken in one session.
    #[must_use]
    pub fn at_most(&self) -> u8 {
        self.at_most.unwrap_or(1)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Park {
    Topic,
    Talk,
}

/// One step: an id that lasts, its texts, and what kind of thing happens.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "RawStep")]
pub struct Step {
    pub id: String,
    pub part: Option<String>,
    /// Empty: every form for two.
    pub forms: Vec<String>,
    pub speaker: Option<Speaker>,
    /// Something that is shown with it.
    pub shows: Option<Shows>,
    pub texts: Texts,
    pub what: What,
}

/// Something that a step shows beside its own words.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shows {
    /// The touch map of the speaker, who receives: to who is with them in it, never to themselves.
    TouchMap,
    /// The card that was drawn last by whoever speaks, for as long as it is their turn.
    Card,
}

/// What shared words are for; names them in what the session leaves behind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Text {
    Statement,
    Trial,
    Agreement,
    Line,
}

/// A card as a script draws it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Card {
    pub id: String,
    pub say: String,
    pub then: Option<String>,
    /// 1 light, 2 closer, 3 close.
    pub depth: u8,
    pub tags: Vec<String>,
}

/// Where cards come from. The pack deals them when it is read; a script on its own has none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draw {
    pub deck: String,
    pub depths: Vec<u8>,
    pub tags: Vec<String>,
    pub choose_depth: bool,
    pub cards: Vec<Card>,
}

impl Draw {
    /// The cards that may come, at one depth or at every depth of the step.
    pub fn of_depth(&self, depth: Option<u8>) -> impl Iterator<Item = &Card> {
        self.cards.iter().filter(move |card| {
            self.depths.contains(&card.depth) && depth.is_none_or(|depth| card.depth == depth)
        })
    }

    #[must_use]
    pub fn card(&self, id: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.id == id)
    }
}

/// The closed set of things a session can do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// Something to read; either goes on.
    Read,
    /// One speaks for a set time. The end of the time only chimes; either goes on.
    Turn {
        seconds: Seconds,
        chime: Chime,
        flows: bool,
    },
    /// Both do something for a set time: hold, breathe, be silent.
    Timer {
        seconds: Seconds,
        chime: Chime,
        flows: bool,
        pace: Option<Pace>,
    },
    /// The listener says it back until the speaker says "Yes, that's it" (evidence.md P2).
    Reflect,
    /// Goes on when both have pressed; neither sees whether the other has. One phone is passed under a cover for it.
    Gate,
    Choice {
        chooser: Chooser,
        hidden: bool,
        picks: Vec<Pick>,
    },
    /// The speaker asks for one small thing; the other agrees, offers it in another way, or does not.
    Request,
    /// An appreciation may be kept in words.
    Keep,
    /// Each writes for oneself. The words are no part of the session; at these steps one may look at one's own again.
    Private { steps: Vec<String> },
    /// Words of both, which the session leaves behind. `both`: they count when both have said so.
    Write { as_: Text, both: bool, date: bool },
    /// A card from a deck.
    Draw(Draw),
    /// Agreeing on a time to come back to this.
    Time,
    /// A touch or a phrase, and the next time. Always last, and only there.
    Closing,
}

/// The kind as it is written in the file and on the page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Read,
    Turn,
    Timer,
    Reflect,
    Gate,
    Choice,
    Request,
    Keep,
    Private,
    Write,
    Draw,
    Time,
    Closing,
}

impl What {
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Read => Kind::Read,
            Self::Turn { .. } => Kind::Turn,
            Self::Timer { .. } => Kind::Timer,
            Self::Reflect => Kind::Reflect,
            Self::Gate => Kind::Gate,
            Self::Choice { .. } => Kind::Choice,
            Self::Request => Kind::Request,
            Self::Keep => Kind::Keep,
            Self::Private { .. } => Kind::Private,
            Self::Write { .. } => Kind::Write,
            Self::Draw(_) => Kind::Draw,
            Self::Time => Kind::Time,
            Self::Closing => Kind::Closing,
        }
    }
}

/// The texts of a step, one set for each side of it. What is not given falls back: see [`Texts::line`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Texts {
    pub say: Voices,
    pub hint: Voices,
}

/// One text in the voices it may come in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Voices {
    pub plain: Option<String>,
    pub speaker: Option<String>,
    pub listener: Option<String>,
    pub shared: Option<String>,
    pub apart: Option<String>,
    pub solo: Option<String>,
}

/// On which side of a step somebody is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Speaker,
    Listener,
    /// The step has no speaker.
    Both,
}

impl Voices {
    /// One phone: shared, else plain. Apart: apart, else as live. Live: by role, else plain. Alone: solo, else the
    /// speaker's, else plain.
    #[must_use]
    pub fn line(&self, mode: Mode, role: Role) -> Option<&str> {
        let by_role = match role {
            Role::Speaker => self.speaker.as_ref(),
            Role::Listener => self.listener.as_ref(),
            Role::Both => None,
        };
        let found = match mode {
            Mode::OnePhone => self.shared.as_ref(),
            Mode::Live => by_role,
            Mode::Apart => self.apart.as_ref().or(by_role),
            Mode::Solo => self.solo.as_ref().or(by_role),
        };
        found.or(self.plain.as_ref()).map(String::as_str)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    id: String,
    kind: Kind,
    part: Option<String>,
    #[serde(default)]
    forms: Vec<String>,
    speaker: Option<Speaker>,
    say: Option<String>,
    say_speaker: Option<String>,
    say_listener: Option<String>,
    say_shared: Option<String>,
    say_apart: Option<String>,
    say_solo: Option<String>,
    hint: Option<String>,
    hint_speaker: Option<String>,
    hint_listener: Option<String>,
    hint_shared: Option<String>,
    hint_apart: Option<String>,
    hint_solo: Option<String>,
    seconds: Option<u32>,
    seconds_in: Option<BTreeMap<String, u32>>,
    chime: Option<Chime>,
    flows: Option<bool>,
    pace: Option<Pace>,
    chooser: Option<Chooser>,
    hidden: Option<bool>,
    option: Option<Vec<Pick>>,
    shows: Option<Shows>,
    steps: Option<Vec<String>>,
    #[serde(rename = "as")]
    as_: Option<Text>,
    both: Option<bool>,
    date: Option<bool>,
    deck: Option<String>,
    depth: Option<Vec<u8>>,
    tags: Option<Vec<String>>,
    choose_depth: Option<bool>,
}

impl TryFrom<RawStep> for Step {
    type Error = String;

    fn try_from(raw: RawStep) -> Result<Self, String> {
        let (id, kind) = (raw.id.clone(), raw.kind);
        let timed = matches!(kind, Kind::Turn | Kind::Timer);
        let choice = kind == Kind::Choice;
        let (write, draw) = (kind == Kind::Write, kind == Kind::Draw);
        for (given, fits, key, home) in [
            (raw.seconds.is_some(), timed, "seconds", "turn and timer"),
            (
                raw.seconds_in.is_some(),
                timed,
                "seconds_in",
                "turn and timer",
            ),
            (raw.chime.is_some(), timed, "chime", "turn and timer"),
            (raw.flows.is_some(), timed, "flows", "turn and timer"),
            (raw.pace.is_some(), kind == Kind::Timer, "pace", "timer"),
            (raw.chooser.is_some(), choice, "chooser", "choice"),
            (raw.hidden.is_some(), choice, "hidden", "choice"),
            (raw.option.is_some(), choice, "option", "choice"),
            (
                raw.shows == Some(Shows::TouchMap),
                timed,
                "shows",
                "turn and timer",
            ),
            (
                raw.shows == Some(Shows::Card),
                timed || matches!(kind, Kind::Read | Kind::Private),
                "shows",
                "read, turn, timer and private",
            ),
            (
                raw.steps.is_some(),
                kind == Kind::Private,
                "steps",
                "private",
            ),
            (raw.as_.is_some(), write, "as", "write"),
            (raw.both.is_some(), write, "both", "write"),
            (raw.date.is_some(), write, "date", "write"),
            (raw.deck.is_some(), draw, "deck", "draw"),
            (raw.depth.is_some(), draw, "depth", "draw"),
            (raw.tags.is_some(), draw, "tags", "draw"),
            (raw.choose_depth.is_some(), draw, "choose_depth", "draw"),
        ] {
            if given && !fits {
                return Err(format!(
                    "step `{id}`: `{key}` belongs to {home}; take it out"
                ));
            }
        }
        let seconds = raw.seconds.map(|usual| Seconds {
            usual,
            by_form: raw.seconds_in.clone().unwrap_or_default(),
        });
        let need_seconds = || format!("step `{id}`: a timed step needs its length; add `seconds`");
        let what = match kind {
            Kind::Read => What::Read,
            Kind::Turn => What::Turn {
                seconds: seconds.ok_or_else(need_seconds)?,
                chime: raw.chime.unwrap_or(Chime::Change),
                flows: raw.flows.unwrap_or(false),
            },
            Kind::Timer => What::Timer {
                seconds: seconds.ok_or_else(need_seconds)?,
                chime: raw.chime.unwrap_or(Chime::Close),
                flows: raw.flows.unwrap_or(false),
                pace: raw.pace,
            },
            Kind::Reflect => What::Reflect,
            Kind::Gate => What::Gate,
            Kind::Choice => What::Choice {
                chooser: raw.chooser.unwrap_or_default(),
                hidden: raw.hidden.unwrap_or(false),
                picks: raw.option.ok_or_else(|| {
                    format!(
                        "step `{id}`: a choice needs something to choose from; add [[step.option]]"
                    )
                })?,
            },
            Kind::Request => What::Request,
            Kind::Keep => What::Keep,
            Kind::Private => What::Private {
                steps: raw.steps.unwrap_or_default(),
            },
            Kind::Write => What::Write {
                as_: raw.as_.ok_or_else(|| {
                    format!(
                        "step `{id}`: shared words are for something; add `as = \"statement\"`, \"trial\", \"agreement\" or \"line\""
                    )
                })?,
                both: raw.both.unwrap_or(raw.speaker.is_none()),
                date: raw.date.unwrap_or(false),
            },
            Kind::Draw => What::Draw(Draw {
                deck: raw.deck.ok_or_else(|| {
                    format!("step `{id}`: a card comes from a deck; add `deck`")
                })?,
                depths: raw.depth.unwrap_or_else(|| vec![1, 2, 3]),
                tags: raw.tags.unwrap_or_default(),
                choose_depth: raw.choose_depth.unwrap_or(false),
                cards: vec![],
            }),
            Kind::Time => What::Time,
            Kind::Closing => What::Closing,
        };
        Ok(Self {
            id,
            part: raw.part,
            forms: raw.forms,
            speaker: raw.speaker,
            shows: raw.shows,
            texts: Texts {
                say: Voices {
                    plain: raw.say,
                    speaker: raw.say_speaker,
                    listener: raw.say_listener,
                    shared: raw.say_shared,
                    apart: raw.say_apart,
                    solo: raw.say_solo,
                },
                hint: Voices {
                    plain: raw.hint,
                    speaker: raw.hint_speaker,
                    listener: raw.hint_listener,
                    shared: raw.hint_shared,
                    apart: raw.hint_apart,
                    solo: raw.hint_solo,
                },
            },
            what,
        })
    }
}

impl Step {
    /// Whether the step is played in a form. A step that names no forms is in every form for two.
    #[must_use]
    pub fn is_in(&self, form: &Form) -> bool {
        if self.forms.is_empty() {
            !form.for_one
        } else {
            self.forms.contains(&form.id)
        }
    }

    /// Length of a timed step in a form, in milliseconds.
    #[must_use]
    pub fn length(&self, form: &str) -> Option<i64> {
        match &self.what {
            What::Turn { seconds, .. } | What::Timer { seconds, .. } => {
                Some(i64::from(seconds.in_form(form)) * crate::Stamp::SECOND)
            }
            What::Read
            | What::Reflect
            | What::Gate
            | What::Choice { .. }
            | What::Request
            | What::Keep
            | What::Private { .. }
            | What::Write { .. }
            | What::Draw(_)
            | What::Time
            | What::Closing => None,
        }
    }
}

impl Script {
    fn usual_modes() -> Vec<Mode> {
        Mode::FOR_TWO.to_vec()
    }

    const fn usual_family() -> Family {
        Family::Talk
    }

    /// Whether it is touch or sex: offered and begun with two fresh yeses of that day, its limits fixed (S5, S7, S11).
    #[must_use]
    pub const fn is_gated(&self) -> bool {
        matches!(self.family, Family::Touch | Family::Sex)
    }

    /// The ways in which a form for two may be held.
    #[must_use]
    pub fn modes_of<'a>(&'a self, form: &'a Form) -> &'a [Mode] {
        form.modes.as_ref().unwrap_or(&self.modes)
    }

    /// Puts the cards of the decks into its hands; `deck` finds one by id.
    pub fn deal(&mut self, deck: impl Fn(&str) -> Vec<Card>) {
        for step in &mut self.steps {
            if let What::Draw(draw) = &mut step.what {
                draw.cards = deck(&draw.deck);
                if !draw.tags.is_empty() {
                    draw.cards
                        .retain(|card| card.tags.iter().any(|tag| draw.tags.contains(tag)));
                }
            }
        }
    }

    /// Parses a script file; `id` is the file's name without its ending. Says nothing about sense: see
    /// [`Script::check`].
    ///
    /// # Errors
    /// The parser's, with its place. What a kind lacks or has too much begins with ``step `<id>`: ``.
    pub fn parse(id: &str, text: &str) -> Result<Self, toml::de::Error> {
        let mut script: Self = toml::from_str(text)?;
        id.clone_into(&mut script.id);
        Ok(script)
    }

    #[must_use]
    pub fn form(&self, id: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.id == id)
    }

    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// Title of the part a step belongs to; empty if the script gives none.
    #[must_use]
    pub fn part(&self, id: &str) -> &str {
        let Some(place) = self.steps.iter().position(|step| step.id == id) else {
            return "";
        };
        self.steps[..=place]
            .iter()
            .rev()
            .find_map(|step| step.part.as_deref())
            .unwrap_or("")
    }

    /// The way through a form, with who speaks where. `alone` is who holds a form for one.
    #[must_use]
    pub fn plan(&self, form: &Form, first: Who, alone: bool) -> Vec<Leg> {
        let steps: Vec<&Step> = self.steps.iter().filter(|step| step.is_in(form)).collect();
        let mut plan = Vec::new();
        let mut place = 0;
        while let Some(step) = steps.get(place) {
            let each = step.speaker == Some(Speaker::Each);
            let length = if each {
                steps[place..]
                    .iter()
                    .take_while(|next| {
                        next.speaker == Some(Speaker::Each)
                            && self.part(&next.id) == self.part(&step.id)
                    })
                    .count()
            } else {
                1
            };
            let speakers = match step.speaker {
                None => vec![None],
                Some(_) if alone => vec![Some(first)],
                Some(Speaker::First) => vec![Some(first)],
                Some(Speaker::Second) => vec![Some(first.other())],
                Some(Speaker::Each) => vec![Some(first), Some(first.other())],
            };
            for speaker in speakers {
                for step in &steps[place..place + length] {
                    plan.push(Leg {
                        step: step.id.clone(),
                        speaker,
                    });
                }
            }
            place += length;
        }
        plan
    }
}
