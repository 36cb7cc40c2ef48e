//! A real PostgreSQL for the tests: the one `cargo xtask test` brings, or a throw-away one of this process.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use rekindle_database::{Database, Where, open};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};

/// Lives as long as somebody holds its input open, however that somebody ends.
const SCRIPT: &str = r#"
set -eu
programs=$1
place=$(mktemp -d -t rekindle-postgres.XXXXXXXX)
server=
trap 'test -z "$server" || { kill -QUIT "$server"; wait "$server" || true; }; rm -rf "$place"' EXIT
cd "$place"
"$programs/initdb" -D "$place/data" -U rekindle -A trust -E UTF8 --locale=C --no-sync --no-instructions >/dev/null
"$programs/postgres" -D "$place/data" -k "$place" -c listen_addresses= -c max_connections=200 </dev/null >"$place/log" 2>&1 &
server=$!
until "$programs/pg_isready" -q -h "$place" -U rekindle; do kill -0 "$server"; done
echo "$place"
read -r _ || true
"#;

/// The programs of the newest server that is installed; Debian keeps them out of the path.
fn programs() -> PathBuf {
    let found = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    found
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            let programs = entry.path().join("bin");
            programs
                .join("initdb")
                .exists()
                .then_some((version, programs))
        })
        .max()
        .map(|(_, programs)| programs)
        .expect("PostgreSQL is missing: sudo apt-get install -y --no-install-recommends postgresql")
}

/// PostgreSQL refuses to be run by root.
fn as_somebody_else() -> Command {
    let id = Command::new("id").arg("-u").output().unwrap();
    if id.stdout == b"0\n" {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh"]);
        command
    } else {
        Command::new("sh")
    }
}

/// Address of the server without the name of a database, and what goes behind the name.
fn server() -> &'static (String, String) {
    static SERVER: OnceLock<((String, String), Option<Child>)> = OnceLock::new();
    let (address, _) = SERVER.get_or_init(|| {
        if let Ok(url) = std::env::var("REKINDLE_TEST_POSTGRES") {
            let (address, _) = url.rsplit_once('/').expect("an address ends in /database");
            return ((address.to_owned(), String::new()), None);
        }
        let mut child = as_somebody_else()
            .args(["-c", SCRIPT, "sh"])
            .arg(programs())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut place = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut place).unwrap();
        assert!(!place.is_empty(), "PostgreSQL did not start");
        let behind = format!("?host={}", place.trim());
        (
            ("postgres://rekindle@localhost".to_owned(), behind),
            Some(child),
        )
    });
    address
}

fn url(name: &str) -> String {
    let (address, behind) = server();
    format!("{address}/{name}{behind}")
}

/// An empty database of its own.
pub(crate) struct Empty {
    name: String,
}

impl Empty {
    pub(crate) async fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("t_{}_{number}", std::process::id());
        run(format!("CREATE DATABASE {name}")).await;
        Self { name }
    }

    pub(crate) fn url(&self) -> String {
        url(&self.name)
    }

    pub(crate) fn at(&self) -> Where {
        Where::Postgres(self.url())
    }

    pub(crate) async fn open(&self) -> Database {
        open(&self.at()).await.unwrap()
    }

    pub(crate) async fn gone(self) {
        run(format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }
}

async fn run(statement: String) {
    let mut db = PgConnection::connect(&url("postgres")).await.unwrap();
    db.execute(AssertSqlSafe(statement)).await.unwrap();
    db.close().await.unwrap();
}
