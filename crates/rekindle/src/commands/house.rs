//! What the commands share: the data directory, the database in it, and who holds it.

use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use rekindle_database::{Database, Where};
use rekindle_store::StoreError;
use rekindle_web::RunBy;
use rustix::fs::FlockOperation;

use crate::settings::{self, Settings};
use crate::tls;

/// The SQLite file, in the data directory.
pub(crate) const FILE: &str = "rekindle.db";

pub(crate) fn place(settings: &Settings) -> Where {
    match &settings.database {
        settings::Database::InDataDirectory => Where::Sqlite(settings.data.join(FILE)),
        settings::Database::Postgres(url) => Where::Postgres(url.clone()),
    }
}

/// Opens the database, making or upgrading it where needed.
pub(crate) async fn open(settings: &Settings) -> anyhow::Result<Database> {
    tls::private_directory(&settings.data)?;
    rekindle_database::open(&place(settings))
        .await
        .map_err(explain)
}

/// A fault of the store with what the host can do about it.
pub(crate) fn explain(error: StoreError) -> anyhow::Error {
    let advice = match &error {
        StoreError::Newer { .. } => {
            "install the newer Rekindle again, or restore a backup from before the upgrade"
        }
        StoreError::NotWritable(_) => "make room on the disk, or let this user write there",
        StoreError::Database(_) => "`rekindle doctor` tells more",
    };
    anyhow::Error::new(error).context(advice)
}

/// Held by whoever writes to a data directory's SQLite file for a long time; gone with the process.
pub(crate) struct Held {
    _file: Option<File>,
}

/// Takes the data directory for this process. A disk that can only be read needs no holding.
pub(crate) fn hold(data: &Path) -> anyhow::Result<Held> {
    tls::private_directory(data)?;
    let path = data.join("lock");
    let file = match File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
    {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::ReadOnlyFilesystem => {
            return Ok(Held { _file: None });
        }
        Err(error) => {
            return Err(error).with_context(|| format!("{} cannot be written", path.display()));
        }
    };
    if rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
        bail!(
            "another Rekindle runs on {} already; stop it first, or choose another directory with --data",
            data.display()
        );
    }
    Ok(Held { _file: Some(file) })
}

/// What a host should know about settings that are allowed but perhaps not meant.
pub(crate) fn notes(settings: &Settings) -> Vec<String> {
    let mut notes = Vec::new();
    if settings.insecure() {
        notes.push(
            "Plain HTTP beyond this machine: nobody can sign in, because others on the network could read along. \
             Use tls = auto, or name the reverse proxy in front in proxies."
                .to_owned(),
        );
    }
    if settings.run_by == RunBy::NotSaid {
        notes.push(
            "Nobody has said who runs this server. Set run_by and run_by_name: everyone sees it before writing the \
             first private word."
                .to_owned(),
        );
    }
    if !settings.proxies.is_empty() && settings.public_url.is_none() {
        notes.push(
            "Behind a proxy without public_url: links carry the host name that the proxy passes on.".to_owned(),
        );
    }
    notes
}

/// A file that is overwritten before it is removed, with the companions SQLite may lay beside it.
///
/// On a disk that writes elsewhere than asked (flash, copy-on-write) this is best effort; all of it is sealed anyway.
pub(crate) struct Passing(pub(crate) PathBuf);

impl Passing {
    /// A name in `directory` that nothing has yet.
    pub(crate) fn new(directory: &Path, kind: &str) -> anyhow::Result<Self> {
        let mut noise = [0; 8];
        getrandom::fill(&mut noise).context("no random numbers to be had")?;
        let noise = data_encoding::HEXLOWER.encode(&noise);
        Ok(Self(directory.join(format!("{kind}-{noise}.part"))))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm", "-journal", ".ballast"] {
            let mut path = self.0.clone().into_os_string();
            path.push(ending);
            // Not being there is the ordinary case.
            let _ = shred(Path::new(&path));
        }
    }
}

fn shred(path: &Path) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut file = File::options().write(true).open(path)?;
    let mut left = file.metadata()?.len();
    let zeros = vec![0; 64 * 1024];
    let mut overwrite = || {
        while left > 0 {
            let now = usize::try_from(left).unwrap_or(usize::MAX).min(zeros.len());
            file.write_all(&zeros[..now])?;
            left -= now as u64;
        }
        file.sync_all()
    };
    let overwritten = overwrite();
    std::fs::remove_file(path)?;
    overwritten
}
