//! Holding a session together: laying it out, preparing for it, the live screen, the stream that keeps two phones at
//! one step (G2.3).

mod prepare;
mod screen;

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::future::{Either, select};
use futures_util::stream;
use jiff::civil::Time;
use maud::{Markup, html};
use rekindle_domain::ids::{PlanId, SessionId};
use rekindle_domain::session::{self, Mode, Press, Script, State, Token};
use rekindle_domain::shared::{Command, Shared};
use rekindle_domain::time::day_after;
use rekindle_domain::{Stamp, When, Who, held, plan};
use rekindle_store::Change;
use serde::Deserialize;

use super::parts::{self, Tab};
use super::proposal::when_of;
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::SESSION_OPEN, get(open_page).post(open))
        .route(paths::SESSION, get(page).post(press))
        .route(paths::SESSION_LIVE, get(live))
        .route(paths::PREPARE, get(prepare::page).post(prepare::save))
}

/// The script that check-ins follow. Others come with the practices they belong to.
pub(super) const CHECK_IN: &str = "weekly-check-in";

fn script<'a>(app: &'a App, id: &str) -> Result<&'a Script, PageError> {
    app.guide().script(id).ok_or(PageError::NotFound)
}

/// Names by place of [`Who`], for texts of a script.
fn names(visit: &Visit, shared: &Shared) -> [String; 2] {
    let me = visit.space().who;
    let mut names = [const { String::new() }; 2];
    names[me.index()].clone_from(&visit.profile.name);
    names[me.other().index()] = parts::other(visit, shared);
    names
}

/// The visit in the space where this session is held. What is held by oneself is in one's own space, where the other
/// finds no trace of it (S3).
async fn where_held(mut visit: Visit, id: SessionId) -> Result<Visit, PageError> {
    if visit.ring.couple.is_some() {
        let own = visit.shared_of(visit.solo()).await?.state.sessions;
        visit.by_oneself = own.open(visit.now).is_some_and(|open| open.id == id)
            || own.held().any(|held| held.id == id);
    }
    Ok(visit)
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Layout {
    mode: String,
    form: String,
    first: String,
}

#[derive(Deserialize)]
struct Again {
    /// Laying an open session out differently, before it begins.
    #[serde(default)]
    again: Option<u8>,
}

async fn open_page(
    visit: Visit,
    Query(Again { again }): Query<Again>,
) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    if let Some(open) = read.state.sessions.open(visit.now)
        && (again.is_none() || open.begun)
    {
        return Ok(see(&paths::session(open.id)));
    }
    let own = if visit.space().together {
        let own = visit.shared_of(visit.solo()).await?;
        own.state.sessions.open(visit.now).map(|open| open.id)
    } else {
        None
    };
    Ok(layout_page(&visit, &read.state, &Layout::default(), own, None)?.into_response())
}

