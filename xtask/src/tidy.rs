//! House rules that no linter knows. Each is a function from the project's files to findings, so that each has a test
//! with a planted fault.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};

use crate::run::Run;

/// The text files of the project, by path from its root.
pub(crate) struct Files(BTreeMap<String, String>);

/// Something to put right.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    file: String,
    line: usize,
    what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// Checks everything that is, or is about to be, committed.
pub(crate) fn check(root: &Path) -> Result<Vec<Finding>> {
    let files = Files::read(root)?;
    let rules = [
        raw_html,
        inline_script_and_style,
        scripts,
        clock,
        machine_paths,
        hidden_characters,
        gentle_copy,
        banned_words,
        text_ids,
        misuse_sheets,
        advisories,
        migrations,
        lints,
        sleeping,
    ];
    let mut findings: Vec<Finding> = rules.iter().flat_map(|rule| rule(&files)).collect();
    for room in PURE_ROOMS {
        let package = format!("rekindle-{room}");
        if !files.has(&format!("crates/{room}/Cargo.toml")) {
            continue;
        }
        let tree = Run::cargo([
            "tree",
            "--locked",
            "--package",
            &package,
            "--edges",
            "normal",
            "--prefix",
            "none",
        ]);
        findings.extend(pure_room(room, &tree.output()?));
    }
    Ok(findings)
}

impl Files {
    fn read(root: &Path) -> Result<Self> {
        let listed = Run::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .output();
        let mut files = BTreeMap::new();
        for name in listed
            .context("listing the project's files")?
            .split_terminator('\0')
        {
            // Not there: deleted and not yet committed. Not text: fonts and pictures.
            if let Ok(text) = std::fs::read_to_string(root.join(name)) {
                files.insert(name.to_owned(), text);
            }
        }
        Ok(Self(files))
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Our own files under `folder` with this ending; other people's (vendored) are left out.
    fn under<'a>(
        &'a self,
        folder: &'a str,
        ending: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .filter(move |(name, _)| {
                name.starts_with(folder) && name.ends_with(ending) && !name.contains("vendor/")
            })
    }
}

/// Every line of these files that `wrong` finds fault with.
fn each_line<'a>(
    files: impl Iterator<Item = (&'a str, &'a str)>,
    mut wrong: impl FnMut(&str, &str) -> Option<String>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, text) in files {
        for (number, line) in text.lines().enumerate() {
            if let Some(what) = wrong(file, line) {
                findings.push(Finding {
                    file: file.to_owned(),
                    line: number + 1,
                    what,
                });
            }
        }
    }
    findings
}

/// Markup is escaped everywhere but in the small types of `ui` (style.md, Pages).
fn raw_html(files: &Files) -> Vec<Finding> {
    each_line(files.under("crates/web/src/", ".rs"), |file, line| {
        let in_ui = file == "crates/web/src/ui.rs" || file.starts_with("crates/web/src/ui/");
        (!in_ui && line.contains("PreEscaped")).then(|| "raw HTML belongs in ui".to_owned())
    })
}

/// The content security policy allows neither (K14), so they would not work.
fn inline_script_and_style(files: &Files) -> Vec<Finding> {
    each_line(files.under("crates/web/src/", ".rs"), |file, line| {
        let line = line.trim_start();
        let attribute = [
            " style=",
            " onclick=",
            " onchange=",
            " onsubmit=",
            " onload=",
            " oninput=",
            "javascript:",
        ];
        (!file.ends_with("tests.rs")
            && !line.starts_with("//")
            && attribute.iter().any(|attribute| line.contains(attribute)))
        .then(|| "inline styles and handlers are refused by our own policy (K14)".to_owned())
    })
}

/// All scripts of the app in bytes, before compression, without comments and indentation.
const SCRIPTS: usize = 25_000;

