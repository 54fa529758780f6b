//! PeerPath's storage in Postgres: one module per noun, one function per query.
//!
//! Functions take a [`Connection`] and domain types and return domain types. No type of diesel leaves the crate.
//!
//! - **Errors.** Any query fails with [`Error::Unavailable`] when the database cannot be reached, with [`Error::Constraint`]
//!   when a named constraint refuses the write, with [`Error::Corrupt`] when a stored value cannot be read, and with
//!   [`Error::Query`] otherwise. A function documents only what it adds to that.
//! - **Transactions.** A function that runs several statements expects to run in a [`transaction`] of its caller, unless it
//!   says that it opens one.
//! - **Pages.** A list returns the rows beyond the key `after` (or `before`), at most `limit`, and the total of all pages.
//! - **Locks.** A row that a `lock` function returns cannot be changed by others until the transaction ends.

#![expect(clippy::missing_errors_doc, reason = "the errors of every query are documented above, once")]
#![expect(missing_docs, reason = "most fields are columns whose names say what they hold; the others have a comment")]

mod error;
mod schema;
mod word;

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