fn layout_page(
    visit: &Visit,
    shared: &Shared,
    form: &Layout,
    own: Option<SessionId>,
    problem: Option<&str>,
) -> Result<Markup, PageError> {
    let w = visit.app.words();
    let script = script(&visit.app, CHECK_IN)?;
    let practice = visit
        .app
        .guide()
        .practices
        .iter()
        .find(|p| p.script.as_deref() == Some(CHECK_IN));
    let names = names(visit, shared);
    let together = visit.space().together;
    let modes: &[(&str, &str, &str)] = if together {
        &[
            ("live", "session-mode-live", "session-mode-live-more"),
            ("one_phone", "session-mode-one", "session-mode-one-more"),
            ("apart", "session-mode-apart", "session-mode-apart-more"),
        ]
    } else {
        &[("one_phone", "session-mode-one", "session-mode-one-more")]
    };
    let modes: Vec<(&str, String, String)> = modes
        .iter()
        .map(|(id, say, more)| (*id, w.say(say), w.say(more)))
        .collect();
    let chosen = |given: &str, usual: &'static str| {
        if given.is_empty() {
            usual.to_owned()
        } else {
            given.to_owned()
        }
    };
    let usual_mode = if together { "live" } else { "one_phone" };
    Ok(visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &script.title, lead: Some(&script.what),
            back: Some(ui::Link::new(&w.say("frame-us"), paths::US)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        @if let Some(own) = own {
            (parts::wash(html! {
                p { (w.say("session-own-open")) }
                (ui::actions(html! { (ui::Button::quiet(&w.say("session-own-go-on")).to(&paths::session(own))) }))
            }))
        }
        (ui::actions(html! { (ui::Button::quiet(&w.say("session-prepare")).to(paths::PREPARE).icon(ui::Icon::Lock)) }))
        form.form method="post" novalidate action=(paths::SESSION_OPEN) {
            (parts::choices(&w.say("session-how"), "mode", &chosen(&form.mode, usual_mode),
                modes.iter().map(|(id, say, more)| (*id, say.as_str(), more.as_str()))))
            (parts::choices(&w.say("session-which"), "form", &chosen(&form.form, "full"),
                script.forms.iter().map(|f| (f.id.as_str(), f.title.as_str(), f.say.as_str()))))
            (parts::choices(&w.say("session-first"), "first", &chosen(&form.first, "first"), [
                ("first", names[0].as_str(), ""), ("second", names[1].as_str(), ""),
            ].into_iter()))
            (parts::submit(&w.say("session-lay-out")))
        }
        @if let Some(practice) = practice { (super::practice::not_now(&visit.app, practice)) }
    }))
}

async fn open(mut visit: Visit, Form(form): Form<Layout>) -> Result<Response, PageError> {
    let app = visit.app.clone();
    let w = app.words();
    let script = script(&app, CHECK_IN)?;
    let alone = script.form(&form.form).is_some_and(|form| form.for_one);
    visit.by_oneself = alone;
    let read = visit.shared().await?;
    let mode = match form.mode.as_str() {
        _ if alone => Mode::Solo,
        "live" => Mode::Live,
        "apart" => Mode::Apart,
        "one_phone" => Mode::OnePhone,
        _ => return Err(PageError::NotOurForm),
    };
    if !visit.space().together && matches!(mode, Mode::Live | Mode::Apart) {
        let page = layout_page(
            &visit,
            &read.state,
            &form,
            None,
            Some(&w.say("session-refused-form")),
        )?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let first = match form.first.as_str() {
        _ if alone => visit.space().who,
        "second" => Who::Second,
        _ => Who::First,
    };
    let id = SessionId::new(rekindle_vault::chance::bytes());
    let ask = held::Command::Open {
        id,
        script: CHECK_IN.to_owned(),
    };
    let shared = match visit.act(Command::Session(ask)).await? {
        Ok(shared) => shared,
        Err(refusal) => {
            let page = layout_page(
                &visit,
                &read.state,
                &form,
                None,
                Some(&w.say(&refusal.to_string())),
            )?;
            return Ok((StatusCode::CONFLICT, page).into_response());
        }
    };
    let open = shared.sessions.open(visit.now).ok_or(PageError::NotFound)?;
    let session = visit.session(open.id).await?.state;
    if !session.has_begun() {
        // Ours opened it, or lays it out anew: a changed offer takes back every yes to the old one (S5).
        let begin = Press::Begin {
            mode,
            form: form.form.clone(),
            first,
        };
        let command = session::Command::new(session.token(), begin);
        match visit.act_in_session(open.id, script, &command).await? {
            Ok(_) | Err(session::Refusal::Late) => {}
            Err(refusal) => {
                let page = layout_page(
                    &visit,
                    &read.state,
                    &form,
                    None,
                    Some(&w.say(&refusal.to_string())),
                )?;
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
            }
        }
    }
    Ok(see(&paths::session(open.id)))
}

async fn page(visit: Visit, Path(id): Path<SessionId>) -> Result<Response, PageError> {
    let visit = where_held(visit, id).await?;
    show(&visit, id, None).await
}

/// The session as it stands; once it is over, what it left behind.
async fn show(visit: &Visit, id: SessionId, problem: Option<&str>) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let shared = &read.state;
    if let Some(held) = shared.sessions.held().find(|held| held.id == id) {
        return Ok(screen::finished(visit, shared, &held.summary).into_response());
    }
    let Some(open) = shared.sessions.open(visit.now).filter(|open| open.id == id) else {
        return Err(PageError::NotFound);
    };
    let script = script(&visit.app, &open.script)?;
    let session = visit.session(id).await?;
    let notes = prepare::notes(visit).await?;
    let page = screen::screen(&screen::Shown {
        visit,
        id,
        script,
        state: &session.state,
        mark: &mark(script, &session.state, visit.space().who),
        names: names(visit, shared),
        notes: notes.as_ref(),
        problem,
    });
    Ok(page.into_response())
}

