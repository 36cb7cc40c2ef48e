//! What one connection is doing, so that it can be told when it is late (K16).

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::relay::Handover;
use crate::settings::Limits;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Speech {
    Http1,
    Http2,
}

/// What one connection is doing, so that it can be told when it is late.
pub(super) struct Pulse {
    speech: Speech,
    state: Mutex<State>,
    changed: Notify,
}

struct State {
    phase: Phase,
    since: Instant,
    under_way: usize,
    streams: usize,
}

/// Counts while no request is under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    /// Something has to come: the first request, or the rest of a head that has begun.
    Expecting,
    Resting,
}

impl Pulse {
    pub(super) fn new(speech: Speech) -> Self {
        let state = State {
            phase: Phase::Expecting,
            since: Instant::now(),
            under_way: 0,
            streams: 0,
        };
        Self {
            speech,
            state: Mutex::new(state),
            changed: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(this: &Arc<Self>) -> Work {
        this.state().under_way += 1;
        Work(Arc::clone(this))
    }

    pub(super) fn streaming(&self) -> bool {
        self.state().streams > 0
    }

    /// Bytes came in. Over HTTP/2 they may be housekeeping and say nothing about a request.
    fn heard(&self) {
        if self.speech == Speech::Http2 {
            return;
        }
        let mut state = self.state();
        if state.under_way == 0 && state.phase == Phase::Resting {
            (state.phase, state.since) = (Phase::Expecting, Instant::now());
            drop(state);
            self.changed.notify_one();
        }
    }

    /// Bytes went out; a slow phone that still takes them is not resting.
    fn said(&self) {
        let mut state = self.state();
        if state.under_way == 0 && state.phase == Phase::Resting {
            state.since = Instant::now();
        }
    }

    /// Comes back when the other side has been silent for too long, and says at what.
    pub(super) async fn late(&self, limits: &Limits) -> Phase {
        loop {
            let (phase, deadline) = {
                let state = self.state();
                let patience = match state.phase {
                    Phase::Expecting => limits.header,
                    Phase::Resting => limits.idle,
                };
                (
                    state.phase,
                    (state.under_way == 0).then(|| state.since + patience),
                )
            };
            match deadline {
                Some(deadline) if deadline <= Instant::now() => return phase,
                Some(deadline) => tokio::select! {
                    () = sleep_until(deadline) => {}
                    () = self.changed.notified() => {}
                },
                None => self.changed.notified().await,
            }
        }
    }
}

/// One request under way, from its head to the last byte of its answer.
pub(super) struct Work(Arc<Pulse>);

impl Drop for Work {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.under_way -= 1;
        if state.under_way == 0 {
            (state.phase, state.since) = (Phase::Resting, Instant::now());
            drop(state);
            self.0.changed.notify_one();
        }
    }
}

/// A live page under way.
pub(super) struct Streaming(Arc<Pulse>);

impl Streaming {
    pub(super) fn new(work: &Work) -> Self {
        work.0.state().streams += 1;
        Self(Arc::clone(&work.0))
    }
}

impl Drop for Streaming {
    fn drop(&mut self) {
        self.0.state().streams -= 1;
    }
}

/// A stream that tells the pulse what passes through, and a live page when its head has left.
pub(super) struct Watched<S> {
    pub(super) stream: S,
    pulse: Arc<Pulse>,
    handover: Arc<Handover>,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, pulse: &Arc<Pulse>, handover: &Arc<Handover>) -> Self {
        Self {
            stream,
            pulse: Arc::clone(pulse),
            handover: Arc::clone(handover),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.pulse.heard();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        if written.is_ready() {
            self.pulse.said();
        }
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        if written.is_ready() {
            self.pulse.said();
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if matches!(flushed, Poll::Ready(Ok(()))) {
            self.handover.flushed();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;
    use crate::settings::{Given, Settings};

    #[tokio::test(start_paused = true)]
    async fn k16_silence_is_late_and_work_is_not() {
        let given = Given::default();
        let limits = Settings::from(&given, &[]).unwrap().limits;
        let pulse = Arc::new(Pulse::new(Speech::Http1));
        let begun = Instant::now();
        pulse.late(&limits).await;
        assert_eq!(begun.elapsed(), limits.header, "never said a word");

        let pulse = Arc::new(Pulse::new(Speech::Http1));
        let work = Pulse::begin(&pulse);
        assert!(
            timeout(limits.connection, pulse.late(&limits))
                .await
                .is_err(),
            "a request is under way"
        );
        drop(work);
        let begun = Instant::now();
        pulse.late(&limits).await;
        assert_eq!(begun.elapsed(), limits.idle, "rested too long");

        let pulse = Arc::new(Pulse::new(Speech::Http1));
        drop(Pulse::begin(&pulse));
        pulse.heard();
        let begun = Instant::now();
        pulse.heard();
        pulse.late(&limits).await;
        assert_eq!(
            begun.elapsed(),
            limits.header,
            "a second head that drips in has no more time than the first"
        );
    }
}
