//! From the texts of a pack to its types. Every limit of the format stands here, once.

use std::ops::RangeInclusive;

use jiff::civil::{Time, time};

use super::kinds::{
    About, Answer, Clock, Country, Directory, Evidence, First, FirstStep, Help, Line, Minutes,
    NotNow, Page, Part, Path, PathKind, Practice, Question, Source, Stage, Start, Variant, Week,
    WeekKind,
};
use super::table::{Points, Table};
use crate::session::script::{Script, What};

/// Characters. A title fits a card; a line to do is read in about three seconds; a passage stays a paragraph.
pub(super) const TITLE: usize = 70;
const SPOKEN: usize = 90;
pub(super) const LINE: usize = 160;
pub(super) const SENTENCES: usize = 500;
const PASSAGE: usize = 1_200;

pub(super) const SOME: RangeInclusive<usize> = 1..=usize::MAX;
pub(super) const ANY: RangeInclusive<usize> = 0..=usize::MAX;

pub(super) fn about(file: &Table<'_>) -> (About, Vec<Stage>) {
    let about = About {
        id: file.id("id"),
        title: file.text("title", TITLE),
        languages: file.texts("languages", SOME, 12),
        licence: file.text("licence", LINE),
    };
    let stages = file.tables("stage", ANY, |stage| Stage {
        number: small(stage.number("number", 1..=5)),
        title: stage.text("title", TITLE),
        lead: stage.text("lead", SENTENCES),
    });
    for (place, stage) in (1..).zip(&stages) {
        if stage.number != place {
            file.note(
                "stage",
                "the stages are out of order",
                "number them 1, 2, 3 … as they stand",
            );
            break;
        }
    }
    (about, stages)
}

pub(super) fn practice(id: &str, file: &Table<'_>) -> Practice {
    Practice {
        id: id.to_owned(),
        stage: small(file.number("stage", 0..=5)),
        row: row(file),
        title: file.text("title", TITLE),
        what: file.text("what", SENTENCES),
        minutes: minutes(file),
        energy: file.word("energy"),
        people: file.word("for"),
        family: file.word("family"),
        silent: file.yes("silent"),
        moment: file.maybe_id("moment"),
        hour: hour(file),
        clock: clock(file),
        script: file.maybe_one("script", Points::Script),
        why: file.text("why", PASSAGE),
        steps: file.texts("steps", 3..=8, LINE),
        ground_rules: file.texts("ground_rules", ANY, LINE * 2),
        not_when: file.texts("not_when", ANY, LINE * 2),
        first: file.many("first", Points::Practice),
        next: file.many("next", Points::Practice),
        propose: file.text("propose", SENTENCES),
        help: file.maybe_text("help", SENTENCES),
        evidence: evidence(file, SOME),
        variants: file.tables("variant", ANY, |variant| Variant {
            fits: variant.word("for"),
            say: variant.text("say", SENTENCES),
        }),
    }
}

/// The time of day that a proposal suggests: the evening, unless the practice knows better.
fn hour(file: &Table<'_>) -> Time {
    const EVENING: Time = time(20, 30, 0, 0);
    let Some(hour) = file.maybe_text("hour", 5) else {
        return EVENING;
    };
    Time::strptime("%H:%M", &hour).unwrap_or_else(|_| {
        let what = format!("`hour` is \"{hour}\", which is no time of day");
        file.note("hour", what, "write it like 07:30, or leave it out");
        EVENING
    })
}

/// The timer of a daily moment; nothing else has one.
fn clock(file: &Table<'_>) -> Option<Clock> {
    if !file.has("clock") {
        return None;
    }
    if !file.has("moment") {
        file.note(
            "clock",
            "a `clock` belongs to a daily moment",
            "give the practice a `moment`, or take the clock out",
        );
    }
    file.table("clock", |clock| Clock {
        seconds: u16::try_from(clock.number("seconds", 3..=3600)).unwrap_or_default(),
        say: clock.text("say", SPOKEN),
    })
}

