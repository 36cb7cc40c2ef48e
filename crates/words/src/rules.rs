//! The rules as data: read once from `rules/`, checked by the tests, never written.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::pattern::{First, Lexicon, Pattern, Set};
use crate::text::{Grammar, Speller, Word};

/// What a finding is called; `rules/findings/` has a file for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Absolute,
    Blame,
    Criticism,
    Contempt,
    Defensive,
    MindReading,
    Threat,
    Command,
    Stonewalling,
    PseudoFeeling,
    RhetoricalQuestion,
    ButEraser,
    Comparison,
    KitchenSinking,
}

/// What a strength is called; all are in `rules/strengths.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strong {
    IStatement,
    Feeling,
    Specific,
    Request,
    Appreciation,
    Ownership,
    WeFrame,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FindingFile {
    kind: Kind,
    weight: u32,
    why: String,
    ask: String,
    frame: String,
    #[serde(default)]
    unless_context: Vec<String>,
    /// So many accusations in one draft are a finding of this kind.
    several: Option<Several>,
    rule: Vec<RuleFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Several {
    pub(crate) kinds: Vec<Kind>,
    pub(crate) at_least: usize,
    pub(crate) words: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    name: String,
    /// For whoever changes the rule.
    #[serde(rename = "because")]
    _because: String,
    #[serde(rename = "match")]
    matches: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    unless_context: Option<Vec<String>>,
    question: Option<bool>,
    #[serde(default)]
    soft: bool,
    #[serde(default)]
    tease: bool,
    #[serde(default)]
    quoted: bool,
    why: Option<String>,
    ask: Option<String>,
    #[serde(default)]
    examples: Vec<String>,
    #[serde(default, rename = "not")]
    counterexamples: Vec<String>,
    gentle: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContextFile {
    #[serde(rename = "why")]
    _why: String,
    near: Near,
    #[serde(rename = "match")]
    matches: Vec<String>,
    /// Holds only for what follows it, and not beyond a “but”.
    #[serde(default)]
    ahead: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Near {
    /// Its own sentence.
    Same,
    /// Its own sentence and the next.
    Sentence,
    /// Its own sentence and those beside it.
    Close,
    Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StrengthFile {
    #[serde(rename = "why")]
    _why: String,
    #[serde(rename = "match")]
    matches: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SafetyFile {
    rule: Vec<RuleFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SpellingFile {
    words: HashMap<String, String>,
    irregular: HashMap<String, String>,
    covered: HashMap<String, String>,
    slips: Slips,
    you_are: YouAre,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Slips {
    targets: String,
    keep: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct YouAre {
    after_ur: String,
    after_your: String,
}

#[derive(Debug)]
pub(crate) struct Rule {
    #[cfg_attr(not(test), expect(dead_code, reason = "what the tests call it by"))]
    pub(crate) name: String,
    pub(crate) unless: Vec<Pattern>,
    pub(crate) unless_context: Vec<usize>,
    pub(crate) question: Option<bool>,
    pub(crate) soft: bool,
    pub(crate) tease: bool,
    pub(crate) quoted: bool,
    #[cfg_attr(not(test), expect(dead_code, reason = "what the tests call it by"))]
    pub(crate) examples: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "what the tests call it by"))]
    pub(crate) counterexamples: Vec<String>,
    pub(crate) does: Does,
}

/// What follows when a rule's pattern is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    Find(Kind, &'static str, &'static str),
    Strengthen(Strong),
    Support { gentle: bool },
    Context(usize),
}

#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) name: String,
    pub(crate) near: Near,
    pub(crate) ahead: bool,
}

#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) speller: Speller,
    pub(crate) rules: Vec<Rule>,
    pub(crate) contexts: Vec<Context>,
    pub(crate) tease: Set,
    pub(crate) but: Vec<Word>,
    pub(crate) several: Option<(Several, &'static str, &'static str)>,
    weights: HashMap<Kind, u32>,
    frames: HashMap<Kind, &'static str>,
    patterns: Vec<(usize, Pattern)>,
    by_word: Vec<Vec<u32>>,
    anywhere: Vec<u32>,
}

impl Rules {
    pub(crate) fn weight(&self, kind: Kind) -> u32 {
        self.weights.get(&kind).copied().unwrap_or(0)
    }

    pub(crate) fn frame(&self, kind: Kind) -> &'static str {
        self.frames.get(&kind).copied().unwrap_or("")
    }

    pub(crate) fn context(&self, name: &str) -> Option<usize> {
        self.contexts
            .iter()
            .position(|context| context.name == name)
    }

    /// The patterns that may begin with this word, each with the number of its rule.
    pub(crate) fn beginning(&self, word: Word) -> impl Iterator<Item = (usize, &Pattern)> {
        let here = usize::try_from(word)
            .ok()
            .and_then(|word| self.by_word.get(word));
        here.into_iter()
            .flatten()
            .chain(&self.anywhere)
            .filter_map(|number| self.patterns.get(usize::try_from(*number).ok()?))
            .map(|(rule, pattern)| (*rule, pattern))
    }
}

/// Every file of `rules/`, by name.
pub(crate) const SOURCES: &[(&str, &str)] = &[
    ("words", include_str!("../rules/words.toml")),
    ("spelling", include_str!("../rules/spelling.toml")),
    ("context", include_str!("../rules/context.toml")),
    ("strengths", include_str!("../rules/strengths.toml")),
    ("safety", include_str!("../rules/safety.toml")),
    ("absolute", include_str!("../rules/findings/absolute.toml")),
    ("blame", include_str!("../rules/findings/blame.toml")),
    (
        "criticism",
        include_str!("../rules/findings/criticism.toml"),
    ),
    ("contempt", include_str!("../rules/findings/contempt.toml")),
    (
        "defensive",
        include_str!("../rules/findings/defensive.toml"),
    ),
    (
        "mind_reading",
        include_str!("../rules/findings/mind_reading.toml"),
    ),
    ("threat", include_str!("../rules/findings/threat.toml")),
    ("command", include_str!("../rules/findings/command.toml")),
    (
        "stonewalling",
        include_str!("../rules/findings/stonewalling.toml"),
    ),
    (
        "pseudo_feeling",
        include_str!("../rules/findings/pseudo_feeling.toml"),
    ),
    (
        "rhetorical_question",
        include_str!("../rules/findings/rhetorical_question.toml"),
    ),
    (
        "but_eraser",
        include_str!("../rules/findings/but_eraser.toml"),
    ),
    (
        "comparison",
        include_str!("../rules/findings/comparison.toml"),
    ),
    (
        "kitchen_sinking",
        include_str!("../rules/findings/kitchen_sinking.toml"),
    ),
];

/// How many of them come before the findings.
const SHARED: usize = 5;

fn source(name: &str) -> &'static str {
    SOURCES
        .iter()
        .find(|(known, _)| *known == name)
        .map_or("", |(_, source)| source)
}

