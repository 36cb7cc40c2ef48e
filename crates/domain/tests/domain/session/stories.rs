use super::*;
use rekindle_domain::session::{
    Agreed, Appreciation, Asking, Detail, Phase, Role, TimerView, Token, Topic,
};

fn begin(mode: Mode, form: &str) -> Press {
    Press::Begin {
        about: Some("Sunday visits".to_owned()),
        mode,
        form: form.to_owned(),
        first: ANA,
    }
}

fn here() -> Press {
    Press::Here { day_ends: NIGHT }
}

#[test]
fn g2_3_a_whole_check_in_on_two_phones_leaves_what_they_chose_to_keep() {
    let mut it = Evening::begun(check_in(), Mode::Live);
    assert_eq!(it.step_id(), "arrive");
    it.press(ANA, Press::Next);
    it.press(ANA, choose("2"));
    it.press(BEN, choose("4"));
    it.press(BEN, Press::Next);
    it.press(ANA, choose("full"));
    for (speaker, listener) in [(ANA, BEN), (BEN, ANA)] {
        assert_eq!(it.step_id(), "appreciation");
        assert_eq!(it.step(speaker).role, Role::Speaker);
        assert_eq!(it.step(listener).role, Role::Listener);
        assert_eq!(
            it.step(listener).timer,
            Some(TimerView {
                total: 120_000,
                left: 120_000
            })
        );
        it.later(90 * Stamp::SECOND);
        it.press(listener, Press::Next);
    }
    it.press(
        BEN,
        Press::Keep {
            from: ANA,
            words: " You made soup when I was ill. ".to_owned(),
        },
    );
    it.press(ANA, Press::Next);
    it.press(ANA, Press::Next);
    it.press(BEN, Press::Next);
    // Ana has a concern, Ben has none.
    it.press(ANA, choose("one"));
    it.press(ANA, Press::Next);
    it.press(BEN, Press::SaidBack);
    it.press(ANA, Press::NotQuite);
    it.press(BEN, Press::SaidBack);
    it.press(ANA, Press::Right);
    it.press(
        ANA,
        Press::Choose {
            option: "talk".to_owned(),
            words: Some("Sunday visits".to_owned()),
        },
    );
    assert_eq!(it.step(BEN).speaker, Some(BEN));
    it.press(BEN, choose("none"));
    // A request each: one adjusted and agreed, one left.
    it.press(
        ANA,
        Press::Give {
            words: Some("Call me at lunch".to_owned()),
        },
    );
    it.press(
        BEN,
        Press::Adjust {
            words: Some("On Tuesday and Thursday".to_owned()),
        },
    );
    it.press(ANA, Press::Accept);
    it.press(
        BEN,
        Press::Give {
            words: Some("Take the bins out".to_owned()),
        },
    );
    it.press(ANA, Press::Decline);
    let next = it.now.plus(7 * Stamp::DAY);
    it.press(BEN, Press::SetTime { at: next });
    it.press(ANA, Press::Next);

    assert_eq!(it.view(ANA).phase, Phase::Finished);
    let summary = it.state.summary().unwrap();
    assert_eq!(
        summary.appreciations,
        [Appreciation {
            from: ANA,
            words: "You made soup when I was ill.".to_owned()
        }]
    );
    assert_eq!(
        summary.parked,
        [Topic {
            topic: "Sunday visits".to_owned(),
            talk: true
        }]
    );
    assert_eq!(
        summary.agreed,
        [Agreed {
            from: ANA,
            words: Some("On Tuesday and Thursday".to_owned())
        }]
    );
    assert_eq!(summary.next, Some(next));
    assert_eq!(summary.began, EVENING);
}

#[test]
fn s5_nothing_begins_before_both_have_said_here_that_day() {
    let opened = || {
        let mut it = Evening::new(every_kind());
        it.press(ANA, begin(Mode::Live, "full"));
        it
    };
    let mut alone = opened();
    alone.press(ANA, here());
    alone.press(ANA, here());
    assert!(
        !alone.state.has_begun(),
        "one yes, pressed twice, is one yes"
    );

    let mut withdrawn = opened();
    withdrawn.press(ANA, here());
    withdrawn.press(ANA, Press::NotNow);
    withdrawn.press(BEN, here());
    assert!(!withdrawn.state.has_begun(), "a yes taken back is none");

    let mut next_day = opened();
    next_day.press(ANA, here());
    next_day.now = NIGHT;
    next_day.press(
        BEN,
        Press::Here {
            day_ends: NIGHT.plus(Stamp::DAY),
        },
    );
    assert!(!next_day.state.has_begun(), "a yes ends with its day");
    next_day.press(
        ANA,
        Press::Here {
            day_ends: NIGHT.plus(Stamp::DAY),
        },
    );
    assert!(next_day.state.has_begun());

    let mut changed = opened();
    changed.press(ANA, here());
    changed.press(BEN, begin(Mode::OnePhone, "full"));
    changed.press(BEN, here());
    assert!(!changed.state.has_begun(), "a yes is to what was shown");
}

