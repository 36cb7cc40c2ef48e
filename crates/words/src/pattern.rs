//! Patterns as rows of words, and whether one begins at a word of a text. The notation is explained in
//! `rules/README.md`.

use std::collections::HashMap;

use crate::text::{Speller, Text, Word};

#[derive(Debug)]
pub(crate) struct Pattern {
    /// An exception that has to begin before the match and reach into it.
    pub(crate) leads: bool,
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    set: Set,
    times: Times,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Times {
    Once,
    Maybe,
    Several,
    Not,
    /// Up to so many words of any kind, in the same sentence.
    Gap(usize),
    /// The same, in the same clause.
    Within(usize),
}

#[derive(Debug, Default, Clone)]
pub(crate) struct Set {
    any: bool,
    /// Any word that ends in “-ing”.
    ing: bool,
    words: Vec<Word>,
    rows: HashMap<Word, Vec<Vec<Word>>>,
    anchors: Vec<Anchor>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Anchor {
    MainStart,
    SentenceStart,
    TextStart,
    ClauseEnd,
    SentenceEnd,
    TextEnd,
    Question,
    Quote,
}

/// What patterns are written with: words get numbers, lists have names.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    pub(crate) speller: Speller,
    pub(crate) lists: HashMap<String, Set>,
}

impl Lexicon {
    fn intern(&mut self, word: &str) -> Word {
        let next = Word::try_from(self.speller.numbers.len() + 1).expect("fewer words than 2^32");
        *self.speller.numbers.entry(word.to_owned()).or_insert(next)
    }

    /// An entry, and if a word of it ends in `~` one more for each of its forms.
    fn forms(&mut self, entry: &str) -> Vec<Vec<Word>> {
        let Some(end) = entry.find('~') else {
            return vec![self.row(entry)];
        };
        let start = entry[..end].rfind([' ', '_']).map_or(0, |gap| gap + 1);
        let (before, after) = (&entry[..start], &entry[end + 1..]);
        self.speller
            .forms(&entry[start..end])
            .iter()
            .map(|form| self.row(&format!("{before}{form}{after}")))
            .collect()
    }

    /// The numbers of an entry of one or more words, short forms opened as in a draft.
    pub(crate) fn row(&mut self, entry: &str) -> Vec<Word> {
        let mut words: Vec<String> = Vec::new();
        for word in entry.split([' ', '_']).filter(|w| !w.is_empty()) {
            self.speller.open(word, |w| words.push(w.to_owned()));
        }
        words.iter().map(|w| self.intern(w)).collect()
    }

    /// A list as it stands in `words.toml`: entries between commas or new lines.
    pub(crate) fn list(&mut self, entries: &str) -> Set {
        let mut set = Set::default();
        for entry in entries.split([',', '\n']) {
            for row in self.forms(entry.trim()) {
                set.add(row);
            }
        }
        set.finish();
        set
    }

    fn set(&mut self, source: &str) -> Result<Set, String> {
        let mut set = Set::default();
        for choice in source.split('|') {
            let anchor = match choice {
                "^" => Some(Anchor::MainStart),
                "^^" => Some(Anchor::SentenceStart),
                "^^^" => Some(Anchor::TextStart),
                "$" => Some(Anchor::ClauseEnd),
                "$$" => Some(Anchor::SentenceEnd),
                "$$$" => Some(Anchor::TextEnd),
                "?" => Some(Anchor::Question),
                "\"" => Some(Anchor::Quote),
                _ => None,
            };
            if let Some(anchor) = anchor {
                set.anchors.push(anchor);
            } else if choice == "_" {
                set.any = true;
            } else if choice == "-ing" {
                set.ing = true;
            } else if let Some(name) = choice.strip_prefix('@') {
                let list = self
                    .lists
                    .get(name)
                    .ok_or_else(|| format!("no list called `@{name}`"))?;
                set.words.extend(&list.words);
                for (first, rows) in &list.rows {
                    set.rows
                        .entry(*first)
                        .or_default()
                        .extend(rows.iter().cloned());
                }
            } else if choice.is_empty() || choice.contains(['^', '$', '?', '!', '*', '@']) {
                return Err(format!("`{choice}` is not understood"));
            } else {
                for row in self.forms(choice) {
                    set.add(row);
                }
            }
        }
        set.finish();
        Ok(set)
    }

