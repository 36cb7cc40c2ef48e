//! Every way a page can fail to appear. A refused command is not one of them.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use rekindle_store::StoreError;

use crate::paths;

#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// Not there, or not theirs: the same answer for both (K12).
    #[error("nothing here")]
    NotFound,
    #[error("signed out")]
    SignedOut,
    /// The private door is closed; it leads back to where one was going.
    #[error("the private door is closed")]
    DoorClosed { to: String },
    /// The space the two shared was closed: one sentence stands for all of it (S21).
    #[error("closed")]
    Closed,
    /// The shared space is sealed with a key that this side gets only once the six words were compared again (K7).
    #[error("compare first")]
    CompareFirst,
    /// A form that no page of ours sends.
    #[error("not a form of ours")]
    NotOurForm,
    /// Others were quicker many times in a row.
    #[error("too busy")]
    TooBusy,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Marks a response whose body is still to be written, in the words of the page it stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Calm {
    NotFound,
    NotOurForm,
    TooBusy,
    NotWritable,
    Fault,
    TooLarge,
    Elsewhere,
}

impl Calm {
    pub(crate) const fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::NotFound => ("error-not-found", "error-not-found-more"),
            Self::NotOurForm => ("error-not-our-form", "error-not-our-form-more"),
            Self::TooBusy => ("error-too-busy", "error-too-busy-more"),
            Self::NotWritable => ("error-not-writable", "error-not-writable-more"),
            Self::Fault => ("error-fault", "error-fault-more"),
            Self::TooLarge => ("error-too-large", "error-too-large-more"),
            Self::Elsewhere => ("error-elsewhere", "error-elsewhere-more"),
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let (status, calm) = match self {
            Self::SignedOut => return Redirect::to(paths::SIGN_IN).into_response(),
            Self::CompareFirst => return Redirect::to(paths::COMPARE).into_response(),
            Self::Closed => return Redirect::to(paths::TODAY).into_response(),
            Self::DoorClosed { to } => {
                return Redirect::to(&format!("{}?to={to}", paths::DOOR)).into_response();
            }
            Self::NotFound => (StatusCode::NOT_FOUND, Calm::NotFound),
            Self::NotOurForm => (StatusCode::UNPROCESSABLE_ENTITY, Calm::NotOurForm),
            Self::TooBusy => (StatusCode::SERVICE_UNAVAILABLE, Calm::TooBusy),
            Self::Store(StoreError::NotWritable(why)) => {
                eprintln!("not writable: {why}");
                (StatusCode::INSUFFICIENT_STORAGE, Calm::NotWritable)
            }
            Self::Store(error @ (StoreError::Newer { .. } | StoreError::Database(_))) => {
                eprintln!("fault: {error}");
                (StatusCode::INTERNAL_SERVER_ERROR, Calm::Fault)
            }
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(calm);
        response
    }
}
