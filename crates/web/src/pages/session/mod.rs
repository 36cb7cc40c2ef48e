//! Holding a session together: laying it out, preparing for it, the live screen, the stream that keeps two phones at
//! one step (G2.3).

mod after;
mod keep;
mod layout;
pub(super) mod prepare;
mod screen;

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::future::{Either, select};
use futures_util::stream;
use jiff::civil::Time;
use rekindle_domain::ids::SessionId;
use rekindle_domain::session::{self, ButtonKind, Filled, Mode, Press, Script, State, Token};
use rekindle_domain::shared::{Command, Shared};
use rekindle_domain::time::day_after;
use rekindle_domain::{Stamp, Who, held};
use serde::Deserialize;

use super::parts;
use super::proposal::when_of;
use super::touch;
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::{App, PageError, paths};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(
            paths::SESSION_OPEN,
            get(layout::check_in_page).post(layout::check_in),
        )
        .route(paths::LAY_OUT, get(layout::page).post(layout::lay_out))
        .route(paths::SESSIONS, get(layout::all))
        .route(paths::SESSION, get(page).post(press))
        .route(paths::SESSION_LIVE, get(live))
        .route(paths::SESSION_AFTER, post(after::save))
        .route(
            paths::PREPARE,
            get(prepare::check_in_page).post(prepare::check_in),
        )
        .route(paths::PREPARE_ONE, get(prepare::page).post(prepare::save))
}

pub(super) use after::word_to_oneself;
pub(crate) use layout::address as layout_address;
pub(super) use layout::card;
pub(super) use prepare::address as prepare_address;

/// What words of both are called in what a session leaves.
pub(super) const fn text_word(what: session::Text) -> &'static str {
    use session::Text;
    match what {
        Text::Statement => "history-statement",
        Text::Trial => "history-trial",
        Text::Agreement => "history-agreement",
        Text::Line => "history-line",
    }
}

/// The practices for what wants a talk of its own.
const TALKS: [&str; 2] = ["repair-talk", "solving-talk"];

/// The script that check-ins follow; the others come with the practices they belong to.
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
async fn where_held(mut visit: Visit, id: SessionId) -> Result<(Visit, Shared), PageError> {
    let has = |shared: &Shared, now| {
        let sessions = &shared.sessions;
        sessions.open_one(id, now).is_some() || sessions.held().any(|held| held.id == id)
    };
    // The couple's first: nearly all are held there, and each space is one wait more.
    let shared = visit.shared().await?.state;
    if visit.ring.couple.is_some() && !has(&shared, visit.now) {
        let own = visit.shared_of(visit.solo()).await?.state;
        if has(&own, visit.now) {
            visit.by_oneself = true;
            return Ok((visit, own));
        }
    }
    Ok((visit, shared))
}

async fn page(visit: Visit, Path(id): Path<SessionId>) -> Result<Response, PageError> {
    let (visit, _) = where_held(visit, id).await?;
    show(&visit, id, None).await
}

/// What was not taken: a sentence, and the press with everything typed for it.
#[derive(Clone, Copy)]
struct Problem<'a> {
    text: &'a str,
    typed: Option<&'a Pressed>,
}

