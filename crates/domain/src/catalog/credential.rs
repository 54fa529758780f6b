//! Credentials: requirements, fees, renewal and reciprocity.

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entry::{Entry, identified_by};
use super::identifier::{CredentialId, Identifier, JurisdictionCode, RouteId, SourceId};
use super::kind::Kind;
use super::quantity::{Hours, Usd};
use super::reference::{CredentialReference, IC_RC_CREDENTIAL, visit_references};
use super::requirement::Requirement;
use super::search::Texts;
use super::source::Completeness;
use super::visit::{Visit, WORK_HOURS, YEARS};

const CONTINUING_EDUCATION: RangeInclusive<Hours> = Hours::ZERO..=Hours::whole(200);
const FEE: RangeInclusive<Usd> = Usd::ZERO..=Usd::whole(10_000);

/// One certification that a person can hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// Stable id.
    pub id: CredentialId,
    /// Jurisdiction that issues it; null for a national credential.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub jurisdiction: Option<JurisdictionCode>,
    /// Title.
    #[schema(min_length = 3)]
    pub title: String,
    /// Acronym; null if there is none.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub acronym: Option<String>,
    /// Earlier titles.
    #[serde(default)]
    pub former_titles: Vec<String>,
    /// Whether applications are open; active unless a source says otherwise.
    pub status: CredentialStatus,
    /// Populations that its holders support, or their function.
    #[schema(min_items = 1)]
    pub specialties: Vec<Specialty>,
    /// True if it is held only until the full certification, such as a trainee's; null if no source says so.
    #[serde(default)]
    pub provisional: Option<bool>,
    /// The credential to which this one is an endorsement or specialty; null if there is none.
    #[serde(default)]
    pub endorsement_of: Option<CredentialId>,
    /// The body that certifies.
    pub certifying_body: CertifyingBody,
    /// Ways to earn it; empty if no source for its requirements was found.
    pub routes: Vec<Route>,
    /// Fees that sources state; there may be more.
    pub fees: Vec<Fee>,
    /// How to renew it; null if not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub renewal: Option<Renewal>,
    /// Other credentials that it accepts; null if not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub reciprocity: Option<Reciprocity>,
    /// Sources of the record and of all its facts.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Credential {
    /// Whether a source says that it is held only until the full certification.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.provisional == Some(true)
    }

    /// Whether holding this credential satisfies the reference.
    #[must_use]
    pub fn is_meant_by(&self, reference: &CredentialReference) -> bool {
        match reference {
            CredentialReference::AnyState => self.jurisdiction.is_some(),
            CredentialReference::IcRc => self.id.as_str() == IC_RC_CREDENTIAL,
            CredentialReference::None => false,
            CredentialReference::Jurisdiction(code) => self.jurisdiction.as_ref() == Some(code),
            CredentialReference::Credential(id) => *id == self.id,
        }
    }

    /// Complete only if every route is.
    #[must_use]
    pub fn completeness(&self) -> Completeness {
        if self.routes.is_empty() {
            Completeness::NotRetrieved
        } else if self.routes.iter().all(Route::is_complete) {
            Completeness::Complete
        } else {
            Completeness::Partial
        }
    }

    /// The source of each fact that names its own.
    pub fn fact_sources(&self) -> impl Iterator<Item = &SourceId> {
        let requirements =
            self.routes.iter().flat_map(|route| &route.requirements).map(|requirement| &requirement.source);
        requirements
            .chain(self.fees.iter().map(|fee| &fee.source))
            .chain(self.renewal.iter().map(|renewal| &renewal.source))
            .chain(self.reciprocity.iter().map(|reciprocity| &reciprocity.source))
    }
}

impl Entry for Credential {
    identified_by!(CredentialId);

