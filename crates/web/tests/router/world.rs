//! Houses to knock at: an app on a database of its own, a clock one can set, browsers with cookie jars, and two
//! people who have paired the way people do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use futures_util::StreamExt as _;
use rekindle_database::{Database, Where};
use rekindle_domain::pack::Pack;
use rekindle_domain::{Stamp, Zone};
use rekindle_store::Store;
use rekindle_vault::slots::Cost;
use rekindle_web::push::Services;
use rekindle_web::{App, Clock, Host, Push, RunBy, Slow, WebSettings};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _};
use tokio::sync::Semaphore;
use tower_service::Service as _;

/// Friday, 15 January 2027, eight in the morning in London.
pub(crate) const NOW: Stamp = Stamp(1_800_000_000_000);

pub(crate) const NAME: &str = "evening.example";

/// Where the leave button leads in these houses.
pub(crate) const ELSEWHERE: &str = "https://weather.example/";

/// A clock that stands until it is set. Whoever sleeps on it sleeps until a test wakes them, or until the house is gone.
pub(crate) struct Hand {
    at: AtomicI64,
    wakes: Semaphore,
    /// How often anybody began to wait.
    pub(crate) waits: AtomicUsize,
}

impl Hand {
    fn at(now: Stamp) -> Self {
        Self {
            at: AtomicI64::new(now.0),
            wakes: Semaphore::new(0),
            waits: AtomicUsize::new(0),
        }
    }

    /// Ends one sleep: the one that lasts, or the next.
    pub(crate) fn wake(&self) {
        self.wakes.add_permits(1);
    }
}

#[async_trait]
impl Clock for Hand {
    fn now(&self) -> Stamp {
        Stamp(self.at.load(Ordering::SeqCst))
    }

    async fn sleep(&self, _millis: u64) {
        self.waits.fetch_add(1, Ordering::SeqCst);
        self.wakes.acquire().await.unwrap().forget();
    }
}

/// Runs a derivation on the spot, and counts.
#[derive(Default)]
pub(crate) struct Spot(pub(crate) AtomicUsize);

#[async_trait]
impl Slow for Spot {
    async fn run(&self, job: Box<dyn FnOnce() + Send>) {
        self.0.fetch_add(1, Ordering::SeqCst);
        job();
    }
}

/// The built-in guide, read once.
pub(crate) fn guide() -> Arc<Pack> {
    static GUIDE: LazyLock<Arc<Pack>> = LazyLock::new(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../guide");
        let mut files = vec![];
        for path in files_under(&root) {
            if path.extension().is_some_and(|ending| ending == "toml") {
                let inside = path.strip_prefix(&root).unwrap();
                let text = std::fs::read_to_string(&path).unwrap();
                files.push((inside.to_str().unwrap().to_owned(), text));
            }
        }
        files.sort();
        Arc::new(Pack::read(&files).unwrap())
    });
    Arc::clone(&GUIDE)
}

