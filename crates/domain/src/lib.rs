//! The rules of Rekindle: pure. No clock, chance, disk, network, async or logging.
//!
//! `decide` may refuse, in words for the couple; `fold` never fails. Time, person and chance arrive as arguments.
//! One file a concept; [`shared`] puts together what the two share, [`private`] what one keeps to oneself.

pub mod appreciation;
pub mod between;
pub mod date;
pub mod feed;
pub mod held;
pub mod hurt;
pub mod ids;
pub mod journey;
pub mod moment;
pub mod pack;
pub mod plan;
pub mod private;
pub mod proposal;
pub mod rating;
pub mod recurrence;
pub mod reminder;
pub mod renewal;
pub mod ritual;
pub mod session;
pub mod shared;
pub mod text;
pub mod time;
pub mod touch;

pub use ids::{CellId, CoupleId, InvitationId, OwnerId, PersonId, StreamId, Who};
pub use time::{Now, Stamp, When, Zone};
