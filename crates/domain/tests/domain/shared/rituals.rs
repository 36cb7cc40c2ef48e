//! Rituals: words that both agree to, weeks that only grow (G5.2, S4, S13).

use jiff::civil::{Date, date};
use proptest::prelude::*;
use rekindle_domain::ids::{NoteId, RitualId};
use rekindle_domain::plan::{What, occurrences};
use rekindle_domain::proposal::REST_AFTER;
use rekindle_domain::recurrence::Rule;
use rekindle_domain::ritual::{
    Command, Event, HAND, IDEAS, LONGEST_LINE, LONGEST_NAME, MOST, Refusal, Shape, versions,
};
use rekindle_domain::{Stamp, When, shared};

use super::laws::shape;
use super::{ANA, BEN, Couple, evening, raw};

const CUP: RitualId = RitualId::new(raw(1));

fn cup() -> Shape {
    shape("The first cup", evening(1), Rule::Day { step: 1 })
}

fn draft(id: RitualId, shape: Shape) -> Command {
    Command::Draft {
        id,
        shape: Box::new(shape),
    }
}

fn theirs() -> Couple {
    let mut couple = Couple::default();
    couple.does(ANA, draft(CUP, cup()));
    couple.does(BEN, couple.agree(CUP));
    couple
}

fn refused(refusal: Refusal) -> Result<(), shared::Refusal> {
    Err(shared::Refusal::Ritual(refusal))
}

#[test]
fn every_refusal_of_a_ritual_has_its_reason() {
    let mut couple = theirs();
    couple.does(BEN, draft(RitualId::new(raw(2)), cup()));
    let words = |words: &str| Command::AddIdea {
        id: NoteId::new(raw(9)),
        words: words.to_owned(),
    };
    couple.does(ANA, words("Tea"));
    let other = RitualId::new(raw(2));
    let with = |change: fn(&mut Shape)| {
        let mut shape = cup();
        change(&mut shape);
        draft(CUP, shape)
    };
    for (command, why) in [
        (couple.agree(RitualId::new(raw(7))), Refusal::Gone),
        (couple.agree(other), Refusal::YourOwn),
        (
            Command::Keep {
                id: other,
                day: super::TODAY,
            },
            Refusal::Gone,
        ),
        (
            Command::Keep {
                id: CUP,
                day: super::in_days(-8),
            },
            Refusal::Day,
        ),
        (
            Command::Keep {
                id: CUP,
                day: super::in_days(2),
            },
            Refusal::Day,
        ),
        (with(|shape| shape.name = " ".to_owned()), Refusal::Empty),
        (with(|shape| shape.cue = String::new()), Refusal::Empty),
        (
            with(|shape| shape.then = "\u{200b}".to_owned()),
            Refusal::Empty,
        ),
        (
            with(|shape| shape.name = "n".repeat(LONGEST_NAME + 1)),
            Refusal::TooLong,
        ),
        (
            with(|shape| shape.travel = "n".repeat(LONGEST_LINE + 1)),
            Refusal::TooLong,
        ),
        (with(|shape| shape.rule = Rule::Once), Refusal::Once),
        (words(""), Refusal::Empty),
    ] {
        let said = format!("{command:?}");
        if !matches!(why, Refusal::Empty) || !said.contains("AddIdea") {
            assert_eq!(
                couple.tries(BEN, command).map(|_| ()),
                refused(why),
                "{said}"
            );
        }
    }
    for (command, who) in [
        (Command::Withdraw { id: other }, ANA),
        (
            Command::TakeIdea {
                id: NoteId::new(raw(9)),
            },
            BEN,
        ),
    ] {
        assert_eq!(
            couple.tries(who, command).map(|_| ()),
            refused(Refusal::NotYours)
        );
    }
    for n in 10..10 + u16::try_from(MOST).unwrap() - 2 {
        couple.does(ANA, draft(RitualId::new(raw(n)), cup()));
    }
    assert_eq!(
        couple
            .tries(ANA, draft(RitualId::new(raw(90)), cup()))
            .map(|_| ()),
        refused(Refusal::Many)
    );
    for n in 20..20 + u16::try_from(IDEAS).unwrap() - 1 {
        couple.does(
            BEN,
            Command::AddIdea {
                id: NoteId::new(raw(n)),
                words: "Tea".to_owned(),
            },
        );
    }
    let more = Command::AddIdea {
        id: NoteId::new(raw(90)),
        words: "Tea".to_owned(),
    };
    assert_eq!(couple.tries(BEN, more).map(|_| ()), refused(Refusal::Ideas));
}

