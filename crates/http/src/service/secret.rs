//! Secrets that the service generates. A secret is shown once; the database stores only its digest.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gives no random numbers")]
pub struct NoRandomness;

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// The prefix of every client secret. Secret scanners recognize leaked secrets by it.
const CLIENT_PREFIX: &str = "peerpath_secret_";

/// A new secret for the caller. `Debug` does not print it.
pub struct Secret(String);

impl Secret {
    /// Generates a client secret from 256 random bits.
    pub fn of_client() -> Result<Self, NoRandomness> {
        Ok(Self(format!("{CLIENT_PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(random::<32>()?))))
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub fn digest(&self) -> Vec<u8> {
        digest(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The stored digest of a secret: SHA-256. A random secret needs no slow hash.
pub fn digest(secret: impl AsRef<[u8]>) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

/// The token of a link in a mail: the key of a row, and 256 random bits as proof.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken {
    /// The key of the row that the token belongs to.
    pub about: uuid::Uuid,
    secret: [u8; 32],
}

impl LinkToken {
    pub fn new(about: uuid::Uuid) -> Result<Self, NoRandomness> {
        Ok(Self { about, secret: random()? })
    }

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

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a token from a mail")]
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
    fn tokens_survive_a_round_trip_through_text() {
        let token = LinkToken::new(uuid::Uuid::now_v7()).unwrap();
        assert_eq!(token.to_string().parse(), Ok(token.clone()));
        assert_eq!(format!("{token:?}"), "LinkToken(..)");
        for text in ["", "x", &token.to_string()[1..], &format!("{token}AAAA")] {
            assert_eq!(text.parse::<LinkToken>(), Err(InvalidToken), "{text}");
        }
    }
}
