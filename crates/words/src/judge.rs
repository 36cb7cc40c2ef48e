//! From patterns found to a reading: what the words around a match make of it, what may be danger, what is play.

use crate::pattern::Pattern;
use crate::rules::{Does, Kind, Near, Rule, Rules, Strong};
use crate::text::{Text, Token};
use crate::{Finding, Reading, Strength};

/// How far from a match, in words, an exception still counts. Drafts without full stops are long sentences.
const REACH: usize = 14;

/// A rule's pattern, found: words `from..to`.
#[derive(Debug, Clone, Copy)]
struct Match {
    rule: usize,
    from: usize,
    to: usize,
}

struct Judge<'a> {
    rules: &'a Rules,
    text: &'a Text,
    /// Per context: where it was found.
    contexts: Vec<Vec<Match>>,
}

struct Found {
    kind: Kind,
    why: &'static str,
    ask: &'static str,
    soft: bool,
    play: bool,
    from: usize,
    to: usize,
}

pub(crate) fn read(rules: &Rules, draft: &str) -> Reading {
    let text = rules.speller.read(draft);
    let mut judge = Judge {
        rules,
        text: &text,
        contexts: rules.contexts.iter().map(|_| Vec::new()).collect(),
    };
    let (mut finds, mut strong, mut support) = (Vec::new(), Vec::new(), Vec::new());
    for found in judge.matches() {
        match rules.rules[found.rule].does {
            Does::Find(..) => finds.push(found),
            Does::Strengthen(kind) => strong.push((kind, found)),
            Does::Support { .. } => support.push(found),
            Does::Context(number) => judge.contexts[number].push(found),
        }
    }
    support.retain(|found| judge.stands(*found));
    if !support.is_empty() {
        return Reading {
            gentle: support
                .iter()
                .all(|found| rules.rules[found.rule].does == Does::Support { gentle: true }),
            findings: Vec::new(),
            strengths: Vec::new(),
            frame: "",
            support_first: true,
        };
    }
    let mut findings = judge.findings(&finds, &strong);
    judge.several(&mut findings);
    let findings = judge.merged(findings);
    let strengths = judge.strengths(&strong, &findings);
    let heaviest = findings
        .iter()
        .max_by_key(|finding| rules.weight(finding.kind));
    let asks = strengths
        .iter()
        .any(|strength| strength.kind == Strong::Request);
    let feels = strengths
        .iter()
        .any(|strength| strength.kind == Strong::Feeling);
    let frame = match heaviest {
        Some(finding) => rules.frame(finding.kind),
        None if feels && !asks => "I’d like … . Could we … ?",
        None => "",
    };
    Reading {
        gentle: findings.is_empty(),
        findings,
        strengths,
        frame,
        support_first: false,
    }
}

