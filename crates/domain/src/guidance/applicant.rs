//! A profile on a day, made ready to be judged: what follows from it once, and not anew for each requirement.

use chrono::NaiveDate;

use super::calendar::{day_before, months_after, whole_months, whole_years, years_after};
use super::profile::Profile;
use crate::catalog::Catalog;
use crate::credential::{Credential, Fee, Route};
use crate::identifier::{CredentialId, Identifier, RequirementPath};
use crate::name::Name;
use crate::requirement::{Experience, Requirement};

/// A profile on a day.
#[derive(Clone)]
pub struct Applicant<'a> {
    /// What they say of themself.
    pub profile: &'a Profile,
    /// The day.
    pub today: NaiveDate,
    /// How old they are.
    pub age: Option<Age>,
    /// How long they have been in recovery.
    pub recovery: Option<Recovery>,
    held: Vec<&'a Credential>,
    holds_something_else: bool,
    /// Credential, route and requirement; sorted, so that those of a credential stand together.
    confirmed: Vec<(&'a str, &'a str, &'a str)>,
}

/// What is known of an age on a day.
#[derive(Debug, Clone, Copy)]
pub struct Age {
    /// It, in whole years.
    pub years: u8,
    born: Option<NaiveDate>,
    today: NaiveDate,
}

/// What is known of a recovery on a day.
#[derive(Debug, Clone, Copy)]
pub struct Recovery {
    /// How long it has lasted, in whole months.
    pub months: u16,
    since: Option<NaiveDate>,
    today: NaiveDate,
}

impl Age {
    /// The first day on which the applicant is surely so old.
    #[must_use]
    pub fn reaches(self, years: u8) -> NaiveDate {
        match self.born {
            Some(born) => years_after(born, years.into()),
            None => years_after(self.today, years.saturating_sub(self.years).into()),
        }
    }

    /// The last day on which the applicant is surely no older.
    #[must_use]
    pub fn last_day_at(self, years: u8) -> NaiveDate {
        match self.born {
            Some(born) => day_before(years_after(born, u32::from(years) + 1)),
            None => years_after(self.today, years.saturating_sub(self.years).into()),
        }
    }
}

impl Recovery {
    /// The first day on which it has surely lasted so many months.
    #[must_use]
    pub fn reaches(self, months: u16) -> NaiveDate {
        match self.since {
            Some(since) => months_after(since, months),
            None => months_after(self.today, months.saturating_sub(self.months)),
        }
    }
}

/// What an applicant confirms of a route.
#[derive(Debug, Clone, Copy)]
pub struct Confirmed<'a>(&'a [(&'a str, &'a str, &'a str)]);

impl Confirmed<'_> {
    /// Whether they say that they meet this requirement of the route.
    #[must_use]
    pub fn has(self, requirement: &Requirement) -> bool {
        self.0.iter().any(|(.., confirmed)| *confirmed == requirement.id.as_str())
    }
}

impl<'a> Applicant<'a> {
    /// Makes a profile ready for a day. What it names and the catalog does not have is passed over:
    /// [`Checker::profile`](super::validation::Checker::profile) tells of it.
    #[must_use]
    pub fn new(profile: &'a Profile, catalog: &'a Catalog, today: NaiveDate) -> Self {
        let years = |born| u8::try_from(whole_years(born, today)).unwrap_or(u8::MAX);
        let born = profile.birth_date.map(|born| Age { years: years(born), born: Some(born), today });
        let since = profile.recovery_since;
        let since = since.map(|since| Recovery { months: whole_months(since, today), since: Some(since), today });
        let in_force = profile.credentials_held.iter().flatten();
        let in_force = in_force.filter(|held| held.expires_on.is_none_or(|last| today <= last));
        let credential = |id: &CredentialId| catalog.credentials.get(id.as_str());
        let mut confirmed: Vec<_> = profile.confirmed.iter().flatten().map(RequirementPath::parts).collect();
        confirmed.sort_unstable();
        Self {
            profile,
            today,
            age: born.or_else(|| profile.age_years.map(|years| Age { years, born: None, today })),
            recovery: since.or_else(|| profile.recovery_months.map(|months| Recovery { months, since: None, today })),
            held: in_force.clone().filter_map(|held| held.credential.as_ref().and_then(credential)).collect(),
            holds_something_else: in_force.clone().any(|held| {
                // Whether a provisional one is enough, no reference says.
                held.credential.as_ref().and_then(credential).is_none_or(Credential::is_provisional)
            }),
            confirmed,
        }
    }

    /// Whether a requirement that is only for some concerns the applicant; `Err`: that hangs on whether they lived through this.
    ///
    /// # Errors
    /// The first kind of experience that they have not spoken of, where it matters.
    pub fn is_concerned(&self, applies_to: &[Experience]) -> Result<bool, Experience> {
        if applies_to.is_empty() {
            return Ok(true);
        }
        let mut open = None;
        for kind in applies_to {
            match self.profile.experience(*kind) {
                Some(true) => return Ok(true),
                Some(false) => {}
                None => open = open.or(Some(*kind)),
            }
        }
        open.map_or(Ok(false), Err)
    }

    /// The credentials of the catalog that the applicant holds and that have not expired.
    #[must_use]
    pub fn held(&self) -> &[&'a Credential] {
        &self.held
    }

    /// Whether they hold one that the catalog does not know.
    #[must_use]
    pub const fn holds_something_else(&self) -> bool {
        self.holds_something_else
    }

    /// Whether they say that they passed an examination of this name.
    #[must_use]
    pub fn passed(&self, name: &Name) -> bool {
        let mut passed = self.profile.exams_passed.iter().flatten().filter_map(|exam| exam.name.as_ref());
        passed.any(|passed| name.is_same_as(passed))
    }

    /// How many examinations they passed for a credential.
    #[must_use]
    pub fn passed_for(&self, credential: &Credential) -> usize {
        let passed = self.profile.exams_passed.iter().flatten();
        passed.filter(|exam| exam.credential.as_ref() == Some(&credential.id)).count()
    }

    /// Whether they paid a fee.
    #[must_use]
    pub fn paid(&self, credential: &Credential, fee: &Fee) -> bool {
        let mut paid = self.profile.fees_paid.iter().flatten();
        paid.any(|paid| paid.kind == fee.kind && paid.credential == credential.id)
    }

    /// The requirements of a route that they say they meet.
    #[must_use]
    pub fn confirmed(&self, credential: &Credential, route: &Route) -> Confirmed<'_> {
        let of_route = (credential.id.as_str(), route.id.as_str());
        let from = self.confirmed.partition_point(|(credential, route, _)| (*credential, *route) < of_route);
        let rest = self.confirmed.get(from..).unwrap_or_default();
        let count = rest.partition_point(|(credential, route, _)| (*credential, *route) == of_route);
        Confirmed(rest.get(..count).unwrap_or_default())
    }
}
