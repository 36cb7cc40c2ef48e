//! From a request to its answer: who is asking, the whole body, the router within its time, a line in the log.

use std::future::Future;
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, Request, Response, StatusCode};
use futures_util::FutureExt as _;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use rekindle_web::Peer;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tower_service::Service as _;

use super::calm;
use super::gate::{Gate, Ticket};
use super::gzip::{accepts_gzip, compress};
use super::pulse::{Streaming, Work};
use crate::clock::WallClock;
use crate::logs::{Line, Template};
use crate::settings::Settings;
use crate::tls::Certificates;

/// What every connection shares.
pub(super) struct Hall {
    pub(super) settings: Arc<Settings>,
    pub(super) router: Router,
    pub(super) certificates: Option<Certificates>,
    pub(super) connections: Arc<Gate>,
    /// Requests under way behind a proxy, by the address the proxy names.
    pub(super) requests: Arc<Gate>,
    pub(super) streams: Arc<Gate>,
    pub(super) stop: watch::Receiver<bool>,
}

/// Why a request is answered here and goes no further; always with a calm page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Turned {
    TooSlow,
    BrokenOff,
    TooMany,
    TookTooLong,
    Fault,
    PlainHttp,
    PastTheProxy,
}

impl Hall {
    pub(super) async fn answer(
        self: &Arc<Self>,
        request: Request<Incoming>,
        from: IpAddr,
        work: &Work,
    ) -> Response<Body> {
        let started = Instant::now();
        let gzip = request.method() != Method::HEAD && accepts_gzip(request.headers());
        let mut response = match self.pass_on(request, from, work).await {
            Ok(response) => response,
            Err(turned) => self.page(turned),
        };
        let mut id = [0; 4];
        let random = getrandom::fill(&mut id).is_ok();
        let line = Line {
            now: WallClock.stamp(),
            template: response.extensions().get::<Template>(),
            status: response.status().as_u16(),
            took: started.elapsed(),
            id: if random { u32::from_le_bytes(id) } else { 0 },
        };
        if let Some(line) = line.text(self.settings.log) {
            // Nowhere to write to is no reason not to answer.
            let _ = writeln!(io::stderr(), "{line}");
        }
        response.extensions_mut().clear();
        if gzip {
            compress(response).await
        } else {
            response
        }
    }