    fn search_texts(&self) -> Texts<'_> {
        let mut texts: Texts<'_> = vec![(4, &self.title), (1, &self.certifying_body.name)];
        texts.extend(self.acronym.iter().map(|acronym| (4, &**acronym)));
        texts.extend(self.former_titles.iter().map(|title| (2, &**title)));
        texts.extend(self.jurisdiction.iter().map(|code| (2, code.as_str())));
        texts
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.may_mention("jurisdiction", self.jurisdiction.as_ref());
        visit.check("jurisdiction", self.jurisdiction == self.id.jurisdiction(), || {
            "does not match the id, which begins with the jurisdiction's code; the jurisdiction of a national credential is null"
                .into()
        });
        visit.distinct("specialties", &self.specialties);
        visit.may_mention("endorsement_of", self.endorsement_of.as_ref());
        visit.check("endorsement_of", self.endorsement_of.as_ref() != Some(&self.id), || {
            "is the credential itself".into()
        });
        visit.each("routes", &self.routes, |visit, route| visit_route(visit, self, route));
        visit.each("fees", &self.fees, visit_fee);
        if let Some(renewal) = &self.renewal {
            visit_renewal(visit, renewal);
        }
        if let Some(reciprocity) = &self.reciprocity {
            visit_references(visit, "reciprocity/accepts", &reciprocity.accepts);
            let alone = reciprocity.accepts.len() == 1 || !reciprocity.accepts.contains(&CredentialReference::None);
            visit.check("reciprocity/accepts", alone, || "has other entries besides none".into());
            visit.mentions("reciprocity/source", &reciprocity.source);
        }
        visit.mentions_all("source_ids", &self.source_ids);
        for source in self.fact_sources() {
            visit.check("source_ids", self.source_ids.contains(source), || {
                format!("lacks {source}, the source of a fact")
            });
        }
    }
}

/// Whether applications for a credential are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialStatus {
    /// Applications are open.
    Active,
    /// Announced for a later date.
    Announced,
    /// Closed to new applicants.
    Closed,
}

/// A population that a credential's holders support, or their function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Specialty {
    /// People with mental health conditions.
    MentalHealth,
    /// People who use or used substances.
    SubstanceUse,
    /// Families and caregivers.
    Family,
    /// Young people.
    Youth,
    /// Veterans.
    Veteran,
    /// People with experience of the justice system.
    JusticeInvolved,
    /// People in crisis.
    Crisis,
    /// Older adults.
    OlderAdult,
    /// People without stable housing.
    Housing,
    /// Function: supervisor of other peer specialists.
    Supervisor,
}

/// A certifying body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CertifyingBody {
    /// Name of the body.
    #[schema(min_length = 1)]
    pub name: String,
    /// Type of body.
    pub kind: CertifyingBodyKind,
    /// Web page; null if not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, pattern = "^https?://")]
    pub url: Option<String>,
}

/// The type of a certifying body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CertifyingBodyKind {
    /// State agency.
    StateAgency,
    /// Certification board.
    CertificationBoard,
    /// Other nonprofit.
    Nonprofit,
    /// University.
    University,
    /// Other.
    Other,
}

/// One way to earn a credential. All its requirements must be met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Id, unique within the credential.
    pub id: RouteId,
    /// Name of the route.
    #[schema(min_length = 1)]
    pub name: String,
    /// Whether the list of requirements is known to be complete: `complete` or `partial`.
    pub completeness: Completeness,
    /// Last day on which the route is open; null if not stated.
    #[serde(default)]
    pub closes_on: Option<NaiveDate>,
    /// Requirements, all of which must be met.
    #[schema(min_items = 1)]
    pub requirements: Vec<Requirement>,
}

impl Route {
    /// Whether the list of its requirements is known to be complete.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.completeness == Completeness::Complete
    }
}

/// A fee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// What the fee is for.
    pub kind: FeeKind,
    /// Amount, or the lower end if the source gives a range.
    pub amount_usd: Usd,
    /// Upper end if the source gives a range; otherwise null.
    #[serde(default)]
    pub amount_usd_max: Option<Usd>,
    /// Details that the other fields cannot express.
    #[serde(default)]
    pub note: Option<String>,
    /// Source of this fact.
    pub source: SourceId,
}

