//! Postings: the credentials that an applicant must hold, as facts, as a paragraph, and as data to embed in a page.

use std::collections::HashSet;

use chrono::NaiveDate;
use peerpath_domain::catalog::Catalog;
use peerpath_domain::catalog::credential::{Credential, Route, Specialty};
use peerpath_domain::catalog::identifier::{Identifier, JurisdictionCode, RequirementPath, RoleId, RouteId, SourceId};
use peerpath_domain::catalog::jurisdiction::{Jurisdiction, ProgramStatus};
use peerpath_domain::catalog::requirement::{Experience, Requirement, RequirementKind};
use peerpath_domain::catalog::source::{Completeness, Freshness, Source};
use peerpath_domain::guidance::posting::{AskedCredential, MeantRole, Posting, Reason, ask};
use peerpath_domain::guidance::title::MatchedWord;
use peerpath_domain::words::posting::paragraph;
use peerpath_domain::words::requirement::item;
use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::path::ParameterIn;
use utoipa::{IntoParams, ToSchema};

use super::job_posting::job_posting;
use super::response::{CredentialMention, GuidanceMeta, Path, cached_json, sources};
use crate::service::snapshot::{CachedBody, Snapshot};
use crate::web::negotiation::Representation;
use crate::web::query::{QueryReader, choice, parsed, search};
use crate::web::{
    AsOf, CacheableQuery, CacheableRead, Cached, Endpoints, GuidanceReader, OperationDocument, Permit, Problem,
    endpoints,
};

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: get_posting_requirements);
}

/// A posting.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct PostingQuery<'a> {
    /// The title of the posting, as published.
    #[param(min_length = 1, max_length = 200, example = "Certified Peer Specialist (MHPS), full-time")]
    title: String,
    /// The jurisdiction of the workplace.
    #[param(value_type = JurisdictionCode, example = "US-TX")]
    jurisdiction: &'a Jurisdiction,
    /// The setting of the work. Of roles that fit the title equally, roles of this setting come first.
    #[param(min_length = 1, max_length = 200, example = "hospital")]
    setting: Option<String>,
    /// The people whom the work is for, or its function; by default, as the title says. May be repeated: one is enough.
    #[param(value_type = Option<Vec<Specialty>>)]
    population: Vec<Specialty>,
}

impl<'a> PostingQuery<'a> {
    fn read(mut reader: QueryReader, snapshot: &'a Snapshot) -> Result<Self, Problem> {
        let jurisdictions = &snapshot.catalog.jurisdictions;
        let known = |text: &str| {
            let code: JurisdictionCode = parsed(text)?;
            let codes = || jurisdictions.iter().map(|known| known.code.as_str()).collect::<Vec<_>>().join(", ");
            jurisdictions.get(&code).ok_or_else(|| format!("is not one of: {}", codes()))
        };
        let title = reader.required("title", search);
        let jurisdiction = reader.required("jurisdiction", known);
        let setting = reader.one("setting", search);
        let mut population: Vec<Specialty> = reader.all("population", choice);
        reader.finish()?;
        let mut seen = HashSet::new();
        population.retain(|specialty| seen.insert(*specialty));
        let (Some(title), Some(jurisdiction)) = (title, jurisdiction) else {
            return Err(Problem::internal("a missing parameter was not refused"));
        };
        Ok(Self { title, jurisdiction, setting, population })
    }
}

impl CacheableQuery for PostingQuery<'static> {
    fn document(operation: &mut OperationDocument) {
        operation.parameters::<Self>(ParameterIn::Query);
        AsOf::document(operation);
    }
}

