use std::collections::BTreeMap;

use proptest::prelude::*;
use rekindle_domain::ids::{MomentId, TouchId};
use rekindle_domain::moment::{
    Command, Event, LATE_AT_MOST, MOST_A_DAY, MOST_OWN, Moments, Refusal,
};
use rekindle_domain::{Now, Stamp, Zone, shared};

use super::{ANA, BEN, Couple, NOON, TODAY, in_days, now, raw};

const ONE: MomentId = MomentId::new(raw(1));
const UNDO: Command = Command::Undo { id: ONE };

fn log(id: MomentId, kind: &str, days: i64) -> Command {
    Command::Log {
        id,
        kind: kind.to_owned(),
        day: in_days(days),
    }
}

fn refused(refusal: Refusal) -> Result<(), shared::Refusal> {
    Err(shared::Refusal::Moment(refusal))
}

#[test]
fn g3_1_a_moment_may_be_logged_a_week_late_and_from_a_zone_that_is_ahead() {
    let couple = Couple::default();
    for (days, outcome) in [
        (2, refused(Refusal::Day)),
        (1, Ok(())),
        (0, Ok(())),
        (-LATE_AT_MOST, Ok(())),
        (-LATE_AT_MOST - 1, refused(Refusal::Day)),
    ] {
        let logged = couple.tries(ANA, log(ONE, "kiss", days)).map(|_| ());
        assert_eq!(logged, outcome, "{days} days from today");
    }
}

#[test]
fn a_stuck_key_fills_one_day_and_no_more() {
    let mut couple = Couple::default();
    for n in 0..MOST_A_DAY {
        let id = MomentId::new(raw(u16::try_from(n).unwrap()));
        couple.does(ANA, log(id, "kiss", 0));
    }
    let one_more = MomentId::new(raw(999));
    let logged = couple.tries(BEN, log(one_more, "hug", 0)).map(|_| ());
    assert_eq!(logged, refused(Refusal::Many));
    couple.does(BEN, log(one_more, "hug", -1));
    assert_eq!(couple.state.moments.ever(), 31);
}

#[test]
fn s4_a_moment_has_no_author_and_either_may_undo_it() {
    let mut couple = Couple::default();
    let by_ana = couple.tries(ANA, log(ONE, "kiss", 0));
    assert_eq!(by_ana, couple.tries(BEN, log(ONE, "kiss", 0)));
    couple.does(ANA, log(ONE, "kiss", 0));
    assert_eq!(couple.state.moments.on("kiss", TODAY), Some(ONE));
    assert_eq!(couple.state.moments.on("hug", TODAY), None);
    couple.does(BEN, UNDO);
    assert_eq!(couple.state.moments.on("kiss", TODAY), None);
    assert_eq!(couple.state.moments.ever(), 0);
}

const HELLO: TouchId = TouchId::new(raw(5));

fn call(id: TouchId, name: &str) -> Command {
    Command::Call {
        id,
        name: name.to_owned(),
    }
}

#[test]
fn g3_1_a_small_touch_of_ones_own_has_the_name_that_either_gave_it() {
    let mut couple = Couple::default();
    for (name, outcome) in [
        ("Two taps", Ok(())),
        ("  Two   taps ", Ok(())),
        ("", refused(Refusal::Name)),
        ("a\nb", refused(Refusal::Name)),
        (&"x".repeat(41), refused(Refusal::Name)),
    ] {
        let by_ana = couple.tries(ANA, call(HELLO, name)).map(|_| ());
        assert_eq!(by_ana, outcome, "{name}");
    }
    couple.does(ANA, call(HELLO, "Two taps"));
    assert_eq!(couple.does(BEN, call(HELLO, "Two  taps")), [], "the same");
    couple.does(BEN, call(HELLO, "Kettle hello"));
    let own: Vec<_> = couple.state.moments.own().collect();
    assert_eq!(own, [(HELLO, "Kettle hello")]);
    // Noted under its id; let go, what was noted stays in the sum and the name is nowhere.
    couple.does(ANA, log(ONE, &HELLO.to_string(), 0));
    assert_eq!(couple.state.moments.ever_of(&HELLO.to_string()), 1);
    couple.does(BEN, Command::LetGo { id: HELLO });
    assert_eq!(couple.state.moments.own().count(), 0);
    assert_eq!(couple.state.moments.ever(), 1);
    assert_eq!(couple.does(ANA, Command::LetGo { id: HELLO }), []);
}

#[test]
fn a_dozen_own_touches_have_names_at_a_time() {
    let mut couple = Couple::default();
    for n in 0..MOST_OWN {
        let id = TouchId::new(raw(u16::try_from(n).unwrap()));
        couple.does(ANA, call(id, &format!("Sign {n}")));
    }
    let one_more = TouchId::new(raw(99));
    let called = couple.tries(BEN, call(one_more, "One more")).map(|_| ());
    assert_eq!(called, refused(Refusal::Full));
    couple.does(BEN, call(TouchId::new(raw(0)), "Another name"));
    couple.does(
        BEN,
        Command::LetGo {
            id: TouchId::new(raw(1)),
        },
    );
    couple.does(BEN, call(one_more, "One more"));
}

