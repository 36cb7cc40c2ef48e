//! A wrong setting stops the start by its name; what is in force can be looked at.

use crate::house::{House, rekindle, run, said};

#[test]
fn a_wrong_setting_stops_the_start_by_its_name_wherever_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    for (flags, variables, file, names) in [
        (
            vec!["--listen", "everywhere"],
            vec![],
            "",
            vec!["listen", "--listen"],
        ),
        (
            vec![],
            vec![("REKINDLE_ZONE", "Middle/Earth")],
            "",
            vec!["zone", "REKINDLE_ZONE"],
        ),
        (
            vec![],
            vec![("REKINDLE_LISTEN_TO", "x")],
            "",
            vec!["REKINDLE_LISTEN_TO"],
        ),
        (
            vec![],
            vec![],
            "sign_up = true",
            vec!["sign_up", "line 1", "sign_ups"],
        ),
        (
            vec![],
            vec![],
            "\n[limits]\nstreams = \"many\"",
            vec!["limits.streams", "line 3"],
        ),
        (
            vec!["--run-by", "someone-else"],
            vec![],
            "",
            vec!["run_by", "run_by_name"],
        ),
        (vec!["--tls", "files"], vec![], "", vec!["tls_certificate"]),
    ] {
        std::fs::write(folder.path().join("rekindle.toml"), file).unwrap();
        for command in ["doctor", "config", "serve"] {
            let mut call = rekindle();
            call.arg(command)
                .args((command == "config").then_some("check"));
            let output = call
                .args(&flags)
                .envs(variables.clone())
                .arg("--data")
                .arg(folder.path())
                .output()
                .unwrap();
            assert_eq!(
                output.status.code(),
                Some(1),
                "{flags:?} {variables:?} {file:?}"
            );
            for name in &names {
                assert!(said(&output).contains(name), "{name}: {}", said(&output));
            }
        }
    }
}

#[test]
fn config_check_shows_what_is_in_force_and_no_password() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rekindle.toml"), "log = \"json\"\n").unwrap();
    let output = rekindle()
        .args([
            "config",
            "check",
            "--database",
            "postgres://ana:s3cret@localhost/house",
            "--data",
        ])
        .arg(folder.path())
        .env("REKINDLE_SIGN_UPS", "off")
        .output()
        .unwrap();
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("log = \"json\"") && said.contains("rekindle.toml line 1"),
        "{said}"
    );
    assert!(
        said.contains("sign_ups = \"off\"  # REKINDLE_SIGN_UPS"),
        "{said}"
    );
    assert!(
        said.contains("postgres://ana:…@localhost/house") && !said.contains("s3cret"),
        "{said}"
    );
}

#[test]
fn a_command_that_is_not_one_is_told_from_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["surve"]).status.code(), Some(2));
    assert_eq!(
        run(folder.path(), &["--listne", "x"]).status.code(),
        Some(2)
    );
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let house = House::open(&[]);
    let second = run(&house.data(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(
        said(&second).contains("another Rekindle runs"),
        "{}",
        said(&second)
    );
}

#[test]
fn an_address_that_is_taken_is_named() {
    let house = House::open(&[]);
    let folder = tempfile::tempdir().unwrap();
    let second = run(
        folder.path(),
        &["--listen", &format!("127.0.0.1:{}", house.port)],
    );
    assert_eq!(second.status.code(), Some(1));
    assert!(
        said(&second).contains("listen: 127.0.0.1"),
        "{}",
        said(&second)
    );
}

#[test]
fn pack_check_reports_file_line_and_fix() {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../../guide");
    let fine = rekindle().args(["pack", "check", guide]).output().unwrap();
    assert!(fine.status.success(), "{}", said(&fine));

    let folder = tempfile::tempdir().unwrap();
    let copied = folder.path().join("guide");
    std::process::Command::new("cp")
        .arg("-rL")
        .arg(guide)
        .arg(&copied)
        .status()
        .unwrap();
    let practices = copied.join("en/practices");
    let one = std::fs::read_dir(&practices)
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .min()
        .unwrap();
    let text = std::fs::read_to_string(&one).unwrap();
    std::fs::write(&one, format!("colour = \"blue\"\n{text}")).unwrap();
    let wrong = rekindle()
        .args(["pack", "check"])
        .arg(&copied)
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(1));
    let line = format!(
        "en/practices/{}:1: ",
        one.file_name().unwrap().to_str().unwrap()
    );
    assert!(
        said(&wrong).contains(&line) && said(&wrong).contains("colour"),
        "{}",
        said(&wrong)
    );
}
