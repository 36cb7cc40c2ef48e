//! Making an account, being let in, the private door, and the ways back (K1–K6, S9, S18, S22).

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use rekindle_domain::shared::{Command, name_of};
use rekindle_domain::{CoupleId, PersonId, Zone};
use rekindle_store::{Change, Door, Membership, Outcome, Person, SignIn, Slot, SlotKind};
use rekindle_vault::keys::{Keyring, OuterKey, Root, new_person};
use rekindle_vault::pairing::seal_membership;
use rekindle_vault::passphrase::{self, Weak};
use rekindle_vault::sign_in::{DeviceSecret, SignInSecret};
use rekindle_vault::slots::{
    RecoveryCode, open_passphrase_slot, open_recovery_slot, seal_passphrase_slot,
    seal_recovery_slot, waste,
};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::parts::{self, Guest};
use crate::answers::{see, with_cookie};
use crate::form::{Form, NoFields};
use crate::visit::{DOOR_IDLE, DOOR_MOST, Profile, Visit};
use crate::words::Words;
use crate::{App, PageError, RunBy, cookies, paths};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::SIGN_UP, get(sign_up_page).post(sign_up))
        .route(paths::SIGN_IN, get(sign_in_page).post(sign_in))
        .route(paths::SIGN_OUT, post(sign_out))
        .route(paths::DOOR, get(door_page).post(open_door))
        .route(paths::DOOR_CLOSE, post(close_door))
        .route(paths::RECOVER, get(recover_page).post(recover))
        .route(paths::CONTINUE, get(continue_page))
}

/// A passphrase as it was typed; wiped when the form is dropped.
#[derive(Deserialize, Default)]
#[serde(transparent)]
pub(super) struct Typed(pub(super) Zeroizing<String>);

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct SignUp {
    name: String,
    handle: String,
    passphrase: Typed,
    adult: Option<String>,
    own: Option<String>,
    zone: String,
    /// The practice chosen in the five-minute start, as it stands in a path.
    practice: String,
    /// The invitation that brought this person here.
    link: String,
}

/// What is wrong with a field, by its name.
type Problems = Vec<(&'static str, String)>;

#[derive(Deserialize, Default)]
struct FromStart {
    #[serde(default)]
    practice: String,
    #[serde(default)]
    link: String,
}

async fn sign_up_page(State(app): State<App>, Query(from): Query<FromStart>) -> Response {
    let form = SignUp {
        practice: from.practice,
        link: from.link,
        ..SignUp::default()
    };
    sign_up_form(&app, &form, &vec![]).into_response()
}

fn sign_up_form(app: &App, form: &SignUp, problems: &Problems) -> Markup {
    let w = app.words();
    let problem = |name: &str| {
        problems
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, text)| text.as_str())
    };
    if !app.settings().sign_ups && form.link.is_empty() {
        return Guest::page(
            app,
            html! {
                h1 { (w.say("sign-up-closed")) }
                p.lead { (w.say("sign-up-closed-more")) }
            },
        );
    }
    Guest::page(
        app,
        html! {
            h1 { (w.say("sign-up-title")) }
            p.lead { (w.say("sign-up-lead")) }
            (parts::errors(w, problems.iter().map(|(name, text)| (*name, text.as_str()))))
            form.form method="post" novalidate action=(paths::SIGN_UP) data-zone-form {
                input type="hidden" name="practice" value=(form.practice);
                input type="hidden" name="link" value=(form.link);
                input type="hidden" name="zone" value=(form.zone) data-zone;
                (parts::field(parts::Field {
                    label: &w.say("sign-up-name"), name: "name", value: &form.name,
                    hint: Some(&w.say("sign-up-name-hint")), problem: problem("name"),
                    ..parts::Field::default()
                }))
                (parts::field(parts::Field {
                    label: &w.say("sign-up-handle"), name: "handle", value: &form.handle,
                    hint: Some(&w.say("sign-up-handle-hint")), problem: problem("handle"),
                    kind: crate::ui::Kind::Handle, ..parts::Field::default()
                }))
                (parts::passphrase(w, "passphrase", &w.say("sign-up-passphrase"),
                    Some(&w.tell("sign-up-passphrase-hint", &[("example", &passphrase::suggest())])),
                    problem("passphrase"), true))
                (parts::check("adult", &w.say("sign-up-adult"), form.adult.is_some(), problem("adult")))
                (parts::check("own", &w.say("sign-in-own-device"), form.own.is_some(), None))
                div.promise {
                    h2 { (w.say("promise-title")) }
                    p { (promise(app)) }
                }
                p.small { (w.say("frame-leave-first")) }
                (parts::submit(&w.say("sign-up-button")))
            }
            p { (w.say("sign-up-have-one")) " " a href=(paths::SIGN_IN) { (w.say("sign-in-link")) } }
        },
    )
}

