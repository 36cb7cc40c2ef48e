//! The calendar of two: a day, a week as a list, a month. Each person sees the hours of their own clock; what was set
//! by another clock says so (K23). Days behind show what was held, never what was not (S4).

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};
use maud::{Markup, html};
use rekindle_domain::ids::PlanId;
use rekindle_domain::plan::{self, What};
use rekindle_domain::shared::Shared;
use rekindle_domain::time::monday;
use rekindle_domain::{Stamp, When, Zone};

use super::super::parts::{self, Tab};
use super::super::rest::Resting;
use super::{Shown, View};
use crate::visit::Visit;
use crate::words::Words;
use crate::{paths, ui};

/// The weeks of which the list of what is coming says what meets.
const SOON: i64 = 6;

/// Nothing that is looked at here goes on for longer.
const LONGEST: i64 = Stamp::DAY;

/// One thing on a day.
struct Item {
    /// Of what is agreed: which time of which entry.
    round: Option<(PlanId, Date)>,
    /// On the reader's clock. Nothing for what was held: its day is enough.
    at: Option<DateTime>,
    span: (Stamp, Stamp),
    title: String,
    /// Below the title.
    more: Option<String>,
    tag: Option<&'static str>,
    icon: ui::Icon,
    tone: ui::Tone,
    href: Option<String>,
    /// Small touches take no time of their own and get in nobody's way.
    light: bool,
}

/// The days of a view, first and last.
pub(super) fn days(view: View, day: Date) -> (Date, Date) {
    match view {
        View::Coming | View::Day => (day, day),
        View::Week => {
            let monday = monday(day);
            (monday, monday.saturating_add(6.days()))
        }
        View::Month => (day.first_of_month(), day.last_of_month()),
    }
}

/// The time that is looked at: these days, of which what is long over is left out.
fn open(visit: &Visit, days: (Date, Date)) -> (Stamp, Stamp) {
    let midnight = |day: Date| visit.profile.zone.moment(day.at(0, 0, 0, 0));
    let (from, to) = (midnight(days.0), midnight(days.1.saturating_add(1.day())));
    (from.max(visit.now.plus(-plan::STAYS)), to)
}

/// What is agreed or proposed and begins within this time, in order.
fn ahead(
    visit: &Visit,
    shared: &Shared,
    resting: &Resting,
    within: (Stamp, Stamp),
) -> Vec<(Date, Item)> {
    let mut found: Vec<(Date, Item)> = plan::occurrences(shared, within.0, within.1)
        .into_iter()
        .filter_map(|one| agreed(visit, shared, &one))
        .chain(proposed(visit, shared, resting, within))
        .filter_map(|item| Some((item.at?.date(), item)))
        .collect();
    found.sort_by_key(|(_, item)| item.at);
    found
}

/// Everything from the first to the last of these days, in order.
fn items(
    visit: &Visit,
    shared: &Shared,
    resting: &Resting,
    days: (Date, Date),
) -> Vec<(Date, Item)> {
    let mut found = ahead(visit, shared, resting, open(visit, days));
    found.extend(held(visit, shared, days));
    found.sort_by_key(|(day, item)| (*day, item.at));
    found
}

fn agreed(visit: &Visit, shared: &Shared, one: &plan::Occurrence) -> Option<Item> {
    let shown = Shown::of(visit, shared, &one.what, Some(one.day))?;
    let minutes = one.minutes.map_or(shown.minutes, i64::from);
    let next = shared.plan.get(one.id, visit.now)?.next_round(visit.now);
    let href = if next.is_some_and(|(day, _)| day == one.day) {
        paths::plan(one.id)
    } else {
        format!("{}?d={}", paths::plan(one.id), one.day)
    };
    Some(Item {
        round: Some((one.id, one.day)),
        at: Some(one.when.in_zone(&visit.profile.zone)),
        span: (one.at, one.at.plus(minutes * Stamp::MINUTE)),
        title: shown.title,
        more: elsewhere(visit.app.words(), &one.when, &visit.profile.zone),
        tag: None,
        icon: shown.icon,
        tone: shown.tone,
        href: Some(href),
        light: shown.light,
    })
}

