//! Credentials: selected by what they ask, in any order, at any day, revision by revision.

use actix_web::{HttpResponse, get, web};
use peerpath_domain::catalog::Catalog;
use peerpath_domain::catalog::credential::{Credential, CredentialStatus, Specialty};
use peerpath_domain::catalog::identifier::{CredentialId, JurisdictionCode};
use peerpath_domain::catalog::kind::Kind;
use peerpath_domain::catalog::quantity::{Hours, Usd};
use peerpath_domain::catalog::reference::CredentialReference;
use peerpath_domain::catalog::requirement::EducationLevel;
use peerpath_domain::catalog::revision::Revision;
use peerpath_domain::catalog::selection::{self, CredentialSelection, Selected};
use peerpath_domain::catalog::source::Completeness;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::answer::{Reader, answer, answer_from};
use super::list::{
    self, CredentialListMeta, Entry, ItemParameters, ListMeta, ListParameters, Listed, SortKey, Unstated,
};
use crate::problem::Problem;
use crate::query::{QueryReader, choice, limit, parsed, search, truth, within};
use crate::snapshot::{CredentialItem, Item, Prepared, Snapshot};

/// Adds the endpoints.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_credentials)
        .service(get_credential)
        .service(list_credential_revisions)
        .service(get_credential_revision);
}

/// What credentials must be like. Where a parameter may be repeated, one of its values is enough; all parameters must fit.
///
/// A credential that does not state a fact never passes a filter on it: `meta.unstated` counts those left out so.
/// What a route asks is held against each of its routes as a whole; one must fit.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `select` reads")]
struct CredentialParameters {
    /// Of this jurisdiction; `national` for credentials that no state issues. May be repeated.
    #[param(example = json!(["US-TX"]))]
    jurisdiction: Option<Vec<String>>,
    /// For these people, or this function. May be repeated.
    specialty: Option<Vec<Specialty>>,
    /// With this status. May be repeated.
    status: Option<Vec<CredentialStatus>>,
    /// Of a certifying body of this name, upper and lower case alike. May be repeated.
    certifying_body: Option<Vec<String>>,
    /// As complete as this. May be repeated.
    completeness: Option<Vec<Completeness>>,
    /// With at most so many hours of training.
    #[param(minimum = 0)]
    max_training_hours: Option<f64>,
    /// With at most so many hours of work experience.
    #[param(minimum = 0)]
    max_work_hours: Option<f64>,
    /// With at most so many months of recovery.
    #[param(minimum = 0, maximum = 600)]
    max_recovery_months: Option<u16>,
    /// The applicant's age, in years, is at least this: the credential asks for no higher age.
    #[param(minimum = 0, maximum = 120)]
    min_age: Option<u8>,
    /// The applicant's age, in years, is at most this: the credential admits applicants up to it.
    #[param(minimum = 0, maximum = 120)]
    max_age: Option<u8>,
    /// The schooling that the applicant has: the credential asks for no more.
    education: Option<EducationLevel>,
    /// With an examination (`true`), or without.
    requires_exam: Option<bool>,
    /// With a background check (`true`), or without.
    requires_background_check: Option<bool>,
    /// Costing at most so much up to the certification: application, certification, examination, training and background check, all that are stated, upper ends of ranges. One that states neither an application nor a certification fee never passes.
    #[param(minimum = 0)]
    max_fee_usd: Option<f64>,
    /// In a jurisdiction whose Medicaid program pays for this peer support (`true`), or does not.
    medicaid: Option<bool>,
    /// Accepting this credential by reciprocity: a credential's id, a jurisdiction's code, `any-state`, `ic-rc` or `none`. May be repeated.
    accepts: Option<Vec<CredentialReference>>,
    /// Words to look for in titles, acronyms, former titles, certifying bodies and jurisdictions. Each must be there, or one like it: a word that begins so, or is spelled almost so.
    #[param(min_length = 1, max_length = 200, example = "peer specialist")]
    q: Option<String>,
    /// The order; with `-` before it, the other way round. What is not stated comes last. Without it, by relevance where `q` is given, else by id; so are all as relevant without `q`.
    #[param(inline)]
    sort: Option<Sort>,
}

/// What credentials are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, ToSchema)]
enum Sort {
    #[serde(rename = "relevance")]
    Relevance,
    #[serde(rename = "id")]
    Id,
    #[serde(rename = "-id")]
    IdDescending,
    #[serde(rename = "title")]
    Title,
    #[serde(rename = "-title")]
    TitleDescending,
    #[serde(rename = "training_hours")]
    TrainingHours,
    #[serde(rename = "-training_hours")]
    TrainingHoursDescending,
    #[serde(rename = "work_hours")]
    WorkHours,
    #[serde(rename = "-work_hours")]
    WorkHoursDescending,
    #[serde(rename = "recovery_months")]
    RecoveryMonths,
    #[serde(rename = "-recovery_months")]
    RecoveryMonthsDescending,
    #[serde(rename = "fee_usd")]
    Fee,
    #[serde(rename = "-fee_usd")]
    FeeDescending,
}

