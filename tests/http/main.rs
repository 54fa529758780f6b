//! Tests of the service from outside: over HTTP, and on the command line.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that meets what it does not expect has failed"
)]

mod access;
mod accounts;
mod administration;
mod catalog;
mod contract;
mod guidance;
mod oauth;
mod operations;
mod organizations;
