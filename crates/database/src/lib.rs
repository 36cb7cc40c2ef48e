//! The two databases behind [`rekindle_store::Store`]: SQLite in a file, the default, and PostgreSQL.
//!
//! Every statement is written once (`sql.rs`) and runs on both; what differs is how a commit becomes durable
//! (`sqlite.rs`, `postgres.rs`). One contract suite runs against both.
//!
//! **Erasing on PostgreSQL** takes content out of reach of every query at once, but its bytes stay in dead rows until
//! the engine's own vacuum, and in its log until that is recycled. On SQLite they are gone from file and log (K9).

mod apply;
mod ballast;
mod check;
pub mod classes;
mod copy;
mod fault;
mod lines;
mod postgres;
mod rows;
mod schema;
pub mod sql;
mod sqlite;

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use rekindle_domain::{CellId, CoupleId, InvitationId, OwnerId, PersonId, Stamp, StreamId};
use rekindle_store::{
    Address, Cell, Change, Due, Feed, Head, Invitation, Loaded, Membership, Outcome, Person, Place,
    Record, Segment, SignIn, SignedIn, Slot, Store, StoreError, Taken, Waiting,
};
use sqlx::any::AnyRow;
use tokio::sync::mpsc;

use apply::Value::{Bytes, Number, Text};
use apply::{Value, bound, number};
pub use check::Finding;
use fault::fault;
use lines::Lines;
use schema::Dialect;
pub use schema::KNOWN as SCHEMA;
use sqlite::{Mode, Writer};

/// Which database, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Where {
    /// A file; it and its folder are made if they are not there.
    Sqlite(PathBuf),
    /// An address, `postgres://name:password@host/database`.
    Postgres(String),
}

/// An open database. Dropping it loses nothing that was answered; [`Database::close`] also waits for what was queued.
pub struct Database {
    /// Reads; on PostgreSQL writes too.
    lines: Lines,
    engine: Engine,
}

enum Engine {
    /// No writer: the file could only be opened for reading.
    Sqlite {
        path: PathBuf,
        writer: Option<Writer>,
    },
    Postgres(postgres::Wire),
}

/// Opens a database and brings its schema up to date. To be called inside a Tokio runtime.
///
/// # Errors
/// [`StoreError::Newer`] when a newer Rekindle has been here; [`StoreError::NotWritable`] when the schema is old and
/// cannot be brought up to date. A SQLite file that can only be read opens, and refuses each commit.
pub async fn open(place: &Where) -> Result<Database, StoreError> {
    sqlx::any::install_default_drivers();
    match place {
        Where::Sqlite(path) => open_sqlite(path).await,
        Where::Postgres(url) => open_postgres(url).await,
    }
}

/// Opens a database that is there as it is, for looking only: its schema stays as it was found, and a SQLite file
/// refuses each commit.
///
/// # Errors
/// [`StoreError::Newer`] when a newer Rekindle has been here; when there is none, or it cannot be read.
pub async fn look(place: &Where) -> Result<Database, StoreError> {
    sqlx::any::install_default_drivers();
    match place {
        Where::Sqlite(path) => {
            let path = sqlite::settled(path).map_err(|e| unusable(&e))?;
            open_to_read(&path, Schema::AsItIs).await
        }
        Where::Postgres(url) => {
            let lines = postgres::lines(url)?;
            let mut db = lines.take().await.map_err(|e| fault(&e))?;
            schema::known(&mut db, Dialect::Postgres).await?;
            db.done();
            Ok(Database {
                lines,
                engine: Engine::Postgres(postgres::Wire::start(url.to_owned())),
            })
        }
    }
}

/// Whether opening may change the schema.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Schema {
    UpToDate,
    AsItIs,
}

fn unusable(error: &std::io::Error) -> StoreError {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem, StorageFull};
    let text = error.to_string();
    if [PermissionDenied, ReadOnlyFilesystem, StorageFull].contains(&error.kind()) {
        StoreError::NotWritable(text)
    } else {
        StoreError::Database(text)
    }
}

