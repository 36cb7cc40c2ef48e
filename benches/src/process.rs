//! A server under measurement: started, watched from outside, ended.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

pub(crate) struct Server {
    process: Child,
    pub(crate) port: u16,
    /// From starting it to its first answer.
    pub(crate) started_in: Duration,
}

impl Server {
    /// The release binary on this data.
    pub(crate) fn rekindle(data: &Path) -> Result<Self> {
        Self::rekindle_with(data, &[])
    }

    /// The same with other settings.
    pub(crate) fn rekindle_with(data: &Path, flags: &[&str]) -> Result<Self> {
        let binary = std::env::current_exe()?.with_file_name("rekindle");
        ensure!(
            binary.exists(),
            "{} is not built: cargo xtask bench builds it",
            binary.display()
        );
        let port = free_port()?;
        let mut command = Command::new(binary);
        command
            .arg("serve")
            .arg("--data")
            .arg(data)
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(flags);
        // A request's log line is part of its cost; where it goes is not.
        Self::start(command, port)
    }

    /// This same program, as the bare one.
    pub(crate) fn bare(folder: &Path) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("bare").arg(folder).arg(port.to_string());
        Self::start(command, port)
    }

    /// The bare one on PostgreSQL.
    pub(crate) fn bare_postgres(url: &str) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bare-postgres", url, &port.to_string()]);
        Self::start(command, port)
    }

    fn start(mut command: Command, port: u16) -> Result<Self> {
        let began = Instant::now();
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        while !journeys::ask(port, "GET", "/healthz", &[], b"")
            .is_ok_and(|answer| answer.status == 200)
        {
            if let Some(status) = process.try_wait()? {
                bail!("{command:?} ended at once: {status}");
            }
            if began.elapsed() > Duration::from_secs(120) {
                let _ = process.kill();
                bail!("{command:?} does not answer");
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        Ok(Self {
            process,
            port,
            started_in: began.elapsed(),
        })
    }

    /// Processor time of all its threads so far, user and system.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        // To the nanosecond; a thread that has ended takes its share with it, but none ends between two looks.
        let all = time_of(self.process.id());
        if !all.is_zero() {
            return Ok(all);
        }
        // A kernel without these counts.
        self.cpu_of_all()
    }

    /// The same with threads that have ended, in hundredths of a second: user and system (proc(5), fields 14 and 15).
    pub(crate) fn cpu_of_all(&self) -> Result<Duration> {
        let told = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        let fields = told
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .skip(11);
        let ticks: u64 = fields
            .take(2)
            .filter_map(|ticks| ticks.parse::<u64>().ok())
            .sum();
        Ok(Duration::from_millis(ticks * 10))
    }

    /// What it holds in memory now, in MiB.
    pub(crate) fn resident(&self) -> Result<f64> {
        let told = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = told
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("no VmRSS")?;
        let kib: f64 = line
            .split_whitespace()
            .next()
            .context("no number")?
            .parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Politely first, so that it closes its database.
        let _ = Command::new("kill")
            .args(["-TERM", &self.process.id().to_string()])
            .status();
        let ended = journeys::wait(Duration::from_secs(5), || {
            self.process.try_wait().ok().flatten()
        });
        if ended.is_none() {
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }
}

/// Processor time of a process's threads.
fn time_of(process: u32) -> Duration {
    let threads = std::fs::read_dir(format!("/proc/{process}/task"));
    let all = threads.into_iter().flatten().flatten().filter_map(|task| {
        let told = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        told.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(all.sum())
}

/// Processor time of PostgreSQL's processes that serve this database: each writes its name into its title.
pub(crate) fn of_database(name: &str) -> Duration {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter_map(|entry| {
        let process: u32 = entry.file_name().to_str()?.parse().ok()?;
        let title = std::fs::read_to_string(entry.path().join("cmdline")).ok()?;
        (title.starts_with("postgres:") && title.contains(name)).then(|| time_of(process))
    })
    .sum()
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
