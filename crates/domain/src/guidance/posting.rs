//! What an applicant for a posting must hold in a jurisdiction, as far as sources say.

use std::cmp::Reverse;

use serde::Serialize;
use utoipa::ToSchema;

use super::phrase::{self, with_details};
use super::title::{RoleMatch, TitleIndex};
use super::wording::likeness;
use crate::catalog::Catalog;
use crate::credential::{Credential, CredentialStatus, Jurisdiction, ProgramStage, Route, Specialty};
use crate::identifier::Identifier;
use crate::profession::Role;
use crate::requirement::{Condition, EducationLevel, Requirement};
use crate::search::words;
use crate::source::Completeness;

/// A posting, as an employer or a job board tells of it.
#[derive(Debug, Clone, Copy)]
pub struct Posting<'a> {
    /// Its title.
    pub title: &'a str,
    /// Where the work is.
    pub jurisdiction: &'a Jurisdiction,
    /// In what setting, such as a hospital.
    pub setting: Option<&'a str>,
    /// Whom the work is for, or in what function; empty: as the title says.
    pub population: &'a [Specialty],
}

/// What a posting asks for.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The roles that its title means, best first.
    pub roles: Vec<MeantRole<'a>>,
    /// The credentials that an employer there would ask for, best first.
    pub credentials: Vec<AskedCredential<'a>>,
    /// What is not known, and why there is no more.
    pub notes: Vec<String>,
}

/// A role that a title means.
#[derive(Debug)]
pub struct MeantRole<'a> {
    /// The role.
    pub role: &'a Role,
    /// How it was found.
    pub found: RoleMatch,
    /// The setting of the role that the posting's was taken for; `None`: it has none like it, or none was told.
    pub setting: Option<&'a str>,
}

/// A credential that an employer would ask for.
#[derive(Debug, Clone, Copy)]
pub struct AskedCredential<'a> {
    /// The credential.
    pub credential: &'a Credential,
    /// Why it is asked for.
    pub why: Why,
}

/// Why a credential is asked for; the first reason that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The title names it, by its acronym or its own title.
    NamedInTitle,
    /// Its holders support those whom the posting is for.
    FitsPopulation,
    /// Its holders support those whom the role serves.
    FitsRole,
}

/// What a posting asks for.
///
/// Only active credentials of the jurisdiction are asked for, and national ones that the title names by their acronym. A
/// credential whose own title is in the posting's is not named so where the posting's says that it is for others. Without a
/// population, a credential fits that is for those whom the title names, such as families, if the jurisdiction has one;
/// or else for those whom the roles serve. A title that means no role and names no credential asks for nothing.
///
/// The best is named in the title; then comes what fits the population that was told or the role, and of these what is
/// for those whom the title names first or the role serves first, for more of them, has a title more like the posting's,
/// and is for fewer others. What is an endorsement of another credential comes last.
#[must_use]
pub fn ask<'a>(catalog: &'a Catalog, titles: &TitleIndex, posting: Posting<'a>) -> Asked<'a> {
    let code = &posting.jurisdiction.code;
    let title = titles.read(posting.title, code);
    let roles = roles(catalog, titles.roles(catalog, &title), posting.setting);
    let own: Vec<&Credential> = catalog.credentials_of(code).collect();
    let active = |one: &&Credential| one.status == CredentialStatus::Active;
    let is_for =
        |one: &Credential, whom: &[Specialty]| one.specialties.iter().any(|specialty| whom.contains(specialty));
    let said = title.marked();
    let mut named: Vec<&Credential> = Vec::new();
    for found in titles.named(&title) {
        let credential = catalog.credentials.get(found.credential.as_str());
        let is_for_all = |one: &&Credential| said.iter().all(|specialty| one.specialties.contains(specialty));
        named.extend(credential.filter(|one| found.by_acronym || is_for_all(one)));
    }
    let mut marked = said;
    marked.retain(|specialty| own.iter().any(|one| active(one) && one.specialties.contains(specialty)));
    let wanted = if !posting.population.is_empty() {
        posting.population.to_vec()
    } else if !marked.is_empty() {
        marked
    } else {
        served(&roles)
    };
    let means_something = !roles.is_empty() || !named.is_empty();
    let reason = |one: &Credential| {
        if named.iter().any(|known| known.id == one.id) {
            Some(Why::NamedInTitle)
        } else if !means_something || !is_for(one, &wanted) {
            None
        } else if posting.population.is_empty() {
            Some(Why::FitsRole)
        } else {
            Some(Why::FitsPopulation)
        }
    };
    let national = named.iter().copied().filter(|one| one.jurisdiction.is_none());
    let possible = own.iter().copied().chain(national).filter(active);
    let mut credentials: Vec<AskedCredential<'_>> =
        possible.filter_map(|credential| Some(AskedCredential { credential, why: reason(credential)? })).collect();
    credentials.sort_by_cached_key(|AskedCredential { credential, why }| {
        let first = wanted.iter().position(|specialty| credential.specialties.contains(specialty));
        let fitting = credential.specialties.iter().filter(|specialty| wanted.contains(specialty)).count();
        let like = titles.likeness(&title, &credential.id);
        let others = credential.specialties.len() - fitting;
        let place = (first.unwrap_or(usize::MAX), Reverse(fitting), Reverse(like), others);
        (*why, credential.endorsement_of.is_some(), place, credential.id.clone())
    });
    let notes = notes(posting, &roles, &own, &named, &wanted, &credentials);
    Asked { roles, credentials, notes }
}

