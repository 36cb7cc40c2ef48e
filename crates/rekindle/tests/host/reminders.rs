//! The whole program sending, and the power cut in the middle of it (K21 for what goes out; performance goal P13).

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

use rekindle_database::{Database, Where, open};
use rekindle_domain::{PersonId, Stamp};
use rekindle_store::{Address, Change, Due, Person, Remind, Store as _, Way};
use sqlx::Connection as _;

use crate::house::{House, LONG};

/// A mail server that tells of each letter, and keeps silent about the first one it took.
fn mail_server() -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    let (tell, letters) = channel();
    std::thread::spawn(move || {
        for (n, stream) in listener.incoming().enumerate() {
            let tell = tell.clone();
            let stream = stream.unwrap();
            std::thread::spawn(move || talk(stream, n == 0, &tell));
        }
    });
    (at, letters)
}

fn talk(mut stream: TcpStream, silent: bool, tell: &Sender<String>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut letter: Option<String> = None;
    let _ = stream.write_all(b"220 mail.test\r\n");
    while let Some(Ok(line)) = lines.next() {
        let answer = match (&mut letter, line.as_str()) {
            (Some(text), ".") => {
                let _ = tell.send(std::mem::take(text));
                if silent {
                    // Taken, and no word of it: this is where the power goes.
                    std::thread::sleep(LONG);
                }
                letter = None;
                "250 kept"
            }
            (Some(text), line) => {
                text.push_str(line);
                text.push('\n');
                continue;
            }
            (None, "DATA") => {
                letter = Some(String::new());
                "354 go on"
            }
            (None, "QUIT") => "221 bye",
            (None, _) => "250 fine",
        };
        if stream
            .write_all(format!("{answer}\r\n").as_bytes())
            .is_err()
        {
            return;
        }
    }
}

fn name_of(letter: &str) -> &str {
    let line = letter.lines().find(|line| line.starts_with("Message-ID:"));
    line.expect("a letter with a name")
}

/// Somebody who is to be reminded by mail since a minute ago.
async fn furnish(store: &Database) {
    let person = PersonId::new([7; 16]);
    let at = now().plus(-Stamp::MINUTE);
    let changes = vec![
        Change::AddPerson(Person {
            id: person,
            handle: "ana".to_owned(),
            outer_public: [0; 32],
            inner_public: [0; 32],
            outer: vec![],
            inner: vec![],
            version: 1,
        }),
        Change::Remind(Remind::PutAddress(Address {
            person,
            id: [1; 16],
            way: Way::Mail,
            reach: "ana@example.org".to_owned(),
            refused: false,
        })),
        Change::Remind(Remind::Plan {
            person,
            due: vec![Due {
                person,
                address: [1; 16],
                at,
                until: at.plus(2 * Stamp::HOUR),
            }],
        }),
    ];
    let _ = store.commit(changes).await.unwrap();
}

/// The time that the program under test sees.
fn now() -> Stamp {
    let output = std::process::Command::new("date")
        .arg("+%s")
        .output()
        .unwrap();
    let seconds: i64 = String::from_utf8(output.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    Stamp(seconds * Stamp::SECOND)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p13_a_mail_in_the_air_survives_kill_9_and_is_the_same_one_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = data.join("rekindle.db");
    let store = open(&Where::Sqlite(file.clone())).await.unwrap();
    furnish(&store).await;
    store.close().await;
    let (at, letters) = mail_server();
    let port = at.port().to_string();
    let args = [
        "--mail-host",
        "127.0.0.1",
        "--mail-port",
        &port,
        "--mail-tls",
        "off",
        "--mail-from",
        "evening@example.org",
        "--public-url",
        "http://localhost:8787",
    ];
    let house = House::open_in(folder, "127.0.0.1:0", &args);
    let first = letters.recv_timeout(LONG).unwrap();
    let folder = house.killed();
    // The lease of the dead runs out; time is passed here instead of waiting for it.
    let url = format!("sqlite://{}", file.display());
    let mut db = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let passed = sqlx::query("UPDATE due SET next_ms = at_ms WHERE lease IS NOT NULL")
        .execute(&mut db)
        .await
        .unwrap();
    assert_eq!(
        passed.rows_affected(),
        1,
        "it was being sent, and nothing said that it was"
    );
    db.close().await.unwrap();
    let house = House::open_in(folder, "127.0.0.1:0", &args);
    let again = letters.recv_timeout(LONG).unwrap();
    assert_eq!(name_of(&first), name_of(&again));
    let (_, log) = house.stop();
    assert!(!log.contains("ana@"), "{log}");
    assert!(letters.try_recv().is_err(), "and once is enough");
}
