//! W1: how long the wording helper takes to read a draft of a hundred words. Pure work, so nothing stands beside it.

use std::hint::black_box;
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::figure::Figure;

/// One harsh clause in a long, friendly draft: the case that makes every rule look twice.
const DRAFT: &str = "I've been thinking about Saturday all week. I liked the walk, and I liked how you held the umbrella \
    over both of us. When we got home and the football went on I felt a bit lost, because I had hoped we would cook \
    together. I'd like one evening a week that is ours. I know work has been heavy for you and I don't want to add to \
    it. It's just that you never look up when I come in. Could we look at the calendar on Sunday after breakfast and \
    pick one evening? I am asking because I miss you.";
const TIMES: usize = 2_000;

pub(crate) fn take(tell: &mut dyn FnMut(Figure)) -> Result<()> {
    let words = DRAFT.split_whitespace().count();
    ensure!((95..=110).contains(&words), "the draft has {words} words");
    ensure!(
        rekindle_words::read(DRAFT).findings.len() == 1,
        "the draft is read as it was written"
    );
    let mut took: Vec<f64> = (0..TIMES)
        .map(|_| {
            let began = Instant::now();
            black_box(rekindle_words::read(black_box(DRAFT)));
            began.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    took.sort_by(f64::total_cmp);
    for (name, value) in [
        (
            "W1 wording helper, 100 words, half of all within",
            took[TIMES / 2],
        ),
        (
            "W1 wording helper, 100 words, 99 in 100 within",
            took[TIMES * 99 / 100],
        ),
    ] {
        tell(Figure::at_most(name, value, "ms", 1.0));
    }
    Ok(())
}
