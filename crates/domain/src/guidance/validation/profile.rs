//! Checks an applicant’s profile.

use super::{Checker, MOST_ENTRIES, OLDEST};
use crate::catalog::identifier::{Identifier, RequirementPath};
use crate::catalog::quantity::Hours;
use crate::guidance::calendar::{months_before, whole_months, whole_years};
use crate::guidance::profile::{PassedExam, Profile};
use crate::words::violations;

/// The most hours of one kind in a life.
const MOST_HOURS: Hours = Hours::whole(200_000);
const LONGEST_RECOVERY: u16 = 1200;
const MOST_REFERENCES: u8 = 100;
const MOST_CONFIRMED: usize = 1000;

impl Checker<'_> {
    fn requirement(&mut self, pointer: &str, path: &RequirementPath) {
        let (_, route, requirement) = path.parts();
        let credential = self.catalog.credentials.get(&path.credential());
        let mut routes = credential.into_iter().flat_map(|credential| &credential.routes);
        let route = routes.find(|one| one.id.as_str() == route);
        let known = route.is_some_and(|route| route.requirements.iter().any(|one| one.id.as_str() == requirement));
        self.check(pointer, known, violations::UNKNOWN_REQUIREMENT);
    }

    fn exam(&mut self, pointer: &str, exam: &PassedExam) {
        if let Some(id) = &exam.credential {
            self.credential(&format!("{pointer}/credential"), id);
        }
        if let Some(name) = &exam.name {
            self.named(&format!("{pointer}/name"), name);
        }
        let named = exam.credential.is_some() || exam.name.is_some();
        self.check(pointer, named, violations::NO_CREDENTIAL_OR_EXAM);
        if let Some(day) = exam.passed_on {
            self.happened(&format!("{pointer}/passed_on"), day);
        }
    }

    /// Checks a profile.
    pub fn profile(&mut self, pointer: &str, profile: &Profile) {
        let at = |field: &str| format!("{pointer}/{field}");
        self.age_and_recovery(pointer, profile);
        self.each(&at("training"), profile.training.as_deref(), MOST_ENTRIES, Self::training);
        for (field, hours) in [
            ("work_hours", profile.work_hours),
            ("volunteer_hours", profile.volunteer_hours),
            ("practicum_hours", profile.practicum_hours),
            ("supervision_hours", profile.supervision_hours),
        ] {
            if let Some(hours) = hours {
                self.at_most(&at(field), &hours, &MOST_HOURS);
            }
        }
        if let Some(count) = profile.references {
            self.at_most(&at("references"), &count, &MOST_REFERENCES);
        }
        self.each(&at("exams_passed"), profile.exams_passed.as_deref(), MOST_ENTRIES, Self::exam);
        self.each(&at("credentials_held"), profile.credentials_held.as_deref(), MOST_ENTRIES, Self::held);
        if let Some(code) = &profile.lives_in {
            self.jurisdiction(&at("lives_in"), code);
        }
        self.each(&at("works_in"), profile.works_in.as_deref(), MOST_ENTRIES, Self::jurisdiction);
        self.each(&at("fees_paid"), profile.fees_paid.as_deref(), MOST_ENTRIES, |checker, pointer, paid| {
            checker.credential(&format!("{pointer}/credential"), &paid.credential);
        });
        self.each(&at("confirmed"), profile.confirmed.as_deref(), MOST_CONFIRMED, Self::requirement);
    }

    fn age_and_recovery(&mut self, pointer: &str, profile: &Profile) {
        let (today, at) = (self.today, |field: &str| format!("{pointer}/{field}"));
        let youngest = profile.age_years.map(|years| months_before(today, (u32::from(years) + 1) * 12));
        if let Some(born) = profile.birth_date.or(youngest).filter(|born| *born > self.born.0 && *born <= today) {
            self.born = (born, violations::BEFORE_BIRTH.into());
        }
        if let Some(years) = profile.age_years {
            self.at_most(&at("age_years"), &u32::from(years), &OLDEST);
        }
        if let Some(months) = profile.recovery_months {
            self.at_most(&at("recovery_months"), &months, &LONGEST_RECOVERY);
        }
        if let Some(born) = profile.birth_date {
            self.check(&at("birth_date"), born <= today, violations::in_the_future(today));
            self.check(&at("birth_date"), whole_years(born, today) <= OLDEST, violations::long_ago(OLDEST));
            let agree = profile.age_years.is_none_or(|years| whole_years(born, today) == u32::from(years));
            self.check(&at("age_years"), agree || born > today, violations::wrong_age(today));
        }
        if let Some(since) = profile.recovery_since {
            self.happened(&at("recovery_since"), since);
            let agree = profile.recovery_months.is_none_or(|months| whole_months(since, today) == months);
            self.check(&at("recovery_months"), agree || since > today, violations::wrong_recovery(today));
        }
        let age = profile.birth_date.map(|born| whole_years(born, today)).or(profile.age_years.map(u32::from));
        let longer = profile.recovery_months.zip(age).is_some_and(|(months, age)| u32::from(months) >= (age + 1) * 12);
        self.check(&at("recovery_months"), !longer, violations::RECOVERY_EXCEEDS_AGE);
    }
}
