//! `rekindle serve`: opens the house and keeps it open until it is told to stop.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use anyhow::Context as _;
use fast_qr::QRBuilder;
use rekindle_database::Database;
use rekindle_domain::pack::Pack;
use rekindle_store::{Change, Remind, Store};
use rekindle_vault::push::PushKey;
use rekindle_web::{App, Host, RunBy, WebSettings};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::house;
use crate::clock::WallClock;
use crate::remind::{Mailer, PATIENCE, Pusher, Sender};
use crate::settings::{self, Settings, Source};
use crate::slow::Bench;
use crate::tls::Certificates;
use crate::{guide, listen, process, tls};

pub(crate) fn run(mut settings: Settings) -> anyhow::Result<()> {
    // PostgreSQL serves any number of processes; a SQLite file only one.
    let _held = match settings.database {
        settings::Database::InDataDirectory => Some(house::hold(&settings.data)?),
        settings::Database::Postgres(_) => None,
    };
    ask_who_runs_it(&mut settings)?;
    super::runtime()?.block_on(async {
        let database = house::open(&settings).await?;
        keep_open(settings, database, guide::pack(), |_| ()).await
    })
}

/// Answers until a signal comes. `greet` is called once, with the address to open, after that is printed.
pub(crate) async fn keep_open(
    settings: Settings,
    database: Database,
    guide: Pack,
    greet: impl FnOnce(&str),
) -> anyhow::Result<()> {
    process::allow_many_files();
    let certificates = Certificates::new(&settings, WallClock.stamp())?;
    let listener = TcpListener::bind(settings.listen).await.with_context(|| {
        format!(
            "listen: {} is taken or not an address of this machine; choose another with --listen",
            settings.listen
        )
    })?;
    let bound = listener.local_addr()?;

    let database = Arc::new(database);
    let (sender, push) = senders(&settings, &database).await?;
    let app = App::new(Host {
        store: database.clone(),
        clock: Arc::new(WallClock),
        slow: Arc::new(Bench::default()),
        guide: Arc::new(guide),
        settings: WebSettings {
            push,
            mail: settings.mail.is_some(),
            ..web_settings(&settings, certificates.as_ref())
        },
        announce: {
            let database = Arc::clone(&database);
            Arc::new(move |place| database.announce(place))
        },
    });
    let mut others = database.listen();
    let hearing = app.clone();
    tokio::spawn(async move {
        while let Some(place) = others.recv().await {
            hearing.announced(place);
        }
    });

    let (stop, stopped) = watch::channel(false);
    if let Some(sender) = sender {
        tokio::spawn(Arc::new(sender).run(stopped.clone()));
    }
    tokio::spawn(wait_for_signal(stop, app.clone()));
    let open = addresses(&settings, bound);
    print_welcome(&settings, &open, certificates.as_ref());
    greet(&open.first);
    let router = app.router();
    listen::serve(listener, Arc::new(settings), router, certificates, stopped).await;
    database.close().await;
    Ok(())
}

/// Whoever sends reminders, if anything goes out at all, and what browsers need to subscribe (K17).
async fn senders(
    settings: &Settings,
    database: &Arc<Database>,
) -> anyhow::Result<(Option<Sender>, Option<rekindle_web::Push>)> {
    let mut sender = Sender {
        store: database.clone(),
        push: None,
        mail: None,
        patience: PATIENCE,
    };
    let mut browsers = None;
    if let Some(push) = &settings.push {
        let pusher = Pusher::new(push, push_key(&**database).await?)?;
        browsers = Some(rekindle_web::Push {
            key: pusher.key.public(),
            services: push.services.clone(),
        });
        sender.push = Some(pusher);
    }
    if let (Some(mail), Some(url)) = (&settings.mail, &settings.public_url) {
        let front = format!("{url}{}", rekindle_web::front());
        sender.mail = Some(Mailer::new(mail, &front).context("mail.host, mail.roots")?);
    }
    let any = sender.push.is_some() || sender.mail.is_some();
    Ok((any.then_some(sender), browsers))
}

/// The key that browsers subscribe to: made once, and the same for every process on one database.
async fn push_key(store: &dyn Store) -> anyhow::Result<PushKey> {
    if store.push_key().await?.is_none() {
        let fresh = PushKey::random().to_bytes().to_vec();
        let _ = store
            .commit(vec![Change::Remind(Remind::AddPushKey(fresh))])
            .await?;
    }
    let kept = store.push_key().await?;
    kept.and_then(|bytes| PushKey::from_bytes(&bytes))
        .context("the key for push services in the database is damaged")
}

fn web_settings(settings: &Settings, certificates: Option<&Certificates>) -> WebSettings {
    WebSettings {
        run_by: settings.run_by.clone(),
        secure: settings.secure(),
        leave_to: settings.leave_to.clone(),
        sign_ups: settings.sign_ups,
        public_url: settings.public_url.clone(),
        insecure_refusal: settings.insecure(),
        trust_page: certificates.and_then(Certificates::trust_page),
        zone: settings.zone.clone(),
        backup_days: settings.backup_days,
        ..WebSettings::default()
    }
}

