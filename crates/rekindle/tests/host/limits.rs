//! K16: slow, silent, greedy and endless clients, and the honest ones beside them.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{sleep, timeout};

use crate::house::{House, LONG, get, listen};

#[tokio::test]
async fn k16_a_silent_socket_is_closed() {
    let house = House::open(&["--limits-header-seconds", "1"]);
    let begun = Instant::now();
    assert_eq!(listen(house.connect().await).await, "");
    assert!(
        begun.elapsed() >= Duration::from_millis(900),
        "not before its time"
    );
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn k16_a_head_that_drips_in_is_cut_off() {
    let house = House::open(&["--limits-header-seconds", "1"]);
    let begun = Instant::now();
    let (reader, mut writer) = house.connect().await.into_split();
    writer.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    let drip = async {
        // One header a fifth of a second never ends by itself.
        while writer.write_all(b"X-More: and more\r\n").await.is_ok() {
            sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::select! {
        _ = listen(reader) => {}
        () = drip => {}
    }
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn k16_a_second_head_that_drips_in_is_cut_off_too() {
    let house = House::open(&[
        "--limits-header-seconds",
        "1",
        "--limits-idle-seconds",
        "60",
    ]);
    let mut stream = house.connect().await;
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut some = [0; 15];
    stream.read_exact(&mut some).await.unwrap();
    stream.write_all(b"GET /healthz HT").await.unwrap();
    let begun = Instant::now();
    listen(stream).await;
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn k16_a_body_that_does_not_come_gets_an_answer() {
    let house = House::open(&["--limits-body-seconds", "1"]);
    let answer = house
        .ask(b"POST /c HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc")
        .await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(
        answer.contains("content-security-policy: default-src 'none'"),
        "{answer}"
    );
    assert!(answer.contains("nothing was saved"), "{answer}");
}

#[tokio::test]
async fn k16_too_large_a_body_gets_a_calm_page() {
    let house = House::open(&[]);
    for size in [65_537, 3_000_000] {
        let head = format!(
            "POST /c HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {size}\r\nConnection: close\r\n\r\nhandle="
        );
        let mut bytes = head.into_bytes();
        bytes.resize(bytes.len() + size - "handle=".len(), b'a');
        let answer = house.ask(&bytes).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{size}: {answer}");
        assert!(
            answer.contains("content-type: text/html"),
            "{size}: {answer}"
        );
        assert!(
            answer.contains("content-security-policy: "),
            "{size}: {answer}"
        );
    }
    // By this server's own limit, below that of the pages.
    let strict = House::open(&["--limits-body-bytes", "16384"]);
    for (size, status) in [(16_000, "HTTP/1.1 4"), (17_000, "HTTP/1.1 413")] {
        let body = format!("handle={}", "a".repeat(size - 7));
        let head = format!(
            "POST /c HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nTransfer-Encoding: chunked\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n{size:x}\r\n{body}\r\n0\r\n\r\n"
        );
        let answer = strict.ask(head.as_bytes()).await;
        assert!(answer.starts_with(status), "{size}: {answer}");
        assert_eq!(
            answer.starts_with("HTTP/1.1 413"),
            size > 16_384,
            "{size}: {answer}"
        );
    }
    // Without a length, too.
    let mut bytes = b"POST /c HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n\
        Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        .to_vec();
    for _ in 0..20 {
        bytes.extend_from_slice(format!("1000\r\n{}\r\n", "a".repeat(4096)).as_bytes());
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    let answer = house.ask(&bytes).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test]
async fn k16_one_address_that_takes_everything_leaves_the_others_served() {
    let house = House::open(&[
        "--limits-header-seconds",
        "60",
        "--limits-connections-per-address",
        "10",
    ]);
    let mut held = Vec::new();
    for _ in 0..60 {
        held.push(house.connect_from(2).await);
    }
    // The eleventh and those behind it are let go at once, long before the header timer.
    for stream in held.drain(10..) {
        assert_eq!(listen(stream).await, "");
    }
    for _ in 0..5 {
        let answer = house.get("/healthz").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    // Whoever lets go is let in again.
    drop(held);
    let begun = Instant::now();
    loop {
        let mut stream = house.connect_from(2).await;
        let mut answer = [0; 12];
        let asked = stream.write_all(get("/healthz").as_bytes()).await.is_ok();
        if asked && stream.read_exact(&mut answer).await.is_ok() && &answer == b"HTTP/1.1 200" {
            break;
        }
        assert!(begun.elapsed() < LONG, "never let in again");
    }
}

#[tokio::test]
async fn k16_a_connection_ends_after_its_time_however_busy() {
    let house = House::open(&["--limits-connection-seconds", "1"]);
    let mut stream = house.connect().await;
    let begun = Instant::now();
    let ask = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut said = vec![0; 64 * 1024];
    let ended = timeout(LONG, async {
        loop {
            if stream.write_all(ask).await.is_err() {
                return;
            }
            match stream.read(&mut said).await {
                Ok(0) | Err(_) => return,
                Ok(_) => sleep(Duration::from_millis(50)).await,
            }
        }
    });
    ended.await.expect("the connection is closed");
    assert!(begun.elapsed() >= Duration::from_millis(900));
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn k16_a_connection_that_rests_is_closed() {
    let house = House::open(&[
        "--limits-idle-seconds",
        "1",
        "--limits-header-seconds",
        "60",
    ]);
    let mut stream = house.connect().await;
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    let begun = Instant::now();
    let answer = listen(stream).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let house = House::open(&[]);
    let mut bytes = b"GET / HTTP/1.1\r\nHost: localhost\r\n".to_vec();
    bytes.extend_from_slice(format!("X-Long: {}\r\n", "a".repeat(100_000)).as_bytes());
    bytes.extend_from_slice(b"\r\n");
    let mut stream = house.connect().await;
    // It may hang up before everything is said.
    let _ = stream.write_all(&bytes).await;
    let answer = listen(stream).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );
    let answer = house.get("/healthz").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn it_ends_when_it_is_told_to_and_says_goodbye_to_those_who_wait() {
    let house = House::open(&["--limits-idle-seconds", "60"]);
    let mut stream = house.connect().await;
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut some = [0; 15];
    stream.read_exact(&mut some).await.unwrap();
    let begun = Instant::now();
    let (code, _) = house.stop();
    assert_eq!(code, Some(0));
    assert!(begun.elapsed() < Duration::from_secs(5));
    listen(stream).await;
}

#[tokio::test]
async fn pages_are_gzipped_for_those_who_ask() {
    let house = House::open(&[]);
    let plain = house.get("/").await;
    assert!(
        plain.starts_with("HTTP/1.1 200") && !plain.contains("content-encoding"),
        "{plain}"
    );
    let ask = get("/").replace("Connection", "Accept-Encoding: gzip, br\r\nConnection");
    let packed = house.ask(ask.as_bytes()).await;
    assert!(
        packed.contains("content-encoding: gzip") && packed.contains("vary: accept-encoding"),
        "{packed}"
    );
    assert!(packed.len() < plain.len());
}