/// Scripts say what they are for, name the types of what they are given, never make markup of text, and stay small.
fn scripts(files: &Files) -> Vec<Finding> {
    let all = || files.under("crates/web/assets/js/", ".js");
    let mut findings = each_line(all(), |_, line| {
        let markup = [
            "innerHTML =",
            "outerHTML =",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "localStorage",
            "sessionStorage",
        ];
        let found = markup.iter().find(|word| line.contains(**word));
        found.map(|word| format!("{word} has no place in our scripts (K14, S18)"))
    });
    for (file, text) in all() {
        let mut wrong = |line: usize, what: &str| {
            findings.push(Finding {
                file: file.to_owned(),
                line,
                what: what.to_owned(),
            });
        };
        if !text.starts_with("// ") {
            wrong(1, "begins with what it is for");
        }
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let start = line
                .trim_start_matches("export ")
                .trim_start_matches("async ");
            let Some(rest) = start.strip_prefix("function ") else {
                continue;
            };
            let given = rest.split(['(', ')']).nth(1).unwrap_or_default();
            // A comment of several lines ends just above.
            let above = &lines[number.saturating_sub(3)..number];
            if !given.is_empty() && !above.iter().any(|line| line.contains("@param")) {
                wrong(
                    number + 1,
                    "what is given to a function has a type (@param)",
                );
            }
        }
    }
    let code = |line: &&str| !["//", "/*", "*"].iter().any(|mark| line.starts_with(mark));
    let lines = all().flat_map(|(_, text)| text.lines().map(str::trim_start));
    let size: usize = lines.filter(code).map(|line| line.len() + 1).sum();
    if size > SCRIPTS {
        findings.push(Finding {
            file: "crates/web/assets/js".to_owned(),
            line: 1,
            what: format!("{size} bytes of script, and {SCRIPTS} is the most"),
        });
    }
    findings
}

/// One function reads the wall clock.
fn clock(files: &Files) -> Vec<Finding> {
    each_line(files.under("crates/", ".rs"), |file, line| {
        let reads = [
            "SystemTime::now",
            "Timestamp::now",
            "Zoned::now",
            "OffsetDateTime::now",
        ];
        (file != "crates/rekindle/src/clock.rs" && reads.iter().any(|read| line.contains(read)))
            .then(|| "the wall clock is read in crates/rekindle/src/clock.rs only".to_owned())
    })
}

/// What is committed works on every machine, and says nothing about ours.
fn machine_paths(files: &Files) -> Vec<Finding> {
    let paths = [
        concat!("/ro", "ot/"),
        concat!("/wo", "rk/"),
        concat!("/ho", "me/"),
        concat!("artif", "actory"),
    ];
    each_line(files.under("", ""), |file, line| {
        let found = paths.iter().find(|path| line.contains(**path))?;
        (!file.contains("LICENSE")).then(|| format!("{found} is a place on one machine"))
    })
}

/// Marks that turn text around hide what code does; tests write them as escapes.
fn hidden_characters(files: &Files) -> Vec<Finding> {
    each_line(files.under("", ""), |_, line| {
        line.chars()
            .any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
            .then(|| "a hidden direction mark; write it as an escape".to_owned())
    })
}

/// What people read is calm (design.md, Words; S4, S25).
fn gentle_copy(files: &Files) -> Vec<Finding> {
    // Titles of other people's works stand as they are.
    let guide = files
        .under("guide/", ".toml")
        .filter(|(file, _)| !file.contains("/sources"));
    let copy = files.under("crates/web/text/", ".ftl").chain(guide);
    each_line(copy, |_, line| {
        let line = line.split_once(['=', '"']).map_or(line, |(_, value)| value);
        if line.trim_start().starts_with('#') {
            return None;
        }
        let small = line.to_lowercase();
        let watching = [
            "your streak",
            "last seen",
            "is typing",
            "has not answered",
            "hasn't answered",
            "great job",
        ];
        if line.contains('!') {
            Some("no exclamation marks".to_owned())
        } else if line.chars().any(is_emoji) {
            Some("no emoji as interface".to_owned())
        } else {
            watching
                .iter()
                .find(|word| small.contains(**word))
                .map(|word| format!("{word:?} is not how we speak"))
        }
    })
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{fe0f}' | '\u{2b50}' | '\u{2b55}')
}