/// What is promised, and who runs this server (S22; safety page, section 3).
pub(super) fn promise(app: &App) -> String {
    let w = app.words();
    let promise = w.tell("promise", &[("who", &parts::run_by(app))]);
    match app.settings().run_by {
        RunBy::OneOfUs(_) => format!("{promise} {}", w.say("promise-one-of-us")),
        RunBy::SomeoneElse(_) | RunBy::NotSaid => promise,
    }
}

fn checked(app: &App, form: &SignUp) -> Problems {
    let w = app.words();
    let mut problems: Problems = vec![];
    if name_of(&form.name).is_none() {
        problems.push(("name", w.say("sign-up-name-problem")));
    }
    if handle_of(&form.handle).is_none() {
        problems.push(("handle", w.say("sign-up-handle-problem")));
    }
    if let Err(weak) = passphrase::judge(&form.passphrase.0, &[&form.handle, &form.name]) {
        problems.push(("passphrase", w.say(weak_text(weak))));
    }
    if form.adult.is_none() {
        problems.push(("adult", w.say("sign-up-adult-problem")));
    }
    problems
}

pub(super) const fn weak_text(weak: Weak) -> &'static str {
    match weak {
        Weak::TooShort => "passphrase-too-short",
        Weak::TooCommon => "passphrase-too-common",
        Weak::TooGuessable => "passphrase-too-guessable",
    }
}

/// A handle as it is kept: lower case, 3 to 40 letters, digits, dots, hyphens or underscores of any script.
fn handle_of(typed: &str) -> Option<String> {
    let handle = typed.trim().to_lowercase();
    let length = handle.chars().count();
    let fine = handle
        .chars()
        .all(|c| c.is_alphanumeric() || "._-@".contains(c));
    ((3..=40).contains(&length) && fine).then_some(handle)
}

