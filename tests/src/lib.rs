//! What the tests share: a database and a running service for each, the catalog's files as they stand, and the program.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test whose surroundings fail has failed"
)]
#![expect(clippy::missing_panics_doc, reason = "everything here panics where a test cannot go on")]

pub mod answer;
pub mod authenticator;
pub mod database;
pub mod document;
pub mod files;
pub mod keys;
pub mod mails;
pub mod people;
pub mod program;
pub mod service;
pub mod smtp;
pub mod world;

use std::time::{Duration, Instant};

/// How long a test waits for something that should be soon.
const PATIENCE: Duration = Duration::from_secs(15);

/// Waits until `look` finds something.
///
/// # Panics
/// Where it does not within fifteen seconds; `what` says what was waited for.
pub async fn eventually<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    within(PATIENCE, what, look).await
}

/// Waits until `look` finds something, as long as `limit` allows.
///
/// # Panics
/// Where it does not in that time; `what` says what was waited for.
pub async fn within<T>(limit: Duration, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < limit, "{what}: not within {limit:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
