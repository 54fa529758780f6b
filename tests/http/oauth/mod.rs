//! Tokens of machines and people.

mod access_tokens;
mod revocation_and_introspection;
