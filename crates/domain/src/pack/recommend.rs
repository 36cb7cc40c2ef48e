//! What to begin with, from what a person said at the start (G7). A suggestion with its reasons, never a verdict.

use std::cmp::Reverse;

use super::Pack;
use super::kinds::{Answer, Practice, Start};

/// The standing talk that comes first, beside the daily touches (G7).
pub const WEEKLY_CHECK_IN: &str = "weekly-check-in";

/// A first step, and why it was chosen: whole sentences, in the words of the pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recommendation<'p> {
    pub practice: &'p Practice,
    pub reasons: Vec<&'p str>,
}

impl Start {
    /// Everything that can be answered, in the order of the page.
    pub fn answers(&self) -> impl Iterator<Item = &Answer> {
        let asked = self.questions.iter().flat_map(|question| &question.answers);
        self.brings.iter().chain(asked)
    }
}

impl Pack {
    /// Two practices to choose from, the better one first. Unknown answer ids count for nothing.
    ///
    /// Every answer gives weights to practices, and the sum decides; between equals the weekly check-in and the daily
    /// touches come first, then the order of the pack. The first suggestion is always one of these gentle ones (G7),
    /// unless the answers speak against all of them, as after a betrayal. The second is of another family if the
    /// answers speak for one, so that the two are a real choice.
    #[must_use]
    pub fn recommend(&self, answers: &[&str]) -> Vec<Recommendation<'_>> {
        let said: Vec<&Answer> = self
            .start
            .answers()
            .filter(|answer| answers.contains(&answer.id.as_str()))
            .collect();
        let mut ranked: Vec<(i32, &Practice)> = self
            .practices
            .iter()
            .map(|practice| {
                let sum = said.iter().map(|answer| answer.weight(&practice.id)).sum();
                (sum, practice)
            })
            .collect();
        ranked.sort_by_key(|(sum, practice)| (Reverse(*sum), !is_gentle(practice)));

        let best = |wanted: &dyn Fn(i32, &Practice) -> bool| {
            let mut those = ranked.iter();
            let found = those.find(|(sum, practice)| wanted(*sum, practice));
            found.map(|(_, practice)| *practice)
        };
        let first =
            best(&|sum, practice| sum >= 0 && is_gentle(practice)).or_else(|| best(&|_, _| true));
        let second = first.and_then(|first| {
            best(&|sum, practice| sum > 0 && practice.family != first.family)
                .or_else(|| best(&|_, practice| practice.id != first.id))
        });
        let with_reasons = |practice: &'_ Practice| -> Vec<&str> {
            let spoke = said.iter().filter(|answer| answer.weight(&practice.id) > 0);
            spoke.map(|answer| answer.because.as_str()).collect()
        };
        [first, second]
            .into_iter()
            .flatten()
            .map(|practice| Recommendation {
                practice,
                reasons: with_reasons(practice),
            })
            .collect()
    }
}

/// Small enough to begin with: the weekly check-in or a daily touch.
fn is_gentle(practice: &Practice) -> bool {
    practice.id == WEEKLY_CHECK_IN || practice.moment.is_some()
}

impl Answer {
    fn weight(&self, practice: &str) -> i32 {
        let given = self.points.iter().find(|(id, _)| id == practice);
        given.map_or(0, |(_, weight)| i32::from(*weight))
    }
}
