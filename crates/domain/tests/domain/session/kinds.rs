//! The kinds of step beyond the check-in: writing alone and together, cards, ways on and back, breaks, touch.

use super::*;
use rekindle_domain::session::script::What;
use rekindle_domain::session::{BREAK, Bounds, Detail, Mistake, Phase, Text};

fn write(words: &str) -> Press {
    Press::Write {
        words: words.to_owned(),
        back: None,
    }
}

fn at(id: &str, mode: Mode) -> Evening {
    let mut evening = Evening::begun(every_kind(), mode);
    evening.skip_to(id);
    evening
}

#[test]
fn words_of_both_count_when_both_have_said_so_and_not_before() {
    let mut it = at("trial", Mode::Live);
    it.press(ANA, write("Every Sunday"));
    it.press(ANA, Press::Ready);
    // Ben writes it again: Ana's yes was to other words.
    it.press(BEN, write("Every second Sunday"));
    it.press(BEN, Press::Ready);
    assert_eq!(it.view(ANA).written, []);
    assert_eq!(it.step_id(), "trial");
    it.press(ANA, Press::Ready);
    assert_eq!(it.step_id(), "second-line");
    let written = it.view(BEN).written;
    assert_eq!(written.len(), 1);
    assert_eq!(written[0].words, "Every second Sunday");
    assert_eq!(written[0].what, Text::Trial);
    it.press(ANA, Press::Stop);
    assert_eq!(it.state.summary().unwrap().written, written);
}

#[test]
fn s6_words_that_were_not_agreed_to_leave_no_mark() {
    let mut it = at("trial", Mode::Live);
    it.press(ANA, write("Every Sunday"));
    it.press(ANA, Press::Ready);
    it.press(BEN, Press::Skip);
    it.press(BEN, Press::Stop);
    assert_eq!(it.state.summary().unwrap().written, []);
}

#[test]
fn whoever_speaks_writes_a_line_and_it_counts_at_once() {
    let mut it = at("second-line", Mode::Live);
    assert!(it.tries(ANA, write("mine")).is_err(), "it is Ben's line");
    it.press(BEN, write("Thank you"));
    it.press(BEN, write("Thank you for Sunday"));
    it.press(BEN, Press::Next);
    let lines: Vec<String> = it
        .view(ANA)
        .written
        .into_iter()
        .map(|one| one.words)
        .collect();
    assert_eq!(lines, ["Thank you for Sunday"]);
}

#[test]
fn a_day_to_look_back_goes_with_the_words_and_lies_ahead() {
    let mut it = at("trial", Mode::Live);
    let back = |at| Press::Write {
        words: "Every second Sunday".to_owned(),
        back: Some(at),
    };
    assert_eq!(it.tries(ANA, back(it.now)), Err(Refusal::Past));
    let day = it.now.plus(14 * Stamp::DAY);
    it.press(ANA, back(day));
    it.press(ANA, Press::Ready);
    it.press(BEN, Press::Ready);
    assert_eq!(it.view(ANA).written[0].back, Some(day));
}

#[test]
fn writing_for_oneself_goes_on_when_both_are_done_and_neither_sees_the_other() {
    let mut it = at("private", Mode::Live);
    let before = serde_json::to_string(&it.view(BEN)).unwrap();
    it.press(ANA, Press::Ready);
    assert_eq!(serde_json::to_string(&it.view(BEN)).unwrap(), before);
    assert!(matches!(
        it.step(ANA).detail,
        Detail::Private {
            done: true,
            kept: true,
            ..
        }
    ));
    it.press(BEN, Press::Ready);
    assert_eq!(it.step_id(), "trial");
}