pub(crate) fn files_under(root: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

pub(crate) fn settings() -> WebSettings {
    WebSettings {
        run_by: RunBy::OneOfUs("Ben".to_owned()),
        leave_to: ELSEWHERE.to_owned(),
        zone: Zone("Europe/London".to_owned()),
        cost: Cost::cheap_for_tests(),
        push: Some(Push {
            key: "the-public-key".to_owned(),
            services: Services::parse("push.example").unwrap(),
        }),
        mail: true,
        ..WebSettings::default()
    }
}

/// What stands between the app and its database: usually nothing.
pub(crate) trait Between: FnOnce(Arc<dyn Store>) -> Arc<dyn Store> {}

impl<F: FnOnce(Arc<dyn Store>) -> Arc<dyn Store>> Between for F {}

pub(crate) struct House {
    folder: Arc<tempfile::TempDir>,
    file: PathBuf,
    pub(crate) store: Arc<Database>,
    pub(crate) clock: Arc<Hand>,
    pub(crate) slow: Arc<Spot>,
    guide: Arc<Pack>,
    router: Router,
    /// Every page that was asked for, where a test wants to know.
    pub(crate) trace: Trace,
}

/// What was asked for, with what form, and what came back; kept only where it is somebody's.
pub(crate) type Trace = Option<Arc<Mutex<Vec<Asked>>>>;

pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) body: String,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(settings()).await
    }

    pub(crate) async fn with(settings: WebSettings) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let file = folder.path().join("rekindle.db");
        Self::on(folder, file, NOW, settings, guide(), |store| store).await
    }

    /// A house with another guide.
    pub(crate) async fn guided(guide: Arc<Pack>) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let file = folder.path().join("rekindle.db");
        Self::on(folder, file, NOW, settings(), guide, |store| store).await
    }

    /// The same house, started again with another guide.
    pub(crate) async fn again_with(&self, guide: Arc<Pack>) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let file = folder.path().join("rekindle.db");
        self.store.vacuum_into(&file).await.unwrap();
        Self::on(folder, file, self.clock.now(), settings(), guide, |store| {
            store
        })
        .await
    }

    async fn on(
        folder: Arc<tempfile::TempDir>,
        file: PathBuf,
        now: Stamp,
        settings: WebSettings,
        guide: Arc<Pack>,
        between: impl Between,
    ) -> Self {
        let store = Arc::new(
            rekindle_database::open(&Where::Sqlite(file.clone()))
                .await
                .unwrap(),
        );
        let clock = Arc::new(Hand::at(now));
        let slow = Arc::new(Spot::default());
        let app = App::new(Host {
            store: between(Arc::clone(&store) as Arc<dyn Store>),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            slow: Arc::clone(&slow) as Arc<dyn Slow>,
            guide: Arc::clone(&guide),
            settings,
            announce: Arc::new(|_| {}),
        });
        let router = app.router();
        Self {
            folder,
            file,
            store,
            clock,
            slow,
            guide,
            router,
            trace: None,
        }
    }

    /// The same house once more, as it stands, on files of its own.
    pub(crate) async fn twin(&self) -> Self {
        self.twin_on(|store| store).await
    }

    pub(crate) async fn twin_on(&self, between: impl Between) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let file = folder.path().join("rekindle.db");
        self.store.vacuum_into(&file).await.unwrap();
        let guide = Arc::clone(&self.guide);
        Self::on(folder, file, self.clock.now(), settings(), guide, between).await
    }

    /// Puts the file back as it is in `older`, as somebody with the disk could.
    pub(crate) async fn put_back(&self, older: &Self) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let file = folder.path().join("rekindle.db");
        older.store.vacuum_into(&file).await.unwrap();
        let guide = Arc::clone(&self.guide);
        Self::on(folder, file, self.clock.now(), settings(), guide, |store| {
            store
        })
        .await
    }

    pub(crate) fn later(&self, millis: i64) {
        self.clock.at.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) fn clock_now(&self) -> Stamp {
        self.clock.now()
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            trace: self.trace.clone(),
            jar: BTreeMap::new(),
            handle: String::new(),
            passphrase: String::new(),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Does something to the database behind everybody's back.
    pub(crate) async fn tamper(&self, statement: &str) -> u64 {
        let mut db = self.behind().await;
        let done = db
            .execute(AssertSqlSafe(statement.to_owned()))
            .await
            .unwrap();
        db.close().await.unwrap();
        done.rows_affected()
    }

    /// One text or hex value out of the database.
    pub(crate) async fn look(&self, query: &str) -> Vec<String> {
        let mut db = self.behind().await;
        let rows = sqlx::query(AssertSqlSafe(query.to_owned()))
            .fetch_all(&mut db)
            .await
            .unwrap();
        db.close().await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(0)).collect()
    }

    async fn behind(&self) -> AnyConnection {
        sqlx::any::install_default_drivers();
        AnyConnection::connect(&format!("sqlite://{}", self.file.display()))
            .await
            .unwrap()
    }

    /// Every row of every table.
    pub(crate) async fn rows(&self) -> Rows {
        let tables = self
            .look("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            .await;
        let mut rows = BTreeMap::new();
        for table in tables {
            let columns = self
                .look(&format!(
                    "SELECT name FROM pragma_table_info('{table}') ORDER BY cid"
                ))
                .await;
            let quoted: Vec<String> = columns
                .iter()
                .map(|column| format!("quote({column})"))
                .collect();
            let query = format!(
                "SELECT {} FROM {table} ORDER BY 1",
                quoted.join(" || ' ' || ")
            );
            rows.insert(table, self.look(&query).await);
        }
        Rows(rows)
    }
}

