//! `rekindle pack check DIR`: every mistake in a pack, with file, line and a fix.

use std::path::Path;
use std::process::ExitCode;

use rekindle_domain::pack::{Mistake, Pack};

use crate::{guide, pack_files};

/// A pack that was read.
pub(super) struct Found {
    pub(super) pack: Pack,
    files: usize,
    /// With a start of its own; any other is laid over the built-in guide.
    alone: bool,
}

/// Reads the pack in a folder: it, or every mistake in it.
pub(super) fn read(dir: &Path) -> anyhow::Result<Result<Found, Vec<Mistake>>> {
    let files = pack_files::read(dir).map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let alone = files.iter().any(|(name, _)| name.ends_with("/start.toml"));
    let read = if alone {
        Pack::read(&files)
    } else {
        guide::pack().extended(&files)
    };
    Ok(read.map(|pack| Found {
        pack,
        files: files.len(),
        alone,
    }))
}

pub(crate) fn check(dir: &Path) -> ExitCode {
    match read(dir) {
        Err(problem) => {
            eprintln!("rekindle: {problem}");
            ExitCode::FAILURE
        }
        Ok(Ok(found)) => {
            let where_from = if found.alone {
                ""
            } else {
                ", the built-in guide's among them"
            };
            println!(
                "No mistakes: {} files, {} practices{where_from}.",
                found.files,
                found.pack.practices.len()
            );
            ExitCode::SUCCESS
        }
        Ok(Err(mistakes)) => {
            for mistake in &mistakes {
                println!("{mistake}");
            }
            eprintln!("{} to put right.", mistakes.len());
            ExitCode::FAILURE
        }
    }
}
