//! Where an applicant stands, credential by credential.

use std::ptr;

use actix_web::{HttpResponse, post};
use chrono::NaiveDate;
use peerpath_domain::catalog::source::Source;
use peerpath_domain::guidance::applicant::Applicant;
use peerpath_domain::guidance::assessment::{Assessment, Outcome, rank};
use peerpath_domain::guidance::profile::Profile;
use peerpath_domain::guidance::question::{OpenQuestion, open_questions};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::{AcceptsJson, Choice, Day, MadeListMeta, PageAsked, PageMade};
use super::ready::{Rope, Writer};
use super::shown::{CredentialStanding, QuestionShown};
use crate::access::{Guided, Permit};
use crate::answers;
use crate::input::{Json, Plain};
use crate::problem::Problem;
use crate::snapshot::Snapshot;

/// An applicant, and the credentials that they are held against.
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
pub struct EligibilityRequest {
    /// What the applicant says of themself. It is neither stored nor logged.
    profile: Profile,
    /// The credentials that are asked about: ids of credentials, codes of jurisdictions, `national`; null: all.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 200, examples(json!(["US-TX", "ic-rc-pr", "national"])))]
    credentials: Option<Vec<String>>,
    /// Only credentials of these outcomes; null: of any.
    #[serde(default)]
    outcomes: Option<Vec<Outcome>>,
    /// The day that is asked for, with the facts of that day; null: today.
    #[serde(default)]
    as_of: Option<NaiveDate>,
    /// How many credentials a page has at the most; null: 50.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// Where to go on: `next_cursor` of the page before, with everything else as it was.
    #[serde(default)]
    #[schema(max_length = 400)]
    cursor: Option<String>,
}

impl Plain for EligibilityRequest {}

/// Credentials held against an applicant, closest first.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it documents what `write` writes")]
pub struct EligibilityList<'a> {
    /// The credentials: those that can be applied for first, then by outcome, by what is unmet, by hours, by days to wait, by what is unknown, by fees.
    items: Vec<CredentialStanding<'a>>,
    /// Where the next page begins; null on the last.
    next_cursor: Option<String>,
    /// What to ask next: over all credentials asked about, the question first on whose answer most verdicts hang. Then what only the applicant can confirm of the credentials on this page.
    questions: Vec<QuestionShown<'a>>,
    /// The sources of the page's facts, in full.
    sources: Vec<&'a Source>,
    /// What the list says of itself.
    meta: EligibilityMeta,
}

/// What such a list says of itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct EligibilityMeta {
    #[serde(flatten)]
    list: MadeListMeta,
    /// How many of the credentials asked about have which outcome, those included that `outcomes` leaves out.
    outcomes: OutcomeCounts,
}

/// How many credentials have which outcome.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct OutcomeCounts {
    /// Eligible.
    eligible: usize,
    /// No known gap.
    no_known_gap: usize,
    /// Undetermined.
    undetermined: usize,
    /// Not yet.
    not_yet: usize,
}

/// Hold an applicant against credentials
///
/// A verdict for every requirement of every route, what they come to, and what is still ahead. What the profile does not say is
/// never taken for a no: the verdict is then unknown, and a question says what would decide it. Computed and forgotten.
#[utoipa::path(
    tag = "guidance",
    request_body = EligibilityRequest,
    responses((status = OK, description = "The credentials, closest first", body = EligibilityList)),
    security(("oauth2" = ["guidance"]))
)]
#[post("/eligibility")]
pub async fn post_eligibility(
    who: Permit<Guided, (AcceptsJson, Json<EligibilityRequest>)>,
) -> Result<HttpResponse, Problem> {
    let (_, Json(request)) = &who.input;
    let day = Day::of(&who.service, who.now, request.as_of).await?;
    let page = PageAsked { limit: request.limit, cursor: request.cursor.as_deref() };
    let choice = day.check(|checker| {
        checker.profile("/profile", &request.profile);
        page.check(checker);
        Choice::read("/credentials", request.credentials.as_deref(), checker)
    })?;

    let catalog = &day.snapshot.catalog;
    let applicant = Applicant::new(&request.profile, catalog, day.day);
    let mut assessed = rank(catalog.credentials.iter().filter(|credential| choice.has(credential)), &applicant);
    let questions = open_questions(&assessed);
    let mut outcomes = OutcomeCounts::default();
    for assessment in &assessed {
        *outcomes.of(assessment.outcome) += 1;
    }
    if let Some(wanted) = &request.outcomes {
        assessed.retain(|assessment| wanted.contains(&assessment.outcome));
    }
    let page = page.cut(assessed, |one| one.credential.id.to_string(), "eligibility", &day)?;
    let on_page = |open: &OpenQuestion<'_>| {
        let is_shown = |credential| page.items.iter().any(|one| ptr::eq(one.credential, credential));
        open.about.is_none_or(|(credential, ..)| is_shown(credential))
    };
    let questions = questions.into_iter().filter(on_page).collect();
    let meta = EligibilityMeta { list: page.meta, outcomes };
    let body = write(&day.snapshot, &page, questions, &meta).map_err(Problem::internal)?;
    Ok(answers::private_json(body))
}

/// Writes the answer out of what is ready of the catalog.
fn write(
    snapshot: &Snapshot,
    page: &PageMade<Assessment<'_>>,
    questions: Vec<OpenQuestion<'_>>,
    meta: &EligibilityMeta,
) -> Result<Rope, serde_json::Error> {
    let mut answer = Writer::new(&snapshot.ready, &snapshot.catalog, page.items.len());
    answer.push("{\"items\":[");
    for (index, assessment) in page.items.iter().enumerate() {
        answer.separate(index);
        answer.standing(assessment)?;
    }
    answer.push("],\"next_cursor\":");
    answer.json(&page.next_cursor)?;
    answer.push(",\"questions\":[");
    for (index, open) in questions.into_iter().enumerate() {
        answer.separate(index);
        answer.question(open)?;
    }
    answer.push("],\"sources\":[");
    answer.sources();
    answer.push("],\"meta\":");
    answer.json(meta)?;
    answer.push("}");
    Ok(answer.finish())
}

impl OutcomeCounts {
    const fn of(&mut self, outcome: Outcome) -> &mut usize {
        match outcome {
            Outcome::Eligible => &mut self.eligible,
            Outcome::NoKnownGap => &mut self.no_known_gap,
            Outcome::Undetermined => &mut self.undetermined,
            Outcome::NotYet => &mut self.not_yet,
        }
    }
}
