//! Decks, ideas for dates, lessons and rituals: what an author is told, and what the built-in guide holds.

use rekindle_domain::pack::{Energy, Money, Often, Season, Tone};

use super::*;

const CARDS: &str = "en/cards/paths.toml";
const DATES: &str = "en/dates/near.toml";
const SKILL: &str = "en/skills/asking-the-way.toml";
const RITUALS: &str = "en/rituals/daily.toml";

#[test]
fn decks_dates_lessons_and_rituals_of_a_small_pack_are_read() {
    let pack = Pack::read(&small()).unwrap_or_else(|mistakes| panic!("{:#?}", told(&mistakes)));
    let deck = pack.deck("paths").unwrap();
    assert_eq!(
        deck.card("last").unwrap().follow_up.as_deref(),
        Some("And before that?")
    );
    let light: Vec<&str> = deck.up_to(1).map(|card| card.id.as_str()).collect();
    assert_eq!(light, ["last"]);
    assert_eq!(deck.up_to(3).count(), 2);
    assert_eq!(deck.at(3).next().unwrap().id, "next");
    let idea = pack.date("film-of-walking").unwrap();
    assert!(idea.in_season(Season::Winter) && !idea.in_season(Season::Spring));
    assert!(pack.date("kitchen").unwrap().in_season(Season::Spring));
    assert_eq!(pack.date_deck("near").unwrap().ideas.len(), 2);
    let lesson = pack.lesson("asking-the-way").unwrap();
    assert_eq!(lesson.together.script.as_deref(), Some("short-walk"));
    assert_eq!(lesson.sentence("harsh-2").unwrap().tone, Tone::Harsh);
    let ritual = pack.ritual("gate").unwrap();
    assert_eq!(
        format!("When {}, {}.", ritual.when, ritual.then),
        "When one of us leaves, the other comes along to the gate."
    );
}

#[test]
fn each_mistake_in_them_is_told_with_its_file_its_line_and_a_fix() {
    for (file, from, to, mistake) in [
        (
            CARDS,
            "depth = 1\n",
            "deep = 1\ndepth = 1\n",
            "en/cards/paths.toml:13: `deep` is not a key of [[card]] — take it out, or use one of: id, say, then, \
             depth, tags",
        ),
        (
            CARDS,
            "depth = 3",
            "depth = 4",
            "en/cards/paths.toml:19: `depth` is 4 — write a number from 1 to 3",
        ),
        (
            CARDS,
            "id = \"next\"",
            "id = \"last\"",
            "en/cards/paths.toml:17: the id \"last\" stands twice among the [[card]] of this file — give one of them \
             another name",
        ),
        (
            CARDS,
            "source = \"walker-2020\"",
            "source = \"walker-1920\"",
            "en/cards/paths.toml:7: there is no source \"walker-1920\" — write [walker-1920] in sources.toml, or \
             name one that is there",
        ),
        (
            DATES,
            "money = \"little\"",
            "money = \"lots\"",
            "en/dates/near.toml:21: `money` does not know \"lots\" — use one of: none, little, some",
        ),
        (
            DATES,
            "\"winter\"]",
            "\"winters\"]",
            "en/dates/near.toml:23: `season` does not know \"winters\" — use one of: spring, summer, autumn, winter",
        ),
        (
            DATES,
            "talk_over = \"Who walked best?\"\n",
            "",
            "en/dates/near.toml:25: something is watched, and not talked over — write `talk_over = …`, a question \
             for afterwards",
        ),
        (
            DATES,
            "at_home = true\n",
            "",
            "en/dates/near.toml:12: children are asleep, and the two are not at home — write `at_home = true`, or \
             take `children_asleep` out",
        ),
        (
            DATES,
            "id = \"film-of-walking\"",
            "id = \"kitchen\"",
            "en/dates/near.toml:16: the date idea \"kitchen\" stands at en/dates/near.toml:5 already — give one of \
             them another name",
        ),
        (
            SKILL,
            "instead = \"I don’t know where we are.\"\n",
            "",
            "en/skills/asking-the-way.toml:38: a harsh sentence is left as it is — write `instead = …`, one way of \
             many to say it",
        ),
        (
            SKILL,
            "tone = \"good\"\nsay = \"I’m lost.\"",
            "tone = \"harsh\"\ninstead = \"…\"\nsay = \"I’m lost.\"",
            "en/skills/asking-the-way.toml:24: there are 1 sentences with tone = \"good\" — write at least two of \
             each tone",
        ),
        (
            SKILL,
            "practice = \"short-walk\"",
            "practice = \"swim\"",
            "en/skills/asking-the-way.toml:4: there is no practice \"swim\" — write practices/swim.toml, or name one \
             that is there",
        ),
        (
            SKILL,
            "script = \"short-walk\"",
            "script = \"swim\"",
            "en/skills/asking-the-way.toml:22: there is no script \"swim\" — write scripts/swim.toml, or name one \
             that is there",
        ),
        (
            SKILL,
            "\n[[evidence]]\ngrade = \"C\"\nsays = \"Those who ask arrive.\"\nsource = \"walker-2020\"\n",
            "",
            "en/skills/asking-the-way.toml:1: `evidence` has 0 entries — write at least 1",
        ),
        (
            SKILL,
            "say = \"Could you tell me the way?\"",
            "say = \"You must tell me!\"",
            "en/skills/asking-the-way.toml:27: `say` has an exclamation mark — end the sentence calmly",
        ),
        (
            RITUALS,
            "when = \"one of us leaves\"",
            "when = \"one of us leaves.\"",
            "en/rituals/daily.toml:6: `when` ends with a full stop — leave it out: the two halves become one \
             sentence",
        ),
        (
            RITUALS,
            "often = \"daily\"",
            "often = \"hourly\"",
            "en/rituals/daily.toml:10: `often` does not know \"hourly\" — use one of: daily, weekly, monthly, yearly",
        ),
    ] {
        let told = told_after(file, from, to);
        assert_eq!(
            told.first().map(String::as_str),
            Some(mistake),
            "{file}: {from:?} → {to:?}\n{told:#?}"
        );
    }
}

