//! PeerPath's facts and people in Postgres: one module a noun, one function a query.
//!
//! Functions take a [`Connection`] and domain types and return domain types. No type of diesel leaves the crate.

mod error;
mod schema;

pub mod catalog;
pub mod clients;
pub mod connection;
pub mod migrations;
pub mod notifications;

pub use connection::{Connection, Database};
pub use error::Error;