/// A press as it arrives from a form.
#[derive(Default)]
struct Pressed {
    at: String,
    press: String,
    by: String,
    option: String,
    words: String,
    day: String,
    time: String,
    from: String,
    talk: Option<String>,
}

impl Pressed {
    /// Several forms on one page ask for words, and ids are unique on a page: every name that begins so means them.
    fn of(fields: BTreeMap<String, String>) -> Result<Self, PageError> {
        let mut pressed = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "at" => pressed.at = value,
                "press" => pressed.press = value,
                "by" => pressed.by = value,
                "option" => pressed.option = value,
                "day" => pressed.day = value,
                "time" => pressed.time = value,
                "from" => pressed.from = value,
                "talk" => pressed.talk = Some(value),
                name if name.starts_with("words") => pressed.words = value,
                _ => return Err(PageError::NotOurForm),
            }
        }
        Ok(pressed)
    }

    fn words(&self) -> Option<String> {
        (!self.words.trim().is_empty()).then(|| self.words.clone())
    }

    fn when(&self, visit: &Visit) -> Option<Stamp> {
        when_of(&self.day, &self.time, &visit.profile.zone).map(|when| when.stamp())
    }

    /// `None` for anything that is not a press of ours.
    fn press(&self, visit: &Visit) -> Option<Press> {
        Some(match self.press.as_str() {
            "here" => Press::Here {
                day_ends: day_ends(visit),
            },
            "not-now" => Press::NotNow,
            "next" => Press::Next,
            "ready" => Press::Ready,
            "take" => Press::Take,
            "said-back" => Press::SaidBack,
            "right" => Press::Right,
            "not-quite" => Press::NotQuite,
            "choose" => Press::Choose {
                option: self.option.clone(),
                words: self.words(),
            },
            "give" => Press::Give {
                words: self.words(),
            },
            "accept" => Press::Accept,
            "adjust" => Press::Adjust {
                words: self.words(),
            },
            "decline" => Press::Decline,
            "keep" => Press::Keep {
                from: who_of(&self.from)?,
                words: self.words.clone(),
            },
            "park" => Press::Park {
                topic: self.words.clone(),
                talk: self.talk.is_some(),
            },
            "pause" => Press::Pause,
            "resume" => Press::Resume,
            "set-time" => Press::SetTime {
                at: self.when(visit)?,
            },
            "fresh-start" => Press::FreshStart,
            "skip" => Press::Skip,
            "stop" => Press::Stop,
            _ => return None,
        })
    }
}

fn who_of(text: &str) -> Option<Who> {
    match text {
        "first" => Some(Who::First),
        "second" => Some(Who::Second),
        _ => None,
    }
}

/// The end of this person's day: a yes holds until then (S5).
fn day_ends(visit: &Visit) -> Stamp {
    let tomorrow = day_after(visit.now().today());
    visit
        .profile
        .zone
        .moment(tomorrow.to_datetime(Time::midnight()))
}

