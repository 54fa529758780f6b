//! Lists and items: selected, ordered, cut into pages by keyset cursors.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::marker::PhantomData;

use peerpath_domain::catalog::kind::Kind;
use serde::{Deserialize, Serialize};
use utoipa::openapi::path::ParameterIn;
use utoipa::{IntoParams, ToSchema};

use super::{Read, json};
use crate::service::snapshot::{CachedBody, Item, Snapshot};
use crate::web::cursor;
use crate::web::query::QueryReader;
use crate::web::{AsOf, CacheableQuery, Cached, List, OperationDocument, PageParameters, Problem, ProblemKind};

/// The parameters that select the items of a list.
pub trait Selection: IntoParams + 'static {
    type Meta: Serialize + 'static;

    fn read(reader: &mut QueryReader, snapshot: &Snapshot) -> Self;

    /// The entries among the items of a kind, in any order.
    fn select(self, snapshot: &Snapshot, kind: Kind) -> Matches<'_, Self::Meta>;
}

/// The entries that a selection matches.
pub struct Matches<'a, M = ListMeta> {
    pub entries: Vec<Entry<'a>>,
    /// Whether greater keys come first.
    pub descending: bool,
    pub meta: M,
}

/// An item of a list with its sort key.
pub struct Entry<'a> {
    pub key: EntryKey,
    pub item: &'a Item,
}

/// The sort key of an entry. Equal keys are sorted by the order of the kind, then by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EntryKey {
    Number(u64),
    Text(String),
    /// The fact is not stated; the entry comes last in either direction.
    Unstated(()),
}

impl EntryKey {
    fn compare(&self, other: &Self, descending: bool) -> Ordering {
        let ordering = match (self, other) {
            (Self::Unstated(()), Self::Unstated(())) => return Ordering::Equal,
            (Self::Unstated(()), _) => return Ordering::Greater,
            (_, Self::Unstated(())) => return Ordering::Less,
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        };
        if descending { ordering.reverse() } else { ordering }
    }
}

/// The last entry of a page, in a cursor.
#[derive(Serialize, Deserialize)]
struct Position {
    key: EntryKey,
    order: u16,
    id: String,
}

/// List metadata.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListMeta {
    /// Number of items on all pages.
    total: usize,
    /// Version of the catalog that the items come from.
    catalog_version: i64,
}

impl ListMeta {
    pub const fn new(total: usize, snapshot: &Snapshot) -> Self {
        Self { total, catalog_version: snapshot.version.id }
    }
}

/// Credentials left out of a list because they do not state the facts that its filters need.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Unstated {
    /// Number of credentials left out.
    pub total: usize,
    /// Number of credentials left out by each filter; a credential can count for several filters.
    pub by_filter: BTreeMap<&'static str, usize>,
}

/// Metadata of a list of credentials.
#[derive(Debug, Serialize, ToSchema)]
pub struct CredentialListMeta {
    /// List metadata.
    #[serde(flatten)]
    pub list: ListMeta,
    /// Credentials left out because they do not state the facts that the filters need.
    pub unstated: Unstated,
}

/// The fields of an item to return.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FieldsParameter {
    /// The top-level fields to return, separated by commas; all fields by default.
    fields: Option<Vec<String>>,
}

impl FieldsParameter {
    /// Reads the names of fields, which must be fields of `example`.
    fn read(reader: &mut QueryReader, example: Option<&Item>) -> Self {
        let known: Option<Vec<&str>> = example.map(|item| item.field_names().collect());
        let fields = reader.one("fields", |text| {
            let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
            match &known {
                Some(known) if names.iter().any(|name| !known.contains(&name.as_str())) => {
                    Err(format!("names an unknown field; the fields are: {}", known.join(", ")))
                }
                _ => Ok(names),
            }
        });
        Self { fields }
    }
}

impl CacheableQuery for FieldsParameter {
    fn document(operation: &mut OperationDocument) {
        operation.parameters::<Self>(ParameterIn::Query);
        operation.problems(&[ProblemKind::NotFound]);
    }
}

/// The query of a list: the parameters that select its items, the page, the fields and the day.
pub struct ListQuery<S>(PhantomData<S>);

