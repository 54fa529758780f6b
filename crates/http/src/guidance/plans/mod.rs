//! A dated plan toward a credential, as JSON or as a calendar.

mod shown;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, post};
use chrono::NaiveDate;
use peerpath_domain::catalog::identifier::{CredentialId, RouteId};
use peerpath_domain::catalog::quantity::Hours;
use peerpath_domain::guidance::applicant::Applicant;
use peerpath_domain::guidance::plan::{Pace, plan};
use peerpath_domain::guidance::profile::Profile;
use serde::Deserialize;
use utoipa::ToSchema;

use self::shown::{PlanShown, show};
use super::asked::Day;
use super::calendar::calendar;
use crate::access::{Guided, Input, Permit};
use crate::answers;
use crate::catalog::representation;
use crate::input::{Json, Plain};
use crate::problem::Problem;
use crate::query::QueryReader;

/// The forms that a plan has.
const FORMS: [&str; 2] = ["application/json", "text/calendar"];

/// An applicant, a credential, and how much of a week there is for it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "profile": {
        "birth_date": "1990-05-17", "lived_experience": {"mental_health": true}, "recovery_since": "2025-03-31",
        "education": "high_school_or_equivalent", "lives_in": "US-TX"
    },
    "credential": "us-tx-mhps", "training_hours_per_week": 10, "work_hours_per_week": 20
}))]
pub struct PlanRequest {
    /// What the applicant says of themself. It is neither stored nor logged.
    profile: Profile,
    /// The credential.
    credential: CredentialId,
    /// The route; null: the best one for the applicant.
    #[serde(default)]
    route: Option<RouteId>,
    /// The first day of the plan; null: the day that is asked for.
    #[serde(default)]
    start_date: Option<NaiveDate>,
    /// Hours of a week for training.
    #[schema(exclusive_minimum = 0, maximum = 80, examples(10))]
    training_hours_per_week: Hours,
    /// Hours of a week for work, practicum and supervision together.
    #[schema(exclusive_minimum = 0, maximum = 80, examples(20))]
    work_hours_per_week: Hours,
    /// The day on which the profile is true, with the facts of that day; null: today.
    #[serde(default)]
    as_of: Option<NaiveDate>,
}

impl Plain for PlanRequest {}

/// Which form of a plan is liked best.
pub struct Form(&'static str);

impl Input for Form {
    type Query = ();

    fn query(_: &mut QueryReader) {}

    async fn read(request: &HttpRequest, (): (), _: &mut Payload) -> Result<Self, Problem> {
        representation(request.headers(), &FORMS).map(Self)
    }
}

/// Plan the way to a credential
///
/// The steps of the pathway in the order of their dependencies, with what is done, what each takes at the applicant's pace, what may
/// run side by side, what decides the finish, and fees as they fall due. With `Accept: text/calendar` the same as a calendar.
/// Computed and forgotten.
#[utoipa::path(
    tag = "guidance",
    request_body = PlanRequest,
    responses((status = OK, description = "The plan", content((PlanShown = "application/json"), (String = "text/calendar")))),
    security(("oauth2" = ["guidance"]))
)]
#[post("/plans")]
pub async fn post_plan(who: Permit<Guided, (Form, Json<PlanRequest>)>) -> Result<HttpResponse, Problem> {
    let (Form(form), Json(request)) = &who.input;
    let day = Day::of(&who.service, who.now, request.as_of).await?;
    let start = request.start_date.unwrap_or(day.day);
    let pace =
        Pace { start, training_per_week: request.training_hours_per_week, work_per_week: request.work_hours_per_week };
    let credential = day.check(|checker| {
        checker.profile("/profile", &request.profile);
        checker.pace("", pace);
        let credential = checker.goal("/credential", &request.credential)?;
        if let Some(id) = &request.route {
            checker.route("/route", id, credential);
        }
        Some(credential)
    })?;
    // What was refused if there were none.
    let credential = credential.ok_or_else(|| Problem::not_found("credential of this id"))?;

    let applicant = Applicant::new(&request.profile, &day.snapshot.catalog, day.day);
    let made = plan(&day.snapshot.catalog, credential, request.route.as_ref(), &applicant, pace);
    let made = made.ok_or_else(|| Problem::internal("the catalog has no step by which one applies"))?;
    if *form == "text/calendar" {
        let mut response = HttpResponse::Ok();
        response.insert_header((header::CONTENT_TYPE, "text/calendar; charset=utf-8"));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        response.insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"plan.ics\""));
        return Ok(response.body(calendar(&day.snapshot.catalog, &made, start, who.now)));
    }
    let shown = show(made, &day, pace);
    answers::private(&shown)
}