#[test]
fn g5_2_it_needs_two_and_a_place_in_the_plan_comes_with_the_second_word() {
    let mut couple = Couple::default();
    couple.does(ANA, draft(CUP, cup()));
    assert_eq!(
        couple.does(ANA, draft(CUP, cup())),
        [],
        "the same press again"
    );
    assert_eq!(couple.state.rituals.ours().count(), 0);
    assert_eq!(
        occurrences(&couple.state, couple.at, couple.at.plus(9 * Stamp::DAY)),
        []
    );
    let agreed = couple.does(BEN, couple.agree(CUP));
    assert_eq!(agreed.len(), 2, "the word and its time, in one act");
    assert_eq!(couple.does(BEN, couple.agree(CUP)), []);
    let next = couple.state.plan.of(&What::Ritual(CUP), couple.at).unwrap();
    assert_eq!(next.next(couple.at), Some(evening(1)));
    // Agreed to after its first evening: it begins with the next one.
    let mut late = Couple::default();
    late.does(ANA, draft(CUP, cup()));
    late.at = evening(3).stamp();
    late.does(BEN, late.agree(CUP));
    let next = late.state.plan.of(&What::Ritual(CUP), late.at).unwrap();
    assert_eq!(next.next(late.at), Some(evening(4)));
    // Let go on either phone, it leaves the plan with it.
    couple.does(ANA, Command::LetGo { id: CUP });
    assert_eq!(couple.does(BEN, Command::LetGo { id: CUP }), []);
    assert_eq!(couple.state.plan, Couple::default().state.plan);
    assert_eq!(couple.state.rituals, Couple::default().state.rituals);
}

#[test]
fn s13_a_change_waits_for_the_other_and_what_held_before_is_kept_with_author_and_day() {
    let mut couple = theirs();
    couple.later(2 * Stamp::DAY);
    let stairs = Shape {
        then: "we sit on the stairs".to_owned(),
        ..cup()
    };
    couple.does(BEN, draft(CUP, stairs.clone()));
    let ritual = |couple: &Couple| couple.state.rituals.get(CUP, couple.at).unwrap().clone();
    assert_eq!(ritual(&couple).ours().unwrap().shape, cup());
    // The other may word it anew instead: then it is the first one’s to say yes.
    let window = Shape {
        then: "we sit at the window".to_owned(),
        ..cup()
    };
    couple.does(ANA, draft(CUP, window.clone()));
    assert_eq!(
        couple.tries(ANA, couple.agree(CUP)).map(|_| ()),
        refused(Refusal::YourOwn)
    );
    couple.does(BEN, couple.agree(CUP));
    let now = ritual(&couple);
    let ours = now.ours().unwrap();
    assert_eq!(
        (&ours.shape, ours.by, ours.since),
        (&window, ANA, super::in_days(2))
    );
    assert_eq!(now.earlier(), 1);
    let mut log: Vec<Event> = vec![];
    for entry in &couple.log {
        if let shared::Event::Ritual(event) = &entry.event {
            log.push(event.clone());
        }
    }
    let all: Vec<_> = (versions(&log, CUP).into_iter())
        .map(|one| (one.shape, one.by, one.since))
        .collect();
    let new = (window.clone(), ANA, super::in_days(2));
    assert_eq!(all, [new, (cup(), ANA, super::TODAY)]);
    // A draft nobody answers rests for both, and what held holds on.
    couple.does(BEN, draft(CUP, stairs));
    couple.later(REST_AFTER);
    assert!(ritual(&couple).draft(couple.at).is_none());
    assert_eq!(ritual(&couple).ours().unwrap().shape, window);
    assert_eq!(couple.does(ANA, couple.agree(CUP)), []);
}

#[test]
fn s13_a_yes_is_to_the_words_that_were_read_and_not_to_others_in_their_place() {
    let mut couple = Couple::default();
    couple.does(ANA, draft(CUP, cup()));
    let yes = couple.agree(CUP);
    let other = Shape {
        then: "you get up first, every day".to_owned(),
        ..cup()
    };
    couple.does(ANA, draft(CUP, other.clone()));
    assert_eq!(
        couple.tries(BEN, yes.clone()).map(|_| ()),
        refused(Refusal::Changed)
    );
    couple.does(BEN, couple.agree(CUP));
    let ritual = couple.state.rituals.get(CUP, couple.at).unwrap();
    assert_eq!(ritual.ours().unwrap().shape, other);
    assert_eq!(couple.does(BEN, yes), [], "agreed already");
}

#[test]
fn s6_a_first_draft_that_rests_or_is_taken_back_is_as_if_it_had_never_been() {
    let mut couple = Couple::default();
    couple.does(ANA, draft(CUP, cup()));
    let mut taken = couple.clone();
    taken.does(ANA, Command::Withdraw { id: CUP });
    assert_eq!(taken.state, Couple::default().state);
    couple.later(REST_AFTER - 1);
    assert!(couple.state.rituals.get(CUP, couple.at).is_some());
    couple.later(1);
    assert!(couple.state.rituals.get(CUP, couple.at).is_none());
    assert_eq!(
        couple.tries(BEN, couple.agree(CUP)).map(|_| ()),
        refused(Refusal::Gone)
    );
}

