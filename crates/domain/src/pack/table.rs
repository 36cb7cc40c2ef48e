//! A TOML table that remembers what was asked of it, and notes every mistake with its line instead of stopping.
//!
//! Deserialising with serde stops at the first mistake; an author wants them all in one go.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::copy;
use super::kinds::Word;
use super::mistake::Mistake;

/// What an id in a file points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Points {
    Practice,
    Script,
    Source,
    Deck,
}

impl Points {
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Script => "script",
            Self::Source => "source",
            Self::Deck => "deck",
        }
    }
}

/// A reference to be resolved once every file is read.
pub(super) struct Reference {
    pub(super) to: Points,
    pub(super) id: String,
    pub(super) file: String,
    pub(super) line: usize,
}

/// One file while it is read: collects its mistakes and what it refers to.
pub(super) struct Desk<'f> {
    file: &'f str,
    text: &'f str,
    found: RefCell<Vec<Mistake>>,
    references: RefCell<Vec<Reference>>,
}

impl<'f> Desk<'f> {
    pub(super) const fn new(file: &'f str, text: &'f str) -> Self {
        Self {
            file,
            text,
            found: RefCell::new(Vec::new()),
            references: RefCell::new(Vec::new()),
        }
    }

    pub(super) fn into_findings(self) -> (Vec<Mistake>, Vec<Reference>) {
        (self.found.into_inner(), self.references.into_inner())
    }

    pub(super) fn note(&self, at: usize, what: impl Into<String>, fix: impl Into<String>) {
        self.found.borrow_mut().push(Mistake {
            file: self.file.to_owned(),
            line: self.line(at),
            what: what.into(),
            fix: fix.into(),
        });
    }

    /// The line, counted from 1, of a place in the text.
    pub(super) fn line(&self, at: usize) -> usize {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        before.split(|byte| *byte == b'\n').count()
    }

    /// Reads the whole file as one table. Text that is no TOML is noted, and nothing is read from it.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Table<'_>) -> T) -> Option<T> {
        let (root, errors) = DeTable::parse_recoverable(self.text);
        if errors.is_empty() {
            return Some(Table::new(self, 0, "this file", root.get_ref()).all(read));
        }
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            self.note(
                at,
                format!("not TOML: {}", error.message()),
                "close the quotes and brackets, and write each key once",
            );
        }
        None
    }
}

/// One table of a file.
pub(super) struct Table<'d> {
    desk: &'d Desk<'d>,
    /// Where the table's own line begins.
    pub(super) at: usize,
    name: String,
    map: &'d DeTable<'d>,
    asked: RefCell<Vec<&'static str>>,
    /// Its keys are names, so none of them is unknown.
    of_names: Cell<bool>,
}