#[test]
fn s5_a_yes_pressed_on_another_offer_does_not_count() {
    let mut it = Evening::new(every_kind());
    it.press(ANA, begin(Mode::Live, "full"));
    let seen = it.state.token();
    it.press(BEN, begin(Mode::Live, "short"));
    let late = Command::new(seen, here());
    assert_eq!(it.decides(ANA, &late), Err(Refusal::Late));
}

#[test]
fn s4_before_both_are_there_neither_page_tells_whether_the_other_is() {
    let mut it = Evening::new(every_kind());
    it.press(ANA, begin(Mode::Live, "full"));
    let before = it.view(BEN);
    it.press(ANA, here());
    assert_eq!(it.view(BEN), before, "here");
    it.press(ANA, Press::NotNow);
    assert_eq!(it.view(BEN), before, "not now");
    it.press(ANA, Press::Stop);
    assert_eq!(it.view(BEN), before, "closed before it began");
    assert!(it.state.summary().is_none());
}

#[test]
fn s7_stopping_is_the_same_event_from_either_side_and_ends_it_for_both() {
    let it = Evening::begun(every_kind(), Mode::Live);
    let [by_ana, by_ben] = Who::BOTH.map(|who| it.tries(who, Press::Stop).unwrap());
    assert_eq!(
        serde_json::to_vec(&by_ana).unwrap(),
        serde_json::to_vec(&by_ben).unwrap()
    );
    let mut it = it;
    it.press(BEN, Press::Stop);
    assert_eq!(it.view(ANA).phase, Phase::Finished);
    assert_eq!(
        it.tries(ANA, Press::Stop),
        Ok(vec![]),
        "both pressed at once"
    );
    assert_eq!(it.tries(ANA, Press::Next), Err(Refusal::Over));
}

#[test]
fn s7_stopped_and_held_to_the_end_leave_the_same() {
    let mut stopped = Evening::begun(every_kind(), Mode::Live);
    let mut held = stopped.clone();
    stopped.press(BEN, Press::Stop);
    held.skip_to("closing");
    held.press(ANA, Press::Next);
    assert_eq!(stopped.state.summary(), held.state.summary());
}

#[test]
fn s7_a_pause_keeps_what_remains_and_either_goes_on() {
    let mut it = Evening::begun(every_kind(), Mode::Live);
    it.skip_to("turn");
    it.later(50 * Stamp::SECOND);
    it.press(BEN, Press::Pause);
    assert_eq!(
        it.tries(ANA, Press::Pause),
        Ok(vec![]),
        "both pressed at once"
    );
    it.later(Stamp::HOUR);
    let later = it.now.plus(Stamp::HOUR);
    it.press(ANA, Press::SetTime { at: later });
    assert_eq!(it.view(BEN).phase, Phase::Paused { later: Some(later) });
    it.press(ANA, Press::Resume);
    assert_eq!(
        it.step(BEN).timer,
        Some(TimerView {
            total: 120_000,
            left: 70_000
        })
    );
    assert_eq!(it.view(BEN).phase, Phase::Running);
}

#[test]
fn a_pause_counts_though_the_other_went_on_and_its_echo_does_not() {
    let mut it = Evening::begun(every_kind(), Mode::Live);
    let pause = Command::new(it.state.token(), Press::Pause);
    it.press(ANA, Press::Next);
    let events = it.decides(BEN, &pause).unwrap();
    it.takes(events);
    it.press(ANA, Press::Resume);
    assert_eq!(it.decides(BEN, &pause), Err(Refusal::Late));
}

#[test]
fn both_pressing_at_once_goes_one_step() {
    let mut it = Evening::begun(every_kind(), Mode::Live);
    let next = Command::new(it.state.token(), Press::Next);
    let events = it.decides(ANA, &next).unwrap();
    it.takes(events);
    assert_eq!(it.decides(BEN, &next), Err(Refusal::Late));
    assert_eq!(it.decides(ANA, &next), Err(Refusal::Late));
    assert_eq!(it.step_id(), "gate");
}