impl Judge<'_> {
    fn matches(&self) -> Vec<Match> {
        let mut found = Vec::new();
        for (from, token) in self.text.tokens.iter().enumerate() {
            for (rule, pattern) in self.rules.beginning(token.word) {
                if let Some(to) = pattern.at(self.text, from) {
                    found.push(Match {
                        rule,
                        from,
                        to: to.max(from + 1),
                    });
                }
            }
        }
        found
    }

    fn rule(&self, found: Match) -> &Rule {
        &self.rules.rules[found.rule]
    }

    fn words(&self, found: Match) -> &[Token] {
        &self.text.tokens[found.from..found.to]
    }

    /// Whether nothing around a match speaks against it.
    fn stands(&self, found: Match) -> bool {
        let rule = self.rule(found);
        let sentence = self.text.sentences[self.text.tokens[found.from].sentence];
        if rule
            .question
            .is_some_and(|question| question != sentence.question)
        {
            return false;
        }
        let words = self.words(found);
        let quoted = words.first().is_some_and(|t| t.quoted);
        if quoted && !rule.quoted {
            return false;
        }
        let start = sentence.start.max(found.from.saturating_sub(REACH));
        let end = sentence.end.max(found.to).min(found.to + REACH);
        let excused = |pattern: &Pattern| {
            if pattern.leads {
                return (start..found.from)
                    .any(|at| pattern.at(self.text, at).is_some_and(|to| to > found.from));
            }
            (start..end).any(|at| pattern.at(self.text, at).is_some())
        };
        !rule.unless.iter().any(excused)
            && !rule
                .unless_context
                .iter()
                .any(|context| self.within(*context, found))
    }

    /// Whether a match lies within reach of a context.
    fn within(&self, number: usize, found: Match) -> bool {
        let context = &self.rules.contexts[number];
        let here = self.text.tokens[found.from].sentence;
        self.contexts[number].iter().any(|around| {
            if context.near == Near::Text {
                return true;
            }
            let there = self.text.tokens[around.from].sentence;
            if context.ahead {
                let between = self
                    .text
                    .tokens
                    .get(around.to..found.from)
                    .unwrap_or_default();
                let but = between.iter().any(|t| self.rules.but.contains(&t.word));
                // “I didn’t mean it, you always …”: a “you” that begins anew is not under it.
                let first = &self.text.tokens[found.from];
                let other = first.main
                    && !first.quoted
                    && first.word == self.rules.speller.grammar.you
                    && self
                        .text
                        .tokens
                        .get(around.to - 1..found.from)
                        .is_some_and(|gap| gap.iter().any(|t| t.clause_end));
                return here == there && around.from <= found.from && !but && !other;
            }
            here == there
                || (context.near != Near::Same && here == there + 1)
                || (context.near == Near::Close && here + 1 == there)
        })
    }

    fn findings(&self, finds: &[Match], strong: &[(Strong, Match)]) -> Vec<Found> {
        let affection = self.rules.context("affection");
        let mut findings: Vec<Found> = Vec::new();
        for &found in finds {
            let Does::Find(kind, why, ask) = self.rule(found).does else {
                continue;
            };
            if !self.stands(found) {
                continue;
            }
            let numbers: Vec<_> = self.words(found).iter().map(|t| t.word).collect();
            let rule = self.rule(found);
            findings.push(Found {
                kind,
                why,
                ask,
                soft: rule.soft,
                play: affection.is_some_and(|near| self.within(near, found))
                    && rule.tease
                    && self.rules.tease.stands_in(&numbers),
                from: found.from,
                to: found.to,
            });
        }
        // Play is play only if nothing else hurts.
        if findings.iter().all(|found| found.play) {
            findings.clear();
        }
        // A feeling with a request, or with a part owned, carries a plain fact.
        let has = |kind| strong.iter().any(|(k, _)| *k == kind);
        let carried = has(Strong::Feeling) && (has(Strong::Request) || has(Strong::Ownership));
        if carried && findings.iter().all(|found| found.soft) {
            findings.clear();
        }
        findings
    }

    /// Many accusations in one draft cannot all be answered.
    fn several(&self, findings: &mut Vec<Found>) {
        let Some((several, why, ask)) = &self.rules.several else {
            return;
        };
        let mut places: Vec<(usize, usize)> = findings
            .iter()
            .filter(|found| several.kinds.contains(&found.kind))
            .map(|found| (found.from, found.to))
            .collect();
        places.sort_unstable();
        let (mut count, mut reached) = (0, 0);
        for (from, to) in &places {
            if *from >= reached {
                count += 1;
            }
            reached = reached.max(*to);
        }
        if count >= several.at_least && self.text.tokens.len() >= several.words {
            let from = places.first().map_or(0, |place| place.0);
            findings.push(Found {
                kind: Kind::KitchenSinking,
                why,
                ask,
                soft: false,
                play: false,
                from,
                to: reached,
            });
        }
    }

    /// One finding for overlapping matches of a kind, in the order of the text.
    fn merged(&self, mut findings: Vec<Found>) -> Vec<Finding> {
        findings.sort_by_key(|found| (found.kind, found.from, found.to));
        let mut merged: Vec<Found> = Vec::new();
        for found in findings {
            match merged.last_mut() {
                Some(last) if last.kind == found.kind && found.from < last.to => {
                    last.to = last.to.max(found.to);
                }
                _ => merged.push(found),
            }
        }
        merged.sort_by_key(|found| (found.from, found.to, found.kind));
        merged
            .into_iter()
            .map(|found| {
                let (start, end) = self.bytes(found.from, found.to);
                Finding {
                    kind: found.kind,
                    start,
                    end,
                    why: found.why,
                    ask: found.ask,
                }
            })
            .collect()
    }

    fn strengths(&self, strong: &[(Strong, Match)], findings: &[Finding]) -> Vec<Strength> {
        let mut strengths: Vec<Strength> = strong
            .iter()
            .map(|(kind, found)| {
                let (start, end) = self.bytes(found.from, found.to);
                Strength {
                    kind: *kind,
                    start,
                    end,
                }
            })
            .filter(|s| !findings.iter().any(|f| f.start < s.end && s.start < f.end))
            .collect();
        strengths.sort_by_key(|s| (s.kind, s.start, std::cmp::Reverse(s.end)));
        strengths.dedup_by(|next, last| next.kind == last.kind && next.start < last.end);
        strengths.sort_by_key(|s| (s.start, s.end, s.kind));
        strengths
    }

    fn bytes(&self, from: usize, to: usize) -> (usize, usize) {
        let tokens = &self.text.tokens[from..to];
        let start = tokens.first().map_or(0, |t| t.start);
        let end = tokens.last().map_or(start, |t| t.end);
        (start, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{load, rules};

    #[test]
    fn the_rules_are_read_without_a_mistake() {
        if let Err(mistakes) = load() {
            panic!("{}", mistakes.join("\n"));
        }
    }

    /// Which rules have something to say about a text, by name.
    fn saying(text: &str) -> Vec<String> {
        let read = rules().speller.read(text);
        let mut judge = Judge {
            rules: rules(),
            text: &read,
            contexts: rules().contexts.iter().map(|_| Vec::new()).collect(),
        };
        let all = judge.matches();
        for found in &all {
            if let Does::Context(number) = judge.rule(*found).does {
                judge.contexts[number].push(*found);
            }
        }
        all.iter()
            .filter(|found| judge.stands(**found))
            .map(|found| judge.rule(*found).name.clone())
            .collect()
    }

    #[test]
    fn every_rule_finds_its_examples_and_leaves_the_others() {
        let mut wrong = Vec::new();
        for rule in &rules().rules {
            for example in &rule.examples {
                if !saying(example).contains(&rule.name) {
                    wrong.push(format!("{} misses “{example}”", rule.name));
                }
            }
            for other in &rule.counterexamples {
                if !rule.soft && !rule.tease && saying(other).contains(&rule.name) {
                    wrong.push(format!("{} finds “{other}”", rule.name));
                }
                let reading = read(rules(), other);
                if !reading.gentle || reading.support_first {
                    wrong.push(format!(
                        "“{other}” is gentle, but: {:?}",
                        reading
                            .findings
                            .iter()
                            .map(|f| (f.kind, &other[f.start..f.end]))
                            .collect::<Vec<_>>()
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn rules_are_for_reading_short_lines_examples_and_a_reason_each() {
        let mut wrong = Vec::new();
        for (name, source) in crate::rules::SOURCES {
            for (number, line) in source.lines().enumerate() {
                if line.chars().count() > 150 && !line.starts_with(['w', 'e', 'n', 'a', 'b']) {
                    wrong.push(format!(
                        "{name}:{}: {} letters",
                        number + 1,
                        line.chars().count()
                    ));
                }
            }
        }
        for rule in &rules().rules {
            let told = matches!(rule.does, Does::Find(..) | Does::Support { .. });
            if told && (rule.examples.is_empty() || rule.counterexamples.is_empty()) {
                wrong.push(format!(
                    "{} has no examples or nothing it leaves alone",
                    rule.name
                ));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
