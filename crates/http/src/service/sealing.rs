//! Encrypts secrets in the database with keys that are not in the database.
//!
//! XChaCha20-Poly1305 with a random nonce. The associated data names the kind of secret and its owner, so a sealed
//! secret that is copied to another row cannot be opened.

use base64::Engine;
use base64::prelude::{BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

use crate::service::secret::{NoRandomness, random};

/// The version of the format: the first byte of a sealed secret.
const FORMAT: u8 = 1;

/// Bytes of a key id.
const ID: usize = 4;

/// Bytes of a nonce.
const NONCE: usize = 24;

/// The text is not a list of sealing keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a list of keys of 32 bytes in base64url, separated by commas; `peerpath keys generate` makes one")]
pub struct InvalidSealingKeys;

/// Why a secret cannot be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealingError {
    /// The secret was sealed with a key that is not configured.
    #[error("the secret was sealed with a key that is not in PEERPATH_SEALING_KEYS")]
    UnknownKey,
    /// The secret is damaged, or was sealed for another place.
    #[error("the secret is damaged, or was sealed for another use")]
    Damaged,
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

struct Key {
    id: [u8; ID],
    cipher: XChaCha20Poly1305,
}

/// The sealing keys. The first key seals; every key can open.
#[derive(Clone)]
pub struct SealingKeys(std::sync::Arc<[Key]>);

impl std::fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealingKeys").field("keys", &self.0.len()).finish()
    }
}

impl std::str::FromStr for SealingKeys {
    type Err = InvalidSealingKeys;

    fn from_str(text: &str) -> Result<Self, InvalidSealingKeys> {
        let key = |text: &str| {
            let text = text.trim();
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).or_else(|_| BASE64_URL_SAFE.decode(text)).ok()?;
            let cipher = XChaCha20Poly1305::new_from_slice(&bytes).ok()?;
            let digest = Sha256::digest(&bytes);
            Some(Key { id: digest.first_chunk().copied()?, cipher })
        };
        let keys: Option<Vec<Key>> = text.split(',').map(key).collect();
        Ok(Self(keys.ok_or(InvalidSealingKeys)?.into()))
    }
}

/// Generates a key in the format of `PEERPATH_SEALING_KEYS`.
pub fn generate_sealing_key() -> Result<String, NoRandomness> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random::<32>()?))
}

impl SealingKeys {
    /// Encrypts bytes for a place: the kind of secret and its owner.
    ///
    /// # Errors
    /// When there is no key, or the operating system gives no random numbers.
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, SealingError> {
        let key = self.0.first().ok_or(SealingError::UnknownKey)?;
        let nonce = random::<NONCE>()?;
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let sealed = key.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealingError::Damaged)?;
        Ok([[FORMAT].as_slice(), &key.id, &nonce, &sealed].concat())
    }

    /// Decrypts bytes that were sealed for this place.
    ///
    /// # Errors
    /// When the bytes are damaged, or were sealed for another place or with an unknown key.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, SealingError> {
        let rest = sealed.strip_prefix(&[FORMAT]).ok_or(SealingError::Damaged)?;
        let (id, rest) = rest.split_first_chunk::<ID>().ok_or(SealingError::Damaged)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(SealingError::Damaged)?;
        let key = self.0.iter().find(|key| key.id == *id).ok_or(SealingError::UnknownKey)?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        key.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| SealingError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_only_in_its_own_place() {
        let keys: SealingKeys = generate_sealing_key().unwrap().parse().unwrap();
        let sealed = keys.seal("second factor of ada", b"secret").unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
        assert_ne!(sealed, keys.seal("second factor of ada", b"secret").unwrap(), "the nonce is new each time");
        assert_eq!(keys.open("second factor of ada", &sealed).unwrap(), b"secret");
        assert_eq!(keys.open("second factor of eve", &sealed), Err(SealingError::Damaged));
        for place in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[place] ^= 1;
            assert!(keys.open("second factor of ada", &damaged).is_err(), "byte {place}");
        }
    }

    #[test]
    fn a_new_key_can_replace_the_old_one() {
        let (old, new) = (generate_sealing_key().unwrap(), generate_sealing_key().unwrap());
        let before: SealingKeys = old.parse().unwrap();
        let during: SealingKeys = format!("{new},{old}").parse().unwrap();
        let after: SealingKeys = new.parse().unwrap();
        let sealed = before.seal("x", b"1").unwrap();
        assert_eq!(during.open("x", &sealed).unwrap(), b"1");
        assert_eq!(after.open("x", &sealed), Err(SealingError::UnknownKey));
        assert_eq!(after.open("x", &during.seal("x", b"2").unwrap()).unwrap(), b"2");
        for text in ["", "abc", "AAAA", &format!("{new},")] {
            assert!(text.parse::<SealingKeys>().is_err(), "{text}");
        }
    }
}
