//! The listener (K16): our own accept loop, because the framework's stock one lets a silent socket live for ever.
//!
//! A connection has [`Limits::header`] for its hello and for each request's head, may rest for [`Limits::idle`]
//! between two, and lasts [`Limits::connection`]; a request has [`Limits::body`] to arrive and [`Limits::handler`] to
//! be answered. Live pages (event streams) are excepted from the last two, and have a cap of their own. One address
//! holds so many connections and no more, so that the others are still served.

mod calm;
mod gate;
mod gzip;
mod hall;
mod pulse;
mod relay;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{self, HeaderValue};
use axum::http::{Method, Request, Version};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::clock::WallClock;
use crate::settings::Settings;
use crate::tls::Certificates;
use calm::show_https;
use gate::Gate;
use hall::{Hall, Working, is_live};
use pulse::{Phase, Pulse, Speech, Watched};
use relay::{Handover, Until, relay};

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

// What one kind of connection needs is on the heap of those that are of that kind: ten thousand live pages are ten
// thousand of these futures (P10).
async fn connection(hall: &Arc<Hall>, stream: TcpStream, from: IpAddr) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let limits = &hall.settings.limits;
    let Some(certificates) = &hall.certificates else {
        return Box::pin(converse(hall, stream, from, Speech::Http1, Manner::Serve)).await;
    };
    let mut first = [0];
    let length = timeout(limits.header, stream.peek(&mut first)).await??;
    if length == 0 {
        return Ok(());
    }
    // A TLS hello begins with 22 (RFC 8446, 5.1). Somebody who left out "https://" is shown the way.
    if first[0] != 22 {
        return Box::pin(converse(
            hall,
            stream,
            from,
            Speech::Http1,
            Manner::ShowHttps,
        ))
        .await;
    }
    let arrived = stream.local_addr()?.ip();
    let config = certificates.for_arrival(arrived, WallClock.stamp());
    let accept = Box::pin(TlsAcceptor::from(config).accept(stream));
    let stream = timeout(limits.header, accept).await??;
    let speech = match stream.get_ref().1.alpn_protocol() {
        Some(b"h2") => Speech::Http2,
        Some(_) | None => Speech::Http1,
    };
    Box::pin(converse(hall, stream, from, speech, Manner::Serve)).await
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
    match speech {
        Speech::Http1 => {
            let handed = Box::pin(speak_http1(hall, stream, from, manner, &pulse)).await;
            if let Some((stream, page)) = handed {
                let limits = &hall.settings.limits;
                let longest = limits.stream + limits.body + limits.handler;
                let _ = timeout(longest, Box::pin(relay(stream, page))).await;
            }
        }
        Speech::Http2 => {
            let stream = TokioIo::new(Watched::new(stream, &pulse, &Arc::default()));
            let service = {
                let (hall, pulse) = (Arc::clone(hall), Arc::clone(&pulse));
                service_fn(move |request: Request<Incoming>| {
                    let (hall, work) = (Arc::clone(&hall), Pulse::begin(&pulse));
                    async move {
                        let response = hall.answer(request, from, &work).await;
                        Ok::<_, Infallible>(
                            response.map(|body| Body::new(Working::new(body, work))),
                        )
                    }
                })
            };
            let connection = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                .max_concurrent_streams(64)
                .max_header_list_size(16 * 1024)
                .max_send_buf_size(64 * 1024)
                .serve_connection(stream, service);
            let close = |connection: Pin<&mut _>| {
                hyper::server::conn::http2::Connection::graceful_shutdown(connection);
            };
            Box::pin(drive(hall, connection, &pulse, close)).await;
        }
    }
    Ok(())
}

