//! The real router on a real database, as whoever is asking: what safety and security promise, rule by rule. Each
//! test is named after the rule it keeps.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail where they stand")]

mod between;
mod canary;
mod date;
mod doors;
mod headers;
mod hurts;
mod input;
mod matrix;
mod offline;
mod parting;
mod plan;
mod quiet;
mod reminders;
mod renewal;
mod requests;
mod ritual;
mod routes;
mod sealed;
mod sessions;
mod skills;
mod texts;
mod today;
mod touch;
mod world;
