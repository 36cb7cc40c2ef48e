//! Moving house: every row into another database, of the same kind or the other.

use std::path::Path;

use futures_util::TryStreamExt;
use rekindle_store::StoreError;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row};

use crate::check::{Finding, chains};
use crate::classes::{Kind, TABLES, Table};
use crate::fault::fault;
use crate::schema::Dialect;
use crate::sqlite::{self, Mode};
use crate::{Database, Engine};

impl Database {
    /// Copies every row into `other`, as this database stands at one moment, and gives their number. All of it is
    /// there when this returns, or nothing: every chain is verified over there before anything is kept.
    ///
    /// # Errors
    /// When `other` is not empty, when a chain here does not hold, or when either side fails.
    pub async fn copy_to(&self, other: &Self) -> Result<u64, StoreError> {
        let error = |e: sqlx::Error| fault(&e);
        let mut line = self.lines.take().await.map_err(error)?;
        let mut from = line
            .begin_with(self.dialect().look())
            .await
            .map_err(error)?;
        let copied = match &other.engine {
            Engine::Sqlite { writer: None, .. } => {
                return Err(StoreError::NotWritable(
                    "opened for reading only".to_owned(),
                ));
            }
            Engine::Sqlite { path, .. } => {
                let mut to = sqlite::connect(path, Mode::ReadWrite).await?;
                let copied = fill(&mut from, &mut to, Dialect::Sqlite).await;
                to.close().await.map_err(error)?;
                copied?
            }
            Engine::Postgres(_) => {
                let mut to = other.lines.take().await.map_err(error)?;
                let copied = fill(&mut from, &mut to, Dialect::Postgres).await?;
                to.done();
                copied
            }
        };
        from.rollback().await.map_err(error)?;
        line.done();
        Ok(copied)
    }

    /// Writes a whole copy of a SQLite database to a new file, readable by its owner only, while the server goes on
    /// (K22). What was erased before is not in it, not even as a trace.
    ///
    /// # Errors
    /// When there is a file already, when there is no room, and on PostgreSQL, which has its own ways.
    pub async fn vacuum_into(&self, path: &Path) -> Result<(), StoreError> {
        let Engine::Sqlite { path: database, .. } = &self.engine else {
            return Err(StoreError::Database(
                "PostgreSQL is copied with pg_dump".to_owned(),
            ));
        };
        let error = |e: sqlx::Error| fault(&e);
        let name = path
            .to_str()
            .ok_or_else(|| StoreError::Database("the path is not UTF-8".to_owned()))?;
        let problem = |e: std::io::Error| StoreError::NotWritable(e.to_string());
        sqlite::create(path).map_err(problem)?;
        let mut db = sqlite::backup_connection(database).await?;
        sqlx::query("VACUUM INTO $1")
            .bind(name.to_owned())
            .execute(&mut db)
            .await
            .map_err(error)?;
        db.close().await.map_err(error)?;
        // The engine flushes what it made; the name in the folder has to be flushed as well.
        std::fs::File::open(path)
            .and_then(|file| file.sync_all())
            .map_err(problem)
    }
}

fn sound(findings: &[Finding]) -> Result<(), StoreError> {
    findings.first().map_or(Ok(()), |finding| {
        Err(StoreError::Database(finding.to_string()))
    })
}

async fn fill(
    from: &mut AnyConnection,
    to: &mut AnyConnection,
    dialect: Dialect,
) -> Result<u64, StoreError> {
    let error = |e: sqlx::Error| fault(&e);
    let begin = match dialect {
        Dialect::Sqlite => "BEGIN IMMEDIATE",
        Dialect::Postgres => "BEGIN",
    };
    let mut to = to.begin_with(begin).await.map_err(error)?;
    let mut copied = 0;
    for table in TABLES {
        if dialect == Dialect::Postgres {
            // Nobody moves in meanwhile.
            let lock = format!("LOCK TABLE {} IN EXCLUSIVE MODE", table.name);
            sqlx::raw_sql(AssertSqlSafe(lock))
                .execute(&mut *to)
                .await
                .map_err(error)?;
        }
        let any = format!(
            "SELECT {} FROM {} LIMIT 1",
            table.columns[0].name, table.name
        );
        let any = sqlx::query(AssertSqlSafe(any))
            .fetch_optional(&mut *to)
            .await
            .map_err(error)?;
        if any.is_some() {
            return Err(StoreError::Database(
                "the other database is not empty".to_owned(),
            ));
        }
        copied += copy_table(from, &mut to, table).await.map_err(error)?;
    }
    sound(&chains(&mut to).await.map_err(error)?)?;
    to.commit().await.map_err(error)?;
    Ok(copied)
}

async fn copy_table(
    from: &mut AnyConnection,
    to: &mut AnyConnection,
    table: &Table,
) -> Result<u64, sqlx::Error> {
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let columns = columns.join(", ");
    let places: Vec<String> = (1..=table.columns.len()).map(|n| format!("${n}")).collect();
    let read = format!(
        "SELECT {columns} FROM {} ORDER BY {}",
        table.name, table.key
    );
    let write = format!(
        "INSERT INTO {} ({columns}) VALUES ({})",
        table.name,
        places.join(", ")
    );
    let mut copied = 0;
    let mut rows = sqlx::query(AssertSqlSafe(read)).fetch(from);
    while let Some(row) = rows.try_next().await? {
        insert(to, &write, table, &row).await?;
        copied += 1;
    }
    Ok(copied)
}

async fn insert(
    to: &mut AnyConnection,
    statement: &str,
    table: &Table,
    row: &AnyRow,
) -> Result<(), sqlx::Error> {
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for (at, column) in table.columns.iter().enumerate() {
        query = match column.kind {
            Kind::Bytes => query.bind(row.try_get::<Option<Vec<u8>>, _>(at)?),
            Kind::Number => query.bind(row.try_get::<i64, _>(at)?),
            Kind::Text => query.bind(row.try_get::<String, _>(at)?),
        };
    }
    query.execute(to).await.map(|_| ())
}
