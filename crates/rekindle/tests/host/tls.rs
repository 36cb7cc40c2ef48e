//! Two phones at home: HTTPS by the house's own authority, and what happens without it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::house::{House, converse, get, listen};

/// A phone that trusts this house's authority and nobody else.
async fn phone(house: &House, name: &str, speech: &[u8]) -> std::io::Result<TlsStream<TcpStream>> {
    let authority = CertificateDer::from_pem_file(house.data().join("tls/authority.pem")).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(authority).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![speech.to_vec()];
    let name = ServerName::try_from(name.to_owned()).unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, house.connect().await)
        .await
}

#[tokio::test]
async fn a_phone_that_trusts_the_house_reaches_it_by_every_name() {
    let house = House::open(&["--tls", "on", "--tls-names", "phone.home.arpa"]);
    assert!(
        house.address.starts_with("https://localhost:"),
        "{}",
        house.address
    );
    for name in ["phone.home.arpa", "localhost", "127.0.0.1"] {
        let stream = phone(&house, name, b"http/1.1").await.unwrap();
        let answer = converse(stream, get("/").as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{name}: {answer}");
    }
    for name in ["elsewhere.home.arpa", "192.168.3.4"] {
        assert!(
            phone(&house, name, b"http/1.1").await.is_err(),
            "{name} is not this house"
        );
    }
}

#[tokio::test]
async fn http_2_is_spoken_over_tls() {
    let house = House::open(&["--tls", "on"]);
    let stream = phone(&house, "localhost", b"h2").await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
    tokio::spawn(connection);
    for _ in 0..3 {
        let request = hyper::Request::get(format!("https://localhost:{}/", house.port));
        let request = request
            .body(http_body_util::Empty::<axum::body::Bytes>::new())
            .unwrap();
        assert_eq!(sender.send_request(request).await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn the_authority_stays_the_same_and_its_fingerprint_is_printed() {
    let house = House::open(&["--tls", "on"]);
    let authority = CertificateDer::from_pem_file(house.data().join("tls/authority.pem")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copied = folder.path().join("data");
    let done = std::process::Command::new("cp")
        .arg("-r")
        .arg(house.data())
        .arg(&copied)
        .status()
        .unwrap();
    assert!(done.success());
    let (_, said) = house.stop();
    let digest: Vec<String> = Sha256::digest(&authority)
        .iter()
        .map(|b| format!("{b:02X}"))
        .collect();
    assert!(said.contains(&digest.join(":")), "{said}");

    let again = House::open_in(folder, "127.0.0.1:0", &["--tls", "on"]);
    let same = CertificateDer::from_pem_file(again.data().join("tls/authority.pem")).unwrap();
    assert_eq!(authority, same);
    assert!(phone(&again, "localhost", b"http/1.1").await.is_ok());
}

#[tokio::test]
async fn beyond_this_machine_it_speaks_https_by_itself_and_prints_a_code_to_scan() {
    let house = House::open_at("0.0.0.0:0", &[]);
    assert!(house.address.starts_with("https://"), "{}", house.address);
    assert!(phone(&house, "localhost", b"http/1.1").await.is_ok());
    let home = rekindle_has_a_home_address();
    let (_, said) = house.stop();
    assert_eq!(
        said.contains("On your phones: https://") && said.contains('█'),
        home,
        "{said}"
    );
}

/// Whether this machine has a route to anywhere; without one there is no address to print.
fn rekindle_has_a_home_address() -> bool {
    ["0.0.0.0:0", "[::]:0"]
        .into_iter()
        .zip(["192.0.2.1:9", "[2001:db8::1]:9"])
        .any(|(here, there)| {
            std::net::UdpSocket::bind(here).is_ok_and(|socket| socket.connect(there).is_ok())
        })
}

#[tokio::test]
async fn k16_a_silent_socket_is_closed_before_the_handshake() {
    let house = House::open(&["--tls", "on", "--limits-header-seconds", "1"]);
    let begun = Instant::now();
    assert_eq!(listen(house.connect().await).await, "");
    // And one that has begun its hello.
    let hello = converse(house.connect().await, &[22, 3, 1, 0]).await;
    assert!(!hello.starts_with("HTTP"), "{hello}");
    // And one that is through with it and says nothing more.
    let silent = phone(&house, "localhost", b"h2").await.unwrap();
    listen(silent).await;
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn somebody_who_left_out_https_is_shown_the_way() {
    let house = House::open(&["--tls", "on"]);
    let answer = house
        .ask(b"GET /t?x=1 HTTP/1.1\r\nHost: us.home.arpa:1\r\n\r\n")
        .await;
    assert!(answer.starts_with("HTTP/1.1 307"), "{answer}");
    assert!(
        answer.contains("location: https://us.home.arpa:1/t?x=1\r\n"),
        "{answer}"
    );
    let answer = house
        .ask(b"POST /c HTTP/1.1\r\nHost: us.home.arpa\r\nContent-Length: 0\r\n\r\n")
        .await;
    assert!(
        answer.starts_with("HTTP/1.1 403") && answer.contains("https://"),
        "{answer}"
    );
}

#[tokio::test]
async fn plain_http_beyond_this_machine_refuses_sign_in_and_says_why() {
    let house = House::open_at("0.0.0.0:0", &["--tls", "off"]);
    assert!(house.address.starts_with("http://"), "{}", house.address);
    let answer = house.get("/c").await;
    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(!answer.contains("set-cookie"), "{answer}");
    let (_, said) = house.stop();
    assert!(said.contains("nobody can sign in"), "{said}");
}

#[tokio::test]
async fn behind_a_proxy_only_the_proxy_and_this_machine_are_served() {
    let house = House::open_at("0.0.0.0:0", &["--tls", "off", "--proxies", "127.0.0.2"]);
    let answer = converse(house.connect_from(2).await, get("/").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer.contains("strict-transport-security"),
        "the browser sees HTTPS: {answer}"
    );
    let plain = get("/").replace(
        "Connection",
        "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: http\r\nConnection",
    );
    let answer = converse(house.connect_from(2).await, plain.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    // The same header from somebody who is no proxy changes nothing.
    let answer = converse(house.connect_from(3).await, plain.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn own_certificate_files_are_used() {
    let house = House::open(&["--tls", "on", "--tls-names", "us.home.arpa"]);
    let tls = house.data().join("tls");
    let (certificate, key) = (tls.join("server.pem"), tls.join("server.key"));
    let files = House::open(&[
        "--tls",
        "files",
        "--tls-certificate",
        certificate.to_str().unwrap(),
        "--tls-key",
        key.to_str().unwrap(),
    ]);
    assert!(
        !files.data().join("tls").exists(),
        "no authority is made beside it"
    );
    std::fs::create_dir(files.data().join("tls")).unwrap();
    std::fs::copy(
        tls.join("authority.pem"),
        files.data().join("tls/authority.pem"),
    )
    .unwrap();
    assert!(phone(&files, "us.home.arpa", b"http/1.1").await.is_ok());
}
