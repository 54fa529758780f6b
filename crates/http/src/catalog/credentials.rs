//! Credentials: filtered by their requirements, sorted, on any day, revision by revision.

use peerpath_domain::catalog::credential::{Credential, CredentialStatus, Specialty};
use peerpath_domain::catalog::identifier::{CredentialId, JurisdictionCode};
use peerpath_domain::catalog::kind::Kind;
use peerpath_domain::catalog::quantity::{Hours, Usd};
use peerpath_domain::catalog::reference::CredentialReference;
use peerpath_domain::catalog::requirement::EducationLevel;
use peerpath_domain::catalog::revision::Revision;
use peerpath_domain::catalog::selection::{self, CredentialSelection, Selected};
use peerpath_domain::catalog::source::Completeness;
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::list::{
    self, CredentialListMeta, Entry, EntryKey, FieldsParameter, ItemQuery, ListMeta, ListQuery, Matches, Selection,
    Unstated,
};
use super::{Read, json};
use crate::service::snapshot::{CachedBody, CredentialItem, Item, Snapshot};
use crate::web::query::{QueryReader, choice, jurisdiction_or_national, limit, parsed, search, truth, within};
use crate::web::{Cached, Endpoints, List, Problem, endpoints};

pub const PATH: &str = "/v1/credentials";

pub fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: list_credentials, get_credential, list_credential_revisions, get_credential_revision);
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CredentialParameters {
    /// Issued in this jurisdiction; `national` for credentials that no state issues. May be repeated.
    #[param(required = false, value_type = Vec<String>, example = json!(["US-TX"]))]
    jurisdiction: Vec<Option<JurisdictionCode>>,
    /// With this specialty. May be repeated.
    #[param(required = false)]
    specialty: Vec<Specialty>,
    /// With this status. May be repeated.
    #[param(required = false)]
    status: Vec<CredentialStatus>,
    /// Issued by the certifying body of this name, ignoring case. May be repeated.
    #[param(required = false)]
    certifying_body: Vec<String>,
    /// With this completeness. May be repeated.
    #[param(required = false)]
    completeness: Vec<Completeness>,
    /// Requiring at most this many hours of training.
    #[param(minimum = 0, value_type = Option<f64>)]
    max_training_hours: Option<Hours>,
    /// Requiring at most this many hours of work experience.
    #[param(minimum = 0, value_type = Option<f64>)]
    max_work_hours: Option<Hours>,
    /// Requiring at most this many months of recovery.
    #[param(minimum = 0, maximum = 600)]
    max_recovery_months: Option<u16>,
    /// Requiring no higher minimum age than this, in years: the applicant is at least this old.
    #[param(minimum = 0, maximum = 120)]
    min_age: Option<u8>,
    /// Admitting applicants up to this age, in years: the applicant is at most this old.
    #[param(minimum = 0, maximum = 120)]
    max_age: Option<u8>,
    /// Requiring at most this level of education.
    education: Option<EducationLevel>,
    /// Requiring an examination (`true`), or requiring none (`false`).
    requires_exam: Option<bool>,
    /// Requiring a background check (`true`), or requiring none (`false`).
    requires_background_check: Option<bool>,
    /// Costing at most this much until certification: the sum of the stated fees for application, certification, examination, training and background check, at the upper ends of ranges. A credential that states neither an application nor a certification fee never matches.
    #[param(minimum = 0, value_type = Option<f64>)]
    max_fee_usd: Option<Usd>,
    /// In a jurisdiction whose Medicaid program pays for this peer support (`true`), or does not (`false`).
    medicaid: Option<bool>,
    /// Accepting this credential by reciprocity: the id of a credential, the code of a jurisdiction, `any-state`, `ic-rc` or `none`. May be repeated.
    #[param(required = false)]
    accepts: Vec<CredentialReference>,
    /// Words to search for in titles, acronyms, former titles, certifying bodies and jurisdictions. Each word must match, by its beginning or with a small misspelling.
    #[param(min_length = 1, max_length = 200, example = "peer specialist")]
    q: Option<String>,
    /// The order; `-` reverses it. Credentials that do not state the fact come last. The default is `relevance` with `q`, and `id` without it; without `q`, all credentials are equally relevant.
    #[param(inline)]
    sort: Option<Sort>,
}

/// The order of a list of credentials.
#[derive(Clone, Copy)]
struct Sort {
    key: SortKey,
    descending: bool,
}

