//! The touch map (G3.2): marked in private, shared place by place, and looked at by the giver of a massage.
//!
//! One's own marks are sealed to oneself, in the private stream; writing needs no door, reading does (S18). What is shared
//! is a cell of the two for each of them, overwritten in place: there is no history of it (S13, consent state), and the
//! page of the other is drawn from it alone (S3, S6).

use std::collections::BTreeMap;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use rekindle_domain::ids::NoteId;
use rekindle_domain::private::{Entry, Event};
use rekindle_domain::touch::{AREAS, Changes, Mark, Marks, Sheet, Side};
use rekindle_domain::{CellId, OwnerId, Who};
use rekindle_store::{Change, Outcome};
use rekindle_vault::entry::{open_cell, seal_cell};
use rekindle_vault::keys::Inner;

use super::note;
use super::parts::{self, Tab};
use crate::answers::see;
use crate::form::{Form, NoFields};
use crate::visit::{Space, Visit};
use crate::words::Words;
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::TOUCH, get(page))
        .route(paths::TOUCH_BACK, post(take_back))
        .route(paths::MY_TOUCH, get(own).post(keep))
        .route(paths::MY_TOUCH_SHARE, get(choose).post(share))
        .route(paths::MY_TOUCH_CLEAR, post(clear))
}

/// The practice that this is the tool of.
pub(super) const PRACTICE: &str = "touch-map";

/// How often to try again when another phone was quicker.
const TRIES: usize = 6;

type Fields = BTreeMap<String, String>;

/// A form whose fields are places; one that comes twice is refused (K13).
fn once(sent: Vec<(String, String)>) -> Result<Fields, PageError> {
    let many = sent.len();
    let fields: Fields = sent.into_iter().collect();
    if fields.len() == many {
        Ok(fields)
    } else {
        Err(PageError::NotOurForm)
    }
}

// ---- what is kept

/// Everything that can be marked.
fn places(app: &App) -> Vec<&str> {
    app.guide().touch.all().map(|(id, _)| id).collect()
}

fn cell(space: Space<'_>, who: Who) -> (OwnerId, CellId) {
    let label = match who {
        Who::First => "touch map of the first",
        Who::Second => "touch map of the second",
    };
    (space.couple.into(), space.keys.cell_id(label))
}

/// What one of the two shares, and the version it has; without a common space, nothing.
async fn shared(visit: &Visit, who: Who) -> Result<(u64, Marks), PageError> {
    let space = visit.space();
    if !space.together || visit.closed {
        return Ok((0, Marks::default()));
    }
    let (owner, id) = cell(space, who);
    let Some(found) = visit.app.store().cell(owner, id).await? else {
        return Ok((0, Marks::default()));
    };
    let sheet: Option<Sheet> = open_cell(space.keys, owner, id, found.version, &found.body)
        .and_then(|plain| serde_json::from_slice(&plain).ok());
    let marks = sheet.map(|sheet| sheet.marks()).unwrap_or_default();
    Ok((found.version, marks.only(&places(&visit.app))))
}

/// The change that shares exactly this; an empty map leaves no cell at all.
pub(crate) fn sharing(
    space: Space<'_>,
    version: u64,
    places: &[impl AsRef<str>],
    marks: &Marks,
) -> Option<Change> {
    let (owner, cell) = cell(space, space.who);
    if marks.is_empty() {
        return (version > 0).then_some(Change::DropCell { owner, cell });
    }
    let plain = serde_json::to_vec(&Sheet::full(places, marks)).expect("plain data");
    Some(Change::PutCell {
        owner,
        cell,
        expected: version,
        body: seal_cell(space.keys, owner, cell, version + 1, &plain),
    })
}

/// What goes when one leaves and takes along what one offered (S21).
pub(super) fn withdrawn(visit: &Visit) -> Option<Change> {
    let space = visit.space();
    let (owner, cell) = cell(space, space.who);
    space.together.then_some(Change::DropCell { owner, cell })
}

