//! `rekindle pack check DIR`: every mistake in a pack, with file, line and a fix.

use std::path::Path;
use std::process::ExitCode;

use rekindle_domain::pack::Pack;

use crate::{guide, pack_files};

pub(crate) fn check(dir: &Path) -> ExitCode {
    let files = match pack_files::read(dir) {
        Ok(files) => files,
        Err(problem) => {
            eprintln!("rekindle: {problem}");
            return ExitCode::FAILURE;
        }
    };
    // A pack with a start of its own stands alone; any other is laid over the built-in guide.
    let alone = files.iter().any(|(name, _)| name.ends_with("/start.toml"));
    let read = if alone {
        Pack::read(&files)
    } else {
        guide::pack().extended(&files)
    };
    match read {
        Ok(pack) => {
            let where_from = if alone {
                ""
            } else {
                ", the built-in guide's among them"
            };
            println!(
                "No mistakes: {} files, {} practices{where_from}.",
                files.len(),
                pack.practices.len()
            );
            ExitCode::SUCCESS
        }
        Err(mistakes) => {
            for mistake in &mistakes {
                println!("{mistake}");
            }
            eprintln!("{} to put right.", mistakes.len());
            ExitCode::FAILURE
        }
    }
}
