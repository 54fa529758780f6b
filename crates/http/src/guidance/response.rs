//! What answers share: credentials, verdicts, routes, questions, fees, sources.

use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use peerpath_domain::catalog::Catalog;
use peerpath_domain::catalog::credential::{CertifyingBody, Credential, CredentialStatus, Route, Specialty};
use peerpath_domain::catalog::identifier::{CredentialId, JurisdictionCode, RequirementPath, RouteId, SourceId};
use peerpath_domain::catalog::quantity::Usd;
use peerpath_domain::catalog::requirement::{Requirement, RequirementKind};
use peerpath_domain::catalog::selection::{Bounds, FEES_ON_THE_WAY};
use peerpath_domain::catalog::source::{Completeness, Source};
use peerpath_domain::guidance::assessment::{Assessment, HoursAhead, Outcome, RankedBy, RouteAssessment};
use peerpath_domain::guidance::question::OpenQuestion;
use peerpath_domain::guidance::verdict::{self, AnswerForm, Gap, Judgment};
use peerpath_domain::words::requirement::question;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::service::snapshot::{CachedBody, Snapshot};
use crate::web::{Json, OperationDocument, Problem, Reply};

/// 200 with a `T` in JSON. It is written at once, because a `T` borrows from the catalog of the request.
pub struct Answer<T> {
    body: Vec<u8>,
    schema: PhantomData<T>,
}

impl<T> Answer<T> {
    /// Writes the `T`.
    ///
    /// # Errors
    /// An internal [`Problem`] when it has no JSON form.
    pub fn new(body: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self { body: serde_json::to_vec(body).map_err(Problem::internal)?, schema: PhantomData })
    }
}

impl<T: Serialize + ToSchema + 'static> Reply for Answer<T> {
    fn document(operation: &mut OperationDocument) {
        Json::<T>::document(operation);
    }

    fn respond(self, _: &HttpRequest) -> Result<HttpResponse, Problem> {
        let mut response = HttpResponse::Ok();
        response.insert_header((header::CONTENT_TYPE, "application/json"));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        Ok(response.body(self.body))
    }
}

/// A JSON body that is the same for every caller.
pub fn cached_json(body: &impl Serialize) -> Result<CachedBody, Problem> {
    Ok(CachedBody::new(serde_json::to_vec(body).map_err(Problem::internal)?, None))
}

/// Guidance metadata.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuidanceMeta {
    /// The version of the catalog that was used.
    pub catalog_version: i64,
}

/// List metadata.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct GuidanceListMeta {
    /// The number of items on all pages.
    pub total: usize,
    /// The version of the catalog that was used.
    pub catalog_version: i64,
    /// The date whose facts were used.
    pub as_of: NaiveDate,
}

/// The sources with these ids, in full and once each, in the order in which they are first named.
pub fn sources<'a>(snapshot: &'a Snapshot, named: impl IntoIterator<Item = &'a SourceId>) -> Vec<&'a Source> {
    let mut seen = HashSet::new();
    let named = named.into_iter().filter(|id| seen.insert(*id));
    named.filter_map(|id| snapshot.catalog.sources.get(id)).collect()
}

/// A credential in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct CredentialMention<'a> {
    /// The credential's id.
    id: &'a CredentialId,
    /// The jurisdiction of the credential; null for a national credential.
    jurisdiction: Option<&'a JurisdictionCode>,
    /// The credential's title.
    title: &'a str,
    /// The credential's acronym; null if it has none.
    acronym: Option<&'a str>,
    /// Whether applicants can apply for it.
    status: CredentialStatus,
    /// The people whom its holders support.
    specialties: &'a [Specialty],
    /// The body that certifies and decides.
    certifying_body: &'a CertifyingBody,
}

impl<'a> From<&'a Credential> for CredentialMention<'a> {
    fn from(credential: &'a Credential) -> Self {
        Self {
            id: &credential.id,
            jurisdiction: credential.jurisdiction.as_ref(),
            title: &credential.title,
            acronym: credential.acronym.as_deref(),
            status: credential.status,
            specialties: &credential.specialties,
            certifying_body: &credential.certifying_body,
        }
    }
}