async fn sign_up(
    State(app): State<App>,
    headers: HeaderMap,
    Form(form): Form<SignUp>,
) -> Result<Response, PageError> {
    if !app.settings().sign_ups && !super::invitation::is_open(&app, &form.link).await? {
        return Ok((StatusCode::FORBIDDEN, sign_up_form(&app, &form, &vec![])).into_response());
    }
    let mut problems = checked(&app, &form);
    if !problems.is_empty() {
        return Ok((
            StatusCode::UNPROCESSABLE_ENTITY,
            sign_up_form(&app, &form, &problems),
        )
            .into_response());
    }
    let handle = handle_of(&form.handle).expect("checked above");
    let name = name_of(&form.name).expect("checked above");
    let person = PersonId::new(rekindle_vault::chance::bytes());
    let solo = CoupleId::new(rekindle_vault::chance::bytes());
    let zone = Zone::named(&form.zone).unwrap_or_else(|| app.settings().zone.clone());
    let profile = Profile {
        name: name.clone(),
        zone,
        ..Profile::default()
    };
    let made = new_person(person, solo, profile.to_bytes());
    let code = RecoveryCode::random();
    let (root, typed, cost) = (made.root, form.passphrase.0.clone(), app.settings().cost);
    let (root, slot) = app
        .slowly(move || {
            let slot = seal_passphrase_slot(&root, &typed, person, cost);
            (root, slot)
        })
        .await
        .ok_or(PageError::TooBusy)?;
    let outer = root.outer();
    let (secret, sign_in) = new_sign_in(&app, person, &outer, form.own.is_some());
    let device = DeviceSecret::random();
    let changes = vec![
        Change::AddPerson(Person {
            id: person,
            handle,
            outer_public: made.outer_public.0,
            inner_public: made.inner_public.0,
            outer: made.outer,
            inner: made.inner,
            version: 1,
        }),
        Change::PutSlot {
            person,
            slot: Slot {
                kind: SlotKind::Passphrase,
                sealed: slot,
            },
        },
        Change::PutSlot {
            person,
            slot: Slot {
                kind: SlotKind::Recovery,
                sealed: seal_recovery_slot(&root, &code, person),
            },
        },
        Change::AddSignIn(sign_in),
        Change::AddDevice {
            id: device.id(),
            person,
        },
        alone(person, &made.keyring)?,
        super::rest::first(&outer, person.into()),
        super::note::first(&outer, person.into()),
    ];
    if app.store().commit(changes).await? == Outcome::Stale {
        // A second press of the same form is not a second account: whoever knows the passphrase is let in.
        if let Ok(let_in) = try_sign_in(
            &app,
            &headers,
            &form.handle,
            form.passphrase,
            form.own.is_some(),
        )
        .await?
        {
            return Ok(let_in.respond(see(&after_sign_up(&form.practice, &form.link))));
        }
        problems.push(("handle", app.words().say("sign-up-handle-taken")));
        let form = SignUp {
            passphrase: Typed::default(),
            ..form
        };
        return Ok((
            StatusCode::UNPROCESSABLE_ENTITY,
            sign_up_form(&app, &form, &problems),
        )
            .into_response());
    }
    let visit = Visit::fresh(&app, &headers, &secret).await?;
    let _ = visit.act(Command::Name(name)).await?;
    let onward = after_sign_up(&form.practice, &form.link);
    let page = sheet(&app, &code, &visit.person.handle, &onward);
    let let_in = LetIn {
        secret,
        own: form.own.is_some(),
        device: Some(device),
        same: false,
    };
    Ok(let_in.respond(page.into_response()))
}

/// The membership of one's own space, where everybody begins.
fn alone(person: PersonId, ring: &Keyring) -> Result<Change, PageError> {
    let (couple, keys) = &ring.solo;
    let (epoch, key) = keys.newest();
    let sealed = seal_membership(ring, &ring.outer_public(), *couple, epoch, key)
        .ok_or(PageError::NotFound)?;
    Ok(Change::PutMembership(Membership {
        couple: *couple,
        person,
        epoch,
        sealed,
        open: true,
    }))
}

/// Where the first page after an account leads: the invitation that brought them, the step they chose, or Today.
fn after_sign_up(practice: &str, link: &str) -> String {
    if rekindle_vault::invitation::InvitationSecret::from_link(link).is_some() {
        paths::at(paths::INVITATION_JOIN, link)
    } else if practice.len() == 16 && practice.bytes().all(|b| b.is_ascii_hexdigit()) {
        paths::at(paths::PROPOSE, practice)
    } else {
        paths::TODAY.to_owned()
    }
}

/// The recovery sheet: shown once, made to be printed (K6).
pub(super) fn sheet(app: &App, code: &RecoveryCode, handle: &str, onward: &str) -> Markup {
    let w = app.words();
    Guest::page(
        app,
        html! {
            h1 { (w.say("sheet-title")) }
            p.lead { (w.say("sheet-lead")) }
            (parts::recovery_sheet(w, &code.to_text(), handle))
            div.actions {
                a.button href=(onward) { (w.say("sheet-kept")) }
            }
            p.small { (w.say("sheet-later")) }
        },
    )
}

/// A fresh sign-in row with the cookie's secret that opens it.
pub(super) fn new_sign_in(
    app: &App,
    person: PersonId,
    outer: &OuterKey,
    own: bool,
) -> (SignInSecret, SignIn) {
    let secret = SignInSecret::random();
    let seconds = if own {
        cookies::OWN_DEVICE
    } else {
        cookies::SHARED_DEVICE
    };
    let until = app.now().plus(seconds * 1000);
    let row = SignIn {
        id: secret.id(),
        person,
        door: Door::Outer,
        outer: secret.id(),
        key: secret.wrap_outer(outer, person),
        until,
        at_most: until,
        label: vec![],
    };
    (secret, row)
}

