//! Running the service.

mod command_line;
mod health;
mod mail;
mod metrics_and_log;
mod rate_limits;
mod repository_documents;
mod timeouts_and_shutdown;
