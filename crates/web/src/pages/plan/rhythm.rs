//! How often something comes round: in words, and as a choice in a form.

use jiff::civil::{Date, Weekday};
use maud::{Markup, html};
use rekindle_domain::recurrence::{Rule, Weekdays};

use super::super::parts;
use crate::ui;
use crate::words::Words;

/// How often, in words. `first` is the day it counts from.
pub(in crate::pages) fn said(w: &Words, rule: Rule, first: Date) -> String {
    let every = |one, more, step: u8| match step.max(1) {
        1 => w.say(one),
        step => w.tell(more, &[("step", &step.to_string())]),
    };
    match rule {
        Rule::Once => w.say("plan-once"),
        Rule::Day { step } => every("plan-day", "plan-days", step),
        Rule::Week { step } => every("plan-week", "plan-weeks", step),
        Rule::Days { on } if on == workdays() => w.say("plan-workdays"),
        Rule::Days { on } => {
            let days = (1..=7).filter_map(|day| Weekday::from_monday_one_offset(day).ok());
            let named: Vec<String> = (days.filter(|day| on.has(*day)))
                .map(|day| parts::weekday_name(w, day))
                .collect();
            w.tell("plan-weekdays", &[("days", &named.join(", "))])
        }
        Rule::Month { step: 1 } => w.tell("plan-month-on", &[("day", &first.day().to_string())]),
        Rule::Weekday { step: 1 } => {
            let which = match first.day() {
                1..=7 => "plan-first",
                8..=14 => "plan-second",
                15..=21 => "plan-third",
                22..=28 => "plan-fourth",
                _ => "plan-last",
            };
            w.tell(
                which,
                &[("weekday", &parts::weekday_name(w, first.weekday()))],
            )
        }
        Rule::Month { step } | Rule::Weekday { step } => every("plan-month", "plan-months", step),
        Rule::Year => w.say("plan-year"),
    }
}

fn workdays() -> Weekdays {
    use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
    Weekdays::of([Monday, Tuesday, Wednesday, Thursday, Friday]).expect("five days")
}

/// The rules one can choose, by what the form sends.
fn choices() -> [(&'static str, Rule); 8] {
    [
        ("once", Rule::Once),
        ("day", Rule::Day { step: 1 }),
        ("work", Rule::Days { on: workdays() }),
        ("week", Rule::Week { step: 1 }),
        ("two", Rule::Week { step: 2 }),
        ("month", Rule::Month { step: 1 }),
        ("nth", Rule::Weekday { step: 1 }),
        ("year", Rule::Year),
    ]
}

/// The rule that a form sent.
pub(in crate::pages) fn rule(chosen: &str) -> Option<Rule> {
    let mut choices = choices().into_iter();
    choices
        .find(|(name, _)| *name == chosen)
        .map(|(_, rule)| rule)
}

/// What the form sends for a rule; nothing for one that cannot be chosen here.
pub(in crate::pages) fn name(rule: Rule) -> &'static str {
    let found = choices().into_iter().find(|(_, known)| *known == rule);
    found.map_or("", |(name, _)| name)
}

/// A choice of how often, as a list that opens. `but` leaves some out.
pub(in crate::pages) fn field(
    w: &Words,
    label: &str,
    chosen: &str,
    first: Option<Date>,
    but: &[&str],
) -> Markup {
    let text = |name: &str, rule: Rule| match (first, name) {
        (Some(first), _) => said(w, rule, first),
        (None, "month") => w.say("plan-month"),
        (None, "nth") => w.say("plan-nth"),
        (None, _) => said(w, rule, Date::MIN),
    };
    html! {
        div.field {
            label for="rule" { (label) }
            select #rule name="rule" {
                @for (name, rule) in choices().into_iter().filter(|(name, _)| !but.contains(name)) {
                    option value=(name) selected[name == chosen] { (ui::began_large(&text(name, rule))) }
                }
            }
        }
    }
}
