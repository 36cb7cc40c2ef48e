//! Everything a host can set: one list ([`SETTINGS`]), from which flags, variables, the file and docs/settings.md come.
//!
//! A flag wins over a `REKINDLE_…` variable, that over `rekindle.toml` in the data directory, that over the default.
//! Read once, at start. A name that is not in the list, or a value that cannot be meant, stops the start by its name.

mod read;
mod values;

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, ArgMatches, Command};
use rekindle_domain::time::Zone;
use rekindle_web::RunBy;
use rekindle_web::push::Services;

use read::{Reader, nearest};

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
    seldom "push.contact" "ADDRESS" = "":
        "Empty: nothing is sent to phones. A mailto: or https: address by which a push service can reach whoever runs this server; with it, people can turn on reminders on their phones.";
    seldom "push.services" "NAMES" = "fcm.googleapis.com, updates.push.services.mozilla.com, web.push.apple.com, *.push.apple.com, *.notify.windows.com":
        "The push services that may be sent to, separated by commas: those of the common browsers. *. stands for any name below; a :port for another one than 443.";
    seldom "push.resolver" "ADDRESS" = "":
        "A DNS server that is asked for their addresses, such as 9.9.9.9:53. Empty: whatever this machine uses.";
    seldom "push.networks" "ADDRESSES" = "":
        "Where a push service may be besides the public internet, separated by commas: for one of your own. Private and local addresses are refused otherwise, whatever a name says.";
    seldom "push.roots" "FILE" = "":
        "The authorities that vouch for push services, PEM. Empty: those of the common browsers.";
    seldom "mail.host" "NAME" = "":
        "Empty: no mail is sent. The mail server that reminders go through, and the only one. Needs mail.from and public_url.";
    seldom "mail.port" "PORT" = "465":
        "Its port: 465 with mail.tls = on, usually 587 with starttls.";
    seldom "mail.tls" "on|starttls|off" = "on":
        "on: TLS from the first byte. starttls: TLS before anything is said. off: only to a mail server on this machine.";
    seldom "mail.user" "NAME" = "":
        "The name to sign in with there. Empty: none.";
    seldom "mail.password" "PASSWORD" = "":
        "The password that goes with it. @FILE reads it from a file, so that it stands in no list of processes.";
    seldom "mail.from" "ADDRESS" = "":
        "The address that reminders come from. Something that says nothing, such as evening@example.org.";
    seldom "mail.roots" "FILE" = "":
        "The authorities that vouch for the mail server, PEM. Empty: those of the common browsers.";
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

/// Reminders on phones (K17).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Push {
    pub(crate) contact: String,
    pub(crate) services: Services,
    pub(crate) resolver: Option<SocketAddr>,
    pub(crate) networks: Vec<Network>,
    pub(crate) roots: Option<PathBuf>,
}

/// How a mail server is spoken to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum MailTls {
    On,
    StartTls,
    Off,
}

/// Reminders by mail.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Mail {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls: MailTls,
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) from: String,
    pub(crate) roots: Option<PathBuf>,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mail(..)")
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
    pub(crate) push: Option<Push>,
    pub(crate) mail: Option<Mail>,
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
    use super::values::hide_password;
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
            ("push.contact", "ana@example.org"),
            ("push.services", "https://push.example"),
            ("push.resolver", "resolver.example"),
            ("push.networks", "everywhere"),
            ("push.roots", "/nowhere.pem"),
            ("mail.host", "two words"),
            ("mail.port", "0"),
            ("mail.tls", "perhaps"),
            ("mail.password", "@/nowhere/at/all"),
            ("mail.from", "nobody"),
            ("mail.roots", "/nowhere.pem"),
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
    fn k17_nothing_goes_out_by_default_and_mail_needs_to_know_where_it_leads() {
        let settings = read(&[], &[]).unwrap();
        assert!(settings.push.is_none() && settings.mail.is_none());
        let whole = [
            ("mail.host", "mail.example.org"),
            ("mail.from", "evening@example.org"),
            ("mail.password", "s3cret"),
            ("public_url", "https://us.example.org"),
        ];
        let settings = read(&whole, &[]).unwrap();
        assert_eq!(settings.mail.as_ref().unwrap().password, "s3cret");
        let shown = format!("{settings:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
        for missing in ["mail.from", "public_url"] {
            let flags: Vec<_> = whole
                .iter()
                .copied()
                .filter(|(n, _)| *n != missing)
                .collect();
            let wrong = read(&flags, &[]).unwrap_err().to_string();
            assert!(wrong.contains(missing), "{wrong}");
        }
        let open = [whole.as_slice(), &[("mail.tls", "off")]].concat();
        let wrong = read(&open, &[]).unwrap_err().to_string();
        assert!(wrong.contains("mail.tls"), "{wrong}");
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