fn fold(entries: &[Entry]) -> Marks {
    entries
        .iter()
        .fold(Marks::default(), |marks, entry| match &entry.event {
            Event::Marked { marks: sheet, .. } => marks.with(&sheet.changes()),
            Event::Noted { .. }
            | Event::Rated { .. }
            | Event::HurtFelt { .. }
            | Event::HurtShaped { .. }
            | Event::HurtSeenOutside { .. }
            | Event::HurtAgain { .. }
            | Event::HurtLies { .. }
            | Event::HurtEnded { .. } => marks,
        })
}

/// One's own marks. Only with the door open.
pub(super) async fn marks(visit: &Visit, inner: &Inner) -> Result<Marks, PageError> {
    let marks = fold(&note::entries(visit, inner).await?);
    Ok(marks.only(&places(&visit.app)))
}

/// A map in words, for whoever takes it along: what is marked how.
pub(super) fn in_words(app: &App, marks: &Marks) -> String {
    let w = app.words();
    let lines = Mark::ALL.map(|mark| spoken(app, marks, mark));
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    if lines.is_empty() {
        w.say("touch-nothing")
    } else {
        lines.join("; ")
    }
}

fn named<'a>(app: &'a App, marks: &Marks, mark: Mark) -> Vec<&'a str> {
    let all = app.guide().touch.all();
    all.filter(|(id, _)| marks.on(id) == Some(mark))
        .map(|(_, name)| name)
        .collect()
}

fn spoken(app: &App, marks: &Marks, mark: Mark) -> Option<String> {
    let names = named(app, marks, mark).join(", ");
    let id = match mark {
        Mark::Welcome => "touch-spoken-w",
        Mark::AskFirst => "touch-spoken-a",
        Mark::NotNow => "touch-spoken-n",
    };
    (!names.is_empty()).then(|| app.words().tell(id, &[("places", &names)]))
}

// ---- what is seen

fn word(w: &Words, mark: Mark) -> String {
    w.say(match mark {
        Mark::Welcome => "touch-w",
        Mark::AskFirst => "touch-a",
        Mark::NotNow => "touch-n",
    })
}

fn figure(app: &App, marks: &Marks, label: Option<&str>) -> Markup {
    let w = app.words();
    let sides = [w.say("touch-front"), w.say("touch-back")];
    html! { (ui::Figure { marks, label, sides: [&sides[0], &sides[1]] }) }
}

/// A map to look at: drawn, and the same in words.
fn map(app: &App, marks: &Marks) -> Markup {
    let w = app.words();
    let label = w.tell("touch-spoken", &[("marks", &in_words(app, marks))]);
    html! {
        @if marks.is_empty() { p { (w.say("touch-nothing")) } } @else {
            (figure(app, marks, Some(&label)))
            div.marks {
                @for mark in Mark::ALL {
                    @let names = named(app, marks, mark);
                    @if !names.is_empty() {
                        h3 { (ui::mark_sign(mark)) (word(w, mark)) }
                        p { (names.join(" · ")) }
                    }
                }
                p.small { (w.say("touch-rest")) }
            }
        }
    }
}

/// Exactly what the other sees of what somebody of this name shares (S2).
fn seen(app: &App, name: &str, marks: &Marks) -> Markup {
    html! {
        section.card {
            h2 { (app.words().tell("touch-theirs", &[("name", name)])) }
            (map(app, marks))
        }
    }
}

/// For the giver of a massage: what the one who receives has shared, read here and kept nowhere else.
pub(super) async fn of_receiver(
    visit: &Visit,
    receiver: Who,
    name: &str,
) -> Result<Markup, PageError> {
    let (_, marks) = shared(visit, receiver).await?;
    Ok(html! {
        section.card {
            h2 { (visit.app.words().tell("touch-of", &[("name", name)])) }
            (map(&visit.app, &marks))
        }
    })
}

