//! A draft as rows of words: lower-cased, short forms opened, slips of the finger mended, each word knowing which bytes
//! of the draft it came from and where clauses, sentences and quotations begin and end.

use std::collections::HashMap;

/// Every word the rules know, by number. 0 is any other word.
pub(crate) type Word = u32;

#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) word: Word,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// First word of a clause that is not a subordinate one.
    pub(crate) main: bool,
    pub(crate) clause_end: bool,
    pub(crate) sentence: usize,
    pub(crate) quoted: bool,
    /// Opens a quotation of at most three words.
    pub(crate) opens_quote: bool,
    /// Ends in “-ing”.
    pub(crate) ing: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Sentence {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) question: bool,
}

#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) tokens: Vec<Token>,
    pub(crate) sentences: Vec<Sentence>,
}

/// How people type, from `rules/spelling.toml`, with the numbers of the words the rules know.
#[derive(Debug, Default)]
pub(crate) struct Speller {
    pub(crate) numbers: HashMap<String, Word>,
    /// What is written, and what it is read as.
    pub(crate) short: HashMap<String, Vec<String>>,
    pub(crate) covered: HashMap<String, String>,
    /// Forms of a verb that are not made by the rule: `break` → `broke`, `broken`.
    pub(crate) irregular: HashMap<String, Vec<String>>,
    pub(crate) targets: Vec<Vec<char>>,
    pub(crate) keep: std::collections::HashSet<String>,
    pub(crate) after_ur: Vec<Word>,
    pub(crate) after_your: Vec<Word>,
    pub(crate) grammar: Grammar,
}

/// The little grammar that finding clauses needs.
#[derive(Debug, Default)]
pub(crate) struct Grammar {
    pub(crate) subordinate: Vec<Word>,
    pub(crate) conjunction: Vec<Word>,
    pub(crate) filler: Vec<Word>,
    pub(crate) opener: Vec<Word>,
    pub(crate) i: Word,
    pub(crate) that: Word,
    pub(crate) you: Word,
    pub(crate) are: Word,
    pub(crate) your: Word,
    pub(crate) not: Word,
    /// Verbs that begin “…, didn’t you?”.
    pub(crate) tag: Vec<Word>,
    pub(crate) ur: Word,
    /// Words that may follow “your”, at the end of a clause, when “you’re” is meant: “your lazy”.
    pub(crate) labels: Vec<Word>,
}

/// Words whose `'s` is “is”; after any other it belongs to somebody.
const IS_FOLLOWS: &[&str] = &[
    "it",
    "that",
    "what",
    "who",
    "he",
    "she",
    "there",
    "here",
    "how",
    "where",
    "when",
    "why",
    "this",
    "everything",
    "nothing",
];

impl Speller {
    pub(crate) fn number(&self, word: &str) -> Word {
        self.numbers.get(word).copied().unwrap_or(0)
    }

    /// A verb, with -s, -ing and its past.
    pub(crate) fn forms(&self, verb: &str) -> Vec<String> {
        let mut forms = vec![verb.to_owned()];
        let stem = verb.strip_suffix('e').unwrap_or(verb);
        let last = verb.chars().last().unwrap_or(' ');
        let vowel = |c: char| "aeiou".contains(c);
        let before: Vec<char> = verb.chars().rev().skip(1).take(2).collect();
        let doubled = !vowel(last)
            && !matches!(last, 'w' | 'x' | 'y')
            && before.first().copied().is_some_and(vowel)
            && !before.get(1).copied().is_some_and(vowel);
        let (third, ing) = match last {
            's' | 'x' | 'z' | 'h' if !verb.ends_with("gh") => {
                (format!("{verb}es"), format!("{verb}ing"))
            }
            'y' if !before.first().copied().is_some_and(vowel) => (
                format!("{}ies", &verb[..verb.len() - 1]),
                format!("{verb}ing"),
            ),
            'e' if !verb.ends_with("ee") => {
                let ing = verb
                    .strip_suffix("ie")
                    .map_or(format!("{stem}ing"), |s| format!("{s}ying"));
                (format!("{verb}s"), ing)
            }
            _ if doubled => (format!("{verb}s"), format!("{verb}{last}ing")),
            _ => (format!("{verb}s"), format!("{verb}ing")),
        };
        match self.irregular.get(verb) {
            Some(past) => forms.extend(past.iter().cloned()),
            None if last == 'e' => forms.push(format!("{verb}d")),
            None if third.ends_with("ies") => forms.push(format!("{}ied", &verb[..verb.len() - 1])),
            None if doubled => forms.push(format!("{verb}{last}ed")),
            None => forms.push(format!("{verb}ed")),
        }
        // Both spellings, for the few verbs whose last letter is not doubled: `visited`, `travelled`.
        if doubled {
            forms.extend([format!("{verb}ing"), format!("{verb}ed")]);
        }
        forms.extend([third, ing]);
        forms
    }

