//! A pack: everything couples read, as data. The built-in `guide/` is one; a host may add others.
//!
//! Texts go in, types come out; nothing here touches a disk. Reading tells an author about every mistake at once,
//! with file, line and a way to put it right. There are no conditions in a pack: what needs a rule is Rust.

mod cards;
mod copy;
mod dates;
mod kinds;
mod mistake;
mod read;
mod recommend;
mod rituals;
mod skills;
mod table;
mod touch;

use std::collections::BTreeMap;

pub use cards::{Card, Deck};
pub use dates::{DateDeck, DateIdea};
pub use kinds::{
    About, Answer, Clock, Country, Directory, DirectoryFor, Energy, Evidence, Family, First,
    FirstStep, Fits, Grade, Help, Line, Minutes, Money, NotNow, Often, Page, Part, Path, PathKind,
    People, Practice, Question, Season, Source, SourceKind, Stage, Start, Status, Tone, Variant,
    Week, WeekKind, Word,
};
pub use mistake::Mistake;
pub use recommend::{Recommendation, WEEKLY_CHECK_IN};
pub use rituals::RitualIdea;
pub use skills::{Exercise, Lesson, Sentence};

pub use touch::{Touch, TouchKind};

use crate::session::script::{self, Kind, Script};
use table::{Desk, ID_FIX, Points, Reference, Table, is_id};

/// Folders whose files belong to other rooms; they are kept as text and read there.
const ELSEWHERE: [&str; 3] = ["wishes", "load", "checks"];

/// Folders of a language in which every file is one thing, named by the file.
const FOLDERS: [&str; 8] = [
    "practices",
    "paths",
    "scripts",
    "pages",
    "cards",
    "dates",
    "skills",
    "rituals",
];

/// One pack in one language, complete and free of mistakes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    pub about: About,
    /// In order, numbered from 1.
    pub stages: Vec<Stage>,
    /// Pack order: by stage, then by row of the guide, then by id; what belongs to hard seasons comes last.
    pub practices: Vec<Practice>,
    pub paths: Vec<Path>,
    /// Session scripts by id; each can be finished from every step.
    pub scripts: BTreeMap<String, Script>,
    pub sources: BTreeMap<String, Source>,
    pub pages: Vec<Page>,
    pub start: Start,
    pub first: First,
    pub not_now: NotNow,
    pub help: Help,
    /// Decks of cards, by id.
    pub decks: Vec<Deck>,
    /// Ideas for dates, by the decks' numbers.
    pub dates: Vec<DateDeck>,
    /// The course of skills, by the lessons' numbers.
    pub lessons: Vec<Lesson>,
    /// Suggestions for rituals: daily first, then weekly, monthly, yearly; in the order of the files.
    pub rituals: Vec<RitualIdea>,
    /// Names for the touch map (G3.2); empty in a pack without one.
    pub touch: Touch,
    /// Files of other rooms (wishes, load, checks), by their path inside the language.
    pub others: BTreeMap<String, String>,
}

impl Pack {
    /// Reads a pack in its first language. `files` are paths inside the pack with their texts, in any order.
    ///
    /// # Errors
    /// Every mistake there is, by file and line.
    pub fn read(files: &[(String, String)]) -> Result<Self, Vec<Mistake>> {
        Draft::default().read(files, None)
    }

    /// Like [`Pack::read`], in another of the pack's languages.
    ///
    /// # Errors
    /// Every mistake there is, by file and line.
    pub fn read_in(files: &[(String, String)], language: &str) -> Result<Self, Vec<Mistake>> {
        Draft::default().read(files, Some(language))
    }

    /// This pack with another one laid over it: what has the same id is replaced, what it refers to may be in
    /// either, and what it leaves out (start, help lines …) stays as it is.
    ///
    /// # Errors
    /// Every mistake in `files`, by file and line.
    pub fn extended(&self, files: &[(String, String)]) -> Result<Self, Vec<Mistake>> {
        Draft::of(self).read(files, None)
    }

    #[must_use]
    pub fn practice(&self, id: &str) -> Option<&Practice> {
        self.practices.iter().find(|practice| practice.id == id)
    }

    /// The practices of one stage, in pack order.
    #[must_use]
    pub fn stage(&self, number: u8) -> Vec<&Practice> {
        let those = self.practices.iter();
        those.filter(|practice| practice.stage == number).collect()
    }

