//! A dated plan toward a credential, as JSON or as a calendar.

mod response;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use peerpath_domain::catalog::identifier::{CredentialId, RouteId};
use peerpath_domain::catalog::quantity::Hours;
use peerpath_domain::guidance::applicant::Applicant;
use peerpath_domain::guidance::plan::{Pace, plan};
use peerpath_domain::guidance::profile::Profile;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use self::response::Plan;
use super::calendar::calendar;
use super::request::{Accepts, AsOf};
use super::response::Answer;
use crate::web::document::description_of;
use crate::web::negotiation::Representation;
use crate::web::{
    Body, Endpoints, GuidanceReader, OperationDocument, Permit, Plain, Problem, Reply, Representations, endpoints,
};

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: post_plan);
}

/// An applicant, a credential, and the hours of a week.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "profile": {
        "birth_date": "1990-05-17", "lived_experience": {"mental_health": true}, "recovery_since": "2025-03-31",
        "education": "high_school_or_equivalent", "lives_in": "US-TX"
    },
    "credential": "us-tx-mhps", "training_hours_per_week": 10, "work_hours_per_week": 20
}))]
struct PlanRequest {
    /// The applicant's profile. It is neither stored nor logged.
    profile: Profile,
    /// The credential.
    credential: CredentialId,
    /// The route; null for the best route for the applicant.
    #[serde(default)]
    route: Option<RouteId>,
    /// The first day of the plan; null for `as_of`.
    #[serde(default)]
    start_date: Option<NaiveDate>,
    /// Hours of a week for training.
    #[schema(exclusive_minimum = 0, maximum = 80, examples(10))]
    training_hours_per_week: Hours,
    /// Hours of a week for work, practicum and supervision together.
    #[schema(exclusive_minimum = 0, maximum = 80, examples(20))]
    work_hours_per_week: Hours,
    /// The date on which the profile is true, and whose facts to use; null for today.
    #[serde(default)]
    as_of: Option<NaiveDate>,
}

impl Plain for PlanRequest {}

const CALENDAR: Representation =
    Representation { media_type: "text/calendar", content_type: "text/calendar; charset=utf-8" };

/// JSON or iCalendar.
struct JsonOrCalendar;

impl Representations for JsonOrCalendar {
    const OFFERED: &'static [Representation] = &[Representation::new("application/json"), CALENDAR];
}

/// 200 with a plan, in the representation that the caller prefers.
enum PlanReply {
    Json(Answer<Plan<'static>>),
    Calendar(String),
}

impl Reply for PlanReply {
    fn document(operation: &mut OperationDocument) {
        let plan = operation.schema::<Plan<'_>>();
        let content = [("application/json", plan), (CALENDAR.media_type, json!({"type": "string"}))];
        operation.response(StatusCode::OK, &description_of::<Plan<'_>>(), &content, &[]);
    }

    fn respond(self, request: &HttpRequest) -> Result<HttpResponse, Problem> {
        match self {
            Self::Json(answer) => answer.respond(request),
            Self::Calendar(text) => {
                let mut response = HttpResponse::Ok();
                response.insert_header((header::CONTENT_TYPE, CALENDAR.content_type));
                response.insert_header((header::CACHE_CONTROL, "no-store"));
                response.insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"plan.ics\""));
                Ok(response.body(text))
            }
        }
    }
}

/// Plan the way to a credential
///
/// Returns the steps of the pathway in the order of their dependencies: what is done, how long each step takes at the
/// applicant's pace, what can run side by side, what decides the finish date, and when fees fall due. With
/// `Accept: text/calendar`, returns the plan as a calendar. Nothing is stored.
#[utoipa::path(post, path = "/plans", tag = "guidance")]
async fn post_plan(
    caller: Permit<GuidanceReader, (Accepts<JsonOrCalendar>, Body<PlanRequest>)>,
) -> Result<PlanReply, Problem> {
    let Permit { context, input: (accepts, Body(request)) } = caller;
    let as_of = AsOf::of(&context, request.as_of).await?;
    let start = request.start_date.unwrap_or(as_of.date);
    let pace =
        Pace { start, training_per_week: request.training_hours_per_week, work_per_week: request.work_hours_per_week };
    let credential = as_of.check(|checker| {
        checker.profile("/profile", &request.profile);
        checker.pace("", pace);
        let credential = checker.goal("/credential", &request.credential)?;
        if let Some(id) = &request.route {
            checker.route("/route", id, credential);
        }
        Some(credential)
    })?;
    let credential = credential.ok_or_else(|| Problem::internal("a goal that is no credential was not refused"))?;

    let applicant = Applicant::new(&request.profile, &as_of.snapshot.catalog, as_of.date);
    let made = plan(&as_of.snapshot.catalog, credential, request.route.as_ref(), &applicant, pace);
    let made = made.ok_or_else(|| Problem::internal("the catalog has no step for the application"))?;
    if *accepts.representation == CALENDAR {
        return Ok(PlanReply::Calendar(calendar(&as_of.snapshot.catalog, &made, start, context.now)));
    }
    Answer::new(&Plan::new(made, &as_of, pace)).map(PlanReply::Json)
}
