//! A push: an empty message with a signature, to one of the services on the host's list (RFC 8030, 8292; S16, K17).

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;

use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, HOST, RETRY_AFTER};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use rekindle_domain::Stamp;
use rekindle_store::Taken;
use rekindle_vault::push::PushKey;
use rekindle_web::push::{Endpoint, Services};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::Fate;
use super::resolve::{Resolver, may_be_at};
use crate::settings::{Network, Push};

/// How long a token is good for; services take a day at most (RFC 8292, section 2).
const TOKEN: i64 = 12 * 60 * 60;
/// One and the same for every message: a service that could not deliver the one before keeps this one instead.
const TOPIC: &str = "reminder";
/// What of an answer is read.
const LONGEST_ANSWER: usize = 16 * 1024;

/// Sends to push services.
pub(crate) struct Pusher {
    pub(crate) key: PushKey,
    pub(crate) contact: String,
    pub(crate) services: Services,
    pub(crate) resolver: Resolver,
    pub(crate) networks: Vec<Network>,
    pub(crate) tls: TlsConnector,
}

/// Open connections and tokens, for one round: within it, nobody is asked twice.
#[derive(Default)]
pub(crate) struct Lines {
    free: Mutex<HashMap<String, Vec<SendRequest<Empty<Bytes>>>>>,
    tokens: Mutex<HashMap<String, Arc<str>>>,
}

/// Why nothing came of it.
enum Trouble {
    /// The service may not be where its name says.
    Elsewhere,
    /// No connection, or it broke.
    Line,
}

impl Pusher {
    pub(crate) fn new(settings: &Push, key: PushKey) -> anyhow::Result<Self> {
        let mut roots = rustls::RootCertStore::empty();
        match &settings.roots {
            None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
            Some(file) => {
                for root in CertificateDer::pem_file_iter(file).context("push.roots")? {
                    roots
                        .add(root.context("push.roots")?)
                        .context("push.roots")?;
                }
            }
        }
        let config = rustls::ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            key,
            contact: settings.contact.clone(),
            services: settings.services.clone(),
            resolver: settings.resolver.map_or(Resolver::System, Resolver::Server),
            networks: settings.networks.clone(),
            tls: Arc::new(config).into(),
        })
    }

    pub(super) async fn send(&self, lines: &Lines, taken: &Taken, now: Stamp) -> Fate {
        let Some(endpoint) = Endpoint::parse(&taken.reach).filter(|e| self.services.allow(e))
        else {
            return Fate::Refused;
        };
        let origin = endpoint.origin();
        let Some(token) = self.token(lines, &origin, now) else {
            return Fate::Refused;
        };
        // Not delivered later than it is worth, so that a phone that was off does not speak in the quiet hours.
        let seconds = taken.due.until.since(now).max(0) / Stamp::SECOND;
        let Some(first) = message(&endpoint, &origin, &token, seconds) else {
            return Fate::Refused;
        };
        let free = lines.take(&origin);
        let used = free.is_some();
        let answer = match free {
            Some(line) => ask(lines, &origin, line, first).await,
            None => self.ask_anew(lines, &endpoint, first).await,
        };
        // A line that somebody used before may have been closed meanwhile: then once more on a new one.
        let answer = match (answer, message(&endpoint, &origin, &token, seconds)) {
            (Err(Trouble::Line), Some(again)) if used => {
                self.ask_anew(lines, &endpoint, again).await
            }
            (answer, _) => answer,
        };
        match answer {
            Ok((status, after)) => fate(status, after),
            Err(Trouble::Elsewhere) => Fate::Refused,
            Err(Trouble::Line) => Fate::Later(None),
        }
    }

    fn token(&self, lines: &Lines, origin: &str, now: Stamp) -> Option<Arc<str>> {
        let mut tokens = lines.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = tokens.get(origin) {
            return Some(Arc::clone(token));
        }
        let until = now.0 / 1000 + TOKEN;
        let token: Arc<str> = self.key.authorization(origin, until, &self.contact)?.into();
        tokens.insert(origin.to_owned(), Arc::clone(&token));
        Some(token)
    }

    async fn ask_anew(
        &self,
        lines: &Lines,
        endpoint: &Endpoint,
        request: Request<Empty<Bytes>>,
    ) -> Result<(StatusCode, Option<i64>), Trouble> {
        let line = self.connect(endpoint).await?;
        ask(lines, &endpoint.origin(), line, request).await
    }

    /// To an address that was looked at, and to no other.
    async fn connect(&self, endpoint: &Endpoint) -> Result<SendRequest<Empty<Bytes>>, Trouble> {
        let found = self.resolver.addresses(&endpoint.host).await;
        let found = found.map_err(|_| Trouble::Line)?;
        let fine: Vec<IpAddr> = found
            .iter()
            .copied()
            .filter(|address| may_be_at(*address, &self.networks))
            .collect();
        if fine.is_empty() && !found.is_empty() {
            return Err(Trouble::Elsewhere);
        }
        let name = ServerName::try_from(endpoint.host.clone()).map_err(|_| Trouble::Elsewhere)?;
        for address in fine {
            let Ok(stream) = TcpStream::connect(SocketAddr::new(address, endpoint.port)).await
            else {
                continue;
            };
            let _ = stream.set_nodelay(true);
            let stream = self.tls.connect(name.clone(), stream).await;
            let stream = stream.map_err(|_| Trouble::Line)?;
            let shaken = http1::handshake(TokioIo::new(stream)).await;
            let (line, driver) = shaken.map_err(|_| Trouble::Line)?;
            tokio::spawn(driver);
            return Ok(line);
        }
        Err(Trouble::Line)
    }
}

