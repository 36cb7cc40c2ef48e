//! K21: what was answered survives `kill -9`, and nothing is half there.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use futures_util::future::join_all;
use rekindle_database::{Database, Where, open};
use rekindle_domain::{CellId, OwnerId, StreamId};
use rekindle_store::{Change, Head, Outcome, Place, Store};
use sqlx::{Connection as _, Executor as _};

use crate::process::{again, inside};
use crate::server::Empty;
use crate::world::*;

const WRITERS: u8 = 6;

/// The environment variable that tells the writers when to stop by themselves.
pub(crate) const MOST: &str = "REKINDLE_TEST_MOST";

/// Each writer has two streams and a cell, and moves all three in one commit: so half a commit would show.
fn places(writer: u8) -> (Place, Place, CellId) {
    let owner = OwnerId::new([writer + 1; 16]);
    let stream = |n| Place {
        owner,
        stream: StreamId::new([n; 16]),
    };
    (stream(1), stream(2), CellId::new([3; 16]))
}

async fn write(store: &Database, writer: u8, most: u64, said: impl Fn(u8, u64)) {
    let (one, two, cell) = places(writer);
    let start = |place: Place| (0, Head::genesis(place.owner, place.stream));
    let (mut after, mut head) = store.tip(one).await.unwrap().unwrap_or(start(one));
    let mut other_head = store.tip(two).await.unwrap().unwrap_or(start(two)).1;
    while after < most {
        let body = vec![writer; 600 + usize::try_from(after % 5).unwrap() * 1500];
        let records = behind(after, head, vec![content(&body)]);
        let others = behind(after, other_head, vec![content(&body)]);
        let (before, other_before) = (head, other_head);
        (head, other_head) = (records[0].head, others[0].head);
        let changes = vec![
            Change::Append {
                place: one,
                after,
                before,
                records,
            },
            Change::PutCell {
                owner: one.owner,
                cell,
                expected: after,
                body,
            },
            Change::Append {
                place: two,
                after,
                before: other_before,
                records: others,
            },
        ];
        assert_eq!(store.commit(changes).await.unwrap(), Outcome::Done);
        after += 1;
        if after % 7 == 0 {
            // Now and then something is erased and the log cut short in the midst of it.
            done(
                store,
                vec![Change::Erase {
                    place: one,
                    seq: after,
                }],
            )
            .await;
        }
        said(writer, after);
    }
}

pub(crate) async fn whole(store: &Database, answered: &BTreeMap<u8, u64>) {
    nothing_wrong(store).await;
    for writer in 0..WRITERS {
        let (one, two, cell) = places(writer);
        let length = store
            .tip(one)
            .await
            .unwrap()
            .map_or(0, |(length, _)| length);
        let other = store
            .tip(two)
            .await
            .unwrap()
            .map_or(0, |(length, _)| length);
        let version = store
            .cell(one.owner, cell)
            .await
            .unwrap()
            .map_or(0, |cell| cell.version);
        assert_eq!(
            (other, version),
            (length, length),
            "half a commit of {writer}"
        );
        let last = answered.get(&writer).copied().unwrap_or(0);
        assert!(
            length >= last,
            "{writer} was told {last}, but {length} are there"
        );
        assert_eq!(all(store, one).await.len() as u64, length);
    }
}

/// On its own a plain test; run again by the one below, it writes until it is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_side_by_side_leave_whole_chains() {
    let Some(path) = inside() else {
        let file = File::new();
        let store = file.open().await;
        join_all((0..WRITERS).map(|writer| write(&store, writer, 40, |_, _| {}))).await;
        whole(&store, &(0..WRITERS).map(|writer| (writer, 40)).collect()).await;
        return store.close().await;
    };
    let store = open(&Where::Sqlite(path.into())).await.unwrap();
    let say = |writer, seq| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "kept {writer} {seq}").unwrap();
        out.flush().unwrap();
    };
    let most = std::env::var(MOST).map_or(u64::MAX, |most| most.parse().unwrap());
    join_all((0..WRITERS).map(|writer| write(&store, writer, most / 2, say))).await;
    store.clean().await.unwrap();
    join_all((0..WRITERS).map(|writer| write(&store, writer, most, say))).await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k21_every_answered_write_survives_kill_9_and_none_is_torn() {
    let rounds: u64 =
        std::env::var("REKINDLE_KILL_ROUNDS").map_or(50, |rounds| rounds.parse().unwrap());
    let file = File::new();
    let mut answered = BTreeMap::new();
    for round in 0..rounds {
        kill_once(&file.path(), round, &mut answered);
        let store = file.open().await;
        whole(&store, &answered).await;
        store.close().await;
        if round % 25 == 24 {
            // A fresh file now and then, so that the chains to verify stay short.
            for name in ["rekindle.db", "rekindle.db-wal", "rekindle.db-shm"] {
                let _ = std::fs::remove_file(file.beside(name));
            }
            answered.clear();
        }
    }
}

/// Starts the writers, lets them go on for a moment that differs each round, and kills them.
fn kill_once(path: &Path, round: u64, answered: &mut BTreeMap<u8, u64>) {
    let test = "kill::writers_side_by_side_leave_whole_chains";
    let mut child = again(&[], test, path.to_str().unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    // Not before the first answer, or there would be nothing to lose.
    while !line.starts_with("kept ") {
        line.clear();
        assert!(
            said.read_line(&mut line).unwrap() > 0,
            "the writers ended by themselves"
        );
    }
    let moment = Duration::from_micros(1 + (round * 7919 + 104_729) % 97 * 1031);
    std::thread::sleep(moment);
    child.kill().unwrap();
    child.wait().unwrap();
    said.read_to_string(&mut line).unwrap();
    // The last line may be cut off in the pipe: then it was not answered as far as anybody knows.
    let complete = line.rfind('\n').map_or("", |end| &line[..end]);
    for line in complete.lines() {
        let mut words = line
            .split(' ')
            .skip(1)
            .map(|word| word.parse::<u64>().unwrap());
        let (writer, seq) = (words.next().unwrap(), words.next().unwrap());
        answered.insert(u8::try_from(writer).unwrap(), seq);
    }
}

/// Whether the log of PostgreSQL has reached the disk beyond this position.
async fn flushed_beyond(db: &mut sqlx::PgConnection, position: &str) -> bool {
    let ask = "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), $1::pg_lsn) > 0";
    let asked = sqlx::query_scalar(ask).bind(position.to_owned());
    asked.fetch_one(db).await.unwrap()
}

#[tokio::test]
async fn k21_an_answer_means_durable_on_a_postgresql_that_does_not_wait_for_others() {
    let server = Empty::new().await;
    let mut db = sqlx::PgConnection::connect(&server.url()).await.unwrap();
    db.execute(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$",
    )
    .await
    .unwrap();
    let store = server.open().await;
    let place = place();
    for _ in 0..50 {
        let before: String = sqlx::query_scalar("SELECT pg_current_wal_insert_lsn()::text")
            .fetch_one(&mut db)
            .await
            .unwrap();
        add(&store, place, &["kept"]).await;
        assert!(flushed_beyond(&mut db, &before).await);
    }
    store.close().await;
    db.close().await.unwrap();
    server.gone().await;
}
