//! `rekindle demo`: a furnished house to look around in. Two invented people, a throw-away database.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use rekindle_domain::pack::Pack;
use rekindle_domain::session::Script;

use super::house::{self, Passing};
use super::serve;
use crate::clock::WallClock;
use crate::guide;
use crate::settings::{Given, Settings};
use crate::tls;

/// Says that a data directory's database was invented and may be thrown away.
const MARK: &str = "demo";

/// Says that it was furnished to the end: what was broken off half way is begun anew.
const DONE: &str = "demo-furnished";

/// What is shown in a house that was furnished to look at one script. In a data directory that was named, it is there
/// again the next time, so that an author goes on where they were with what they changed.
pub(super) struct Shown {
    pub(super) pack: Pack,
    pub(super) script: Script,
}

pub(crate) fn run(given: Given, years: u32, shown: Option<Shown>) -> anyhow::Result<()> {
    let stays = shown.is_some() && given.has("data");
    let (given, _folder) = if given.has("data") {
        (given, None)
    } else {
        let folder = Passing::new(&std::env::temp_dir(), "rekindle-demo")?;
        let folder = Folder(folder.path().with_extension(""));
        let path = folder
            .0
            .to_str()
            .context("the temporary directory's name is not text")?;
        (given.with("data", path), Some(folder))
    };
    // Invented people never move into anybody's database, whatever the variables say.
    let settings =
        Settings::read(&given.with("database", "")).context("these settings cannot be used:\n")?;
    tls::private_directory(&settings.data)?;
    let _held = house::hold(&settings.data)?;
    let mark = settings.data.join(MARK);
    let furnished = settings.data.join(house::FILE).exists();
    if furnished && !mark.exists() {
        bail!(
            "{} is somebody's already; choose an empty directory with --data, or none",
            settings.data.display()
        );
    }
    let again = stays && furnished && settings.data.join(DONE).exists();
    if !again {
        throw_away(&settings.data);
    }
    fs::write(
        &mark,
        "This house is invented; `rekindle demo` throws it away.\n",
    )
    .with_context(|| format!("{} cannot be written", mark.display()))?;
    let data = settings.data.clone();
    let outcome = super::runtime()?.block_on(async {
        let database = house::open(&settings).await?;
        let residents = if again {
            None
        } else {
            let furnished = rekindle_web::demo::furnish(&database, WallClock.stamp(), years).await;
            let residents = furnished.context("the house could not be furnished")?;
            let done = data.join(DONE);
            fs::write(&done, "").with_context(|| format!("{} cannot be written", done.display()))?;
            Some(residents)
        };
        let Some(shown) = shown else {
            let guide = guide::pack();
            let greet = |_: &str| residents.iter().for_each(|two| println!("\n{two}"));
            return serve::keep_open(settings, database, guide, greet).await;
        };
        let place = rekindle_web::demo::place_of(&shown.script.id);
        let title = shown.script.title.clone();
        let greet = move |first: &str| {
            // Two names of one machine are two houses to a browser: each keeps a sign-in of its own.
            let second = first.replace("localhost", "127.0.0.1");
            let [one, other] = rekindle_web::demo::SIGN_INS;
            if second == first {
                println!("\nOpen it twice, in two browsers or one of them in a private window, and sign in:");
            } else {
                println!("\nOpen both side by side and sign in:");
            }
            for (address, (handle, passphrase)) in [(first, one), (&second, other)] {
                println!("  {address}c\n    {handle}: {passphrase}");
            }
            let first = first.trim_end_matches('/');
            println!("Then lay \"{title}\" out at {first}{place}; the other finds it on Today.");
            if stays {
                println!("Started again with the same --data, it goes on where you were, with what you changed.");
            }
        };
        serve::keep_open(settings, database, shown.pack, greet).await
    });
    if !stays {
        throw_away(&data);
    }
    outcome
}

/// Removes the invented database; not being there is fine.
fn throw_away(data: &Path) {
    for ending in ["", "-wal", "-shm", ".ballast"] {
        let _ = fs::remove_file(data.join(format!("{}{ending}", house::FILE)));
    }
    for mark in [MARK, DONE] {
        let _ = fs::remove_file(data.join(mark));
    }
}

/// A directory that goes with the demo.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed lies in the system's temporary directory.
        let _ = fs::remove_dir_all(&self.0);
    }
}
