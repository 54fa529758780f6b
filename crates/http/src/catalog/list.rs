//! Lists: selected, ordered, cut into pages by keyset cursors.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::cursor::{decode, encode, fingerprint, next_link};
use crate::page::{MOST, USUAL};
use crate::problem::Problem;
use crate::query::{QueryReader, within};
use crate::snapshot::{Item, Prepared, Snapshot};

/// The parameters of every list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `page` and `answer` read")]
pub struct ListParameters {
    /// How many items a page has at the most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// Where to go on: `next_cursor` of the page before, with the other parameters as they were.
    cursor: Option<String>,
    /// The top-level fields that items should have, separated by commas; all of them without.
    fields: Option<String>,
    /// The day whose facts are asked for: of each record the revision that was in force, or will be. Today without.
    as_of: Option<NaiveDate>,
}

/// The parameters of every item.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `item` and `answer` read")]
pub struct ItemParameters {
    /// The top-level fields that the item should have, separated by commas; all of them without.
    fields: Option<String>,
    /// The day whose facts are asked for: the revision that was in force, or will be. Today without.
    as_of: Option<NaiveDate>,
}

/// The parameter of an item whose day is fixed.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `item` reads")]
pub struct FieldsParameter {
    /// The top-level fields that the item should have, separated by commas; all of them without.
    fields: Option<String>,
}

/// Search, for lists that can be searched.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what the lists read")]
pub struct SearchParameters {
    /// Words to look for. Each must be there, or one like it: a word that begins so, or is spelled almost so. The best fit comes first.
    #[param(min_length = 1, max_length = 200, example = "recovery")]
    q: Option<String>,
}

/// What a list says of itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListMeta {
    /// How many items there are on all pages.
    pub total: usize,
    /// The version of the catalog that they are from.
    pub catalog_version: i64,
}

/// What was left out of a list because its facts are not stated.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Unstated {
    /// How many credentials were left out so.
    pub total: usize,
    /// How many for each filter; one credential may count for several.
    pub by_filter: BTreeMap<&'static str, usize>,
}

/// What a list of credentials says of itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct CredentialListMeta {
    /// What every list says.
    #[serde(flatten)]
    pub list: ListMeta,
    /// What was left out because the facts that the filters ask for are not stated.
    pub unstated: Unstated,
}

/// What an entry is ordered by, before its own place and id decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SortKey {
    /// A number.
    Number(u64),
    /// A text.
    Text(String),
    /// The fact is not stated; it comes last, whichever way the list runs.
    Unstated(()),
}

/// An item of a list, and what it is ordered by.
#[derive(Debug)]
pub struct Entry<'a> {
    /// What it is ordered by.
    pub key: SortKey,
    /// The item.
    pub item: &'a Item,
}

/// The entries that were selected.
#[derive(Debug, Default)]
pub struct Listed<'a> {
    /// The entries, in any order.
    pub entries: Vec<Entry<'a>>,
    /// Whether greater keys come first.
    pub descending: bool,
    /// Names of fields beside those of the items, which lists without items could not tell.
    pub shelf: Option<&'a Item>,
    /// What was left out for want of facts, on lists that can tell.
    pub unstated: Option<Unstated>,
}

/// What selects the entries of a list by its own parameters.
pub type Select = for<'a> fn(&'a Snapshot, &mut QueryReader) -> Listed<'a>;

/// Where a page ends.
#[derive(Debug, Serialize, Deserialize)]
struct Position {
    key: SortKey,
    order: u16,
    id: String,
}

fn compare_keys(a: &SortKey, b: &SortKey, descending: bool) -> Ordering {
    let ordering = match (a, b) {
        (SortKey::Unstated(()), SortKey::Unstated(())) => return Ordering::Equal,
        (SortKey::Unstated(()), _) => return Ordering::Greater,
        (_, SortKey::Unstated(())) => return Ordering::Less,
        (SortKey::Number(a), SortKey::Number(b)) => a.cmp(b),
        (SortKey::Text(a), SortKey::Text(b)) => a.cmp(b),
        (SortKey::Number(_), SortKey::Text(_)) => Ordering::Less,
        (SortKey::Text(_), SortKey::Number(_)) => Ordering::Greater,
    };
    if descending { ordering.reverse() } else { ordering }
}