#[test]
fn on_one_phone_writing_for_oneself_is_behind_a_cover_and_only_the_owners_is_kept() {
    let mut it = at("private", Mode::OnePhone);
    assert_eq!(it.step(ANA).detail, Detail::Cover { pass_to: ANA });
    it.passed(ANA, Press::Take);
    assert!(matches!(
        it.step(ANA).detail,
        Detail::Private {
            kept: true,
            holds: Some(ANA),
            ..
        }
    ));
    it.passed(ANA, Press::Ready);
    assert_eq!(it.step(ANA).detail, Detail::Cover { pass_to: BEN });
    it.passed(BEN, Press::Take);
    assert!(matches!(
        it.step(ANA).detail,
        Detail::Private {
            kept: false,
            holds: Some(BEN),
            ..
        }
    ));
    it.passed(BEN, Press::Ready);
    assert_eq!(it.step_id(), "trial");
}

fn draw(depth: u8, chance: u64) -> Press {
    Press::Draw {
        depth: Some(depth),
        chance,
    }
}

fn card(it: &Evening) -> String {
    let Detail::Draw { card: Some(card) } = it.step(ANA).detail else {
        panic!("no card lies there");
    };
    assert_eq!(it.step(ANA), it.step(BEN));
    card.say
}

#[test]
fn a_card_is_of_the_depth_that_was_asked_for_and_does_not_come_twice() {
    let mut it = at("card", Mode::Live);
    assert_eq!(it.step(ANA).detail, Detail::Draw { card: None });
    it.press(ANA, draw(1, 0));
    assert_eq!(card(&it), "What about light?");
    it.press(BEN, draw(1, 0));
    assert_eq!(card(&it), "What about lamp?");
    assert!(
        it.tries(ANA, draw(3, 0)).is_err(),
        "no card of this step is so close"
    );
    it.press(BEN, draw(2, 5));
    assert_eq!(card(&it), "What about closer?");
    // All were seen: one of them comes again, and not the one that lies there.
    it.press(BEN, draw(1, 1));
    assert_eq!(card(&it), "What about lamp?");
    it.press(BEN, Press::Next);
    assert_eq!(it.step_id(), "time");
}

/// The depths that may be drawn on this phone.
fn depths(it: &Evening, who: Who) -> Vec<u8> {
    let buttons = it.view(who).buttons.into_iter();
    let mine = buttons.filter(|button| button.who == who);
    let depths = mine.filter_map(|button| {
        if let ButtonKind::Draw(depth) = button.kind {
            depth
        } else {
            None
        }
    });
    depths.collect()
}

#[test]
fn the_lighter_of_the_two_depths_narrows_what_is_drawn_later() {
    for (ana, ben, may) in [
        ("high", "low", vec![1]),
        ("low", "high", vec![1]),
        ("high", "high", vec![1, 2]),
    ] {
        let mut it = at("hidden", Mode::Live);
        it.press(ANA, choose(ana));
        it.press(BEN, choose(ben));
        it.skip_to("card");
        assert_eq!(depths(&it, ANA), may, "{ana}, {ben}");
        assert_eq!(depths(&it, BEN), may, "{ana}, {ben}");
        let deeper = it.tries(ANA, draw(2, 0));
        assert_eq!(deeper.is_ok(), may.contains(&2), "{ana}, {ben}: {deeper:?}");
        // It is in what the server starts again from.
        let kept = serde_json::to_string(&it.state).unwrap();
        it.state = serde_json::from_str(&kept).unwrap();
        assert_eq!(depths(&it, ANA), may, "{ana}, {ben}");
    }
    // Where nobody was asked, every depth of the step is there; and so it is in what was kept before there was such a
    // thing.
    let mut it = at("card", Mode::Live);
    assert_eq!(depths(&it, ANA), [1, 2]);
    let mut kept = serde_json::to_value(&it.state).unwrap();
    assert!(kept.as_object_mut().unwrap().remove("deepest").is_some());
    it.state = serde_json::from_value(kept).unwrap();
    assert_eq!(depths(&it, BEN), [1, 2]);
}

