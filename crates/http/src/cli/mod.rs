//! The command line.

mod catalog;
mod client;
mod configuration;
mod health;
mod keys;
mod role;
mod serve;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, Parser, Subcommand};
use peerpath_persistence::{Database, migrations};

use crate::app::config::{DatabaseConfig, ServeConfig};
use crate::service::secret::NoRandomness;
use crate::service::tokens::KeyError;

/// A REST service about peer support certification in the United States.
#[derive(Debug, Parser)]
#[command(name = "peerpath", version)]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run the service.
    Serve(Box<ServeConfig>),
    /// Check whether a running service is ready. Exits with 0 if it is; made for container health checks.
    Health {
        /// Address and port of the service.
        #[arg(long, env = "PEERPATH_ADDRESS", default_value = "127.0.0.1:8080")]
        address: std::net::SocketAddr,
    },
    /// Run the missing database migrations.
    Migrate(DatabaseConfig),
    /// Check, import and describe the catalog files.
    #[command(subcommand)]
    Catalog(catalog::CatalogTask),
    /// Manage machine clients.
    #[command(subcommand)]
    Client(client::ClientTask),
    /// Manage encryption keys and token signing keys.
    #[command(subcommand)]
    Keys(keys::KeysTask),
    /// Grant and revoke platform roles.
    #[command(subcommand)]
    Role(role::RoleTask),
    /// Print the OpenAPI document, with examples from the catalog files.
    Openapi {
        /// Catalog folder.
        #[arg(default_value = "catalog")]
        folder: std::path::PathBuf,
        /// File to write to. Without it, the document goes to standard output.
        #[arg(long)]
        output: Option<std::path::PathBuf>,
    },
    /// Print the configuration variables as Markdown tables.
    #[command(hide = true)]
    Configuration {
        /// Document whose section on the configuration to replace.
        #[arg(long)]
        update: Option<std::path::PathBuf>,
    },
}

/// The reason why a command failed, in one line.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Database(#[from] peerpath_persistence::Error),
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Keys(#[from] KeyError),
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    #[error("{0}")]
    Other(String),
    /// The command has already printed the faults.
    #[error("")]
    Told,
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return explain(&error),
    };
    match run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Told) => ExitCode::FAILURE,
        // The reader of the output closed the pipe: `peerpath client list | head`.
        Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(io::stderr(), "peerpath: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        match task {
            Task::Serve(config) => serve::serve(*config).await,
            Task::Health { address } => health::check(address).await,
            Task::Migrate(config) => migrate(&config).await,
            Task::Catalog(task) => catalog::run(task).await,
            Task::Client(task) => client::run(task).await,
            Task::Keys(task) => keys::run(task).await,
            Task::Role(task) => role::run(task).await,
            Task::Openapi { folder, output } => catalog::write_openapi(&folder, output.as_deref()),
            Task::Configuration { update } => configuration::write(update.as_deref()),
        }
    })
}

async fn migrate(config: &DatabaseConfig) -> Result<(), Failure> {
    let ran = migrations::run(&Database::new(&config.database_url, 1)?).await?;
    let mut out = io::stdout();
    match ran.as_slice() {
        [] => writeln!(out, "the database is up to date")?,
        names => names.iter().try_for_each(|name| writeln!(out, "ran migration {name}"))?,
    }
    Ok(())
}

fn print(value: &serde_json::Value) -> Result<(), Failure> {
    Ok(writeln!(io::stdout(), "{value}")?)
}

/// Options that are or contain secrets. Error messages do not repeat their values.
const SECRETS: [&str; 3] = ["database-url", "sealing-keys", "smtp-url"];

/// Prints help like clap, but reports a missing or malformed setting in one line that names its variable.
fn explain(error: &clap::Error) -> ExitCode {
    let one_line = match error.kind() {
        ErrorKind::MissingRequiredArgument => {
            first(error, ContextKind::InvalidArg).map(|arg| format!("{} is missing", named(&arg)))
        }
        ErrorKind::ValueValidation | ErrorKind::InvalidValue => first(error, ContextKind::InvalidArg).map(|arg| {
            let cause = std::error::Error::source(error).map_or_else(|| "is not allowed".into(), ToString::to_string);
            match first(error, ContextKind::InvalidValue).filter(|_| !SECRETS.iter().any(|secret| arg.contains(secret)))
            {
                Some(value) => format!("{}: {value:?} {cause}", named(&arg)),
                None => format!("{} {cause}", named(&arg)),
            }
        }),
        _ => None,
    };
    match one_line {
        Some(line) => {
            let _ = writeln!(io::stderr(), "peerpath: {line}");
        }
        None => {
            let _ = error.print();
        }
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(1))
}

fn first(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => texts.first().cloned(),
        _ => None,
    }
}

/// The environment variable and name of an option, which clap's errors call `--address <ADDRESS>`.
fn named(arg: &str) -> String {
    fn variable(command: &Command, option: &str) -> Option<String> {
        let own = command.get_arguments().find(|arg| arg.get_long() == Some(option)).and_then(|arg| arg.get_env());
        let own = own.map(|name| name.to_string_lossy().into_owned());
        own.or_else(|| command.get_subcommands().find_map(|command| variable(command, option)))
    }
    let option = arg.split(' ').next().unwrap_or(arg);
    match option.strip_prefix("--").and_then(|long| variable(&Cli::command(), long)) {
        Some(variable) => format!("{variable} ({option})"),
        None => arg.into(),
    }
}
