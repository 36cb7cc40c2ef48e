//! What whoever runs a server is promised: the real program, started as a host starts it, on files of its own.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where they stand")]

mod backups;
mod demo;
mod doctor;
mod house;
mod limits;
mod logs;
mod parts;
mod process;
mod reminders;
mod settings;
mod tls;
mod wording;

// What is kept, and the PostgreSQL to keep it in, are the same that the databases are tested with.
#[path = "../../../database/tests/database/server.rs"]
#[allow(dead_code, reason = "not everything is needed here")]
mod server;
#[path = "../../../database/tests/database/world.rs"]
#[allow(dead_code, reason = "not everything is needed here")]
mod world;
