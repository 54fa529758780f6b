//! Sends mails to an SMTP server, or writes them to a folder.

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
const TIMEOUT: Duration = Duration::from_secs(20);

/// The configuration of mail is invalid.
#[derive(Debug, thiserror::Error)]
pub enum InvalidTransport {
    #[error("PEERPATH_SMTP_URL is not the address of an SMTP server, such as smtps://USER:PASSWORD@HOST: {0}")]
    Server(lettre::transport::smtp::Error),
    #[error("PEERPATH_MAIL_FROM is not an address such as PeerPath <no-reply@peerpath.example>: {0}")]
    Sender(lettre::address::AddressError),
    #[error("PEERPATH_MAIL_FOLDER: cannot create the folder {0}: {1}")]
    Folder(PathBuf, std::io::Error),
}

/// Why a mail was not accepted. The reason may name the recipient, so it belongs in the outbox and not in the log.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct NotSent {
    /// The answer of the server, or another error.
    pub reason: String,
    /// A code for the log, without personal data.
    pub code: String,
    /// Whether another attempt would fail, too.
    pub permanent: bool,
}

impl NotSent {
    fn unsendable(error: impl std::fmt::Display) -> Self {
        Self { reason: error.to_string(), code: "unsendable".into(), permanent: true }
    }

    fn from_server(error: lettre::transport::smtp::Error) -> Self {
        let code = error.status().map_or_else(|| "no answer".into(), |code| code.to_string());
        // A problem with the recipient or the message is permanent. Operators can fix a problem with the sender.
        let refused = error.status().is_some_and(|code| matches!(u16::from(code), 550..=556));
        Self { code, permanent: refused || error.is_client(), reason: error.to_string() }
    }

    fn timed_out() -> Self {
        Self { reason: "the server took too long".into(), code: "no answer".into(), permanent: false }
    }

    fn from_disk(error: std::io::Error) -> Self {
        Self { code: error.kind().to_string(), reason: error.to_string(), permanent: false }
    }
}

enum Destination {
    Server(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

/// The destination of mails, and their sender.
pub struct Transport {
    destination: Destination,
    from: Mailbox,
}

impl Transport {
    /// Sends to the server at `url`; without a `url`, writes files to `folder`.
    pub fn new(url: Option<&str>, folder: PathBuf, from: &str) -> Result<Self, InvalidTransport> {
        let from = from.parse().map_err(InvalidTransport::Sender)?;
        let destination = if let Some(url) = url {
            let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(InvalidTransport::Server)?;
            Destination::Server(server.timeout(Some(TIMEOUT)).build())
        } else {
            std::fs::create_dir_all(&folder).map_err(|error| InvalidTransport::Folder(folder.clone(), error))?;
            Destination::Folder(folder)
        };
        Ok(Self { destination, from })
    }

    /// Sends a mail.
    pub async fn send(&self, mail: &Mail) -> Result<(), NotSent> {
        let to: lettre::Address = mail.recipient.parse().map_err(NotSent::unsendable)?;
        let host = self.from.email.domain();
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            // A crash after sending can cause a second copy. Mail programs recognize the copy by this id.
            .message_id(Some(format!("<{}@{host}>", mail.id)))
            .date(std::time::SystemTime::from(mail.created_at))
            .header(header::ContentType::TEXT_PLAIN)
            .body(encoded(&mail.body))
            .map_err(NotSent::unsendable)?;
        match &self.destination {
            // The library's timeout covers only the connection. A silent server would block forever.
            Destination::Server(server) => match timeout(TIMEOUT, server.send(message)).await {
                Ok(sent) => sent.map(|_| ()).map_err(NotSent::from_server),
                Err(_) => Err(NotSent::timed_out()),
            },
            Destination::Folder(folder) => {
                let name = format!("{}-{}.eml", stamp(mail.created_at), mail.id);
                write(folder.clone(), name, message.formatted()).await.map_err(NotSent::from_disk)
            }
        }
    }

    /// The destination, for the log.
    pub fn place(&self) -> String {
        match &self.destination {
            Destination::Server(_) => "an SMTP server".into(),
            Destination::Folder(folder) => {
                std::path::absolute(folder).unwrap_or_else(|_| folder.clone()).display().to_string()
            }
        }
    }
}

/// The longest line in bytes that is sent without encoding. RFC 5321 allows 998.
const LONGEST_LINE: usize = 900;

/// Leaves short ASCII lines unencoded, so that links stay on one line. The library encodes other text.
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
        // The links in a mail give access, so only this user may read the file.
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary);
        file?.write_all(&bytes)?;
        std::fs::rename(temporary, whole)
    });
    writing.await.map_err(std::io::Error::other)?
}
