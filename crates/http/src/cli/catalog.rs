//! `peerpath catalog` and `peerpath openapi`: the catalog's files.

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
use crate::clock;
use crate::config::DatabaseConfig;
use crate::openapi;
use crate::snapshot::Snapshot;

/// The schema's file in the catalog's folder.
const SCHEMA: &str = "file.schema.json";

/// What can be done with the catalog's files.
#[derive(Debug, Subcommand)]
pub(super) enum CatalogTask {
    /// Check the files: their shape, every reference, plausible dates and numbers. Names each fault with file and JSON Pointer.
    Check {
        /// The catalog's folder.
        #[arg(default_value = "catalog")]
        folder: PathBuf,
    },
    /// Write the files to the database: unchanged records are left alone, changed ones get a new revision.
    Import {
        /// The catalog's folder.
        #[arg(default_value = "catalog")]
        folder: PathBuf,
        /// The day from which the facts hold; today without.
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
    writeln!(out, "no fault, {} warnings", reading.warnings.len())?;
    Ok(())
}

/// How many days ahead facts may be announced. Versions follow each other in time, so that a slip of the pen in the year
/// would lock the catalog until then.
const AHEAD: i64 = 366;

async fn import_folder(folder: &Path, effective: NaiveDate, config: &DatabaseConfig) -> Result<(), Failure> {
    if effective - clock::today() > TimeDelta::days(AHEAD) {
        return Err(Failure::Other(format!("--effective {effective} is more than {AHEAD} days ahead")));
    }
    let reading = read_folder(folder)?;
    let database = Database::new(&config.database_url, 1)?;
    let mut db = database.connection().await?;
    let told = match import(&mut db, &reading.catalog, &reading.records, effective).await? {
        Imported::Unchanged { version } => format!("nothing changed; the catalog stays at version {version}"),
        Imported::Version { version, added, changed, withdrawn } => {
            format!(
                "version {version}, effective {effective}: {added} records added, {changed} changed, {withdrawn} withdrawn"
            )
        }
        Imported::TooEarly { earliest } => {
            let detail = format!(
                "--effective {effective} is before the newest version's {earliest}: versions follow each other in time"
            );
            return Err(Failure::Other(detail));
        }
    };
    Ok(writeln!(io::stdout(), "{told}")?)
}

/// Writes the OpenAPI document, with examples from the catalog's files, to a file or to standard output.
pub(super) fn write_openapi(folder: &Path, output: Option<&Path>) -> Result<(), Failure> {
    let snapshot = example_snapshot(read_folder(folder)?)?;
    let document = openapi::document(&snapshot).map_err(unexpected)?;
    match output {
        Some(file) => Ok(fs::write(file, serde_json::to_string_pretty(&document).map_err(unexpected)? + "\n")?),
        None => print(&document),
    }
}

/// The files as a catalog that was imported once, on a fixed day.
fn example_snapshot(Reading { records, catalog, .. }: Reading) -> Result<Snapshot, Failure> {
    let imported_at = DateTime::UNIX_EPOCH + TimeDelta::days(20_454);
    let effective = imported_at.date_naive();
    let counts = catalog.counts();
    let version = CatalogVersion { id: 1, effective, imported_at, digest: vec![0; 32], counts };
    let revision = Revision { number: 1, effective, imported_at, catalog_version: 1, withdrawn: false };
    let revisions: HashMap<_, _> =
        records.iter().map(|record| (record.id().to_owned(), vec![revision.clone()])).collect();
    let standing = records.iter().map(|record| ((record.kind(), record.id().to_owned()), (1, effective))).collect();
    let stored = StoredCatalog { version: version.clone(), records, standing };
    Snapshot::build(stored, vec![version], revisions).map_err(unexpected)
}

/// Reads the files, or tells what is wrong with them.
fn read_folder(folder: &Path) -> Result<Reading, Failure> {
    let mut files = Vec::new();
    collect(folder, folder, &mut files)?;
    files.sort_by(|a, b| a.name.cmp(&b.name));
    if files.is_empty() {
        return Err(Failure::Other(format!("{} has no files of a catalog", folder.display())));
    }
    read(&files).or_else(|faults| {
        let mut err = io::stderr();
        for fault in &faults {
            writeln!(err, "{fault}")?;
        }
        writeln!(err, "faults in {}: {}", folder.display(), faults.len())?;
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

/// The catalog of the repository.
#[cfg(test)]
pub fn repository_catalog() -> peerpath_domain::catalog::Catalog {
    read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog")).unwrap().catalog
}

fn print(value: &Value) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(unexpected)?;
    Ok(writeln!(io::stdout(), "{text}")?)
}

fn unexpected(error: impl std::fmt::Display) -> Failure {
    Failure::Other(error.to_string())
}
