//! What a posting says of the credential that it asks for.

use super::phrase::{self, with_details};
use crate::catalog::Catalog;
use crate::catalog::credential::{Credential, Route};
use crate::catalog::requirement::{Condition, EducationLevel, Requirement};
use crate::catalog::source::Completeness;

/// A credential's title, with its acronym.
#[must_use]
pub fn called(credential: &Credential) -> String {
    with_details(&credential.title, credential.acronym.iter().filter(|one| **one != credential.title).cloned())
}

/// A paragraph for a posting that asks for a credential.
///
/// It says what the catalog states of each route, with what its notes say, and where that is not known to be all.
#[must_use]
pub fn paragraph(catalog: &Catalog, credential: &Credential) -> String {
    let body = &credential.certifying_body.name;
    let article = if takes_article(body) { "the " } else { "" };
    let held = format!(
        "Applicants hold the {} certification of {article}{body}, or are able to obtain it",
        called(credential)
    );
    match credential.routes.as_slice() {
        [] => format!("{held}. No source for its requirements was found."),
        [route] => format!("{held}: {}.{}", asked_by(catalog, route), caveat(route)),
        routes => {
            let ways =
                routes.iter().map(|route| format!(" {}: {}.{}", route.name, asked_by(catalog, route), caveat(route)));
            format!("{held} in one of {} ways.{}", routes.len(), ways.collect::<String>())
        }
    }
}

/// What a route asks, requirement by requirement.
fn asked_by(catalog: &Catalog, route: &Route) -> String {
    route.requirements.iter().map(|one| phrase::requirement(catalog, one)).collect::<Vec<_>>().join("; ")
}

fn caveat(route: &Route) -> String {
    let closes = route.closes_on.map(|day| format!(" This way is open until {day}.")).unwrap_or_default();
    let open = " This list of requirements is not known to be whole; the certifying body has the last word.";
    let whole = route.completeness == Completeness::Complete;
    format!("{closes}{}", if whole { "" } else { open })
}

/// Whether a body's name stands with an article: the Texas Certification Board, but Recovery Vermont.
fn takes_article(body: &str) -> bool {
    const NOUNS: &[&str] = &[
        "Association",
        "Authority",
        "Board",
        "Bureau",
        "Commission",
        "Consortium",
        "Council",
        "Department",
        "DHHS",
        "Division",
        "Federation",
        "Network",
        "Office",
        "Program",
        "Programs",
    ];
    let name = body.split(['(', ',']).next().unwrap_or_default();
    name.split_whitespace().any(|word| NOUNS.contains(&word))
}

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
    fn the_paragraph_says_what_is_stated_and_what_is_open() {
        let credential = catalog().credentials.get(&"us-tx-mhps".parse().unwrap()).unwrap();
        let text = paragraph(catalog(), credential);
        let opening = "Applicants hold the Mental Health Peer Specialist (MHPS) certification of the Texas Certification Board, \
                       or are able to obtain it: at least 18 years old; a high school diploma or its equivalent; ";
        assert!(text.starts_with(opening), "{text}");
        assert!(text.contains("59.5 hours of training by an approved provider (Core 19.5, "), "{text}");
        assert!(text.contains("not known to be whole"), "{text}");
        for credential in &catalog().credentials {
            let text = paragraph(catalog(), credential);
            let partial = credential.routes.iter().filter(|route| route.completeness != Completeness::Complete).count();
            assert_eq!(text.matches("not known to be whole").count(), partial, "{text}");
            assert_eq!(text.contains("No source for its requirements"), credential.routes.is_empty(), "{text}");
            assert!(!text.contains("..") && !text.contains(".;"), "{text}");
        }
    }

    #[test]
    fn schooling_and_work_are_those_of_every_route() {
        let of = |id: &str| catalog().credentials.get(&id.parse().unwrap()).unwrap();
        assert_eq!(education(of("us-tx-mhps")), Some(EducationLevel::HighSchoolOrEquivalent));
        assert_eq!(experience(of("us-tx-mhps")), None, "its hours come after a provisional certification");
        assert_eq!(education(of("us-ak-psp")), None);
        assert!(catalog().credentials.iter().any(|one| experience(one).is_some()));
    }

    #[test]
    fn what_a_note_says_is_said_too() {
        for credential in &catalog().credentials {
            let text = paragraph(catalog(), credential);
            for note in
                credential.routes.iter().flat_map(|route| &route.requirements).filter_map(|one| one.note.as_deref())
            {
                assert!(text.contains(&format!(" ({})", note.trim_end_matches('.'))), "{text} lacks {note}");
            }
        }
        let military = catalog().credentials.get(&"us-nc-cpss-military".parse().unwrap()).unwrap();
        assert!(paragraph(catalog(), military).contains(" (Or is applying for it at the same time)"));
        let of = |id: &str| catalog().credentials.get(&id.parse().unwrap()).unwrap();
        assert_eq!(experience(of("us-ms-cpssp-mh")), None, "a year of college can stand in for it");
        assert_eq!(education(of("us-pa-cfrs")), None, "veterans may show discharge papers instead");
    }
}
