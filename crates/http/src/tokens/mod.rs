//! Access tokens: JSON Web Tokens after RFC 9068, signed with Ed25519.

mod keys;
mod permit;
mod scope;
mod verifier;

pub use keys::{InvalidKey, KeyRing, generate_signing_key, public_key};
pub use permit::{CatalogRead, Permission, Permit};
pub use scope::{Scope, Scopes, UnknownScope};
pub use verifier::{AccessToken, Caller, LIFETIME, Refusal, Tokens};
