//! What holds for any draft.

use proptest::prelude::*;
use rekindle_words::{Kind, Strong, read};

fn holds(draft: &str) {
    let reading = read(draft);
    for (start, end) in reading
        .findings
        .iter()
        .map(|f| (f.start, f.end))
        .chain(reading.strengths.iter().map(|s| (s.start, s.end)))
    {
        assert!(start < end, "{start}..{end} in {draft:?}");
        assert!(
            draft.get(start..end).is_some(),
            "{start}..{end} in {draft:?}"
        );
    }
    assert!(
        reading.findings.is_sorted_by_key(|f| f.start)
            && reading.strengths.is_sorted_by_key(|s| s.start),
        "in the order of the text: {draft:?}"
    );
    let shown = reading.shown();
    assert!(shown.len() <= 2);
    assert_eq!(shown.is_empty(), reading.findings.is_empty());
    if reading.support_first {
        assert!(reading.findings.is_empty() && reading.frame.is_empty());
    } else {
        assert_eq!(reading.gentle, reading.findings.is_empty());
    }
    assert_eq!(reading, read(draft), "the same draft is read the same way");
}

proptest! {
    #[test]
    fn any_text_is_read_and_pointed_at_by_whole_characters(draft in "\\PC{0,200}") {
        holds(&draft);
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        holds(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn words_the_rules_know_are_read_in_any_order(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..60),
        gap in prop::sample::select(&[" ", ", ", ". ", "? ", " \"", "” ", "\n", "’", "…", "  "][..]),
    ) {
        holds(&words.join(gap));
    }
}

const WORDS: &[&str] = &[
    "you",
    "You’re",
    "never",
    "ALWAYS",
    "but",
    "I",
    "feel",
    "that",
    "sorry",
    "u",
    "ur",
    "f***",
    "don’t",
    "İ",
    "ß",
    "👏",
    "🙄",
    "❤️",
    "when",
    "if",
    "what",
    "is",
    "wrong",
    "with",
    "why",
    "can't",
    "“busy”",
    "my",
    "ex",
    "would",
    "or",
    "else",
    "fine",
    "K",
    "whatever",
    "selfish",
    "neverrrrr",
    "e\u{301}",
    "\u{200d}",
    "…",
    "'s",
    "/s",
    "24/7",
    "*",
    "@",
    "$$",
    "?",
    "\"",
    "kill",
    "hit",
    "me",
    "again",
    "love",
    "the",
    "your",
    "fault",
    "are",
    "not",
    "and",
];

#[test]
fn nothing_and_almost_nothing_are_gentle() {
    for draft in [
        "", " ", "\n\n", "…", "?!", "\u{0}", "’", "\"", "❤️", "👍🏽", "*", "1", "\u{feff}",
    ] {
        holds(draft);
        assert!(read(draft).gentle, "{draft:?}");
    }
}

#[test]
fn a_draft_as_long_as_a_book_is_read() {
    let gentle = "I felt lonely on Tuesday, and I would like to talk with you. ".repeat(4_000);
    assert!(read(&gentle).gentle);
    let harsh = format!("{gentle}You are so selfish. {gentle}");
    let reading = read(&harsh);
    assert_eq!(reading.findings.len(), 1);
    assert_eq!(
        &harsh[reading.findings[0].start..reading.findings[0].end],
        "You are so selfish"
    );
    holds(&"you ".repeat(50_000));
    holds(&"never ever you always ".repeat(10_000));
    holds(&"x".repeat(300_000));
}

#[test]
fn findings_point_at_the_words_themselves() {
    for (draft, kind, words) in [
        (
            "Ünd 🙂 so: you’re always late.",
            Kind::Absolute,
            "you’re always late",
        ),
        (
            "Tja… “hm”. You’re so selfish 🙃",
            Kind::Criticism,
            "You’re so selfish",
        ),
        (
            "My dear, I feel ignored.",
            Kind::PseudoFeeling,
            "I feel ignored",
        ),
        ("Do it, or else!", Kind::Threat, "or else"),
    ] {
        let found = read(draft).findings;
        let pointed: Vec<_> = found
            .iter()
            .filter(|f| f.kind == kind)
            .map(|f| &draft[f.start..f.end])
            .collect();
        assert_eq!(pointed, [words], "{draft}");
    }
}

#[test]
fn at_most_two_things_are_shown_and_the_heaviest_first() {
    let reading =
        read("You never help, you selfish pig. Fix it or else. My ex would have helped. Whatever.");
    assert!(reading.findings.len() > 2);
    let shown: Vec<_> = reading.shown().iter().map(|f| f.kind).collect();
    assert_eq!(shown.len(), 2);
    assert!(
        shown.contains(&Kind::Contempt) && shown.contains(&Kind::Threat),
        "{shown:?}"
    );
}

#[test]
fn danger_brings_support_and_no_advice_on_style() {
    for draft in [
        "You hit me and you're a selfish pig.",
        "I'm scared of you. You never listen.",
        "You always take my phone and I'm not allowed to see anyone, idiot",
        "I want to die and you don't care",
    ] {
        let reading = read(draft);
        assert!(reading.support_first, "{draft}");
        assert!(
            reading.findings.is_empty() && reading.frame.is_empty(),
            "{draft}"
        );
    }
}

#[test]
fn a_serious_matter_said_plainly_stays_as_it_is() {
    for draft in [
        "I have decided to live apart for a while. I will sleep at my sister's from Friday.",
        "I want a divorce. I have thought about it for a year, and I am sure.",
        "I found the letters. I am furious and I need the truth tonight.",
        "I won't have sex when I don't want to. That will not change.",
        "I don't trust you at the moment.",
    ] {
        let reading = read(draft);
        assert!(
            reading.gentle && !reading.support_first,
            "{draft}: {:?}",
            reading.findings
        );
    }
}

#[test]
fn the_sentences_that_were_promised_are_left_alone() {
    for (what, drafts) in [
        (
            "named when the helper was promised",
            &[
                "I'm shy to say this, but I miss us.",
                "I was hurt when the dinner was cancelled. Could we talk, so that I understand?",
                "I was hurt when you left the party without me. Could we talk, so that I understand?",
                "What I hear is that you felt alone at the party. Is that right?",
                "It sounds like you were worried about the money. Is that right?",
                "So you felt that I never listen to you. Is that right?",
            ][..],
        ),
        (
            "logistics",
            &[
                "Can you pick Tom up at four? You have the car.",
                "You need to be at the dentist at nine, the letter is on the fridge.",
                "Don't forget the bins, I'm home late.",
            ],
        ),
        (
            "thanks and praise",
            &[
                "Thank you for doing the dishes when I fell asleep.",
                "Thanks for always making the coffee, I notice it every morning.",
                "You never fail to make me laugh.",
                "You always know what to say when I'm low, and I'm grateful for it.",
            ],
        ),
        (
            "teasing",
            &[
                "You are such a dork, I love you.",
                "You stole the blanket again, you thief 😘",
                "Who ate my chocolate, you monster? 😂❤️",
            ],
        ),
        (
            "a no of one's own",
            &[
                "I don't want to have sex tonight.",
                "No, I won't lend him money again.",
                "I can't talk about this today. I'd like to tomorrow after supper.",
            ],
        ),
        (
            "real questions",
            &[
                "What was hard for you this week?",
                "Why did you leave early on Sunday? I'd like to understand.",
                "Did I say something that hurt you?",
            ],
        ),
    ] {
        for draft in drafts {
            let reading = read(draft);
            assert!(
                reading.findings.is_empty() && !reading.support_first,
                "{what}: “{draft}” {:?}",
                reading.findings
            );
        }
    }
}

#[test]
fn every_kind_of_finding_and_of_strength_is_known() {
    for (draft, kind) in [
        ("You never help.", Kind::Absolute),
        ("It's your fault we're late.", Kind::Blame),
        ("You're so selfish.", Kind::Criticism),
        ("You're pathetic.", Kind::Contempt),
        ("It's not my fault, you started it.", Kind::Defensive),
        ("You only said that to hurt me.", Kind::MindReading),
        ("Do that again and I'm leaving.", Kind::Threat),
        ("Stop being so sensitive.", Kind::Command),
        ("Whatever.", Kind::Stonewalling),
        ("I feel that you don't respect me.", Kind::PseudoFeeling),
        ("I feel like you don't love me.", Kind::PseudoFeeling),
        ("Would it kill you to call?", Kind::RhetoricalQuestion),
        ("I love you but you never listen.", Kind::ButEraser),
        ("My ex would have understood.", Kind::Comparison),
        ("And another thing, you were late.", Kind::KitchenSinking),
    ] {
        let found = read(draft).findings;
        assert!(found.iter().any(|f| f.kind == kind), "{draft}: {found:?}");
    }
    let draft = "I felt lonely on Tuesday. Thank you for asking. I was short with you, and I'm sorry. Could we talk?";
    let reading = read(draft);
    assert!(reading.gentle, "{:?}", reading.findings);
    for kind in [
        Strong::IStatement,
        Strong::Feeling,
        Strong::Specific,
        Strong::Request,
        Strong::Appreciation,
        Strong::Ownership,
        Strong::WeFrame,
    ] {
        assert!(
            reading.strengths.iter().any(|s| s.kind == kind),
            "{kind:?}: {:?}",
            reading.strengths
        );
    }
}

/// A clause that hurts is seen wherever it stands, and the plain sentences around it are left alone.
#[test]
fn one_harsh_clause_is_seen_in_a_long_and_friendly_text() {
    let before = "Morning. The plumber comes at ten and the form is on the table. Could you pick up bread on your way home? ";
    let after =
        " The kids have swimming at four, I can drive them. Shall we look at the calendar tonight?";
    assert!(read(&format!("{before}{after}")).gentle);
    for harsh in [
        "You never look up when I come in.",
        "You're such a hypocrite.",
        "I'm not discussing this any more.",
        "I did nothing wrong.",
        "What's wrong with you?",
        "Just do as I say.",
        "Every single time we visit my parents you sulk.",
    ] {
        let draft = format!("{before}{harsh}{after}");
        let found = read(&draft).findings;
        assert!(!found.is_empty(), "{draft}");
        for f in found {
            assert!(
                f.start >= before.len() && f.end <= before.len() + harsh.len(),
                "{draft}: {f:?}"
            );
        }
    }
}

/// Negation, a time to come back and a gap between words reach as far as their clause, and no further.
#[test]
fn what_excuses_a_word_has_to_stand_near_it() {
    for (gentle, harsh) in [
        (
            "I didn't mean that you always forget.",
            "I didn't mean it like that, you always forget.",
        ),
        (
            "I don't want to talk about it now. Can we try tomorrow?",
            "I don't want to talk about it. The plumber comes at ten. Tomorrow is bin day.",
        ),
        (
            "You let me choose, and down the hill we went.",
            "You let the whole family down.",
        ),
    ] {
        assert!(read(gentle).gentle, "{gentle}: {:?}", read(gentle).findings);
        assert!(!read(harsh).gentle, "{harsh}");
    }
}

#[test]
fn quotations_play_and_typing_are_understood() {
    for (draft, gentle) in [
        ("My boss said \"you are so lazy\" and I laughed.", true),
        ("You are such an idiot, my darling ❤️", true),
        ("You are such an idiot.", false),
        ("ur so lazy", false),
        ("YOU NEVR LISTEN", false),
        ("You’re “working” again.", false),
    ] {
        let reading = read(draft);
        assert_eq!(reading.gentle, gentle, "{draft}: {:?}", reading.findings);
    }
}
