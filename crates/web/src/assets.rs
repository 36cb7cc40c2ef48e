//! Stylesheet, scripts, fonts and icons, inside the binary. Their address holds one hash of all of them, so that a
//! browser may keep them for ever.

use std::sync::OnceLock;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;

use crate::{App, PageError};

#[derive(RustEmbed)]
#[folder = "assets"]
struct Assets;

fn hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let mut names: Vec<_> = Assets::iter().collect();
        names.sort();
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for name in names {
            let file = Assets::get(&name).expect("listed a line above");
            for byte in name.bytes().chain(file.metadata.sha256_hash()) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        }
        format!("{hash:016x}")
    })
}

/// Where a file of `assets/` is found.
#[must_use]
pub fn url(name: &str) -> String {
    debug_assert!(Assets::get(name).is_some(), "no asset `{name}`");
    format!("/assets/{}/{name}", hash())
}

/// What the worker keeps besides pages and their scripts: what they are drawn with.
pub(crate) const KEPT: [&str; 6] = [
    "app.css",
    "app.webmanifest",
    "fonts/figtree.woff2",
    "fonts/fraunces.woff2",
    "icons/icon.svg",
    "icons/icon-192.png",
];

/// So many scripts one page may need.
const SCRIPTS: usize = 8;

/// Where the scripts of a page are found, all as one file: each request of a first visit is a wait (P8).
#[must_use]
pub fn scripts(names: &[&str]) -> String {
    debug_assert!(together(&names.join("+")).is_some(), "{names:?}");
    format!("/assets/{}/js/{}.js", hash(), names.join("+"))
}

/// Scripts by their names, such as `leave+moment`, one behind the other. Each keeps what it calls its own in a block.
fn together(names: &str) -> Option<String> {
    let names: Vec<_> = names.split('+').collect();
    if names.len() > SCRIPTS {
        return None;
    }
    names.iter().try_fold(String::new(), |all, name| {
        let file = Assets::get(&format!("js/{name}.js"))?;
        let text = std::str::from_utf8(&file.data).ok()?;
        Some(format!("{all}{{\n{text}}}\n"))
    })
}

/// The text of a file of `assets/`.
pub(crate) fn source(name: &str) -> String {
    let file = Assets::get(name).expect("a file of ours");
    String::from_utf8(file.data.into_owned()).expect("our scripts are UTF-8")
}

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/assets/{hash}/{*name}", get(asset))
}

async fn asset(Path((asked, name)): Path<(String, String)>) -> Result<Response, PageError> {
    let script = name.strip_prefix("js/");
    let body = match script.and_then(|name| name.strip_suffix(".js")) {
        Some(names) => together(names).map(Body::from),
        None => Assets::get(&name).map(|file| Body::from(file.data)),
    };
    let body = body.ok_or(PageError::NotFound)?;
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    // A page from before an update still gets its file, only not for ever.
    let keep = if asked == hash() {
        "public, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    Ok(([(CONTENT_TYPE, kind), (CACHE_CONTROL, keep)], body).into_response())
}
