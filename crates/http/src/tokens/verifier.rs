//! Issuing and verifying tokens.

use std::collections::HashSet;
use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Header, Validation};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::keys::KeyRing;
use super::scope::Scopes;

/// How long a token is valid.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(15);

/// How many verified tokens are remembered: one of them takes about a kilobyte.
const REMEMBERED: usize = 10_000;

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 4096;

/// The media type of an access token, after RFC 9068.
const TYPE: &str = "at+jwt";

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    client_id: String,
    scope: String,
    jti: String,
    iat: i64,
    exp: i64,
}

/// Who calls, by a token that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The client.
    pub client: Uuid,
    /// What the token allows.
    pub scopes: Scopes,
    /// When the token expires.
    pub expires_at: DateTime<Utc>,
}

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is no token of this service: malformed, unsigned, of another issuer or audience, or with an unknown key.
    #[error("the access token is not one of this service")]
    Invalid,
    /// Its time is over.
    #[error("the access token has expired")]
    Expired,
    /// Its client was revoked.
    #[error("the access token was revoked")]
    Revoked,
}

/// A token as it is handed out.
#[derive(Debug)]
pub struct AccessToken {
    /// The token.
    pub text: String,
    /// How long it is valid.
    pub lifetime: TimeDelta,
}

/// Issues tokens, verifies them, and remembers which it verified.
///
/// A signature check costs several times a whole read of the catalog. A remembered token is looked at again
/// at each use: whether it has expired, and whether its client was revoked.
pub struct Tokens {
    keys: KeyRing,
    issuer: String,
    validation: Validation,
    verified: Cache<Box<[u8]>, Arc<Caller>>,
    revoked: ArcSwap<HashSet<Uuid>>,
}

impl Tokens {
    /// Tokens of an issuer, which is their audience, too.
    #[must_use]
    pub fn new(keys: KeyRing, issuer: String) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&issuer]);
        validation.set_audience(&[&issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.leeway = 0;
        Self { keys, issuer, validation, verified: Cache::new(REMEMBERED), revoked: ArcSwap::default() }
    }

    /// The keys.
    #[must_use]
    pub const fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// Who issues the tokens: the service's public address.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Issues a token to a client.
    ///
    /// # Errors
    /// None in practice: the key was checked when the ring was made.
    pub fn issue(
        &self,
        client: Uuid,
        scopes: &Scopes,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<AccessToken, jsonwebtoken::errors::Error> {
        let (key, key_id) = self.keys.signing();
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.into());
        header.kid = Some(key_id.into());
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub: client.to_string(),
            client_id: client.to_string(),
            scope: scopes.to_string(),
            jti: id.to_string(),
            iat: now.timestamp(),
            exp: (now + LIFETIME).timestamp(),
        };
        Ok(AccessToken { text: jsonwebtoken::encode(&header, &claims, key)?, lifetime: LIFETIME })
    }

    /// Who calls with this token.
    ///
    /// # Errors
    /// [`Refusal`], and why.
    pub fn verify(&self, token: &[u8], now: DateTime<Utc>) -> Result<Arc<Caller>, Refusal> {
        let caller = if let Some(caller) = self.verified.get(token) {
            caller
        } else {
            let caller = Arc::new(self.check(token)?);
            self.verified.insert(token.into(), Arc::clone(&caller));
            caller
        };
        if caller.expires_at <= now {
            Err(Refusal::Expired)
        } else if self.revoked.load().contains(&caller.client) {
            Err(Refusal::Revoked)
        } else {
            Ok(caller)
        }
    }

    fn check(&self, token: &[u8]) -> Result<Caller, Refusal> {
        if token.len() > LONGEST {
            return Err(Refusal::Invalid);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| Refusal::Invalid)?;
        let typed = header.typ.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case(TYPE));
        let key = header.kid.as_deref().and_then(|id| self.keys.accepted(id));
        let (true, Some(key)) = (typed, key) else { return Err(Refusal::Invalid) };
        let claims = jsonwebtoken::decode::<Claims>(token, key, &self.validation)
            .map_err(|error| match error.kind() {
                ErrorKind::ExpiredSignature => Refusal::Expired,
                _ => Refusal::Invalid,
            })?
            .claims;
        Ok(Caller {
            client: claims.client_id.parse().map_err(|_| Refusal::Invalid)?,
            // A scope that a newer instance knows allows nothing here, and takes nothing from the others.
            scopes: claims.scope.split_ascii_whitespace().filter_map(|word| word.parse().ok()).collect(),
            expires_at: DateTime::from_timestamp(claims.exp, 0).ok_or(Refusal::Invalid)?,
        })
    }

    /// Refuses the tokens of these clients from now on, and of no others.
    pub fn set_revoked(&self, clients: HashSet<Uuid>) {
        if **self.revoked.load() != clients {
            self.revoked.store(Arc::new(clients));
        }
    }
}