    /// The practice that is logged as this daily moment.
    #[must_use]
    pub fn moment(&self, id: &str) -> Option<&Practice> {
        let mut those = self.practices.iter();
        those.find(|practice| practice.moment.as_deref() == Some(id))
    }

    #[must_use]
    pub fn path(&self, id: &str) -> Option<&Path> {
        self.paths.iter().find(|path| path.id == id)
    }

    #[must_use]
    pub fn script(&self, id: &str) -> Option<&Script> {
        self.scripts.get(id)
    }

    #[must_use]
    pub fn page(&self, id: &str) -> Option<&Page> {
        self.pages.iter().find(|page| page.id == id)
    }

    #[must_use]
    pub fn deck(&self, id: &str) -> Option<&Deck> {
        self.decks.iter().find(|deck| deck.id == id)
    }

    #[must_use]
    pub fn date_deck(&self, id: &str) -> Option<&DateDeck> {
        self.dates.iter().find(|deck| deck.id == id)
    }

    /// An idea for a date, whichever deck it is in.
    #[must_use]
    pub fn date(&self, id: &str) -> Option<&DateIdea> {
        let mut all = self.dates.iter().flat_map(|deck| &deck.ideas);
        all.find(|idea| idea.id == id)
    }

    #[must_use]
    pub fn lesson(&self, id: &str) -> Option<&Lesson> {
        self.lessons.iter().find(|lesson| lesson.id == id)
    }

    #[must_use]
    pub fn ritual(&self, id: &str) -> Option<&RitualIdea> {
        self.rituals.iter().find(|ritual| ritual.id == id)
    }

    #[must_use]
    pub fn source(&self, key: &str) -> Option<&Source> {
        self.sources.get(key)
    }
}

/// A pack while it is read.
#[derive(Default)]
struct Draft {
    /// Laid over another pack, which is complete already.
    over: bool,
    about: Option<About>,
    stages: Vec<Stage>,
    practices: BTreeMap<String, Practice>,
    paths: BTreeMap<String, Path>,
    scripts: BTreeMap<String, Script>,
    sources: BTreeMap<String, Source>,
    pages: BTreeMap<String, Page>,
    start: Option<Start>,
    first: Option<First>,
    not_now: Option<NotNow>,
    help: Option<Help>,
    decks: BTreeMap<String, Deck>,
    dates: BTreeMap<String, DateDeck>,
    lessons: BTreeMap<String, Lesson>,
    /// With their place among all of the pack, which keeps the order of the files.
    rituals: BTreeMap<String, (usize, RitualIdea)>,
    touch: Option<Touch>,
    others: BTreeMap<String, String>,
    mistakes: Vec<Mistake>,
    references: Vec<Reference>,
    /// Files that are there and could not be read: one mistake, not one for everything that names them.
    unread: Vec<(Points, String)>,
    sources_unread: bool,
    /// Practices that a script leads through, with the line of their family.
    led: Vec<(String, usize, String)>,
    /// Steps that draw a card: file, line, script, step.
    draws: Vec<(String, usize, String, String)>,
    /// Where each source and each moment was first named.
    named: BTreeMap<String, String>,
}

impl Draft {
    fn of(pack: &Pack) -> Self {
        let pack = pack.clone();
        Self {
            over: true,
            about: Some(pack.about),
            stages: pack.stages,
            practices: by(pack.practices, |practice| &practice.id),
            paths: by(pack.paths, |path| &path.id),
            scripts: pack.scripts,
            sources: pack.sources,
            pages: by(pack.pages, |page| &page.id),
            start: Some(pack.start),
            first: Some(pack.first),
            not_now: Some(pack.not_now),
            help: Some(pack.help),
            decks: by(pack.decks, |deck| &deck.id),
            dates: by(pack.dates, |deck| &deck.id),
            lessons: by(pack.lessons, |lesson| &lesson.id),
            rituals: by(
                pack.rituals.into_iter().enumerate().collect(),
                |(_, one)| &one.id,
            ),
            touch: Some(pack.touch),
            others: pack.others,
            ..Self::default()
        }
    }

    fn read(
        mut self,
        files: &[(String, String)],
        language: Option<&str>,
    ) -> Result<Pack, Vec<Mistake>> {
        let mut files: Vec<&(String, String)> = files.iter().collect();
        files.sort();
        let language = self.about(&files, language);
        for (path, text) in &files {
            let inside = path
                .strip_prefix(language.as_str())
                .and_then(|rest| rest.strip_prefix('/'));
            if let Some(place) = inside {
                self.file(path, place, text);
            }
        }
        self.resolve();
        self.finish(&language)
    }

