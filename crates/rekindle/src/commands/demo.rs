//! `rekindle demo`: a furnished house to look around in. Two invented people, a throw-away database.

use std::path::PathBuf;

use anyhow::{Context as _, bail};

use super::house::{self, Passing};
use super::serve;
use crate::clock::WallClock;
use crate::settings::{Given, Settings};
use crate::tls;

pub(crate) fn run(given: Given, years: u32) -> anyhow::Result<()> {
    let (given, folder) = if given.has("data") {
        (given, None)
    } else {
        let folder = Folder(
            Passing::new(&std::env::temp_dir(), "rekindle-demo")?
                .path()
                .to_owned(),
        );
        tls::private_directory(&folder.0)?;
        let path = folder
            .0
            .to_str()
            .context("the temporary directory's name is not text")?
            .to_owned();
        (given.with("data", &path), Some(folder))
    };
    // Invented people never move into anybody's database, whatever the variables say.
    let settings =
        Settings::read(&given.with("database", "")).context("these settings cannot be used:\n")?;
    let path = settings.data.join(house::FILE);
    if path.exists() {
        bail!(
            "{} is somebody's already; choose an empty directory with --data, or none",
            path.display()
        );
    }
    let _held = house::hold(&settings.data)?;
    let outcome = super::runtime()?.block_on(async {
        let database = house::open(&settings).await?;
        let sign_ins = rekindle_web::demo::furnish(&database, WallClock.stamp(), years)
            .await
            .context("the house could not be furnished")?;
        serve::keep_open(settings, database, |_| println!("\n{sign_ins}")).await
    });
    drop(folder);
    outcome
}

/// Goes with the demo.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
