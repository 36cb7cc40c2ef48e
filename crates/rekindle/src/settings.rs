//! Everything a host can set: one list ([`SETTINGS`]), from which flags, variables, the file and docs/settings.md come.
//!
//! A flag wins over a `REKINDLE_…` variable, that over `rekindle.toml` in the data directory, that over the default.
//! Read once, at start. A name that is not in the list, or a value that cannot be meant, stops the start by its name.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Arg, ArgMatches, Command};
use rekindle_domain::time::Zone;
use rekindle_web::RunBy;

/// One line of the list.
pub(crate) struct Setting {
    /// As in `rekindle.toml`; what stands before a dot is a table there.
    pub(crate) name: &'static str,
    /// What kind of value, as `--help` shows it.
    pub(crate) value: &'static str,
    pub(crate) default: &'static str,
    /// One or two sentences for whoever runs the server.
    pub(crate) says: &'static str,
    /// Shown by `-h`, not only by `--help`.
    common: bool,
}

impl Setting {
    pub(crate) fn flag(&self) -> String {
        self.name.replace(['.', '_'], "-")
    }

    pub(crate) fn variable(&self) -> String {
        format!("{PREFIX}{}", self.name.replace('.', "_").to_uppercase())
    }
}

const PREFIX: &str = "REKINDLE_";
/// Variables that only tests read; a server started by one must not stumble over them.
const TESTS: &str = "REKINDLE_TEST_";
/// The settings file, in the data directory.
pub(crate) const FILE: &str = "rekindle.toml";

macro_rules! list {
    ($($common:ident $name:literal $value:literal = $default:literal : $says:literal;)*) => {
        &[$(Setting {
            name: $name, value: $value, default: $default, says: $says, common: list!(@$common),
        }),*]
    };
    (@often) => { true };
    (@seldom) => { false };
}

/// The list. Order is the order of docs/settings.md.
pub(crate) const SETTINGS: &[Setting] = list! {
    often "data" "DIR" = "data":
        "Where everything is kept: the database, this server's certificates, rekindle.toml. Made, for its owner only, if it is not there.";
    often "listen" "ADDRESS" = "127.0.0.1:8787":
        "Address and port to answer at. 127.0.0.1 is this machine only; 0.0.0.0 is every phone in the house, then over HTTPS.";
    often "database" "URL" = "":
        "Empty for the SQLite file in the data directory, or postgres://user:password@host/name. @FILE reads the value from a file, so that no password stands in a list of processes.";
    often "tls" "auto|on|off|files" = "auto":
        "auto: plain HTTP on this machine only, HTTPS by the house's own authority beyond it. on: HTTPS always. off: plain HTTP, for a reverse proxy in front. files: your own certificate.";
    seldom "tls_certificate" "FILE" = "":
        "With tls = files: the certificate and its chain, PEM. Read again when the file changes.";
    seldom "tls_key" "FILE" = "":
        "With tls = files: the private key, PEM.";
    seldom "tls_names" "NAMES" = "":
        "More names or addresses by which phones reach this server, separated by commas; they go into the house's certificate.";
    seldom "proxies" "ADDRESSES" = "":
        "Reverse proxies whose X-Forwarded-For and X-Forwarded-Proto count, separated by commas: 127.0.0.1 or 172.18.0.0/16. From anyone else these headers are dropped.";
    seldom "public_url" "URL" = "":
        "The address that links and QR codes carry, such as https://us.example.org. Empty: the one the browser asked for.";
    often "run_by" "one-of-us|someone-else|not-said" = "not-said":
        "Who runs this server. Everyone sees it before writing the first private word, and in Help.";
    often "run_by_name" "NAME" = "":
        "The name that goes with it, as both of you would say it.";
    often "sign_ups" "on|off" = "on":
        "Whether someone can make an account without an invitation.";
    seldom "leave_to" "URL" = "https://www.wikipedia.org/":
        "Where the leave button goes. An ordinary site that shows nothing personal.";
    seldom "backup_days" "DAYS" = "30":
        "How many days you keep backups. Help tells people that erased things are gone from backups after that.";
    seldom "zone" "ZONE" = "UTC":
        "Time zone, such as Europe/Berlin, for people whose browser did not say where they are.";
    seldom "log" "plain|json|off" = "plain":
        "One line a request on standard error: minute, route, status, how long, a random number. Never who or what.";
    seldom "limits.header_seconds" "SECONDS" = "5":
        "How long a browser may take over its hello and over the head of a request.";
    seldom "limits.body_seconds" "SECONDS" = "10":
        "How long it may take to send the rest of a request.";
    seldom "limits.handler_seconds" "SECONDS" = "15":
        "How long this server may take over an answer.";
    seldom "limits.idle_seconds" "SECONDS" = "30":
        "How long a connection may rest between two requests.";
    seldom "limits.connection_seconds" "SECONDS" = "120":
        "How long a connection may last; then it ends after the answer under way. Live pages are excepted.";
    seldom "limits.stream_seconds" "SECONDS" = "3600":
        "How long one live page is kept up before the browser asks again.";
    seldom "limits.body_bytes" "BYTES" = "65536":
        "The most that a request may carry.";
    seldom "limits.connections" "NUMBER" = "2048":
        "Open connections, all together.";
    seldom "limits.connections_per_address" "NUMBER" = "64":
        "Open connections from one address (one /64 network for IPv6). A named proxy is excepted; behind it this limits the requests under way.";
    seldom "limits.streams" "NUMBER" = "1024":
        "Live pages, all together.";
    seldom "limits.streams_per_address" "NUMBER" = "24":
        "Live pages from one address.";
};

