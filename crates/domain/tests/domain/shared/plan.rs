use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::{date, time};
use proptest::prelude::*;
use rekindle_domain::ids::PlanId;
use rekindle_domain::pack::{Pack, Practice};
use rekindle_domain::plan::{
    AHEAD, Command, Event, Every, MOST, Planned, Refusal, STAYS, What, at_once, occurrences,
};
use rekindle_domain::recurrence::Rule;
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

fn anything(when: When, every: Every) -> Planned {
    let what = What::Practice("any".to_owned());
    Planned::new(ONE, what, when, every.into(), None)
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
        let planned = anything(evening(1), every);
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
        let when = When {
            day: begins,
            time: time(20, 0, 0, 0),
            zone: berlin.clone(),
        };
        let planned = anything(when, Every::Week);
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
            let planned = anything(When { day, ..evening(0) }, every);
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

fn set(id: PlanId, what: What, when: When, rule: Rule) -> Command {
    Command::Set {
        id,
        what,
        when,
        rule,
        minutes: Some(90),
    }
}

/// A date every Friday evening of New York, of which one lies in the days when only one of two zones has changed.
fn friday(week: i64) -> When {
    When {
        day: date(2026, 10, 16).saturating_add(jiff::Span::new().days(7 * week)),
        time: time(18, 0, 0, 0),
        zone: Zone("America/New_York".to_owned()),
    }
}

fn weekly_date() -> Couple {
    let mut couple = Couple::default();
    couple.does(ANA, set(ONE, What::Date, friday(0), Rule::Week { step: 1 }));
    couple
}

fn fridays(couple: &Couple) -> Vec<(jiff::civil::Date, When)> {
    let ahead = occurrences(&couple.state, couple.at, couple.at.plus(AHEAD));
    ahead.into_iter().map(|one| (one.day, one.when)).collect()
}

/// Hours count from their beginning to their end, also over midnight; a day looks only at what meets on it.
#[test]
fn g5_what_lies_over_midnight_meets_what_comes_after_it() {
    let hour = |hour: i64| Stamp(hour * Stamp::HOUR);
    let day = (hour(24), hour(48));
    for (spans, meet, what) in [
        (
            [(22, 26), (25, 27)],
            true,
            "began the evening before, goes on",
        ),
        ([(25, 27), (22, 26)], true, "in any order"),
        ([(22, 26), (46, 50)], false, "both of that day, hours apart"),
        ([(22, 25), (25, 27)], false, "they only touch"),
        ([(20, 24), (21, 24)], false, "they met the evening before"),
        ([(20, 23), (21, 30)], false, "over before the day began"),
        ([(20, 25), (21, 30)], true, "both go on into the day"),
        ([(46, 50), (47, 49)], true, "both go on into the night"),
        ([(46, 50), (49, 51)], false, "they meet on the day after"),
        (
            [(30, 30), (29, 31)],
            false,
            "what takes no time meets nothing",
        ),
    ] {
        let spans = spans.map(|(from, to)| (hour(from), hour(to)));
        let pairs = at_once(&spans, day);
        assert_eq!(pairs, vec![(0, 1); usize::from(meet)], "{what}");
    }
}

#[test]
fn g5_1_one_date_is_moved_and_the_next_is_where_it_was() {
    let mut couple = weekly_date();
    let all = fridays(&couple);
    // Twelve weeks from 21 September reach 11 December.
    assert_eq!(all.len(), 9);
    let saturday = When {
        day: friday(1).day.tomorrow().unwrap(),
        ..friday(1)
    };
    let day = friday(1).day;
    let id = ONE;
    let when = saturday.clone();
    couple.does(
        BEN,
        Command::MoveOne {
            id,
            day,
            when: when.clone(),
        },
    );
    assert_eq!(couple.does(ANA, Command::MoveOne { id, day, when }), []);
    let mut expected = all.clone();
    expected[1].1 = saturday;
    assert_eq!(fridays(&couple), expected);
    // Moved past the one after it: they stand in the order in which they come.
    let later = When {
        day: friday(2).day.tomorrow().unwrap(),
        ..friday(2)
    };
    couple.does(
        BEN,
        Command::MoveOne {
            id,
            day,
            when: later.clone(),
        },
    );
    assert_eq!(fridays(&couple)[1..3], [all[2].clone(), (day, later)]);
    couple.does(ANA, Command::Restore { id, day });
    assert_eq!(fridays(&couple), all);
    assert_eq!(couple.does(BEN, Command::Restore { id, day }), []);
}

#[test]
fn g5_a_time_left_out_stays_left_out_however_many_are() {
    let mut couple = Couple::default();
    couple.does(ANA, plan(ONE, "check-in", evening(1), Every::Day));
    let skip = |days: i64| Command::Skip {
        id: ONE,
        day: super::in_days(days),
    };
    for days in 1..=30 {
        couple.does(BEN, skip(days));
    }
    let first = couple.state.plan.coming(couple.at)[0].0.day;
    assert_eq!(first, super::in_days(31));
    let full = refused(Refusal::Exceptions);
    assert_eq!(couple.tries(ANA, skip(31)).map(|_| ()), full);
    assert_eq!(couple.does(ANA, skip(30)), [], "pressed twice");
    let moved = |days: i64| Command::MoveOne {
        id: ONE,
        day: super::in_days(days),
        when: evening(days + 40),
    };
    for days in 31..=60 {
        couple.does(ANA, moved(days));
    }
    assert_eq!(couple.tries(ANA, moved(61)).map(|_| ()), full);
    let elsewhere = Command::MoveOne {
        id: ONE,
        day: super::in_days(60),
        when: evening(120),
    };
    couple.does(ANA, elsewhere); // once more, to another time
    // As they lie behind, there is room again.
    couple.later(20 * Stamp::DAY);
    couple.does(BEN, skip(62));
}

#[test]
fn g5_where_there_is_no_room_for_the_first_one_it_is_refused_and_not_said_to_be_done() {
    let skip = |days: i64| Command::Skip {
        id: ONE,
        day: super::in_days(days),
    };
    let moved = |days: i64| Command::MoveOne {
        id: ONE,
        day: super::in_days(days),
        when: evening(days + 40),
    };
    for change in [&skip as &dyn Fn(i64) -> Command, &moved] {
        let mut couple = Couple::default();
        couple.does(ANA, plan(ONE, "check-in", evening(1), Every::Day));
        for days in 3..=32 {
            couple.does(BEN, change(days));
        }
        let refusal = refused(Refusal::Exceptions);
        assert_eq!(couple.tries(ANA, change(2)).map(|_| ()), refusal);
        let first: Vec<_> = couple.state.plan.coming(couple.at);
        assert_eq!(first[0].0, evening(1));
    }
}

#[test]
fn g5_a_week_that_is_skipped_is_only_not_there_and_may_come_back() {
    let mut couple = weekly_date();
    let (all, before) = (fridays(&couple), couple.state.clone());
    let (id, day) = (ONE, friday(0).day);
    couple.does(BEN, Command::Skip { id, day });
    assert_eq!(couple.does(ANA, Command::Skip { id, day }), []);
    assert_eq!(fridays(&couple), all[1..]);
    let planned = couple.state.plan.get(ONE, couple.at).unwrap();
    assert_eq!(planned.skipped(couple.at).collect::<Vec<_>>(), [day]);
    assert_eq!(planned.next(couple.at), Some(friday(1)));
    couple.does(ANA, Command::Restore { id, day });
    assert_eq!(couple.state, before);
    // What was never there cannot be skipped, and what is over is over.
    for (day, why) in [
        (day.tomorrow().unwrap(), Refusal::Gone),
        (friday(-1).day, Refusal::Gone),
    ] {
        assert_eq!(
            couple.tries(BEN, Command::Skip { id, day }).map(|_| ()),
            refused(why)
        );
    }
    couple.at = friday(1).stamp();
    assert_eq!(
        couple.tries(BEN, Command::Skip { id, day }).map(|_| ()),
        refused(Refusal::Past)
    );
    couple.does(
        BEN,
        Command::Skip {
            id,
            day: friday(1).day,
        },
    );
    couple.later(8 * Stamp::DAY);
    assert_eq!(
        couple
            .tries(
                BEN,
                Command::Restore {
                    id,
                    day: friday(1).day
                }
            )
            .map(|_| ()),
        refused(Refusal::Past)
    );
}

#[test]
fn g5_another_rhythm_goes_on_from_the_next_time_and_another_time_keeps_the_rhythm() {
    let mut couple = weekly_date();
    couple.at = friday(0).stamp().plus(Stamp::DAY);
    let id = ONE;
    couple.does(
        BEN,
        Command::Skip {
            id,
            day: friday(2).day,
        },
    );
    couple.does(
        BEN,
        Command::Repeat {
            id,
            rule: Rule::Week { step: 2 },
        },
    );
    let days = |couple: &Couple| -> Vec<_> {
        fridays(couple)
            .into_iter()
            .take(3)
            .map(|(day, _)| day)
            .collect()
    };
    assert_eq!(days(&couple), [1, 3, 5].map(|week| friday(week).day));
    assert_eq!(
        couple.does(
            ANA,
            Command::Repeat {
                id,
                rule: Rule::Week { step: 2 }
            }
        ),
        []
    );
    let sunday = When {
        day: date(2026, 11, 1),
        ..friday(0)
    };
    couple.does(ANA, Command::Move { id, when: sunday });
    assert_eq!(
        days(&couple),
        [date(2026, 11, 1), date(2026, 11, 15), date(2026, 11, 29)]
    );
    let planned = couple.state.plan.of(&What::Date, couple.at).unwrap();
    assert_eq!((planned.id, planned.minutes), (ONE, Some(90)));
}

#[test]
fn k23_two_zones_change_their_clocks_on_two_days_and_each_sees_the_hour_of_the_other() {
    let couple = weekly_date();
    let berlin = Zone("Europe/Berlin".to_owned());
    let seen: Vec<(i8, i8)> = (fridays(&couple).iter().take(5))
        .map(|(_, when)| (when.time.hour(), when.in_zone(&berlin).hour()))
        .collect();
    // Berlin goes back on 25 October, New York on 1 November; in between they are an hour nearer.
    assert_eq!(seen, [(18, 0), (18, 0), (18, 23), (18, 0), (18, 0)]);
}

#[test]
fn the_plan_holds_a_hundred_entries_and_says_so() {
    let mut couple = Couple::default();
    for n in 0..u16::try_from(MOST).unwrap() {
        couple.does(
            ANA,
            set(PlanId::new(raw(n)), What::Date, evening(3), Rule::Once),
        );
    }
    let more = set(PlanId::new(raw(200)), What::Date, evening(3), Rule::Once);
    assert_eq!(couple.tries(BEN, more).map(|_| ()), refused(Refusal::Many));
    // One that stands there may change, and one that is over makes room.
    couple.does(ANA, set(ONE, What::Date, evening(4), Rule::Year));
    couple.later(5 * Stamp::DAY);
    let more = set(PlanId::new(raw(200)), What::Date, evening(9), Rule::Once);
    couple.does(BEN, more);
}

proptest! {
    #[test]
    fn k23_what_comes_next_is_the_first_of_what_comes(
        zone in any_zone(),
        day in 0_i64..365,
        minute in 0_i32..24 * 4,
        rule in prop::sample::select(vec![
            Rule::Once, Rule::Day { step: 2 }, Rule::Week { step: 1 }, Rule::Month { step: 1 }, Rule::Weekday { step: 1 },
        ]),
        excepted in prop::collection::vec((0_i64..90, -20_i64..200, any::<bool>()), 0..6),
        behind in -60_i64..60,
    ) {
        let time = time(i8::try_from(minute / 4).unwrap(), i8::try_from(minute % 4 * 15).unwrap(), 0, 0);
        let when = When { day: date(2026, 1, 1).saturating_add(jiff::Span::new().days(day)), time, zone };
        let mut couple = Couple { at: when.stamp().plus(-Stamp::DAY), ..Couple::default() };
        couple.does(ANA, set(ONE, What::Date, when.clone(), rule));
        for (after, hours, skip) in excepted {
            let id = ONE;
            let day = when.day.saturating_add(jiff::Span::new().days(after));
            let to = when.zone.local(when.stamp().plus(after * Stamp::DAY + hours * Stamp::HOUR));
            let when = When { day: to.date(), time: to.time(), zone: when.zone.clone() };
            let _ = couple.asks(BEN, if skip { Command::Skip { id, day } } else { Command::MoveOne { id, day, when } });
        }
        couple.later((30 + behind) * Stamp::DAY);
        let open = couple.at.plus(-STAYS + 1);
        let all = occurrences(&couple.state, open, open.plus(400 * Stamp::DAY));
        let next = couple.state.plan.coming(couple.at).first().map(|(when, _)| when.clone());
        prop_assert_eq!(next, all.first().map(|one| one.when.clone()));
        for one in &all {
            let planned = couple.state.plan.get(ONE, couple.at).unwrap();
            prop_assert_eq!(planned.round(one.day), Some(one.when.clone()));
        }
    }

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
        let planned = anything(when.clone(), every);
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
