//! Every page, one file a concept. The list of routes is here and nowhere else.

use axum::Router;

use crate::App;

mod account;
mod appreciation;
mod back;
mod between;
mod date;
mod device;
mod feed;
mod help;
mod history;
mod hurt;
mod invitation;
mod keys;
mod leave;
mod me;
mod moment;
mod note;
mod offline;
mod pair;
mod part;
mod parts;
mod plan;
mod practice;
mod proposal;
mod ready;
mod reminder;
mod renewal;
mod rest;
mod ritual;
mod roadmap;
pub(crate) mod session;
mod settings;
mod skill;
mod start;
mod today;
pub(crate) mod touch;
mod trust;
mod us;
mod way;
mod welcome;

pub(crate) fn routes() -> Router<App> {
    [
        account::routes(),
        appreciation::routes(),
        back::routes(),
        device::routes(),
        feed::routes(),
        date::routes(),
        between::routes(),
        help::routes(),
        history::routes(),
        hurt::routes(),
        invitation::routes(),
        keys::routes(),
        leave::routes(),
        me::routes(),
        moment::routes(),
        note::routes(),
        offline::routes(),
        pair::routes(),
        part::routes(),
        plan::routes(),
        practice::routes(),
        proposal::routes(),
        ready::routes(),
        reminder::routes(),
        renewal::routes(),
        rest::routes(),
        ritual::routes(),
        roadmap::routes(),
        session::routes(),
        settings::routes(),
        skill::routes(),
        start::routes(),
        today::routes(),
        touch::routes(),
        trust::routes(),
        us::routes(),
        way::routes(),
        welcome::routes(),
        crate::assets::routes(),
    ]
    .into_iter()
    .fold(Router::new(), Router::merge)
}
