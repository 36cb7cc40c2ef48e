//! Disks that are full or cannot be written (K22): reading and erasing go on, writing fails calmly.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rekindle_database::{Database, Where, open};
use rekindle_store::{Change, Outcome, Store, StoreError};

use crate::process::{inside, on_a_disk_of};
use crate::world::*;

async fn at(path: &Path) -> Database {
    open(&Where::Sqlite(path.to_owned())).await.unwrap()
}

/// Fills what is left, to the last byte.
fn fill(folder: &Path) -> PathBuf {
    let path = folder.join("everything-else");
    let mut file = fs::File::create(&path).unwrap();
    for size in [65_536, 4096, 1] {
        while std::io::Write::write_all(&mut file, &vec![1; size]).is_ok() {}
    }
    path
}

#[tokio::test]
async fn k22_on_a_full_disk_reading_and_erasing_go_on_and_writing_fails_calmly() {
    let Some(folder) = inside() else {
        let folder = tempfile::tempdir().unwrap();
        let name = "disk::k22_on_a_full_disk_reading_and_erasing_go_on_and_writing_fails_calmly";
        return on_a_disk_of("8m", folder.path(), name);
    };
    let folder = PathBuf::from(folder);
    let store = at(&folder.join("rekindle.db")).await;
    let place = place();
    let (owner, cell) = (owner(), cell_id());
    for n in 0..50 {
        add(&store, place, &[&format!("{n:0>600}")]).await;
    }
    let put = Change::PutCell {
        owner,
        cell,
        expected: 0,
        body: vec![1; 600],
    };
    done(&store, vec![put]).await;
    store.clean().await.unwrap();
    let else_ = fill(&folder);

    // Sooner or later the log needs room that is not there; what fails, fails whole.
    let mut written = 50;
    let refused = loop {
        let change = next(&store, place, &[&"x".repeat(60_000)]).await;
        match store.commit(vec![change]).await {
            Ok(Outcome::Done) => written += 1,
            Ok(Outcome::Stale) => panic!("nobody else writes"),
            Err(error) => break error,
        }
        assert!(written < 200);
    };
    assert!(matches!(refused, StoreError::NotWritable(_)), "{refused}");
    assert_eq!(store.tip(place).await.unwrap().unwrap().0, written);
    nothing_wrong(&store).await;

    for seq in 1..=50 {
        done(&store, vec![Change::Erase { place, seq }]).await;
    }
    done(&store, vec![Change::DropCell { owner, cell }]).await;
    let records = all(&store, place).await;
    assert!(records[..50].iter().all(|record| record.content.is_none()));
    assert_eq!(verified(place, &records), Ok(records.last().unwrap().head));
    let change = next(&store, place, &[&"x".repeat(60_000)]).await;
    let refused = store.commit(vec![change]).await;
    assert!(
        matches!(refused, Err(StoreError::NotWritable(_))),
        "{refused:?}"
    );

    // With room again, everything goes on in the same process, and the ballast is there for the next time.
    fs::remove_file(else_).unwrap();
    add(&store, place, &[&"y".repeat(60_000)]).await;
    done(&store, vec![Change::Erase { place, seq: 51 }]).await;
    nothing_wrong(&store).await;
    store.close().await;
    let again = at(&folder.join("rekindle.db")).await;
    assert_eq!(
        fs::metadata(folder.join("rekindle.db.ballast"))
            .unwrap()
            .len(),
        1 << 20
    );
    again.close().await;
}

#[tokio::test]
async fn k22_a_disk_that_is_mounted_for_reading_can_be_read() {
    let Some(folder) = inside() else {
        let folder = tempfile::tempdir().unwrap();
        let name = "disk::k22_a_disk_that_is_mounted_for_reading_can_be_read";
        return on_a_disk_of("16m", folder.path(), name);
    };
    let path = PathBuf::from(&folder).join("rekindle.db");
    let place = place();
    let store = at(&path).await;
    add(&store, place, &["a", "b"]).await;
    store.close().await;
    let mount = Command::new("mount")
        .args(["-o", "remount,ro", &folder])
        .status()
        .unwrap();
    assert!(mount.success());

    let store = at(&path).await;
    assert_eq!(bodies(&store, place).await, ["a", "b"]);
    let change = next(&store, place, &["c"]).await;
    let refused = store.commit(vec![change]).await;
    assert!(
        matches!(refused, Err(StoreError::NotWritable(_))),
        "{refused:?}"
    );
    assert_eq!(bodies(&store, place).await, ["a", "b"]);
    nothing_wrong(&store).await;
    store.close().await;

    let nothing = open(&Where::Sqlite(path.with_file_name("another.db"))).await;
    assert!(matches!(nothing, Err(StoreError::NotWritable(_))));
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_its_log_and_its_copies_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let file = File::new();
    let store = file.open().await;
    add(&store, place(), &["a"]).await;
    let copy = file.beside("copy.db");
    store.vacuum_into(&copy).await.unwrap();
    for name in [
        "rekindle.db",
        "rekindle.db-wal",
        "rekindle.db-shm",
        "copy.db",
    ] {
        let mode = fs::metadata(file.beside(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
