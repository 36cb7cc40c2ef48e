//! Reminders sent over the real path to servers of our own on this machine: TLS, DNS and SMTP as spoken, and answers
//! that push services and mail servers really give.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use journeys::post::{Answer, MailServer, Names, PushService, Tls};
use rekindle_database::{Database, Where};
use rekindle_domain::{PersonId, Stamp};
use rekindle_store::{Address, Change, Due, Outcome, Person, Remind, Store as _, Way};
use rekindle_vault::push::{PushKey, address_id};
use rekindle_web::push::Services;
use tokio::net::TcpListener;

use super::{Mailer, Pusher, Sender};
use crate::settings::{Given, Mail, MailTls, Push, Settings};

const NOW: Stamp = Stamp(1_800_000_000_000);

fn minute(minutes: i64) -> Stamp {
    NOW.plus(minutes * Stamp::MINUTE)
}

/// As a host writes them who sends through this service, by names that this server knows.
fn push_settings(service: &PushService, resolver: SocketAddr, networks: &str) -> Push {
    let given = Given::default()
        .with("push.contact", "mailto:host@example.org")
        .with("push.services", &service.name())
        .with("push.resolver", &resolver.to_string())
        .with("push.networks", networks)
        .with("push.roots", service.roots().to_str().unwrap());
    Settings::from(&given, &[]).unwrap().push.unwrap()
}

// ---- whoever sends

struct Post {
    _folder: tempfile::TempDir,
    store: Arc<Database>,
    sender: Arc<Sender>,
}

impl Post {
    async fn new(push: Option<&Push>, mail: Option<&Mail>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = Where::Sqlite(folder.path().join("rekindle.db"));
        let store = Arc::new(rekindle_database::open(&file).await.unwrap());
        let front = "https://us.example.org/d";
        let sender = Sender {
            store: Arc::clone(&store) as Arc<dyn rekindle_store::Store>,
            push: push.map(|push| Pusher::new(push, PushKey::random()).unwrap()),
            mail: mail.map(|mail| Mailer::new(mail, front).unwrap()),
            patience: Duration::from_secs(1),
        };
        Self {
            _folder: folder,
            store,
            sender: Arc::new(sender),
        }
    }

    /// By a service on this machine, which the host allows.
    async fn by(service: &PushService) -> Self {
        let names = Names::open(&[[127, 0, 0, 1]]).await;
        Self::new(Some(&push_settings(service, names.at, "127.0.0.1")), None).await
    }

    /// Somebody who is to be reminded there now, and until two hours from now.
    async fn due(&self, way: Way, reach: &str) -> PersonId {
        let person = PersonId::new(rekindle_vault::chance::id16());
        let address = address_id(reach);
        let due = Due {
            person,
            address,
            at: NOW,
            until: minute(120),
        };
        let changes = vec![
            Change::AddPerson(Person {
                id: person,
                handle: person.to_string(),
                outer_public: [0; 32],
                inner_public: [0; 32],
                outer: vec![],
                inner: vec![],
                version: 1,
            }),
            Change::Remind(Remind::PutAddress(Address {
                person,
                id: address,
                way,
                reach: reach.to_owned(),
                refused: false,
            })),
            Change::Remind(Remind::Plan {
                person,
                due: vec![due],
            }),
        ];
        assert_eq!(self.store.commit(changes).await.unwrap(), Outcome::Done);
        person
    }

    /// Sends what is due so many minutes from now.
    async fn round(&self, minutes: i64) -> usize {
        self.sender.round(minute(minutes)).await.unwrap()
    }

    async fn addresses(&self, person: PersonId) -> Vec<Address> {
        self.store.addresses(person).await.unwrap()
    }
}

// ---- promises: push

#[tokio::test]
async fn s16_a_push_is_empty_signed_and_the_same_for_everybody() {
    let service = PushService::open("127.0.0.1").await;
    let post = Post::by(&service).await;
    for name in ["ana", "ben"] {
        post.due(Way::Push, &service.endpoint(name)).await;
    }
    assert_eq!(post.round(0).await, 2);
    let mut got = service.got();
    got.sort_by(|a, b| a.path.cmp(&b.path));
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].path, "POST /send/ana");
    assert_eq!(got[0].headers, got[1].headers, "whoever it is for");
    let mut names: Vec<&str> = got[0]
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    names.sort_unstable();
    let allowed = [
        "authorization",
        "content-length",
        "host",
        "topic",
        "ttl",
        "urgency",
    ];
    assert_eq!(names, allowed);
    for message in &got {
        assert!(message.body.is_empty());
        assert_eq!(message.header("ttl"), "7200", "not later than it is worth");
    }
    let key = post.sender.push.as_ref().unwrap().key.public();
    let expected = serde_json::json!({
        "aud": format!("https://{}", service.name()),
        "exp": NOW.0 / 1000 + 12 * 60 * 60,
        "sub": "mailto:host@example.org",
    });
    assert_eq!(got[0].claims(&key), Some(expected));
    assert_eq!(got[0].claims(&PushKey::random().public()), None);
}

