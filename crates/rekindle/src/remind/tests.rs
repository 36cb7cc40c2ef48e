//! Reminders sent over the real path to servers of our own on this machine: TLS, DNS and SMTP as spoken, and answers
//! that push services and mail servers really give.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rekindle_database::{Database, Where};
use rekindle_domain::{PersonId, Stamp};
use rekindle_store::{Address, Change, Due, Outcome, Person, Remind, Store as _, Way};
use rekindle_vault::push::{PushKey, address_id};
use rekindle_web::push::Services;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, UdpSocket};
use tokio_rustls::TlsAcceptor;

use super::{Mailer, Pusher, Sender};
use crate::settings::{Given, Mail, MailTls, Push, Settings};

const NOW: Stamp = Stamp(1_800_000_000_000);

fn minute(minutes: i64) -> Stamp {
    NOW.plus(minutes * Stamp::MINUTE)
}

// ---- a push service

/// What the service does with the next message; without any, 201.
#[derive(Clone)]
enum Answer {
    Status(u16, Option<(&'static str, String)>),
    /// Takes it and never says anything.
    Silence,
    /// Hangs up.
    Gone,
}

/// One message as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Got {
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, value)| value)
    }
}

#[derive(Default)]
struct Book {
    got: Mutex<Vec<Got>>,
    answers: Mutex<VecDeque<Answer>>,
    connections: Mutex<usize>,
}

struct Service {
    at: SocketAddr,
    book: Arc<Book>,
    /// The authority that vouches for it, PEM.
    roots: tempfile::NamedTempFile,
}

impl Service {
    /// At this address, as `push.test`.
    async fn open(at: &str) -> Self {
        let authority_key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = params.self_signed(&authority_key).unwrap();
        let issuer = Issuer::new(params, authority_key);
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec!["push.test".to_owned()]).unwrap();
        let leaf = leaf.signed_by(&key, &issuer).unwrap();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let config = rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key.into())
            .unwrap();
        let roots = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(roots.path(), authority.pem()).unwrap();
        let listener = TcpListener::bind((at, 0)).await.unwrap();
        let at = listener.local_addr().unwrap();
        let book = Arc::new(Book::default());
        tokio::spawn(serve(listener, Arc::new(config).into(), Arc::clone(&book)));
        Self { at, book, roots }
    }

    fn answers(&self, answers: impl IntoIterator<Item = Answer>) {
        self.book.answers.lock().unwrap().extend(answers);
    }

    fn got(&self) -> Vec<Got> {
        self.book.got.lock().unwrap().clone()
    }

    fn endpoint(&self, name: &str) -> String {
        format!("https://push.test:{}/send/{name}", self.at.port())
    }

    fn settings(&self, resolver: SocketAddr, networks: &str) -> Push {
        let given = Given::default()
            .with("push.contact", "mailto:host@example.org")
            .with("push.services", &format!("push.test:{}", self.at.port()))
            .with("push.resolver", &resolver.to_string())
            .with("push.networks", networks)
            .with("push.roots", self.roots.path().to_str().unwrap());
        Settings::from(&given, &[]).unwrap().push.unwrap()
    }
}

async fn serve(listener: TcpListener, tls: TlsAcceptor, book: Arc<Book>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        *book.connections.lock().unwrap() += 1;
        let (tls, book) = (tls.clone(), Arc::clone(&book));
        tokio::spawn(async move {
            let Ok(stream) = tls.accept(stream).await else {
                return;
            };
            let answer = service_fn(move |request| answer(request, Arc::clone(&book)));
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer)
                .await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    book: Arc<Book>,
) -> Result<Response<Full<Bytes>>, std::io::Error> {
    let (parts, body) = request.into_parts();
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned()));
    let got = Got {
        path: format!("{} {}", parts.method, parts.uri),
        headers: headers.collect(),
        body: body.collect().await.unwrap().to_bytes().to_vec(),
    };
    book.got.lock().unwrap().push(got);
    let answer = book.answers.lock().unwrap().pop_front();
    let (status, header) = match answer.unwrap_or(Answer::Status(201, None)) {
        Answer::Status(status, header) => (status, header),
        Answer::Silence => std::future::pending().await,
        Answer::Gone => return Err(std::io::ErrorKind::ConnectionReset.into()),
    };
    let mut response = Response::builder().status(status);
    if let Some((name, value)) = header {
        response = response.header(name, value);
    }
    Ok(response.body(Full::new(Bytes::from_static(b"ok"))).unwrap())
}

// ---- a name server

struct Names {
    at: SocketAddr,
    asked: Arc<Mutex<usize>>,
}