#[test]
fn where_no_card_is_as_light_as_agreed_the_lightest_come() {
    let mut it = at("hidden", Mode::OnePhone);
    let cards = [(2, "closer"), (2, "nearer"), (3, "close")];
    deal_of(&mut it.script, &cards);
    if let Some(step) = it.script.steps.iter_mut().find(|step| step.id == "card")
        && let What::Draw(draw) = &mut step.what
    {
        draw.depths = vec![1, 2, 3];
    }
    for who in Who::BOTH {
        it.passed(who, Press::Take);
        it.passed(who, choose("low"));
    }
    it.skip_to("card");
    assert_eq!(depths(&it, ANA), [2]);
    it.press(ANA, draw(2, 0));
    assert_eq!(card(&it), "What about closer?");
    assert!(it.tries(ANA, draw(3, 0)).is_err());
}

#[test]
fn whoever_listens_cannot_end_the_choosing_of_a_card() {
    let any = || Press::Draw {
        depth: None,
        chance: 0,
    };
    let mut it = Evening::begun(in_turn(), Mode::Live);
    it.press(ANA, any());
    for press in [Press::Next, any()] {
        assert_eq!(it.tries(BEN, press), Err(Refusal::NotNow));
    }
    // But nobody waits for a phone that is gone.
    assert!(it.view(BEN).offers(BEN, &ButtonKind::Skip));
    it.press(ANA, any());
    it.press(ANA, Press::Next);
    assert_eq!(it.step_id(), "tell");
    // On one phone the button is hers as well.
    let mut it = Evening::begun(in_turn(), Mode::OnePhone);
    it.press(ANA, any());
    assert!(it.view(ANA).offers(ANA, &ButtonKind::Next));
    assert!(!it.view(ANA).offers(BEN, &ButtonKind::Next));
    // Where nobody has the word, either draws and either goes on.
    let mut it = at("card", Mode::Live);
    it.press(ANA, draw(1, 0));
    it.press(BEN, Press::Next);
    assert_eq!(it.step_id(), "time");
}

#[test]
fn a_way_back_is_there_so_often_and_then_gone() {
    let mut it = at("ways", Mode::Live);
    for _ in 0..2 {
        it.press(ANA, choose("more"));
        assert_eq!(it.step_id(), "card");
        it.skip_to("ways");
    }
    assert_eq!(it.tries(ANA, choose("more")), Err(Refusal::NotNow));
    let on = choose("on");
    it.press(BEN, on);
    assert_eq!(it.step_id(), "closing", "the step between was left out");
}

#[test]
fn a_topic_is_chosen_first_stands_in_the_texts_and_may_be_settled() {
    let mut it = Evening::new(every_kind());
    let begin = |about: Option<&str>| Press::Begin {
        mode: Mode::Live,
        form: "full".to_owned(),
        first: ANA,
        about: about.map(str::to_owned),
    };
    assert_eq!(it.tries(ANA, begin(None)), Err(Refusal::Topic));
    assert_eq!(it.tries(ANA, begin(Some("  "))), Err(Refusal::Topic));
    it.press(ANA, begin(Some("Money")));
    // Another topic is another layout: a yes to the first does not count for it.
    it.press(BEN, Press::Here { day_ends: NIGHT });
    it.press(ANA, begin(Some("{me}, {topic}")));
    it.press(ANA, Press::Here { day_ends: NIGHT });
    assert!(!it.state.has_begun());
    it.press(BEN, Press::Here { day_ends: NIGHT });
    it.skip_to("trial");
    let view = it.view(ANA);
    let say = view.fill(&it.step(ANA).say, ["Ana", "Ben"]);
    assert_eq!(say, "What will you two try about {me}, {topic}?");
    it.skip_to("ways");
    it.press(ANA, choose("settled"));
    it.press(ANA, Press::Stop);
    let summary = it.state.summary().unwrap();
    assert!(summary.settled);
    assert_eq!(summary.about.as_deref(), Some("{me}, {topic}"));
}