async fn page(visit: Visit) -> Result<Response, PageError> {
    let w = visit.app.words();
    let read = visit.shared().await?;
    let space = visit.space();
    let name = parts::other(&visit, &read.state);
    let (_, theirs) = shared(&visit, space.who.other()).await?;
    let (_, mine) = shared(&visit, space.who).await?;
    let own = html! {
        h2 { (w.say("touch-own")) }
        p { (w.say(if space.together { "touch-own-more" } else { "touch-alone" })) }
        (ui::actions(html! { (ui::Button::primary(&w.say("touch-own")).to(paths::MY_TOUCH)) }))
    };
    let body = html! {
        (ui::Greeting {
            title: &w.say("touch-title"), lead: Some(&w.say("touch-lead")),
            back: Some(ui::Link::new(&w.say("frame-us"), paths::US)), ..ui::Greeting::default()
        })
        @if space.together {
            (seen(&visit.app, &name, &theirs))
            (ui::card(html! {
                h2 { (w.tell("touch-mine", &[("name", &name)])) }
                (map(&visit.app, &mine))
                @if mine.is_empty() { (ui::actions(html! { (ui::Button::primary(&w.say("touch-own")).to(paths::MY_TOUCH)) })) }
                @else { (taking_back(&visit, &mine)) }
            }))
            p.small { (w.say("touch-not-a-yes")) }
            div.actions { button.button.quiet.small type="button" hidden data-print { (w.say("touch-print")) } }
        } @else { (ui::card(own)) }
    };
    Ok(visit.answer_read(visit.page(Tab::Us, body), &read))
}

/// Ways to share less. They need no door and no second thought.
fn taking_back(visit: &Visit, mine: &Marks) -> Markup {
    let w = visit.app.words();
    html! {
        div.actions {
            a.button.quiet href=(paths::MY_TOUCH) { (w.say("touch-own")) }
            form method="post" action=(paths::TOUCH_BACK) {
                button.button.plain name="all" value="yes" { (w.say("touch-take-back-all")) }
            }
        }
        (ui::details(&w.say("touch-take-back-some"), html! {
            form.form method="post" novalidate action=(paths::TOUCH_BACK) {
                @for (id, name) in visit.app.guide().touch.all().filter(|(id, _)| mine.on(id).is_some()) {
                    (parts::check(id, name, false, None))
                }
                (ui::actions(html! { (ui::Button::quiet(&w.say("touch-take-back"))) }))
            }
        }))
    }
}

async fn take_back(
    visit: Visit,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let fields = once(fields)?;
    let places = places(&visit.app);
    let all = fields.contains_key("all");
    if fields
        .keys()
        .any(|key| key != "all" && !places.contains(&key.as_str()))
    {
        return Err(PageError::NotOurForm);
    }
    let changes: Changes = places
        .iter()
        .filter(|place| all || fields.contains_key(**place))
        .map(|place| ((*place).to_owned(), None))
        .collect();
    for _ in 0..TRIES {
        let (version, mine) = shared(&visit, visit.space().who).await?;
        let left = mine.clone().still_shared(&changes);
        if left == mine {
            return Ok(see(paths::TOUCH));
        }
        let change = sharing(visit.space(), version, &places, &left)
            .into_iter()
            .collect();
        if visit.app.store().commit(change).await? == Outcome::Done {
            return Ok(see(paths::TOUCH));
        }
    }
    Err(PageError::TooBusy)
}

// ---- one's own

async fn own(visit: Visit) -> Result<Markup, PageError> {
    let marks = match &visit.door {
        Some(door) => Some(marks(&visit, &door.inner).await?),
        None => None,
    };
    Ok(show(&visit, marks.as_ref()))
}