    /// Opens short forms: `don't` → `do not`, `u` → `you`. Takes lower-case words with straight apostrophes.
    pub(crate) fn open<'a>(&'a self, word: &'a str, mut give: impl FnMut(&'a str)) {
        if let Some(full) = self.short.get(word) {
            full.iter().for_each(|w| give(w));
            return;
        }
        for (ending, full) in [
            ("n't", "not"),
            ("'re", "are"),
            ("'ve", "have"),
            ("'ll", "will"),
            ("'d", "would"),
            ("'m", "am"),
        ] {
            if let Some(stem) = word.strip_suffix(ending).filter(|stem| !stem.is_empty()) {
                give(self.short.get(stem).map_or(stem, |f| f[0].as_str()));
                give(full);
                return;
            }
        }
        if let Some(stem) = word.strip_suffix("'s").filter(|stem| !stem.is_empty()) {
            give(stem);
            give(if IS_FOLLOWS.contains(&stem) {
                "is"
            } else {
                "'s"
            });
            return;
        }
        give(word);
    }

    /// Mends a word nobody knows: letters held down, letters covered, one slip of the finger.
    fn mend(&self, word: &str) -> Option<String> {
        if let Some(full) = self.covered.get(word) {
            return Some(full.clone());
        }
        let letters: Vec<char> = word.chars().collect();
        if letters.len() > 40 {
            return None;
        }
        if letters.windows(3).any(|w| w[0] == w[1] && w[1] == w[2]) {
            for most in [1, 2] {
                let short = squeeze(&letters, most);
                if self.numbers.contains_key(&short) || self.short.contains_key(&short) {
                    return Some(short);
                }
            }
            return Some(squeeze(&letters, 1));
        }
        if letters.len() < 4
            || self.keep.contains(word)
            || !letters.iter().all(|c| c.is_alphabetic())
        {
            return None;
        }
        self.targets
            .iter()
            .find(|target| one_slip(&letters, target))
            .map(|target| target.iter().collect())
    }

    pub(crate) fn read(&self, draft: &str) -> Text {
        let mut text = Scan::new(self, draft).run();
        self.your_or_you_are(&mut text);
        self.clauses(&mut text);
        text
    }

    /// `ur so lazy`, `your always late`: read as “you are”.
    fn your_or_you_are(&self, text: &mut Text) {
        let g = &self.grammar;
        let mut at = 0;
        while at < text.tokens.len() {
            let (word, last) = (text.tokens[at].word, text.tokens[at].clause_end);
            if word != 0 && (word == g.ur || word == g.your) {
                let next = text.tokens.get(at + 1).filter(|_| !last);
                let are = next.is_some_and(|next| {
                    let after = if word == g.ur {
                        &self.after_ur
                    } else {
                        &self.after_your
                    };
                    after.binary_search(&next.word).is_ok()
                        || (next.clause_end && g.labels.binary_search(&next.word).is_ok())
                });
                if are {
                    let mut second = text.tokens[at].clone();
                    second.word = g.are;
                    second.opens_quote = false;
                    text.tokens[at].word = g.you;
                    text.tokens.insert(at + 1, second);
                    at += 1;
                } else {
                    text.tokens[at].word = g.your;
                }
            }
            at += 1;
        }
        // Sentences were counted before words were added.
        let mut from = 0;
        for (number, sentence) in text.sentences.iter_mut().enumerate() {
            sentence.start = from;
            while text.tokens.get(from).is_some_and(|t| t.sentence == number) {
                from += 1;
            }
            sentence.end = from;
        }
    }

    /// Marks where main clauses begin: after a comma, a conjunction, or words like “well”, “last night”, “I think”;
    /// not inside “when you …”, “if you …”.
    fn clauses(&self, text: &mut Text) {
        let g = &self.grammar;
        let has = |list: &[Word], word: Word| word != 0 && list.binary_search(&word).is_ok();
        for sentence in &text.sentences {
            let (mut start, mut sub) = (true, false);
            for at in sentence.start..sentence.end {
                let word = text.tokens[at].word;
                let before = at.checked_sub(1).filter(|b| *b >= sentence.start);
                let conjunction = has(&g.conjunction, word);
                if before.is_some_and(|b| text.tokens[b].clause_end) {
                    (start, sub) = (true, false);
                }
                let opens_sub = has(&g.subordinate, word) && !(word == g.that && start);
                let breaks = conjunction && word != g.that;
                text.tokens[at].main = start && !sub;
                if opens_sub {
                    sub = true;
                }
                let opener =
                    has(&g.opener, word) && before.is_some_and(|b| text.tokens[b].word == g.i);
                start = breaks
                    || opener
                    || (start
                        && (has(&g.filler, word)
                            || word == g.i && {
                                let next = text.tokens.get(at + 1).map_or(0, |t| t.word);
                                has(&g.opener, next)
                            }));
                if opener {
                    sub = false;
                }
            }
        }
        // “You forgot, didn’t you?” asks nothing.
        for number in 0..text.sentences.len() {
            let Sentence {
                start,
                end,
                question,
            } = text.sentences[number];
            let words = &text.tokens[start..end];
            let tag = words
                .iter()
                .rev()
                .skip(1)
                .position(|t| t.clause_end)
                .map_or(0, |at| at + 1);
            if question && (2..=4).contains(&tag) && tag < words.len() {
                let tag = &words[words.len() - tag..];
                let you = tag.last().is_some_and(|t| t.word == g.you)
                    || (tag.last().is_some_and(|t| t.word == g.not)
                        && tag.iter().any(|t| t.word == g.you));
                if you && has(&g.tag, tag[0].word) {
                    text.sentences[number].question = false;
                }
            }
        }
        // A clause also ends before a conjunction.
        for at in 1..text.tokens.len() {
            if has(&g.conjunction, text.tokens[at].word)
                && text.tokens[at].sentence == text.tokens[at - 1].sentence
            {
                text.tokens[at - 1].clause_end = true;
            }
        }
    }
}