#[tokio::test]
async fn what_a_service_answers_decides_what_becomes_of_it() {
    let after = |seconds: &str| Some(("retry-after", seconds.to_owned()));
    let inside = Some(("location", "https://127.0.0.1/inside".to_owned()));
    for (answer, messages_by_minute, kept) in [
        (Answer::Status(200, None), [1, 1, 1], true),
        (Answer::Status(404, None), [1, 1, 1], false),
        (Answer::Status(410, None), [1, 1, 1], false),
        (Answer::Status(429, after("600")), [1, 1, 2], true),
        (Answer::Status(429, after("soon")), [1, 2, 2], true),
        (Answer::Status(429, after("-5")), [1, 2, 2], true),
        (Answer::Status(503, None), [1, 2, 2], true),
        (Answer::Status(429, after("99999999999")), [1, 1, 1], true),
        (Answer::Status(301, inside.clone()), [1, 1, 1], true),
        (Answer::Status(307, inside), [1, 1, 1], true),
        (Answer::Status(403, None), [1, 1, 1], true),
        (Answer::Silence, [1, 2, 2], true),
        (Answer::Gone, [1, 2, 2], true),
    ] {
        let service = PushService::open("127.0.0.1").await;
        let post = Post::by(&service).await;
        let person = post.due(Way::Push, &service.endpoint("ana")).await;
        let what = match &answer {
            Answer::Status(status, header) => format!("{status} {header:?}"),
            Answer::Silence => "silence".to_owned(),
            Answer::Gone => "hung up".to_owned(),
        };
        service.answers([answer]);
        for (at, messages) in [0, 2, 11].into_iter().zip(messages_by_minute) {
            post.round(at).await;
            assert_eq!(service.got().len(), messages, "{what}, after {at} minutes");
        }
        assert_eq!(!post.addresses(person).await.is_empty(), kept, "{what}");
        // Whatever it was, it ends.
        assert_eq!(post.round(60).await, 0, "{what}");
    }
}

#[tokio::test]
async fn a_service_that_stays_away_is_asked_a_few_times_and_then_no_more() {
    let service = PushService::open("127.0.0.1").await;
    let post = Post::by(&service).await;
    post.due(Way::Push, &service.endpoint("ana")).await;
    service.answers((0..400).map(|_| Answer::Status(500, None)));
    for at in 0..600 {
        post.round(at).await;
    }
    let tries = service.got().len();
    assert!((3..=6).contains(&tries), "{tries}");
}

#[tokio::test]
async fn k17_an_inside_address_is_never_connected_to() {
    let service = PushService::open("127.0.0.1").await;
    let names = Names::open(&[[127, 0, 0, 1]]).await;
    // The host allows no network besides the internet, or another one.
    for networks in ["", "10.0.0.0/8"] {
        let post = Post::new(Some(&push_settings(&service, names.at, networks)), None).await;
        post.due(Way::Push, &service.endpoint("ana")).await;
        assert_eq!(post.round(0).await, 1);
        assert_eq!(post.round(30).await, 0, "given up at once");
    }
    // A service that is not on the list any more.
    let settings = Push {
        services: Services::parse("push.example").unwrap(),
        ..push_settings(&service, names.at, "127.0.0.1")
    };
    let post = Post::new(Some(&settings), None).await;
    post.due(Way::Push, &service.endpoint("ana")).await;
    post.round(0).await;
    assert_eq!(service.connections(), 0);
}

