//! What `doctor` asks: is the file whole, does every chain hold, does every row belong to something. Needs no key and
//! changes nothing. It walks whole tables, so it is for the host, not for a page.

use std::fmt;

use rekindle_domain::{OwnerId, StreamId};
use rekindle_store::{Head, Place, Record, StoreError};
use rekindle_vault::chain::{self, Link};
use sqlx::{AnyConnection, Connection, Row};

use crate::apply::Value::{Bytes, Number};
use crate::apply::{bound, number};
use crate::fault::fault;
use crate::schema::{self, Dialect};
use crate::{Database, Engine, rows, sql};

/// Something that is not as it should be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finding {
    /// The engine itself says so.
    Damaged(String),
    /// The schema is not the one this program knows.
    Schema { found: i64, known: i64 },
    /// The chain of a stream breaks at this record, or it ends before it should (K10).
    Chain { place: Place, seq: u64 },
    /// Rows whose stream is not there any more.
    Adrift { table: &'static str, rows: u64 },
    /// Rows whose owner is neither a person nor a space with members.
    Ownerless { table: &'static str, rows: u64 },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged(what) => write!(f, "the database reports: {what}"),
            Self::Schema { found, known } => {
                write!(
                    f,
                    "the schema is version {found}, this program knows {known}"
                )
            }
            Self::Chain { place, seq } => {
                let Place { owner, stream } = place;
                write!(
                    f,
                    "stream {stream} of {owner} was changed from outside at record {seq}"
                )
            }
            Self::Adrift { table, rows } => write!(f, "{rows} rows of {table} belong to no stream"),
            Self::Ownerless { table, rows } => write!(f, "{rows} rows of {table} belong to nobody"),
        }
    }
}

/// Streams and records looked at in one go.
const BLOCK: u32 = 500;

const NEXT_STREAMS: &str = "SELECT owner, stream, length, head FROM streams WHERE owner >= $1 AND (owner > $1 OR stream > $2) ORDER BY owner, stream LIMIT $3";

/// Table, the migration that made it, and how many of its rows hang in the air.
type Count = (&'static str, i64, &'static str);

const ADRIFT: &[Count] = &[
    (
        "records",
        1,
        "SELECT COUNT(*) FROM records r WHERE NOT EXISTS (SELECT 1 FROM streams s WHERE s.owner = r.owner AND s.stream = r.stream)",
    ),
    (
        "snapshots",
        1,
        "SELECT COUNT(*) FROM snapshots r WHERE NOT EXISTS (SELECT 1 FROM streams s WHERE s.owner = r.owner AND s.stream = r.stream AND s.length >= r.seq)",
    ),
    (
        "segments",
        4,
        "SELECT COUNT(*) FROM segments r WHERE NOT EXISTS (SELECT 1 FROM streams s WHERE s.owner = r.owner AND s.stream = r.stream AND s.length >= r.last_seq)",
    ),
];

const OWNERLESS: &[Count] = &[
    (
        "streams",
        1,
        "SELECT COUNT(*) FROM streams r WHERE NOT EXISTS (SELECT 1 FROM people p WHERE p.id = r.owner) AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.couple = r.owner)",
    ),
    (
        "cells",
        1,
        "SELECT COUNT(*) FROM cells r WHERE NOT EXISTS (SELECT 1 FROM people p WHERE p.id = r.owner) AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.couple = r.owner)",
    ),
];

impl Dialect {
    /// Opens a transaction that sees one moment, however long it reads.
    pub(crate) const fn look(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }
}

impl Database {
    /// Looks everything over, as it stands at one moment. The server may go on working meanwhile.
    ///
    /// # Errors
    /// When it cannot be read at all; what reads but is wrong is a [`Finding`].
    pub async fn check(&self) -> Result<Vec<Finding>, StoreError> {
        self.look_over().await.map_err(|e| fault(&e))
    }