/// A guide row such as `G3` or `G3.1`.
fn row(file: &Table<'_>) -> Option<String> {
    let row = file.maybe_text("row", 8)?;
    let numbers = row.strip_prefix('G').unwrap_or_default();
    let good = numbers.split('.').count() <= 2
        && numbers
            .split('.')
            .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()));
    if !good {
        let what = format!("`row` is \"{row}\", which is no row of the guide");
        file.note("row", what, "write it like G3.1, or leave it out");
    }
    Some(row)
}

pub(super) fn minutes(file: &Table<'_>) -> Minutes {
    let read = |table: &Table<'_>| {
        let one = |key| u16::try_from(table.number(key, 1..=600)).unwrap_or_default();
        Minutes {
            least: one("least"),
            usual: one("usual"),
            most: one("most"),
        }
    };
    let minutes = file.table("minutes", read).unwrap_or(Minutes {
        least: 1,
        usual: 1,
        most: 1,
    });
    if minutes.least > minutes.usual || minutes.usual > minutes.most {
        file.note(
            "minutes",
            format!(
                "the minutes are out of order: least {}, usual {}, most {}",
                minutes.least, minutes.usual, minutes.most
            ),
            "write the least first, then the usual, then the most",
        );
    }
    minutes
}

pub(super) fn evidence(file: &Table<'_>, many: RangeInclusive<usize>) -> Vec<Evidence> {
    file.tables("evidence", many, |line| Evidence {
        grade: line.word("grade"),
        says: line.text("says", SENTENCES),
        source: line.one("source", Points::Source),
    })
}

pub(super) fn path(id: &str, file: &Table<'_>) -> Path {
    let path = Path {
        id: id.to_owned(),
        title: file.text("title", TITLE),
        what: file.text("what", SENTENCES),
        why: file.text("why", PASSAGE),
        kind: file.word_or("kind", PathKind::Journey),
        outline: file.yes("outline"),
        first_say: file.maybe_text("first_say", PASSAGE),
        evidence: evidence(file, SOME),
        weeks: file.tables("week", ANY, |week| Week {
            number: small(week.number("number", 1..=99)),
            title: week.text("title", TITLE),
            say: week.text("say", PASSAGE),
            practices: week.many("practices", Points::Practice),
            kind: week.word_or("kind", WeekKind::Step),
        }),
    };
    if path.weeks.is_empty() && !path.outline {
        file.note(
            "week",
            "the path has no weeks",
            "write a [[week]], or say outline = true",
        );
    }
    if (1..).zip(&path.weeks).any(|(n, week)| week.number != n) {
        let numbers: Vec<String> = path
            .weeks
            .iter()
            .map(|week| week.number.to_string())
            .collect();
        file.note(
            "week",
            format!("the weeks are numbered {}", numbers.join(", ")),
            "number them 1, 2, 3 … as they stand",
        );
    }
    path
}

pub(super) fn source(key: &str, entry: &Table<'_>) -> Source {
    Source {
        key: key.to_owned(),
        author: entry.cited("author"),
        year: u16::try_from(entry.number("year", 1850..=2100)).unwrap_or_default(),
        title: entry.cited("title"),
        place: entry.cited("where"),
        kind: entry.word("kind"),
    }
}

pub(super) fn page(id: &str, file: &Table<'_>) -> Page {
    Page {
        id: id.to_owned(),
        title: file.text("title", TITLE),
        lead: file.text("lead", SENTENCES),
        parts: parts(file),
    }
}

pub(super) fn parts(file: &Table<'_>) -> Vec<Part> {
    file.tables("part", SOME, |part| Part {
        heading: part.text("heading", TITLE),
        text: part.text("text", PASSAGE),
        sources: part.many("sources", Points::Source),
    })
}

