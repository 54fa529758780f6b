//! `peerpath serve`.

use std::path::Path;

use peerpath_persistence::{Database, migrations};
use tokio::signal::unix::{SignalKind, signal};

use super::Failure;
use crate::app::config::ServeConfig;
use crate::app::{log, server};

/// Runs the service until SIGTERM or SIGINT.
pub(super) async fn serve(config: ServeConfig) -> Result<(), Failure> {
    let _guard = log::init(&config.log, config.log_file.as_deref()).map_err(|error| {
        let file = config.log_file.as_deref().unwrap_or(Path::new("standard output"));
        Failure::Other(format!("PEERPATH_LOG_FILE: {} cannot be written: {error}", file.display()))
    })?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let database = Database::new(&config.database_url, 1)?;
    match migrations::pending(&database).await {
        Ok(0) => {}
        Ok(count) => {
            return Err(Failure::Other(format!("the database lacks {count} migrations: run peerpath migrate")));
        }
        // The database may recover soon: the service starts, reports that it is not ready, and keeps trying.
        Err(error) => tracing::warn!(error = %error, "the database's structure cannot be checked"),
    }
    let running = server::start(config).await?;
    tracing::info!(address = %running.address, metrics_address = running.metrics_address.map(tracing::field::display), "serving");
    let stop = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
    };
    running.serve_until(stop).await?;
    tracing::info!("stopped");
    Ok(())
}