    async fn pass_on(
        self: &Arc<Self>,
        request: Request<Incoming>,
        from: IpAddr,
        work: &Work,
    ) -> Result<Response<Body>, Turned> {
        let (mut head, body) = request.into_parts();
        let peer = client(&self.settings, &mut head.headers, from)?;
        // Behind a proxy all connections are its own; there the requests are counted instead.
        let _ticket = match peer == from {
            true => None,
            false => Some(self.requests.enter(Some(peer)).ok_or(Turned::TooMany)?),
        };
        // HTTP/2 has the host in the target; pages look for it in one place.
        if !head.headers.contains_key(header::HOST)
            && let Some(authority) = head.uri.authority()
            && let Ok(value) = HeaderValue::from_str(authority.as_str())
        {
            head.headers.insert(header::HOST, value);
        }
        let body = self.whole(&head.headers, body).await?;
        head.headers.remove(header::CONTENT_LENGTH);
        let mut request = Request::from_parts(head, body);
        request.extensions_mut().insert(Peer(peer));
        let limits = &self.settings.limits;
        let answer = AssertUnwindSafe(self.router.clone().call(request)).catch_unwind();
        let response = match timeout(limits.handler, answer).await {
            Ok(Ok(Ok(response))) => response,
            Ok(Ok(Err(never))) => match never {},
            Ok(Err(_)) => return Err(Turned::Fault),
            Err(_) => return Err(Turned::TookTooLong),
        };
        if !is_live(response.headers()) {
            return Ok(response);
        }
        let ticket = self.streams.enter(Some(peer)).ok_or(Turned::TooMany)?;
        let (mut stop, longest) = (self.stop.clone(), limits.stream);
        let end = Box::pin(async move {
            tokio::select! {
                () = sleep(longest) => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
        });
        let streaming = Streaming::new(work);
        Ok(response.map(|body| {
            Body::new(Live {
                body,
                end,
                ended: false,
                _ticket: ticket,
                _streaming: streaming,
            })
        }))
    }

    /// The whole body, which is at most [`Limits::body_bytes`] long and comes within [`Limits::body`].
    async fn whole(&self, headers: &HeaderMap, mut body: Incoming) -> Result<Body, Turned> {
        if body.is_end_stream() {
            return Ok(Body::empty());
        }
        let limits = &self.settings.limits;
        let announced = body.size_hint().lower();
        let mut large = announced > limits.body_bytes as u64;
        if large && headers.contains_key(header::EXPECT) {
            return Ok(too_large());
        }
        let mut whole = Vec::with_capacity(if large {
            0
        } else {
            usize::try_from(announced).unwrap_or(0)
        });
        let arrived = timeout(limits.body, async {
            while let Some(frame) = body.frame().await {
                let Ok(frame) = frame else {
                    return Err(Turned::BrokenOff);
                };
                let Ok(data) = frame.into_data() else {
                    continue;
                };
                large |= whole.len() + data.len() > limits.body_bytes;
                if large {
                    // Taken and forgotten: a browser reads the answer only once it has sent everything.
                    whole = Vec::new();
                } else {
                    whole.extend_from_slice(&data);
                }
            }
            Ok(())
        })
        .await;
        match arrived {
            _ if large => Ok(too_large()),
            Ok(Ok(())) => Ok(Body::from(whole)),
            Ok(Err(turned)) => Err(turned),
            Err(_) => Err(Turned::TooSlow),
        }
    }

    fn page(&self, turned: Turned) -> Response<Body> {
        let (status, title, text) = match turned {
            Turned::TooSlow | Turned::BrokenOff => (
                if turned == Turned::TooSlow {
                    StatusCode::REQUEST_TIMEOUT
                } else {
                    StatusCode::BAD_REQUEST
                },
                "It did not arrive whole",
                "The connection was too slow, so nothing was saved. Go back and try once more.",
            ),
            Turned::TooMany => (
                StatusCode::SERVICE_UNAVAILABLE,
                "One moment",
                "Many pages are open at once. Close some, wait a little, and try again.",
            ),
            Turned::TookTooLong => (
                StatusCode::SERVICE_UNAVAILABLE,
                "This took too long",
                "Perhaps it was saved, perhaps not. Go back, have a look, and try once more.",
            ),
            Turned::Fault => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong on our side",
                "It is not your doing. Go back and try once more.",
            ),
            Turned::PlainHttp | Turned::PastTheProxy => (
                StatusCode::FORBIDDEN,
                "Please use the secure address",
                "Without https:// others on the network could read what you write here. Ask whoever runs this server for its address.",
            ),
        };
        let mut response = calm::page(status, title, text);
        if self.settings.secure() {
            let year = HeaderValue::from_static("max-age=31536000");
            response
                .headers_mut()
                .insert(header::STRICT_TRANSPORT_SECURITY, year);
        }
        if matches!(turned, Turned::TooSlow | Turned::BrokenOff) {
            response
                .headers_mut()
                .insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// Whether what is answered is a live page.
pub(super) fn is_live(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

/// A body that says so when it is read, so that the page answers in its own words.
fn too_large() -> Body {
    Body::new(Limited::new(Full::from("x"), 0))
}

/// Who is asking. Forwarded headers count from a named proxy only, and go no further than here.
fn client(settings: &Settings, headers: &mut HeaderMap, from: IpAddr) -> Result<IpAddr, Turned> {
    const FORWARDED: [HeaderName; 6] = [
        header::FORWARDED,
        HeaderName::from_static("x-forwarded-for"),
        HeaderName::from_static("x-forwarded-proto"),
        HeaderName::from_static("x-forwarded-host"),
        HeaderName::from_static("x-forwarded-port"),
        HeaderName::from_static("x-real-ip"),
    ];
    let proxied = settings.is_proxy(from);
    let mut client = from;
    let mut plain = false;
    if proxied {
        let chain = headers
            .get_all(&FORWARDED[1])
            .iter()
            .filter_map(|value| value.to_str().ok());
        let chain: Vec<&str> = chain
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .collect();
        // From the right: what each proxy saw itself, up to the first that is none of ours.
        for hop in chain.into_iter().rev() {
            let Ok(hop) = hop
                .trim_start_matches('[')
                .trim_end_matches(']')
                .parse::<IpAddr>()
            else {
                break;
            };
            client = hop.to_canonical();
            if !settings.is_proxy(client) {
                break;
            }
        }
        plain = headers
            .get(&FORWARDED[2])
            .is_some_and(|scheme| scheme.as_bytes() != b"https");
    }
    for name in &FORWARDED {
        headers.remove(name);
    }
    if proxied && plain && !client.is_loopback() {
        return Err(Turned::PlainHttp);
    }
    let behind_proxies = !settings.speaks_tls() && !settings.proxies.is_empty();
    if behind_proxies && !proxied && !from.is_loopback() {
        return Err(Turned::PastTheProxy);
    }
    Ok(client)
}

/// An answer's body; the request counts as under way until it is gone.
pub(super) struct Working {
    body: Body,
    _work: Work,
}

impl Working {
    pub(super) fn new(body: Body, work: Work) -> Self {
        Self { body, _work: work }
    }
}

impl HttpBody for Working {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A live page's body: ends when the server stops or its time is over; the browser then asks again.
struct Live {
    body: Body,
    end: Pin<Box<dyn Future<Output = ()> + Send>>,
    ended: bool,
    _ticket: Ticket,
    _streaming: Streaming,
}

impl HttpBody for Live {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.ended || self.end.as_mut().poll(cx).is_ready() {
            self.ended = true;
            return Poll::Ready(None);
        }
        Pin::new(&mut self.body).poll_frame(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Given;

    fn settings(flags: &[(&'static str, &str)]) -> Settings {
        let given = flags.iter().fold(Given::default(), |given, (name, value)| {
            given.with(name, value)
        });
        Settings::from(&given, &[]).unwrap()
    }

    #[test]
    fn forwarded_headers_count_from_named_proxies_only() {
        const PROXY: &str = "10.0.0.2";
        for (from, chain, scheme, client_is) in [
            (PROXY, "192.0.2.7", "https", Ok("192.0.2.7")),
            (PROXY, "198.51.100.1, 192.0.2.7", "https", Ok("192.0.2.7")),
            (PROXY, "192.0.2.7, 10.0.0.2", "https", Ok("192.0.2.7")),
            (PROXY, "2001:db8::5", "https", Ok("2001:db8::5")),
            (PROXY, "[2001:db8::5]", "https", Ok("2001:db8::5")),
            (PROXY, "nonsense", "https", Ok(PROXY)),
            (PROXY, "192.0.2.7", "http", Err(Turned::PlainHttp)),
            ("127.0.0.1", "192.0.2.7", "http", Ok("127.0.0.1")),
            ("10.0.0.3", "192.0.2.7", "https", Err(Turned::PastTheProxy)),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", HeaderValue::from_static(chain));
            headers.insert("x-forwarded-proto", HeaderValue::from_static(scheme));
            headers.insert("forwarded", HeaderValue::from_static("for=192.0.2.9"));
            let settings = settings(&[("listen", "0.0.0.0:1"), ("tls", "off"), ("proxies", PROXY)]);
            let found = client(&settings, &mut headers, from.parse().unwrap());
            let wanted = client_is.map(|ip: &str| ip.parse::<IpAddr>().unwrap());
            assert_eq!(found, wanted, "{from}: {chain}, {scheme}");
            assert!(headers.is_empty(), "no page ever sees them");
        }
    }
}
