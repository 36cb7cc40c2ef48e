//! Suggestions for small rituals (G5.2), drawn from what couples already do.

use super::kinds::Often;
use super::read::{self, LINE, SENTENCES, TITLE};
use super::table::Table;

/// One suggestion, a `[[ritual]]` of a file in `rituals/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RitualIdea {
    /// One of a kind over all files; lasting.
    pub id: String,
    /// A name two people may change.
    pub name: String,
    pub what: String,
    /// What many couples do already, as a line to tick.
    pub already: String,
    /// The moment it hangs on: "When {when}, {then}."
    pub when: String,
    pub then: String,
    /// What counts on a day that holds no more.
    pub least: String,
    /// How it goes when the two are in different places, or on the way.
    pub travel: String,
    pub often: Often,
    pub minutes: u16,
}

/// Each with its line.
pub(super) fn rituals(file: &Table<'_>) -> Vec<(RitualIdea, usize)> {
    file.tables("ritual", read::SOME, |entry| {
        let minutes = entry.number("minutes", 1..=600);
        let idea = RitualIdea {
            id: entry.id("id"),
            name: entry.text("name", TITLE),
            what: entry.text("what", SENTENCES),
            already: entry.text("already", LINE),
            when: clause(entry, "when"),
            then: clause(entry, "then"),
            least: entry.text("least", LINE),
            travel: entry.text("travel", LINE),
            often: entry.word("often"),
            minutes: u16::try_from(minutes).unwrap_or_default(),
        };
        (idea, entry.line(entry.at))
    })
}

/// Half of a cue, which stands inside a sentence: it has no full stop of its own.
fn clause(entry: &Table<'_>, key: &'static str) -> String {
    let half = entry.text(key, LINE);
    if half.ends_with('.') {
        entry.note(
            key,
            format!("`{key}` ends with a full stop"),
            "leave it out: the two halves become one sentence",
        );
    }
    half
}
