use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::{date, time};
use proptest::prelude::*;
use rekindle_domain::ids::PlanId;
use rekindle_domain::pack::{Pack, Practice};
use rekindle_domain::plan::{Command, Event, Every, Planned, Refusal, STAYS};
use rekindle_domain::time::day_after;
use rekindle_domain::{Stamp, When, Zone, shared};

use super::{ANA, BEN, Couple, evening, raw};

const ONE: PlanId = PlanId::new(raw(1));
const TWO: PlanId = PlanId::new(raw(2));

fn plan(id: PlanId, practice: &str, when: When, every: Every) -> Command {
    Command::Plan {
        id,
        practice: practice.to_owned(),
        when,
        every,
    }
}

fn massage(id: PlanId, days: i64) -> Command {
    plan(id, "massage", evening(days), Every::Once)
}

fn check_in(id: PlanId, days: i64) -> Command {
    plan(id, "check-in", evening(days), Every::Week)
}

fn refused(refusal: Refusal) -> Result<(), shared::Refusal> {
    Err(shared::Refusal::Plan(refusal))
}

fn coming(couple: &Couple) -> Vec<(PlanId, jiff::civil::Date)> {
    (couple.state.plan.coming(couple.at).iter())
        .map(|(when, planned)| (planned.id, when.day))
        .collect()
}

#[test]
fn every_refusal_of_the_plan_has_its_reason() {
    let mut couple = Couple::default();
    couple.does(ANA, massage(ONE, 1));
    for (command, why) in [
        (massage(TWO, -1), Refusal::Past),
        (
            Command::Move {
                id: ONE,
                when: evening(-1),
            },
            Refusal::Past,
        ),
        (
            Command::Move {
                id: TWO,
                when: evening(2),
            },
            Refusal::Gone,
        ),
    ] {
        let said = format!("{command:?}");
        assert_eq!(
            couple.tries(BEN, command).map(|_| ()),
            refused(why),
            "{said}"
        );
    }
}

#[test]
fn an_agreement_is_moved_and_let_go_by_either_and_the_soonest_comes_first() {
    let mut couple = Couple::default();
    couple.does(ANA, massage(ONE, 5));
    couple.does(BEN, check_in(TWO, 3));
    let day = |days| evening(days).day;
    assert_eq!(coming(&couple), [(TWO, day(3)), (ONE, day(5))]);
    couple.does(
        BEN,
        Command::Move {
            id: ONE,
            when: evening(1),
        },
    );
    assert_eq!(coming(&couple), [(ONE, day(1)), (TWO, day(3))]);
    couple.does(ANA, Command::LetGo { id: TWO });
    assert_eq!(coming(&couple), [(ONE, day(1))]);
    assert!(couple.state.plan.has("massage", couple.at));
    assert!(!couple.state.plan.has("check-in", couple.at));
    // Pressed on both phones: it is gone either way.
    assert_eq!(couple.does(BEN, Command::LetGo { id: TWO }), []);
}

#[test]
fn what_was_let_go_has_left_no_mark() {
    let mut couple = Couple::default();
    couple.does(ANA, massage(ONE, 5));
    let before = couple.state.clone();
    couple.does(BEN, check_in(TWO, 3));
    couple.does(BEN, Command::LetGo { id: TWO });
    assert_eq!(couple.state, before);
}

#[test]
fn a_practice_comes_round_once_and_a_second_yes_moves_it() {
    let mut couple = Couple::default();
    couple.does(ANA, check_in(ONE, 3));
    let moved = couple.does(BEN, check_in(TWO, 4));
    let when = evening(4);
    assert_eq!(moved, [Event::Moved { id: ONE, when }.into()]);
    assert_eq!(couple.does(BEN, check_in(TWO, 4)), []);
    // One that is done once may be planned for two evenings, but not twice for the same.
    couple.does(ANA, massage(TWO, 1));
    couple.does(ANA, massage(PlanId::new(raw(3)), 2));
    assert_eq!(couple.does(BEN, massage(PlanId::new(raw(4)), 2)), []);
    assert_eq!(
        couple.does(BEN, massage(TWO, 6)),
        [],
        "the same press again"
    );
    assert_eq!(coming(&couple).len(), 3);
}

#[test]
fn an_evening_stays_for_two_hours_while_it_happens() {
    let at = evening(1).stamp();
    for (every, after) in [
        (Every::Once, None),
        (Every::Day, Some(evening(2).day)),
        (Every::Week, Some(evening(8).day)),
    ] {
        let planned = Planned {
            id: ONE,
            practice: "any".to_owned(),
            when: evening(1),
            every,
        };
        let next = |at| planned.next(at).map(|when| when.day);
        assert_eq!(next(at.plus(-100 * Stamp::DAY)), Some(evening(1).day));
        assert_eq!(next(at.plus(STAYS - 1)), Some(evening(1).day), "{every:?}");
        assert_eq!(next(at.plus(STAYS)), after, "{every:?}");
    }
}