/// Where a value came from, for `config check` and for the message when it is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    Default,
    File { path: PathBuf, line: usize },
    Variable(String),
    Flag(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{} line {line}", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(flag) => write!(f, "--{flag}"),
        }
    }
}

/// Flags as they were given; every command takes them.
#[derive(Clone, Default, Debug)]
pub(crate) struct Given(BTreeMap<&'static str, String>);

impl Given {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The same with one more flag, as if it had been typed.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.0.insert(name, value.to_owned());
        self
    }
}

impl clap::Args for Given {
    fn augment_args(command: Command) -> Command {
        SETTINGS.iter().fold(command, |command, setting| {
            command.arg(
                Arg::new(setting.name)
                    .long(setting.flag())
                    .value_name(setting.value)
                    .help(setting.says)
                    .help_heading("Settings")
                    .hide_short_help(!setting.common)
                    .allow_hyphen_values(true)
                    .global(true),
            )
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for Given {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = SETTINGS.iter().filter_map(|setting| {
            let value = matches.get_one::<String>(setting.name)?;
            Some((setting.name, value.clone()))
        });
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Every mistake found, one line each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub(crate) struct Wrong(pub(crate) Vec<String>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tls {
    Auto,
    On,
    Off,
    Files,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LogFormat {
    Plain,
    Json,
    Off,
}

/// Where the database is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Database {
    InDataDirectory,
    Postgres(String),
}

/// One address, or a network of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    pub(crate) fn contains(self, other: IpAddr) -> bool {
        match (self.address, other.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                let gone = 32 - u32::from(self.bits);
                u32::from(a).checked_shr(gone) == u32::from(b).checked_shr(gone)
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => {
                let gone = 128 - u32::from(self.bits);
                u128::from(a).checked_shr(gone) == u128::from(b).checked_shr(gone)
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// Server limits (K16).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Limits {
    pub(crate) header: Duration,
    pub(crate) body: Duration,
    pub(crate) handler: Duration,
    pub(crate) idle: Duration,
    pub(crate) connection: Duration,
    pub(crate) stream: Duration,
    pub(crate) body_bytes: usize,
    pub(crate) connections: usize,
    pub(crate) connections_per_address: usize,
    pub(crate) streams: usize,
    pub(crate) streams_per_address: usize,
}

/// What the host decided, checked.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) data: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) database: Database,
    pub(crate) tls: Tls,
    pub(crate) tls_files: Option<(PathBuf, PathBuf)>,
    pub(crate) tls_names: Vec<String>,
    pub(crate) proxies: Vec<Network>,
    pub(crate) public_url: Option<String>,
    pub(crate) run_by: RunBy,
    pub(crate) sign_ups: bool,
    pub(crate) leave_to: String,
    pub(crate) backup_days: u32,
    pub(crate) zone: Zone,
    pub(crate) log: LogFormat,
    pub(crate) limits: Limits,
    /// Each name with the value in force and where it came from; no password in it.
    pub(crate) effective: Vec<(&'static str, String, Source)>,
}

impl Settings {
    /// Reads flags, this process's variables and the data directory's file.
    pub(crate) fn read(given: &Given) -> Result<Self, Wrong> {
        let variables: Vec<(String, String)> = std::env::vars_os()
            .filter_map(|(name, value)| {
                let name = name
                    .into_string()
                    .ok()
                    .filter(|name| name.starts_with(PREFIX))?;
                Some((name, value.to_string_lossy().into_owned()))
            })
            .collect();
        Self::from(given, &variables)
    }

    /// The same from values in hand.
    pub(crate) fn from(given: &Given, variables: &[(String, String)]) -> Result<Self, Wrong> {
        let mut reader = Reader::default();
        for setting in SETTINGS {
            reader
                .values
                .insert(setting.name, (setting.default.to_owned(), Source::Default));
        }
        let mut overrides = Vec::new();
        for (name, value) in variables {
            if name.starts_with(TESTS) {
                continue;
            }
            match SETTINGS.iter().find(|setting| setting.variable() == *name) {
                Some(setting) => {
                    overrides.push((setting.name, value.clone(), Source::Variable(name.clone())));
                }
                None => reader.problems.push(format!(
                    "{name}: there is no such setting{}. `rekindle config list` shows all of them.",
                    nearest(name, SETTINGS.iter().map(Setting::variable)),
                )),
            }
        }
        for (name, value) in &given.0 {
            let flag = name.replace(['.', '_'], "-");
            overrides.push((name, value.clone(), Source::Flag(flag)));
        }
        let data = overrides.iter().rev().find(|(name, ..)| *name == "data");
        let data = PathBuf::from(data.map_or("data", |(_, value, _)| value));
        reader.file(&data.join(FILE));
        for (name, value, source) in overrides {
            reader.values.insert(name, (value, source));
        }
        reader.settings()
    }

    /// Whether the browser speaks HTTPS with this process itself.
    pub(crate) fn speaks_tls(&self) -> bool {
        match self.tls {
            Tls::On | Tls::Files => true,
            Tls::Off => false,
            Tls::Auto => !self.only_here(),
        }
    }

    /// Whether only this machine can reach it.
    pub(crate) fn only_here(&self) -> bool {
        self.listen.ip().is_loopback()
    }

    /// Whether the browser sees HTTPS: from here, or from a named proxy in front.
    pub(crate) fn secure(&self) -> bool {
        self.speaks_tls() || !self.proxies.is_empty()
    }

    /// Plain HTTP that other machines can reach, with no proxy named that would make it HTTPS.
    pub(crate) fn insecure(&self) -> bool {
        !self.secure() && !self.only_here()
    }

    pub(crate) fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(address))
    }
}

/// Collects values and what is wrong with them, so that one start tells everything.
#[derive(Default)]
struct Reader {
    values: BTreeMap<&'static str, (String, Source)>,
    problems: Vec<String>,
}

impl Reader {
    fn file(&mut self, path: &Path) {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => {
                self.problems
                    .push(format!("{}: cannot be read: {error}.", path.display()));
                return;
            }
        };
        let line_of = |at: usize| 1 + text[..at.min(text.len())].matches('\n').count();
        let table = match toml::de::DeTable::parse(&text) {
            Ok(table) => table,
            Err(error) => {
                let line = error.span().map_or(1, |span| line_of(span.start));
                self.problems.push(format!(
                    "{} line {line}: not TOML: {}. Write one `name = \"value\"` a line.",
                    path.display(),
                    error.message(),
                ));
                return;
            }
        };
        let mut found = Vec::new();
        for (key, value) in table.get_ref() {
            if let toml::de::DeValue::Table(inner) = value.get_ref() {
                for (inner, value) in inner {
                    found.push((
                        format!("{}.{}", key.get_ref(), inner.get_ref()),
                        line_of(inner.span().start),
                        plain(value.get_ref()),
                    ));
                }
            } else {
                found.push((
                    key.get_ref().to_string(),
                    line_of(key.span().start),
                    plain(value.get_ref()),
                ));
            }
        }
        for (name, line, value) in found {
            let place = format!("{} line {line}", path.display());
            let known = SETTINGS.iter().find(|setting| setting.name == name);
            match (known, value) {
                (Some(setting), _) if setting.name == "data" => self.problems.push(format!(
                    "{place}: `data` cannot stand here, because this file lies in the data directory. Use --data or REKINDLE_DATA.",
                )),
                (Some(setting), Some(value)) => {
                    let source = Source::File { path: path.to_owned(), line };
                    self.values.insert(setting.name, (value, source));
                }
                (Some(setting), None) => self.problems.push(format!(
                    "{place}: `{name}` wants one value ({}), not a table or a date.",
                    setting.value,
                )),
                (None, _) => self.problems.push(format!(
                    "{place}: there is no setting `{name}`{}. `rekindle config list` shows all of them.",
                    nearest(&name, SETTINGS.iter().map(|setting| setting.name.to_owned())),
                )),
            }
        }
    }

    /// The value of one name, parsed; the parser's error says what to write instead.
    fn take<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let (value, source) = self
            .values
            .get(name)
            .expect("every name of the list has a value");
        match parse(value.trim()) {
            Ok(parsed) => Some(parsed),
            Err(advice) => {
                let shown = if name == "database" {
                    hide_password(value)
                } else {
                    value.clone()
                };
                self.problems
                    .push(format!("{name} (from {source}): \"{shown}\" {advice}"));
                None
            }
        }
    }

    fn settings(mut self) -> Result<Settings, Wrong> {
        let data = self.take("data", |text| match text {
            "" => Err("names no directory. Write a path, such as /var/lib/rekindle.".to_owned()),
            path => Ok(PathBuf::from(path)),
        });
        let listen = self.take("listen", address);
        let database = self.take("database", database);
        let tls = self.take("tls", |text| {
            one_of(
                text,
                &[
                    ("auto", Tls::Auto),
                    ("on", Tls::On),
                    ("off", Tls::Off),
                    ("files", Tls::Files),
                ],
            )
        });
        let certificate = self.take("tls_certificate", file);
        let key = self.take("tls_key", file);
        let tls_names = self.take("tls_names", |text| parts(text).map(host).collect());
        let proxies = self.take("proxies", |text| parts(text).map(network).collect());
        let public_url = self.take("public_url", public_url);
        let name = self.take("run_by_name", name);
        let run_by = name.and_then(|name| self.take("run_by", |text| run_by(text, &name)));
        let sign_ups = self.take("sign_ups", |text| {
            one_of(text, &[("on", true), ("off", false)])
        });
        let leave_to = self.take("leave_to", leave_to);
        let backup_days = self.take("backup_days", |text| number(text, 1, 3650));
        let zone = self.take("zone", |text| {
            Zone::named(text)
                .ok_or_else(|| "is no time zone. Write it as Europe/Berlin, or UTC.".to_owned())
        });
        let log = self.take("log", |text| {
            one_of(
                text,
                &[
                    ("plain", LogFormat::Plain),
                    ("json", LogFormat::Json),
                    ("off", LogFormat::Off),
                ],
            )
        });
        let limits = self.limits();
        let tls_files = match (tls, certificate.flatten(), key.flatten()) {
            (Some(Tls::Files), Some(certificate), Some(key)) => Some((certificate, key)),
            (Some(Tls::Files), certificate, _) => {
                let name = if certificate.is_none() {
                    "tls_certificate"
                } else {
                    "tls_key"
                };
                self.problems.push(format!(
                    "{name}: tls = files needs it. Name a PEM file, or choose tls = auto.",
                ));
                None
            }
            (_, Some(_), _) | (_, _, Some(_)) => {
                self.problems.push(
                    "tls_certificate, tls_key: these count only with tls = files. Set that too, or remove them."
                        .to_owned(),
                );
                None
            }
            (_, None, None) => None,
        };
        if !self.problems.is_empty() {
            return Err(Wrong(self.problems));
        }
        let sure = "without a problem every value is there";
        let effective = SETTINGS.iter().filter_map(|setting| {
            let (value, source) = self.values.remove(setting.name)?;
            let value = if setting.name == "database" {
                hide_password(&value)
            } else {
                value
            };
            Some((setting.name, value, source))
        });
        Ok(Settings {
            effective: effective.collect(),
            data: data.expect(sure),
            listen: listen.expect(sure),
            database: database.expect(sure),
            tls: tls.expect(sure),
            tls_files,
            tls_names: tls_names.expect(sure),
            proxies: proxies.expect(sure),
            public_url: public_url.expect(sure),
            run_by: run_by.expect(sure),
            sign_ups: sign_ups.expect(sure),
            leave_to: leave_to.expect(sure),
            backup_days: backup_days.expect(sure),
            zone: zone.expect(sure),
            log: log.expect(sure),
            limits: limits.expect(sure),
        })
    }

    fn limits(&mut self) -> Option<Limits> {
        let mut seconds = |name| {
            self.take(name, |text| {
                number(text, 1, 86_400).map(Duration::from_secs)
            })
        };
        let times = (
            seconds("limits.header_seconds"),
            seconds("limits.body_seconds"),
            seconds("limits.handler_seconds"),
            seconds("limits.idle_seconds"),
            seconds("limits.connection_seconds"),
            seconds("limits.stream_seconds"),
        );
        // Pages take 64 KiB at most themselves; below the lower end an ordinary long note would not fit.
        let body_bytes = self.take("limits.body_bytes", |text| number(text, 16_384, 65_536));
        let mut count = |name| self.take(name, |text| number(text, 1, 1_000_000));
        let connections = count("limits.connections");
        let connections_per_address = count("limits.connections_per_address");
        let streams = count("limits.streams");
        let streams_per_address = count("limits.streams_per_address");
        Some(Limits {
            header: times.0?,
            body: times.1?,
            handler: times.2?,
            idle: times.3?,
            connection: times.4?,
            stream: times.5?,
            body_bytes: body_bytes?,
            connections: connections?,
            connections_per_address: connections_per_address?,
            streams: streams?,
            streams_per_address: streams_per_address?,
        })
    }
}

/// One TOML value as the text a flag would have; lists are joined by commas.
fn plain(value: &toml::de::DeValue<'_>) -> Option<String> {
    use toml::de::DeValue;
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(true) => Some("on".to_owned()),
        DeValue::Boolean(false) => Some("off".to_owned()),
        DeValue::Array(list) => {
            let list: Option<Vec<String>> =
                list.iter().map(|value| plain(value.get_ref())).collect();
            list.map(|list| list.join(","))
        }
        DeValue::Datetime(_) | DeValue::Table(_) => None,
    }
}

/// "; did you mean …?" when one name is close.
fn nearest(name: &str, names: impl Iterator<Item = String>) -> String {
    let best = names.map(|known| (distance(name, &known), known)).min();
    match best {
        Some((steps, known)) if steps <= 3 => format!("; did you mean {known}?"),
        Some(_) | None => String::new(),
    }
}

/// Levenshtein distance: letters to change, add or drop.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

fn one_of<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, String> {
    choices
        .iter()
        .find(|(name, _)| *name == text)
        .map(|(_, value)| *value)
        .ok_or_else(|| {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            format!(
                "is not one of the choices. Write one of: {}.",
                names.join(", ")
            )
        })
}

fn number<T: TryFrom<u64>>(text: &str, least: u64, most: u64) -> Result<T, String> {
    let advice = || format!("is not a number from {least} to {most}. Write it in plain digits.");
    let number: u64 = text.parse().map_err(|_| advice())?;
    if !(least..=most).contains(&number) {
        return Err(advice());
    }
    T::try_from(number).map_err(|_| advice())
}

fn address(text: &str) -> Result<SocketAddr, String> {
    if let Some(port) = text
        .strip_prefix("localhost:")
        .and_then(|port| port.parse().ok())
    {
        return Ok(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port));
    }
    text.parse().map_err(|_| {
        "is not an address with a port. Write it as 127.0.0.1:8787, 0.0.0.0:8787 or [::]:8787."
            .to_owned()
    })
}

fn database(text: &str) -> Result<Database, String> {
    let from_file;
    let mut url = text;
    if let Some(path) = text.strip_prefix('@') {
        from_file = std::fs::read_to_string(path)
            .map_err(|error| format!("names a file that cannot be read: {error}."))?;
        url = from_file.trim();
    }
    match url {
        "" => Ok(Database::InDataDirectory),
        url if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            Ok(Database::Postgres(url.to_owned()))
        }
        _ => Err(
            "is no database. Leave it empty for SQLite, or write postgres://user:password@host/name."
                .to_owned(),
        ),
    }
}

