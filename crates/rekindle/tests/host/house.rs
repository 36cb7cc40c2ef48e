//! The program, started; and a client that says exactly the bytes it is given.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// Longer than anything here takes; shorter than anybody's patience.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// The program with nothing of this process's settings.
pub(crate) fn rekindle() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rekindle"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("REKINDLE_") {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// One command on a data directory, and how it ended.
pub(crate) fn run(data: &Path, args: &[&str]) -> Output {
    rekindle()
        .args(args)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap()
}

pub(crate) fn said(output: &Output) -> String {
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    format!("{out}{err}")
}

/// A server that runs until this goes.
pub(crate) struct House {
    child: Child,
    pub(crate) port: u16,
    /// As printed.
    pub(crate) address: String,
    output: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
    pub(crate) folder: TempDir,
}

impl House {
    pub(crate) fn open(args: &[&str]) -> Self {
        Self::open_at("127.0.0.1:0", args)
    }

    pub(crate) fn open_at(listen: &str, args: &[&str]) -> Self {
        Self::open_in(tempfile::tempdir().unwrap(), listen, args)
    }

    pub(crate) fn open_in(folder: TempDir, listen: &str, args: &[&str]) -> Self {
        let mut command = rekindle();
        command
            .arg("serve")
            .args(args)
            .args(["--listen", listen])
            .arg("--data")
            .arg(folder.path().join("data"));
        Self::spawn(command, folder)
    }

    pub(crate) fn spawn(mut command: Command, folder: TempDir) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = Arc::new(Mutex::new(String::new()));
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let kept = Arc::clone(&output);
        let errors = std::thread::spawn(move || {
            let mut line = String::new();
            while errors.read_line(&mut line).is_ok_and(|n| n > 0) {
                kept.lock().unwrap().push_str(&std::mem::take(&mut line));
            }
        });
        let mut first = String::new();
        lines.read_line(&mut first).unwrap();
        if first.is_empty() {
            errors.join().unwrap();
            panic!("did not start: {}", output.lock().unwrap());
        }
        output.lock().unwrap().push_str(&first);
        let kept = Arc::clone(&output);
        let rest = std::thread::spawn(move || {
            let mut line = String::new();
            while lines.read_line(&mut line).is_ok_and(|n| n > 0) {
                kept.lock().unwrap().push_str(&std::mem::take(&mut line));
            }
        });
        let address = first
            .strip_prefix("Rekindle is open at ")
            .unwrap_or_else(|| panic!("{first}"));
        let address = address.trim_end().trim_end_matches('/').to_owned();
        let port = address.rsplit_once(':').unwrap().1.parse().unwrap();
        Self {
            child,
            port,
            address,
            output,
            readers: vec![errors, rest],
            folder,
        }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A connection that comes from this address of the loopback network.
    pub(crate) async fn connect_from(&self, last: u8) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket
            .bind(SocketAddr::new(Ipv4Addr::new(127, 0, 0, last).into(), 0))
            .unwrap();
        let there = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), self.port);
        timeout(LONG, socket.connect(there)).await.unwrap().unwrap()
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        self.connect_from(1).await
    }

    /// The answer to these bytes, read to its end.
    pub(crate) async fn ask(&self, bytes: &[u8]) -> String {
        converse(self.connect().await, bytes).await
    }

    pub(crate) async fn get(&self, path: &str) -> String {
        self.ask(get(path).as_bytes()).await
    }

    /// Ends it as a power cut does, and gives what is left.
    pub(crate) fn killed(mut self) -> TempDir {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap())
    }

    /// Ends it as a service manager does, and gives the exit code with everything it said.
    pub(crate) fn stop(mut self) -> (Option<i32>, String) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let code = self.child.wait().unwrap().code();
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        let output = self.output.lock().unwrap().clone();
        (code, output)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
}

/// Says these bytes and listens until the other side is done.
pub(crate) async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    bytes: &[u8],
) -> String {
    stream.write_all(bytes).await.unwrap();
    listen(stream).await
}

/// Everything the other side says until it closes.
pub(crate) async fn listen<S: AsyncRead + Unpin>(mut stream: S) -> String {
    let mut answer = Vec::new();
    // A reset after the answer is still an end.
    let _ = timeout(LONG, stream.read_to_end(&mut answer))
        .await
        .expect("the connection is closed in time");
    String::from_utf8_lossy(&answer).into_owned()
}

/// All that a file holds.
pub(crate) fn bytes(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}
