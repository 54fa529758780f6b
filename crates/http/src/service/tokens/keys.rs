//! The keys that sign and verify tokens. One instance or command makes a key; all instances read it, sealed, from the
//! database.

use std::collections::HashMap;

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use peerpath_persistence::signing_keys::{self, SigningKey};
use peerpath_persistence::{Connection, transaction};
use serde::Serialize;

use super::{LIFETIME, TYPE};
use crate::service::sealing::{SealingError, SealingKeys};

/// The largest tolerated difference between the clocks of two instances.
const SLACK: TimeDelta = TimeDelta::minutes(1);

/// Why signing keys cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("there is no key to sign tokens with")]
    None,
    /// A key cannot be sealed or opened.
    #[error("signing key {0} cannot be read: {1}")]
    Sealing(String, SealingError),
    /// A key is not an Ed25519 key, or does not match its id.
    #[error("signing key {0} is not a valid Ed25519 key: {1}")]
    Invalid(String, jsonwebtoken::errors::Error),
    #[error("a signing key cannot be generated")]
    NotMade,
    #[error(transparent)]
    Database(#[from] peerpath_persistence::Error),
}

/// The keys that sign tokens, in turn, and the keys that verify them. The id of a key is its thumbprint (RFC 7638).
pub struct KeyRing {
    signing: Vec<Signer>,
    accepted: HashMap<String, DecodingKey>,
    published: Vec<PublishedKey>,
}

/// The public half of a key.
#[derive(Debug, Clone)]
pub struct PublishedKey {
    pub id: String,
    /// The public key in base64url.
    pub x: String,
}

/// A key that signs tokens from a certain time on.
pub(super) struct Signer {
    from: DateTime<Utc>,
    header: Header,
    key: EncodingKey,
}

impl Signer {
    /// Signs a token with these claims.
    pub(super) fn sign(&self, claims: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        jsonwebtoken::encode(&self.header, claims, &self.key)
    }
}

impl KeyRing {
    /// Opens the keys from the database.
    pub fn new(keys: &[SigningKey], sealing: &SealingKeys, now: DateTime<Utc>) -> Result<Self, KeyError> {
        let mut ring = Self { signing: Vec::new(), accepted: HashMap::new(), published: Vec::new() };
        for key in keys.iter().filter(|key| key.accepted_until.is_none_or(|until| until > now)) {
            let invalid = |error| KeyError::Invalid(key.id.clone(), error);
            let unreadable = |error| KeyError::Sealing(key.id.clone(), error);
            let private = sealing.open(&place(&key.id), &key.private_key).map_err(unreadable)?;
            let private = read_private_key(&private).map_err(invalid)?;
            // The public half in the database is not sealed, so it cannot be trusted.
            let public = PublishedKey::of(&private).map_err(invalid)?;
            if public.id != key.id {
                return Err(invalid(ErrorKind::InvalidEddsaKey.into()));
            }
            ring.accepted.insert(key.id.clone(), DecodingKey::from_ed_components(&public.x).map_err(invalid)?);
            ring.published.push(public);
            let mut header = Header::new(Algorithm::EdDSA);
            (header.typ, header.kid) = (Some(TYPE.into()), Some(key.id.clone()));
            ring.signing.push(Signer { from: key.signs_from, header, key: private });
        }
        ring.signing.sort_by_key(|signer| signer.from);
        if ring.signing(now).is_none() { Err(KeyError::None) } else { Ok(ring) }
    }

    /// The key that signs at `now`.
    pub(super) fn signing(&self, now: DateTime<Utc>) -> Option<&Signer> {
        self.signing.iter().rev().find(|signer| signer.from <= now)
    }

    /// The verification key with this id, if its signatures are accepted.
    pub(super) fn accepted(&self, id: &str) -> Option<&DecodingKey> {
        self.accepted.get(id)
    }

    /// Whether the other ring accepts every key that this one accepts.
    pub(super) fn is_accepted_by(&self, other: &Self) -> bool {
        self.accepted.keys().all(|id| other.accepted.contains_key(id))
    }

    pub fn published(&self) -> &[PublishedKey] {
        &self.published
    }
}

impl PublishedKey {
    fn of(private: &EncodingKey) -> Result<Self, jsonwebtoken::errors::Error> {
        let key = Jwk::from_encoding_key(private, Algorithm::EdDSA)?;
        let id = key.thumbprint(ThumbprintHash::SHA256)?;
        match key.algorithm {
            AlgorithmParameters::OctetKeyPair(pair) => Ok(Self { id, x: pair.x }),
            _ => Err(ErrorKind::InvalidEddsaKey.into()),
        }
    }
}

