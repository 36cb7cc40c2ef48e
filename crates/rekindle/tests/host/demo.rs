//! `rekindle demo`: a house to look around in, on a database that nobody misses.

use std::fs;

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
