//! `rekindle doctor`: looks at everything a host answers for, says it in sentences, and exits with 1 if something is
//! wrong. It changes nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::ExitCode;

use rekindle_database::Finding as Found;
use rekindle_domain::Stamp;
use rekindle_store::{Store as _, StoreError};
use serde::Serialize;

use super::house;
use crate::clock::{self, WallClock};
use crate::process::Hardened;
use crate::settings::{Database, Given, Settings};
use crate::tls;

/// Any clock that is right is later: the month this was written in.
const WRITTEN: Stamp = Stamp(1_793_491_200_000); // 2026-11-01
const MEBIBYTE: u64 = 1 << 20;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Fine,
    /// Worth knowing; nothing is broken.
    Note,
    Wrong,
}

#[derive(Debug, Serialize)]
struct Finding {
    about: &'static str,
    state: State,
    says: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

#[derive(Default, Debug)]
struct Report(Vec<Finding>);

impl Report {
    fn fine(&mut self, about: &'static str, says: impl Into<String>) {
        self.0.push(Finding {
            about,
            state: State::Fine,
            says: says.into(),
            remedy: None,
        });
    }

    fn note(&mut self, about: &'static str, says: impl Into<String>) {
        self.0.push(Finding {
            about,
            state: State::Note,
            says: says.into(),
            remedy: None,
        });
    }

    fn wrong(&mut self, about: &'static str, says: impl Into<String>, remedy: impl Into<String>) {
        let remedy = Some(remedy.into());
        self.0.push(Finding {
            about,
            state: State::Wrong,
            says: says.into(),
            remedy,
        });
    }

    fn is_well(&self) -> bool {
        self.0.iter().all(|finding| finding.state != State::Wrong)
    }

