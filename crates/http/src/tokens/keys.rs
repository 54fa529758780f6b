//! The keys that sign and verify tokens.

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
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

/// The public half of a private Ed25519 key, both in PEM.
///
/// # Errors
/// [`InvalidKey`] for a text that is no such key.
pub fn public_key(private: &str) -> Result<String, InvalidKey> {
    // RFC 8410: a public Ed25519 key is this header and 32 bytes.
    const HEADER: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
    let invalid = |cause| InvalidKey { expected: "an Ed25519 private key (PKCS #8)", cause };
    let key = EncodingKey::from_ed_pem(private.as_bytes()).map_err(invalid)?;
    let key = Jwk::from_encoding_key(&key, Algorithm::EdDSA).map_err(invalid)?;
    let AlgorithmParameters::OctetKeyPair(pair) = key.algorithm else {
        return Err(invalid(ErrorKind::InvalidEddsaKey.into()));
    };
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(pair.x).map_err(|_| invalid(ErrorKind::InvalidEddsaKey.into()))?;
    let der = [HEADER.as_slice(), &bytes].concat();
    Ok(format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", BASE64_STANDARD.encode(der)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_half_of_a_key_is_accepted_under_the_same_id() {
        let old = generate_signing_key(&[7; 32]);
        let new = generate_signing_key(&[8; 32]);
        let before = KeyRing::new(&old, &[]).unwrap();
        let after = KeyRing::new(&new, &[public_key(&old).unwrap()]).unwrap();
        assert!(after.accepted(before.signing().1).is_some());
        assert_eq!(after.published().keys.len(), 2);
        assert!(KeyRing::new(&new, &[]).unwrap().accepted(before.signing().1).is_none());
        assert!(public_key("no key").is_err() && KeyRing::new(&public_key(&old).unwrap(), &[]).is_err());
    }
}
