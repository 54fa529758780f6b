//! The catalog in Postgres: versions, entries, revisions.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use peerpath_domain::catalog::kind::Kind;
use peerpath_domain::catalog::revision::{CatalogVersion, Revision};
use peerpath_domain::catalog::{Catalog, Record};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::connection::Connection;
use crate::error::Error;
use crate::notifications::{Change, notify};
use crate::schema::{catalog_entries, catalog_revisions, catalog_versions};

/// The advisory lock of imports: any number that no other lock uses.
const IMPORT_LOCK: i64 = 0x7065_6572_7061_7468;

/// Rows per insert: Postgres takes 65,535 values in a statement.
const ROWS: usize = 10_000;

/// Outcome of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// Nothing to import: this version, the latest, has the same records.
    Unchanged { version: i64 },
    /// A new version, and how many of its records are new, changed or withdrawn.
    Version { version: i64, added: usize, changed: usize, withdrawn: usize },
    /// Nothing imported: the latest version takes effect after the given day, and versions must follow each other in time.
    TooEarly { earliest: NaiveDate },
}

/// Imports `records` as a version of the catalog that takes effect on `effective`, in a transaction of its own.
///
/// New and changed records get a revision, missing ones a revision that withdraws them; nothing is overwritten.
/// Listeners are notified.
pub async fn import(
    db: &mut Connection,
    catalog: &Catalog,
    records: &[Record],
    effective: NaiveDate,
) -> Result<Imported, Error> {
    let mut bodies = Vec::with_capacity(records.len());
    for record in records {
        bodies.push(record.to_body().map_err(|error| Error::Corrupt(error.to_string()))?);
    }
    db.transaction(async |db| {
        diesel::sql_query(format!("select pg_advisory_xact_lock({IMPORT_LOCK})")).execute(db).await?;
        let versions = versions(db).await?;
        let stored = newest_revisions(db, i64::MAX).await?;
        let mut unseen: HashMap<(&str, &str), &Stored> =
            stored.iter().map(|row| ((row.kind.as_str(), row.id.as_str()), row)).collect();

        let (mut added, mut changed) = (0, 0);
        let mut revisions = Vec::new();
        for (record, body) in records.iter().zip(&bodies) {
            let before = unseen.remove(&(record.kind().singular(), record.id()));
            match before.map(|row| (row.number, row.body.as_ref())) {
                Some((_, Some(stored))) if states_the_same(stored, record) => {}
                Some((number, _)) => {
                    changed += 1;
                    revisions.push((record.kind().singular(), record.id(), number + 1, Some(body)));
                }
                None => {
                    added += 1;
                    revisions.push((record.kind().singular(), record.id(), 1, Some(body)));
                }
            }
        }
        let gone = unseen.values().filter(|row| row.body.is_some());
        revisions.extend(gone.map(|row| (row.kind.as_str(), row.id.as_str(), row.number + 1, None)));
        let withdrawn = revisions.len() - added - changed;

        let latest = versions.last();
        if let (true, Some(version)) = (revisions.is_empty(), latest) {
            return Ok(Imported::Unchanged { version: version.id });
        }
        if let Some(version) = latest.filter(|version| effective < version.effective) {
            return Ok(Imported::TooEarly { earliest: version.effective });
        }
        let version = insert_version(db, effective, &digest(records, &bodies), &catalog.counts()).await?;
        insert_entries(db, version, records).await?;
        for rows in revisions.chunks(ROWS) {
            let rows: Vec<_> = rows
                .iter()
                .map(|(kind, id, number, body)| {
                    (
                        catalog_revisions::kind.eq(*kind),
                        catalog_revisions::id.eq(*id),
                        catalog_revisions::number.eq(*number),
                        catalog_revisions::version_id.eq(version),
                        catalog_revisions::body.eq(*body),
                    )
                })
                .collect();
            diesel::insert_into(catalog_revisions::table).values(rows).execute(db).await?;
        }
        notify(db, Change::Catalog).await?;
        Ok(Imported::Version { version, added, changed, withdrawn })
    })
    .await
}

/// A version of the catalog, as stored.
#[derive(Debug)]
pub struct StoredCatalog {
    pub version: CatalogVersion,
    pub records: Vec<Record>,
    /// The revision of each record: its number, and the day from which it holds.
    pub revisions: HashMap<(Kind, String), (i32, NaiveDate)>,
}

/// Lists every version of the catalog, oldest first.
pub async fn versions(db: &mut Connection) -> Result<Vec<CatalogVersion>, Error> {
    let rows = catalog_versions::table.order(catalog_versions::id);
    let rows = rows.load::<(i64, NaiveDate, DateTime<Utc>, Vec<u8>, Value)>(db).await?;
    rows.into_iter()
        .map(|(id, effective, imported_at, digest, counts)| {
            let counts: BTreeMap<Kind, usize> = serde_json::from_value(counts)
                .map_err(|error| Error::Corrupt(format!("counts of catalog version {id}: {error}")))?;
            Ok(CatalogVersion { id, effective, imported_at, digest, counts })
        })
        .collect()
}

