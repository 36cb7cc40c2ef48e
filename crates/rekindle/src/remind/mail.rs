//! A mail: the same few words each time, to the one mail server that the host named (S16, K17).

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Severity;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use rekindle_store::Taken;

use super::{Fate, PATIENCE};
use crate::settings::{Mail, MailTls};

/// Constant, like all of it.
const SUBJECT: &str = "A reminder you asked for";

/// Sends mail.
pub(crate) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    body: String,
}

impl Mailer {
    /// `front` is where the link leads: the front page, through a page of our own, so that the sign-in counts (K3).
    pub(crate) fn new(settings: &Mail, front: &str) -> anyhow::Result<Self> {
        let address: Address = settings.from.parse()?;
        let hello = ClientId::Domain(address.domain().to_owned());
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .hello_name(hello)
            .timeout(Some(PATIENCE));
        let parameters = || -> anyhow::Result<TlsParameters> {
            let mut tls = TlsParameters::builder(settings.host.clone());
            if let Some(roots) = &settings.roots {
                tls = tls.certificate_store(CertificateStore::None);
                let roots = Certificate::from_pem(&std::fs::read(roots)?)?;
                tls = tls.add_root_certificate(roots);
            } else {
                tls = tls.certificate_store(CertificateStore::WebpkiRoots);
            }
            Ok(tls.build()?)
        };
        transport = transport.tls(match settings.tls {
            MailTls::On => Tls::Wrapper(parameters()?),
            MailTls::StartTls => Tls::Required(parameters()?),
            MailTls::Off => Tls::None,
        });
        if !settings.user.is_empty() {
            let (user, password) = (settings.user.clone(), settings.password.clone());
            transport = transport.credentials(Credentials::new(user, password));
        }
        Ok(Self {
            transport: transport.build(),
            from: Mailbox::new(None, address),
            body: format!(
                "This is the reminder you asked for.\r\n\r\n{front}\r\n\r\nYou can stop these mails in the settings there.\r\n"
            ),
        })
    }

    pub(super) async fn send(&self, taken: &Taken) -> Fate {
        let Ok(to) = taken.reach.parse::<Address>() else {
            return Fate::Unknown;
        };
        let Ok(message) = self.message(to, taken) else {
            return Fate::Refused;
        };
        match self.transport.send(message).await {
            Ok(_) => Fate::Sent,
            Err(error) => {
                let code = error.status();
                let no_such_box = code.is_some_and(|code| {
                    code.severity == Severity::PermanentNegativeCompletion
                        && ["550", "551", "553"].contains(&code.to_string().as_str())
                });
                match code {
                    Some(_) if no_such_box => Fate::Unknown,
                    Some(_) if error.is_permanent() => Fate::Refused,
                    Some(_) | None => Fate::Later(None),
                }
            }
        }
    }

    fn message(&self, to: Address, taken: &Taken) -> Result<Message, lettre::error::Error> {
        // The same message has the same name, should it be sent a second time.
        let name = data_encoding::HEXLOWER.encode(&taken.due.address);
        let id = format!("<{name}.{}@{}>", taken.due.at.0, self.from.email.domain());
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(SUBJECT)
            .message_id(Some(id))
            // Nobody's holiday note should answer (RFC 3834).
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(self.body.clone())
    }
}
