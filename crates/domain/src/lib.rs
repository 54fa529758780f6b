//! PeerPath's nouns and rules: what becoming a certified peer support specialist takes, jurisdiction by jurisdiction.
//!
//! [`catalog`] holds the facts, each with its source; what no source states stays unknown. [`guidance`] compares them with an
//! applicant. [`people`] are the accounts and organizations that use the service.
//!
//! Everything here is pure: no input or output, no clock, no async.

pub mod catalog;
pub mod guidance;
pub mod people;
pub mod words;
