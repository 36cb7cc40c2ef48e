//! Lessons in talking with each other (G8): five minutes to read, something to do alone and something for two.

use super::kinds::{Evidence, Part, Tone};
use super::read::{self, LINE, SENTENCES, TITLE, small};
use super::table::{Points, Table};

/// One lesson, one file in `skills/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// The file's name; lasting.
    pub id: String,
    /// Its place in the course.
    pub number: u8,
    pub title: String,
    pub what: String,
    /// What there is to read; never empty.
    pub parts: Vec<Part>,
    /// One to four short lines to take along.
    pub remember: Vec<String>,
    /// When this skill is the wrong thing.
    pub not_when: Vec<String>,
    pub alone: Exercise,
    pub together: Exercise,
    /// To try one's hand at; at least two of each tone.
    pub sentences: Vec<Sentence>,
    /// Never empty.
    pub evidence: Vec<Evidence>,
    /// The practice it leads to.
    pub practice: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exercise {
    pub title: String,
    pub minutes: u8,
    pub steps: Vec<String>,
    /// The session that leads through it.
    pub script: Option<String>,
}

/// A sentence as people say it, to be recognised or to be said in another way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// One of a kind in its lesson; lasting.
    pub id: String,
    pub say: String,
    pub tone: Tone,
    /// What makes it land, or what makes it sting.
    pub why: String,
    /// One way of many to say it; always there for a harsh one.
    pub instead: Option<String>,
}

impl Lesson {
    #[must_use]
    pub fn sentence(&self, id: &str) -> Option<&Sentence> {
        self.sentences.iter().find(|sentence| sentence.id == id)
    }

    /// Minutes to read all of it, at an unhurried two hundred words a minute.
    #[must_use]
    pub fn minutes(&self) -> usize {
        let parts = self.parts.iter().map(|part| &part.text);
        let steps = [&self.alone, &self.together];
        let steps = steps.into_iter().flat_map(|exercise| &exercise.steps);
        let sentences = self.sentences.iter();
        let sentences =
            sentences.flat_map(|one| [&one.say, &one.why].into_iter().chain(&one.instead));
        let all = parts
            .chain(&self.remember)
            .chain(&self.not_when)
            .chain(steps)
            .chain(sentences);
        let words: usize = all.map(|text| text.split_whitespace().count()).sum();
        words.div_ceil(200)
    }
}

pub(super) fn lesson(id: &str, file: &Table<'_>) -> Lesson {
    let lesson = Lesson {
        id: id.to_owned(),
        number: small(file.number("number", 1..=99)),
        title: file.text("title", TITLE),
        what: file.text("what", SENTENCES),
        parts: read::parts(file),
        remember: file.texts("remember", 1..=4, LINE),
        not_when: file.texts("not_when", read::ANY, LINE * 2),
        alone: file.table("alone", exercise).unwrap_or_default(),
        together: file.table("together", exercise).unwrap_or_default(),
        sentences: file.each_once("sentence", read::SOME, sentence),
        evidence: read::evidence(file, read::SOME),
        practice: file.maybe_one("practice", Points::Practice),
    };
    for tone in [Tone::Good, Tone::Harsh] {
        let many = lesson
            .sentences
            .iter()
            .filter(|one| one.tone == tone)
            .count();
        if many < 2 {
            file.note(
                "sentence",
                format!("there are {many} sentences with tone = \"{tone}\""),
                "write at least two of each tone",
            );
        }
    }
    lesson
}

fn exercise(entry: &Table<'_>) -> Exercise {
    Exercise {
        title: entry.text("title", TITLE),
        minutes: small(entry.number("minutes", 1..=60)),
        steps: entry.texts("steps", 2..=8, LINE),
        script: entry.maybe_one("script", Points::Script),
    }
}

fn sentence(entry: &Table<'_>) -> Sentence {
    let tone = entry.word("tone");
    let sentence = Sentence {
        id: entry.id("id"),
        // What somebody might say in anger: quoted, so the guide's own manners do not apply.
        say: match tone {
            Tone::Good => entry.text("say", SENTENCES),
            Tone::Harsh => entry.cited("say"),
        },
        tone,
        why: entry.text("why", SENTENCES),
        instead: entry.maybe_text("instead", SENTENCES),
    };
    if sentence.tone == Tone::Harsh && sentence.instead.is_none() {
        entry.note(
            "tone",
            "a harsh sentence is left as it is",
            "write `instead = …`, one way of many to say it",
        );
    }
    sentence
}