#[test]
fn what_was_undone_looks_as_if_it_had_never_been() {
    let mut couple = Couple::default();
    let seen = |moments: &Moments| {
        (
            moments.ever(),
            moments.ever_of("kiss"),
            moments.last(),
            moments.rhythm(TODAY, 12),
            moments.on("kiss", TODAY),
        )
    };
    let before = seen(&couple.state.moments);
    couple.does(ANA, log(ONE, "kiss", 0));
    assert_ne!(seen(&couple.state.moments), before);
    couple.does(ANA, UNDO);
    assert_eq!(seen(&couple.state.moments), before);
    assert_eq!(couple.does(ANA, UNDO), [], "pressed twice");
    assert_eq!(
        couple.does(ANA, log(ONE, "kiss", 0)),
        [],
        "the phone sends it once more"
    );
    let unknown = Command::Undo {
        id: MomentId::new(raw(9)),
    };
    assert_eq!(couple.does(ANA, unknown), []);
}

#[test]
fn the_rhythm_counts_days_by_weeks_that_end_today() {
    let mut couple = Couple::default();
    for (n, days) in [(1, 0), (2, 0), (3, -6), (4, -7), (5, -83), (6, -84), (7, 1)] {
        couple.happens(Event::Logged {
            id: MomentId::new(raw(n)),
            kind: "hug".to_owned(),
            day: in_days(days),
        });
    }
    let rhythm = couple.state.moments.rhythm(TODAY, 12);
    assert_eq!(rhythm, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
    assert_eq!(couple.state.moments.rhythm(TODAY, 1), [2]);
    assert!(couple.state.moments.rhythm(TODAY, 0).is_empty());
    // Tomorrow, where the other is already, counts tomorrow.
    assert_eq!(couple.state.moments.rhythm(in_days(1), 1), [2]);
    assert_eq!(couple.state.moments.last(), Some(in_days(1)));
}

#[test]
fn twelve_weeks_of_a_moment_a_day_stay_whole() {
    let mut couple = Couple::default();
    for n in 0..200 {
        let today = Now {
            zone: Zone("Pacific/Kiritimati".to_owned()),
            ..now(ANA, couple.at)
        }
        .today();
        couple.happens(Event::Logged {
            id: MomentId::new(raw(n)),
            kind: "hug".to_owned(),
            day: today,
        });
        couple.later(Stamp::DAY);
    }
    // Seen a day later from the far east, and at the same moment from the far west.
    for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        let zone = Zone(zone.to_owned());
        let today = zone.local(couple.at.plus(-Stamp::DAY)).date();
        let rhythm = couple.state.moments.rhythm(today, 12);
        assert_eq!(rhythm, [7; 12], "{zone:?}");
    }
    assert_eq!(couple.state.moments.ever_of("hug"), 200);
}

/// One press: its day, its kind, and after how many hours it arrives, each time.
fn presses() -> impl Strategy<Value = Vec<(i64, u8, Vec<i64>)>> {
    let press = (
        0..40_i64,
        0..3_u8,
        prop::collection::vec(0..12 * 24_i64, 1..4),
    );
    prop::collection::vec(press, 0..40)
}

proptest! {
    #[test]
    fn s4_a_press_that_arrives_twice_counts_once(presses in presses()) {
        let mut arrivals = vec![];
        let mut expected: BTreeMap<String, u32> = BTreeMap::new();
        for (n, (day, kind, hours)) in presses.iter().enumerate() {
            let kind = format!("kind {kind}");
            let id = MomentId::new(raw(u16::try_from(n).unwrap()));
            // Pressed at noon; a day later counts from midnight.
            let in_time = hours.iter().any(|hours| (hours + 12) / 24 <= LATE_AT_MOST);
            *expected.entry(kind.clone()).or_default() += u32::from(in_time);
            for hours in hours {
                let at = NOON.plus(day * Stamp::DAY + hours * Stamp::HOUR);
                arrivals.push((at, Command::Log { id, kind: kind.clone(), day: in_days(*day) }));
            }
        }
        arrivals.sort_by_key(|(at, _)| *at);
        let mut couple = Couple::default();
        for (at, command) in arrivals {
            couple.at = at;
            let _ = couple.asks(ANA, command);
        }
        for (kind, count) in &expected {
            prop_assert_eq!(couple.state.moments.ever_of(kind), *count, "{}", kind);
        }
        prop_assert_eq!(couple.state.moments.ever(), expected.values().sum::<u32>());
    }

    #[test]
    fn a_week_has_seven_days_at_most(
        days in prop::collection::vec(-400..400_i64, 0..200),
        today in -400..400_i64,
        weeks in 0..60_usize,
    ) {
        let mut moments = Moments::default();
        for (n, day) in days.iter().enumerate() {
            moments = moments.fold(&Event::Logged {
                id: MomentId::new(raw(u16::try_from(n).unwrap())),
                kind: "hug".to_owned(),
                day: in_days(*day),
            });
        }
        let rhythm = moments.rhythm(in_days(today), weeks);
        prop_assert_eq!(rhythm.len(), weeks);
        prop_assert!(rhythm.iter().all(|days| *days <= 7), "{:?}", rhythm);
        prop_assert_eq!(moments.ever() as usize, days.len());
    }
}
