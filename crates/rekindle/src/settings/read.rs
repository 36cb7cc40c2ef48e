//! Collects what flags, variables and the file say, and everything that is wrong with it, so that one start tells all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rekindle_domain::time::Zone;

use super::values::{
    address, contact, database, file, hide_password, host, leave_to, mail_address, name, network,
    number, one_of, parts, public_url, run_by, secret, services,
};
use super::{Limits, LogFormat, Mail, MailTls, Push, SETTINGS, Settings, Source, Tls, Wrong};

#[derive(Default)]
pub(super) struct Reader {
    pub(super) values: BTreeMap<&'static str, (String, Source)>,
    pub(super) problems: Vec<String>,
}

impl Reader {
    pub(super) fn file(&mut self, path: &Path) {
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
                let shown = shown(name, value);
                self.problems
                    .push(format!("{name} (from {source}): \"{shown}\" {advice}"));
                None
            }
        }
    }

    pub(super) fn settings(mut self) -> Result<Settings, Wrong> {
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
        let push = self.push();
        let mail = self.mail(public_url.as_ref().is_some_and(Option::is_none));
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
            Some((setting.name, shown(setting.name, &value), source))
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
            push: push.expect(sure),
            mail: mail.expect(sure),
        })
    }

    fn push(&mut self) -> Option<Option<Push>> {
        let contact = self.take("push.contact", contact);
        let services = self.take("push.services", services);
        let resolver = self.take("push.resolver", |text| match text {
            "" => Ok(None),
            text => address(text).map(Some),
        });
        let networks = self.take("push.networks", |text| parts(text).map(network).collect());
        let roots = self.take("push.roots", file);
        let push = Push {
            contact: String::new(),
            services: services?,
            resolver: resolver?,
            networks: networks?,
            roots: roots?,
        };
        Some(contact?.map(|contact| Push { contact, ..push }))
    }

    fn mail(&mut self, nowhere: bool) -> Option<Option<Mail>> {
        let host = self.take("mail.host", |text| match text {
            "" => Ok(String::new()),
            text => host(text),
        });
        let port = self.take("mail.port", |text| number(text, 1, 65_535));
        let choices = [
            ("on", MailTls::On),
            ("starttls", MailTls::StartTls),
            ("off", MailTls::Off),
        ];
        let tls = self.take("mail.tls", |text| one_of(text, &choices));
        let user = self.take("mail.user", |text| Ok(text.to_owned()));
        let password = self.take("mail.password", secret);
        let from = self.take("mail.from", mail_address);
        let roots = self.take("mail.roots", file);
        let mail = Mail {
            host: host?,
            port: port?,
            tls: tls?,
            user: user?,
            password: password?,
            from: from?,
            roots: roots?,
        };
        if mail.host.is_empty() {
            return Some(None);
        }
        let here = mail.host == "localhost"
            || mail
                .host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|ip| ip.is_loopback());
        for (wrong, says) in [
            (
                mail.from.is_empty(),
                "mail.from: mail.host needs it. Write the address that reminders come from.",
            ),
            (
                nowhere,
                "public_url: mail.host needs it, because a mail says where it leads. Write it as https://us.example.org.",
            ),
            (
                mail.tls == MailTls::Off && !here,
                "mail.tls: off is only for a mail server on this machine. Write on or starttls.",
            ),
        ] {
            if wrong {
                self.problems.push(says.to_owned());
            }
        }
        Some(Some(mail))
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

/// A value as it may be shown.
fn shown(name: &str, value: &str) -> String {
    match name {
        "database" => hide_password(value),
        "mail.password" if !value.is_empty() && !value.starts_with('@') => "…".to_owned(),
        _ => value.to_owned(),
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
pub(super) fn nearest(name: &str, names: impl Iterator<Item = String>) -> String {
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
