//! What is prepared when a catalog is loaded, before anybody asks.

use peerpath_domain::catalog::kind::Kind;

use super::list::{self, Select};
use super::{credentials, resources};
use crate::query::{QueryReader, date};
use crate::snapshot::{Prepared, Snapshot, path_of};

/// Prepares the answers that are asked for most: every item, every list, and each jurisdiction's credentials.
pub fn prepare_ahead(snapshot: &mut Snapshot) {
    let kinds: Vec<Kind> = snapshot.kinds().collect();
    let mut ready: Vec<(String, Prepared)> = Vec::new();
    for kind in kinds {
        for item in snapshot.shelf(kind).items() {
            ready.extend(path_of(kind, &item.id).map(|path| (path, Prepared::new(item.json().into(), None))));
        }
    }
    let jurisdictions = snapshot.shelf(Kind::Jurisdiction).items();
    let of_jurisdictions = jurisdictions.iter().map(|item| format!("jurisdiction={}", item.id));
    let queries = [String::new(), format!("limit={}", crate::page::MOST)].into_iter().chain(of_jurisdictions);
    let select: Select = credentials::select;
    let credentials = queries.map(|query| ("/v1/credentials", query, select));
    let others = resources::LISTS.iter().map(|(path, select)| (*path, String::new(), *select));
    for (path, query, select) in credentials.chain(others) {
        let mut reader = QueryReader::new(&query);
        reader.one("as_of", date);
        if let Ok(page) = list::page(snapshot, path, reader, select) {
            let key = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
            ready.push((key, page));
        }
    }
    for (key, answer) in ready {
        snapshot.prepare(key, answer);
    }
}
