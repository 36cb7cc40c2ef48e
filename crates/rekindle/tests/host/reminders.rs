//! The whole program sending, and the power cut in the middle of it (K21 for what goes out; performance goal P13).

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use rekindle_database::{Database, Where, open};
use rekindle_domain::{PersonId, Stamp};
use rekindle_store::{Address, Change, Due, Person, Remind, Store as _, Way};

use crate::house::{House, LONG};
use crate::server::Empty;

/// So many people are to be reminded.
const MAILS: usize = 10;
/// So many letters the mail server confirms before the power goes.
const CONFIRMED: usize = 4;

/// A mail server that tells of each letter. About those after the fourth it keeps silent, until all came once.
fn mail_server() -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    let (tell, letters) = channel();
    std::thread::spawn(move || {
        let came = Arc::new(AtomicUsize::new(0));
        for stream in listener.incoming() {
            let (tell, came) = (tell.clone(), Arc::clone(&came));
            let stream = stream.unwrap();
            std::thread::spawn(move || talk(stream, &came, &tell));
        }
    });
    (at, letters)
}

fn talk(mut stream: TcpStream, came: &AtomicUsize, tell: &Sender<String>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut letter: Option<String> = None;
    let _ = stream.write_all(b"220 mail.test\r\n");
    while let Some(Ok(line)) = lines.next() {
        let answer = match (&mut letter, line.as_str()) {
            (Some(text), ".") => {
                let letters = came.fetch_add(1, Ordering::SeqCst);
                let _ = tell.send(std::mem::take(text));
                if (CONFIRMED..MAILS).contains(&letters) {
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

/// People who are to be reminded by mail since a minute ago.
async fn furnish(store: &Database) {
    let at = now().plus(-Stamp::MINUTE);
    for n in 0..MAILS {
        let n = u8::try_from(n).unwrap();
        let (person, address) = (PersonId::new([n; 16]), [0xa0 + n; 16]);
        let changes = vec![
            Change::AddPerson(Person {
                id: person,
                handle: format!("ana{n}"),
                outer_public: [0; 32],
                inner_public: [0; 32],
                outer: vec![],
                inner: vec![],
                version: 1,
            }),
            Change::Remind(Remind::PutAddress(Address {
                person,
                id: address,
                way: Way::Mail,
                reach: format!("ana{n}@example.org"),
                refused: false,
            })),
            Change::Remind(Remind::Plan {
                person,
                due: vec![Due {
                    person,
                    address,
                    at,
                    until: at.plus(2 * Stamp::HOUR),
                }],
            }),
        ];
        let _ = store.commit(changes).await.unwrap();
    }
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

/// Ten mails, the power cut while some have been confirmed and some not, and the same program once more.
async fn killed_while_it_sends(at: &Where, folder: tempfile::TempDir, more: &[&str]) {
    let store = open(at).await.unwrap();
    furnish(&store).await;
    let (mail, letters) = mail_server();
    let port = mail.port().to_string();
    let mut args = vec![
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
    args.extend(more);
    let house = House::open_in(folder, "127.0.0.1:0", &args);
    let mut names = BTreeMap::new();
    for _ in 0..MAILS {
        let letter = letters.recv_timeout(LONG).unwrap();
        *names.entry(name_of(&letter).to_owned()).or_insert(0) += 1;
    }
    assert_eq!(names.len(), MAILS, "each has its own name: {names:?}");
    let folder = house.killed();

    // The lease of the dead runs out; time is passed here instead of waiting for it.
    let passed = now().plus(2 * Stamp::MINUTE);
    let again = store.take_due(passed, now(), 100);
    let again = again.await.unwrap();
    assert!(
        (MAILS - CONFIRMED..=MAILS).contains(&again.len()),
        "what nobody confirmed was not taken for sent: {}",
        again.len()
    );
    let house = House::open_in(folder, "127.0.0.1:0", &args);
    for _ in 0..again.len() {
        let letter = letters.recv_timeout(LONG).unwrap();
        let times = names.get_mut(name_of(&letter)).expect("no other letter");
        *times += 1;
        assert_eq!(*times, 2, "the same one again, once: {letter}");
    }
    let settled = async {
        while store.is_due(passed.plus(Stamp::HOUR)).await.unwrap() {
            tokio::task::yield_now().await;
        }
    };
    let settled = tokio::time::timeout(LONG, settled).await;
    settled.expect("all are noted as sent");
    let (_, log) = house.stop();
    assert!(!log.contains("ana0@"), "{log}");
    assert!(letters.try_recv().is_err(), "and once is enough");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p13_mails_in_the_air_survive_kill_9_and_are_the_same_ones_again_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data").join("rekindle.db");
    killed_while_it_sends(&Where::Sqlite(file), folder, &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p13_mails_in_the_air_survive_kill_9_and_are_the_same_ones_again_postgres() {
    let empty = Empty::new().await;
    let (folder, url) = (tempfile::tempdir().unwrap(), empty.url());
    killed_while_it_sends(&empty.at(), folder, &["--database", &url]).await;
    empty.gone().await;
}