/// Promises we do not make (safety.md, section 3).
fn banned_words(files: &Files) -> Vec<Finding> {
    let words = [
        "zero-knowledge",
        "zero knowledge",
        "end-to-end",
        "unbreakable",
        "we cannot read",
    ];
    let said = files
        .under("README.md", "")
        .chain(files.under("crates/web/text/", ".ftl"))
        .chain(files.under("guide/", ".toml"))
        .chain(files.under("docs/", ".md"));
    each_line(said, |_, line| {
        let line = line.to_lowercase();
        words
            .iter()
            .find(|word| line.contains(**word))
            .map(|word| format!("{word:?} promises too much"))
    })
}

/// Ids of the messages in one Fluent file, with their line.
fn fluent_ids(text: &str) -> impl Iterator<Item = (&str, usize)> {
    text.lines().enumerate().filter_map(|(number, line)| {
        let (id, _) = line.split_once('=')?;
        let id = id.trim_end();
        let first = id.chars().next()?;
        (first.is_ascii_lowercase()
            && id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        .then_some((id, number + 1))
    })
}

/// String literals of Rust source, near enough: without those that hold a quote.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .flat_map(|line| line.split('"').skip(1).step_by(2))
}

/// How pages ask for a text.
const ASKS: [&str; 4] = ["say(\"", "say_with(\"", "say!(\"", "text(\""];

/// Every text that is asked for exists in every language, and every text that exists is asked for.
fn text_ids(files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut languages: BTreeMap<&str, BTreeMap<&str, (&str, usize)>> = BTreeMap::new();
    for (file, text) in files.under("crates/web/text/", ".ftl") {
        let language = file["crates/web/text/".len()..]
            .split(['/', '.'])
            .next()
            .unwrap_or_default();
        let ids = languages.entry(language).or_default();
        for (id, line) in fluent_ids(text) {
            if ids.insert(id, (file, line)).is_some() {
                findings.push(Finding {
                    file: file.to_owned(),
                    line,
                    what: format!("{id} is there twice"),
                });
            }
        }
    }
    if languages.is_empty() {
        return findings;
    }
    let every: BTreeSet<&str> = languages
        .values()
        .flat_map(|ids| ids.keys().copied())
        .collect();
    for (language, ids) in &languages {
        for id in every.iter().filter(|id| !ids.contains_key(**id)) {
            let file = format!("crates/web/text/{language}");
            findings.push(Finding {
                file,
                line: 1,
                what: format!("{id} is missing in this language"),
            });
        }
    }

    let mut used = BTreeSet::new();
    let mut starts = BTreeSet::new();
    for (file, text) in files.under("crates/", ".rs") {
        for literal in literals(text) {
            match literal.split_once('{') {
                Some((start, _)) if start.ends_with('-') => drop(starts.insert(start)),
                _ => drop(used.insert(literal)),
            }
        }
        for (number, line) in text.lines().enumerate() {
            for ask in ASKS {
                for (at, _) in line.match_indices(ask) {
                    let id = line[at + ask.len()..].split('"').next().unwrap_or_default();
                    if file.starts_with("crates/web/") && !every.contains(id) {
                        let what = format!("no text is called {id:?}");
                        findings.push(Finding {
                            file: file.to_owned(),
                            line: number + 1,
                            what,
                        });
                    }
                }
            }
        }
    }
    // A message may also be asked for by another one.
    for (_, text) in files.under("crates/web/text/", ".ftl") {
        used.extend(
            text.split('{')
                .skip(1)
                .filter_map(|rest| rest.split('}').next())
                .map(str::trim),
        );
    }
    for ids in languages.values() {
        for (id, (file, line)) in ids {
            if !used.contains(id) && !starts.iter().any(|start| id.starts_with(start)) {
                findings.push(Finding {
                    file: (*file).to_owned(),
                    line: *line,
                    what: format!("{id} is never shown"),
                });
            }
        }
    }
    findings
}

