//! What the drivers report, as what the rest of the program can act on.

use rekindle_store::StoreError;
use sqlx::error::ErrorKind;

/// Error numbers of SQLite (<https://www.sqlite.org/rescode.html>): the low byte is the family.
mod sqlite {
    pub(super) const BUSY: u32 = 5;
    pub(super) const READONLY: u32 = 8;
    pub(super) const IOERR: u32 = 10;
    pub(super) const FULL: u32 = 13;
    pub(super) const CANTOPEN: u32 = 14;
    /// Input-output errors that are about writing: write, fsync, directory fsync, truncate, and the same of the
    /// shared-memory file.
    pub(super) const WRITING: [u32; 7] = [778, 1034, 1290, 1546, 4618, 4874, 5386];
}

/// Codes of PostgreSQL (appendix A of its manual).
mod postgres {
    pub(super) const DISK_FULL: &str = "53100";
    pub(super) const READ_ONLY: &str = "25006";
    pub(super) const SERIALIZATION: &str = "40001";
    pub(super) const DEADLOCK: &str = "40P01";
}

/// The database's own code: a number from SQLite, five letters and digits from PostgreSQL.
fn code(error: &sqlx::Error) -> Option<String> {
    error
        .as_database_error()?
        .code()
        .map(|code| code.into_owned())
}

fn cannot_write(error: &sqlx::Error) -> bool {
    let Some(code) = code(error) else {
        return false;
    };
    if code.len() == 5 {
        return code == postgres::DISK_FULL || code == postgres::READ_ONLY;
    }
    let Ok(number) = code.parse::<u32>() else {
        return false;
    };
    match number & 0xff {
        sqlite::READONLY | sqlite::FULL | sqlite::CANTOPEN => true,
        sqlite::IOERR => sqlite::WRITING.contains(&number),
        _ => false,
    }
}

/// Driver texts name constraints and files, never values that were bound.
pub(crate) fn fault(error: &sqlx::Error) -> StoreError {
    if cannot_write(error) {
        StoreError::NotWritable(error.to_string())
    } else {
        StoreError::Database(error.to_string())
    }
}

/// The other transaction won; the same one may well go through now.
pub(crate) fn try_again(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| code == postgres::SERIALIZATION || code == postgres::DEADLOCK)
}

/// Somebody else holds the file of SQLite, and it did not wait for them.
pub(crate) fn busy(error: &sqlx::Error) -> bool {
    code(error)
        .and_then(|code| code.parse::<u32>().ok())
        .is_some_and(|number| number & 0xff == sqlite::BUSY)
}

/// Somebody else's row is in the way, or the row this one hangs on is gone.
pub(crate) fn conflict(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| {
        matches!(
            error.kind(),
            ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation
        )
    })
}