impl<S: Selection> CacheableQuery for ListQuery<S> {
    fn document(operation: &mut OperationDocument) {
        operation.parameters::<S>(ParameterIn::Query);
        operation.parameters::<PageParameters>(ParameterIn::Query);
        ItemQuery::document(operation);
    }
}

/// The query of an item: the fields and the day.
pub struct ItemQuery;

impl CacheableQuery for ItemQuery {
    fn document(operation: &mut OperationDocument) {
        FieldsParameter::document(operation);
        AsOf::document(operation);
    }
}

/// Answers with a page of a list, whose items are documented as `T`.
pub async fn answer_page<S: Selection, T>(
    permit: &Read<ListQuery<S>>,
    kind: Kind,
    path: &str,
) -> Result<Cached<List<T, S::Meta>>, Problem> {
    Cached::on_day(permit, |snapshot, query, _| page::<S>(snapshot, kind, path, query)).await
}

/// Answers with an item, which is documented as `T`.
pub async fn answer_item<T>(permit: &Read<ItemQuery>, kind: Kind, id: &str) -> Result<Cached<T>, Problem> {
    Cached::on_day(permit, |snapshot, query, _| item(snapshot, kind, id, query)).await
}

/// One page of the list at `path`, from the cursor on.
pub fn page<S: Selection>(
    snapshot: &Snapshot,
    kind: Kind,
    path: &str,
    mut reader: QueryReader,
) -> Result<CachedBody, Problem> {
    let PageParameters { limit, cursor } = PageParameters::read(&mut reader);
    let print = cursor::fingerprint(path, &reader);
    let after: Option<Position> = cursor.and_then(|cursor| {
        let position = cursor::decode(&cursor, &print);
        position.map_err(|detail| reader.fault("cursor", detail)).ok()
    });
    let Matches { mut entries, descending, meta } = S::read(&mut reader, snapshot).select(snapshot, kind);
    let FieldsParameter { fields } = FieldsParameter::read(&mut reader, snapshot.collection(kind).items().first());

    let compare = |a: (&EntryKey, u16, &str), b: (&EntryKey, u16, &str)| {
        a.0.compare(b.0, descending).then(a.1.cmp(&b.1)).then(a.2.cmp(b.2))
    };
    entries.sort_by(|a, b| compare((&a.key, a.item.order, &a.item.id), (&b.key, b.item.order, &b.item.id)));
    if let Some(Position { key, order, id }) = &after {
        entries.retain(|entry| compare((&entry.key, entry.item.order, &entry.item.id), (key, *order, id)).is_gt());
    }
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next_cursor = entries.last().filter(|_| more).map(|last| {
        let position = Position { key: last.key.clone(), order: last.item.order, id: last.item.id.to_string() };
        cursor::encode(&position, &print)
    });
    let link = next_cursor.as_deref().and_then(|cursor| cursor::next_link(path, &reader, cursor));
    reader.finish()?;

    let items: Vec<_> = entries.iter().map(|entry| entry.item.select(fields.as_deref())).collect();
    json(&List { items, next_cursor, meta }, link)
}

/// One item, or some of its fields.
pub fn item(snapshot: &Snapshot, kind: Kind, id: &str, mut reader: QueryReader) -> Result<CachedBody, Problem> {
    let item = snapshot.collection(kind).get(id);
    let FieldsParameter { fields } = FieldsParameter::read(&mut reader, item);
    reader.finish()?;
    let item = item.ok_or_else(|| not_found(kind, id))?;
    json(&item.select(fields.as_deref()), None)
}

pub fn not_found(kind: Kind, id: &str) -> Problem {
    Problem::not_found(format!("The catalog has no {} {id}", kind.singular().replace('_', " ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unstated_facts_come_last_in_either_direction() {
        for descending in [false, true] {
            assert_eq!(EntryKey::Unstated(()).compare(&EntryKey::Number(1), descending), Ordering::Greater);
        }
        assert_eq!(EntryKey::Number(1).compare(&EntryKey::Number(2), true), Ordering::Greater);
    }
}
