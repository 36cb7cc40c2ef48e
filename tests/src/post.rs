//! The other ends of a reminder, on this machine: a push service behind TLS, a name server, and a mail server with TLS
//! or without. They speak the real protocols, keep what they were told, and answer badly when they are asked to.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use data_encoding::BASE64URL_NOPAD;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use rustls::pki_types::PrivatePkcs8KeyDer;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio_rustls::TlsAcceptor;

/// The name that the push service goes by.
const PUSH: &str = "push.test";

fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

// ---- who vouches for them

/// A certificate for one name, and the authority that vouches for it.
struct Vouched {
    tls: TlsAcceptor,
    /// The authority, PEM.
    roots: tempfile::NamedTempFile,
}

impl Vouched {
    fn new(name: &str) -> Self {
        let authority_key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec![]).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = params.self_signed(&authority_key).expect("an authority");
        let issuer = Issuer::new(params, authority_key);
        let key = KeyPair::generate().expect("a key");
        let leaf = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        let leaf = leaf.signed_by(&key, &issuer).expect("a certificate");
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let config = rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key.into())
            .expect("a certificate that fits its key");
        let roots = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(roots.path(), authority.pem()).expect("a file");
        Self {
            tls: Arc::new(config).into(),
            roots,
        }
    }
}

// ---- a push service (RFC 8030)

/// What the service does with the next message; without any, it takes it: 201.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A status, and perhaps one header with it.
    Status(u16, Option<(&'static str, String)>),
    /// Takes it and never says anything.
    Silence,
    /// Hangs up.
    Gone,
}

/// One message as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Got {
    /// Method and path.
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Got {
    /// A header's value, or nothing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, value)| value)
    }

    /// What the sender signed with this key, the one that browsers were given (RFC 8292): checked by another
    /// implementation of ES256 than the one that signed. Nothing, if anything about it is wrong.
    #[must_use]
    pub fn claims(&self, key: &str) -> Option<Value> {
        let token = self.header("authorization").strip_prefix("vapid t=")?;
        let (token, shown) = token.split_once(", k=")?;
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let decoded = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).ok();
        let json = |text: &str| serde_json::from_slice::<Value>(&decoded(text)?).ok();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decoded(key)?);
        let signature = decoded(signature)?;
        public.verify(signed.as_bytes(), &signature).ok()?;
        assert!(public.verify(b"something else", &signature).is_err());
        let es256 = serde_json::json!({ "typ": "JWT", "alg": "ES256" });
        (shown == key && json(header)? == es256)
            .then(|| json(claims))
            .flatten()
    }
}

#[derive(Default)]
struct PushBook {
    got: Mutex<Vec<Got>>,
    answers: Mutex<VecDeque<Answer>>,
    connections: Mutex<usize>,
}

/// A push service. It ends with the runtime that it was opened in.
pub struct PushService {
    at: SocketAddr,
    book: Arc<PushBook>,
    vouched: Vouched,
}

impl std::fmt::Debug for PushService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PushService({})", self.at)
    }
}

impl PushService {
    /// At this address, as `push.test`.
    ///
    /// # Panics
    /// When there is no port to be had.
    pub async fn open(at: &str) -> Self {
        let vouched = Vouched::new(PUSH);
        let listener = TcpListener::bind((at, 0)).await.expect("a free port");
        let at = listener.local_addr().expect("a port");
        let book = Arc::new(PushBook::default());
        tokio::spawn(serve(listener, vouched.tls.clone(), Arc::clone(&book)));
        Self { at, book, vouched }
    }

    /// What it does with the next messages, one after the other.
    pub fn answers(&self, answers: impl IntoIterator<Item = Answer>) {
        locked(&self.book.answers).extend(answers);
    }

    /// Every message so far.
    #[must_use]
    pub fn got(&self) -> Vec<Got> {
        locked(&self.book.got).clone()
    }

    /// How many connections were made.
    #[must_use]
    pub fn connections(&self) -> usize {
        *locked(&self.book.connections)
    }

