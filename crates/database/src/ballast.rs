//! A file that does nothing but take up room, so that erasing still works when the disk is full (K9): it is given up
//! for the moment an erasing commit needs, and taken again behind it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// One mebibyte: the log of a commit that erases a few hundred records.
pub(crate) const SIZE: usize = 1 << 20;

pub(crate) struct Ballast(PathBuf);

impl Ballast {
    pub(crate) fn beside(database: &Path) -> Self {
        let mut name = database.as_os_str().to_owned();
        name.push(".ballast");
        Self(name.into())
    }

    /// Takes the room, if it is not taken. Blocks on the disk for some milliseconds.
    pub(crate) fn take(&self) -> io::Result<()> {
        if fs::metadata(&self.0).is_ok_and(|found| found.len() == SIZE as u64) {
            return Ok(());
        }
        let written = self.write();
        if written.is_err() {
            // Half a ballast is room that nobody can use.
            let _ = fs::remove_file(&self.0);
        }
        written
    }

    /// Noise, because a file system that compresses would keep zeros in no room at all.
    fn write(&self) -> io::Result<()> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut noise = Vec::with_capacity(SIZE);
        while noise.len() < SIZE {
            // xorshift64 (Marsaglia 2003): no secret, only incompressible.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            noise.extend_from_slice(&state.to_le_bytes());
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&self.0)?;
        file.write_all(&noise)?;
        file.sync_all()
    }

    /// Gives the room back; false if there was none to give.
    pub(crate) fn give_up(&self) -> bool {
        fs::remove_file(&self.0).is_ok()
    }
}
