//! When and how one wants to be reminded, and one's calendar's address (S16, S17, K17, K18). Off until its owner turns
//! it on; what arrives is the same constant sentence for everything.

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::civil::Time;
use maud::{Markup, html};
use rekindle_domain::feed::{TITLE, title_of};
use rekindle_domain::reminder::{Refusal, Reminders, Rhythm};
use rekindle_store::{Address, Change, Outcome, Remind, Way};
use rekindle_vault::feed::FeedSecret;
use rekindle_vault::push::address_id;
use serde::Deserialize;

use super::parts::{self, Tab};
use crate::ahead::{self, KeptFeed};
use crate::answers::see;
use crate::form::{Form, NoFields};
use crate::push::Endpoint;
use crate::visit::{Profile, Visit};
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::REMINDERS, get(page).post(save))
        .route(paths::REMINDERS_HERE, post(here))
        .route(paths::REMINDERS_NOWHERE, post(nowhere))
        .route(paths::REMINDERS_MAIL, post(mail))
        .route(paths::REMINDERS_FEED, post(feed))
}

/// So many browsers of one person at most.
const MOST_DEVICES: usize = 12;
/// The most letters of a mail address (RFC 5321, 4.5.3.1.3).
const LONGEST_MAIL: usize = 254;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct When {
    rhythm: String,
    weekday: String,
    time: String,
    only: Option<String>,
    from: String,
    to: String,
}

fn clock(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

impl When {
    fn of(kept: &Reminders) -> Self {
        let rhythm = match kept.rhythm {
            Rhythm::Off => "off",
            Rhythm::Daily => "daily",
            Rhythm::Weekly => "weekly",
        };
        Self {
            rhythm: rhythm.to_owned(),
            weekday: kept.weekday.to_string(),
            time: clock(kept.time),
            only: kept.only_planned.then(|| "yes".to_owned()),
            from: clock(kept.quiet.0),
            to: clock(kept.quiet.1),
        }
    }

    /// What was chosen, or the field that does not say it.
    fn read(&self) -> Result<Reminders, (&'static str, &'static str)> {
        let time = |name, text: &str| {
            Time::strptime("%H:%M", text.trim()).map_err(|_| (name, "reminders-time-problem"))
        };
        let chosen = Reminders {
            rhythm: match self.rhythm.as_str() {
                "daily" => Rhythm::Daily,
                "weekly" => Rhythm::Weekly,
                _ => Rhythm::Off,
            },
            weekday: self.weekday.trim().parse().unwrap_or(0),
            time: time("time", &self.time)?,
            only_planned: self.only.is_some(),
            quiet: (time("from", &self.from)?, time("to", &self.to)?),
        };
        match chosen.check() {
            Ok(()) => Ok(chosen),
            Err(Refusal::Quiet) => Err(("time", "reminders-refused-quiet")),
            Err(Refusal::Weekday) => Err(("weekday", "reminders-refused-weekday")),
        }
    }
}

/// What went wrong: the field, and the sentence.
type Problem<'a> = Option<(&'a str, &'a str)>;

async fn page(visit: Visit) -> Result<Response, PageError> {
    let when = When::of(&visit.profile.reminders);
    Ok(show(&visit, &when, None).await?.into_response())
}

async fn show(visit: &Visit, when: &When, problem: Problem<'_>) -> Result<Markup, PageError> {
    let w = visit.app.words();
    let addresses = visit.app.store().addresses(visit.id()).await?;
    let fed = visit.app.store().feed_of(visit.id()).await?.is_some();
    let problems: Vec<(&str, String)> = problem.iter().map(|(n, id)| (*n, w.say(id))).collect();
    let problem_of = |name: &str| {
        let found = problems.iter().find(|(n, _)| *n == name);
        found.map(|(_, text)| text.as_str())
    };
    let settings = visit.app.settings();
    let first = html! {
        (when_card(visit, when, &problem_of))
        p.soft { (w.say("reminders-quiet-note")) }
    };
    let second = html! {
        (push_card(visit, &addresses))
        @if settings.mail { (mail_card(visit, &addresses, problem_of("mail"))) }
        (feed_card(visit, fed, problem_of("title")))
    };
    Ok(visit.page_scripts(
        Tab::Me,
        &[ui::Script::Show, ui::Script::Push],
        html! {
            (ui::Greeting {
                title: &w.say("reminders-title"), lead: Some(&w.say("reminders-lead")),
                back: Some(ui::Link::new(&w.say("frame-me"), paths::ME)), ..ui::Greeting::default()
            })
            (parts::errors(w, problems.iter().map(|(n, text)| (*n, text.as_str()))))
            (ui::columns(first, second))
        },
    ))
}

fn when_card<'a>(
    visit: &Visit,
    when: &When,
    problem_of: &impl Fn(&str) -> Option<&'a str>,
) -> Markup {
    let w = visit.app.words();
    let time = |label: &str, name, value: &str| {
        parts::field(parts::Field {
            label: &w.say(label),
            name,
            value,
            problem: problem_of(name),
            kind: ui::Kind::Time,
            ..parts::Field::default()
        })
    };
    let days: Vec<(String, String)> = (1..=7)
        .map(|n| (n.to_string(), w.say(&format!("weekday-{n}"))))
        .collect();
    ui::card(html! {
        form.form method="post" novalidate action=(paths::REMINDERS) {
            (parts::choices(&w.say("reminders-when"), "rhythm", &when.rhythm, [
                ("off", w.say("reminders-off").as_str(), ""),
                ("daily", w.say("reminders-daily").as_str(), ""),
                ("weekly", w.say("reminders-weekly").as_str(), ""),
            ].into_iter()))
            (parts::select(&w.say("reminders-weekday"), "weekday", &when.weekday, problem_of("weekday"),
                days.iter().map(|(value, label)| (value.as_str(), label.as_str()))))
            (time("reminders-time", "time", &when.time))
            (parts::check("only", &w.say("reminders-only"), when.only.is_some(), None))
            fieldset {
                legend { (w.say("reminders-quiet")) }
                div.two {
                    (time("reminders-from", "from", &when.from))
                    (time("reminders-to", "to", &when.to))
                }
            }
            (parts::submit(&w.say("settings-save")))
        }
    })
}

