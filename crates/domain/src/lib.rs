//! The rules of Rekindle: pure. No clock, chance, disk, network, async or logging.
//!
//! `decide` may refuse, in words for the couple; `fold` never fails. Time, person and chance arrive as arguments.

pub mod ids;
pub mod pack;
pub mod session;
pub mod time;

pub use ids::{CellId, CoupleId, InvitationId, OwnerId, PersonId, StreamId, Who};
pub use time::Stamp;
