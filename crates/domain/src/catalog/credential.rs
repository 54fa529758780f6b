//! Credentials: what each takes, what it costs and how it is kept.

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entry::Entry;
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
    /// Its id.
    pub id: CredentialId,
    /// The jurisdiction that it is for; null: a national credential, which no state issues.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub jurisdiction: Option<JurisdictionCode>,
    /// Its title.
    #[schema(min_length = 3)]
    pub title: String,
    /// Its acronym; null where it has none.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub acronym: Option<String>,
    /// Titles that it had before.
    #[serde(default)]
    pub former_titles: Vec<String>,
    /// Active unless a source says otherwise.
    pub status: CredentialStatus,
    /// Whom its holders support.
    #[schema(min_items = 1)]
    pub specialties: Vec<Specialty>,
    /// True where it is held only until the full certification: a trainee's, a temporary one. Null: no source says so.
    #[serde(default)]
    pub provisional: Option<bool>,
    /// The credential that this one is an endorsement or specialty of; null: it stands by itself.
    #[serde(default)]
    pub endorsement_of: Option<CredentialId>,
    /// Who certifies.
    pub certifying_body: CertifyingBody,
    /// The ways to earn it. Empty: it exists, and no source for its requirements was found.
    pub routes: Vec<Route>,
    /// What it costs, as far as sources say; there may be more.
    pub fees: Vec<Fee>,
    /// How it is kept; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub renewal: Option<Renewal>,
    /// Which other credentials it accepts; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub reciprocity: Option<Reciprocity>,
    /// Every source that it rests on.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Credential {
    /// Whether it is held only until the full certification, as far as a source says.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.provisional == Some(true)
    }

    /// Whether a reference means this credential: who holds it has what the reference asks for.
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

    /// How much of what it takes is known: complete only if every route is.
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

    /// The source of each fact that names one of its own.
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
    type Id = CredentialId;

    fn id(&self) -> &CredentialId {
        &self.id
    }

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
            "is not the one whose code the id begins with; a national credential has null and begins with its owner"
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
            visit.check("reciprocity/accepts", alone, || "none stands beside others".into());
            visit.mentions("reciprocity/source", &reciprocity.source);
        }
        visit.mentions_all("source_ids", &self.source_ids);
        for source in self.fact_sources() {
            visit.check("source_ids", self.source_ids.contains(source), || {
                format!("lacks {source}, on which a fact rests")
            });
        }
    }
}

/// Whether a credential can be applied for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialStatus {
    /// It can be applied for.
    Active,
    /// It is announced for a later date.
    Announced,
    /// It is closed to new applicants.
    Closed,
}

/// Whom a credential's holders support, or in what function.
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
    /// People who met the justice system.
    JusticeInvolved,
    /// People in crisis.
    Crisis,
    /// Older adults.
    OlderAdult,
    /// People without stable housing.
    Housing,
    /// Other peer specialists, as their supervisor.
    Supervisor,
}

/// Who certifies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CertifyingBody {
    /// Its name.
    #[schema(min_length = 1)]
    pub name: String,
    /// What sort of body it is.
    pub kind: CertifyingBodyKind,
    /// Its page; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, pattern = "^https?://")]
    pub url: Option<String>,
}

/// What sort of body certifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CertifyingBodyKind {
    /// An agency of the state.
    StateAgency,
    /// A certification board.
    CertificationBoard,
    /// Another nonprofit.
    Nonprofit,
    /// A university.
    University,
    /// Something else.
    Other,
}

/// One way to earn a credential: all its requirements must be met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Unique within its credential.
    pub id: RouteId,
    /// What it is called.
    #[schema(min_length = 1)]
    pub name: String,
    /// Whether the list of requirements is known to be whole: `complete` or `partial`.
    pub completeness: Completeness,
    /// The last day on which it can be taken; null: not stated.
    #[serde(default)]
    pub closes_on: Option<NaiveDate>,
    /// What it asks.
    #[schema(min_items = 1)]
    pub requirements: Vec<Requirement>,
}

impl Route {
    /// Whether the list of its requirements is known to be whole.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.completeness == Completeness::Complete
    }
}

/// Something to be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// What it is paid for.
    pub kind: FeeKind,
    /// The amount; where the source gives a range, its lower end.
    pub amount_usd: Usd,
    /// The upper end, where the source gives a range; null otherwise.
    #[serde(default)]
    pub amount_usd_max: Option<Usd>,
    /// What the fields cannot say.
    #[serde(default)]
    pub note: Option<String>,
    /// The source that states it.
    pub source: SourceId,
}

/// What a fee is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeeKind {
    /// The application.
    Application,
    /// The certification itself.
    Certification,
    /// The examination.
    Exam,
    /// The training.
    Training,
    /// Keeping the credential.
    Renewal,
    /// The background check.
    BackgroundCheck,
    /// Something that only some pay, as the note says.
    Other,
}

/// How a credential is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Renewal {
    /// How often, in months; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, minimum = 1, maximum = 120)]
    pub period_months: Option<u16>,
    /// Hours of continuing education; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub continuing_education_hours: Option<Hours>,
    /// What these hours are counted over; null: not stated.
    #[serde(default)]
    pub continuing_education_per: Option<CountedOver>,
    /// How many of them are in ethics; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub ethics_hours: Option<Hours>,
    /// Hours of peer work that the period asks; null: not stated.
    #[serde(default)]
    pub service_hours: Option<Hours>,
    /// What the fields cannot say.
    #[serde(default)]
    pub note: Option<String>,
    /// The source that states it.
    pub source: SourceId,
}

/// What hours are counted over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CountedOver {
    /// The renewal period.
    Period,
    /// A year.
    Year,
}

/// Which other credentials a credential accepts in place of its own requirements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reciprocity {
    /// What it accepts; `none` where the source says that nothing is.
    #[schema(min_items = 1)]
    pub accepts: Vec<CredentialReference>,
    /// What the fields cannot say.
    #[serde(default)]
    pub note: Option<String>,
    /// The source that states it.
    pub source: SourceId,
}

fn visit_route<'a>(visit: &mut Visit<'a>, credential: &'a Credential, route: &'a Route) {
    let path = format!("{}/{}", credential.id, route.id);
    visit.defines_as(Kind::Route, path.clone());
    visit.check("completeness", route.completeness != Completeness::NotRetrieved, || {
        "a route of which nothing could be read is left out".into()
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

/// Hours of several requirements of a kind would be counted twice by whoever has them once: they are topics of one.
fn counted_once(visit: &mut Visit<'_>, requirements: &[Requirement]) {
    let mut counted = Vec::new();
    let stated = |(_, requirement): &(usize, &Requirement)| requirement.condition.hours().is_some();
    for (index, requirement) in requirements.iter().enumerate().filter(stated) {
        let kind = requirement.condition.kind();
        visit.check(&format!("requirements/{index}"), !counted.contains(&kind), || {
            "states hours, and so does another requirement of its kind and route".into()
        });
        counted.push(kind);
    }
}

fn visit_fee<'a>(visit: &mut Visit<'a>, fee: &'a Fee) {
    visit.in_range("amount_usd", fee.amount_usd, &FEE);
    if let Some(most) = fee.amount_usd_max {
        visit.in_range("amount_usd_max", most, &FEE);
        visit.check("amount_usd_max", most > fee.amount_usd, || "is not above amount_usd".into());
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