/// Somebody who was just let in: the cookies that say so.
pub(super) struct LetIn {
    pub(super) secret: SignInSecret,
    pub(super) own: bool,
    pub(super) device: Option<DeviceSecret>,
    /// The same person on the same device of their own: what waits there to be sent is theirs.
    pub(super) same: bool,
}

impl LetIn {
    pub(super) fn respond(self, response: Response) -> Response {
        let lasts = self.own.then_some(cookies::OWN_DEVICE);
        let mut response = with_cookie(
            response,
            cookies::set(cookies::SIGN_IN, &self.secret.to_cookie(), lasts),
        );
        response = with_cookie(response, cookies::end(cookies::DOOR));
        if let Some(device) = self.device {
            let device = cookies::set(
                cookies::DEVICE,
                &device.to_cookie(),
                self.own.then_some(cookies::OWN_DEVICE * 12),
            );
            response = with_cookie(response, device);
        }
        if self.same {
            response
        } else {
            forget(response)
        }
    }
}

/// Whether this browser is one's own, and was before.
fn is_same(headers: &HeaderMap, outer: &OuterKey, person: PersonId, own: bool) -> bool {
    let memory = cookies::get(headers, cookies::MEMORY);
    own && memory.is_some_and(|memory| outer.open_memory(person, memory).is_some())
}

/// Nothing of before stays in this browser's storage (S18): neither the guide nor what was to be sent.
fn forget(mut response: Response) -> Response {
    response.headers_mut().insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"storage\""),
    );
    response
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct SignInForm {
    handle: String,
    passphrase: Typed,
    own: Option<String>,
    link: String,
}

async fn sign_in_page(State(app): State<App>, Query(from): Query<FromStart>) -> Markup {
    sign_in_form(
        &app,
        &SignInForm {
            link: from.link,
            ..SignInForm::default()
        },
        None,
    )
}

fn sign_in_form(app: &App, form: &SignInForm, problem: Option<&str>) -> Markup {
    let w = app.words();
    Guest::page(
        app,
        html! {
            h1 { (w.say("sign-in-title")) }
            @if let Some(problem) = problem { (parts::problem_notice(problem)) }
            form.form method="post" novalidate action=(paths::SIGN_IN) {
                input type="hidden" name="link" value=(form.link);
                (parts::field(parts::Field {
                    label: &w.say("sign-up-handle"), name: "handle", value: &form.handle,
                    kind: crate::ui::Kind::Handle, ..parts::Field::default()
                }))
                (parts::passphrase(w, "passphrase", &w.say("sign-in-passphrase"), None, None, false))
                (parts::check("own", &w.say("sign-in-own-device"), form.own.is_some(), None))
                (parts::submit(&w.say("sign-in-button")))
            }
            p { a href=(paths::NEW_DEVICE) { (w.say("sign-in-other-device")) } }
            p { a href=(paths::RECOVER) { (w.say("sign-in-forgot")) } }
            p { (w.say("sign-in-new")) " " a href=(paths::START) { (w.say("welcome-start")) } }
        },
    )
}

/// Why somebody was not let in.
enum NotLetIn {
    Wrong,
    Wait(u64),
}

impl NotLetIn {
    fn text(&self, w: &Words, wrong: &str) -> String {
        match self {
            Self::Wrong => w.say(wrong),
            Self::Wait(seconds) => w.tell("sign-in-wait", &[("seconds", &seconds.to_string())]),
        }
    }
}

fn device_of(headers: &HeaderMap) -> Option<DeviceSecret> {
    cookies::get(headers, cookies::DEVICE).and_then(DeviceSecret::from_cookie)
}

/// Takes a try from the budget of this account: the device's own if it is known, the one of all others if not.
async fn take_a_try(
    app: &App,
    headers: &HeaderMap,
    handle: &str,
    person: Option<PersonId>,
) -> Result<Result<Option<[u8; 32]>, NotLetIn>, PageError> {
    let mut device = device_of(headers).map(|device| device.id());
    if let Some(id) = device {
        let belongs = app.store().device(id).await?;
        if belongs.is_none() || belongs != person {
            device = None;
        }
    }
    Ok(match app.0.throttle.take(handle, device, app.now()) {
        Ok(()) => Ok(device),
        Err(seconds) => Err(NotLetIn::Wait(seconds)),
    })
}

