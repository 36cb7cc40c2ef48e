//! The schema and how it comes to be. Migrations are only added; each runs in one transaction with the note that it
//! ran, so that a killed upgrade has either happened or not.
//!
//! Not sqlx's `Migrator`: that one keeps the time of each upgrade, takes no lock on SQLite and has no answer to a
//! database that cannot be written but is up to date.

use rekindle_store::StoreError;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row};

use crate::fault::fault;

/// With their numbers, in order. One that is not in the database yet is run, whatever else is there already: work that
/// was done side by side need not agree on who comes first.
const MIGRATIONS: &[(i64, &str)] = &[
    (1, include_str!("../migrations/0001_first.sql")),
    (2, include_str!("../migrations/0002_waiting_devices.sql")),
    (3, include_str!("../migrations/0003_reminders.sql")),
    (4, include_str!("../migrations/0004_segments.sql")),
];

/// The schema this program knows: its last migration's number.
pub const KNOWN: i64 = MIGRATIONS[MIGRATIONS.len() - 1].0;

/// Which of the two is on the other end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// Written for SQLite; only the byte type has another name on PostgreSQL.
    fn migration(self, text: &str) -> String {
        match self {
            Self::Sqlite => text.to_owned(),
            Self::Postgres => text.replace(" BLOB", " BYTEA"),
        }
    }

    /// Opens a transaction in which nobody else can upgrade.
    const fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }
}

/// The schema found, 0 for an empty database.
pub(crate) async fn found(db: &mut AnyConnection, dialect: Dialect) -> Result<i64, sqlx::Error> {
    let exists = match dialect {
        Dialect::Sqlite => {
            "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'"
        }
        Dialect::Postgres => {
            "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_version'"
        }
    };
    let tables: i64 = sqlx::query(exists).fetch_one(&mut *db).await?.try_get(0)?;
    if tables == 0 {
        return Ok(0);
    }
    let version = "SELECT COALESCE(MAX(version), 0) FROM schema_version";
    sqlx::query(version).fetch_one(db).await?.try_get(0)
}

/// The schema found, if it is one this program knows; refuses one that is ahead, so that an older program never
/// guesses.
pub(crate) async fn known(db: &mut AnyConnection, dialect: Dialect) -> Result<i64, StoreError> {
    let found = found(db, dialect).await.map_err(|e| fault(&e))?;
    if found > KNOWN {
        return Err(StoreError::Newer {
            found,
            known: KNOWN,
        });
    }
    Ok(found)
}

/// The migrations that have not run; `at` is 0 where there is no schema yet.
async fn missing(db: &mut AnyConnection, at: i64) -> Result<Vec<(i64, &'static str)>, sqlx::Error> {
    let mut ran = vec![];
    if at > 0 {
        let versions = "SELECT version FROM schema_version ORDER BY version";
        for row in sqlx::query(versions).fetch_all(db).await? {
            ran.push(row.try_get::<i64, _>(0)?);
        }
    }
    let mut missing = MIGRATIONS.to_vec();
    missing.retain(|(version, _)| !ran.contains(version));
    Ok(missing)
}

/// Brings the database to [`KNOWN`].
pub(crate) async fn migrate(db: &mut AnyConnection, dialect: Dialect) -> Result<(), StoreError> {
    let error = |e: sqlx::Error| fault(&e);
    let at = known(db, dialect).await?;
    if missing(db, at).await.map_err(error)?.is_empty() {
        return Ok(());
    }
    let mut upgrade = db.begin_with(dialect.begin()).await.map_err(error)?;
    if dialect == Dialect::Postgres {
        // Two processes that start at once wait for each other; the number only has to be ours.
        sqlx::query("SELECT pg_advisory_xact_lock(7305131)")
            .execute(&mut *upgrade)
            .await
            .map_err(error)?;
    }
    let at = found(&mut upgrade, dialect).await.map_err(error)?;
    if at == 0 {
        let table = "CREATE TABLE schema_version (version BIGINT NOT NULL PRIMARY KEY)";
        sqlx::query(table)
            .execute(&mut *upgrade)
            .await
            .map_err(error)?;
    }
    let missing = missing(&mut upgrade, at).await.map_err(error)?;
    for (version, text) in missing {
        let text = AssertSqlSafe(dialect.migration(text));
        sqlx::raw_sql(text)
            .execute(&mut *upgrade)
            .await
            .map_err(error)?;
        sqlx::query("INSERT INTO schema_version (version) VALUES ($1)")
            .bind(version)
            .execute(&mut *upgrade)
            .await
            .map_err(error)?;
    }
    upgrade.commit().await.map_err(error)
}
