//! How often something comes round, against tables and against another reading of RFC 5545 (G5, K23).

use jiff::civil::{Date, Weekday, date, time};
use proptest::prelude::*;
use rekindle_domain::recurrence::{Rule, Weekdays};
use rekindle_domain::{Stamp, When, Zone};
use rrule::RRuleSet;

fn first(rule: Rule, first: Date, from: Date, many: usize) -> Vec<String> {
    rule.days(first, from)
        .take(many)
        .map(|day| day.to_string())
        .collect()
}

#[test]
fn a_short_month_has_its_last_day_and_no_month_is_left_out() {
    let month = |step| Rule::Month { step };
    for (rule, begins, expected) in [
        (
            month(1),
            date(2026, 1, 31),
            ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"],
        ),
        (
            month(1),
            date(2027, 12, 30),
            ["2027-12-30", "2028-01-30", "2028-02-29", "2028-03-30"],
        ),
        (
            month(1),
            date(2026, 1, 29),
            ["2026-01-29", "2026-02-28", "2026-03-29", "2026-04-29"],
        ),
        (
            month(3),
            date(2026, 8, 31),
            ["2026-08-31", "2026-11-30", "2027-02-28", "2027-05-31"],
        ),
        (
            month(0),
            date(2026, 5, 1),
            ["2026-05-01", "2026-06-01", "2026-07-01", "2026-08-01"],
        ),
        (
            Rule::Year,
            date(2024, 2, 29),
            ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28"],
        ),
        (
            Rule::Year,
            date(2027, 2, 28),
            ["2027-02-28", "2028-02-28", "2029-02-28", "2030-02-28"],
        ),
        (
            Rule::Weekday { step: 1 },
            date(2026, 1, 29),
            ["2026-01-29", "2026-02-26", "2026-03-26", "2026-04-30"],
        ),
        (
            Rule::Weekday { step: 1 },
            date(2026, 1, 3),
            ["2026-01-03", "2026-02-07", "2026-03-07", "2026-04-04"],
        ),
        (
            Rule::Week { step: 2 },
            date(2026, 12, 20),
            ["2026-12-20", "2027-01-03", "2027-01-17", "2027-01-31"],
        ),
        (
            Rule::Day { step: 3 },
            date(2026, 2, 27),
            ["2026-02-27", "2026-03-02", "2026-03-05", "2026-03-08"],
        ),
    ] {
        assert_eq!(first(rule, begins, begins, 4), expected, "{rule:?}");
        assert_eq!(
            first(rule, begins, date(1990, 1, 1), 4),
            expected,
            "{rule:?}"
        );
        // Looked at from the third, the third comes first.
        let third = expected[2].parse().unwrap();
        assert_eq!(first(rule, begins, third, 2), expected[2..], "{rule:?}");
        assert!(rule.gives(begins, third) && !rule.gives(begins, third.tomorrow().unwrap()));
    }
    assert_eq!(
        first(Rule::Year, date(2024, 2, 29), date(2028, 1, 1), 1),
        ["2028-02-29"]
    );
}

#[test]
fn what_comes_once_comes_once_and_weekdays_are_those_named() {
    let begins = date(2026, 11, 26);
    assert_eq!(first(Rule::Once, begins, begins, 9), ["2026-11-26"]);
    assert_eq!(first(Rule::Once, begins, date(2026, 11, 27), 9), [""; 0]);
    // A Thursday, and the days named are Monday and Friday.
    let on = Weekdays::of([Weekday::Monday, Weekday::Friday]).unwrap();
    assert_eq!(
        first(Rule::Days { on }, begins, begins, 3),
        ["2026-11-27", "2026-11-30", "2026-12-04"]
    );
    assert_eq!(on.to_string(), "MO,FR");
    assert_eq!("FR,MO".parse(), Ok(on));
    assert!("".parse::<Weekdays>().is_err() && "MO,XX".parse::<Weekdays>().is_err());
    assert_eq!(Weekdays::of([]), None);
}

#[test]
fn the_end_of_the_calendar_ends_every_rule() {
    for rule in every_rule() {
        assert!(
            rule.days(Date::MAX, Date::MIN).take(9).count() <= 1,
            "{rule:?}"
        );
        assert!(
            rule.days(Date::MIN, Date::MAX).take(9).count() <= 1,
            "{rule:?}"
        );
        assert_eq!(
            rule.days(date(2026, 1, 1), Date::MIN).next(),
            Some(date(2026, 1, 1))
        );
    }
}

fn all_days() -> Weekdays {
    "MO,TU,WE,TH,FR,SA,SU".parse().expect("all seven")
}

fn every_rule() -> Vec<Rule> {
    vec![
        Rule::Once,
        Rule::Day { step: 255 },
        Rule::Week { step: 1 },
        Rule::Days { on: all_days() },
        Rule::Month { step: 1 },
        Rule::Weekday { step: 2 },
        Rule::Year,
    ]
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let step = || 1_u8..5;
    prop_oneof![
        step().prop_map(|step| Rule::Day { step }),
        step().prop_map(|step| Rule::Week { step }),
        prop::collection::vec(0_i8..7, 1..4).prop_map(|days| Rule::Days {
            on: Weekdays::of(
                days.into_iter()
                    .filter_map(|day| Weekday::from_monday_zero_offset(day).ok())
            )
            .expect("a day or more")
        }),
        step().prop_map(|step| Rule::Month { step }),
        step().prop_map(|step| Rule::Weekday { step }),
        Just(Rule::Year),
    ]
}