    pub(crate) fn pattern(&mut self, source: &str) -> Result<Pattern, String> {
        let (leads, source) = source
            .strip_prefix("< ")
            .map_or((false, source), |rest| (true, rest));
        let mut nodes = Vec::new();
        for part in source.split_whitespace() {
            let gap = part
                .strip_prefix("..")
                .map(|most| (most, Times::Gap as fn(usize) -> Times))
                .or_else(|| {
                    part.strip_prefix("--")
                        .map(|most| (most, Times::Within as _))
                });
            if let Some((most, times)) = gap {
                let most = if most.is_empty() {
                    3
                } else {
                    most.parse()
                        .map_err(|_| format!("`{part}` is not understood"))?
                };
                nodes.push(Node {
                    set: Set::default(),
                    times: times(most),
                });
                continue;
            }
            let (rest, times) = if let Some(rest) = part.strip_prefix('!') {
                (rest, Times::Not)
            } else if let Some(rest) = part.strip_suffix('*') {
                (rest, Times::Several)
            } else if let Some(rest) = part
                .strip_suffix('?')
                .filter(|r| !r.is_empty() && !r.ends_with('|'))
            {
                (rest, Times::Maybe)
            } else {
                (part, Times::Once)
            };
            nodes.push(Node {
                set: self.set(rest)?,
                times,
            });
        }
        if nodes.is_empty() {
            return Err("an empty pattern".to_owned());
        }
        Ok(Pattern { leads, nodes })
    }
}

impl Set {
    fn add(&mut self, row: Vec<Word>) {
        match row.as_slice() {
            [] => {}
            [one] => self.words.push(*one),
            [first, ..] => self.rows.entry(*first).or_default().push(row),
        }
    }

    fn finish(&mut self) {
        self.words.sort_unstable();
        self.words.dedup();
        for rows in self.rows.values_mut() {
            rows.sort_by_key(|row| std::cmp::Reverse(row.len()));
            rows.dedup();
        }
    }

    fn only_anchors(&self) -> bool {
        !self.any && !self.ing && self.words.is_empty() && self.rows.is_empty()
    }

    pub(crate) fn single_words(&self) -> Vec<Word> {
        self.words.clone()
    }

    /// Whether anything in the list stands in these words.
    pub(crate) fn stands_in(&self, words: &[Word]) -> bool {
        (0..words.len()).any(|at| {
            self.words.binary_search(&words[at]).is_ok()
                || self
                    .rows
                    .get(&words[at])
                    .is_some_and(|rows| rows.iter().any(|row| words[at..].starts_with(row)))
        })
    }
}

/// Where the first word of a pattern may be looked up.
pub(crate) enum First {
    Words(Vec<Word>),
    Anything,
}

/// A place in a text: the next word, and where the sentence ends.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    limit: usize,
}

impl Pattern {
    /// The words it can begin with.
    pub(crate) fn first(&self) -> First {
        let mut words = Vec::new();
        for node in &self.nodes {
            match node.times {
                Times::Not => continue,
                Times::Gap(_) | Times::Within(_) => return First::Anything,
                Times::Once | Times::Maybe | Times::Several => {}
            }
            if node.set.any || node.set.ing {
                return First::Anything;
            }
            words.extend(&node.set.words);
            words.extend(node.set.rows.keys());
            if node.times == Times::Once && node.set.anchors.is_empty() {
                return First::Words(words);
            }
        }
        First::Anything
    }

    /// Whether it begins at this word; if so, where it ends (the word after its last).
    pub(crate) fn at(&self, text: &Text, at: usize) -> Option<usize> {
        let sentence = text.tokens.get(at)?.sentence;
        let limit = text.sentences[sentence].end;
        walk(&self.nodes, text, Place { at, limit }).map(|place| place.at)
    }
}