async fn press(
    visit: Visit,
    Path(id): Path<SessionId>,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let form = Pressed::of(fields)?;
    let visit = where_held(visit, id).await?;
    let read = visit.shared().await?;
    let Some(open) = read
        .state
        .sessions
        .open(visit.now)
        .filter(|open| open.id == id)
    else {
        return show(&visit, id, None).await; // it is over: pressed late, or twice
    };
    let script = script(&visit.app, &open.script)?;
    let at: Token = form.at.parse().map_err(|_| PageError::NotOurForm)?;
    let Some(press) = form.press(&visit) else {
        if form.press == "set-time" {
            let text = visit.app.words().say("when-problem");
            let mut page = show(&visit, id, Some(&text)).await?;
            *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(page);
        }
        return Err(PageError::NotOurForm);
    };
    let command = session::Command {
        at,
        by: who_of(&form.by),
        press,
    };
    match visit.act_in_session(id, script, &command).await? {
        Ok(state) => {
            if state.has_begun() && !open.begun {
                // From now on it waits for the two, though it be paused until another day.
                let begun = held::Command::Begin { id };
                let _ = visit.act(Command::Session(begun)).await?;
            }
            if state.has_begun() && !open.begun {
                let _ = visit
                    .act(Command::Session(held::Command::Begin { id }))
                    .await?;
            }
            if state.is_finished() {
                keep(&visit, id, &state, &open.script).await?;
            }
            Ok(see(&paths::session(id)))
        }
        // Nothing was lost: the page shows where the session stands.
        Err(session::Refusal::Late | session::Refusal::Over) => Ok(see(&paths::session(id))),
        Err(refusal) => {
            let text = visit.app.words().say(&refusal.to_string());
            let mut page = show(&visit, id, Some(&text)).await?;
            *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(page)
        }
    }
}

/// What a finished session leaves: its summary, the appreciations kept, the next time in the plan. Its stream goes.
async fn keep(visit: &Visit, id: SessionId, state: &State, script: &str) -> Result<(), PageError> {
    let Some(summary) = state.summary() else {
        return Ok(());
    };
    let read = visit.shared().await?;
    let mut commands = vec![];
    if let Some(next) = summary.next.filter(|next| *next > visit.now) {
        commands.push(next_time(visit, &read.state, script, next));
    }
    commands.push(Command::Session(held::Command::Keep {
        id,
        summary: Box::new(summary),
    }));
    if read
        .state
        .sessions
        .open(visit.now)
        .is_none_or(|open| open.id != id)
    {
        return Ok(()); // the other phone was quicker
    }
    let space = visit.space();
    let mut more = vec![Change::DropStream {
        place: space.session_place(id),
    }];
    more.extend(prepare::forget(visit));
    // A plan that was let go meanwhile must not keep the rest from being kept.
    if visit
        .act_with(space, &commands, more.clone())
        .await?
        .is_err()
    {
        commands.retain(|command| !matches!(command, Command::Plan(_)));
        let _ = visit.act_with(space, &commands, more).await?;
    }
    visit.announce(space.session_place(id));
    Ok(())
}

fn next_time(visit: &Visit, shared: &Shared, script: &str, next: Stamp) -> Command {
    let zone = visit.profile.zone.clone();
    let local = zone.local(next);
    let when = When {
        day: local.date(),
        time: local.time(),
        zone,
    };
    let practice = visit
        .app
        .guide()
        .practices
        .iter()
        .find(|p| p.script.as_deref() == Some(script))
        .map_or_else(|| script.to_owned(), |p| p.id.clone());
    let planned = shared
        .plan
        .coming(visit.now)
        .into_iter()
        .find(|(_, planned)| planned.practice() == Some(&practice))
        .map(|(_, planned)| planned.id);
    Command::Plan(match planned {
        Some(id) => plan::Command::Move { id, when },
        None => plan::Command::Plan {
            id: PlanId::new(rekindle_vault::chance::bytes()),
            practice,
            when,
            every: plan::Every::Week,
        },
    })
}

