//! One's own keys and sign-ins, behind the private door: a new passphrase, a new recovery sheet, and which devices
//! are signed in (K6, K7, S20).

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use rekindle_store::{Change, Door, Slot, SlotKind};
use rekindle_vault::keys::Inner;
use rekindle_vault::passphrase;
use rekindle_vault::slots::{RecoveryCode, seal_passphrase_slot, seal_recovery_slot};
use serde::Deserialize;

use super::account::{Typed, open_own_root, sheet, weak_text};
use super::parts::{self, Tab};
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::KEYS, get(page).post(change))
        .route(paths::SIGN_INS, get(sign_ins).post(end))
        .route(paths::SIGN_IN_LABEL, post(label))
}

async fn page(visit: Visit) -> Result<Markup, PageError> {
    visit.inner()?;
    Ok(show(&visit, None))
}

fn show(visit: &Visit, problem: Option<(&str, &str)>) -> Markup {
    let w = visit.app.words();
    let problem_of = |name: &str| problem.filter(|(n, _)| *n == name).map(|(_, text)| text);
    visit.page(Tab::Me, html! {
        (ui::Greeting {
            title: &w.say("me-keys"), lead: Some(&w.say("keys-lead")),
            back: Some(ui::Link::new(&w.say("frame-me"), paths::ME)), ..ui::Greeting::default()
        })
        (ui::card(html! {
            h2 { (w.say("keys-change")) }
            form.form method="post" novalidate action=(paths::KEYS) {
                input type="hidden" name="what" value="passphrase";
                (parts::passphrase(w, "current", &w.say("keys-current"), None, problem_of("current"), false))
                (parts::passphrase(w, "new", &w.say("recover-new"), None, problem_of("new"), true))
                (parts::check("others", &w.say("keys-end-others"), false, None))
                (parts::submit(&w.say("keys-change-button")))
            }
        }))
        (ui::card(html! {
            h2 { (w.say("keys-sheet")) }
            p { (w.say("keys-sheet-more")) }
            form.form method="post" novalidate action=(paths::KEYS) {
                input type="hidden" name="what" value="sheet";
                (parts::passphrase(w, "sheet-current", &w.say("keys-current"), None, problem_of("sheet-current"), false))
                (ui::actions(html! { (ui::Button::quiet(&w.say("keys-sheet-button"))) }))
            }
        }))
        (ui::card(html! {
            h2 { (w.say("keys-renewal")) }
            p { (w.say("keys-renewal-more")) }
            (ui::actions(html! { (ui::Button::quiet(&w.say("keys-renewal-button")).to(paths::RENEW)) }))
        }))
        @if visit.space().together {
            p { a href=(paths::BACK) { (w.tell("back-title", &[("name", &parts::partner(&visit.app, &visit.profile.partner))])) } }
        }
    })
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Keys {
    what: String,
    current: Typed,
    new: Typed,
    others: Option<String>,
    #[serde(rename = "sheet-current")]
    sheet_current: Typed,
}

async fn change(
    visit: Visit,
    headers: HeaderMap,
    Form(form): Form<Keys>,
) -> Result<Response, PageError> {
    visit.inner()?;
    let w = visit.app.words();
    let person = visit.id();
    let again = |name: &'static str, text: &str| {
        Ok((
            StatusCode::UNPROCESSABLE_ENTITY,
            show(&visit, Some((name, text))),
        )
            .into_response())
    };
    match form.what.as_str() {
        "passphrase" => {
            if let Err(weak) =
                passphrase::judge(&form.new.0, &[&visit.person.handle, &visit.profile.name])
            {
                return again("new", &w.say(weak_text(weak)));
            }
            let root = match open_own_root(&visit, &headers, form.current).await? {
                Ok(root) => root,
                Err(text) => return again("current", &text),
            };
            let (new, cost) = (form.new.0, visit.app.settings().cost);
            let sealed = visit
                .app
                .slowly(move || seal_passphrase_slot(&root, &new, person, cost))
                .await
                .ok_or(PageError::TooBusy)?;
            let mut changes = vec![Change::PutSlot {
                person,
                slot: Slot {
                    kind: SlotKind::Passphrase,
                    sealed,
                },
            }];
            if form.others.is_some() {
                changes.push(Change::EndOtherSignIns {
                    person,
                    keep: visit.sign_in.id,
                });
            }
            let _ = visit.app.store().commit(changes).await?;
            Ok(see(paths::ME))
        }
        "sheet" => {
            let root = match open_own_root(&visit, &headers, form.sheet_current).await? {
                Ok(root) => root,
                Err(text) => return again("sheet-current", &text),
            };
            let code = RecoveryCode::random();
            let sealed = seal_recovery_slot(&root, &code, person);
            let slot = Slot {
                kind: SlotKind::Recovery,
                sealed,
            };
            let _ = visit
                .app
                .store()
                .commit(vec![Change::PutSlot { person, slot }])
                .await?;
            Ok(sheet(&visit.app, &code, &visit.person.handle, paths::ME).into_response())
        }
        _ => Err(PageError::NotOurForm),
    }
}

