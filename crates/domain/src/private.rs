//! What one person writes for oneself (data class *private*, S13): erasable without a mark.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Stamp;
use crate::hurt::{End, Shape};
use crate::ids::NoteId;
use crate::touch::Sheet;

/// One record of a private stream, opened. **Stored shapes:** only ever added to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    pub at: Stamp,
    pub event: Event,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Event {
    /// A note to oneself. After `until` it is gone (S19).
    Noted {
        id: NoteId,
        words: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Stamp>,
    },
    /// Marks on one's own touch map, laid over what was marked before (G3.2).
    Marked {
        id: NoteId,
        marks: Sheet,
    },
    /// How a session was, from 1 to 5 each. The id is the session's, so that it is answered once.
    Rated {
        id: NoteId,
        script: String,
        day: Date,
        understood: u8,
        at_ease: u8,
        worth: u8,
    },
    /// A small hurt, put down as it came.
    HurtFelt {
        id: NoteId,
        words: String,
    },
    HurtShaped {
        id: NoteId,
        hurt: NoteId,
        shape: Shape,
    },
    /// Written about as a kind outsider would: the answers, in the order of the prompts.
    HurtSeenOutside {
        id: NoteId,
        hurt: NoteId,
        answers: Vec<String>,
    },
    /// “This again.”
    HurtAgain {
        id: NoteId,
        hurt: NoteId,
        before: NoteId,
    },
    /// It lies there, and may.
    HurtLies {
        id: NoteId,
        hurt: NoteId,
    },
    HurtEnded {
        id: NoteId,
        hurt: NoteId,
        how: End,
    },
}

impl Event {
    /// Its own, so that a press that arrives twice counts once.
    #[must_use]
    pub const fn id(&self) -> NoteId {
        match self {
            Self::Noted { id, .. }
            | Self::Marked { id, .. }
            | Self::Rated { id, .. }
            | Self::HurtFelt { id, .. }
            | Self::HurtShaped { id, .. }
            | Self::HurtSeenOutside { id, .. }
            | Self::HurtAgain { id, .. }
            | Self::HurtLies { id, .. }
            | Self::HurtEnded { id, .. } => *id,
        }
    }

    /// The note or hurt it belongs to, with which it is erased.
    #[must_use]
    pub const fn about(&self) -> NoteId {
        match self {
            Self::Noted { id, .. }
            | Self::Marked { id, .. }
            | Self::Rated { id, .. }
            | Self::HurtFelt { id, .. } => *id,
            Self::HurtShaped { hurt, .. }
            | Self::HurtSeenOutside { hurt, .. }
            | Self::HurtAgain { hurt, .. }
            | Self::HurtLies { hurt, .. }
            | Self::HurtEnded { hurt, .. } => *hurt,
        }
    }

    /// Whether its time is over.
    #[must_use]
    pub fn is_over(&self, now: Stamp) -> bool {
        match self {
            Self::Noted { until, .. } => until.is_some_and(|until| until <= now),
            Self::Marked { .. }
            | Self::Rated { .. }
            | Self::HurtFelt { .. }
            | Self::HurtShaped { .. }
            | Self::HurtSeenOutside { .. }
            | Self::HurtAgain { .. }
            | Self::HurtLies { .. }
            | Self::HurtEnded { .. } => false,
        }
    }
}
