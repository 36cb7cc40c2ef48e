//! Stored shapes, frozen. **Never change an entry of the golden files; add one.**

use std::collections::BTreeSet;

use rekindle_domain::session::{Event, Summary};
use serde_json::Value;

const EVENTS: &str = include_str!("../../golden/session-events.json");
const SUMMARIES: &str = include_str!("../../golden/session-summaries.json");

/// No wildcard: a new event is thought about here, and then frozen in the golden file.
pub(super) fn name(event: &Event) -> &'static str {
    match event {
        Event::Opened { .. } => "opened",
        Event::About { .. } => "about",
        Event::Bound { .. } => "bound",
        Event::Here { .. } => "here",
        Event::Away { .. } => "away",
        Event::Began { .. } => "began",
        Event::Moved { .. } => "moved",
        Event::Paused { .. } => "paused",
        Event::Resumed { .. } => "resumed",
        Event::LaterSet { .. } => "later_set",
        Event::Taken { .. } => "taken",
        Event::PassedOn => "passed_on",
        Event::Ready { .. } => "ready",
        Event::SaidBack => "said_back",
        Event::NotQuite => "not_quite",
        Event::Picked { .. } => "picked",
        Event::Chosen { .. } => "chosen",
        Event::Depth { .. } => "depth",
        Event::Replanned { .. } => "replanned",
        Event::Asked { .. } => "asked",
        Event::Adjusted { .. } => "adjusted",
        Event::Agreed => "agreed",
        Event::Kept { .. } => "kept",
        Event::Parked { .. } => "parked",
        Event::Written { .. } => "written",
        Event::Stands { .. } => "stands",
        Event::Drawn { .. } => "drawn",
        Event::Again { .. } => "again",
        Event::Settled => "settled",
        Event::FreshStart { .. } => "fresh_start",
        Event::NextSet { .. } => "next_set",
        Event::Finished => "finished",
    }
}

pub(super) const NAMES: usize = 32;

#[test]
fn every_event_ever_stored_reads_and_writes_the_same() {
    let shapes: Vec<Value> = serde_json::from_str(EVENTS).unwrap();
    let mut names = BTreeSet::new();
    for shape in shapes {
        let event: Event =
            serde_json::from_value(shape.clone()).unwrap_or_else(|e| panic!("{shape}: {e}"));
        assert_eq!(shape["is"], name(&event));
        assert_eq!(serde_json::to_value(&event).unwrap(), shape);
        names.insert(name(&event));
    }
    assert_eq!(
        names.len(),
        NAMES,
        "every kind of event is in the golden file: {names:?}"
    );
}

#[test]
fn every_summary_ever_stored_reads_and_writes_the_same() {
    let shapes: Vec<Value> = serde_json::from_str(SUMMARIES).unwrap();
    assert!(!shapes.is_empty());
    for shape in shapes {
        let summary: Summary = serde_json::from_value(shape.clone()).unwrap();
        assert_eq!(serde_json::to_value(&summary).unwrap(), shape);
    }
}

#[test]
fn s7_what_stops_pauses_skips_or_starts_afresh_has_no_author() {
    let shapes: Vec<Value> = serde_json::from_str(EVENTS).unwrap();
    for shape in shapes {
        let said = [
            "here", "away", "taken", "ready", "picked", "asked", "written",
        ]
        .contains(&shape["is"].as_str().unwrap());
        assert_eq!(shape.get("by").is_some(), said, "{shape}");
    }
}
