//! The driver of the browsers: Debian's chromedriver, one for each world.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::wire::Wire;

/// Runs while it lives, and takes all its browsers with it.
#[derive(Debug)]
pub(crate) struct Driver {
    process: Child,
    place: PathBuf,
    pub(crate) wire: Wire,
}

impl Driver {
    /// `place` is where the browsers keep their profiles.
    pub(crate) fn start(place: &Path) -> Self {
        std::fs::create_dir_all(place).expect("a folder for the browsers");
        let mut process = Command::new("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            .env("TMPDIR", place)
            .env("HOME", place)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is not installed: run bin/needs");
        let mut said = BufReader::new(process.stdout.take().expect("stdout was asked for"));
        let mut line = String::new();
        let port = loop {
            line.clear();
            let read = said
                .read_line(&mut line)
                .expect("chromedriver says its port");
            assert!(read > 0, "chromedriver ended before it said its port");
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                break port.trim().trim_end_matches('.').parse().expect("a port");
            }
        };
        // Whatever else it says goes nowhere, and never fills a pipe.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self {
            process,
            place: place.to_path_buf(),
            wire: Wire { port },
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        // A browser whose session was not ended outlives its driver; it is known by its profile.
        let place = self.place.to_string_lossy();
        for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            if String::from_utf8_lossy(&line).contains(&*place) {
                let id = entry.file_name().to_string_lossy().into_owned();
                let _ = Command::new("kill")
                    .args(["-KILL", &id])
                    .stderr(Stdio::null())
                    .status();
            }
        }
    }
}