#[test]
fn g5_2_they_look_back_at_three_and_ten_weeks_once_each() {
    let mut couple = theirs();
    let due = |couple: &Couple| {
        let today = super::now(ANA, couple.at).today();
        couple
            .state
            .rituals
            .get(CUP, couple.at)
            .unwrap()
            .look_back(today)
    };
    for (days, expected) in [(20, None), (1, Some(3)), (7, Some(3))] {
        couple.later(days * Stamp::DAY);
        assert_eq!(due(&couple), expected);
    }
    assert_eq!(couple.does(BEN, Command::Look { id: CUP, weeks: 10 }), []);
    couple.does(BEN, Command::Look { id: CUP, weeks: 3 });
    assert_eq!(due(&couple), None);
    couple.later(42 * Stamp::DAY);
    assert_eq!(due(&couple), Some(10));
    couple.does(ANA, Command::Look { id: CUP, weeks: 10 });
    couple.later(400 * Stamp::DAY);
    assert_eq!(due(&couple), None);
}

#[test]
fn g5_2_a_hand_is_small_and_what_matched_takes_the_place_of_what_matched_before() {
    let mut couple = Couple::default();
    let ideas: Vec<String> = (0..9).map(|n| n.to_string()).collect();
    couple.does(BEN, Command::Match { ideas });
    assert_eq!(couple.state.rituals.matched().unwrap().ideas.len(), HAND);
    couple.does(ANA, Command::Match { ideas: vec![] });
    assert_eq!(couple.state.rituals.matched().unwrap().ideas, [""; 0]);
}

#[test]
fn a_ritual_of_the_31st_and_of_29_february_comes_every_month_and_year() {
    for (first, rule, expected) in [
        (
            date(2027, 1, 31),
            Rule::Month { step: 1 },
            vec![date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)],
        ),
        (
            date(2028, 2, 29),
            Rule::Year,
            vec![date(2028, 2, 29), date(2029, 2, 28), date(2030, 2, 28)],
        ),
    ] {
        let mut couple = Couple::default();
        let shape = Shape {
            when: When {
                day: first,
                ..evening(0)
            },
            rule,
            ..cup()
        };
        couple.does(ANA, draft(CUP, shape));
        couple.does(BEN, couple.agree(CUP));
        let all = occurrences(
            &couple.state,
            couple.at,
            couple.at.plus(5 * 366 * Stamp::DAY),
        );
        let days: Vec<Date> = all.iter().map(|one| one.day).take(3).collect();
        assert_eq!(days, expected);
    }
}

proptest! {
    #[test]
    fn g5_2_the_weeks_with_it_only_ever_grow(presses in prop::collection::vec((0_i64..5, -7_i64..1, any::<bool>()), 1..80)) {
        let mut couple = theirs();
        let mut mondays = std::collections::BTreeSet::new();
        let mut weeks = 0;
        for (wait, back, ana) in presses {
            couple.later(wait * Stamp::DAY);
            let who = if ana { ANA } else { BEN };
            let day = super::now(who, couple.at).today().saturating_add(jiff::Span::new().days(back));
            couple.does(who, Command::Keep { id: CUP, day });
            mondays.insert(day.saturating_sub(jiff::Span::new().days(i64::from(day.weekday().to_monday_zero_offset()))));
            let now = couple.state.rituals.get(CUP, couple.at).unwrap().weeks();
            prop_assert!(now >= weeks);
            prop_assert_eq!(now, u32::try_from(mondays.len()).unwrap());
            weeks = now;
        }
        // A slip taken back is as if it had not been pressed.
        let day = super::now(ANA, couple.at).today();
        if !couple.state.rituals.get(CUP, couple.at).unwrap().kept_on(day) {
            let before = couple.state.clone();
            couple.does(ANA, Command::Keep { id: CUP, day });
            couple.does(BEN, Command::Unkeep { id: CUP, day });
            prop_assert_eq!(couple.state.rituals.get(CUP, couple.at).unwrap().weeks(), before.rituals.get(CUP, couple.at).unwrap().weeks());
        }
    }
}

#[test]
fn the_press_of_the_other_phone_says_nothing_of_who() {
    let mut couple = theirs();
    let kept = couple.does(
        BEN,
        Command::Keep {
            id: CUP,
            day: super::TODAY,
        },
    );
    assert_eq!(
        kept,
        [Event::Kept {
            id: CUP,
            day: super::TODAY
        }
        .into()]
    );
    assert_eq!(
        couple.does(
            ANA,
            Command::Keep {
                id: CUP,
                day: super::TODAY
            }
        ),
        []
    );
}
