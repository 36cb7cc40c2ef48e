//! A calendar that says nothing (S17): times, one title of its owner's choosing, and not a word more (RFC 5545).
//!
//! An event *is* its time here: name and stamp follow from when it begins. So the same time is the same event at every
//! fetch, what is moved is one gone and one new, and the calendar does not tell when its owner was here last.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::Stamp;

/// The title until somebody chooses another.
pub const TITLE: &str = "Busy";
/// The most letters of a title.
pub const LONGEST_TITLE: usize = 40;
/// So many times at most: what a sealed feed has room for, and a calendar patience.
const MOST: usize = 1_500;

/// What a feed holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Busy {
    pub title: String,
    /// Beginning, and how many minutes. Rising, none twice.
    pub times: Vec<(Stamp, u16)>,
}

/// A title as it may stand in a calendar: one line, [`TITLE`] if nothing is left.
///
/// `None` when it is too long.
#[must_use]
pub fn title_of(typed: &str) -> Option<String> {
    if typed.trim().is_empty() {
        return Some(TITLE.to_owned());
    }
    crate::shared::name_of(typed).filter(|title| title.chars().count() <= LONGEST_TITLE)
}

impl Busy {
    /// Two things at one time are one time, as long as the longer of them.
    #[must_use]
    pub fn new(title: &str, times: impl IntoIterator<Item = (Stamp, u16)>) -> Self {
        let mut by_start = std::collections::BTreeMap::new();
        for (start, minutes) in times {
            let longest = by_start.entry(start).or_insert(minutes);
            *longest = minutes.max(*longest);
        }
        Self {
            title: title.to_owned(),
            times: by_start.into_iter().take(MOST).collect(),
        }
    }

    /// The calendar as text. `name` gives each beginning a name that is the same every time, and nobody else's.
    #[must_use]
    pub fn calendar(&self, name: impl Fn(Stamp) -> String) -> String {
        let mut out = String::new();
        // The product is named as every page is (S15).
        for text in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Evening//EN",
            "CALSCALE:GREGORIAN",
        ] {
            line(&mut out, text);
        }
        if self.times.is_empty() {
            // A calendar holds something (3.4); this says nothing.
            for text in [
                "BEGIN:VTIMEZONE",
                "TZID:UTC",
                "BEGIN:STANDARD",
                "DTSTART:19700101T000000",
                "TZOFFSETFROM:+0000",
                "TZOFFSETTO:+0000",
                "END:STANDARD",
                "END:VTIMEZONE",
            ] {
                line(&mut out, text);
            }
        }
        for (start, minutes) in &self.times {
            let (from, to) = (
                utc(*start),
                utc(start.plus(i64::from(*minutes) * Stamp::MINUTE)),
            );
            line(&mut out, "BEGIN:VEVENT");
            line(&mut out, &format!("UID:{}", name(*start)));
            line(&mut out, &format!("DTSTAMP:{from}"));
            line(&mut out, &format!("DTSTART:{from}"));
            line(&mut out, &format!("DTEND:{to}"));
            line(&mut out, &format!("SUMMARY:{}", escaped(&self.title)));
            line(&mut out, "END:VEVENT");
        }
        line(&mut out, "END:VCALENDAR");
        out
    }
}

/// A content line, folded after 75 bytes at most, never within a letter (3.1).
fn line(out: &mut String, text: &str) {
    let mut room = 75;
    let mut used = 0;
    for letter in text.chars() {
        if used + letter.len_utf8() > room {
            out.push_str("\r\n ");
            used = 0;
            room = 74;
        }
        used += letter.len_utf8();
        out.push(letter);
    }
    out.push_str("\r\n");
}

/// Text in a property (3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' => out.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

