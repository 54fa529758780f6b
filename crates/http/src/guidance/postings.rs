//! Postings: what an applicant for one must hold, as facts, as a paragraph, and as data to embed in its page.

use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use peerpath_domain::catalog::credential::{Credential, Route, Specialty};
use peerpath_domain::catalog::identifier::{Identifier, JurisdictionCode, RequirementPath, RoleId, RouteId, SourceId};
use peerpath_domain::catalog::jurisdiction::{Jurisdiction, ProgramStatus};
use peerpath_domain::catalog::requirement::{Experience, Requirement, RequirementKind};
use peerpath_domain::catalog::source::{Completeness, Freshness, Source};
use peerpath_domain::guidance::posting::{self, AskedCredential, MeantRole, Posting, Reason, ask};
use peerpath_domain::guidance::title::MatchedWord;
use peerpath_domain::words::posting::paragraph;
use peerpath_domain::words::requirement::item;
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::shown::{CredentialMention, Path};
use super::{GuidanceMeta, Reader, job_posting, sources};
use crate::catalog::answer;
use crate::problem::Problem;
use crate::query::{QueryReader, choice, parsed, search};
use crate::snapshot::{Prepared, Snapshot};

/// Adds the endpoint.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_posting_requirements);
}

/// A posting.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `requirements` and `answer` read")]
struct PostingParameters {
    /// The title of the posting, as it is published.
    #[param(min_length = 1, max_length = 200, example = "Certified Peer Specialist (MHPS), full-time")]
    title: String,
    /// Where the work is.
    #[param(example = "US-TX")]
    jurisdiction: JurisdictionCode,
    /// In what setting. Of roles that the title means alike, those that are found there come first.
    #[param(min_length = 1, max_length = 200, example = "hospital")]
    setting: Option<String>,
    /// Whom the work is for, or in what function; as the title says without. May be repeated: one of them is enough.
    population: Option<Vec<Specialty>>,
    /// The day whose facts are asked for: of each record the revision that was in force, or will be. Today without.
    as_of: Option<NaiveDate>,
}

/// What an applicant for a posting must hold.
#[derive(Debug, Serialize, ToSchema)]
struct PostingRequirements<'a> {
    /// The title as it was asked.
    title: &'a str,
    /// Where the work is.
    jurisdiction: PostingJurisdiction<'a>,
    /// The setting as it was asked; null where none was.
    setting: Option<&'a str>,
    /// The population as it was asked; empty where none was.
    population: &'a [Specialty],
    /// The roles that the title means, best first, at most five. Empty: it means none that is known here, and nothing is guessed.
    #[schema(max_items = 5)]
    roles: Vec<PostingRole<'a>>,
    /// The active credentials that an employer there would ask for, best first. Empty: `notes` say why.
    credentials: Vec<PostingCredential<'a>>,
    /// A paragraph for the posting that asks for the first of the credentials, in words of the facts alone; null where there is no credential.
    paragraph: Option<String>,
    /// The posting with the same as schema.org's `JobPosting`, to embed in its page as JSON-LD; null where there is no
    /// credential. `qualifications` has the first of the credentials; `educationRequirements` and `experienceRequirements`
    /// are there only where every route to it asks so of everybody, without a note. What the posting knows itself is for its publisher to add.
    /// The title is the caller's own text: escape `<` where it is put into a page.
    #[schema(value_type = Option<Object>)]
    json_ld: Option<Value>,
    /// What is not known, and why there is no more.
    notes: Vec<String>,
    /// The sources of it all, in full; facts name theirs by id.
    sources: Vec<&'a Source>,
    /// What the answer says of itself.
    meta: GuidanceMeta,
}

/// Where the work is.
#[derive(Debug, Serialize, ToSchema)]
struct PostingJurisdiction<'a> {
    /// Its code.
    code: &'a JurisdictionCode,
    /// Its name.
    name: &'a str,
    /// Whether it certifies peer specialists.
    program_status: &'a ProgramStatus,
}

