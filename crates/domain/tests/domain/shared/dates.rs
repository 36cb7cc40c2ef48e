//! Dates: turns, picks, lines, and what stays at home (G5.1).

use jiff::civil::Date;
use rekindle_domain::date::{
    Command, Idea, LIMITS, LONGEST_LINE, LONGEST_TOPIC, Refusal, SHOWN, SLOT,
};
use rekindle_domain::ids::NoteId;
use rekindle_domain::plan::{self, What};
use rekindle_domain::proposal::REST_AFTER;
use rekindle_domain::recurrence::Rule;
use rekindle_domain::{Stamp, Who, shared};

use super::{ANA, BEN, Couple, evening, in_days, raw};

fn note(n: u16) -> NoteId {
    NoteId::new(raw(n))
}

fn slot(rule: Rule) -> plan::Command {
    plan::Command::Set {
        id: SLOT,
        what: What::Date,
        when: evening(4),
        rule,
        minutes: Some(120),
    }
}

/// Dates every Friday evening, and Ana plans the first.
fn with_dates(rule: Rule) -> Couple {
    let mut couple = Couple::default();
    couple.does(BEN, slot(rule));
    let turn = Command::Turn {
        day: in_days(4),
        who: ANA,
    };
    couple.does(BEN, turn);
    couple
}

fn weekly() -> Couple {
    with_dates(Rule::Week { step: 1 })
}

fn pick(day: Date) -> Command {
    Command::Pick {
        day,
        idea: Idea::Guide("market".to_owned()),
    }
}

fn tell(n: u16, days: i64, words: &str) -> Command {
    Command::Tell {
        id: note(n),
        day: in_days(days),
        words: words.to_owned(),
    }
}

fn limit(n: u16, words: &str) -> Command {
    Command::Limit {
        id: note(n),
        words: words.to_owned(),
    }
}

fn refused(refusal: Refusal) -> Result<(), shared::Refusal> {
    Err(shared::Refusal::Date(refusal))
}

#[test]
fn every_refusal_of_a_date_has_its_reason() {
    let mut couple = weekly();
    couple.does(ANA, tell(1, 0, "The river."));
    let own = |words: &str| Command::Pick {
        day: in_days(4),
        idea: Idea::Own(words.to_owned()),
    };
    for (who, command, why) in [
        (BEN, pick(in_days(4)), Refusal::NotYourTurn),
        (ANA, pick(in_days(5)), Refusal::Day),
        (ANA, pick(in_days(-3)), Refusal::Day),
        (ANA, own(" "), Refusal::Empty),
        (ANA, own(&"x".repeat(LONGEST_LINE + 1)), Refusal::TooLong),
        (ANA, tell(2, 2, "Too soon."), Refusal::Day),
        (ANA, tell(2, -61, "Too late."), Refusal::Day),
        (ANA, tell(2, 0, ""), Refusal::Empty),
        (BEN, Command::Withdraw { id: note(1) }, Refusal::NotYours),
        (
            BEN,
            limit(3, &"x".repeat(LONGEST_TOPIC + 1)),
            Refusal::TooLong,
        ),
    ] {
        let said = format!("{command:?}");
        assert_eq!(
            couple.tries(who, command).map(|_| ()),
            refused(why),
            "{said}"
        );
    }
    let nothing = Couple::default();
    assert_eq!(
        nothing.tries(ANA, pick(in_days(4))).map(|_| ()),
        refused(Refusal::None)
    );
    for n in 0..u16::try_from(LIMITS).unwrap() {
        couple.does(ANA, limit(100 + n, &format!("topic {n}")));
    }
    assert_eq!(
        couple.tries(ANA, limit(300, "one more")).map(|_| ()),
        refused(Refusal::Limits)
    );
    assert_eq!(
        couple.does(BEN, limit(301, "topic 3")),
        [],
        "it stays at home already"
    );
}

#[test]
fn g5_1_turns_alternate_by_the_rhythm_and_through_weeks_left_out() {
    for (rule, days) in [(Rule::Week { step: 1 }, 7), (Rule::Week { step: 2 }, 14)] {
        let couple = with_dates(rule);
        for round in 0..9 {
            let expected = if round % 2 == 0 { ANA } else { BEN };
            let day = in_days(4 + round * days);
            assert_eq!(
                couple.state.dates.planner(day, rule),
                Some(expected),
                "{rule:?} {day}"
            );
        }
        assert_eq!(
            couple.state.dates.planner(in_days(4 - days), rule),
            Some(BEN)
        );
    }
    // The last Friday of each month.
    let monthly = Rule::Weekday { step: 1 };
    let couple = with_dates(monthly);
    let planners: Vec<Option<Who>> = monthly
        .days(in_days(4), in_days(4))
        .take(4)
        .map(|day| couple.state.dates.planner(day, monthly))
        .collect();
    assert_eq!(planners, [Some(ANA), Some(BEN), Some(ANA), Some(BEN)]);
    assert_eq!(
        Couple::default().state.dates.planner(in_days(4), monthly),
        None
    );
}