/// A requirement's full id, put together when it is sent.
#[derive(Debug)]
pub struct Path<'a> {
    credential: &'a Credential,
    route: &'a Route,
    requirement: &'a Requirement,
}

impl<'a> Path<'a> {
    /// The id of a requirement of a route.
    pub const fn new(credential: &'a Credential, route: &'a Route, requirement: &'a Requirement) -> Self {
        Self { credential, route, requirement }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.credential.id, self.route.id, self.requirement.id)
    }
}

impl Serialize for Path<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Whether an applicant meets a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Met, as far as the fields of the requirement say.
    Met,
    /// Not met: `gap` says what is missing.
    Unmet,
    /// Not known: `question` asks for the missing fact.
    Unknown,
}

/// The verdict on a requirement for an applicant.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequirementVerdict<'a> {
    /// The requirement, with its credential and route.
    #[schema(value_type = RequirementPath)]
    requirement: Path<'a>,
    /// The kind of requirement.
    kind: RequirementKind,
    /// Whether the applicant meets it.
    verdict: Verdict,
    /// What is missing; null unless the requirement is unmet.
    gap: Option<Gap<'a>>,
    /// The id of the question whose answer decides; null unless the verdict is unknown. `confirmed`: no field of the
    /// profile can tell; list the requirement there.
    question: Option<&'static str>,
    /// Whether the applicant says that they meet it.
    confirmed: bool,
    /// Conditions that the fields of the requirement cannot express. The verdict does not consider them.
    note: Option<&'a str>,
    /// The source that states the requirement.
    source: &'a SourceId,
}

impl<'a> RequirementVerdict<'a> {
    /// The verdict on a requirement of a route.
    pub fn new(credential: &'a Credential, route: &'a Route, judgment: Judgment<'a>) -> Self {
        let requirement = judgment.requirement;
        let (verdict, gap, question) = match judgment.verdict {
            verdict::Verdict::Met => (Verdict::Met, None, None),
            verdict::Verdict::Unmet(gap) => (Verdict::Unmet, Some(gap), None),
            verdict::Verdict::Unknown(question) => (Verdict::Unknown, None, Some(question.id())),
        };
        Self {
            requirement: Path::new(credential, route, requirement),
            kind: requirement.condition.kind(),
            verdict,
            gap,
            question,
            confirmed: judgment.confirmed,
            note: requirement.note.as_deref(),
            source: &requirement.source,
        }
    }

    /// The source that states the requirement.
    pub const fn source(&self) -> &'a SourceId {
        self.source
    }

    /// Whether the requirement is met.
    pub fn is_met(&self) -> bool {
        self.verdict == Verdict::Met
    }
}

/// The remaining fees, in U.S. dollars.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeesAhead<'a> {
    /// The least to pay, of the stated fees.
    at_least: Usd,
    /// The most to pay, of the stated fees; null if neither an application nor a certification fee is stated, so that there are more.
    at_most: Option<Usd>,
    /// The sources that state the fees.
    source_ids: Vec<&'a SourceId>,
}

impl<'a> FeesAhead<'a> {
    /// The remaining fees on the way to a credential.
    pub fn new(credential: &'a Credential, ahead: Bounds<Usd>) -> Self {
        let mut source_ids: Vec<&SourceId> = Vec::new();
        for fee in credential.fees.iter().filter(|fee| FEES_ON_THE_WAY.contains(&fee.kind)) {
            if !source_ids.contains(&&fee.source) {
                source_ids.push(&fee.source);
            }
        }
        Self { at_least: ahead.at_least, at_most: ahead.at_most, source_ids }
    }

    /// The sources that state the fees.
    pub fn sources(&self) -> impl Iterator<Item = &'a SourceId> {
        self.source_ids.iter().copied()
    }
}

/// An applicant's eligibility for a credential.
#[derive(Debug, Serialize, ToSchema)]
pub struct CredentialEligibility<'a> {
    /// The credential.
    credential: CredentialMention<'a>,
    /// The outcome of its best route; undetermined if no source for its requirements was found.
    outcome: Outcome,
    /// The id of the best route; null if no route is known.
    best_route: Option<&'a RouteId>,
    /// Why this route is the best: the first point in which it differs from the next best; null if no route is known.
    because: Option<RankedBy>,
    /// Every route, the best first.
    routes: Vec<RouteEligibility<'a>>,
}

