//! A ritual's words: a name, a cue, the least of it, how it travels, and when. Seen first as the other will see it (S2).

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rekindle_domain::ids::RitualId;
use rekindle_domain::pack::Often;
use rekindle_domain::recurrence::Rule;
use rekindle_domain::ritual::{Command as Ask, Shape};
use rekindle_domain::shared::Command;
use rekindle_domain::time::day_after;
use serde::Deserialize;

use super::super::parts::{self, Tab};
use super::super::plan::rhythm;
use super::super::proposal::when_of;
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::{PageError, paths, ui};

/// Practices of the guide that can hold a ritual as a session of their own.
const HELD_BY: [&str; 1] = ["phone-free-hour"];

#[derive(Deserialize, Default, Clone)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Words {
    /// Made with the page, so that a press that arrives twice offers once.
    id: Option<RitualId>,
    name: String,
    cue: String,
    then: String,
    least: String,
    travel: String,
    day: String,
    time: String,
    rule: String,
    minutes: String,
    idea: String,
    practice: String,
    /// "look": as the other will see it. "send": offer it.
    step: String,
}

impl Words {
    pub(super) fn of(id: RitualId, shape: &Shape, visit: &Visit) -> Self {
        let next = shape.rule.days(shape.when.day, visit.now().today()).next();
        Self {
            id: Some(id),
            name: shape.name.clone(),
            cue: shape.cue.clone(),
            then: shape.then.clone(),
            least: shape.least.clone(),
            travel: shape.travel.clone(),
            day: next.unwrap_or(shape.when.day).to_string(),
            time: shape.when.time.strftime("%H:%M").to_string(),
            rule: rhythm::name(shape.rule).to_owned(),
            minutes: shape.minutes.to_string(),
            idea: shape.idea.as_deref().map(paths::opaque).unwrap_or_default(),
            practice: shape
                .practice
                .as_deref()
                .map(paths::opaque)
                .unwrap_or_default(),
            step: String::new(),
        }
    }

    fn empty(visit: &Visit) -> Self {
        Self {
            id: Some(RitualId::new(rekindle_vault::chance::bytes())),
            day: day_after(visit.now().today()).to_string(),
            time: "19:00".to_owned(),
            rule: "week".to_owned(),
            minutes: "15".to_owned(),
            ..Self::default()
        }
    }

    /// From one of the ideas, to be put in their own words.
    fn from_idea(visit: &Visit, shared: &rekindle_domain::shared::Shared, opaque: &str) -> Self {
        let empty = Self::empty(visit);
        let guide = visit.app.guide();
        if let Some(idea) = guide
            .rituals
            .iter()
            .find(|idea| paths::opaque(&idea.id) == opaque)
        {
            let (rule, time) = match idea.often {
                Often::Daily => ("day", "07:30"),
                Often::Weekly => ("week", "10:00"),
                Often::Monthly => ("nth", "10:00"),
                Often::Yearly => ("year", "18:00"),
            };
            let practice = guide
                .practices
                .iter()
                .find(|practice| HELD_BY.contains(&practice.id.as_str()) && practice.id == idea.id);
            return Self {
                name: idea.name.clone(),
                cue: idea.when.clone(),
                then: idea.then.clone(),
                least: idea.least.clone(),
                travel: idea.travel.clone(),
                rule: rule.to_owned(),
                time: time.to_owned(),
                minutes: idea.minutes.to_string(),
                idea: opaque.to_owned(),
                practice: practice
                    .map(|one| paths::opaque(&one.id))
                    .unwrap_or_default(),
                ..empty
            };
        }
        let own = (shared.rituals.ideas().iter())
            .find(|idea| paths::opaque(&idea.id.to_string()) == opaque);
        Self {
            then: own.map(|idea| idea.words.clone()).unwrap_or_default(),
            ..empty
        }
    }

    /// # Errors
    /// The id of the sentence that says what to do.
    fn shape(&self, visit: &Visit) -> Result<Shape, &'static str> {
        let guide = visit.app.guide();
        let when = when_of(&self.day, &self.time, &visit.profile.zone).ok_or("when-problem")?;
        let rule: Rule = rhythm::rule(&self.rule).ok_or("ritual-refused-once")?;
        let minutes: u16 = self
            .minutes
            .trim()
            .parse()
            .map_err(|_| "ritual-minutes-problem")?;
        if !(1..=600).contains(&minutes) {
            return Err("ritual-minutes-problem");
        }
        let idea = guide
            .rituals
            .iter()
            .find(|idea| paths::opaque(&idea.id) == self.idea);
        let practice = HELD_BY.iter().find(|id| paths::opaque(id) == self.practice);
        Ok(Shape {
            name: self.name.clone(),
            cue: self.cue.clone(),
            then: self.then.clone(),
            least: self.least.clone(),
            travel: self.travel.clone(),
            when,
            rule,
            minutes,
            idea: idea.map(|idea| idea.id.clone()),
            practice: practice.map(|id| (*id).to_owned()),
        })
    }

    fn hidden(&self) -> Markup {
        let id = self.id.map(|id| id.to_string()).unwrap_or_default();
        html! {
            @for (name, value) in [
                ("id", &id), ("name", &self.name), ("cue", &self.cue), ("then", &self.then), ("least", &self.least),
                ("travel", &self.travel), ("day", &self.day), ("time", &self.time), ("rule", &self.rule),
                ("minutes", &self.minutes), ("idea", &self.idea), ("practice", &self.practice),
            ] { input type="hidden" name=(name) value=(value); }
        }
    }
}