/// A role that the title means.
#[derive(Debug, Serialize, ToSchema)]
struct PostingRole<'a> {
    /// The role's id.
    role: &'a RoleId,
    /// Its title.
    title: &'a str,
    /// How well the title fits, from 0 to 1: twice the sum of the likenesses of the words of `matched`, divided by the
    /// number of words of the asked title and of `matched` together. A word that is the same, or in the plural, has a
    /// likeness of 1, one with a typo 0.9, with two 0.8, one that is cut off 0.7. Of the asked title, words such as *remote*
    /// or *certified* do not count unless `matched` has them, and *senior* or *II* count a quarter. A title of several parts is
    /// also read part by part, without what it says of a place or that the work is not, and the best reading counts; a word
    /// of another trade elsewhere in the title counts half. Below 0.5 a role is not named.
    #[schema(minimum = 0.5, maximum = 1)]
    confidence: f64,
    /// The text of the role that fits: its title, or another title for it.
    matched: &'a str,
    /// Each word of the asked title that was taken for one of `matched`, so that a typo shows.
    matched_words: &'a [MatchedWord],
    /// The title of the credential that an acronym in the asked title was read as; null: none was.
    read_as: Option<&'a str>,
    /// The setting of the role that the one asked for was taken for; null: none was asked for, or none like it is listed.
    setting: Option<&'a str>,
    /// Whom it serves.
    specialties: &'a [Specialty],
    /// The sources that the role rests on.
    source_ids: &'a [SourceId],
}

/// A credential that an employer there would ask for.
#[derive(Debug, Serialize, ToSchema)]
struct PostingCredential<'a> {
    /// The credential; none but active ones are asked for.
    #[serde(flatten)]
    credential: CredentialMention<'a>,
    /// How much of what it takes is known: complete only if every route is.
    completeness: Completeness,
    /// Reason it is asked for; the first reason that holds.
    why: Reason,
    /// The ways to earn it, with what each asks. Empty: no source for its requirements was found.
    routes: Vec<PostingRoute<'a>>,
    /// How old its sources are, and how official.
    freshness: Freshness,
    /// The sources that it rests on.
    source_ids: &'a [SourceId],
}

/// One way to earn a credential: all its requirements must be met.
#[derive(Debug, Serialize, ToSchema)]
struct PostingRoute<'a> {
    /// Its id, unique within its credential.
    route: &'a RouteId,
    /// What it is called.
    name: &'a str,
    /// Whether the list of requirements is known to be whole: `complete` or `partial`.
    completeness: Completeness,
    /// The last day on which it can be taken; null: not stated.
    closes_on: Option<NaiveDate>,
    /// What it asks.
    requirements: Vec<PostingRequirement<'a>>,
}

/// One condition of a route, in words.
#[derive(Debug, Serialize, ToSchema)]
struct PostingRequirement<'a> {
    /// The requirement, with its credential and route.
    #[schema(value_type = RequirementPath)]
    requirement: Path<'a>,
    /// What sort of requirement it is.
    kind: RequirementKind,
    /// What it asks, as words that stand in a list.
    text: String,
    /// Whom it concerns; empty: everybody.
    applies_to: &'a [Experience],
    /// What the words cannot say; null where they say all.
    note: Option<&'a str>,
    /// The source that states it.
    source: &'a SourceId,
}

/// Ask what a posting requires
///
/// For job boards and employers: what an applicant for a posting must hold in a jurisdiction. The title may be as it is
/// published, with typos, levels, acronyms and decoration. Only facts with sources are answered.
#[utoipa::path(
    tag = "guidance",
    params(PostingParameters),
    responses((status = OK, description = "What an applicant must hold", body = PostingRequirements)),
    security(("oauth2" = ["guidance"]))
)]
#[get("/posting-requirements")]
async fn get_posting_requirements(reader: Reader) -> Result<HttpResponse, Problem> {
    answer(&reader, requirements).await
}