async fn open_sqlite(path: &Path) -> Result<Database, StoreError> {
    let path = sqlite::settled(path).map_err(|e| unusable(&e))?;
    if !path.exists() {
        sqlite::create(&path).map_err(|e| unusable(&e))?;
    }
    match open_file(&path, Mode::ReadWrite, Schema::UpToDate).await {
        // A disk that was mounted for reading, or somebody else's file.
        Err(StoreError::NotWritable(reason)) => open_to_read(&path, Schema::UpToDate)
            .await
            .map_err(|error| match error {
                StoreError::NotWritable(_) => StoreError::NotWritable(reason),
                error @ (StoreError::Newer { .. } | StoreError::Database(_)) => error,
            }),
        opened => opened,
    }
}

/// Without a log, and with nobody who could write one, a file may be read as it stands.
async fn open_to_read(path: &Path, schema: Schema) -> Result<Database, StoreError> {
    let mut refused = StoreError::NotWritable("this file cannot be opened".to_owned());
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    for mode in [Mode::ReadOnly, Mode::Unchanging] {
        if mode == Mode::Unchanging && Path::new(&log).metadata().is_ok_and(|log| log.len() > 0) {
            continue;
        }
        match open_file(path, mode, schema).await {
            Err(error @ StoreError::NotWritable(_)) => refused = error,
            opened => return opened,
        }
    }
    Err(refused)
}

async fn open_file(path: &Path, mode: Mode, schema: Schema) -> Result<Database, StoreError> {
    let mut db = sqlite::connect(path, mode).await?;
    match schema {
        Schema::UpToDate => schema::migrate(&mut db, Dialect::Sqlite).await?,
        Schema::AsItIs => schema::known(&mut db, Dialect::Sqlite).await.map(|_| ())?,
    }
    let lines = sqlite::readers(path, mode)?;
    let path = path.to_owned();
    let writer = (mode == Mode::ReadWrite).then(|| Writer::start(path.clone(), db));
    Ok(Database {
        lines,
        engine: Engine::Sqlite { path, writer },
    })
}

async fn open_postgres(url: &str) -> Result<Database, StoreError> {
    let lines = postgres::lines(url)?;
    let mut db = lines.take().await.map_err(|e| fault(&e))?;
    schema::migrate(&mut db, Dialect::Postgres).await?;
    db.done();
    Ok(Database {
        lines,
        engine: Engine::Postgres(postgres::Wire::start(url.to_owned())),
    })
}

