//! To which push services this host sends, and the addresses there that browsers give (K17). An address comes from
//! whoever is signed in, so nothing about it is believed: it has to be plain HTTPS to a service on the host's list.

/// The most letters of an address.
const LONGEST: usize = 1024;

/// The push services a host allows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Services(Vec<Service>);

#[derive(Clone, PartialEq, Eq, Debug)]
struct Service {
    /// In lower case; without the `*.` that stands for any name below.
    host: String,
    below: bool,
    port: u16,
}

/// An address at a push service: `https`, a name, a port, a path. Nothing else parses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Endpoint {
    pub host: String,
    pub port: u16,
    /// With its slash.
    pub path: String,
}

impl Endpoint {
    /// Stricter than a browser: no user, no numbers for a name, no escapes that two programs could read in two ways.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("https://")?;
        let plain = |b: u8| b.is_ascii_graphic() && !b"\"#<>@\\^`{|}".contains(&b);
        if text.len() > LONGEST || !rest.bytes().all(plain) {
            return None;
        }
        let (place, path) = rest.split_at(rest.find('/')?);
        let (host, port) = place_of(place)?;
        Some(Self {
            host,
            port,
            path: path.to_owned(),
        })
    }

    /// Scheme, host and port: whom a token is for (RFC 8292, section 2).
    #[must_use]
    pub fn origin(&self) -> String {
        match self.port {
            443 => format!("https://{}", self.host),
            port => format!("https://{}:{port}", self.host),
        }
    }
}

/// `host` or `host:port`; port 443 unless another stands there.
fn place_of(text: &str) -> Option<(String, u16)> {
    let (host, port) = match text.split_once(':') {
        None => (text, 443),
        Some((host, port)) => {
            let digits = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
            (host, digits.then(|| port.parse().ok())??)
        }
    };
    let host = host.to_ascii_lowercase();
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // A name that ends in a number is an address to some programs (WHATWG URL, "ends in a number").
    let named = host
        .rsplit('.')
        .next()
        .is_some_and(|last| last.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-'));
    (host.len() <= 253 && host.split('.').all(label) && named && port != 0).then_some((host, port))
}

impl Services {
    /// A list with commas: names, `*.` for any name below, `:port` for another port than 443.
    ///
    /// # Errors
    /// The part that is no such name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = text
            .split([',', ' '])
            .map(str::trim)
            .filter(|part| !part.is_empty());
        let services = parts.map(|part| {
            let below = part.strip_prefix("*.");
            let (host, port) = place_of(below.unwrap_or(part)).ok_or_else(|| part.to_owned())?;
            Ok(Service {
                host,
                below: below.is_some(),
                port,
            })
        });
        services.collect::<Result<_, String>>().map(Self)
    }

    #[must_use]
    pub fn allow(&self, endpoint: &Endpoint) -> bool {
        self.0.iter().any(|service| {
            let named = match endpoint.host.strip_suffix(&service.host) {
                Some("") => !service.below,
                Some(rest) => service.below && rest.ends_with('.'),
                None => false,
            };
            named && service.port == endpoint.port
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn k17_only_plain_https_to_a_name_is_an_address() {
        for (text, origin) in [
            ("https://push.example/a/b?c=d", Some("https://push.example")),
            ("https://PUSH.example/a", Some("https://push.example")),
            ("https://push.example:443/a", Some("https://push.example")),
            (
                "https://push.example:8443/a",
                Some("https://push.example:8443"),
            ),
            ("http://push.example/a", None),
            ("HTTPS://push.example/a", None),
            ("https://push.example", None),
            ("https:///a", None),
            ("https://user@push.example/a", None),
            ("https://push.example@127.0.0.1/a", None),
            ("https://push.example\\@127.0.0.1/a", None),
            ("https://127.0.0.1/a", None),
            ("https://2130706433/a", None),
            ("https://0x7f.1/a", None),
            ("https://127.1/a", None),
            ("https://[::1]/a", None),
            ("https://push.example:/a", None),
            ("https://push.example:+443/a", None),
            ("https://push.example:0/a", None),
            ("https://push.example:99999/a", None),
            ("https://push..example/a", None),
            ("https://push.example./a", None),
            ("https://-push.example/a", None),
            ("https://push_a.example/a", None),
            ("https://pu%73h.example/a", None),
            ("https://push.example/a b", None),
            ("https://push.example/a\r\nHost: b", None),
            ("https://püsh.example/a", None),
            ("file:///etc/passwd", None),
            ("", None),
        ] {
            let found = Endpoint::parse(text).map(|endpoint| endpoint.origin());
            assert_eq!(found.as_deref(), origin, "{text}");
        }
        let long = format!("https://push.example/{}", "a".repeat(1024));
        assert_eq!(Endpoint::parse(&long), None);
    }

    #[test]
    fn k17_only_services_on_the_list_are_sent_to() {
        let services = Services::parse("push.example, *.notify.example, local.test:8443").unwrap();
        for (host, allowed) in [
            ("push.example", true),
            ("push.example:8443", false),
            ("a.push.example", false),
            ("push.example.evil.test", false),
            ("evilpush.example", false),
            ("a.notify.example", true),
            ("a.b.notify.example", true),
            ("notify.example", false),
            ("evilnotify.example", false),
            ("local.test:8443", true),
            ("local.test", false),
        ] {
            let endpoint = Endpoint::parse(&format!("https://{host}/x")).unwrap();
            assert_eq!(services.allow(&endpoint), allowed, "{host}");
        }
        for wrong in [
            "127.0.0.1",
            "a b:x",
            "*",
            "https://push.example",
            "push.example/a",
        ] {
            assert!(Services::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Services::parse(" ,").unwrap(), Services::default());
    }

    proptest! {
        #[test]
        fn k17_no_text_is_an_address_elsewhere(text in "https://\\PC{0,40}") {
            let services = Services::parse("push.example").unwrap();
            if let Some(endpoint) = Endpoint::parse(&text) {
                let bare = text["https://".len()..].to_ascii_lowercase();
                prop_assert!(!services.allow(&endpoint) || bare.starts_with("push.example/")
                    || bare.starts_with("push.example:443/"));
            }
        }
    }
}
