//! What requests for guidance share: media types, a date, a choice of credentials, a page.

use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use chrono::{Months, NaiveDate};
use peerpath_domain::catalog::credential::Credential;
use peerpath_domain::catalog::identifier::JurisdictionCode;
use peerpath_domain::catalog::reference::CredentialReference;
use peerpath_domain::guidance::validation::Checker;

use super::response::GuidanceListMeta;
use crate::service::snapshot::Snapshot;
use crate::web::cursor;
use crate::web::negotiation::{self, Representation};
use crate::web::query::QueryReader;
use crate::web::{
    Context, DEFAULT_LIMIT, Faults, GuidanceReader, Input, JsonOnly, MAXIMUM_LIMIT, OperationDocument, Problem,
    ProblemKind, Representations,
};

/// How many months ahead a date may be.
const MAXIMUM_MONTHS_AHEAD: Months = Months::new(120);

/// The most credentials and jurisdictions that a request can name.
const MAXIMUM_NAMED: usize = 200;

/// The representation that the caller prefers, of those that `F` offers.
pub struct Accepts<F = JsonOnly> {
    /// The representation.
    pub representation: &'static Representation,
    offered: PhantomData<F>,
}

impl<F: Representations> Input for Accepts<F> {
    type Query = ();

    fn query(_: &mut QueryReader) {}

    async fn read(request: &HttpRequest, (): (), _: &mut Payload) -> Result<Self, Problem> {
        let representation = negotiation::representation(request, F::OFFERED)?;
        Ok(Self { representation, offered: PhantomData })
    }

    fn document(operation: &mut OperationDocument) {
        operation.problems(&[ProblemKind::NotAcceptable]);
    }
}

/// The catalog in force on a date.
pub struct AsOf {
    /// The catalog.
    pub snapshot: Arc<Snapshot>,
    /// The date.
    pub date: NaiveDate,
}

impl AsOf {
    /// The catalog of the requested date, or of today.
    ///
    /// # Errors
    /// An invalid [`Problem`] when there is no catalog of that date; unavailable when there is none at all.
    pub async fn of(context: &Context<GuidanceReader>, date: Option<NaiveDate>) -> Result<Self, Problem> {
        let snapshots = &context.service.snapshots;
        let (current, today) = (snapshots.current()?, context.now.date_naive());
        let Some(date) = date else { return Ok(Self { snapshot: current, date: today }) };
        if date > today.checked_add_months(MAXIMUM_MONTHS_AHEAD).unwrap_or(today) {
            return Err(Problem::invalid_at("/as_of", "is more than ten years ahead"));
        }
        let snapshot = snapshots.on(&current, date).await?.ok_or_else(|| {
            let first = current.versions.first().map(|version| version.effective.to_string()).unwrap_or_default();
            Problem::invalid_at("/as_of", format_args!("is before the first version of the catalog, {first}"))
        })?;
        Ok(Self { snapshot, date })
    }

    /// Checks what a request says, against this catalog on this date.
    ///
    /// # Errors
    /// An invalid [`Problem`] with every fault, each with its place.
    pub fn check<'a, T>(&'a self, check: impl FnOnce(&mut Checker<'a>) -> T) -> Result<T, Problem> {
        let mut checker = Checker::new(&self.snapshot.catalog, self.date);
        let read = check(&mut checker);
        let violations = checker.into_violations();
        if violations.is_empty() {
            return Ok(read);
        }
        let mut faults = Faults::default();
        for fault in violations {
            faults.note(&fault.pointer, fault.detail);
        }
        Err(faults.into_problem())
    }
}

/// The requested credentials: by id, by jurisdiction, or national ones; `None` requests all.
pub struct CredentialFilter(Option<Vec<Entry>>);

enum Entry {
    National,
    Reference(CredentialReference),
}

