//! The mails that a service writes into a folder.

use std::path::Path;

use mail_parser::MessageParser;

use crate::eventually;
use crate::files::Folder;

/// A decoded mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Message id: equal for a mail that was sent twice.
    pub id: String,
    pub to: String,
    pub subject: String,
    pub body: String,
}

impl Mail {
    /// Decodes a mail.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let mail = MessageParser::default().parse(bytes).expect("a mail");
        let to = mail.to().and_then(|to| to.first()).and_then(|to| to.address()).expect("it goes to somebody");
        Self {
            id: mail.message_id().expect("it has an id").into(),
            to: to.into(),
            subject: mail.subject().expect("it is about something").into(),
            body: mail.body_text(0).expect("it says something").into_owned(),
        }
    }

    /// The token of the link in the mail.
    #[must_use]
    pub fn token(&self) -> String {
        let (_, rest) = self.body.split_once("token=").unwrap_or_else(|| panic!("{self:?} has a link"));
        rest.split_whitespace().next().unwrap().into()
    }
}

/// The mails that a service writes into its own folder, which is removed on drop.
pub struct Mails {
    folder: Folder,
}

impl Mails {
    #[must_use]
    pub fn new() -> Self {
        Self { folder: Folder::new() }
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// All mails, oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<Mail> {
        let mut names: Vec<_> = std::fs::read_dir(self.folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
        names.retain(|path| !path.file_name().unwrap().to_str().unwrap().starts_with('.'));
        names.sort();
        names.iter().map(|path| Mail::parse(&std::fs::read(path).unwrap())).collect()
    }

    /// The mails to an address, oldest first.
    #[must_use]
    pub fn to(&self, address: &str) -> Vec<Mail> {
        self.all().into_iter().filter(|mail| mail.to.eq_ignore_ascii_case(address)).collect()
    }

    /// The mails to an address whose subject contains these words, oldest first.
    #[must_use]
    pub fn about(&self, address: &str, subject: &str) -> Vec<Mail> {
        self.to(address).into_iter().filter(|mail| mail.subject.contains(subject)).collect()
    }

    /// Waits for one more such mail than the `known` ones.
    pub async fn after(&self, known: usize, address: &str, subject: &str) -> Mail {
        let what = format!("mail {} to {address} about {subject:?}", known + 1);
        eventually(&what, async || self.about(address, subject).into_iter().nth(known)).await
    }

    /// Waits for a mail to an address whose subject contains these words.
    pub async fn one(&self, address: &str, subject: &str) -> Mail {
        let what = format!("a mail to {address} about {subject:?}");
        eventually(&what, async || self.to(address).into_iter().rev().find(|mail| mail.subject.contains(subject))).await
    }
}

impl Default for Mails {
    fn default() -> Self {
        Self::new()
    }
}