/// Opens one's own root, wherever a page asks for the passphrase once more. Tries are counted there, too (K15).
///
/// # Errors
/// Inside: the sentence that says why it stays closed.
pub(super) async fn open_own_root(
    visit: &Visit,
    headers: &HeaderMap,
    typed: Typed,
) -> Result<Result<Root, String>, PageError> {
    let app = &visit.app;
    let (handle, person) = (&visit.person.handle, Some(visit.id()));
    let why = match take_a_try(app, headers, handle, person).await? {
        Err(wait) => wait,
        Ok(device) => match open_root(app, person, typed).await? {
            None => NotLetIn::Wrong,
            Some((root, _)) => {
                app.0.throttle.forgive(handle, device);
                return Ok(Ok(root));
            }
        },
    };
    Ok(Err(why.text(app.words(), "door-wrong")))
}

/// Opens the root with a passphrase. Unknown names cost the same work (K15).
async fn open_root(
    app: &App,
    person: Option<PersonId>,
    typed: Typed,
) -> Result<Option<(Root, bool)>, PageError> {
    let slot = match person {
        None => None,
        Some(person) => app
            .store()
            .slots(person)
            .await?
            .into_iter()
            .find(|slot| slot.kind == SlotKind::Passphrase)
            .map(|slot| (person, slot.sealed)),
    };
    app.slowly(move || match slot {
        Some((person, sealed)) => open_passphrase_slot(&sealed, &typed.0, person),
        None => {
            waste(&typed.0);
            None
        }
    })
    .await
    .ok_or(PageError::TooBusy)
}

async fn try_sign_in(
    app: &App,
    headers: &HeaderMap,
    handle: &str,
    typed: Typed,
    own: bool,
) -> Result<Result<LetIn, NotLetIn>, PageError> {
    let handle = handle.trim().to_lowercase();
    let person = app
        .store()
        .person_by_handle(&handle)
        .await?
        .map(|person| person.id);
    let device = match take_a_try(app, headers, &handle, person).await? {
        Ok(device) => device,
        Err(wait) => return Ok(Err(wait)),
    };
    let again = typed.0.clone();
    let (Some(person), Some((root, raise))) = (person, open_root(app, person, typed).await?) else {
        return Ok(Err(NotLetIn::Wrong));
    };
    app.0.throttle.forgive(&handle, device);
    let same = is_same(headers, &root.outer(), person, own);
    let (secret, row) = new_sign_in(app, person, &root.outer(), own);
    let mut changes = vec![Change::Sweep { now: app.now() }, Change::AddSignIn(row)];
    let new_device = device.is_none().then(DeviceSecret::random);
    if let Some(device) = &new_device {
        changes.push(Change::AddDevice {
            id: device.id(),
            person,
        });
    }
    if raise {
        let cost = app.settings().cost;
        let sealed = app
            .slowly(move || seal_passphrase_slot(&root, &again, person, cost))
            .await
            .ok_or(PageError::TooBusy)?;
        changes.push(Change::PutSlot {
            person,
            slot: Slot {
                kind: SlotKind::Passphrase,
                sealed,
            },
        });
    }
    let _ = app.store().commit(changes).await?;
    Ok(Ok(LetIn {
        secret,
        own,
        same,
        device: new_device,
    }))
}

async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    Form(mut form): Form<SignInForm>,
) -> Result<Response, PageError> {
    let typed = std::mem::take(&mut form.passphrase);
    match try_sign_in(&app, &headers, &form.handle, typed, form.own.is_some()).await? {
        Ok(let_in) => Ok(let_in.respond(see(&after_sign_up("", &form.link)))),
        Err(why) => {
            let text = why.text(app.words(), "sign-in-wrong");
            let status = match why {
                NotLetIn::Wrong => StatusCode::UNPROCESSABLE_ENTITY,
                NotLetIn::Wait(_) => StatusCode::TOO_MANY_REQUESTS,
            };
            Ok((status, sign_in_form(&app, &form, Some(&text))).into_response())
        }
    }
}

