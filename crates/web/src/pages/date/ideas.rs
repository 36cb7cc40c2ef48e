//! The four decks of ideas, with what a week leaves room for: time, money, energy, home, sleeping children, a season,
//! quiet. Looking for something writes nothing and puts no word into an address (S15).

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use maud::{Markup, html};
use rekindle_domain::date::{Command as Ask, Idea};
use rekindle_domain::pack::{DateIdea, Energy, Money, Season};
use rekindle_domain::shared::{Command, Shared};
use serde::Deserialize;

use super::super::parts::{self, Tab};
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::{PageError, paths, ui};

/// What there is room for, as the address has it: single letters and numbers.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct Room {
    /// Deck, by its number.
    k: String,
    /// Minutes there are.
    m: String,
    /// Money at most: 0 none, 1 a little.
    c: String,
    /// Energy at most: 0 low, 1 medium.
    e: String,
    /// At home, children asleep, a quiet place, apart, new to us.
    h: String,
    s: String,
    q: String,
    a: String,
    n: String,
    /// Season: 1 spring to 4 winter.
    y: String,
    /// From which one on.
    o: String,
}

/// So many on a page: enough to choose from, few enough to read.
const A_PAGE: usize = 6;

impl Room {
    fn fits(&self, idea: &DateIdea) -> bool {
        let money = match idea.money {
            Money::None => 0,
            Money::Little => 1,
            Money::Some => 2,
        };
        let energy = match idea.energy {
            Energy::Low => 0,
            Energy::Medium => 1,
            Energy::High => 2,
        };
        let most = |chosen: &str, is: u16| chosen.parse::<u16>().map_or(true, |most| is <= most);
        let only = |chosen: &str, is: bool| chosen != "1" || is;
        most(&self.m, idea.minutes.least)
            && most(&self.c, money)
            && most(&self.e, energy)
            && only(&self.h, idea.at_home)
            && only(&self.s, idea.children_asleep)
            && only(&self.q, idea.quiet)
            && only(&self.a, idea.apart)
            && only(&self.n, idea.novelty >= 2)
            && season(&self.y).is_none_or(|season| idea.in_season(season))
    }

    /// The same room, seen from another place in the deck.
    fn from(&self, place: usize) -> String {
        let fields = [
            ("k", &self.k),
            ("m", &self.m),
            ("c", &self.c),
            ("e", &self.e),
            ("h", &self.h),
            ("s", &self.s),
            ("q", &self.q),
            ("a", &self.a),
            ("n", &self.n),
            ("y", &self.y),
        ];
        let known = |value: &str| !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
        let fields: Vec<String> = (fields.iter())
            .filter(|(_, value)| known(value))
            .map(|(name, value)| format!("{name}={value}"))
            .chain(std::iter::once(format!("o={place}")))
            .collect();
        format!("{}?{}", paths::DATE_IDEAS, fields.join("&"))
    }
}

fn season(chosen: &str) -> Option<Season> {
    match chosen {
        "1" => Some(Season::Spring),
        "2" => Some(Season::Summer),
        "3" => Some(Season::Autumn),
        "4" => Some(Season::Winter),
        _ => None,
    }
}

pub(super) async fn page(visit: Visit, Query(room): Query<Room>) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let page = show(&visit, &read.state, &room, "", None);
    Ok(visit.answer_read(page, &read))
}

