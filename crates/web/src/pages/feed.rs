//! A calendar's own page: what whoever holds its address may read, and that is times (S17, K18).

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rekindle_domain::feed::Busy;
use rekindle_vault::feed::FeedSecret;

use crate::{App, PageError, paths};

pub(super) fn routes() -> Router<App> {
    Router::new().route(paths::FEED, get(feed))
}

async fn feed(State(app): State<App>, Path(secret): Path<String>) -> Result<Response, PageError> {
    let secret = FeedSecret::from_link(&secret).ok_or(PageError::NotFound)?;
    let found = app.store().feed(secret.id()).await?;
    let feed = found.ok_or(PageError::NotFound)?;
    let plain = secret.open(&feed.body).ok_or(PageError::NotFound)?;
    let busy: Busy = serde_json::from_slice(&plain).map_err(|_| PageError::NotFound)?;
    let calendar = busy.calendar(|start| secret.name(start.0));
    Ok(([(CONTENT_TYPE, "text/calendar; charset=utf-8")], calendar).into_response())
}