/// Each page has half a page on how it could be misused (S26), found by the table of docs/misuse/README.md: sheet,
/// feature, pages.
fn misuse_sheets(files: &Files) -> Vec<Finding> {
    const INDEX: &str = "docs/misuse/README.md";
    let mut findings = Vec::new();
    let mut covered: BTreeSet<&str> = BTreeSet::new();
    let index = files.0.get(INDEX).map_or("", String::as_str);
    for (number, line) in index.lines().enumerate() {
        let Some((sheet, rest)) = line
            .strip_prefix("| [")
            .and_then(|rest| rest.split_once(']'))
        else {
            continue;
        };
        if files.has(&format!("docs/misuse/{sheet}.md")) {
            let pages = rest
                .trim_end_matches('|')
                .rsplit('|')
                .next()
                .unwrap_or_default();
            covered.extend(pages.split(',').map(str::trim));
        } else {
            let what = format!("there is no sheet {sheet}.md");
            findings.push(Finding {
                file: INDEX.to_owned(),
                line: number + 1,
                what,
            });
        }
    }
    for (file, text) in files.under("crates/web/src/pages/", ".rs") {
        let concept = file
            .trim_start_matches("crates/web/src/pages/")
            .trim_end_matches(".rs");
        let concept = concept.split('/').next().unwrap_or(concept);
        if text.contains("fn routes(") && concept != "mod" && !covered.contains(concept) {
            let what = format!("no misuse sheet: no row of {INDEX} names the page {concept}");
            findings.push(Finding {
                file: file.to_owned(),
                line: 1,
                what,
            });
        }
    }
    findings
}

const ADVISORIES: &str = "docs/advisories.md";

/// Advisories are reviewed by a person, who says when and why an exception is one (K25).
fn advisories(files: &Files) -> Vec<Finding> {
    let finding = |line, what: &str| {
        vec![Finding {
            file: ADVISORIES.to_owned(),
            line,
            what: what.to_owned(),
        }]
    };
    let Some(text) = files.0.get(ADVISORIES) else {
        return finding(1, "is missing: the reviewed list of advisories (K25)");
    };
    let reviewed = text
        .lines()
        .find_map(|line| line.strip_prefix("Reviewed: "));
    if !reviewed.is_some_and(is_date) {
        return finding(1, "needs a line `Reviewed: YEAR-MONTH-DAY`");
    }
    let mut findings = Vec::new();
    for (number, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with("| RUSTSEC-"))
    {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        if cells.len() != 4 || cells.iter().any(|cell| cell.is_empty()) {
            findings.extend(finding(
                number + 1,
                "an exception says: advisory, crate, why it does not reach us, until when",
            ));
        }
    }
    findings
}

fn is_date(text: &str) -> bool {
    let shape: String = text
        .trim()
        .chars()
        .map(|c| if c.is_ascii_digit() { '9' } else { c })
        .collect();
    shape == "9999-99-99"
}

/// Migrations are numbered, each number once, and never change places. A number may be left out: the work it was meant
/// for came later, or not.
fn migrations(files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut last = 0;
    for (file, _) in files.under("crates/database/migrations/", ".sql") {
        let number = file
            .rsplit('/')
            .next()
            .and_then(|name| name.split('_').next())
            .and_then(|n| n.parse::<u32>().ok());
        let follows = number.is_some_and(|number| number > last);
        last = number.unwrap_or(last);
        if !follows {
            let what = format!("expected a number behind {last:04}");
            findings.push(Finding {
                file: file.to_owned(),
                line: 1,
                what,
            });
        }
    }
    findings
}

/// Every package of the workspace is under the workspace's lints.
fn lints(files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, text) in files.under("", "/Cargo.toml") {
        if text.contains("[package]") && !text.contains("[lints]\nworkspace = true") {
            findings.push(Finding {
                file: file.to_owned(),
                line: 1,
                what: "needs [lints] workspace = true".to_owned(),
            });
        }
    }
    findings
}

/// Tests pass the time, they do not wait for it; a poll's few milliseconds apart.
fn sleeping(files: &Files) -> Vec<Finding> {
    let tests = files
        .under("", ".rs")
        .filter(|(file, _)| file.contains("/tests/") || file.starts_with("tests/journeys/"));
    each_line(tests, |_, line| {
        (line.contains("sleep(") && line.contains("from_secs"))
            .then(|| "no sleeping in tests: pass the time, or poll with a deadline".to_owned())
    })
}