fn ends_in_ing(word: &str) -> bool {
    word.len() > 4
        && word.ends_with("ing")
        && !matches!(
            word,
            "thing"
                | "bring"
                | "king"
                | "evening"
                | "morning"
                | "nothing"
                | "something"
                | "anything"
                | "everything"
                | "during"
                | "spring"
                | "string"
        )
}

fn squeeze(letters: &[char], most: usize) -> String {
    let mut out = String::new();
    let (mut last, mut run) = ('\0', 0);
    for &c in letters {
        run = if c == last { run + 1 } else { 1 };
        last = c;
        if run <= most {
            out.push(c);
        }
    }
    out
}

/// Two neighbours changed places, one letter is missing, one too many, or (in long words) one is another.
fn one_slip(typed: &[char], meant: &[char]) -> bool {
    if typed.first() != meant.first() || typed.len().abs_diff(meant.len()) > 1 || typed == meant {
        return false;
    }
    let same = typed.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let (t, m) = (&typed[same..], &meant[same..]);
    if typed.len() < meant.len() {
        t == &m[1..]
    } else if typed.len() > meant.len() {
        &t[1..] == m && !matches!(typed.last(), Some('s' | 'd' | 'y' | 'r' | 'e'))
    } else {
        (t.len() >= 2 && t[0] == m[1] && t[1] == m[0] && t[2..] == m[2..])
            || (meant.len() >= 7 && t.len() > 1 && t[1..] == m[1..])
    }
}

