//! The touch map (G3.2): for each place of a drawn body, and for each kind of touch, what is welcome, what to ask about
//! first, and what is not for now.
//!
//! It is kept without history: newest counts, older ones are gone (S13, consent state). What is not marked says nothing,
//! and is read as not for now.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// **Stored shape.** One letter each, so that every map of the same places has the same length (K8).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Mark {
    #[serde(rename = "n")]
    NotNow,
    #[serde(rename = "a")]
    AskFirst,
    #[serde(rename = "w")]
    Welcome,
}

impl Mark {
    /// The most open first.
    pub const ALL: [Self; 3] = [Self::Welcome, Self::AskFirst, Self::NotNow];

    /// As forms send it.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Welcome => "w",
            Self::AskFirst => "a",
            Self::NotNow => "n",
        }
    }

    #[must_use]
    pub fn of(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.letter() == letter)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Front,
    Back,
}

/// Every place of the drawn body, from head to toe. The figure has a shape for each, a pack a name.
pub const AREAS: [(&str, Side); 33] = [
    ("forehead", Side::Front),
    ("face", Side::Front),
    ("ears", Side::Front),
    ("throat", Side::Front),
    ("shoulders", Side::Front),
    ("chest", Side::Front),
    ("upper-arms", Side::Front),
    ("inner-arms", Side::Front),
    ("palms", Side::Front),
    ("sides", Side::Front),
    ("belly", Side::Front),
    ("hips", Side::Front),
    ("thighs", Side::Front),
    ("knees", Side::Front),
    ("shins", Side::Front),
    ("feet", Side::Front),
    ("toes", Side::Front),
    ("scalp", Side::Back),
    ("nape", Side::Back),
    ("shoulder-tops", Side::Back),
    ("shoulder-blades", Side::Back),
    ("back-arms", Side::Back),
    ("elbows", Side::Back),
    ("outer-arms", Side::Back),
    ("hand-backs", Side::Back),
    ("middle-back", Side::Back),
    ("lower-back", Side::Back),
    ("bottom", Side::Back),
    ("back-thighs", Side::Back),
    ("knee-hollows", Side::Back),
    ("calves", Side::Back),
    ("heels", Side::Back),
    ("soles", Side::Back),
];

/// What somebody changed: a mark, or none any more. What is not in it stays as it was.
pub type Changes = BTreeMap<String, Option<Mark>>;

/// Marks by the place or the kind of touch they are on.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Marks(BTreeMap<String, Mark>);

impl Marks {
    #[must_use]
    pub fn on(&self, place: &str) -> Option<Mark> {
        self.0.get(place).copied()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, Mark)> {
        self.0.iter().map(|(place, mark)| (place.as_str(), *mark))
    }

    /// This map with changes laid over it.
    #[must_use]
    pub fn with(mut self, changes: &Changes) -> Self {
        for (place, mark) in changes {
            match mark {
                Some(mark) => drop(self.0.insert(place.clone(), *mark)),
                None => drop(self.0.remove(place)),
            }
        }
        self
    }

    /// What stays shared of this shared map when its owner changes their own: a place that is turned down, or not
    /// marked any more, leaves at once and without a word; one that is opened further waits until it is shared anew.
    #[must_use]
    pub fn still_shared(mut self, changes: &Changes) -> Self {
        self.0
            .retain(|place, shown| changes.get(place).is_none_or(|now| *now >= Some(*shown)));
        self
    }

    /// Only what is on this list.
    #[must_use]
    pub fn only(mut self, places: &[&str]) -> Self {
        self.0.retain(|place, _| places.contains(&place.as_str()));
        self
    }

    /// The changes that make this map into that one.
    #[must_use]
    pub fn changes_to(&self, other: &Self) -> Changes {
        let gone = self.0.keys().filter(|place| other.on(place).is_none());
        let gone = gone.map(|place| (place.clone(), None));
        let new = other
            .iter()
            .filter(|(place, mark)| self.on(place) != Some(*mark));
        let new = new.map(|(place, mark)| (place.to_owned(), Some(mark)));
        gone.chain(new).collect()
    }
}

/// Not touched by a change; not marked.
const UNTOUCHED: &str = "-";
const NONE: &str = "0";

/// **Stored shape.** What a map or a change looks like when it is kept: a letter for every place there is, marked or not,
/// so that its length says nothing about what was marked (K8).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sheet(BTreeMap<String, String>);

impl Sheet {
    /// A whole map.
    #[must_use]
    pub fn full(places: &[impl AsRef<str>], marks: &Marks) -> Self {
        Self::filled(places, |place| marks.on(place).map_or(NONE, Mark::letter))
    }

