//! Ideas for time together (G5.1), in decks that a planner picks from.

use super::kinds::{Energy, Minutes, Money, Season};
use super::read::{self, LINE, SENTENCES, TITLE, small};
use super::table::Table;

/// A deck of ideas, one file in `dates/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateDeck {
    /// The file's name; lasting.
    pub id: String,
    /// Its place among the decks.
    pub number: u8,
    pub title: String,
    pub what: String,
    /// Never empty.
    pub ideas: Vec<DateIdea>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateIdea {
    /// One of a kind over all decks; lasting.
    pub id: String,
    pub title: String,
    pub say: String,
    pub minutes: Minutes,
    pub money: Money,
    pub energy: Energy,
    pub at_home: bool,
    /// Can be done at home while children sleep.
    pub children_asleep: bool,
    /// A place without noise and crowds.
    pub quiet: bool,
    /// Works with the two in different places.
    pub apart: bool,
    /// Empty: any. Written `season` in the file.
    pub seasons: Vec<Season>,
    /// 1 familiar, 2 with a twist, 3 new to most people.
    pub novelty: u8,
    /// Something is watched; then it is talked over too.
    pub watch: bool,
    /// A question for afterwards.
    pub talk_over: Option<String>,
}

impl DateIdea {
    #[must_use]
    pub fn in_season(&self, season: Season) -> bool {
        self.seasons.is_empty() || self.seasons.contains(&season)
    }
}

/// The deck, and the line of each idea.
pub(super) fn deck(id: &str, file: &Table<'_>) -> (DateDeck, Vec<usize>) {
    let ideas = file.tables("idea", read::SOME, |entry| {
        (idea(entry), entry.line(entry.at))
    });
    let (ideas, lines) = ideas.into_iter().unzip();
    let deck = DateDeck {
        id: id.to_owned(),
        number: small(file.number("number", 1..=99)),
        title: file.text("title", TITLE),
        what: file.text("what", SENTENCES),
        ideas,
    };
    (deck, lines)
}

fn idea(entry: &Table<'_>) -> DateIdea {
    let idea = DateIdea {
        id: entry.id("id"),
        title: entry.text("title", TITLE),
        say: entry.text("say", SENTENCES),
        minutes: read::minutes(entry),
        money: entry.word("money"),
        energy: entry.word("energy"),
        at_home: entry.yes("at_home"),
        children_asleep: entry.yes("children_asleep"),
        quiet: entry.yes("quiet"),
        apart: entry.yes("apart"),
        seasons: entry.words("season"),
        novelty: small(entry.number("novelty", 1..=3)),
        watch: entry.yes("watch"),
        talk_over: entry.maybe_text("talk_over", LINE),
    };
    if idea.watch && idea.talk_over.is_none() {
        entry.note(
            "watch",
            "something is watched, and not talked over",
            "write `talk_over = …`, a question for afterwards",
        );
    }
    if idea.children_asleep && !idea.at_home {
        entry.note(
            "children_asleep",
            "children are asleep, and the two are not at home",
            "write `at_home = true`, or take `children_asleep` out",
        );
    }
    idea
}
