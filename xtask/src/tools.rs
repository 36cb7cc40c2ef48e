//! The tools the checks need, at one version each, installed once for all clones of this user.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::run::Run;

struct Tool {
    name: &'static str,
    version: &'static str,
    /// How its subcommand of cargo is called.
    subcommand: &'static str,
    /// An optimised build of cargo-deny takes five times as long as all it ever checks.
    debug: bool,
}

const NEXTEST: Tool = Tool {
    name: "cargo-nextest",
    version: "0.9.143",
    subcommand: "nextest",
    debug: false,
};
const DENY: Tool = Tool {
    name: "cargo-deny",
    version: "0.20.2",
    subcommand: "deny",
    debug: true,
};

/// Where the tools are, beside cargo's own cache: a fresh clone does not build them again.
fn place() -> Result<PathBuf> {
    if let Some(place) = std::env::var_os("REKINDLE_TOOLS") {
        return Ok(place.into());
    }
    let home = std::env::var_os("HOME").context("HOME is not set")?;
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map_or_else(|| PathBuf::from(home).join(".cache"), PathBuf::from);
    Ok(cache.join("rekindle-tools"))
}

impl Tool {
    /// Installs the tool unless this very version is on the path or in its place already.
    fn bring(&self) -> Result<PathBuf> {
        let place = place()?;
        let said = Run::cargo([self.subcommand, "--version"])
            .with_path(&place)
            .output()
            .unwrap_or_default();
        if said.split_whitespace().nth(1) == Some(self.version) {
            return Ok(place);
        }
        let target = place.join("build");
        let (Some(root), Some(target_name)) = (place.to_str(), target.to_str()) else {
            bail!("{} is not UTF-8", place.display());
        };
        let version = format!("{}@{}", self.name, self.version);
        let mut run = Run::cargo(["install", "--locked", "--root", root, &version])
            .env("CARGO_TARGET_DIR", target_name);
        if self.debug {
            run = run.args(["--debug"]).env("CARGO_PROFILE_DEV_DEBUG", "0");
        }
        run.go()?;
        let _ = std::fs::remove_dir_all(target);
        Ok(place)
    }
}

pub(crate) fn nextest() -> Result<PathBuf> {
    NEXTEST.bring()
}

pub(crate) fn deny() -> Result<PathBuf> {
    DENY.bring()
}

pub(crate) fn all() -> Result<PathBuf> {
    nextest()?;
    deny()
}
