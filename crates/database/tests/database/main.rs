//! What the store promises, on both databases, and what only one of them can be asked.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where they stand")]

mod classes;
mod contract;
mod copying;
mod disk;
mod doctor;
mod erasing;
mod kill;
mod news;
mod plans;
mod power;
mod process;
mod reminders;
mod server;
mod tamper;
mod upgrade;
mod world;
