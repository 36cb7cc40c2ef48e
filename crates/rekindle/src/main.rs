//! `rekindle`: the program a host runs. Settings, listener, HTTPS, clock, and the commands of whoever looks after it.

mod clock;
mod commands;
mod guide;
mod listen;
mod logs;
mod pack_files;
mod process;
mod remind;
mod settings;
mod slow;
mod tls;

use std::process::ExitCode;

fn main() -> ExitCode {
    process::quiet_panics();
    let hardened = process::harden();
    commands::run(hardened)
}