#[test]
fn k23_the_hour_on_the_wall_stays_through_both_changes_of_the_clocks() {
    let berlin = Zone("Europe/Berlin".to_owned());
    for (begins, asked, comes, utc_hours) in [
        // Clocks go back on 25 October, and ahead on 29 March.
        (
            date(2026, 10, 18),
            date(2026, 10, 20),
            date(2026, 10, 25),
            19,
        ),
        (
            date(2026, 10, 18),
            date(2026, 10, 26),
            date(2026, 11, 1),
            19,
        ),
        (
            date(2026, 10, 11),
            date(2026, 10, 12),
            date(2026, 10, 18),
            18,
        ),
        (date(2026, 10, 18), date(2027, 3, 28), date(2027, 3, 28), 18),
        (date(2026, 10, 18), date(2027, 3, 22), date(2027, 3, 28), 18),
    ] {
        let planned = Planned {
            id: ONE,
            practice: "check-in".to_owned(),
            when: When {
                day: begins,
                time: time(20, 0, 0, 0),
                zone: berlin.clone(),
            },
            every: Every::Week,
        };
        let next = planned.next(berlin.moment(asked.at(12, 0, 0, 0))).unwrap();
        assert_eq!((next.day, next.time), (comes, time(20, 0, 0, 0)));
        let utc = Zone::default().local(next.stamp());
        assert_eq!(utc.hour(), utc_hours, "{begins}, seen on {asked}");
    }
}

#[test]
fn the_end_of_the_calendar_ends_a_round_and_breaks_nothing() {
    for day in [date(-9999, 1, 1), date(2026, 1, 1), date(9999, 12, 31)] {
        for every in [Every::Once, Every::Day, Every::Week] {
            let planned = Planned {
                id: ONE,
                practice: "any".to_owned(),
                when: When { day, ..evening(0) },
                every,
            };
            assert_eq!(planned.next(Stamp(i64::MAX)), None);
            assert!(planned.next(Stamp(i64::MIN)).is_some());
        }
    }
}

fn any_zone() -> impl Strategy<Value = Zone> {
    prop::sample::select(vec![
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Middle/Earth",
    ])
    .prop_map(|name| Zone(name.to_owned()))
}

proptest! {
    #[test]
    fn k23_the_next_time_is_the_first_that_is_not_over_at_the_same_hour(
        zone in any_zone(),
        // Apia left out 30 December 2011; every zone changes its clocks within these days.
        year in prop::sample::select(vec![2011_i16, 2026]),
        day in 1_i64..365,
        minute in 0_i32..24 * 4,
        behind in -3_000_i64..3_000,
        every in prop::sample::select(vec![Every::Once, Every::Day, Every::Week]),
    ) {
        let when = When {
            day: date(year, 1, 1).saturating_add(jiff::Span::new().days(day)),
            time: time(i8::try_from(minute / 4).unwrap(), i8::try_from(minute % 4 * 15).unwrap(), 0, 0),
            zone,
        };
        let at = when.stamp().plus(behind * (Stamp::HOUR + 7 * Stamp::MINUTE));
        let planned = Planned { id: ONE, practice: "any".to_owned(), when: when.clone(), every };
        let over = |when: &When| when.stamp().plus(STAYS) <= at;
        let Some(next) = planned.next(at) else {
            prop_assert_eq!(every, Every::Once);
            prop_assert!(over(&when));
            return Ok(());
        };
        prop_assert!(!over(&next));
        prop_assert_eq!((&next.time, &next.zone), (&when.time, &when.zone));
        let days = rekindle_domain::time::days_between(when.day, next.day);
        let round = match every { Every::Once => 1, Every::Day => 1, Every::Week => 7 };
        prop_assert_eq!(days % round, 0);
        prop_assert!(days >= 0);
        if days > 0 {
            prop_assert_ne!(every, Every::Once);
            let before = next.day.saturating_sub(jiff::Span::new().days(round));
            prop_assert!(over(&When { day: before, ..next }), "an earlier one is not over yet");
        }
    }
}

fn files(root: &Path, folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("the small pack is in the repository") {
        let path = entry.expect("the small pack is in the repository").path();
        if path.is_dir() {
            files(root, &path, found);
        } else {
            let place = path
                .strip_prefix(root)
                .expect("the small pack is in the repository")
                .display()
                .to_string();
            found.push((
                place,
                fs::read_to_string(&path).expect("the small pack is in the repository"),
            ));
        }
    }
}

#[test]
fn daily_touch_comes_daily_the_check_in_weekly_and_anything_else_once() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/packs/small");
    let mut small = vec![];
    files(&root, &root, &mut small);
    let walk = Pack::read(&small)
        .unwrap()
        .practice("short-walk")
        .unwrap()
        .clone();
    let some = |text: &str| Some(text.to_owned());
    for (moment, script, every) in [
        (some("kiss"), None, Every::Day),
        (None, some("weekly-check-in"), Every::Week),
        (None, some("solving-talk"), Every::Once),
        (None, None, Every::Once),
    ] {
        let practice = Practice {
            moment,
            script,
            ..walk.clone()
        };
        assert_eq!(Every::usual(&practice), every);
    }
}

#[test]
fn the_day_after_the_last_one_is_the_last_one() {
    assert_eq!(day_after(date(2027, 2, 28)), date(2027, 3, 1));
    assert_eq!(day_after(date(9999, 12, 31)), date(9999, 12, 31));
}
