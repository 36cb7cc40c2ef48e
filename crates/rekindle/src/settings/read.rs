//! Collects what flags, variables and the file say, and everything that is wrong with it, so that one start tells all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rekindle_domain::time::Zone;

use super::values::{
    address, database, file, hide_password, host, leave_to, name, network, number, one_of, parts,
    public_url, run_by,
};
use super::{Limits, LogFormat, SETTINGS, Settings, Source, Tls, Wrong};

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