impl Names {
    /// Every name is at the next of these addresses each time; the last one stays.
    async fn open(answers: &[[u8; 4]]) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let at = socket.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(0));
        let (count, answers) = (Arc::clone(&asked), answers.to_vec());
        tokio::spawn(async move {
            let mut question = [0; 512];
            loop {
                let (length, from) = socket.recv_from(&mut question).await.unwrap();
                let mut out = question[..length].to_vec();
                out[2] = 0x81;
                if question[length - 3] == 1 {
                    let turn = {
                        let mut count = count.lock().unwrap();
                        *count += 1;
                        *count - 1
                    };
                    let address = answers[turn.min(answers.len() - 1)];
                    out[7] = 1;
                    out.extend_from_slice(&[192, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
                    out.extend_from_slice(&address);
                }
                socket.send_to(&out, from).await.unwrap();
            }
        });
        Self { at, asked }
    }
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
    async fn by(service: &Service) -> Self {
        let names = Names::open(&[[127, 0, 0, 1]]).await;
        Self::new(Some(&service.settings(names.at, "127.0.0.1")), None).await
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
    let service = Service::open("127.0.0.1").await;
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
    // Checked by another implementation of ES256 than the one that signed.
    let key = post.sender.push.as_ref().unwrap().key.public();
    let authorization = got[0].header("authorization");
    let token = authorization.strip_prefix("vapid t=").unwrap();
    let (token, shown) = token.split_once(", k=").unwrap();
    assert_eq!(shown, key);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let decoded = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decoded(shown));
    public
        .verify(signed.as_bytes(), &decoded(signature))
        .unwrap();
    assert!(
        public
            .verify(b"something else", &decoded(signature))
            .is_err()
    );
    let (header, claims) = signed.split_once('.').unwrap();
    let json = |text: &str| serde_json::from_slice::<serde_json::Value>(&decoded(text)).unwrap();
    assert_eq!(
        json(header),
        serde_json::json!({"typ": "JWT", "alg": "ES256"})
    );
    let expected = serde_json::json!({
        "aud": format!("https://push.test:{}", service.at.port()),
        "exp": NOW.0 / 1000 + 12 * 60 * 60,
        "sub": "mailto:host@example.org",
    });
    assert_eq!(json(claims), expected);
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
        let service = Service::open("127.0.0.1").await;
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
    let service = Service::open("127.0.0.1").await;
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
    let service = Service::open("127.0.0.1").await;
    let names = Names::open(&[[127, 0, 0, 1]]).await;
    // The host allows no network besides the internet, or another one.
    for networks in ["", "10.0.0.0/8"] {
        let post = Post::new(Some(&service.settings(names.at, networks)), None).await;
        post.due(Way::Push, &service.endpoint("ana")).await;
        assert_eq!(post.round(0).await, 1);
        assert_eq!(post.round(30).await, 0, "given up at once");
    }
    // A service that is not on the list any more.
    let settings = Push {
        services: Services::parse("push.example").unwrap(),
        ..service.settings(names.at, "127.0.0.1")
    };
    let post = Post::new(Some(&settings), None).await;
    post.due(Way::Push, &service.endpoint("ana")).await;
    post.round(0).await;
    assert_eq!(*service.book.connections.lock().unwrap(), 0);
}

#[tokio::test]
async fn k17_a_name_that_changes_its_mind_changes_nothing() {
    let service = Service::open("127.0.0.1").await;
    let inside = Service::open("127.0.0.2").await;
    // Allowed at the first look, elsewhere at every later one.
    let names = Names::open(&[[127, 0, 0, 1], [127, 0, 0, 2]]).await;
    let post = Post::new(Some(&service.settings(names.at, "127.0.0.1")), None).await;
    post.due(Way::Push, &service.endpoint("ana")).await;
    post.round(0).await;
    assert_eq!(service.got().len(), 1);
    assert_eq!(
        *names.asked.lock().unwrap(),
        1,
        "looked at once, and connected to what was looked at"
    );
    // The next message finds the name inside, and is not sent.
    post.due(Way::Push, &service.endpoint("ben")).await;
    post.round(0).await;
    assert_eq!(service.got().len(), 1);
    assert_eq!(*inside.book.connections.lock().unwrap(), 0);
}

#[tokio::test]
async fn k17_a_server_that_only_says_it_is_the_service_gets_nothing() {
    let service = Service::open("127.0.0.1").await;
    let other = Service::open("127.0.0.1").await;
    let names = Names::open(&[[127, 0, 0, 1]]).await;
    let settings = Push {
        roots: Some(other.roots.path().to_owned()),
        ..service.settings(names.at, "127.0.0.1")
    };
    let post = Post::new(Some(&settings), None).await;
    post.due(Way::Push, &service.endpoint("ana")).await;
    post.round(0).await;
    assert_eq!(service.got(), []);
}