fn push_card(visit: &Visit, addresses: &[Address]) -> Markup {
    let w = visit.app.words();
    let on = addresses.iter().any(|address| address.way == Way::Push);
    ui::card(html! {
        h2 { (w.say("reminders-push")) }
        p { (w.say("reminders-push-more")) }
        (ui::quote(&w.say("reminders-sentence")))
        @match &visit.app.settings().push {
            None => p.soft { (w.say("reminders-push-none")) },
            Some(_) if !visit.own_device() => p.soft { (w.say("reminders-push-shared")) },
            Some(push) => {
                form.form method="post" novalidate action=(paths::REMINDERS_HERE) data-push=(push.key) {
                    input type="hidden" name="endpoint" value="";
                    input type="hidden" name="on" value="";
                    p.soft data-push-says="no" { (w.say("reminders-push-script")) }
                    p.soft data-push-says="denied" hidden { (w.say("reminders-push-denied")) }
                    p data-push-says="on" hidden { (w.say("reminders-push-on")) }
                    div.actions {
                        button.button type="button" hidden data-push-press="on" { (w.say("reminders-push-here")) }
                        button.button.quiet type="button" hidden data-push-press="off" { (w.say("reminders-push-not-here")) }
                    }
                }
            }
        }
        @if on {
            form.form method="post" novalidate action=(paths::REMINDERS_NOWHERE) {
                button.button.quiet { (w.say("reminders-push-nowhere")) }
            }
        }
    })
}

fn mail_card(visit: &Visit, addresses: &[Address], problem: Option<&str>) -> Markup {
    let w = visit.app.words();
    let kept = addresses.iter().find(|address| address.way == Way::Mail);
    let problem = problem.map(str::to_owned).or_else(|| {
        let refused = kept.filter(|address| address.refused);
        refused.map(|_| w.say("reminders-mail-refused"))
    });
    ui::card(html! {
        h2 { (w.say("reminders-mail")) }
        p { (w.say("reminders-mail-more")) }
        @if let Some(kept) = kept {
            p { (w.tell("reminders-mail-kept", &[("mail", &hinted(&kept.reach))])) }
        }
        form.form method="post" novalidate action=(paths::REMINDERS_MAIL) {
            (parts::field(parts::Field {
                label: &w.say("reminders-mail-label"), name: "mail", value: "", problem: problem.as_deref(),
                hint: Some(&w.say("reminders-mail-hint")), private: true, ..parts::Field::default()
            }))
            (ui::actions(html! { (ui::Button::quiet(&w.say("reminders-mail-save"))) }))
        }
    })
}

/// Enough of an address to know one's own by.
fn hinted(reach: &str) -> String {
    let (name, host) = reach.split_once('@').unwrap_or((reach, ""));
    let first: String = name.chars().take(1).collect();
    format!("{first}…@{host}")
}