impl CredentialFilter {
    /// Parses ids of credentials, codes of jurisdictions and `national`; notes those that the catalog does not have.
    pub fn parse(pointer: &str, texts: Option<&[String]>, checker: &mut Checker<'_>) -> Self {
        let Some(texts) = texts else { return Self(None) };
        if texts.is_empty() || texts.len() > MAXIMUM_NAMED {
            checker.note(pointer, format_args!("must have 1 to {MAXIMUM_NAMED} entries; omit it for all credentials"));
        }
        let mut entries = Vec::new();
        for (index, text) in texts.iter().enumerate().take(MAXIMUM_NAMED) {
            let pointer = format!("{pointer}/{index}");
            match text.parse() {
                _ if text == "national" => entries.push(Entry::National),
                Ok(reference) => {
                    checker.place(&pointer, &reference);
                    entries.push(Entry::Reference(reference));
                }
                Err(_) => checker
                    .note(&pointer, "is neither the code of a jurisdiction, nor the id of a credential, nor national"),
            }
        }
        Self(Some(entries))
    }

    fn any(&self, admits: impl Fn(&Entry) -> bool) -> bool {
        self.0.as_ref().is_none_or(|entries| entries.iter().any(admits))
    }

    /// Whether a whole jurisdiction is requested.
    pub fn has_jurisdiction(&self, code: &JurisdictionCode) -> bool {
        self.any(|entry| matches!(entry, Entry::Reference(CredentialReference::Jurisdiction(named)) if named == code))
    }

    /// Whether a credential is requested.
    pub fn has(&self, credential: &Credential) -> bool {
        self.any(|entry| match entry {
            Entry::National => credential.jurisdiction.is_none(),
            Entry::Reference(reference) => credential.is_meant_by(reference),
        })
    }
}

/// The requested page of a list that is computed anew for each request.
pub struct PageRequest<'a> {
    /// The most items of the page.
    pub limit: Option<u16>,
    /// `next_cursor` of the page before.
    pub cursor: Option<&'a str>,
}

/// A page.
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// List metadata.
    pub meta: GuidanceListMeta,
}

impl<T> Page<T> {
    /// The same page, with other items.
    pub fn map<U>(self, item: impl FnMut(T) -> U) -> Page<U> {
        let Self { items, next_cursor, meta } = self;
        Page { items: items.into_iter().map(item).collect(), next_cursor, meta }
    }
}

impl PageRequest<'_> {
    /// Notes an invalid limit.
    pub fn check(&self, checker: &mut Checker<'_>) {
        if self.limit.is_some_and(|limit| !(1..=MAXIMUM_LIMIT).contains(&usize::from(limit))) {
            checker.note("/limit", format_args!("is not a whole number from 1 to {MAXIMUM_LIMIT}"));
        }
    }

    /// Cuts the page out of a list, in its order. A cursor tells where a page of the list ended, from one version of the
    /// catalog, and nothing of the request.
    ///
    /// # Errors
    /// A malformed [`Problem`] when the cursor is from another list.
    pub fn cut<T>(
        &self,
        mut items: Vec<T>,
        id: impl Fn(&T) -> String,
        list: &str,
        as_of: &AsOf,
    ) -> Result<Page<T>, Problem> {
        let version = as_of.snapshot.version.id;
        let meta = GuidanceListMeta { total: items.len(), catalog_version: version, as_of: as_of.date };
        let limit = self.limit.map_or(DEFAULT_LIMIT, usize::from);
        let fingerprint = format!("{list} of version {version}");
        if let Some(cursor) = self.cursor {
            let after: Option<String> = cursor::decode(cursor, &fingerprint).ok();
            let place = after.and_then(|after| items.iter().position(|item| id(item) == after));
            let place = place.ok_or_else(|| {
                let detail = "Unknown cursor; send next_cursor of the page before, with everything else unchanged";
                Problem::new(ProblemKind::Malformed, detail)
            })?;
            items.drain(..=place);
        }
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(|last| cursor::encode(&id(last), &fingerprint));
        Ok(Page { items, next_cursor, meta })
    }
}
