//! The real binary on a database of its own, and the browsers around it.

use std::fs::{File, OpenOptions};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::browser::Driver;
use crate::http::{self, Answer};
use crate::person::Person;
use crate::relay::Relay;
use crate::screen::Screen;
use crate::wait;

/// How a server is to be started. The default is what a couple at home would run on one machine.
#[derive(Clone, Debug)]
pub struct Server {
    command: Vec<String>,
    settings: Vec<(String, String)>,
    listen: String,
    scheme: &'static str,
    host: String,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            command: vec!["serve".to_owned()],
            settings: Vec::new(),
            listen: "127.0.0.1".to_owned(),
            scheme: "http",
            host: "localhost".to_owned(),
        }
    }
}

impl Server {
    /// A house with two invented people and this many years of history.
    #[must_use]
    pub fn demo(years: u32) -> Self {
        let command = vec!["demo".to_owned(), "--years".to_owned(), years.to_string()];
        Self {
            command,
            ..Self::default()
        }
    }

    /// A house in which a pack's author plays one script from both sides.
    #[must_use]
    pub fn preview(pack: &Path, script: &str) -> Self {
        let pack = pack.to_str().expect("a folder's name is text");
        let command = ["pack", "preview", pack, script, "--browser"];
        Self {
            command: command.map(str::to_owned).to_vec(),
            ..Self::default()
        }
    }

    /// Adds a setting (`REKINDLE_…`); nothing else of our environment's settings reaches the server. `{port}` in it
    /// stands for the port that the server will have.
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds options of the command.
    #[must_use]
    pub fn option(mut self, name: &str, value: &str) -> Self {
        self.command.extend([name.to_owned(), value.to_owned()]);
        self
    }

    /// Listens beyond loopback, and is visited as `https://host`.
    #[must_use]
    pub fn over_tls(mut self, host: &str) -> Self {
        self.listen = "0.0.0.0".to_owned();
        self.scheme = "https";
        self.host = host.to_owned();
        self
    }

    /// Is visited under this name, over plain HTTP.
    #[must_use]
    pub fn named(mut self, host: &str) -> Self {
        self.host = host.to_owned();
        self
    }

    /// Listens at this address instead of loopback.
    #[must_use]
    pub fn listening(mut self, address: &str) -> Self {
        self.listen = address.to_owned();
        self
    }

    #[must_use]
    pub fn start(self) -> World {
        World::with(Some(self))
    }
}

/// A server, its data, and the people who visit it. Everything goes when it does.
#[derive(Debug)]
pub struct World {
    // First: browsers go before the folder they keep their profiles in.
    driver: OnceLock<Driver>,
    process: Mutex<Option<Child>>,
    server: Server,
    port: u16,
    /// Milliseconds that the server's clock is ahead.
    ahead: AtomicI64,
    place: Place,
}

