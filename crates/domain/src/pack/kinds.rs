//! What a pack holds, as types. The format is described in `guide/README.md`; reading is in `read.rs`.

use std::fmt;

use jiff::civil::Time;

/// A closed list of words, as they are written in a pack.
pub trait Word: Copy + Sized + 'static {
    /// Every word with its meaning; never empty.
    const WORDS: &'static [(&'static str, Self)];
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$each])* $variant,)+ }

        impl Word for $name {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),+];
        }

        impl $name {
            /// The word as it is written in a pack.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let word = String::deserialize(from)?;
                let found = Self::WORDS.iter().find(|(known, _)| *known == word);
                found.map(|(_, value)| *value).ok_or_else(|| {
                    let known: Vec<&str> = Self::WORDS.iter().map(|(known, _)| *known).collect();
                    serde::de::Error::custom(format!("\"{word}\" is not one of {}", known.join(", ")))
                })
            }
        }
    };
}

words! {
    /// How much of an evening's strength it takes.
    Energy { Low = "low", Medium = "medium", High = "high", }
}
words! {
    /// Whom a practice is for.
    People {
        Both = "both",
        One = "one",
        /// For two, and it works for one alone too.
        Either = "either",
    }
}
words! {
    /// Practices that are rested together (S11) and that are not offered twice in a row.
    Family {
        Talk = "talk", Touch = "touch", Sex = "sex", Time = "time", Repair = "repair", Solo = "solo",
    }
}
words! {
    /// How well a claim is supported (evidence grades, best first).
    Grade {
        /// At least one randomised trial of this or of something very close.
        A = "A",
        AB = "A/B",
        /// Longitudinal, diary, laboratory or good correlational work.
        B = "B",
        BC = "B/C",
        /// Clinical agreement.
        C = "C",
        CD = "C/D",
        /// Teaching tradition or popular science.
        D = "D",
    }
}
words! {
    /// For whom a variant is written.
    Fits {
        LowEnergy = "low-energy",
        LongDistance = "long-distance",
        Sensory = "sensory",
        AfterChildren = "after-children",
        OnePhone = "one-phone",
        Pain = "pain",
        Alone = "alone",
    }
}
words! {
    /// What kind of work a source is.
    SourceKind {
        Trial = "trial",
        Review = "review",
        Diary = "diary",
        Survey = "survey",
        Lab = "lab",
        Clinical = "clinical",
        Official = "official",
    }
}
words! {
    /// What kind of plan a path is.
    PathKind {
        /// Grows from one step; ten weeks by default (G7).
        Journey = "journey",
        /// For a hard season (G6).
        Season = "season",
    }
}
words! {
    WeekKind { Step = "step", Rest = "rest", LookBack = "look-back", }
}
words! {
    /// How sure we are of a line's number.
    Status { Confirmed = "confirmed", Unconfirmed = "unconfirmed", }
}
words! {
    /// What an evening costs besides time.
    Money { None = "none", Little = "little", Some = "some", }
}
words! {
    Season { Spring = "spring", Summer = "summer", Autumn = "autumn", Winter = "winter", }
}
words! {
    /// How a practice sentence sounds.
    Tone { Good = "good", Harsh = "harsh", }
}
words! {
    Often { Daily = "daily", Weekly = "weekly", Monthly = "monthly", Yearly = "yearly", }
}
words! {
    DirectoryFor { SexTherapy = "sex-therapy", CoupleTherapy = "couple-therapy", }
}

/// What the pack says about itself, in `pack.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub id: String,
    pub title: String,
    /// Folders with texts, such as `en`; the first is complete, others may lag behind.
    pub languages: Vec<String>,
    pub licence: String,
}

/// One of the five stages of the guide, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// 1 to 5.
    pub number: u8,
    pub title: String,
    pub lead: String,
}

/// Minutes a practice takes: least ≤ usual ≤ most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minutes {
    pub least: u16,
    pub usual: u16,
    pub most: u16,
}

/// A gentle timer, and what is on the screen while it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    pub seconds: u16,
    pub say: String,
}