#[tokio::test]
async fn many_go_over_few_connections_each_once() {
    let service = Service::open("127.0.0.1").await;
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
    let connections = *service.book.connections.lock().unwrap();
    assert!(connections <= 3 * super::AT_A_TIME, "{connections} for 300");
    assert_eq!(post.round(5).await, 0);
}

/// The power goes after the service has taken it and before that is written down.
#[tokio::test]
async fn what_was_in_the_air_goes_again_under_the_same_name_and_nothing_is_lost() {
    let service = Service::open("127.0.0.1").await;
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

// ---- a mail server (RFC 5321)

#[derive(Default)]
struct Box_ {
    said: Mutex<Vec<String>>,
    /// What is answered to a line that begins so, instead of the usual.
    says: Mutex<Vec<(&'static str, &'static str)>>,
}

async fn mail_server() -> (SocketAddr, Arc<Box_>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let kept = Arc::new(Box_::default());
    let book = Arc::clone(&kept);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let book = Arc::clone(&book);
            tokio::spawn(async move {
                let _ = talk(stream, &book).await;
            });
        }
    });
    (at, kept)
}

async fn talk(mut stream: tokio::net::TcpStream, book: &Box_) -> std::io::Result<()> {
    let (read, mut write) = stream.split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 mail.test ESMTP\r\n").await?;
    let mut data = false;
    while let Some(line) = lines.next_line().await? {
        book.said.lock().unwrap().push(line.clone());
        if data {
            if line == "." {
                data = false;
                write.write_all(b"250 kept\r\n").await?;
            }
            continue;
        }
        let says = book.says.lock().unwrap().clone();
        let own = says.iter().find(|(begins, _)| line.starts_with(begins));
        let answer = match own {
            Some((_, answer)) => *answer,
            None if line.starts_with("DATA") => "354 go on",
            None if line.starts_with("QUIT") => "221 bye",
            None => "250 fine",
        };
        data = answer.starts_with("354");
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

fn mail_settings(at: SocketAddr) -> Mail {
    Mail {
        host: "127.0.0.1".to_owned(),
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
    let (at, server) = mail_server().await;
    let post = Post::new(None, Some(&mail_settings(at))).await;
    post.due(Way::Mail, "ana@example.org").await;
    assert_eq!(post.round(0).await, 1);
    let said = server.said.lock().unwrap().clone();
    let text = said.join("\n");
    assert!(text.contains("MAIL FROM:<evening@example.org>"), "{text}");
    assert!(text.contains("RCPT TO:<ana@example.org>"), "{text}");
    let letter: Vec<&String> = said
        .iter()
        .skip_while(|line| *line != "DATA")
        .skip(1)
        .collect();
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
        letter
            .iter()
            .any(|line| *line == "Subject: A reminder you asked for"),
        "{text}"
    );
    let links: Vec<&&String> = letter.iter().filter(|line| line.contains("://")).collect();
    assert_eq!(links, [&&"https://us.example.org/d".to_owned()]);
    // Sent again after a power cut, it has the same name.
    let name = |said: &[String]| -> Vec<String> {
        said.iter()
            .filter(|line| line.starts_with("Message-ID:"))
            .cloned()
            .collect()
    };
    post.due(Way::Mail, "ben@example.org").await;
    server.says.lock().unwrap().push(("DATA", "451 later"));
    post.round(0).await;
    server.says.lock().unwrap().clear();
    post.round(2).await;
    let names = name(&server.said.lock().unwrap());
    assert_eq!(names.len(), 2, "{names:?}");
    assert_ne!(names[0], names[1]);
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
        let (at, server) = mail_server().await;
        let post = Post::new(None, Some(&mail_settings(at))).await;
        let person = post.due(Way::Mail, "ana@example.org").await;
        server.says.lock().unwrap().push((line, answer));
        assert_eq!(post.round(0).await, 1);
        let kept = post.addresses(person).await;
        assert_eq!(kept[0].refused, refused, "{answer}");
        server.says.lock().unwrap().clear();
        assert_eq!(post.round(2).await == 1, again, "{answer}");
        let letters = server
            .said
            .lock()
            .unwrap()
            .iter()
            .filter(|line| *line == ".")
            .count();
        assert_eq!(letters, usize::from(again), "{answer}");
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
    let (at, server) = mail_server().await;
    let starttls = Mail {
        tls: MailTls::StartTls,
        ..mail_settings(at)
    };
    let post = Post::new(None, Some(&starttls)).await;
    post.due(Way::Mail, "ana@example.org").await;
    assert_eq!(post.round(0).await, 1);
    assert!(
        !server
            .said
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.starts_with("MAIL"))
    );
}