impl Sort {
    const fn descending(self) -> bool {
        matches!(
            self,
            Self::Relevance
                | Self::IdDescending
                | Self::TitleDescending
                | Self::TrainingHoursDescending
                | Self::WorkHoursDescending
                | Self::RecoveryMonthsDescending
                | Self::FeeDescending
        )
    }

    fn key(self, credential: &Credential, score: u64) -> SortKey {
        /// The least that a route asks, where a route says exactly.
        fn least<T: Ord>(amounts: impl Iterator<Item = Option<T>>, number: impl Fn(T) -> u64) -> SortKey {
            amounts.flatten().min().map_or(SortKey::Unstated(()), |amount| SortKey::Number(number(amount)))
        }
        let routes = || credential.routes.iter().map(Some);
        match self {
            Self::Relevance => SortKey::Number(score),
            Self::Id | Self::IdDescending => SortKey::Text(credential.id.to_string()),
            Self::Title | Self::TitleDescending => SortKey::Text(credential.title.to_lowercase()),
            Self::TrainingHours | Self::TrainingHoursDescending => {
                least(routes().map(|route| selection::training_hours(route).exactly()), Hours::steps)
            }
            Self::WorkHours | Self::WorkHoursDescending => {
                least(routes().map(|route| selection::work_hours(route).exactly()), Hours::steps)
            }
            Self::RecoveryMonths | Self::RecoveryMonthsDescending => {
                least(routes().map(|route| selection::recovery_months(route).exactly()), u64::from)
            }
            Self::Fee | Self::FeeDescending => {
                selection::fees(credential).map_or(SortKey::Unstated(()), |fees| SortKey::Number(fees.at_least.steps()))
            }
        }
    }
}

/// A page of credentials.
#[derive(Debug, Serialize, ToSchema)]
pub struct CredentialList<'a> {
    /// The credentials.
    items: Vec<CredentialItem<'a>>,
    /// Where the next page begins; null on the last.
    next_cursor: Option<String>,
    /// What the list says of itself.
    meta: CredentialListMeta,
}

/// A jurisdiction of the catalog by its code; `None` is for national credentials.
///
/// # Errors
/// What is allowed.
pub fn jurisdiction_or_national(catalog: &Catalog, text: &str) -> Result<Option<JurisdictionCode>, String> {
    match text {
        "national" => Ok(None),
        code => match parsed::<JurisdictionCode>(code) {
            Ok(code) if catalog.jurisdictions.get(&code).is_some() => Ok(Some(code)),
            _ => {
                let codes: Vec<String> = catalog.jurisdictions.iter().map(|known| known.code.to_string()).collect();
                Err(format!("is not one of: national, {}", codes.join(", ")))
            }
        },
    }
}

/// Selects credentials by their parameters.
pub fn select<'a>(snapshot: &'a Snapshot, reader: &mut QueryReader) -> Listed<'a> {
    let catalog = &snapshot.catalog;
    let body = |text: &str| {
        let mut names: Vec<&str> =
            catalog.credentials.iter().map(|credential| &*credential.certifying_body.name).collect();
        names.sort_unstable();
        names.dedup();
        if names.iter().any(|name| name.to_lowercase() == text.to_lowercase()) {
            Ok(text.to_owned())
        } else {
            Err(format!("is not one of: {}", names.join("; ")))
        }
    };
    let accepted = |text: &str| {
        let reference: CredentialReference = parsed(text)?;
        let known = match &reference {
            CredentialReference::Jurisdiction(code) => catalog.jurisdictions.get(code).is_some(),
            CredentialReference::Credential(id) => catalog.credentials.get(id).is_some(),
            CredentialReference::AnyState | CredentialReference::IcRc | CredentialReference::None => true,
        };
        let detail = "is not one of: any-state, ic-rc, none, the code of a jurisdiction, the id of a credential";
        if known { Ok(reference) } else { Err(detail.into()) }
    };
    let wanted = CredentialSelection {
        jurisdictions: reader.all("jurisdiction", |text| jurisdiction_or_national(catalog, text)),
        specialties: reader.all("specialty", choice),
        statuses: reader.all("status", choice),
        certifying_bodies: reader.all("certifying_body", body),
        completeness: reader.all("completeness", choice),
        max_training_hours: reader.one("max_training_hours", |text| limit(text, Hours::up_to)),
        max_work_hours: reader.one("max_work_hours", |text| limit(text, Hours::up_to)),
        max_recovery_months: reader.one("max_recovery_months", |text| within(text, 0, 600)),
        min_age: reader.one("min_age", |text| within(text, 0, 120)),
        max_age: reader.one("max_age", |text| within(text, 0, 120)),
        education: reader.one("education", choice),
        requires_exam: reader.one("requires_exam", truth),
        requires_background_check: reader.one("requires_background_check", truth),
        max_fee_usd: reader.one("max_fee_usd", |text| limit(text, Usd::up_to)),
        medicaid: reader.one("medicaid", truth),
        accepts: reader.all("accepts", accepted),
    };
    let query = reader.one("q", search);
    let sort = reader.one("sort", choice::<Sort>);
    let sort = sort.unwrap_or(if query.is_some() { Sort::Relevance } else { Sort::Id });

    let shelf = snapshot.shelf(Kind::Credential);
    let found: Vec<(&Item, u64)> = match &query {
        Some(query) => shelf.find(query).collect(),
        None => shelf.items().iter().map(|item| (item, 0)).collect(),
    };
    let mut listed = Listed { descending: sort.descending(), shelf: shelf.items().first(), ..Listed::default() };
    let mut unstated = Unstated::default();
    for (item, score) in found {
        let Some(credential) = item.id.parse().ok().and_then(|id| catalog.credentials.get(&id)) else { continue };
        let of = credential.jurisdiction.as_ref().and_then(|code| catalog.jurisdictions.get(code));
        match wanted.judge(credential, of) {
            Selected::Yes => listed.entries.push(Entry { key: sort.key(credential, score), item }),
            Selected::No => {}
            Selected::Unstated(filters) => {
                unstated.total += 1;
                for filter in filters {
                    *unstated.by_filter.entry(filter).or_default() += 1;
                }
            }
        }
    }
    listed.unstated = Some(unstated);
    listed
}

