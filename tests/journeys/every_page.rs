//! Every page of the demo house: nothing for axe to find, nothing sticking out, nothing asked of other hosts, in light
//! and in dark, on small, usual and wide screens (design.md "Measures", S23). And every route that shows a page is on
//! that walk, or axe looks at it in a story of its own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use journeys::{Screen, Server, tour};

/// What only a story leads to, and which one.
const IN_A_STORY: [(&str, &str); 7] = [
    ("COMPARE", "keys"),
    ("INVITATION", "looks"),
    ("INVITATION_FIRST", "looks"),
    ("INVITATION_JOIN", "looks"),
    ("PAIR", "looks"),
    ("SESSION", "every_session"),
    ("TRUST", "at_home"),
];

/// What is fetched and is no page, or goes on to one by itself.
const NO_PAGE: [&str; 7] = [
    "CONTINUE",
    "FEED",
    "LEAVE",
    "SESSION_LIVE",
    "TRUST_DER",
    "TRUST_PEM",
    "WORKER",
];

fn every_page_at(width: u32) {
    let house = Server::demo(1).start();
    let screen = if width > 600 {
        Screen::desk()
    } else {
        Screen::phone().sized(width, 844)
    };
    let mut seen = BTreeSet::new();
    let mara = tour(&house, &screen, |one, _| {
        seen.insert(one.path());
        one.is_accessible(); // in light and in dark
        one.fits();
        if width > 600 {
            one.turns_to(1400, 900, false);
            one.fits();
            one.turns_to(width, 800, false);
        }
    });
    mara.has_no_complaints();
    mara.stayed_home();
    let shown = shown();
    let passed: BTreeSet<&str> = (seen.iter())
        .filter_map(|path| route_of(&shown, path))
        .collect();
    let missed: Vec<&str> = (shown.iter().map(|(name, _)| name.as_str()))
        .filter(|name| !passed.contains(name))
        .filter(|name| !NO_PAGE.contains(name) && IN_A_STORY.iter().all(|(one, _)| one != name))
        .collect();
    assert_eq!(missed, Vec::<&str>::new(), "axe has not looked at these");
}

fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// All that is routed to be looked at: its name in `paths.rs`, and its path.
fn shown() -> Vec<(String, String)> {
    let paths = std::fs::read_to_string(source("crates/web/src/paths.rs")).expect("the paths");
    let known: Vec<(&str, &str)> = (paths.lines())
        .filter_map(|line| {
            line.strip_prefix("pub(crate) const ")?
                .split_once(": &str = \"")
        })
        .filter_map(|(name, path)| Some((name, path.strip_suffix("\";")?)))
        .collect();
    let mut found = vec![];
    let mut open = vec![source("crates/web/src/pages")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("the pages") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a page");
            let bare: String = text.split_whitespace().collect();
            for route in bare.split(".route(paths::").skip(1) {
                let (name, rest) = route.split_once(',').expect("a path and what it leads to");
                if rest.starts_with("get(") {
                    let (_, path) = known.iter().find(|(one, _)| *one == name).expect(name);
                    found.push((name.to_owned(), (*path).to_owned()));
                }
            }
        }
    }
    found
}

/// The route that this path is of: of several that fit the one with the most of its own.
fn route_of<'a>(shown: &'a [(String, String)], path: &str) -> Option<&'a str> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let fits = |route: &str| {
        route.split('/').count() == path.split('/').count()
            && (route.split('/').zip(path.split('/')))
                .all(|(own, here)| own == here || own.starts_with('{'))
    };
    (shown.iter())
        .filter(|(_, route)| fits(route))
        .min_by_key(|(_, route)| route.matches('{').count())
        .map(|(name, _)| name.as_str())
}

#[test]
fn what_is_routed_is_found_and_each_story_that_is_named_looks_closely() {
    let shown = shown();
    assert!(shown.len() > 60, "{}", shown.len());
    let is_route = |name: &str| shown.iter().any(|(one, _)| one == name);
    for (name, story) in IN_A_STORY {
        assert!(is_route(name), "{name}");
        let story = source(&format!("tests/journeys/{story}.rs"));
        let story = std::fs::read_to_string(story).expect("a story");
        assert!(story.contains("is_accessible"), "{name}");
    }
    for name in NO_PAGE {
        assert!(is_route(name), "{name}");
    }
    for (path, name) in [
        ("/m/d", "LET_IN"),
        ("/m/d/ABCD-EFGH", "LET_IN_ONE"),
        ("/r/k?x=1", "SKILLS"),
        ("/r/0123456789abcdef", "PRACTICE"),
    ] {
        assert_eq!(route_of(&shown, path), Some(name), "{path}");
    }
}

#[test]
fn every_page_is_fine_at_320() {
    every_page_at(320);
}

#[test]
fn every_page_is_fine_at_390() {
    every_page_at(390);
}

#[test]
fn every_page_is_fine_on_a_desk() {
    every_page_at(1100);
}
