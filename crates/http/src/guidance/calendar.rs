//! A plan as a calendar (RFC 5545): what is to be done, what is waited for, what falls due.

use chrono::{DateTime, Days, NaiveDate, Utc};
use icalendar::{Calendar, Class, Component, Event, EventLike, Property};
use peerpath_domain::credential::{Credential, FeeKind};
use peerpath_domain::guidance::phrase::phrase;
use peerpath_domain::guidance::plan::{FeeDue, Plan, PlannedStep, StepState, Wait};
use peerpath_domain::quantity::Usd;

/// What made the calendar.
const PRODUCT: &str = "-//PeerPath//PeerPath//EN";

/// Writes a plan as a calendar. What cannot be dated does not stand in it.
pub fn calendar(plan: &Plan<'_>, now: DateTime<Utc>) -> String {
    let credential = plan.credential;
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", PRODUCT));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    calendar.name(&format!("Toward {}", credential.title));
    let mut push = |id: &str, summary: &str, description: &str, days: (NaiveDate, NaiveDate)| {
        calendar.push(event(credential, plan, (id, summary, description), days, now));
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
            let amount = fee
                .amount_usd_max
                .map_or_else(|| format!("${}", fee.amount_usd), |most: Usd| format!("${} to ${most}", fee.amount_usd));
            let summary = format!("Fee for {}: {amount}", paid_for(fee.kind));
            push(&format!("fee-{place}"), &summary, fee.note.as_deref().unwrap_or_default(), (day, day));
        }
    }
    if let Some(day) = plan.finish {
        let summary = format!("Earliest finish: {}", credential.title);
        let description = format!("{} has the last word.", credential.certifying_body.name);
        push("finish", &summary, &description, (day, day));
    }
    calendar.to_string()
}

const fn paid_for(kind: FeeKind) -> &'static str {
    match kind {
        FeeKind::Application => "the application",
        FeeKind::Certification => "the certification",
        FeeKind::Exam => "the examination",
        FeeKind::Training => "the training",
        FeeKind::Renewal => "the renewal",
        FeeKind::BackgroundCheck => "the background check",
        FeeKind::Other => "something else",
    }
}

/// What there is to do, and what to look out for.
fn about_step(step: &PlannedStep<'_>) -> String {
    let mut lines = vec![step.step.summary.clone()];
    lines.extend(step.step.tasks.iter().map(|task| format!("- {}", task.title)));
    lines.extend(step.pitfalls.iter().map(|pitfall| format!("Look out: {} {}", pitfall.title, pitfall.remedy)));
    lines.join("\n")
}

/// Whole days, the last one included. Others who see the calendar need not see what it says.
fn event(
    credential: &Credential,
    plan: &Plan<'_>,
    (id, summary, description): (&str, &str, &str),
    (first, last): (NaiveDate, NaiveDate),
    now: DateTime<Utc>,
) -> Event {
    let mut event = Event::new();
    event.uid(&format!("{}.{}.{id}@peerpath", credential.id, plan.route().id));
    event.timestamp(now).summary(summary).class(Class::Private);
    event.starts(first).ends(last.checked_add_days(Days::new(1)).unwrap_or(last));
    if !description.is_empty() {
        event.description(description);
    }
    event.done()
}