#[test]
fn another_pack_replaces_a_deck_and_adds_a_ritual() {
    let guide = Pack::read(&small()).unwrap();
    let head = "id = \"more\"\ntitle = \"More\"\nlanguages = [\"en\"]\nlicence = \"CC0-1.0\"\n";
    let deck = "title = \"Other paths\"\nwhat = \"…\"\n[[card]]\nid = \"a\"\nsay = \"Where?\"\ndepth = 1\n";
    let ritual = "[[ritual]]\nid = \"bench\"\nname = \"The bench\"\nwhat = \"…\"\nalready = \"…\"\nwhen = \"it rains\"\nthen = \
                  \"we look\"\nleast = \"…\"\ntravel = \"…\"\noften = \"daily\"\nminutes = 5\n";
    let over = [
        ("pack.toml", head),
        ("en/cards/paths.toml", deck),
        ("en/rituals/more.toml", ritual),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()));
    let both = guide.extended(&over).unwrap();
    assert_eq!(both.deck("paths").unwrap().title, "Other paths");
    let ids: Vec<&str> = both.rituals.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["gate", "bench"]);
    assert_eq!(both.dates, guide.dates);
}

#[test]
fn g2_4_a_hundred_curious_cards_and_none_of_the_first_depth_about_sex() {
    let guide = guide();
    let deck = guide.deck("curious").unwrap();
    assert!(deck.cards.len() >= 100, "{}", deck.cards.len());
    for depth in 1..=3 {
        assert!(deck.at(depth).count() >= 25, "depth {depth}");
    }
    for deck in ["curious", "openers"] {
        for card in guide.deck(deck).unwrap().at(1) {
            let text = format!("{} {:?}", card.say, card.follow_up).to_lowercase();
            for word in ["sex", "desire", "naked", "bed", "kiss", "erotic", "orgasm"] {
                let mut words = text.split(|c: char| !c.is_alphabetic());
                assert!(
                    !words.any(|one| one.starts_with(word) && one != "bedtime"),
                    "{}: {word}",
                    card.id
                );
            }
        }
    }
}

#[test]
fn g2_1_there_are_openers_at_three_depths() {
    let guide = guide();
    let deck = guide.deck("openers").unwrap();
    for depth in 1..=3 {
        assert!(deck.at(depth).count() >= 10, "depth {depth}");
    }
}

#[test]
fn the_guide_has_the_decks_that_its_rooms_ask_for() {
    let guide = guide();
    for (deck, least) in [
        ("appreciation", 20),
        ("good-news", 15),
        ("learn-together", 20),
        ("share-and-ask", 15),
        ("film-talk", 10),
        ("off-limits", 10),
    ] {
        assert!(guide.deck(deck).unwrap().cards.len() >= least, "{deck}");
    }
}

#[test]
fn g5_3_a_kind_outsider_has_three_prompts() {
    assert_eq!(guide().deck("kind-outsider").unwrap().cards.len(), 3);
}

