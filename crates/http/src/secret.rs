//! Secrets of clients: made here, shown once, stored as a digest.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// What every secret begins with, so that one that leaked is recognized.
const PREFIX: &str = "peerpath_secret_";

/// A secret, on its way to the one who asked for it. It is neither printed by accident nor kept.
pub struct ClientSecret(String);

impl ClientSecret {
    /// A secret of 256 random bits.
    #[must_use]
    pub fn new(random: &[u8; 32]) -> Self {
        Self(format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(random)))
    }

    /// The secret itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        digest(&self.0)
    }
}

/// What is stored of a secret: its SHA-256. A random secret needs no slow hash.
#[must_use]
pub fn digest(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}