async fn sign_out(visit: Visit, _: NoFields) -> Result<Response, PageError> {
    let _ = visit
        .app
        .store()
        .commit(vec![Change::EndSignIn {
            id: visit.sign_in.id,
        }])
        .await?;
    let response = with_cookie(see(paths::WELCOME), cookies::end(cookies::SIGN_IN));
    Ok(forget(with_cookie(response, cookies::end(cookies::DOOR))))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct DoorForm {
    passphrase: Typed,
    to: String,
}

#[derive(Deserialize, Default)]
struct To {
    #[serde(default)]
    to: String,
}

async fn door_page(visit: Visit, Query(To { to }): Query<To>) -> Response {
    if visit.door.is_some() {
        return see(paths::safe_return(&to).unwrap_or(paths::ME));
    }
    door_form(&visit, &to, None).into_response()
}

fn door_form(visit: &Visit, to: &str, problem: Option<&str>) -> Markup {
    let w = visit.app.words();
    visit.page(parts::Tab::Me, html! {
        h1 { (w.say("door-title")) }
        p.lead { (w.say("door-lead")) }
        form.form method="post" novalidate action=(paths::DOOR) {
            input type="hidden" name="to" value=(to);
            (parts::passphrase(w, "passphrase", &w.say("sign-in-passphrase"), None, problem, false))
            (parts::submit(&w.say("door-button")))
        }
    })
}

async fn open_door(
    visit: Visit,
    headers: HeaderMap,
    Form(form): Form<DoorForm>,
) -> Result<Response, PageError> {
    let app = visit.app.clone();
    let person = visit.id();
    let root = match open_own_root(&visit, &headers, form.passphrase).await? {
        Ok(root) => root,
        Err(text) => {
            return Ok((
                StatusCode::UNPROCESSABLE_ENTITY,
                door_form(&visit, &form.to, Some(&text)),
            )
                .into_response());
        }
    };
    let secret = SignInSecret::random();
    let row = SignIn {
        id: secret.id(),
        person,
        door: Door::Inner,
        outer: visit.sign_in.id,
        key: secret.wrap_inner(&root.inner(), person),
        until: visit.now.plus(DOOR_IDLE),
        at_most: visit.now.plus(DOOR_MOST),
        label: vec![],
    };
    let _ = app.store().commit(vec![Change::AddSignIn(row)]).await?;
    super::note::forget_what_is_over(&visit, &root).await?;
    super::session::prepare::forget_what_is_over(&visit, &root).await?;
    let to = paths::safe_return(&form.to).unwrap_or(paths::ME);
    Ok(with_cookie(
        see(to),
        cookies::set(cookies::DOOR, &secret.to_cookie(), None),
    ))
}

async fn close_door(visit: Visit, _: NoFields) -> Result<Response, PageError> {
    if let Some(door) = &visit.door {
        let _ = visit
            .app
            .store()
            .commit(vec![Change::EndSignIn { id: door.id }])
            .await?;
    }
    Ok(with_cookie(see(paths::ME), cookies::end(cookies::DOOR)))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Recover {
    handle: String,
    code: Typed,
    passphrase: Typed,
}

async fn recover_page(State(app): State<App>) -> Markup {
    recover_form(&app, &Recover::default(), &vec![])
}

fn recover_form(app: &App, form: &Recover, problems: &Problems) -> Markup {
    let w = app.words();
    let problem = |name: &str| {
        problems
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, text)| text.as_str())
    };
    Guest::page(
        app,
        html! {
            h1 { (w.say("recover-title")) }
            p.lead { (w.say("recover-lead")) }
            (parts::errors(w, problems.iter().map(|(name, text)| (*name, text.as_str()))))
            form.form method="post" novalidate action=(paths::RECOVER) {
                (parts::field(parts::Field {
                    label: &w.say("sign-up-handle"), name: "handle", value: &form.handle,
                    kind: crate::ui::Kind::Handle, ..parts::Field::default()
                }))
                (parts::field(parts::Field {
                    label: &w.say("recover-code"), name: "code", value: "",
                    hint: Some(&w.say("recover-code-hint")), problem: problem("code"), private: true,
                    ..parts::Field::default()
                }))
                (parts::passphrase(w, "passphrase", &w.say("recover-new"), None, problem("passphrase"), true))
                (parts::submit(&w.say("recover-button")))
            }
        },
    )
}