/// Speaks HTTP/1.1 to the end of the connection, or to the first line of a live page, with which only these two are left
/// of it.
async fn speak_http1<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    hall: &Arc<Hall>,
    stream: S,
    from: IpAddr,
    manner: Manner,
    pulse: &Arc<Pulse>,
) -> Option<(S, Working)> {
    let handover = Arc::<Handover>::default();
    let stream = TokioIo::new(Watched::new(stream, pulse, &handover));
    let service = service_fn(|request: Request<Incoming>| {
        let (work, handover) = (Pulse::begin(pulse), &handover);
        async move {
            let chunked = request.method() == Method::GET && request.version() == Version::HTTP_11;
            let mut response = match manner {
                Manner::Serve => hall.answer(request, from, &work).await,
                Manner::ShowHttps => show_https(&request),
            };
            let handed = chunked && is_live(response.headers());
            if handed {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            Ok::<_, Infallible>(response.map(|body| {
                let body = Working::new(body, work);
                if handed {
                    handover.begin(body)
                } else {
                    Body::new(body)
                }
            }))
        }
    });
    let mut connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        // Ours counts from the first byte and covers the silent start too.
        .header_read_timeout(None)
        .max_headers(64)
        .max_buf_size(32 * 1024)
        .serve_connection(stream, service);
    let until = Until {
        connection: &mut connection,
        handover: &handover,
    };
    let close = |mut until: Pin<&mut Until<'_, _>>| {
        hyper::server::conn::http1::Connection::graceful_shutdown(Pin::new(&mut *until.connection));
    };
    drive(hall, until, pulse, close).await;
    let page = handover.take()?;
    Some((connection.into_parts().io.into_inner().stream, page))
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

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::http::header;

    use super::*;

    fn settings(flags: &[(&'static str, &str)]) -> Settings {
        let given = flags
            .iter()
            .fold(crate::settings::Given::default(), |given, (name, value)| {
                given.with(name, value)
            });
        Settings::from(&given, &[]).unwrap()
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
        let lines = || async {
            let some = ["one\n\n", "", "and a longer one\n\n"].map(Ok::<_, Infallible>);
            (
                [(header::CONTENT_TYPE, "text/event-stream")],
                Body::from_stream(futures_util::stream::iter(some)),
            )
        };
        let broken = || async {
            let pages: Vec<&str> = Vec::new();
            pages[0]
        };
        let stuck = || async { std::future::pending::<&str>().await };
        let router = Router::new()
            .route("/live", get(live))
            .route("/lines", get(lines))
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
    async fn a_live_page_says_its_lines_and_is_the_last_on_its_connection() {
        use tokio::io::AsyncWriteExt as _;
        let (address, _stop, _serving) = open(settings(&[])).await;
        let chunks = "5\r\none\n\n\r\n12\r\nand a longer one\n\n\r\n0\r\n\r\n";
        let plain = "one\n\nand a longer one\n\n";
        for (request, body) in [
            ("GET /lines HTTP/1.1", chunks),
            ("HEAD /lines HTTP/1.1", ""),
            ("GET /lines HTTP/1.0", plain),
        ] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let close = if request.starts_with("HEAD") {
                "Connection: close\r\n"
            } else {
                ""
            };
            let head = format!("{request}\r\nHost: localhost\r\n{close}\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            let all = rest(stream).await;
            let (head, said) = all.split_once("\r\n\r\n").unwrap();
            assert_eq!(said, body, "{request}");
            if body == chunks {
                assert!(head.contains("transfer-encoding: chunked"), "{head}");
                assert!(head.contains("connection: close"), "{head}");
            }
        }
    }

    #[tokio::test]
    async fn k16_who_leaves_a_live_page_makes_room() {
        let settings = settings(&[("limits.streams_per_address", "1")]);
        let (address, _stop, _serving) = open(settings).await;
        let (first, answer) = ask(address, "/live").await;
        assert_eq!(answer, "HTTP/1.1 200");
        assert_eq!(ask(address, "/live").await.1, "HTTP/1.1 503");
        drop(first);
        let again = async {
            while ask(address, "/live").await.1 != "HTTP/1.1 200" {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(5), again).await.unwrap();
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
