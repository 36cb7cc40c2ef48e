//! What the touch map calls the places of the drawn body, and the kinds of touch it asks about (G3.2).

use std::collections::{BTreeMap, BTreeSet};

use super::table::Table;
use crate::touch::AREAS;

/// A name fits a line of a list on a small phone.
const NAME: usize = 40;

/// `touch.toml` of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Touch {
    /// By the id of their place on the figure: all of them, or none in a pack without a touch map.
    pub areas: BTreeMap<String, String>,
    pub kinds: Vec<TouchKind>,
}

/// Such as light stroking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchKind {
    pub id: String,
    pub name: String,
}

impl Touch {
    /// Everything that can be marked, with its name: places from head to toe, front first, then kinds.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        let areas = AREAS
            .iter()
            .filter_map(|(id, _)| Some((*id, self.areas.get(*id)?.as_str())));
        let kinds = self
            .kinds
            .iter()
            .map(|kind| (kind.id.as_str(), kind.name.as_str()));
        areas.chain(kinds)
    }
}

pub(super) fn read(file: &Table<'_>) -> Touch {
    let one = |table: &Table<'_>| TouchKind {
        id: table.id("id"),
        name: table.text("name", NAME),
    };
    let areas = file.tables("area", 1..=usize::MAX, one);
    let kinds = file.tables("kind", 1..=20, one);
    let mut seen = BTreeSet::new();
    for named in areas.iter().chain(&kinds) {
        if !seen.insert(named.id.as_str()) {
            file.note(
                "area",
                format!("\"{}\" stands there twice", named.id),
                "take one of them out",
            );
        }
    }
    for area in &areas {
        if !AREAS.iter().any(|(id, _)| *id == area.id) {
            file.note(
                "area",
                format!("the figure has no place \"{}\"", area.id),
                "name one that it has, or take it out",
            );
        }
    }
    for (id, _) in AREAS {
        if !areas.iter().any(|area| area.id == id) {
            file.note(
                "area",
                format!("the place \"{id}\" has no name"),
                format!("write [[area]] with id = \"{id}\" and a name"),
            );
        }
    }
    Touch {
        areas: areas.into_iter().map(|area| (area.id, area.name)).collect(),
        kinds,
    }
}