#[test]
fn a_gate_opens_for_both_at_once_and_shows_nobody_waiting() {
    let mut it = Evening::begun(every_kind(), Mode::Live);
    it.skip_to("gate");
    let before = it.view(ANA);
    it.press(BEN, Press::Ready);
    assert_eq!(it.tries(BEN, Press::Ready), Ok(vec![]));
    assert_eq!(it.view(ANA), before);
    let gate = Detail::Gate {
        ready: vec![BEN],
        holds: None,
    };
    assert_eq!(it.step(BEN).detail, gate);
    it.press(ANA, Press::Ready);
    assert_eq!(it.step_id(), "hidden");
}

#[test]
fn s3_a_hidden_answer_shows_only_when_both_are_there() {
    let mut it = Evening::begun(every_kind(), Mode::Live);
    it.skip_to("hidden");
    let before = it.view(ANA);
    it.press(BEN, choose("low"));
    assert_eq!(
        it.view(ANA),
        before,
        "an early look returns what a stranger gets"
    );
    assert_eq!(it.tries(BEN, choose("high")), Ok(vec![]), "given is given");
    it.press(ANA, choose("high"));
    for who in Who::BOTH {
        let Detail::Choice { picked, done, .. } = it.step(who).detail else {
            panic!()
        };
        assert!(done);
        assert_eq!(picked, [Some("high".to_owned()), Some("low".to_owned())]);
    }
}

#[test]
fn one_phone_is_passed_under_a_cover_before_anything_hidden() {
    let mut it = Evening::new(every_kind());
    it.press(ANA, begin(Mode::OnePhone, "full"));
    it.press(ANA, here());
    it.passed(BEN, here());
    it.press(ANA, Press::Next);
    for who in Who::BOTH {
        assert_eq!(it.step(ANA).detail, Detail::Cover { pass_to: who });
        it.passed(who, Press::Take);
        let gate = Detail::Gate {
            ready: vec![],
            holds: Some(who),
        };
        assert_eq!(
            it.step(ANA).detail,
            gate,
            "the other's answer stays covered"
        );
        it.passed(who, Press::Ready);
    }
    for who in Who::BOTH {
        assert_eq!(it.step(ANA).detail, Detail::Cover { pass_to: who });
        it.passed(who, Press::Take);
        let Detail::Choice { picked, .. } = it.step(ANA).detail else {
            panic!("{who:?} picks")
        };
        assert_eq!(picked, [None, None], "the other's answer stays covered");
        it.passed(who, choose("low"));
    }
    let Detail::Choice {
        picked, done: true, ..
    } = it.step(ANA).detail
    else {
        panic!()
    };
    assert_eq!(picked, [Some("low".to_owned()), Some("low".to_owned())]);
}

