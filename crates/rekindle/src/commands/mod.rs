//! The commands, one file each. Everything a host types begins here.
//!
//! Exit codes: 0 as asked; 1 it could not be done, or `doctor` found something wrong; 2 the command was not understood.

mod backup;
mod demo;
mod doctor;
mod house;
mod pack;
mod preview;
mod restore;
mod serve;
mod wording;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

use crate::process::Hardened;
use crate::settings::{self, Given, Settings};

#[derive(Parser)]
#[command(
    name = "rekindle",
    version,
    about = "A private place for two, on a machine of your own",
    after_help = "Without a command it serves. Every setting can also be a REKINDLE_… variable or stand in rekindle.toml in the data directory; `rekindle config list` explains all of them."
)]
struct Cli {
    #[command(flatten)]
    given: Given,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server (also without any command)
    Serve,
    /// Open a furnished house: two invented people with a history, on a throw-away database
    Demo {
        /// How many years they have been using it
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=20))]
        years: u32,
    },
    /// Write a sealed backup while the server runs
    Backup {
        /// The file to write; it must not be there yet
        file: PathBuf,
        /// Who can open it: an age1… recipient, or a file of them. May be given more than once
        #[arg(long, value_name = "RECIPIENT", required = true)]
        to: Vec<String>,
    },
    /// Bring a backup back into an empty data directory or database
    Restore {
        file: PathBuf,
        /// The file with the secret key that the backup was sealed to
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Make a key for backups: the secret into FILE, the recipient on the screen. Keep FILE off this server
    BackupKey { file: PathBuf },
    /// Look whether all is well: database, seals' chains, settings, rights, clock, disk
    Doctor {
        /// One JSON object instead of sentences
        #[arg(long)]
        json: bool,
    },
    /// Packs of practices
    #[command(subcommand)]
    Pack(Pack),
    /// Read drafts, one a line, and point at the words that may be hard to hear. Nothing is kept
    Wording {
        /// One JSON object for each line, with places in bytes, instead of sentences
        #[arg(long)]
        json: bool,
        /// Each line is an object with `id` and `text`; the answer carries the `id`
        #[arg(long)]
        jsonl: bool,
    },
    /// Print every crate that this program was built from: name, version, hash of its source
    Parts,
    /// Settings
    #[command(subcommand)]
    Config(Config),
}

/// `Cargo.lock` as it was at the build, tests' own crates included, so that an advisory can be looked up years later.
const PARTS: &str = include_str!(concat!(env!("OUT_DIR"), "/parts.txt"));

#[derive(Subcommand)]
enum Pack {
    /// Report every mistake in a pack, with file, line and a fix
    Check { dir: PathBuf },
    /// Play a script as the two would hold it: Enter goes on, a number presses that one, q ends
    Preview {
        dir: PathBuf,
        /// The script's id: the name of its file
        script: String,
        /// Which form; without, the first
        #[arg(long)]
        form: Option<String>,
        /// live, one-phone or apart; without, the first the form can be held in
        #[arg(long)]
        mode: Option<String>,
        /// Instead of the terminal: a furnished house with this pack, to be opened from both sides
        #[arg(long)]
        browser: bool,
    },
}

#[derive(Subcommand)]
enum Config {
    /// Print the settings in force and where each comes from
    Check,
    /// Print every setting there is, as docs/settings.md
    List,
}

/// Does what the command line says.
pub(crate) fn run(hardened: Hardened) -> ExitCode {
    let Cli { given, command } = Cli::parse();
    let outcome = match command {
        None | Some(Command::Serve) => read(&given).and_then(serve::run),
        Some(Command::Demo { years }) => demo::run(given, years, None),
        Some(Command::Backup { file, to }) => {
            read(&given).and_then(|settings| backup::run(&settings, &file, &to))
        }
        Some(Command::Restore { file, key }) => {
            read(&given).and_then(|settings| restore::run(&settings, &file, &key))
        }
        Some(Command::BackupKey { file }) => backup::make_key(&file),
        Some(Command::Doctor { json }) => return doctor::run(&given, hardened, json),
        Some(Command::Pack(Pack::Check { dir })) => return pack::check(&dir),
        Some(Command::Pack(Pack::Preview {
            dir,
            script,
            form,
            mode,
            browser,
        })) => {
            let asked = preview::Asked {
                dir: &dir,
                script: &script,
                form: form.as_deref(),
                mode: mode.as_deref(),
            };
            if browser {
                preview::in_browser(given, &asked)
            } else {
                preview::run(&asked)
            }
        }
        Some(Command::Wording { json, jsonl }) => wording::run(json, jsonl),
        Some(Command::Parts) => {
            print!("{PARTS}");
            Ok(())
        }
        Some(Command::Config(Config::Check)) => read(&given).map(|settings| check(&settings)),
        Some(Command::Config(Config::List)) => {
            print!("{}", settings::document());
            Ok(())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rekindle: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn read(given: &Given) -> anyhow::Result<Settings> {
    Settings::read(given).context("these settings cannot be used:\n")
}

fn check(settings: &Settings) {
    for (name, value, source) in &settings.effective {
        println!("{name} = \"{value}\"  # {source}");
    }
    for note in house::notes(settings) {
        println!("\n# {note}");
    }
}

/// Runs one command's waiting parts. Two workers answer a household; the bench for key derivations has its own.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(32)
        .build()
        .context("no threads to be had")
}
