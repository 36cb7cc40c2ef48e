//! P11: signing in, and what it costs the others when many do at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::figure::Figure;
use crate::figures::{Host, LONG, TODAY, Tell, get, post};
use crate::furnish;
use crate::load::{Line, load, millis};
use crate::process::Server;

const SIGN_INS: usize = 12;
const WAITING: usize = 50;
/// What one derivation holds (K2), in MiB.
const PARAMETER: f64 = 64.0;

pub(crate) fn sign_in(_: &Host, tell: Tell<'_>) -> Result<()> {
    let (house, residents) = furnish::with_passphrases("sign-in")?;
    let server = Server::rekindle(house.folder.path())?;
    let mut line = Line::new(server.port);
    let one = &residents.0[0];
    let form = format!(
        "handle={}&passphrase={}",
        one.handle,
        one.passphrase.replace(' ', "+")
    );
    let mut enter = |times: usize| -> Result<()> {
        for _ in 0..times {
            let status = line.ask(&post("/c", "", &form))?;
            ensure!(status == 303, "/c answered {status}:\n{}", line.last());
        }
        Ok(())
    };
    enter(2)?;
    // Of threads that have ended too: a derivation has one of its own.
    let before = server.cpu_of_all()?;
    enter(SIGN_INS)?;
    let each = millis(server.cpu_of_all()?.saturating_sub(before)) / 12.0;
    let derivation = derivation(&one.passphrase)?;
    tell(Figure::beside(
        "P11 signing in, processor time, to its derivation",
        each,
        "ms",
        derivation,
        1.2,
    ));

    let page = |_: usize, _: usize| get(TODAY, &house.cookies[0]);
    let calm = load(&server, 1, LONG, 200, page)?;
    let resting = server.resident()?;
    let stop = AtomicBool::new(false);
    let (busy, peak) = std::thread::scope(|scope| -> Result<_> {
        let stop = &stop;
        let waiting: Vec<_> = (0..WAITING)
            .map(|who| scope.spawn(move || knock(server.port, who, stop)))
            .collect();
        let peak = scope.spawn(|| {
            let mut most: f64 = 0.0;
            while !stop.load(Ordering::Relaxed) {
                most = most.max(server.resident().unwrap_or_default());
                std::thread::sleep(Duration::from_millis(20));
            }
            most
        });
        std::thread::sleep(Duration::from_millis(500));
        let busy = load(&server, 1, LONG, 200, page);
        stop.store(true, Ordering::Relaxed);
        for one in waiting {
            one.join().expect("nobody panics at the door")?;
        }
        Ok((busy?, peak.join().expect("looking does not panic")))
    })?;
    eprintln!(
        "    (half of the others' pages within {:.2} ms, {:.2} ms without)",
        busy.p50, calm.p50
    );
    let name = format!("P11 pages of others while {WAITING} sign in, 99 of 100");
    tell(Figure::beside(&name, busy.p99, "ms", calm.p99, 2.0));
    let cores = std::thread::available_parallelism()?.get();
    #[expect(clippy::cast_precision_loss, reason = "a few cores")]
    let bound = cores as f64 * PARAMETER;
    let name = format!("P11 memory while {WAITING} sign in, on {cores} cores");
    tell(Figure::beside(&name, peak - resting, "MiB", bound, 1.1));
    Ok(())
}

/// Signs in again and again, each time under another name that nobody has: the same work, and no budget runs out.
fn knock(port: u16, who: usize, stop: &AtomicBool) -> Result<()> {
    let mut line = Line::new(port);
    let begun = Instant::now();
    let mut n = 0;
    while !stop.load(Ordering::Relaxed) && begun.elapsed() < Duration::from_secs(60) {
        n += 1;
        let form = format!("handle=nobody-{who}-{n}&passphrase=a+long+guess+{n}");
        let status = line.ask(&post("/c", "", &form))?;
        ensure!(status != 429, "a budget ran out: {}", line.last());
    }
    Ok(())
}

/// Processor time of one derivation at today's cost, in ms.
fn derivation(passphrase: &str) -> Result<f64> {
    rekindle_vault::slots::waste(passphrase);
    let before = own_time()?;
    for _ in 0..SIGN_INS {
        rekindle_vault::slots::waste(passphrase);
    }
    Ok(millis(own_time()?.saturating_sub(before)) / 12.0)
}

/// Processor time of this thread so far.
fn own_time() -> Result<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanos = told.split(' ').next().and_then(|nanos| nanos.parse().ok());
    Ok(Duration::from_nanos(nanos.context("no schedstat")?))
}
