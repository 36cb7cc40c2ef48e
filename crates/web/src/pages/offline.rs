//! Without a network: what the worker keeps on a device that is somebody's own (S18), the page that then stands for
//! every other one, and the timers of daily moments, which need nobody.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use rekindle_domain::ids::TouchId;
use rekindle_domain::pack::Practice;
use serde_json::json;

use super::moment::{self, kinds};
use super::parts::{Asker, Tab};
use crate::{App, PageError, assets, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::WORKER, get(worker))
        .route(paths::OFFLINE, get(page))
        .route(paths::MOMENT, get(timer))
}

/// The worker, with the list of what it keeps in front. Other bytes make a browser fetch everything anew.
async fn worker(State(app): State<App>) -> Response {
    let files = files(&app);
    let listed = files.concat();
    let kept = json!({
        "name": paths::opaque(&format!("{listed}{}", app.public_mark())),
        "home": paths::OFFLINE,
        "leave": paths::LEAVE,
        "away": app.settings().leave_to,
        "files": files,
        "title": ui::TITLE,
        "reminder": app.words().say("reminders-sentence"),
        "front": paths::CONTINUE,
    });
    let body = format!("const KEPT = {kept};\n{}", assets::source("js/sw.js"));
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], body).into_response()
}

/// All of it is public, and the same for everybody.
fn files(app: &App) -> Vec<String> {
    let guide = app.guide();
    let mut files = vec![
        paths::OFFLINE.to_owned(),
        paths::HELP.to_owned(),
        paths::HELP_LINES.to_owned(),
        paths::ROADMAP.to_owned(),
    ];
    files.extend(kinds(app).map(|practice| paths::moment(moment::kind(practice))));
    let stages = guide.stages.iter();
    files.extend(stages.map(|stage| paths::at(paths::STAGE, stage.number)));
    files.extend(guide.practices.iter().map(|one| paths::practice(&one.id)));
    files.extend(guide.pages.iter().map(|one| paths::page(&one.id)));
    files.extend(guide.paths.iter().map(|one| paths::way(&one.id)));
    files.push(paths::SKILLS.to_owned());
    files.extend(guide.lessons.iter().map(|one| paths::skill(&one.id)));
    files.extend(assets::KEPT.iter().map(|name| assets::url(name)));
    let show: &[_] = &[ui::Script::Show];
    let scripts = [
        (show, ui::Keeps::Nothing),
        (show, ui::Keeps::Kept),
        (ui::Script::MOMENT, ui::Keeps::Kept),
    ];
    files.extend(scripts.map(|(more, keeps)| ui::scripts(more, keeps)));
    files
}

/// What stands for every page that shows something of two people while there is no network.
async fn page(State(app): State<App>, asker: Asker) -> Markup {
    let w = app.words();
    asker.page(&app, Tab::Us, html! {
        (ui::Greeting { title: &w.say("offline-title"), lead: Some(&w.say("offline-lead")), ..ui::Greeting::default() })
        (ui::group(&w.say("moments-small"), &html! {
            @for practice in kinds(&app) {
                (ui::Row {
                    icon: ui::Icon::Hand, tone: ui::Tone::Ember, title: &practice.title,
                    text: html! { (w.say("offline-moment")) }, action: None,
                    href: Some(&paths::moment(moment::kind(practice))),
                }.item())
            }
        }))
        (ui::group(&w.say("frame-roadmap"), &html! {
            (ui::Row {
                icon: ui::Icon::Roadmap, tone: ui::Tone::Sage, title: &w.say("offline-guide"),
                text: html! { (w.say("offline-guide-more")) }, action: None, href: Some(paths::ROADMAP),
            }.item())
        }))
        p.rest { (w.say("offline-back")) }
    })
}

/// One moment with its gentle timer. Nobody has to be signed in to hold a hand.
async fn timer(
    State(app): State<App>,
    asker: Asker,
    Path(opaque): Path<String>,
) -> Result<Markup, PageError> {
    if let (Ok(_), Asker::Person(visit)) = (opaque.parse::<TouchId>(), &asker) {
        let read = visit.shared().await?;
        let (id, name) = moment::own_named(&read.state, &opaque).ok_or(PageError::NotFound)?;
        let practice = moment::own_practice(&app).ok_or(PageError::NotFound)?;
        let button = moment::button(visit, &id.to_string(), false);
        return Ok(whole(&app, &asker, practice, name, Some(&button)));
    }
    let practice = kinds(&app)
        .find(|practice| paths::opaque(moment::kind(practice)) == opaque)
        .ok_or(PageError::NotFound)?;
    let button = match &asker {
        Asker::Guest => None,
        Asker::Kept => Some(moment::kept_button(&app, practice)),
        Asker::Person(visit) => Some(moment::button(visit, moment::kind(practice), false)),
    };
    Ok(whole(
        &app,
        &asker,
        practice,
        &practice.title,
        button.as_ref(),
    ))
}

fn whole(
    app: &App,
    asker: &Asker,
    practice: &Practice,
    title: &str,
    button: Option<&Markup>,
) -> Markup {
    let w = app.words();
    let millis = practice
        .clock
        .as_ref()
        .map_or(0, |clock| u64::from(clock.seconds) * 1000);
    let (caption, label, end) = (
        w.say("moment-left"),
        w.say("session-timer"),
        w.say("moment-time-up"),
    );
    let ring = (millis > 0).then_some(ui::Ring {
        remaining: millis,
        total: millis,
        running: false,
        caption: &caption,
        label: &label,
        sound: Some(ui::Sound::Begin),
        end: &end,
        press: None,
        pace: None,
    });
    let line = practice
        .clock
        .as_ref()
        .map_or(practice.what.as_str(), |clock| clock.say.as_str());
    let back = match asker {
        Asker::Person(_) => paths::MOMENTS,
        Asker::Kept => paths::OFFLINE,
        Asker::Guest => paths::ROADMAP,
    };
    let body = html! {
        (ui::SessionFrame {
            step: "moment", title, presence: "", progress: (0, 0, ""), kicker: "", mine: true, line,
            body: None, ring, hint: Some(&w.say("moment-hint")),
            actions: html! {
                @if millis > 0 { button.button.wide type="button" hidden data-start { (w.say("moment-start")) } }
                @if let Some(button) = button { (button) }
            },
            quiet: html! { (ui::Button::plain(&w.say("moment-back")).to(back).small()) },
            live: None, reconnecting: "", sound: None, volume: asker.volume(), wake: millis > 0, paused: false,
            dim: &w.say("session-dim"), more: None,
        })
    };
    ui::Page {
        whole: true,
        scripts: ui::Script::MOMENT,
        look: asker.look(),
        leave_to: &app.settings().leave_to,
        keeps: asker.keeps(),
        ..ui::Page::new(w, body)
    }
    .render()
}
