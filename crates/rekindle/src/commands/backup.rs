//! `rekindle backup`: a sealed copy while the server runs (K22). The copy is taken by the database itself, so it is of
//! one moment, and is sealed with age to a key that is not on this machine.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::str::FromStr as _;

use age::secrecy::ExposeSecret as _;
use age::x25519::{Identity, Recipient};
use anyhow::{Context as _, bail};
use rekindle_database::Where;

use super::house::{self, Passing};
use crate::settings::{Database, Settings};
use crate::tls;

pub(crate) fn run(settings: &Settings, file: &Path, to: &[String]) -> anyhow::Result<()> {
    let mut recipients = Vec::new();
    for to in to {
        recipients.extend(recipients_in(to)?);
    }
    if file.exists() {
        bail!(
            "{} is there already; a backup never replaces another",
            file.display()
        );
    }
    if settings.database == Database::InDataDirectory && !settings.data.join(house::FILE).exists() {
        bail!(
            "there is nothing to keep in {}; name the data directory with --data",
            settings.data.display()
        );
    }
    let copy = Passing::new(&settings.data, "backup")?;
    super::runtime()?.block_on(async {
        let database = house::open(settings).await?;
        let taken = match settings.database {
            Database::InDataDirectory => database.vacuum_into(copy.path()).await,
            Database::Postgres(_) => {
                let into = rekindle_database::open(&Where::Sqlite(copy.path().to_owned())).await;
                match into {
                    Ok(into) => {
                        let copied = database.copy_to(&into).await.map(|_| ());
                        into.close().await;
                        copied
                    }
                    Err(error) => Err(error),
                }
            }
        };
        database.close().await;
        taken.map_err(house::explain)
    })?;
    seal(copy.path(), file, &recipients)?;
    println!(
        "Sealed backup written to {}. Try now and then whether you can restore it.",
        file.display()
    );
    Ok(())
}

/// Streams `from` into `to`, sealed; `to` appears whole or not at all.
fn seal(from: &Path, to: &Path, recipients: &[Recipient]) -> anyhow::Result<()> {
    let part = to.with_extension("part");
    let outcome = (|| {
        let mut from = File::open(from)?;
        let file = File::options()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&part)?;
        let recipients = recipients
            .iter()
            .map(|recipient| recipient as &dyn age::Recipient);
        let age = age::Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
        let mut sealed = age.wrap_output(BufWriter::new(file))?;
        io::copy(&mut from, &mut sealed)?;
        let file = sealed
            .finish()?
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        fs::rename(&part, to)?;
        let directory = to.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
    })();
    outcome.map_err(|error| {
        // Half a backup is none.
        let _ = fs::remove_file(&part);
        anyhow::Error::new(error).context(format!("{} cannot be written", to.display()))
    })
}

/// `age1…` itself, or a file with one a line.
fn recipients_in(text: &str) -> anyhow::Result<Vec<Recipient>> {
    if let Ok(recipient) = Recipient::from_str(text) {
        return Ok(vec![recipient]);
    }
    if text.starts_with("AGE-SECRET-KEY-") {
        bail!(
            "--to wants the recipient (age1…), not the secret key; the secret stays off this server"
        );
    }
    let lines = fs::read_to_string(text).with_context(|| {
        format!("--to: {text} is neither an age1… recipient nor a file of them")
    })?;
    let lines = lines
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let recipients: Vec<Recipient> = lines
        .map(|line| {
            Recipient::from_str(line).map_err(|_| {
                anyhow::anyhow!("--to: {text} holds a line that is no age1… recipient")
            })
        })
        .collect::<Result<_, _>>()?;
    if recipients.is_empty() {
        bail!("--to: {text} holds no recipient");
    }
    Ok(recipients)
}

/// `rekindle backup-key FILE`, for hosts without the age program.
pub(crate) fn make_key(file: &Path) -> anyhow::Result<()> {
    if file.exists() {
        bail!(
            "{} is there already; a key never replaces another",
            file.display()
        );
    }
    let key = Identity::generate();
    let recipient = key.to_public();
    let text = format!(
        "# recipient: {recipient}\n{}\n",
        key.to_string().expose_secret()
    );
    tls::write_private(file, text.as_bytes())
        .with_context(|| format!("{} cannot be written", file.display()))?;
    println!("{recipient}");
    eprintln!(
        "The secret key is in {}. Move it off this server now: with it, and a passphrase, a backup can be opened.",
        file.display()
    );
    Ok(())
}
