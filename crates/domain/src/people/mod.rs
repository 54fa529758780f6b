//! The people and organizations that use the service.

pub mod account;
pub mod audit;
pub mod key;
pub mod organization;
pub mod password;
pub mod word;
