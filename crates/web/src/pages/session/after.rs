//! Afterwards: how it was, in twenty seconds, sealed to oneself; and a line for both, if anybody likes (S3, S18).

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rekindle_domain::held::{self, Held};
use rekindle_domain::ids::{NoteId, SessionId};
use rekindle_domain::private::{Entry, Event};
use rekindle_domain::rating::{self, MOST, Rating};
use rekindle_domain::session::Mode;
use rekindle_domain::shared::{self, Command, Shared};
use serde::Deserialize;

use super::super::{note, parts};
use super::{screen, where_held};
use crate::answers::see;
use crate::form::Form;
use crate::visit::{OpenDoor, Visit};
use crate::{PageError, ledger, paths, ui};

/// The questions, by the names of their fields.
const ASKED: [(&str, &str); 3] = [
    ("understood", "rating-understood"),
    ("at_ease", "rating-at-ease"),
    ("worth", "rating-worth"),
];

/// What may be said once a session is over. Neither is asked for; both are closed until somebody opens them. A line is for
/// two: what one held by oneself has no other reader. On one phone both look at this page, and how it was is kept for
/// whoever is signed in: it says who that is, and how the other comes to their own.
pub(super) fn forms(visit: &Visit, shared: &Shared, held: &Held, line: &str) -> Markup {
    let w = visit.app.words();
    let together = visit.space().together;
    let one_phone = held.summary.mode == Mode::OnePhone;
    let title = if one_phone {
        w.tell("rating-title-named", &[("name", &visit.profile.name)])
    } else {
        w.say("rating-title")
    };
    let address = paths::at(paths::SESSION_AFTER, held.id);
    let numbers: Vec<String> = (1..=MOST).map(|n| n.to_string()).collect();
    let options: Vec<ui::Opt<'_>> = (numbers.iter())
        .map(|n| ui::Opt {
            value: n,
            label: n,
            ..ui::Opt::default()
        })
        .collect();
    html! {
        div.afterwards {
            (ui::details(&title, html! {
                form.form method="post" novalidate action=(address) {
                    p.small { (w.say("rating-lead")) }
                    @if one_phone && together {
                        p.small { (w.tell("rating-other", &[("name", &parts::other(visit, shared))])) }
                    }
                    @for (name, asks) in ASKED {
                        (ui::Choice {
                            name, legend: &w.say(asks), hint: None, options: &options, chosen: &[], problem: None,
                            many: false, across: true, large: false,
                        })
                    }
                    (ui::Button::primary(&w.say("rating-keep")).wide())
                }
            }))
            @if together {
                (ui::details_open(!line.is_empty(), &w.say("line-title"), html! {
                    form.form method="post" novalidate action=(address) {
                        (parts::area(&w.say("line-label"), "words", line, Some(&w.say("line-hint")), false, 2))
                        (ui::Button::quiet(&w.say("line-keep")).wide())
                    }
                }))
            }
        }
    }
}

