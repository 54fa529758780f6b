//! PeerPath's facts and people in Postgres: one module a noun, one function a query.
//!
//! Functions take a [`Connection`] and domain types and return domain types. No type of diesel leaves the crate.

mod error;
mod schema;

pub mod accounts;
pub mod audit;
pub mod catalog;
pub mod clients;
pub mod connection;
pub mod housekeeping;
pub mod idempotency;
pub mod invitations;
pub mod mail_tokens;
pub mod members;
pub mod migrations;
pub mod notifications;
pub mod organizations;
pub mod outbox;
pub mod revocations;
pub mod second_factors;
pub mod sessions;
pub mod sign_ups;
pub mod signing_keys;

pub use connection::{Connection, Database, transaction};
pub use error::Error;
