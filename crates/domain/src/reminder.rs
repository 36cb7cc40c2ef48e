//! When one person wants to be reminded: at hours of their own choosing, planned ahead at their own visits (S16).
//!
//! A reminder says nothing, so here is only *when*. What the two have planned counts as it stood at one's own last
//! visit; nothing the other does moves a time. Two are planned and not more: whoever has let two go by is left in
//! peace until they come again, and nobody needs to count.

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::pack::{Family, Practice};
use crate::{Stamp, Zone};

/// So far ahead is looked at a visit: twelve weeks.
pub const AHEAD: i64 = 84 * Stamp::DAY;
/// After so many that went by, it is quiet.
pub const AT_ONCE: usize = 2;
/// So late a reminder is still worth sending: a phone that is off, a service that asks to wait.
const LATE: i64 = 2 * Stamp::HOUR;

/// How often.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// Until somebody turns them on.
    #[default]
    Off,
    Daily,
    Weekly,
}

/// What one person chose. Kept in their own profile.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Reminders {
    pub rhythm: Rhythm,
    /// Of a weekly one: 1 is Monday, 7 is Sunday.
    pub weekday: i8,
    pub time: Time,
    /// Only on days, or in weeks, in which something stands in the plan.
    pub only_planned: bool,
    /// From and to, on the wall; may go over midnight. The same twice: never quiet.
    pub quiet: (Time, Time),
}

impl Default for Reminders {
    fn default() -> Self {
        Self {
            rhythm: Rhythm::Off,
            weekday: 7,
            time: Time::constant(18, 0, 0, 0),
            only_planned: true,
            quiet: (Time::constant(21, 30, 0, 0), Time::constant(7, 30, 0, 0)),
        }
    }
}

/// A time to be reminded, and until when it is worth it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Span {
    pub at: Stamp,
    pub until: Stamp,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("reminders-refused-quiet")]
    Quiet,
    #[error("reminders-refused-weekday")]
    Weekday,
}

/// Whether somebody may be reminded of it at all: never of sex, hurt or conflict.
#[must_use]
pub const fn speaks_of(practice: &Practice) -> bool {
    match practice.family {
        Family::Talk | Family::Touch | Family::Time | Family::Solo => !practice.silent,
        Family::Sex | Family::Repair => false,
    }
}

impl Reminders {
    /// # Errors
    /// When the chosen hour lies in the quiet hours, or the weekday is none.
    pub fn check(&self) -> Result<(), Refusal> {
        if !(1..=7).contains(&self.weekday) {
            return Err(Refusal::Weekday);
        }
        if self.rhythm != Rhythm::Off && self.is_quiet(self.time) {
            return Err(Refusal::Quiet);
        }
        Ok(())
    }

    fn is_quiet(&self, time: Time) -> bool {
        let (from, to) = self.quiet;
        if from <= to {
            from <= time && time < to
        } else {
            from <= time || time < to
        }
    }

    /// The next times, [`AT_ONCE`] at most, when `planned` is what begins in the weeks to come.
    ///
    /// In the hour that a change of the clocks leaves out a reminder moves ahead with the clock; in the hour that
    /// comes twice it is sent the first time only (RFC 5545, 3.3.5).
    #[must_use]
    pub fn times(&self, zone: &Zone, now: Stamp, planned: &[Stamp]) -> Vec<Span> {
        let step = match self.rhythm {
            Rhythm::Off => return vec![],
            Rhythm::Daily => 1,
            Rhythm::Weekly => 7,
        };
        let mut day = zone.local(now).date();
        let mut spans = vec![];
        // One day more than twelve weeks: the first may be over already.
        for _ in 0..=AHEAD / Stamp::DAY {
            let at = self.moment(zone, day);
            let counts = self.rhythm == Rhythm::Daily
                || day.weekday().to_monday_one_offset() == self.weekday;
            if counts && at > now && !self.is_quiet(zone.local(at).time()) {
                let next = self.moment(zone, days_after(day, step));
                let waits = planned.iter().any(|start| at <= *start && *start < next);
                if waits || !self.only_planned {
                    let until = self.until(zone, at);
                    spans.push(Span { at, until });
                }
            }
            if spans.len() == AT_ONCE {
                break;
            }
            day = days_after(day, 1);
        }
        spans
    }

    fn moment(&self, zone: &Zone, day: Date) -> Stamp {
        zone.moment(day.to_datetime(self.time))
    }

