//! `rekindle doctor` finds what is wrong, says it plainly, and exits with 1.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rekindle_database::{Where, open};
use rekindle_store::{Change, Store};
use sqlx::{AnyConnection, Connection as _, Executor as _};

use crate::house::{House, run, said};
use crate::server::Empty;
use crate::world;

/// A data directory in which somebody has lived.
async fn lived_in(data: &Path) {
    fs::create_dir_all(data).unwrap();
    fs::set_permissions(data, fs::Permissions::from_mode(0o700)).unwrap();
    let store = open(&Where::Sqlite(data.join("rekindle.db")))
        .await
        .unwrap();
    furnish(&store).await;
    store.close().await;
    // All of it in the one file that a test then harms.
    change(data, "PRAGMA wal_checkpoint(TRUNCATE)").await;
}

/// Somebody signed in, who wrote something.
async fn furnish(store: &dyn Store) {
    let person = world::settled(store).await;
    let place = world::place_of(person.into());
    world::add(store, place, &["one", "two", "three"]).await;
    world::done(store, vec![Change::AddSignIn(world::sign_in(person))]).await;
}

async fn change(data: &Path, statement: &'static str) {
    sqlx::any::install_default_drivers();
    let mut db =
        AnyConnection::connect(&format!("sqlite://{}", data.join("rekindle.db").display()))
            .await
            .unwrap();
    db.execute(statement).await.unwrap();
    db.close().await.unwrap();
}

fn report(data: &Path) -> (Option<i32>, serde_json::Value) {
    let output = run(data, &["doctor", "--json"]);
    let json =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
    (output.status.code(), json)
}

/// What the report calls wrong.
fn wrong(report: &serde_json::Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|f| f["state"] == "wrong")
        .map(|f| f["about"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn doctor_is_content_with_a_house_that_is_lived_in_running_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    lived_in(&data).await;
    let (code, json) = report(&data);
    assert_eq!((code, wrong(&json)), (Some(0), vec![]), "{json}");
    let house = House::open_in(folder, "127.0.0.1:0", &[]);
    let output = run(&house.data(), &["doctor"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("All is well."), "{}", said(&output));
}

#[tokio::test]
async fn doctor_names_what_is_wrong_and_what_to_do() {
    type Harm = fn(&Path);
    let harms: [(&str, Harm); 4] = [
        ("rights", |data| {
            fs::set_permissions(data, fs::Permissions::from_mode(0o755)).unwrap();
        }),
        ("rights", |data| {
            fs::set_permissions(data.join("rekindle.db"), fs::Permissions::from_mode(0o644))
                .unwrap();
        }),
        ("database", |data| {
            let path = data.join("rekindle.db");
            let mut bytes = fs::read(&path).unwrap();
            // Whole pages, as a failing disk leaves them.
            let middle = bytes.len() / 2 / 4096 * 4096;
            bytes[middle..].fill(0xff);
            fs::write(&path, bytes).unwrap();
        }),
        ("clock", |data| {
            let ahead = std::time::UNIX_EPOCH + std::time::Duration::from_hours(24 * 365 * 100);
            fs::File::options()
                .write(true)
                .open(data.join("rekindle.db"))
                .unwrap()
                .set_modified(ahead)
                .unwrap();
        }),
    ];
    for (about, harm) in harms {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        lived_in(&data).await;
        harm(&data);
        let (code, json) = report(&data);
        assert_eq!(code, Some(1), "{about}: {json}");
        assert!(wrong(&json).contains(&about), "{about}: {json}");
        let output = run(&data, &["doctor"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("What to do: "), "{}", said(&output));
    }
}

#[tokio::test]
async fn k10_doctor_notices_a_record_that_was_changed_from_outside() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    lived_in(&data).await;
    change(&data, "UPDATE records SET body = X'00' WHERE seq = 2").await;
    let (code, json) = report(&data);
    assert_eq!((code, wrong(&json)), (Some(1), vec!["database"]), "{json}");
    assert!(json.to_string().contains("record 2"), "{json}");
}

#[tokio::test]
async fn k10_doctor_notices_it_on_postgresql_too() {
    let server = Empty::new().await;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir_all(&data).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
    let store = server.open().await;
    furnish(&store).await;
    store.close().await;
    let asked = || run(&data, &["doctor", "--json", "--database", &server.url()]);
    let output = asked();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let mut db = sqlx::PgConnection::connect(&server.url()).await.unwrap();
    db.execute("UPDATE records SET body = '\\x00'::bytea WHERE seq = 2")
        .await
        .unwrap();
    db.close().await.unwrap();
    let output = asked();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("record 2"), "{}", said(&output));
    server.gone().await;
}

#[tokio::test]
async fn doctor_says_that_a_schema_is_older_and_leaves_it_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    lived_in(&data).await;
    change(
        &data,
        "DROP TABLE segments; DELETE FROM schema_version WHERE version > 3",
    )
    .await;
    for _ in 0..2 {
        let (code, json) = report(&data);
        assert_eq!((code, wrong(&json)), (Some(0), vec![]), "{json}");
        assert!(
            json.to_string()
                .contains("the schema is version 3, this program knows"),
            "{json}"
        );
    }
}

#[tokio::test]
async fn a_database_from_a_newer_version_is_refused_and_explained() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    lived_in(&data).await;
    change(&data, "INSERT INTO schema_version (version) VALUES (9999)").await;
    let (code, json) = report(&data);
    assert_eq!((code, wrong(&json)), (Some(1), vec!["database"]), "{json}");
    let output = run(&data, &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("9999") && said(&output).contains("newer"),
        "{}",
        said(&output)
    );
}
