//! G5: a calendar of two in two zones, a date moved, a ritual found, worded, called theirs and kept.

use std::time::Duration;

use journeys::Server;

use crate::couple::{in_days, old_couple, phone, signs_in_at_home};

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
fn g5_a_rhythm_changes_and_what_meets_is_said() {
    let (_house, mara, jonas) = old_couple();
    mara.opens("/u/p");
    mara.follows("Weekly check-in");
    let (day, time) = (mara.value("Day"), mara.value("Time"));
    mara.presses("How often");
    mara.types("It comes round", "two");
    mara.presses("From now on like this");
    for one in [&mara, &jonas] {
        one.opens("/u/p");
        one.sees("every 2 weeks");
    }
    // The date is put where the check-in is: both may stay.
    mara.opens("/u/d");
    mara.follows("Another time, or leave it out");
    mara.types("Day", &day);
    mara.types("Time", &time);
    mara.presses("Only this time");
    mara.sees("Our plan");
    for one in [&mara, &jonas] {
        one.opens(&format!("/u/p?v=d&d={day}"));
        one.sees("are at the same time");
        one.sees("Both may stay.");
        one.fits();
        one.is_accessible();
        one.opens(&format!("/u/p?v=m&d={day}"));
        one.sees("are at the same time");
        one.has_no_complaints();
    }
}

#[test]
fn g5_1_a_date_is_kept_picked_held_and_remembered() {
    let house = Server::demo(1).start();
    let (mara, jonas) = (phone(&house, "Mara"), phone(&house, "Jonas"));
    signs_in_at_home(&mara);
    signs_in_at_home(&jonas);
    mara.opens("/u/d/s");
    mara.types("The first one", &in_days(&mara, 3));
    mara.types("Time", "19:00");
    mara.chooses("I do");
    mara.presses("Keep this time");
    mara.sees("Your turn to plan");
    mara.presses("Swap turns");
    mara.sees("Jonas plans this one");
    // What there is room for: a quiet evening at no cost, with children asleep, and something to watch in it.
    jonas.opens("/u/d");
    jonas.sees("Your turn to plan");
    jonas.follows("Pick an idea");
    jonas.follows("Restful");
    jonas.presses("What is there room for?");
    jonas.types("Money", "costs nothing");
    jonas.chooses("While the children sleep");
    jonas.presses("Show what fits");
    jonas.sees("12 ideas fit");
    jonas.fits();
    jonas.is_accessible();
    jonas.follows("Show others");
    jonas.follows("An old favourite");
    jonas.sees("To talk over afterwards");
    jonas.presses("Take it.");
    mara.opens("/u/d");
    mara.sees("An old favourite");
    mara.sees("Who in it do you understand better than you used to?");
    // What stays at home holds at once, and goes when both have said so.
    mara.presses("Name a topic");
    mara.types("The topic", "My boss");
    mara.presses("It stays at home");
    jonas.opens("/u/d");
    jonas.sees("My boss");
    jonas.within("My boss").presses("Take it off");
    jonas.sees("goes when Mara takes it off too");
    mara.opens("/u/d");
    mara.within("My boss")
        .presses("Jonas would take it off. So would I");
    mara.sees_no_more("My boss");
    // The evening goes by.
    house.later(Duration::from_secs(4 * 24 * 60 * 60));
    jonas.opens("/u/d");
    jonas.sees("To talk over afterwards");
    jonas.sees("The best bit of “An old favourite”");
    jonas.types("In a line", "We laughed at the same place again.");
    jonas.presses("Keep the line");
    jonas.sees("We laughed at the same place again.");
    jonas.does_not_see("The best bit of “An old favourite”");
    mara.opens("/u/d");
    mara.sees("We laughed at the same place again.");
    for one in [&mara, &jonas] {
        one.has_no_complaints();
        one.stayed_home();
    }
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
