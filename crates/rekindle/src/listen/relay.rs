//! A live page over HTTP/1.1, from its first line on (P10).
//!
//! The framework's connection holds two buffers of 8 KiB and much state besides, however little passes through it, and
//! a live page says one short line in twenty seconds for an hour. So once its head has left, the stream is taken out of
//! the framework, which goes, and the page's lines are written as chunks here (RFC 9112, section 7.1).

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};

use super::hall::Working;

/// How far a connection's live page is on its way out of the framework. The page is held here and not in the
/// [`Pulse`](super::pulse::Pulse), which it holds itself.
#[derive(Default)]
pub(super) struct Handover(Mutex<Stage>);

#[derive(Default)]
enum Stage {
    /// Not a live page, or none yet, or one that was taken.
    #[default]
    Nothing,
    Answered(Working),
    /// Its head is among the bytes that go out next.
    HeadWritten(Working),
    HeadSent(Working),
}

impl Handover {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the framework gets in the page's place: it asks for a first line when it has written the head, and is given
    /// none.
    pub(super) fn begin(self: &Arc<Self>, page: Working) -> Body {
        *self.stage() = Stage::Answered(page);
        Body::new(Kept(Arc::clone(self)))
    }

    fn advance(&self, next: impl FnOnce(Stage) -> Stage) {
        let mut stage = self.stage();
        *stage = next(std::mem::take(&mut *stage));
    }

    fn asked(&self) {
        self.advance(|stage| match stage {
            Stage::Answered(page) => Stage::HeadWritten(page),
            other @ (Stage::Nothing | Stage::HeadWritten(_) | Stage::HeadSent(_)) => other,
        });
    }

    /// Everything written so far has left.
    pub(super) fn flushed(&self) {
        self.advance(|stage| match stage {
            Stage::HeadWritten(page) => Stage::HeadSent(page),
            other @ (Stage::Nothing | Stage::Answered(_) | Stage::HeadSent(_)) => other,
        });
    }

    pub(super) fn is_ready(&self) -> bool {
        matches!(*self.stage(), Stage::HeadSent(_))
    }

    pub(super) fn take(&self) -> Option<Working> {
        let mut stage = self.stage();
        match std::mem::take(&mut *stage) {
            Stage::HeadSent(page) => Some(page),
            Stage::Nothing | Stage::Answered(_) | Stage::HeadWritten(_) => None,
        }
    }
}

/// A body without a line or an end.
struct Kept(Arc<Handover>);

impl HttpBody for Kept {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.0.asked();
        Poll::Pending
    }
}

/// A connection that is over when its live page has left it.
pub(super) struct Until<'a, C> {
    pub(super) connection: &'a mut C,
    pub(super) handover: &'a Handover,
}

impl<C: Future + Unpin> Future for Until<'_, C> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match Pin::new(&mut *self.connection).poll(cx) {
            Poll::Pending if !self.handover.is_ready() => Poll::Pending,
            Poll::Pending | Poll::Ready(_) => Poll::Ready(()),
        }
    }
}

/// Writes the page's lines as they come, until it ends or the other side goes.
pub(super) async fn relay<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    mut page: Working,
) -> io::Result<()> {
    let mut listening = true;
    loop {
        let next = poll_fn(|cx| {
            if listening {
                let mut byte = [0];
                let mut heard = ReadBuf::new(&mut byte);
                match Pin::new(&mut stream).poll_read(cx, &mut heard) {
                    Poll::Ready(Ok(())) if !heard.filled().is_empty() => {
                        // The head said that this is the last answer; whatever else is asked is not read.
                        listening = false;
                    }
                    Poll::Ready(_) => return Poll::Ready(None),
                    Poll::Pending => {}
                }
            }
            Pin::new(&mut page).poll_frame(cx).map(Some)
        });
        let line = match next.await {
            None | Some(Some(Err(_))) => return Ok(()),
            Some(None) => break,
            Some(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
        };
        if !line.is_empty() {
            let length = format!("{:x}\r\n", line.len());
            let chunk = [length.as_bytes(), &line, b"\r\n"].concat();
            stream.write_all(&chunk).await?;
            stream.flush().await?;
        }
    }
    stream.write_all(b"0\r\n\r\n").await?;
    stream.shutdown().await
}