/// Ana's phone at the gate, and what each answers there, in rounds: the cover, both times, looks the same.
#[test]
fn s3_a_gate_on_one_phone_is_passed_in_rounds_and_tells_nobody_who_was_not_ready() {
    let at_the_gate = || {
        let mut it = Evening::new(every_kind());
        it.press(ANA, begin(Mode::OnePhone, "full"));
        it.press(ANA, here());
        it.passed(BEN, here());
        it.skip_to("gate");
        it
    };
    let answers = |it: &mut Evening, who: Who, ready: bool| {
        it.passed(who, Press::Take);
        it.passed(who, if ready { Press::Ready } else { Press::PassOn });
    };
    for (ana, ben) in [(false, false), (true, false), (false, true)] {
        let mut it = at_the_gate();
        let mut other = at_the_gate();
        answers(&mut it, ANA, ana);
        answers(&mut other, ANA, !ana);
        assert_eq!(it.view(ANA), other.view(ANA), "whatever Ana has said");
        for again in [Press::Ready, Press::PassOn] {
            assert_eq!(
                it.tries(ANA, again),
                Ok(vec![]),
                "a double tap says nothing"
            );
        }
        answers(&mut it, BEN, ben);
        // It does not open, and the round begins with Ana again, also if it was not she who was not ready.
        assert_eq!(it.step(ANA).detail, Detail::Cover { pass_to: ANA });
        it.passed(ANA, Press::Take);
        let Detail::Gate { ready, holds } = it.step(ANA).detail else {
            panic!("{ana}, {ben}");
        };
        assert_eq!((ready, holds), (vec![], Some(ANA)), "it is asked anew");
        for kind in [ButtonKind::Ready, ButtonKind::PassOn] {
            assert!(it.view(ANA).offers(ANA, &kind), "{ana}, {ben}: {kind:?}");
        }
        it.passed(ANA, Press::Ready);
        assert_eq!(it.step(ANA).detail, Detail::Cover { pass_to: BEN });
        answers(&mut it, BEN, true);
        assert_eq!(it.step_id(), "hidden", "{ana}, {ben}");
    }
    // Whoever was ready may be so no longer.
    let mut it = at_the_gate();
    answers(&mut it, ANA, true);
    answers(&mut it, BEN, false);
    answers(&mut it, ANA, false);
    answers(&mut it, BEN, true);
    assert_eq!(it.step(ANA).detail, Detail::Cover { pass_to: ANA });
    // A pause puts it under the cover again, for the same one; and nothing of it has an author.
    it.passed(ANA, Press::Take);
    it.press(ANA, Press::Pause);
    it.press(ANA, Press::Resume);
    assert_eq!(it.step(ANA).detail, Detail::Cover { pass_to: ANA });
    it.passed(ANA, Press::Take);
    let events = it.passed(ANA, Press::PassOn);
    assert_eq!(
        serde_json::to_string(&events).unwrap(),
        r#"[{"is":"passed_on"}]"#
    );
    for kind in [ButtonKind::Pause, ButtonKind::Skip, ButtonKind::Stop] {
        assert!(it.view(ANA).offers(ANA, &kind), "S7: {kind:?}");
    }
}

#[test]
fn one_phone_laid_aside_while_taken_is_covered_again() {
    let mut it = Evening::new(every_kind());
    it.press(ANA, begin(Mode::OnePhone, "full"));
    it.press(ANA, here());
    it.passed(BEN, here());
    it.skip_to("hidden");
    it.passed(ANA, Press::Take);
    it.press(ANA, Press::Pause);
    it.press(ANA, Press::Resume);
    assert_eq!(it.step(ANA).detail, Detail::Cover { pass_to: ANA });
}

#[test]
fn only_on_one_shared_phone_does_anybody_press_for_the_other() {
    for mode in [Mode::Live, Mode::Apart] {
        let mut it = Evening::new(every_kind());
        it.press(ANA, begin(mode, "full"));
        let for_ben = Command {
            at: it.state.token(),
            by: Some(BEN),
            press: here(),
        };
        assert_eq!(
            it.decides(ANA, &for_ben),
            Err(Refusal::NotYours),
            "{mode:?}"
        );
    }
}

#[test]
fn g2_2_two_not_quite_in_a_row_offer_a_pause_and_yes_goes_on() {
    let mut it = Evening::begun(every_kind(), Mode::Live);
    it.skip_to("concern-back");
    assert_eq!(
        it.tries(BEN, Press::Right),
        Err(Refusal::NotNow),
        "the speaker says whether it is right"
    );
    assert_eq!(it.tries(ANA, Press::SaidBack), Err(Refusal::NotNow));
    for offered in [false, true] {
        it.press(BEN, Press::SaidBack);
        it.press(ANA, Press::NotQuite);
        let Detail::Reflect {
            said_back,
            offer_pause,
            ..
        } = it.step(BEN).detail
        else {
            panic!()
        };
        assert!(!said_back);
        assert_eq!(offer_pause, offered);
    }
    it.press(ANA, Press::Right);
    assert_eq!(it.step_id(), "concern-then");
}

#[test]
fn no_concern_is_a_full_answer_and_the_other_still_has_a_turn() {
    let mut it = Evening::begun(every_kind(), Mode::Live);
    it.skip_to("concern");
    it.press(ANA, choose("none"));
    assert_eq!(
        (it.step_id().as_str(), it.step(ANA).speaker),
        ("concern", Some(BEN))
    );
    it.press(BEN, choose("none"));
    assert_eq!(it.step_id(), "second");
}

#[test]
fn a_fresh_start_begins_the_part_again_once() {
    let mut it = Evening::begun(every_kind(), Mode::Live);
    it.skip_to("concern-back");
    it.later(Stamp::MINUTE);
    it.press(BEN, Press::FreshStart);
    assert_eq!(
        (it.step_id().as_str(), it.step(ANA).speaker),
        ("concern", Some(ANA))
    );
    it.skip_to("concern-back");
    assert_eq!(it.tries(ANA, Press::FreshStart), Err(Refusal::NotNow));
    assert!(it.view(ANA).fresh_start_used);
}

