//! Checks courses, goals and the pace of a plan.

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};

use super::Checker;
use crate::catalog::credential::{Credential, CredentialStatus};
use crate::catalog::identifier::{CategoryId, CompetencyId, CredentialId, RouteId};
use crate::catalog::quantity::Hours;
use crate::guidance::alignment::Course;
use crate::guidance::plan::Pace;
use crate::guidance::profile::HeldCredential;
use crate::words::violations;

/// The most hours per week.
const WEEK: Hours = Hours::whole(80);

/// How far ahead a plan may begin.
const AHEAD: Months = Months::new(120);

/// The most competencies or categories of a course.
const MOST_NAMED: usize = 1000;

impl<'a> Checker<'a> {
    /// A course must have hours, and competencies and categories of the catalog.
    pub fn course(&mut self, pointer: &str, course: &Course) {
        self.training(pointer, &course.training);
        self.check(&format!("{pointer}/hours"), course.training.hours > Hours::ZERO, violations::NOT_POSITIVE);
        let competencies: BTreeSet<&CompetencyId> =
            self.catalog.competencies().map(|(.., competency)| &competency.id).collect();
        let categories = self.catalog.frameworks.iter().flat_map(|framework| &framework.categories);
        let categories: BTreeSet<&CategoryId> = categories.map(|category| &category.id).collect();
        self.each(
            &format!("{pointer}/competencies"),
            Some(&course.competencies),
            MOST_NAMED,
            |checker, pointer, id| {
                checker.check(pointer, competencies.contains(id), violations::UNKNOWN_COMPETENCY);
            },
        );
        self.each(&format!("{pointer}/categories"), Some(&course.categories), MOST_NAMED, |checker, pointer, id| {
            checker.check(pointer, categories.contains(id), violations::UNKNOWN_CATEGORY);
        });
    }

    /// A credential to transfer must not have expired.
    pub fn taken_along(&mut self, pointer: &str, held: &HeldCredential) {
        self.held(pointer, held);
        let expired = held.expires_on.is_some_and(|last| last < self.today);
        self.check(&format!("{pointer}/expires_on"), !expired, violations::EXPIRED);
    }

    /// The goal of a plan must be open to applicants and have a route. `None` only with a violation.
    pub fn goal(&mut self, pointer: &str, id: &CredentialId) -> Option<&'a Credential> {
        self.credential(pointer, id);
        let credential = self.catalog.credentials.get(id)?;
        match credential.status {
            CredentialStatus::Active => {}
            CredentialStatus::Announced => self.note(pointer, violations::ANNOUNCED),
            CredentialStatus::Closed => self.note(pointer, violations::CLOSED),
        }
        let known = !credential.routes.is_empty();
        self.check(pointer, known, violations::NO_REQUIREMENTS);
        Some(credential)
    }

    /// The route must be a route of the credential.
    pub fn route(&mut self, pointer: &str, id: &RouteId, credential: &Credential) {
        let known = credential.routes.iter().any(|route| route.id == *id);
        self.check(pointer, known, violations::UNKNOWN_ROUTE);
    }

    /// A plan must begin soon enough, and leave some hours in the week.
    pub fn pace(&mut self, pointer: &str, pace: Pace) {
        let (first, latest): (NaiveDate, _) = (self.today, self.today.checked_add_months(AHEAD).unwrap_or(self.today));
        let within = (first..=latest).contains(&pace.start);
        self.check(&format!("{pointer}/start_date"), within, violations::not_between(first, latest));
        for (field, hours) in
            [("training_hours_per_week", pace.training_per_week), ("work_hours_per_week", pace.work_per_week)]
        {
            let within = (Hours::QUARTER..=WEEK).contains(&hours);
            self.check(&format!("{pointer}/{field}"), within, violations::not_in_week(WEEK));
        }
    }
}
