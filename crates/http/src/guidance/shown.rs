//! How verdicts, routes and questions are shown.

use std::fmt;

use chrono::NaiveDate;
use peerpath_domain::catalog::Catalog;
use peerpath_domain::catalog::credential::{CertifyingBody, Credential, CredentialStatus, Specialty};
use peerpath_domain::catalog::identifier::{CredentialId, JurisdictionCode, RequirementPath, RouteId, SourceId};
use peerpath_domain::catalog::quantity::Usd;
use peerpath_domain::catalog::requirement::RequirementKind;
use peerpath_domain::catalog::selection::{Bounds, FEES_ON_THE_WAY};
use peerpath_domain::catalog::source::Completeness;
use peerpath_domain::guidance::assessment::{HoursAhead, Outcome, RankedBy};
use peerpath_domain::guidance::question::OpenQuestion;
use peerpath_domain::guidance::verdict::{AnswerForm, Gap, Judgment, Verdict};
use peerpath_domain::words::requirement;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// A credential that is spoken of.
#[derive(Debug, Serialize, ToSchema)]
pub struct CredentialMention<'a> {
    /// Its id.
    id: &'a CredentialId,
    /// The jurisdiction that it is for; null: a national credential.
    jurisdiction: Option<&'a JurisdictionCode>,
    /// Its title.
    title: &'a str,
    /// Its acronym; null where it has none.
    acronym: Option<&'a str>,
    /// Whether it can be applied for.
    status: CredentialStatus,
    /// Whom its holders support.
    specialties: &'a [Specialty],
    /// Who certifies, and has the last word.
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
#[derive(Debug, Clone, Copy)]
pub struct Path<'a> {
    credential: &'a Credential,
    route: &'a RouteId,
    requirement: &'a peerpath_domain::catalog::identifier::RequirementId,
}

impl<'a> Path<'a> {
    /// That of a requirement of a route.
    pub const fn new(
        credential: &'a Credential,
        route: &'a RouteId,
        requirement: &'a peerpath_domain::catalog::identifier::RequirementId,
    ) -> Self {
        Self { credential, route, requirement }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.credential.id, self.route, self.requirement)
    }
}

impl Serialize for Path<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a requirement held against an applicant comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictWord {
    /// It is met, as far as its fields say.
    Met,
    /// It is not met: `gap` says what is missing.
    Unmet,
    /// That is not known: `question` says what would have to be.
    Unknown,
}

/// A requirement held against an applicant.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequirementVerdict<'a> {
    /// The requirement, with its credential and route.
    #[schema(value_type = RequirementPath)]
    requirement: Path<'a>,
    /// Its kind.
    kind: RequirementKind,
    /// What it comes to.
    verdict: VerdictWord,
    /// What is missing; null unless it is unmet.
    gap: Option<Gap<'a>>,
    /// The id of the question whose answer would decide it; null unless it is unknown. `confirmed`: no field of a profile
    /// can tell; list the requirement there.
    question: Option<&'static str>,
    /// Whether the applicant says that they meet it.
    confirmed: bool,
    /// What the fields of the requirement cannot say, and the verdict has not looked at.
    note: Option<&'a str>,
    /// The source that states it.
    source: &'a SourceId,
}

impl<'a> RequirementVerdict<'a> {
    /// Shows a judgment.
    pub fn new(credential: &'a Credential, route: &'a RouteId, judgment: Judgment<'a>) -> Self {
        let requirement = judgment.requirement;
        let (verdict, gap, question) = match judgment.verdict {
            Verdict::Met => (VerdictWord::Met, None, None),
            Verdict::Unmet(gap) => (VerdictWord::Unmet, Some(gap), None),
            Verdict::Unknown(question) => (VerdictWord::Unknown, None, Some(question.id())),
        };
        Self {
            requirement: Path::new(credential, route, &requirement.id),
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

    /// Whether it is met.
    pub fn is_met(&self) -> bool {
        self.verdict == VerdictWord::Met
    }
}

/// Fees that are still ahead, in U.S. dollars.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeesAhead<'a> {
    /// What is surely to be paid, of the fees that are stated.
    at_least: Usd,
    /// The most that the fees that are stated come to; null: neither an application nor a certification fee is stated, so that there is more.
    at_most: Option<Usd>,
    /// The sources that state the fees.
    source_ids: Vec<&'a SourceId>,
}

impl<'a> FeesAhead<'a> {
    /// Shows what is ahead of the fees of a credential.
    pub fn new(credential: &'a Credential, ahead: Bounds<Usd>) -> Self {
        Self { at_least: ahead.at_least, at_most: ahead.at_most, source_ids: fee_sources(credential) }
    }

