//! Puts the guide into the binary, and stops the build on any mistake in it. Puts in the list of crates as well (K25).

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[path = "src/pack_files.rs"]
mod pack_files;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../guide");
    println!("cargo::rerun-if-changed={}", root.display());
    println!("cargo::rerun-if-changed=src/pack_files.rs");
    let files = match pack_files::read(&root) {
        Ok(files) => files,
        Err(problem) => return println!("cargo::error={problem}"),
    };
    if let Err(mistakes) = rekindle_domain::pack::Pack::read(&files) {
        for mistake in mistakes {
            println!("cargo::error=guide/{mistake}");
        }
    }
    parts(&root.join("../Cargo.lock"));
    let mut list = "&[\n".to_owned();
    for (name, _) in &files {
        let file = root
            .join(name)
            .canonicalize()
            .expect("it was read just now");
        writeln!(list, "    ({name:?}, include_str!({file:?})),")
            .expect("writing to text does not fail");
    }
    list.push(']');
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo names it"));
    std::fs::write(out.join("guide.rs"), list).expect("cargo's own directory can be written");
}

/// Every crate of the lock file in a line: name, version, and the hash of its source; ours have none.
fn parts(lock: &Path) {
    println!("cargo::rerun-if-changed={}", lock.display());
    let text = match std::fs::read_to_string(lock) {
        Ok(text) => text,
        Err(problem) => return println!("cargo::error={}: {problem}", lock.display()),
    };
    let mut list = String::new();
    for package in text.split("[[package]]").skip(1) {
        let value = |key: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(key))?;
            line.strip_prefix(" = \"")?.strip_suffix('"')
        };
        let (Some(name), Some(version)) = (value("name"), value("version")) else {
            return println!("cargo::error={}: not as it was", lock.display());
        };
        let checksum = value("checksum").unwrap_or("here");
        writeln!(list, "{name} {version} {checksum}").expect("writing to text does not fail");
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo names it"));
    std::fs::write(out.join("parts.txt"), list).expect("cargo's own directory can be written");
}
