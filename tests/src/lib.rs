//! Stories of two people in real browsers, told with few verbs.
//!
//! ```no_run
//! use journeys::World;
//!
//! let world = World::start();
//! let ana = world.person("Ana");
//! ana.opens("/");
//! ana.sees("Begin");
//! ana.types("Your name", "Ana");
//! ana.presses("Go on");
//! ```
//!
//! A [`World`] is the real binary on a database of its own, with a driver for browsers beside it; a [`Person`] is a
//! browser with nobody else's cookies, the size of a phone unless told otherwise. Every verb waits until it can be done
//! or [`PATIENCE`] is over, so that a story needs no sleeping; when a verb fails, the message says what the page showed,
//! and a picture of it is kept under `target/journeys/`.
//!
//! Everything here is blocking: two people doing something at once are two threads (`std::thread::scope`).

mod browser;
mod device;
mod http;
mod looks;
mod person;
pub mod post;
mod relay;
mod screen;
mod tour;
mod traffic;
mod wire;
mod world;

use std::time::{Duration, Instant};

pub use http::{Answer, ask};
pub use person::{Part, Person};
pub use relay::Relay;
pub use screen::{Screen, Violation};
pub use tour::{sign_in, tour};
pub use traffic::Request;
pub use world::{Server, World};

/// How long a verb waits for what it needs. Generous: two browsers, a database and this share two cores.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Asks until there is an answer or `patience` is over.
pub fn wait<T>(patience: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if Instant::now() >= deadline {
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