    /// Name and port.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{PUSH}:{}", self.at.port())
    }

    /// The address a browser would be given.
    #[must_use]
    pub fn endpoint(&self, name: &str) -> String {
        format!("https://{}/send/{name}", self.name())
    }

    /// The authority that vouches for it, PEM.
    #[must_use]
    pub fn roots(&self) -> &Path {
        self.vouched.roots.path()
    }
}

async fn serve(listener: TcpListener, tls: TlsAcceptor, book: Arc<PushBook>) {
    while let Ok((stream, _)) = listener.accept().await {
        *locked(&book.connections) += 1;
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
    book: Arc<PushBook>,
) -> Result<Response<Full<Bytes>>, io::Error> {
    let (parts, body) = request.into_parts();
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let got = Got {
        path: format!("{} {}", parts.method, parts.uri),
        headers: headers.collect(),
        body: body
            .collect()
            .await
            .map_err(io::Error::other)?
            .to_bytes()
            .to_vec(),
    };
    locked(&book.got).push(got);
    let next = locked(&book.answers).pop_front();
    let (status, header) = match next.unwrap_or(Answer::Status(201, None)) {
        Answer::Status(status, header) => (status, header),
        Answer::Silence => std::future::pending().await,
        Answer::Gone => return Err(io::ErrorKind::ConnectionReset.into()),
    };
    let mut response = Response::builder().status(status);
    if let Some((name, value)) = header {
        response = response.header(name, value);
    }
    response
        .body(Full::new(Bytes::from_static(b"ok")))
        .map_err(io::Error::other)
}

// ---- a name server (RFC 1035)

/// A name server that knows one answer, or changes its mind.
#[derive(Debug)]
pub struct Names {
    /// Where to ask it.
    pub at: SocketAddr,
    asked: Arc<Mutex<usize>>,
}

impl Names {
    /// Every name is at the next of these addresses each time; the last one stays.
    ///
    /// # Panics
    /// When there is no port to be had, or there are no answers.
    pub async fn open(answers: &[[u8; 4]]) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
        let at = socket.local_addr().expect("a port");
        let asked = Arc::new(Mutex::new(0));
        let (count, answers) = (Arc::clone(&asked), answers.to_vec());
        tokio::spawn(async move {
            let mut question = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut question).await {
                let mut out = question[..length].to_vec();
                out[2] = 0x81;
                // An address of four bytes is asked for.
                if question[length - 3] == 1 {
                    let turn = {
                        let mut count = locked(&count);
                        *count += 1;
                        *count - 1
                    };
                    let address = answers[turn.min(answers.len() - 1)];
                    out[7] = 1;
                    out.extend_from_slice(&[192, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
                    out.extend_from_slice(&address);
                }
                let _ = socket.send_to(&out, from).await;
            }
        });
        Self { at, asked }
    }

    /// How often it was asked.
    #[must_use]
    pub fn asked(&self) -> usize {
        *locked(&self.asked)
    }
}

// ---- a mail server (RFC 5321)

/// Where the mail server begins to speak TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    Never,
    /// When it is asked to (RFC 3207).
    Asked,
    /// From the first byte on (RFC 8314).
    Always,
}

#[derive(Default)]
struct MailBook {
    /// What it was told, and whether nobody on the line could read it.
    said: Mutex<Vec<(bool, String)>>,
    letters: Mutex<Vec<String>>,
    /// What is answered to a line that begins so, instead of the usual.
    says: Mutex<Vec<(&'static str, &'static str)>>,
}

/// A mail server. It ends with the runtime that it was opened in.
pub struct MailServer {
    /// Where it listens. Its certificate is for this address.
    pub at: SocketAddr,
    book: Arc<MailBook>,
    vouched: Vouched,
}

impl std::fmt::Debug for MailServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MailServer({})", self.at)
    }
}