fn show(visit: &Visit, known: Option<&Marks>) -> Markup {
    let w = visit.app.words();
    let app = &visit.app;
    let nothing = Marks::default();
    let marks = known.unwrap_or(&nothing);
    let together = visit.space().together && !visit.closed;
    let list = |title: &str, side: Option<Side>| {
        html! {
            h2 { (w.say(title)) }
            @for (id, name) in app.guide().touch.all().filter(|(id, _)| side_of(id) == side) {
                (place(w, id, name, marks.on(id)))
            }
        }
    };
    visit.page_scripts(Tab::Me, &[ui::Script::Show, ui::Script::Touch], html! {
        (ui::Greeting {
            title: &w.say("touch-my-title"), lead: Some(&w.say("touch-my-lead")),
            back: Some(ui::Link::new(&w.say("touch-title"), paths::TOUCH)), ..ui::Greeting::default()
        })
        @if known.is_none() {
            (ui::Notice { icon: Some(ui::Icon::Lock), tone: ui::Tone::Dusk, body: html! {
                p { (w.say("touch-my-shut")) }
                p { a href={ (paths::DOOR) "?to=" (paths::MY_TOUCH) } { (w.say("door-button")) } }
            }, ..ui::Notice::default() })
        }
        form.form.columns method="post" novalidate action=(paths::MY_TOUCH) {
            input type="hidden" name="was" value=(letters(marks));
            div.stack { div.card.drawn {
                (figure(app, marks, None))
                p.said role="status" {}
                p.small { (w.say("touch-my-tap")) " " (w.say("touch-my-left-out")) }
                (ui::actions(html! { (ui::Button::primary(&w.say("touch-my-keep"))) }))
                @if together { p.small { (w.say("touch-my-turned-down")) } }
            } }
            div.stack { div.card.places-list {
                (list("touch-front", Some(Side::Front)))
                (list("touch-back", Some(Side::Back)))
                (list("touch-kinds", None))
                (ui::actions(html! { (ui::Button::primary(&w.say("touch-my-keep"))) }))
            } }
        }
        @if known.is_some() {
            (ui::card(html! {
                div.actions {
                    @if together { (ui::Button::quiet(&w.say("touch-my-share")).to(paths::MY_TOUCH_SHARE)) }
                    button.button.plain type="button" hidden data-print { (w.say("touch-print")) }
                }
                (ui::details(&w.say("touch-my-clear"), html! {
                    p { (w.say("touch-my-clear-more")) }
                    form.form method="post" novalidate action=(paths::MY_TOUCH_CLEAR) {
                        (ui::actions(html! { (ui::Button::quiet(&w.say("touch-my-clear-button"))) }))
                    }
                }))
            }))
        }
    })
}

fn side_of(id: &str) -> Option<Side> {
    let mut areas = AREAS.iter();
    areas.find(|(area, _)| *area == id).map(|(_, side)| *side)
}

/// One place with its four answers.
fn place(w: &Words, id: &str, name: &str, mark: Option<Mark>) -> Markup {
    let answer = |value: &'static str, class: &'static str, label: String, sign: Option<Mark>| {
        html! {
            label.(class) {
                input type="radio" name=(id) value=(value) checked[mark.map_or("", Mark::letter) == value];
                @if let Some(sign) = sign { (ui::mark_sign(sign)) }
                (label)
            }
        }
    };
    html! {
        fieldset.place {
            legend { (name) }
            div {
                (answer("w", "w-on", word(w, Mark::Welcome), Some(Mark::Welcome)))
                (answer("a", "a-on", word(w, Mark::AskFirst), Some(Mark::AskFirst)))
                (answer("n", "n-on", word(w, Mark::NotNow), Some(Mark::NotNow)))
                (answer("", "no-on", w.say("touch-none"), None))
            }
        }
    }
}

/// Marks as they stand in one hidden field: what a form began from, so that two pages lose nothing of each other (K24).
fn letters(marks: &Marks) -> String {
    let each = marks
        .iter()
        .map(|(id, mark)| format!("{id}:{}", mark.letter()));
    each.collect::<Vec<_>>().join(" ")
}

fn from_letters(text: &str) -> Option<Marks> {
    text.split_whitespace()
        .map(|one| {
            let (id, letter) = one.split_once(':')?;
            Some((id.to_owned(), Mark::of(letter)?))
        })
        .collect()
}

/// The marks that a form sends; anything else in it is refused (K13).
fn sent(app: &App, fields: &Fields, besides: &[&str]) -> Result<Marks, PageError> {
    let places = places(app);
    let mut marks = vec![];
    for (key, value) in fields {
        if besides.contains(&key.as_str()) {
            continue;
        }
        let known = places.contains(&key.as_str());
        match Mark::of(value) {
            Some(mark) if known => marks.push((key.clone(), mark)),
            None if known && value.is_empty() => {}
            Some(_) | None => return Err(PageError::NotOurForm),
        }
    }
    Ok(marks.into_iter().collect())
}