/// No couple is left with a handful: every filter alone, and the hard ones together, leave something to choose.
#[test]
fn g5_1_four_decks_of_a_hundred_and_twenty_ideas_with_something_for_every_evening() {
    let guide = guide();
    let decks: Vec<&str> = guide.dates.iter().map(|deck| deck.id.as_str()).collect();
    assert_eq!(decks, ["new", "playful", "meaningful", "restful"]);
    let all: Vec<_> = guide.dates.iter().flat_map(|deck| &deck.ideas).collect();
    assert!(all.len() >= 120, "{}", all.len());
    for deck in &guide.dates {
        let ideas = &deck.ideas;
        assert!(ideas.len() >= 30, "{}", deck.id);
        let count = |keep: &dyn Fn(&rekindle_domain::pack::DateIdea) -> bool| {
            ideas.iter().filter(|idea| keep(idea)).count()
        };
        assert!(
            count(&|idea| idea.minutes.least <= 30) >= 8,
            "{}: short",
            deck.id
        );
        assert!(
            count(&|idea| idea.money == Money::None) >= 10,
            "{}: free",
            deck.id
        );
        assert!(
            count(&|idea| idea.energy == Energy::Low) >= 10,
            "{}: low",
            deck.id
        );
        assert!(
            count(&|idea| idea.children_asleep) >= 10,
            "{}: asleep",
            deck.id
        );
        assert!(count(&|idea| idea.quiet) >= 4, "{}: quiet", deck.id);
        assert!(count(&|idea| idea.apart) >= 4, "{}: apart", deck.id);
        for season in [
            Season::Spring,
            Season::Summer,
            Season::Autumn,
            Season::Winter,
        ] {
            assert!(
                count(&|idea| idea.in_season(season)) >= 20,
                "{}: {season}",
                deck.id
            );
        }
        let tired = count(&|idea| {
            idea.children_asleep
                && idea.money == Money::None
                && idea.energy == Energy::Low
                && idea.minutes.least <= 30
        });
        assert!(
            tired >= 5,
            "{}: a tired evening with children asleep leaves {tired}",
            deck.id
        );
    }
    assert!(
        guide
            .date_deck("new")
            .unwrap()
            .ideas
            .iter()
            .all(|idea| idea.novelty >= 2)
    );
    for idea in all {
        let text = format!("{} {}", idea.title, idea.say).to_lowercase();
        assert!(
            !text.contains("sex"),
            "{}: sex is not the implied ending",
            idea.id
        );
        for word in ["film", "documentary", "episode", "series"] {
            let looks = text
                .split(|c: char| !c.is_alphabetic())
                .any(|one| one == word);
            assert!(
                !looks || idea.watch,
                "{}: {word}, and not marked as watched",
                idea.id
            );
        }
    }
}

#[test]
fn g5_2_rituals_come_from_what_couples_do_already_and_have_a_least_and_a_travel_version() {
    let guide = guide();
    for (often, least) in [
        (Often::Daily, 8),
        (Often::Weekly, 8),
        (Often::Monthly, 4),
        (Often::Yearly, 3),
    ] {
        let many = guide
            .rituals
            .iter()
            .filter(|one| one.often == often)
            .count();
        assert!(many >= least, "{often}: {many}");
    }
    let order: Vec<Often> = guide.rituals.iter().map(|one| one.often).collect();
    assert!(order.is_sorted());
}

#[test]
fn g8_eight_lessons_of_five_minutes_each_with_two_exercises_and_sentences() {
    let guide = guide();
    let ids: Vec<&str> = guide
        .lessons
        .iter()
        .map(|lesson| lesson.id.as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "soft-opening",
            "listening",
            "validating",
            "repair",
            "pausing",
            "asking",
            "saying-no",
            "good-news"
        ]
    );
    for (number, lesson) in (1..).zip(&guide.lessons) {
        assert_eq!(lesson.number, number);
        assert!(
            (4..=5).contains(&lesson.minutes()),
            "{}: {} minutes",
            lesson.id,
            lesson.minutes()
        );
        assert!(lesson.sentences.len() >= 6, "{}", lesson.id);
        assert!(lesson.practice.is_some(), "{}", lesson.id);
        assert!(!lesson.not_when.is_empty(), "{}", lesson.id);
    }
}

/// The pages of a lesson let the wording helper look at what people try; it had better agree with the lesson itself.
#[test]
fn g8_the_wording_helper_agrees_with_every_practice_sentence() {
    for lesson in &guide().lessons {
        for sentence in &lesson.sentences {
            let at = format!("{} {}", lesson.id, sentence.id);
            let said = rekindle_words::read(&sentence.say);
            assert_eq!(said.gentle, sentence.tone == Tone::Good, "{at}: {said:?}");
            assert!(!said.support_first, "{at}");
            if let Some(instead) = &sentence.instead {
                let instead = rekindle_words::read(instead);
                assert!(instead.gentle, "{at}: {instead:?}");
            }
        }
    }
}