#[test]
fn the_short_form_can_be_chosen_on_the_way() {
    let mut it = Evening::begun(every_kind(), Mode::Live);
    it.skip_to("length");
    it.press(BEN, choose("short"));
    assert_eq!(it.step_id(), "hold", "nothing comes twice");
    it.skip_to("turn");
    assert_eq!(it.step(ANA).timer.map(|timer| timer.total), Some(60_000));
    it.press(ANA, Press::Stop);
    assert_eq!(
        it.state.summary().map(|summary| summary.form).as_deref(),
        Some("short")
    );
}

#[test]
fn s6_a_request_that_was_left_leaves_no_trace() {
    let mut asked = Evening::begun(every_kind(), Mode::Live);
    asked.skip_to("request");
    let mut skipped = asked.clone();
    asked.press(ANA, Press::Give { words: None });
    assert_eq!(
        asked.step(BEN).detail,
        Detail::Request(Asking::Asked { words: None })
    );
    let declined = asked.press(BEN, Press::Decline);
    let left_out = skipped.press(ANA, Press::Next);
    assert_eq!(declined, left_out, "a no is going on, like having none");
    assert_eq!(asked.view(ANA).agreed, []);
}

#[test]
fn a_request_is_answered_by_the_other_and_an_adjusted_one_by_who_asked() {
    let mut it = Evening::begun(every_kind(), Mode::Live);
    it.skip_to("request");
    assert_eq!(
        it.tries(BEN, Press::Give { words: None }),
        Err(Refusal::NotNow)
    );
    it.press(
        ANA,
        Press::Give {
            words: Some("A walk".to_owned()),
        },
    );
    assert_eq!(it.tries(ANA, Press::Accept), Err(Refusal::NotNow));
    it.press(
        BEN,
        Press::Adjust {
            words: Some("A short walk".to_owned()),
        },
    );
    assert_eq!(it.tries(BEN, Press::Accept), Err(Refusal::NotNow));
    it.press(ANA, Press::Accept);
    assert_eq!(
        it.state.view(&it.script, BEN, it.now).agreed[0]
            .words
            .as_deref(),
        Some("A short walk")
    );
}

#[test]
fn what_is_written_is_kept_though_the_other_went_on() {
    let mut it = Evening::begun(every_kind(), Mode::Live);
    let writing_since = it.state.token();
    it.press(BEN, Press::Next);
    let keep = Press::Keep {
        from: BEN,
        words: "You waited for me.".to_owned(),
    };
    let command = Command::new(writing_since, keep);
    let events = it.decides(ANA, &command).unwrap();
    it.takes(events);
    assert_eq!(
        it.decides(ANA, &command),
        Ok(vec![]),
        "sent twice, kept once"
    );
    assert_eq!(it.view(BEN).kept.len(), 1);
}

#[test]
fn words_are_refused_only_when_there_are_none_or_too_many() {
    let it = Evening::begun(every_kind(), Mode::Live);
    for (words, outcome) in [
        (" \n", Err(Refusal::Empty)),
        ("🙂", Ok(())),
        ("<script>alert(1)</script>", Ok(())),
        ("שלום", Ok(())),
        (&"a".repeat(100_000), Err(Refusal::TooLong)),
    ] {
        let keep = Press::Keep {
            from: BEN,
            words: words.to_owned(),
        };
        assert_eq!(it.tries(ANA, keep).map(|_| ()), outcome);
        let park = Press::Park {
            topic: words.to_owned(),
            talk: false,
        };
        assert_eq!(it.tries(ANA, park).map(|_| ()), outcome);
    }
}

#[test]
fn the_next_morning_going_on_takes_two_fresh_yeses_and_is_at_the_same_step() {
    let mut it = Evening::begun(every_kind(), Mode::Live);
    it.skip_to("turn");
    it.later(13 * Stamp::HOUR);
    assert_eq!(
        it.view(ANA).phase,
        Phase::Waiting {
            here: vec![],
            again: true
        }
    );
    assert_eq!(it.tries(ANA, Press::Next), Err(Refusal::NotNow));
    let before = it.view(BEN);
    it.press(
        ANA,
        Press::Here {
            day_ends: it.now.plus(Stamp::HOUR),
        },
    );
    assert_eq!(it.view(BEN), before);
    it.press(
        BEN,
        Press::Here {
            day_ends: it.now.plus(Stamp::HOUR),
        },
    );
    assert_eq!(it.step_id(), "turn");
    assert_eq!(
        it.step(ANA).timer,
        Some(TimerView {
            total: 120_000,
            left: 120_000
        })
    );
}

