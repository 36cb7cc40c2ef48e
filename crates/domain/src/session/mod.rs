//! What two people hold together: a check-in, a talk. A pure state machine on a script that is data (G2.3).
//!
//! ```text
//! Script::parse(id, toml) -> Script            Script::check() -> Vec<Mistake>          session::script
//! State::of(events) / state.fold(&event)       never fails
//! state.decide(&script, now, who, command) -> Result<Vec<Event>, Refusal>
//! state.view(&script, who, now) -> View        exactly what this phone may show
//! state.summary() -> Option<Summary>           once it is finished
//! ```
//!
//! - `who` is the signed-in person. On one shared phone a press may be the other's: `Command::by` says so, and only
//!   there.
//! - `Command::at` is the [`Token`] of the view that was pressed on. A press that comes too late is
//!   [`Refusal::Late`]: show the present view, nothing was lost.
//! - [`View::buttons`] is the whole of what may be pressed; `decide` refuses everything else.
//! - Texts in a view hold `{you}` and the like; [`View::fill`] puts names in.
//! - Time is never waited for: a [`Timer`] is a length and an end, and its end only chimes. A step whose view says
//!   `flows` is gone on from by the page itself, by sending [`Press::Next`] when nothing is left; sent by both phones
//!   it counts once.
//!
//! A session begins with [`Press::Begin`] (how it is held: mode, form, who goes first) and one [`Press::Here`] of
//! each; neither phone learns whether the other's is there before both are. A yes holds to the end of the day. Twelve
//! hours after it began (on touch and sex: when that day ends) going on takes two fresh ones. Pausing keeps what remains of a turn, stopping is one event
//! without an author (S7), and what the session leaves behind is one [`Summary`].
//!
//! Adding a kind of step: a variant in [`script::What`] with its texts, its buttons in `decide.rs`, its events in
//! `event.rs` and the golden file, its face in [`Detail`].

mod check;
mod decide;
pub mod event;
pub mod script;
mod state;
mod view;

pub use check::Mistake;
pub use decide::{BREAK, Command, Press, Refusal};
pub use event::{Agreed, Appreciation, Event, Leg, Summary, Timer, Topic, Written};
pub use script::{Chime, Form, Kind, Mode, Pace, Role, Script, Shows, Suits, Text};
pub use state::{Bounds, NotAToken, State, Token};
pub use view::{
    Asking, Button, ButtonKind, CardView, Detail, Filled, Phase, PickView, StepView, TimerView,
    View,
};
