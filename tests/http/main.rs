//! What the service does, held from outside: over HTTP, and on the command line.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that meets what it does not expect has failed"
)]

mod catalog;
mod command_line;
mod contract;
mod credentials;
mod imports;
mod operations;
mod paging;
mod problems;
mod reads;
mod revisions;
mod tokens;