#[test]
fn g2_2_a_break_has_a_time_to_come_back_and_no_author() {
    for who in Who::BOTH {
        let mut it = at("concern-back", Mode::Live);
        let events = it.press(who, Press::Break);
        let json = serde_json::to_string(&events).unwrap();
        assert!(
            !json.contains("first") && !json.contains("second"),
            "{json}"
        );
        let later = Some(it.now.plus(BREAK));
        assert_eq!(it.view(ANA).phase, Phase::Paused { later });
        // Both felt it at once: the second press changes nothing.
        assert_eq!(it.tries(who.other(), Press::Break), Ok(vec![]));
        it.press(BEN, Press::Resume);
        assert_eq!(it.step_id(), "concern-back");
    }
    let mut it = at("ways", Mode::Live);
    it.press(ANA, choose("break"));
    assert!(matches!(
        it.view(BEN).phase,
        Phase::Paused { later: Some(_) }
    ));
}

#[test]
fn s5_a_copy_of_a_yes_that_comes_after_it_was_taken_back_is_no_yes() {
    let mut it = Evening::new(massage());
    let begin = Press::Begin {
        mode: Mode::Live,
        form: "full".to_owned(),
        first: ANA,
        about: None,
    };
    it.press(ANA, begin);
    let yes = Command::new(it.view(ANA).token, Press::Here { day_ends: NIGHT });
    let his = it.view(BEN);
    let events = it.decides(ANA, &yes).unwrap();
    it.takes(events);
    it.press(ANA, Press::NotNow);
    assert_eq!(it.decides(ANA, &yes), Err(Refusal::Late));
    assert_eq!(
        it.view(BEN),
        his,
        "and nothing of it is on the other's screen"
    );
    it.press(BEN, Press::Here { day_ends: NIGHT });
    assert!(!it.state.has_begun());
    // Pressed anew, it is one.
    it.press(ANA, Press::Here { day_ends: NIGHT });
    assert!(it.state.has_begun());
}

fn massage() -> Script {
    let script = Script::parse("massage", include_str!("massage.toml")).expect("it parses");
    assert_eq!(script.check(), []);
    script
}

#[test]
fn s5_touch_is_carried_by_the_day_of_its_yeses_and_takes_fresh_ones_after() {
    let mut it = Evening::begun(massage(), Mode::Live);
    it.press(ANA, Press::Pause);
    // Five hours later that day is over: nobody can simply go on.
    it.later(5 * Stamp::HOUR);
    assert!(it.tries(BEN, Press::Resume).is_err());
    assert!(matches!(
        it.view(BEN).phase,
        Phase::Waiting { again: true, .. }
    ));
    it.both_here();
    assert_eq!(it.view(BEN).phase, Phase::Running);
}

#[test]
fn s7_the_limits_of_touch_stay_as_both_said_yes_to_them() {
    let mut it = Evening::begun(massage(), Mode::Live);
    let bounds = Some(Bounds {
        includes: vec!["Hands on shoulders and back".to_owned()],
        excludes: vec!["Nothing sexual before tomorrow".to_owned()],
    });
    assert_eq!(it.view(BEN).bounds, bounds);
    // The pack is changed meanwhile; and it cannot be laid out anew while it runs.
    it.script.excludes = vec![];
    assert_eq!(it.view(BEN).bounds, bounds);
    let again = Press::Begin {
        mode: Mode::OnePhone,
        form: "full".to_owned(),
        first: BEN,
        about: None,
    };
    assert_eq!(it.tries(ANA, again), Err(Refusal::NotNow));
}

#[test]
fn g3_2_the_giver_is_shown_the_map_and_the_receiver_is_not() {
    let mut it = Evening::begun(massage(), Mode::Live);
    it.skip_to("receive");
    assert_eq!(it.step(ANA).speaker, Some(ANA));
    assert!(it.step(ANA).shows.is_none());
    assert!(it.step(BEN).shows.is_some());
    it.press(BEN, Press::Next);
    assert!(it.step(ANA).shows.is_some());
}