pub(super) fn start(file: &Table<'_>) -> Start {
    let start = Start {
        title: file.text("title", TITLE),
        lead: file.text("lead", SENTENCES),
        brings: file.tables("brings", 2..=8, answer),
        questions: file.tables("question", 3..=3, |question| Question {
            id: question.id("id"),
            ask: question.text("ask", LINE),
            answers: question.tables("answer", 2..=5, answer),
        }),
    };
    let mut ids: Vec<&str> = start.answers().map(|answer| answer.id.as_str()).collect();
    ids.sort_unstable();
    let mut twice: Vec<&str> = ids
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0])
        .collect();
    twice.dedup();
    for id in twice {
        file.note(
            "question",
            format!("the answer id \"{id}\" stands twice in the start"),
            "give every answer an id of its own, such as energy-low",
        );
    }
    start
}

fn answer(entry: &Table<'_>) -> Answer {
    Answer {
        id: entry.id("id"),
        say: entry.text("say", LINE),
        points: entry.weights("points", Points::Practice, -9..=9),
        because: entry.text("because", SENTENCES),
    }
}

pub(super) fn first(file: &Table<'_>) -> First {
    First {
        title: file.text("title", TITLE),
        lead: file.text("lead", SENTENCES),
        steps: file.tables("step", SOME, |step| FirstStep {
            say: step.text("say", LINE),
            seconds: u16::try_from(step.number("seconds", 1..=300)).unwrap_or_default(),
        }),
        close: file.text("close", SENTENCES),
    }
}

pub(super) fn not_now(file: &Table<'_>) -> NotNow {
    NotNow {
        title: file.text("title", TITLE),
        lead: file.text("lead", SENTENCES),
        when: file.texts("when", SOME, LINE),
        close: file.text("close", SENTENCES),
    }
}

pub(super) fn help(file: &Table<'_>) -> Help {
    Help {
        countries: file.tables("country", SOME, |country| Country {
            code: country.text("code", 12),
            name: country.text("name", TITLE),
            emergency: country.text("emergency", LINE),
            lines: country.tables("line", ANY, line),
        }),
        directories: file.tables("directory", ANY, |entry| Directory {
            country: entry.text("country", TITLE),
            kind: entry.word("for"),
            name: entry.text("name", LINE),
            place: entry.text("where", LINE),
            status: entry.word("status"),
        }),
    }
}

fn line(entry: &Table<'_>) -> Line {
    let line = Line {
        name: entry.text("name", LINE),
        contact: entry.texts("contact", SOME, LINE),
        hours: entry.text("hours", LINE),
        people: entry.text("for", LINE),
        checked: entry.text("checked", 10),
        status: entry.word("status"),
    };
    if entry.has("checked") && line.checked.parse::<jiff::civil::Date>().is_err() {
        entry.note(
            "checked",
            format!("`checked` is \"{}\", which is no day", line.checked),
            "write the day somebody looked it up, like 2026-11-22",
        );
    }
    line
}

/// A session script. Its format is the session's own: it parses and checks itself, and here its mistakes get lines.
/// Of wrong keys and types only the first is told.
pub(super) fn script(id: &str, text: &str, file: &Table<'_>) -> Option<Script> {
    file.copy_below(&["title", "what", "part", "say", "hint", "ask"], SENTENCES);
    let script = match Script::parse(id, text) {
        Ok(script) => script,
        Err(error) => {
            file.note_at(
                error.span().map_or(0, |span| span.start),
                error.message().replace('\n', " "),
                "write the step as the format says",
            );
            return None;
        }
    };
    if let Some(next) = &script.next {
        file.points(Points::Practice, next, file.place("next"));
    }
    for step in &script.steps {
        if let What::Draw(draw) = &step.what {
            file.points(Points::Deck, &draw.deck, file.place_in("step", &step.id));
        }
    }
    for mistake in script.check() {
        let place = match mistake.at.split_once(' ') {
            Some((list, id)) => file.place_in(list, id),
            None => file.place(&mistake.at),
        };
        let what = format!("{}: {}", mistake.at, mistake.what);
        file.note_at(place, what, mistake.fix);
    }
    Some(script)
}

pub(super) fn small(number: i64) -> u8 {
    u8::try_from(number).unwrap_or_default()
}
