//! Logs: one JSON object a line.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

/// Begins to log to a file, or to standard output. What is not written yet is written when the guard is dropped.
///
/// No request waits for the disk: lines go to a thread that writes them in batches.
///
/// # Errors
/// Where the file cannot be opened.
pub fn init(filter: &str, file: Option<&Path>) -> io::Result<WorkerGuard> {
    let output: Box<dyn Write + Send> = match file {
        Some(path) => Box::new(OpenOptions::new().create(true).append(true).open(path)?),
        None => Box::new(io::stdout()),
    };
    let (writer, guard) = tracing_appender::non_blocking(BufWriter::new(output));
    let filter: EnvFilter = filter.parse().map_err(io::Error::other)?;
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(writer)
        .finish();
    // Only a second call could fail, and then the first subscriber stays.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(guard)
}
