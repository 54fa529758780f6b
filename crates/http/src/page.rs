//! Pages of lists that are read from the database, by keyset cursors.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::Input;
use crate::problem::Problem;
use crate::query::{QueryReader, within};
use crate::{answers, cursor};

/// How many items a page has unless `limit` says otherwise.
pub const USUAL: usize = 50;

/// How many items a page has at the most.
pub const MOST: usize = 200;

/// Which page of a list is asked for, in the order of keys.
#[derive(Debug)]
pub struct Page {
    /// How many items it has at the most.
    limit: usize,
    /// The key that it goes on after.
    pub after: Option<Uuid>,
    path: String,
    reader: QueryReader,
}

/// The parameters of such a list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `Page` reads")]
pub struct PageParameters {
    /// How many items a page has at the most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// Where to go on: `next_cursor` of the page before, with the other parameters as they were.
    cursor: Option<String>,
}

/// What a list says of itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageMeta {
    /// How many items there are on all pages.
    pub total: i64,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageBody<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where to go on; null: this is the last page.
    pub next_cursor: Option<String>,
    /// What the list says of itself.
    pub meta: PageMeta,
}

/// A page as it was asked for; what it selects by is read in the handler's own way before.
impl Input for Page {
    type Query = (usize, QueryReader);

    fn query(reader: &mut QueryReader) -> Self::Query {
        let limit = reader.one("limit", |text| within(text, 1, MOST)).unwrap_or(USUAL);
        let copy = reader.same_pairs();
        // Whether the cursor is one of this list is found out when the path is known.
        reader.one("cursor", |text| Ok(text.to_owned()));
        (limit, copy)
    }

    async fn read(request: &HttpRequest, query: Self::Query, _: &mut Payload) -> Result<Self, Problem> {
        let (limit, mut reader) = query;
        let path = request.path().to_owned();
        let print = cursor::fingerprint(&path, &reader);
        let after = reader.one("cursor", |text| cursor::decode::<Uuid>(text, &print));
        match reader.into_faults() {
            faults if faults.is_empty() => {
                Ok(Self { limit, after, path, reader: QueryReader::new(request.query_string()) })
            }
            faults => Err(Problem::invalid_parameters(faults)),
        }
    }
}

impl Page {
    /// How many rows to ask for: one more than are shown tells whether there are more.
    #[must_use]
    pub fn rows(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(i64::MAX) + 1
    }

    /// The answer: the rows that were found, of which there are `total` on all pages.
    ///
    /// # Errors
    /// None in practice: what is shown has a JSON form.
    pub fn answer<R, T: Serialize>(
        self,
        (mut rows, total): (Vec<R>, i64),
        key: impl Fn(&R) -> Uuid,
        show: impl Fn(R) -> T,
    ) -> Result<HttpResponse, Problem> {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let print = cursor::fingerprint(&self.path, &self.reader);
        let next = rows.last().filter(|_| more).map(|last| cursor::encode(&key(last), &print));
        let link = next.as_deref().and_then(|next| cursor::next_link(&self.path, &self.reader, next));
        let items = rows.into_iter().map(show).collect();
        let mut response = answers::private(&PageBody { items, next_cursor: next, meta: PageMeta { total } })?;
        if let Some(link) = link {
            response.headers_mut().insert(header::LINK, link);
        }
        Ok(response)
    }
}
