//! The goals, one function each: P1 to P9 here, the others in files of their own.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use journeys::{Person, Request, Screen, World};
use serde_json::json;

use crate::bare::COUPLES;
use crate::figure::Figure;
use crate::furnish::{self, Folder, Furnished};
use crate::load::{Line, load, millis};
use crate::process::Server;
use crate::{due, live, postgres, sign_in};

pub(crate) const TODAY: &str = "/t";
const MOMENTS: &str = "/u/m";
/// Long enough that a hundredth of a second more or less does not show.
pub(crate) const LONG: Duration = Duration::from_secs(4);
const YEARS: u32 = 10;
/// P2's crowded host.
const MANY: u32 = 10_000;

pub(crate) type Tell<'a> = &'a mut dyn FnMut(Figure);

/// Takes the named goals (`P1` …), or all.
pub(crate) fn take(names: &[&str], tell: Tell<'_>) -> Result<()> {
    type Goal = (&'static str, fn(&Host, Tell<'_>) -> Result<()>);
    let goals: [Goal; 13] = [
        ("P1", today),
        ("P2", neighbours),
        ("P3", ten_years),
        ("P4", acts),
        ("P5", memory),
        ("P6", start),
        ("P7", binary),
        ("P8", weight),
        ("P9", paint),
        ("P10", live::streams),
        ("P11", sign_in::sign_in),
        ("P12", postgres::postgres),
        ("P13", due::due),
    ];
    if let Some(name) = names
        .iter()
        .find(|name| goals.iter().all(|(goal, _)| goal != *name))
    {
        bail!("there is no goal {name}: P1 to P13");
    }
    eprintln!("Furnishing {COUPLES} couples, one of them with {YEARS} years.");
    let host = Host {
        house: furnish::furnish("house", u32::try_from(COUPLES)?, YEARS)?,
        bare: Folder::new("bare")?,
    };
    for (name, goal) in goals {
        if names.is_empty() || names.contains(&name) {
            goal(&host, tell)?;
        }
    }
    Ok(())
}

/// What is measured, and what it is compared with.
pub(crate) struct Host {
    pub(crate) house: Furnished,
    pub(crate) bare: Folder,
}

impl Host {
    pub(crate) fn data(&self) -> &Path {
        self.house.folder.path()
    }

    /// The ordinary couple of this number.
    pub(crate) fn ordinary(&self, number: usize) -> &str {
        &self.house.cookies[1 + number % (self.house.cookies.len() - 1)]
    }

    /// The couple with ten years.
    fn oldest(&self) -> &str {
        &self.house.cookies[0]
    }
}

pub(crate) fn get(path: &str, cookie: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\nsec-fetch-site: same-origin\r\n\r\n").into_bytes()
}

pub(crate) fn post(path: &str, cookie: &str, form: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    )
    .into_bytes()
}

/// P1: Today, signed in, warm.
fn today(host: &Host, tell: Tell<'_>) -> Result<()> {
    let (house, bare) = (
        Server::rekindle(host.data())?,
        Server::bare(host.bare.path())?,
    );
    for clients in [1, 8] {
        let page = load(&house, clients, LONG, 200, |client, n| {
            get(TODAY, host.ordinary(client + n * clients))
        })?;
        let least = load(&bare, clients, LONG, 200, |client, n| {
            bare_get(client + n * clients)
        })?;
        let name = format!("P1 Today, processor time, {}", clients_are(clients));
        tell(Figure::beside(
            &name,
            page.cpu,
            "ms a request",
            least.cpu,
            1.5,
        ));
        eprintln!(
            "    (99 of 100 within {:.1} ms; the bare page {:.1} ms)",
            page.p99, least.p99
        );
    }
    Ok(())
}

fn bare_get(n: usize) -> Vec<u8> {
    get(
        &format!("/?couple={}", n % usize::try_from(COUPLES).unwrap_or(1)),
        "",
    )
}

fn clients_are(clients: usize) -> String {
    if clients == 1 {
        "1 client".to_owned()
    } else {
        format!("{clients} clients")
    }
}

/// P2: what neighbours cost.
fn neighbours(_: &Host, tell: Tell<'_>) -> Result<()> {
    let mut alone = 0.0;
    for couples in [1, MANY] {
        let house = furnish::furnish("neighbours", couples, 0)?;
        let server = Server::rekindle(house.folder.path())?;
        // The same couple again and again, so that nothing but the neighbours differs.
        let page = load(&server, 1, LONG, 200, |_, _| get(TODAY, &house.cookies[0]))?;
        if couples == 1 {
            alone = page.cpu;
        } else {
            let name = format!("P2 Today with {couples} couples, to 1 couple");
            tell(Figure::beside(&name, page.cpu, "ms a request", alone, 1.1));
        }
    }
    Ok(())
}

