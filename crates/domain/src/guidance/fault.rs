//! What cannot be true of what somebody says: numbers beyond reason, things of the future that have happened, ids of nothing.

use std::fmt::Display;

use chrono::NaiveDate;

use super::calendar::{months_before, whole_months, whole_years};
use super::profile::{CompletedTraining, HeldCredential, PassedExam, Profile};
use crate::catalog::Catalog;
use crate::identifier::{CredentialId, Identifier, JurisdictionCode, RequirementPath};
use crate::name::Name;
use crate::quantity::Hours;
use crate::reference::CredentialReference;

/// The most hours that a life has room for.
const MOST_HOURS: Hours = Hours::whole(200_000);
/// The most hours that a training has.
const LONGEST_TRAINING: Hours = Hours::whole(10_000);
const OLDEST: u32 = 120;
const LONGEST_RECOVERY: u16 = 1200;
const MOST_REFERENCES: u8 = 100;
const MOST_ENTRIES: usize = 100;
const MOST_PLACES: usize = 200;
const MOST_CONFIRMED: usize = 1000;
const LONGEST_TEXT: usize = 200;

/// Something that cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where, as a JSON Pointer from what was checked.
    pub pointer: String,
    /// What is wrong. It does not repeat what was said.
    pub detail: String,
}

/// Collects what cannot be.
pub struct Checker<'a> {
    catalog: &'a Catalog,
    today: NaiveDate,
    /// The first day on which anything can have happened, and what is wrong with those before.
    born: (NaiveDate, &'static str),
    faults: Vec<Fault>,
}

impl<'a> Checker<'a> {
    /// Checks against a catalog, on a day.
    #[must_use]
    pub fn new(catalog: &'a Catalog, today: NaiveDate) -> Self {
        let oldest = months_before(today, (OLDEST + 1) * 12);
        Self { catalog, today, born: (oldest, "is more than 120 years ago"), faults: Vec::new() }
    }

    /// What was found.
    #[must_use]
    pub fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    /// Notes a fault.
    pub fn note(&mut self, pointer: &str, detail: impl Display) {
        self.faults.push(Fault { pointer: pointer.into(), detail: detail.to_string() });
    }

    fn check(&mut self, pointer: &str, holds: bool, detail: impl Display) {
        if !holds {
            self.note(pointer, detail);
        }
    }

    fn at_most<T: PartialOrd + Display>(&mut self, pointer: &str, number: &T, most: &T) {
        self.check(pointer, number <= most, format_args!("is more than {most}"));
    }

    fn few<T>(&mut self, pointer: &str, items: &[T], most: usize) {
        self.check(pointer, items.len() <= most, format_args!("has more than {most} entries"));
    }

    fn short(&mut self, pointer: &str, text: &str) {
        let length = text.chars().count();
        self.check(
            pointer,
            (1..=LONGEST_TEXT).contains(&length),
            format_args!("is empty, or longer than {LONGEST_TEXT} characters"),
        );
    }

    fn named(&mut self, pointer: &str, name: &Name) {
        self.short(pointer, name.as_str());
        self.check(
            pointer,
            name.is_telling() || name.as_str().is_empty(),
            "has no word that would tell it from others",
        );
    }

    fn happened(&mut self, pointer: &str, day: NaiveDate) {
        let today = self.today;
        self.check(pointer, day <= today, format_args!("has not come yet on {today}"));
        let (born, what) = self.born;
        self.check(pointer, born <= day, what);
    }

    /// The credential must be one of the catalog.
    pub fn credential(&mut self, pointer: &str, id: &CredentialId) {
        let known = self.catalog.credentials.get(id.as_str()).is_some();
        self.check(pointer, known, "is no credential of the catalog");
    }

    /// The jurisdiction must be one of the catalog.
    pub fn jurisdiction(&mut self, pointer: &str, code: &JurisdictionCode) {
        let known = self.catalog.jurisdictions.get(code.as_str()).is_some();
        self.check(pointer, known, "is no jurisdiction of the catalog");
    }

    /// A credential or a jurisdiction that must be there.
    pub fn place(&mut self, pointer: &str, place: &CredentialReference) {
        match place {
            CredentialReference::Credential(id) => self.credential(pointer, id),
            CredentialReference::Jurisdiction(code) => self.jurisdiction(pointer, code),
            _ => self.note(pointer, "is neither the code of a jurisdiction nor the id of a credential"),
        }
    }

    fn requirement(&mut self, pointer: &str, path: &RequirementPath) {
        let mut parts = path.as_str().split('/');
        let credential = parts.next().and_then(|id| self.catalog.credentials.get(id));
        let route = parts.next().and_then(|id| credential?.routes.iter().find(|route| route.id.as_str() == id));
        let known = parts.next().is_some_and(|id| {
            route.is_some_and(|route| route.requirements.iter().any(|requirement| requirement.id.as_str() == id))
        });
        self.check(pointer, known, "is no requirement of the catalog");
    }

