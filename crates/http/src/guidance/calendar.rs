//! A plan as a calendar (RFC 5545): steps, waiting periods and fees.

use chrono::{DateTime, Days, NaiveDate, Utc};
use icalendar::{Calendar, Class, Component, Event, EventLike, Property};
use peerpath_domain::catalog::Catalog;
use peerpath_domain::catalog::credential::Credential;
use peerpath_domain::guidance::plan::{FeeDue, Obstacle, ObstacleReason, Plan, StepState, Wait};
use peerpath_domain::words::calendar as words;
use peerpath_domain::words::requirement::item;
use uuid::Uuid;

/// The product that makes the calendar.
const PRODUCT: &str = "-//PeerPath//PeerPath//EN";

/// Writes a plan as a calendar, without what cannot be dated.
pub fn calendar(catalog: &Catalog, plan: &Plan<'_>, start: NaiveDate, now: DateTime<Utc>) -> String {
    let credential = plan.credential;
    // UIDs must differ from those of all other plans.
    let holder = Uuid::now_v7();
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", PRODUCT));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    calendar.name(&words::name(credential));
    let mut push = |id: &str, summary: &str, description: &str, days: (NaiveDate, NaiveDate)| {
        calendar.push(event((&format!("{id}.{holder}@peerpath"), summary, description), days, now));
    };
    for step in plan.steps.iter().filter(|step| step.state == StepState::ToDo) {
        if let (Some(begins), Some(ends)) = (step.begins, step.ends) {
            let description = words::step(step.step, &step.pitfalls);
            push(&format!("step-{}", step.step.id), &step.step.title, &description, (begins, ends));
        }
    }
    for Wait { requirement, until, .. } in &plan.waits {
        if let Some(day) = *until {
            let (summary, description) = words::wait(catalog, credential, requirement);
            push(&format!("wait-{}", requirement.id), &summary, &description, (day, day));
        }
    }
    for (place, FeeDue { fee, due }) in plan.fees.iter().enumerate() {
        if let Some(day) = *due {
            push(&format!("fee-{place}"), &words::fee_due(fee), fee.note.as_deref().unwrap_or_default(), (day, day));
        }
    }
    if !plan.obstacles.is_empty() {
        let lines = plan.obstacles.iter().map(|obstacle| about_obstacle(catalog, credential, obstacle));
        push("obstacles", &words::blocked(credential), &lines.collect::<Vec<_>>().join("\n"), (start, start));
    }
    if let Some(day) = plan.finish {
        let (summary, description) = words::finish(credential);
        push("finish", &summary, &description, (day, day));
    }
    calendar.to_string()
}

fn about_obstacle(catalog: &Catalog, credential: &Credential, obstacle: &Obstacle<'_>) -> String {
    let Obstacle { requirement, reason } = obstacle;
    let item = requirement.map(|one| item(catalog, credential, &one.condition)).unwrap_or_default();
    match *reason {
        ObstacleReason::Never => words::never_met(&item),
        ObstacleReason::TooOldByThen { last_day } => words::too_old(&item, last_day),
        ObstacleReason::TooSlow { work_hours_per_week } => words::too_slow(&item, work_hours_per_week),
        ObstacleReason::ClosesBefore { last_day } => words::closes(last_day),
    }
}

/// Whole days, the last one included. Others who see the calendar need not see what it says.
fn event(
    (uid, summary, description): (&str, &str, &str),
    (first, last): (NaiveDate, NaiveDate),
    now: DateTime<Utc>,
) -> Event {
    let mut event = Event::new();
    // Somebody is not busy all day for what takes an hour of it.
    event.add_property("TRANSP", "TRANSPARENT");
    event.uid(uid).timestamp(now).summary(summary).class(Class::Private);
    event.starts(first).ends(last.checked_add_days(Days::new(1)).unwrap_or(last));
    if !description.is_empty() {
        event.description(description);
    }
    event.done()
}
