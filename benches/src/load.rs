//! Asking a server again and again over kept connections, as many at once as there are clients.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::process::Server;

/// What a load came to.
pub(crate) struct Told {
    /// Processor time of the server for one request, in ms.
    pub(crate) cpu: f64,
    /// Time for one request if they came one after the other: the clients' time over all their requests, in ms.
    pub(crate) wall: f64,
    /// Half the requests were answered within this, in ms.
    pub(crate) p50: f64,
    /// 99 of 100 requests were answered within this, in ms.
    pub(crate) p99: f64,
    /// How many requests there were.
    pub(crate) count: f64,
}

/// Asks for `time`, and before that a fifth of it unmeasured. `request` writes the bytes of client c's nth request;
/// every answer must have this status.
pub(crate) fn load(
    server: &Server,
    clients: usize,
    time: Duration,
    status: u16,
    request: impl Fn(usize, usize) -> Vec<u8> + Sync,
) -> Result<Told> {
    let counts = Mutex::new(vec![0; clients]);
    round(server.port, &counts, time / 5, status, &request)?;
    let before = server.cpu()?;
    let began = Instant::now();
    let mut times = round(server.port, &counts, time, status, &request)?;
    let wall = began.elapsed();
    let cpu = server.cpu()?.saturating_sub(before);
    times.sort_unstable();
    ensure!(!times.is_empty(), "no request was answered in {time:?}");
    #[expect(clippy::cast_precision_loss, reason = "a count far below 2^52")]
    let count = times.len() as f64;
    Ok(Told {
        cpu: millis(cpu) / count,
        wall: millis(wall) / count,
        p50: millis(times[times.len() / 2]),
        count,
        p99: millis(times[(times.len() * 99 / 100).min(times.len() - 1)]),
    })
}

fn round(
    port: u16,
    counts: &Mutex<Vec<usize>>,
    time: Duration,
    status: u16,
    request: &(impl Fn(usize, usize) -> Vec<u8> + Sync),
) -> Result<Vec<Duration>> {
    let clients = counts.lock().expect("no client panicked").len();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|client| {
                scope.spawn(move || -> Result<Vec<Duration>> {
                    let mut n = counts.lock().expect("no client panicked")[client];
                    let (mut line, mut times) = (Line::new(port), Vec::new());
                    let began = Instant::now();
                    while began.elapsed() < time {
                        let bytes = request(client, n);
                        n += 1;
                        let asked = Instant::now();
                        let answered = line.ask(&bytes)?;
                        times.push(asked.elapsed());
                        ensure!(
                            answered == status,
                            "answered {answered} instead of {status}:\n{}",
                            line.last()
                        );
                    }
                    counts.lock().expect("no client panicked")[client] = n;
                    Ok(times)
                })
            })
            .collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().expect("a client does not panic")?);
        }
        Ok(all)
    })
}

/// The middle one.
pub(crate) fn middle(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// One kept connection; opened again when the server has had enough of it.
pub(crate) struct Line {
    port: u16,
    stream: Option<BufReader<TcpStream>>,
    head: String,
    body: Vec<u8>,
}

impl Line {
    pub(crate) const fn new(port: u16) -> Self {
        Self {
            port,
            stream: None,
            head: String::new(),
            body: Vec::new(),
        }
    }

    /// Head and body of the last answer, for a message.
    pub(crate) fn last(&self) -> String {
        let all = [self.head.as_bytes(), &self.body].concat();
        String::from_utf8_lossy(&all).chars().take(2000).collect()
    }

    /// The last answer's body.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// A header of the last answer.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Sends a request and reads its whole answer; gives the status.
    pub(crate) fn ask(&mut self, request: &[u8]) -> io::Result<u16> {
        if self.stream.is_some() {
            match self.exchange(request) {
                Ok(status) => return Ok(status),
                // Closed between two requests.
                Err(_) => self.stream = None,
            }
        }
        let stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        self.stream = Some(BufReader::with_capacity(64 * 1024, stream));
        self.exchange(request)
    }

    fn exchange(&mut self, request: &[u8]) -> io::Result<u16> {
        let stream = self
            .stream
            .as_mut()
            .ok_or_else(|| io::Error::other("not connected"))?;
        stream.get_mut().write_all(request)?;
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| io::Error::other("hung up"))?;
        self.head.clear();
        let (mut length, mut chunked, mut close) = (0, false, false);
        loop {
            line.clear();
            stream.read_line(&mut line)?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            self.head.push_str(&line);
            let value = value.trim();
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().map_err(io::Error::other)?;
            }
            chunked |= name.eq_ignore_ascii_case("transfer-encoding")
                && value.eq_ignore_ascii_case("chunked");
            close |= name.eq_ignore_ascii_case("connection") && value.eq_ignore_ascii_case("close");
        }
        self.body.clear();
        if chunked {
            loop {
                line.clear();
                stream.read_line(&mut line)?;
                let size = usize::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
                stream.take(size as u64).read_to_end(&mut self.body)?;
                line.clear();
                stream.read_line(&mut line)?;
                if size == 0 {
                    break;
                }
            }
        } else {
            stream.take(length).read_to_end(&mut self.body)?;
        }
        if close {
            self.stream = None;
        }
        Ok(status)
    }
}
