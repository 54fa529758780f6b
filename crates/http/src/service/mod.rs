//! Everything that works without a request. Its errors are small enums, which `web/problem.rs` turns into problems.

pub mod audit;
pub mod clock;
pub mod hashing;
pub mod limits;
pub mod mail;
pub mod metrics;
pub mod network;
pub mod sealing;
pub mod secret;
pub mod sessions;
pub mod snapshot;
mod state;
pub mod tokens;

pub use state::Service;
