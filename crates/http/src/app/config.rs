//! The configuration: environment variables, which are also command-line options.
//!
//! The comments on the fields are the help texts and fill the table in `docs/operations.md`.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;
use ipnet::IpNet;

use crate::service::network::ForwardedHeader;
use crate::service::sealing::SealingKeys;

/// The database of a command.
#[derive(Debug, Clone, Args)]
pub struct DatabaseConfig {
    /// PostgreSQL database (15 or newer): `postgres://USER:PASSWORD@HOST:PORT/NAME`.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_parser = database_url)]
    pub database_url: String,
}

/// The database of a command that reads or writes secrets there.
#[derive(Debug, Clone, Args)]
pub struct SealedDatabaseConfig {
    /// The database.
    #[command(flatten)]
    pub database: DatabaseConfig,

    /// Keys that encrypt secrets in the database: the same as those of the service.
    #[arg(long, env = "PEERPATH_SEALING_KEYS", hide_env_values = true)]
    pub sealing_keys: SealingKeys,
}

/// The configuration of the service.
#[derive(Debug, Clone, Args)]
pub struct ServeConfig {
    /// PostgreSQL database (15 or newer): `postgres://USER:PASSWORD@HOST:PORT/NAME`.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_parser = database_url)]
    pub database_url: String,

    /// Maximum number of database connections for requests, divided among the workers; each worker gets at least two. Background work uses up to four more.
    #[arg(long, env = "PEERPATH_DATABASE_CONNECTIONS", default_value_t = 8, value_parser = at_least_one)]
    pub database_connections: usize,

    /// Address and port to listen on.
    #[arg(long, env = "PEERPATH_ADDRESS", default_value = "127.0.0.1:8080")]
    pub address: SocketAddr,

    /// Address and port for Prometheus metrics. Without it, the service offers none.
    #[arg(long, env = "PEERPATH_METRICS_ADDRESS")]
    pub metrics_address: Option<SocketAddr>,

    /// Public address of the service, `https://HOST` without a slash at the end. It is the issuer and audience of tokens, and links in mails begin with it.
    #[arg(long, env = "PEERPATH_ISSUER", value_parser = issuer)]
    pub issuer: String,

    /// Keys that encrypt secrets in the database, separated by commas: the first encrypts, all of them decrypt. `peerpath keys generate` makes one.
    #[arg(long, env = "PEERPATH_SEALING_KEYS", hide_env_values = true)]
    pub sealing_keys: SealingKeys,

    /// SMTP server for outgoing mail: `smtps://USER:PASSWORD@HOST` or `smtp://HOST:PORT?tls=required`. Without it, mails are written to files.
    #[arg(long, env = "PEERPATH_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,

    /// Folder for mails when there is no SMTP server.
    #[arg(long, env = "PEERPATH_MAIL_FOLDER", default_value = ".local/mail")]
    pub mail_folder: PathBuf,

    /// Sender of the mails.
    #[arg(long, env = "PEERPATH_MAIL_FROM", default_value = "PeerPath <no-reply@peerpath.example>")]
    pub mail_from: String,

    /// Networks of trusted proxies, separated by commas, such as `10.0.0.0/8`. The service takes the client's address from the header that they send.
    #[arg(long, env = "PEERPATH_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpNet>,

    /// Header in which trusted proxies send the client's address.
    #[arg(long, env = "PEERPATH_FORWARDED_HEADER", value_enum, default_value = "x-forwarded-for")]
    pub forwarded_header: ForwardedHeader,

    /// Requests per minute from one client, one person, or one address without a token. Each instance counts for itself.
    #[arg(long, env = "PEERPATH_REQUESTS_PER_MINUTE", default_value = "6000")]
    pub requests_per_minute: NonZeroU32,

    /// Attempts per minute from one address to sign in, sign up or reset a password. Each instance counts for itself.
    #[arg(long, env = "PEERPATH_ATTEMPTS_PER_MINUTE", default_value = "20")]
    pub attempts_per_minute: NonZeroU32,

    /// Attempts per hour from one address to sign in to one account; ten times as many from all addresses together. Each instance counts for itself.
    #[arg(long, env = "PEERPATH_ACCOUNT_ATTEMPTS_PER_HOUR", default_value = "30")]
    pub account_attempts_per_hour: NonZeroU32,

    /// Number of passwords hashed at the same time. By default, one less than the number of cores.
    #[arg(long, env = "PEERPATH_HASHING_THREADS", default_value_t = cores().saturating_sub(1).max(1), hide_default_value = true, value_parser = at_least_one)]
    pub hashing_threads: usize,

    /// Number of passwords that may wait to be hashed. When the queue is full, the service answers 503 with `Retry-After`.
    #[arg(long, env = "PEERPATH_HASHING_QUEUE", default_value_t = 32)]
    pub hashing_queue: usize,

    /// Origins whose web pages may call the service, separated by commas, or `*` for all.
    #[arg(long, env = "PEERPATH_CORS_ORIGINS", value_delimiter = ',', value_parser = origin)]
    pub cors_origins: Vec<String>,

    /// Number of workers that answer requests. By default, one per core.
    #[arg(long, env = "PEERPATH_WORKERS", default_value_t = cores(), hide_default_value = true, value_parser = at_least_one)]
    pub workers: usize,

    /// Maximum size of a request body, in bytes.
    #[arg(long, env = "PEERPATH_BODY_BYTES", default_value_t = 65_536, value_parser = at_least_one)]
    pub body_bytes: usize,

    /// Maximum duration of a request, in seconds (1 to 600).
    #[arg(long, env = "PEERPATH_REQUEST_SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub request_seconds: u64,

    /// Seconds that running requests get to finish when the service stops (0 to 600).
    #[arg(long, env = "PEERPATH_SHUTDOWN_SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(0..=600))]
    pub shutdown_seconds: u64,

    /// Log level (`error`, `warn`, `info`, `debug`, `trace` or `off`), or a filter of tracing-subscriber.
    #[arg(long, env = "PEERPATH_LOG", default_value = "info,actix_server=warn", value_parser = filter)]
    pub log: String,

    /// File to log to. Without it, the log goes to standard output.
    #[arg(long, env = "PEERPATH_LOG_FILE")]
    pub log_file: Option<PathBuf>,
}

fn database_url(text: &str) -> Result<String, String> {
    let address = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
    // The address may contain a password, so the error does not repeat it.
    if address.is_some_and(|rest| !rest.is_empty()) {
        Ok(text.into())
    } else {
        Err("does not have the form postgres://...".into())
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|&count| count >= 1).ok_or_else(|| "is not a whole number of at least 1".into())
}

fn issuer(text: &str) -> Result<String, String> {
    let address = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = |rest: &str| !rest.is_empty() && !rest.contains(['?', '#', ' ', '"']) && !rest.ends_with('/');
    if address.is_some_and(plain) {
        Ok(text.into())
    } else {
        Err("is not an address such as https://peerpath.example".into())
    }
}

fn origin(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    if text == "*" || host.is_some_and(|host| !host.is_empty() && !host.contains(['/', ' ', '*'])) {
        Ok(text.into())
    } else {
        Err("is neither an origin such as https://app.example nor *".into())
    }
}

fn filter(text: &str) -> Result<String, String> {
    let parsed: Result<tracing_subscriber::EnvFilter, _> = text.parse();
    parsed.map(|_| text.into()).map_err(|error| format!("is not a filter: {error}"))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