fn show(visit: &Visit, shared: &Shared, room: &Room, typed: &str, problem: Option<&str>) -> Markup {
    let w = visit.app.words();
    let guide = visit.app.guide();
    let deck = guide
        .dates
        .iter()
        .find(|deck| deck.number.to_string() == room.k);
    let fitting: Vec<&DateIdea> = (guide.dates.iter())
        .filter(|one| deck.is_none_or(|deck| deck.id == one.id))
        .flat_map(|deck| &deck.ideas)
        .filter(|idea| room.fits(idea))
        .collect();
    let place = room.o.parse::<usize>().unwrap_or(0).min(fitting.len());
    let place = if place >= fitting.len() { 0 } else { place };
    let mine = super::picks(visit, shared);
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.say("ideas-title"), lead: Some(&deck.map_or_else(|| w.say("ideas-lead"), |deck| deck.what.clone())),
            back: Some(ui::Link::new(&w.say("dates-title"), paths::DATES)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        div.calendar {
            nav.views aria-label=(w.say("ideas-decks")) {
                ul role="list" {
                    @let all = Room { k: String::new(), ..room.clone() };
                    li { a href=(all.from(0)) aria-current=[deck.is_none().then_some("page")] { (w.say("ideas-all")) } }
                    @for one in &guide.dates {
                        @let to = Room { k: one.number.to_string(), ..room.clone() };
                        li { a href=(to.from(0)) aria-current=[deck.is_some_and(|deck| deck.id == one.id).then_some("page")] { (one.title) } }
                    }
                }
            }
            (filters(visit, room))
            h2.small { (w.tell("ideas-count", &[("count", &fitting.len().to_string())])) }
            @if !fitting.is_empty() {
                ul.card.rows role="list" {
                    @for idea in fitting.iter().skip(place).take(A_PAGE) { (row(visit, idea)) }
                }
            }
            @if fitting.len() > A_PAGE {
                @let next = if place + A_PAGE < fitting.len() { place + A_PAGE } else { 0 };
                div.actions { (ui::Button::quiet(&w.say("ideas-more")).to(&room.from(next))) }
            }
            @if let Some((day, _)) = mine {
                (ui::details(&w.say("ideas-own"), html! {
                    form.form method="post" novalidate action=(paths::DATE_PICK) {
                        input type="hidden" name="day" value=(day);
                        input type="hidden" name="idea" value="";
                        (parts::field(parts::Field { label: &w.say("ideas-own-field"), name: "words", value: typed, hint: Some(&w.say("ideas-own-hint")), ..parts::Field::default() }))
                        (ui::actions(html! { (ui::Button::primary(&w.say("ideas-own-button"))) }))
                    }
                }))
            }
        }
    })
}

fn row(visit: &Visit, idea: &DateIdea) -> Markup {
    ui::Row {
        icon: if idea.at_home {
            ui::Icon::Cup
        } else {
            ui::Icon::Leaf
        },
        tone: ui::Tone::Glow,
        title: &idea.title,
        text: html! { (facts(visit, idea)) },
        action: None,
        href: Some(&paths::date_idea(&idea.id)),
    }
    .item()
}

fn facts(visit: &Visit, idea: &DateIdea) -> String {
    let w = visit.app.words();
    let money = match idea.money {
        Money::None => "ideas-free",
        Money::Little => "ideas-little",
        Money::Some => "ideas-some",
    };
    let mut facts = vec![
        w.tell("minutes", &[("minutes", &idea.minutes.usual.to_string())]),
        w.say(money),
    ];
    for (is, text) in [
        (idea.at_home, "ideas-home"),
        (idea.quiet, "ideas-quiet"),
        (idea.watch, "ideas-watch"),
    ] {
        if is {
            facts.push(w.say(text));
        }
    }
    facts.join(" · ")
}

/// What there is room for. A plain form that looks something up.
fn filters(visit: &Visit, room: &Room) -> Markup {
    let w = visit.app.words();
    let select = |name: &str, label: &str, chosen: &str, options: &[(&str, String)]| {
        html! {
            div.field {
                label for=(name) { (w.say(label)) }
                select id=(name) name=(name) {
                    @for (value, text) in options { option value=(value) selected[*value == chosen] { (text) } }
                }
            }
        }
    };
    let say = |id: &str| w.say(id);
    let minutes = |count: &str| w.tell("ideas-up-to", &[("minutes", count)]);
    let open = [
        &room.m, &room.c, &room.e, &room.h, &room.s, &room.q, &room.a, &room.n, &room.y,
    ];
    let open = open.iter().any(|value| !value.is_empty());
    html! {
        details.more open[open] {
            summary { (ui::Icon::Forward) span { (w.say("ideas-filter")) } }
            div.inside {
                form.form method="get" action=(paths::DATE_IDEAS) {
                    input type="hidden" name="k" value=(room.k);
                    div.two {
                        (select("m", "ideas-time", &room.m, &[("", say("ideas-any")), ("30", minutes("30")), ("60", minutes("60")), ("120", minutes("120"))]))
                        (select("c", "ideas-money", &room.c, &[("", say("ideas-any")), ("0", say("ideas-free")), ("1", say("ideas-little"))]))
                        (select("e", "ideas-energy", &room.e, &[("", say("ideas-any")), ("0", say("ideas-energy-low")), ("1", say("ideas-energy-medium"))]))
                        (select("y", "ideas-season", &room.y, &[("", say("ideas-any")), ("1", say("season-spring")), ("2", say("season-summer")), ("3", say("season-autumn")), ("4", say("season-winter"))]))
                    }
                    div.field.ticks {
                        @for (name, label, chosen) in [
                            ("h", "ideas-only-home", &room.h), ("s", "ideas-only-asleep", &room.s), ("q", "ideas-only-quiet", &room.q),
                            ("a", "ideas-only-apart", &room.a), ("n", "ideas-only-new", &room.n),
                        ] {
                            label.option for=(name) {
                                input id=(name) name=(name) type="checkbox" value="1" checked[chosen.as_str() == "1"];
                                span { (w.say(label)) }
                            }
                        }
                    }
                    (ui::actions(html! { (ui::Button::quiet(&w.say("ideas-filter-button"))) }))
                }
            }
        }
    }
}

