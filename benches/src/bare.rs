//! The bare program: what the same work costs with nothing around it. One table of sealed rows; `GET /` reads and
//! opens the newest fifty of a couple and prints them, `POST /` seals one and answers when it is on the disk. Writers
//! share commits, as everybody who waits for a disk should. `GET /live` is a bare event stream, `POST /tap` writes and
//! then wakes the streams of that couple. On PostgreSQL each `POST /` is one plain insert.

use std::collections::HashMap;
use std::convert::Infallible;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use futures_util::stream;
use maud::{DOCTYPE, html};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{broadcast, mpsc, oneshot};

/// As many as the house it is compared with hosts.
pub(crate) const COUPLES: i64 = 1_000;
const ROWS_EACH: i64 = 100;
const SHOWN: i64 = 50;
/// One padded event (safety.md K8).
const EVENT: usize = 512;

struct Bare {
    cipher: XChaCha20Poly1305,
    readers: SqlitePool,
    writer: mpsc::Sender<Write>,
    next: AtomicI64,
    live: Mutex<HashMap<i64, broadcast::Sender<()>>>,
}

struct Write {
    couple: i64,
    seq: i64,
    body: Vec<u8>,
    done: oneshot::Sender<()>,
}

#[derive(serde::Deserialize)]
struct Who {
    couple: i64,
}

pub(crate) fn serve(folder: &Path, port: u16) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let options = SqliteConnectOptions::new()
            .filename(folder.join("bare.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let cipher = XChaCha20Poly1305::new(&[7; 32].into());
        let mut writer = SqliteConnection::connect_with(&options).await?;
        furnish(&mut writer, &cipher).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options)
            .await?;
        let (sender, receiver) = mpsc::channel(1024);
        tokio::spawn(write(writer, receiver));
        let bare = Bare {
            cipher,
            readers,
            writer: sender,
            next: AtomicI64::new(ROWS_EACH + 1),
            live: Mutex::default(),
        };
        let routes = Router::new()
            .route("/", get(read).post(act))
            .route("/live", get(listen))
            .route("/tap", axum::routing::post(tap))
            .route("/healthz", get(async || "well"))
            .with_state(Arc::new(bare));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        axum::serve(listener, routes).await.context("serving")
    })
}

async fn furnish(db: &mut SqliteConnection, cipher: &XChaCha20Poly1305) -> Result<()> {
    let make = "CREATE TABLE IF NOT EXISTS rows (couple INTEGER, seq INTEGER, body BLOB, \
        PRIMARY KEY (couple, seq)) WITHOUT ROWID";
    sqlx::query(make).execute(&mut *db).await?;
    // A run that was furnished before begins anew: the writes of the last one would be in the way.
    sqlx::query("DELETE FROM rows").execute(&mut *db).await?;
    let mut all = db.begin().await?;
    for couple in 0..COUPLES {
        for seq in 1..=ROWS_EACH {
            sqlx::query("INSERT INTO rows VALUES ($1, $2, $3)")
                .bind(couple)
                .bind(seq)
                .bind(seal(cipher, couple, seq)?)
                .execute(&mut *all)
                .await?;
        }
    }
    all.commit().await?;
    Ok(())
}

fn place(couple: i64, seq: i64) -> [u8; 16] {
    let mut place = [0; 16];
    place[..8].copy_from_slice(&couple.to_le_bytes());
    place[8..].copy_from_slice(&seq.to_le_bytes());
    place
}

fn seal(cipher: &XChaCha20Poly1305, couple: i64, seq: i64) -> Result<Vec<u8>> {
    let mut nonce = [0; 24];
    getrandom::fill(&mut nonce).ok().context("no chance")?;
    let mut event =
        format!("{{\"is\":\"logged\",\"what\":\"a kiss at parting\",\"number\":{seq}}}")
            .into_bytes();
    event.resize(EVENT, b' ');
    let payload = Payload {
        msg: &event,
        aad: &place(couple, seq),
    };
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), payload)
        .ok()
        .context("sealing")?;
    Ok([&nonce[..], &sealed].concat())
}

fn open(cipher: &XChaCha20Poly1305, couple: i64, seq: i64, body: &[u8]) -> Option<String> {
    let nonce: [u8; 24] = body.get(..24)?.try_into().ok()?;
    let payload = Payload {
        msg: &body[24..],
        aad: &place(couple, seq),
    };
    String::from_utf8(cipher.decrypt(&XNonce::from(nonce), payload).ok()?).ok()
}

