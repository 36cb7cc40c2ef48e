//! S13: every column has a class; K8, S4: none of them tells a kind, an author or a time of writing.

use std::collections::BTreeSet;

use rekindle_database::classes::{Class, Kind, TABLES};
use sqlx::Row;

use crate::plans::raw_sqlite;
use crate::server::Empty;
use crate::world::File;

fn classified() -> BTreeSet<(String, String, &'static str)> {
    let columns = TABLES
        .iter()
        .flat_map(|table| table.columns.iter().map(move |c| (table, c)));
    columns
        .map(|(table, column)| {
            let kind = match column.kind {
                Kind::Bytes => "bytes",
                Kind::Number => "number",
                Kind::Text => "text",
            };
            (table.name.to_owned(), column.name.to_owned(), kind)
        })
        .collect()
}

#[tokio::test]
async fn s13_every_column_has_a_class_on_sqlite() {
    let file = File::new();
    file.open().await.close().await;
    let mut db = raw_sqlite(&file).await;
    let found = sqlx::raw_sql(
        "SELECT t.name, c.name, CASE c.type WHEN 'BLOB' THEN 'bytes' WHEN 'BIGINT' THEN 'number' WHEN 'TEXT' THEN 'text' END \
         FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name <> 'schema_version'",
    )
    .fetch_all(&mut db)
    .await
    .unwrap();
    let found: BTreeSet<(String, String, String)> = found
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect();
    let expected = classified()
        .into_iter()
        .map(|(t, c, k)| (t, c, k.to_owned()))
        .collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn s13_every_column_has_a_class_on_postgresql() {
    let server = Empty::new().await;
    server.open().await.close().await;
    let mut db = <sqlx::PgConnection as sqlx::Connection>::connect(&server.url())
        .await
        .unwrap();
    let found = sqlx::raw_sql(
        "SELECT table_name::text, column_name::text, CASE data_type WHEN 'bytea' THEN 'bytes' WHEN 'bigint' THEN 'number' WHEN 'text' THEN 'text' END \
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_version'",
    )
    .fetch_all(&mut db)
    .await
    .unwrap();
    let found: BTreeSet<(String, String, String)> = found
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect();
    let expected = classified()
        .into_iter()
        .map(|(t, c, k)| (t, c, k.to_owned()))
        .collect();
    assert_eq!(found, expected);
    server.gone().await;
}

#[test]
fn s13_each_class_is_said_and_each_column_explained() {
    for table in TABLES {
        assert!(!table.until.is_empty(), "{}", table.name);
        for column in table.columns {
            assert!(!column.classes.is_empty(), "{}.{}", table.name, column.name);
            assert!(!column.what.is_empty(), "{}.{}", table.name, column.name);
            let plain = column.classes.contains(&Class::Plain);
            assert!(
                !plain || column.classes.len() == 1,
                "{}.{}",
                table.name,
                column.name
            );
        }
    }
}

/// The only times are ends of validity and reminders, which the server must act on; the only numbers are counts and
/// positions; text is the handle, and an address that its owner gave to be reminded at. A new column that is none of
/// these has to be argued here.
#[test]
fn k8_nothing_outside_the_seal_tells_a_kind_an_author_or_a_time_of_writing() {
    let plain = [
        "address",
        "at_most_ms",
        // When somebody wants to be reminded, whatever of (architecture: the server may know when, never what).
        "at_ms",
        "before_head",
        "cell",
        "couple",
        "door",
        "epoch",
        "erased",
        "first_seq",
        "from_person",
        "handle",
        "head",
        "id",
        "inner_public",
        "is_open",
        "last_seq",
        "leaf",
        "lease",
        "length",
        "mark",
        "next_ms",
        "outer_id",
        "outer_public",
        "owner",
        "person",
        // Of a device that waits to be let in.
        "public",
        // Where to send a reminder: without it there is none.
        "reach",
        "refused",
        // Signs, opens nothing.
        "secret",
        "seq",
        "stream",
        "tries",
        "until_ms",
        "version",
        // By push or by mail, not of what.
        "way",
    ];
    for table in TABLES {
        for column in table.columns.iter().filter(|c| c.classes == [Class::Plain]) {
            // The kind of a key slot is the one kind there is: it says which form to show.
            let slot = table.name == "slots" && column.name == "kind";
            assert!(
                slot || plain.contains(&column.name),
                "{}.{}",
                table.name,
                column.name
            );
        }
    }
    for sealed in ["records", "snapshots", "segments", "cells", "streams"] {
        let table = TABLES.iter().find(|table| table.name == sealed).unwrap();
        for column in table.columns {
            let name = column.name;
            let tells = [
                "kind", "type", "author", "by", "person", "time", "_ms", "_at", "date",
            ];
            assert!(
                !tells.iter().any(|word| name.contains(word)),
                "{sealed}.{name}"
            );
        }
    }
}
