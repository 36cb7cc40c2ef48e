//! Words that can be heard: points at the few words in a draft that are likely to shut an ear, says why, and asks.
//!
//! Text in, findings out. It never blocks, never rewrites, keeps nothing of what it read, and is silent about style
//! where there may be danger (`support_first`). The rules are data, in `rules/`, with their reasons; start with
//! `rules/README.md`. Guide rows G2.1, G5.3, G8.

mod judge;
mod pattern;
mod rules;
mod text;

use serde::Serialize;

pub use rules::{Kind, Strong};

/// What is worth saying about one draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// Nothing here to point at. Stays true when support comes first, unless the draft itself threatens harm.
    pub gentle: bool,
    /// All that was found, in the order of the text. A page shows at most two: [`Reading::shown`].
    pub findings: Vec<Finding>,
    pub strengths: Vec<Strength>,
    /// A frame to fill in, if one wishes to; empty where there is nothing to offer.
    pub frame: &'static str,
    /// The draft mentions fear, force, harm or not wanting to live: show support, leave style alone.
    pub support_first: bool,
}

/// A few words that may be hard to hear. `start..end` are bytes of the draft, on character boundaries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    pub why: &'static str,
    pub ask: &'static str,
}

/// A few words that make the draft easy to hear. `start..end` are bytes of the draft, on character boundaries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Strength {
    pub kind: Strong,
    pub start: usize,
    pub end: usize,
}

impl Reading {
    /// The two findings that weigh most, one of a kind, in the order of the text. Nobody can take in more at once.
    pub fn shown(&self) -> Vec<&Finding> {
        let mut best: Vec<&Finding> = Vec::new();
        let mut rest: Vec<&Finding> = self.findings.iter().collect();
        rest.sort_by_key(|finding| std::cmp::Reverse(rules::rules().weight(finding.kind)));
        for finding in rest {
            let said = best.iter().any(|b| {
                b.kind == finding.kind || (b.start < finding.end && finding.start < b.end)
            });
            if !said && best.len() < 2 {
                best.push(finding);
            }
        }
        best.sort_by_key(|finding| finding.start);
        best
    }
}

/// Reads one draft. Any text will do, of any length; nothing of it is kept.
pub fn read(draft: &str) -> Reading {
    judge::read(rules::rules(), draft)
}
