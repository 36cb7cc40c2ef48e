//! `rekindle demo`: a house to look around in, on a database that nobody misses.

use std::fs;
use std::path::Path;

use sqlx::{AnyConnection, Connection as _, Row as _};

use crate::house::{House, rekindle, run, said};

#[tokio::test]
async fn the_demo_opens_furnished_prints_both_sign_ins_and_leaves_nothing_behind() {
    let outer = tempfile::tempdir().unwrap();
    let temporary = outer.path().to_owned();
    let mut command = rekindle();
    command
        .args(["demo", "--listen", "127.0.0.1:0"])
        .env("TMPDIR", &temporary);
    // Whatever the variables say, invented people move into no real house.
    command.env("REKINDLE_DATABASE", "postgres://nobody@127.0.0.1:1/nothing");
    let house = House::spawn(command, tempfile::tempdir().unwrap());
    assert!(house.get("/readyz").await.starts_with("HTTP/1.1 200"));
    let folder = fs::read_dir(&temporary)
        .unwrap()
        .flatten()
        .next()
        .unwrap()
        .path();
    assert!(folder.join("rekindle.db").exists());
    let doctor = run(&folder, &["doctor"]);
    assert!(doctor.status.success(), "{}", said(&doctor));
    let (code, output) = house.stop();
    assert_eq!(code, Some(0));
    assert_eq!(output.matches("passphrase: ").count(), 2, "{output}");
    assert!(temporary.exists() && !folder.exists(), "thrown away");
}

#[test]
fn the_demo_never_takes_the_place_of_a_real_house() {
    let house = House::open(&[]);
    let data = house.data();
    let running = run(&data, &["demo", "--listen", "127.0.0.1:0"]);
    assert_eq!(running.status.code(), Some(1));
    let folder = tempfile::tempdir().unwrap();
    fs::copy(data.join("rekindle.db"), folder.path().join("rekindle.db")).unwrap();
    let output = run(folder.path(), &["demo", "--listen", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("somebody's already"),
        "{}",
        said(&output)
    );
    assert!(folder.path().join("rekindle.db").exists());
}

/// A script looked at in the browser, in a directory that stays.
fn preview(data: &Path, listen: &str) -> House {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../../guide");
    let mut command = rekindle();
    command
        .args(["pack", "preview", guide, "good-news", "--browser"])
        .args(["--listen", listen, "--data"])
        .arg(data);
    House::spawn(command, tempfile::tempdir().unwrap())
}

/// Stopped while it was being furnished, a house is furnished anew; stopped later, it goes on where it was.
#[tokio::test]
async fn a_preview_that_was_broken_off_is_furnished_anew() {
    let outer = tempfile::tempdir().unwrap();
    let data = outer.path().join("looked-at");
    let whole = preview(&data, "127.0.0.2:0");
    let (_, output) = whole.stop();
    // One address only: the same browser would sign the first one out.
    assert!(
        output.contains("in two browsers or one of them in a private window"),
        "{output}"
    );
    let people = || async {
        sqlx::any::install_default_drivers();
        let url = format!("sqlite://{}", data.join("rekindle.db").display());
        let mut db = AnyConnection::connect(&url).await.unwrap();
        let rows = sqlx::query("SELECT quote(id) FROM people ORDER BY id");
        let rows = rows.fetch_all(&mut db).await.unwrap();
        db.close().await.unwrap();
        let ids = rows.iter().map(|row| row.get::<String, _>(0));
        ids.collect::<Vec<_>>()
    };
    let first = people().await;
    assert_eq!(first.len(), 2);
    preview(&data, "127.0.0.1:0").stop();
    assert_eq!(people().await, first, "it goes on where it was");
    // As it is when the power goes half way: the database and its first mark are there, and nothing says it is whole.
    fs::remove_file(data.join("demo-furnished")).unwrap();
    let (_, output) = preview(&data, "127.0.0.1:0").stop();
    let anew = people().await;
    assert_eq!(anew.len(), 2, "{output}");
    assert_ne!(anew, first, "{output}");
}
