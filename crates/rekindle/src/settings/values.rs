//! From the text of a value to what it means. An error goes on after the quoted value and says what to write instead.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use rekindle_web::RunBy;
use rekindle_web::push::Services;

use super::{Database, Network};

pub(super) fn one_of<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, String> {
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

pub(super) fn number<T: TryFrom<u64>>(text: &str, least: u64, most: u64) -> Result<T, String> {
    let advice = || format!("is not a number from {least} to {most}. Write it in plain digits.");
    let number: u64 = text.parse().map_err(|_| advice())?;
    if !(least..=most).contains(&number) {
        return Err(advice());
    }
    T::try_from(number).map_err(|_| advice())
}

pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
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

pub(super) fn database(text: &str) -> Result<Database, String> {
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

/// A value, or what stands in the file that `@` names.
pub(super) fn secret(text: &str) -> Result<String, String> {
    match text.strip_prefix('@') {
        None => Ok(text.to_owned()),
        Some(path) => std::fs::read_to_string(path)
            .map(|text| text.trim().to_owned())
            .map_err(|error| format!("names a file that cannot be read: {error}.")),
    }
}

/// How a push service can reach whoever runs this (RFC 8292, 2.1).
pub(super) fn contact(text: &str) -> Result<Option<String>, String> {
    let plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\');
    match text {
        "" => Ok(None),
        text if text.bytes().all(plain)
            && (text
                .strip_prefix("mailto:")
                .is_some_and(|rest| rest.contains('@'))
                || text.starts_with("https://")) =>
        {
            Ok(Some(text.to_owned()))
        }
        _ => Err("is no address. Write mailto:you@example.org, or an https:// address.".to_owned()),
    }
}

pub(super) fn services(text: &str) -> Result<Services, String> {
    Services::parse(text).map_err(|part| {
        format!("holds \"{part}\", which is no name. Write names such as push.example.org, separated by commas.")
    })
}

/// A mail address that mail comes from.
pub(super) fn mail_address(text: &str) -> Result<String, String> {
    let plain = |b: u8| b.is_ascii_graphic() && !b"\"(),:;<>[\\]".contains(&b);
    let (name, host_name) = text.split_once('@').unwrap_or((text, ""));
    let fine =
        text.is_empty() || (!name.is_empty() && text.bytes().all(plain) && host(host_name).is_ok());
    fine.then(|| text.to_owned())
        .ok_or_else(|| "is no mail address. Write it as evening@example.org.".to_owned())
}

pub(super) fn file(text: &str) -> Result<Option<PathBuf>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    match std::fs::metadata(text) {
        Ok(meta) if meta.is_file() => Ok(Some(PathBuf::from(text))),
        Ok(_) => Err("is not a file.".to_owned()),
        Err(error) => Err(format!("cannot be read: {error}.")),
    }
}

pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' '])
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

/// A host name or an address, in lower case.
pub(super) fn host(text: &str) -> Result<String, String> {
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

pub(super) fn network(text: &str) -> Result<Network, String> {
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
pub(super) fn public_url(text: &str) -> Result<Option<String>, String> {
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

pub(super) fn leave_to(text: &str) -> Result<String, String> {
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

pub(super) fn name(text: &str) -> Result<String, String> {
    if text.chars().count() > 60 || text.chars().any(char::is_control) {
        return Err("is not a name. Write up to 60 letters on one line.".to_owned());
    }
    Ok(text.to_owned())
}

pub(super) fn run_by(text: &str, name: &str) -> Result<RunBy, String> {
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
