//! Schemas: an older program refuses a newer database, and starting twice at once makes one schema.

use futures_util::future::join_all;
use rekindle_database::{Finding, SCHEMA, Where, look, open};
use rekindle_store::{Store, StoreError};
use sqlx::{Connection, Executor};

use crate::plans::raw_sqlite;
use crate::server::Empty;
use crate::world::*;

const AHEAD: &str = "INSERT INTO schema_version (version) VALUES (1000000)";

async fn refused(at: &Where) {
    match open(at).await {
        Err(StoreError::Newer { found, known }) => assert_eq!((found, known), (1_000_000, SCHEMA)),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("an older program opened a newer database"),
    }
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused_and_left_alone() {
    let file = File::new();
    file.open().await.close().await;
    raw_sqlite(&file).await.execute(AHEAD).await.unwrap();
    refused(&file.at()).await;

    let server = Empty::new().await;
    server.open().await.close().await;
    let mut db = sqlx::PgConnection::connect(&server.url()).await.unwrap();
    db.execute(AHEAD).await.unwrap();
    refused(&server.at()).await;
    server.gone().await;
}

/// A database as the third migration left it.
const BEHIND: &str = "DROP TABLE segments; DELETE FROM schema_version WHERE version > 3";

/// `doctor` looks at a database that another program may still be serving: looking upgrades nothing.
#[tokio::test]
async fn a_look_leaves_an_older_schema_as_it_is() {
    let (file, server) = (File::new(), Empty::new().await);
    for at in [file.at(), server.at()] {
        let store = open(&at).await.unwrap();
        let mine = place_of(settled(&store).await.into());
        add(&store, mine, &["a", "b"]).await;
        store.close().await;
        match &at {
            Where::Sqlite(_) => drop(raw_sqlite(&file).await.execute(BEHIND).await.unwrap()),
            Where::Postgres(url) => {
                let mut db = sqlx::PgConnection::connect(url).await.unwrap();
                db.execute(BEHIND).await.unwrap();
            }
        }
        for _ in 0..2 {
            let looked = look(&at).await.unwrap();
            let older = Finding::Schema {
                found: 3,
                known: SCHEMA,
            };
            assert_eq!(looked.check().await.unwrap(), [older]);
            looked.close().await;
        }
        // The next start brings it up to date, and nothing was lost.
        let store = open(&at).await.unwrap();
        nothing_wrong(&store).await;
        assert_eq!(bodies(&store, mine).await, ["a", "b"]);
        store.close().await;
    }
    server.gone().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_start_at_once_make_one_schema() {
    let file = File::new();
    let server = Empty::new().await;
    for at in [file.at(), server.at()] {
        let opened = join_all((0..6).map(|_| open(&at))).await;
        let first_one = opened[0].as_ref().unwrap();
        let place = place();
        add(first_one, place, &["a"]).await;
        for database in &opened {
            let database = database.as_ref().unwrap();
            database.ready().await.unwrap();
            assert_eq!(bodies(database, place).await, ["a"]);
        }
        for database in opened {
            database.unwrap().close().await;
        }
    }
    server.gone().await;
}

#[tokio::test]
async fn a_path_with_odd_letters_is_a_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b/100% #1?ü/re kindle.db");
    let store = open(&Where::Sqlite(path.clone())).await.unwrap();
    let place = place();
    add(&store, place, &["a"]).await;
    assert_eq!(store.path().unwrap(), path.canonicalize().unwrap());
    store.close().await;
    let store = open(&Where::Sqlite(path)).await.unwrap();
    assert_eq!(bodies(&store, place).await, ["a"]);
}

#[tokio::test]
async fn what_was_queued_before_closing_is_kept_and_what_comes_after_is_refused() {
    let file = File::new();
    let store = file.open().await;
    let places: Vec<_> = (0..20).map(|_| place()).collect();
    let writes = join_all(places.iter().map(|place| add(&store, *place, &["a"])));
    futures_util::join!(writes, async {
        tokio::task::yield_now().await;
    });
    store.close().await;
    assert!(store.commit(Vec::new()).await.is_err());
    assert!(store.ready().await.is_err());
    let store = file.open().await;
    for place in places {
        assert_eq!(bodies(&store, place).await, ["a"]);
    }
}
