//! Stored shapes, frozen. **Never change an entry of the golden files; add one.**

use std::collections::BTreeSet;

use rekindle_domain::shared::{Entry, Event};
use rekindle_domain::{
    Stamp, appreciation, between, date, held, journey, moment, plan, private, proposal, renewal,
    ritual,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::folded;

const SHARED: &str = include_str!("../../golden/shared-events.json");
const PRIVATE: &str = include_str!("../../golden/private-events.json");

/// A name for each event, and the list of all names. No wildcard: a new event is named here, and from then on the
/// test fails until the golden file holds it.
macro_rules! names {
    ($all:ident, $name:ident, $event:ty, $($shape:pat => $text:literal,)+) => {
        const $all: &[&str] = &[$($text),+];
        fn $name(event: &$event) -> &'static str {
            match event { $($shape => $text),+ }
        }
    };
}
names! { ALL_SHARED, shared_name, Event,
    Event::Proposal(proposal::Event::Proposed { .. }) => "proposal proposed",
    Event::Proposal(proposal::Event::Answered { .. }) => "proposal answered",
    Event::Proposal(proposal::Event::Word { .. }) => "proposal word",
    Event::Proposal(proposal::Event::Withdrawn { .. }) => "proposal withdrawn",
    Event::Plan(plan::Event::Planned { .. }) => "plan planned",
    Event::Plan(plan::Event::Set { .. }) => "plan set",
    Event::Plan(plan::Event::Moved { .. }) => "plan moved",
    Event::Plan(plan::Event::MovedOne { .. }) => "plan moved_one",
    Event::Plan(plan::Event::Skipped { .. }) => "plan skipped",
    Event::Plan(plan::Event::Restored { .. }) => "plan restored",
    Event::Plan(plan::Event::LetGo { .. }) => "plan let_go",
    Event::Moment(moment::Event::Logged { .. }) => "moment logged",
    Event::Moment(moment::Event::Undone { .. }) => "moment undone",
    Event::Moment(moment::Event::Called { .. }) => "moment called",
    Event::Moment(moment::Event::LetGo { .. }) => "moment let_go",
    Event::Appreciation(appreciation::Event::Kept { .. }) => "appreciation kept",
    Event::Appreciation(appreciation::Event::Withdrawn { .. }) => "appreciation withdrawn",
    Event::Between(between::Event::Sent { .. }) => "between sent",
    Event::Between(between::Event::Answered { .. }) => "between answered",
    Event::Between(between::Event::Withdrawn { .. }) => "between withdrawn",
    Event::Session(held::Event::Opened { .. }) => "session opened",
    Event::Session(held::Event::Offered { .. }) => "session offered",
    Event::Session(held::Event::Withdrawn { .. }) => "session withdrawn",
    Event::Session(held::Event::Begun { .. }) => "session begun",
    Event::Session(held::Event::Held { .. }) => "session held",
    Event::Session(held::Event::HeldOn { .. }) => "session held_on",
    Event::Session(held::Event::Said { .. }) => "session said",
    Event::Session(held::Event::Unsaid { .. }) => "session unsaid",
    Event::Session(held::Event::Settled { .. }) => "session settled",
    Event::Journey(journey::Event::Begun { .. }) => "journey begun",
    Event::Journey(journey::Event::Went { .. }) => "journey went",
    Event::Journey(journey::Event::Rested { .. }) => "journey rested",
    Event::Journey(journey::Event::Left) => "journey left",
    Event::Renewal(renewal::Event::Renewed { .. }) => "renewal renewed",
    Event::Renewal(renewal::Event::Compared { .. }) => "renewal compared",
    Event::Ritual(ritual::Event::Drafted { .. }) => "ritual drafted",
    Event::Ritual(ritual::Event::Agreed { .. }) => "ritual agreed",
    Event::Ritual(ritual::Event::Withdrawn { .. }) => "ritual withdrawn",
    Event::Ritual(ritual::Event::Kept { .. }) => "ritual kept",
    Event::Ritual(ritual::Event::Unkept { .. }) => "ritual unkept",
    Event::Ritual(ritual::Event::Looked { .. }) => "ritual looked",
    Event::Ritual(ritual::Event::LetGo { .. }) => "ritual let_go",
    Event::Ritual(ritual::Event::Matched { .. }) => "ritual matched",
    Event::Ritual(ritual::Event::IdeaAdded { .. }) => "ritual idea_added",
    Event::Ritual(ritual::Event::IdeaTaken { .. }) => "ritual idea_taken",
    Event::Date(date::Event::Turned { .. }) => "date turned",
    Event::Date(date::Event::Picked { .. }) => "date picked",
    Event::Date(date::Event::Told { .. }) => "date told",
    Event::Date(date::Event::Withdrawn { .. }) => "date withdrawn",
    Event::Date(date::Event::Limited { .. }) => "date limited",
    Event::Date(date::Event::LiftAsked { .. }) => "date lift_asked",
    Event::Date(date::Event::Lifted { .. }) => "date lifted",
    Event::Named { .. } => "named",
}
names! { ALL_PRIVATE, private_name, private::Event,
    private::Event::Noted { .. } => "noted",
    private::Event::Marked { .. } => "marked",
    private::Event::Rated { .. } => "rated",
    private::Event::HurtFelt { .. } => "hurt_felt",
    private::Event::HurtShaped { .. } => "hurt_shaped",
    private::Event::HurtSeenOutside { .. } => "hurt_seen_outside",
    private::Event::HurtAgain { .. } => "hurt_again",
    private::Event::HurtLies { .. } => "hurt_lies",
    private::Event::HurtEnded { .. } => "hurt_ended",
}

