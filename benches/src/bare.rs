//! The bare program: what the same work costs with nothing around it. One table of sealed rows; `GET /` reads and
//! opens the newest fifty of a couple and prints them, `POST /` seals one and answers when it is on the disk. Writers
//! share commits, as everybody who waits for a disk should.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use maud::{DOCTYPE, html};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

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
        };
        let routes = Router::new()
            .route("/", get(read).post(act))
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
