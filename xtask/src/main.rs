//! Chores of the project: `cargo xtask help` names them. What a shell script would do worse, and no more.

mod postgres;
mod run;
mod tidy;
mod tools;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use run::Run;

const HELP: &str = "\
cargo xtask test [unit|stores|journeys] [-- NEXTEST OPTIONS]
                         the tests: all, or one kind (bin/test also installs what they need)
cargo xtask ci           what has to pass before a change lands
cargo xtask long         kill rounds, many random cases, slow connections: an hour or more
cargo xtask tidy         the house rules that no linter knows
cargo xtask bench [--json] [NAME …]
                         the figures of README with their limits
cargo xtask screenshots DIR
                         every page of the demo house, 390 and 1100 px wide, light and dark
cargo xtask tools        installs the pinned tools and says where
";

/// The limit of the release binary with everything in it (performance goal P7), in bytes.
const BINARY_AT_MOST: u64 = 25_000_000;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args.as_slice() {
        ["test", rest @ ..] => test(rest),
        ["ci"] => ci(),
        ["long"] => long(),
        ["tidy"] => tidy_all(),
        ["bench", rest @ ..] => bench(rest),
        ["screenshots", dir] => screenshots(Path::new(dir)),
        ["tools"] => {
            tools::all().map(|place| println!("The pinned tools are in {}.", place.display()))
        }
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => {
            eprint!("{HELP}");
            std::process::exit(2);
        }
    };
    if let Err(problem) = result {
        eprintln!("\n{problem:#}");
        std::process::exit(1);
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the workspace")
        .to_path_buf()
}

/// Builds every target of the workspace once, so that the tests, the binary they start and the features of the crates
/// below are one build.
fn build() -> Result<()> {
    Run::cargo(["build", "--workspace", "--all-targets", "--locked"]).go()
}

/// Which tests a suite is, in nextest's filter language.
fn suite(name: &str) -> Result<&'static str> {
    Ok(match name {
        "unit" => "not package(rekindle-database) and not (package(journeys) and kind(test))",
        "stores" => "package(rekindle-database)",
        "journeys" => "package(journeys)",
        _ => bail!("there is no suite {name:?}: unit, stores or journeys"),
    })
}

fn test(args: &[&str]) -> Result<()> {
    let (args, more) = match args.iter().position(|arg| *arg == "--") {
        Some(at) => (&args[..at], &args[at + 1..]),
        None => (args, &[][..]),
    };
    let filter = match args {
        [] => "all()",
        [name] => suite(name)?,
        _ => bail!("one suite or none: unit, stores or journeys"),
    };
    build()?;
    let counted = nextest("default", filter, more, &[])?;
    println!("\n{} passed, {} failed", counted.passed, counted.failed);
    ensure!(
        counted.failed == 0 && counted.passed > 0,
        "not every test passed"
    );
    Ok(())
}

/// Runs tests with a PostgreSQL server of their own beside them.
fn nextest(
    profile: &str,
    filter: &str,
    more: &[&str],
    env: &[(&str, &str)],
) -> Result<run::Counted> {
    let tools = tools::nextest()?;
    let postgres = postgres::Postgres::start().context("a PostgreSQL server for the tests")?;
    let mut run = Run::cargo(["nextest", "run", "--workspace", "--locked"])
        .with_path(&tools)
        .env("REKINDLE_TEST_POSTGRES", &postgres.url)
        .args(["--profile", profile, "-E", filter])
        .args(more.iter().copied());
    for (name, value) in env {
        run = run.env(name, value);
    }
    run.counted()
}

fn long() -> Result<()> {
    // Lost writes are replayed from what the system calls were.
    if Run::new("strace").args(["-V"]).output().is_err() {
        bail!("the long run needs strace: sudo apt-get install -y --no-install-recommends strace");
    }
    build()?;
    let env = [("REKINDLE_KILL_ROUNDS", "500"), ("PROPTEST_CASES", "10000")];
    let counted = nextest("long", "all()", &["--run-ignored", "all"], &env)?;
    println!("\n{} passed, {} failed", counted.passed, counted.failed);
    ensure!(
        counted.failed == 0 && counted.passed > 0,
        "not every test passed"
    );
    Ok(())
}

fn tidy_all() -> Result<()> {
    let findings = tidy::check(&root())?;
    for finding in &findings {
        eprintln!("{finding}");
    }
    ensure!(findings.is_empty(), "tidy: {} to put right", findings.len());
    println!("tidy: nothing to put right");
    Ok(())
}

fn ci() -> Result<()> {
    type Step = (&'static str, fn() -> Result<()>);
    let steps: [Step; 6] = [
        ("format", || Run::cargo(["fmt", "--all", "--check"]).go()),
        ("house rules", tidy_all),
        ("lints", || {
            Run::cargo([
                "clippy",
                "--workspace",
                "--all-targets",
                "--locked",
                "--",
                "-D",
                "warnings",
            ])
            .go()
        }),
        ("licences, bans, sources", || {
            let tools = tools::deny()?;
            Run::cargo(["deny", "--locked", "check", "licenses", "bans", "sources"])
                .with_path(&tools)
                .go()
        }),
        ("tests", || test(&[])),
        ("release", release),
    ];
    let mut times = Vec::new();
    for (name, step) in steps {
        println!("\n== {name}");
        let began = Instant::now();
        step().context(name)?;
        times.push(format!("{name} {} s", began.elapsed().as_secs()));
    }
    println!("\nEverything passed: {}.", times.join(", "));
    Ok(())
}

/// Builds the binary as it is handed out, and weighs it.
fn release() -> Result<()> {
    Run::cargo(["build", "--release", "--locked", "-p", "rekindle"]).go()?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let binary = target.join("release/rekindle");
    let size = std::fs::metadata(&binary)
        .with_context(|| binary.display().to_string())?
        .len();
    println!(
        "The binary has {:.1} MB of at most {} MB (P7).",
        megabytes(size),
        BINARY_AT_MOST / 1_000_000
    );
    ensure!(
        size <= BINARY_AT_MOST,
        "the release binary has {size} bytes, at most {BINARY_AT_MOST} are allowed"
    );
    Ok(())
}

fn megabytes(bytes: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
    let bytes = bytes as f64;
    bytes / 1e6
}

fn bench(args: &[&str]) -> Result<()> {
    // The figures are those of the binary as it is handed out.
    Run::cargo([
        "build",
        "--release",
        "--locked",
        "--quiet",
        "-p",
        "rekindle",
    ])
    .go()?;
    let mut run = Run::cargo([
        "run",
        "--release",
        "--locked",
        "--quiet",
        "-p",
        "benches",
        "--",
    ])
    .args(args.iter().copied());
    // Some figures are those of a host on PostgreSQL.
    let names = || args.iter().filter(|arg| !arg.starts_with('-'));
    let postgres = if names().count() == 0 || names().any(|name| ["P12", "P13"].contains(name)) {
        Some(postgres::Postgres::start().context("a PostgreSQL server for the figures")?)
    } else {
        None
    };
    if let Some(postgres) = &postgres {
        run = run.env("REKINDLE_TEST_POSTGRES", &postgres.url);
    }
    run.go()
}

fn screenshots(dir: &Path) -> Result<()> {
    build()?;
    std::fs::create_dir_all(dir)?;
    let dir = dir.canonicalize()?;
    let dir = dir.to_str().context("the folder's name is not UTF-8")?;
    Run::cargo([
        "run",
        "--locked",
        "--quiet",
        "-p",
        "journeys",
        "--bin",
        "screenshots",
        "--",
        dir,
    ])
    .go()
}