/// Reads a private key in PKCS #8: DER, or PEM as earlier versions stored it.
fn read_private_key(bytes: &[u8]) -> Result<EncodingKey, jsonwebtoken::errors::Error> {
    if bytes.starts_with(b"-----BEGIN") { EncodingKey::from_ed_pem(bytes) } else { Ok(EncodingKey::from_ed_der(bytes)) }
}

fn place(id: &str) -> String {
    format!("signing key {id}")
}

/// Generates and seals a key that signs tokens from `signs_from` on.
pub fn new_signing_key(
    sealing: &SealingKeys,
    now: DateTime<Utc>,
    signs_from: DateTime<Utc>,
) -> Result<SigningKey, KeyError> {
    let der = Ed25519KeyPair::generate().and_then(|pair| pair.to_pkcs8v1()).map_err(|_| KeyError::NotMade)?;
    let invalid = |error| KeyError::Invalid("new".into(), error);
    let PublishedKey { id, x } = PublishedKey::of(&EncodingKey::from_ed_der(der.as_ref())).map_err(invalid)?;
    let public_key = BASE64_URL_SAFE_NO_PAD.decode(x).map_err(|_| invalid(ErrorKind::InvalidEddsaKey.into()))?;
    let private_key = sealing.seal(&place(&id), der.as_ref()).map_err(|error| KeyError::Sealing(id.clone(), error))?;
    Ok(SigningKey { id, public_key, private_key, created_at: now, signs_from, accepted_until: None })
}

/// Reads the keys from the database. Makes a key if none can sign now.
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
            tracing::info!(key = key.id, "made a signing key, because there was none");
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

/// Adds a key that signs from `signs_from` on, but after every planned key. The other keys retire when their last token
/// has expired.
pub async fn rotate(
    db: &mut Connection,
    sealing: &SealingKeys,
    now: DateTime<Utc>,
    signs_from: DateTime<Utc>,
) -> Result<SigningKey, KeyError> {
    transaction(db, async |db| {
        let keys = signing_keys::lock(db).await?;
        let last = keys.iter().map(|key| key.signs_from + TimeDelta::seconds(1)).max();
        // When no other key signs, the new key signs at once.
        let from = if signs(&keys, now) { last.map_or(signs_from, |last| signs_from.max(last)) } else { now };
        let key = new_signing_key(sealing, now, from)?;
        signing_keys::add(db, &key).await?;
        signing_keys::retire_others(db, &key.id, key.signs_from + LIFETIME + SLACK).await?;
        Ok(key)
    })
    .await
}

/// Removes a key at once, and makes a new key if no other key signs. Returns the keys that are left, or `None` when
/// there is no such key.
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
        // The key that is now the last has no successor, so it does not retire.
        if let Some(last) = left.last_mut() {
            last.accepted_until = None;
            signing_keys::keep(db, &last.id).await?;
        }
        if !signs(&left, now) {
            let mut key = new_signing_key(sealing, now, now)?;
            // The new key retires when the next planned key, if any, has replaced it.
            key.accepted_until = left.last().map(|next| next.signs_from + LIFETIME + SLACK);
            signing_keys::add(db, &key).await?;
            left.insert(0, key);
        }
        Ok(Some(left))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::clock;
    use crate::service::sealing::generate_sealing_key;

    #[test]
    fn the_next_key_replaces_the_present_one() {
        let sealing: SealingKeys = generate_sealing_key().unwrap().parse().unwrap();
        let now = clock::now();
        let later = now + TimeDelta::minutes(10);
        let mut old = new_signing_key(&sealing, now, now - TimeDelta::days(1)).unwrap();
        let new = new_signing_key(&sealing, now, later).unwrap();
        old.accepted_until = Some(later + LIFETIME);
        let keys = [old.clone(), new.clone()];
        let ring = KeyRing::new(&keys, &sealing, now).unwrap();
        let id = |at| ring.signing(at).unwrap().header.kid.clone().unwrap();
        assert_eq!(
            (id(now), id(later)),
            (old.id.clone(), new.id.clone()),
            "the next key signs in time without a reload"
        );
        assert_eq!(ring.published().len(), 2, "the next key is published before it signs");
        let after = KeyRing::new(&keys, &sealing, later + LIFETIME).unwrap();
        assert!(after.accepted(&old.id).is_none() && after.accepted(&new.id).is_some());
        assert!(!ring.is_accepted_by(&after) && after.is_accepted_by(&ring));
        assert!(matches!(KeyRing::new(&[new], &sealing, now), Err(KeyError::None)));
        let other: SealingKeys = generate_sealing_key().unwrap().parse().unwrap();
        assert!(matches!(KeyRing::new(&keys, &other, now), Err(KeyError::Sealing(..))));
        let renamed = SigningKey { id: keys[1].id.clone(), ..keys[0].clone() };
        assert!(KeyRing::new(&[renamed], &sealing, now).is_err(), "a key with the id of another key");
    }
}