/// What a phone can see of a session, as a short mark: the same as long as nothing it may see has changed. Time plays
/// no part in it.
fn mark(script: &Script, state: &State, who: Who) -> String {
    let view = state.view(script, who, Stamp::default());
    paths::opaque(&serde_json::to_string(&view).expect("a view is plain data"))
}

#[derive(Deserialize)]
struct Seen {
    /// The mark of the screen that is open.
    #[serde(default)]
    at: String,
}

/// A quiet line every so often keeps proxies from closing the stream.
const HEARTBEAT: u64 = 20_000;
/// After so many heartbeats the sign-in is looked at again (K16).
const ASK_AGAIN: u32 = 3;

/// Says "look again" whenever what this phone may see has changed, and nothing else: a yes of the other that is not
/// to be seen yet leaves no trace here, not even in time (S3).
async fn live(
    visit: Visit,
    Path(id): Path<SessionId>,
    Query(Seen { at }): Query<Seen>,
) -> Result<Response, PageError> {
    let visit = where_held(visit, id).await?;
    let place = visit.space().session_place(id);
    let receiver = visit.app.0.live.watch(place.stream);
    let stream = stream::unfold(
        Some(Watching {
            visit,
            id,
            at,
            receiver,
            beats: 0,
            greeted: false,
        }),
        |watching| async move {
            let mut watching = watching?;
            let line = watching.next().await?;
            Some((
                Ok::<_, std::convert::Infallible>(Bytes::from_static(line.as_bytes())),
                Some(watching),
            ))
        },
    );
    let body = Body::from_stream(stream);
    Ok(([(CONTENT_TYPE, "text/event-stream")], body).into_response())
}

/// One phone's open stream.
struct Watching {
    visit: Visit,
    id: SessionId,
    at: String,
    receiver: async_broadcast::Receiver<()>,
    beats: u32,
    greeted: bool,
}

const CHANGED: &str = "event: changed\ndata: 1\n\n";
const STILL_HERE: &str = ": here\n\n";

impl Watching {
    /// The next line to send; `None` ends the stream.
    async fn next(&mut self) -> Option<&'static str> {
        if !self.greeted {
            self.greeted = true;
            // What changed between drawing the page and opening the stream is not missed.
            return Some(if self.has_changed().await {
                CHANGED
            } else {
                STILL_HERE
            });
        }
        let app = self.visit.app.clone();
        // One beat for the whole wait: what is not to be seen must not move it either.
        let mut beat = app.0.host.clock.sleep(HEARTBEAT);
        loop {
            let grown = Box::pin(self.receiver.recv());
            match select(grown, &mut beat).await {
                Either::Left((Err(async_broadcast::RecvError::Closed), _)) => return None,
                Either::Left(_) => {}
                Either::Right(_) => return self.beat().await,
            }
            if self.has_changed().await {
                return Some(CHANGED);
            }
        }
    }

    /// Whether the phone would see something else now. When it cannot be told, it looks for itself.
    async fn has_changed(&mut self) -> bool {
        let now = self.mark().await.unwrap_or_default();
        let changed = now.is_empty() || now != self.at;
        self.at = now;
        changed
    }

    async fn mark(&self) -> Option<String> {
        let shared = self.visit.shared().await.ok()?;
        let open = shared
            .state
            .sessions
            .open(self.visit.now)
            .filter(|open| open.id == self.id)?;
        let script = script(&self.visit.app, &open.script).ok()?;
        let read = self.visit.session(self.id).await.ok()?;
        Some(mark(script, &read.state, self.visit.space().who))
    }

    async fn beat(&mut self) -> Option<&'static str> {
        self.beats += 1;
        if self.beats.is_multiple_of(ASK_AGAIN) {
            let app = &self.visit.app;
            app.store()
                .signed_in(self.visit.sign_in.id, app.now())
                .await
                .ok()??;
        }
        Some(STILL_HERE)
    }
}