/// P3: seventy thousand events, first page after a restart; and with everything folded anew.
fn ten_years(host: &Host, tell: Tell<'_>) -> Result<()> {
    let mut first = vec![];
    for _ in 0..9 {
        first.push(first_page(host)?);
    }
    let (cpu, wall) = median(first);
    tell(Figure::at_most(
        "P3 ten years, first page after a start, processor",
        cpu,
        "ms",
        5.0,
    ));
    tell(Figure::at_most(
        "P3 ten years, first page after a start, waiting",
        wall,
        "ms",
        15.0,
    ));
    let mut anew = vec![];
    for _ in 0..3 {
        // Of the oldest couple only: the others' acts are measured later.
        let statement = "DELETE FROM snapshots WHERE (owner, stream) = \
            (SELECT owner, stream FROM streams ORDER BY length DESC LIMIT 1)";
        furnish::change(host.data(), statement)?;
        anew.push(first_page(host)?);
    }
    tell(Figure::at_most(
        "P3 ten years, everything folded anew, waiting",
        median(anew).1,
        "ms",
        40.0,
    ));
    // Looking keeps nothing, so each page does it all again.
    let server = Server::rekindle(host.data())?;
    let again = load(&server, 1, LONG, 200, |_, _| get(TODAY, host.oldest()))?;
    tell(Figure::at_most(
        "P3 ten years, everything folded anew, processor",
        again.cpu,
        "ms",
        40.0,
    ));
    Ok(())
}

/// Processor time and waiting of the oldest couple's first page.
fn first_page(host: &Host) -> Result<(f64, f64)> {
    let server = Server::rekindle(host.data())?;
    let mut line = Line::new(server.port);
    let before = server.cpu()?;
    let began = Instant::now();
    let status = line.ask(&get(TODAY, host.oldest()))?;
    let wall = began.elapsed();
    ensure!(status == 200, "{TODAY} answered {status}:\n{}", line.last());
    Ok((millis(server.cpu()?.saturating_sub(before)), millis(wall)))
}

/// The middle of each.
fn median(pairs: Vec<(f64, f64)>) -> (f64, f64) {
    let (mut a, mut b): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    a.sort_by(f64::total_cmp);
    b.sort_by(f64::total_cmp);
    (a[a.len() / 2], b[b.len() / 2])
}

/// P4: one tap, on the disk when it is answered.
fn acts(host: &Host, tell: Tell<'_>) -> Result<()> {
    let (house, bare) = (
        Server::rekindle(host.data())?,
        Server::bare(host.bare.path())?,
    );
    for clients in [1, 8] {
        let act = load(&house, clients, LONG, 303, |client, n| {
            act_of(&host.house.cookies[1..], client + n * clients)
        })?;
        let least = load(&bare, clients, LONG, 204, |client, n| {
            let couple = (client + n * clients) % usize::try_from(COUPLES).unwrap_or(1);
            post(&format!("/?couple={couple}"), "", "")
        })?;
        let who = clients_are(clients);
        tell(Figure::beside(
            &format!("P4 durable act, processor time, {who}"),
            act.cpu,
            "ms an act",
            least.cpu,
            3.0,
        ));
        if clients == 8 {
            // Half the rate is twice the time.
            tell(Figure::beside(
                &format!("P4 durable act, one after the other, {who}"),
                act.wall,
                "ms an act",
                least.wall,
                2.0,
            ));
        }
    }
    Ok(())
}

/// One tap, spread over people and over the last week, as a day holds only so many.
pub(crate) fn act_of(cookies: &[String], number: usize) -> Vec<u8> {
    let days = i64::try_from(number / cookies.len() % 7).unwrap_or(0);
    let day = furnish::now().plus(-days * 86_400_000);
    post(MOMENTS, &cookies[number % cookies.len()], &tap(day.0))
}

/// The form of a daily moment; its id is made in the page, so that a press that arrives twice counts once.
fn tap(at: i64) -> String {
    let mut id = [0; 16];
    let _ = getrandom::fill(&mut id);
    let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    let day = jiff::Timestamp::from_millisecond(at)
        .map(|at| at.strftime("%F").to_string())
        .unwrap_or_default();
    format!("id={id}&kind=kiss&day={day}")
}

/// P5: resident memory.
fn memory(host: &Host, tell: Tell<'_>) -> Result<()> {
    let empty = Folder::new("empty")?;
    let idle = Server::rekindle(empty.path())?;
    tell(Figure::at_most(
        "P5 resident, idle",
        idle.resident()?,
        "MiB",
        18.0,
    ));
    let server = Server::rekindle(host.data())?;
    let mut line = Line::new(server.port);
    for round in 0..5 {
        for person in 0..20 {
            let path = if round % 2 == 0 { TODAY } else { MOMENTS };
            let status = line.ask(&get(path, host.ordinary(person)))?;
            ensure!(status == 200, "{path} answered {status}:\n{}", line.last());
        }
    }
    let name = format!("P5 resident, {COUPLES} couples hosted, 20 signed in");
    tell(Figure::at_most(&name, server.resident()?, "MiB", 48.0));
    Ok(())
}

