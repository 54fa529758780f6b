//! Checks what a request says: impossible numbers, past events with future dates, unknown ids.

mod profile;
mod request;

use std::fmt::Display;

use chrono::NaiveDate;

use super::calendar::months_before;
use super::profile::{CompletedTraining, HeldCredential};
use crate::catalog::Catalog;
use crate::catalog::identifier::{CredentialId, JurisdictionCode};
use crate::catalog::name::Name;
use crate::catalog::quantity::Hours;
use crate::catalog::reference::CredentialReference;
use crate::words::violations;

const LONGEST_TRAINING: Hours = Hours::whole(10_000);
const OLDEST: u32 = 120;
const MOST_ENTRIES: usize = 100;
const MOST_PLACES: usize = 200;
const LONGEST_TEXT: usize = 200;

/// A value that cannot be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// JSON Pointer to the value.
    pub pointer: String,
    /// What is wrong. Never repeats the value.
    pub detail: String,
}

/// Collects violations.
pub struct Checker<'a> {
    catalog: &'a Catalog,
    today: NaiveDate,
    /// The first day on which anything can have happened, and the violation of an earlier one.
    born: (NaiveDate, String),
    violations: Vec<Violation>,
}

impl<'a> Checker<'a> {
    /// Checks against a catalog, on a day.
    #[must_use]
    pub fn new(catalog: &'a Catalog, today: NaiveDate) -> Self {
        let oldest = months_before(today, (OLDEST + 1) * 12);
        Self { catalog, today, born: (oldest, violations::long_ago(OLDEST)), violations: Vec::new() }
    }

    /// Everything that was found.
    #[must_use]
    pub fn into_violations(self) -> Vec<Violation> {
        self.violations
    }

    /// Adds a violation.
    pub fn note(&mut self, pointer: &str, detail: impl Display) {
        self.violations.push(Violation { pointer: pointer.into(), detail: detail.to_string() });
    }

    fn check(&mut self, pointer: &str, holds: bool, detail: impl Display) {
        if !holds {
            self.note(pointer, detail);
        }
    }

    fn at_most<T: PartialOrd + Display>(&mut self, pointer: &str, number: &T, most: &T) {
        self.check(pointer, number <= most, violations::more_than(most));
    }

    fn few<T>(&mut self, pointer: &str, items: &[T], most: usize) {
        self.check(pointer, items.len() <= most, violations::too_many(most));
    }

    fn short(&mut self, pointer: &str, text: &str) {
        let length = text.chars().count();
        self.check(pointer, (1..=LONGEST_TEXT).contains(&length), violations::too_long(LONGEST_TEXT));
    }

    fn named(&mut self, pointer: &str, name: &Name) {
        self.short(pointer, name.as_str());
        self.check(pointer, name.is_telling() || name.as_str().is_empty(), violations::TOO_GENERAL);
    }

    fn happened(&mut self, pointer: &str, day: NaiveDate) {
        let today = self.today;
        self.check(pointer, day <= today, violations::in_the_future(today));
        let (born, what) = self.born.clone();
        self.check(pointer, born <= day, what);
    }

    /// The credential must be in the catalog.
    pub fn credential(&mut self, pointer: &str, id: &CredentialId) {
        let known = self.catalog.credentials.get(id).is_some();
        self.check(pointer, known, violations::UNKNOWN_CREDENTIAL);
    }

    /// The jurisdiction must be in the catalog.
    pub fn jurisdiction(&mut self, pointer: &str, code: &JurisdictionCode) {
        let known = self.catalog.jurisdictions.get(code).is_some();
        self.check(pointer, known, violations::UNKNOWN_JURISDICTION);
    }

    /// The reference must be a jurisdiction or a credential of the catalog.
    pub fn place(&mut self, pointer: &str, place: &CredentialReference) {
        match place {
            CredentialReference::Credential(id) => self.credential(pointer, id),
            CredentialReference::Jurisdiction(code) => self.jurisdiction(pointer, code),
            _ => self.note(pointer, violations::NOT_A_PLACE),
        }
    }

    fn each<T>(&mut self, pointer: &str, items: Option<&[T]>, most: usize, check: impl Fn(&mut Self, &str, &T)) {
        let items = items.unwrap_or_default();
        self.few(pointer, items, most);
        for (index, item) in items.iter().enumerate().take(most) {
            check(self, &format!("{pointer}/{index}"), item);
        }
    }

    /// Checks the hours, topics and approvals of a training.
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
            self.check(&format!("{topics}/{index}/name"), !twice, violations::REPEATED_TOPIC);
        }
        let by_topic: Hours = training.topics.iter().flatten().map(|topic| topic.hours).sum();
        self.check(&topics, by_topic <= training.hours, violations::TOPICS_EXCEED_TRAINING);
        self.each(&format!("{pointer}/approved_for"), training.approved_for.as_deref(), MOST_PLACES, Self::place);
    }

    /// Checks a credential that somebody holds.
    pub fn held(&mut self, pointer: &str, held: &HeldCredential) {
        if let Some(id) = &held.credential {
            self.credential(&format!("{pointer}/credential"), id);
        }
        if let Some(title) = &held.title {
            self.short(&format!("{pointer}/title"), title);
        }
        let named = held.credential.is_some() || held.title.is_some();
        self.check(pointer, named, violations::NO_CREDENTIAL_OR_TITLE);
        let both = held.credential.is_some() && held.title.is_some();
        self.check(pointer, !both, violations::CREDENTIAL_AND_TITLE);
        if let Some(day) = held.issued_on {
            self.happened(&format!("{pointer}/issued_on"), day);
        }
        let ordered = held.issued_on.zip(held.expires_on).is_none_or(|(issued, last)| issued <= last);
        self.check(&format!("{pointer}/expires_on"), ordered, violations::EXPIRES_BEFORE_ISSUE);
    }
}