async fn keep(
    visit: Visit,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let fields = once(fields)?;
    let now = sent(&visit.app, &fields, &["was"])?;
    let was = fields.get("was").map_or("", String::as_str);
    let was = from_letters(was).ok_or(PageError::NotOurForm)?;
    let changes = was.changes_to(&now);
    if !changes.is_empty() {
        change(&visit, &changes).await?;
    }
    Ok(see(paths::MY_TOUCH))
}

/// Lays changes over one's own map, and takes out of the shared one what was turned down: both or neither.
async fn change(visit: &Visit, changes: &Changes) -> Result<(), PageError> {
    let places = places(&visit.app);
    let entry = |sheet: Sheet| Entry {
        at: visit.now,
        event: Event::Marked {
            id: NoteId::new(rekindle_vault::chance::bytes()),
            marks: sheet,
        },
    };
    for _ in 0..TRIES {
        let private = match &visit.door {
            // Older maps go: newest counts (S13).
            Some(door) => {
                note::rebuilt(visit, &door.inner, |mut entries| {
                    let marks = fold(&entries).with(changes);
                    entries.retain(|entry| !matches!(entry.event, Event::Marked { .. }));
                    entries.push(entry(Sheet::full(&places, &marks)));
                    entries
                })
                .await?
            }
            None => note::appended(visit, &entry(Sheet::of(&places, changes))).await?,
        };
        let (version, mine) = shared(visit, visit.space().who).await?;
        let left = mine.clone().still_shared(changes);
        let mut all = private;
        if left != mine {
            all.extend(sharing(visit.space(), version, &places, &left));
        }
        if visit.app.store().commit(all).await? == Outcome::Done {
            return Ok(());
        }
    }
    Err(PageError::TooBusy)
}

/// Takes every mark off for good, here and from what is shared.
async fn clear(visit: Visit, _: NoFields) -> Result<Response, PageError> {
    let door = visit.inner()?;
    for _ in 0..TRIES {
        let private = note::rebuilt(&visit, &door.inner, |mut entries| {
            entries.retain(|entry| !matches!(entry.event, Event::Marked { .. }));
            entries
        })
        .await?;
        let (version, _) = shared(&visit, visit.space().who).await?;
        let mut all = private;
        if version > 0 {
            all.extend(sharing(
                visit.space(),
                version,
                &places(&visit.app),
                &Marks::default(),
            ));
        }
        if all.is_empty() || visit.app.store().commit(all).await? == Outcome::Done {
            return Ok(see(paths::MY_TOUCH));
        }
    }
    Err(PageError::TooBusy)
}

// ---- sharing

async fn choose(visit: Visit) -> Result<Response, PageError> {
    let door = visit.inner()?;
    let marks = marks(&visit, &door.inner).await?;
    choices(&visit, &marks, None, None).await
}

