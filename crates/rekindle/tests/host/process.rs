//! K20: what the process does to itself, and the unit that locks it down. And disks that cannot be written.

use std::fs;
use std::process::Command;

use crate::house::{House, rekindle, run, said};

#[test]
fn k20_it_leaves_no_memory_image() {
    let house = House::open(&[]);
    let limits = fs::read_to_string(format!("/proc/{}/limits", house.pid())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    let numbers: Vec<&str> = core
        .split_whitespace()
        .filter(|word| *word == "0")
        .collect();
    assert_eq!(numbers.len(), 2, "{core}");
}

/// Files of a process in /proc belong to its user; those of one that may not be dumped belong to root.
#[test]
fn k20_nobody_may_look_into_its_memory() {
    let folder = tempfile::tempdir().unwrap();
    let open = |path: &std::path::Path| {
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    };
    open(folder.path());
    let program = folder.path().join("rekindle");
    fs::copy(rekindle().get_program(), &program).unwrap();
    open(&program);
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let mut command = if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(&data, Some(65_534), Some(65_534)).unwrap();
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
            .arg(&program);
        command
    } else {
        Command::new(&program)
    };
    command
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(&data);
    let house = House::spawn(command, folder);
    let owner = fs::metadata(format!("/proc/{}/environ", house.pid())).unwrap();
    assert_eq!(std::os::unix::fs::MetadataExt::uid(&owner), 0);
}

#[test]
fn k20_the_unit_locks_the_service_down() {
    let unit = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rekindle.service");
    let text = fs::read_to_string(unit).unwrap();
    for line in [
        "DynamicUser=yes",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "PrivateDevices=yes",
        "MemoryDenyWriteExecute=yes",
        "CapabilityBoundingSet=",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
        "SystemCallFilter=@system-service",
        "LimitCORE=0",
        "MemorySwapMax=0",
        "UMask=0077",
        "IPAddressDeny=any",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is missing");
    }
    let Ok(output) = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--no-pager", unit])
        .output()
    else {
        return; // The lines above are what its figure is made of.
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let Some(level) = said
        .lines()
        .find(|line| line.contains("Overall exposure level"))
    else {
        return;
    };
    let figure = level
        .split_whitespace()
        .find_map(|word| word.parse::<f32>().ok())
        .unwrap();
    assert!(figure <= 1.5, "{level}");
}

#[test]
fn what_it_makes_only_its_owner_can_read() {
    let house = House::open(&["--tls", "on"]);
    let mut folders = vec![house.data()];
    while let Some(folder) = folders.pop() {
        let mode = |path| {
            fs::metadata(path)
                .map(|meta| std::os::unix::fs::PermissionsExt::mode(&meta.permissions()))
        };
        assert_eq!(
            mode(folder.clone()).unwrap() & 0o077,
            0,
            "{}",
            folder.display()
        );
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if entry.file_name() == "authority.key" || entry.file_name() == "rekindle.db" {
                assert_eq!(
                    mode(entry.path()).unwrap() & 0o077,
                    0,
                    "{}",
                    entry.path().display()
                );
            }
        }
    }
}

/// A command that sees `data` mounted for reading only; root or not.
fn on_a_disk_for_reading(data: &std::path::Path, args: &[&str]) -> Command {
    let program = rekindle().get_program().to_owned();
    let script =
        "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\" && shift && exec \"$@\"";
    let mut command = Command::new("unshare");
    command
        .args(["--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .arg(data)
        .arg(program);
    command
        .args(args)
        .arg("--data")
        .arg(data)
        .stdin(std::process::Stdio::null());
    command
}

#[tokio::test]
async fn a_disk_that_can_only_be_read_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    rekindle_database::open(&rekindle_database::Where::Sqlite(data.join("rekindle.db")))
        .await
        .unwrap()
        .close()
        .await;
    fs::set_permissions(&data, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let house = House::spawn(
        on_a_disk_for_reading(&data, &["serve", "--listen", "127.0.0.1:0"]),
        folder,
    );
    assert!(house.get("/").await.starts_with("HTTP/1.1 200"));
    let output = on_a_disk_for_reading(&house.data(), &["doctor"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn a_data_directory_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    fs::write(&file, "").unwrap();
    let output = run(&file.join("data"), &["serve"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("a-file"), "{}", said(&output));
}

/// S22: in a terminal the first start asks, and keeps the answer. `script` is the terminal.
#[test]
fn s22_the_first_start_asks_who_runs_the_server() {
    use std::io::{BufRead as _, BufReader, Write as _};
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let program = rekindle().get_program().to_string_lossy().into_owned();
    let call = format!("{program} --listen 127.0.0.1:0 --data {}", data.display());
    let mut terminal = Command::new("script")
        .args(["--quiet", "--return", "--command", &call, "/dev/null"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut keyboard = terminal.stdin.take().unwrap();
    keyboard.write_all("1\nAna \"B\"\n".as_bytes()).unwrap();
    let mut said = String::new();
    let mut screen = BufReader::new(terminal.stdout.take().unwrap());
    while screen.read_line(&mut said).unwrap() > 0 && !said.contains("open at") {}
    // Ctrl-C, as in any terminal.
    keyboard.write_all(&[3]).unwrap();
    terminal.wait().unwrap();
    assert!(said.contains("Who runs this server?"), "{said}");
    let output = run(&data, &["config", "check"]);
    let said = crate::house::said(&output);
    assert!(
        said.contains("run_by = \"one-of-us\"") && said.contains("run_by_name = \"Ana \"B\"\""),
        "{said}"
    );
}
