//! Schooling and work that every route to a credential asks of every applicant.

use crate::catalog::credential::{Credential, Route};
use crate::catalog::requirement::{Condition, EducationLevel, Requirement};

/// The schooling that a credential asks of everybody, by whichever route: the lowest level; `None` where a route states none,
/// or only with a note, which may be what else is enough.
#[must_use]
pub fn education(credential: &Credential) -> Option<EducationLevel> {
    let level = |route: &Route| {
        let levels = of_everybody(route).filter_map(|one| match &one.condition {
            Condition::Education { level } => Some(*level),
            _ => None,
        });
        levels.max()
    };
    let levels: Option<Vec<EducationLevel>> = credential.routes.iter().map(level).collect();
    levels?.into_iter().min()
}

/// The work before applying that a credential asks of everybody, where it is the same by whichever route, without a note.
#[must_use]
pub fn experience(credential: &Credential) -> Option<&Condition> {
    let mut routes = credential.routes.iter();
    let asked = work_before(routes.next()?)?;
    routes.all(|route| work_before(route) == Some(asked)).then_some(asked)
}

/// The work that a route asks of everybody, unless it comes after a provisional certification.
fn work_before(route: &Route) -> Option<&Condition> {
    let mut work = of_everybody(route).map(|one| &one.condition);
    work.find(|condition| matches!(condition, Condition::WorkExperience { within_months_after: None, .. }))
}

/// What a route asks of everybody, as its fields say.
fn of_everybody(route: &Route) -> impl Iterator<Item = &Requirement> {
    route.requirements.iter().filter(|one| one.applies_to.is_empty() && one.note.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guidance::catalog;

    #[test]
    fn schooling_and_work_are_those_of_every_route() {
        let of = |id: &str| catalog().credentials.get(&id.parse().unwrap()).unwrap();
        assert_eq!(education(of("us-tx-mhps")), Some(EducationLevel::HighSchoolOrEquivalent));
        assert_eq!(experience(of("us-tx-mhps")), None, "its hours come after a provisional certification");
        assert_eq!(education(of("us-ak-psp")), None);
        assert!(catalog().credentials.iter().any(|one| experience(one).is_some()));
        assert_eq!(experience(of("us-ms-cpssp-mh")), None, "a year of college can stand in for it");
        assert_eq!(education(of("us-pa-cfrs")), None, "veterans may show discharge papers instead");
    }
}
