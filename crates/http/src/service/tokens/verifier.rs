//! Issuing and verifying access tokens.

use std::collections::HashSet;
use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation};
use peerpath_domain::people::key::{AccountId, ClientId, SessionId};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::keys::{KeyRing, PublishedKey};
use super::scope::Scopes;
use super::{LIFETIME, TYPE};

/// Capacity of the cache of verified tokens. Each takes about a kilobyte.
const REMEMBERED: usize = 10_000;

/// The longest token, in bytes.
const LONGEST: usize = 4096;

/// The claims of a token.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    client_id: String,
    /// The session, in the tokens of people.
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<Uuid>,
    scope: String,
    jti: Uuid,
    iat: i64,
    exp: i64,
}

/// The `client_id` in the tokens of people, who sign in at the service itself.
const OWN_CLIENT: &str = "peerpath";

/// The subject of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A person with a session.
    Person { account: AccountId, session: SessionId },
    /// A machine client that acts for itself.
    Machine(ClientId),
}

impl Subject {
    /// The key that revokes all tokens of the session or the client.
    pub const fn revocable(self) -> Uuid {
        match self {
            Self::Person { session, .. } => session.0,
            Self::Machine(client) => client.0,
        }
    }

    pub fn client_id(self) -> String {
        match self {
            Self::Person { .. } => OWN_CLIENT.into(),
            Self::Machine(client) => client.to_string(),
        }
    }

    /// The key of the account or the client.
    pub const fn key(self) -> Uuid {
        match self {
            Self::Person { account, .. } => account.0,
            Self::Machine(client) => client.0,
        }
    }
}

/// The caller, as named by a verified token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub subject: Subject,
    pub scopes: Scopes,
    /// The id of the token (`jti`).
    pub token: Uuid,
    pub issued_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The token is malformed or unsigned, has another issuer or audience, or was signed with an unknown key.
    #[error("the access token is not from this service")]
    Invalid,
    #[error("the access token has expired")]
    Expired,
    /// The token was revoked, or its client or session was.
    #[error("the access token was revoked")]
    Revoked,
    /// The keys are not loaded yet.
    #[error("tokens cannot be verified yet")]
    NoKeys,
}

/// Why a token cannot be issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The keys are not loaded yet.
    #[error("there is no key to sign tokens with")]
    NoKeys,
    #[error(transparent)]
    Signing(#[from] jsonwebtoken::errors::Error),
}

/// A new access token.
#[derive(Debug)]
pub struct AccessToken {
    pub text: String,
    pub lifetime: TimeDelta,
}

/// Issues and verifies tokens, with a cache of verified tokens.
///
/// Checking a signature costs several times as much as a whole read of the catalog, so verified tokens are cached. Each
/// use of a cached token still checks that it has not expired, and that the token, its client and its session are not
/// revoked.
pub struct Tokens {
    keys: ArcSwapOption<KeyRing>,
    issuer: String,
    validation: Validation,
    verified: Cache<Box<[u8]>, Arc<Caller>>,
    revoked: ArcSwap<HashSet<Uuid>>,
}

