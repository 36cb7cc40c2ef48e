//! The figures of README: `cargo xtask bench [--json] [NAME …]`.
//!
//! Each is taken beside a **bare** program doing the least that the same work could be (`bare.rs`), in the same run on
//! the same machine, and counts processor time of the process, user and system; what the clock says is for reading
//! only, except where a goal is about waiting. The goals are P1 to P13; a figure that misses its goal is told as it is,
//! and does not fail the run.

mod bare;
mod due;
mod figure;
mod figures;
mod furnish;
mod live;
mod load;
mod postgres;
mod process;
mod sign_in;
mod words;

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

fn main() -> Result<()> {
    allow_many_files()?;
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [command, folder, port] = args.as_slice()
        && command == "bare"
    {
        return bare::serve(Path::new(folder), port.parse()?);
    }
    if let [command, url, port] = args.as_slice()
        && command == "bare-postgres"
    {
        return bare::serve_postgres(url, port.parse()?);
    }
    if let [command, port] = args.as_slice()
        && command == "crowd"
    {
        return live::crowd(port.parse()?);
    }
    let json = args.iter().any(|arg| arg == "--json");
    let names: Vec<&str> = args
        .iter()
        .map(String::as_str)
        .filter(|arg| *arg != "--json")
        .collect();
    if let Some(option) = names.iter().find(|name| name.starts_with('-')) {
        bail!("no option {option}: cargo xtask bench [--json] [P1 P2 …]");
    }
    let tell = &mut |figure: figure::Figure| {
        if json {
            println!("{}", figure.json());
        } else {
            println!("{figure}");
        }
    };
    // The wording helper needs no house.
    if names.is_empty() || names.contains(&"W1") {
        words::take(tell)?;
    }
    let names: Vec<&str> = names.iter().copied().filter(|name| *name != "W1").collect();
    if names.is_empty() && args.iter().any(|arg| arg == "W1") {
        return Ok(());
    }
    figures::take(&names, tell)
}

/// Ten thousand streams are as many files, on either side. Whatever is started from here has the same room.
fn allow_many_files() -> Result<()> {
    let most = getrlimit(Resource::Nofile).maximum;
    let most = Rlimit {
        current: most,
        maximum: most,
    };
    setrlimit(Resource::Nofile, most).context("room for many files")
}
