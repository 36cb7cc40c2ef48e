//! K22: a backup taken while the house is lived in comes back whole, and says nothing to whoever finds it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rekindle_database::{Database, Where, open};
use rekindle_store::{Place, Store};

use crate::house::{House, bytes, rekindle, run, said};
use crate::server::Empty;
use crate::world;

struct Keys {
    file: PathBuf,
    recipient: String,
}

fn keys(folder: &Path, name: &str) -> Keys {
    let file = folder.join(name);
    let output = rekindle().arg("backup-key").arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    Keys {
        file,
        recipient: String::from_utf8(output.stdout).unwrap().trim().to_owned(),
    }
}

async fn furnish(store: &dyn Store) -> Place {
    let person = world::settled(store).await;
    let place = world::place_of(person.into());
    world::add(store, place, &["one", "two", "three"]).await;
    place
}

/// Somebody writes all the while.
struct Load {
    stop: Arc<AtomicBool>,
    writing: tokio::task::JoinHandle<u64>,
}

impl Load {
    fn begin(store: &Arc<Database>, place: Place) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (store, stopped) = (Arc::clone(store), Arc::clone(&stop));
        let writing = tokio::spawn(async move {
            let mut written = 3_u64;
            while !stopped.load(Ordering::Relaxed) {
                world::add(&*store, place, &["more", "and more"]).await;
                written += 2;
            }
            written
        });
        Self { stop, writing }
    }

    /// How many records there are now.
    async fn end(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.writing.await.unwrap()
    }
}

fn leftovers(data: &Path) -> Vec<String> {
    let names = fs::read_dir(data)
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().into_string().unwrap());
    names
        .filter(|name| name.contains("part") || name.contains("backup") || name.contains("restore"))
        .collect()
}

