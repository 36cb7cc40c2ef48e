//! K13: what changes anything comes from a page of ours, with the fields of that page and no others; reading changes
//! nothing.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};

use crate::routes::{Ids, Route, all};
use crate::world::{Browser, House, Lived, NAME, Page, asks};

const FORM: &str = "application/x-www-form-urlencoded";

async fn ready() -> (Lived, Ids) {
    let mut lived = Lived::new().await;
    let ids = Ids::of(&mut lived).await;
    (lived, ids)
}

/// Sends a route's form with other headers than a browser on our own page sends.
async fn sent(browser: &Browser, route: &Route, headers: &[(&str, &str)]) -> Page {
    let mut request = asks("POST", &route.path).header(CONTENT_TYPE, FORM);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = serde_urlencoded::to_string(route.form()).unwrap();
    browser.clone().send(request, body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k13_a_form_that_does_not_come_from_here_does_nothing() {
    let (lived, ids) = ready().await;
    let before = lived.house.rows().await;
    let elsewhere: &[&[(&str, &str)]] = &[
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "Same-Origin")],
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "http://evening.example"),
        ],
        &[("origin", "null")],
        &[("origin", "https://evil.example")],
        &[("origin", "https://evening.example.evil.example")],
        &[("origin", "https://evening.example:8443")],
        &[("origin", "evening.example")],
    ];
    for route in all(&ids).iter().filter(|route| !route.is_get()) {
        for headers in elsewhere {
            let page = sent(&lived.ana, route, headers).await;
            assert_eq!(
                page.status,
                StatusCode::FORBIDDEN,
                "{} {headers:?}",
                route.name
            );
            assert!(page.sees("nothing was changed"), "{}", page.text());
        }
    }
    assert_eq!(lived.house.rows().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k13_a_form_of_ours_comes_through_from_browsers_of_either_kind() {
    let (lived, ids) = ready().await;
    let routes = all(&ids);
    let keep = routes
        .iter()
        .find(|route| route.name == "APPRECIATIONS" && !route.is_get())
        .unwrap();
    let origin = format!("http://{NAME}");
    for headers in [[("sec-fetch-site", "same-origin")], [("origin", &*origin)]] {
        let page = sent(&lived.ana, keep, &headers).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{headers:?}");
    }
    // Two hosts in one request: the one it was sent to counts.
    let request = asks("POST", "/u/a")
        .header(CONTENT_TYPE, FORM)
        .header(HOST, "evil.example")
        .header(ORIGIN, "http://evil.example.net");
    let page = lived.ana.clone().send(request, "words=x").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k13_an_unknown_field_is_refused_on_every_form() {
    let (lived, ids) = ready().await;
    let before = lived.house.rows().await;
    for route in all(&ids).iter().filter(|route| !route.is_get()) {
        let mut fields = route.form();
        fields.push(("owner", "somebody-else"));
        let page = lived.ana.clone().post(&route.path, &fields).await;
        // A link that nothing is behind is nothing, whatever is sent to it.
        let nothing = route.name.starts_with("INVITATION") && page.status == StatusCode::NOT_FOUND;
        assert!(
            page.status == StatusCode::UNPROCESSABLE_ENTITY || nothing,
            "{}: {}",
            route.name,
            page.status
        );
    }
    assert_eq!(lived.house.rows().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k13_a_field_sent_twice_or_a_form_of_another_kind_is_refused() {
    let (lived, ids) = ready().await;
    let before = lived.house.rows().await;
    for route in all(&ids).iter().filter(|route| !route.is_get()) {
        let free = ["START", "PREPARE", "PREPARE_ONE", "SESSION", "REST"].contains(&route.name);
        if let Some(first) = route.form().first().filter(|_| !free) {
            let fields = [route.form(), vec![*first]].concat();
            let page = lived.ana.clone().post(&route.path, &fields).await;
            let fine = [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::NOT_FOUND];
            assert!(
                fine.contains(&page.status),
                "{} twice: {}",
                route.name,
                page.status
            );
        }
        if !route.fields.is_empty() {
            for (kind, body) in [
                ("text/plain", "words=x"),
                ("application/json", "{\"words\":\"x\"}"),
                ("multipart/form-data; boundary=b", "--b--"),
            ] {
                let request = asks("POST", &route.path)
                    .header(CONTENT_TYPE, kind)
                    .header("sec-fetch-site", "same-origin");
                let page = lived.ana.clone().send(request, body).await;
                assert!(
                    page.status.is_client_error(),
                    "{} as {kind}: {}",
                    route.name,
                    page.status
                );
            }
        }
    }
    assert_eq!(lived.house.rows().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k13_reading_changes_nothing() {
    let (mut lived, ids) = ready().await;
    // A door just opened is not kept open longer by reading.
    lived.ana.opens_the_door().await;
    let before = lived.house.rows().await;
    for route in all(&ids)
        .iter()
        .filter(|route| route.is_get() && route.name != "LEAVE")
    {
        for browser in [&lived.ana, &lived.ben, &lived.house.browser()] {
            browser.clone().get(&route.path).await;
            let head = asks("HEAD", &route.path);
            browser.clone().send(head, "").await;
        }
        let after = lived.house.rows().await;
        assert_eq!(
            before.differing(&after),
            Vec::<&str>::new(),
            "{}",
            route.name
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k13_what_a_form_does_is_not_done_by_a_link() {
    let (lived, ids) = ready().await;
    let routes = all(&ids);
    let readable: Vec<&str> = routes
        .iter()
        .filter(|route| route.is_get())
        .map(|route| route.path.as_str())
        .collect();
    let before = lived.house.rows().await;
    for route in routes.iter().filter(|route| !route.is_get()) {
        let query = serde_urlencoded::to_string(route.form()).unwrap();
        let page = lived
            .ana
            .clone()
            .get(&format!("{}?{query}", route.path))
            .await;
        if !readable.contains(&route.path.as_str()) {
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", route.name);
        }
    }
    assert_eq!(lived.house.rows().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k13_other_methods_find_nothing() {
    let house = House::new().await;
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY"] {
        for route in all(&Ids::made_up()) {
            let request = asks(method, &route.path).header("sec-fetch-site", "same-origin");
            let page = house.browser().send(request, "").await;
            assert!(
                page.status.is_client_error(),
                "{method} {}: {}",
                route.name,
                page.status
            );
        }
    }
}
