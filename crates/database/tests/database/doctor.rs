//! What `doctor` finds beside broken chains.

use std::io::{Seek, SeekFrom, Write};

use rekindle_database::Finding;
use rekindle_store::{Change, Segment, Snapshot, Store};
use sqlx::Executor;

use crate::plans::raw_sqlite;
use crate::world::*;

#[tokio::test]
async fn rows_that_belong_to_nothing_are_found() {
    let file = File::new();
    let store = file.open().await;
    let somebody = settled(&store).await;
    let (mine, nobodys) = (place_of(somebody.into()), place());
    add(&store, mine, &["a", "b"]).await;
    add(&store, nobodys, &["a"]).await;
    let snapshot = Snapshot {
        seq: 2,
        body: vec![1],
    };
    keep(&store, mine, snapshot).await;
    let segment = Segment {
        first: 1,
        last: 2,
        body: vec![1],
    };
    let erased = store.load(mine).await.unwrap().erased;
    let change = Change::Segment {
        place: mine,
        segment,
        erased,
    };
    done(&store, vec![change]).await;
    let cell = Change::PutCell {
        owner: owner(),
        cell: cell_id(),
        expected: 0,
        body: vec![1],
    };
    done(&store, vec![cell]).await;
    assert_eq!(
        store.check().await.unwrap(),
        [
            Finding::Ownerless {
                table: "streams",
                rows: 1
            },
            Finding::Ownerless {
                table: "cells",
                rows: 1
            },
        ]
    );
    let mut db = raw_sqlite(&file).await;
    db.execute("DELETE FROM streams").await.unwrap();
    assert_eq!(
        store.check().await.unwrap(),
        [
            Finding::Adrift {
                table: "records",
                rows: 3
            },
            Finding::Adrift {
                table: "snapshots",
                rows: 1
            },
            Finding::Adrift {
                table: "segments",
                rows: 1
            },
            Finding::Ownerless {
                table: "cells",
                rows: 1
            },
        ]
    );
}

#[tokio::test]
async fn a_damaged_file_is_found() {
    let file = File::new();
    let store = file.open().await;
    let place = place();
    for _ in 0..50 {
        add(&store, place, &[&"x".repeat(3000)]).await;
    }
    store.close().await;
    let length = std::fs::metadata(file.path()).unwrap().len();
    let mut raw = std::fs::OpenOptions::new()
        .write(true)
        .open(file.path())
        .unwrap();
    raw.seek(SeekFrom::Start(length / 2)).unwrap();
    raw.write_all(&[0xff; 20_000]).unwrap();
    drop(raw);
    let store = file.open().await;
    let damaged = match store.check().await {
        Ok(findings) => !findings.is_empty(),
        Err(_) => true,
    };
    assert!(damaged);
}
