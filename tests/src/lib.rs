//! Helpers of the tests: a database and a running service for each test, the catalog's files, and the program.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test whose surroundings fail has failed"
)]
#![expect(clippy::missing_panics_doc, reason = "a helper panics when its test cannot go on")]
#![expect(missing_docs, reason = "the names of most helpers say it")]

pub mod answer;
pub mod authenticator;
pub mod clock;
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

/// How long a test waits for a condition: long enough for a busy machine, and shorter than the half minute after which the
/// service polls for a new catalog.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until `look` finds something, and otherwise panics with `what`.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until a future ends, and otherwise panics with `what`.
pub async fn in_time<T>(what: &str, future: impl Future<Output = T>) -> T {
    let ended = tokio::time::timeout(PATIENCE, future).await;
    ended.unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"))
}
