//! Migrations of the database. Both functions block their thread: call them on a multi-threaded runtime.

use diesel_async::AsyncMigrationHarness;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::connection::Database;
use crate::error::Error;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Runs the pending migrations, and returns their names.
///
/// # Errors
/// [`Error::Corrupt`] when a migration fails.
pub async fn run(database: &Database) -> Result<Vec<String>, Error> {
    let mut harness = AsyncMigrationHarness::new(database.dedicated().await?);
    let ran = harness
        .run_pending_migrations(MIGRATIONS)
        .map_err(|error| Error::Corrupt(format!("migration failed: {error}")))?;
    Ok(ran.iter().map(ToString::to_string).collect())
}

/// Counts the pending migrations.
pub async fn pending(database: &Database) -> Result<usize, Error> {
    let mut harness = AsyncMigrationHarness::new(database.dedicated().await?);
    let pending = harness.pending_migrations(MIGRATIONS).map_err(|error| Error::Corrupt(error.to_string()))?;
    Ok(pending.len())
}
