//! K10: whoever changes the database from outside is noticed, by `doctor` or by the head a device remembers.

use rekindle_database::{Database, Finding};
use rekindle_store::{Head, Place, Store};
use sqlx::Executor;

use crate::plans::raw_sqlite;
use crate::world::*;

async fn furnished(file: &File) -> (Place, Head) {
    let place = place();
    let store = file.open().await;
    add(&store, place, &["a", "b", "c", "d"]).await;
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

#[tokio::test]
async fn k10_edit_drop_reorder_and_swap_are_found_without_a_key() {
    for (what, tampering, seq) in [
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
    ] {
        let file = File::new();
        let (place, _) = furnished(&file).await;
        let mut db = raw_sqlite(&file).await;
        db.execute(tampering).await.unwrap();
        drop(db);
        let store = file.open().await;
        let found = chain_findings(&store).await;
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
        store.close().await;
    }
}

#[tokio::test]
async fn k10_a_tail_cut_with_care_does_not_fit_the_head_a_device_remembers() {
    let file = File::new();
    let (place, remembered) = furnished(&file).await;
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
    let (place, head) = furnished(&file).await;
    let store = file.open().await;
    for seq in 1..=4 {
        done(&store, vec![rekindle_store::Change::Erase { place, seq }]).await;
    }
    assert_eq!(chain_findings(&store).await, []);
    assert_eq!(store.tip(place).await.unwrap(), Some((4, head)));
}