    fn each<T>(&mut self, pointer: &str, items: Option<&[T]>, most: usize, check: impl Fn(&mut Self, &str, &T)) {
        let items = items.unwrap_or_default();
        self.few(pointer, items, most);
        for (index, item) in items.iter().enumerate().take(most) {
            check(self, &format!("{pointer}/{index}"), item);
        }
    }

    /// Hours and topics of a training, and where it is approved.
    pub fn training(&mut self, pointer: &str, training: &CompletedTraining) {
        self.at_most(&format!("{pointer}/hours"), &training.hours, &LONGEST_TRAINING);
        let topics = format!("{pointer}/topics");
        let named: Vec<&Name> = training.topics.iter().flatten().map(|topic| &topic.name).collect();
        self.each(&topics, training.topics.as_deref(), MOST_ENTRIES, |checker, pointer, topic| {
            checker.named(&format!("{pointer}/name"), &topic.name);
            checker.at_most(&format!("{pointer}/hours"), &topic.hours, &LONGEST_TRAINING);
        });
        for (index, name) in named.iter().enumerate().take(MOST_ENTRIES) {
            let twice = named.iter().take(index).any(|before| name.is_same_as(before));
            self.check(&format!("{topics}/{index}/name"), !twice, "says the same as a topic before it");
        }
        let by_topic: Hours = training.topics.iter().flatten().map(|topic| topic.hours).sum();
        self.check(&topics, by_topic <= training.hours, "take more hours than the training has");
        self.each(&format!("{pointer}/approved_for"), training.approved_for.as_deref(), MOST_PLACES, Self::place);
    }

    /// A credential that is held.
    pub fn held(&mut self, pointer: &str, held: &HeldCredential) {
        if let Some(id) = &held.credential {
            self.credential(&format!("{pointer}/credential"), id);
        }
        if let Some(title) = &held.title {
            self.short(&format!("{pointer}/title"), title);
        }
        let named = held.credential.is_some() || held.title.is_some();
        self.check(pointer, named, "names neither a credential nor a title");
        let both = held.credential.is_some() && held.title.is_some();
        self.check(pointer, !both, "names a credential and a title: a title is for what the catalog does not have");
        if let Some(day) = held.issued_on {
            self.happened(&format!("{pointer}/issued_on"), day);
        }
        let ordered = held.issued_on.zip(held.expires_on).is_none_or(|(issued, last)| issued <= last);
        self.check(&format!("{pointer}/expires_on"), ordered, "is before the day of issue");
    }

    fn exam(&mut self, pointer: &str, exam: &PassedExam) {
        if let Some(id) = &exam.credential {
            self.credential(&format!("{pointer}/credential"), id);
        }
        if let Some(name) = &exam.name {
            self.named(&format!("{pointer}/name"), name);
        }
        let named = exam.credential.is_some() || exam.name.is_some();
        self.check(pointer, named, "names neither a credential nor an examination");
        if let Some(day) = exam.passed_on {
            self.happened(&format!("{pointer}/passed_on"), day);
        }
    }

    /// What an applicant says of themself.
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
            self.born = (born, "is before the day of birth");
        }
        if let Some(years) = profile.age_years {
            self.at_most(&at("age_years"), &u32::from(years), &OLDEST);
        }
        if let Some(months) = profile.recovery_months {
            self.at_most(&at("recovery_months"), &months, &LONGEST_RECOVERY);
        }
        if let Some(born) = profile.birth_date {
            self.check(&at("birth_date"), born <= today, format_args!("has not come yet on {today}"));
            self.check(
                &at("birth_date"),
                whole_years(born, today) <= OLDEST,
                format_args!("is more than {OLDEST} years ago"),
            );
            let agree = profile.age_years.is_none_or(|years| whole_years(born, today) == u32::from(years));
            self.check(
                &at("age_years"),
                agree || born > today,
                format_args!("is not the age of somebody born on birth_date, on {today}"),
            );
        }
        if let Some(since) = profile.recovery_since {
            self.happened(&at("recovery_since"), since);
            let agree = profile.recovery_months.is_none_or(|months| whole_months(since, today) == months);
            self.check(
                &at("recovery_months"),
                agree || since > today,
                format_args!("are not the months since recovery_since, on {today}"),
            );
        }
        let age = profile.birth_date.map(|born| whole_years(born, today)).or(profile.age_years.map(u32::from));
        let longer = profile.recovery_months.zip(age).is_some_and(|(months, age)| u32::from(months) >= (age + 1) * 12);
        self.check(&at("recovery_months"), !longer, "are more than the life so far");
    }
}
