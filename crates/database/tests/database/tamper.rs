//! K10: whoever changes the database from outside is noticed, by `doctor` or by the head a device remembers.

use rekindle_database::{Database, Finding};
use rekindle_store::{Head, Place, Store};
use sqlx::{AssertSqlSafe, Connection, Executor};

use crate::plans::raw_sqlite;
use crate::server::Empty;
use crate::world::*;

async fn furnished(store: &Database) -> (Place, Head) {
    let place = place();
    add(store, place, &["a", "b", "c", "d"]).await;
    let head = store.tip(place).await.unwrap().unwrap().1;
    store.close().await;
    (place, head)
}

async fn chain_findings(store: &Database) -> Vec<Finding> {
    let findings = store.check().await.unwrap();
    findings
        .into_iter()
        .filter(|f| matches!(f, Finding::Chain { .. }))
        .collect()
}

/// What somebody with the database in hand might do, and the first record that no longer fits.
const TAMPERINGS: &[(&str, &str, u64)] = &[
    ("a body", "UPDATE records SET body = x'00' WHERE seq = 2", 2),
    (
        "a key",
        "UPDATE records SET entry_key = x'00' WHERE seq = 3",
        3,
    ),
    (
        "a salt",
        "UPDATE records SET salt = zeroblob(32) WHERE seq = 1",
        1,
    ),
    (
        "a leaf",
        "UPDATE records SET leaf = zeroblob(32) WHERE seq = 4",
        4,
    ),
    (
        "a head",
        "UPDATE records SET head = zeroblob(32) WHERE seq = 1",
        1,
    ),
    ("one dropped", "DELETE FROM records WHERE seq = 2", 2),
    ("the first dropped", "DELETE FROM records WHERE seq = 1", 1),
    ("the tail cut", "DELETE FROM records WHERE seq = 4", 4),
    ("all dropped", "DELETE FROM records", 1),
    (
        "closed up",
        "DELETE FROM records WHERE seq = 2; UPDATE records SET seq = seq - 1 WHERE seq = 3; \
             UPDATE records SET seq = seq - 1 WHERE seq = 4; UPDATE streams SET length = 3",
        2,
    ),
    (
        "two swapped",
        "UPDATE records SET seq = 99 WHERE seq = 2; UPDATE records SET seq = 2 WHERE seq = 3; \
             UPDATE records SET seq = 3 WHERE seq = 99",
        2,
    ),
    (
        "the stream's head",
        "UPDATE streams SET head = zeroblob(32)",
        5,
    ),
    ("its length", "UPDATE streams SET length = 7", 5),
    (
        "another stream's",
        "UPDATE records SET stream = zeroblob(16); UPDATE streams SET stream = zeroblob(16)",
        1,
    ),
    (
        "another owner's",
        "UPDATE records SET owner = zeroblob(16); UPDATE streams SET owner = zeroblob(16)",
        1,
    ),
];

/// The findings after one of them, and whether the stream was moved elsewhere.
fn notices(what: &str, place: Place, seq: u64, found: &[Finding]) {
    let seqs: Vec<u64> = found
        .iter()
        .map(|finding| {
            let Finding::Chain { seq, .. } = finding else {
                panic!("{finding}")
            };
            *seq
        })
        .collect();
    assert_eq!(seqs, [seq], "{what}");
    let moved = what.starts_with("another");
    assert!(moved || found == [Finding::Chain { place, seq }], "{what}");
}

#[tokio::test]
async fn k10_edit_drop_reorder_and_swap_are_found_without_a_key() {
    for (what, tampering, seq) in TAMPERINGS {
        let file = File::new();
        let (place, _) = furnished(&file.open().await).await;
        let mut db = raw_sqlite(&file).await;
        db.execute(*tampering).await.unwrap();
        drop(db);
        let store = file.open().await;
        notices(what, place, *seq, &chain_findings(&store).await);
        store.close().await;
    }
}

#[tokio::test]
async fn k10_edit_drop_reorder_and_swap_are_found_without_a_key_on_postgresql() {
    for (what, tampering, seq) in TAMPERINGS {
        let server = Empty::new().await;
        let (place, _) = furnished(&server.open().await).await;
        let tampering = tampering
            .replace("x'00'", "'\\x00'::bytea")
            .replace("zeroblob(16)", "decode(repeat('00', 16), 'hex')")
            .replace("zeroblob(32)", "decode(repeat('00', 32), 'hex')");
        let mut db = sqlx::PgConnection::connect(&server.url()).await.unwrap();
        db.execute(sqlx::raw_sql(AssertSqlSafe(tampering)))
            .await
            .unwrap();
        db.close().await.unwrap();
        let store = server.open().await;
        notices(what, place, *seq, &chain_findings(&store).await);
        store.close().await;
        server.gone().await;
    }
}

#[tokio::test]
async fn k10_a_tail_cut_with_care_does_not_fit_the_head_a_device_remembers() {
    let file = File::new();
    let (place, remembered) = furnished(&file.open().await).await;
    let mut db = raw_sqlite(&file).await;
    db.execute(
        "DELETE FROM records WHERE seq > 2; \
         UPDATE streams SET length = 2, head = (SELECT head FROM records WHERE seq = 2)",
    )
    .await
    .unwrap();
    drop(db);
    let store = file.open().await;
    // Nothing to see from inside: the copy is sound, only old.
    assert_eq!(chain_findings(&store).await, []);
    let records = all(&store, place).await;
    assert!(records.iter().all(|record| record.head != remembered));
    store.close().await;
}

#[tokio::test]
async fn k9_an_erased_stream_is_no_finding() {
    let file = File::new();
    let (place, head) = furnished(&file.open().await).await;
    let store = file.open().await;
    for seq in 1..=4 {
        done(&store, vec![rekindle_store::Change::Erase { place, seq }]).await;
    }
    assert_eq!(chain_findings(&store).await, []);
    assert_eq!(store.tip(place).await.unwrap(), Some((4, head)));
}