/// One page of a list at `path`: what `select` chooses, from the cursor on.
///
/// # Errors
/// A [`Problem`] with everything that is wrong with the query.
pub fn page<'a>(
    snapshot: &'a Snapshot,
    path: &str,
    mut reader: QueryReader,
    select: impl FnOnce(&'a Snapshot, &mut QueryReader) -> Listed<'a>,
) -> Result<Prepared, Problem> {
    let limit = reader.one("limit", |text| within(text, 1, MOST)).unwrap_or(USUAL);
    let fingerprint = fingerprint(path, &reader);
    let after = reader.one("cursor", |text| decode(text, &fingerprint));
    let Listed { mut entries, descending, shelf, unstated } = select(snapshot, &mut reader);
    let only = fields(&mut reader, shelf);
    let total = entries.len();

    let compare = |a: (&SortKey, u16, &str), b: (&SortKey, u16, &str)| {
        compare_keys(a.0, b.0, descending).then(a.1.cmp(&b.1)).then(a.2.cmp(b.2))
    };
    entries.sort_by(|a, b| compare((&a.key, a.item.order, &a.item.id), (&b.key, b.item.order, &b.item.id)));
    if let Some(Position { key, order, id }) = &after {
        entries.retain(|entry| compare((&entry.key, entry.item.order, &entry.item.id), (key, *order, id)).is_gt());
    }
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next = entries.last().filter(|_| more).map(|last| {
        let position = Position { key: last.key.clone(), order: last.item.order, id: last.item.id.to_string() };
        encode(&position, &fingerprint)
    });
    let link = next.as_deref().and_then(|cursor| next_link(path, &reader, cursor));
    reader.finish()?;

    let mut body = String::from("{\"items\":[");
    for (place, entry) in entries.iter().enumerate() {
        if place > 0 {
            body.push(',');
        }
        entry.item.write(only.as_deref(), &mut body);
    }
    body.push_str("],\"next_cursor\":");
    body.push_str(&json(&next)?);
    body.push_str(",\"meta\":");
    let meta = ListMeta { total, catalog_version: snapshot.version.id };
    body.push_str(&match unstated {
        Some(unstated) => json(&CredentialListMeta { list: meta, unstated })?,
        None => json(&meta)?,
    });
    body.push('}');
    Ok(Prepared::new(body.into(), link))
}

/// One item, or some of its fields.
///
/// # Errors
/// A [`Problem`] where there is none, or the query is wrong.
pub fn item(item: Option<&Item>, what: impl std::fmt::Display, mut reader: QueryReader) -> Result<Prepared, Problem> {
    let only = fields(&mut reader, item);
    reader.finish()?;
    let item = item.ok_or_else(|| Problem::not_found(what))?;
    let mut body = String::new();
    item.write(only.as_deref(), &mut body);
    Ok(Prepared::new(body.into(), None))
}

/// The fields that were asked for, each one that `example` has.
fn fields(reader: &mut QueryReader, example: Option<&Item>) -> Option<Vec<String>> {
    reader.one("fields", |text| {
        let known: Vec<&str> = example.map(|item| item.field_names().collect()).unwrap_or_default();
        let wanted: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
        match wanted.iter().find(|name| example.is_some() && !known.contains(&name.as_str())) {
            Some(_) => Err(format!("names something that is none of the fields: {}", known.join(", "))),
            None => Ok(wanted),
        }
    })
}

fn json(value: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(Problem::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_stated_comes_last_whichever_way_the_list_runs() {
        for descending in [false, true] {
            assert_eq!(compare_keys(&SortKey::Unstated(()), &SortKey::Number(1), descending), Ordering::Greater);
        }
        assert_eq!(compare_keys(&SortKey::Number(1), &SortKey::Number(2), true), Ordering::Greater);
    }
}