impl Tokens {
    /// Starts without keys. The issuer is also the audience of the tokens.
    pub fn new(issuer: String) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&issuer]);
        validation.set_audience(&[&issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.leeway = 0;
        let (verified, revoked) = (Cache::new(REMEMBERED), ArcSwap::default());
        Self { keys: ArcSwapOption::empty(), issuer, validation, verified, revoked }
    }

    /// Signs and verifies with these keys from now on.
    pub fn set_keys(&self, keys: KeyRing) {
        let before = self.keys.swap(Some(Arc::new(keys)));
        let accepted = |before: &KeyRing| self.keys.load().as_deref().is_some_and(|now| before.is_accepted_by(now));
        // Forget the cached tokens when a key is no longer accepted: it may have signed some of them.
        if before.is_some_and(|before| !accepted(&before)) {
            self.verified.clear();
        }
    }

    /// The public keys, once they are loaded.
    pub fn published_keys(&self) -> Option<Vec<PublishedKey>> {
        self.keys.load().as_deref().map(|keys| keys.published().to_vec())
    }

    /// The issuer: the service's public address.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    pub fn issue(
        &self,
        subject: Subject,
        scopes: &Scopes,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<AccessToken, IssueError> {
        let keys = self.keys.load();
        let key = keys.as_deref().and_then(|keys| keys.signing(now)).ok_or(IssueError::NoKeys)?;
        let sid = if let Subject::Person { session, .. } = subject { Some(session.0) } else { None };
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub: subject.key().to_string(),
            client_id: subject.client_id(),
            sid,
            scope: scopes.to_string(),
            jti: id,
            iat: now.timestamp(),
            exp: (now + LIFETIME).timestamp(),
        };
        Ok(AccessToken { text: key.sign(&claims)?, lifetime: LIFETIME })
    }

    /// Verifies a token and returns the caller.
    pub fn verify(&self, token: &[u8], now: DateTime<Utc>) -> Result<Arc<Caller>, Refusal> {
        let caller = if let Some(caller) = self.verified.get(token) {
            caller
        } else {
            let keys = self.keys.load_full().ok_or(Refusal::NoKeys)?;
            let caller = Arc::new(self.check(&keys, token)?);
            self.verified.insert(token.into(), Arc::clone(&caller));
            // If the keys changed meanwhile, the cache may have been cleared before this token was added.
            let same = self.keys.load().as_ref().is_some_and(|now| Arc::ptr_eq(now, &keys));
            if !same {
                self.verified.remove(token);
            }
            caller
        };
        self.accept(&caller, now).map(|()| caller)
    }

    /// Checks that a verified token has not expired and is not revoked.
    pub fn accept(&self, caller: &Caller, now: DateTime<Utc>) -> Result<(), Refusal> {
        let revoked = self.revoked.load();
        if caller.expires_at <= now {
            Err(Refusal::Expired)
        } else if revoked.contains(&caller.subject.revocable()) || revoked.contains(&caller.token) {
            Err(Refusal::Revoked)
        } else {
            Ok(())
        }
    }

    fn check(&self, keys: &KeyRing, token: &[u8]) -> Result<Caller, Refusal> {
        if token.len() > LONGEST {
            return Err(Refusal::Invalid);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| Refusal::Invalid)?;
        let typed = header.typ.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case(TYPE));
        let key = header.kid.as_deref().and_then(|id| keys.accepted(id));
        let (true, Some(key)) = (typed, key) else { return Err(Refusal::Invalid) };
        let claims = jsonwebtoken::decode::<Claims>(token, key, &self.validation)
            .map_err(|error| match error.kind() {
                ErrorKind::ExpiredSignature => Refusal::Expired,
                _ => Refusal::Invalid,
            })?
            .claims;
        let subject = claims.sub.parse().map_err(|_| Refusal::Invalid)?;
        let time = |seconds| DateTime::from_timestamp(seconds, 0).ok_or(Refusal::Invalid);
        Ok(Caller {
            subject: match claims.sid {
                Some(session) => Subject::Person { account: AccountId(subject), session: SessionId(session) },
                None if claims.client_id == claims.sub => Subject::Machine(ClientId(subject)),
                None => return Err(Refusal::Invalid),
            },
            // Ignore scopes that only a newer instance knows.
            scopes: claims.scope.split_ascii_whitespace().filter_map(|word| word.parse().ok()).collect(),
            token: claims.jti,
            issued_at: time(claims.iat)?,
            expires_at: time(claims.exp)?,
        })
    }

    /// Replaces the keys of revoked tokens, clients and sessions.
    pub fn set_revoked(&self, keys: HashSet<Uuid>) {
        if **self.revoked.load() != keys {
            self.revoked.store(Arc::new(keys));
        }
    }
}
