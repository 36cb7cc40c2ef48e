//! The listener (K16): our own accept loop, because the framework's stock one lets a silent socket live for ever.
//!
//! A connection has [`Limits::header`] for its hello and for each request's head, may rest for [`Limits::idle`]
//! between two, and lasts [`Limits::connection`]; a request has [`Limits::body`] to arrive and [`Limits::handler`] to
//! be answered. Live pages (event streams) are excepted from the last two, and have a cap of their own. One address
//! holds so many connections and no more, so that the others are still served.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv6Addr};
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, Request, Response, StatusCode};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::FutureExt as _;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rekindle_web::Peer;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_rustls::TlsAcceptor;
use tower_service::Service as _;

use crate::clock::WallClock;
use crate::logs::{Line, Template};
use crate::settings::{Limits, Settings};
use crate::tls::Certificates;

/// What every connection shares.
struct Hall {
    settings: Arc<Settings>,
    router: Router,
    certificates: Option<Certificates>,
    connections: Arc<Gate>,
    /// Requests under way behind a proxy, by the address the proxy names.
    requests: Arc<Gate>,
    streams: Arc<Gate>,
    stop: watch::Receiver<bool>,
}

/// Answers at `listener` until `stop` turns true; then lets what is under way come to its end.
pub(crate) async fn serve(
    listener: TcpListener,
    settings: Arc<Settings>,
    router: Router,
    certificates: Option<Certificates>,
    mut stop: watch::Receiver<bool>,
) {
    let limits = &settings.limits;
    let router = router.layer(axum::middleware::from_fn(crate::logs::note_template));
    let hall = Arc::new(Hall {
        router,
        certificates,
        connections: Gate::new(limits.connections, limits.connections_per_address),
        requests: Gate::new(usize::MAX, limits.connections_per_address),
        streams: Gate::new(limits.streams, limits.streams_per_address),
        stop: stop.clone(),
        settings: Arc::clone(&settings),
    });
    let (alive, mut ended) = mpsc::channel::<()>(1);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok((stream, from)) => {
                let from = from.ip().to_canonical();
                let counted = (!settings.is_proxy(from)).then_some(from);
                if let Some(ticket) = hall.connections.enter(counted) {
                    let (hall, alive) = (Arc::clone(&hall), alive.clone());
                    tokio::spawn(async move {
                        // A connection that ends in an error is the other side's affair, and no line of ours (K19).
                        let _ = connection(&hall, stream, from).await;
                        drop((ticket, alive));
                    });
                }
            }
            // Out of files: those that are open end by their limits. Anything else is the other side's.
            Err(_) => sleep(Duration::from_millis(20)).await,
        }
    }
    drop(listener);
    drop(alive);
    let _ = timeout(settings.limits.body + settings.limits.handler, ended.recv()).await;
}

async fn connection(hall: &Arc<Hall>, stream: TcpStream, from: IpAddr) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let limits = &hall.settings.limits;
    let Some(certificates) = &hall.certificates else {
        return converse(hall, stream, from, Speech::Http1, Manner::Serve).await;
    };
    let mut first = [0];
    let length = timeout(limits.header, stream.peek(&mut first)).await??;
    if length == 0 {
        return Ok(());
    }
    // A TLS hello begins with 22 (RFC 8446, 5.1). Somebody who left out "https://" is shown the way.
    if first[0] != 22 {
        return converse(hall, stream, from, Speech::Http1, Manner::ShowHttps).await;
    }
    let arrived = stream.local_addr()?.ip();
    let config = certificates.for_arrival(arrived, WallClock.stamp());
    let stream = timeout(limits.header, TlsAcceptor::from(config).accept(stream)).await??;
    let speech = match stream.get_ref().1.alpn_protocol() {
        Some(b"h2") => Speech::Http2,
        Some(_) | None => Speech::Http1,
    };
    converse(hall, stream, from, speech, Manner::Serve).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Speech {
    Http1,
    Http2,
}

