//! Moving between databases, and backups while writing (K22).

use rekindle_database::{Database, classes::TABLES, open};
use rekindle_database::{Finding, Where};
use rekindle_domain::Stamp;
use rekindle_store::{Change, Segment, Slot, SlotKind, Snapshot, Store, StoreError, Waiting};
use sqlx::{AssertSqlSafe, Connection, Executor, Row};

use crate::plans::raw_sqlite;
use crate::server::Empty;
use crate::world::*;

/// A bit of everything there is to keep.
async fn furnish(store: &Database) {
    for n in 0..5 {
        let (ana, ben) = (settled(store).await, settled(store).await);
        let us = couple();
        let (private, ours) = (place_of(ana.into()), place_of(us.into()));
        let sign_in = sign_in(ana);
        done(
            store,
            vec![
                Change::PutMembership(membership(us, ana, 1)),
                Change::PutMembership(membership(us, ben, 1)),
                Change::PutSlot {
                    person: ana,
                    slot: Slot {
                        kind: SlotKind::Recovery,
                        sealed: vec![n],
                    },
                },
                Change::PutSlot {
                    person: ana,
                    slot: Slot {
                        kind: SlotKind::Passphrase,
                        sealed: vec![],
                    },
                },
                Change::AddSignIn(sign_in.clone()),
                Change::AddSignIn(door_of(&sign_in)),
                Change::AddDevice {
                    id: fresh_32(),
                    person: ben,
                },
                Change::AddInvitation(invitation(ben)),
                Change::AddWaiting(Waiting {
                    id: fresh_32(),
                    public: fresh_32(),
                    sealed: vec![],
                    until: Stamp(1),
                }),
                Change::PutCell {
                    owner: ana.into(),
                    cell: cell_id(),
                    expected: 0,
                    body: vec![n; 9],
                },
                begun(private, first(private, &["a", "b", "c"])),
                begun(ours, first(ours, &["x", "y"])),
                Change::Erase {
                    place: private,
                    seq: 2,
                },
            ],
        )
        .await;
        let change = Change::Segment {
            place: ours,
            segment: Segment {
                first: 1,
                last: 2,
                body: vec![n; 3],
            },
            erased: store.load(ours).await.unwrap().erased,
        };
        done(store, vec![change]).await;
        keep(
            store,
            ours,
            Snapshot {
                seq: 2,
                body: vec![n],
            },
        )
        .await;
        crate::reminders::furnish(store, ana).await;
    }
}

/// Every row of a file as text, table by table.
async fn rows(file: &File) -> Vec<String> {
    let mut db = raw_sqlite(file).await;
    let mut rows = Vec::new();
    for table in TABLES {
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|c| format!("quote({})", c.name))
            .collect();
        let ask = format!(
            "SELECT {} FROM {} ORDER BY {}",
            columns.join(" || ',' || "),
            table.name,
            table.key
        );
        let found = sqlx::raw_sql(AssertSqlSafe(ask))
            .fetch_all(&mut db)
            .await
            .unwrap();
        assert!(!found.is_empty(), "{} should not be empty", table.name);
        rows.extend(
            found
                .iter()
                .map(|row| format!("{}: {}", table.name, row.get::<String, _>(0))),
        );
    }
    db.close().await.unwrap();
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_to_postgresql_and_back_is_the_same_in_every_row() {
    let (there, back) = (File::new(), File::new());
    let server = Empty::new().await;
    let (from, across, home) = (there.open().await, server.open().await, back.open().await);
    furnish(&from).await;
    let expected = rows(&there).await;

    assert_eq!(from.copy_to(&across).await.unwrap(), expected.len() as u64);
    assert_eq!(across.check().await.unwrap(), []);
    assert_eq!(across.copy_to(&home).await.unwrap(), expected.len() as u64);
    assert_eq!(home.check().await.unwrap(), []);
    assert_eq!(rows(&back).await, expected);

    for full in [&across, &home] {
        let refused = from.copy_to(full).await;
        assert!(
            matches!(refused, Err(StoreError::Database(_))),
            "{refused:?}"
        );
    }
    // And it can be written to as any other.
    let place = place();
    add(&home, place, &["after the move"]).await;
    for database in [from, across, home] {
        database.close().await;
    }
    server.gone().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k10_a_database_with_a_broken_chain_is_not_copied() {
    let (one, two) = (File::new(), File::new());
    let (from, to) = (one.open().await, two.open().await);
    furnish(&from).await;
    raw_sqlite(&one)
        .await
        .execute("UPDATE records SET body = x'00' WHERE seq = 3")
        .await
        .unwrap();
    assert!(from.copy_to(&to).await.is_err());
    assert_eq!(to.count_people().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k22_a_backup_taken_while_writing_is_whole_and_opens() {
    let file = File::new();
    let store = file.open().await;
    furnish(&store).await;
    let place = place();
    let write = async {
        for n in 0..200 {
            add(&store, place, &[&format!("{n}")]).await;
        }
    };
    let back_up = async {
        let mut lengths = Vec::new();
        for n in 0..5 {
            let path = file.beside(&format!("backup-{n}.db"));
            store.vacuum_into(&path).await.unwrap();
            let backup = open(&Where::Sqlite(path)).await.unwrap();
            nothing_wrong(&backup).await;
            assert_eq!(backup.count_people().await.unwrap(), 10);
            let length = backup
                .tip(place)
                .await
                .unwrap()
                .map_or(0, |(length, _)| length);
            let records = all(&backup, place).await;
            assert_eq!(records.len() as u64, length);
            lengths.push(length);
            backup.close().await;
        }
        lengths
    };
    let ((), lengths) = futures_util::join!(write, back_up);
    assert!(lengths.is_sorted(), "{lengths:?}");
    let there = file.beside("backup-0.db");
    assert!(
        store.vacuum_into(&there).await.is_err(),
        "a backup is never written over"
    );
    nothing_wrong(&open(&Where::Sqlite(there)).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_and_backup_see_one_moment_while_others_write() {
    let file = File::new();
    let store = file.open().await;
    let place = place();
    let write = async {
        for _ in 0..150 {
            add(&store, place, &["a", "b"]).await;
            let after = store.tip(place).await.unwrap().unwrap().0;
            if after > 20 {
                let change = Change::Rebase {
                    place,
                    erased: store.load(place).await.unwrap().erased,
                    after,
                    records: first(place, &["x"]),
                };
                done(&store, vec![change]).await;
            }
        }
    };
    let look = async {
        for _ in 0..20 {
            let findings: Vec<Finding> = store.check().await.unwrap();
            assert!(
                findings
                    .iter()
                    .all(|f| matches!(f, Finding::Ownerless { .. })),
                "{findings:?}"
            );
        }
    };
    futures_util::join!(write, look);
}