/// P6: from the command to the first answer.
fn start(host: &Host, tell: Tell<'_>) -> Result<()> {
    let started = |data: &Path| -> Result<f64> {
        let mut times = vec![];
        for _ in 0..7 {
            times.push((millis(Server::rekindle(data)?.started_in), 0.0));
        }
        Ok(median(times).0)
    };
    let small = started(host.data())?;
    tell(Figure::at_most(
        "P6 start to first answer",
        small,
        "ms",
        100.0,
    ));
    let large = furnish::furnish("large", 1, 0)?;
    furnish::fill(large.folder.path())?;
    let size = furnish::size(large.folder.path())?;
    let name = format!("P6 start to first answer, {size} MiB of data");
    tell(Figure::at_most(
        &name,
        started(large.folder.path())?,
        "ms",
        100.0,
    ));
    Ok(())
}

/// P7: one file with everything in it.
fn binary(_: &Host, tell: Tell<'_>) -> Result<()> {
    let size = std::fs::metadata(std::env::current_exe()?.with_file_name("rekindle"))?.len();
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let size = size as f64;
    tell(Figure::at_most("P7 the binary", size / 1e6, "MB", 25.0));
    Ok(())
}

/// P8: what goes over the wire, as a browser counts it.
fn weight(host: &Host, tell: Tell<'_>) -> Result<()> {
    let server = Server::rekindle(host.data())?;
    let world = World::around(server.port);
    let ana = signed_in(&world, host);
    ana.opens(TODAY);
    ana.settles();
    let first = ana.requests();
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let sum = |kinds: &dyn Fn(&str) -> bool| {
        first
            .iter()
            .filter(|request| kinds(&request.kind))
            .map(|request| request.bytes)
            .sum::<u64>() as f64
            / 1000.0
    };
    // The icon is asked for twice, the second time without a byte over the wire.
    let over_the_wire = |request: &&Request| !request.cached && request.bytes > 0;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let count = first.iter().filter(over_the_wire).count() as f64;
    tell(Figure::at_most(
        "P8 first page, cold, without fonts",
        sum(&|kind| kind != "Font"),
        "kB",
        60.0,
    ));
    tell(Figure::at_most(
        "P8 first page, cold, with fonts",
        sum(&|_| true),
        "kB",
        100.0,
    ));
    tell(Figure::at_most(
        "P8 first page, cold",
        count,
        "requests",
        8.0,
    ));
    tell(Figure::at_most(
        "P8 first page, cold, script",
        sum(&|kind| kind == "Script"),
        "kB",
        25.0,
    ));
    for request in &first {
        eprintln!("    ({} {} B)", request.url, request.bytes);
    }
    let mut most: f64 = 0.0;
    for path in ["/r", "/u", "/m", "/h", MOMENTS, TODAY] {
        ana.forgets_requests();
        ana.opens(path);
        ana.settles();
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let bytes = ana
            .requests()
            .iter()
            .map(|request| request.bytes)
            .sum::<u64>() as f64;
        most = most.max(bytes / 1000.0);
    }
    tell(Figure::at_most(
        "P8 the heaviest next page",
        most,
        "kB",
        12.0,
    ));
    Ok(())
}

/// P9: a phone at a quarter of the speed, on slow 4G.
fn paint(host: &Host, tell: Tell<'_>) -> Result<()> {
    let (house, bare) = (
        Server::rekindle(host.data())?,
        Server::bare(host.bare.path())?,
    );
    let (ours, theirs) = (World::around(house.port), World::around(bare.port));
    let mut times = [const { vec![] }; 3];
    let mut least = vec![];
    for _ in 0..5 {
        let ana = signed_in(&ours, host);
        ana.is_slow();
        ana.opens(TODAY);
        let (first, largest, blocked) = ana.paint();
        for (all, one) in times.iter_mut().zip([first, largest, blocked]) {
            all.push((one, 0.0));
        }
        drop(ana);
        let ben = theirs.person("Ben");
        ben.is_slow();
        ben.opens("/?couple=1");
        least.push((ben.paint().0, ben.paint().1));
    }
    let [first, largest, blocked] = times.map(|all| median(all).0);
    let (bare_first, bare_largest) = median(least);
    tell(Figure::at_most("P9 slow phone, first paint", first, "ms", 900.0).seen_beside(bare_first));
    tell(
        Figure::at_most("P9 slow phone, largest paint", largest, "ms", 1100.0)
            .seen_beside(bare_largest),
    );
    tell(Figure::at_most(
        "P9 slow phone, blocked by scripts",
        blocked,
        "ms",
        30.0,
    ));
    Ok(())
}

/// A browser that has nothing yet but the cookie of somebody.
fn signed_in(world: &World, host: &Host) -> Person {
    let person = world.person_with("Ana", &Screen::phone());
    let (name, value) = host.ordinary(0).split_once('=').unwrap_or_default();
    let cookie = json!({ "name": name, "value": value, "url": world.address(), "path": "/", "secure": true,
        "httpOnly": true, "sameSite": "Strict" });
    person.devtools("Network.setCookie", &cookie);
    person
}