static RULES: LazyLock<Rules> = LazyLock::new(|| match load() {
    Ok(rules) => rules,
    Err(mistakes) => unreachable!("the built-in rules are read by every test: {mistakes:?}"),
});

pub(crate) fn rules() -> &'static Rules {
    &RULES
}

fn parse<T: serde::de::DeserializeOwned>(
    name: &str,
    source: &str,
    mistakes: &mut Vec<String>,
) -> Option<T> {
    toml::from_str(source)
        .map_err(|error| mistakes.push(format!("{name}: {error}")))
        .ok()
}

/// Lives as long as the program, as the rules do.
fn keep(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// Reads everything, and reports every mistake at once.
pub(crate) fn load() -> Result<Rules, Vec<String>> {
    let mut mistakes = Vec::new();
    let lists: Option<HashMap<String, String>> = parse("words", source("words"), &mut mistakes);
    let spelling: Option<SpellingFile> = parse("spelling", source("spelling"), &mut mistakes);
    let (Some(lists), Some(spelling)) = (lists, spelling) else {
        return Err(mistakes);
    };
    let mut lexicon = Lexicon::default();
    spell(&mut lexicon, &spelling);
    for (name, entries) in &lists {
        let set = lexicon.list(entries);
        lexicon.lists.insert(name.clone(), set);
    }
    let mut loader = Loader {
        lexicon,
        rules: Vec::new(),
        patterns: Vec::new(),
        contexts: Vec::new(),
        mistakes,
    };
    let (weights, frames, several) = loader.everything();
    let Loader {
        mut lexicon,
        rules,
        patterns,
        contexts,
        mistakes,
    } = loader;
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    grammar(&mut lexicon, &spelling);
    let mut by_word = vec![Vec::new(); lexicon.speller.numbers.len() + 1];
    let mut anywhere = Vec::new();
    for (number, (_, pattern)) in (0..).zip(&patterns) {
        match pattern.first() {
            First::Anything => anywhere.push(number),
            First::Words(words) => {
                for word in words.into_iter().collect::<HashSet<_>>() {
                    by_word[usize::try_from(word).expect("fewer words than memory")].push(number);
                }
            }
        }
    }
    let word_list = |name: &str| lexicon.lists.get(name).cloned().unwrap_or_default();
    Ok(Rules {
        tease: word_list("tease"),
        but: word_list("but_not_i").single_words(),
        speller: lexicon.speller,
        rules,
        contexts,
        several,
        weights,
        frames,
        patterns,
        by_word,
        anywhere,
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
}

fn spell(lexicon: &mut Lexicon, spelling: &SpellingFile) {
    let speller = &mut lexicon.speller;
    for (written, read) in &spelling.words {
        let row = read.split(' ').map(str::to_owned).collect();
        speller.short.insert(written.clone(), row);
    }
    for (verb, past) in &spelling.irregular {
        let past = words(past).map(str::to_owned).collect();
        speller.irregular.insert(verb.clone(), past);
    }
    speller.covered.clone_from(&spelling.covered);
    speller.targets = words(&spelling.slips.targets)
        .map(|word| word.chars().collect())
        .collect();
    speller.keep = words(&spelling.slips.keep).map(str::to_owned).collect();
    for word in words(&spelling.slips.targets) {
        lexicon.row(word);
    }
}

/// Runs last, when every word of every rule has its number.
fn grammar(lexicon: &mut Lexicon, spelling: &SpellingFile) {
    let list = |name: &str| {
        lexicon
            .lists
            .get(name)
            .map(Set::single_words)
            .unwrap_or_default()
    };
    let mut labels = [list("label"), list("contempt_word")].concat();
    labels.sort_unstable();
    let mut grammar = Grammar {
        subordinate: list("subordinate"),
        conjunction: list("conj"),
        filler: list("filler"),
        opener: list("opener"),
        tag: list("tag"),
        labels,
        ..Grammar::default()
    };
    let mut one = |word: &str| lexicon.row(word).first().copied().unwrap_or(0);
    grammar.i = one("i");
    grammar.that = one("that");
    grammar.you = one("you");
    grammar.are = one("are");
    grammar.your = one("your");
    grammar.not = one("not");
    grammar.ur = one("ur");
    let after = |lexicon: &mut Lexicon, text: &str| lexicon.list(text).single_words();
    lexicon.speller.after_ur = after(lexicon, &spelling.you_are.after_ur);
    lexicon.speller.after_your = after(lexicon, &spelling.you_are.after_your);
    lexicon.speller.grammar = grammar;
}

type Told = (
    HashMap<Kind, u32>,
    HashMap<Kind, &'static str>,
    Option<(Several, &'static str, &'static str)>,
);

struct Loader {
    lexicon: Lexicon,
    rules: Vec<Rule>,
    patterns: Vec<(usize, Pattern)>,
    contexts: Vec<Context>,
    mistakes: Vec<String>,
}

impl Loader {
    fn everything(&mut self) -> Told {
        let contexts: HashMap<String, ContextFile> =
            parse("context", source("context"), &mut self.mistakes).unwrap_or_default();
        for (name, file) in contexts {
            let does = Does::Context(self.contexts.len());
            self.contexts.push(Context {
                name: name.clone(),
                near: file.near,
                ahead: file.ahead,
            });
            self.plain(name, &file.matches, does);
        }
        let strengths: HashMap<Strong, StrengthFile> =
            parse("strengths", source("strengths"), &mut self.mistakes).unwrap_or_default();
        for (kind, file) in strengths {
            self.plain(format!("{kind:?}"), &file.matches, Does::Strengthen(kind));
        }
        let safety: Option<SafetyFile> = parse("safety", source("safety"), &mut self.mistakes);
        for rule in safety.into_iter().flat_map(|file| file.rule) {
            let gentle = rule.gentle.unwrap_or(true);
            self.rule("safety", rule, &[], Does::Support { gentle });
        }
        let (mut weights, mut frames, mut several) = (HashMap::new(), HashMap::new(), None);
        for (name, source) in &SOURCES[SHARED..] {
            let Some(file) = parse::<FindingFile>(name, source, &mut self.mistakes) else {
                continue;
            };
            let (why, ask) = (keep(file.why), keep(file.ask));
            weights.insert(file.kind, file.weight);
            frames.insert(file.kind, keep(file.frame));
            if let Some(found) = file.several {
                several = Some((found, why, ask));
            }
            for mut rule in file.rule {
                let why = rule.why.take().map_or(why, keep);
                let ask = rule.ask.take().map_or(ask, keep);
                self.rule(
                    name,
                    rule,
                    &file.unless_context,
                    Does::Find(file.kind, why, ask),
                );
            }
        }
        (weights, frames, several)
    }

    fn plain(&mut self, name: String, matches: &[String], does: Does) {
        self.patterns(&name, matches);
        self.rules.push(Rule {
            name,
            unless: Vec::new(),
            unless_context: Vec::new(),
            question: None,
            soft: false,
            tease: false,
            quoted: false,
            examples: Vec::new(),
            counterexamples: Vec::new(),
            does,
        });
    }

    fn rule(&mut self, file: &str, rule: RuleFile, contexts: &[String], does: Does) {
        let name = format!("{file}: {}", rule.name);
        self.patterns(&name, &rule.matches);
        let unless = rule
            .unless
            .iter()
            .filter_map(|source| self.pattern(&name, source))
            .collect();
        let contexts = rule.unless_context.as_deref().unwrap_or(contexts);
        let mut unless_context = Vec::new();
        for context in contexts {
            match self
                .contexts
                .iter()
                .position(|known| known.name == *context)
            {
                Some(number) => unless_context.push(number),
                None => self
                    .mistakes
                    .push(format!("{name}: no context called `{context}`")),
            }
        }
        self.rules.push(Rule {
            name,
            unless,
            unless_context,
            question: rule.question,
            soft: rule.soft,
            tease: rule.tease,
            quoted: rule.quoted,
            examples: rule.examples,
            counterexamples: rule.counterexamples,
            does,
        });
    }

    fn patterns(&mut self, name: &str, sources: &[String]) {
        let rule = self.rules.len();
        for source in sources {
            if let Some(pattern) = self.pattern(name, source) {
                self.patterns.push((rule, pattern));
            }
        }
    }

    fn pattern(&mut self, name: &str, source: &str) -> Option<Pattern> {
        self.lexicon
            .pattern(source)
            .map_err(|mistake| self.mistakes.push(format!("{name}: “{source}”: {mistake}")))
            .ok()
    }
}
