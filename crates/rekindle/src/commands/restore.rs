//! `rekindle restore`: brings a backup back where nothing is yet. Checked before it takes its place.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::str::FromStr as _;

use age::x25519::Identity;
use anyhow::{Context as _, bail};
use rekindle_database::Where;
use rekindle_store::Store as _;

use super::house::{self, Passing};
use crate::settings::{Database, Settings};

pub(crate) fn run(settings: &Settings, file: &Path, key: &Path) -> anyhow::Result<()> {
    let keys = keys_in(key)?;
    let _held = house::hold(&settings.data)?;
    let target = settings.data.join(house::FILE);
    if settings.database == Database::InDataDirectory && target.exists() {
        bail!(
            "{} is there already, and a restore never replaces anything; move it away, or choose an empty directory with --data",
            target.display()
        );
    }
    let copy = Passing::new(&settings.data, "restore")?;
    open_sealed(file, copy.path(), &keys)?;
    let people = super::runtime()?.block_on(async {
        let kept = rekindle_database::open(&Where::Sqlite(copy.path().to_owned()))
            .await
            .map_err(house::explain)
            .context("the backup holds no database that can be used")?;
        let findings = kept.check().await.map_err(house::explain)?;
        if let Some(finding) = findings.first() {
            kept.close().await;
            bail!("the backup is damaged, and nothing was restored: {finding}");
        }
        let people = kept.count_people().await.map_err(house::explain)?;
        if let Database::Postgres(url) = &settings.database {
            let into = rekindle_database::open(&Where::Postgres(url.clone())).await.map_err(house::explain)?;
            if into.count_people().await.map_err(house::explain)? > 0 {
                bail!("the database holds accounts already, and a restore never replaces anything; name an empty one");
            }
            kept.copy_to(&into).await.map_err(house::explain)?;
            into.close().await;
        }
        kept.close().await;
        anyhow::Ok(people)
    })?;
    if settings.database == Database::InDataDirectory {
        File::open(copy.path())?.sync_all()?;
        fs::rename(copy.path(), &target).context("the restored database cannot take its place")?;
        File::open(&settings.data)?.sync_all()?;
    }
    println!(
        "Restored, with {people} accounts. Everyone signs in with the passphrase of that time."
    );
    Ok(())
}

/// The identities of an age key file.
fn keys_in(path: &Path) -> anyhow::Result<Vec<Identity>> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("--key: {} cannot be read", path.display()))?;
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("AGE-SECRET-KEY-"));
    let keys: Vec<Identity> = lines
        .filter_map(|line| Identity::from_str(line).ok())
        .collect();
    if keys.is_empty() {
        bail!("--key: {} holds no AGE-SECRET-KEY-1… line", path.display());
    }
    Ok(keys)
}

fn open_sealed(from: &Path, to: &Path, keys: &[Identity]) -> anyhow::Result<()> {
    let sealed = File::open(from).with_context(|| format!("{} cannot be read", from.display()))?;
    let sealed = age::Decryptor::new_buffered(BufReader::new(sealed))
        .with_context(|| format!("{} is no sealed backup", from.display()))?;
    let mut plain = sealed
        .decrypt(keys.iter().map(|key| key as &dyn age::Identity))
        .context("the key does not open this backup")?;
    let mut file = File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)
        .with_context(|| format!("{} cannot be written", to.display()))?;
    io::copy(&mut plain, &mut file)
        .context("the backup is cut off or damaged, or the disk is full")?;
    file.sync_all()?;
    Ok(())
}