    async fn look_over(&self) -> Result<Vec<Finding>, sqlx::Error> {
        let dialect = self.dialect();
        let mut findings = Vec::new();
        let mut db = self.lines.take().await?;
        let mut look = db.begin_with(dialect.look()).await?;
        let found = schema::found(&mut look, dialect).await?;
        if found != schema::KNOWN {
            findings.push(Finding::Schema {
                found,
                known: schema::KNOWN,
            });
        }
        if dialect == Dialect::Sqlite {
            for row in sqlx::query("PRAGMA integrity_check")
                .fetch_all(&mut *look)
                .await?
            {
                let said: String = row.try_get(0)?;
                if said != "ok" {
                    findings.push(Finding::Damaged(said));
                }
            }
            for row in sqlx::query("PRAGMA foreign_key_check")
                .fetch_all(&mut *look)
                .await?
            {
                let table: String = row.try_get(0)?;
                findings.push(Finding::Damaged(format!(
                    "a row of {table} belongs to nobody"
                )));
            }
        }
        findings.extend(chains(&mut look).await?);
        // A database that waits for an upgrade has not got every table yet.
        let there = |(_, since, _): &&Count| *since <= found;
        for (table, _, count) in ADRIFT.iter().filter(there) {
            let rows = rows::count(&sqlx::query(*count).fetch_one(&mut *look).await?, 0)?;
            if rows > 0 {
                findings.push(Finding::Adrift { table, rows });
            }
        }
        for (table, _, count) in OWNERLESS.iter().filter(there) {
            let rows = rows::count(&sqlx::query(*count).fetch_one(&mut *look).await?, 0)?;
            if rows > 0 {
                findings.push(Finding::Ownerless { table, rows });
            }
        }
        look.rollback().await?;
        db.done();
        Ok(findings)
    }

    pub(crate) const fn dialect(&self) -> Dialect {
        match self.engine {
            Engine::Sqlite { .. } => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }
}

/// Every chain that does not hold.
pub(crate) async fn chains(db: &mut AnyConnection) -> Result<Vec<Finding>, sqlx::Error> {
    let mut findings = Vec::new();
    let mut last: Option<Place> = None;
    loop {
        let (owner, stream) = last.map_or((vec![], vec![]), |place| {
            (place.owner.bytes().to_vec(), place.stream.bytes().to_vec())
        });
        let values = [Bytes(&owner), Bytes(&stream), Number(BLOCK.into())];
        let streams = bound(NEXT_STREAMS, &values).fetch_all(&mut *db).await?;
        if streams.is_empty() {
            return Ok(findings);
        }
        for row in &streams {
            let place = Place {
                owner: OwnerId::new(rows::sixteen(row, 0)?),
                stream: StreamId::new(rows::sixteen(row, 1)?),
            };
            let (length, head) = (rows::count(row, 2)?, Head(rows::thirty_two(row, 3)?));
            if let Some(seq) = break_in(db, place, length, head).await? {
                findings.push(Finding::Chain { place, seq });
            }
            last = Some(place);
        }
    }
}

/// The first record that does not fit, or the one that should come next where a stream ends too early or too late.
async fn break_in(
    db: &mut AnyConnection,
    place: Place,
    length: u64,
    last: Head,
) -> Result<Option<u64>, sqlx::Error> {
    let mut head = Head::genesis(place.owner, place.stream);
    let mut after = 0;
    loop {
        let values = [
            Bytes(place.owner.bytes()),
            Bytes(place.stream.bytes()),
            number(after)?,
            Number(BLOCK.into()),
        ];
        let rows = bound(sql::READ, &values).fetch_all(&mut *db).await?;
        let records: Vec<Record> = rows.iter().map(rows::record).collect::<Result<_, _>>()?;
        if records.is_empty() {
            let fits = after == length && head == last && length > 0;
            return Ok((!fits).then_some(after.min(length) + 1));
        }
        match chain::verify(head, after, records.iter().map(link)) {
            Err(broken) => return Ok(Some(broken.seq)),
            Ok(next) => head = next,
        }
        after += records.len() as u64;
    }
}

fn link(record: &Record) -> Link<'_> {
    let content = record.content.as_ref();
    Link {
        seq: record.seq,
        leaf: record.leaf,
        head: record.head,
        content: content.map(|c| (&c.salt, c.key.as_slice(), c.body.as_slice())),
    }
}
