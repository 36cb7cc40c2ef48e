//! A host with many couples, made once and copied for whoever changes it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rekindle_database::{Where, open};
use rekindle_domain::Stamp;
use rekindle_web::demo::{self, House, Residents};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

/// The database's name in a data directory.
const FILE: &str = "rekindle.db";

/// A folder that goes when it does.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Result<Self> {
        let path =
            std::env::temp_dir().join(format!("rekindle-bench-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A data directory with couples in it, and a cookie that signs in one of each.
pub(crate) struct Furnished {
    pub(crate) folder: Folder,
    pub(crate) cookies: Vec<String>,
    /// The other one's of each.
    pub(crate) others: Vec<String>,
}

/// The name of the sign-in's cookie.
pub(crate) const SIGN_IN: &str = "__Host-s";
/// Ten years of so many a day are 70,000 events.
const A_DAY_OF_FIRST: u32 = 19;
/// What the other couples have behind them.
const DAYS: u32 = 28;
const A_DAY: u32 = 2;

/// Furnishes a host; the first couple has so many years behind it, the others four weeks.
pub(crate) fn furnish(name: &str, couples: u32, years: u32) -> Result<Furnished> {
    let folder = Folder::new(name)?;
    let at = Where::Sqlite(folder.path().join(FILE));
    furnish_into(folder, &at, couples, years)
}

/// The same in another database; the folder holds only what else a server keeps.
pub(crate) fn furnish_at(name: &str, at: &Where, couples: u32, years: u32) -> Result<Furnished> {
    furnish_into(Folder::new(name)?, at, couples, years)
}

/// A host with one couple who can also sign in by passphrase.
pub(crate) fn with_passphrases(name: &str) -> Result<(Furnished, Residents)> {
    let folder = Folder::new(name)?;
    let residents = tokio::runtime::Runtime::new()?.block_on(async {
        let database = open(&Where::Sqlite(folder.path().join(FILE))).await?;
        let residents = demo::furnish(&database, now(), 1).await?;
        database.close().await;
        anyhow::Ok(residents)
    })?;
    let [mara, jonas] = &residents.0;
    let house = Furnished {
        folder,
        cookies: vec![format!("{SIGN_IN}={}", mara.cookie)],
        others: vec![format!("{SIGN_IN}={}", jonas.cookie)],
    };
    Ok((house, residents))
}

fn furnish_into(folder: Folder, at: &Where, couples: u32, years: u32) -> Result<Furnished> {
    let cookies = tokio::runtime::Runtime::new()?.block_on(async {
        let database = open(at).await?;
        let (mut cookies, mut others) = (vec![], vec![]);
        for number in 0..couples {
            let (days, a_day) = if number == 0 && years > 0 {
                (years * 365, A_DAY_OF_FIRST)
            } else {
                (DAYS, A_DAY)
            };
            let house = House {
                names: ["Mara", "Jonas"].map(str::to_owned),
                handles: [format!("mara-{number}"), format!("jonas-{number}")],
                days,
                a_day,
                passphrases: false,
            };
            let Residents([mara, jonas]) = demo::couple(&database, now(), &house).await?;
            cookies.push(format!("{SIGN_IN}={}", mara.cookie));
            others.push(format!("{SIGN_IN}={}", jonas.cookie));
        }
        database.close().await;
        anyhow::Ok((cookies, others))
    });
    let (cookies, others) = cookies.context("furnishing")?;
    Ok(Furnished {
        folder,
        cookies,
        others,
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "a bench lives in the present; there is no rule here that time could bend"
)]
pub(crate) fn now() -> Stamp {
    Stamp(jiff::Timestamp::now().as_millisecond())
}

/// Runs one statement on the database of a server that does not run.
pub(crate) fn change(folder: &Path, statement: &'static str) -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let options = SqliteConnectOptions::new().filename(folder.join(FILE));
        let mut db = SqliteConnection::connect_with(&options).await?;
        sqlx::query(statement).execute(&mut db).await?;
        db.close().await?;
        Ok(())
    })
}

/// Fills the database up to about 1 GiB with records of couples who never come.
pub(crate) fn fill(folder: &Path) -> Result<()> {
    change(
        folder,
        "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 110000) \
         INSERT INTO records (owner, stream, seq, leaf, head, salt, entry_key, body) \
         SELECT randomblob(16), randomblob(16), 1, randomblob(32), randomblob(32), randomblob(32), randomblob(80), \
         randomblob(9000) FROM n",
    )
}

/// How large the database is, in MiB.
pub(crate) fn size(folder: &Path) -> Result<u64> {
    Ok(std::fs::metadata(folder.join(FILE))?.len() / (1 << 20))
}