#[test]
fn g5_1_what_was_picked_stays_with_a_date_that_is_moved() {
    let mut couple = weekly();
    couple.does(ANA, pick(in_days(4)));
    assert_eq!(couple.does(ANA, pick(in_days(4))), []);
    let day = in_days(4);
    let when = evening(5);
    couple.does(
        BEN,
        plan::Command::MoveOne {
            id: SLOT,
            day,
            when,
        },
    );
    let next = couple
        .state
        .plan
        .get(SLOT, couple.at)
        .unwrap()
        .next_round(couple.at);
    let (day, _) = next.unwrap();
    assert_eq!(
        couple.state.dates.picked(day).unwrap().idea,
        Idea::Guide("market".to_owned())
    );
    assert_eq!(
        couple.state.dates.planner(day, Rule::Week { step: 1 }),
        Some(ANA)
    );
    // On Saturday night it is the date that a line would be about; a week later it is not.
    couple.at = evening(5).stamp().plus(plan::STAYS);
    let last = |couple: &Couple| {
        couple
            .state
            .dates
            .last(couple.at, couple.state.plan.get(SLOT, couple.at))
    };
    assert_eq!(last(&couple), Some(in_days(4)));
    couple.at = evening(4).stamp();
    assert_eq!(last(&couple), None);
    let mut skipped = weekly();
    skipped.does(
        BEN,
        plan::Command::Skip {
            id: SLOT,
            day: in_days(4),
        },
    );
    skipped.at = evening(6).stamp();
    assert_eq!(last(&skipped), None, "one left out is not asked about");
}

#[test]
fn g5_1_what_was_picked_is_remembered_when_the_next_is_picked_however_far_apart_they_lie() {
    for rule in [Rule::Week { step: 2 }, Rule::Weekday { step: 1 }] {
        let mut couple = with_dates(rule);
        let days: Vec<_> = rule.days(in_days(4), in_days(4)).take(6).collect();
        couple.does(ANA, pick(days[0]));
        couple.at = evening(5).stamp();
        let swap = Command::Turn {
            day: days[1],
            who: ANA,
        };
        couple.does(ANA, swap);
        couple.does(ANA, pick(days[1]));
        couple.does(BEN, tell(1, 4, "The river."));
        let line = couple.state.dates.lines().next().unwrap();
        assert_eq!(
            line.idea,
            Some(Idea::Guide("market".to_owned())),
            "{rule:?}"
        );
    }
}

#[test]
fn s13_a_line_is_its_writers_and_leaves_nothing_when_taken_back() {
    let mut couple = weekly();
    couple.does(ANA, pick(in_days(4)));
    couple.later(5 * Stamp::DAY);
    let before = couple.state.clone();
    couple.does(ANA, tell(1, 4, "The river."));
    assert_eq!(couple.does(ANA, tell(1, 4, "The river.")), []);
    let line = couple.state.dates.lines().next().unwrap();
    assert_eq!(line.idea, Some(Idea::Guide("market".to_owned())));
    couple.does(ANA, Command::Withdraw { id: note(1) });
    assert_eq!(couple.does(ANA, Command::Withdraw { id: note(1) }), []);
    assert_eq!(couple.state, before);
    for n in 0..u16::try_from(SHOWN).unwrap() + 5 {
        couple.does(BEN, tell(10 + n, 4, "A line."));
    }
    assert_eq!(couple.state.dates.lines().count(), SHOWN);
    assert_eq!(
        usize::try_from(couple.state.dates.ever()).unwrap(),
        SHOWN + 5
    );
}

#[test]
fn g5_1_a_topic_holds_at_once_and_leaves_only_when_both_are_willing() {
    let mut couple = weekly();
    couple.does(ANA, limit(1, "Money"));
    let lift = || Command::Lift { id: note(1) };
    couple.does(BEN, lift());
    assert_eq!(couple.does(BEN, lift()), [], "one is not both");
    assert_eq!(couple.state.dates.limits()[0].lift(couple.at), Some(BEN));
    couple.later(REST_AFTER);
    assert_eq!(couple.state.dates.limits()[0].lift(couple.at), None);
    couple.does(ANA, lift());
    couple.does(BEN, lift());
    assert_eq!(couple.state.dates.limits(), []);
    assert_eq!(couple.does(ANA, lift()), []);
}