/// Loads a version of the catalog: the newest revision of each record up to that version.
pub async fn load(db: &mut Connection, version: &CatalogVersion) -> Result<StoredCatalog, Error> {
    let mut records = Vec::new();
    let mut revisions = HashMap::new();
    for row in newest_revisions(db, version.id).await? {
        let unreadable =
            |detail: String| Error::Corrupt(format!("{} {}, revision {}: {detail}", row.kind, row.id, row.number));
        let Some(body) = row.body else { continue };
        let kind = Kind::named(&row.kind).ok_or_else(|| unreadable("unknown kind".into()))?;
        records.push(Record::from_body(kind, body).map_err(|error| unreadable(error.to_string()))?);
        revisions.insert((kind, row.id), (row.number, row.effective));
    }
    Ok(StoredCatalog { version: version.clone(), records, revisions })
}

/// Returns the revisions of every record of a kind, by id, oldest first, including those that take effect later.
pub async fn revisions(db: &mut Connection, kind: Kind) -> Result<HashMap<String, Vec<Revision>>, Error> {
    let rows: Vec<(String, i32, NaiveDate, DateTime<Utc>, i64, bool)> = catalog_revisions::table
        .inner_join(catalog_versions::table.on(catalog_versions::id.eq(catalog_revisions::version_id)))
        .filter(catalog_revisions::kind.eq(kind.singular()))
        .order((catalog_revisions::id, catalog_revisions::number))
        .select((
            catalog_revisions::id,
            catalog_revisions::number,
            catalog_versions::effective,
            catalog_versions::imported_at,
            catalog_versions::id,
            catalog_revisions::body.is_null(),
        ))
        .load(db)
        .await?;
    let mut revisions: HashMap<String, Vec<Revision>> = HashMap::new();
    for (id, number, effective, imported_at, catalog_version, withdrawn) in rows {
        let revision = Revision { number, effective, imported_at, catalog_version, withdrawn };
        revisions.entry(id).or_default().push(revision);
    }
    Ok(revisions)
}

/// The newest revision of a record up to some version; `body` is null when it withdraws the record.
#[derive(Queryable)]
struct Stored {
    kind: String,
    id: String,
    number: i32,
    effective: NaiveDate,
    body: Option<Value>,
}

async fn newest_revisions(db: &mut Connection, version: i64) -> Result<Vec<Stored>, Error> {
    let rows = catalog_revisions::table
        .inner_join(catalog_versions::table.on(catalog_versions::id.eq(catalog_revisions::version_id)))
        .filter(catalog_revisions::version_id.le(version))
        .distinct_on((catalog_revisions::kind, catalog_revisions::id))
        .order((catalog_revisions::kind, catalog_revisions::id, catalog_revisions::number.desc()))
        .select((
            catalog_revisions::kind,
            catalog_revisions::id,
            catalog_revisions::number,
            catalog_versions::effective,
            catalog_revisions::body,
        ))
        .load(db)
        .await?;
    Ok(rows)
}

/// Whether a stored body has the same facts, even if an earlier version of the service wrote it in another form.
fn states_the_same(stored: &Value, record: &Record) -> bool {
    Record::from_body(record.kind(), stored.clone()).is_ok_and(|stored| stored == *record)
}

/// SHA-256 of all records, in an order of its own.
fn digest(records: &[Record], bodies: &[Value]) -> Vec<u8> {
    let mut lines: Vec<String> = records
        .iter()
        .zip(bodies)
        .map(|(record, body)| format!("{}\0{}\0{body}\n", record.kind().singular(), record.id()))
        .collect();
    lines.sort_unstable();
    lines.iter().fold(Sha256::new(), Digest::chain_update).finalize().to_vec()
}

async fn insert_version(
    db: &mut Connection,
    effective: NaiveDate,
    digest: &[u8],
    counts: &BTreeMap<Kind, usize>,
) -> Result<i64, Error> {
    let counts = serde_json::to_value(counts).map_err(|error| Error::Corrupt(error.to_string()))?;
    let row = (
        catalog_versions::effective.eq(effective),
        catalog_versions::digest.eq(digest),
        catalog_versions::counts.eq(counts),
    );
    let version = diesel::insert_into(catalog_versions::table).values(row).returning(catalog_versions::id);
    Ok(version.get_result(db).await?)
}

/// Adds the ids of the records and their parts that are new. Ids are never removed.
async fn insert_entries(db: &mut Connection, version: i64, records: &[Record]) -> Result<(), Error> {
    let mut rows = Vec::new();
    let mut seen = HashSet::new();
    for record in records {
        let kind = record.kind().singular();
        rows.push((kind, record.id().to_owned(), None, None));
        for (part, id) in record.parts() {
            if seen.insert((part, id.clone())) {
                rows.push((part.singular(), id, Some(kind), Some(record.id())));
            }
        }
    }
    for rows in rows.chunks(ROWS) {
        let rows: Vec<_> = rows
            .iter()
            .map(|(kind, id, within_kind, within_id)| {
                (
                    catalog_entries::kind.eq(*kind),
                    catalog_entries::id.eq(id),
                    catalog_entries::within_kind.eq(*within_kind),
                    catalog_entries::within_id.eq(*within_id),
                    catalog_entries::first_version.eq(version),
                )
            })
            .collect();
        diesel::insert_into(catalog_entries::table).values(rows).on_conflict_do_nothing().execute(db).await?;
    }
    Ok(())
}
