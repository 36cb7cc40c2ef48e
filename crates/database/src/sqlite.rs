//! SQLite: one writer that shares its commits, readers beside it.
//!
//! The writer drains its queue into one transaction, a savepoint for each commit of several statements in it, and answers
//! only after the transaction is on the disk (K21). So an act costs one flush when alone and a fraction of one under load.
//!
//! After a commit that takes something away it empties the write-ahead log at once, and rewrites the file when things
//! have calmed down (K9). The rewriting is needed: `secure_delete` overwrites what is deleted, but when SQLite moves
//! rows from a full page to its neighbour it leaves the old bytes in the gap, beyond the reach of a later deletion.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rekindle_store::{Change, Outcome, StoreError};
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Connection, Executor, Row};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use crate::apply::{Residue, Tap, apply, is_one_step, residue};
use crate::ballast::Ballast;
use crate::fault::{busy, conflict, fault};
use crate::lines::Lines;

/// Commits waiting at most; who comes then waits for room.
const QUEUE: usize = 1024;
/// Commits in one transaction at most, so that the first of them does not wait for ever.
const SHARED: usize = 256;
/// Another process (a backup, `doctor`) may hold the file for this long.
const PATIENCE: &str = "PRAGMA busy_timeout = 5000";
/// So long others may turn the same new file to a write-ahead log, tried once a moment.
const TURNING: Duration = Duration::from_secs(5);
const A_MOMENT: Duration = Duration::from_millis(10);
/// How soon the log is emptied after something was only overwritten.
const SOON: Duration = Duration::from_secs(2);
/// How long a rewrite of the file may wait for something overwritten, and at most for something erased.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// A rewrite takes at most one part in so many of the writer's time.
const REWRITE_SHARE: u32 = 20;

const WRITER: &[&str] = &[
    PATIENCE,
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    // No statement needs room in another folder, which may be as full as this one.
    "PRAGMA temp_store = MEMORY",
];
const READER: &[&str] = &[
    PATIENCE,
    "PRAGMA query_only = ON",
    "PRAGMA temp_store = MEMORY",
];

/// How the file can be opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    ReadWrite,
    ReadOnly,
    /// A file nobody can write, on a disk where not even the shared-memory file can be made.
    Unchanging,
}

/// `path` as an address the driver takes; what is special in an address is escaped.
pub(crate) fn options(path: &Path, mode: Mode) -> Result<AnyConnectOptions, StoreError> {
    let Some(text) = path.to_str() else {
        return Err(StoreError::Database(
            "the path of the database is not UTF-8".to_owned(),
        ));
    };
    let mut url = "sqlite://".to_owned();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url.push_str(match mode {
        // Never makes a file: a database that was moved away must not come back empty.
        Mode::ReadWrite => "?mode=rw",
        Mode::ReadOnly => "?mode=ro",
        Mode::Unchanging => "?mode=ro&immutable=true",
    });
    let options: AnyConnectOptions = url.parse().map_err(|e| fault(&e))?;
    Ok(options.disable_statement_logging())
}

/// The one connection that writes.
pub(crate) async fn connect(path: &Path, mode: Mode) -> Result<AnyConnection, StoreError> {
    let error = |e: sqlx::Error| fault(&e);
    let mut db = options(path, mode)?.connect().await.map_err(error)?;
    let settings = if mode == Mode::ReadWrite {
        WRITER
    } else {
        READER
    };
    let latest = Instant::now() + TURNING;
    for setting in settings {
        // The turn of a new file to a write-ahead log needs the file to itself. SQLite does not wait for it: two that
        // turn at once would wait for each other, so each is told at once that it is busy.
        while let Err(refused) = db.execute(*setting).await {
            if !busy(&refused) || Instant::now() >= latest {
                return Err(error(refused));
            }
            tokio::time::sleep(A_MOMENT).await;
        }
    }
    Ok(db)
}