/// What may be shown of a database's address.
pub(crate) fn hide_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let rest = match rest.rsplit_once('@') {
        Some((user, place)) => {
            let user = user.split_once(':').map_or(user, |(user, _)| user);
            format!("{user}:…@{place}")
        }
        None => rest.to_owned(),
    };
    // A password may stand among the parameters too.
    match rest.split_once('?') {
        Some((place, _)) if rest.contains("password=") => format!("{scheme}://{place}?…"),
        Some(_) | None => format!("{scheme}://{rest}"),
    }
}

fn file(text: &str) -> Result<Option<PathBuf>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    match std::fs::metadata(text) {
        Ok(meta) if meta.is_file() => Ok(Some(PathBuf::from(text))),
        Ok(_) => Err("is not a file.".to_owned()),
        Err(error) => Err(format!("cannot be read: {error}.")),
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' '])
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

/// A host name or an address, in lower case.
fn host(text: &str) -> Result<String, String> {
    let name = text.to_ascii_lowercase();
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if name.parse::<IpAddr>().is_ok() || (name.len() <= 253 && name.split('.').all(label)) {
        return Ok(name);
    }
    Err(format!(
        "holds \"{text}\", which is no host name. Write names such as us.home.arpa, separated by commas."
    ))
}

fn network(text: &str) -> Result<Network, String> {
    let advice = || {
        format!(
            "holds \"{text}\", which is no address. Write 127.0.0.1 or 172.18.0.0/16, separated by commas."
        )
    };
    let (address, bits) = text
        .split_once('/')
        .map_or((text, None), |(a, b)| (a, Some(b)));
    let address: IpAddr = address.parse().map_err(|_| advice())?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = match bits {
        None => most,
        Some(bits) => bits
            .parse()
            .ok()
            .filter(|bits| *bits <= most)
            .ok_or_else(advice)?,
    };
    Ok(Network { address, bits })
}