/// Both signals mean the same: end what is under way, then go.
async fn wait_for_signal(stop: watch::Sender<bool>, app: App) {
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    app.close();
    // Nobody may be listening any more; then the house is closed already.
    let _ = stop.send(true);
}

/// Where it can be opened.
struct Addresses {
    /// The one to print first.
    first: String,
    /// The one for a phone, if another machine can reach this one.
    phone: Option<String>,
    /// The same by name.
    named: Option<String>,
}

fn addresses(settings: &Settings, bound: SocketAddr) -> Addresses {
    let scheme = if settings.speaks_tls() {
        "https"
    } else {
        "http"
    };
    let port = bound.port();
    let at = |host: &str| format!("{scheme}://{host}:{port}/");
    let at_ip = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => at(&ip.to_string()),
        IpAddr::V6(ip) => at(&format!("[{ip}]")),
    };
    let public = settings.public_url.as_ref().map(|url| format!("{url}/"));
    if bound.ip().is_loopback() {
        let here = match bound.ip() {
            IpAddr::V4(ip) if ip.octets() == [127, 0, 0, 1] => at("localhost"),
            ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => at_ip(ip),
        };
        return Addresses {
            first: public.clone().unwrap_or(here),
            phone: public,
            named: None,
        };
    }
    let home = if bound.ip().is_unspecified() {
        tls::address_at_home()
    } else {
        Some(bound.ip())
    };
    let name = settings
        .tls_names
        .iter()
        .find(|name| name.parse::<IpAddr>().is_err());
    Addresses {
        first: public.clone().unwrap_or_else(|| {
            if bound.ip().is_unspecified() {
                at("localhost")
            } else {
                at_ip(bound.ip())
            }
        }),
        phone: public.or_else(|| home.map(at_ip)),
        named: name.map(|name| at(name)),
    }
}

fn print_welcome(settings: &Settings, open: &Addresses, certificates: Option<&Certificates>) {
    let mut text = format!("Rekindle is open at {}\n", open.first);
    if let Some(phone) = &open.phone {
        text.push_str(&format!("\nOn your phones: {phone}\n"));
        if let Some(named) = &open.named {
            text.push_str(&format!("or by name:     {named}\n"));
        }
        // Links of this length always fit; a terminal without these signs still has the line above.
        if let Ok(code) = QRBuilder::new(phone.as_str()).build() {
            text.push_str(&format!("\n{}\n", code.to_str()));
        }
    }
    if let Some(trust) = certificates.and_then(Certificates::trust_page) {
        text.push_str(&format!(
            "\nThe first time, a phone warns that it does not know this server. Go on, and open {}k there:\n\
             it explains how to trust this house's own authority. Compare its fingerprint (SHA-256):\n{}\n",
            open.phone.as_ref().unwrap_or(&open.first),
            trust.fingerprint,
        ));
    }
    for note in house::notes(settings) {
        text.push_str(&format!("\n{note}\n"));
    }
    print!("{text}");
    // Whoever started it without a terminal reads this from a pipe.
    let _ = std::io::stdout().flush();
}

/// S22: asked once, at the first start in a terminal, and written to the settings file. An empty answer leaves it
/// unsaid.
fn ask_who_runs_it(settings: &mut Settings) -> anyhow::Result<()> {
    let said = settings.effective.iter().any(|(name, _, source)| {
        matches!(*name, "run_by" | "run_by_name") && *source != Source::Default
    });
    let path = settings.data.join(settings::FILE);
    if said || path.exists() || !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal()
    {
        return Ok(());
    }
    println!(
        "Who runs this server? Everyone who uses it sees the answer before writing anything private.\n\n\
         \x20 1  one of us two\n  2  someone else\n  Enter  say it later, in {}\n",
        path.display()
    );
    let mut lines = std::io::stdin().lock().lines();
    let mut ask = |question: &str| -> anyhow::Result<String> {
        print!("{question} ");
        std::io::stdout().flush()?;
        Ok(lines
            .next()
            .transpose()?
            .unwrap_or_default()
            .trim()
            .to_owned())
    };
    let kind = match ask("1, 2 or Enter:")?.as_str() {
        "1" => "one-of-us",
        "2" => "someone-else",
        _ => return Ok(()),
    };
    let name = ask("The name, as both of you would say it:")?;
    let name: String = name
        .chars()
        .filter(|letter| !letter.is_control())
        .take(60)
        .collect();
    if name.is_empty() {
        return Ok(());
    }
    let line = format!(
        "run_by = \"{kind}\"\nrun_by_name = {}\n",
        toml::Value::String(name.clone())
    );
    tls::write_private(&path, line.as_bytes())?;
    settings.run_by = if kind == "one-of-us" {
        RunBy::OneOfUs(name)
    } else {
        RunBy::SomeoneElse(name)
    };
    println!();
    Ok(())
}
