//! An applicant's eligibility, credential by credential.

use std::ptr;

use chrono::NaiveDate;
use peerpath_domain::catalog::source::Source;
use peerpath_domain::guidance::applicant::Applicant;
use peerpath_domain::guidance::assessment::{Outcome, rank};
use peerpath_domain::guidance::profile::Profile;
use peerpath_domain::guidance::question::{OpenQuestion, open_questions};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::request::{Accepts, AsOf, CredentialFilter, PageRequest};
use super::response::{Answer, CredentialEligibility, GuidanceListMeta, Question, sources};
use crate::web::{Body, Endpoints, GuidanceReader, Permit, Plain, Problem, endpoints};

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: post_eligibility);
}

/// An applicant, and the credentials to check.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "profile": {
        "birth_date": "1990-05-17", "lived_experience": {"mental_health": true}, "recovery_since": "2025-03-31",
        "education": "high_school_or_equivalent", "training": [{"hours": 46, "approved_for": ["US-TX"]}],
        "work_hours": 120, "lives_in": "US-TX"
    },
    "credentials": ["US-TX"]
}))]
struct EligibilityRequest {
    /// The applicant's profile. It is neither stored nor logged.
    profile: Profile,
    /// The credentials to check: ids of credentials, codes of jurisdictions, `national`; null for all.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 200, examples(json!(["US-TX", "ic-rc-pr", "national"])))]
    credentials: Option<Vec<String>>,
    /// Return only credentials with these outcomes; null for any.
    #[serde(default)]
    outcomes: Option<Vec<Outcome>>,
    /// The date whose facts to use; null for today.
    #[serde(default)]
    as_of: Option<NaiveDate>,
    /// The most credentials of a page; null for 50.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// `next_cursor` of the page before, with all other fields unchanged.
    #[serde(default)]
    #[schema(max_length = 400)]
    cursor: Option<String>,
}

impl Plain for EligibilityRequest {}

/// An applicant's eligibility for credentials, closest first.
#[derive(Debug, Serialize, ToSchema)]
struct EligibilityList<'a> {
    /// The credentials: those open to applicants first, then by outcome, unmet requirements, remaining hours, days to wait, unknown requirements, and fees.
    items: Vec<CredentialEligibility<'a>>,
    /// Where the next page begins; null on the last page.
    next_cursor: Option<String>,
    /// What to ask next: first the questions that settle the most verdicts over all requested credentials, then what only the applicant can confirm for the credentials of this page.
    questions: Vec<Question<'a>>,
    /// The sources of the page's facts, in full.
    sources: Vec<&'a Source>,
    /// List metadata.
    meta: EligibilityMeta,
}

/// List metadata.
#[derive(Debug, Serialize, ToSchema)]
struct EligibilityMeta {
    #[serde(flatten)]
    list: GuidanceListMeta,
    /// How many of the requested credentials have each outcome, including those that `outcomes` leaves out.
    outcomes: OutcomeCounts,
}

/// How many credentials have each outcome.
#[derive(Debug, Default, Serialize, ToSchema)]
struct OutcomeCounts {
    /// Eligible.
    eligible: usize,
    /// No known gap.
    no_known_gap: usize,
    /// Undetermined.
    undetermined: usize,
    /// Not yet.
    not_yet: usize,
}

impl OutcomeCounts {
    const fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Eligible => self.eligible += 1,
            Outcome::NoKnownGap => self.no_known_gap += 1,
            Outcome::Undetermined => self.undetermined += 1,
            Outcome::NotYet => self.not_yet += 1,
        }
    }
}

/// Check eligibility
///
/// Returns a verdict per requirement, an outcome per route, and the remaining hours, fees and dates. A fact that the profile
/// leaves out never counts as a no: the verdict is then unknown, and a question asks for the fact. Nothing is stored.
#[utoipa::path(post, path = "/eligibility", tag = "guidance")]
async fn post_eligibility(
    caller: Permit<GuidanceReader, (Accepts, Body<EligibilityRequest>)>,
) -> Result<Answer<EligibilityList<'static>>, Problem> {
    let Permit { context, input: (_, Body(request)) } = caller;
    let as_of = AsOf::of(&context, request.as_of).await?;
    let page = PageRequest { limit: request.limit, cursor: request.cursor.as_deref() };
    let filter = as_of.check(|checker| {
        checker.profile("/profile", &request.profile);
        page.check(checker);
        CredentialFilter::parse("/credentials", request.credentials.as_deref(), checker)
    })?;

    let catalog = &as_of.snapshot.catalog;
    let applicant = Applicant::new(&request.profile, catalog, as_of.date);
    let mut assessed = rank(catalog.credentials.iter().filter(|credential| filter.has(credential)), &applicant);
    let questions = open_questions(&assessed);
    let mut outcomes = OutcomeCounts::default();
    for assessment in &assessed {
        outcomes.add(assessment.outcome);
    }
    if let Some(wanted) = &request.outcomes {
        assessed.retain(|assessment| wanted.contains(&assessment.outcome));
    }
    let page = page.cut(assessed, |one| one.credential.id.to_string(), "eligibility", &as_of)?;
    let is_on_page = |open: &OpenQuestion<'_>| {
        open.about.is_none_or(|(credential, ..)| page.items.iter().any(|one| ptr::eq(one.credential, credential)))
    };
    let questions = questions.into_iter().filter(is_on_page).map(|open| Question::new(catalog, open)).collect();
    let page = page.map(CredentialEligibility::from);
    Answer::new(&EligibilityList {
        sources: sources(&as_of.snapshot, page.items.iter().flat_map(CredentialEligibility::sources)),
        items: page.items,
        next_cursor: page.next_cursor,
        questions,
        meta: EligibilityMeta { list: page.meta, outcomes },
    })
}
