use rekindle_domain::journey::{Command, Event, Journey, LAPSE, Refusal, Walk, Word};
use rekindle_domain::pack::{Path, PathKind, Week, WeekKind};
use rekindle_domain::{Stamp, shared};

use super::{ANA, BEN, Couple, TODAY, in_days};

fn path(weeks: u8) -> Path {
    let week = |number| Week {
        number,
        title: String::new(),
        say: String::new(),
        practices: vec![],
        kind: WeekKind::Step,
    };
    Path {
        id: "ten-weeks".to_owned(),
        title: String::new(),
        what: String::new(),
        why: String::new(),
        kind: PathKind::Journey,
        outline: false,
        first_say: None,
        evidence: vec![],
        weeks: (1..=weeks).map(week).collect(),
    }
}

fn begin(path: &str) -> Command {
    Command::Begin {
        path: path.to_owned(),
        first: "weekly-check-in".to_owned(),
    }
}

const fn go(week: u32) -> Command {
    Command::Go { week }
}

fn walking(week: u32) -> Couple {
    let mut couple = Couple::default();
    couple.does(ANA, begin("ten-weeks"));
    for week in 2..=week {
        couple.does(BEN, go(week));
    }
    couple
}

fn walk(couple: &Couple) -> Walk {
    (couple.state.journey.now.clone()).expect("a path is walked")
}

#[test]
fn every_refusal_of_a_path_has_its_reason() {
    for (couple, command, why) in [
        (Couple::default(), go(1), Refusal::None),
        (Couple::default(), Command::Rest, Refusal::None),
        (walking(3), go(0), Refusal::Week),
        (walking(10), go(11), Refusal::Week),
        (walking(3), go(5), Refusal::Week),
        (walking(3), go(u32::MAX), Refusal::Week),
    ] {
        let said = format!("{command:?}");
        let refused = Err(shared::Refusal::Journey(why));
        assert_eq!(couple.tries(BEN, command), refused, "{said}");
    }
}

#[test]
fn g7_the_path_goes_on_or_back_when_they_say_so() {
    let mut couple = walking(3);
    couple.later(8 * Stamp::DAY);
    couple.does(ANA, go(4));
    let expected = Walk {
        path: "ten-weeks".to_owned(),
        first: "weekly-check-in".to_owned(),
        week: 4,
        since: in_days(8),
        resting: false,
    };
    assert_eq!(walk(&couple), expected);
    assert_eq!(couple.does(BEN, go(4)), [], "the other phone was quicker");
    couple.does(BEN, go(1));
    assert_eq!(walk(&couple).week, 1);
}

#[test]
fn g7_a_week_of_rest_is_taken_once_and_then_walking_goes_on() {
    let mut couple = walking(3);
    couple.later(2 * Stamp::DAY);
    couple.does(ANA, Command::Rest);
    assert!(walk(&couple).resting);
    assert_eq!((walk(&couple).week, walk(&couple).since), (3, in_days(2)));
    couple.later(Stamp::DAY);
    assert_eq!(couple.does(BEN, Command::Rest), [], "the two rest already");
    couple.later(7 * Stamp::DAY);
    let rested = couple.does(BEN, Command::Rest);
    assert_eq!(rested, [Event::Rested { day: in_days(10) }.into()]);
    couple.does(ANA, go(4));
    assert!(!walk(&couple).resting);
}

#[test]
fn a_path_is_begun_once_left_at_any_time_and_another_takes_its_place() {
    let mut couple = walking(3);
    assert_eq!(couple.does(BEN, begin("ten-weeks")), []);
    assert_eq!(walk(&couple).week, 3);
    couple.does(BEN, begin("after-children"));
    assert_eq!(walk(&couple).path, "after-children");
    assert_eq!(walk(&couple).week, 1);
    couple.does(ANA, Command::Leave);
    assert_eq!(couple.state.journey, Journey::default());
    assert_eq!(couple.does(BEN, Command::Leave), []);
}

#[test]
fn g7_what_the_path_says_today() {
    use Word::{Complete, NextWeek, Underway, WelcomeBack};
    for (week, since, last, word) in [
        (3, 0, None, Underway),
        (3, 6, Some(20), Underway),
        (3, 7, None, NextWeek),
        (3, 14, None, NextWeek),
        (3, LAPSE, None, WelcomeBack),
        (3, LAPSE, Some(LAPSE), WelcomeBack),
        (3, LAPSE, Some(LAPSE - 1), NextWeek),
        (3, 90, Some(0), NextWeek),
        (3, 90, Some(-1), NextWeek),
        (3, -1, None, Underway),
        (9, 7, None, NextWeek),
        (10, 6, None, Underway),
        (10, 7, None, Complete),
        (10, 60, Some(2), Complete),
        (10, 60, None, WelcomeBack),
        (11, 7, None, Complete),
    ] {
        let journey = Journey {
            now: Some(Walk {
                path: "ten-weeks".to_owned(),
                first: String::new(),
                week,
                since: in_days(-since),
                resting: false,
            }),
        };
        let said = journey.word(&path(10), TODAY, last.map(|days| in_days(-days)));
        assert_eq!(
            said,
            Some(word),
            "week {week} for {since} days, last {last:?} days ago"
        );
    }
    assert_eq!(Journey::default().word(&path(10), TODAY, None), None);
}
