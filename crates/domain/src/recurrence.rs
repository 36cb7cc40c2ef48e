//! How often something comes round: a small rule over days of the calendar, written out as RFC 5545 says (G5).
//!
//! A rule gives days, never moments. The hour on the wall and the zone belong to [`crate::When`], so that an evening at
//! eight stays at eight on both sides of a change of the clocks (K23). Where RFC 5545 leaves a month out because it is
//! too short, these rules take its last day: a ritual on the 31st or on 29 February is not lost to the calendar.

use std::fmt;

use jiff::Span;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use crate::time::days_between;

/// How often. It counts from the first day it is used with. **Stored:** only ever added to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "every", rename_all = "snake_case")]
pub enum Rule {
    Once,
    /// Every so many days.
    Day {
        step: u8,
    },
    /// Every so many weeks, on the first day's weekday.
    Week {
        step: u8,
    },
    /// Every week, on these days.
    Days {
        on: Weekdays,
    },
    /// Every so many months, on the first day's number; in a shorter month on its last day.
    Month {
        step: u8,
    },
    /// Every so many months, on the first day's weekday: the first, second, third, fourth or (from day 29 on) last.
    Weekday {
        step: u8,
    },
    /// Every year; what began on 29 February is on the 28th in other years.
    Year,
}

/// A few days of the week, written as RFC 5545 does: "MO,WE".
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Weekdays(u8);

const WEEK: [(Weekday, &str); 7] = [
    (Weekday::Monday, "MO"),
    (Weekday::Tuesday, "TU"),
    (Weekday::Wednesday, "WE"),
    (Weekday::Thursday, "TH"),
    (Weekday::Friday, "FR"),
    (Weekday::Saturday, "SA"),
    (Weekday::Sunday, "SU"),
];

impl Weekdays {
    /// None when there is no day among them.
    #[must_use]
    pub fn of(days: impl IntoIterator<Item = Weekday>) -> Option<Self> {
        let bits = days.into_iter().fold(0, |bits, day| bits | bit(day));
        (bits > 0).then_some(Self(bits))
    }

    #[must_use]
    pub fn has(self, day: Weekday) -> bool {
        self.0 & bit(day) > 0
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.to_monday_zero_offset()
}

impl fmt::Display for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = WEEK.iter().filter(|(day, _)| self.has(*day));
        let names: Vec<&str> = days.map(|(_, name)| *name).collect();
        f.write_str(&names.join(","))
    }
}

/// Not a list of weekdays.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not days of the week")]
pub struct NotDays;

impl std::str::FromStr for Weekdays {
    type Err = NotDays;

    fn from_str(text: &str) -> Result<Self, NotDays> {
        let days = text.split(',').map(|name| {
            let found = WEEK.iter().find(|(_, known)| *known == name);
            found.map(|(day, _)| *day).ok_or(NotDays)
        });
        Self::of(days.collect::<Result<Vec<_>, _>>()?).ok_or(NotDays)
    }
}

impl TryFrom<String> for Weekdays {
    type Error = NotDays;
    fn try_from(text: String) -> Result<Self, NotDays> {
        text.parse()
    }
}

impl From<Weekdays> for String {
    fn from(days: Weekdays) -> Self {
        days.to_string()
    }
}

impl Rule {
    /// The days it gives, from `from` on and never before `first`, in order. They end where the calendar does.
    pub fn days(self, first: Date, from: Date) -> impl Iterator<Item = Date> {
        let mut round = self.round_before(first, from);
        std::iter::from_fn(move || {
            let day = self.day(first, round)?;
            round += 1;
            Some(day)
        })
        .filter(move |day| *day >= from && *day >= first)
        .filter(move |day| match self {
            Self::Days { on } => on.has(day.weekday()),
            Self::Once
            | Self::Day { .. }
            | Self::Week { .. }
            | Self::Month { .. }
            | Self::Weekday { .. }
            | Self::Year => true,
        })
    }

