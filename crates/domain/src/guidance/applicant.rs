//! A profile on a day, with everything that follows from it for all requirements.

use chrono::NaiveDate;

use super::calendar::{day_before, months_after, whole_months, whole_years, years_after};
use super::profile::Profile;
use crate::catalog::Catalog;
use crate::catalog::credential::{Credential, Fee, Route};
use crate::catalog::identifier::{CredentialId, Identifier, RequirementPath};
use crate::catalog::name::Name;
use crate::catalog::requirement::{Experience, Requirement};

/// A profile on a day.
#[derive(Clone)]
pub struct Applicant<'a> {
    /// The profile.
    pub profile: &'a Profile,
    /// The day.
    pub today: NaiveDate,
    /// The age.
    pub age: Option<Age>,
    /// The recovery.
    pub recovery: Option<Recovery>,
    held: Vec<&'a Credential>,
    holds_something_else: bool,
    /// Credential, route and requirement, sorted, so that the entries of a credential stand together.
    confirmed: Vec<(&'a str, &'a str, &'a str)>,
}

/// An age on a day.
#[derive(Debug, Clone, Copy)]
pub struct Age {
    /// Age in whole years.
    pub years: u8,
    born: Option<NaiveDate>,
    today: NaiveDate,
}

/// A recovery on a day.
#[derive(Debug, Clone, Copy)]
pub struct Recovery {
    /// Length in whole months.
    pub months: u16,
    since: Option<NaiveDate>,
    today: NaiveDate,
}

impl Age {
    /// The first day on which the applicant certainly has this age.
    #[must_use]
    pub fn reaches(self, years: u8) -> NaiveDate {
        match self.born {
            Some(born) => years_after(born, years.into()),
            None => years_after(self.today, years.saturating_sub(self.years).into()),
        }
    }

    /// The last day on which the applicant is certainly no older.
    #[must_use]
    pub fn last_day_at(self, years: u8) -> NaiveDate {
        match self.born {
            Some(born) => day_before(years_after(born, u32::from(years) + 1)),
            None => years_after(self.today, years.saturating_sub(self.years).into()),
        }
    }
}

impl Recovery {
    /// The first day on which it has certainly lasted this long.
    #[must_use]
    pub fn reaches(self, months: u16) -> NaiveDate {
        match self.since {
            Some(since) => months_after(since, months),
            None => months_after(self.today, months.saturating_sub(self.months)),
        }
    }
}

/// The confirmed requirements of a route.
#[derive(Debug, Clone, Copy)]
pub struct Confirmed<'a>(&'a [(&'a str, &'a str, &'a str)]);

impl Confirmed<'_> {
    /// Whether the requirement is confirmed.
    #[must_use]
    pub fn has(self, requirement: &Requirement) -> bool {
        self.0.iter().any(|(.., confirmed)| *confirmed == requirement.id.as_str())
    }
}

impl<'a> Applicant<'a> {
    /// Prepares a profile for a day. Unknown ids are ignored here;
    /// [`Checker::profile`](super::validation::Checker::profile) reports them.
    #[must_use]
    pub fn new(profile: &'a Profile, catalog: &'a Catalog, today: NaiveDate) -> Self {
        let years = |born| u8::try_from(whole_years(born, today)).unwrap_or(u8::MAX);
        let born = profile.birth_date.map(|born| Age { years: years(born), born: Some(born), today });
        let since = profile.recovery_since;
        let since = since.map(|since| Recovery { months: whole_months(since, today), since: Some(since), today });
        let in_force = profile.credentials_held.iter().flatten();
        let in_force = in_force.filter(|held| held.expires_on.is_none_or(|last| today <= last));
        let credential = |id: &CredentialId| catalog.credentials.get(id);
        let mut confirmed: Vec<_> = profile.confirmed.iter().flatten().map(RequirementPath::parts).collect();
        confirmed.sort_unstable();
        Self {
            profile,
            today,
            age: born.or_else(|| profile.age_years.map(|years| Age { years, born: None, today })),
            recovery: since.or_else(|| profile.recovery_months.map(|months| Recovery { months, since: None, today })),
            held: in_force.clone().filter_map(|held| held.credential.as_ref().and_then(credential)).collect(),
            holds_something_else: in_force.clone().any(|held| {
                // No reference says whether a provisional one is enough.
                held.credential.as_ref().and_then(credential).is_none_or(Credential::is_provisional)
            }),
            confirmed,
        }
    }

    /// Whether a requirement for some applicants concerns this one.
    ///
    /// # Errors
    /// The first kind of experience that decides and is unknown.
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

    /// Whether they hold a credential outside the catalog.
    #[must_use]
    pub const fn holds_something_else(&self) -> bool {
        self.holds_something_else
    }

    /// Whether they passed an examination of this name.
    #[must_use]
    pub fn passed(&self, name: &Name) -> bool {
        let mut passed = self.profile.exams_passed.iter().flatten().filter_map(|exam| exam.name.as_ref());
        passed.any(|passed| name.is_same_as(passed))
    }

    /// The number of examinations passed for a credential.
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

    /// The requirements of a route that they confirm.
    #[must_use]
    pub fn confirmed(&self, credential: &Credential, route: &Route) -> Confirmed<'_> {
        let of_route = (credential.id.as_str(), route.id.as_str());
        let from = self.confirmed.partition_point(|(credential, route, _)| (*credential, *route) < of_route);
        let rest = self.confirmed.get(from..).unwrap_or_default();
        let count = rest.partition_point(|(credential, route, _)| (*credential, *route) == of_route);
        Confirmed(rest.get(..count).unwrap_or_default())
    }
}