/// A connection that may make another file, which `query_only` would forbid, and changes nothing in this one.
pub(crate) async fn backup_connection(path: &Path) -> Result<AnyConnection, StoreError> {
    let error = |e: sqlx::Error| fault(&e);
    let mut db = options(path, Mode::ReadOnly)?
        .connect()
        .await
        .map_err(error)?;
    db.execute(PATIENCE).await.map_err(error)?;
    Ok(db)
}

/// The connections that read.
pub(crate) fn readers(path: &Path, mode: Mode) -> Result<Lines, StoreError> {
    let cores = std::thread::available_parallelism().map_or(2, |cores| cores.get());
    // Whatever the mode: a reader never makes or changes the file.
    let mode = if mode == Mode::Unchanging {
        mode
    } else {
        Mode::ReadOnly
    };
    Ok(Lines::new(
        options(path, mode)?,
        READER,
        None,
        cores.clamp(2, 8),
    ))
}

/// Makes an empty file that only its owner can read, unless there is one. SQLite gives its log the same rights.
pub(crate) fn create(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Path without links and dots, of a file that may not be there yet; its folder is made if need be.
pub(crate) fn settled(path: &Path) -> std::io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(std::io::ErrorKind::InvalidInput.into());
    };
    std::fs::create_dir_all(folder)?;
    Ok(folder.canonicalize()?.join(name))
}

type Answer = oneshot::Sender<Result<Outcome, StoreError>>;

struct Job {
    changes: Vec<Change>,
    answer: Answer,
}

enum Order {
    Commit(Job),
    /// Cleans now what would be cleaned soon.
    Clean(oneshot::Sender<Result<(), StoreError>>),
    Stop,
}

/// The queue in front of the writer.
pub(crate) struct Writer {
    orders: mpsc::Sender<Order>,
    task: tokio::sync::Mutex<Option<JoinHandle<()>>>,
}

fn stopped() -> StoreError {
    StoreError::Database("the writer has stopped".to_owned())
}

impl Writer {
    pub(crate) fn start(path: PathBuf, db: AnyConnection) -> Self {
        let (orders, queue) = mpsc::channel(QUEUE);
        let ballast = Ballast::beside(&path);
        // No room for it now is no reason not to start.
        let _ = ballast.take();
        let desk = Desk {
            path,
            db: Some(db),
            ballast,
            empty: None,
            rewrite: None,
            rewritten_in: Duration::ZERO,
        };
        let task = tokio::spawn(desk.work(queue));
        Self {
            orders,
            task: tokio::sync::Mutex::new(Some(task)),
        }
    }

    pub(crate) async fn commit(&self, changes: Vec<Change>) -> Result<Outcome, StoreError> {
        let (answer, answered) = oneshot::channel();
        let order = Order::Commit(Job { changes, answer });
        self.orders.send(order).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }

    pub(crate) async fn clean(&self) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        self.orders
            .send(Order::Clean(answer))
            .await
            .map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }

    /// Returns when everything queued before is done and the file is closed.
    pub(crate) async fn stop(&self) {
        let _ = self.orders.send(Order::Stop).await;
        if let Some(task) = self.task.lock().await.take() {
            let _ = task.await;
        }
    }
}

/// The writer itself.
struct Desk {
    path: PathBuf,
    /// Gone after a failure; opened again for the next commit.
    db: Option<AnyConnection>,
    ballast: Ballast,
    /// When to empty the log, if there is something in it that should go.
    empty: Option<Instant>,
    /// When to rewrite the file, if there may be something in its gaps that should go.
    rewrite: Option<Instant>,
    rewritten_in: Duration,
}

