//! The keys that sign and verify tokens.

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};

/// A text that is no key of the kind that is needed.
#[derive(Debug, thiserror::Error)]
#[error("not {expected} in PEM: {cause}")]
pub struct InvalidKey {
    expected: &'static str,
    cause: jsonwebtoken::errors::Error,
}

/// One key that signs, and every key whose signatures are accepted.
///
/// Keys are known by the thumbprint of RFC 7638, so that the same key has the same id on every instance.
pub struct KeyRing {
    signing: EncodingKey,
    signing_id: String,
    accepted: HashMap<String, DecodingKey>,
    published: JwkSet,
}

impl KeyRing {
    /// A ring that signs with a private Ed25519 key, and accepts the signatures of further public ones, all in PEM.
    ///
    /// To rotate without logging anybody out: accept the new key everywhere, then sign with it and accept
    /// the old one, and drop the old one when the last token of it has expired.
    ///
    /// # Errors
    /// [`InvalidKey`] for a text that is no such key.
    pub fn new(signing: &str, accepted: &[String]) -> Result<Self, InvalidKey> {
        let private = |cause| InvalidKey { expected: "an Ed25519 private key (PKCS #8)", cause };
        let public = |cause| InvalidKey { expected: "an Ed25519 public key", cause };
        let signing = EncodingKey::from_ed_pem(signing.as_bytes()).map_err(private)?;
        let own = Jwk::from_encoding_key(&signing, Algorithm::EdDSA).map_err(private)?;
        let mut ring = Self {
            signing,
            signing_id: String::new(),
            accepted: HashMap::new(),
            published: JwkSet { keys: Vec::new() },
        };
        ring.signing_id = ring.accept(own).map_err(private)?;
        for pem in accepted {
            let key = DecodingKey::from_ed_pem(pem.as_bytes()).map_err(public)?;
            let key = Jwk::from_decoding_key(&key, Some(Algorithm::EdDSA)).map_err(public)?;
            ring.accept(key).map_err(public)?;
        }
        Ok(ring)
    }

    fn accept(&mut self, mut key: Jwk) -> Result<String, jsonwebtoken::errors::Error> {
        let id = key.thumbprint(ThumbprintHash::SHA256)?;
        key.common.key_id = Some(id.clone());
        key.common.public_key_use = Some(PublicKeyUse::Signature);
        if self.accepted.insert(id.clone(), DecodingKey::from_jwk(&key)?).is_none() {
            self.published.keys.push(key);
        }
        Ok(id)
    }

    /// The key that signs, and its id.
    pub(super) fn signing(&self) -> (&EncodingKey, &str) {
        (&self.signing, &self.signing_id)
    }

    /// The key with this id, if its signatures are accepted.
    pub(super) fn accepted(&self, id: &str) -> Option<&DecodingKey> {
        self.accepted.get(id)
    }

    /// The public keys, as they are published.
    #[must_use]
    pub const fn published(&self) -> &JwkSet {
        &self.published
    }
}

/// A new private Ed25519 key in PEM, of 32 random bytes.
#[must_use]
pub fn generate_signing_key(seed: &[u8; 32]) -> String {
    // RFC 8410: PKCS #8 version 1 of an Ed25519 key is this header and the seed.
    const HEADER: [u8; 16] =
        [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    let der = [HEADER.as_slice(), seed].concat();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64_STANDARD.encode(der))
}
