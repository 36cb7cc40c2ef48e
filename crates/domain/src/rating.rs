//! How it was, for oneself: twenty seconds after a session, sealed to oneself, shown and told to nobody else (S3, S4).

use jiff::civil::Date;

use crate::time::{days_between, monday};

/// The highest answer; the lowest is 1.
pub const MOST: u8 = 5;
/// So many weeks are looked at.
const WEEKS: usize = 3;
/// Answers older than this say nothing about now.
const LATELY: i64 = 56;
/// And the last of them lies within this.
const STILL: i64 = 14;
/// At ease so little is dread.
const DREAD: f64 = 2.0;

/// One evening's answers, from 1 to [`MOST`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rating {
    pub day: Date,
    pub understood: u8,
    pub at_ease: u8,
    pub worth: u8,
}

/// A word to that person alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Word {
    /// Less at ease from week to week: something gentler.
    Gentler,
    /// Not at ease at all, week after week: help.
    Help,
}

/// What three weeks with answers in a row say, if they say anything. A week counts by its mean; weeks without answers
/// are passed over.
#[must_use]
pub fn word(ratings: &[Rating], today: Date) -> Option<Word> {
    let mut weeks: Vec<(Date, f64, f64)> = vec![];
    let mut sorted: Vec<&Rating> = ratings
        .iter()
        .filter(|one| (0..LATELY).contains(&days_between(one.day, today)))
        .collect();
    sorted.sort_by_key(|one| one.day);
    for one in &sorted {
        let monday = monday(one.day);
        match weeks.last_mut().filter(|(week, ..)| *week == monday) {
            Some((_, sum, count)) => {
                *sum += f64::from(one.at_ease);
                *count += 1.0;
            }
            None => weeks.push((monday, f64::from(one.at_ease), 1.0)),
        }
    }
    let last = sorted.last()?;
    if weeks.len() < WEEKS || days_between(last.day, today) > STILL {
        return None;
    }
    let means: Vec<f64> = weeks[weeks.len() - WEEKS..]
        .iter()
        .map(|(_, sum, count)| sum / count)
        .collect();
    if means.iter().all(|mean| *mean <= DREAD) {
        Some(Word::Help)
    } else {
        means
            .windows(2)
            .all(|two| two[1] < two[0])
            .then_some(Word::Gentler)
    }
}