/// Lines for both, each with the way to take it out again.
pub(super) fn lines(visit: &Visit, held: &Held) -> Markup {
    let w = visit.app.words();
    html! {
        @if !held.lines.is_empty() {
            (ui::card(html! {
                h2 { (w.say("history-line")) }
                @for line in &held.lines {
                    p.written { (line.words) }
                    form.form method="post" novalidate action=(paths::at(paths::SESSION_AFTER, held.id)) {
                        (ui::Button::plain(&w.say("line-take")).sends("take", &paths::opaque(&line.words)).small())
                    }
                }
            }))
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct After {
    understood: String,
    at_ease: String,
    worth: String,
    words: String,
    /// A line to take out.
    take: String,
}

fn answer(text: &str) -> Option<u8> {
    text.parse().ok().filter(|n| (1..=MOST).contains(n))
}

pub(super) async fn save(
    visit: Visit,
    Path(id): Path<SessionId>,
    Form(form): Form<After>,
) -> Result<Response, PageError> {
    let (visit, shared) = where_held(visit, id).await?;
    let held = shared.sessions.held().find(|held| held.id == id);
    if !form.take.is_empty() {
        take_out(&visit, held, id, &form.take).await?;
        return Ok(see(
            &held.map_or(paths::HISTORY.to_owned(), |_| paths::session(id))
        ));
    }
    let Some(held) = held else {
        return Err(PageError::NotFound);
    };
    if !form.words.trim().is_empty() {
        if !visit.space().together {
            return Err(PageError::NotOurForm);
        }
        let words = form.words.clone();
        let say = held::Command::Say { id, words };
        return match visit.act(Command::Session(say)).await? {
            Ok(_) => Ok(see(&paths::session(id))),
            Err(refusal) => {
                let why = visit.app.words().say(&refusal.to_string());
                let page = screen::finished(&visit, &shared, held, &form.words, Some(&why));
                Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
            }
        };
    }
    let (Some(understood), Some(at_ease), Some(worth)) = (
        answer(&form.understood),
        answer(&form.at_ease),
        answer(&form.worth),
    ) else {
        return Ok(see(&paths::session(id))); // not all of it: nothing is kept, nothing is asked again
    };
    let event = Event::Rated {
        id: NoteId::new(*id.bytes()),
        script: held.script.clone(),
        day: visit.now().today(),
        understood,
        at_ease,
        worth,
    };
    note::append(
        &visit,
        &Entry {
            at: visit.now,
            event,
        },
    )
    .await?;
    Ok(see(paths::TODAY))
}

/// Takes a line out for both, and its words out of the log (S2, K9): from a page left open, also when so much was said and
/// held since that it is shown no more.
async fn take_out(
    visit: &Visit,
    held: Option<&Held>,
    id: SessionId,
    line: &str,
) -> Result<(), PageError> {
    let space = visit.space();
    let is_it = |words: &str| paths::opaque(words) == line;
    let mut records = vec![];
    let stands = held.and_then(|held| held.lines.iter().find(|line| is_it(&line.words)));
    match stands {
        Some(line) => {
            let unsay = held::Command::Unsay { id, seq: line.seq };
            if visit.act(Command::Session(unsay)).await?.is_ok() {
                records.push(line.seq);
            }
        }
        None => {
            let place = space.place();
            let log = visit.app.store().read(place, 0, u32::MAX).await?;
            for (seq, _, event) in ledger::opened(space.keys, place.owner, place.stream, &log) {
                if let shared::Event::Session(held::Event::Said { id: of, words }) = &event
                    && *of == id
                    && is_it(words)
                {
                    records.push(seq);
                }
            }
        }
    }
    for seq in records {
        visit.erase_shared(space, seq).await?;
    }
    Ok(())
}

/// What one's own answers of the last weeks say, behind one's own door and to nobody else.
pub(in super::super) async fn word_to_oneself(
    visit: &Visit,
    door: &OpenDoor,
) -> Result<Option<Markup>, PageError> {
    let ratings: Vec<Rating> = (note::entries(visit, &door.inner).await?)
        .into_iter()
        .filter_map(|entry| match entry.event {
            Event::Rated {
                day,
                understood,
                at_ease,
                worth,
                ..
            } => Some(Rating {
                day,
                understood,
                at_ease,
                worth,
            }),
            Event::Noted { .. }
            | Event::Marked { .. }
            | Event::HurtFelt { .. }
            | Event::HurtShaped { .. }
            | Event::HurtSeenOutside { .. }
            | Event::HurtAgain { .. }
            | Event::HurtLies { .. }
            | Event::HurtEnded { .. } => None,
        })
        .collect();
    let w = visit.app.words();
    Ok(rating::word(&ratings, visit.now().today()).map(|word| {
        let (title, more) = match word {
            rating::Word::Gentler => ("rating-gentler", "rating-gentler-more"),
            rating::Word::Help => ("rating-help", "rating-help-more"),
        };
        parts::card(html! {
            h2 { (w.say(title)) }
            p { (w.say(more)) }
            (ui::actions(html! {
                @if word == rating::Word::Gentler {
                    (ui::Button::quiet(&w.say("rating-look")).to(paths::ROADMAP))
                }
                (ui::Button::quiet(&w.say("rest-title")).to(paths::REST))
                (ui::Button::quiet(&w.say("help-find")).to(paths::HELP_LINES))
            }))
        })
    }))
}
