//! The database's structure.

use diesel_async::AsyncMigrationHarness;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::connection::Database;
use crate::error::Error;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Brings the database to the structure that this version of the service needs; gives the names of the migrations that ran.
///
/// It blocks its thread: call it on a runtime of several.
///
/// # Errors
/// [`Error::Unavailable`] where the database cannot be reached, [`Error::Corrupt`] where a migration fails.
pub async fn run(database: &Database) -> Result<Vec<String>, Error> {
    let mut harness = AsyncMigrationHarness::new(database.dedicated().await?);
    let ran = harness
        .run_pending_migrations(MIGRATIONS)
        .map_err(|error| Error::Corrupt(format!("migration failed: {error}")))?;
    Ok(ran.iter().map(ToString::to_string).collect())
}

/// The migrations that are still to be run.
///
/// It blocks its thread: call it on a runtime of several.
///
/// # Errors
/// [`Error::Unavailable`] where the database cannot be reached, [`Error::Corrupt`] where it cannot tell.
pub async fn pending(database: &Database) -> Result<usize, Error> {
    let mut harness = AsyncMigrationHarness::new(database.dedicated().await?);
    let pending = harness.pending_migrations(MIGRATIONS).map_err(|error| Error::Corrupt(error.to_string()))?;
    Ok(pending.len())
}