async fn read(
    State(bare): State<Arc<Bare>>,
    Query(who): Query<Who>,
) -> Result<Html<String>, StatusCode> {
    let rows: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT seq, body FROM rows WHERE couple = $1 ORDER BY seq DESC LIMIT $2")
            .bind(who.couple)
            .bind(SHOWN)
            .fetch_all(&bare.readers)
            .await
            .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head { title { "Bare" } meta name="viewport" content="width=device-width"; link rel="icon" href="data:,"; }
            body { main { h1 { "Bare" } ul {
                @for (seq, body) in &rows {
                    li { (open(&bare.cipher, who.couple, *seq, body).unwrap_or_default().trim_end()) }
                }
            } } }
        }
    };
    Ok(Html(page.into_string()))
}

async fn act(State(bare): State<Arc<Bare>>, Query(who): Query<Who>) -> StatusCode {
    let seq = bare.next.fetch_add(1, Ordering::Relaxed);
    let Ok(body) = seal(&bare.cipher, who.couple, seq) else {
        return StatusCode::INTERNAL_SERVER_ERROR;
    };
    let (done, kept) = oneshot::channel();
    let asked = bare
        .writer
        .send(Write {
            couple: who.couple,
            seq,
            body,
            done,
        })
        .await;
    match (asked, kept.await) {
        (Ok(()), Ok(())) => StatusCode::NO_CONTENT,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn channel(bare: &Bare, couple: i64) -> broadcast::Sender<()> {
    let mut live = bare.live.lock().expect("nobody panics holding this");
    let channel = || broadcast::Sender::new(1);
    live.entry(couple).or_insert_with(channel).clone()
}

async fn listen(State(bare): State<Arc<Bare>>, Query(who): Query<Who>) -> Response {
    let receiver = channel(&bare, who.couple).subscribe();
    let first = Bytes::from_static(b": here\n\n");
    let stream = stream::unfold((receiver, Some(first)), async |(mut receiver, first)| {
        if let Some(first) = first {
            return Some((Ok::<_, Infallible>(first), (receiver, None)));
        }
        match receiver.recv().await {
            Ok(()) | Err(broadcast::error::RecvError::Lagged(_)) => {
                let line = Bytes::from_static(b"event: changed\ndata: 1\n\n");
                Some((Ok(line), (receiver, None)))
            }
            Err(broadcast::error::RecvError::Closed) => None,
        }
    });
    (
        [(CONTENT_TYPE, "text/event-stream")],
        Body::from_stream(stream),
    )
        .into_response()
}

async fn tap(bare: State<Arc<Bare>>, who: Query<Who>) -> StatusCode {
    let (couple, relay) = (who.0.couple, bare.0.clone());
    let status = act(bare, who).await;
    if status == StatusCode::NO_CONTENT {
        let _ = channel(&relay, couple).send(());
    }
    status
}

/// A plain insert a request, each its own commit, as many at once as there are connections.
pub(crate) fn serve_postgres(url: &str, port: u16) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .connect(url)
            .await?;
        let make =
            "CREATE TABLE rows (couple BIGINT, seq BIGINT, body BYTEA, PRIMARY KEY (couple, seq))";
        sqlx::query(make).execute(&pool).await?;
        let cipher = XChaCha20Poly1305::new(&[7; 32].into());
        let state = Arc::new((pool, cipher, AtomicI64::new(1)));
        let routes = Router::new()
            .route("/", axum::routing::post(insert))
            .route("/healthz", get(async || "well"))
            .with_state(state);
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        axum::serve(listener, routes).await.context("serving")
    })
}

type Plain = Arc<(PgPool, XChaCha20Poly1305, AtomicI64)>;

async fn insert(State(plain): State<Plain>, Query(who): Query<Who>) -> StatusCode {
    let (pool, cipher, next) = &*plain;
    let seq = next.fetch_add(1, Ordering::Relaxed);
    let Ok(body) = seal(cipher, who.couple, seq) else {
        return StatusCode::INTERNAL_SERVER_ERROR;
    };
    let kept = sqlx::query("INSERT INTO rows VALUES ($1, $2, $3)")
        .bind(who.couple)
        .bind(seq)
        .bind(body)
        .execute(pool)
        .await;
    match kept {
        Ok(_) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// One writer: whatever waits goes into one transaction, and is answered when that is on the disk.
async fn write(mut db: SqliteConnection, mut queue: mpsc::Receiver<Write>) {
    let mut waiting = Vec::new();
    while queue.recv_many(&mut waiting, 256).await > 0 {
        let kept = async {
            let mut all = db.begin().await?;
            for one in &waiting {
                sqlx::query("INSERT INTO rows VALUES ($1, $2, $3)")
                    .bind(one.couple)
                    .bind(one.seq)
                    .bind(&one.body)
                    .execute(&mut *all)
                    .await?;
            }
            all.commit().await
        };
        let kept = kept.await.is_ok();
        for one in waiting.drain(..) {
            if kept {
                let _ = one.done.send(());
            }
        }
    }
}