    /// Only what was changed.
    #[must_use]
    pub fn of(places: &[impl AsRef<str>], changes: &Changes) -> Self {
        Self::filled(places, |place| match changes.get(place) {
            None => UNTOUCHED,
            Some(None) => NONE,
            Some(Some(mark)) => mark.letter(),
        })
    }

    fn filled(places: &[impl AsRef<str>], letter: impl Fn(&str) -> &'static str) -> Self {
        let filled = |place: &str| (place.to_owned(), letter(place).to_owned());
        Self(places.iter().map(|place| filled(place.as_ref())).collect())
    }

    #[must_use]
    pub fn changes(&self) -> Changes {
        let touched = self.0.iter().filter(|(_, letter)| *letter != UNTOUCHED);
        touched
            .map(|(place, letter)| (place.clone(), Mark::of(letter)))
            .collect()
    }

    #[must_use]
    pub fn marks(&self) -> Marks {
        Marks::default().with(&self.changes())
    }
}

impl FromIterator<(String, Mark)> for Marks {
    fn from_iter<I: IntoIterator<Item = (String, Mark)>>(marks: I) -> Self {
        Self(marks.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(marks: &[(&str, Mark)]) -> Marks {
        marks
            .iter()
            .map(|(place, mark)| ((*place).to_owned(), *mark))
            .collect()
    }

    #[test]
    fn g3_2_there_are_at_least_twenty_four_places_and_each_is_named_once() {
        assert!(AREAS.len() >= 24);
        for side in [Side::Front, Side::Back] {
            assert!(AREAS.iter().filter(|(_, its)| *its == side).count() >= 12);
        }
        let names: std::collections::BTreeSet<_> = AREAS.iter().map(|(id, _)| id).collect();
        assert_eq!(names.len(), AREAS.len());
    }

    #[test]
    fn g3_2_what_is_turned_down_is_shared_no_more_and_what_is_opened_waits() {
        use Mark::{AskFirst, NotNow, Welcome};
        for (shown, now, stays) in [
            (Welcome, Some(Welcome), true),
            (Welcome, Some(AskFirst), false),
            (Welcome, Some(NotNow), false),
            (Welcome, None, false),
            (AskFirst, Some(Welcome), true),
            (AskFirst, Some(AskFirst), true),
            (AskFirst, Some(NotNow), false),
            (AskFirst, None, false),
            (NotNow, Some(Welcome), true),
            (NotNow, Some(NotNow), true),
            (NotNow, None, false),
        ] {
            let shared = map(&[("belly", shown), ("feet", Welcome)]);
            let changes = Changes::from([("belly".to_owned(), now)]);
            let left = shared.still_shared(&changes);
            // What stays, stays as it was shared: nothing is shared by itself (S2).
            assert_eq!(
                left.on("belly"),
                stays.then_some(shown),
                "{shown:?} {now:?}"
            );
            assert_eq!(left.on("feet"), Some(Welcome), "untouched places stay");
        }
    }

    #[test]
    fn changes_lead_from_one_map_to_the_other() {
        use Mark::{NotNow, Welcome};
        let maps = [
            map(&[]),
            map(&[("feet", Welcome)]),
            map(&[("feet", NotNow), ("face", Welcome)]),
        ];
        for one in &maps {
            for other in &maps {
                assert_eq!(one.clone().with(&one.changes_to(other)), *other);
            }
        }
    }

    #[test]
    fn k8_a_sheet_is_as_long_whatever_is_marked() {
        let places = ["belly", "face", "feet"];
        let marks = [
            map(&[]),
            map(&[("feet", Mark::NotNow)]),
            map(&[("feet", Mark::Welcome), ("face", Mark::AskFirst)]),
        ];
        let mut lengths = std::collections::BTreeSet::new();
        for one in &marks {
            let full = Sheet::full(&places, one);
            assert_eq!(full.marks(), *one);
            lengths.insert(serde_json::to_string(&full).unwrap().len());
            for other in &marks {
                let changes = one.changes_to(other);
                let sheet = Sheet::of(&places, &changes);
                assert_eq!(sheet.changes(), changes);
                lengths.insert(serde_json::to_string(&sheet).unwrap().len());
            }
        }
        assert_eq!(lengths.len(), 1);
    }

    #[test]
    fn stored_marks_keep_their_letters() {
        let text = serde_json::to_string(&Mark::ALL).unwrap();
        assert_eq!(text, r#"["w","a","n"]"#);
        for mark in Mark::ALL {
            assert_eq!(Mark::of(mark.letter()), Some(mark));
        }
    }
}