fn walk(nodes: &[Node], text: &Text, place: Place) -> Option<Place> {
    let Some((node, rest)) = nodes.split_first() else {
        return Some(place);
    };
    match node.times {
        Times::Once => one(node, text, place, &mut |place| walk(rest, text, place)),
        Times::Maybe => one(node, text, place, &mut |place| walk(rest, text, place))
            .or_else(|| walk(rest, text, place)),
        Times::Several => several(node, rest, text, place, 4),
        Times::Not => {
            let found = one(node, text, place, &mut Some).is_some();
            if found { None } else { walk(rest, text, place) }
        }
        Times::Gap(most) => (0..=most)
            .map_while(|skip| {
                let at = place.at + skip;
                (at <= place.limit).then_some(Place { at, ..place })
            })
            .find_map(|place| walk(rest, text, place)),
        Times::Within(most) => {
            // The end of the clause may be named, not passed.
            let end = rest.first().is_some_and(|next| next.set.only_anchors());
            (0..=most)
                .map(|skip| place.at + skip)
                .map_while(|at| {
                    (at <= place.limit && within(text, place.at, at, end)).then_some(at)
                })
                .find_map(|at| walk(rest, text, Place { at, ..place }))
        }
    }
}

/// Whether a gap before `from` that ends before `at` stays in one clause.
fn within(text: &Text, from: usize, at: usize, end: bool) -> bool {
    let first = from.saturating_sub(1);
    let last = if end { at.saturating_sub(1) } else { at };
    !text
        .tokens
        .get(first..last)
        .unwrap_or_default()
        .iter()
        .any(|token| token.clause_end)
}

fn several(node: &Node, rest: &[Node], text: &Text, place: Place, left: usize) -> Option<Place> {
    if left > 0
        && let Some(end) = one(node, text, place, &mut |next| {
            if next.at > place.at {
                several(node, rest, text, next, left - 1)
            } else {
                None
            }
        })
    {
        return Some(end);
    }
    walk(rest, text, place)
}

/// Tries each way in which the node fits here, longest first, until the rest fits too.
fn one(
    node: &Node,
    text: &Text,
    place: Place,
    then: &mut dyn FnMut(Place) -> Option<Place>,
) -> Option<Place> {
    let Place { at, limit } = place;
    if at < limit {
        let word = text.tokens[at].word;
        let step = |words: usize| Place {
            at: at + words,
            limit,
        };
        if let Some(rows) = node.set.rows.get(&word) {
            for row in rows {
                let fits = at + row.len() <= limit
                    && row
                        .iter()
                        .zip(&text.tokens[at..])
                        .all(|(w, t)| *w == t.word);
                if fits && let Some(end) = then(step(row.len())) {
                    return Some(end);
                }
            }
        }
        if (node.set.any
            || (node.set.ing && text.tokens[at].ing)
            || (word != 0 && node.set.words.binary_search(&word).is_ok()))
            && let Some(end) = then(step(1))
        {
            return Some(end);
        }
    }
    for anchor in &node.set.anchors {
        if let Some(place) = anchored(*anchor, text, place)
            && let Some(end) = then(place)
        {
            return Some(end);
        }
    }
    None
}

fn anchored(anchor: Anchor, text: &Text, place: Place) -> Option<Place> {
    let Place { at, limit } = place;
    let token = text.tokens.get(at);
    let fits = match anchor {
        Anchor::MainStart => at < limit && token.is_some_and(|t| t.main),
        Anchor::SentenceStart => token.is_some_and(|t| text.sentences[t.sentence].start == at),
        Anchor::TextStart => at == 0,
        Anchor::ClauseEnd => {
            at == limit || at.checked_sub(1).is_some_and(|b| text.tokens[b].clause_end)
        }
        Anchor::SentenceEnd => at == limit,
        Anchor::TextEnd => at == text.tokens.len(),
        Anchor::Question => {
            let near = at.min(limit.saturating_sub(1));
            text.tokens
                .get(near)
                .is_some_and(|t| text.sentences[t.sentence].question)
        }
        Anchor::Quote => at < limit && token.is_some_and(|t| t.opens_quote),
    };
    if !fits {
        return None;
    }
    // Past the end of a sentence the next one may follow.
    let limit = match (anchor, token) {
        (Anchor::SentenceEnd, Some(next)) => text.sentences[next.sentence].end,
        _ => limit,
    };
    Some(Place { at, limit })
}
