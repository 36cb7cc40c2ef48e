//! A word to oneself after three weeks (issue "Being together", Afterwards; S3, S4).

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use rekindle_domain::rating::{Rating, Word, word};

const TODAY: Date = date(2026, 9, 27); // a Sunday

fn rated(days_ago: i64, at_ease: u8) -> Rating {
    Rating {
        day: TODAY.checked_sub(days_ago.days()).expect("a day"),
        understood: 3,
        at_ease,
        worth: 3,
    }
}

#[test]
fn three_weeks_of_rising_unease_or_dread_bring_a_word_and_nothing_less_does() {
    for (answers, says) in [
        (vec![], None),
        (vec![(14, 5), (7, 4)], None),
        (vec![(14, 5), (7, 4), (0, 3)], Some(Word::Gentler)),
        // Out of order, and several in a week: the mean of a week counts.
        (
            vec![(0, 3), (1, 3), (14, 5), (7, 4), (8, 4)],
            Some(Word::Gentler),
        ),
        (vec![(14, 5), (7, 4), (0, 4)], None),
        (vec![(14, 3), (7, 4), (0, 3)], None),
        (vec![(14, 2), (7, 1), (0, 2)], Some(Word::Help)),
        (vec![(14, 2), (7, 2), (0, 1)], Some(Word::Help)),
        // A week without answers is passed over; what is long ago is not.
        (vec![(28, 5), (14, 4), (0, 3)], Some(Word::Gentler)),
        (vec![(80, 5), (70, 4), (0, 3)], None),
        (vec![(40, 5), (33, 4), (26, 3)], None),
        // What comes after counts, not what was once.
        (vec![(28, 5), (21, 4), (14, 3), (7, 4), (0, 5)], None),
    ] {
        let ratings: Vec<Rating> = answers
            .iter()
            .map(|(ago, ease)| rated(*ago, *ease))
            .collect();
        assert_eq!(word(&ratings, TODAY), says, "{answers:?}");
    }
}