impl Database {
    /// The file, on SQLite.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.engine {
            Engine::Sqlite { path, .. } => Some(path),
            Engine::Postgres(_) => None,
        }
    }

    /// Finishes what was queued and closes every connection. What is asked afterwards fails.
    pub async fn close(&self) {
        if let Engine::Sqlite {
            writer: Some(writer),
            ..
        } = &self.engine
        {
            writer.stop().await;
        }
        self.lines.close().await;
    }

    /// Tells other processes on the same PostgreSQL that something was appended here. Does not wait; may be lost,
    /// which only delays. On SQLite there is nobody to tell.
    pub fn announce(&self, place: Place) {
        if let Engine::Postgres(wire) = &self.engine {
            wire.announce(place);
        }
    }

    /// What other processes announce, from about now on. Ends at once on SQLite.
    #[must_use]
    pub fn listen(&self) -> mpsc::Receiver<Place> {
        let (heard, places) = mpsc::channel(1024);
        if let Engine::Postgres(wire) = &self.engine {
            wire.listen(heard);
        }
        places
    }

    /// Removes now what erasing left in the gaps of the file, instead of some seconds later when things are calm: the
    /// file is rewritten, the log emptied. Nothing to do on PostgreSQL.
    ///
    /// # Errors
    /// [`StoreError::NotWritable`] when there is no room for the copy; what was erased stays erased.
    pub async fn clean(&self) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite {
                writer: Some(writer),
                ..
            } => writer.clean().await,
            Engine::Sqlite { writer: None, .. } | Engine::Postgres(_) => Ok(()),
        }
    }

    async fn all(
        &self,
        text: &'static str,
        values: &[Value<'_>],
    ) -> Result<Vec<AnyRow>, StoreError> {
        let mut line = self.lines.take().await.map_err(|e| fault(&e))?;
        let rows = bound(text, values)
            .fetch_all(&mut *line)
            .await
            .map_err(|e| fault(&e))?;
        line.done();
        Ok(rows)
    }

    async fn one(
        &self,
        text: &'static str,
        values: &[Value<'_>],
    ) -> Result<Option<AnyRow>, StoreError> {
        Ok(self.all(text, values).await?.into_iter().next())
    }
}

/// Each row through `read`.
fn each<T>(
    rows: &[AnyRow],
    read: impl Fn(&AnyRow) -> Result<T, sqlx::Error>,
) -> Result<Vec<T>, StoreError> {
    rows.iter()
        .map(read)
        .collect::<Result<_, _>>()
        .map_err(|e| fault(&e))
}

/// The row, if there is one, through `read`.
fn maybe<T>(
    row: Option<&AnyRow>,
    read: impl Fn(&AnyRow) -> Result<T, sqlx::Error>,
) -> Result<Option<T>, StoreError> {
    row.map(read).transpose().map_err(|e| fault(&e))
}

#[async_trait]
impl Store for Database {
    async fn commit(&self, changes: Vec<Change>) -> Result<Outcome, StoreError> {
        apply::sound(&changes)?;
        match &self.engine {
            Engine::Sqlite {
                writer: Some(writer),
                ..
            } => writer.commit(changes).await,
            Engine::Sqlite { writer: None, .. } => Err(StoreError::NotWritable(
                "opened for reading only".to_owned(),
            )),
            Engine::Postgres(_) => postgres::commit(&self.lines, &changes).await,
        }
    }

    async fn signed_in(&self, id: [u8; 32], now: Stamp) -> Result<Option<SignedIn>, StoreError> {
        let found = self
            .all(sql::SIGNED_IN, &[Bytes(&id), Number(now.0)])
            .await?;
        rows::signed_in(&found).map_err(|e| fault(&e))
    }

    async fn sign_ins(&self, person: PersonId, now: Stamp) -> Result<Vec<SignIn>, StoreError> {
        let values = [Bytes(person.bytes()), Number(now.0)];
        each(&self.all(sql::SIGN_INS, &values).await?, rows::sign_in)
    }

    async fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        maybe(
            self.one(sql::PERSON, &[Bytes(id.bytes())]).await?.as_ref(),
            |row| rows::person(row, 0),
        )
    }

    async fn person_by_handle(&self, handle: &str) -> Result<Option<Person>, StoreError> {
        maybe(
            self.one(sql::PERSON_BY_HANDLE, &[Text(handle)])
                .await?
                .as_ref(),
            |row| rows::person(row, 0),
        )
    }

    async fn slots(&self, person: PersonId) -> Result<Vec<Slot>, StoreError> {
        each(
            &self.all(sql::SLOTS, &[Bytes(person.bytes())]).await?,
            rows::slot,
        )
    }

    async fn waiting(&self, id: [u8; 32]) -> Result<Option<Waiting>, StoreError> {
        maybe(
            self.one(sql::WAITING, &[Bytes(&id)]).await?.as_ref(),
            rows::waiting,
        )
    }

    async fn device(&self, id: [u8; 32]) -> Result<Option<PersonId>, StoreError> {
        maybe(
            self.one(sql::DEVICE, &[Bytes(&id)]).await?.as_ref(),
            |row| rows::sixteen(row, 0).map(PersonId::new),
        )
    }

    async fn load(&self, place: Place) -> Result<Loaded, StoreError> {
        let values = [Bytes(place.owner.bytes()), Bytes(place.stream.bytes())];
        rows::loaded(&self.all(sql::LOAD, &values).await?).map_err(|e| fault(&e))
    }

    async fn read(&self, place: Place, after: u64, limit: u32) -> Result<Vec<Record>, StoreError> {
        let values = [
            Bytes(place.owner.bytes()),
            Bytes(place.stream.bytes()),
            number(after).map_err(|e| fault(&e))?,
            Number(limit.into()),
        ];
        each(&self.all(sql::READ, &values).await?, rows::record)
    }

    async fn segments(
        &self,
        place: Place,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Segment>, StoreError> {
        let values = [
            Bytes(place.owner.bytes()),
            Bytes(place.stream.bytes()),
            number(after).map_err(|e| fault(&e))?,
            Number(limit.into()),
        ];
        each(&self.all(sql::SEGMENTS, &values).await?, rows::segment)
    }

    async fn tip(&self, place: Place) -> Result<Option<(u64, Head)>, StoreError> {
        let values = [Bytes(place.owner.bytes()), Bytes(place.stream.bytes())];
        maybe(self.one(sql::TIP, &values).await?.as_ref(), rows::tip)
    }

    async fn streams(&self, owner: OwnerId) -> Result<Vec<StreamId>, StoreError> {
        each(
            &self.all(sql::STREAMS, &[Bytes(owner.bytes())]).await?,
            |row| rows::sixteen(row, 0).map(StreamId::new),
        )
    }

    async fn cell(&self, owner: OwnerId, cell: CellId) -> Result<Option<Cell>, StoreError> {
        let values = [Bytes(owner.bytes()), Bytes(cell.bytes())];
        Ok(maybe(self.one(sql::CELL, &values).await?.as_ref(), rows::cell)?.map(|(_, cell)| cell))
    }

    async fn cells(&self, owner: OwnerId) -> Result<Vec<(CellId, Cell)>, StoreError> {
        each(
            &self.all(sql::CELLS, &[Bytes(owner.bytes())]).await?,
            rows::cell,
        )
    }

    async fn memberships(&self, person: PersonId) -> Result<Vec<Membership>, StoreError> {
        each(
            &self.all(sql::MEMBERSHIPS, &[Bytes(person.bytes())]).await?,
            rows::membership,
        )
    }

    async fn members(&self, couple: CoupleId) -> Result<Vec<Membership>, StoreError> {
        each(
            &self.all(sql::MEMBERS, &[Bytes(couple.bytes())]).await?,
            rows::membership,
        )
    }

    async fn invitation(&self, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
        maybe(
            self.one(sql::INVITATION, &[Bytes(&id.0)]).await?.as_ref(),
            rows::invitation,
        )
    }

    async fn invitations_from(&self, person: PersonId) -> Result<Vec<Invitation>, StoreError> {
        each(
            &self
                .all(sql::INVITATIONS_FROM, &[Bytes(person.bytes())])
                .await?,
            rows::invitation,
        )
    }

    async fn push_key(&self) -> Result<Option<Vec<u8>>, StoreError> {
        maybe(self.one(sql::PUSH_KEY, &[]).await?.as_ref(), |row| {
            rows::bytes(row, 0)
        })
    }

    async fn addresses(&self, person: PersonId) -> Result<Vec<Address>, StoreError> {
        each(
            &self.all(sql::ADDRESSES, &[Bytes(person.bytes())]).await?,
            rows::address,
        )
    }

    async fn due_of(&self, person: PersonId) -> Result<Vec<Due>, StoreError> {
        each(
            &self.all(sql::DUE_OF, &[Bytes(person.bytes())]).await?,
            rows::due,
        )
    }

    async fn is_due(&self, now: Stamp) -> Result<bool, StoreError> {
        Ok(self.one(sql::IS_DUE, &[Number(now.0)]).await?.is_some())
    }

    async fn taken(&self, lease: [u8; 16]) -> Result<Vec<Taken>, StoreError> {
        each(&self.all(sql::TAKEN, &[Bytes(&lease)]).await?, |row| {
            rows::taken(row, lease)
        })
    }

    async fn feed(&self, id: [u8; 32]) -> Result<Option<Feed>, StoreError> {
        maybe(
            self.one(sql::FEED, &[Bytes(&id)]).await?.as_ref(),
            rows::feed,
        )
    }

    async fn feed_of(&self, person: PersonId) -> Result<Option<Feed>, StoreError> {
        maybe(
            self.one(sql::FEED_OF, &[Bytes(person.bytes())])
                .await?
                .as_ref(),
            rows::feed,
        )
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.one("SELECT version FROM schema_version LIMIT 1", &[])
            .await
            .map(|_| ())
    }

    async fn count_people(&self) -> Result<u64, StoreError> {
        let row = self.one("SELECT COUNT(*) FROM people", &[]).await?;
        Ok(maybe(row.as_ref(), |row| rows::count(row, 0))?.unwrap_or(0))
    }
}
