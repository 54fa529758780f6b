//! Where mails are handed over: an SMTP server, or a folder.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::message::{Body, Mailbox, header};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use peerpath_persistence::outbox::Mail;
use tokio::time::timeout;

/// How long a server may take to accept a mail.
const PATIENCE: Duration = Duration::from_secs(20);

/// The configuration of mail is invalid.
#[derive(Debug, thiserror::Error)]
pub enum InvalidTransport {
    /// The address of the server.
    #[error("PEERPATH_SMTP_URL is not the address of an SMTP server, such as smtps://USER:PASSWORD@HOST: {0}")]
    Server(lettre::transport::smtp::Error),
    /// The address that mails come from.
    #[error("PEERPATH_MAIL_FROM is not an address such as PeerPath <no-reply@peerpath.example>: {0}")]
    Sender(lettre::address::AddressError),
    /// The folder.
    #[error("PEERPATH_MAIL_FOLDER: {0} cannot be made: {1}")]
    Folder(PathBuf, std::io::Error),
}

/// Why a mail was not accepted. It may name the recipient: it is for the outbox, not for the log.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct NotSent {
    /// What the server said, or what else went wrong.
    pub reason: String,
    /// The same as a code that names nobody.
    pub code: String,
    /// Whether trying again is pointless.
    pub permanent: bool,
}

impl NotSent {
    fn unsendable(error: impl std::fmt::Display) -> Self {
        Self { reason: error.to_string(), code: "unsendable".into(), permanent: true }
    }

    fn by_server(error: lettre::transport::smtp::Error) -> Self {
        let code = error.status().map_or_else(|| "no answer".into(), |code| code.to_string());
        // What is wrong with the recipient or the message stays so; what is wrong with the sender is mended by its operators.
        let refused = error.status().is_some_and(|code| matches!(u16::from(code), 550..=556));
        Self { code, permanent: refused || error.is_client(), reason: error.to_string() }
    }

    fn in_silence() -> Self {
        Self { reason: "the server took too long".into(), code: "no answer".into(), permanent: false }
    }

    fn by_disk(error: std::io::Error) -> Self {
        Self { code: error.kind().to_string(), reason: error.to_string(), permanent: false }
    }
}

enum Way {
    Server(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

/// Where mails are sent, and the sender that they name.
pub struct Transport {
    way: Way,
    from: Mailbox,
}

impl Transport {
    /// A transport to the server at `url`, or without one, into files in `folder`.
    pub fn new(url: Option<&str>, folder: PathBuf, from: &str) -> Result<Self, InvalidTransport> {
        let from = from.parse().map_err(InvalidTransport::Sender)?;
        let way = if let Some(url) = url {
            let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(InvalidTransport::Server)?;
            Way::Server(server.timeout(Some(PATIENCE)).build())
        } else {
            std::fs::create_dir_all(&folder).map_err(|error| InvalidTransport::Folder(folder.clone(), error))?;
            Way::Folder(folder)
        };
        Ok(Self { way, from })
    }

    /// Sends a mail.
    pub async fn send(&self, mail: &Mail) -> Result<(), NotSent> {
        let to: lettre::Address = mail.recipient.parse().map_err(NotSent::unsendable)?;
        let host = self.from.email.domain();
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            // After a crash at the wrong moment a mail is sent twice; readers recognize it by this id.
            .message_id(Some(format!("<{}@{host}>", mail.id)))
            .date(std::time::SystemTime::from(mail.created_at))
            .header(header::ContentType::TEXT_PLAIN)
            .body(encoded(&mail.body))
            .map_err(NotSent::unsendable)?;
        match &self.way {
            // The library limits connecting only; a server that falls silent would block for ever.
            Way::Server(server) => match timeout(PATIENCE, server.send(message)).await {
                Ok(sent) => sent.map(|_| ()).map_err(NotSent::by_server),
                Err(_) => Err(NotSent::in_silence()),
            },
            Way::Folder(folder) => {
                let name = format!("{}-{}.eml", stamp(mail.created_at), mail.id);
                write(folder.clone(), name, message.formatted()).await.map_err(NotSent::by_disk)
            }
        }
    }

    /// Where mails go, for the log.
    pub fn place(&self) -> String {
        match &self.way {
            Way::Server(_) => "an SMTP server".into(),
            Way::Folder(folder) => std::path::absolute(folder).unwrap_or_else(|_| folder.clone()).display().to_string(),
        }
    }
}

/// The longest line that is sent unencoded, in bytes: RFC 5321 allows 998.
const LONGEST_LINE: usize = 900;

/// The body unencoded if mail allows it, so that links stay whole; otherwise in an encoding that the library chooses.
fn encoded(text: &str) -> Body {
    if text.is_ascii() && text.lines().all(|line| line.len() <= LONGEST_LINE) {
        let lines = text.lines().flat_map(|line| [line.as_bytes(), b"\r\n"]).flatten().copied().collect();
        Body::dangerous_pre_encoded(lines, header::ContentTransferEncoding::SevenBit)
    } else {
        Body::new(text.to_owned())
    }
}

fn stamp(time: DateTime<Utc>) -> String {
    time.format("%Y%m%dT%H%M%S%3f").to_string()
}

/// Writes a file atomically.
async fn write(folder: PathBuf, name: String, bytes: Vec<u8>) -> std::io::Result<()> {
    let writing = tokio::task::spawn_blocking(move || {
        let (temporary, whole) = (folder.join(format!(".{name}")), folder.join(&name));
        // Its links give access: nobody else may read it.
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary);
        file?.write_all(&bytes)?;
        std::fs::rename(temporary, whole)
    });
    writing.await.map_err(std::io::Error::other)?
}
