//! What happened in a session. **These shapes are stored**: one never changes, a new one is added beside it and the
//! old one is still folded. `tests/golden/session-events.json` holds every shape there ever was.

use serde::{Deserialize, Serialize};

use crate::session::script::{Mode, Text};
use crate::text::written;
use crate::{Stamp, Who};

/// One stop on the way through a session.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Leg {
    /// Id of a step of the script.
    pub step: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<Who>,
}

/// A time that runs: `total` in milliseconds, and when it is over.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Timer {
    pub total: i64,
    pub ends: Stamp,
}

impl Timer {
    /// What is left, in milliseconds; never more than the whole, whatever a clock does.
    #[must_use]
    pub fn left(self, now: Stamp) -> i64 {
        self.ends.since(now).clamp(0, self.total.max(0))
    }
}

/// What happened, in the order it happened. No event says who went on, paused, skipped, began afresh or stopped
/// (S7), and a request that was not agreed to leaves no event at all (S6).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Event {
    /// Laid out, to be begun. `first` goes first, and in a form for one holds it alone. A second one replaces the
    /// first and takes back every "here": a yes is to what was shown (S5).
    Opened {
        script: String,
        mode: Mode,
        form: String,
        first: Who,
        plan: Vec<Leg>,
    },
    /// What it is held about, chosen with the layout.
    About { topic: String },
    /// What it is and what it leaves out, as it was shown before the yes and as it stays (S5, S7).
    Bound {
        includes: Vec<String>,
        excludes: Vec<String>,
    },
    /// A yes to begin, or to go on after a long break, that holds until then.
    Here { by: Who, until: Stamp },
    /// A yes taken back.
    Away { by: Who },
    /// Every yes there must be was there. After `until` going on takes fresh ones.
    Began { at: Stamp, until: Stamp },
    /// On to leg number `to` of the plan, counted from 0.
    Moved {
        to: usize,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timer: Option<Timer>,
    },
    /// `left` milliseconds of the running time remain.
    Paused {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        left: Option<i64>,
    },
    Resumed {
        until: Stamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timer: Option<Timer>,
    },
    /// While paused: a time to go on.
    LaterSet { at: Stamp },
    /// One shared phone: this person holds it now.
    Taken { by: Who },
    /// One shared phone, at a gate: it was handed on, not ready yet. It says not by whom (S6).
    PassedOn,
    /// At a gate, done with private words, or agreeing to shared ones.
    Ready { by: Who },
    /// The listener has said it back.
    SaidBack,
    /// The speaker feels not quite heard yet.
    NotQuite,
    /// One of two answers of a choice for each.
    Picked { by: Who, option: String },
    /// The answer of a choice for one or either.
    Chosen { option: String },
    /// Cards go no deeper from here: the lighter of what each picked, or what was chosen.
    Depth { at_most: u8 },
    /// The way on from here, in another form.
    Replanned { form: String, rest: Vec<Leg> },
    /// A small request; without words if it was spoken.
    Asked {
        by: Who,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
    /// The other offered it in another way.
    Adjusted {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
    /// Agreed, as asked or as adjusted.
    Agreed,
    /// An appreciation kept in words; `from` is who said it.
    Kept { from: Who, words: String },
    /// A topic put aside; `talk`: for a talk of its own.
    Parked { topic: String, talk: bool },
    /// Words for both, not yet agreed to; written again they replace the ones before. `back`: when to look back.
    Written {
        by: Who,
        words: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        back: Option<Stamp>,
    },
    /// The words written last count now.
    Stands { what: Text },
    /// This card was drawn.
    Drawn { card: String },
    /// Once more from an earlier leg.
    Again {
        to: usize,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timer: Option<Timer>,
    },
    /// What it was about is settled.
    Settled,
    /// The present part begins again, at leg `to`. Once in a session.
    FreshStart {
        to: usize,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timer: Option<Timer>,
    },
    /// When the two meet for this next.
    NextSet { at: Stamp },
    /// Finished for today: held to the end, short, or stopped all look like this (S7).
    Finished,
}

/// What a session leaves behind: one shared event of the couple. A request that was not agreed to, and how far the
/// two came, are not in it (S6, S7).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Summary {
    pub script: String,
    pub form: String,
    pub mode: Mode,
    pub began: Stamp,
    pub appreciations: Vec<Appreciation>,
    /// Topics put aside, in the order they were.
    pub parked: Vec<Topic>,
    pub agreed: Vec<Agreed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Stamp>,
    /// The topic it was held about, and whether that is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub settled: bool,
    /// What the two wrote down together, in the order they did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub written: Vec<Written>,
}

impl Summary {
    /// Whether exactly these words are in it: a press that brings them again was taken already.
    #[must_use]
    pub fn has(&self, words: &str) -> bool {
        written(words).is_ok_and(|words| {
            left_with(
                &self.written,
                &self.agreed,
                &self.appreciations,
                &self.parked,
            )
            .any(|one| one == words)
        })
    }
}

/// Every text that a session leaves, or has so far.
pub(super) fn left_with<'a>(
    written: &'a [Written],
    agreed: &'a [Agreed],
    kept: &'a [Appreciation],
    parked: &'a [Topic],
) -> impl Iterator<Item = &'a str> {
    let written = written.iter().map(|written| written.words.as_str());
    let agreed = agreed.iter().filter_map(|agreed| agreed.words.as_deref());
    let kept = kept.iter().map(|kept| kept.words.as_str());
    let parked = parked.iter().map(|parked| parked.topic.as_str());
    written.chain(agreed).chain(kept).chain(parked)
}

/// Words that count for both.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Written {
    pub what: Text,
    pub words: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<Stamp>,
}

/// An appreciation to re-read.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Appreciation {
    /// Who said it.
    pub from: Who,
    pub words: String,
}

/// Something put aside for another day.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Topic {
    pub topic: String,
    /// The two want a talk of its own about it.
    pub talk: bool,
}

/// A small request that was agreed to.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Agreed {
    /// Who asked.
    pub from: Who,
    /// As agreed; none if it was only spoken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}