fn feed_card(visit: &Visit, fed: bool, problem: Option<&str>) -> Markup {
    let w = visit.app.words();
    let kept = visit.profile.feed.as_ref();
    let title = kept.map_or(TITLE, |feed| feed.title.as_str());
    ui::card(html! {
        h2 { (w.say("feed-title")) }
        p { (w.say("feed-more")) }
        @if fed { p { (w.say("feed-there")) } }
        form.form method="post" novalidate action=(paths::REMINDERS_FEED) {
            (parts::field(parts::Field {
                label: &w.say("feed-title-label"), name: "title", value: title, problem,
                hint: Some(&w.say("feed-title-hint")), private: true, ..parts::Field::default()
            }))
            div.actions {
                @if fed {
                    button.button name="step" value="title" { (w.say("feed-keep-title")) }
                    button.button.quiet name="step" value="new" { (w.say("feed-anew")) }
                    button.button.quiet name="step" value="end" { (w.say("feed-end")) }
                } @else {
                    button.button.quiet name="step" value="new" { (w.say("feed-new")) }
                }
            }
        }
    })
}

async fn save(visit: Visit, Form(form): Form<When>) -> Result<Response, PageError> {
    let reminders = match form.read() {
        Ok(reminders) => reminders,
        Err(problem) => return again(&visit, &form, problem).await,
    };
    let off = reminders.rhythm == Rhythm::Off;
    let profile = Profile {
        reminders,
        ..visit.profile.clone()
    };
    if visit.save_profile(&profile).await? == Outcome::Stale {
        return Err(PageError::TooBusy);
    }
    if off {
        let person = visit.id();
        let none = Remind::Plan {
            person,
            due: vec![],
        };
        commit(&visit, none).await?;
    } else {
        anew(visit, profile).await?;
    }
    Ok(see(paths::REMINDERS))
}