/// Every row of every table, as SQL literals.
#[derive(PartialEq, Eq, Debug, Clone)]
pub(crate) struct Rows(pub(crate) BTreeMap<String, Vec<String>>);

impl Rows {
    /// Only how many there are, and how long each value is; numbers as they are.
    pub(crate) fn sizes(&self) -> BTreeMap<String, Vec<String>> {
        let size = |row: &String| {
            let values: Vec<String> = row
                .split(' ')
                .map(|value| match value.strip_prefix("X'") {
                    Some(hex) => format!("{}", hex.len()),
                    None => value.to_owned(),
                })
                .collect();
            values.join(" ")
        };
        self.0
            .iter()
            .map(|(table, rows)| {
                let mut sizes: Vec<String> = rows.iter().map(size).collect();
                sizes.sort();
                (table.clone(), sizes)
            })
            .collect()
    }

    pub(crate) fn count(&self, table: &str) -> usize {
        self.0[table].len()
    }

    /// Which tables differ.
    pub(crate) fn differing(&self, other: &Self) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(table, rows)| other.0[*table] != **rows)
            .map(|(table, _)| table.as_str())
            .collect()
    }
}

/// Somebody's browser: knows where it is, keeps cookies.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    trace: Trace,
    pub(crate) jar: BTreeMap<String, String>,
    pub(crate) handle: String,
    pub(crate) passphrase: String,
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    pub(crate) body: String,
}

impl Browser {
    /// The same cookies, knocking at another house.
    pub(crate) fn at(&self, house: &House) -> Self {
        Self {
            router: house.router.clone(),
            ..self.clone()
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        let page = self.send(request(Method::GET, path), String::new()).await;
        self.noted(path, &[], &page);
        page
    }

    fn noted(&self, path: &str, fields: &[(&str, &str)], page: &Page) {
        if let Some(trace) = &self.trace {
            let own = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).to_owned());
            trace.lock().unwrap().push(Asked {
                path: path.to_owned(),
                fields: fields.iter().map(own).collect(),
                body: page.body.clone(),
            });
        }
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let request = request(Method::POST, path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        let page = self.send(request, body).await;
        self.noted(path, fields, &page);
        page
    }

    /// A post that ends in a redirect, and where it leads.
    pub(crate) async fn does(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        let page = self.post(path, fields).await;
        assert_eq!(
            page.status,
            StatusCode::SEE_OTHER,
            "{path} {fields:?}: {}",
            page.text()
        );
        page.to()
    }