/// What was proposed and is not in the plan: as a question, and not to whoever lets it rest (S6).
fn proposed(
    visit: &Visit,
    shared: &Shared,
    resting: &Resting,
    within: (Stamp, Stamp),
) -> Vec<Item> {
    let w = visit.app.words();
    let me = visit.space().who;
    let mut found = vec![];
    for asked in shared.proposals.on_the_table(visit.now) {
        let at = asked.when.stamp();
        let practice = visit.app.guide().practice(&asked.practice);
        let (Some(practice), true) = (practice, (within.0..within.1).contains(&at)) else {
            continue;
        };
        // What was answered by link is kept with the invitation: in the plan, it is a question no longer.
        let in_plan = asked.link.is_some() && shared.plan.has(&asked.practice, visit.now);
        if asked.answer.is_some() || in_plan || asked.by != me && resting.hides(&visit.app, asked) {
            continue;
        }
        let minutes = i64::from(practice.minutes.usual);
        found.push(Item {
            round: None,
            at: Some(asked.when.in_zone(&visit.profile.zone)),
            span: (at, at.plus(minutes * Stamp::MINUTE)),
            title: practice.title.clone(),
            more: elsewhere(w, &asked.when, &visit.profile.zone),
            tag: Some("plan-proposed"),
            icon: ui::Icon::Speech,
            tone: ui::Tone::Glow,
            href: Some(paths::proposal(asked.id)),
            light: practice.moment.is_some(),
        });
    }
    found
}

/// Sessions that were held on these days.
fn held(visit: &Visit, shared: &Shared, days: (Date, Date)) -> Vec<(Date, Item)> {
    let within = |day: &Date| (days.0..=days.1).contains(day);
    (shared.sessions.held())
        .filter(|held| within(&held.day))
        .filter_map(|held| {
            let script = visit.app.guide().script(&held.script)?;
            let item = Item {
                round: None,
                at: None,
                span: (Stamp(0), Stamp(0)),
                title: script.title.clone(),
                more: None,
                tag: Some("plan-held"),
                icon: ui::Icon::Done,
                tone: ui::Tone::Dusk,
                href: Some(paths::HISTORY.to_owned()),
                light: false,
            };
            Some((held.day, item))
        })
        .collect()
}

/// The hour on the clock it was set by, where that is another one.
pub(super) fn elsewhere(w: &Words, when: &When, zone: &Zone) -> Option<String> {
    let here = when.in_zone(zone);
    if here == when.day.to_datetime(when.time) {
        return None;
    }
    let place = when
        .zone
        .0
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .replace('_', " ");
    let time = when.time.strftime("%H:%M").to_string();
    Some(w.tell("plan-elsewhere", &[("time", &time), ("place", &place)]))
}

/// Two that lie over each other.
type Pair<'a> = (&'a (Date, Item), &'a (Date, Item));

/// What may meet on these days: what began the evening before may still go on.
fn about(
    visit: &Visit,
    shared: &Shared,
    resting: &Resting,
    days: (Date, Date),
) -> Vec<(Date, Item)> {
    let (from, to) = open(visit, days);
    ahead(visit, shared, resting, (from.plus(-LONGEST), to))
}

/// The pairs of these that lie over each other within this time.
fn pairs(items: &[(Date, Item)], within: (Stamp, Stamp)) -> Vec<Pair<'_>> {
    let spans: Vec<(Stamp, Stamp)> = items
        .iter()
        .map(|(_, item)| {
            if item.light {
                (Stamp(0), Stamp(0))
            } else {
                item.span
            }
        })
        .collect();
    let pairs = plan::at_once(&spans, within).into_iter();
    pairs
        .map(|(one, other)| (&items[one], &items[other]))
        .collect()
}