/// What an author may get wrong, and what he is told.
#[test]
fn the_new_kinds_are_checked() {
    let base = include_str!("every_kind.toml");
    for (from, to, told) in [
        (
            "energy = \"low\"",
            "energy = \"some\"",
            "\"some\" is not one of low, medium, high",
        ),
        (
            "about = \"topic\"\n",
            "",
            "settles a topic this script has not",
        ),
        (
            "about = \"topic\"\n",
            "",
            "{topic} in a script that is about none",
        ),
        (
            "to = \"closing\"",
            "to = \"card\"",
            "does not stand where `to` leads",
        ),
        (
            "again = \"card\"",
            "again = \"closing\"",
            "does not stand where `again` leads",
        ),
        (
            "again = \"card\"",
            "again = \"nowhere\"",
            "names no step `nowhere`",
        ),
        (
            "again = \"card\"",
            "again = \"concern-say\"",
            "in the middle of a round of each",
        ),
        ("at_most = 2", "at_most = 9", "`at_most` is 1 to 5"),
        (
            "to = \"closing\"",
            "to = \"closing\"\nbreaks = true",
            "leads to two places",
        ),
        ("depth = [1, 2]", "depth = [4]", "a depth is 1, 2 or 3"),
        ("depth = 2\n", "depth = 4\n", "a depth is 1, 2 or 3"),
        (
            "depth = 2\n",
            "",
            "one option says how deep, another does not",
        ),
        (
            "kind = \"draw\"",
            "forms = [\"short\"]\nkind = \"draw\"",
            "but in form `full` no card is drawn after it",
        ),
        (
            "steps = [\"second-line\"]",
            "steps = [\"read\"]",
            "which is no later step",
        ),
        ("as = \"trial\"\n", "", "shared words are for something"),
        ("deck = \"curious\"\n", "", "a card comes from a deck"),
        (
            "kind = \"time\"",
            "kind = \"time\"\ndeck = \"x\"",
            "`deck` belongs to draw",
        ),
        (
            "suits = [\"low-energy\", \"long-distance\"]\n",
            "",
            "no form suits \"low-energy\"",
        ),
        (
            "without = [\"sensory\", \"after-children\"]",
            "without = [\"low-energy\", \"sensory\", \"after-children\"]",
            "a form suits \"low-energy\"",
        ),
        (
            "energy = \"low\"",
            "energy = \"low\"\nfamily = \"touch\"",
            "say first what they are",
        ),
        (
            "energy = \"low\"",
            "energy = \"low\"\nfamily = \"touch\"",
            "changes the form of touch or sex",
        ),
    ] {
        assert!(base.contains(from), "{from}");
        let text = base.replacen(from, to, 1);
        let said = match Script::parse("x", &text) {
            Err(error) => error.to_string(),
            Ok(script) => {
                let all: Vec<String> = script.check().iter().map(ToString::to_string).collect();
                all.join("\n")
            }
        };
        assert!(said.contains(told), "{from} -> {to}: {said}");
    }
}

#[test]
fn a_step_that_nothing_leads_to_is_told() {
    let text = include_str!("every_kind.toml")
        .replacen("again = \"card\"\nat_most = 2", "to = \"closing\"", 1)
        .replacen("settles = true", "to = \"closing\"", 1)
        .replacen("breaks = true", "to = \"closing\"", 1);
    let script = Script::parse("x", &text).unwrap();
    let told: Vec<String> = script.check().iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("step after: nothing leads to it"),
        "{told:?}"
    );
}

/// Each draws a card and tells about it.
const IN_TURN: &str = r#"
title = "A card each"
what = "For tests."
minutes = { least = 5, usual = 10 }
energy = "low"
without = ["low-energy", "long-distance", "sensory", "after-children"]
[[form]]
id = "full"
title = "Full"
say = "All of it."
minutes = 10
[[step]]
id = "card"
part = "In turn"
kind = "draw"
deck = "curious"
speaker = "each"
say = "Draw."
[[step]]
id = "tell"
kind = "turn"
speaker = "each"
seconds = 60
shows = "card"
say = "{speaker} tells."
[[step]]
id = "closing"
part = "Close"
kind = "closing"
say = "Close."
"#;

