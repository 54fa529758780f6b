//! Secrets that the service makes: shown once, and stored as a digest.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// The operating system gives no random numbers: nothing can be made that others must not guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no random numbers are to be had")]
pub struct NoRandomness;

/// Random bytes from the operating system.
///
/// # Errors
/// [`NoRandomness`].
pub fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// What every client's secret begins with, so that one that leaked is recognized.
const CLIENT_PREFIX: &str = "peerpath_secret_";

/// A secret, on its way to the one who asked for it. It is neither printed by accident nor kept.
pub struct Secret(String);

impl Secret {
    /// A new secret of a client, of 256 random bits.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn of_client() -> Result<Self, NoRandomness> {
        Ok(Self(format!("{CLIENT_PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(random::<32>()?))))
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn digest(&self) -> Vec<u8> {
        digest(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// What is stored of a secret: its SHA-256. A random secret needs no slow hash.
pub fn digest(secret: impl AsRef<[u8]>) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

/// A token that names what it is for, and proves it by 256 random bits: what links in mails carry.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken {
    /// What it is for: the row that is looked up.
    pub about: uuid::Uuid,
    secret: [u8; 32],
}

impl LinkToken {
    /// A new token.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn new(about: uuid::Uuid) -> Result<Self, NoRandomness> {
        Ok(Self { about, secret: random()? })
    }

    /// What is stored of it.
    pub fn digest(&self) -> Vec<u8> {
        digest(self.secret)
    }
}

impl fmt::Display for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode([self.about.as_bytes().as_slice(), &self.secret].concat()))
    }
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(..)")
    }
}

/// A text that is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no token from a mail")]
pub struct InvalidToken;

impl std::str::FromStr for LinkToken {
    type Err = InvalidToken;

    fn from_str(text: &str) -> Result<Self, InvalidToken> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| InvalidToken)?;
        let (about, rest) = bytes.split_first_chunk::<16>().ok_or(InvalidToken)?;
        let secret = rest.try_into().map_err(|_| InvalidToken)?;
        Ok(Self { about: uuid::Uuid::from_bytes(*about), secret })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written() {
        let token = LinkToken::new(uuid::Uuid::now_v7()).unwrap();
        assert_eq!(token.to_string().parse(), Ok(token.clone()));
        assert_eq!(format!("{token:?}"), "LinkToken(..)");
        for text in ["", "x", &token.to_string()[1..], &format!("{token}AAAA")] {
            assert_eq!(text.parse::<LinkToken>(), Err(InvalidToken), "{text}");
        }
    }
}