impl Desk {
    async fn work(mut self, mut queue: mpsc::Receiver<Order>) {
        let mut stop = false;
        while !stop {
            let order = match self.next_chore() {
                None => queue.recv().await,
                Some(due) => match timeout_at(due, queue.recv()).await {
                    Ok(order) => order,
                    Err(_) => {
                        self.chores().await;
                        continue;
                    }
                },
            };
            let mut jobs = Vec::new();
            let mut cleans = Vec::new();
            let mut next = order;
            loop {
                match next {
                    Some(Order::Commit(job)) => jobs.push(job),
                    Some(Order::Clean(answer)) => cleans.push(answer),
                    Some(Order::Stop) | None => stop = true,
                }
                if stop || jobs.len() == SHARED {
                    break;
                }
                next = match queue.try_recv() {
                    Ok(order) => Some(order),
                    Err(_) => break,
                };
            }
            if !jobs.is_empty() {
                self.commit(jobs).await;
            }
            for answer in cleans {
                let _ = answer.send(self.clean().await);
            }
        }
        if self.empty.is_some() {
            let _ = self.empty_log().await;
        }
        if let Some(db) = self.db.take() {
            let _ = db.close().await;
        }
    }

    fn next_chore(&self) -> Option<Instant> {
        match (self.empty, self.rewrite) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    async fn db(&mut self) -> Result<&mut AnyConnection, StoreError> {
        if self.db.is_none() {
            self.db = Some(connect(&self.path, Mode::ReadWrite).await?);
        }
        Ok(self.db.as_mut().expect("opened above"))
    }

    /// Commits all, each on its own if together does not work, and answers.
    async fn commit(&mut self, jobs: Vec<Job>) {
        let mut results = match self.together(&jobs).await {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            Err(_) => Vec::new(),
        };
        if results.is_empty() {
            for job in &jobs {
                results.push(self.alone(job).await);
            }
        }
        let mut answers: Vec<(Answer, Result<Outcome, StoreError>, Residue)> = Vec::new();
        for (job, result) in jobs.into_iter().zip(results) {
            let left = match result {
                Ok(Outcome::Done) => residue(&job.changes),
                Ok(Outcome::Stale) | Err(_) => Residue::None,
            };
            if left == Residue::Erased {
                // Not gone until the log is empty: answered below.
                answers.push((job.answer, result, left));
            } else {
                self.remember(left);
                // Nobody waits any more: then nobody is told.
                let _ = job.answer.send(result);
            }
        }
        if !answers.is_empty() {
            self.remember(Residue::Erased);
            let _ = self.empty_log().await;
            for (answer, result, _) in answers {
                let _ = answer.send(result);
            }
        }
    }

    /// One job, with the ballast to lean on if it is about taking something away.
    async fn alone(&mut self, job: &Job) -> Result<Outcome, StoreError> {
        let job = std::slice::from_ref(job);
        let first = self.together(job).await;
        let frees = residue(&job[0].changes) == Residue::Erased;
        let result = match first {
            Err(StoreError::NotWritable(_)) if frees && self.ballast.give_up() => {
                let second = self.together(job).await;
                let _ = self.empty_log().await;
                let _ = self.ballast.take();
                second
            }
            result => result,
        };
        result.map(|outcomes| outcomes[0])
    }

    /// All jobs in one transaction; an error means that nothing of it happened.
    async fn together(&mut self, jobs: &[Job]) -> Result<Vec<Outcome>, StoreError> {
        let result = share(self.db().await?, jobs).await;
        if let Err(error) = &result {
            // Whatever state that connection is in: a fresh one is in none.
            if let Some(db) = self.db.take() {
                let _ = db.close().await;
            }
            return Err(fault(error));
        }
        result.map_err(|e| fault(&e))
    }

    fn remember(&mut self, left: Residue) {
        let now = Instant::now();
        let earliest = |due: Option<Instant>, at: Instant| Some(due.map_or(at, |due| due.min(at)));
        match left {
            Residue::None => {}
            Residue::Overwritten => {
                self.empty = earliest(self.empty, now + SOON);
                self.rewrite = earliest(self.rewrite, now + A_DAY);
            }
            Residue::Erased => {
                let rest = (self.rewritten_in * REWRITE_SHARE).clamp(SOON, A_DAY);
                self.empty = earliest(self.empty, now);
                self.rewrite = earliest(self.rewrite, now + rest);
            }
        }
    }

    async fn chores(&mut self) {
        let now = Instant::now();
        if self.rewrite.is_some_and(|due| due <= now) && self.rewrite_file().await.is_err() {
            self.rewrite = Some(now + A_DAY);
        }
        if self.empty.is_some_and(|due| due <= now) {
            let _ = self.empty_log().await;
        }
    }

    async fn clean(&mut self) -> Result<(), StoreError> {
        if self.rewrite.is_some() {
            self.rewrite_file().await?;
        }
        self.empty_log().await
    }

    /// Moves the log into the file and cuts it to nothing. A reader in the way means: again soon.
    async fn empty_log(&mut self) -> Result<(), StoreError> {
        let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
        let result = self.db().await?.fetch_one(checkpoint).await;
        let busy = match result {
            Ok(row) => row.try_get::<i64, _>(0).map_err(|e| fault(&e))? != 0,
            Err(error) => {
                self.empty = Some(Instant::now() + SOON);
                return Err(fault(&error));
            }
        };
        self.empty = busy.then(|| Instant::now() + SOON);
        Ok(())
    }

    async fn rewrite_file(&mut self) -> Result<(), StoreError> {
        let begun = Instant::now();
        self.rewrite = None;
        let db = self.db().await?;
        let result = rewrite(db).await;
        self.rewritten_in = begun.elapsed();
        if let Err(error) = result {
            self.db = None;
            return Err(fault(&error));
        }
        self.empty_log().await
    }
}

/// The copy that `VACUUM` makes on its way goes to a file, not to memory: it can be as large as the database.
async fn rewrite(db: &mut AnyConnection) -> Result<(), sqlx::Error> {
    db.execute("PRAGMA temp_store = FILE").await?;
    db.execute("VACUUM").await?;
    db.execute("PRAGMA temp_store = MEMORY").await?;
    Ok(())
}

/// Grows a stream and adds the record, in one go: each statement sent by itself is a wait for another thread, which
/// costs more than the work (P4). Nothing is added where nothing grew.
macro_rules! tap {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            "UPDATE streams SET length = $3, before_head = head, head = $5 \
                WHERE owner = $1 AND stream = $2 AND length = $9 AND head = $10; \
             INSERT INTO records (owner, stream, seq, leaf, head, salt, entry_key, body) \
                SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE changes() = 1",
            $after
        )
    };
}
const TAP: &str = tap!("", "");
const TAP_ALONE: &str = tap!("BEGIN IMMEDIATE; ", "; COMMIT");