    pub(crate) async fn send(
        &mut self,
        request: axum::http::request::Builder,
        body: impl Into<Body>,
    ) -> Page {
        let mut request = request.body(body.into()).unwrap();
        if !self.jar.is_empty() && !request.headers().contains_key(COOKIE) {
            let line: Vec<String> = self.jar.iter().map(|(k, v)| format!("{k}={v}")).collect();
            request
                .headers_mut()
                .insert(COOKIE, line.join("; ").parse().unwrap());
        }
        let response = self.router.call(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let stream = parts
            .headers
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind == "text/event-stream");
        let bytes = if stream {
            // An event stream never ends: its first line is what it says.
            let first = body.into_data_stream().next().await;
            first.map_or(vec![], |line| line.unwrap().to_vec())
        } else {
            to_bytes(body, usize::MAX).await.unwrap().to_vec()
        };
        for cookie in parts.headers.get_all(SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (name, rest) = text.split_once('=').unwrap();
            let (value, attributes) = rest.split_once(';').unwrap_or((rest, ""));
            if attributes.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        Page {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    /// Opens an event stream and leaves it open.
    pub(crate) async fn listens(&mut self, path: &str) -> axum::body::BodyDataStream {
        let line: Vec<String> = self.jar.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let request = request(Method::GET, path)
            .header(COOKIE, line.join("; "))
            .body(Body::empty())
            .unwrap();
        let response = self.router.call(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body().into_data_stream()
    }

    pub(crate) async fn signs_in(&mut self) {
        let (handle, passphrase) = (self.handle.clone(), self.passphrase.clone());
        let form = [
            ("handle", &*handle),
            ("passphrase", &passphrase),
            ("own", "yes"),
        ];
        self.does("/c", &form).await;
    }

    pub(crate) async fn opens_the_door(&mut self) {
        let passphrase = self.passphrase.clone();
        self.does("/e", &[("passphrase", &passphrase)]).await;
    }

    pub(crate) async fn writes_a_note(&mut self, words: &str) {
        self.does("/m/n", &[("words", words), ("until", "")]).await;
    }

    /// A moment of this kind, with an id as a page would make one.
    pub(crate) async fn notes_a_moment(&mut self, kind: &str) -> String {
        let page = self.get("/u/m").await;
        let id = page.field_beside("kind", kind, "id");
        let day = page.field_beside("kind", kind, "day");
        self.does("/u/m", &[("id", &id), ("kind", kind), ("day", &day)])
            .await;
        id
    }

    /// Says that a ritual is ours, to the words on its page.
    pub(crate) async fn calls_it_ours(&mut self, id: &str) {
        let page = self.get(&format!("/u/r/i/{id}")).await;
        let answer = format!("/u/r/i/{id}/a");
        let words = page.field_of(&answer, "words");
        self.does(&answer, &[("answer", "ours"), ("words", &words)])
            .await;
    }

    /// Proposes a practice, and says where it stands.
    pub(crate) async fn proposes(&mut self, practice: &str, words: &str) -> String {
        // No two at the same time: which of them stands first would be chance.
        let time = format!("20:{:02}", practice.len());
        self.does(
            &format!("/q/{}", opaque(practice)),
            &[
                ("words", words),
                ("day", "2027-02-20"),
                ("time", &time),
                ("partner", ""),
                ("step", "send"),
            ],
        )
        .await
    }
}

fn request(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, NAME)
}

pub(crate) fn asks(method: &str, path: &str) -> axum::http::request::Builder {
    request(method.parse().unwrap(), path)
}

impl Page {
    /// Where a redirect leads.
    pub(crate) fn to(&self) -> String {
        let to = self.headers.get(LOCATION);
        to.unwrap_or_else(|| panic!("{} leads nowhere: {}", self.status, self.text()))
            .to_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) fn sees(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// The page without its tags, entities undone.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut inside = false;
        for c in self.body.chars() {
            match c {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    text.push(' ');
                }
                c if !inside => text.push(c),
                _ => {}
            }
        }
        let text: Vec<&str> = text.split_whitespace().collect();
        unescaped(&text.join(" "))
    }

    /// What stands between two pieces of the source, each time.
    pub(crate) fn between(&self, before: &str, after: &str) -> Vec<String> {
        self.body
            .split(before)
            .skip(1)
            .filter_map(|rest| rest.split_once(after))
            .map(|(found, _)| found.to_owned())
            .collect()
    }

    /// Every place that is linked to.
    pub(crate) fn links(&self) -> Vec<String> {
        self.between("href=\"", "\"")
            .iter()
            .map(|link| unescaped(link))
            .collect()
    }

    pub(crate) fn forms(&self) -> Vec<&str> {
        self.body
            .split("<form")
            .skip(1)
            .filter_map(|rest| rest.split_once("</form>"))
            .map(|(form, _)| form)
            .collect()
    }

    /// The value of a hidden field in the form in which another one has this value.
    pub(crate) fn field_beside(&self, name: &str, value: &str, wanted: &str) -> String {
        let marker = format!("name=\"{name}\" value=\"{value}\"");
        let form = self.forms().into_iter().find(|form| form.contains(&marker));
        let form = form.unwrap_or_else(|| panic!("no form with {marker}: {}", self.body));
        value_of(form, wanted)
    }

    /// The value of a hidden field in the form that is sent there.
    pub(crate) fn field_of(&self, action: &str, wanted: &str) -> String {
        let marker = format!("action=\"{action}\"");
        let form = self.forms().into_iter().find(|form| form.contains(&marker));
        let form = form.unwrap_or_else(|| panic!("no form to {action}: {}", self.body));
        value_of(form, wanted)
    }
}

fn value_of(form: &str, name: &str) -> String {
    let marker = format!("name=\"{name}\" value=\"");
    let rest = form
        .split_once(&marker)
        .unwrap_or_else(|| panic!("no field {name} in {form}"))
        .1;
    unescaped(rest.split('"').next().unwrap())
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// A lasting id of the guide as it stands in a path.
pub(crate) fn opaque(id: &str) -> String {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

const PASSPHRASES: [(&str, &str, &str); 3] = [
    ("ana", "Ana", "kettle window apricot slow river"),
    ("ben", "Ben", "lantern cedar thursday paper boat"),
    ("cleo", "Cleo", "marble ferry onion quiet ladder"),
];

/// Somebody who has just made an account.
pub(crate) async fn newcomer(house: &House, handle: &str, link: &str) -> Browser {
    let (_, name, passphrase) = PASSPHRASES
        .iter()
        .find(|(known, ..)| *known == handle)
        .unwrap_or(&("", "Dora", "violet engine saddle winter broom"));
    let mut browser = house.browser();
    browser.handle = handle.to_owned();
    browser.passphrase = (*passphrase).to_owned();
    let page = browser
        .post(
            "/b",
            &[
                ("name", name),
                ("handle", handle),
                ("passphrase", passphrase),
                ("adult", "yes"),
                ("own", "yes"),
                ("zone", "Europe/London"),
                ("practice", ""),
                ("link", link),
            ],
        )
        .await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    browser
}

/// The secret of the link that stands on a proposal's page.
pub(crate) async fn link_of(browser: &mut Browser, proposal: &str) -> String {
    let page = browser.get(proposal).await;
    let found = page.between(&format!("http://{NAME}/i/"), "\"");
    let link = found.first();
    link.unwrap_or_else(|| panic!("no link on {}", page.body))
        .clone()
}

/// Two people, paired the way people do: a proposal, a yes, the six words.
pub(crate) async fn pair(house: &House, first: &str, second: &str) -> (Browser, Browser) {
    let mut one = newcomer(house, first, "").await;
    let proposal = one.proposes("weekly-check-in", "Shall we try this?").await;
    let link = link_of(&mut one, &proposal).await;
    house
        .browser()
        .does(&format!("/i/{link}/a"), &[("answer", "yes")])
        .await;
    let mut two = newcomer(house, second, &link).await;
    two.does(&format!("/i/{link}/j"), &[]).await;
    assert_eq!(one.does("/p", &[("words", "same")]).await, "/t");
    assert_eq!(two.does("/p", &[("words", "same")]).await, "/t");
    (one, two)
}

/// Ana and Ben, some days in: moments, words, proposals, a path.
pub(crate) struct Lived {
    pub(crate) house: House,
    pub(crate) ana: Browser,
    pub(crate) ben: Browser,
    /// Ana's proposal to Ben, and Ben's to Ana; both unanswered.
    pub(crate) hers: String,
    pub(crate) his: String,
}

impl Lived {
    pub(crate) async fn in_house(house: House) -> Self {
        let (mut ana, mut ben) = pair(&house, "ana", "ben").await;
        house.later(3 * Stamp::DAY);
        ana.notes_a_moment("kiss").await;
        ben.notes_a_moment("hug").await;
        for (who, words) in [(&mut ana, "You waited up."), (&mut ben, "You sang.")] {
            who.does("/u/a", &[("words", words)]).await;
        }
        ben.does(
            "/u/n",
            &[("words", "I slept badly and felt alone."), ("step", "send")],
        )
        .await;
        ana.does("/r/w", &[("way", &opaque("ten-weeks")), ("step", "begin")])
            .await;
        house.later(Stamp::HOUR);
        let hers = ana.proposes("good-news", "Tell me something good?").await;
        let his = ben
            .proposes("active-listening", "A walk, ten minutes each?")
            .await;
        house.later(Stamp::HOUR);
        // Both have seen all of it: what a device remembers is up to date.
        for who in [&mut ana, &mut ben] {
            who.get("/t").await;
        }
        Self {
            house,
            ana,
            ben,
            hers,
            his,
        }
    }

    pub(crate) async fn new() -> Self {
        Self::in_house(House::new().await).await
    }

    /// The same two, from here on in a life of their own.
    pub(crate) async fn twin(&self) -> Self {
        let house = self.house.twin().await;
        Self {
            ana: self.ana.at(&house),
            ben: self.ben.at(&house),
            hers: self.hers.clone(),
            his: self.his.clone(),
            house,
        }
    }
}
