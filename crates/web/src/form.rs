//! Forms as they arrive: closed lists of fields, unknown ones refused (K13), anything typed kept for the answer.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::de::DeserializeOwned;

use crate::PageError;

/// The body of a form of ours. `T` denies unknown fields.
pub(crate) struct Form<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = axum::response::Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        use axum::response::IntoResponse as _;
        let urlencoded = request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| {
                kind.as_bytes()
                    .starts_with(b"application/x-www-form-urlencoded")
            });
        if !urlencoded {
            return Err(PageError::NotOurForm.into_response());
        }
        let body = Bytes::from_request(request, state)
            .await
            .map_err(axum::response::IntoResponse::into_response)?;
        serde_urlencoded::from_bytes(&body)
            .map(Self)
            .map_err(|_| PageError::NotOurForm.into_response())
    }
}

/// A form that is one button, with nothing in it; anything else is refused (K13).
pub(crate) struct NoFields;

impl<S: Send + Sync> FromRequest<S> for NoFields {
    type Rejection = axum::response::Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        use axum::response::IntoResponse as _;
        let body = Bytes::from_request(request, state)
            .await
            .map_err(axum::response::IntoResponse::into_response)?;
        if body.is_empty() {
            Ok(Self)
        } else {
            Err(PageError::NotOurForm.into_response())
        }
    }
}