/// Two things at the same time, said calmly: both may stay. They meet on the day on which the later one begins.
fn meeting(visit: &Visit, pairs: &[Pair<'_>]) -> Markup {
    let w = visit.app.words();
    html! {
        @if !pairs.is_empty() {
            (ui::Notice { tone: ui::Tone::Glow, icon: Some(ui::Icon::Clock), body: html! {
                @for ((_, one), (day, other)) in pairs {
                    p { (w.tell("plan-meet", &[
                        ("one", &one.title), ("other", &other.title), ("day", &parts::date(w, *day)),
                    ])) }
                }
                p.small { (w.say("plan-meet-more")) }
            }, ..ui::Notice::default() })
        }
    }
}

/// What meets in the weeks to come: two that meet again and again are named once, for the first time.
pub(super) fn meeting_soon(visit: &Visit, shared: &Shared, resting: &Resting) -> Markup {
    let today = visit.now().today();
    let days = (today, today.saturating_add((SOON * 7 - 1).days()));
    let items = about(visit, shared, resting, days);
    let mut named = BTreeSet::new();
    let mut pairs = pairs(&items, open(visit, days));
    pairs.retain(|((_, one), (_, other))| {
        let (one, other) = (&one.title, &other.title);
        named.insert(if one <= other {
            (one, other)
        } else {
            (other, one)
        })
    });
    meeting(visit, &pairs)
}

/// What this time of an entry meets.
pub(super) fn meeting_one(
    visit: &Visit,
    shared: &Shared,
    resting: &Resting,
    round: (PlanId, Date),
    when: &When,
) -> Markup {
    let day = when.in_zone(&visit.profile.zone).date();
    let days = (day.saturating_sub(1.day()), day.saturating_add(1.day()));
    let items = about(visit, shared, resting, days);
    let mut pairs = pairs(&items, open(visit, days));
    pairs.retain(|((_, one), (_, other))| {
        [one, other].map(|item| item.round).contains(&Some(round))
    });
    meeting(visit, &pairs)
}

/// Whether the clocks change on this day, in words.
fn clocks(w: &Words, zone: &Zone, day: Date) -> Option<String> {
    let midnight = |day: Date| zone.moment(day.at(0, 0, 0, 0));
    let length = midnight(day.saturating_add(1.day())).since(midnight(day));
    match length.cmp(&Stamp::DAY) {
        std::cmp::Ordering::Less => Some(w.say("plan-clocks-ahead")),
        std::cmp::Ordering::Greater => Some(w.say("plan-clocks-back")),
        std::cmp::Ordering::Equal => None,
    }
}

pub(super) fn link(view: View, day: Option<Date>) -> String {
    let day = day.map(|day| format!("&d={day}")).unwrap_or_default();
    format!("{}?v={}{day}", paths::PLAN, view.letter())
}

/// The four ways to look, as a row of pills.
pub(super) fn views(visit: &Visit, here: View, day: Option<Date>) -> Markup {
    let w = visit.app.words();
    html! {
        nav.views aria-label=(w.say("plan-views")) {
            ul role="list" {
                @for view in View::ALL {
                    @let to = if view == View::Coming { paths::PLAN.to_owned() } else { link(view, day) };
                    li { a href=(to) aria-current=[(view == here).then_some("page")] { (w.say(view.text())) } }
                }
            }
        }
    }
}

pub(super) fn show(
    visit: &Visit,
    shared: &Shared,
    resting: &Resting,
    view: View,
    day: Date,
) -> Markup {
    let w = visit.app.words();
    let (first, last) = days(view, day);
    let items = items(visit, shared, resting, (first, last));
    let about = about(visit, shared, resting, (first, last));
    let (before, after) = match view {
        View::Month => (
            first.saturating_sub(1.day()).first_of_month(),
            last.saturating_add(1.day()),
        ),
        View::Coming | View::Day | View::Week => {
            let length = if view == View::Week { 7 } else { 1 };
            (
                first.saturating_sub(length.days()),
                first.saturating_add(length.days()),
            )
        }
    };
    let title = match view {
        View::Month => parts::month_of(w, day),
        View::Week => w.tell("plan-week-of", &[("day", &parts::date(w, first))]),
        View::Coming | View::Day => parts::date(w, day),
    };
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.say("plan-title"), over: Some(&title),
            back: Some(ui::Link::new(&w.say("frame-us"), paths::US)), ..ui::Greeting::default()
        })
        div.calendar {
            (views(visit, view, Some(day)))
            div.inline.turns {
                a.line-link href=(link(view, Some(before))) { (ui::Icon::Back) span { (w.say(view.earlier())) } }
                a.line-link href=(link(view, Some(after))) { span { (w.say(view.later())) } (ui::Icon::Forward) }
            }
            (meeting(visit, &pairs(&about, open(visit, (first, last)))))
            @match view {
                View::Month => (month(visit, &items, first)),
                View::Coming | View::Day | View::Week => (list(visit, &items, first, last)),
            }
            p.small { (w.tell("plan-your-clock", &[("zone", &visit.profile.zone.0.replace('_', " "))])) }
        }
    })
}

/// Days one below the other, the empty ones too: an empty evening is worth seeing.
fn list(visit: &Visit, items: &[(Date, Item)], first: Date, last: Date) -> Markup {
    let w = visit.app.words();
    let today = visit.now().today();
    let days = std::iter::successors(Some(first), |day| day.tomorrow().ok());
    html! {
        ol.days role="list" {
            @for day in days.take_while(|day| *day <= last) {
                li.day.is-today[day == today] {
                    h2 { a href=(link(View::Day, Some(day))) { (parts::date(w, day)) } @if day == today { " " (ui::tag(ui::Tone::Ember, &w.say("day-today"))) } }
                    @if let Some(clocks) = clocks(w, &visit.profile.zone, day) { p.small { (clocks) } }
                    @let these: Vec<&Item> = items.iter().filter(|(on, _)| *on == day).map(|(_, item)| item).collect();
                    @if these.is_empty() { p.free { (w.say("plan-free")) } }
                    @else { ul.card role="list" { @for item in these { (row(w, item)) } } }
                }
            }
        }
    }
}

