//! What requests for guidance have in common: a day, a choice of credentials, a page.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use chrono::{DateTime, Months, NaiveDate, Utc};
use peerpath_domain::catalog::credential::Credential;
use peerpath_domain::catalog::identifier::JurisdictionCode;
use peerpath_domain::catalog::reference::CredentialReference;
use peerpath_domain::guidance::validation::Checker;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Input;
use crate::catalog::representation;
use crate::cursor;
use crate::input::Faults;
use crate::page::{MOST, USUAL};
use crate::problem::{Problem, ProblemKind};
use crate::query::QueryReader;
use crate::service::Service;
use crate::snapshot::Snapshot;

/// How many months ahead a day may be.
const AHEAD: Months = Months::new(120);

/// How many credentials and jurisdictions can be named.
const MOST_NAMED: usize = 200;

/// A request by somebody who accepts JSON.
pub struct AcceptsJson;

impl Input for AcceptsJson {
    type Query = ();

    fn query(_: &mut QueryReader) {}

    async fn read(request: &HttpRequest, (): (), _: &mut Payload) -> Result<Self, Problem> {
        representation(request.headers(), &["application/json"]).map(|_| Self)
    }
}

/// The catalog of a day.
pub struct Day {
    /// The catalog.
    pub snapshot: Arc<Snapshot>,
    /// The day.
    pub day: NaiveDate,
}

impl Day {
    /// The catalog of the day that is asked for, or of today.
    ///
    /// # Errors
    /// An invalid [`Problem`] where there is no catalog of that day; unavailable, where there is none at all.
    pub async fn of(service: &Service, now: DateTime<Utc>, as_of: Option<NaiveDate>) -> Result<Self, Problem> {
        let (current, today) = (service.snapshots.current()?, now.date_naive());
        let Some(day) = as_of else { return Ok(Self { snapshot: current, day: today }) };
        if day > today.checked_add_months(AHEAD).unwrap_or(today) {
            return Err(Problem::invalid_at("/as_of", "is more than ten years ahead"));
        }
        let snapshot = service.snapshots.on(&current, day).await?.ok_or_else(|| {
            let first = current.versions.first().map(|version| version.effective.to_string()).unwrap_or_default();
            Problem::invalid_at("/as_of", format_args!("is before the first catalog, which holds from {first}"))
        })?;
        Ok(Self { snapshot, day })
    }

    /// Checks what is said on that day.
    ///
    /// # Errors
    /// An invalid [`Problem`] with every fault that was noted, each with its place.
    pub fn check<'a, T>(&'a self, check: impl FnOnce(&mut Checker<'a>) -> T) -> Result<T, Problem> {
        let mut checker = Checker::new(&self.snapshot.catalog, self.day);
        let read = check(&mut checker);
        let faults = checker.into_violations();
        if faults.is_empty() {
            return Ok(read);
        }
        let mut told = Faults::default();
        for fault in faults {
            told.note(&fault.pointer, fault.detail);
        }
        Err(told.into_problem())
    }
}

/// The credentials that are asked about: some, those of jurisdictions, national ones; all of them where none are named.
pub struct Choice(Option<Vec<Chosen>>);

enum Chosen {
    National,
    Those(CredentialReference),
}

impl Choice {
    /// Reads ids of credentials, codes of jurisdictions and `national`, and notes what is none of the catalog's.
    pub fn read(pointer: &str, named: Option<&[String]>, checker: &mut Checker<'_>) -> Self {
        let Some(named) = named else { return Self(None) };
        if named.is_empty() || named.len() > MOST_NAMED {
            checker.note(pointer, format_args!("has not 1 to {MOST_NAMED} entries; leave it out for all credentials"));
        }
        let mut chosen = Vec::new();
        for (index, text) in named.iter().enumerate().take(MOST_NAMED) {
            let pointer = format!("{pointer}/{index}");
            match text.parse() {
                _ if text == "national" => chosen.push(Chosen::National),
                Ok(reference) => {
                    checker.place(&pointer, &reference);
                    chosen.push(Chosen::Those(reference));
                }
                Err(_) => checker
                    .note(&pointer, "is neither the code of a jurisdiction, nor the id of a credential, nor national"),
            }
        }
        Self(Some(chosen))
    }

    /// Whether a jurisdiction is asked about as a whole.
    pub fn has_jurisdiction(&self, code: &JurisdictionCode) -> bool {
        let whole =
            |one: &Chosen| matches!(one, Chosen::Those(CredentialReference::Jurisdiction(named)) if named == code);
        self.0.as_ref().is_none_or(|chosen| chosen.iter().any(whole))
    }

    /// Whether a credential is asked about.
    pub fn has(&self, credential: &Credential) -> bool {
        self.0.as_ref().is_none_or(|chosen| {
            chosen.iter().any(|one| match one {
                Chosen::National => credential.jurisdiction.is_none(),
                Chosen::Those(reference) => credential.is_meant_by(reference),
            })
        })
    }
}

/// What a list that is made anew for each request says of itself.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct MadeListMeta {
    /// How many items there are on all pages.
    pub total: usize,
    /// The version of the catalog that they are from.
    pub catalog_version: i64,
    /// The day that is asked for, with the facts of that day.
    pub as_of: NaiveDate,
}

/// Which page of a list that is made anew for each request.
pub struct PageAsked<'a> {
    /// How many items it has at the most.
    pub limit: Option<u16>,
    /// Where it goes on.
    pub cursor: Option<&'a str>,
}

/// A page, and where the next one begins.
pub struct PageMade<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// What the list says of itself.
    pub meta: MadeListMeta,
}

impl<T> PageMade<T> {
    /// The same page, of items in another form.
    pub fn map<U>(self, form: impl FnMut(T) -> U) -> PageMade<U> {
        let Self { items, next_cursor, meta } = self;
        PageMade { items: items.into_iter().map(form).collect(), next_cursor, meta }
    }
}

impl PageAsked<'_> {
    /// Notes a limit that is none.
    pub fn check(&self, checker: &mut Checker<'_>) {
        if self.limit.is_some_and(|limit| !(1..=MOST).contains(&usize::from(limit))) {
            checker.note("/limit", format_args!("is not a whole number from 1 to {MOST}"));
        }
    }

    /// Cuts a page out of a list, in its order. A cursor tells where a page of such a list ended, from one version of the
    /// catalog, and nothing of what was asked.
    ///
    /// # Errors
    /// A malformed [`Problem`] where the cursor is none of this list.
    pub fn cut<T>(
        &self,
        mut items: Vec<T>,
        id: impl Fn(&T) -> String,
        list: &str,
        day: &Day,
    ) -> Result<PageMade<T>, Problem> {
        let version = day.snapshot.version.id;
        let meta = MadeListMeta { total: items.len(), catalog_version: version, as_of: day.day };
        let limit = self.limit.map_or(USUAL, usize::from);
        let fingerprint = format!("{list} of version {version}");
        if let Some(cursor) = self.cursor {
            let after: Option<String> = cursor::decode(cursor, &fingerprint).ok();
            let place = after.and_then(|after| items.iter().position(|item| id(item) == after));
            let no_cursor = || {
                let detail =
                    "cursor is none of this list; take next_cursor of the page before, and leave the rest as it was";
                Problem::new(ProblemKind::Malformed, detail)
            };
            items.drain(..=place.ok_or_else(no_cursor)?);
        }
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(|last| cursor::encode(&id(last), &fingerprint));
        Ok(PageMade { items, next_cursor, meta })
    }
}