fn frozen(file: &str) -> Vec<Value> {
    serde_json::from_str(file).expect("the golden files are JSON")
}

fn read<E: DeserializeOwned + Serialize>(shape: &Value) -> E {
    let entry: E = serde_json::from_value(shape.clone())
        .unwrap_or_else(|problem| panic!("{shape}: {problem}"));
    assert_eq!(&serde_json::to_value(&entry).expect("plain data"), shape);
    entry
}

/// The name of a shared event as its stored form says it.
fn said(event: &Value) -> String {
    let events = event.as_object().expect("one concept and what happened");
    let (concept, inner) = events.iter().next().expect("one concept");
    match inner["is"].as_str() {
        Some(is) => format!("{concept} {is}"),
        None => concept.clone(),
    }
}

#[test]
fn every_shared_event_ever_stored_reads_and_writes_the_same() {
    let mut found = BTreeSet::new();
    for shape in frozen(SHARED) {
        let entry: Entry = read(&shape);
        let name = shared_name(&entry.event);
        assert_eq!(said(&shape["event"]), name);
        found.insert(name);
    }
    let all: BTreeSet<&str> = ALL_SHARED.iter().copied().collect();
    assert_eq!(found, all, "every event has its line in the golden file");
}

#[test]
fn every_private_event_ever_stored_reads_and_writes_the_same() {
    let mut found = BTreeSet::new();
    for shape in frozen(PRIVATE) {
        let entry: private::Entry = read(&shape);
        let name = private_name(&entry.event);
        assert_eq!(shape["event"]["is"], name);
        found.insert(name);
    }
    let all: BTreeSet<&str> = ALL_PRIVATE.iter().copied().collect();
    assert_eq!(found, all, "every event has its line in the golden file");
}

#[test]
fn a_log_of_every_shape_folds() {
    let log: Vec<Entry> = frozen(SHARED).iter().map(read).collect();
    let state = folded((1..).zip(&log));
    assert_eq!(state.names, ["", "Ben"]);
    assert_eq!(state.sessions.held().count(), 1);
    assert_eq!(state.sessions.parked()[0].topic, "Money");
    assert_eq!(state.plan.coming(Stamp(0)).len(), 6);
    assert_eq!(state.journey.now, None);
    assert_eq!(state.rituals.ours().count(), 1);
    assert_eq!(state.dates.ever(), 1);
}

/// Every key of an object in it, but not of those objects behind these keys.
fn keys<'a>(value: &'a Value, but: &[&str], found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                found.insert(key);
                if !but.contains(&key.as_str()) {
                    keys(inner, but, found);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, but, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn s4_s7_nothing_stored_has_an_author_but_what_one_person_offers() {
    for shape in frozen(SHARED) {
        let mut found = BTreeSet::new();
        // What was said in a session is each one's own; who ended it, or how long anybody spoke, is nowhere.
        keys(&shape["event"], &["appreciations", "agreed"], &mut found);
        let authors: Vec<&str> = (found.into_iter())
            .filter(|key| {
                ["by", "who", "from", "author", "person", "device", "zone_of"].contains(key)
            })
            .collect();
        let expected: &[&str] = match said(&shape["event"]).as_str() {
            "proposal proposed" => &["by"],
            "proposal withdrawn" if shape.to_string().contains("was") => &["by"],
            "session offered" => &["by"],
            "appreciation kept" | "between sent" | "between answered" => &["from"],
            "renewal renewed" | "renewal compared" => &["by"], // whose key, and for whom it counts
            // Whose words a draft, an idea or a line are; whose turn it is; who is willing. Not who keeps a ritual,
            // who names a topic, who looks back, who lets go.
            "ritual drafted" | "ritual idea_added" | "date picked" | "date lift_asked" => &["by"],
            "date told" => &["from"],
            "named" | "date turned" => &["who"],
            _ => &[],
        };
        assert_eq!(authors, expected, "{shape}");
    }
}

#[test]
fn s19_a_note_is_over_when_its_time_is() {
    let notes: Vec<private::Entry> = frozen(PRIVATE).iter().map(read).collect();
    let until = Stamp(1_790_604_800_000);
    for (note, at, over) in [
        (0, Stamp(i64::MAX), false),
        (1, until.plus(-1), false),
        (1, until, true),
    ] {
        assert_eq!(notes[note].event.is_over(at), over);
    }
}
