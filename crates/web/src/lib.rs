//! The app that people see: visit → read / act → page. One file a concept.
//!
//! No sockets, drivers, runtimes or files in here: time, slow work and what is kept arrive through [`Host`], so that
//! the same pages could one day be drawn where the couple's own keys are.

mod ahead;
mod answers;
pub mod assets;
mod cookies;
pub mod demo;
mod error;
mod form;
mod guard;
mod host;
mod ledger;
mod live;
mod pages;
pub mod paths;
pub mod push;
mod segment;
mod throttle;
pub mod ui;
mod visit;
pub mod words;

/// Where links from outside lead: a page of our own on the way to the front page (K3).
#[must_use]
pub const fn front() -> &'static str {
    paths::CONTINUE
}

pub use error::PageError;
pub use host::{App, Clock, Host, Peer, Push, RunBy, Slow, TrustPage, WebSettings};
