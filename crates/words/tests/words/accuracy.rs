//! How often the helper is right about sentences that were labelled before the rules were run on them.
//!
//! A sentence is right when `gentle` and `support_first` both are. Each set was committed before the rules met it, so its
//! *first* figure is honest; afterwards its failures were read and the rules mended in general, so what the tests hold
//! today says only that nothing has got worse.
//!
//! | set | sentences | first figure: right, false alarms on gentle ones |
//! |---|---|---|
//! | `third.toml` | 256 | 233 (91 %), 12 of 132 (9 %): the rules as they were before they were put together anew |
//! | `fourth.toml` | 252 | 215 (85 %), 13 of 128 (10 %): the rules put together anew |
//! | `fifth.toml` | 227 | 195 (86 %), 9 of 115 (8 %): after the failures of the fourth were mended in general |
//! | `sixth.toml` | 300 | 260 (87 %), 18 of 170 (11 %; 5 of these are missing support): after the fifth, and private trials |
//! | `seventh.toml` | 250 | 220 (88 %), 9 of 140 (6 %; 1 of these is missing support): after the sixth, and private trials |
//! | `eighth.toml` | 240 | 233 (97 %), 3 of 135 (2 %): after the seventh, and private trials |
//!
//! All of them were written for this project. The sixth, seventh and eighth came from others than the rules, who had not
//! read these. The eighth is of ordinary sentences, the seventh has more that is sly or rare: so the goal of 90 % and
//! fewer than 5 false alarms in 100 is reached for what is usual, and missed by little for the rest. What the eighth
//! showed has not been mended.
//!
//! Thirty-one short sentences (“Calm down.”) stand in more than one set, as they came to more than one writer; they are
//! counted in each.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rekindle_words::{Kind, read};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Labelled {
    sentence: Vec<Sentence>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sentence {
    group: String,
    gentle: bool,
    #[serde(default)]
    support: bool,
    kinds: Vec<Kind>,
    text: String,
}

/// Sentences in all, right ones, gentle ones, false alarms, harsh ones whose kind was named.
#[derive(Default, Debug)]
struct Score {
    all: usize,
    right: usize,
    gentle: usize,
    alarms: usize,
    harsh: usize,
    named: usize,
}

fn score(name: &str, source: &str) -> Score {
    let labelled: Labelled = toml::from_str(source).expect("a labelled set is TOML");
    let mut score = Score::default();
    let mut groups: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for sentence in &labelled.sentence {
        let reading = read(&sentence.text);
        let right = reading.gentle == sentence.gentle && reading.support_first == sentence.support;
        let alarm =
            sentence.gentle && (!reading.gentle || reading.support_first != sentence.support);
        let named = reading
            .findings
            .iter()
            .any(|f| sentence.kinds.contains(&f.kind));
        score.all += 1;
        score.right += usize::from(right);
        score.gentle += usize::from(sentence.gentle);
        score.alarms += usize::from(alarm);
        if !sentence.kinds.is_empty() {
            score.harsh += 1;
            score.named += usize::from(named);
        }
        let group = groups.entry(&sentence.group).or_default();
        *group = (group.0 + usize::from(right), group.1 + 1);
        if !right || (!sentence.kinds.is_empty() && !named) {
            let found: Vec<_> = reading
                .findings
                .iter()
                .map(|f| format!("{:?} “{}”", f.kind, &sentence.text[f.start..f.end]))
                .collect();
            let how = if right { "kind" } else { "WRONG" };
            wrong.push(format!(
                "  {how} [{}] “{}” → {found:?}{}",
                sentence.group,
                sentence.text,
                if reading.support_first {
                    " support"
                } else {
                    ""
                }
            ));
        }
    }
    println!("{name}: {score:?}");
    for (group, (right, all)) in groups {
        println!("  {group}: {right} of {all}");
    }
    println!("{}", wrong.join("\n"));
    score
}

fn promise(score: &Score) {
    assert!(
        score.right * 100 >= score.all * 90,
        "at least 90 in 100 right: {score:?}"
    );
    assert!(
        score.alarms * 100 < score.gentle * 5,
        "fewer than 5 false alarms in 100: {score:?}"
    );
    assert!(
        score.named * 100 >= score.harsh * 85,
        "most harsh ones are called by their kind: {score:?}"
    );
}

/// Every set: its name, how many sentences it has at least, and the sentences.
const SETS: [(&str, usize, &str); 8] = [
    ("labelled", 280, include_str!("../labelled.toml")),
    ("held out", 100, include_str!("../held_out.toml")),
    ("third", 250, include_str!("../third.toml")),
    ("fourth", 250, include_str!("../fourth.toml")),
    ("fifth", 200, include_str!("../fifth.toml")),
    ("sixth", 300, include_str!("../sixth.toml")),
    ("seventh", 250, include_str!("../seventh.toml")),
    ("eighth", 240, include_str!("../eighth.toml")),
];

#[test]
fn every_labelled_set_is_read_rightly_with_few_false_alarms() {
    for (name, at_least, source) in SETS {
        let score = score(name, source);
        assert!(score.all >= at_least, "{name} has lost sentences");
        promise(&score);
    }
}

/// A sentence without its capitals and marks.
fn bare(sentence: &str) -> String {
    let plain = sentence.to_lowercase().replace('\u{2019}', "'");
    let words = plain.split(|c: char| !c.is_alphanumeric() && c != '\'');
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// What the rules are tried on while they are written is no part of what they are judged by.
#[test]
fn no_example_of_a_rule_is_a_sentence_of_a_labelled_set() {
    let mut judged_by = BTreeSet::new();
    for (_, _, source) in SETS {
        let labelled: Labelled = toml::from_str(source).expect("a labelled set is TOML");
        judged_by.extend(
            labelled
                .sentence
                .iter()
                .map(|sentence| bare(&sentence.text)),
        );
    }
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let (mut tried, mut both) = (0, Vec::new());
    for folder in [rules.clone(), rules.join("findings")] {
        for file in fs::read_dir(folder).expect("a folder of rules") {
            let path = file.expect("a file of rules").path();
            if path.extension().is_none_or(|kind| kind != "toml") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("rules are text");
            let file: toml::Table = toml::from_str(&text).expect("rules are TOML");
            let list = file.get("rule").and_then(toml::Value::as_array);
            let examples = list.into_iter().flatten().flat_map(|rule| {
                ["examples", "not"].map(|key| rule.get(key).and_then(toml::Value::as_array))
            });
            for example in examples.flatten().flatten() {
                let example = example.as_str().expect("an example is a sentence");
                tried += 1;
                if judged_by.contains(&bare(example)) {
                    both.push(format!("{}: {example}", path.display()));
                }
            }
        }
    }
    assert!(tried > 300, "{tried} examples were found");
    assert!(both.is_empty(), "{}", both.join("\n"));
}
