//! Access tokens (JSON Web Tokens by RFC 9068, signed with Ed25519), and the refresh tokens of people.

mod keys;
mod refresh;
mod scope;
mod verifier;

pub use keys::{KeyError, KeyRing, PublishedKey, revoke, rotate, signing_keys_or_first};
pub use refresh::{PREFIX as REFRESH_PREFIX, RefreshToken, Shown};
pub use scope::{Scope, Scopes, UnknownScope};
pub use verifier::{Caller, IssueError, Refusal, Subject, Tokens};

use chrono::TimeDelta;

/// Lifetime of an access token.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(15);

/// The media type of an access token (RFC 9068).
const TYPE: &str = "at+jwt";