fn row(w: &Words, item: &Item) -> Markup {
    let time = item.at.map(|at| at.strftime("%H:%M").to_string());
    let text = html! {
        @if let Some(time) = &time { time datetime=(time) { (time) } }
        @if let Some(more) = &item.more { " · " (more) }
        @if let Some(tag) = item.tag { @if time.is_some() { " · " } (w.say(tag)) }
    };
    ui::Row {
        icon: item.icon,
        tone: item.tone,
        title: &item.title,
        text,
        action: None,
        href: item.href.as_deref(),
    }
    .item()
}

/// A month as small days with dots, and what is on them below.
fn month(visit: &Visit, items: &[(Date, Item)], first: Date) -> Markup {
    let w = visit.app.words();
    let today = visit.now().today();
    let last = first.last_of_month();
    let begins = monday(first);
    let weeks = std::iter::successors(Some(begins), |day| day.checked_add(7.days()).ok())
        .take_while(|monday| *monday <= last);
    let on = |day: Date| {
        items
            .iter()
            .filter(|(on, item)| *on == day && !item.light)
            .count()
    };
    let days: Vec<Date> = items.iter().map(|(day, _)| *day).collect();
    html! {
        table.month {
            thead { tr { @for day in 1..=7 { th scope="col" { abbr title=(w.say(&format!("weekday-{day}"))) { (w.say(&format!("weekday-short-{day}"))) } } } } }
            tbody { @for monday in weeks { tr { @for n in 0..7_i64 {
                @let day = monday.saturating_add(n.days());
                td.is-today[day == today] {
                    @if day.month() == first.month() {
                        @let count = on(day);
                        a href=(link(View::Day, Some(day))) aria-label=(w.tell("plan-day-with", &[("day", &parts::date(w, day)), ("count", &count.to_string())])) {
                            (day.day())
                            span.dots aria-hidden="true" { @for _ in 0..count.min(3) { i {} } }
                        }
                    }
                }
            } } } }
        }
        @if days.is_empty() { p.free { (w.say("plan-month-free")) } }
        ol.days role="list" {
            @for day in unique(&days).into_iter().filter(|day| on(*day) > 0) {
                li.day {
                    h2 { a href=(link(View::Day, Some(day))) { (parts::date(w, day)) } }
                    ul.card role="list" {
                        @for (_, item) in items.iter().filter(|(on, item)| *on == day && !item.light) { (row(w, item)) }
                    }
                }
            }
        }
        @if items.iter().any(|(_, item)| item.light && item.at.is_some()) { p.small { (w.say("plan-month-light")) } }
    }
}

fn unique(days: &[Date]) -> Vec<Date> {
    let mut days = days.to_vec();
    days.sort();
    days.dedup();
    days
}

/// What an entry of the plan is, for who shows it.
impl Shown {
    pub(super) fn of(
        visit: &Visit,
        shared: &Shared,
        what: &What,
        day: Option<Date>,
    ) -> Option<Self> {
        match what {
            What::Practice(id) => {
                let practice = visit.app.guide().practice(id)?;
                Some(Self {
                    title: practice.title.clone(),
                    icon: if practice.script.is_some() {
                        ui::Icon::Speech
                    } else {
                        ui::Icon::Clock
                    },
                    tone: ui::Tone::Sage,
                    minutes: i64::from(practice.minutes.usual),
                    light: practice.moment.is_some(),
                })
            }
            What::Ritual(id) => {
                let ritual = shared.rituals.get(*id, visit.now)?;
                Some(Self {
                    title: ritual.ours()?.shape.name.clone(),
                    icon: ui::Icon::Cup,
                    tone: ui::Tone::Glow,
                    minutes: i64::from(ritual.ours()?.shape.minutes),
                    light: ritual.ours()?.shape.minutes <= 5,
                })
            }
            What::Date => Some(Self {
                title: super::super::date::title(visit, shared, day),
                icon: ui::Icon::Leaf,
                tone: ui::Tone::Ember,
                minutes: 90,
                light: false,
            }),
        }
    }
}
