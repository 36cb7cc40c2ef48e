//! Sessions of any kind in real browsers: held in each way by pressing what the screen offers, touch with two yeses,
//! and on a slow and cut network, with a phone that dies in the middle (product.md "Sessions"; S5, S7).

use std::time::{Duration, Instant};

use journeys::{PATIENCE, Person, Relay, Screen, Server, wait};

use crate::couple::{both_come, old_couple, opens_the_door, phone, signs_in, signs_in_at_home};

/// Presses what leads on, as somebody would who only reads the screen. What was pressed; nothing if one only waits.
fn goes_on(one: &Person) -> Option<String> {
    let pressed = one.runs(
        "const order = ['here', 'take', 'said-back', 'right', 'accept', 'ready', 'choose', 'give', 'write', 'draw', \
           'next', 'decline', 'skip']; \
         const forms = [...document.querySelectorAll('form')].filter((form) => !form.getAttribute('aria-busy')); \
         const done = window.done ??= {}; \
         for (const press of order) { \
           const form = forms.find((form) => form.querySelector(`[name=press][value=${press}]`)); \
           if (!form || (['write', 'draw'].includes(press) && done[press] === location.pathname)) continue; \
           done[press] = location.pathname; \
           for (const text of form.querySelectorAll('textarea')) text.value ||= 'In our own words'; \
           form.closest('details')?.setAttribute('open', ''); \
           form.querySelector('button').click(); \
           return press; \
         } \
         return '';",
    );
    let pressed = pressed.as_str().unwrap_or_default().to_owned();
    (!pressed.is_empty()).then_some(pressed)
}

fn is_over(one: &Person) -> bool {
    one.text().contains("Finished for today")
}

/// On to the end, by whoever can press something.
#[track_caller]
fn to_the_end(people: &[&Person]) {
    let deadline = Instant::now() + Duration::from_secs(90);
    while !people.iter().all(|one| is_over(one)) {
        assert!(Instant::now() < deadline, "{}", people[0].text());
        for one in people {
            if !is_over(one) {
                let before =
                    one.runs("return document.getElementById('session')?.dataset.step ?? ''");
                if goes_on(one).is_some() {
                    let _ = wait(Duration::from_millis(1500), || {
                        let now = one
                            .runs("return document.getElementById('session')?.dataset.step ?? ''");
                        (now != before).then_some(())
                    });
                }
            }
        }
    }
}

/// Lays a script out from the list of all.
fn lays_out(one: &Person, script: &str, way: &str, press: &str) {
    one.opens("/s/a");
    one.follows(script);
    if !way.is_empty() {
        one.chooses(way);
    }
    one.presses(press);
}

#[test]
fn g2_any_talk_is_held_on_two_phones_on_one_and_on_a_call() {
    let (_house, mara, jonas) = old_couple();
    for (script, way) in [
        ("What I feel, now", "Two phones"),
        ("Curious conversation", "On a call"),
    ] {
        lays_out(&mara, script, way, "Lay it out");
        mara.sees("It begins when you are both here");
        jonas.opens("/t");
        jonas.follows("I’m coming");
        to_the_end(&[&mara, &jonas]);
    }
    lays_out(&mara, "Good news", "One phone", "Lay it out");
    to_the_end(&[&mara]);
    for one in [&mara, &jonas] {
        one.opens("/u/h");
        one.sees("Sessions held");
        one.has_no_complaints();
        one.stayed_home();
    }
}

#[test]
fn s5_touch_is_offered_and_begins_with_a_yes_of_each() {
    let (_house, mara, jonas) = old_couple();
    lays_out(&mara, "Massage exchange", "", "Offer it for today");
    mara.sees("Offered for today");
    jonas.opens("/t");
    jonas.follows("Look at it");
    jonas.sees("What it leaves out");
    assert!(jonas.can_press("Yes, today") && jonas.can_press("Not now"));
    jonas.reduced_motion(true); // a change of colours would still be fading
    jonas.is_accessible();
    jonas.fits();
    jonas.presses("Yes, today");
    mara.sees("Both here");
    mara.presses("More");
    mara.sees("What we said yes to");
    assert!(
        !mara.can_press("Put something aside"),
        "not while two touch"
    );
    to_the_end(&[&mara, &jonas]);
}