    /// Some hours later, but not into the quiet ones.
    fn until(&self, zone: &Zone, at: Stamp) -> Stamp {
        let late = at.plus(LATE);
        let (from, to) = self.quiet;
        if from == to {
            return late;
        }
        let day = zone.local(at).date();
        [day, days_after(day, 1)]
            .into_iter()
            .map(|day| zone.moment(day.to_datetime(from)))
            .find(|quiet| *quiet > at)
            .map_or(late, |quiet| late.min(quiet))
    }
}

fn days_after(day: Date, days: i64) -> Date {
    day.checked_add(jiff::Span::new().days(days)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    use super::*;

    const BERLIN: &str = "Europe/Berlin";

    fn zone(name: &str) -> Zone {
        Zone(name.to_owned())
    }

    fn daily(hour: i8, minute: i8) -> Reminders {
        Reminders {
            rhythm: Rhythm::Daily,
            time: time(hour, minute, 0, 0),
            only_planned: false,
            quiet: (time(0, 0, 0, 0), time(0, 0, 0, 0)),
            ..Reminders::default()
        }
    }

    fn at(name: &str, day: Date, hour: i8, minute: i8) -> Stamp {
        zone(name).moment(day.at(hour, minute, 0, 0))
    }

    fn starts(spans: &[Span]) -> Vec<Stamp> {
        spans.iter().map(|span| span.at).collect()
    }

    #[test]
    fn s16_nobody_is_reminded_until_they_turn_it_on() {
        let now = at(BERLIN, date(2027, 1, 15), 8, 0);
        assert_eq!(Reminders::default().times(&zone(BERLIN), now, &[now]), []);
    }

    #[test]
    fn s16_two_are_planned_and_no_more() {
        let now = at(BERLIN, date(2027, 1, 15), 18, 0);
        let reminders = daily(18, 0);
        assert_eq!(
            starts(&reminders.times(&zone(BERLIN), now, &[])),
            [
                at(BERLIN, date(2027, 1, 16), 18, 0),
                at(BERLIN, date(2027, 1, 17), 18, 0),
            ],
            "the one of this moment has been"
        );
        let weekly = Reminders {
            rhythm: Rhythm::Weekly,
            weekday: 7,
            ..reminders
        };
        assert_eq!(
            starts(&weekly.times(&zone(BERLIN), now, &[])),
            [
                at(BERLIN, date(2027, 1, 17), 18, 0),
                at(BERLIN, date(2027, 1, 24), 18, 0),
            ]
        );
    }

    #[test]
    fn only_when_something_waits_means_before_the_next_one() {
        let now = at(BERLIN, date(2027, 1, 15), 8, 0);
        let reminders = Reminders {
            only_planned: true,
            ..daily(18, 0)
        };
        let planned = [
            at(BERLIN, date(2027, 1, 16), 17, 59), // the 15th still, at 18:00
            at(BERLIN, date(2027, 1, 20), 18, 0),
            at(BERLIN, date(2027, 4, 1), 20, 0),
            at(BERLIN, date(2027, 6, 1), 20, 0), // beyond twelve weeks
        ];
        for (until, expected) in [
            (0, vec![]),
            (1, vec![date(2027, 1, 15)]),
            (2, vec![date(2027, 1, 15), date(2027, 1, 20)]),
        ] {
            let found = starts(&reminders.times(&zone(BERLIN), now, &planned[..until]));
            let expected: Vec<_> = expected.iter().map(|day| at(BERLIN, *day, 18, 0)).collect();
            assert_eq!(found, expected);
        }
        assert_eq!(reminders.times(&zone(BERLIN), now, &planned[3..]), []);
        assert_eq!(
            starts(&reminders.times(&zone(BERLIN), now, &planned[2..3])),
            [at(BERLIN, date(2027, 4, 1), 18, 0)]
        );
        let weekly = Reminders {
            rhythm: Rhythm::Weekly,
            weekday: 1,
            ..reminders
        };
        assert_eq!(
            starts(&weekly.times(&zone(BERLIN), now, &planned[1..2])),
            [at(BERLIN, date(2027, 1, 18), 18, 0)]
        );
    }

    #[test]
    fn k23_an_hour_that_never_happens_moves_ahead_and_one_that_happens_twice_is_the_first() {
        let gap = daily(2, 30).times(&zone(BERLIN), at(BERLIN, date(2027, 3, 27), 12, 0), &[]);
        assert_eq!(
            starts(&gap),
            [
                at(BERLIN, date(2027, 3, 28), 3, 30),
                at(BERLIN, date(2027, 3, 29), 2, 30),
            ]
        );
        let before = at(BERLIN, date(2027, 10, 30), 12, 0);
        let twice = daily(2, 30).times(&zone(BERLIN), before, &[]);
        let first = Zone::default().moment(date(2027, 10, 31).at(0, 30, 0, 0));
        assert_eq!(
            starts(&twice),
            [first, at(BERLIN, date(2027, 11, 1), 2, 30)]
        );
        // Between the two half past twos, the next one is tomorrow's.
        let between = first.plus(30 * Stamp::MINUTE);
        assert_eq!(
            starts(&daily(2, 30).times(&zone(BERLIN), between, &[]))[0],
            at(BERLIN, date(2027, 11, 1), 2, 30)
        );
    }

    #[test]
    fn k23_half_hour_zones_keep_their_hour() {
        let now = at("Asia/Kolkata", date(2027, 3, 27), 12, 0);
        let spans = daily(18, 0).times(&zone("Asia/Kolkata"), now, &[]);
        let utc = Zone::default().moment(date(2027, 3, 27).at(12, 30, 0, 0));
        assert_eq!(spans[0].at, utc);
    }

    #[test]
    fn quiet_hours_are_kept_also_by_what_comes_late() {
        let day = date(2027, 1, 15);
        let now = at(BERLIN, day, 8, 0);
        for (time_at, quiet, until) in [
            (time(18, 0, 0, 0), ((21, 30), (7, 30)), (20, 0)),
            (time(20, 0, 0, 0), ((21, 30), (7, 30)), (21, 30)),
            (time(20, 0, 0, 0), ((12, 0), (13, 0)), (22, 0)),
            (time(20, 0, 0, 0), ((0, 0), (0, 0)), (22, 0)),
        ] {
            let ((a, b), (c, d)) = quiet;
            let reminders = Reminders {
                time: time_at,
                quiet: (time(a, b, 0, 0), time(c, d, 0, 0)),
                ..daily(0, 0)
            };
            assert_eq!(reminders.check(), Ok(()));
            let spans = reminders.times(&zone(BERLIN), now, &[]);
            assert_eq!(
                spans[0].until,
                at(BERLIN, day, until.0, until.1),
                "{quiet:?}"
            );
        }
        for (hour, minute, quiet, kept) in [
            (21, 30, ((21, 30), (7, 30)), Err(Refusal::Quiet)),
            (7, 29, ((21, 30), (7, 30)), Err(Refusal::Quiet)),
            (7, 30, ((21, 30), (7, 30)), Ok(())),
            (12, 0, ((12, 0), (13, 0)), Err(Refusal::Quiet)),
            (13, 0, ((12, 0), (13, 0)), Ok(())),
        ] {
            let ((a, b), (c, d)) = quiet;
            let reminders = Reminders {
                quiet: (time(a, b, 0, 0), time(c, d, 0, 0)),
                ..daily(hour, minute)
            };
            assert_eq!(reminders.check(), kept, "{hour}:{minute} {quiet:?}");
            if kept.is_err() {
                assert_eq!(reminders.times(&zone(BERLIN), now, &[]), []);
            }
        }
    }

    proptest! {
        #[test]
        fn times_lie_ahead_apart_and_outside_the_quiet_hours(
            start in 1_700_000_000_000_i64..1_900_000_000_000,
            hour in 0_i8..24, minute in 0_i8..60, from in 0_i8..24, to in 0_i8..24,
            weekly in any::<bool>(), weekday in 1_i8..=7,
            zone_at in prop::sample::select(vec!["UTC", BERLIN, "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe"]),
        ) {
            let reminders = Reminders {
                rhythm: if weekly { Rhythm::Weekly } else { Rhythm::Daily },
                weekday,
                quiet: (time(from, 0, 0, 0), time(to, 0, 0, 0)),
                ..daily(hour, minute)
            };
            let spans = reminders.times(&zone(zone_at), Stamp(start), &[]);
            prop_assert!(spans.len() <= AT_ONCE);
            for span in &spans {
                prop_assert!(span.at > Stamp(start) && span.until > span.at);
                prop_assert!(span.at.since(Stamp(start)) <= AHEAD + 2 * Stamp::DAY);
                for moment in [span.at, span.until.plus(-1)] {
                    prop_assert!(!reminders.is_quiet(zone(zone_at).local(moment).time()));
                }
            }
            if let [one, two] = spans[..] {
                prop_assert!(two.at.since(one.at) >= 22 * Stamp::HOUR);
            }
        }
    }
}