/// What a posting requires.
///
/// # Errors
/// A [`Problem`] where the query is wrong.
pub fn requirements(snapshot: &Snapshot, mut query: QueryReader) -> Result<Prepared, Problem> {
    let catalog = &snapshot.catalog;
    let known = |text: &str| {
        let code: JurisdictionCode = parsed(text)?;
        let codes = || catalog.jurisdictions.iter().map(|known| known.code.as_str()).collect::<Vec<_>>().join(", ");
        catalog.jurisdictions.get(&code).ok_or_else(|| format!("is not one of: {}", codes()))
    };
    let title = query.required("title", search);
    let jurisdiction = query.required("jurisdiction", known);
    let setting = query.one("setting", search);
    let mut population: Vec<Specialty> = query.all("population", choice);
    query.finish()?;
    let (Some(title), Some(jurisdiction)) = (title, jurisdiction) else {
        return Err(Problem::internal("a required parameter is missing, and that was no fault"));
    };
    let mut seen = std::collections::HashSet::new();
    population.retain(|specialty| seen.insert(*specialty));
    let posting = Posting { title: &title, jurisdiction, setting: setting.as_deref(), population: &population };
    let body = view(snapshot, posting, &ask(catalog, &snapshot.titles, posting));
    Ok(Prepared::new(body?, None))
}

fn view(
    snapshot: &Snapshot,
    posting: Posting<'_>,
    asked: &posting::PostingRequirements<'_>,
) -> Result<Vec<u8>, Problem> {
    let catalog = &snapshot.catalog;
    let Jurisdiction { code, name, program_status, .. } = posting.jurisdiction;
    let best = asked.credentials.first().map(|best| best.credential);
    let named = asked.credentials.iter().flat_map(|asked| {
        let credential = asked.credential;
        let facts = credential.routes.iter().flat_map(|route| &route.requirements).map(|one| &one.source);
        credential.source_ids.iter().chain(facts)
    });
    let of_roles = asked.roles.iter().flat_map(|meant| &meant.role.source_ids);
    let view = PostingRequirements {
        title: posting.title,
        jurisdiction: PostingJurisdiction { code, name, program_status },
        setting: posting.setting,
        population: posting.population,
        roles: asked.roles.iter().map(role).collect(),
        credentials: asked.credentials.iter().map(|asked| credential(snapshot, *asked)).collect(),
        paragraph: best.map(|best| paragraph(catalog, best)),
        json_ld: best.map(|best| job_posting::job_posting(catalog, posting, best)),
        notes: asked.notes.clone(),
        sources: sources(snapshot, program_status.source.iter().chain(of_roles).chain(named)),
        meta: GuidanceMeta { catalog_version: snapshot.version.id },
    };
    serde_json::to_vec(&view).map_err(Problem::internal)
}

fn role<'a>(meant: &'a MeantRole<'a>) -> PostingRole<'a> {
    let MeantRole { role, found, setting } = meant;
    PostingRole {
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

fn credential<'a>(snapshot: &'a Snapshot, asked: AskedCredential<'a>) -> PostingCredential<'a> {
    let AskedCredential { credential, why } = asked;
    PostingCredential {
        credential: credential.into(),
        completeness: credential.completeness(),
        why,
        routes: credential.routes.iter().map(|one| route(snapshot, credential, one)).collect(),
        freshness: snapshot.catalog.freshness(credential),
        source_ids: &credential.source_ids,
    }
}

fn route<'a>(snapshot: &'a Snapshot, credential: &'a Credential, route: &'a Route) -> PostingRoute<'a> {
    let requirement = |one: &'a Requirement| PostingRequirement {
        requirement: Path::new(credential, &route.id, &one.id),
        kind: one.condition.kind(),
        text: item(&snapshot.catalog, credential, &one.condition),
        applies_to: &one.applies_to,
        note: one.note.as_deref(),
        source: &one.source,
    };
    PostingRoute {
        route: &route.id,
        name: &route.name,
        completeness: route.completeness,
        closes_on: route.closes_on,
        requirements: route.requirements.iter().map(requirement).collect(),
    }
}