/// The page once more, with what was typed and what is wrong with it.
async fn again(visit: &Visit, when: &When, problem: (&str, &str)) -> Result<Response, PageError> {
    let page = show(visit, when, Some(problem)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn commit(visit: &Visit, change: Remind) -> Result<(), PageError> {
    match visit
        .app
        .store()
        .commit(vec![Change::Remind(change)])
        .await?
    {
        Outcome::Done => Ok(()),
        Outcome::Stale => Err(PageError::TooBusy),
    }
}

/// Plans ahead by what was just chosen.
async fn anew(mut visit: Visit, profile: Profile) -> Result<(), PageError> {
    visit.profile = profile;
    match visit.shared().await {
        Ok(read) => visit.plan_ahead(&read.state).await,
        // Nothing is planned in a space that is closed.
        Err(PageError::Closed) => {}
        Err(other) => return Err(other),
    }
    Ok(())
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Here {
    endpoint: String,
    on: String,
}

/// This browser, or this one no more.
async fn here(visit: Visit, Form(form): Form<Here>) -> Result<Response, PageError> {
    let Some(push) = &visit.app.settings().push else {
        return Err(PageError::NotFound);
    };
    let endpoint = Endpoint::parse(&form.endpoint);
    if !endpoint.is_some_and(|endpoint| push.services.allow(&endpoint)) {
        let when = When::of(&visit.profile.reminders);
        return again(&visit, &when, ("push", "reminders-push-unknown")).await;
    }
    let (person, id) = (visit.id(), address_id(&form.endpoint));
    if form.on != "yes" {
        commit(&visit, Remind::DropAddress { person, id }).await?;
        return Ok(see(paths::REMINDERS));
    }
    let addresses = visit.app.store().addresses(person).await?;
    let others = addresses
        .iter()
        .filter(|other| other.way == Way::Push && other.id != id);
    if others.count() >= MOST_DEVICES {
        let when = When::of(&visit.profile.reminders);
        return again(&visit, &when, ("push", "reminders-push-many")).await;
    }
    let address = Address {
        person,
        id,
        way: Way::Push,
        reach: form.endpoint,
        refused: false,
    };
    commit(&visit, Remind::PutAddress(address)).await?;
    let profile = visit.profile.clone();
    anew(visit, profile).await?;
    Ok(see(paths::REMINDERS))
}

async fn nowhere(visit: Visit, _: NoFields) -> Result<Response, PageError> {
    let (person, way) = (visit.id(), Way::Push);
    commit(&visit, Remind::DropAddresses { person, way }).await?;
    Ok(see(paths::REMINDERS))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Mail {
    mail: String,
}

/// A mail address as it may be kept: what a mail program takes is decided by the mail server, what could end a line or
/// an address is decided here.
fn mail_of(typed: &str) -> Option<&str> {
    let typed = typed.trim();
    let (name, host) = typed.rsplit_once('@')?;
    let plain = |b: u8| b.is_ascii_graphic() && !b"\"(),:;<>@[\\]".contains(&b);
    let fine = typed.len() <= LONGEST_MAIL
        && (1..=64).contains(&name.len())
        && name.bytes().all(plain)
        && host.contains('.')
        && host.split('.').all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        });
    fine.then_some(typed)
}

async fn mail(visit: Visit, Form(form): Form<Mail>) -> Result<Response, PageError> {
    if !visit.app.settings().mail {
        return Err(PageError::NotFound);
    }
    let (person, way) = (visit.id(), Way::Mail);
    let mut changes = vec![Change::Remind(Remind::DropAddresses { person, way })];
    if !form.mail.trim().is_empty() {
        let Some(mail) = mail_of(&form.mail) else {
            let when = When::of(&visit.profile.reminders);
            return again(&visit, &when, ("mail", "reminders-mail-problem")).await;
        };
        changes.push(Change::Remind(Remind::PutAddress(Address {
            person,
            id: address_id(mail),
            way,
            reach: mail.to_owned(),
            refused: false,
        })));
    }
    let _ = visit.app.store().commit(changes).await?;
    let profile = visit.profile.clone();
    anew(visit, profile).await?;
    Ok(see(paths::REMINDERS))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct FeedForm {
    title: String,
    step: String,
}

async fn feed(mut visit: Visit, Form(form): Form<FeedForm>) -> Result<Response, PageError> {
    let person = visit.id();
    let Some(title) = title_of(&form.title) else {
        let when = When::of(&visit.profile.reminders);
        return again(&visit, &when, ("title", "feed-title-problem")).await;
    };
    let mut profile = visit.profile.clone();
    match form.step.as_str() {
        "title" => {
            if let Some(kept) = &mut profile.feed {
                kept.title = title;
            }
        }
        "end" => profile.feed = None,
        _ => {
            let secret = FeedSecret::random();
            profile.feed = Some(KeptFeed::new(&secret.public(), title));
            let shared = match visit.shared().await {
                Ok(read) => read.state,
                Err(PageError::Closed) => rekindle_domain::shared::Shared::default(),
                Err(other) => return Err(other),
            };
            let ring = visit.put_ring(visit.ring_to_change().await?, &profile);
            visit.profile = profile;
            let feed = ahead::feed(&visit, &shared).ok_or(PageError::TooBusy)?;
            let changes = vec![ring, Change::Remind(Remind::PutFeed(feed))];
            if visit.app.store().commit(changes).await? == Outcome::Stale {
                return Err(PageError::TooBusy);
            }
            return Ok(address(&visit, &secret).into_response());
        }
    }
    let mut changes = vec![visit.put_ring(visit.ring_to_change().await?, &profile)];
    if profile.feed.is_none() {
        changes.push(Change::Remind(Remind::DropFeed(person)));
    }
    if visit.app.store().commit(changes).await? == Outcome::Stale {
        return Err(PageError::TooBusy);
    }
    anew(visit, profile).await?;
    Ok(see(paths::REMINDERS))
}

/// The address, this once (K18).
fn address(visit: &Visit, secret: &FeedSecret) -> Markup {
    let w = visit.app.words();
    let url = format!(
        "{}{}",
        visit.public_url(),
        paths::at(paths::FEED, secret.to_link())
    );
    visit.page(Tab::Me, html! {
        (ui::Greeting {
            title: &w.say("feed-address-title"), lead: Some(&w.say("feed-address-lead")),
            back: Some(ui::Link::new(&w.say("reminders-title"), paths::REMINDERS)), ..ui::Greeting::default()
        })
        (ui::card(html! { (parts::link_box(w, &url)) }))
        (ui::details(&w.say("feed-how"), html! { p { (w.say("feed-how-more")) } }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_address_is_one_plain_address() {
        for (typed, fine) in [
            ("ana@example.org", true),
            ("  ana.b+c@mail.example.org ", true),
            ("ana", false),
            ("ana@localhost", false),
            ("@example.org", false),
            ("ana@", false),
            ("ana@example..org", false),
            ("ana@example.org, ben@example.org", false),
            ("ana@example.org\r\nBcc: ben@example.org", false),
            ("<ana@example.org>", false),
            ("\"ana b\"@example.org", false),
            ("ana@[127.0.0.1]", false),
        ] {
            assert_eq!(mail_of(typed).is_some(), fine, "{typed:?}");
        }
        assert_eq!(mail_of(&format!("{}@example.org", "a".repeat(65))), None);
        assert_eq!(hinted("ana@example.org"), "a…@example.org");
    }

    #[test]
    fn what_was_chosen_comes_back_as_it_was() {
        for rhythm in [Rhythm::Off, Rhythm::Daily, Rhythm::Weekly] {
            let kept = Reminders {
                rhythm,
                ..Reminders::default()
            };
            assert_eq!(When::of(&kept).read(), Ok(kept));
        }
        let odd = When {
            time: "half past".to_owned(),
            ..When::of(&Reminders::default())
        };
        assert_eq!(odd.read(), Err(("time", "reminders-time-problem")));
    }
}
