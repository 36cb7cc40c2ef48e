//! What the app is given to stand on, and the router made of it.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use axum::Router;
use rekindle_domain::pack::Pack;
use rekindle_domain::{Stamp, Zone};
use rekindle_store::{Place, Store};

use crate::live::Live;
use crate::push::Services;
use crate::throttle::Throttle;
use crate::words::Words;
use crate::{guard, pages};

/// The time, and waiting for it. The only place where pages learn what time it is.
#[async_trait]
pub trait Clock: Send + Sync {
    fn now(&self) -> Stamp;
    async fn sleep(&self, millis: u64);
}

/// Runs key derivations: at most two at once, away from the threads that answer (K15).
#[async_trait]
pub trait Slow: Send + Sync {
    async fn run(&self, job: Box<dyn FnOnce() + Send>);
}

/// Everything the app stands on.
pub struct Host {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub slow: Arc<dyn Slow>,
    pub guide: Arc<Pack>,
    pub settings: WebSettings,
    /// Tells other processes that a stream has grown; called after the commit.
    pub announce: Arc<dyn Fn(Place) + Send + Sync>,
}

/// Who runs this server (S22): asked at installation, shown before the first private word and in Help.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum RunBy {
    /// One of the two who use it.
    OneOfUs(String),
    SomeoneElse(String),
    #[default]
    NotSaid,
}

/// The certificate of the local authority, for the page that explains trusting it on each kind of phone.
#[derive(Clone, Debug)]
pub struct TrustPage {
    pub certificate_der: Vec<u8>,
    pub certificate_pem: String,
    pub fingerprint: String,
}

/// What a browser needs to subscribe, and whom it may name (K17).
#[derive(Clone, Debug)]
pub struct Push {
    /// The server's public key, base64url.
    pub key: String,
    pub services: Services,
}

/// What the host decided, as far as pages show it.
#[derive(Clone, Debug)]
pub struct WebSettings {
    pub run_by: RunBy,
    /// The browser sees HTTPS; then HSTS is sent.
    pub secure: bool,
    /// Where the leave button goes.
    pub leave_to: String,
    /// Whether new accounts can be made without an invitation.
    pub sign_ups: bool,
    /// The address that links and QR codes carry; without it, the request's own host.
    pub public_url: Option<String>,
    /// Plain HTTP beyond this machine: refuse sign-in, and say why.
    pub insecure_refusal: bool,
    pub trust_page: Option<TrustPage>,
    /// Reminders on phones, if this host sends any.
    pub push: Option<Push>,
    /// Whether this host sends reminders by mail.
    pub mail: bool,
    /// For people whose browser did not say where they are.
    pub zone: Zone,
    /// How many days backups are kept: the horizon of erasing (K9).
    pub backup_days: u32,
    /// What a passphrase costs to try; lower only in tests.
    pub cost: rekindle_vault::slots::Cost,
}

impl Default for WebSettings {
    fn default() -> Self {
        Self {
            run_by: RunBy::NotSaid,
            secure: false,
            leave_to: "https://www.wikipedia.org/".to_owned(),
            sign_ups: true,
            public_url: None,
            insecure_refusal: false,
            trust_page: None,
            push: None,
            mail: false,
            zone: Zone::default(),
            backup_days: 30,
            cost: rekindle_vault::slots::Cost::STANDARD,
        }
    }
}

/// The other side's address, put into a request by the listener.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

pub(crate) struct Inside {
    pub(crate) host: Host,
    pub(crate) live: Live,
    pub(crate) throttle: Throttle,
    pub(crate) words: Words,
    /// Changes whenever something public does that a browser may keep.
    public_mark: OnceLock<String>,
}

/// The app. Cheap to clone: all clones are the same one.
#[derive(Clone)]
pub struct App(pub(crate) Arc<Inside>);

impl App {
    #[must_use]
    pub fn new(host: Host) -> Self {
        Self(Arc::new(Inside {
            host,
            live: Live::default(),
            throttle: Throttle::default(),
            words: Words::english(),
            public_mark: OnceLock::new(),
        }))
    }

    /// Every page, behind the guards that all of them share.
    pub fn router(&self) -> Router {
        guard::around(pages::routes(), self).with_state(self.clone())
    }

    /// A stream has grown, here or in another process: phones that watch it look again.
    pub fn announced(&self, place: Place) {
        self.0.live.wake(place);
    }

    /// Ends every open event stream, so that the server can stop.
    pub fn close(&self) {
        self.0.live.close();
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.0.host.store
    }

    pub(crate) fn guide(&self) -> &Pack {
        &self.0.host.guide
    }

    pub(crate) fn settings(&self) -> &WebSettings {
        &self.0.host.settings
    }

    pub(crate) fn words(&self) -> &Words {
        &self.0.words
    }

    /// Changes whenever the guide, a sentence or a setting does that stands on public pages.
    pub(crate) fn public_mark(&self) -> &str {
        self.0.public_mark.get_or_init(|| {
            let all = format!(
                "{:?}{:?}{}",
                self.guide(),
                self.settings(),
                crate::words::mark()
            );
            crate::paths::opaque(&all)
        })
    }

    pub(crate) fn now(&self) -> Stamp {
        self.0.host.clock.now()
    }

    /// Runs a key derivation where it may take its time.
    pub(crate) async fn slowly<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let slot = Arc::new(std::sync::Mutex::new(None));
        let inner = Arc::clone(&slot);
        self.0
            .host
            .slow
            .run(Box::new(move || {
                let answer = job();
                if let Ok(mut slot) = inner.lock() {
                    *slot = Some(answer);
                }
            }))
            .await;
        slot.lock().ok().and_then(|mut slot| slot.take())
    }
}
