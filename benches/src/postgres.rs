//! P12: the same pages and acts on PostgreSQL.

use anyhow::{Context as _, Result};
use rekindle_database::Where;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use crate::bare::COUPLES;
use crate::figure::Figure;
use crate::figures::{Host, LONG, TODAY, Tell, act_of, get};
use crate::furnish::{self, Furnished};
use crate::load::load;
use crate::process::{self, Server};

/// As many as a host's processes would have under way.
const CLIENTS: usize = 16;

/// A server that may make databases; `cargo xtask bench` starts one.
pub(crate) fn server() -> Result<String> {
    std::env::var("REKINDLE_TEST_POSTGRES")
        .context("REKINDLE_TEST_POSTGRES names no PostgreSQL server; cargo xtask bench starts one")
}

/// A database of its own, which goes when it does.
pub(crate) struct Own {
    pub(crate) name: String,
    pub(crate) url: String,
}

impl Own {
    pub(crate) fn new(what: &str) -> Result<Self> {
        let name = format!("rekindle_bench_{}_{what}", std::process::id());
        tell_server(format!("CREATE DATABASE {name}"))?;
        let (server, _) = server()?
            .rsplit_once('/')
            .map(|(server, name)| (server.to_owned(), name.to_owned()))
            .context("an address without a database")?;
        Ok(Self {
            url: format!("{server}/{name}"),
            name,
        })
    }

    pub(crate) fn at(&self) -> Where {
        Where::Postgres(self.url.clone())
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let _ = tell_server(format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

fn tell_server(statement: String) -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let mut db = PgConnection::connect(&server()?).await?;
        db.execute(AssertSqlSafe(statement)).await?;
        db.close().await?;
        Ok(())
    })
}

pub(crate) fn postgres(host: &Host, tell: Tell<'_>) -> Result<()> {
    let (own, plain) = (Own::new("house")?, Own::new("bare")?);
    let house: Furnished = furnish::furnish_at("postgres", &own.at(), u32::try_from(COUPLES)?, 0)?;
    let least = {
        let server = Server::rekindle(host.data())?;
        load(&server, 1, LONG, 200, |_, n| get(TODAY, host.ordinary(n)))?.cpu
    };
    let server = Server::rekindle_with(house.folder.path(), &[&format!("--database={}", own.url)])?;
    let engine = process::of_database(&own.name);
    let page = load(&server, 1, LONG, 200, |_, n| {
        get(TODAY, &house.cookies[n % house.cookies.len()])
    })?;
    let engine = process::of_database(&own.name).saturating_sub(engine);
    eprintln!(
        "    (PostgreSQL itself took {:.0} % of what Rekindle took)",
        engine.as_secs_f64() * 100_000.0 / (page.cpu * page.count)
    );
    tell(Figure::beside(
        "P12 Today on PostgreSQL, processor time, to SQLite",
        page.cpu,
        "ms a request",
        least,
        1.5,
    ));

    let bare = Server::bare_postgres(&plain.url)?;
    let acts = load(&server, CLIENTS, LONG, 303, |client, n| {
        let number = client + n * CLIENTS;
        act_of(&house.cookies, number)
    })?;
    let inserts = load(&bare, CLIENTS, LONG, 204, |client, n| {
        let couple = (client + n * CLIENTS) % usize::try_from(COUPLES).unwrap_or(1);
        crate::figures::post(&format!("/?couple={couple}"), "", "")
    })?;
    let name = format!("P12 act, committed and announced, {CLIENTS} clients");
    // Seven tenths of the rate are ten sevenths of the time.
    tell(Figure::beside(
        &name,
        acts.wall,
        "ms an act",
        inserts.wall,
        1.0 / 0.7,
    ));
    Ok(())
}
