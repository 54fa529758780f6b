//! The keys that sign and verify tokens: made by one instance or command, sealed in the database, known to all.

use std::collections::HashMap;

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use peerpath_persistence::signing_keys::{self, SigningKey};
use peerpath_persistence::{Connection, transaction};

use super::verifier::{LIFETIME, TYPE};
use crate::sealing::{SealingError, SealingKeys};
use crate::secret::{NoRandomness, random};

/// What clocks of instances may differ by.
const SLACK: TimeDelta = TimeDelta::minutes(1);

/// Why keys cannot be made, or used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The database has none that signs.
    #[error("there is no key that signs")]
    None,
    /// One is not what was stored.
    #[error("signing key {0} cannot be read: {1}")]
    Sealing(String, SealingError),
    /// One is no key of its kind.
    #[error("signing key {0} is no Ed25519 key: {1}")]
    Invalid(String, jsonwebtoken::errors::Error),
    /// None can be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] peerpath_persistence::Error),
}

/// Keys that sign, one after the other, and every key whose signatures are accepted.
///
/// Keys are known by the thumbprint of RFC 7638.
pub struct KeyRing {
    signing: Vec<Signer>,
    accepted: HashMap<String, DecodingKey>,
    published: JwkSet,
}

/// A key that signs, read once: jsonwebtoken would read it anew for each token.
pub(super) struct Signer {
    from: DateTime<Utc>,
    #[cfg(test)]
    id: String,
    pair: Ed25519KeyPair,
    /// The header of its tokens, as they begin with it.
    header: String,
}

impl Signer {
    fn new(key: &SigningKey, pem: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(pem).ok()?;
        let der: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
        let pair = Ed25519KeyPair::from_pkcs8(&BASE64_STANDARD.decode(der).ok()?).ok()?;
        let header = serde_json::json!({"typ": TYPE, "alg": "EdDSA", "kid": key.id});
        Some(Self {
            from: key.signs_from,
            #[cfg(test)]
            id: key.id.clone(),
            pair,
            header: BASE64_URL_SAFE_NO_PAD.encode(header.to_string()),
        })
    }

    /// The token with these claims, in JSON.
    pub(super) fn sign(&self, claims: &[u8]) -> String {
        let mut token = self.header.clone();
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature = self.pair.sign(token.as_bytes());
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        token
    }
}

impl KeyRing {
    /// The ring of the keys that the database has.
    ///
    /// # Errors
    /// [`KeyError`] where none signs at `now`, or one cannot be read.
    pub fn new(keys: &[SigningKey], sealing: &SealingKeys, now: DateTime<Utc>) -> Result<Self, KeyError> {
        let mut ring = Self { signing: Vec::new(), accepted: HashMap::new(), published: JwkSet { keys: Vec::new() } };
        for key in keys.iter().filter(|key| key.accepted_until.is_none_or(|until| until > now)) {
            let invalid = |error| KeyError::Invalid(key.id.clone(), error);
            let x = BASE64_URL_SAFE_NO_PAD.encode(&key.public_key);
            let decoding = DecodingKey::from_ed_components(&x).map_err(invalid)?;
            let mut public = Jwk::from_decoding_key(&decoding, Some(Algorithm::EdDSA)).map_err(invalid)?;
            public.common.key_id = Some(key.id.clone());
            public.common.public_key_use = Some(PublicKeyUse::Signature);
            ring.accepted.insert(key.id.clone(), decoding);
            ring.published.keys.push(public);
            let unreadable = |error| KeyError::Sealing(key.id.clone(), error);
            let pem = sealing.open(&place(&key.id), &key.private_key).map_err(unreadable)?;
            let malformed = || invalid(ErrorKind::InvalidEddsaKey.into());
            ring.signing.push(Signer::new(key, &pem).ok_or_else(malformed)?);
        }
        ring.signing.sort_by_key(|signer| signer.from);
        if ring.signing(now).is_none() { Err(KeyError::None) } else { Ok(ring) }
    }

    /// The key that signs at `now`.
    pub(super) fn signing(&self, now: DateTime<Utc>) -> Option<&Signer> {
        self.signing.iter().rev().find(|signer| signer.from <= now)
    }

    /// The key with this id, if its signatures are accepted.
    pub(super) fn accepted(&self, id: &str) -> Option<&DecodingKey> {
        self.accepted.get(id)
    }

    /// Whether every key that this ring accepts is accepted by the other, too.
    pub(super) fn is_accepted_by(&self, other: &Self) -> bool {
        self.accepted.keys().all(|id| other.accepted.contains_key(id))
    }

    /// The public keys, as they are published.
    #[must_use]
    pub const fn published(&self) -> &JwkSet {
        &self.published
    }
}

fn place(id: &str) -> String {
    format!("signing key {id}")
}

/// A new key, sealed, that signs from `signs_from` on.
///
/// # Errors
/// [`KeyError`] where none can be made.
pub fn new_signing_key(
    sealing: &SealingKeys,
    now: DateTime<Utc>,
    signs_from: DateTime<Utc>,
) -> Result<SigningKey, KeyError> {
    let pem = private_key_pem(&random::<32>()?);
    let (id, public_key) = public_half(&pem).map_err(|error| KeyError::Invalid("new".into(), error))?;
    let private_key =
        sealing.seal(&place(&id), pem.as_bytes()).map_err(|error| KeyError::Sealing(id.clone(), error))?;
    Ok(SigningKey { id, public_key, private_key, created_at: now, signs_from, accepted_until: None })
}