/// What a fee is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeeKind {
    /// Application.
    Application,
    /// Certification.
    Certification,
    /// Examination.
    Exam,
    /// Training.
    Training,
    /// Renewal.
    Renewal,
    /// Background check.
    BackgroundCheck,
    /// A fee that only some applicants pay; the note says who.
    Other,
}

/// How to renew a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Renewal {
    /// Months between renewals; null if not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, minimum = 1, maximum = 120)]
    pub period_months: Option<u16>,
    /// Hours of continuing education; null if not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub continuing_education_hours: Option<Hours>,
    /// Period to which these hours apply; null if not stated.
    #[serde(default)]
    pub continuing_education_per: Option<CountedOver>,
    /// Hours of them in ethics; null if not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub ethics_hours: Option<Hours>,
    /// Hours of peer work required in each renewal period; null if not stated.
    #[serde(default)]
    pub service_hours: Option<Hours>,
    /// Details that the other fields cannot express.
    #[serde(default)]
    pub note: Option<String>,
    /// Source of this fact.
    pub source: SourceId,
}

/// The period to which hours apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CountedOver {
    /// The renewal period.
    Period,
    /// One year.
    Year,
}

/// Other credentials that a credential accepts in place of its own requirements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reciprocity {
    /// Accepted credentials; `none` if the source says that no credential is accepted.
    #[schema(min_items = 1)]
    pub accepts: Vec<CredentialReference>,
    /// Details that the other fields cannot express.
    #[serde(default)]
    pub note: Option<String>,
    /// Source of this fact.
    pub source: SourceId,
}

fn visit_route<'a>(visit: &mut Visit<'a>, credential: &'a Credential, route: &'a Route) {
    let path = format!("{}/{}", credential.id, route.id);
    visit.defines_as(Kind::Route, path.clone());
    visit.check("completeness", route.completeness != Completeness::NotRetrieved, || {
        "is not_retrieved: leave out a route of which nothing could be read".into()
    });
    visit.check("requirements", !route.requirements.is_empty(), || "is empty".into());
    if let Some(date) = route.closes_on {
        visit.in_range("closes_on", chrono::Datelike::year(&date), &YEARS);
    }
    counted_once(visit, &route.requirements);
    visit.each("requirements", &route.requirements, |visit, requirement| {
        visit.defines_as(Kind::Requirement, format!("{path}/{}", requirement.id));
        requirement.visit(visit);
    });
}

/// Refuses hours in several requirements of one kind, because an applicant's hours would count for each of them. Such hours are
/// topics of one requirement.
fn counted_once(visit: &mut Visit<'_>, requirements: &[Requirement]) {
    let mut counted = Vec::new();
    let stated = |(_, requirement): &(usize, &Requirement)| requirement.condition.hours().is_some();
    for (index, requirement) in requirements.iter().enumerate().filter(stated) {
        let kind = requirement.condition.kind();
        visit.check(&format!("requirements/{index}"), !counted.contains(&kind), || {
            "states hours, like an earlier requirement of this kind in the route".into()
        });
        counted.push(kind);
    }
}

fn visit_fee<'a>(visit: &mut Visit<'a>, fee: &'a Fee) {
    visit.in_range("amount_usd", fee.amount_usd, &FEE);
    if let Some(most) = fee.amount_usd_max {
        visit.in_range("amount_usd_max", most, &FEE);
        visit.check("amount_usd_max", most > fee.amount_usd, || "must exceed amount_usd".into());
    }
    visit.mentions("source", &fee.source);
}

fn visit_renewal<'a>(visit: &mut Visit<'a>, renewal: &'a Renewal) {
    for (field, hours) in [
        ("renewal/continuing_education_hours", renewal.continuing_education_hours),
        ("renewal/ethics_hours", renewal.ethics_hours),
    ] {
        if let Some(hours) = hours {
            visit.in_range(field, hours, &CONTINUING_EDUCATION);
        }
    }
    if let Some(hours) = renewal.service_hours {
        visit.in_range("renewal/service_hours", hours, &WORK_HOURS);
    }
    visit.mentions("renewal/source", &renewal.source);
}