#[derive(Clone, Copy)]
enum SortKey {
    Relevance,
    Id,
    Title,
    TrainingHours,
    WorkHours,
    RecoveryMonths,
    Fee,
}

impl Sort {
    const RELEVANCE: Self = Self { key: SortKey::Relevance, descending: true };
    const ID: Self = Self { key: SortKey::Id, descending: false };

    /// Every order with its word.
    fn all() -> impl Iterator<Item = (String, Self)> {
        let keys = [
            ("id", SortKey::Id),
            ("title", SortKey::Title),
            ("training_hours", SortKey::TrainingHours),
            ("work_hours", SortKey::WorkHours),
            ("recovery_months", SortKey::RecoveryMonths),
            ("fee_usd", SortKey::Fee),
        ];
        let in_both_directions = keys.into_iter().flat_map(|(word, key)| {
            [(word.into(), Self { key, descending: false }), (format!("-{word}"), Self { key, descending: true })]
        });
        std::iter::once(("relevance".into(), Self::RELEVANCE)).chain(in_both_directions)
    }

    fn parse(text: &str) -> Result<Self, String> {
        Self::all().find_map(|(word, sort)| (word == text).then_some(sort)).ok_or_else(|| {
            let words: Vec<String> = Self::all().map(|(word, _)| word).collect();
            format!("is not one of: {}", words.join(", "))
        })
    }
}

impl PartialSchema for Sort {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(Self::all().map(|(word, _)| word))).into()
    }
}

impl ToSchema for Sort {}

impl SortKey {
    fn of(self, credential: &Credential, score: u64) -> EntryKey {
        /// The smallest amount that a route states exactly.
        fn least<T: Ord>(amounts: impl Iterator<Item = Option<T>>, number: impl Fn(T) -> u64) -> EntryKey {
            amounts.flatten().min().map_or(EntryKey::Unstated(()), |amount| EntryKey::Number(number(amount)))
        }
        let routes = credential.routes.iter().map(Some);
        match self {
            Self::Relevance => EntryKey::Number(score),
            Self::Id => EntryKey::Text(credential.id.to_string()),
            Self::Title => EntryKey::Text(credential.title.to_lowercase()),
            Self::TrainingHours => least(routes.map(|route| selection::training_hours(route).exactly()), Hours::steps),
            Self::WorkHours => least(routes.map(|route| selection::work_hours(route).exactly()), Hours::steps),
            Self::RecoveryMonths => least(routes.map(|route| selection::recovery_months(route).exactly()), u64::from),
            Self::Fee => selection::fees(credential)
                .map_or(EntryKey::Unstated(()), |fees| EntryKey::Number(fees.at_least.steps())),
        }
    }
}

impl Selection for CredentialParameters {
    type Meta = CredentialListMeta;

    fn read(reader: &mut QueryReader, snapshot: &Snapshot) -> Self {
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
        Self {
            jurisdiction: reader.all("jurisdiction", |text| jurisdiction_or_national(catalog, text)),
            specialty: reader.all("specialty", choice),
            status: reader.all("status", choice),
            certifying_body: reader.all("certifying_body", body),
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
            q: reader.one("q", search),
            sort: reader.one("sort", Sort::parse),
        }
    }

    fn select(self, snapshot: &Snapshot, kind: Kind) -> Matches<'_, CredentialListMeta> {
        let Self {
            jurisdiction: jurisdictions,
            specialty: specialties,
            status: statuses,
            certifying_body: certifying_bodies,
            completeness,
            max_training_hours,
            max_work_hours,
            max_recovery_months,
            min_age,
            max_age,
            education,
            requires_exam,
            requires_background_check,
            max_fee_usd,
            medicaid,
            accepts,
            q,
            sort,
        } = self;
        let wanted = CredentialSelection {
            jurisdictions,
            specialties,
            statuses,
            certifying_bodies,
            completeness,
            max_training_hours,
            max_work_hours,
            max_recovery_months,
            min_age,
            max_age,
            education,
            requires_exam,
            requires_background_check,
            max_fee_usd,
            medicaid,
            accepts,
        };
        let Sort { key, descending } = sort.unwrap_or(if q.is_some() { Sort::RELEVANCE } else { Sort::ID });
        let (catalog, collection) = (&snapshot.catalog, snapshot.collection(kind));
        let found: Vec<(&Item, u64)> = match &q {
            Some(q) => collection.find(q).collect(),
            None => collection.items().iter().map(|item| (item, 0)).collect(),
        };
        let (mut entries, mut unstated) = (Vec::new(), Unstated::default());
        for (item, score) in found {
            let found = item.id.parse().ok().and_then(|id| catalog.credentials.get(&id));
            let Some(credential) = found else { continue };
            let issuer = credential.jurisdiction.as_ref().and_then(|code| catalog.jurisdictions.get(code));
            match wanted.judge(credential, issuer) {
                Selected::Yes => entries.push(Entry { key: key.of(credential, score), item }),
                Selected::No => {}
                Selected::Unstated(filters) => {
                    unstated.total += 1;
                    for filter in filters {
                        *unstated.by_filter.entry(filter).or_default() += 1;
                    }
                }
            }
        }
        let meta = CredentialListMeta { list: ListMeta::new(entries.len(), snapshot), unstated };
        Matches { entries, descending, meta }
    }
}

