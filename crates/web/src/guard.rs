//! What every request passes and every response gets, whatever the page: where it came from (K13), headers (K14),
//! a calm page for whatever went wrong.

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};

use crate::error::Calm;
use crate::host::App;
use crate::{answers, paths};

/// The largest body a page of ours sends (K16).
pub(crate) const LARGEST_BODY: usize = 64 * 1024;

/// Trusted Types are required on every page: our scripts never turn text into markup. The one policy there may be makes
/// a single address: that of the worker, which a browser takes from no plain text (`keep.js`).
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; \
    img-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types worker";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
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
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), \
         fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), \
         magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), \
         publickey-credentials-create=(self), publickey-credentials-get=(self), screen-wake-lock=(self), \
         serial=(), usb=(), xr-spatial-tracking=()",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

pub(crate) fn around(routes: Router<App>, app: &App) -> Router<App> {
    routes
        .fallback(|| async { crate::PageError::NotFound })
        .method_not_allowed_fallback(|| async { crate::PageError::NotFound })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(app.clone(), guard))
}

async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    let mut response = if asked.unsafe_from_elsewhere(request.headers()) {
        calm(StatusCode::FORBIDDEN, Calm::Elsewhere)
    } else if app.settings().insecure_refusal && !works_without_tls(&asked.path) {
        answers::insecure(&app)
    } else {
        next.run(request).await
    };
    if response.status() == StatusCode::BAD_REQUEST {
        // An address that cannot be read is one where nothing is (K12).
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    if let Some(calm) = what_went_wrong(&response) {
        response = answers::calm(&app, &response, calm);
    }
    dress(&app, &mut response);
    response
}

struct Asked {
    method: Method,
    path: String,
}

impl Asked {
    fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
        }
    }

    /// Every browser of the last years says where a request comes from; with a Strict cookie beside it, no token
    /// need stand in the page.
    fn unsafe_from_elsewhere(&self, headers: &HeaderMap) -> bool {
        if matches!(self.method, Method::GET | Method::HEAD) {
            return false;
        }
        if let Some(site) = headers.get("sec-fetch-site") {
            return site != "same-origin";
        }
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        match (text(header::ORIGIN), text(header::HOST)) {
            (Some(origin), Some(host)) => origin
                .split_once("://")
                .is_none_or(|(_, authority)| authority != host),
            (None | Some(_), None) | (None, Some(_)) => true,
        }
    }
}

/// Over plain HTTP from another machine, these say why there is no sign-in and where help is; nothing else answers.
fn works_without_tls(path: &str) -> bool {
    path.starts_with("/assets/")
        || [
            paths::HELP,
            paths::HELP_LINES,
            paths::LEAVE,
            paths::TRUST,
            paths::TRUST_DER,
            paths::TRUST_PEM,
        ]
        .contains(&path)
        || path.ends_with("z") && ["/healthz", "/readyz"].contains(&path)
}

fn what_went_wrong(response: &Response) -> Option<Calm> {
    if let Some(calm) = response.extensions().get::<Calm>() {
        return Some(*calm);
    }
    // Answers of the framework itself carry plain text or nothing.
    let ours = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    match response.status() {
        _ if ours => None,
        StatusCode::PAYLOAD_TOO_LARGE => Some(Calm::TooLarge),
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Some(Calm::NotFound),
        StatusCode::UNPROCESSABLE_ENTITY | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Some(Calm::NotOurForm)
        }
        StatusCode::INTERNAL_SERVER_ERROR => Some(Calm::Fault),
        _ => None,
    }
}

fn calm(status: StatusCode, calm: Calm) -> Response {
    let mut response = (status, Body::empty()).into_response();
    response.extensions_mut().insert(calm);
    response
}

fn dress(app: &App, response: &mut Response) {
    let immutable = response.headers().get(header::CACHE_CONTROL).is_some();
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !immutable {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if app.settings().secure {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
}