fn in_turn() -> Script {
    let mut script = Script::parse("in-turn", IN_TURN).expect("it parses");
    assert_eq!(script.check(), []);
    deal(&mut script);
    script
}

#[test]
fn g2_4_a_card_lies_there_while_whoever_drew_it_tells_and_no_longer() {
    let mut it = Evening::begun(in_turn(), Mode::Live);
    let any = Press::Draw {
        depth: None,
        chance: 0,
    };
    it.press(ANA, any);
    it.press(ANA, Press::Next);
    assert_eq!(it.step_id(), "tell");
    for who in [ANA, BEN] {
        let card = it.step(who).card.map(|card| card.say);
        assert_eq!(card.as_deref(), Some("What about light?"), "on both phones");
    }
    it.press(BEN, Press::Next);
    assert_eq!(it.step_id(), "card");
    // Ben has something of his own: hers does not lie there for him.
    it.press(BEN, Press::Skip);
    assert_eq!(it.step_id(), "tell");
    assert_eq!(it.step(BEN).card, None);
}

#[test]
fn a_card_that_nobody_drew_cannot_be_shown() {
    let text = include_str!("every_kind.toml").replacen(
        "kind = \"turn\"\n",
        "kind = \"turn\"\nshows = \"card\"\n",
        1,
    );
    let told = Script::parse("x", &text).expect("it parses").check();
    assert!(
        told.iter()
            .any(|one| one.to_string().contains("a card that nobody has drawn")),
        "{told:?}"
    );
}

/// It is gone when another person has spoken since: not only in the script, but on the way of each form.
#[test]
fn a_card_that_lies_there_no_more_cannot_be_shown() {
    let told = |text: &str| Script::parse("x", text).expect("it parses").check();
    let lies = |told: &[Mistake]| {
        (told.iter()).any(|one| one.at == "step tell" && one.what.contains("no card lies there"))
    };
    let form =
        "[[form]]\nid = \"short\"\ntitle = \"Short\"\nsay = \"Less.\"\nminutes = 5\n[[step]]";
    for (from, to) in [
        // Somebody else speaks in between.
        (
            "[[step]]\nid = \"tell\"",
            "[[step]]\nid = \"between\"\nkind = \"read\"\nsay = \"Read.\"\n[[step]]\nid = \"tell\"",
        ),
        // It is drawn in another part, after which it was the other's turn.
        ("id = \"tell\"\n", "id = \"tell\"\npart = \"Later\"\n"),
    ] {
        let text = IN_TURN.replacen(from, to, 1);
        assert_ne!(text, IN_TURN);
        let told = told(&text);
        assert!(lies(&told), "{to}: {told:?}");
    }
    // A form that draws elsewhere, but not before it; one that draws nothing shows nothing, and that is fine.
    let short = IN_TURN.replacen("[[step]]", form, 1);
    assert!(!lies(&told(&short)));
    let nothing = short.replacen(
        "speaker = \"each\"\nsay = \"Draw.\"",
        "speaker = \"each\"\nforms = [\"full\"]\nsay = \"Draw.\"",
        1,
    );
    assert!(!lies(&told(&nothing)));
    let after = nothing.replacen(
        "[[step]]\nid = \"closing\"",
        "[[step]]\nid = \"late\"\nkind = \"draw\"\ndeck = \"curious\"\nforms = [\"short\"]\nsay = \"Draw.\"\n[[step]]\nid = \"closing\"",
        1,
    );
    assert!(lies(&told(&after)), "{:?}", told(&after));
}

#[test]
fn nothing_is_put_aside_while_two_touch() {
    let mut it = Evening::begun(massage(), Mode::Live);
    for _ in 0..2 {
        for who in [ANA, BEN] {
            let view = it.view(who);
            assert!(!view.offers(who, &ButtonKind::Park));
            assert!(view.offers(who, &ButtonKind::Stop), "S7");
        }
        it.press(ANA, Press::Pause);
    }
}
