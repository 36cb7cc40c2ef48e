//! What one person writes for oneself (data class *private*, S13): erasable without a mark.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Stamp;
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
    Marked { id: NoteId, marks: Sheet },
    /// How a session was, from 1 to 5 each. The id is the session's, so that it is answered once.
    Rated {
        id: NoteId,
        script: String,
        day: Date,
        understood: u8,
        at_ease: u8,
        worth: u8,
    },
}

impl Event {
    #[must_use]
    pub const fn id(&self) -> NoteId {
        match self {
            Self::Noted { id, .. } | Self::Marked { id, .. } | Self::Rated { id, .. } => *id,
        }
    }

    /// Whether its time is over.
    #[must_use]
    pub fn is_over(&self, now: Stamp) -> bool {
        match self {
            Self::Noted { until, .. } => until.is_some_and(|until| until <= now),
            Self::Marked { .. } | Self::Rated { .. } => false,
        }
    }
}
