//! The one place that reads the wall clock. Everyone else is told the time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use rekindle_domain::Stamp;

/// This machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WallClock;

impl WallClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one clock")]
    pub(crate) fn stamp(self) -> Stamp {
        stamp(SystemTime::now()).plus(ahead())
    }
}

/// Milliseconds that this clock is ahead, for tests in which days pass: the number in the file that `TEST_CLOCK`
/// names. A released program has no such way.
#[cfg(debug_assertions)]
fn ahead() -> i64 {
    let file = std::env::var_os("TEST_CLOCK");
    file.and_then(|file| std::fs::read_to_string(file).ok()?.trim().parse().ok())
        .unwrap_or(0)
}

#[cfg(not(debug_assertions))]
const fn ahead() -> i64 {
    0
}

/// A file's or the system's time as a stamp; before 1970 it is negative.
pub(crate) fn stamp(time: SystemTime) -> Stamp {
    let millis = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => Stamp(millis(since)),
        Err(before) => Stamp(-millis(before.duration())),
    }
}

#[async_trait]
impl rekindle_web::Clock for WallClock {
    fn now(&self) -> Stamp {
        self.stamp()
    }

    async fn sleep(&self, millis: u64) {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }
}