fn utc(at: Stamp) -> String {
    let mut out = String::new();
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    write!(out, "{}", at.strftime("%Y%m%dT%H%M%SZ")).expect("writing to text does not fail");
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::Zone;

    fn name(start: Stamp) -> String {
        format!("{:016x}", start.0)
    }

    fn berlin(day: i8, hour: i8) -> Stamp {
        Zone("Europe/Berlin".to_owned()).moment(date(2027, 3, day).at(hour, 0, 0, 0))
    }

    /// Start, end, title of each event, as the crate `icalendar` reads it.
    fn as_one_reads_it(text: &str) -> Vec<(String, String, String)> {
        use icalendar::Component as _;
        let calendar: icalendar::Calendar = text.parse().unwrap();
        let mut found = vec![];
        for part in &calendar.components {
            let icalendar::CalendarComponent::Event(event) = part else {
                continue;
            };
            let value = |name| event.property_value(name).unwrap().to_owned();
            found.push((
                value("DTSTART"),
                value("DTEND"),
                event.get_summary().unwrap().to_owned(),
            ));
        }
        found
    }

    /// The same as the crate `ical` reads it, and the names of all properties.
    fn as_another_reads_it(text: &str) -> (Vec<(String, String, String)>, BTreeSet<String>) {
        let mut found = vec![];
        let mut fields = BTreeSet::new();
        for calendar in ical::IcalParser::new(text.as_bytes()) {
            let calendar = calendar.unwrap();
            assert!(calendar.alarms.is_empty() && calendar.todos.is_empty());
            fields.extend(calendar.properties.iter().map(|p| p.name.clone()));
            for event in calendar.events {
                assert!(event.alarms.is_empty());
                fields.extend(event.properties.iter().map(|p| p.name.clone()));
                let value = |name: &str| {
                    let found = event.properties.iter().find(|p| p.name == name).unwrap();
                    assert!(found.params.is_none(), "{found:?}");
                    found.value.clone().unwrap()
                };
                found.push((value("DTSTART"), value("DTEND"), value("SUMMARY")));
            }
        }
        (found, fields)
    }

    #[test]
    fn s17_two_calendars_read_times_and_one_title_and_nothing_else() {
        // On both sides of the change of clocks of 28 March 2027.
        let busy = Busy::new(TITLE, [(berlin(27, 20), 30), (berlin(28, 20), 90)]);
        let text = busy.calendar(name);
        let expected = [
            ("20270327T190000Z", "20270327T193000Z", "Busy"),
            ("20270328T180000Z", "20270328T193000Z", "Busy"),
        ]
        .map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(as_one_reads_it(&text), expected);
        let (found, fields) = as_another_reads_it(&text);
        assert_eq!(found, expected);
        let allowed = [
            "CALSCALE", "DTEND", "DTSTAMP", "DTSTART", "PRODID", "SUMMARY", "UID", "VERSION",
        ];
        assert_eq!(fields, allowed.map(str::to_owned).into());
    }

    #[test]
    fn s17_a_title_is_one_neutral_line_of_its_owners() {
        for (typed, kept) in [
            ("", Some("Busy")),
            ("   ", Some("Busy")),
            ("Ana’s hour", Some("Ana’s hour")),
            ("two\nlines", None),
            (&"x".repeat(40), Some(&*"x".repeat(40))),
            (&"x".repeat(41), None),
        ] {
            assert_eq!(title_of(typed).as_deref(), kept, "{typed:?}");
        }
    }

    #[test]
    fn a_title_with_marks_of_the_format_comes_back_as_it_was() {
        let title = r"Tea; cake, and \n more: yes";
        let text = Busy::new(title, [(berlin(1, 8), 15)]).calendar(name);
        assert!(text.contains(r"SUMMARY:Tea\; cake\, and \\n more: yes"));
        assert_eq!(as_one_reads_it(&text).len(), 1);
        assert_eq!(as_another_reads_it(&text).0.len(), 1);
    }

    #[test]
    fn two_things_at_one_time_are_one_and_nothing_planned_is_a_whole_calendar() {
        let busy = Busy::new(
            TITLE,
            [(berlin(1, 8), 15), (berlin(1, 8), 60), (berlin(1, 7), 5)],
        );
        assert_eq!(busy.times, [(berlin(1, 7), 5), (berlin(1, 8), 60)]);
        let empty = Busy::new(TITLE, []).calendar(name);
        assert_eq!(as_one_reads_it(&empty), []);
        assert_eq!(as_another_reads_it(&empty).0, []);
        assert!(empty.contains("BEGIN:VTIMEZONE"));
    }

    proptest! {
        #[test]
        fn every_calendar_is_folded_and_the_same_each_time(
            title in "x\\PC{0,39}",
            times in prop::collection::vec((0_i64..4_000_000_000_000, 1_u16..600), 0..20),
        ) {
            let busy = Busy::new(&title, times.into_iter().map(|(at, minutes)| (Stamp(at), minutes)));
            let text = busy.calendar(name);
            prop_assert_eq!(&text, &busy.calendar(name));
            prop_assert!(text.ends_with("END:VCALENDAR\r\n"));
            for line in text.split("\r\n") {
                prop_assert!(line.len() <= 75 && !line.contains(['\r', '\n']));
            }
            prop_assert_eq!(as_another_reads_it(&text).0.len(), busy.times.len());
            prop_assert_eq!(as_one_reads_it(&text).len(), busy.times.len());
        }
    }
}
