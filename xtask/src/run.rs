//! Starting other programs, saying which.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// A program about to be run in the workspace's folder.
pub(crate) struct Run {
    command: Command,
    shown: String,
}

/// What a test run came to.
#[derive(Debug, PartialEq, Eq, Default)]
pub(crate) struct Counted {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

impl Run {
    pub(crate) fn new(program: &str) -> Self {
        let mut command = Command::new(program);
        command.current_dir(crate::root());
        Self {
            command,
            shown: program.to_owned(),
        }
    }

    pub(crate) fn cargo<'a>(args: impl IntoIterator<Item = &'a str>) -> Self {
        let mut run = Self::new("cargo").args(args);
        // What `cargo run` set for this program would count as a change and build everything again.
        for name in [
            "CARGO_MANIFEST_DIR",
            "CARGO_MANIFEST_PATH",
            "CARGO_PKG_NAME",
            "CARGO_PKG_VERSION",
        ] {
            run.command.env_remove(name);
        }
        run
    }

    pub(crate) fn args<'a>(mut self, args: impl IntoIterator<Item = &'a str>) -> Self {
        for arg in args {
            self.shown.push(' ');
            self.shown.push_str(arg);
            self.command.arg(arg);
        }
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Looks for programs in this folder's `bin` first.
    pub(crate) fn with_path(mut self, place: &Path) -> Self {
        let mut path = OsString::from(place.join("bin"));
        if let Some(old) = std::env::var_os("PATH") {
            path.push(":");
            path.push(old);
        }
        self.command.env("PATH", path);
        self
    }

    pub(crate) fn go(mut self) -> Result<()> {
        eprintln!("$ {}", self.shown);
        let status = self
            .command
            .status()
            .with_context(|| format!("starting {}", self.shown))?;
        if !status.success() {
            bail!("failed: {}", self.shown);
        }
        Ok(())
    }

    /// What it prints, if it succeeds; quiet otherwise.
    pub(crate) fn output(mut self) -> Result<String> {
        let output = self
            .command
            .output()
            .with_context(|| format!("starting {}", self.shown))?;
        if !output.status.success() {
            bail!(
                "failed: {}\n{}",
                self.shown,
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Runs nextest, passing on what it says and reading its summary.
    pub(crate) fn counted(mut self) -> Result<Counted> {
        eprintln!("$ {}", self.shown);
        let mut child = self
            .command
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting {}", self.shown))?;
        let mut counted = None;
        for line in BufReader::new(child.stderr.take().expect("stderr was asked for")).split(b'\n')
        {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            eprintln!("{line}");
            counted = summary(&line).or(counted);
        }
        let status = child.wait()?;
        match counted {
            Some(counted) if status.success() || counted.failed > 0 => Ok(counted),
            _ => bail!("failed: {}", self.shown),
        }
    }
}

/// Reads nextest's closing line, such as
/// `Summary [ 1.2s] 12 tests run: 10 passed (1 slow, 1 flaky), 1 failed, 1 timed out, 3 skipped`. What stands in
/// brackets tells how tests passed; a flaky one did at its second try.
fn summary(line: &str) -> Option<Counted> {
    let (_, counts) = line
        .trim_start()
        .strip_prefix("Summary")?
        .split_once(" run: ")?;
    let mut counted = Counted::default();
    let ends = counts
        .split(['(', ')'])
        .enumerate()
        .filter_map(|(at, part)| at.is_multiple_of(2).then_some(part))
        .collect::<String>();
    for part in ends.split(", ") {
        let mut words = part.split_whitespace();
        let Some(Ok(number)) = words.next().map(str::parse::<u32>) else {
            continue;
        };
        match words.next() {
            Some("passed") => counted.passed += number,
            Some("skipped") | None => {}
            Some(_) => counted.failed += number,
        }
    }
    Some(counted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_of_a_test_but_passing_counts_as_failed() {
        for (line, passed, failed) in [
            (
                "     Summary [   1.234s] 12 tests run: 12 passed, 0 skipped",
                12,
                0,
            ),
            (
                "     Summary [  61.234s] 12/13 tests run: 10 passed (2 slow), 1 failed, 1 timed out, 3 skipped",
                10,
                2,
            ),
            (
                "     Summary [ 696.443s] 925 tests run: 925 passed (1 slow, 5 flaky), 2 skipped",
                925,
                0,
            ),
            (
                "     Summary [   0.010s] 1 test run: 0 passed, 1 exec failed, 0 skipped",
                0,
                1,
            ),
        ] {
            assert_eq!(summary(line), Some(Counted { passed, failed }), "{line}");
        }
        assert_eq!(
            summary("        PASS [   0.004s] xtask run::tests::x"),
            None
        );
    }
}
