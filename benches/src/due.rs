//! P13: reminders. A look whether anything is due, beside a million that are kept, and handing ten thousand over: taken
//! under a lease and settled, each durable, as the sender does it. What a push service or a mail server takes is not in
//! it.

use std::time::Instant;

use anyhow::{Result, ensure};
use rekindle_database::{Where, open};
use rekindle_domain::Stamp;
use rekindle_store::{Change, Outcome, Store};
use sqlx::{AnyConnection, Connection as _, Executor as _};

use crate::figure::Figure;
use crate::figures::{Host, Tell};
use crate::furnish::Folder;
use crate::load::{middle, millis};
use crate::postgres::Own;

/// When the first of them is due: long before anybody's clock.
const FIRST: i64 = 1_000_000_000_000;
/// Each of a thousand people has so many, a minute apart.
const EACH: i64 = 1_000;
const MINUTE: i64 = 60_000;
/// Of each person's, so many are due.
const DUE: i64 = 10;
/// What is taken at once.
const SOME: u32 = 500;
/// Of 32 on their way at a time, so many answers come while the last commit is under way.
const TOGETHER: usize = 8;

/// A thousand people with an address each and a million reminders.
const ON_SQLITE: &str = "
    WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000)
        INSERT INTO people SELECT randomblob(16), 'person-' || n, zeroblob(32), zeroblob(32), x'00', x'00', 1 FROM n;
    INSERT INTO addresses (person, id, way, reach, refused)
        SELECT id, randomblob(16), 2, handle || '@example.org', 0 FROM people;
    WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 999)
        INSERT INTO due (person, address, at_ms, until_ms, next_ms, tries)
        SELECT person, id, 1000000000000 + n * 60000, 1000000000000 + n * 60000 + 3600000, 1000000000000 + n * 60000, 0
        FROM addresses, n;";
const ON_POSTGRES: &str = "
    INSERT INTO people SELECT decode(md5('p' || n), 'hex'), 'person-' || n, ''::bytea, ''::bytea, ''::bytea, ''::bytea, 1
        FROM generate_series(1, 1000) n;
    INSERT INTO addresses (person, id, way, reach, refused)
        SELECT id, decode(md5('a' || handle), 'hex'), 2, handle || '@example.org', 0 FROM people;
    INSERT INTO due (person, address, at_ms, until_ms, next_ms, tries)
        SELECT person, id, 1000000000000 + n * 60000, 1000000000000 + n * 60000 + 3600000, 1000000000000 + n * 60000, 0
        FROM addresses, generate_series(0, 999) n;
    ANALYZE due;";

pub(crate) fn due(_: &Host, tell: Tell<'_>) -> Result<()> {
    let (folder, own) = (Folder::new("due")?, Own::new("due")?);
    let file = folder.path().join("rekindle.db");
    let address = format!("sqlite://{}", file.display());
    for (name, at, address, statements) in [
        ("SQLite", Where::Sqlite(file), address, ON_SQLITE),
        ("PostgreSQL", own.at(), own.url.clone(), ON_POSTGRES),
    ] {
        let (idle, handed) =
            tokio::runtime::Runtime::new()?.block_on(hand_over(&at, &address, statements))?;
        let all = EACH * 1000;
        let tick = format!("P13 idle tick beside {all} kept, {name}");
        tell(Figure::at_most(&tick, idle, "ms", 1.0));
        let over = format!("P13 {} due handed over, {name}", DUE * 1000);
        tell(Figure::at_most(&over, handed, "s", 5.0));
    }
    Ok(())
}

/// The middle time of an idle tick in ms, and how long handing over took, in seconds.
async fn hand_over(at: &Where, address: &str, statements: &'static str) -> Result<(f64, f64)> {
    let database = open(at).await?;
    let mut db = AnyConnection::connect(address).await?;
    db.execute(sqlx::raw_sql(statements)).await?;
    db.close().await?;
    let (early, now) = (Stamp(FIRST - MINUTE), Stamp(FIRST + (DUE - 1) * MINUTE));
    let mut ticks = vec![];
    for _ in 0..500 {
        let began = Instant::now();
        let taken = database.take_due(early, early.plus(MINUTE), SOME).await?;
        ticks.push(millis(began.elapsed()));
        ensure!(taken.is_empty(), "nothing is due yet");
    }
    let began = Instant::now();
    let mut handed = 0;
    loop {
        let taken = database.take_due(now, now.plus(MINUTE), SOME).await?;
        if taken.is_empty() {
            break;
        }
        // Those that come back together are settled in one commit.
        for some in taken.chunks(TOGETHER) {
            let settled = some.iter().map(|one| Change::Remind(one.done()));
            let outcome = database.commit(settled.collect()).await?;
            ensure!(outcome == Outcome::Done, "a lease was lost");
            handed += i64::try_from(some.len())?;
        }
    }
    let took = began.elapsed().as_secs_f64();
    database.close().await;
    ensure!(handed == DUE * 1000, "{handed} were handed over");
    Ok((middle(ticks), took))
}