#[test]
fn k23_a_clock_that_jumps_back_never_shows_more_than_the_whole_turn() {
    let mut it = Evening::begun(every_kind(), Mode::Live);
    it.skip_to("turn");
    it.later(-Stamp::HOUR);
    assert_eq!(
        it.step(ANA).timer,
        Some(TimerView {
            total: 120_000,
            left: 120_000
        })
    );
    it.later(Stamp::HOUR * 2);
    assert_eq!(
        it.step(ANA).timer.map(|timer| timer.left),
        Some(0),
        "and nothing moves on by itself"
    );
}

#[test]
fn s1_alone_it_needs_one_and_is_nobody_elses() {
    let mut it = Evening::new(every_kind());
    assert_eq!(it.tries(BEN, begin(Mode::Live, "solo")), Err(Refusal::Form));
    assert_eq!(it.tries(BEN, begin(Mode::Solo, "full")), Err(Refusal::Form));
    it.press(BEN, begin(Mode::Solo, "solo"));
    assert_eq!(it.tries(ANA, here()), Err(Refusal::Late), "from her screen");
    let guessed = Command::new(it.view(BEN).token, here());
    assert_eq!(it.decides(ANA, &guessed), Err(Refusal::NotNow), "from his");
    it.press(BEN, here());
    assert!(it.state.has_begun());
    while it.step(BEN).id != "turn" {
        it.press(BEN, Press::Skip);
    }
    assert_eq!(it.step(BEN).speaker, Some(BEN));
    it.press(BEN, Press::Next);
    assert_eq!(it.step(BEN).id, "keep", "alone a turn for each is one turn");
    let stranger = State::default().view(&it.script, ANA, it.now);
    assert_eq!(it.view(ANA), stranger, "the other sees what never happened");
}

#[test]
fn a_script_edited_meanwhile_loses_nothing_and_goes_on() {
    let mut it = Evening::begun(every_kind(), Mode::Live);
    it.skip_to("turn");
    it.press(
        ANA,
        Press::Keep {
            from: BEN,
            words: "Kept".to_owned(),
        },
    );
    it.script
        .steps
        .retain(|step| step.id != "turn" && step.id != "keep");
    assert_eq!(it.step(ANA).detail, Detail::Gone);
    it.press(ANA, Press::Next);
    assert_eq!(
        it.step_id(),
        "concern",
        "on to the first step that is still there"
    );
    it.script.steps.clear();
    it.press(ANA, Press::Next);
    assert_eq!(it.state.summary().unwrap().appreciations.len(), 1);
}

#[test]
fn names_are_put_in_as_they_are() {
    let mut it = Evening::begun(every_kind(), Mode::Live);
    it.skip_to("turn");
    let names = ["{you}", "Ben"];
    for (who, text, filled) in [
        (ANA, "Tell {you}.", "Tell Ben."),
        (BEN, "Listen to {speaker}.", "Listen to {you}."),
        (BEN, "{first}, {second}, {me}", "{you}, Ben, Ben"),
        (
            ANA,
            "an {open and {unknown} one}",
            "an {open and {unknown} one}",
        ),
    ] {
        assert_eq!(it.view(who).fill(text, names), filled);
    }
}

#[test]
fn a_token_survives_a_form_field_and_rubbish_does_not() {
    let token = Token {
        step: 12,
        rest: 3,
        own: 0,
    };
    assert_eq!(token.to_string().parse(), Ok(token));
    for rubbish in ["", "1", "1.", ".1", "-1.0", "1.2.3.4", "99999999999.0"] {
        assert!(rubbish.parse::<Token>().is_err(), "{rubbish}");
    }
}

#[test]
fn the_bar_on_top_shows_the_parts_of_the_way() {
    let mut it = Evening::begun(check_in(), Mode::Live);
    let view = it.view(ANA);
    assert_eq!(
        view.parts,
        [
            "Arriving",
            "Appreciation",
            "A good moment",
            "One gentle concern",
            "One small request",
            "Closing"
        ]
    );
    assert_eq!(view.part, 0);
    it.skip_to("concern-back");
    assert_eq!(it.view(BEN).part, 3);
}
