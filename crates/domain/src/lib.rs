//! The vocabulary and rules of PeerPath: how to become a certified peer support specialist in each jurisdiction.
//!
//! [`catalog`] holds the facts, each with its source; what no source states stays unknown. [`guidance`] compares them with an
//! applicant. [`people`] has accounts and organizations.
//!
//! Everything here is pure: no input or output, no clock, no async. [`words`] has all texts for people.

pub mod catalog;
pub mod guidance;
pub mod people;
pub mod words;
