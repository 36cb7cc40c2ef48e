//! Decks of cards: questions, openers and prompts that two people draw from, or one alone.

use super::kinds::Evidence;
use super::read::{self, LINE, SENTENCES, TITLE, small};
use super::table::Table;

/// A deck of cards, one file in `cards/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deck {
    /// The file's name; lasting.
    pub id: String,
    pub title: String,
    pub what: String,
    /// May be empty: a question claims nothing.
    pub evidence: Vec<Evidence>,
    /// Never empty; in the order of the file.
    pub cards: Vec<Card>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// One of a kind in its deck; lasting.
    pub id: String,
    pub say: String,
    /// One thing more to ask about what was heard. Written `then` in the file.
    pub follow_up: Option<String>,
    /// 1 light, 2 closer, 3 close.
    pub depth: u8,
    /// What it is about, as ids.
    pub tags: Vec<String>,
}

impl Deck {
    #[must_use]
    pub fn card(&self, id: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.id == id)
    }

    /// The cards of one depth.
    pub fn at(&self, depth: u8) -> impl Iterator<Item = &Card> {
        self.cards.iter().filter(move |card| card.depth == depth)
    }

    /// The cards that go no deeper than `depth`: the more careful of two people sets it.
    pub fn up_to(&self, depth: u8) -> impl Iterator<Item = &Card> {
        self.cards.iter().filter(move |card| card.depth <= depth)
    }
}

pub(super) fn deck(id: &str, file: &Table<'_>) -> Deck {
    Deck {
        id: id.to_owned(),
        title: file.text("title", TITLE),
        what: file.text("what", SENTENCES),
        evidence: read::evidence(file, read::ANY),
        cards: file.each_once("card", read::SOME, |card| Card {
            id: card.id("id"),
            say: card.text("say", LINE),
            follow_up: card.maybe_text("then", LINE),
            depth: small(card.number("depth", 1..=3)),
            tags: card.ids("tags"),
        }),
    }
}