/// The keys of the database; where none signs yet, the first one is made.
///
/// # Errors
/// [`KeyError`].
pub async fn signing_keys_or_first(
    db: &mut Connection,
    sealing: &SealingKeys,
    now: DateTime<Utc>,
) -> Result<Vec<SigningKey>, KeyError> {
    let keys = signing_keys::list(db).await?;
    if signs(&keys, now) {
        return Ok(keys);
    }
    transaction(db, async |db| {
        let mut keys = signing_keys::lock(db).await?;
        if !signs(&keys, now) {
            let key = new_signing_key(sealing, now, now)?;
            signing_keys::add(db, &key).await?;
            tracing::info!(key = key.id, "a key that signs tokens was made, as there was none");
            keys.push(key);
        }
        Ok(keys)
    })
    .await
}

fn signs(keys: &[SigningKey], now: DateTime<Utc>) -> bool {
    let current = |key: &SigningKey| key.accepted_until.is_none_or(|until| until > now);
    keys.iter().any(|key| key.signs_from <= now && current(key))
}

/// Makes a new key that signs from `signs_from` on, and after all that are to come, and lets the others go when the last token of theirs has expired.
///
/// # Errors
/// [`KeyError`].
pub async fn rotate(
    db: &mut Connection,
    sealing: &SealingKeys,
    now: DateTime<Utc>,
    signs_from: DateTime<Utc>,
) -> Result<SigningKey, KeyError> {
    transaction(db, async |db| {
        let keys = signing_keys::lock(db).await?;
        let last = keys.iter().map(|key| key.signs_from + TimeDelta::seconds(1)).max();
        // The first one has nobody to wait for.
        let from = if signs(&keys, now) { last.map_or(signs_from, |last| signs_from.max(last)) } else { now };
        let key = new_signing_key(sealing, now, from)?;
        signing_keys::add(db, &key).await?;
        signing_keys::retire_others(db, &key.id, key.signs_from + LIFETIME + SLACK).await?;
        Ok(key)
    })
    .await
}

/// Takes a key out of use at once. Where no other signs, a new one does. Gives `None` where there is no such key.
///
/// # Errors
/// [`KeyError`].
pub async fn revoke(
    db: &mut Connection,
    sealing: &SealingKeys,
    id: &str,
    now: DateTime<Utc>,
) -> Result<Option<Vec<SigningKey>>, KeyError> {
    transaction(db, async |db| {
        let keys = signing_keys::lock(db).await?;
        if !signing_keys::remove(db, id).await? {
            return Ok(None);
        }
        let current = |key: &SigningKey| key.id != id && key.accepted_until.is_none_or(|until| until > now);
        let mut left: Vec<SigningKey> = keys.into_iter().filter(current).collect();
        // The one that is last now has no successor to make way for.
        if let Some(last) = left.last_mut() {
            last.accepted_until = None;
            signing_keys::keep(db, &last.id).await?;
        }
        if !signs(&left, now) {
            let mut key = new_signing_key(sealing, now, now)?;
            // Until the one that is to come, if there is one.
            key.accepted_until = left.last().map(|next| next.signs_from + LIFETIME + SLACK);
            signing_keys::add(db, &key).await?;
            left.insert(0, key);
        }
        Ok(Some(left))
    })
    .await
}

/// A private Ed25519 key in PEM.
fn private_key_pem(seed: &[u8; 32]) -> String {
    // RFC 8410: PKCS #8 version 1 of an Ed25519 key is this header and the seed.
    const HEADER: [u8; 16] =
        [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    let der = [HEADER.as_slice(), seed].concat();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64_STANDARD.encode(der))
}

/// The thumbprint and the public half of a private key in PEM.
fn public_half(pem: &str) -> Result<(String, Vec<u8>), jsonwebtoken::errors::Error> {
    let key = Jwk::from_encoding_key(&EncodingKey::from_ed_pem(pem.as_bytes())?, Algorithm::EdDSA)?;
    let id = key.thumbprint(ThumbprintHash::SHA256)?;
    let invalid = || ErrorKind::InvalidEddsaKey.into();
    let AlgorithmParameters::OctetKeyPair(pair) = key.algorithm else { return Err(invalid()) };
    Ok((id, BASE64_URL_SAFE_NO_PAD.decode(pair.x).map_err(|_| invalid())?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;
    use crate::sealing::generate_sealing_key;

    #[test]
    fn keys_follow_each_other() {
        let sealing: SealingKeys = generate_sealing_key().unwrap().parse().unwrap();
        let now = clock::now();
        let later = now + TimeDelta::minutes(10);
        let mut old = new_signing_key(&sealing, now, now - TimeDelta::days(1)).unwrap();
        let new = new_signing_key(&sealing, now, later).unwrap();
        old.accepted_until = Some(later + LIFETIME);
        let keys = [old.clone(), new.clone()];
        let ring = KeyRing::new(&keys, &sealing, now).unwrap();
        assert_eq!(ring.signing(now).unwrap().id, old.id);
        assert_eq!(ring.signing(later).unwrap().id, new.id, "without being told");
        assert_eq!(ring.published().keys.len(), 2, "the one to come is published before it signs");
        let after = KeyRing::new(&keys, &sealing, later + LIFETIME).unwrap();
        assert!(after.accepted(&old.id).is_none() && after.accepted(&new.id).is_some());
        assert!(!ring.is_accepted_by(&after) && after.is_accepted_by(&ring));
        assert!(matches!(KeyRing::new(&[new], &sealing, now), Err(KeyError::None)));
        let other: SealingKeys = generate_sealing_key().unwrap().parse().unwrap();
        assert!(matches!(KeyRing::new(&keys, &other, now), Err(KeyError::Sealing(..))));
    }
}