#[tokio::test]
async fn k17_a_name_that_changes_its_mind_changes_nothing() {
    let service = PushService::open("127.0.0.1").await;
    let inside = PushService::open("127.0.0.2").await;
    // Allowed at the first look, elsewhere at every later one.
    let names = Names::open(&[[127, 0, 0, 1], [127, 0, 0, 2]]).await;
    let post = Post::new(Some(&push_settings(&service, names.at, "127.0.0.1")), None).await;
    post.due(Way::Push, &service.endpoint("ana")).await;
    post.round(0).await;
    assert_eq!(service.got().len(), 1);
    assert_eq!(
        names.asked(),
        1,
        "looked at once, and connected to what was looked at"
    );
    // The next message finds the name inside, and is not sent.
    post.due(Way::Push, &service.endpoint("ben")).await;
    post.round(0).await;
    assert_eq!(service.got().len(), 1);
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn k17_a_server_that_only_says_it_is_the_service_gets_nothing() {
    let service = PushService::open("127.0.0.1").await;
    let other = PushService::open("127.0.0.1").await;
    let names = Names::open(&[[127, 0, 0, 1]]).await;
    let settings = Push {
        roots: Some(other.roots().to_owned()),
        ..push_settings(&service, names.at, "127.0.0.1")
    };
    let post = Post::new(Some(&settings), None).await;
    post.due(Way::Push, &service.endpoint("ana")).await;
    post.round(0).await;
    assert_eq!(service.got(), []);
}

#[tokio::test]
async fn many_go_over_few_connections_each_once() {
    let service = PushService::open("127.0.0.1").await;
    let post = Post::by(&service).await;
    for n in 0..300 {
        post.due(Way::Push, &service.endpoint(&n.to_string())).await;
    }
    let mut sent = 0;
    while sent < 300 {
        sent += post.round(0).await;
    }
    let mut paths: Vec<String> = service.got().into_iter().map(|got| got.path).collect();
    paths.sort();
    paths.dedup();
    assert_eq!((paths.len(), service.got().len()), (300, 300));
    let connections = service.connections();
    assert!(connections <= 3 * super::AT_A_TIME, "{connections} for 300");
    assert_eq!(post.round(5).await, 0);
}

/// The power goes after the service has taken it and before that is written down.
#[tokio::test]
async fn what_was_in_the_air_goes_again_under_the_same_name_and_nothing_is_lost() {
    let service = PushService::open("127.0.0.1").await;
    let post = Post::by(&service).await;
    post.due(Way::Push, &service.endpoint("ana")).await;
    service.answers([Answer::Silence]);
    let round = post.sender.round(NOW);
    let _ = tokio::time::timeout(Duration::from_millis(300), round).await;
    assert_eq!(service.got().len(), 1);
    assert_eq!(
        post.round(0).await,
        0,
        "still under the lease of whoever was killed"
    );
    assert_eq!(post.round(2).await, 1);
    assert_eq!(post.round(5).await, 0);
    let got = service.got();
    assert_eq!(got.len(), 2);
    assert_eq!(
        got[0].header("topic"),
        got[1].header("topic"),
        "a service keeps one of a topic"
    );
    assert_eq!(got[0].path, got[1].path);
}

// ---- promises: mail

fn mail_settings(at: SocketAddr) -> Mail {
    Mail {
        host: at.ip().to_string(),
        port: at.port(),
        tls: MailTls::Off,
        user: String::new(),
        password: String::new(),
        from: "evening@example.org".to_owned(),
        roots: None,
    }
}

#[tokio::test]
async fn s16_a_mail_is_the_same_few_words_with_a_link_to_the_front_page_only() {
    let server = MailServer::open(Tls::Never).await;
    let post = Post::new(None, Some(&mail_settings(server.at))).await;
    post.due(Way::Mail, "ana@example.org").await;
    assert_eq!(post.round(0).await, 1);
    let text = server.said().join("\n");
    assert!(text.contains("MAIL FROM:<evening@example.org>"), "{text}");
    assert!(text.contains("RCPT TO:<ana@example.org>"), "{text}");
    let letters = server.letters();
    let letter: Vec<&str> = letters[0].lines().collect();
    let mut headers: Vec<&str> = letter
        .iter()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(": ").map(|(name, _)| name))
        .collect();
    headers.sort_unstable();
    assert_eq!(
        headers,
        [
            "Auto-Submitted",
            "Content-Transfer-Encoding",
            "Content-Type",
            "Date",
            "From",
            "Message-ID",
            "Subject",
            "To"
        ]
    );
    assert!(
        letter.contains(&"Subject: A reminder you asked for"),
        "{text}"
    );
    let links = letter.iter().filter(|line| line.contains("://"));
    assert_eq!(links.collect::<Vec<_>>(), [&"https://us.example.org/d"]);
    // The next one differs in its name and its day only.
    post.due(Way::Mail, "ben@example.org").await;
    server.answers("DATA", "451 later");
    post.round(0).await;
    server.is_well();
    post.round(2).await;
    let letters = server.letters();
    assert_eq!(letters.len(), 2, "{letters:?}");
    let name = |letter: &str| {
        let name = letter.lines().find(|line| line.starts_with("Message-ID:"));
        name.map(str::to_owned)
    };
    assert!(name(&letters[0]).is_some() && name(&letters[0]) != name(&letters[1]));
    let same = |letter: &str| {
        let changing = ["Message-ID:", "Date:", "To:"];
        let lines = letter.lines();
        let same = lines.filter(|line| !changing.iter().any(|name| line.starts_with(name)));
        same.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(same(&letters[0]), same(&letters[1]), "whoever it is for");
}

#[tokio::test]
async fn a_mail_server_that_refuses_is_understood() {
    for (line, answer, refused, again) in [
        ("RCPT", "550 no such mailbox", true, false),
        ("RCPT", "553 not allowed", true, false),
        ("RCPT", "451 greylisted, come later", false, true),
        ("MAIL", "421 too busy", false, true),
        ("MAIL", "530 sign in first", false, false),
        ("DATA", "554 no", false, false),
    ] {
        let server = MailServer::open(Tls::Never).await;
        let post = Post::new(None, Some(&mail_settings(server.at))).await;
        let person = post.due(Way::Mail, "ana@example.org").await;
        server.answers(line, answer);
        assert_eq!(post.round(0).await, 1);
        let kept = post.addresses(person).await;
        assert_eq!(kept[0].refused, refused, "{answer}");
        server.is_well();
        assert_eq!(post.round(2).await == 1, again, "{answer}");
        assert_eq!(server.letters().len(), usize::from(again), "{answer}");
    }
}

#[tokio::test]
async fn a_mail_server_that_is_away_loses_nothing() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = closed.local_addr().unwrap();
    drop(closed);
    let post = Post::new(None, Some(&mail_settings(at))).await;
    let person = post.due(Way::Mail, "ana@example.org").await;
    assert_eq!(post.round(0).await, 1);
    assert_eq!(post.round(2).await, 1, "tried again");
    assert!(!post.addresses(person).await[0].refused);
    // Nobody is spoken to in the clear who is not on this machine, and TLS is not talked out of.
    let server = MailServer::open(Tls::Never).await;
    let starttls = Mail {
        tls: MailTls::StartTls,
        ..mail_settings(server.at)
    };
    let post = Post::new(None, Some(&starttls)).await;
    post.due(Way::Mail, "ana@example.org").await;
    assert_eq!(post.round(0).await, 1);
    let said = server.said();
    assert!(
        !said.iter().any(|line| line.starts_with("MAIL")),
        "{said:?}"
    );
}

