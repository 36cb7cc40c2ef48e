//! G3.1 and what two people share between check-ins: daily moments, the plan, appreciations, a path of weeks.

use crate::couple::{in_days, old_couple};

#[test]
fn g3_1_one_tap_is_counted_once_and_carries_no_author() {
    let (_house, mara, jonas) = old_couple();
    let times = |one: &journeys::Person| -> u64 {
        one.opens("/u/m");
        let count = "const card = [...document.querySelectorAll('li.row')].find((card) => card.innerText.includes('Hands on the couch')); \
            return Number(card.innerText.match(/(\\d+) times/)?.[1] ?? (card.innerText.includes('once') ? 1 : 0))";
        one.runs(count).as_u64().expect("a count")
    };
    let before = times(&mara);
    mara.within("Hands on the couch").presses("We did it");
    mara.sees("Noted. That is one more.");
    assert_eq!(times(&jonas), before + 1);
    assert_eq!(times(&mara), before + 1);
    // The same words for both: who pressed is nowhere (S4).
    for one in [&mara, &jonas] {
        one.opens("/u/m");
    }
    let page = |one: &journeys::Person| one.runs("return document.querySelector('main').innerText");
    assert_eq!(page(&mara), page(&jonas));
    for name in ["Mara", "Jonas"] {
        jonas.does_not_see(name);
    }
    // Either may take it back.
    jonas.within("Hands on the couch").presses("Undo");
    jonas.sees(&format!("{before} times so far"));
    assert_eq!(times(&mara), before);
    mara.does_not_see("streak");
    mara.has_no_complaints();
}

#[test]
fn the_plan_is_moved_by_either_and_what_is_let_go_leaves_no_mark() {
    let (_house, mara, jonas) = old_couple();
    mara.opens("/u/p");
    mara.follows("Weekly check-in");
    let day = in_days(&mara, 3);
    mara.types("Day", &day);
    mara.types("Time", "06:45");
    mara.presses("From now on");
    mara.sees("Our plan");
    jonas.opens("/u/p");
    jonas.sees("06:45");
    jonas.follows("Weekly check-in");
    jonas.presses("Let it go");
    jonas.sees("Our plan");
    for one in [&mara, &jonas] {
        for path in ["/u/p", "/t", "/u/h"] {
            one.opens(path);
            one.does_not_see("06:45");
            for mark in ["missed", "let go", "cancelled", "skipped"] {
                one.does_not_see(mark);
            }
        }
    }
}

#[test]
fn s13_an_appreciation_is_kept_for_both_and_taken_back_without_a_banner() {
    let (_house, mara, jonas) = old_couple();
    jonas.opens("/u/a");
    let page = |one: &journeys::Person| {
        one.opens("/u/a");
        one.runs("return document.querySelector('main').innerText")
    };
    let before = page(&jonas);
    mara.opens("/u/a");
    mara.types("you are glad of", "You let me sleep on Saturday");
    mara.presses("Share it with Jonas");
    mara.sees("You let me sleep on Saturday");
    jonas.opens("/u/a");
    jonas.sees("You let me sleep on Saturday");
    mara.within("You let me sleep on Saturday")
        .presses("Take back");
    mara.sees_no_more("You let me sleep on Saturday");
    // As if it had never been there (S3).
    assert_eq!(page(&jonas), before);
}

#[test]
fn g7_a_path_of_weeks_is_walked_by_both() {
    let (_house, mara, jonas) = old_couple();
    mara.opens("/r");
    mara.follows("Ten weeks");
    let path = mara.path();
    for leave in ["Leave this path", "Close this path"] {
        if mara.can_press(leave) {
            mara.presses(leave);
            mara.opens(&path);
        }
    }
    mara.presses("Walk this path");
    mara.sees("Take a week of rest");
    // Nothing hurries: the next week is offered once this one has passed.
    assert!(!mara.can_press("Go on to the next week"));
    jonas.opens(&path);
    assert!(!jonas.can_press("Walk this path"), "both are on it");
    jonas.presses("Take a week of rest");
    jonas.sees("a week of rest");
    mara.opens(&path);
    mara.sees("a week of rest");
    let walk = mara.runs("return document.querySelector('section.wash').innerText");
    for told in ["missed", "streak", "behind", "Mara", "Jonas"] {
        assert!(!walk.to_string().contains(told), "{walk}");
    }
    mara.presses("Leave this path");
    mara.sees("Walk this path");
    jonas.opens(&path);
    assert!(jonas.can_press("Walk this path"));
}