/// Rooms that build without sockets, drivers and runtimes (architecture.md, Rooms).
const PURE_ROOMS: [&str; 5] = ["domain", "words", "vault", "store", "web"];

const IMPURE: [&str; 18] = [
    "async-std",
    "diesel",
    "hyper",
    "mio",
    "native-tls",
    "openssl",
    "postgres",
    "quinn",
    "reqwest",
    "rusqlite",
    "rustls",
    "smol",
    "socket2",
    "sqlx",
    "sqlx-core",
    "tokio",
    "tokio-util",
    "ureq",
];

fn pure_room(room: &str, tree: &str) -> Vec<Finding> {
    let mut found: BTreeSet<&str> = BTreeSet::new();
    for line in tree.lines() {
        let name = line.split_whitespace().next().unwrap_or_default();
        found.extend(IMPURE.iter().copied().filter(|impure| *impure == name));
        // The rules know neither chance nor serving.
        if room == "domain" && ["getrandom", "rand", "axum", "maud"].contains(&name) {
            found.insert(name);
        }
    }
    found
        .into_iter()
        .map(|name| Finding {
            file: format!("crates/{room}/Cargo.toml"),
            line: 1,
            what: format!(
                "{name} has no place in {room}: `cargo tree -p rekindle-{room} -e normal -i {name}`"
            ),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(all: &[(&str, &str)]) -> Files {
        Files(
            all.iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect(),
        )
    }

    fn found(rule: fn(&Files) -> Vec<Finding>, all: &[(&str, &str)]) -> Vec<String> {
        rule(&files(all)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_rule_finds_its_planted_fault_and_leaves_the_rest_alone() {
        type Rule = fn(&Files) -> Vec<Finding>;
        type File = (&'static str, &'static str);
        let hidden = "let x = \"\u{202e}\";";
        let cases: [(Rule, File, File); 10] = [
            (
                raw_html,
                ("crates/web/src/today.rs", "PreEscaped(x)"),
                ("crates/web/src/ui.rs", "PreEscaped(x)"),
            ),
            (
                inline_script_and_style,
                ("crates/web/src/today.rs", "p style=\"x\" {}"),
                ("crates/web/src/today.rs", "// p style=\"x\" {}"),
            ),
            (
                clock,
                ("crates/web/src/lib.rs", "SystemTime::now()"),
                ("crates/rekindle/src/clock.rs", "SystemTime::now()"),
            ),
            (
                machine_paths,
                ("README.md", concat!("cd /wo", "rk/x")),
                ("README.md", "cd rekindle"),
            ),
            (
                hidden_characters,
                ("crates/web/src/lib.rs", hidden),
                ("crates/web/src/lib.rs", r#"let x = "\u{202e}";"#),
            ),
            (
                gentle_copy,
                ("crates/web/text/en.ftl", "done = Well done!"),
                ("crates/web/text/en.ftl", "# Hey!\ndone = Done."),
            ),
            (
                banned_words,
                ("README.md", "It is End-to-End sealed."),
                ("README.md", "It is sealed."),
            ),
            (
                migrations,
                ("crates/database/migrations/first.sql", ""),
                ("crates/database/migrations/0001_first.sql", ""),
            ),
            (
                lints,
                ("crates/x/Cargo.toml", "[package]"),
                (
                    "crates/x/Cargo.toml",
                    "[package]\n[lints]\nworkspace = true\n",
                ),
            ),
            (
                sleeping,
                (
                    "crates/database/tests/all.rs",
                    "thread::sleep(Duration::from_secs(1))",
                ),
                (
                    "tests/src/person.rs",
                    "thread::sleep(Duration::from_secs(1))",
                ),
            ),
        ];
        for (rule, wrong, right) in cases {
            assert_eq!(found(rule, &[wrong]).len(), 1, "{wrong:?}");
            assert_eq!(found(rule, &[right]), [""; 0], "{right:?}");
        }
    }

    #[test]
    fn scripts_say_what_they_are_for_and_stay_small() {
        let at = "crates/web/assets/js/a.js";
        let good =
            "// Rings.\n/** @param {string} name */\nfunction ring(name) {}\nfunction stop() {}\n";
        assert_eq!(found(scripts, &[(at, good)]), [""; 0]);
        let long = format!("// Long.\n{}", "a;".repeat(13_000));
        for bad in [
            "function stop() {}",
            "// Rings.\nfunction ring(name) {}",
            "// Writes.\np.innerHTML = name;",
            "// Keeps.\nlocalStorage.name = 1;",
            &long,
        ] {
            assert_eq!(found(scripts, &[(at, bad)]).len(), 1, "{bad:.40}");
        }
    }

    #[test]
    fn copy_has_no_pictures_and_does_not_watch() {
        for line in [
            "a = Done \u{1f600}",
            "a = \u{2764}\u{fe0f}",
            "a = Your streak is three",
            "a = Ben has not answered",
        ] {
            assert_eq!(
                found(gentle_copy, &[("crates/web/text/en.ftl", line)]).len(),
                1,
                "{line}"
            );
        }
        assert_eq!(
            found(
                gentle_copy,
                &[(
                    "guide/en/pages/a.toml",
                    "say = \"Three \u{2013} or four\u{2026}\""
                )]
            ),
            [""; 0]
        );
    }

    #[test]
    fn texts_and_their_uses_match_in_every_language() {
        let all = [
            (
                "crates/web/text/en/a.ftl",
                "today = Today\nunused = Nobody\ngrade-a = Strong\nbrand = { today }\n",
            ),
            (
                "crates/web/text/de/a.ftl",
                "today = Heute\ngrade-a = Stark\nbrand = { today }\n",
            ),
            (
                "crates/web/src/today.rs",
                "say(\"today\"); say(\"nowhere\"); say(\"brand\"); f(format!(\"grade-{x}\"))",
            ),
        ];
        assert_eq!(
            found(text_ids, &all),
            [
                "crates/web/text/de:1: unused is missing in this language",
                "crates/web/src/today.rs:1: no text is called \"nowhere\"",
                "crates/web/text/en/a.ftl:2: unused is never shown",
            ]
        );
    }

    #[test]
    fn s26_a_concept_without_a_misuse_sheet_is_found() {
        let page = ("crates/web/src/pages/plan.rs", "pub(crate) fn routes() {}");
        let index = (
            "docs/misuse/README.md",
            "| [dates](dates.md) | dates | plan, date |\n",
        );
        assert_eq!(found(misuse_sheets, &[page]).len(), 1);
        assert_eq!(found(misuse_sheets, &[page, index]).len(), 2);
        assert_eq!(
            found(misuse_sheets, &[page, index, ("docs/misuse/dates.md", "")]),
            [""; 0]
        );
    }

    #[test]
    fn k25_advisories_name_their_review_and_every_exception_its_reason() {
        let good =
            "Reviewed: 2026-11-23\n\n| RUSTSEC-2023-0071 | rsa | only public keys | 2027-05-01 |\n";
        assert_eq!(found(advisories, &[(ADVISORIES, good)]), [""; 0]);
        for bad in [
            "",
            "Reviewed: soon",
            "Reviewed: 2026-11-23\n| RUSTSEC-2023-0071 | rsa | | 2027-05-01 |\n",
        ] {
            assert_eq!(found(advisories, &[(ADVISORIES, bad)]).len(), 1, "{bad:?}");
        }
        assert_eq!(found(advisories, &[]).len(), 1);
    }

    #[test]
    fn a_runtime_in_a_pure_room_is_found() {
        let tree = "rekindle-domain v0.1.0\nserde v1.0.0\ntokio v1.54.0\n";
        assert_eq!(pure_room("domain", tree).len(), 1);
        assert_eq!(
            pure_room("domain", "serde v1.0.0\ntokio-stream-names v1.0.0\n"),
            []
        );
        assert_eq!(pure_room("web", "getrandom v0.4.0\n"), []);
    }
}