impl<'d> Table<'d> {
    fn new(
        desk: &'d Desk<'_>,
        at: usize,
        name: impl Into<String>,
        map: &'d DeTable<'_>,
    ) -> Table<'d> {
        Table {
            desk,
            at,
            name: name.into(),
            map,
            asked: RefCell::default(),
            of_names: Cell::new(false),
        }
    }

    /// Reads this table, then notes the keys nobody asked for.
    fn all<T>(self, read: impl FnOnce(&Self) -> T) -> T {
        let value = read(&self);
        let asked = self.asked.borrow();
        for (key, _) in self.map {
            if !self.of_names.get() && !asked.contains(&key.get_ref().as_ref()) {
                self.desk.note(
                    key.span().start,
                    format!("`{}` is not a key of {}", key.get_ref(), self.name),
                    format!("take it out, or use one of: {}", asked.join(", ")),
                );
            }
        }
        value
    }

    pub(super) fn note(&self, key: &str, what: impl Into<String>, fix: impl Into<String>) {
        self.desk.note(self.place(key), what, fix);
    }

    /// Where a key stands; where the table begins, if it does not.
    pub(super) fn place(&self, key: &str) -> usize {
        self.map
            .get_key_value(key)
            .map_or(self.at, |(key, _)| key.span().start)
    }

    /// Where the entry with this id stands in a `[[key]]` list; where the key stands, if there is none.
    pub(super) fn place_in(&self, key: &str, id: &str) -> usize {
        let items = self
            .map
            .get(key)
            .and_then(|value| value.get_ref().as_array());
        let entry = items
            .into_iter()
            .flat_map(|items| items.iter())
            .find(|item| {
                let own = item.get_ref().as_table().and_then(|entry| entry.get("id"));
                own.and_then(|own| own.get_ref().as_str()) == Some(id)
            });
        entry.map_or_else(|| self.place(key), |entry| entry.span().start)
    }

    /// Checks every text in this table and below whose key begins with one of `keys`. Its keys are known elsewhere.
    pub(super) fn copy_below(&self, keys: &[&str], most: usize) {
        self.of_names.set(true);
        self.copy_in(self.map, keys, most);
    }

    fn copy_in(&self, map: &DeTable<'_>, keys: &[&str], most: usize) {
        for (key, value) in map {
            let key = key.get_ref();
            match value.get_ref() {
                DeValue::String(_) if keys.iter().any(|start| key.starts_with(start)) => {
                    self.copy(key, value, most);
                }
                DeValue::Table(below) => self.copy_in(below, keys, most),
                DeValue::Array(items) => {
                    let tables = items.iter().filter_map(|item| item.get_ref().as_table());
                    tables.for_each(|below| self.copy_in(below, keys, most));
                }
                DeValue::String(_)
                | DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_) => {}
            }
        }
    }

    pub(super) fn note_at(&self, at: usize, what: impl Into<String>, fix: impl Into<String>) {
        self.desk.note(at, what, fix);
    }

    pub(super) fn line(&self, at: usize) -> usize {
        self.desk.line(at)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    fn maybe(&self, key: &'static str) -> Option<&'d Spanned<DeValue<'d>>> {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
        self.map.get(key)
    }

    fn need(&self, key: &'static str) -> Option<&'d Spanned<DeValue<'d>>> {
        let value = self.maybe(key);
        if value.is_none() {
            self.desk.note(
                self.at,
                format!("`{key}` is missing from {}", self.name),
                format!("write `{key} = …`"),
            );
        }
        value
    }

    fn wrong(&self, value: &Spanned<DeValue<'_>>, key: &str, wanted: &str) {
        self.desk.note(
            value.span().start,
            format!("`{key}` is {}, not {wanted}", kind(value.get_ref())),
            format!("write {wanted}"),
        );
    }

    fn string(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong(value, key, "a text in quotes");
        }
        text
    }

    fn copy(&self, key: &str, value: &Spanned<DeValue<'_>>, most: usize) -> String {
        let text = self.string(key, value);
        for (what, fix) in text.iter().flat_map(|text| copy::slips(text, most)) {
            self.desk
                .note(value.span().start, format!("`{key}` {what}"), fix);
        }
        text.unwrap_or_default()
    }

    /// Words for people, of at most so many characters.
    pub(super) fn text(&self, key: &'static str, most: usize) -> String {
        self.need(key)
            .map(|value| self.copy(key, value, most))
            .unwrap_or_default()
    }

    pub(super) fn maybe_text(&self, key: &'static str, most: usize) -> Option<String> {
        self.maybe(key).map(|value| self.copy(key, value, most))
    }

    /// Words of somebody else, such as the title of a work: not empty, no markup, nothing more is asked.
    pub(super) fn cited(&self, key: &'static str) -> String {
        let Some(value) = self.need(key) else {
            return String::new();
        };
        let text = self.string(key, value).unwrap_or_default();
        for (what, fix) in copy::markup(&text) {
            self.desk
                .note(value.span().start, format!("`{key}` {what}"), fix);
        }
        if text.trim().is_empty() {
            self.desk
                .note(value.span().start, format!("`{key}` is empty"), "write it");
        }
        text
    }

    fn items(&self, key: &'static str) -> &'d [Spanned<DeValue<'d>>] {
        match self.maybe(key).map(|value| (value, value.get_ref())) {
            None => &[],
            Some((_, DeValue::Array(items))) => items,
            Some((value, _)) => {
                self.wrong(value, key, "a list in square brackets");
                &[]
            }
        }
    }

    /// A list of words for people; how many there may be, and how long each.
    pub(super) fn texts(
        &self,
        key: &'static str,
        many: RangeInclusive<usize>,
        most: usize,
    ) -> Vec<String> {
        let items = self.items(key);
        self.count(key, items.len(), many);
        items
            .iter()
            .map(|item| self.copy(key, item, most))
            .collect()
    }

    fn count(&self, key: &str, many: usize, wanted: RangeInclusive<usize>) {
        if !wanted.contains(&many) {
            let (least, most) = (wanted.start(), wanted.end());
            let wanted = match (least, most) {
                (least, most) if least == most => format!("write exactly {least}"),
                (least, &usize::MAX) => format!("write at least {least}"),
                (least, most) => format!("write {least} to {most}"),
            };
            self.note(key, format!("`{key}` has {many} entries"), wanted);
        }
    }

    pub(super) fn number(&self, key: &'static str, range: RangeInclusive<i64>) -> i64 {
        let Some(value) = self.need(key) else {
            return *range.start();
        };
        self.integer(key, value, &range)
    }

    fn integer(&self, key: &str, value: &Spanned<DeValue<'_>>, range: &RangeInclusive<i64>) -> i64 {
        let number = value
            .get_ref()
            .as_integer()
            .and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
        match number {
            Some(number) if range.contains(&number) => number,
            Some(number) => {
                self.desk.note(
                    value.span().start,
                    format!("`{key}` is {number}"),
                    format!("write a number from {} to {}", range.start(), range.end()),
                );
                *range.start()
            }
            None => {
                self.wrong(value, key, "a whole number");
                *range.start()
            }
        }
    }

    /// `true` or `false`; `false` when it is not there.
    pub(super) fn yes(&self, key: &'static str) -> bool {
        let Some(value) = self.maybe(key) else {
            return false;
        };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong(value, key, "true or false");
            false
        })
    }

    /// One of a closed list of words.
    pub(super) fn word<T: Word>(&self, key: &'static str) -> T {
        self.need(key)
            .map_or(T::WORDS[0].1, |value| self.listed(key, value))
    }

    pub(super) fn word_or<T: Word>(&self, key: &'static str, otherwise: T) -> T {
        self.maybe(key)
            .map_or(otherwise, |value| self.listed(key, value))
    }

    /// Some of a closed list of words, each once at most.
    pub(super) fn words<T: Word>(&self, key: &'static str) -> Vec<T> {
        let items = self.items(key);
        items.iter().map(|item| self.listed(key, item)).collect()
    }

    fn listed<T: Word>(&self, key: &str, value: &Spanned<DeValue<'_>>) -> T {
        let Some(text) = self.string(key, value) else {
            return T::WORDS[0].1;
        };
        let known = T::WORDS.iter().find(|(word, _)| *word == text);
        known.map(|(_, meaning)| *meaning).unwrap_or_else(|| {
            let all: Vec<&str> = T::WORDS.iter().map(|(word, _)| *word).collect();
            self.desk.note(
                value.span().start,
                format!("`{key}` does not know \"{text}\""),
                format!("use one of: {}", all.join(", ")),
            );
            T::WORDS[0].1
        })
    }

    /// An id of its own: lower-case words joined by hyphens.
    pub(super) fn id(&self, key: &'static str) -> String {
        self.need(key)
            .map(|value| self.own_id(key, value))
            .unwrap_or_default()
    }

    pub(super) fn maybe_id(&self, key: &'static str) -> Option<String> {
        self.maybe(key).map(|value| self.own_id(key, value))
    }

    /// Names of its own, in square brackets; they point at nothing.
    pub(super) fn ids(&self, key: &'static str) -> Vec<String> {
        let items = self.items(key);
        items.iter().map(|item| self.own_id(key, item)).collect()
    }

    fn own_id(&self, key: &str, value: &Spanned<DeValue<'_>>) -> String {
        let id = self.string(key, value).unwrap_or_default();
        if !is_id(&id) {
            self.desk.note(
                value.span().start,
                format!("`{key}` is \"{id}\", which is no id"),
                ID_FIX,
            );
        }
        id
    }

    fn reference(&self, to: Points, id: &str, at: usize) {
        self.desk.references.borrow_mut().push(Reference {
            to,
            id: id.to_owned(),
            file: self.desk.file.to_owned(),
            line: self.desk.line(at),
        });
    }

    /// An id of something else in the pack; whether it is there is looked up at the end.
    pub(super) fn one(&self, key: &'static str, to: Points) -> String {
        let Some(value) = self.need(key) else {
            return String::new();
        };
        self.pointed(key, to, value)
    }

    pub(super) fn maybe_one(&self, key: &'static str, to: Points) -> Option<String> {
        self.maybe(key).map(|value| self.pointed(key, to, value))
    }

    pub(super) fn many(&self, key: &'static str, to: Points) -> Vec<String> {
        let items = self.items(key);
        items
            .iter()
            .map(|item| self.pointed(key, to, item))
            .collect()
    }

    /// A name of something else in the pack, found by another reader at this place.
    pub(super) fn points(&self, to: Points, id: &str, at: usize) {
        self.reference(to, id, at);
    }

    fn pointed(&self, key: &str, to: Points, value: &Spanned<DeValue<'_>>) -> String {
        let Some(id) = self.string(key, value) else {
            return String::new();
        };
        self.reference(to, &id, value.span().start);
        id
    }

    /// A table of ids and weights.
    pub(super) fn weights(
        &self,
        key: &'static str,
        to: Points,
        range: RangeInclusive<i64>,
    ) -> Vec<(String, i16)> {
        let Some(value) = self.need(key) else {
            return Vec::new();
        };
        let DeValue::Table(map) = value.get_ref() else {
            self.wrong(value, key, "a table such as { some-practice = 2 }");
            return Vec::new();
        };
        map.iter()
            .map(|(id, weight)| {
                self.reference(to, id.get_ref(), id.span().start);
                let weight = self.integer(id.get_ref(), weight, &range);
                (
                    id.get_ref().to_string(),
                    i16::try_from(weight).unwrap_or_default(),
                )
            })
            .collect()
    }

    /// A table inside this one, read and checked for unknown keys.
    pub(super) fn table<T>(
        &self,
        key: &'static str,
        read: impl FnOnce(&Table<'_>) -> T,
    ) -> Option<T> {
        let value = self.need(key)?;
        let DeValue::Table(map) = value.get_ref() else {
            self.wrong(value, key, "a table");
            return None;
        };
        let name = format!("`{key}`");
        Some(Table::new(self.desk, value.span().start, name, map).all(read))
    }

    /// Every `[[key]]` inside this table, in the order of the file.
    pub(super) fn tables<T>(
        &self,
        key: &'static str,
        many: RangeInclusive<usize>,
        read: impl Fn(&Table<'_>) -> T,
    ) -> Vec<T> {
        let items = self.items(key);
        self.count(key, items.len(), many);
        let name = format!("[[{key}]]");
        items
            .iter()
            .filter_map(|item| match item.get_ref() {
                DeValue::Table(map) => {
                    Some(Table::new(self.desk, item.span().start, name.as_str(), map).all(&read))
                }
                DeValue::String(_)
                | DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_) => {
                    self.wrong(item, key, "a table under its own [[heading]]");
                    None
                }
            })
            .collect()
    }

    /// Like [`Table::tables`], where each has an `id` that no other in the list has.
    pub(super) fn each_once<T>(
        &self,
        key: &'static str,
        many: RangeInclusive<usize>,
        read: impl Fn(&Table<'_>) -> T,
    ) -> Vec<T> {
        let seen = RefCell::new(BTreeSet::new());
        self.tables(key, many, |entry| {
            let id = entry.map.get("id").and_then(|id| id.get_ref().as_str());
            if let Some(id) = id
                && !seen.borrow_mut().insert(id.to_owned())
            {
                let what = format!("the id \"{id}\" stands twice among the [[{key}]] of this file");
                entry.note("id", what, "give one of them another name");
            }
            read(entry)
        })
    }

    /// Every table of this one, by its key: a file that is a list of named entries.
    pub(super) fn named<T>(&self, read: impl Fn(&str, &Table<'_>) -> T) -> Vec<T> {
        self.of_names.set(true);
        let entries = self.map.iter().filter_map(|(key, value)| {
            if !is_id(key.get_ref()) {
                let what = format!("\"{}\" is no id", key.get_ref());
                self.desk.note(key.span().start, what, ID_FIX);
            }
            let DeValue::Table(map) = value.get_ref() else {
                self.wrong(value, key.get_ref(), "a table under its own [heading]");
                return None;
            };
            let name = format!("[{}]", key.get_ref());
            let table = Table::new(self.desk, key.span().start, name, map);
            Some(table.all(|table| read(key.get_ref(), table)))
        });
        entries.collect()
    }
}

pub(super) const ID_FIX: &str = "use lower-case words joined by hyphens, such as kiss-at-parting";

/// Lower-case letters and digits, in words joined by single hyphens.
pub(super) fn is_id(text: &str) -> bool {
    text.split('-').all(|word| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    })
}

const fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