/// List credentials
///
/// Credentials with their routes, requirements, fees, renewal, reciprocity and sources. All filters must match; of a
/// repeated filter, one value must match. Filters on requirements must all match the same route. A credential that does
/// not state a fact never matches a filter on it: `meta.unstated` counts the credentials left out for this reason.
#[utoipa::path(get, path = "/credentials", tag = "credentials")]
async fn list_credentials(
    permit: Read<ListQuery<CredentialParameters>>,
) -> Result<Cached<List<CredentialItem<'static>, CredentialListMeta>>, Problem> {
    list::answer_page(&permit, Kind::Credential, PATH).await
}

/// Read a credential
///
/// The credential with its routes, requirements, fees, renewal, reciprocity and sources.
#[utoipa::path(
    get, path = "/credentials/{id}", tag = "credentials",
    params(("id" = CredentialId, Path, description = "The credential", example = "us-tx-mhps"))
)]
async fn get_credential(permit: Read<ItemQuery>) -> Result<Cached<CredentialItem<'static>>, Problem> {
    list::answer_item(&permit, Kind::Credential, permit.input.path("id")).await
}

/// List a credential's revisions
///
/// Oldest first and on one page, including revisions that take effect later. A revision never changes; later revisions
/// replace it.
#[utoipa::path(
    get, path = "/credentials/{id}/revisions", tag = "credentials",
    params(("id" = CredentialId, Path, description = "The credential", example = "us-tx-mhps")),
    responses((status = NOT_FOUND, description = "There is no such credential (`/problems/not-found`)"))
)]
async fn list_credential_revisions(permit: Read<()>) -> Result<Cached<List<Revision, ListMeta>>, Problem> {
    let current = permit.service.snapshots.current()?;
    Cached::from(&permit, &current, |query| revisions(&current, permit.input.path("id"), query)).await
}

pub fn revisions(current: &Snapshot, id: &str, query: QueryReader) -> Result<CachedBody, Problem> {
    query.finish()?;
    let revisions = current.revisions.get(id).ok_or_else(|| list::not_found(Kind::Credential, id))?;
    let meta = ListMeta::new(revisions.len(), current);
    json(&List { items: revisions.iter().collect::<Vec<&Revision>>(), next_cursor: None, meta }, None)
}

/// Read a revision of a credential
///
/// The credential as of that revision, with its sources as they were then.
#[utoipa::path(
    get, path = "/credentials/{id}/revisions/{number}", tag = "credentials",
    params(
        ("id" = CredentialId, Path, description = "The credential", example = "us-tx-mhps"),
        ("number" = u32, Path, description = "The number of the revision, from 1", example = 1, minimum = 1),
    )
)]
async fn get_credential_revision(permit: Read<FieldsParameter>) -> Result<Cached<CredentialItem<'static>>, Problem> {
    let (id, number) = (permit.input.path("id"), permit.input.path("number"));
    let missing = || Problem::not_found(format!("Credential {id} has no revision {number}"));
    let snapshots = &permit.service.snapshots;
    let current = snapshots.current()?;
    let revisions = current.revisions.get(id).ok_or_else(missing)?;
    let revision = revisions.iter().find(|revision| revision.number.to_string() == number && !revision.withdrawn);
    let version =
        revision.and_then(|found| current.versions.iter().find(|version| version.id == found.catalog_version));
    let snapshot = snapshots.of_version(&current, version.ok_or_else(missing)?).await?;
    Cached::from(&permit, &current, |query| list::item(&snapshot, Kind::Credential, id, query)).await
}
