//! A plan as a calendar (RFC 5545): steps, waiting periods and fees.

use chrono::{DateTime, Days, NaiveDate, Utc};
use icalendar::{Calendar, Class, Component, Event, EventLike, Property};
use peerpath_domain::guidance::phrase::{dollars, fee_for, phrase};
use peerpath_domain::guidance::plan::{FeeDue, Obstacle, ObstacleReason, Plan, PlannedStep, StepState, Wait};
use uuid::Uuid;

/// The product that makes the calendar.
const PRODUCT: &str = "-//PeerPath//PeerPath//EN";

/// Writes a plan as a calendar, without what cannot be dated.
pub fn calendar(plan: &Plan<'_>, start: NaiveDate, now: DateTime<Utc>) -> String {
    let credential = plan.credential;
    // UIDs must differ from those of all other plans.
    let holder = Uuid::now_v7();
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", PRODUCT));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    calendar.name(&format!("Toward {}", credential.title));
    let mut push = |id: &str, summary: &str, description: &str, days: (NaiveDate, NaiveDate)| {
        calendar.push(event((&format!("{id}.{holder}@peerpath"), summary, description), days, now));
    };
    for step in plan.steps.iter().filter(|step| step.state == StepState::ToDo) {
        if let (Some(begins), Some(ends)) = (step.begins, step.ends) {
            push(&format!("step-{}", step.step.id), &step.step.title, &about_step(step), (begins, ends));
        }
    }
    for Wait { requirement, until, .. } in &plan.waits {
        if let Some(day) = *until {
            let asked = phrase(&requirement.condition);
            push(&format!("wait-{}", requirement.id), &format!("From today: {asked}"), &asked, (day, day));
        }
    }
    for (place, FeeDue { fee, due }) in plan.fees.iter().enumerate() {
        if let Some(day) = *due {
            let amount = dollars(fee.amount_usd);
            let amount = fee.amount_usd_max.map_or(amount.clone(), |most| format!("{amount} to {}", dollars(most)));
            let summary = format!("Fee, {}: {amount}", fee_for(fee.kind));
            push(&format!("fee-{place}"), &summary, fee.note.as_deref().unwrap_or_default(), (day, day));
        }
    }
    if !plan.obstacles.is_empty() {
        let description = plan.obstacles.iter().map(about_obstacle).collect::<Vec<_>>().join("\n");
        let summary = format!("This plan does not lead to {}", credential.title);
        push("obstacles", &summary, &description, (start, start));
    }
    if let Some(day) = plan.finish {
        let summary = format!("Earliest finish: {}", credential.title);
        let description = format!("{} has the last word.", credential.certifying_body.name);
        push("finish", &summary, &description, (day, day));
    }
    calendar.to_string()
}

/// An obstacle in words.
fn about_obstacle(Obstacle { requirement, reason }: &Obstacle<'_>) -> String {
    let asked = requirement.map(|requirement| format!("{}: ", phrase(&requirement.condition))).unwrap_or_default();
    match reason {
        ObstacleReason::Never => format!("{asked}neither doing something nor waiting will meet it"),
        ObstacleReason::TooOldByThen { last_day } => format!("{asked}the last day is {last_day}"),
        ObstacleReason::TooSlow { work_hours_per_week } => {
            format!("{asked}it takes {work_hours_per_week} hours of work a week")
        }
        ObstacleReason::ClosesBefore { last_day } => format!("the route closes on {last_day}"),
    }
}

/// The tasks and pitfalls of a step.
fn about_step(step: &PlannedStep<'_>) -> String {
    let mut lines = vec![step.step.summary.clone()];
    lines.extend(step.step.tasks.iter().map(|task| format!("- {}", task.title)));
    lines.extend(
        step.pitfalls
            .iter()
            .map(|pitfall| format!("Look out for {}: {}", pitfall.title.to_lowercase(), pitfall.remedy)),
    );
    lines.join("\n")
}

/// An event of whole days, the last one included. It is private: other readers of the calendar see no details.
fn event(
    (uid, summary, description): (&str, &str, &str),
    (first, last): (NaiveDate, NaiveDate),
    now: DateTime<Utc>,
) -> Event {
    let mut event = Event::new();
    // The days are not blocked: a step takes some hours of them.
    event.add_property("TRANSP", "TRANSPARENT");
    event.uid(uid).timestamp(now).summary(summary).class(Class::Private);
    event.starts(first).ends(last.checked_add_days(Days::new(1)).unwrap_or(last));
    if !description.is_empty() {
        event.description(description);
    }
    event.done()
}