/// What can be shared, place by place. Nothing is ticked that is not shared already (S2).
async fn choices(
    visit: &Visit,
    marks: &Marks,
    ticked: Option<&Marks>,
    problem: Option<&str>,
) -> Result<Response, PageError> {
    let w = visit.app.words();
    let read = visit.shared().await?;
    if !visit.space().together {
        return Ok(see(paths::TOUCH));
    }
    let name = parts::other(visit, &read.state);
    let (_, mine) = shared(visit, visit.space().who).await?;
    let ticked = ticked.unwrap_or(&mine);
    let page = visit.page(Tab::Me, html! {
        (ui::Greeting {
            title: &w.tell("touch-share-title", &[("name", &name)]),
            lead: Some(&w.tell("touch-share-lead", &[("name", &name)])),
            back: Some(ui::Link::new(&w.say("touch-my-title"), paths::MY_TOUCH)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        @if marks.is_empty() { p.soft { (w.say("touch-share-none")) } } @else {
            form.form method="post" novalidate action=(paths::MY_TOUCH_SHARE) {
                @for (id, place) in visit.app.guide().touch.all() {
                    @if let Some(mark) = marks.on(id) {
                        @let before = mine.on(id).filter(|shown| *shown != mark);
                        (share_one(w, id, place, mark, before, ticked.on(id) == Some(mark)))
                    }
                }
                (ui::actions(html! {
                    (ui::Button::primary(&w.tell("touch-share-look", &[("name", &name)])).sends("step", "look"))
                }))
            }
        }
    });
    Ok(page.into_response())
}

fn share_one(
    w: &Words,
    id: &str,
    name: &str,
    mark: Mark,
    before: Option<Mark>,
    ticked: bool,
) -> Markup {
    html! {
        label.option.check for=(id) {
            input id=(id) name=(id) type="checkbox" value=(mark.letter()) checked[ticked];
            span {
                (name)
                small {
                    (word(w, mark))
                    @if let Some(before) = before { "; " (w.tell("touch-share-now", &[("mark", &word(w, before))])) }
                }
            }
            (ui::mark_sign(mark))
        }
    }
}

async fn share(
    visit: Visit,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let fields = once(fields)?;
    let door = visit.inner()?;
    let chosen = sent(&visit.app, &fields, &["step"])?;
    let marks = marks(&visit, &door.inner).await?;
    let w = visit.app.words();
    if chosen.iter().any(|(id, mark)| marks.on(id) != Some(mark)) {
        // Turned down on another page meanwhile: nothing of it is shared by an old form.
        let mut page = choices(
            &visit,
            &marks,
            Some(&chosen),
            Some(&w.say("touch-share-changed")),
        )
        .await?;
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(page);
    }
    match fields.get("step").map_or("", String::as_str) {
        "look" => preview(&visit, &chosen).await,
        "change" => choices(&visit, &marks, Some(&chosen), None).await,
        "share" => {
            if !visit.space().together || visit.closed {
                return Ok(see(paths::TOUCH));
            }
            for _ in 0..TRIES {
                let (version, _) = shared(&visit, visit.space().who).await?;
                let change: Vec<Change> =
                    sharing(visit.space(), version, &places(&visit.app), &chosen)
                        .into_iter()
                        .collect();
                if change.is_empty() || visit.app.store().commit(change).await? == Outcome::Done {
                    return Ok(see(paths::TOUCH));
                }
            }
            Err(PageError::TooBusy)
        }
        _ => Err(PageError::NotOurForm),
    }
}

async fn preview(visit: &Visit, chosen: &Marks) -> Result<Response, PageError> {
    let w = visit.app.words();
    let read = visit.shared().await?;
    if !visit.space().together {
        return Ok(see(paths::TOUCH));
    }
    let name = parts::other(visit, &read.state);
    let me = parts::name_of(w, &read.state, visit.space().who);
    let page = visit.page(Tab::Me, html! {
        (ui::Greeting {
            title: &w.tell("touch-share-preview", &[("name", &name)]), lead: Some(&w.say("touch-share-undo")),
            back: Some(ui::Link::new(&w.say("touch-my-title"), paths::MY_TOUCH)), ..ui::Greeting::default()
        })
        (seen(&visit.app, &me, chosen))
        form.form method="post" novalidate action=(paths::MY_TOUCH_SHARE) {
            @for (id, mark) in chosen.iter() { input type="hidden" name=(id) value=(mark.letter()); }
            (ui::actions(html! {
                (ui::Button::primary(&w.tell("touch-share-button", &[("name", &name)])).sends("step", "share"))
                (ui::Button::quiet(&w.say("touch-share-change")).sends("step", "change"))
            }))
        }
    });
    Ok(page.into_response())
}

/// For the file that one takes along: whose map, and what stands on it.
pub(super) async fn to_take_away(
    visit: &Visit,
    inner: &Inner,
) -> Result<Vec<(String, String)>, PageError> {
    let own = marks(visit, inner).await?;
    let (_, theirs) = shared(visit, visit.space().who.other()).await?;
    let all = [("touch-own", own), ("touch-title", theirs)];
    Ok(all
        .into_iter()
        .filter(|(_, marks)| !marks.is_empty())
        .map(|(title, marks)| (visit.app.words().say(title), in_words(&visit.app, &marks)))
        .collect())
}