/// Empty, signed, and with nothing in it that differs from one person to another but the path.
fn message(
    endpoint: &Endpoint,
    origin: &str,
    token: &str,
    seconds: i64,
) -> Option<Request<Empty<Bytes>>> {
    Request::post(&endpoint.path)
        .header(HOST, origin.trim_start_matches("https://"))
        .header(AUTHORIZATION, token)
        .header("ttl", seconds)
        .header("topic", TOPIC)
        .header("urgency", "normal")
        .header(CONTENT_LENGTH, 0)
        .body(Empty::new())
        .ok()
}

impl Lines {
    fn take(&self, origin: &str) -> Option<SendRequest<Empty<Bytes>>> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let line = free.get_mut(origin)?.pop()?;
        (!line.is_closed()).then_some(line)
    }

    fn put(&self, origin: &str, line: SendRequest<Empty<Bytes>>) {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        free.entry(origin.to_owned()).or_default().push(line);
    }
}

async fn ask(
    lines: &Lines,
    origin: &str,
    mut line: SendRequest<Empty<Bytes>>,
    request: Request<Empty<Bytes>>,
) -> Result<(StatusCode, Option<i64>), Trouble> {
    line.ready().await.map_err(|_| Trouble::Line)?;
    let answer: Response<_> = line
        .send_request(request)
        .await
        .map_err(|_| Trouble::Line)?;
    let status = answer.status();
    let after = answer.headers().get(RETRY_AFTER);
    let after = after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    // Read to its end, the line is free again; a longer answer is nobody's business.
    if Limited::new(answer.into_body(), LONGEST_ANSWER)
        .collect()
        .await
        .is_ok()
    {
        lines.put(origin, line);
    }
    Ok((status, after))
}

/// What an answer means (RFC 8030, section 5; 8292, section 4.2). A redirect is never followed.
fn fate(status: StatusCode, after: Option<i64>) -> Fate {
    match status.as_u16() {
        200..=299 => Fate::Sent,
        404 | 410 => Fate::Unknown,
        408 | 425 | 429 | 500..=599 => Fate::Later(after),
        _ => Fate::Refused,
    }
}