/// The idea one comes from, as the address has it: a hash, no words (S15).
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct From {
    i: String,
}

pub(super) async fn page(visit: Visit, Query(from): Query<From>) -> Result<Markup, PageError> {
    let read = visit.shared().await?;
    let words = Words::from_idea(&visit, &read.state, &from.i);
    Ok(form_page(&visit, &words, None))
}

fn form_page(visit: &Visit, words: &Words, problem: Option<&str>) -> Markup {
    let w = visit.app.words();
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.say("ritual-new"), lead: Some(&w.say("ritual-new-lead")),
            back: Some(ui::Link::new(&w.say("rituals-title"), paths::RITUALS)), ..ui::Greeting::default()
        })
        (form(visit, words, problem))
    })
}

pub(super) fn form(visit: &Visit, words: &Words, problem: Option<&str>) -> Markup {
    let w = visit.app.words();
    let field = |label: &str, hint: &str, name: &str, value: &str| {
        parts::field(parts::Field {
            label: &w.say(label),
            name,
            value,
            hint: Some(&w.say(hint)),
            ..parts::Field::default()
        })
    };
    let short = |label: &str, name: &str, value: &str, kind: ui::Kind| {
        parts::field(parts::Field {
            label: &w.say(label),
            name,
            value,
            kind,
            ..parts::Field::default()
        })
    };
    html! {
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        form.form method="post" novalidate action=(paths::RITUAL_NEW) {
            input type="hidden" name="id" value=(words.id.map(|id| id.to_string()).unwrap_or_default());
            input type="hidden" name="idea" value=(words.idea);
            (field("ritual-name", "ritual-name-hint", "name", &words.name))
            (field("ritual-cue", "ritual-cue-hint", "cue", &words.cue))
            (field("ritual-then", "ritual-then-hint", "then", &words.then))
            (field("ritual-least", "ritual-least-hint", "least", &words.least))
            (field("ritual-travel", "ritual-travel-hint", "travel", &words.travel))
            (rhythm::field(w, &w.say("ritual-often"), &words.rule, None, &["once"]))
            div.two {
                (short("ritual-first-day", "day", &words.day, ui::Kind::Date))
                (short("propose-time", "time", &words.time, ui::Kind::Time))
            }
            (short("ritual-minutes", "minutes", &words.minutes, ui::Kind::Number))
            div.field {
                label for="practice" { (w.say("ritual-held-by")) }
                select #practice name="practice" {
                    option value="" { (w.say("ritual-held-by-none")) }
                    @for practice in HELD_BY.iter().filter_map(|id| visit.app.guide().practice(id)) {
                        option value=(paths::opaque(&practice.id)) selected[words.practice == paths::opaque(&practice.id)] { (practice.title) }
                    }
                }
            }
            (ui::actions(html! { (ui::Button::primary(&w.say("propose-look")).sends("step", "look")) }))
        }
    }
}

pub(super) async fn offer(visit: Visit, Form(words): Form<Words>) -> Result<Response, PageError> {
    let w = visit.app.words();
    let refused = |text: &str| {
        let page = form_page(&visit, &words, Some(text));
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let shape = match words.shape(&visit) {
        Ok(shape) => shape,
        Err(problem) => return refused(&w.say(problem)),
    };
    let id = words
        .id
        .unwrap_or_else(|| RitualId::new(rekindle_vault::chance::bytes()));
    let ask = Ask::Draft {
        id,
        shape: Box::new(shape.clone()),
    };
    let read = visit.shared().await?;
    // Asked once without effect, so that the preview already says what would be refused.
    if let Err(refusal) = read.state.rituals.decide(&visit.now(), &ask) {
        return refused(&w.say(&refusal.to_string()));
    }
    if words.step != "send" {
        let to = parts::other(&visit, &read.state);
        let words = Words {
            id: Some(id),
            ..words.clone()
        };
        return Ok(visit.page(Tab::Us, html! {
            (ui::Greeting {
                title: &w.tell("propose-preview", &[("name", &to)]), lead: Some(&w.say("ritual-preview-lead")),
                back: Some(ui::Link::new(&w.say("rituals-title"), paths::RITUALS)), ..ui::Greeting::default()
            })
            (ui::wash(ui::Tone::Glow, html! { h2 { (shape.name) } (super::words(&visit, &shape)) }))
            form.form method="post" novalidate action=(paths::RITUAL_NEW) {
                (words.hidden())
                (ui::actions(html! { (ui::Button::primary(&w.tell("ritual-offer", &[("name", &to)])).sends("step", "send")) }))
            }
            p.small { (w.say("propose-can-take-back")) }
            (ui::details(&w.say("ritual-reword"), form(&visit, &words, None)))
        }).into_response());
    }
    match visit.act(Command::Ritual(ask)).await? {
        Ok(_) => Ok(see(paths::RITUALS)),
        Err(refusal) => refused(&w.say(&refusal.to_string())),
    }
}
