use super::*;
use rekindle_domain::session::script::Mode as M;

#[test]
fn the_scripts_of_the_guide_and_of_the_tests_have_no_mistakes() {
    for script in [check_in(), every_kind()] {
        assert_eq!(script.check(), [], "{}", script.id);
    }
}

#[test]
fn the_check_in_is_written_in_the_house_voice() {
    let text = include_str!("../../../../../guide/en/scripts/weekly-check-in.toml");
    for word in [
        "!",
        "must",
        "should",
        "always",
        "never",
        "great job",
        " AI ",
    ] {
        assert!(!text.contains(word), "{word:?}");
    }
}

#[test]
fn g2_3_the_check_in_can_be_full_short_or_alone_and_in_every_mode() {
    let script = check_in();
    for (form, minutes) in [("full", 20..=30), ("short", 8..=12), ("solo", 5..=12)] {
        assert!(
            minutes.contains(&script.form(form).unwrap().minutes),
            "{form}"
        );
    }
    assert_eq!(script.modes, [M::Live, M::OnePhone, M::Apart]);
}

#[test]
fn each_ones_turn_goes_through_a_whole_part_before_the_others() {
    let script = every_kind();
    let plan = script.plan(script.form("full").unwrap(), BEN, false);
    let way: Vec<_> = plan
        .iter()
        .filter(|leg| leg.step.starts_with("concern") || leg.step == "second")
        .map(|leg| (leg.step.as_str(), leg.speaker.unwrap()))
        .collect();
    assert_eq!(
        way,
        [
            ("concern", BEN),
            ("concern-say", BEN),
            ("concern-back", BEN),
            ("concern-then", BEN),
            ("concern", ANA),
            ("concern-say", ANA),
            ("concern-back", ANA),
            ("concern-then", ANA),
            ("second", ANA),
        ]
    );
}

#[test]
fn every_mistake_of_an_author_is_found_where_it_is() {
    let good = include_str!("every_kind.toml");
    for (from, to, at, what) in [
        ("usual = 20", "usual = 2", "minutes", "`least` must be"),
        (
            "minutes = 20\n",
            "minutes = 3\n",
            "form full",
            "its timed steps take",
        ),
        ("id = \"gate\"", "id = \"Gate\"", "step Gate", "not an id"),
        ("id = \"gate\"", "id = \"read\"", "step read", "two steps"),
        ("part = \"One\"\n", "", "step", "names no part"),
        ("seconds = 120", "seconds = 1", "step turn", "1 seconds"),
        (
            "{ short = 60 }",
            "{ tiny = 60 }",
            "step turn",
            "no form `tiny`",
        ),
        (
            "say_shared = \"{speaker}, tell {listener}.\"",
            "",
            "step turn",
            "nothing to say (OnePhone",
        ),
        (
            "{speaker}, tell {listener}.",
            "Tell {you}.",
            "step turn",
            "may be either",
        ),
        ("Read this.", "Read this, {reader}.", "step read", "nobody"),
        (
            "Read this.",
            "Read this, {speaker}.",
            "step read",
            "without a speaker",
        ),
        ("say = \"Keep it?\"", "say = \"\"", "step keep", "is empty"),
        (
            "form = \"short\"",
            "form = \"solo\"",
            "step length",
            "cannot go on in form `solo`",
        ),
        (
            "ask = \"About what?\"",
            "",
            "step concern-then",
            "one of `park` and `ask`",
        ),
        (
            "chooser = \"speaker\"",
            "chooser = \"each\"",
            "step concern",
            "leads somewhere",
        ),
        (
            "pace = { in = 4, out = 6 }",
            "pace = { in = 0, out = 6 }",
            "step hold",
            "no time",
        ),
        (
            "[[step]]\n",
            "[[prepare]]\nid = \"step\"\nask = \"What?\"\n\n[[step]]\n",
            "prepare step",
            "a button of this name",
        ),
        (
            "kind = \"closing\"",
            "kind = \"read\"",
            "form full",
            "does not end",
        ),
        (
            "forms = [\"full\", \"short\", \"solo\"]\nsay = \"Close.\"",
            "say = \"Close.\"",
            "form solo",
            "does not end",
        ),
    ] {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good, "{from}");
        let found = Script::parse("x", &text).unwrap().check();
        assert!(
            found
                .iter()
                .any(|mistake| mistake.at == at && mistake.what.contains(what)),
            "{from} -> {to}: {found:#?}"
        );
        assert!(found.iter().all(|mistake| !mistake.fix.is_empty()));
    }
    let long = good.replace("Read this.", &"a".repeat(91));
    assert_eq!(Script::parse("x", &long).unwrap().check().len(), 1);
}

#[test]
fn what_does_not_parse_names_the_key_and_the_step() {
    let good = include_str!("every_kind.toml");
    for (from, to, what) in [
        (
            "say = \"Read this.\"",
            "sey = \"Read this.\"",
            "unknown field `sey`",
        ),
        (
            "kind = \"gate\"",
            "kind = \"gete\"",
            "unknown variant `gete`",
        ),
        (
            "say = \"Read this.\"",
            "seconds = 3",
            "step `read`: `seconds` belongs to turn and timer",
        ),
        (
            "seconds = 180",
            "",
            "step `concern-say`: a timed step needs its length",
        ),
        (
            "title = \"Every",
            "id = \"x\"\ntitle = \"Every",
            "unknown field `id`",
        ),
    ] {
        let error = Script::parse("x", &good.replacen(from, to, 1)).unwrap_err();
        assert!(error.message().contains(what), "{error}");
    }
}