    /// Whether it gives this day.
    #[must_use]
    pub fn gives(self, first: Date, day: Date) -> bool {
        self.days(first, day).next() == Some(day)
    }

    /// A round that is not after `from`, and not far before.
    fn round_before(self, first: Date, from: Date) -> i64 {
        let days = days_between(first, from).max(0);
        let longest = match self {
            Self::Once => return 0,
            Self::Day { step } => i64::from(step.max(1)),
            Self::Week { step } => 7 * i64::from(step.max(1)),
            Self::Days { .. } => 1,
            Self::Month { step } | Self::Weekday { step } => 31 * i64::from(step.max(1)),
            Self::Year => 366,
        };
        (days / longest - 1).max(0)
    }

    /// The day of one round. For [`Rule::Days`] every day is a round, and most are none of its days.
    fn day(self, first: Date, round: i64) -> Option<Date> {
        let later = |days: i64| first.checked_add(Span::new().try_days(days).ok()?).ok();
        match self {
            Self::Once => (round == 0).then_some(first),
            Self::Day { step } => later(round * i64::from(step.max(1))),
            Self::Week { step } => later(7 * round * i64::from(step.max(1))),
            Self::Days { .. } => later(round),
            // Months are added to the first day each time, never to the round before: 31, 28, 31, not 31, 28, 28.
            Self::Month { step } => {
                let months = Span::new().try_months(round * i64::from(step.max(1)));
                first.checked_add(months.ok()?).ok()
            }
            Self::Year => first.checked_add(Span::new().try_years(round).ok()?).ok(),
            Self::Weekday { step } => {
                let months = Span::new().try_months(round * i64::from(step.max(1)));
                let month = first.first_of_month().checked_add(months.ok()?).ok()?;
                month
                    .nth_weekday_of_month(which(first), first.weekday())
                    .ok()
            }
        }
    }

    /// The rule as a calendar program reads it (RFC 5545, 3.3.10), without the name of the property. Nothing for what
    /// comes once.
    #[must_use]
    pub fn rfc5545(self, first: Date) -> Option<String> {
        let every = |freq: &str, step: u8| match step.max(1) {
            1 => format!("FREQ={freq}"),
            step => format!("FREQ={freq};INTERVAL={step}"),
        };
        Some(match self {
            Self::Once => return None,
            Self::Day { step } => every("DAILY", step),
            Self::Week { step } => {
                format!("{};BYDAY={}", every("WEEKLY", step), short(first.weekday()))
            }
            Self::Days { on } => format!("FREQ=WEEKLY;BYDAY={on}"),
            Self::Month { step } => format!("{};{}", every("MONTHLY", step), of_month(first)),
            Self::Weekday { step } => format!(
                "{};BYDAY={}{}",
                every("MONTHLY", step),
                which(first),
                short(first.weekday())
            ),
            Self::Year => format!(
                "FREQ=YEARLY;BYMONTH={};{}",
                first.month(),
                match first.day() {
                    29 if first.month() == 2 => of_month(first),
                    day => format!("BYMONTHDAY={day}"),
                }
            ),
        })
    }
}

/// The day's number in a month; where months may be shorter, the last of the days that there are.
fn of_month(first: Date) -> String {
    let day = first.day();
    if day <= 28 {
        return format!("BYMONTHDAY={day}");
    }
    let days: Vec<String> = (28..=day).map(|day| day.to_string()).collect();
    format!("BYMONTHDAY={};BYSETPOS=-1", days.join(","))
}

/// Which one of its weekday in the month a day is: 1 to 4, or -1 for the last. Every month has four of each.
fn which(day: Date) -> i8 {
    match (day.day() - 1) / 7 + 1 {
        5 => -1,
        nth => nth,
    }
}

fn short(day: Weekday) -> &'static str {
    WEEK[usize::try_from(day.to_monday_zero_offset()).unwrap_or_default()].1
}