/// What an applicant for a posting must hold.
#[derive(Debug, Serialize, ToSchema)]
struct PostingRequirements<'a> {
    /// The requested title.
    title: &'a str,
    /// The jurisdiction of the workplace.
    jurisdiction: PostingJurisdiction<'a>,
    /// The requested setting; null if none.
    setting: Option<&'a str>,
    /// The requested population; empty if none.
    population: &'a [Specialty],
    /// The roles that fit the title, best first, at most five; empty if no role in the catalog fits.
    #[schema(max_items = 5)]
    roles: Vec<PostingRole<'a>>,
    /// The active credentials that an employer there would require, best first. If empty, `notes` say why.
    credentials: Vec<PostingCredential<'a>>,
    /// A paragraph for the posting that requires the first of the credentials and states only facts of the catalog; null if there is no credential.
    paragraph: Option<String>,
    /// The same as schema.org's `JobPosting`, to embed in the posting's page as JSON-LD; null if there is no credential.
    /// `qualifications` has the first of the credentials; `educationRequirements` and `experienceRequirements` are present
    /// only if every route requires them of everybody, without a note. The publisher adds the rest, such as the employer.
    /// The title is the caller's own text: escape `<` when you put it into a page.
    #[schema(value_type = Option<Object>)]
    json_ld: Option<Value>,
    /// What is not known, and why something is missing.
    notes: Vec<String>,
    /// Full sources; facts refer to them by id.
    sources: Vec<&'a Source>,
    /// Guidance metadata.
    meta: GuidanceMeta,
}

/// The jurisdiction of a workplace.
#[derive(Debug, Serialize, ToSchema)]
struct PostingJurisdiction<'a> {
    /// The jurisdiction's code.
    code: &'a JurisdictionCode,
    /// The jurisdiction's name.
    name: &'a str,
    /// Whether it certifies peer specialists.
    program_status: &'a ProgramStatus,
}

/// A role that fits the title.
#[derive(Debug, Serialize, ToSchema)]
struct PostingRole<'a> {
    /// The role's id.
    role: &'a RoleId,
    /// The role's title.
    title: &'a str,
    /// How well the title fits, from 0 to 1: twice the summed similarity of the words of `matched`, divided by the number
    /// of words of the requested title and of `matched` together. The similarity is 1 for the same word or its plural, 0.9
    /// with one typo, 0.8 with two, 0.7 for a word that is cut off. In the requested title, words such as *remote* or
    /// *certified* count only if `matched` has them, and *senior* or *II* count a quarter. A title of several parts is also
    /// read part by part, without places and negations, and the best reading counts; a word of another profession elsewhere
    /// in the title counts half. Roles below 0.5 are left out.
    #[schema(minimum = 0.5, maximum = 1)]
    confidence: f64,
    /// The title of the role that fits: its own, or an alternative one.
    matched: &'a str,
    /// The words of the requested title that were matched with words of `matched`; they show typos.
    matched_words: &'a [MatchedWord],
    /// The title of the credential for which an acronym in the requested title stands; null if none.
    read_as: Option<&'a str>,
    /// The setting of the role that fits the requested setting; null if none was requested, or none fits.
    setting: Option<&'a str>,
    /// The people whom the role serves.
    specialties: &'a [Specialty],
    /// The sources of the role.
    source_ids: &'a [SourceId],
}

/// A credential that an employer would require.
#[derive(Debug, Serialize, ToSchema)]
struct PostingCredential<'a> {
    /// The credential; always an active one.
    #[serde(flatten)]
    credential: CredentialMention<'a>,
    /// Whether its requirements are known completely: complete only if every route is.
    completeness: Completeness,
    /// Why it is required; the first reason that applies.
    why: Reason,
    /// The routes to it, with their requirements; empty if no source for its requirements was found.
    routes: Vec<PostingRoute<'a>>,
    /// The age and authority of its sources.
    freshness: Freshness,
    /// The sources of the credential.
    source_ids: &'a [SourceId],
}

/// One way to earn a credential: all its requirements must be met.
#[derive(Debug, Serialize, ToSchema)]
struct PostingRoute<'a> {
    /// The route's id, unique within its credential.
    route: &'a RouteId,
    /// The route's name.
    name: &'a str,
    /// Whether the list of requirements is known to be complete: `complete` or `partial`.
    completeness: Completeness,
    /// The last day on which the route is open; null if not stated.
    closes_on: Option<NaiveDate>,
    /// The requirements of the route.
    requirements: Vec<PostingRequirement<'a>>,
}