    /// The sources that state the fees.
    pub fn sources(&self) -> impl Iterator<Item = &'a SourceId> {
        self.source_ids.iter().copied()
    }
}

/// The sources that state the fees on the way to a credential, once each.
pub fn fee_sources(credential: &Credential) -> Vec<&SourceId> {
    let mut sources: Vec<&SourceId> = Vec::new();
    for fee in credential.fees.iter().filter(|fee| FEES_ON_THE_WAY.contains(&fee.kind)) {
        if !sources.contains(&&fee.source) {
            sources.push(&fee.source);
        }
    }
    sources
}

/// A credential held against an applicant.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it documents what `Writer` writes")]
pub struct CredentialStanding<'a> {
    /// The credential.
    credential: CredentialMention<'a>,
    /// The outcome of its best route; undetermined where no source for its requirements was found.
    outcome: Outcome,
    /// The id of the best route; null where none is known.
    best_route: Option<&'a RouteId>,
    /// Why it is the best: the first thing in which it and the next best differ; null where none is known.
    because: Option<RankedBy>,
    /// Every route, the best first.
    routes: Vec<RouteStanding<'a>>,
}

/// A route held against an applicant.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it documents what `Writer` writes")]
struct RouteStanding<'a> {
    /// Its id, unique within its credential.
    id: &'a RouteId,
    /// What it is called.
    name: &'a str,
    /// Whether the list of its requirements is known to be whole.
    completeness: Completeness,
    /// Whether it can be taken on the day that is asked for.
    open: bool,
    /// What its verdicts come to.
    outcome: Outcome,
    /// A verdict for each requirement.
    verdicts: Vec<RequirementVerdict<'a>>,
    /// Hours still ahead by the requirements that are listed.
    hours_ahead: HoursAhead,
    /// Fees still ahead; null: none that is paid on the way is stated.
    fees_ahead_usd: Option<FeesAhead<'a>>,
    /// The first day on which time alone stands in the way no more; null: that cannot be told, or there is none. What has to be done may take longer.
    earliest_date: Option<NaiveDate>,
}

/// A question to ask an applicant.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionShown<'a> {
    /// What it is known by.
    #[schema(examples("recovery_since", "lived_experience.family", "confirmed"))]
    id: &'static str,
    /// The JSON Pointer, in the profile, of the field that answers it.
    #[schema(examples("/recovery_since"))]
    field: &'static str,
    /// The form of the answer.
    answer: AnswerForm,
    /// The question in words.
    text: String,
    /// The requirement that is to be confirmed, where no other field can tell; null otherwise.
    #[schema(value_type = Option<RequirementPath>)]
    requirement: Option<Path<'a>>,
    /// How many verdicts hang on it.
    verdicts: usize,
    /// Of how many credentials.
    credentials: usize,
    /// The source that states the requirement that is to be confirmed; null otherwise.
    source: Option<&'a SourceId>,
}

impl<'a> QuestionShown<'a> {
    /// Puts a question into words.
    pub fn new(catalog: &Catalog, open: OpenQuestion<'a>) -> Self {
        let question = open.question;
        let text = match open.about {
            Some((credential, _, about)) => requirement::question(catalog, credential, about),
            None => question.text().into(),
        };
        Self {
            id: question.id(),
            field: question.pointer(),
            answer: question.answer(),
            text,
            requirement: open
                .about
                .map(|(credential, route, requirement)| Path::new(credential, &route.id, &requirement.id)),
            verdicts: open.verdicts,
            credentials: open.credentials,
            source: open.about.map(|(.., requirement)| &requirement.source),
        }
    }
}
