//! New keys of one of the two (K7): the other compares six words again before trusting them (K5). What is here only
//! says that there is something to compare; which key is trusted stands in each one's own keyring.

use serde::{Deserialize, Serialize};

use crate::ids::KeyId;
use crate::{Now, Who};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command {
    /// My keys are new; this is the public one.
    Renew { key: KeyId },
    /// The six words over the other's key were the same on both phones.
    Compare { key: KeyId },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Event {
    Renewed { by: Who, key: KeyId },
    Compared { by: Who, key: KeyId },
}

/// Whose keys are new, and who has compared them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Renewals {
    /// The newest key of each, if it is not the one they paired with.
    renewed: [Option<KeyId>; 2],
    /// The key of the other that each compared last.
    compared: [Option<KeyId>; 2],
}

impl Renewals {
    /// Whether the other's keys are new and this one has still to compare the words.
    #[must_use]
    pub fn waits_for(&self, who: Who) -> bool {
        let new = self.renewed[who.other().index()];
        new.is_some() && new != self.compared[who.index()]
    }

    /// Never refuses: the rules are those of keys, and the vault keeps them.
    #[must_use]
    pub fn decide(&self, now: &Now, command: &Command) -> Vec<Event> {
        let by = now.who;
        match *command {
            Command::Renew { key } if self.renewed[by.index()] == Some(key) => vec![],
            Command::Renew { key } => vec![Event::Renewed { by, key }],
            Command::Compare { key } if self.compared[by.index()] == Some(key) => vec![],
            Command::Compare { key } => vec![Event::Compared { by, key }],
        }
    }

    #[must_use]
    pub const fn fold(mut self, event: &Event) -> Self {
        match *event {
            Event::Renewed { by, key } => self.renewed[by.index()] = Some(key),
            Event::Compared { by, key } => self.compared[by.index()] = Some(key),
        }
        self
    }
}