/// One requirement of a route, in words.
#[derive(Debug, Serialize, ToSchema)]
struct PostingRequirement<'a> {
    /// The requirement, with its credential and route.
    #[schema(value_type = RequirementPath)]
    requirement: Path<'a>,
    /// The kind of requirement.
    kind: RequirementKind,
    /// The requirement in words that fit into a list.
    text: String,
    /// The people to whom it applies; empty for everybody.
    applies_to: &'a [Experience],
    /// Conditions that the words leave out; null if there are none.
    note: Option<&'a str>,
    /// The source that states the requirement.
    source: &'a SourceId,
}

/// Find what a posting requires
///
/// For job boards and employers: returns the credentials that an applicant for a posting must hold in a jurisdiction. The
/// title may be as published, with typos, levels, acronyms and decoration. The answer has only facts with sources.
#[utoipa::path(get, path = "/posting-requirements", tag = "guidance")]
async fn get_posting_requirements(
    caller: Permit<GuidanceReader, CacheableRead<PostingQuery<'static>>>,
) -> Result<Cached<PostingRequirements<'static>>, Problem> {
    Cached::on_day(&caller, body).await
}

/// The requirements of the posting that a query describes.
pub(super) fn body(snapshot: &Snapshot, query: QueryReader, _: &'static Representation) -> Result<CachedBody, Problem> {
    let PostingQuery { title, jurisdiction, setting, population } = PostingQuery::read(query, snapshot)?;
    let posting = Posting { title: &title, jurisdiction, setting: setting.as_deref(), population: &population };
    let catalog = &snapshot.catalog;
    let asked = ask(catalog, &snapshot.titles, posting);
    let Jurisdiction { code, name, program_status, .. } = jurisdiction;
    let best = asked.credentials.first().map(|best| best.credential);
    let of_credentials = asked.credentials.iter().flat_map(|asked| {
        let credential = asked.credential;
        let facts = credential.routes.iter().flat_map(|route| &route.requirements).map(|one| &one.source);
        credential.source_ids.iter().chain(facts)
    });
    let of_roles = asked.roles.iter().flat_map(|meant| &meant.role.source_ids);
    let sources = sources(snapshot, program_status.source.iter().chain(of_roles).chain(of_credentials));
    cached_json(&PostingRequirements {
        title: posting.title,
        jurisdiction: PostingJurisdiction { code, name, program_status },
        setting: posting.setting,
        population: posting.population,
        roles: asked.roles.iter().map(PostingRole::from).collect(),
        credentials: asked.credentials.iter().map(|asked| PostingCredential::new(catalog, *asked)).collect(),
        paragraph: best.map(|best| paragraph(catalog, best)),
        json_ld: best.map(|best| job_posting(catalog, posting, best)),
        notes: asked.notes.clone(),
        sources,
        meta: GuidanceMeta { catalog_version: snapshot.version.id },
    })
}

impl<'a> From<&'a MeantRole<'a>> for PostingRole<'a> {
    fn from(MeantRole { role, found, setting }: &'a MeantRole<'a>) -> Self {
        Self {
            role: &role.id,
            title: &role.title,
            confidence: found.confidence(),
            matched: &found.matched,
            matched_words: &found.matched_words,
            read_as: found.read_as.as_deref(),
            setting: *setting,
            specialties: &role.specialties,
            source_ids: &role.source_ids,
        }
    }
}

impl<'a> PostingCredential<'a> {
    fn new(catalog: &'a Catalog, AskedCredential { credential, why }: AskedCredential<'a>) -> Self {
        Self {
            credential: credential.into(),
            completeness: credential.completeness(),
            why,
            routes: credential.routes.iter().map(|route| PostingRoute::new(catalog, credential, route)).collect(),
            freshness: catalog.freshness(credential),
            source_ids: &credential.source_ids,
        }
    }
}

impl<'a> PostingRoute<'a> {
    fn new(catalog: &'a Catalog, credential: &'a Credential, route: &'a Route) -> Self {
        let requirement = |one: &'a Requirement| PostingRequirement {
            requirement: Path::new(credential, route, one),
            kind: one.condition.kind(),
            text: item(catalog, credential, &one.condition),
            applies_to: &one.applies_to,
            note: one.note.as_deref(),
            source: &one.source,
        };
        Self {
            route: &route.id,
            name: &route.name,
            completeness: route.completeness,
            closes_on: route.closes_on,
            requirements: route.requirements.iter().map(requirement).collect(),
        }
    }
}
