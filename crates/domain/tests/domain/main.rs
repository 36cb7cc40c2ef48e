//! The promises of the rules, seen from outside.

mod session;
mod shared;