/// The roles that the title means; of those with the same confidence, those that are found in the setting first.
fn roles<'a>(catalog: &'a Catalog, found: Vec<RoleMatch>, setting: Option<&str>) -> Vec<MeantRole<'a>> {
    let mut roles: Vec<MeantRole<'_>> = found
        .into_iter()
        .filter_map(|found| {
            let role = catalog.roles.get(found.role.as_str())?;
            Some(MeantRole { role, found, setting: setting.and_then(|setting| setting_of(role, setting)) })
        })
        .collect();
    roles.sort_by_key(|role| (Reverse(role.found.hundredths), role.setting.is_none()));
    roles
}

/// The setting of a role that has every word of the one that was asked for, or one like it.
fn setting_of<'a>(role: &'a Role, asked: &str) -> Option<&'a str> {
    let asked = words(asked);
    let fits = |setting: &&String| {
        let known = words(setting);
        !asked.is_empty() && asked.iter().all(|word| known.iter().any(|held| likeness(word, held).is_some()))
    };
    role.settings.iter().find(fits).map(String::as_str)
}

/// Whom the roles serve, the best one's first.
fn served(roles: &[MeantRole<'_>]) -> Vec<Specialty> {
    let mut served = Vec::new();
    for specialty in roles.iter().flat_map(|meant| &meant.role.specialties) {
        if !served.contains(specialty) {
            served.push(*specialty);
        }
    }
    served
}

/// What the answer leaves open.
fn notes(
    posting: Posting<'_>,
    roles: &[MeantRole<'_>],
    own: &[&Credential],
    named: &[&Credential],
    wanted: &[Specialty],
    credentials: &[AskedCredential<'_>],
) -> Vec<String> {
    let place = &posting.jurisdiction.name;
    let mut notes = Vec::new();
    if roles.is_empty() {
        notes.push("The title means none of the roles that are known here.".to_owned());
    } else if let Some(setting) = posting.setting.filter(|_| roles.iter().all(|role| role.setting.is_none())) {
        notes.push(format!("No role that the title means is listed with a setting like “{setting}”."));
    }
    for one in named.iter().filter(|one| one.status != CredentialStatus::Active) {
        let status = if one.status == CredentialStatus::Closed { "closed to new applicants" } else { "only announced" };
        notes.push(format!("The title names {}, which is {status}.", called(one)));
    }
    let population = posting.population.iter().map(|specialty| phrase::specialty(*specialty));
    for asked in credentials.iter().filter(|_| !posting.population.is_empty()) {
        if asked.why == Why::NamedInTitle && !asked.credential.specialties.iter().any(|own| wanted.contains(own)) {
            let whom = phrase::alternatives(population.clone());
            notes
                .push(format!("{} is named in the title, and is not said to be for {whom}.", called(asked.credential)));
        }
    }
    if credentials.is_empty() {
        let active = own.iter().any(|one| one.status == CredentialStatus::Active);
        notes.push(if roles.is_empty() && named.is_empty() {
            format!("What an applicant must hold in {place} cannot be told from the title.")
        } else if active {
            let whom = wanted.iter().map(|specialty| phrase::specialty(*specialty));
            format!("No credential of {place} is known that is for {}.", phrase::alternatives(whom))
        } else {
            format!("No credential of {place} that can be applied for is known: {}.", program(posting.jurisdiction))
        });
    }
    for AskedCredential { credential, .. } in credentials {
        match credential.completeness() {
            Completeness::Complete => {}
            Completeness::Partial => {
                notes.push(format!("The requirements of {} are not known to be whole.", called(credential)));
            }
            Completeness::NotRetrieved => {
                notes.push(format!("No source for the requirements of {} was found.", called(credential)));
            }
        }
    }
    notes
}

const fn program(jurisdiction: &Jurisdiction) -> &'static str {
    match jurisdiction.program_status.value {
        ProgramStage::Established => "its program certifies, and no source for its credentials was found",
        ProgramStage::InDevelopment => "its program is announced or legislated",
        ProgramStage::None => "a source says that it has no program",
        ProgramStage::Unknown => "no source on its program was found",
    }
}

/// A credential's title, with its acronym.
#[must_use]
pub fn called(credential: &Credential) -> String {
    with_details(&credential.title, credential.acronym.iter().filter(|one| **one != credential.title).cloned())
}

/// A paragraph for a posting that asks for a credential.
///
/// It says what the catalog states of each route, and where that is not known to be all.
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
    let asked = route.requirements.iter().map(|one| phrase::requirement(catalog, one));
    asked.map(|text| text.trim_end_matches('.').to_owned()).collect::<Vec<_>>().join("; ")
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

/// The schooling that a credential asks of everybody, by whichever route: the lowest level; `None` where a route states none.
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

/// The work before applying that a credential asks of everybody, where it is the same by whichever route.
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

fn of_everybody(route: &Route) -> impl Iterator<Item = &Requirement> {
    route.requirements.iter().filter(|one| one.applies_to.is_empty())
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::guidance::catalog;

    static TITLES: LazyLock<TitleIndex> = LazyLock::new(|| TitleIndex::new(catalog()));

    fn asked(title: &'static str, code: &str, population: &'static [Specialty]) -> Asked<'static> {
        let jurisdiction = catalog().jurisdictions.get(code).unwrap();
        ask(catalog(), &TITLES, Posting { title, jurisdiction, setting: None, population })
    }

    fn ids(asked: &Asked<'_>) -> Vec<String> {
        asked.credentials.iter().map(|one| one.credential.id.to_string()).collect()
    }

    #[test]
    fn the_credentials_that_fit_come_best_first() {
        for (title, code, expected) in [
            ("Peer Support Specialist", "US-TX", &["us-tx-mhps", "us-tx-rsps"][..]),
            ("Mental Health Peer Specialist", "US-TX", &["us-tx-mhps"]),
            ("MHPS", "US-TX", &["us-tx-mhps"]),
            ("Peer Support Supervisor", "US-TX", &["us-tx-peer-specialist-supervisor"]),
            ("Forensic Peer Specialist", "US-TX", &["us-tx-reentry-peer-specialist"]),
            ("Family Peer Support Specialist", "US-LA", &["us-la-rfpss"]),
            ("Certified Family Partner", "US-TX", &["us-tx-cfp"]),
            ("Recovery Coach", "US-NH", &["us-nh-crsw"]),
        ] {
            assert_eq!(ids(&asked(title, code, &[])), expected, "{title} in {code}");
        }
        let first = |title, code| ids(&asked(title, code, &[])).swap_remove(0);
        assert_eq!(first("Peer Support Specialist", "US-CA"), "us-ca-cmpss");
        assert_eq!(first("Peer Support Specialist", "US-IN"), "us-in-cpsp");
        assert_eq!(first("CRPA", "US-NY"), "us-ny-crpa");
        assert_eq!(asked("Recovery Coach", "US-VT", &[]).credentials[0].why, Why::NamedInTitle);
    }

    #[test]
    fn a_title_that_says_whom_the_work_is_for_names_no_credential_for_others() {
        for code in ["US-PA", "US-HI", "US-WA"] {
            let youth = asked("Youth Peer Specialist", code, &[]);
            assert!(youth.credentials.is_empty(), "{code}: {youth:?}");
            assert!(youth.notes[0].ends_with("is known that is for young people."), "{code}: {:?}", youth.notes);
        }
        assert_eq!(ids(&asked("Youth Peer Specialist", "US-MO", &[])), ["us-mo-yps"]);
    }

    #[test]
    fn a_population_that_is_told_decides() {
        let youth = asked("Peer Specialist", "US-GA", &[Specialty::Youth]);
        assert_eq!((ids(&youth), youth.credentials[0].why), (vec!["us-ga-cps-y".to_owned()], Why::FitsPopulation));
        let named = asked("MHPS", "US-TX", &[Specialty::Family]);
        assert_eq!(ids(&named), ["us-tx-mhps", "us-tx-cfp"]);
        assert!(named.notes[0].ends_with("is not said to be for families and caregivers."), "{:?}", named.notes);
        assert!(asked("forklift operator", "US-GA", &[Specialty::Youth]).credentials.is_empty());
    }

    #[test]
    fn where_there_is_nothing_to_ask_for_the_notes_say_why() {
        for (title, code, population, expected) in [
            (
                "forklift operator",
                "US-TX",
                &[][..],
                "What an applicant must hold in Texas cannot be told from the title.",
            ),
            ("Peer Specialist", "US-SD", &[], "No credential of South Dakota that can be applied for is known"),
            (
                "Peer Specialist",
                "US-TX",
                &[Specialty::OlderAdult],
                "No credential of Texas is known that is for older adults.",
            ),
        ] {
            let asked = asked(title, code, population);
            assert!(asked.credentials.is_empty(), "{title} in {code}");
            assert!(asked.notes.iter().any(|note| note.starts_with(expected)), "{title} in {code}: {:?}", asked.notes);
        }
        let closed = asked("MHPSS", "US-IA", &[]).notes;
        assert!(closed.iter().any(|note| note.ends_with("(MHPSS), which is closed to new applicants.")), "{closed:?}");
    }

    #[test]
    fn a_setting_is_found_among_those_of_the_role() {
        let found = |title, setting| {
            let jurisdiction = catalog().jurisdictions.get("US-TX").unwrap();
            let posting = Posting { title, jurisdiction, setting: Some(setting), population: &[] };
            ask(catalog(), &TITLES, posting).roles.first().and_then(|role| role.setting)
        };
        assert_eq!(found("Peer Specialist", "Hospitals"), Some("hospital"));
        assert_eq!(found("Peer Bridger", "psychiatric hospital"), Some("psychiatric hospital"));
        assert_eq!(found("Peer Specialist", "submarine"), None);
    }

    #[test]
    fn the_paragraph_says_what_is_stated_and_what_is_open() {
        let credential = catalog().credentials.get("us-tx-mhps").unwrap();
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
        let of = |id: &str| catalog().credentials.get(id).unwrap();
        assert_eq!(education(of("us-tx-mhps")), Some(EducationLevel::HighSchoolOrEquivalent));
        assert_eq!(experience(of("us-tx-mhps")), None, "its hours come after a provisional certification");
        assert_eq!(education(of("us-ak-psp")), None);
        assert!(catalog().credentials.iter().any(|one| experience(one).is_some()));
    }
}