fn find<'a>(visit: &'a Visit, opaque: &str) -> Option<&'a DateIdea> {
    let decks = &visit.app.guide().dates;
    let mut ideas = decks.iter().flat_map(|deck| &deck.ideas);
    ideas.find(|idea| paths::opaque(&idea.id) == opaque)
}

pub(super) async fn one(visit: Visit, Path(opaque): Path<String>) -> Result<Response, PageError> {
    let w = visit.app.words();
    let read = visit.shared().await?;
    let idea = find(&visit, &opaque).ok_or(PageError::NotFound)?;
    let mine = super::picks(&visit, &read.state);
    let energy = match idea.energy {
        Energy::Low => "practice-energy-low",
        Energy::Medium => "practice-energy-medium",
        Energy::High => "practice-energy-high",
    };
    let page = visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &idea.title, over: Some(&facts(&visit, idea)),
            back: Some(ui::Link::new(&w.say("ideas-title"), paths::DATE_IDEAS)), ..ui::Greeting::default()
        })
        (ui::card(html! {
            p.lead { (idea.say) }
            p.small { (w.say(energy)) @if idea.children_asleep { " · " (w.say("ideas-asleep")) } @if idea.apart { " · " (w.say("ideas-apart")) } }
            @if let Some((day, when)) = &mine {
                form.form method="post" novalidate action=(paths::DATE_PICK) {
                    input type="hidden" name="day" value=(day);
                    input type="hidden" name="idea" value=(opaque);
                    input type="hidden" name="words" value="";
                    (ui::actions(html! {
                        (ui::Button::primary(&w.tell("ideas-pick", &[("when", &parts::when(w, when, &visit.profile.zone, visit.now))])))
                    }))
                }
            } @else if read.state.plan.get(rekindle_domain::date::SLOT, visit.now).is_none() {
                (ui::actions(html! { (ui::Button::primary(&w.say("dates-set")).to(paths::DATE_SLOT)) }))
            }
        }))
        @if idea.watch || idea.talk_over.is_some() { (ui::card(talk_over(&visit, idea))) }
    });
    Ok(visit.answer_read(page, &read))
}

/// Watching side by side comes with talking it over (G5.1).
pub(super) fn talk_over(visit: &Visit, idea: &DateIdea) -> Markup {
    let w = visit.app.words();
    let deck = visit.app.guide().deck("film-talk").filter(|_| idea.watch);
    html! {
        h2 { (w.say("date-talk-over")) }
        @if let Some(talk) = &idea.talk_over { (ui::quote(talk)) }
        @if let Some(deck) = deck {
            p { (deck.what) }
            (ui::details(&deck.title, html! {
                ul { @for card in deck.cards.iter().take(8) { li { (card.say) } } }
            }))
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pick {
    day: Date,
    /// One of the guide's, or nothing: then it is one's own.
    idea: String,
    words: String,
}

pub(super) async fn pick(visit: Visit, Form(form): Form<Pick>) -> Result<Response, PageError> {
    let idea = match find(&visit, &form.idea) {
        Some(idea) => Idea::Guide(idea.id.clone()),
        None if form.idea.is_empty() => Idea::Own(form.words.clone()),
        None => return Err(PageError::NotOurForm),
    };
    let day = form.day;
    match visit.act(Command::Date(Ask::Pick { day, idea })).await? {
        Ok(_) => Ok(see(paths::DATES)),
        Err(refusal) => {
            let read = visit.shared().await?;
            let text = visit.app.words().say(&refusal.to_string());
            let page = show(
                &visit,
                &read.state,
                &Room::default(),
                &form.words,
                Some(&text),
            );
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}