#[derive(Clone, Copy)]
enum Manner {
    Serve,
    /// Plain HTTP where HTTPS is spoken.
    ShowHttps,
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    hall: &Arc<Hall>,
    stream: S,
    from: IpAddr,
    speech: Speech,
    manner: Manner,
) -> io::Result<()> {
    let pulse = Arc::new(Pulse::new(speech));
    let stream = TokioIo::new(Watched {
        stream,
        pulse: Arc::clone(&pulse),
    });
    let service = {
        let (hall, pulse) = (Arc::clone(hall), Arc::clone(&pulse));
        service_fn(move |request: Request<Incoming>| {
            let (hall, work) = (Arc::clone(&hall), Pulse::begin(&pulse));
            async move {
                let response = match manner {
                    Manner::Serve => hall.answer(request, from, &work).await,
                    Manner::ShowHttps => show_https(&request),
                };
                Ok::<_, Infallible>(response.map(|body| Body::new(Working { body, _work: work })))
            }
        })
    };
    match speech {
        Speech::Http1 => {
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                // Ours counts from the first byte and covers the silent start too.
                .header_read_timeout(None)
                .max_headers(64)
                .max_buf_size(32 * 1024)
                .serve_connection(stream, service);
            drive(hall, connection, &pulse, |connection| {
                connection.graceful_shutdown();
            })
            .await;
        }
        Speech::Http2 => {
            let connection = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                .max_concurrent_streams(64)
                .max_header_list_size(16 * 1024)
                .max_send_buf_size(64 * 1024)
                .serve_connection(stream, service);
            drive(hall, connection, &pulse, |connection| {
                connection.graceful_shutdown();
            })
            .await;
        }
    }
    Ok(())
}

/// Runs one connection within its time.
async fn drive<C: Future>(hall: &Hall, connection: C, pulse: &Pulse, close: impl Fn(Pin<&mut C>)) {
    let limits = &hall.settings.limits;
    let grace = limits.body + limits.handler;
    let mut connection = pin!(connection);
    let mut late = pin!(pulse.late(limits));
    let mut stop = hall.stop.clone();
    let mut end = pin!(sleep(limits.connection));
    let mut closing = false;
    loop {
        tokio::select! {
            _ = connection.as_mut() => return,
            phase = late.as_mut(), if !closing => {
                // Somebody who has rested is told that it is over, so that no request of theirs is lost.
                if phase == Phase::Expecting {
                    return;
                }
                close(connection.as_mut());
                end.as_mut().reset(Instant::now() + limits.header);
                closing = true;
            }
            _ = stop.wait_for(|stop| *stop), if !closing => {
                close(connection.as_mut());
                end.as_mut().reset(Instant::now() + grace);
                closing = true;
            }
            () = end.as_mut() => {
                if closing && !pulse.streaming() {
                    return;
                }
                if !closing {
                    close(connection.as_mut());
                }
                end.as_mut().reset(Instant::now() + grace);
                closing = true;
            }
        }
    }
}

/// What one connection is doing, so that it can be told when it is late.
struct Pulse {
    speech: Speech,
    state: Mutex<State>,
    changed: Notify,
}

struct State {
    phase: Phase,
    since: Instant,
    under_way: usize,
    streams: usize,
}

/// Counts while no request is under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    /// Something has to come: the first request, or the rest of a head that has begun.
    Expecting,
    Resting,
}

