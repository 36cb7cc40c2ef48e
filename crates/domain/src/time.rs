//! Time as values. Nothing here reads a clock: the caller says what time it is (K23).

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::Who;

/// A moment in UTC, in milliseconds since 1970.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Stamp(pub i64);

impl Stamp {
    pub const SECOND: i64 = 1_000;
    pub const MINUTE: i64 = 60 * Self::SECOND;
    pub const HOUR: i64 = 60 * Self::MINUTE;
    pub const DAY: i64 = 24 * Self::HOUR;

    /// Later (or, with a negative number, earlier) by so many milliseconds; stays at the edge of what fits.
    #[must_use]
    pub const fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to here; negative when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// An IANA time zone by name. Unknown names mean UTC, so that a stored plan can always be read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Zone(pub String);

impl Default for Zone {
    fn default() -> Self {
        Self("UTC".to_owned())
    }
}

impl Zone {
    /// The zone of this name, if the time zone database knows it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(|_| Self(name.to_owned()))
    }

    fn rules(&self) -> TimeZone {
        TimeZone::get(&self.0).unwrap_or(TimeZone::UTC)
    }

    /// What a clock on the wall shows here at that moment.
    #[must_use]
    pub fn local(&self, at: Stamp) -> DateTime {
        jiff::Timestamp::from_millisecond(at.0)
            .unwrap_or_default()
            .to_zoned(self.rules())
            .datetime()
    }

    /// The moment a clock on the wall here shows this. In the hour that a change of the clocks leaves out, the
    /// time moves ahead by the gap; in the hour that comes twice, it is the first (RFC 5545, 3.3.5).
    #[must_use]
    pub fn moment(&self, local: DateTime) -> Stamp {
        local
            .to_zoned(self.rules())
            .map(|zoned| Stamp(zoned.timestamp().as_millisecond()))
            .unwrap_or_default()
    }
}

/// A day and a time on the wall, in the zone of whoever chose it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct When {
    pub day: Date,
    pub time: Time,
    pub zone: Zone,
}

impl When {
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        self.zone.moment(self.day.to_datetime(self.time))
    }

    /// The same moment as a clock in `zone` shows it.
    #[must_use]
    pub fn in_zone(&self, zone: &Zone) -> DateTime {
        zone.local(self.stamp())
    }
}

/// Who acts, and when: everything `decide` may know of the world.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Now {
    pub at: Stamp,
    pub who: Who,
    /// The person's own zone.
    pub zone: Zone,
}

impl Now {
    /// Today, where this person is.
    #[must_use]
    pub fn today(&self) -> Date {
        self.zone.local(self.at).date()
    }
}

/// The day after this one.
#[must_use]
pub fn day_after(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

/// The first day of this day's week.
#[must_use]
pub fn monday(day: Date) -> Date {
    let back = i64::from(day.weekday().to_monday_zero_offset());
    day.saturating_sub(jiff::Span::new().days(back))
}

/// Days from `earlier` to `later`; negative the other way round.
#[must_use]
pub fn days_between(earlier: Date, later: Date) -> i64 {
    i64::from(
        later
            .since((jiff::Unit::Day, earlier))
            .map(|span| span.get_days())
            .unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    #[test]
    fn k23_a_plan_keeps_its_hour_on_both_sides_of_a_change_of_clocks() {
        for (zone, day, utc_hour) in [
            ("Europe/Berlin", date(2026, 10, 24), 18),
            ("Europe/Berlin", date(2026, 10, 25), 19),
            ("America/New_York", date(2026, 3, 7), 25),
            ("America/New_York", date(2026, 3, 8), 24),
            ("Asia/Kolkata", date(2026, 3, 8), 14),
        ] {
            let when = When {
                day,
                time: time(20, 0, 0, 0),
                zone: Zone(zone.to_owned()),
            };
            let midnight = Zone::default().moment(day.to_datetime(time(0, 0, 0, 0)));
            assert_eq!(
                when.stamp().since(midnight) / Stamp::HOUR,
                utc_hour,
                "{zone} {day}"
            );
        }
    }

    #[test]
    fn k23_the_hour_that_is_left_out_moves_ahead_and_the_double_one_is_the_first() {
        let berlin = Zone("Europe/Berlin".to_owned());
        let left_out = date(2026, 3, 29).at(2, 30, 0, 0);
        assert_eq!(
            berlin.local(berlin.moment(left_out)),
            date(2026, 3, 29).at(3, 30, 0, 0)
        );
        let twice = date(2026, 10, 25).at(2, 30, 0, 0);
        assert_eq!(
            berlin.moment(twice),
            Zone::default().moment(date(2026, 10, 25).at(0, 30, 0, 0))
        );
    }

    #[test]
    fn an_unknown_zone_reads_as_utc() {
        assert_eq!(Zone::named("Middle/Earth"), None);
        assert_eq!(
            Zone("Middle/Earth".to_owned()).local(Stamp(0)),
            date(1970, 1, 1).at(0, 0, 0, 0)
        );
    }
}