/// All jobs in one transaction. What a single step either does or does not needs no savepoint around it.
async fn share(db: &mut AnyConnection, jobs: &[Job]) -> Result<Vec<Outcome>, sqlx::Error> {
    if let [job] = jobs {
        if let Some(tap) = Tap::of(&job.changes) {
            return Ok(vec![tap.add(db, TAP_ALONE).await?]);
        }
        if is_one_step(&job.changes) {
            return Ok(vec![outcome(apply(db, &job.changes).await)?]);
        }
    }
    let mut whole = db.begin_with("BEGIN IMMEDIATE").await?;
    let mut outcomes = Vec::with_capacity(jobs.len());
    for job in jobs {
        let outcome = if let Some(tap) = Tap::of(&job.changes) {
            tap.add(&mut whole, TAP).await?
        } else if is_one_step(&job.changes) {
            outcome(apply(&mut whole, &job.changes).await)?
        } else if let [job] = jobs {
            match outcome(apply(&mut whole, &job.changes).await)? {
                Outcome::Done => Outcome::Done,
                Outcome::Stale => {
                    whole.rollback().await?;
                    return Ok(vec![Outcome::Stale]);
                }
            }
        } else {
            let mut part = whole.begin().await?;
            let outcome = outcome(apply(&mut part, &job.changes).await)?;
            match outcome {
                Outcome::Done => part.commit().await?,
                Outcome::Stale => part.rollback().await?,
            }
            outcome
        };
        outcomes.push(outcome);
    }
    whole.commit().await?;
    Ok(outcomes)
}

fn outcome(applied: Result<Outcome, sqlx::Error>) -> Result<Outcome, sqlx::Error> {
    match applied {
        Err(error) if conflict(&error) => Ok(Outcome::Stale),
        other => other,
    }
}
