//! `peerpath serve`.

use std::fs;
use std::path::Path;

use peerpath_persistence::{Database, migrations};
use tokio::signal::unix::{SignalKind, signal};

use super::Failure;
use crate::config::ServeConfig;
use crate::tokens::{KeyRing, Tokens};
use crate::{server, telemetry};

/// Runs the service until it is told to stop.
pub(super) async fn serve(config: ServeConfig) -> Result<(), Failure> {
    let tokens = tokens(&config)?;
    let _guard = telemetry::init(&config.log, config.log_file.as_deref()).map_err(|error| {
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
        // It may be back soon: the service starts, says that it is not ready, and goes on trying.
        Err(error) => tracing::warn!(error = %error, "the database's structure cannot be checked"),
    }
    let running = server::start(config, tokens).await?;
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

fn tokens(config: &ServeConfig) -> Result<Tokens, Failure> {
    let signing = read("PEERPATH_SIGNING_KEY_FILE", &config.signing_key_file)?;
    let mut accepted = Vec::new();
    for path in &config.accepted_key_files {
        accepted.push(read("PEERPATH_ACCEPTED_KEY_FILES", path)?);
    }
    let keys = KeyRing::new(&signing, &accepted).map_err(|error| {
        Failure::Other(format!("PEERPATH_SIGNING_KEY_FILE or PEERPATH_ACCEPTED_KEY_FILES: {error}"))
    })?;
    Ok(Tokens::new(keys, config.issuer.clone()))
}

fn read(variable: &str, path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path)
        .map_err(|error| Failure::Other(format!("{variable}: {} cannot be read: {error}", path.display())))
}
