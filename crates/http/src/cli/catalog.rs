//! `peerpath catalog` and `peerpath openapi`.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, TimeDelta};
use clap::Subcommand;
use peerpath_domain::catalog::revision::{CatalogVersion, Revision};
use peerpath_domain::catalog::{FileText, Reading, file_schema, read};
use peerpath_persistence::Database;
use peerpath_persistence::catalog::{Imported, StoredCatalog, import};
use serde_json::Value;

use super::Failure;
use crate::app::config::DatabaseConfig;
use crate::app::openapi;
use crate::service::clock;
use crate::service::snapshot::Snapshot;

/// The schema file in the catalog folder.
const SCHEMA: &str = "file.schema.json";

#[derive(Debug, Subcommand)]
pub(super) enum CatalogTask {
    /// Check the files: schema, references, plausible dates and numbers. Prints each error with its file and JSON Pointer.
    Check {
        /// Catalog folder.
        #[arg(default_value = "catalog")]
        folder: PathBuf,
    },
    /// Import the files into the database. Changed records get a new revision; unchanged records stay as they are.
    Import {
        /// Catalog folder.
        #[arg(default_value = "catalog")]
        folder: PathBuf,
        /// Date from which the facts apply. Without it, today.
        #[arg(long, value_name = "DATE")]
        effective: Option<NaiveDate>,
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// Print the JSON Schema of the files.
    Schema,
}

pub(super) async fn run(task: CatalogTask) -> Result<(), Failure> {
    match task {
        CatalogTask::Check { folder } => check(&folder),
        CatalogTask::Import { folder, effective, database } => {
            import_folder(&folder, effective.unwrap_or_else(clock::today), &database).await
        }
        CatalogTask::Schema => print(&file_schema().map_err(unexpected)?),
    }
}

fn check(folder: &Path) -> Result<(), Failure> {
    let reading = read_folder(folder)?;
    let mut out = io::stdout();
    for warning in &reading.warnings {
        writeln!(out, "warning: {warning}")?;
    }
    let counts = reading.catalog.counts();
    let counts: Vec<String> =
        counts.iter().map(|(kind, count)| format!("{count} {}", kind.plural().replace('_', " "))).collect();
    writeln!(out, "{}", counts.join(", "))?;
    writeln!(out, "no errors, {} warnings", reading.warnings.len())?;
    Ok(())
}

/// Maximum number of days from today to the effective date. No version can take effect before an earlier one, so a typo in
/// the year would block all imports until that year.
const MAX_DAYS_AHEAD: i64 = 366;

async fn import_folder(folder: &Path, effective: NaiveDate, config: &DatabaseConfig) -> Result<(), Failure> {
    if effective - clock::today() > TimeDelta::days(MAX_DAYS_AHEAD) {
        return Err(Failure::Other(format!("--effective {effective} is more than {MAX_DAYS_AHEAD} days ahead")));
    }
    let reading = read_folder(folder)?;
    let database = Database::new(&config.database_url, 1)?;
    let mut db = database.connection().await?;
    let message = match import(&mut db, &reading.catalog, &reading.records, effective).await? {
        Imported::Unchanged { version } => format!("nothing changed; the catalog stays at version {version}"),
        Imported::Version { version, added, changed, withdrawn } => {
            format!(
                "version {version}, effective {effective}: {added} records added, {changed} changed, {withdrawn} withdrawn"
            )
        }
        Imported::TooEarly { earliest } => {
            let detail = format!("--effective {effective} is before {earliest}, when the newest version takes effect");
            return Err(Failure::Other(detail));
        }
    };
    Ok(writeln!(io::stdout(), "{message}")?)
}

/// Writes the OpenAPI document, with examples from the catalog files, to a file or to standard output.
pub(super) fn write_openapi(folder: &Path, output: Option<&Path>) -> Result<(), Failure> {
    let snapshot = example_snapshot(read_folder(folder)?)?;
    let document = openapi::document(&snapshot).map_err(unexpected)?;
    match output {
        Some(file) => Ok(fs::write(file, serde_json::to_string_pretty(&document).map_err(unexpected)? + "\n")?),
        None => print(&document),
    }
}

/// Builds a snapshot of the files as if they had been imported once, on a fixed day.
fn example_snapshot(Reading { records, catalog, .. }: Reading) -> Result<Snapshot, Failure> {
    let imported_at = DateTime::UNIX_EPOCH + TimeDelta::days(20_454);
    let effective = imported_at.date_naive();
    let counts = catalog.counts();
    let version = CatalogVersion { id: 1, effective, imported_at, digest: vec![0; 32], counts };
    let revision = Revision { number: 1, effective, imported_at, catalog_version: 1, withdrawn: false };
    let revisions: HashMap<_, _> =
        records.iter().map(|record| (record.id().to_owned(), vec![revision.clone()])).collect();
    let current = records.iter().map(|record| ((record.kind(), record.id().to_owned()), (1, effective))).collect();
    let stored = StoredCatalog { version: version.clone(), records, revisions: current };
    Snapshot::build(stored, vec![version], revisions).map_err(unexpected)
}

/// Reads the files, or prints their faults.
fn read_folder(folder: &Path) -> Result<Reading, Failure> {
    let mut files = Vec::new();
    collect(folder, folder, &mut files)?;
    files.sort_by(|a, b| a.name.cmp(&b.name));
    if files.is_empty() {
        return Err(Failure::Other(format!("{} has no catalog files", folder.display())));
    }
    read(&files).or_else(|faults| {
        let mut err = io::stderr();
        for fault in &faults {
            writeln!(err, "{fault}")?;
        }
        writeln!(err, "errors in {}: {}", folder.display(), faults.len())?;
        Err(Failure::Told)
    })
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<FileText>) -> Result<(), Failure> {
    let unreadable =
        |path: &Path, error: io::Error| Failure::Other(format!("{} cannot be read: {error}", path.display()));
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "json")
            && path.file_name().is_some_and(|name| name != SCHEMA)
        {
            let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.push(FileText { name, text });
        }
    }
    Ok(())
}

fn print(value: &Value) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(unexpected)?;
    Ok(writeln!(io::stdout(), "{text}")?)
}

fn unexpected(error: impl std::fmt::Display) -> Failure {
    Failure::Other(error.to_string())
}
