//! The configuration: environment variables, each of them an option of the command line, too.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;
use ipnet::IpNet;

use crate::service::network::ForwardedHeader;
use crate::service::sealing::SealingKeys;

/// Where the database is.
#[derive(Debug, Clone, Args)]
pub struct DatabaseConfig {
    /// The PostgreSQL database: postgres://USER:PASSWORD@HOST:PORT/NAME.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_parser = database_url)]
    pub database_url: String,
}

/// Where the database is, and what seals in it.
#[derive(Debug, Clone, Args)]
pub struct SealedDatabaseConfig {
    /// The database.
    #[command(flatten)]
    pub database: DatabaseConfig,

    /// The keys that seal what the database must not tell, as the service has them.
    #[arg(long, env = "PEERPATH_SEALING_KEYS", hide_env_values = true)]
    pub sealing_keys: SealingKeys,
}

/// How the service is run.
#[derive(Debug, Clone, Args)]
pub struct ServeConfig {
    /// The PostgreSQL database: postgres://USER:PASSWORD@HOST:PORT/NAME.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_parser = database_url)]
    pub database_url: String,

    /// The most connections to the database that requests use, shared out to the workers, each of which has two at least; the service has up to four more for itself.
    #[arg(long, env = "PEERPATH_DATABASE_CONNECTIONS", default_value_t = 8, value_parser = at_least_one)]
    pub database_connections: usize,

    /// Where to answer.
    #[arg(long, env = "PEERPATH_ADDRESS", default_value = "127.0.0.1:8080")]
    pub address: SocketAddr,

    /// Where to show metrics, in Prometheus' format; nowhere without.
    #[arg(long, env = "PEERPATH_METRICS_ADDRESS")]
    pub metrics_address: Option<SocketAddr>,

    /// The service's public address, which issues the tokens and is their audience: <https://HOST>, without a slash at the end.
    #[arg(long, env = "PEERPATH_ISSUER", value_parser = issuer)]
    pub issuer: String,

    /// The keys that seal what the database must not tell, separated by commas: the first seals, all of them open. `peerpath keys generate` makes one.
    #[arg(long, env = "PEERPATH_SEALING_KEYS", hide_env_values = true)]
    pub sealing_keys: SealingKeys,

    /// The SMTP server that takes mails: <smtps://USER:PASSWORD@HOST>, or <smtp://HOST:PORT?tls=required>; without, they are written as files.
    #[arg(long, env = "PEERPATH_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,

    /// The folder that mails are written into where no server takes them.
    #[arg(long, env = "PEERPATH_MAIL_FOLDER", default_value = ".local/mail")]
    pub mail_folder: PathBuf,

    /// Whom mails come from.
    #[arg(long, env = "PEERPATH_MAIL_FROM", default_value = "PeerPath <no-reply@peerpath.example>")]
    pub mail_from: String,

    /// Networks of the proxies before the service, separated by commas, such as 10.0.0.0/8: what they say of where a request comes from is believed.
    #[arg(long, env = "PEERPATH_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpNet>,

    /// The header by which they say it.
    #[arg(long, env = "PEERPATH_FORWARDED_HEADER", value_enum, default_value = "x-forwarded-for")]
    pub forwarded_header: ForwardedHeader,

    /// How many requests a client, a person or an address without a token may make in a minute, of each instance.
    #[arg(long, env = "PEERPATH_REQUESTS_PER_MINUTE", default_value = "6000")]
    pub requests_per_minute: NonZeroU32,

    /// How many attempts to sign in, sign up or reset a password an address may make in a minute, of each instance.
    #[arg(long, env = "PEERPATH_ATTEMPTS_PER_MINUTE", default_value = "20")]
    pub attempts_per_minute: NonZeroU32,

    /// How many attempts to sign in to one account may be made in an hour, of each instance.
    #[arg(long, env = "PEERPATH_ACCOUNT_ATTEMPTS_PER_HOUR", default_value = "30")]
    pub account_attempts_per_hour: NonZeroU32,

    /// How many passwords are hashed at once; without, one less than there are cores.
    #[arg(long, env = "PEERPATH_HASHING_THREADS", default_value_t = cores().saturating_sub(1).max(1), hide_default_value = true, value_parser = at_least_one)]
    pub hashing_threads: usize,

    /// How many passwords may wait to be hashed; who comes then is asked to come back.
    #[arg(long, env = "PEERPATH_HASHING_QUEUE", default_value_t = 32)]
    pub hashing_queue: usize,

    /// Origins of web pages that may call the service, separated by commas, or `*` for all.
    #[arg(long, env = "PEERPATH_CORS_ORIGINS", value_delimiter = ',', value_parser = origin)]
    pub cors_origins: Vec<String>,

    /// How many workers answer requests; without, one for each core.
    #[arg(long, env = "PEERPATH_WORKERS", default_value_t = cores(), hide_default_value = true, value_parser = at_least_one)]
    pub workers: usize,

    /// The most bytes that the body of a request may have.
    #[arg(long, env = "PEERPATH_BODY_BYTES", default_value_t = 65_536, value_parser = at_least_one)]
    pub body_bytes: usize,

    /// How many seconds a request may take.
    #[arg(long, env = "PEERPATH_REQUEST_SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub request_seconds: u64,

    /// How many seconds requests in flight have when the service is stopped.
    #[arg(long, env = "PEERPATH_SHUTDOWN_SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(0..=600))]
    pub shutdown_seconds: u64,

    /// What is logged: a level (error, warn, info, debug, trace, off), or a filter of tracing-subscriber.
    #[arg(long, env = "PEERPATH_LOG", default_value = "info,actix_server=warn", value_parser = filter)]
    pub log: String,

    /// The file to log to; standard output without.
    #[arg(long, env = "PEERPATH_LOG_FILE")]
    pub log_file: Option<PathBuf>,
}

fn database_url(text: &str) -> Result<String, String> {
    let address = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
    // The address may hold a password: it is not repeated.
    if address.is_some_and(|rest| !rest.is_empty()) {
        Ok(text.into())
    } else {
        Err("is not of the form postgres://...".into())
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|&count| count >= 1).ok_or_else(|| "is not a whole number from 1 on".into())
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
        Err("is not an origin such as https://app.example, nor *".into())
    }
}

fn filter(text: &str) -> Result<String, String> {
    let parsed: Result<tracing_subscriber::EnvFilter, _> = text.parse();
    parsed.map(|_| text.into()).map_err(|error| format!("is not a filter: {error}"))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
