//! K19: what is logged about a request is five things from a fixed list.

use crate::house::{House, converse};

#[tokio::test]
async fn k19_no_word_of_a_request_is_ever_logged() {
    const CANARY: &str = "canary-7f3a";
    let house = House::open(&[]);
    for path in [
        format!("/i/{CANARY}"),
        format!("/g/{CANARY}"),
        format!("/{CANARY}"),
        format!("/?{CANARY}={CANARY}"),
        "/c".to_owned(),
    ] {
        for method in ["GET", "POST"] {
            let body = format!("handle={CANARY}&passphrase={CANARY}");
            let request = format!(
                "{method} {path} HTTP/1.1\r\nHost: localhost\r\nCookie: __Host-s={CANARY}\r\nUser-Agent: {CANARY}\r\n\
                 Referer: http://localhost/{CANARY}\r\nX-Forwarded-For: 192.0.2.77\r\nSec-Fetch-Site: same-origin\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            converse(house.connect().await, request.as_bytes()).await;
        }
    }
    // Not even what is no HTTP at all.
    converse(
        house.connect().await,
        format!("{CANARY}\r\n\r\n").as_bytes(),
    )
    .await;
    let (_, log) = house.stop();
    assert!(
        !log.contains(CANARY) && !log.contains("192.0.2.77"),
        "{log}"
    );
    let lines: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("Z ") && line.starts_with("20"))
        .collect();
    assert_eq!(lines.len(), 10, "one line a request: {log}");
    for line in lines {
        let parts: Vec<&str> = line.split(' ').collect();
        let [minute, route, status, took, id] = parts[..] else {
            panic!("{line}")
        };
        assert_eq!(minute.len(), "2026-11-23T08:49Z".len(), "{line}");
        assert!(route == "-" || route.starts_with('/'), "{line}");
        assert!(status.parse::<u16>().is_ok(), "{line}");
        assert!(
            ["<10ms", "<100ms", "<1s", "<15s", "long"].contains(&took),
            "{line}"
        );
        assert!(
            id.len() == 8 && u32::from_str_radix(id, 16).is_ok(),
            "{line}"
        );
    }
    assert!(
        log.contains(" /i/{secret} ") && log.contains(" /g/{secret} "),
        "the pattern of a route, not the route: {log}"
    );
}