/// Something two people (or one) can do, and what it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practice {
    /// The file's name; lasting.
    pub id: String,
    /// 1 to 5; 0 for those that belong only to a path for hard seasons.
    pub stage: u8,
    /// Row of the guide, such as `G3.1`; packs from elsewhere need none.
    pub row: Option<String>,
    pub title: String,
    pub what: String,
    pub minutes: Minutes,
    pub energy: Energy,
    /// Written `for` in the file.
    pub people: People,
    pub family: Family,
    /// It has to do with sex, hurt or conflict: no reminder and no calendar knows of it (S16).
    pub silent: bool,
    /// The id under which it is logged as a daily moment (G3.1).
    pub moment: Option<String>,
    /// The time of day that a proposal suggests.
    pub hour: Time,
    /// The gentle timer of a daily moment.
    pub clock: Option<Clock>,
    /// The session script that leads through it.
    pub script: Option<String>,
    pub why: String,
    /// Three to eight, literal, each read in about three seconds.
    pub steps: Vec<String>,
    pub ground_rules: Vec<String>,
    /// When not to; besides the list that all joint practices share (S11).
    pub not_when: Vec<String>,
    /// Good to have done before: a recommendation, never a lock.
    pub first: Vec<String>,
    pub next: Vec<String>,
    /// Starter words for proposing it, in one's own voice, free to refuse (G7).
    pub propose: String,
    /// When a professional is the better first move.
    pub help: Option<String>,
    /// Never empty.
    pub evidence: Vec<Evidence>,
    pub variants: Vec<Variant>,
}

/// What was found, how strong it is, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub grade: Grade,
    pub says: String,
    /// A key of the sources.
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Written `for` in the file.
    pub fits: Fits,
    pub say: String,
}

/// Weeks that draw on practices: a journey, or a hard season.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    pub id: String,
    pub title: String,
    pub what: String,
    pub why: String,
    pub kind: PathKind,
    /// Reads, with no tools yet.
    pub outline: bool,
    /// Shown before it begins.
    pub first_say: Option<String>,
    pub evidence: Vec<Evidence>,
    /// Numbered from 1, without gaps.
    pub weeks: Vec<Week>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    pub number: u8,
    pub title: String,
    pub say: String,
    pub practices: Vec<String>,
    pub kind: WeekKind,
}

/// A published work that an evidence line or a page rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub key: String,
    pub author: String,
    pub year: u16,
    pub title: String,
    /// Journal, publisher or site. Written `where` in the file.
    pub place: String,
    pub kind: SourceKind,
}

/// The five-minute start (G7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    pub title: String,
    pub lead: String,
    /// What brings someone here.
    pub brings: Vec<Answer>,
    /// Exactly three.
    pub questions: Vec<Question>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub id: String,
    pub ask: String,
    pub answers: Vec<Answer>,
}

/// One thing a person may say about themselves at the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// One of a kind in the whole start, so that a list of ids is a full answer.
    pub id: String,
    pub say: String,
    /// Practice id and weight, in the order of ids.
    pub points: Vec<(String, i16)>,
    /// A whole sentence, shown with what it spoke for.
    pub because: String,
}

/// The first three minutes together, on one phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct First {
    pub title: String,
    pub lead: String,
    pub steps: Vec<FirstStep>,
    /// Said at the end.
    pub close: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstStep {
    pub say: String,
    pub seconds: u16,
}

/// When together is the wrong thing: one text that every joint practice begins with (S11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotNow {
    pub title: String,
    pub lead: String,
    pub when: Vec<String>,
    pub close: String,
}

/// A page to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub id: String,
    pub title: String,
    pub lead: String,
    pub parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub heading: String,
    pub text: String,
    /// Keys of the sources.
    pub sources: Vec<String>,
}

/// Crisis lines and directories, by country (G9).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Help {
    pub countries: Vec<Country>,
    pub directories: Vec<Directory>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country {
    pub code: String,
    pub name: String,
    /// The number for danger right now, with what to say if speaking is not safe.
    pub emergency: String,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub name: String,
    /// Telephone, text, web: each as it is dialled or typed.
    pub contact: Vec<String>,
    pub hours: String,
    /// Written `for` in the file.
    pub people: String,
    /// The day somebody last looked it up, as `2026-11-22` (S25).
    pub checked: String,
    pub status: Status,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    pub country: String,
    /// Written `for` in the file.
    pub kind: DirectoryFor,
    pub name: String,
    /// Written `where` in the file.
    pub place: String,
    pub status: Status,
}
