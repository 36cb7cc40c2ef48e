//! K21: what was answered survives the power going off, when the disk keeps only what it was told to flush.
//!
//! `strace` writes down every write, cut and flush of the writers. From that the files are put together again as they
//! may stand after a crash at any moment: what was flushed is there; of what was not, any part may be.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use rekindle_database::{Where, open};

use crate::kill::{MOST, whole};
use crate::process::again;

/// A disk keeps or loses this much at a time.
const SECTOR: usize = 512;

enum Event {
    Write {
        file: usize,
        at: usize,
        bytes: Vec<u8>,
    },
    Cut {
        file: usize,
        length: usize,
    },
    /// Everything of this file before event `before` is on the disk from now on.
    Flushed {
        file: usize,
        before: usize,
    },
    Answered {
        writer: u8,
        seq: u64,
    },
}

/// `\x6b\x65…` as bytes.
fn bytes(hex: &str) -> Vec<u8> {
    hex.split("\\x")
        .skip(1)
        .map(|byte| u8::from_str_radix(byte, 16).unwrap())
        .collect()
}

/// The database is file 0, its log file 1; of no other file does it matter what is lost.
fn file(path: &[u8], database: &str) -> Option<usize> {
    let path = std::str::from_utf8(path).ok()?;
    [database.to_owned(), format!("{database}-wal")]
        .iter()
        .position(|name| name == path)
}

fn events(trace: &str, database: &str) -> Vec<Event> {
    let mut events = Vec::new();
    let mut flushing: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for line in trace.lines() {
        let (process, call) = line.split_once(' ').unwrap();
        let call = call.trim_start();
        if call.starts_with("<... fsync") || call.starts_with("<... fdatasync") {
            if let Some((file, before)) = flushing.remove(process) {
                events.push(Event::Flushed { file, before });
            }
            continue;
        }
        let Some((name, rest)) = call.split_once('(') else {
            continue;
        };
        let Some((number, rest)) = rest.split_once('<') else {
            continue;
        };
        let Some((path, rest)) = rest.split_once('>') else {
            continue;
        };
        let place = file(&bytes(path), database);
        match (name, place) {
            ("write", _) if number == "1" => {
                let said = bytes(rest.split('"').nth(1).unwrap());
                for line in String::from_utf8(said).unwrap().lines() {
                    if let Some(kept) = line.strip_prefix("kept ") {
                        let (writer, seq) = kept.split_once(' ').unwrap();
                        let (writer, seq) = (writer.parse().unwrap(), seq.parse().unwrap());
                        events.push(Event::Answered { writer, seq });
                    }
                }
            }
            ("pwrite64", Some(file)) => {
                let mut parts = rest.split('"');
                let written = bytes(parts.nth(1).unwrap());
                let numbers: Vec<usize> = parts
                    .next()
                    .unwrap()
                    .split([',', ' ', ')'])
                    .filter_map(|word| word.parse().ok())
                    .collect();
                assert_eq!(numbers[0], written.len(), "the trace was cut: {line:.200}");
                events.push(Event::Write {
                    file,
                    at: numbers[1],
                    bytes: written,
                });
            }
            ("ftruncate", Some(file)) => {
                let length = rest
                    .split([',', ' ', ')'])
                    .find_map(|word| word.parse().ok());
                events.push(Event::Cut {
                    file,
                    length: length.unwrap(),
                });
            }
            ("fsync" | "fdatasync", Some(file)) => {
                let before = events.len();
                if rest.contains("unfinished") {
                    flushing.insert(process, (file, before));
                } else {
                    events.push(Event::Flushed { file, before });
                }
            }
            ("write", Some(_)) => panic!("the database is written to in another way: {line:.200}"),
            _ => {}
        }
    }
    events
}

/// xorshift64 (Marsaglia 2003): the same coins in every run.
struct Coins(u64);

impl Coins {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn toss(&mut self) -> bool {
        self.next().count_ones().is_multiple_of(2)
    }
}

/// The two files as they may stand when the power goes off behind event `crash`.
fn after_crash(events: &[Event], crash: usize, coins: &mut Coins) -> [Vec<u8>; 2] {
    let mut safe = [0, 0];
    for event in &events[..crash] {
        if let Event::Flushed { file, before } = event {
            safe[*file] = safe[*file].max(*before);
        }
    }
    let mut files = [Vec::new(), Vec::new()];
    for (index, event) in events[..crash].iter().enumerate() {
        match event {
            Event::Write { file, at, bytes } => {
                for (n, sector) in bytes.chunks(SECTOR).enumerate() {
                    if index < safe[*file] || coins.toss() {
                        let from = at + n * SECTOR;
                        let file = &mut files[*file];
                        file.resize(file.len().max(from + sector.len()), 0);
                        file[from..from + sector.len()].copy_from_slice(sector);
                    }
                }
            }
            Event::Cut { file, length } => {
                if index < safe[*file] || coins.toss() {
                    files[*file].resize(*length, 0);
                }
            }
            Event::Flushed { .. } | Event::Answered { .. } => {}
        }
    }
    files
}

fn trace(folder: &Path) -> Vec<Event> {
    let strace = Command::new("strace").arg("-V").output();
    assert!(
        strace.is_ok(),
        "strace is missing: sudo apt-get install -y --no-install-recommends strace"
    );
    let (database, log) = (folder.join("rekindle.db"), folder.join("trace"));
    let database = database.to_str().unwrap();
    let calls = "trace=pwrite64,write,fsync,fdatasync,ftruncate";
    let wrapper = [
        "strace",
        "-f",
        "-y",
        "-xx",
        "-s",
        "65536",
        "-e",
        "signal=none",
        "-e",
        calls,
        "-o",
        log.to_str().unwrap(),
    ];
    let test = "kill::writers_side_by_side_leave_whole_chains";
    let output = again(&wrapper, test, database)
        .env(MOST, "24")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    events(&std::fs::read_to_string(log).unwrap(), database)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs strace: part of the long run"]
async fn k21_every_answered_write_survives_the_loss_of_all_that_was_not_flushed() {
    let folder = tempfile::tempdir().unwrap();
    let events = trace(folder.path());
    let first = events
        .iter()
        .position(|event| matches!(event, Event::Answered { .. }))
        .unwrap();
    let flushes = events
        .iter()
        .filter(|event| matches!(event, Event::Flushed { .. }))
        .count();
    assert!(
        flushes > 50,
        "{flushes} flushes are too few to have been traced"
    );
    let mut coins = Coins(0x2545_f491_4f6c_dd1d);
    for round in 0..300 {
        let span = u64::try_from(events.len() - first).unwrap();
        let crash = first + 1 + usize::try_from(coins.next() % span).unwrap();
        let mut answered = BTreeMap::new();
        for event in &events[..crash] {
            if let Event::Answered { writer, seq } = event {
                answered.insert(*writer, *seq);
            }
        }
        let path = folder.path().join(format!("crash-{round}.db"));
        let [database, log] = after_crash(&events, crash, &mut coins);
        std::fs::write(&path, database).unwrap();
        std::fs::write(path.with_extension("db-wal"), log).unwrap();
        let store = open(&Where::Sqlite(path)).await.unwrap();
        whole(&store, &answered).await;
        store.close().await;
    }
}