impl Pulse {
    fn new(speech: Speech) -> Self {
        let state = State {
            phase: Phase::Expecting,
            since: Instant::now(),
            under_way: 0,
            streams: 0,
        };
        Self {
            speech,
            state: Mutex::new(state),
            changed: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(this: &Arc<Self>) -> Work {
        this.state().under_way += 1;
        Work(Arc::clone(this))
    }

    fn streaming(&self) -> bool {
        self.state().streams > 0
    }

    /// Bytes came in. Over HTTP/2 they may be housekeeping and say nothing about a request.
    fn heard(&self) {
        if self.speech == Speech::Http2 {
            return;
        }
        let mut state = self.state();
        if state.under_way == 0 && state.phase == Phase::Resting {
            (state.phase, state.since) = (Phase::Expecting, Instant::now());
            drop(state);
            self.changed.notify_one();
        }
    }

    /// Bytes went out; a slow phone that still takes them is not resting.
    fn said(&self) {
        let mut state = self.state();
        if state.under_way == 0 && state.phase == Phase::Resting {
            state.since = Instant::now();
        }
    }

    /// Comes back when the other side has been silent for too long, and says at what.
    async fn late(&self, limits: &Limits) -> Phase {
        loop {
            let (phase, deadline) = {
                let state = self.state();
                let patience = match state.phase {
                    Phase::Expecting => limits.header,
                    Phase::Resting => limits.idle,
                };
                (
                    state.phase,
                    (state.under_way == 0).then(|| state.since + patience),
                )
            };
            match deadline {
                Some(deadline) if deadline <= Instant::now() => return phase,
                Some(deadline) => tokio::select! {
                    () = sleep_until(deadline) => {}
                    () = self.changed.notified() => {}
                },
                None => self.changed.notified().await,
            }
        }
    }
}

/// One request under way, from its head to the last byte of its answer.
struct Work(Arc<Pulse>);

impl Drop for Work {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.under_way -= 1;
        if state.under_way == 0 {
            (state.phase, state.since) = (Phase::Resting, Instant::now());
            drop(state);
            self.0.changed.notify_one();
        }
    }
}

/// A live page under way.
struct Streaming(Arc<Pulse>);

impl Streaming {
    fn new(work: &Work) -> Self {
        work.0.state().streams += 1;
        Self(Arc::clone(&work.0))
    }
}

impl Drop for Streaming {
    fn drop(&mut self) {
        self.0.state().streams -= 1;
    }
}

/// A stream that tells the pulse what passes through.
struct Watched<S> {
    stream: S,
    pulse: Arc<Pulse>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.pulse.heard();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        if written.is_ready() {
            self.pulse.said();
        }
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        if written.is_ready() {
            self.pulse.said();
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// An answer's body; the request counts as under way until it is gone.
struct Working {
    body: Body,
    _work: Work,
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

/// Counts who is inside, all together and by address.
struct Gate {
    most: usize,
    each: usize,
    inside: Mutex<(usize, HashMap<IpAddr, usize>)>,
}

impl Gate {
    fn new(most: usize, each: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            each,
            inside: Mutex::default(),
        })
    }

    /// A ticket, unless it is full; without an address only the sum counts.
    fn enter(self: &Arc<Self>, from: Option<IpAddr>) -> Option<Ticket> {
        let from = from.map(household);
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, by_address) = &mut *inside;
        let here = from
            .and_then(|from| by_address.get(&from).copied())
            .unwrap_or(0);
        if *all >= self.most || here >= self.each {
            return None;
        }
        *all += 1;
        if let Some(from) = from {
            by_address.insert(from, here + 1);
        }
        Some(Ticket {
            gate: Arc::clone(self),
            from,
        })
    }
}

/// One line of IPv6 has 2^64 addresses: count the network, as one counts a household's one IPv4 address.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => Ipv6Addr::from(u128::from(v6) >> 64 << 64).into(),
    }
}

struct Ticket {
    gate: Arc<Gate>,
    from: Option<IpAddr>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut inside = self
            .gate
            .inside
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (all, by_address) = &mut *inside;
        *all -= 1;
        if let Some(from) = self.from
            && let Some(here) = by_address.get_mut(&from)
        {
            *here -= 1;
            if *here == 0 {
                by_address.remove(&from);
            }
        }
    }
}

/// Why a request is answered here and goes no further; always with a calm page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Turned {
    TooLarge,
    TooSlow,
    BrokenOff,
    TooMany,
    TookTooLong,
    Fault,
    PlainHttp,
    PastTheProxy,
}