/// One walk over the draft.
struct Scan<'a> {
    speller: &'a Speller,
    draft: &'a str,
    text: Text,
    /// Where a quotation that has begun and not ended opened: (first token, sign that ends it).
    quote: Option<(usize, char)>,
    opens: bool,
    asked: bool,
    ended: bool,
}

impl<'a> Scan<'a> {
    fn new(speller: &'a Speller, draft: &'a str) -> Self {
        let text = Text {
            tokens: Vec::new(),
            sentences: Vec::new(),
        };
        Self {
            speller,
            draft,
            text,
            quote: None,
            opens: false,
            asked: false,
            ended: true,
        }
    }

    fn run(mut self) -> Text {
        let mut rest = self.draft.char_indices().peekable();
        let mut word = String::new();
        while let Some((at, c)) = rest.next() {
            if unseen(c) {
                continue;
            }
            if starts_word(c) || (matches!(c, '*' | '@' | '$') && letter_follows(&self.draft[at..]))
            {
                word.clear();
                push_lower(&mut word, c);
                let mut end = at + c.len_utf8();
                while let Some(&(next, d)) = rest.peek() {
                    let after = &self.draft[next + d.len_utf8()..];
                    let inside = starts_word(d)
                        || (apostrophe(d) && after.chars().next().is_some_and(starts_word))
                        || matches!(d, '*')
                        || (matches!(d, '$' | '@') && word_goes_on(after))
                        || (matches!(d, '/' | ':' | '.' | ',')
                            && word.ends_with(|c: char| c.is_ascii_digit())
                            && after.starts_with(|c: char| c.is_ascii_digit()));
                    if !inside && !unseen(d) {
                        break;
                    }
                    rest.next();
                    if unseen(d) {
                        continue;
                    }
                    if apostrophe(d) {
                        word.push('\'');
                    } else {
                        push_lower(&mut word, d);
                    }
                    end = next + d.len_utf8();
                }
                self.word(&word, at, end);
            } else {
                self.sign(at, c);
            }
        }
        self.finish()
    }

    fn word(&mut self, word: &str, start: usize, end: usize) {
        let speller = self.speller;
        let known = speller.numbers.contains_key(word) || speller.short.contains_key(word);
        let mended = if known || word.contains('\'') {
            None
        } else {
            speller.mend(word)
        };
        let trimmed = mended.as_deref().unwrap_or(word).trim_matches('*');
        let mut words = Vec::new();
        speller.open(trimmed, |w| words.push((speller.number(w), ends_in_ing(w))));
        for (number, ing) in words {
            self.push(number, ing, start, end);
        }
    }

    fn push(&mut self, word: Word, ing: bool, start: usize, end: usize) {
        if self.ended {
            let at = self.text.tokens.len();
            self.text.sentences.push(Sentence {
                start: at,
                end: at,
                question: false,
            });
            (self.ended, self.asked) = (false, false);
        }
        self.text.tokens.push(Token {
            word,
            start,
            end,
            main: false,
            clause_end: false,
            sentence: self.text.sentences.len() - 1,
            quoted: false,
            opens_quote: self.opens,
            ing,
        });
        self.opens = false;
    }

