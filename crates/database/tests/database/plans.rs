//! No statement walks a table: what one couple does costs the same beside ten thousand others (performance.md, P2).

use rekindle_database::sql;
use sqlx::{AssertSqlSafe, Connection, Row};

use crate::server::Empty;
use crate::world::File;

#[tokio::test]
async fn p2_every_statement_finds_its_rows_by_a_key_on_sqlite() {
    let file = File::new();
    file.open().await.close().await;
    let mut db = raw_sqlite(&file).await;
    for (name, text) in sql::ALL {
        let ask = format!("EXPLAIN QUERY PLAN {text}");
        let plan = sqlx::raw_sql(AssertSqlSafe(ask))
            .fetch_all(&mut db)
            .await
            .unwrap();
        for line in plan.iter().map(|row| row.get::<String, _>(3)) {
            let given = ["SCAN CONSTANT ROW", "SCAN 8 CONSTANT ROWS", "SCAN settled"]
                .contains(&line.as_str());
            let walks = line.starts_with("SCAN") && !given;
            assert!(!walks, "{name}: {line}");
        }
    }
}

/// With sequential scans made as dear as can be, one is only left where no key helps.
#[tokio::test]
async fn p2_every_statement_finds_its_rows_by_a_key_on_postgresql() {
    let server = Empty::new().await;
    server.open().await.close().await;
    let mut db = sqlx::PgConnection::connect(&server.url()).await.unwrap();
    let settings = "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan";
    sqlx::raw_sql(settings).execute(&mut db).await.unwrap();
    for (name, text) in sql::ALL {
        let most = (1..=99)
            .rev()
            .find(|n| text.contains(&format!("${n}")))
            .unwrap_or(0);
        let nulls = vec!["NULL"; most].join(", ");
        let given = if most == 0 {
            String::new()
        } else {
            format!("({nulls})")
        };
        // What stands in a list of values has no column to take its type from.
        let types = if *name == "SETTLE_EIGHT" {
            let row = ["bytea", "bytea", "bigint", "bytea", "bigint"].join(", ");
            format!("({})", vec![row; 8].join(", "))
        } else {
            String::new()
        };
        let prepare = format!("PREPARE asked{types} AS {text}");
        sqlx::raw_sql(AssertSqlSafe(prepare))
            .execute(&mut db)
            .await
            .unwrap();
        let ask = format!("EXPLAIN EXECUTE asked{given}");
        let plan = sqlx::raw_sql(AssertSqlSafe(ask))
            .fetch_all(&mut db)
            .await
            .unwrap();
        for line in plan.iter().map(|row| row.get::<String, _>(0)) {
            assert!(!line.contains("Seq Scan"), "{name}: {line}");
            // An index walked from end to end has no condition: every one of ours has.
        }
        let text: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
        let scans = text
            .iter()
            .filter(|l| l.contains("Index") && l.contains("Scan"))
            .count();
        let keys = text.iter().filter(|l| l.contains("Index Cond")).count();
        assert!(keys >= scans.min(1), "{name}: {text:#?}");
        sqlx::raw_sql("DEALLOCATE asked")
            .execute(&mut db)
            .await
            .unwrap();
    }
    server.gone().await;
}

pub(crate) async fn raw_sqlite(file: &File) -> sqlx::SqliteConnection {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file.path());
    sqlx::SqliteConnection::connect_with(&options)
        .await
        .unwrap()
}