/// An applicant's eligibility by a route.
#[derive(Debug, Serialize, ToSchema)]
struct RouteEligibility<'a> {
    /// The route's id, unique within its credential.
    id: &'a RouteId,
    /// The route's name.
    name: &'a str,
    /// Whether the list of its requirements is known to be complete.
    completeness: Completeness,
    /// Whether the route is open on the requested date.
    open: bool,
    /// The outcome of its verdicts.
    outcome: Outcome,
    /// A verdict for each requirement.
    verdicts: Vec<RequirementVerdict<'a>>,
    /// The remaining hours, by the listed requirements.
    hours_ahead: HoursAhead,
    /// The remaining fees; null if no fee on the way is stated.
    fees_ahead_usd: Option<FeesAhead<'a>>,
    /// The earliest date by which every waiting period is over; null if unknown or never. Work that remains may take longer.
    earliest_date: Option<NaiveDate>,
}

impl<'a> From<Assessment<'a>> for CredentialEligibility<'a> {
    fn from(assessment: Assessment<'a>) -> Self {
        let credential = assessment.credential;
        let routes = assessment.routes.into_iter().map(|route| RouteEligibility::new(credential, route));
        let routes: Vec<RouteEligibility<'_>> = routes.collect();
        Self {
            credential: credential.into(),
            outcome: assessment.outcome,
            best_route: routes.first().map(|best| best.id),
            because: assessment.because,
            routes,
        }
    }
}

impl<'a> CredentialEligibility<'a> {
    /// The sources of the verdicts and the fees.
    pub fn sources(&self) -> impl Iterator<Item = &'a SourceId> {
        self.routes.iter().flat_map(|route| {
            let of_fees = route.fees_ahead_usd.iter().flat_map(FeesAhead::sources);
            route.verdicts.iter().map(RequirementVerdict::source).chain(of_fees)
        })
    }
}

impl<'a> RouteEligibility<'a> {
    fn new(credential: &'a Credential, assessment: RouteAssessment<'a>) -> Self {
        let route = assessment.route;
        let verdicts = assessment.judgments.into_iter().map(|one| RequirementVerdict::new(credential, route, one));
        Self {
            id: &route.id,
            name: &route.name,
            completeness: route.completeness,
            open: assessment.open,
            outcome: assessment.outcome,
            verdicts: verdicts.collect(),
            hours_ahead: assessment.hours_ahead,
            fees_ahead_usd: assessment.fees_ahead.map(|ahead| FeesAhead::new(credential, ahead)),
            earliest_date: assessment.earliest_date,
        }
    }
}

/// A question for the applicant.
#[derive(Debug, Serialize, ToSchema)]
pub struct Question<'a> {
    /// The question's id.
    #[schema(examples("recovery_since", "lived_experience.family", "confirmed"))]
    id: &'static str,
    /// The JSON Pointer of the profile field that answers it.
    #[schema(examples("/recovery_since"))]
    field: &'static str,
    /// The form of the answer.
    answer: AnswerForm,
    /// The question in words.
    text: String,
    /// The requirement to confirm, if no other field can tell; null otherwise.
    #[schema(value_type = Option<RequirementPath>)]
    requirement: Option<Path<'a>>,
    /// The number of verdicts that depend on the answer.
    verdicts: usize,
    /// The number of credentials with such a verdict.
    credentials: usize,
    /// The source that states the requirement to confirm; null otherwise.
    source: Option<&'a SourceId>,
}

impl<'a> Question<'a> {
    /// An open question, in words.
    pub fn new(catalog: &Catalog, open: OpenQuestion<'a>) -> Self {
        let text = match open.about {
            Some((credential, _, requirement)) => question(catalog, credential, requirement),
            None => open.question.text().into(),
        };
        Self {
            id: open.question.id(),
            field: open.question.pointer(),
            answer: open.question.answer(),
            text,
            requirement: open.about.map(|(credential, route, requirement)| Path::new(credential, route, requirement)),
            verdicts: open.verdicts,
            credentials: open.credentials,
            source: open.about.map(|(.., requirement)| &requirement.source),
        }
    }
}