    /// Reads `pack.toml` and answers which folder the texts are in.
    fn about(&mut self, files: &[&(String, String)], language: Option<&str>) -> String {
        let Some((path, text)) = files.iter().find(|(path, _)| path == "pack.toml") else {
            self.missing("pack.toml", "id, title, languages and licence");
            return language.unwrap_or("en").to_owned();
        };
        let mut wanted = language.unwrap_or("en").to_owned();
        if let Some((about, stages)) = self.open(path, text, read::about) {
            let known: Vec<&str> = about.languages.iter().map(String::as_str).collect();
            match language {
                None => known
                    .first()
                    .copied()
                    .unwrap_or("en")
                    .clone_into(&mut wanted),
                Some(language) if known.contains(&language) => {}
                Some(language) => self.mistakes.push(Mistake {
                    file: path.clone(),
                    line: 1,
                    what: format!("the pack has no language \"{language}\""),
                    fix: format!("ask for one of: {}", known.join(", ")),
                }),
            }
            if !stages.is_empty() || !self.over {
                self.stages = stages;
            }
            self.about = Some(about);
        }
        wanted
    }

    /// Reads one file of the language, by the place it has in it.
    fn file(&mut self, path: &str, place: &str, text: &str) {
        let Some(name) = place.strip_suffix(".toml") else {
            return;
        };
        match name.split_once('/') {
            Some((folder, _)) if ELSEWHERE.contains(&folder) => {
                self.others.insert(place.to_owned(), text.to_owned());
            }
            Some(("practices", id)) if self.is_name(path, id) => {
                let read = self.open(path, text, |file| {
                    let practice = read::practice(id, file);
                    let place = practice.moment.as_ref().map(|_| file.place("moment"));
                    let family = file.line(file.place("family"));
                    (practice, place.map_or(1, |at| file.line(at)), family)
                });
                if let Some((practice, line, family)) = read {
                    if practice.script.is_some() {
                        self.led.push((path.to_owned(), family, id.to_owned()));
                    }
                    if let Some(moment) = &practice.moment {
                        self.once("moment", moment, path, line);
                    }
                    self.practices.insert(id.to_owned(), practice);
                } else {
                    self.unread.push((Points::Practice, id.to_owned()));
                }
            }
            Some(("paths", id)) if self.is_name(path, id) => {
                if let Some(read) = self.open(path, text, |file| read::path(id, file)) {
                    self.paths.insert(id.to_owned(), read);
                }
            }
            Some(("pages", id)) if self.is_name(path, id) => {
                if let Some(page) = self.open(path, text, |file| read::page(id, file)) {
                    self.pages.insert(id.to_owned(), page);
                }
            }
            Some(("scripts", id)) if self.is_name(path, id) => {
                let mut draws = vec![];
                let script = self.open(path, text, |file| {
                    let script = read::script(id, text, file)?;
                    for step in &script.steps {
                        if step.what.kind() == Kind::Draw {
                            let line = file.line(file.place_in("step", &step.id));
                            draws.push((path.to_owned(), line, id.to_owned(), step.id.clone()));
                        }
                    }
                    Some(script)
                });
                self.draws.extend(draws);
                match script.flatten() {
                    Some(script) => drop(self.scripts.insert(id.to_owned(), script)),
                    None => self.unread.push((Points::Script, id.to_owned())),
                }
            }
            Some(("cards", id)) if self.is_name(path, id) => {
                match self.open(path, text, |file| cards::deck(id, file)) {
                    Some(deck) => drop(self.decks.insert(id.to_owned(), deck)),
                    None => self.unread.push((Points::Deck, id.to_owned())),
                }
            }
            Some(("dates", id)) if self.is_name(path, id) => {
                let read = self.open(path, text, |file| dates::deck(id, file));
                if let Some((deck, lines)) = read {
                    for (idea, line) in deck.ideas.iter().zip(lines) {
                        self.once("date idea", &idea.id, path, line);
                    }
                    self.dates.insert(id.to_owned(), deck);
                }
            }
            Some(("skills", id)) if self.is_name(path, id) => {
                if let Some(lesson) = self.open(path, text, |file| skills::lesson(id, file)) {
                    self.lessons.insert(id.to_owned(), lesson);
                }
            }
            Some(("rituals", id)) if self.is_name(path, id) => {
                let ideas = self.open(path, text, rituals::rituals).unwrap_or_default();
                for (idea, line) in ideas {
                    self.once("ritual", &idea.id, path, line);
                    let place = self.rituals.len();
                    self.rituals.insert(idea.id.clone(), (place, idea));
                }
            }
            Some((folder, _)) if FOLDERS.contains(&folder) => {}
            None if name.starts_with("sources") => {
                let sources = self.open(path, text, |file| {
                    file.named(|key, entry| (read::source(key, entry), entry.line(entry.at)))
                });
                self.sources_unread |= sources.is_none();
                for (source, line) in sources.unwrap_or_default() {
                    self.once("source", &source.key, path, line);
                    self.sources.insert(source.key.clone(), source);
                }
            }
            None if name == "start" => self.start = self.open(path, text, read::start),
            None if name == "first" => self.first = self.open(path, text, read::first),
            None if name == "not_now" => self.not_now = self.open(path, text, read::not_now),
            None if name == "help" => self.help = self.open(path, text, read::help),
            None if name == "touch" => self.touch = self.open(path, text, touch::read),
            Some(_) | None => self.mistakes.push(Mistake {
                file: path.to_owned(),
                line: 1,
                what: "this file has no place in a pack".to_owned(),
                fix: format!("move it to one of: {}; or take it out", FOLDERS.join(", ")),
            }),
        }
    }

