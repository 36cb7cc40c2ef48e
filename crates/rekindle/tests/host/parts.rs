//! K25: the program carries the list of what it was built from.

use crate::house::{rekindle, said};

#[test]
fn k25_the_program_names_every_crate_of_the_lock_file() {
    let lock = include_str!("../../../../Cargo.lock");
    let lock: toml::Table = toml::from_str(lock).unwrap();
    let text = |package: &toml::Value, key: &str| {
        let value = package.get(key).and_then(toml::Value::as_str);
        value.unwrap_or("here").to_owned()
    };
    let locked: Vec<String> = (lock["package"].as_array().unwrap().iter())
        .map(|one| {
            ["name", "version", "checksum"]
                .map(|key| text(one, key))
                .join(" ")
        })
        .collect();
    let output = rekindle().arg("parts").output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let named = String::from_utf8(output.stdout).unwrap();
    assert_eq!(named.lines().collect::<Vec<_>>(), locked);
    for one in ["ring 0.17.", "hpke 0.15.", "sqlx 0.9."] {
        assert!(named.lines().any(|line| line.starts_with(one)), "{one}");
    }
}
