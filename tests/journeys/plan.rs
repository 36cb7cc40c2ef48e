//! G5: a calendar of two in two zones, a date moved, a ritual found, worded, called theirs and kept.

use crate::couple::{in_days, old_couple};

#[test]
fn g5_1_a_date_is_moved_once_and_each_of_two_in_two_zones_reads_the_own_clock() {
    let (_house, mara, jonas) = old_couple();
    jonas.opens("/m/s");
    jonas.types("Time zone", "America/New_York");
    jonas.presses("Save");
    mara.opens("/u/d");
    mara.sees("Best bits");
    mara.follows("Another time, or leave it out");
    let day = in_days(&mara, 3); // before the next one, a week on
    mara.types("Day", &day);
    mara.types("Time", "18:15");
    mara.presses("Only this time");
    mara.sees("Our plan");
    for (one, time) in [(&mara, "18:15"), (&jonas, "12:15")] {
        one.opens(&format!("/u/p?v=d&d={day}"));
        one.sees(time);
        one.opens(&format!("/u/p?v=w&d={day}"));
        one.sees(time);
        one.fits();
    }
    jonas.sees("18:15 in Berlin, where it was set");
    // Left out on the other phone: nothing is marked, and it may come back.
    jonas.opens(&format!("/u/p?v=d&d={day}"));
    jonas.follows("Month");
    jonas.fits();
    jonas.opens("/u/d");
    jonas.follows("Another time, or leave it out");
    jonas.presses("Leave this one out");
    mara.opens(&format!("/u/p?v=d&d={day}"));
    mara.does_not_see("18:15");
    for mark in ["missed", "cancelled", "skipped"] {
        mara.does_not_see(mark);
    }
    mara.has_no_complaints();
    jonas.has_no_complaints();
}

#[test]
fn g5_2_a_ritual_is_found_in_the_stars_of_both_worded_and_kept() {
    let (_house, mara, jonas) = old_couple();
    for (one, other) in [
        (&mara, "Going out now and then"),
        (&jonas, "Saying goodbye at the door"),
    ] {
        one.opens("/u/r/s");
        one.chooses("Saying hello when one comes home");
        one.chooses(other);
        one.presses("Lay my stars down");
        one.sees("Take them up again");
    }
    jonas.sees("comes to light as soon as Mara looks");
    mara.opens("/u/r");
    mara.presses("Show what we both starred");
    mara.sees("You both starred");
    mara.does_not_see("A new place each month");
    mara.follows("The first minutes back");
    mara.types("What do you call it?", "Landing");
    mara.presses("See it as they will");
    mara.presses("Offer it to Jonas");
    mara.sees_no_more("Offer it to Jonas");
    mara.sees("Landing");
    jonas.opens("/u/r");
    jonas.sees("Landing");
    jonas.within("Landing").presses("It is ours");
    jonas.sees("Landing");
    jonas.settles();
    jonas.opens("/u/p");
    jonas.sees("Landing");
    mara.opens("/u/r");
    mara.within("Landing").presses("We kept it");
    mara.sees("One week with it so far.");
    for one in [&mara, &jonas] {
        one.opens("/u/r");
        one.within("Landing").presses("Undo");
        one.sees_no_more("One week with it so far.");
        one.within("Landing").presses("We kept it");
        one.sees("One week with it so far.");
    }
    mara.has_no_complaints();
    jonas.has_no_complaints();
}
