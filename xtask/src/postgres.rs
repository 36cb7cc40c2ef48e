//! A PostgreSQL server for one run of the tests: empty, on a free port of this machine, gone afterwards.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::run::Run;

/// Runs while it lives. The tests find it by `REKINDLE_TEST_POSTGRES` and make databases of their own in it.
pub(crate) struct Postgres {
    /// Of the database `postgres`, as a user who may make others.
    pub(crate) url: String,
    /// None where somebody else's server is used.
    own: Option<Own>,
}

struct Own {
    programs: PathBuf,
    place: PathBuf,
}

impl Postgres {
    pub(crate) fn start() -> Result<Self> {
        if let Ok(url) = std::env::var("REKINDLE_TEST_POSTGRES") {
            return Ok(Self { url, own: None });
        }
        let programs = programs()?;
        let place = PathBuf::from(
            Run::new("mktemp")
                .args(["-d", "-t", "rekindle-postgres.XXXXXXXX"])
                .output()?
                .trim(),
        );
        let own = Own { programs, place };
        if is_root()? {
            Run::new("chown")
                .args(["postgres", path(&own.place)?])
                .go()?;
        }
        let data = own.place.join("data");
        own.program("initdb")?
            .args([
                "--pgdata",
                path(&data)?,
                "--username",
                "rekindle",
                "--auth",
                "trust",
                "--encoding",
                "UTF8",
            ])
            .args(["--locale", "C", "--no-instructions"])
            .output()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let options = format!(
            "-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c max_connections=300"
        );
        let log = own.place.join("log");
        own.program("pg_ctl")?
            .args([
                "--pgdata",
                path(&data)?,
                "--log",
                path(&log)?,
                "--wait",
                "--options",
                &options,
                "start",
            ])
            .output()?;
        Ok(Self {
            url: format!("postgres://rekindle@127.0.0.1:{port}/postgres"),
            own: Some(own),
        })
    }
}

impl Own {
    /// PostgreSQL refuses to be run by root.
    fn program(&self, name: &str) -> Result<Run> {
        let program = self.programs.join(name);
        Ok(if is_root()? {
            Run::new("runuser").args([
                "-u",
                "postgres",
                "--",
                "env",
                "--chdir",
                path(&self.place)?,
                path(&program)?,
            ])
        } else {
            Run::new(path(&program)?)
        })
    }

    fn stop(&self) -> Result<()> {
        let data = self.place.join("data");
        self.program("pg_ctl")?
            .args(["--pgdata", path(&data)?, "--mode", "immediate", "stop"])
            .output()?;
        std::fs::remove_dir_all(&self.place)?;
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(Err(problem)) = self.own.as_ref().map(Own::stop) {
            eprintln!("the tests' PostgreSQL was not cleared away: {problem:#}");
        }
    }
}

/// The newest installed server's programs; Debian keeps them out of the path.
fn programs() -> Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .context("PostgreSQL is not installed: run bin/needs")?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let programs = entry.path().join("bin");
            programs.join("initdb").exists().then_some(())?;
            Some((entry.file_name().to_str()?.parse().ok()?, programs))
        })
        .collect();
    found.sort();
    Ok(found
        .pop()
        .context("PostgreSQL is not installed: run bin/needs")?
        .1)
}

fn is_root() -> Result<bool> {
    Ok(Run::new("id").args(["-u"]).output()?.trim() == "0")
}

fn path(path: &Path) -> Result<&str> {
    path.to_str()
        .with_context(|| format!("{} is not UTF-8", path.display()))
}
