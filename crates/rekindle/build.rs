//! Puts the guide into the binary, and stops the build on any mistake in it.

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