/// The session as it stands; once it is over, what it left behind.
async fn show(
    visit: &Visit,
    id: SessionId,
    problem: Option<Problem<'_>>,
) -> Result<Response, PageError> {
    // First the session, then what stands about it: one that the other finishes in between is seen as finished.
    let session = visit.session(id).await?;
    let read = visit.shared().await?;
    let shared = &read.state;
    if let Some(held) = shared.sessions.held().find(|held| held.id == id) {
        let problem = problem.map(|problem| problem.text);
        return Ok(screen::finished(visit, shared, held, "", problem).into_response());
    }
    let Some(open) = shared.sessions.open_one(id, visit.now) else {
        return Err(PageError::NotFound);
    };
    let resting = super::rest::resting(visit).await?;
    if resting.hides_session(&visit.app, open) {
        return Err(PageError::NotFound);
    }
    let script = script(&visit.app, &open.script)?;
    let notes = prepare::notes(visit, script, id).await?;
    let names = names(visit, shared);
    // To the giver, or on the one phone between them: never a word of it is kept with the session.
    let view = session.state.view(script, visit.space().who, visit.now);
    let step = view
        .step
        .filter(|step| step.shows == Some(session::Shows::TouchMap));
    let map = match step.and_then(|step| step.speaker) {
        Some(receiver) => {
            Some(touch::of_receiver(visit, receiver, &names[receiver.index()]).await?)
        }
        None => None,
    };
    let page = screen::screen(&screen::Shown {
        visit,
        id,
        script,
        state: &session.state,
        mark: &mark(script, &session.state, visit.space().who),
        names,
        notes: notes.as_ref(),
        map: map.as_ref(),
        offered: open
            .offer
            .as_ref()
            .filter(|_| !open.begun)
            .map(|offer| offer.by),
        problem: problem.map(|problem| problem.text),
        typed: problem.and_then(|problem| problem.typed),
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
    depth: String,
    /// Words for oneself, the step they were written at, and whether they are to be kept as a note.
    mine: String,
    step: String,
    note: Option<String>,
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
                "depth" => pressed.depth = value,
                "mine" => pressed.mine = value,
                "step" => pressed.step = value,
                "note" => pressed.note = Some(value),
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

    /// `None` for anything that is not a press of ours, and for a time that cannot be read.
    fn press(&self, visit: &Visit) -> Option<Press> {
        let kind = match self.press.as_str() {
            "here" => ButtonKind::Here,
            "not-now" => ButtonKind::NotNow,
            "next" => ButtonKind::Next,
            "ready" => ButtonKind::Ready,
            "take" => ButtonKind::Take,
            "pass-on" => ButtonKind::PassOn,
            "said-back" => ButtonKind::SaidBack,
            "right" => ButtonKind::Right,
            "not-quite" => ButtonKind::NotQuite,
            "choose" => ButtonKind::Choose(self.option.clone()),
            "give" => ButtonKind::Give,
            "accept" => ButtonKind::Accept,
            "adjust" => ButtonKind::Adjust,
            "decline" => ButtonKind::Decline,
            "keep" => ButtonKind::Keep,
            "write" => ButtonKind::Write,
            "draw" => ButtonKind::Draw(self.depth.parse().ok()),
            "break" => ButtonKind::Break,
            "park" => ButtonKind::Park,
            "pause" => ButtonKind::Pause,
            "resume" => ButtonKind::Resume,
            "set-time" => ButtonKind::SetTime,
            "fresh-start" => ButtonKind::FreshStart,
            "skip" => ButtonKind::Skip,
            "stop" => ButtonKind::Stop,
            _ => return None,
        };
        let from = who_of(&self.from);
        if kind == ButtonKind::Keep {
            from?;
        }
        let when = self.when(visit);
        if kind == ButtonKind::SetTime {
            when?;
        }
        Some(kind.pressed(Filled {
            words: self.words(),
            from: from.unwrap_or(Who::First),
            talk: self.talk.is_some(),
            when,
            day_ends: day_ends(visit),
            chance: u64::from_le_bytes(rekindle_vault::chance::bytes()),
        }))
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
    let (visit, shared) = where_held(visit, id).await?;
    let Some(open) = shared.sessions.open_one(id, visit.now) else {
        // It is over: pressed late, or twice.
        if form.note.is_some() && shared.sessions.held().any(|held| held.id == id) {
            prepare::keep_note(&visit, id, &form.step, &form.mine).await?;
        }
        return late(&visit, id, &form).await;
    };
    let script = script(&visit.app, &open.script)?;
    let at: Token = form.at.parse().map_err(|_| PageError::NotOurForm)?;
    let Some(press) = form.press(&visit) else {
        if form.press == "set-time" {
            return refused(&visit, id, &form, "when-problem").await;
        }
        return Err(PageError::NotOurForm);
    };
    let by = who_of(&form.by);
    if press == Press::NotNow && open.offer.is_some() && !open.begun {
        return not_now(&visit, open, script).await;
    }
    // Offered before the touch of this day began, or paused since another one.
    if goes_on(&press)
        && shared
            .sessions
            .waits_for_tomorrow(script.family, &visit.now())
    {
        let refusal = held::Refusal::Tomorrow.to_string();
        return refused(&visit, id, &form, &refusal).await;
    }
    if press == Press::Ready
        && by.is_none_or(|by| by == visit.space().who)
        && let Err(refusal) = prepare::keep_words(&visit, id, script, &form).await?
    {
        return refused(&visit, id, &form, &refusal.to_string()).await;
    }
    let command = session::Command { at, by, press };
    match visit.act_in_session(id, script, &command).await? {
        Ok(state) => {
            if state.has_begun() && !open.begun {
                // From now on it waits for the two, though it be paused until another day.
                let begun = held::Command::Begin { id };
                let _ = visit.act(Command::Session(begun)).await?;
            }
            if state.is_finished() {
                keep::keep(&visit, id, &state, script).await?;
            }
            Ok(see(&paths::session(id)))
        }
        Err(session::Refusal::Late | session::Refusal::Over) => late(&visit, id, &form).await,
        Err(refusal) => refused(&visit, id, &form, &refusal.to_string()).await,
    }
}

/// A press that came a moment late: nothing was lost. The page shows where the session stands, and words for both that
/// are in no form any more stay with whoever wrote them, unless they were taken already.
async fn late(visit: &Visit, id: SessionId, form: &Pressed) -> Result<Response, PageError> {
    let Some(words) = form.words() else {
        return Ok(see(&paths::session(id)));
    };
    let state = visit.session(id).await?.state;
    let read = visit.shared().await?;
    let held = read.state.sessions.held().find(|held| held.id == id);
    let (taken, mode) = match held {
        Some(held) => (held.summary.has(&words), Some(held.summary.mode)),
        None => (state.has(&words), state.mode()),
    };
    if taken {
        return Ok(see(&paths::session(id))); // the same press, arriving twice
    }
    let late = match mode {
        Some(Mode::OnePhone | Mode::Solo) => "session-written-late-here",
        Some(Mode::Live | Mode::Apart) | None => "session-written-late",
    };
    let w = visit.app.words();
    let problem = Problem {
        text: &w.tell(late, &[("words", &words)]),
        typed: None,
    };
    let mut page = show(visit, id, Some(problem)).await?;
    *page.status_mut() = StatusCode::CONFLICT;
    Ok(page)
}

/// The page once more, with the reason and everything typed.
async fn refused(
    visit: &Visit,
    id: SessionId,
    form: &Pressed,
    why: &str,
) -> Result<Response, PageError> {
    let problem = Problem {
        text: &visit.app.words().say(why),
        typed: Some(form),
    };
    let mut page = show(visit, id, Some(problem)).await?;
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(page)
}

/// Whether a press begins or goes on; stopping, pausing and putting words aside may be done at any time (S7).
const fn goes_on(press: &Press) -> bool {
    !matches!(
        press,
        Press::Stop
            | Press::NotNow
            | Press::Pause
            | Press::Break
            | Press::Keep { .. }
            | Press::Park { .. }
            | Press::SetTime { .. }
    )
}

/// "Not now" to an offer: taken back by whoever made it, or let rest by the other, whose answer nobody else can read
/// (S5, S6). On one phone it is taken back for both.
async fn not_now(visit: &Visit, open: &held::Open, script: &Script) -> Result<Response, PageError> {
    let mine = open
        .offer
        .as_ref()
        .is_some_and(|offer| offer.by == visit.space().who);
    if mine {
        let withdraw = held::Command::Withdraw { id: open.id };
        let _ = visit.act(Command::Session(withdraw)).await?;
        visit.announce(visit.space().session_place(open.id));
    } else {
        let away = session::Command::new(Token::default(), Press::NotNow);
        let _ = visit.act_in_session(open.id, script, &away).await?;
        super::rest::rest_session(visit, open.id).await?;
    }
    Ok(see(paths::TODAY))
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
    let (mut visit, shared) = where_held(visit, id).await?;
    let open = shared.sessions.open_one(id, visit.now);
    let script = open.map(|open| open.script.clone());
    // An hour is long to hold what a stream never looks at.
    (visit.person.outer, visit.person.inner) = (vec![], vec![]);
    let place = visit.space().session_place(id);
    let receiver = visit.app.0.live.watch(place.stream);
    let stream = stream::unfold(
        Some(Box::new(Watching {
            visit,
            id,
            script,
            at,
            receiver,
            beats: 0,
            greeted: false,
        })),
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
    /// What the session follows; nothing if it was not open when the stream was.
    script: Option<String>,
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
        // Room for what is read is taken only while it is read.
        let now = Box::pin(self.mark()).await.unwrap_or_default();
        let changed = now.is_empty() || now != self.at;
        self.at = now;
        changed
    }

    async fn mark(&self) -> Option<String> {
        // A session that ends takes its stream along, which shows as any other change does.
        let script = script(&self.visit.app, self.script.as_ref()?).ok()?;
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