    fn sign(&mut self, at: usize, c: char) {
        match c {
            '.' | '!' | '?' | '\n' | ';' | '…' | '‽' | '。' | '？' | '！' => {
                self.clause_ends();
                if matches!(c, '?' | '‽' | '？') {
                    self.asked = true;
                    if let Some(sentence) = self.text.sentences.last_mut() {
                        sentence.question = true;
                    }
                }
                self.ended = true;
            }
            ',' | ':' | '(' | ')' | '—' | '–' | '[' | ']' | '{' | '}' | '|' => {
                self.clause_ends();
            }
            '-' => {
                let spaced =
                    self.draft[..at].ends_with(' ') || self.draft[at + 1..].starts_with([' ', '-']);
                if spaced {
                    self.clause_ends();
                }
            }
            '"' | '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '\'' => {
                self.quotation(at, c);
            }
            _ if pictures(c) => {
                let mut sign = [0; 4];
                let number = self.speller.number(c.encode_utf8(&mut sign));
                // A picture belongs to what stands before it, and closes it.
                let open = self.text.sentences.len();
                if open > 0 && self.ended {
                    self.ended = false;
                    self.text
                        .tokens
                        .last_mut()
                        .into_iter()
                        .for_each(|t| t.clause_end = true);
                }
                self.clause_ends();
                self.push(number, false, at, at + c.len_utf8());
                self.clause_ends();
                self.ended = true;
            }
            '/' if self.draft[at..].starts_with("/s")
                && !self.draft[at + 2..].starts_with(char::is_alphanumeric)
                && (at == 0 || self.draft[..at].ends_with(' ')) =>
            {
                let number = self.speller.number("/s");
                self.push(number, false, at, at + 2);
            }
            _ => {}
        }
    }

    fn clause_ends(&mut self) {
        if let Some(last) = self.text.tokens.last_mut() {
            last.clause_end = true;
        }
    }

    fn quotation(&mut self, at: usize, c: char) {
        let next = self.draft[at + c.len_utf8()..].chars().next();
        let closes = match (self.quote, c) {
            (Some((_, end)), _) if c == end => {
                !apostrophe(c) || !next.is_some_and(char::is_alphanumeric)
            }
            _ => false,
        };
        if closes {
            if let Some((first, _)) = self.quote.take() {
                let whole = &mut self.text.tokens[first..];
                if whole.len() > 3 {
                    whole.iter_mut().take(1).for_each(|t| t.opens_quote = false);
                }
                whole.iter_mut().for_each(|t| t.quoted = true);
            }
            self.clause_ends();
            return;
        }
        let before = self.draft[..at].chars().next_back();
        let opening =
            next.is_some_and(char::is_alphanumeric) && !before.is_some_and(char::is_alphanumeric);
        if self.quote.is_some() || !opening {
            return;
        }
        let end = match c {
            '"' => '"',
            '“' | '„' => '”',
            '«' => '»',
            '‘' => '’',
            '\'' => '\'',
            _ => return,
        };
        self.quote = Some((self.text.tokens.len(), end));
        self.opens = true;
        self.clause_ends();
    }

    fn finish(mut self) -> Text {
        self.clause_ends();
        if let Some((first, _)) = self.quote
            && let Some(open) = self.text.tokens.get_mut(first)
        {
            open.opens_quote = false; // never closed
        }
        let quoted = self.text.tokens.iter().filter(|t| t.quoted).count();
        // A draft that is all quotation is a draft.
        if quoted * 5 >= self.text.tokens.len() * 4 {
            self.text.tokens.iter_mut().for_each(|t| t.quoted = false);
        }
        self.text
    }
}

fn push_lower(word: &mut String, c: char) {
    word.extend(c.to_lowercase());
}

fn starts_word(c: char) -> bool {
    c.is_alphanumeric()
}

fn letter_follows(rest: &str) -> bool {
    rest.chars().nth(1).is_some_and(char::is_alphabetic) && !rest.starts_with("**")
}

fn word_goes_on(after: &str) -> bool {
    after.starts_with(|c: char| c.is_alphabetic() || c == '$' || c == '*')
}

fn apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '＇')
}

/// Joiners, soft hyphens, variation signs, skin tones and accents on their own: nothing to read.
fn unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{1f3fb}'..='\u{1f3ff}' | '\u{300}'..='\u{36f}' | '\u{202a}'..='\u{202e}')
}

fn pictures(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{3030}' | '\u{303d}')
}
