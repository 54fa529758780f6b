//! Accounts: e-mail addresses, names and platform roles.

use std::fmt;
use std::str::FromStr;

use email_address::{EmailAddress as Syntax, Options};
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

use super::word::words;

/// Maximum bytes of an e-mail address (RFC 5321).
const LONGEST_ADDRESS: usize = 254;

/// Maximum characters of a display name.
const LONGEST_NAME: usize = 100;

/// An e-mail address. Addresses that differ only in case or in their Unicode form are equal.
#[derive(Debug, Clone)]
pub struct EmailAddress {
    text: String,
    key: String,
}

/// A text that is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an e-mail address such as ada@example.org")]
pub struct InvalidAddress;

impl EmailAddress {
    /// The address as its owner wrote it, for sending mail.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form to compare: equal for all ways to write the address.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl FromStr for EmailAddress {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let normal: String = text.trim().nfc().collect();
        let (local, domain) = normal.rsplit_once('@').ok_or(InvalidAddress)?;
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| InvalidAddress)?;
        let text = format!("{local}@{domain}");
        let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
        let known = Syntax::parse_with_options(&text, options).is_ok();
        // The RFC allows quoted local parts. Nobody uses them, and they can disguise an address.
        let plain = !local.contains(['"', '\\']) && !local.chars().any(|c| c.is_control() || c.is_whitespace());
        if !known || !plain || text.len() > LONGEST_ADDRESS {
            return Err(InvalidAddress);
        }
        let key = text.nfkc().flat_map(char::to_lowercase).nfkc().collect();
        Ok(Self { text, key })
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for EmailAddress {}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The name of a person, an organization or a client: one line in any script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, min_length = 1, max_length = 100)]
pub struct DisplayName(String);

/// A text that cannot be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// It is empty or too long.
    #[error("must have 1 to {LONGEST_NAME} characters")]
    Length,
    /// It has invisible characters that change how others are shown.
    #[error("must not have control characters")]
    Control,
}

/// Control characters, separators of lines and paragraphs, and changes of direction. Joiners are allowed, because scripts need
/// them.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

impl DisplayName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DisplayName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let name: String = text.trim().nfc().collect();
        if name.chars().any(is_control) {
            return Err(InvalidName::Control);
        }
        let length = name.chars().count();
        if (1..=LONGEST_NAME).contains(&length) { Ok(Self(name)) } else { Err(InvalidName::Length) }
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

words! {
    /// A role for the whole service. Each role includes the one before.
    PlatformRole:
    /// Maintains the catalog.
    Editor = "editor",
    /// Assigns roles, sets the scopes of organizations, and reads the audit log.
    Administrator = "administrator",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        let ada: EmailAddress = "Ada.Lovelace@Example.ORG".parse().unwrap();
        assert_eq!(ada.as_str(), "Ada.Lovelace@example.org");
        assert_eq!(ada.key(), "ada.lovelace@example.org");
        for same in [" ada.lovelace@example.org\n", "ADA.LOVELACE@EXAMPLE.ORG", "ａda.lovelace@example.org"] {
            assert_eq!(same.parse::<EmailAddress>().unwrap(), ada, "{same:?}");
        }
        let composed: EmailAddress = "andr\u{e9}@m\u{fc}nchen.example".parse().unwrap();
        let decomposed: EmailAddress = "ANDRE\u{301}@xn--mnchen-3ya.example".parse().unwrap();
        assert_eq!(composed, decomposed);
        assert_ne!("ada@example.org".parse::<EmailAddress>().unwrap(), "ada+1@example.org".parse().unwrap());
    }

    #[test]
    fn an_invalid_address_is_refused() {
        let long = format!("{}@example.org", "a".repeat(65));
        for text in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "ada@localhost",
            "ada@[127.0.0.1]",
            "a da@example.org",
            "ada@exa mple.org",
            "Ada <ada@example.org>",
            "\"ada\"@example.org",
            "ada@example.org\r\nBcc: eve@example.org",
            "ada\0@example.org",
            "ada@example..org",
            "ada@-example.org",
            &long,
        ] {
            assert!(text.parse::<EmailAddress>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_name_may_have_any_script_but_no_control_characters() {
        for name in ["Ada", "アダ・ラブレス", "عائشة", "क्षिति", "👩\u{200d}🔬", "O'Brien-Smith, Jr."]
        {
            assert_eq!(name.parse::<DisplayName>().unwrap().as_str(), name);
        }
        assert_eq!(" Ada ".parse::<DisplayName>().unwrap().as_str(), "Ada");
        assert_eq!("a".repeat(100).parse::<DisplayName>().map(|_| ()), Ok(()));
        for (name, error) in [
            ("", InvalidName::Length),
            ("   ", InvalidName::Length),
            (&*"a".repeat(101), InvalidName::Length),
            ("Ada\nLovelace", InvalidName::Control),
            ("Ada\u{202e}ecalevoL", InvalidName::Control),
            ("Ada\0", InvalidName::Control),
        ] {
            assert_eq!(name.parse::<DisplayName>(), Err(error), "{name:?}");
        }
    }

    #[test]
    fn an_administrator_ranks_above_an_editor() {
        assert!(PlatformRole::Administrator > PlatformRole::Editor);
        for role in [PlatformRole::Editor, PlatformRole::Administrator] {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
    }
}