/// Any day of eight years, with the ends of months and both 29 February often among them.
fn any_first() -> impl Strategy<Value = Date> {
    prop_oneof![
        3 => (0_i64..8 * 365).prop_map(|n| date(2023, 1, 1).saturating_add(jiff::Span::new().days(n))),
        2 => (2023_i16..2031, 1_i8..=12).prop_map(|(y, m)| date(y, m, 1).last_of_month()),
        1 => prop::sample::select(vec![date(2024, 2, 29), date(2028, 2, 29)]),
    ]
}

/// What another program makes of our words.
fn by_rrule(rule: Rule, first: Date, clock: &str, many: u16) -> Vec<String> {
    let text = format!(
        "DTSTART{clock}\nRRULE:{}",
        rule.rfc5545(first).expect("it comes round")
    );
    let set: RRuleSet = text
        .parse()
        .unwrap_or_else(|problem| panic!("{text}: {problem}"));
    let dates = set.all(many).dates;
    assert_eq!(dates.len(), usize::from(many), "{text}");
    dates
        .iter()
        .map(|at| at.format("%Y-%m-%dT%H:%M").to_string())
        .collect()
}

fn start(rule: Rule, from: Date) -> Date {
    rule.days(from, from).next().expect("it comes round")
}

proptest! {
    #[test]
    fn rfc5545_another_program_reads_our_rules_as_we_do(rule in any_rule(), from in any_first()) {
        let begins = start(rule, from);
        let clock = format!(":{}T203000Z", begins.strftime("%Y%m%d"));
        let ours: Vec<String> = (rule.days(begins, begins).take(40))
            .map(|day| day.at(20, 30, 0, 0).strftime("%Y-%m-%dT%H:%M").to_string())
            .collect();
        prop_assert_eq!(by_rrule(rule, begins, &clock, 40), ours);
    }

    #[test]
    fn k23_another_program_has_our_moments_in_any_zone_and_at_any_hour(
        rule in any_rule(),
        from in any_first(),
        zone in prop::sample::select(vec![
            "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns",
        ]),
        hour in 0_i8..24,
    ) {
        // Hours that a change of the clocks leaves out have a test of their own below.
        let begins = start(rule, from);
        let zone = Zone(zone.to_owned());
        let clock = format!(";TZID={}:{}T{hour:02}3000", zone.0, begins.strftime("%Y%m%d"));
        let when = |day| When { day, time: time(hour, 30, 0, 0), zone: zone.clone() };
        let ours: Vec<String> = (rule.days(begins, begins).take(40))
            .map(|day| when(day).in_zone(&zone).strftime("%Y-%m-%dT%H:%M").to_string())
            .collect();
        let there = |day| when(day).in_zone(&zone).time() == time(hour, 30, 0, 0);
        prop_assume!(rule.days(begins, begins).take(40).all(there));
        // That program does not begin in an hour that comes twice. Ours takes the first: see below.
        let again = |millis| zone.local(when(begins).stamp().plus(millis)) == zone.local(when(begins).stamp());
        prop_assume!(!again(Stamp::HOUR) && !again(Stamp::HOUR / 2));
        prop_assert_eq!(by_rrule(rule, begins, &clock, 40), ours);
    }

    #[test]
    fn days_rise_and_looking_later_skips_none(rule in any_rule(), from in any_first(), later in 0_i64..3_000) {
        let all: Vec<Date> = rule.days(from, from).take(60).collect();
        prop_assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
        let later = from.saturating_add(jiff::Span::new().days(later));
        let expected: Vec<Date> = all.iter().copied().filter(|day| *day >= later).collect();
        let seen: Vec<Date> = rule.days(from, later).take(expected.len()).collect();
        prop_assert_eq!(seen, expected);
    }

    #[test]
    fn a_rule_reads_back_as_it_was_stored(rule in any_rule()) {
        let stored = serde_json::to_string(&rule).unwrap();
        prop_assert_eq!(serde_json::from_str::<Rule>(&stored).unwrap(), rule);
    }
}

#[test]
fn k23_the_hour_that_never_comes_moves_ahead_and_the_one_that_comes_twice_is_the_first() {
    let berlin = Zone("Europe/Berlin".to_owned());
    let at = |day: Date| When {
        day,
        time: time(2, 30, 0, 0),
        zone: berlin.clone(),
    };
    let rule = Rule::Week { step: 1 };
    let utc: Vec<String> = rule
        .days(date(2026, 3, 22), date(2026, 3, 22))
        .take(3)
        .map(|day| {
            Zone::default()
                .local(at(day).stamp())
                .strftime("%m-%dT%H:%M")
                .to_string()
        })
        .collect();
    // 29 March has no half past two: it is half past three there, which is half past one in UTC.
    assert_eq!(utc, ["03-22T01:30", "03-29T01:30", "04-05T00:30"]);
    let utc: Vec<String> = rule
        .days(date(2026, 10, 18), date(2026, 10, 18))
        .take(3)
        .map(|day| {
            Zone::default()
                .local(at(day).stamp())
                .strftime("%m-%dT%H:%M")
                .to_string()
        })
        .collect();
    assert_eq!(utc, ["10-18T00:30", "10-25T00:30", "11-01T01:30"]);
    let twice = at(date(2026, 10, 25));
    assert_eq!(
        twice.stamp().plus(Stamp::HOUR),
        Zone::default().moment(date(2026, 10, 25).at(1, 30, 0, 0))
    );
}
