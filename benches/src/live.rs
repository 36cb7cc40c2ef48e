//! P10: two phones at one step. What an open stream and a couple in session hold in memory, and how long a tap takes to
//! reach the other phone, made durable first.
//!
//! The crowd's streams are held by processes of their own, so that a server under measurement holds only its own ends,
//! this process only what is timed, and none of them more files than it may. The bare relay has the same crowd.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::figure::Figure;
use crate::figures::{Host, LONG, Tell, get, post};
use crate::load::{Line, load, middle, millis};
use crate::process::Server;

/// Streams open beside the two that are watched.
const CROWDS: [usize; 3] = [1, 1_000, 10_000];
const TAPS: usize = 150;
/// One address holds all of them here; a server behind a proxy counts people, not the proxy.
const LIMITS: &[&str] = &[
    "--limits-connections=40000",
    "--limits-connections-per-address=40000",
    "--limits-streams=40000",
    "--limits-streams-per-address=40000",
];

/// Two phones of a couple in session.
struct Pair<'a> {
    cookies: [&'a str; 2],
    path: String,
}

pub(crate) fn streams(host: &Host, tell: Tell<'_>) -> Result<()> {
    let server = Server::rekindle_with(host.data(), LIMITS)?;
    let mut line = Line::new(server.port);
    let couples = host.house.cookies.len();
    // Warm: what the first pages hold is not what a session holds.
    for number in 0..couples.min(200) {
        line.ask(&get("/t", &host.house.cookies[number]))?;
    }
    let before = server.resident()?;
    let mut pairs = vec![];
    for number in 0..couples {
        let cookies = [
            host.house.cookies[number].as_str(),
            host.house.others[number].as_str(),
        ];
        pairs.push(begin(&mut line, cookies)?);
    }
    let mut crowd = Crowd::at(server.port)?;
    for pair in &pairs {
        for cookie in pair.cookies {
            crowd.joined_by(&live(pair), cookie)?;
        }
    }
    let name = format!("P10 memory of a couple in session, {couples} of them");
    let in_session = (server.resident()? - before) * 1024.0 / count(couples);
    tell(Figure::at_most(&name, in_session, "KiB", 64.0));

    let (open, crowded) = (crowd.size, server.resident()?);
    // The last couple, whose taps are timed, has two phones and no more.
    let others = pairs.len() - 1;
    while crowd.size < CROWDS[2] {
        let n = crowd.size;
        let pair = &pairs[n % others];
        crowd.joined_by(&live(pair), pair.cookies[n / others % 2])?;
    }
    let each = (server.resident()? - crowded) * 1024.0 / count(crowd.size - open);
    let bare = Server::bare(host.bare.path())?;
    let mut beside = Crowd::at(bare.port)?;
    let mut relayed = 0.0;
    while beside.size < crowd.size {
        // As far in as ours was, when its streams were counted.
        if beside.size == open {
            relayed = bare.resident()?;
        }
        // Couples as many as in the house; the last is the one whose taps are timed.
        beside.joined_by(&bare_live(beside.size % others), "")?;
    }
    relayed = (bare.resident()? - relayed) * 1024.0 / count(beside.size - open);
    let name = format!("P10 memory of an open stream, {} of them", crowd.size);
    tell(Figure::at_most(&name, each, "KiB", 18.0).seen_beside(relayed));

    for size in CROWDS.into_iter().rev() {
        crowd.shrinks_to(size)?;
        beside.shrinks_to(size)?;
        // Side by side in time, and in the same crowd.
        let write = load(&bare, 1, LONG / 4, 204, |_, _| post("/?couple=1", "", ""))?.p50;
        let relay = tapped(bare.port, (&bare_live(others), ""), |line, _| {
            let began = Instant::now();
            ensure!(line.ask(&post(&format!("/tap?couple={others}"), "", ""))? == 204);
            Ok(began)
        })?;
        let pair = &pairs[others];
        let tap = tapped(server.port, (&live(pair), pair.cookies[1]), |line, n| {
            let at = token(line, pair, 0)?;
            let press = if n.is_multiple_of(2) {
                "pause"
            } else {
                "resume"
            };
            let form = format!("at={at}&press={press}");
            let began = Instant::now();
            let status = line.ask(&post(&pair.path, pair.cookies[0], &form))?;
            ensure!(
                status == 303,
                "a tap was answered {status}:\n{}",
                line.last()
            );
            Ok(began)
        })?;
        eprintln!("    (a bare write {write:.2} ms, through the bare relay {relay:.2} ms)");
        let name = format!("P10 a tap to the other phone, {size} streams open");
        tell(Figure::at_most(&name, tap, "ms", write + 1.0).seen_beside(relay));
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn count(number: usize) -> f64 {
    number as f64
}

fn live(pair: &Pair<'_>) -> String {
    format!("{}/l?at=", pair.path)
}

fn bare_live(couple: usize) -> String {
    format!("/live?couple={couple}")
}

/// Streams that a process of their own holds open: this program, told so.
struct Crowd {
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    size: usize,
}

impl Crowd {
    fn at(port: u16) -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["crowd", &port.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        Ok(Self {
            orders: process.stdin.take().context("no way to it")?,
            answers: BufReader::new(process.stdout.take().context("no way back")?),
            process,
            size: 0,
        })
    }

    /// One stream more, open when this returns.
    fn joined_by(&mut self, path: &str, cookie: &str) -> Result<()> {
        self.told(&format!("{path} {cookie}"), self.size + 1)
    }

    fn shrinks_to(&mut self, size: usize) -> Result<()> {
        self.told(&format!("{size}"), size)
    }

    fn told(&mut self, order: &str, size: usize) -> Result<()> {
        writeln!(self.orders, "{order}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        ensure!(
            answer.trim() == size.to_string(),
            "the crowd said: {answer}"
        );
        self.size = size;
        Ok(())
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a crowd's process does: holds a stream for each `PATH COOKIE` it is told, lets all go but as many as a number
/// says, and answers with how many there are.
pub(crate) fn crowd(port: u16) -> Result<()> {
    let mut open = vec![];
    for order in std::io::stdin().lines() {
        let order = order?;
        match order.split_once(' ') {
            Some((path, cookie)) => open.push(ear(port, path, cookie)?),
            None => open.truncate(order.parse()?),
        }
        println!("{}", open.len());
    }
    Ok(())
}

/// Lays a check-in out and has both say that they are here.
fn begin<'a>(line: &mut Line, cookies: [&'a str; 2]) -> Result<Pair<'a>> {
    let form = "mode=live&form=full&first=first";
    let status = line.ask(&post("/s", cookies[0], form))?;
    ensure!(status == 303, "opening answered {status}:\n{}", line.last());
    let path = line.header("location").context("no way to the session")?;
    let pair = Pair {
        cookies,
        path: path.to_owned(),
    };
    for (who, cookie) in cookies.into_iter().enumerate() {
        let at = token(line, &pair, who)?;
        let form = format!("at={at}&press=here");
        let status = line.ask(&post(&pair.path, cookie, &form))?;
        ensure!(status == 303, "here answered {status}:\n{}", line.last());
    }
    Ok(pair)
}

/// The token of the screen that is open.
fn token(line: &mut Line, pair: &Pair<'_>, who: usize) -> Result<String> {
    let status = line.ask(&get(&pair.path, pair.cookies[who]))?;
    ensure!(
        status == 200,
        "the screen answered {status}:\n{}",
        line.last()
    );
    let page = String::from_utf8_lossy(line.body()).into_owned();
    let at = page.split("name=\"at\" value=\"").nth(1);
    let at = at.and_then(|rest| rest.split('"').next());
    Ok(at.context("no token on the screen")?.to_owned())
}

/// Opens a stream and waits for its first line.
fn ear(port: u16, path: &str, cookie: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.write_all(&get(path, cookie))?;
    let mut heard = Vec::new();
    hear(&mut stream, &mut heard, b"\r\n\r\n")?;
    ensure!(
        heard.starts_with(b"HTTP/1.1 200"),
        "a stream was answered {}",
        String::from_utf8_lossy(&heard)
    );
    let rest = heard
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .map_or(heard.len(), |at| at + 4);
    heard.drain(..rest);
    hear(&mut stream, &mut heard, b"\n\n")?;
    Ok(stream)
}

/// Reads until this has come.
fn hear(stream: &mut TcpStream, heard: &mut Vec<u8>, what: &[u8]) -> Result<()> {
    while !heard.windows(what.len()).any(|some| some == what) {
        let mut some = [0; 1024];
        let length = stream.read(&mut some)?;
        ensure!(length > 0, "the stream ended");
        heard.extend_from_slice(&some[..length]);
    }
    Ok(())
}

/// The middle time from a tap to the other phone's stream, in ms.
fn tapped(
    port: u16,
    (path, cookie): (&str, &str),
    mut tap: impl FnMut(&mut Line, usize) -> Result<Instant>,
) -> Result<f64> {
    let mut stream = ear(port, path, cookie)?;
    let end = stream.try_clone()?;
    let (heard, told) = mpsc::channel();
    let listener = std::thread::spawn(move || {
        let mut so_far = vec![];
        while hear(&mut stream, &mut so_far, b"event: changed").is_ok() {
            so_far.clear();
            if heard.send(Instant::now()).is_err() {
                return;
            }
        }
    });
    let mut line = Line::new(port);
    let mut times = vec![];
    for n in 0..TAPS {
        let began = tap(&mut line, n)?;
        let at = told.recv_timeout(Duration::from_secs(10))?;
        times.push(millis(at.saturating_duration_since(began)));
    }
    end.shutdown(std::net::Shutdown::Both)?;
    let _ = listener.join();
    Ok(middle(times))
}