impl MailServer {
    /// # Panics
    /// When there is no port to be had.
    pub async fn open(tls: Tls) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let at = listener.local_addr().expect("a port");
        let vouched = Vouched::new(&at.ip().to_string());
        let book = Arc::new(MailBook::default());
        let (acceptor, kept) = (vouched.tls.clone(), Arc::clone(&book));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, book) = (acceptor.clone(), Arc::clone(&kept));
                tokio::spawn(async move {
                    let _ = receive(stream, tls, &acceptor, &book).await;
                });
            }
        });
        Self { at, book, vouched }
    }

    /// Every line it was told.
    #[must_use]
    pub fn said(&self) -> Vec<String> {
        let said = locked(&self.book.said);
        said.iter().map(|(_, line)| line.clone()).collect()
    }

    /// Every line that anybody on the way could have read.
    #[must_use]
    pub fn overheard(&self) -> Vec<String> {
        let said = locked(&self.book.said);
        let open = said.iter().filter(|(sealed, _)| !sealed);
        open.map(|(_, line)| line.clone()).collect()
    }

    /// Every letter that it took, headers and all.
    #[must_use]
    pub fn letters(&self) -> Vec<String> {
        locked(&self.book.letters).clone()
    }

    /// Answers a line that begins so with this, instead of the usual.
    pub fn answers(&self, begins: &'static str, answer: &'static str) {
        locked(&self.book.says).push((begins, answer));
    }

    /// Answers as usual again.
    pub fn is_well(&self) {
        locked(&self.book.says).clear();
    }

    /// The authority that vouches for it, PEM.
    #[must_use]
    pub fn roots(&self) -> &Path {
        self.vouched.roots.path()
    }
}

async fn receive(
    mut stream: TcpStream,
    tls: Tls,
    acceptor: &TlsAcceptor,
    book: &MailBook,
) -> io::Result<()> {
    if tls == Tls::Always {
        let mut stream = acceptor.accept(stream).await?;
        stream.write_all(GREETING).await?;
        return talk(&mut stream, Some(true), book).await.map(|_| ());
    }
    stream.write_all(GREETING).await?;
    let offer = (tls == Tls::Never).then_some(false);
    if talk(&mut stream, offer, book).await? {
        let mut stream = acceptor.accept(stream).await?;
        talk(&mut stream, Some(true), book).await?;
    }
    Ok(())
}

const GREETING: &[u8] = b"220 mail.test ESMTP\r\n";

/// Talks to the end, or until TLS is to begin, which is true then. `sealed` says whether it has begun; where nothing
/// is said, it is offered.
async fn talk<S>(stream: &mut S, sealed: Option<bool>, book: &MailBook) -> io::Result<bool>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut stream = BufReader::new(stream);
    let mut letter: Option<String> = None;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(false);
        }
        let line = line.trim_end_matches(['\r', '\n']);
        locked(&book.said).push((sealed == Some(true), line.to_owned()));
        if let Some(text) = letter.as_mut().filter(|_| line != ".") {
            text.push_str(line);
            text.push('\n');
            continue;
        }
        let own = {
            let says = locked(&book.says);
            let own = says.iter().find(|(begins, _)| line.starts_with(begins));
            own.map(|(_, answer)| *answer)
        };
        let answer = match own {
            Some(answer) => answer,
            None if letter.is_some() => "250 kept",
            None if line == "DATA" => "354 go on",
            None if line == "QUIT" => "221 bye",
            None if line == "STARTTLS" && sealed.is_none() => "220 go on",
            None if line.starts_with("EHLO") && sealed.is_none() => "250-mail.test\r\n250 STARTTLS",
            None if line.starts_with("EHLO") => "250-mail.test\r\n250 AUTH PLAIN",
            None if line.starts_with("AUTH") => "235 come in",
            None => "250 fine",
        };
        locked(&book.letters).extend(letter.take());
        if answer.starts_with("354") {
            letter = Some(String::new());
        }
        let answer = format!("{answer}\r\n");
        stream.get_mut().write_all(answer.as_bytes()).await?;
        if line == "STARTTLS" && answer.starts_with("220") {
            return Ok(true);
        }
    }
}