/// `scheme://host[:port]`, without a path; the host in lower case.
fn public_url(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let advice = "is not an address to print in links. Write it as https://us.example.org.";
    let text = text.trim_end_matches('/');
    let (scheme, place) = text.split_once("://").ok_or_else(|| advice.to_owned())?;
    let bare = place.rsplit_once(':').map_or(place, |(name, port)| {
        if port.parse::<u16>().is_ok() {
            name
        } else {
            place
        }
    });
    let bare = bare.trim_start_matches('[').trim_end_matches(']');
    host(bare).map_err(|_| advice.to_owned())?;
    match scheme {
        "https" => Ok(Some(format!("https://{}", place.to_ascii_lowercase()))),
        "http"
            if bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()) =>
        {
            Ok(Some(format!("http://{}", place.to_ascii_lowercase())))
        }
        "http" => {
            Err("is plain HTTP, over which nobody can sign in. Write it with https://.".to_owned())
        }
        _ => Err(advice.to_owned()),
    }
}

fn leave_to(text: &str) -> Result<String, String> {
    let place = text.strip_prefix("https://").unwrap_or_default();
    let name = place.split(['/', '?', '#']).next().unwrap_or_default();
    let bare = name.rsplit_once(':').map_or(name, |(name, _)| name);
    if !bare.is_empty()
        && host(bare).is_ok()
        && place
            .bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\'))
    {
        return Ok(text.to_owned());
    }
    Err(
        "is not an https:// address. Write an ordinary site, such as https://www.wikipedia.org/."
            .to_owned(),
    )
}