/// List credentials
///
/// Every credential that fits, with its routes, requirements, fees, renewal, reciprocity and sources.
#[utoipa::path(
    tag = "credentials",
    params(CredentialParameters, ListParameters),
    responses((status = OK, description = "A page of credentials", body = CredentialList)),
    security(("oauth2" = ["catalog:read"]))
)]
#[get("/credentials")]
async fn list_credentials(reader: Reader) -> Result<HttpResponse, Problem> {
    answer(&reader, |snapshot, query| list::page(snapshot, "/v1/credentials", query, select)).await
}

/// Read a credential
///
/// The credential with its routes, requirements, fees, renewal, reciprocity and sources.
#[utoipa::path(
    tag = "credentials",
    params(("id" = CredentialId, Path, description = "The credential", example = "us-tx-mhps"), ItemParameters),
    responses((status = OK, description = "The credential", body = CredentialItem)),
    security(("oauth2" = ["catalog:read"]))
)]
#[get("/credentials/{id}")]
async fn get_credential(reader: Reader, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    answer(&reader, |snapshot, query| {
        list::item(snapshot.shelf(Kind::Credential).get(&id), format_args!("credential {id}"), query)
    })
    .await
}

/// A page of revisions.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevisionList<'a> {
    /// The revisions, oldest first; those that take effect later included.
    items: &'a [Revision],
    /// Always null: a credential's revisions come at once.
    next_cursor: Option<String>,
    /// What the list says of itself.
    meta: ListMeta,
}

/// List a credential's revisions
///
/// Revisions are never edited, only followed. One that takes effect later is listed, too.
#[utoipa::path(
    tag = "credentials",
    params(("id" = CredentialId, Path, description = "The credential", example = "us-tx-mhps")),
    responses((status = OK, description = "The revisions, oldest first", body = RevisionList)),
    security(("oauth2" = ["catalog:read"]))
)]
#[get("/credentials/{id}/revisions")]
async fn list_credential_revisions(reader: Reader, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let current = reader.service.snapshots.current()?;
    let list = |query: QueryReader| {
        query.finish()?;
        let items =
            current.revisions.get(id.as_str()).ok_or_else(|| Problem::not_found(format_args!("credential {id}")))?;
        let meta = ListMeta { total: items.len(), catalog_version: current.version.id };
        let body = serde_json::to_vec(&RevisionList { items, next_cursor: None, meta }).map_err(Problem::internal)?;
        Ok(Prepared::new(body, None))
    };
    answer_from(&reader, &current, list).await
}

/// Read a revision of a credential
///
/// The credential as that revision has it, with the sources as they were then.
#[utoipa::path(
    tag = "credentials",
    params(
        ("id" = CredentialId, Path, description = "The credential", example = "us-tx-mhps"),
        ("number" = u32, Path, description = "The revision, from 1", example = 1, minimum = 1),
        super::list::FieldsParameter,
    ),
    responses((status = OK, description = "The credential", body = CredentialItem)),
    security(("oauth2" = ["catalog:read"]))
)]
#[get("/credentials/{id}/revisions/{number}")]
async fn get_credential_revision(reader: Reader, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (id, number) = path.into_inner();
    let missing = || Problem::not_found(format_args!("revision {number} of credential {id}"));
    let service = &reader.service;
    let current = service.snapshots.current()?;
    let revisions = current.revisions.get(&id).ok_or_else(missing)?;
    let revision = revisions.iter().find(|revision| revision.number.to_string() == number && !revision.withdrawn);
    let version =
        revision.and_then(|found| current.versions.iter().find(|version| version.id == found.catalog_version));
    let snapshot = service.snapshots.of_version(&current, version.ok_or_else(missing)?).await?;
    let item = |query| {
        let what = format_args!("revision {number} of credential {id}");
        list::item(snapshot.shelf(Kind::Credential).get(&id), what, query)
    };
    answer_from(&reader, &current, item).await
}
