//! What is wrong with a pack, said so that its author can put it right.

use std::fmt;

/// One thing to put right in a pack: where it stands, what is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// Path inside the pack.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    pub what: String,
    pub fix: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}: {} — {}",
            self.file, self.line, self.what, self.fix
        )
    }
}