#[tokio::test]
async fn k22_a_backup_taken_under_load_comes_back_whole() {
    let house = House::open(&[]);
    let data = house.data();
    let store = Arc::new(
        open(&Where::Sqlite(data.join("rekindle.db")))
            .await
            .unwrap(),
    );
    let place = furnish(&*store).await;
    let load = Load::begin(&store, place);
    let keys = keys(house.folder.path(), "key");
    let backup = house.folder.path().join("kept.age");
    let output = {
        let (data, backup, to) = (data.clone(), backup.clone(), keys.recipient.clone());
        tokio::task::spawn_blocking(move || {
            run(&data, &["backup", backup.to_str().unwrap(), "--to", &to])
        })
    };
    let output = output.await.unwrap();
    let written = load.end().await;
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(leftovers(&data), Vec::<String>::new());
    let sealed = bytes(&backup);
    assert!(sealed.starts_with(b"age-encryption.org/v1\n"));
    assert!(
        !sealed.windows(15).any(|part| part == b"SQLite format 3"),
        "only sealed bytes leave"
    );

    let back = house.folder.path().join("back");
    let output = run(
        &back,
        &[
            "restore",
            backup.to_str().unwrap(),
            "--key",
            keys.file.to_str().unwrap(),
        ],
    );
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(leftovers(&back), Vec::<String>::new());
    let restored = open(&Where::Sqlite(back.join("rekindle.db")))
        .await
        .unwrap();
    let records = world::all(&restored, place).await;
    assert!(
        records.len() >= 3 && records.len() as u64 <= written,
        "a moment of the run: {}",
        records.len()
    );
    world::verified(place, &records).unwrap();
    assert_eq!(restored.count_people().await.unwrap(), 1);
    restored.close().await;
    let doctor = run(&back, &["doctor"]);
    assert!(doctor.status.success(), "{}", said(&doctor));

    // And the house can be opened there.
    let folder = tempfile::tempdir().unwrap();
    fs::rename(&back, folder.path().join("data")).unwrap();
    let again = House::open_in(folder, "127.0.0.1:0", &[]);
    assert!(again.get("/readyz").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn k22_under_load_from_postgresql_to_postgresql_by_way_of_a_sealed_file() {
    let (from, to) = (Empty::new().await, Empty::new().await);
    let folder = tempfile::tempdir().unwrap();
    let keys = keys(folder.path(), "key");
    let store = Arc::new(from.open().await);
    let place = furnish(&*store).await;
    let backup = folder.path().join("kept.age");
    let file = backup.to_str().unwrap();
    let key = keys.file.to_str().unwrap();
    let load = Load::begin(&store, place);
    let output = {
        let (at, url) = (folder.path().to_owned(), from.url());
        let (file, to) = (file.to_owned(), keys.recipient.clone());
        tokio::task::spawn_blocking(move || {
            run(&at, &["backup", &file, "--to", &to, "--database", &url])
        })
    };
    let output = output.await.unwrap();
    let written = load.end().await;
    assert!(output.status.success(), "{}", said(&output));
    let output = run(
        folder.path(),
        &["restore", file, "--key", key, "--database", &to.url()],
    );
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(leftovers(folder.path()), Vec::<String>::new());
    let restored = to.open().await;
    let (back, kept) = (
        world::all(&restored, place).await,
        world::all(&*store, place).await,
    );
    assert!(
        back.len() >= 3 && back.len() as u64 <= written,
        "a moment of the run: {}",
        back.len()
    );
    assert_eq!(back, kept[..back.len()]);
    let house = folder.path().join("house");
    fs::create_dir(&house).unwrap();
    fs::set_permissions(&house, fs::Permissions::from_mode(0o700)).unwrap();
    let doctor = run(&house, &["doctor", "--database", &to.url()]);
    assert!(doctor.status.success(), "{}", said(&doctor));

    let twice = run(
        folder.path(),
        &["restore", file, "--key", key, "--database", &to.url()],
    );
    assert_eq!(twice.status.code(), Some(1));
    assert!(said(&twice).contains("never replaces"), "{}", said(&twice));
    store.close().await;
    restored.close().await;
    from.gone().await;
    to.gone().await;
}

#[tokio::test]
async fn a_restore_replaces_nothing_and_a_damaged_backup_restores_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let store = open(&Where::Sqlite(data.join("rekindle.db")))
        .await
        .unwrap();
    furnish(&store).await;
    store.close().await;
    let (right, wrong) = (keys(folder.path(), "right"), keys(folder.path(), "wrong"));
    let backup = folder.path().join("kept.age");
    let file = backup.to_str().unwrap();
    assert!(
        run(&data, &["backup", file, "--to", &right.recipient])
            .status
            .success()
    );

    let refused = |data: &Path, key: &Keys, why: &str| {
        let output = run(
            data,
            &["restore", file, "--key", key.file.to_str().unwrap()],
        );
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains(why), "{why}: {}", said(&output));
    };
    refused(&data, &right, "never replaces");
    let fresh = folder.path().join("fresh");
    refused(&fresh, &wrong, "key does not open");
    let whole = fs::read(&backup).unwrap();
    fs::write(&backup, &whole[..whole.len() - 100]).unwrap();
    refused(&fresh, &right, "cut off or damaged");
    fs::write(&backup, b"something else").unwrap();
    refused(&fresh, &right, "no sealed backup");
    assert!(!fresh.join("rekindle.db").exists());
    assert_eq!(leftovers(&fresh), Vec::<String>::new());
}

#[tokio::test]
async fn a_backup_replaces_no_other_and_never_takes_the_secret_key() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let nothing = run(
        &data,
        &[
            "backup",
            folder.path().join("a").to_str().unwrap(),
            "--to",
            "age1x",
        ],
    );
    assert_eq!(nothing.status.code(), Some(1));
    open(&Where::Sqlite(data.join("rekindle.db")))
        .await
        .unwrap()
        .close()
        .await;
    let keys = keys(folder.path(), "key");
    let there = folder.path().join("there.age");
    fs::write(&there, "mine").unwrap();
    let output = run(
        &data,
        &["backup", there.to_str().unwrap(), "--to", &keys.recipient],
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(fs::read(&there).unwrap(), b"mine");
    let secret = fs::read_to_string(&keys.file).unwrap();
    let secret = secret
        .lines()
        .find(|line| line.starts_with("AGE-SECRET-KEY-"))
        .unwrap();
    let output = run(
        &data,
        &[
            "backup",
            folder.path().join("b").to_str().unwrap(),
            "--to",
            secret,
        ],
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("not the secret key"),
        "{}",
        said(&output)
    );
}
