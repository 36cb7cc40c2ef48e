//! How one wants pages to look and be called.

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use rekindle_domain::Zone;
use rekindle_domain::shared::{Command, name_of};
use serde::Deserialize;

use super::parts::{self, Tab};
use crate::answers::see;
use crate::form::Form;
use crate::visit::{Profile, Visit};
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new().route(paths::SETTINGS, get(page).post(save))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    name: String,
    partner: String,
    zone: String,
    theme: String,
    easy: Option<String>,
    sound: String,
}

/// How loud bells can be.
const SOUNDS: [(&str, &str); 4] = [
    ("0", "settings-sound-none"),
    ("25", "settings-sound-soft"),
    ("60", "settings-sound-usual"),
    ("100", "settings-sound-loud"),
];

async fn page(visit: Visit) -> Markup {
    let p = &visit.profile;
    let form = Settings {
        name: p.name.clone(),
        partner: p.partner.clone(),
        zone: p.zone.0.clone(),
        theme: p.theme.clone(),
        easy: p.easy_type.then(|| "yes".to_owned()),
        sound: visit.volume().to_string(),
    };
    show(&visit, &form, &[])
}

fn show(visit: &Visit, form: &Settings, problems: &[(&str, &str)]) -> Markup {
    let w = visit.app.words();
    let problem = |name: &str| {
        problems
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, text)| *text)
    };
    visit.page_scripts(Tab::Me, &[ui::Script::Show, ui::Script::Chime], html! {
        (ui::Greeting {
            title: &w.say("me-settings"), back: Some(ui::Link::new(&w.say("frame-me"), paths::ME)),
            ..ui::Greeting::default()
        })
        (parts::errors(w, problems.iter().copied()))
        form.form method="post" novalidate action=(paths::SETTINGS) {
            (parts::field(parts::Field {
                label: &w.say("sign-up-name"), name: "name", value: &form.name, problem: problem("name"),
                ..parts::Field::default()
            }))
            @if !visit.space().together {
                (parts::field(parts::Field {
                    label: &w.say("settings-partner"), name: "partner", value: &form.partner, problem: problem("partner"),
                    ..parts::Field::default()
                }))
            } @else { input type="hidden" name="partner" value=(form.partner); }
            (parts::field(parts::Field {
                label: &w.say("settings-zone"), name: "zone", value: &form.zone, hint: Some(&w.say("settings-zone-hint")),
                problem: problem("zone"), ..parts::Field::default()
            }))
            (parts::choices(&w.say("settings-theme"), "theme", &form.theme, [
                ("", w.say("settings-theme-device").as_str(), ""),
                ("light", w.say("settings-theme-light").as_str(), ""),
                ("dark", w.say("settings-theme-dark").as_str(), ""),
            ].into_iter()))
            (parts::choices(&w.say("settings-sound"), "sound", &form.sound,
                SOUNDS.map(|(value, text)| (value, w.say(text))).iter().map(|(value, text)| (*value, text.as_str(), ""))))
            p { button.button.plain.small type="button" hidden data-try-chime="begin" { (w.say("settings-sound-try")) } }
            (parts::check("easy", &w.say("settings-easy"), form.easy.is_some(), None))
            (parts::submit(&w.say("settings-save")))
        }
    })
}

async fn save(visit: Visit, Form(form): Form<Settings>) -> Result<Response, PageError> {
    let w = visit.app.words();
    let mut problems: Vec<(&str, String)> = vec![];
    let name = name_of(&form.name);
    if name.is_none() {
        problems.push(("name", w.say("sign-up-name-problem")));
    }
    let zone = Zone::named(form.zone.trim());
    if zone.is_none() {
        problems.push(("zone", w.say("settings-zone-problem")));
    }
    let partner = if form.partner.trim().is_empty() {
        Some(String::new())
    } else {
        name_of(&form.partner)
    };
    if partner.is_none() {
        problems.push(("partner", w.say("sign-up-name-problem")));
    }
    let (Some(name), Some(zone), Some(partner)) = (name, zone, partner) else {
        let problems: Vec<(&str, &str)> = problems.iter().map(|(n, t)| (*n, t.as_str())).collect();
        return Ok((
            StatusCode::UNPROCESSABLE_ENTITY,
            show(&visit, &form, &problems),
        )
            .into_response());
    };
    let renamed = name != visit.profile.name;
    let theme = if ["light", "dark"].contains(&form.theme.as_str()) {
        form.theme
    } else {
        String::new()
    };
    let profile = Profile {
        name: name.clone(),
        partner,
        zone,
        theme,
        easy_type: form.easy.is_some(),
        volume: SOUNDS
            .iter()
            .find(|(value, _)| *value == form.sound)
            .and_then(|(value, _)| value.parse().ok())
            .or(visit.profile.volume),
        ..visit.profile.clone()
    };
    let _ = visit.save_profile(&profile).await?;
    if renamed {
        let _ = visit.act(Command::Name(name)).await?;
    }
    Ok(see(paths::SETTINGS))
}
