//! The log: one JSON object a line.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

/// The most lines that may wait to be written. When the disk does not keep up, whoever logs waits: no line is lost.
const MOST_WAITING: usize = 16_384;

/// Starts to log to a file, or to standard output. Lines that still wait are written when the guard is dropped.
///
/// # Errors
/// When the file cannot be opened.
pub fn init(filter: &str, file: Option<&Path>) -> io::Result<WorkerGuard> {
    let output: Box<dyn Write + Send> = match file {
        Some(path) => Box::new(OpenOptions::new().create(true).append(true).open(path)?),
        None => Box::new(io::stdout()),
    };
    // A request does not wait for the disk: a thread of its own writes the lines.
    let (lines, guard) = NonBlockingBuilder::default().lossy(false).buffered_lines_limit(MOST_WAITING).finish(output);
    let filter: EnvFilter = filter.parse().map_err(io::Error::other)?;
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(lines)
        .finish();
    // Only a second call could fail, and then the first subscriber stays.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(guard)
}