fn name(text: &str) -> Result<String, String> {
    if text.chars().count() > 60 || text.chars().any(char::is_control) {
        return Err("is not a name. Write up to 60 letters on one line.".to_owned());
    }
    Ok(text.to_owned())
}

fn run_by(text: &str, name: &str) -> Result<RunBy, String> {
    let named = || match name {
        "" => Err(
            "needs a name with it. Set run_by_name too, so that both know whom to ask.".to_owned(),
        ),
        name => Ok(name.to_owned()),
    };
    match text {
        "one-of-us" => Ok(RunBy::OneOfUs(named()?)),
        "someone-else" => Ok(RunBy::SomeoneElse(named()?)),
        "not-said" if name.is_empty() => Ok(RunBy::NotSaid),
        "not-said" => {
            Err("does not go with a run_by_name. Write one-of-us or someone-else.".to_owned())
        }
        _ => Err(
            "is not one of the choices. Write one of: one-of-us, someone-else, not-said."
                .to_owned(),
        ),
    }
}

/// docs/settings.md, as `rekindle config list` prints it.
pub(crate) fn document() -> String {
    use fmt::Write as _;
    let mut text = "# Settings\n\nThis page is what `rekindle config list` prints; a test compares them.\n\n\
        Each setting can be a flag, a variable, or a line of `rekindle.toml` in the data directory. A flag wins over\n\
        a variable, a variable over the file, the file over the default. A name that is not here, or a value that\n\
        cannot be meant, stops the start and says which and why. `rekindle config check` shows what is in force.\n\n\
        In the file, `limits.header_seconds` is `header_seconds` under `[limits]`; lists are written with commas or as\n\
        TOML lists.\n"
        .to_owned();
    for setting in SETTINGS {
        let default = if setting.default.is_empty() {
            "empty"
        } else {
            setting.default
        };
        write!(
            text,
            "\n## `{}`\n\n{}\n\n- flag: `--{} {}`\n- variable: `{}`\n- default: {}\n",
            setting.name,
            setting.says,
            setting.flag(),
            setting.value,
            setting.variable(),
            if setting.default.is_empty() {
                default.to_owned()
            } else {
                format!("`{default}`")
            },
        )
        .expect("writing to text does not fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(flags: &[(&'static str, &str)], variables: &[(&str, &str)]) -> Result<Settings, Wrong> {
        let given = flags.iter().fold(Given::default(), |given, (name, value)| {
            given.with(name, value)
        });
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Settings::from(&given, &variables)
    }

    fn in_file(text: &str) -> Result<Settings, Wrong> {
        let mut noise = [0; 8];
        getrandom::fill(&mut noise).unwrap();
        let name = data_encoding::HEXLOWER.encode(&noise);
        let dir = std::env::temp_dir().join(format!("rekindle-settings-{name}"));
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join(FILE), text).unwrap();
        let outcome = read(&[("data", dir.to_str().unwrap())], &[]);
        std::fs::remove_dir_all(&dir).unwrap();
        outcome
    }

    #[test]
    fn defaults_stand_by_themselves() {
        let settings = read(&[], &[]).unwrap();
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8787");
        assert_eq!(settings.database, Database::InDataDirectory);
        assert!(!settings.speaks_tls() && !settings.insecure());
        assert_eq!(settings.effective.len(), SETTINGS.len());
    }

    #[test]
    fn a_wrong_value_stops_the_start_by_its_name() {
        for (name, value) in [
            ("listen", "8787"),
            ("listen", "everywhere"),
            ("database", "mysql://there"),
            ("database", "@/nowhere/at/all"),
            ("tls", "maybe"),
            ("tls_certificate", "/nowhere.pem"),
            ("tls_names", "two words,under_score"),
            ("proxies", "10.0.0.0/64"),
            ("proxies", "caddy"),
            ("public_url", "us.example.org"),
            ("public_url", "http://us.example.org"),
            ("run_by", "me"),
            ("run_by", "one-of-us"),
            ("run_by_name", "a\nb"),
            ("sign_ups", "yes"),
            ("leave_to", "http://example.org"),
            ("leave_to", "https://a\"b"),
            ("backup_days", "0"),
            ("backup_days", "soon"),
            ("zone", "Middle/Earth"),
            ("log", "loud"),
            ("limits.header_seconds", "0"),
            ("limits.body_bytes", "10"),
            ("limits.connections", "-1"),
        ] {
            let wrong = read(&[(name, value)], &[]).unwrap_err().to_string();
            let flag = format!("{name} (from --{})", name.replace(['.', '_'], "-"));
            assert!(wrong.starts_with(&flag), "{name} = {value}: {wrong}");
            assert!(wrong.ends_with('.'), "says what to do: {wrong}");
        }
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let wrong = read(&[("listen", "x"), ("log", "y")], &[("REKINDLE_TLS", "z")]).unwrap_err();
        assert_eq!(wrong.0.len(), 3, "{wrong}");
    }

    #[test]
    fn a_name_nobody_knows_stops_the_start() {
        let wrong = read(&[], &[("REKINDLE_LISTNE", "127.0.0.1:1")])
            .unwrap_err()
            .to_string();
        assert!(
            wrong.contains("REKINDLE_LISTNE") && wrong.contains("did you mean REKINDLE_LISTEN?")
        );
        let wrong = in_file("\n[limits]\nheader_second = 3\n")
            .unwrap_err()
            .to_string();
        assert!(
            wrong.contains("line 3") && wrong.contains("did you mean limits.header_seconds?"),
            "{wrong}"
        );
        let wrong = in_file("listen = [\n").unwrap_err().to_string();
        assert!(wrong.contains("not TOML"), "{wrong}");
        let wrong = in_file("data = \"elsewhere\"").unwrap_err().to_string();
        assert!(wrong.contains("--data"), "{wrong}");
        assert!(read(&[], &[("REKINDLE_TEST_POSTGRES", "x")]).is_ok());
    }

    #[test]
    fn flag_wins_over_variable_over_file_over_default() {
        let in_file = in_file(
            "log = \"json\"\nproxies = [\"10.0.0.1\", \"fd00::/8\"]\n[limits]\nstreams = 7",
        )
        .unwrap();
        assert_eq!(in_file.log, LogFormat::Json);
        assert_eq!(in_file.limits.streams, 7);
        assert!(in_file.is_proxy("fd12::1".parse().unwrap()));
        assert!(in_file.is_proxy("::ffff:10.0.0.1".parse().unwrap()));
        assert!(!in_file.is_proxy("10.0.0.2".parse().unwrap()));
        let both = read(&[("log", "off")], &[("REKINDLE_LOG", "json")]).unwrap();
        assert_eq!(both.log, LogFormat::Off);
        let variable = read(&[], &[("REKINDLE_LIMITS_STREAMS_PER_ADDRESS", "9")]).unwrap();
        assert_eq!(variable.limits.streams_per_address, 9);
    }

    #[test]
    fn plain_http_beyond_this_machine_is_known_as_such() {
        for (flags, speaks, insecure) in [
            (vec![("listen", "127.0.0.1:80")], false, false),
            (vec![("listen", "0.0.0.0:80")], true, false),
            (vec![("listen", "[::]:80"), ("tls", "off")], false, true),
            (
                vec![
                    ("listen", "0.0.0.0:80"),
                    ("tls", "off"),
                    ("proxies", "10.0.0.1"),
                ],
                false,
                false,
            ),
            (vec![("listen", "127.0.0.1:80"), ("tls", "on")], true, false),
        ] {
            let settings = read(&flags, &[]).unwrap();
            assert_eq!(
                (settings.speaks_tls(), settings.insecure()),
                (speaks, insecure),
                "{flags:?}"
            );
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        for url in [
            "postgres://ana:s3cret@db/house",
            "postgres://db/house?user=ana&password=s3cret",
            "postgresql://ana:s3c@ret@db/house",
        ] {
            assert!(
                !hide_password(url).contains("s3c"),
                "{}",
                hide_password(url)
            );
            let settings = read(&[("database", url)], &[]).unwrap();
            assert!(
                settings
                    .effective
                    .iter()
                    .all(|(_, value, _)| !value.contains("s3c"))
            );
        }
    }

    #[test]
    fn every_setting_is_documented() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/settings.md");
        assert_eq!(
            std::fs::read_to_string(page).unwrap(),
            document(),
            "run `rekindle config list > docs/settings.md`"
        );
    }
}