impl Hall {
    async fn answer(
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
        let body = match self.whole(&head.headers, body).await {
            Ok(body) => Body::from(body),
            // A body that says so when it is read: the page then answers in its own words.
            Err(Turned::TooLarge) => {
                head.headers.remove(header::CONTENT_LENGTH);
                Body::new(Limited::new(Full::from("x"), 0))
            }
            Err(turned) => return Err(turned),
        };
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
        let live = response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        if !live {
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
    async fn whole(&self, headers: &HeaderMap, mut body: Incoming) -> Result<Bytes, Turned> {
        if body.is_end_stream() {
            return Ok(Bytes::new());
        }
        let limits = &self.settings.limits;
        let announced = body.size_hint().lower();
        let mut large = announced > limits.body_bytes as u64;
        if large && headers.contains_key(header::EXPECT) {
            return Err(Turned::TooLarge);
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
            _ if large => Err(Turned::TooLarge),
            Ok(Ok(())) => Ok(Bytes::from(whole)),
            Ok(Err(turned)) => Err(turned),
            Err(_) => Err(Turned::TooSlow),
        }
    }

    fn page(&self, turned: Turned) -> Response<Body> {
        let (status, title, text) = match turned {
            Turned::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "That was too long",
                "It was more than one page can hold, so nothing was saved. Go back and make it shorter.",
            ),
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
        let mut response = calm(status, title, text);
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

/// A page that needs nothing else: no style sheet, no script, no word of anybody's. Headers as K14 wants them.
fn calm(status: StatusCode, title: &str, text: &str) -> Response<Body> {
    let body = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title></head>\
         <body><main><h1>{title}</h1><p>{text}</p><p><a href=\"/\">Start page</a></p></main></body></html>\n"
    );
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// For somebody who typed the address without `https://`: the browser is sent on, nothing else is done.
fn show_https<B>(request: &Request<B>) -> Response<Body> {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let fine = |host: &&str| {
        !host.is_empty()
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'))
    };
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    let mut response = calm(
        StatusCode::FORBIDDEN,
        "Please use the secure address",
        "This server answers to addresses that begin with https://. Without it others on the network could read what you write.",
    );
    if let Some(host) = host.filter(fine)
        && matches!(*request.method(), Method::GET | Method::HEAD)
        && path.starts_with('/')
        && let Ok(to) = HeaderValue::from_str(&format!("https://{host}{path}"))
    {
        *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
        response.headers_mut().insert(header::LOCATION, to);
    }
    response
        .headers_mut()
        .insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|choice| {
            let mut parts = choice.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let refused = parts.any(|part| {
                part.strip_prefix("q=")
                    .is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0))
            });
            name.eq_ignore_ascii_case("gzip") && !refused
        })
}

/// Gzips a page. Assets come compressed already, event streams must not be. Safe for pages, because none holds a
/// secret token beside typed text (K13).
async fn compress(response: Response<Body>) -> Response<Body> {
    const SMALLEST: u64 = 512;
    const LARGEST: u64 = 4 * 1024 * 1024;
    let headers = response.headers();
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("");
    let text = [
        "text/html",
        "text/plain",
        "text/css",
        "text/javascript",
        "application/json",
        "image/svg+xml",
    ]
    .iter()
    .any(|prefix| kind.starts_with(prefix));
    let size = response.body().size_hint().exact();
    let fits = size.is_some_and(|size| (SMALLEST..=LARGEST).contains(&size));
    if !text || !fits || headers.contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(whole) = body.collect().await else {
        return Response::from_parts(head, Body::empty());
    };
    let whole = whole.to_bytes();
    let mut encoder = GzEncoder::new(Vec::with_capacity(whole.len() / 3), Compression::new(3));
    encoder
        .write_all(&whole)
        .expect("writing to memory does not fail");
    let packed = encoder.finish().expect("writing to memory does not fail");
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers
        .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    head.headers
        .append(header::VARY, HeaderValue::from_static("accept-encoding"));
    Response::from_parts(head, Body::from(packed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn k16_a_full_address_leaves_room_for_others() {
        let gate = Gate::new(5, 2);
        let held = [
            gate.enter(ip("10.0.0.1")).unwrap(),
            gate.enter(ip("10.0.0.1")).unwrap(),
        ];
        assert!(gate.enter(ip("10.0.0.1")).is_none());
        let other = gate.enter(ip("10.0.0.2"));
        assert!(other.is_some());
        drop(held);
        assert!(
            gate.enter(ip("10.0.0.1")).is_some(),
            "whoever leaves makes room"
        );
        assert_eq!(
            gate.inside.lock().unwrap().1.len(),
            1,
            "nobody is remembered who has left"
        );
    }

    #[test]
    fn k16_one_ipv6_network_counts_as_one_address() {
        let gate = Gate::new(5, 1);
        let _held = gate.enter(ip("2001:db8:1:2::1")).unwrap();
        assert!(gate.enter(ip("2001:db8:1:2:ffff::9")).is_none());
        assert!(gate.enter(ip("2001:db8:1:3::1")).is_some());
    }

    #[test]
    fn gzip_is_used_only_where_it_is_asked_for() {
        for (asked, wanted) in [
            ("gzip, deflate, br", true),
            ("br;q=1.0, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("identity", false),
            ("x-gzip", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(asked));
            assert_eq!(accepts_gzip(&headers), wanted, "{asked}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn k16_silence_is_late_and_work_is_not() {
        let given = crate::settings::Given::default();
        let limits = Settings::from(&given, &[]).unwrap().limits;
        let pulse = Arc::new(Pulse::new(Speech::Http1));
        let begun = Instant::now();
        pulse.late(&limits).await;
        assert_eq!(begun.elapsed(), limits.header, "never said a word");

        let pulse = Arc::new(Pulse::new(Speech::Http1));
        let work = Pulse::begin(&pulse);
        assert!(
            timeout(limits.connection, pulse.late(&limits))
                .await
                .is_err(),
            "a request is under way"
        );
        drop(work);
        let begun = Instant::now();
        pulse.late(&limits).await;
        assert_eq!(begun.elapsed(), limits.idle, "rested too long");

        let pulse = Arc::new(Pulse::new(Speech::Http1));
        drop(Pulse::begin(&pulse));
        pulse.heard();
        let begun = Instant::now();
        pulse.heard();
        pulse.late(&limits).await;
        assert_eq!(
            begun.elapsed(),
            limits.header,
            "a second head that drips in has no more time than the first"
        );
    }

    fn settings(flags: &[(&'static str, &str)]) -> Settings {
        let given = flags
            .iter()
            .fold(crate::settings::Given::default(), |given, (name, value)| {
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

    /// A listener with these settings and two pages: one that stays open, one that panics.
    async fn open(
        settings: Settings,
    ) -> (
        std::net::SocketAddr,
        watch::Sender<bool>,
        tokio::task::JoinHandle<()>,
    ) {
        use axum::routing::get;
        let live = || async {
            let endless = futures_util::stream::pending::<Result<Bytes, Infallible>>();
            (
                [(header::CONTENT_TYPE, "text/event-stream")],
                Body::from_stream(endless),
            )
        };
        let broken = || async {
            let nothing: Option<&str> = None;
            nothing.expect("a bug of ours")
        };
        let stuck = || async { std::future::pending::<&str>().await };
        let router = Router::new()
            .route("/live", get(live))
            .route("/broken", get(broken))
            .route("/stuck", get(stuck))
            .route("/", get(|| async { "here" }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(serve(listener, Arc::new(settings), router, None, stopped));
        (address, stop, serving)
    }

    async fn ask(address: std::net::SocketAddr, path: &str) -> (TcpStream, String) {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes())
            .await
            .unwrap();
        let mut answer = vec![0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        (stream, String::from_utf8(answer).unwrap())
    }

    async fn rest(mut stream: TcpStream) -> String {
        use tokio::io::AsyncReadExt as _;
        let mut rest = Vec::new();
        timeout(Duration::from_secs(20), stream.read_to_end(&mut rest))
            .await
            .unwrap()
            .unwrap();
        String::from_utf8(rest).unwrap()
    }

    #[tokio::test]
    async fn k16_live_pages_outlast_a_connection_and_have_a_cap_of_their_own() {
        let settings = settings(&[
            ("limits.connection_seconds", "1"),
            ("limits.idle_seconds", "1"),
            ("limits.header_seconds", "1"),
            ("limits.handler_seconds", "1"),
            ("limits.body_seconds", "1"),
            ("limits.stream_seconds", "5"),
            ("limits.streams_per_address", "2"),
        ]);
        let (address, _stop, _serving) = open(settings).await;
        let begun = Instant::now();
        let (first, answer) = ask(address, "/live").await;
        assert_eq!(answer, "HTTP/1.1 200");
        let (_second, answer) = ask(address, "/live").await;
        assert_eq!(answer, "HTTP/1.1 200");
        let (_third, answer) = ask(address, "/live").await;
        assert_eq!(answer, "HTTP/1.1 503");
        assert_eq!(
            ask(address, "/").await.1,
            "HTTP/1.1 200",
            "pages are still served"
        );
        rest(first).await;
        assert!(
            begun.elapsed() >= Duration::from_secs(5),
            "it lasted its own time: {:?}",
            begun.elapsed()
        );
        assert_eq!(
            ask(address, "/live").await.1,
            "HTTP/1.1 200",
            "who has ended makes room"
        );
    }

    #[tokio::test]
    async fn live_pages_end_when_the_server_does() {
        let (address, stop, serving) = open(settings(&[])).await;
        let (stream, _) = ask(address, "/live").await;
        stop.send(true).unwrap();
        rest(stream).await;
        timeout(Duration::from_secs(5), serving)
            .await
            .unwrap()
            .unwrap();
    }

    #[tokio::test]
    async fn a_bug_or_a_hanging_page_gets_a_calm_answer_and_ends_nothing_else() {
        let (address, _stop, _serving) = open(settings(&[("limits.handler_seconds", "1")])).await;
        for (path, status) in [
            ("/broken", "HTTP/1.1 500"),
            ("/stuck", "HTTP/1.1 503"),
            ("/", "HTTP/1.1 200"),
        ] {
            assert_eq!(ask(address, path).await.1, status, "{path}");
        }
    }
}