async fn sign_ins(visit: Visit) -> Result<Markup, PageError> {
    let w = visit.app.words();
    let door = visit.inner()?;
    let rows: Vec<_> = visit
        .app
        .store()
        .sign_ins(visit.id(), visit.now)
        .await?
        .into_iter()
        .filter(|row| row.door == Door::Outer)
        .collect();
    Ok(visit.page(Tab::Me, html! {
        (ui::Greeting {
            title: &w.say("me-sign-ins"), lead: Some(&w.say("sign-ins-lead")),
            back: Some(ui::Link::new(&w.say("frame-me"), paths::ME)), ..ui::Greeting::default()
        })
        @if rows.len() > 1 {
            form.form method="post" novalidate action=(paths::SIGN_INS) {
                input type="hidden" name="id" value="others";
                (ui::actions(html! { (ui::Button::primary(&w.say("sign-ins-end-others"))) }))
            }
        }
        (ui::actions(html! { (ui::Button::quiet(&w.say("let-in-title")).to(paths::LET_IN)) }))
        @for (n, row) in rows.iter().enumerate() {
            @let mine = row.id == visit.sign_in.id;
            @let label = door.inner.open_label(visit.id(), &row.id, &row.label).map(|l| l.to_string()).unwrap_or_default();
            (ui::card(html! {
                h2 {
                    @if label.is_empty() { (w.tell("sign-ins-one", &[("number", &(n + 1).to_string())])) } @else { (label) }
                    @if mine { " · " (w.say("sign-ins-this")) }
                }
                @if mine {
                    form.form method="post" novalidate action=(paths::SIGN_IN_LABEL) {
                        (parts::field(parts::Field {
                            label: &w.say("sign-ins-label"), name: "label", value: &label, private: true,
                            ..parts::Field::default()
                        }))
                        (ui::actions(html! { (ui::Button::quiet(&w.say("sign-ins-label-button"))) }))
                    }
                } @else {
                    form.form method="post" novalidate action=(paths::SIGN_INS) {
                        input type="hidden" name="id" value=(data_encoding::HEXLOWER.encode(&row.id));
                        (ui::actions(html! { (ui::Button::quiet(&w.say("sign-ins-end"))) }))
                    }
                }
            }))
        }
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    id: String,
}

async fn end(visit: Visit, Form(form): Form<End>) -> Result<Response, PageError> {
    visit.inner()?;
    let person = visit.id();
    let change = if form.id == "others" {
        Change::EndOtherSignIns {
            person,
            keep: visit.sign_in.id,
        }
    } else {
        let rows = visit.app.store().sign_ins(person, visit.now).await?;
        let row = rows
            .iter()
            .find(|row| data_encoding::HEXLOWER.encode(&row.id) == form.id);
        match row {
            Some(row) => Change::EndSignIn { id: row.id },
            None => return Ok(see(paths::SIGN_INS)), // ended already, or nobody’s
        }
    };
    let _ = visit.app.store().commit(vec![change]).await?;
    Ok(see(paths::SIGN_INS))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Label {
    label: String,
}

async fn label(visit: Visit, Form(form): Form<Label>) -> Result<Response, PageError> {
    visit.inner()?;
    let label: String = form.label.trim().chars().take(40).collect();
    let sealed = Inner::seal_label(
        &visit.ring.inner_public(),
        visit.id(),
        &visit.sign_in.id,
        &label,
    );
    let _ = visit
        .app
        .store()
        .commit(vec![Change::LabelSignIn {
            id: visit.sign_in.id,
            label: sealed,
        }])
        .await?;
    Ok(see(paths::SIGN_INS))
}