    /// Whether the file's name can be a lasting id; notes it if not.
    fn is_name(&mut self, path: &str, id: &str) -> bool {
        if !is_id(id) {
            self.mistakes.push(Mistake {
                file: path.to_owned(),
                line: 1,
                what: format!("the file's name \"{id}\" is no id"),
                fix: ID_FIX.to_owned(),
            });
        }
        is_id(id)
    }

    fn open<T>(&mut self, path: &str, text: &str, read: impl FnOnce(&Table<'_>) -> T) -> Option<T> {
        let desk = Desk::new(path, text);
        let value = desk.read(read);
        let (mistakes, references) = desk.into_findings();
        self.mistakes.extend(mistakes);
        self.references.extend(references);
        value
    }

    /// Notes a name that another file, or this one, has used before.
    fn once(&mut self, noun: &str, name: &str, path: &str, line: usize) {
        let before = self
            .named
            .insert(format!("{noun} {name}"), format!("{path}:{line}"));
        if let Some(before) = before {
            self.mistakes.push(Mistake {
                file: path.to_owned(),
                line,
                what: format!("the {noun} \"{name}\" stands at {before} already"),
                fix: "give one of them another name".to_owned(),
            });
        }
    }

    fn missing(&mut self, file: &str, what: &str) {
        if !self.over {
            self.mistakes.push(Mistake {
                file: file.to_owned(),
                line: 1,
                what: "the file is missing".to_owned(),
                fix: format!("write it, with {what}"),
            });
        }
    }

    fn resolve(&mut self) {
        for reference in std::mem::take(&mut self.references) {
            let there = match reference.to {
                Points::Practice => self.practices.contains_key(&reference.id),
                Points::Script => self.scripts.contains_key(&reference.id),
                Points::Source => self.sources_unread || self.sources.contains_key(&reference.id),
                Points::Deck => self.decks.contains_key(&reference.id),
            };
            let unread = self
                .unread
                .iter()
                .any(|(kind, id)| *kind == reference.to && *id == reference.id);
            if !there && !unread {
                let noun = reference.to.noun();
                let place = match reference.to {
                    Points::Practice => format!("practices/{}.toml", reference.id),
                    Points::Script => format!("scripts/{}.toml", reference.id),
                    Points::Source => format!("[{}] in sources.toml", reference.id),
                    Points::Deck => format!("cards/{}.toml", reference.id),
                };
                self.mistakes.push(Mistake {
                    file: reference.file,
                    line: reference.line,
                    what: format!("there is no {noun} \"{}\"", reference.id),
                    fix: format!("write {place}, or name one that is there"),
                });
            }
        }
    }

    /// Deals the cards, and looks whether each practice and its script are of one family: they are offered, begun and
    /// rested by it (S5, S11).
    fn deal(&mut self) {
        let decks = &self.decks;
        let cards = |deck: &Deck| {
            let cards = deck.cards.iter();
            cards
                .map(|card| script::Card {
                    id: card.id.clone(),
                    say: card.say.clone(),
                    then: card.follow_up.clone(),
                    depth: card.depth,
                    tags: card.tags.clone(),
                })
                .collect()
        };
        for script in self.scripts.values_mut() {
            script.deal(|id| decks.get(id).map(cards).unwrap_or_default());
        }
        for (file, line, script, step) in std::mem::take(&mut self.draws) {
            let step = self
                .scripts
                .get(&script)
                .and_then(|script| script.step(&step));
            let Some(script::What::Draw(draw)) = step.map(|step| &step.what) else {
                continue;
            };
            if decks.contains_key(&draw.deck) && draw.of_depth(None).next().is_none() {
                self.mistakes.push(Mistake {
                    file,
                    line,
                    what: format!(
                        "deck \"{}\" has no card of that depth and those tags",
                        draw.deck
                    ),
                    fix: "allow another depth or tag, or write such a card".to_owned(),
                });
            }
        }
        for (file, line, practice) in std::mem::take(&mut self.led) {
            let Some(practice) = self.practices.get(&practice) else {
                continue;
            };
            let script = practice.script.as_ref().and_then(|id| self.scripts.get(id));
            if let Some(script) = script.filter(|script| script.family != practice.family) {
                self.mistakes.push(Mistake {
                    file,
                    line,
                    what: format!(
                        "its family is \"{}\", that of its script \"{}\" is \"{}\"",
                        practice.family, script.id, script.family
                    ),
                    fix: "give both the same family".to_owned(),
                });
            }
        }
    }

    fn finish(mut self, language: &str) -> Result<Pack, Vec<Mistake>> {
        self.deal();
        for (there, name, what) in [
            (
                self.start.is_some(),
                "start.toml",
                "what brings you and three questions",
            ),
            (
                self.first.is_some(),
                "first.toml",
                "the first three minutes together",
            ),
            (
                self.not_now.is_some(),
                "not_now.toml",
                "when together is the wrong thing",
            ),
            (
                self.help.is_some(),
                "help.toml",
                "crisis lines and their check dates",
            ),
        ] {
            let file = format!("{language}/{name}");
            let noted = self.mistakes.iter().any(|mistake| mistake.file == file);
            if !there && !noted {
                self.missing(&file, what);
            }
        }
        if let (true, Some(about), Some(start), Some(first), Some(not_now), Some(help)) = (
            self.mistakes.is_empty(),
            self.about,
            self.start,
            self.first,
            self.not_now,
            self.help,
        ) {
            let mut practices: Vec<Practice> = self.practices.into_values().collect();
            practices.sort_by_key(place);
            let mut dates: Vec<DateDeck> = self.dates.into_values().collect();
            dates.sort_by_key(|deck| deck.number);
            let mut lessons: Vec<Lesson> = self.lessons.into_values().collect();
            lessons.sort_by_key(|lesson| lesson.number);
            let mut rituals: Vec<(usize, RitualIdea)> = self.rituals.into_values().collect();
            rituals.sort_by_key(|(place, ritual)| (ritual.often, *place));
            return Ok(Pack {
                about,
                stages: self.stages,
                practices,
                paths: self.paths.into_values().collect(),
                scripts: self.scripts,
                sources: self.sources,
                pages: self.pages.into_values().collect(),
                start,
                first,
                not_now,
                help,
                decks: self.decks.into_values().collect(),
                dates,
                lessons,
                rituals: rituals.into_iter().map(|(_, ritual)| ritual).collect(),
                touch: self.touch.unwrap_or_default(),
                others: self.others,
            });
        }
        self.mistakes.sort();
        Err(self.mistakes)
    }
}

/// Pack order: stages 1 to 5, then what belongs to none; rows as numbers, so that G10 follows G9.
fn place(practice: &Practice) -> (u8, Vec<u32>, String) {
    let stage = if practice.stage == 0 {
        u8::MAX
    } else {
        practice.stage
    };
    let row = practice.row.as_deref().unwrap_or("G99");
    let row = row.trim_start_matches('G').split('.');
    let row = row.map(|part| part.parse().unwrap_or(u32::MAX)).collect();
    (stage, row, practice.id.clone())
}

fn by<T>(all: Vec<T>, key: impl Fn(&T) -> &String) -> BTreeMap<String, T> {
    all.into_iter()
        .map(|one| (key(&one).clone(), one))
        .collect()
}
