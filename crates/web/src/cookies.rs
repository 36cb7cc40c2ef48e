//! The few cookies there are (K3). Names say nothing (S15).

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue};

/// The sign-in.
pub(crate) const SIGN_IN: &str = "__Host-s";
/// The open private door.
pub(crate) const DOOR: &str = "__Host-d";
/// A device that has signed in before; used for throttling only (K15).
pub(crate) const DEVICE: &str = "__Host-k";
/// A device that waits to be let in (K6).
pub(crate) const WAITING: &str = "__Host-n";
/// The newest heads this device has seen, sealed (K10).
pub(crate) const MEMORY: &str = "__Host-m";

/// So long a sign-in lasts on a device that is one's own, in seconds: thirty days.
pub(crate) const OWN_DEVICE: i64 = 30 * 24 * 60 * 60;
/// So long it lasts at most on a shared device, whose cookies end with the browser: twelve hours.
pub(crate) const SHARED_DEVICE: i64 = 12 * 60 * 60;

/// The value of a cookie, if the request has exactly one of that name.
pub(crate) fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    let value = found.next()?;
    found.next().is_none().then_some(value)
}

/// A cookie that ends with the browser, or after `seconds`.
pub(crate) fn set(name: &str, value: &str, seconds: Option<i64>) -> HeaderValue {
    let end = seconds
        .map(|seconds| format!("; Max-Age={seconds}"))
        .unwrap_or_default();
    HeaderValue::from_str(&format!(
        "{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict{end}"
    ))
    .expect("names and values of ours are plain ASCII")
}

pub(crate) fn end(name: &str) -> HeaderValue {
    set(name, "", Some(0))
}
