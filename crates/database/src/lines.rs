//! Connections that are used again, a few at most.
//!
//! Not the driver's pool: that one asks each connection that comes back whether it still lives, in a task of its own.
//! The asking costs as much as most of our statements (P4, P12).

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions as _, Connection as _, Executor as _};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout};

/// A server that has not answered after this long does not answer.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Lines {
    options: AnyConnectOptions,
    /// Said to each connection when it is opened.
    settings: &'static [&'static str],
    /// One that rested longer is asked whether it still lives before it is used.
    rests: Option<Duration>,
    turns: Semaphore,
    idle: Mutex<Vec<(AnyConnection, Instant)>>,
}

impl Lines {
    pub(crate) const fn new(
        options: AnyConnectOptions,
        settings: &'static [&'static str],
        rests: Option<Duration>,
        most: usize,
    ) -> Self {
        Self {
            options,
            settings,
            rests,
            turns: Semaphore::const_new(most),
            idle: Mutex::new(vec![]),
        }
    }

    /// A connection for a while; waits while all are in use, but not for ever.
    pub(crate) async fn take(&self) -> Result<Line<'_>, sqlx::Error> {
        let taken = timeout(PATIENCE, self.take_in_turn()).await;
        taken.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    async fn take_in_turn(&self) -> Result<Line<'_>, sqlx::Error> {
        let closed = |_| sqlx::Error::PoolClosed;
        let turn = self.turns.acquire().await.map_err(closed)?;
        let db = loop {
            let Some((mut db, since)) = self.idle().pop() else {
                break self.open().await?;
            };
            let rested = self.rests.is_some_and(|most| since.elapsed() > most);
            if !rested || db.ping().await.is_ok() {
                break db;
            }
        };
        Ok(Line {
            lines: self,
            db: Some(db),
            _turn: turn,
        })
    }

    async fn open(&self) -> Result<AnyConnection, sqlx::Error> {
        let mut db = self.options.connect().await?;
        for setting in self.settings {
            db.execute(*setting).await?;
        }
        Ok(db)
    }

    /// What is asked for from now on is refused.
    pub(crate) async fn close(&self) {
        self.turns.close();
        let idle = std::mem::take(&mut *self.idle());
        for (db, _) in idle {
            let _ = db.close().await;
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(AnyConnection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection in use. Only [`Line::done`] gives it back: one that was left in the midst of something, by an error or
/// by somebody who did not wait, is closed, and whatever was open in it with it.
pub(crate) struct Line<'a> {
    lines: &'a Lines,
    db: Option<AnyConnection>,
    _turn: SemaphorePermit<'a>,
}

impl Line<'_> {
    /// Nothing is under way in it: the next one may have it.
    pub(crate) fn done(mut self) {
        if let Some(db) = self.db.take()
            && !self.lines.turns.is_closed()
        {
            self.lines.idle().push((db, Instant::now()));
        }
    }
}

const HELD: &str = "held until it is done";

impl Deref for Line<'_> {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        self.db.as_ref().expect(HELD)
    }
}

impl DerefMut for Line<'_> {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        self.db.as_mut().expect(HELD)
    }
}