    fn print(&self, json: bool) {
        if json {
            println!(
                "{}",
                serde_json::json!({ "ok": self.is_well(), "findings": self.0 })
            );
            return;
        }
        for Finding {
            about,
            state,
            says,
            remedy,
        } in &self.0
        {
            let state = match state {
                State::Fine => "fine ",
                State::Note => "note ",
                State::Wrong => "WRONG",
            };
            println!("{state}  {about}: {says}");
            if let Some(remedy) = remedy {
                println!("       What to do: {remedy}");
            }
        }
        println!(
            "\n{}",
            if self.is_well() {
                "All is well."
            } else {
                "Something needs you: see above."
            }
        );
    }
}

pub(crate) fn run(given: &Given, hardened: Hardened, json: bool) -> ExitCode {
    let mut report = Report::default();
    match Settings::read(given) {
        Ok(settings) => {
            report.fine("settings", "every name and value is understood.");
            for note in house::notes(&settings) {
                report.note("settings", note);
            }
            examine(&settings, hardened, &mut report);
        }
        Err(wrong) => {
            for line in wrong.0 {
                report.wrong(
                    "settings",
                    line,
                    "correct it; `rekindle config list` explains each setting.",
                );
            }
        }
    }
    report.print(json);
    if report.is_well() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn examine(settings: &Settings, hardened: Hardened, report: &mut Report) {
    let now = WallClock.stamp();
    rights(settings, report);
    time(settings, now, report);
    room(&settings.data, report);
    for finding in tls::findings(&settings.data, now) {
        report.wrong("certificates", finding, "do as it says, then start again.");
    }
    process(hardened, report);
    let looked = match super::runtime() {
        Ok(runtime) => runtime.block_on(database(settings, report)),
        Err(error) => {
            return report.wrong("database", format!("{error:#}."), "start doctor again.");
        }
    };
    if let Err(error) = looked {
        let remedy = match &error {
            StoreError::Newer { .. } => {
                "install the newer Rekindle again, or restore a backup from before the upgrade."
            }
            StoreError::NotWritable(_) => "make room on the disk, or let this user write there.",
            StoreError::Database(_) => {
                "if it does not pass, restore the latest backup into a new directory."
            }
        };
        report.wrong("database", format!("{error}."), remedy);
    }
}

async fn database(settings: &Settings, report: &mut Report) -> Result<(), StoreError> {
    let file = settings.data.join(house::FILE);
    if settings.database == Database::InDataDirectory && !file.exists() {
        report.note("database", "there is none yet; the first start makes it.");
        return Ok(());
    }
    let database = rekindle_database::look(&house::place(settings)).await?;
    let mut findings = database.check().await?;
    if let Some(at) = findings
        .iter()
        .position(|finding| matches!(finding, Found::Schema { .. }))
    {
        // Newer ones are refused on opening: this one is older.
        let says = format!("{}; the next start brings it up to date.", findings[at]);
        report.note("database", says);
        findings.remove(at);
    }
    for finding in &findings {
        report.wrong(
            "database",
            format!("{finding}."),
            "stop the server, keep a copy of the data directory, and restore the latest backup into a new one.",
        );
    }
    if findings.is_empty() {
        let people = database.count_people().await?;
        report.fine(
            "database",
            format!("whole, and every chain holds; {people} accounts."),
        );
    }
    database.close().await;
    Ok(())
}

fn rights(settings: &Settings, report: &mut Report) {
    let Ok(meta) = fs::metadata(&settings.data) else {
        return report.note(
            "data directory",
            format!("{} is not there yet.", settings.data.display()),
        );
    };
    if !meta.is_dir() {
        return report.wrong(
            "data directory",
            format!("{} is not a directory.", settings.data.display()),
            "name another with --data.",
        );
    }
    let mut open = Vec::new();
    let mut look = |path: &Path| {
        if let Ok(meta) = fs::symlink_metadata(path)
            && !meta.is_symlink()
            && meta.permissions().mode() & 0o077 != 0
        {
            open.push(path.display().to_string());
        }
    };
    look(&settings.data);
    for entry in fs::read_dir(&settings.data).into_iter().flatten().flatten() {
        // What lies in a closed directory is closed; the database is looked at anyway, because it gets moved about.
        // Its ballast holds nothing but noise.
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(house::FILE) && !name.ends_with(".ballast") {
            look(&entry.path());
        }
    }
    if open.is_empty() {
        report.fine("rights", "only this user can read what is kept.");
    } else {
        let list = open.join(" ");
        report.wrong(
            "rights",
            format!("others on this machine can read {list}."),
            format!("run: chmod go= {list}"),
        );
    }
}

fn time(settings: &Settings, now: Stamp, report: &mut Report) {
    const ABOUT: &str = "clock";
    const REMEDY: &str =
        "set this machine's clock, and have it kept right (for instance by systemd-timesyncd).";
    if now < WRITTEN {
        return report.wrong(ABOUT, "this machine's clock is years behind.", REMEDY);
    }
    let ahead = [house::FILE, "rekindle.db-wal", "lock"].iter().any(|name| {
        fs::metadata(settings.data.join(name))
            .and_then(|meta| meta.modified())
            .is_ok_and(|changed| clock::stamp(changed).since(now) > 5 * Stamp::MINUTE)
    });
    if ahead {
        return report.wrong(
            ABOUT,
            "the data was last written at a time that has not come yet; the clock went back.",
            REMEDY,
        );
    }
    report.fine(ABOUT, "not behind what was written last.");
}

fn room(data: &Path, report: &mut Report) {
    let Ok(disk) = rustix::fs::statvfs(data) else {
        return;
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize) / MEBIBYTE;
    let says = format!("{free} MiB free.");
    match free {
        0..100 => report.wrong(
            "disk",
            says,
            "make room: below this, writing may fail at any moment.",
        ),
        100..1024 => report.note("disk", says),
        _ => report.fine("disk", says),
    }
}

fn process(hardened: Hardened, report: &mut Report) {
    let Hardened {
        no_core_dumps,
        not_dumpable,
        no_swap,
    } = hardened;
    if no_core_dumps && not_dumpable {
        report.fine("process", "leaves no memory images behind.");
    } else {
        report.note("process", "this system did not let it forbid memory images; the unit in docs/rekindle.service does.");
    }
    if !no_swap {
        report.note("process", "memory may be swapped to disk; encrypt swap, or allow locking as docs/rekindle.service does.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doctor_is_content_only_without_anything_wrong() {
        let mut report = Report::default();
        report.fine("a", "b");
        report.note("a", "b");
        assert!(report.is_well());
        report.wrong("a", "b", "c");
        assert!(!report.is_well());
    }
}
