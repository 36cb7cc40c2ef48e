//! One test, run again in a process of its own: to be killed, or to see a small disk.

use std::process::Command;

/// The environment variable that tells a test it is the one inside.
pub(crate) const INSIDE: &str = "REKINDLE_TEST_INSIDE";

pub(crate) fn inside() -> Option<String> {
    std::env::var(INSIDE).ok()
}

/// `test` (its path in this binary), to be run alone with `inside` in its environment, by `wrapper` if not empty.
pub(crate) fn again(wrapper: &[&str], test: &str, inside: &str) -> Command {
    let this = std::env::current_exe().unwrap();
    let mut command = match wrapper {
        [] => Command::new(this),
        [program, rest @ ..] => {
            let mut command = Command::new(program);
            command.args(rest).arg(this);
            command
        }
    };
    command
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(INSIDE, inside);
    command
}

/// Runs `test` again where `place` is a disk of so many bytes that nobody else sees, and expects it to pass.
pub(crate) fn on_a_disk_of(size: &str, place: &std::path::Path, test: &str) {
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let apart: &[&str] = if root {
        &["unshare", "-m"]
    } else {
        &["unshare", "-r", "-m"]
    };
    let mount =
        format!("mount -t tmpfs -o size={size} tmpfs \"$REKINDLE_TEST_INSIDE\" && exec \"$@\"");
    let wrapper = [apart, &["sh", "-c", &mount, "sh"]].concat();
    let output = again(&wrapper, test, place.to_str().unwrap())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let also = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{also}");
    assert!(said.contains("1 passed"), "{said}\n{also}");
}
