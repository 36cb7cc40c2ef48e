//! The promises of the rules, seen from outside.

mod recurrence;
mod session;
mod shared;
