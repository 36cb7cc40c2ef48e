//! K14: the same headers on everything that goes out. S14: Leave. S15: nothing tell-tale outside the page.

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;

use crate::routes::{Ids, all};
use crate::world::{ELSEWHERE, House, Lived, Page, asks, settings};

/// What every response carries, whatever it is.
fn dressed(what: &str, page: &Page) {
    let header = |name: &str| {
        let all: Vec<_> = page.headers.get_all(name).iter().collect();
        assert!(all.len() <= 1, "{what}: {name} stands {} times", all.len());
        all.first().map_or("", |value| value.to_str().unwrap())
    };
    let policy: Vec<&str> = header("content-security-policy")
        .split(';')
        .map(str::trim)
        .collect();
    assert_eq!(policy[0], "default-src 'none'", "{what}");
    for needed in [
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types worker",
    ] {
        assert!(policy.contains(&needed), "{what}: {needed} in {policy:?}");
    }
    for rule in &policy {
        let sources = rule.split(' ').skip(1);
        for source in sources {
            assert!(
                ["'none'", "'self'", "'script'", "worker"].contains(&source),
                "{what}: {rule}"
            );
        }
    }
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        assert_eq!(header(name), value, "{what}: {name}");
    }
    let permissions = header("permissions-policy");
    for rule in permissions.split(',').map(str::trim) {
        let (feature, whom) = rule.split_once('=').unwrap();
        let own = [
            "screen-wake-lock",
            "publickey-credentials-create",
            "publickey-credentials-get",
        ];
        let expected = if own.contains(&feature) {
            "(self)"
        } else {
            "()"
        };
        assert_eq!(whom, expected, "{what}: {feature}");
    }
    for feature in ["camera", "microphone", "geolocation", "payment", "usb"] {
        assert!(permissions.contains(&format!("{feature}=()")), "{what}");
    }
    let asset = what.contains("/assets/");
    assert!(
        header("cache-control") == "no-store" || asset,
        "{what}: cache-control is {:?}",
        header("cache-control")
    );
    for name in [
        "server",
        "x-powered-by",
        "date",
        "etag",
        "last-modified",
        "via",
    ] {
        assert_eq!(header(name), "", "{what}: {name}");
    }
    for cookie in page.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.starts_with("__Host-"), "{what}: {cookie}");
        for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
            assert!(
                cookie.split("; ").any(|part| part == attribute),
                "{what}: {cookie} without {attribute}"
            );
        }
        assert!(!cookie.contains("Domain"), "{what}: {cookie}");
    }
    assert!(
        !page.body.contains("<script>")
            && !page.body.contains(" style=")
            && !page.body.contains(" onclick"),
        "{what}: nothing inline"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k14_every_route_is_dressed_whoever_asks() {
    let mut lived = Lived::new().await;
    let ids = Ids::of(&mut lived).await;
    for route in all(&ids) {
        for browser in [&lived.ana, &lived.ben, &lived.house.browser()] {
            // What ends a sign-in is not the end of the walk.
            let house = lived.house.twin().await;
            let page = route.asked_by(&mut browser.at(&house)).await;
            dressed(&format!("{} {}", route.method, route.path), &page);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k14_what_goes_wrong_is_dressed_too() {
    let lived = Lived::new().await;
    let broken = lived.house.twin_on(|store| store).await;
    broken.store.close().await;
    let mut ana = lived.ana.at(&broken);
    let fault = ana.get("/t").await;
    assert_eq!(fault.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(fault.sees("Something went wrong on our side"));
    dressed("fault", &fault);

    let mut ana = lived.ana.clone();
    let mut pages = vec![
        ("404", 404, ana.get("/nothing/here").await),
        ("404", 404, ana.get("/q/i/not-an-id").await),
        ("404", 404, ana.get("/r/s/999999").await),
        ("404", 404, ana.get("/assets/x/none.js").await),
        ("404", 404, ana.get("/assets/x/../../Cargo.toml").await),
        ("404", 404, ana.get("/%2e%2e/%00").await),
    ];
    let send = |request: axum::http::request::Builder, body: Body| {
        let mut ana = ana.clone();
        async move { ana.send(request, body).await }
    };
    let ours = |method: &str, path: &str| {
        asks(method, path)
            .header("sec-fetch-site", "same-origin")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
    };
    let large = "x".repeat(65 * 1024);
    pages.push(("405", 404, send(ours("DELETE", "/t"), Body::empty()).await));
    pages.push(("405", 404, send(ours("GET", "/c/o"), Body::empty()).await));
    pages.push((
        "413",
        413,
        send(ours("POST", "/u/a"), Body::from(format!("words={large}"))).await,
    ));
    pages.push((
        "413",
        413,
        send(ours("POST", "/c/o"), Body::from(large)).await,
    ));
    pages.push((
        "422",
        422,
        send(ours("POST", "/u/a"), Body::from("word=x")).await,
    ));
    pages.push((
        "422",
        422,
        send(ours("POST", "/u/a"), Body::from(vec![0xff, 0, 0xfe])).await,
    ));
    pages.push((
        "403",
        403,
        send(asks("POST", "/u/a"), Body::from("words=x")).await,
    ));
    pages.push((
        "404",
        404,
        send(asks("GET", "/i/x/f?n=many"), Body::empty()).await,
    ));
    pages.push((
        "404",
        404,
        send(ours("POST", "/q/i/not-an-id/w"), Body::empty()).await,
    ));
    for (what, status, page) in &pages {
        dressed(what, page);
        assert_eq!(page.status.as_u16(), *status, "{what}");
        let html = page.headers[CONTENT_TYPE].to_str().unwrap();
        assert!(html.starts_with("text/html"), "{what}: {html}");
        assert!(
            page.sees("Leave") && page.sees("Help"),
            "{what}: {}",
            page.text()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k14_assets_are_kept_for_ever_and_pages_never() {
    let house = House::new().await;
    let mut browser = house.browser();
    let page = browser.get("/").await;
    let assets: Vec<String> = [page.links(), page.between("src=\"", "\"")]
        .concat()
        .into_iter()
        .filter(|link| link.starts_with("/assets/"))
        .collect();
    assert!(assets.len() > 4, "{assets:?}");
    for path in assets {
        let asset = browser.get(&path).await;
        dressed(&path, &asset);
        assert_eq!(asset.status, StatusCode::OK, "{path}");
        assert!(
            asset.headers["cache-control"]
                .to_str()
                .unwrap()
                .contains("immutable"),
            "{path}"
        );
        let old = path.replacen(path.split('/').nth(2).unwrap(), "0000000000000000", 1);
        let old = browser.get(&old).await;
        assert_eq!(
            old.headers["cache-control"], "no-store",
            "an asset from before an update"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k14_https_is_remembered_where_it_is_spoken_and_only_there() {
    for secure in [true, false] {
        let house = House::with(rekindle_web::WebSettings {
            secure,
            ..settings()
        })
        .await;
        for path in ["/", "/nothing", "/x", "/t"] {
            let page = house.browser().get(path).await;
            assert_eq!(
                page.headers.contains_key("strict-transport-security"),
                secure,
                "{path}"
            );
        }
    }
}

/// Plain HTTP beyond this machine: nobody signs in, and the page says why.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k3_no_cookie_goes_over_an_open_wire() {
    let house = House::with(rekindle_web::WebSettings {
        insecure_refusal: true,
        ..settings()
    })
    .await;
    for route in all(&Ids::made_up()) {
        let page = route.asked_by(&mut house.browser()).await;
        let what = format!("{} {}", route.method, route.name);
        dressed(&format!("{} {}", route.method, route.path), &page);
        let open = [
            "HELP",
            "HELP_LINES",
            "LEAVE",
            "TRUST",
            "TRUST_PEM",
            "TRUST_DER",
            "/healthz",
            "/readyz",
        ];
        if !open.contains(&route.name) {
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{what}");
            assert!(page.sees("begins with https"), "{what}");
            assert!(page.headers.get("set-cookie").is_none(), "{what}");
        }
    }
    assert_eq!(house.rows().await.count("people"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s14_leave_is_first_on_every_page() {
    let mut lived = Lived::new().await;
    let ids = Ids::of(&mut lived).await;
    let mut pages = 0;
    for route in all(&ids)
        .iter()
        .filter(|route| route.is_get() && route.name != "LEAVE")
    {
        for browser in [&lived.ana, &lived.house.browser()] {
            let page = route.asked_by(&mut browser.clone()).await;
            if !page.body.starts_with("<!DOCTYPE html>") {
                continue;
            }
            pages += 1;
            let body = page.body.split_once("<body").unwrap().1;
            let first = body.split_once("<a ").unwrap().1;
            assert!(
                first.starts_with("class=\"skip\" href=\"/x\""),
                "{}: the first link is {}",
                route.name,
                first.split('>').next().unwrap()
            );
            let leaves = body.matches("href=\"/x\"").count();
            assert!(leaves >= 2, "{}: hidden first, then to be seen", route.name);
            let leaving = page.links().iter().any(|link| link == "/h");
            assert!(leaving, "{}: Help is one tap away", route.name);
            assert!(page.body.contains("/js/leave"), "{}", route.name);
        }
    }
    assert!(pages > 50, "{pages}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s14_leaving_ends_the_sign_in_closes_the_door_and_clears_this_browser() {
    let mut lived = Lived::new().await;
    lived.ana.opens_the_door().await;
    let before = lived.ana.clone();
    let page = lived.ana.get("/x").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(page.to(), ELSEWHERE);
    assert_eq!(
        page.headers["clear-site-data"],
        "\"cache\", \"cookies\", \"storage\""
    );
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(lived.ana.jar.is_empty(), "{:?}", lived.ana.jar);
    // Somebody who copied the cookies before has nothing in hand either.
    let mut kept = before.clone();
    assert_eq!(kept.get("/t").await.to(), "/c");
    // Nor is the door open for whoever signs in next.
    kept.jar.retain(|name, _| name == "__Host-d");
    assert_eq!(kept.jar.len(), 1);
    let door = kept.jar.clone();
    kept.signs_in().await;
    kept.jar.extend(door);
    assert_eq!(kept.get("/m/k").await.to(), "/e?to=/m/k");
    // Pressed again, or by nobody, it leads away all the same.
    for mut browser in [lived.house.browser(), before] {
        assert_eq!(browser.get("/x").await.to(), ELSEWHERE);
    }
}

/// Whoever leaves is not kept by a disk that is full.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s14_leaving_needs_no_database() {
    let lived = Lived::new().await;
    let broken = lived.house.twin().await;
    broken.store.close().await;
    let mut ana = lived.ana.at(&broken);
    assert_eq!(ana.get("/x").await.to(), ELSEWHERE);
    assert!(ana.jar.is_empty());
}

/// Words that would tell somebody who looks over a shoulder, or through a history, what this is about.
const TELLING: [&str; 44] = [
    "rekindle",
    "love",
    "couple",
    "partner",
    "sex",
    "intima",
    "desire",
    "touch",
    "kiss",
    "hug",
    "relationship",
    "therap",
    "safety",
    "abuse",
    "violence",
    "affair",
    "betray",
    "wish",
    "fantas",
    "pleasure",
    "orgasm",
    "marriage",
    "divorce",
    "proposal",
    "invitation",
    "checkin",
    "check-in",
    "session",
    "note",
    "diary",
    "secret",
    "private",
    "leave",
    "help",
    "recover",
    "passphrase",
    "romance",
    "dating",
    "erotic",
    "consent",
    "escape",
    "appreciation",
    "moment",
    "ritual",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s15_nothing_outside_the_page_tells_what_it_is() {
    let mut lived = Lived::new().await;
    let ids = Ids::of(&mut lived).await;
    let tells = |text: &str| {
        let text = text.to_lowercase();
        TELLING.iter().find(|word| text.contains(*word)).copied()
    };
    let mut titles = std::collections::BTreeSet::new();
    for route in all(&ids) {
        assert_eq!(tells(&route.path), None, "{}", route.path);
        let house = lived.house.twin().await;
        let mut ana = lived.ana.at(&house);
        let page = route.asked_by(&mut ana).await;
        for title in page.body.split("<title>").skip(1).take(1) {
            // Only the head's: drawings have titles of their own.
            titles.insert(title.split("</title>").next().unwrap().to_owned());
        }
        for (name, value) in &page.headers {
            let value = value.to_str().unwrap();
            if ["set-cookie", "content-disposition", "location"].contains(&name.as_str()) {
                let plain = value.split(['=', ';']).next().unwrap();
                let shown = if name == "set-cookie" { plain } else { value };
                assert_eq!(tells(shown), None, "{}: {name}: {shown}", route.path);
            }
        }
        for link in page.links().iter().filter(|link| link.starts_with('/')) {
            let address = link.strip_prefix("/assets/").map_or(link.as_str(), |_| "");
            assert_eq!(tells(address), None, "{}: {link}", route.path);
        }
    }
    assert_eq!(
        Vec::from_iter(titles),
        ["Evening"],
        "one title for every page"
    );
    let mut browser = lived.house.browser();
    let page = browser.get("/").await;
    for asset in [page.links(), page.between("src=\"", "\"")].concat() {
        if asset.contains("webmanifest") {
            let manifest = browser.get(&asset).await;
            assert_eq!(
                tells(&manifest.body.replace("display", "")),
                None,
                "{}",
                manifest.body
            );
        }
    }
}

/// K3: a link from a mail or a calendar brings no cookie; the page it lands on leads on from here.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k3_a_link_from_outside_lands_on_a_page_that_goes_on_by_itself() {
    let lived = Lived::new().await;
    let page = lived.house.browser().get("/d").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body
            .contains("http-equiv=\"refresh\" content=\"0;url=/t\""),
        "{}",
        page.body
    );
}
