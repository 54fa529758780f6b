//! What the service does, held from outside: over HTTP, and on the command line.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that meets what it does not expect has failed"
)]

mod access;
mod accounts;
mod addresses;
mod administration;
mod alignments;
mod audit;
mod bodies;
mod catalog;
mod clients;
mod command_line;
mod comparison;
mod contract;
mod credentials;
mod eligibility;
mod fields;
mod imports;
mod invitations;
mod limits;
mod mail;
mod oauth;
mod operations;
mod organizations;
mod pages;
mod paging;
mod passwords;
mod plans;
mod postings;
mod problems;
mod races;
mod reads;
mod repeats;
mod revisions;
mod second_factors;
mod sessions;
mod statistics;
mod tokens;
mod transfers;
mod worked_examples;