async fn recover(
    State(app): State<App>,
    headers: HeaderMap,
    Form(form): Form<Recover>,
) -> Result<Response, PageError> {
    let w = app.words();
    let again = |form: &Recover, problems: Problems| {
        (
            StatusCode::UNPROCESSABLE_ENTITY,
            recover_form(&app, form, &problems),
        )
            .into_response()
    };
    if let Err(weak) = passphrase::judge(&form.passphrase.0, &[&form.handle]) {
        return Ok(again(&form, vec![("passphrase", w.say(weak_text(weak)))]));
    }
    let Ok(code) = RecoveryCode::parse(&form.code.0) else {
        return Ok(again(&form, vec![("code", w.say("recover-mistyped"))]));
    };
    let handle = form.handle.trim().to_lowercase();
    let person = app
        .store()
        .person_by_handle(&handle)
        .await?
        .map(|person| person.id);
    if let Err(wait) = take_a_try(&app, &headers, &handle, person).await? {
        return Ok(again(&form, vec![("code", wait.text(w, "recover-wrong"))]));
    }
    let wrong = || vec![("code", w.say("recover-wrong"))];
    let Some(person) = person else {
        return Ok(again(&form, wrong()));
    };
    let slots = app.store().slots(person).await?;
    let root = slots
        .iter()
        .find(|slot| slot.kind == SlotKind::Recovery)
        .and_then(|slot| open_recovery_slot(&slot.sealed, &code, person));
    let Some(root) = root else {
        return Ok(again(&form, wrong()));
    };
    let (typed, cost) = (form.passphrase.0.clone(), app.settings().cost);
    let (root, sealed) = app
        .slowly(move || {
            let sealed = seal_passphrase_slot(&root, &typed, person, cost);
            (root, sealed)
        })
        .await
        .ok_or(PageError::TooBusy)?;
    let (secret, row) = new_sign_in(&app, person, &root.outer(), false);
    let device = DeviceSecret::random();
    let _ = app
        .store()
        .commit(vec![
            Change::PutSlot {
                person,
                slot: Slot {
                    kind: SlotKind::Passphrase,
                    sealed,
                },
            },
            Change::EndOtherSignIns {
                person,
                keep: secret.id(),
            },
            Change::AddSignIn(row),
            Change::AddDevice {
                id: device.id(),
                person,
            },
        ])
        .await?;
    let let_in = LetIn {
        secret,
        own: false,
        device: Some(device),
        same: false,
    };
    Ok(let_in.respond(see(paths::TODAY)))
}

/// A link from a mail or a calendar brings no Strict cookie; the refresh of this page makes the next request our own.
async fn continue_page(State(app): State<App>) -> Markup {
    let w = app.words();
    Guest::page(
        &app,
        html! {
            meta http-equiv="refresh" content={ "0;url=" (paths::TODAY) };
            h1 { (w.say("continue-title")) }
            p { a.button href=(paths::TODAY) { (w.say("continue-button")) } }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_folded_and_bounded() {
        for (typed, kept) in [
            ("Mara", Some("mara")),
            ("  jonas.k ", Some("jonas.k")),
            ("Ünal", Some("ünal")),
            ("ab", None),
            ("two words", None),
            ("<b>", None),
            ("", None),
        ] {
            assert_eq!(handle_of(typed).as_deref(), kept, "{typed:?}");
        }
    }

    #[test]
    fn after_an_account_one_is_sent_to_places_of_ours_only() {
        assert_eq!(after_sign_up("https://evil.example", ""), paths::TODAY);
        assert_eq!(after_sign_up("0123456789abcdef", ""), "/q/0123456789abcdef");
        assert_eq!(after_sign_up("", "../../x"), paths::TODAY);
    }
}