/// RFC 8314 and 3207, with a certificate of somebody whom the host named.
#[tokio::test]
async fn a_mail_goes_behind_tls_and_nobody_on_the_way_reads_it() {
    for (speaks, tls) in [(Tls::Always, MailTls::On), (Tls::Asked, MailTls::StartTls)] {
        let server = MailServer::open(speaks).await;
        let settings = Mail {
            tls,
            user: "host".to_owned(),
            password: "s3cret".to_owned(),
            roots: Some(server.roots().to_owned()),
            ..mail_settings(server.at)
        };
        let post = Post::new(None, Some(&settings)).await;
        post.due(Way::Mail, "ana@example.org").await;
        assert_eq!(post.round(0).await, 1);
        assert_eq!(server.letters().len(), 1, "{:?}", server.said());
        assert!(server.said().iter().any(|line| line.starts_with("AUTH")));
        let overheard = server.overheard();
        let asked: &[&str] = match speaks {
            Tls::Asked => &["EHLO example.org", "STARTTLS"],
            Tls::Always | Tls::Never => &[],
        };
        assert_eq!(overheard, asked, "{tls:?}");
        // Somebody else's certificate, and one for another name, are not believed; nobody is told a word.
        let other = MailServer::open(speaks).await;
        for (roots, host) in [(other.roots(), "127.0.0.1"), (server.roots(), "localhost")] {
            let told = server.said().len();
            let settings = Mail {
                roots: Some(roots.to_owned()),
                host: host.to_owned(),
                ..settings.clone()
            };
            let post = Post::new(None, Some(&settings)).await;
            post.due(Way::Mail, "ben@example.org").await;
            assert_eq!(post.round(0).await, 1);
            let said = server.said().split_off(told);
            assert!(
                said.iter().all(|line| asked.contains(&line.as_str())),
                "{said:?}"
            );
        }
    }
}
