//! Access tokens: JSON Web Tokens after RFC 9068, signed with Ed25519; and the refresh tokens that go with people's.

mod keys;
mod refresh;
mod scope;
mod verifier;

pub use keys::{KeyError, KeyRing, new_signing_key, revoke, rotate, signing_keys_or_first};
pub use refresh::{PREFIX as REFRESH_PREFIX, RefreshToken, Shown};
pub use scope::{Scope, Scopes, UnknownScope};
pub use verifier::{AccessToken, Caller, IssueError, LIFETIME, Refusal, Subject, Tokens};