#[test]
fn s6_not_now_to_touch_is_one_tap_and_changes_nothing_for_the_other() {
    let (_house, mara, jonas) = old_couple();
    lays_out(&mara, "Massage exchange", "", "Offer it for today");
    mara.sees("Offered for today");
    let before = mara.text();
    jonas.opens("/t");
    jonas.sees("Offered for today");
    jonas.presses("Not now");
    jonas.sees_no_more("Offered for today");
    assert_eq!(mara.text(), before);
    mara.reload();
    assert_eq!(mara.text(), before);
}

#[test]
fn a_slow_and_a_cut_network_and_a_dead_phone_lose_nothing() {
    let (house, _, jonas) = old_couple();
    let relay = Relay::before(house.port());
    let mara = house.person_through("Mara", &Screen::phone(), &relay);
    signs_in(&mara);
    both_come(&mara, &jonas);
    let patience = Duration::from_secs(30);

    // Slow: every piece a third of a second later, either way.
    relay.delays(Duration::from_millis(300));
    let _ = mara.sees_within(patience, "one slow breath together");
    mara.presses("Next");
    let _ = jonas.sees_within(patience, "How much energy");
    let _ = mara.sees_within(patience, "How much energy");
    mara.presses("Low");
    jonas.presses("Good");
    let _ = mara.sees_within(patience, "Jonas: Good");
    let _ = jonas.sees_within(patience, "Mara: Low");
    relay.delays(Duration::ZERO);

    // Cut: what was pressed waits in the phone, and counts once when the line is back.
    relay.cuts();
    mara.presses("Next");
    let _ = mara.sees_within(patience, "Connecting again. Nothing is lost.");
    relay.mends();
    let _ = jonas.sees_within(patience, "has something good to tell you");
    let _ = mara.sees_within(patience, "one thing you were glad of");
    mara.sees_no_more("Connecting again");

    // Torn off again and again in the middle of a turn.
    for _ in 0..3 {
        relay.tears();
        std::thread::sleep(Duration::from_millis(200));
    }
    mara.presses("I’m done");
    let _ = jonas.sees_within(patience, "Tell Mara one thing you were glad of");

    // Her phone dies; another one, signed in, is at the same step.
    drop(mara);
    jonas.presses("I’m done");
    jonas.sees("read again one day");
    let again = house.person_through("Mara", &Screen::phone(), &relay);
    signs_in(&again);
    again.opens("/t");
    again.follows("I’m coming");
    let _ = again.sees_within(PATIENCE, "read again one day");
    again.presses("Stop for today");
    let _ = jonas.sees_within(patience, "Finished for today");
}

#[test]
fn s3_afterwards_a_rating_is_ones_own_and_a_line_is_for_both() {
    let house = Server::demo(1).start();
    let (mara, jonas) = (phone(&house, "Mara"), phone(&house, "Jonas"));
    for one in [&mara, &jonas] {
        signs_in_at_home(one);
    }
    for (evening, ease) in ["4", "3", "1"].into_iter().enumerate() {
        both_come(&mara, &jonas);
        mara.sees("Both here");
        mara.presses("Stop for today");
        mara.sees("Finished for today");
        jonas.sees("A line for both of you");
        if evening == 0 {
            jonas.presses("A line for both of you");
            jonas.types("In a line or two", "That was good.");
            jonas.presses("Keep it for both");
            jonas.sees("That was good.");
            mara.reload();
            mara.sees("That was good.");
        }
        let before = jonas.text();
        mara.presses("How was it, for yourself?");
        for (asked, answer) in [
            ("I felt understood", "3"),
            ("I felt at ease", ease),
            ("It was worth the time", "3"),
        ] {
            mara.within(asked).chooses(answer);
        }
        mara.presses("Keep it for myself");
        mara.sees("Hello, Mara");
        jonas.reload();
        assert_eq!(jonas.text(), before, "nothing of it on the other's phone");
        house.later(Duration::from_secs(7 * 24 * 3600));
    }
    // Three weeks, less at ease each time: a word to her, behind her door, and to nobody else.
    for (one, told) in [(&mara, true), (&jonas, false)] {
        one.opens("/m");
        one.does_not_see("less at ease");
        one.opens("/e?to=/m");
        opens_the_door(one);
        one.opens("/m");
        one.sees(one.name());
        if told {
            one.sees("You have felt less at ease from week to week");
        } else {
            one.does_not_see("less at ease");
        }
        one.has_no_complaints();
        one.stayed_home();
    }
}
