//! The promises of the rules, seen from outside.

mod model;
mod rating;
mod recurrence;
mod session;
mod shared;