/// A folder of one world, removed with it.
#[derive(Debug)]
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let place =
            std::env::temp_dir().join(format!("rekindle-world-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&place).expect("a folder for this world");
        Self(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // A browser that is just ending may still write; its files go at the second try.
        let _ = wait(Duration::from_secs(2), || {
            std::fs::remove_dir_all(&self.0).is_ok().then_some(())
        });
    }
}

impl World {
    /// Starts the server as a couple would, and waits until it answers.
    #[must_use]
    pub fn start() -> Self {
        Server::default().start()
    }

    /// Browsers around somebody else's server at this port of this machine.
    #[must_use]
    pub fn around(port: u16) -> Self {
        let mut world = Self::with(None);
        world.port = port;
        world
    }

    fn with(server: Option<Server>) -> Self {
        let ours = server.is_some();
        let world = Self {
            driver: OnceLock::new(),
            process: Mutex::new(None),
            server: server.unwrap_or_default(),
            port: free_port(),
            ahead: AtomicI64::new(0),
            place: Place::new(),
        };
        if ours {
            world.start_again();
        }
        world
    }

    /// Starts the server, on the same port and data as before.
    ///
    /// # Panics
    /// When it runs already, or does not answer in time.
    pub fn start_again(&self) {
        let mut process = self.process();
        assert!(process.is_none(), "the server is running");
        let log = self.log_file();
        *process = Some(
            self.rekindle()
                .args(&self.server.command)
                .arg("--data")
                .arg(self.data_dir())
                .arg("--listen")
                .arg(format!("{}:{}", self.server.listen, self.port))
                .stdin(Stdio::null())
                .stdout(log.try_clone().expect("the log, twice"))
                .stderr(log)
                .spawn()
                .unwrap_or_else(|problem| panic!("{}: {problem}", binary().display())),
        );
        let up = wait(Duration::from_secs(60), || {
            let ended = process
                .as_mut()
                .and_then(|process| process.try_wait().ok().flatten());
            if let Some(status) = ended {
                panic!("the server ended at once ({status}):\n{}", self.log());
            }
            self.answers().then_some(())
        });
        assert!(up.is_some(), "the server does not answer:\n{}", self.log());
    }

    fn answers(&self) -> bool {
        if self.server.scheme == "https" {
            return TcpStream::connect(("127.0.0.1", self.port)).is_ok();
        }
        http::ask(self.port, "GET", "/healthz", &[], b"").is_ok()
    }

    /// Ends the server as a power cut would (SIGKILL).
    ///
    /// # Panics
    /// When it does not run.
    pub fn kill_server(&self) {
        let mut process = self.process().take().expect("the server is running");
        process.kill().expect("a process of ours");
        process.wait().expect("a process of ours");
    }

    /// Ends the server politely (SIGTERM) and tells how it ended.
    ///
    /// # Panics
    /// When it does not run, or does not end.
    pub fn stop_server(&self) -> std::process::ExitStatus {
        let mut process = self.process().take().expect("the server is running");
        let told = Command::new("kill")
            .args(["-TERM", &process.id().to_string()])
            .status()
            .expect("kill");
        assert!(told.success());
        let ended = wait(Duration::from_secs(30), || {
            process.try_wait().expect("a process of ours")
        });
        ended.unwrap_or_else(|| {
            let _ = process.kill();
            panic!("the server does not end when asked:\n{}", self.log())
        })
    }

    /// Lets time pass for the server, not for the browsers. A released binary does not know of this.
    ///
    /// # Panics
    /// When its clock cannot be set.
    pub fn later(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).expect("less than forever");
        let ahead = self.ahead.fetch_add(by, Ordering::Relaxed) + by;
        let fresh = self.place.0.join("clock.new");
        std::fs::write(&fresh, ahead.to_string()).expect("a clock");
        std::fs::rename(fresh, self.clock()).expect("a clock"); // never half read
    }

    /// Milliseconds that the server's clock is ahead of everybody else's.
    #[must_use]
    pub fn ahead(&self) -> i64 {
        self.ahead.load(Ordering::Relaxed)
    }

    fn clock(&self) -> PathBuf {
        self.place.0.join("clock")
    }

    /// The server's process, for its memory and processor time.
    #[must_use]
    pub fn server_process(&self) -> Option<u32> {
        self.process().as_ref().map(Child::id)
    }

    /// Runs a command of the binary on this world's data, such as `["backup", FILE, …]`.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn run(&self, command: &[&str]) -> Output {
        self.rekindle()
            .args(command)
            .env("REKINDLE_DATA", self.data_dir())
            .output()
            .expect("the binary starts")
    }

    /// Somebody with a phone.
    #[must_use]
    pub fn person(&self, name: &str) -> Person {
        self.person_with(name, &Screen::phone())
    }

    /// Somebody with this device. The same person with two devices is two of these.
    #[must_use]
    pub fn person_with(&self, name: &str, screen: &Screen) -> Person {
        let driver = self
            .driver
            .get_or_init(|| Driver::start(&self.place.0.join("browsers")));
        Person::new(name, driver.wire, &self.address(), screen)
    }

    /// Somebody whose line goes through this relay.
    #[must_use]
    pub fn person_through(&self, name: &str, screen: &Screen, relay: &Relay) -> Person {
        let driver = self
            .driver
            .get_or_init(|| Driver::start(&self.place.0.join("browsers")));
        let address = format!(
            "{}://{}:{}",
            self.server.scheme,
            self.server.host,
            relay.port()
        );
        Person::new(name, driver.wire, &address, screen)
    }

    /// One request that no browser makes; see [`http::ask`].
    ///
    /// # Panics
    /// When there is no answer.
    #[must_use]
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        http::ask(self.port, method, path, headers, body)
            .unwrap_or_else(|problem| panic!("{method} {path}: {problem}"))
    }

    /// What visitors type: scheme, host and port.
    #[must_use]
    pub fn address(&self) -> String {
        format!(
            "{}://{}:{}",
            self.server.scheme, self.server.host, self.port
        )
    }

    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Where the server keeps everything.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.place.0.join("data")
    }

    /// A folder of this world for whatever a test needs to write.
    #[must_use]
    pub fn spare_dir(&self) -> PathBuf {
        let place = self.place.0.join("spare");
        std::fs::create_dir_all(&place).expect("a folder for the test");
        place
    }

    /// All that the server has printed so far.
    #[must_use]
    pub fn log(&self) -> String {
        let bytes = std::fs::read(self.place.0.join("server.log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn log_file(&self) -> File {
        let path = self.place.0.join("server.log");
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .expect("a log for the server")
    }

    fn process(&self) -> std::sync::MutexGuard<'_, Option<Child>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rekindle(&self) -> Command {
        let mut command = Command::new(binary());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("REKINDLE_") {
                command.env_remove(name);
            }
        }
        // Whatever a program leaves in the temporary folder is this world's, and can be searched.
        let temporary = self.place.0.join("tmp");
        std::fs::create_dir_all(&temporary).expect("a temporary folder");
        command.env("TMPDIR", temporary).current_dir(&self.place.0);
        command.env("TEST_CLOCK", self.clock());
        let port = self.port.to_string();
        for (name, value) in &self.server.settings {
            command.env(name, value.replace("{port}", &port));
        }
        command
    }

    /// Every file the server or its commands left anywhere in this world, with its bytes: data, log, temporary files.
    /// Not what the browsers keep.
    #[must_use]
    pub fn all_files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.place.0.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    if path != self.place.0.join("browsers") {
                        folders.push(path);
                    }
                } else if let Ok(bytes) = std::fs::read(&path) {
                    found.push((path, bytes));
                }
            }
        }
        found
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(mut process) = self.process().take() {
            let _ = process.kill();
            let _ = process.wait();
        }
        drop(self.driver.take());
        if std::thread::panicking() {
            eprintln!("What the server said:\n{}", self.log());
        }
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port()
}

/// The binary under test: `REKINDLE_BIN`, or the one built beside these tests.
fn binary() -> PathBuf {
    if let Some(binary) = std::env::var_os("REKINDLE_BIN") {
        return binary.into();
    }
    let this = std::env::current_exe().expect("our own path");
    let built = this.parent().expect("a file lies in a folder");
    let built = if built.ends_with("deps") {
        built.parent().unwrap_or(built)
    } else {
        built
    };
    let binary = built.join("rekindle");
    assert!(
        Path::new(&binary).exists(),
        "{} is not built: cargo build -p rekindle",
        binary.display()
    );
    binary
}
