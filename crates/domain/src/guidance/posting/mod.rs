//! What an applicant for a posting must hold in a jurisdiction, as far as sources say.

mod every_route;
mod notes;

use std::cmp::Reverse;

use serde::Serialize;
use utoipa::ToSchema;

use super::title::lexicon::likeness;
use super::title::{RoleMatch, TitleIndex};
use crate::catalog::Catalog;
use crate::credential::{Credential, CredentialStatus, Jurisdiction, Specialty};
use crate::identifier::Identifier;
use crate::profession::Role;
use crate::search::words;

pub use every_route::{education, experience};

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
    let roles = roles(catalog, title.roles.clone(), posting.setting);
    let own: Vec<&Credential> = catalog.credentials_of(code).collect();
    let active = |one: &&Credential| one.status == CredentialStatus::Active;
    let is_for =
        |one: &Credential, whom: &[Specialty]| one.specialties.iter().any(|specialty| whom.contains(specialty));
    let mut named: Vec<&Credential> = Vec::new();
    for found in &title.named {
        let credential = catalog.credentials.get(found.credential.as_str());
        let is_for_all = |one: &&Credential| title.whom.iter().all(|specialty| one.specialties.contains(specialty));
        named.extend(credential.filter(|one| found.by_acronym || is_for_all(one)));
    }
    let mut marked = title.whom.clone();
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
        let like = title.likeness(&credential.id);
        let others = credential.specialties.len() - fitting;
        let place = (first.unwrap_or(usize::MAX), Reverse(fitting), Reverse(like), others);
        (*why, credential.endorsement_of.is_some(), place, credential.id.clone())
    });
    let mut notes = notes::open(posting, &roles, &own, &named, &wanted, &credentials);
    notes.splice(0..0, title.namesakes.iter().filter_map(|one| notes::namesakes(catalog, posting.jurisdiction, one)));
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
            assert!(youth.notes[0].ends_with("is for young people."), "{code}: {:?}", youth.notes);
        }
        assert_eq!(ids(&asked("Youth Peer Specialist", "US-MO", &[])), ["us-mo-yps"]);
    }

    #[test]
    fn a_title_of_another_trade_asks_for_nothing() {
        for (title, code) in [
            ("Revenue Recovery Specialist", "US-PA"),
            ("Auto Recovery Specialist Repo", "US-PA"),
            ("Specialist, peer review", "US-PA"),
            ("Peer Review Specialist", "US-PA"),
            ("Non-peer Recovery Specialist", "US-PA"),
            ("Recovery Specialist (non-peer)", "US-PA"),
            ("CPS Investigator", "US-PA"),
            ("Family Support Specialist (HVAC)", "US-TN"),
            ("Family Support Specialist", "US-TN"),
            ("Certified Family Support Specialist (HVAC)", "US-TN"),
            ("Recovery Housing Manager", "US-TX"),
        ] {
            let asked = asked(title, code, &[]);
            assert!(asked.roles.is_empty() && asked.credentials.is_empty(), "{title} in {code}: {asked:?}");
        }
        assert_eq!(ids(&asked("Certified Family Support Specialist", "US-TN", &[])), ["us-tn-cfss"]);
        assert_eq!(ids(&asked("Recovery Specialist", "US-PA", &[]))[0], "us-pa-crs");
    }

    #[test]
    fn every_acronym_of_the_jurisdiction_names_its_credential() {
        let named = |title, code| {
            let asked = asked(title, code, &[]);
            let named = asked.credentials.iter().filter(|one| one.why == Why::NamedInTitle);
            let mut named: Vec<String> = named.map(|one| one.credential.id.to_string()).collect();
            named.sort();
            named
        };
        for between in [" or ", " and ", " & ", ", ", "/", " / ", " "] {
            let title = |one: &str, other: &str| &*Box::leak(format!("{one}{between}{other}").into_boxed_str());
            assert_eq!(named(title("MHPS", "RSPS"), "US-TX"), ["us-tx-mhps", "us-tx-rsps"], "{between}");
            assert_eq!(named(title("CPS", "CRS"), "US-PA"), ["us-pa-cps", "us-pa-crs"], "{between}");
        }
        assert_eq!(named("Peer Specialist (CPS or CRS), nights", "US-PA"), ["us-pa-cps", "us-pa-crs"]);
        assert_eq!(named("CPRC-A", "US-IN"), ["us-in-cprc-a"], "not CPRC");
    }

    #[test]
    fn an_acronym_that_means_something_else_elsewhere_is_told_so() {
        let asked_for = asked("PSS (full time)", "US-TX", &[]);
        let roles: Vec<&str> = asked_for.roles.iter().map(|one| &*one.role.title).collect();
        assert_eq!(roles, ["Peer Support Specialist", "Peer Support Supervisor"]);
        assert_eq!(ids(&asked_for), ["us-tx-peer-specialist-supervisor", "us-tx-mhps", "us-tx-rsps"]);
        assert_eq!(
            asked_for.notes[0],
            "In Texas, PSS is Peer Specialist Supervisor (for supervisors of peer specialists); elsewhere it is Peer \
             Support Specialist (Louisiana) or Traditional Health Worker: Peer Support Specialist (Oregon). The title does \
             not say which is meant.",
        );
        let spelled_out = asked("Peer Support Specialist (PSS)", "US-TX", &[]);
        assert_eq!(ids(&spelled_out), ["us-tx-mhps", "us-tx-rsps"]);
        assert!(
            asked("Peer Specialist Supervisor (PSS)", "US-TX", &[]).notes.iter().all(|note| !note.contains("PSS is"))
        );
        let about = |title, code| asked(title, code, &[]).notes.iter().any(|note| note.contains("elsewhere"));
        assert!(!about("CPSS", "US-MI"), "by the same title, in another state for others");
        assert!(about("CRSS", "US-PA") && about("CRSS", "US-IL") && !about("CPS", "US-PA"));
    }

    #[test]
    fn a_place_or_what_the_work_is_not_says_nothing_of_whom_it_is_for() {
        let texan = ids(&asked("Peer Support Specialist", "US-TX", &[]));
        let georgian = asked("Peer Specialist", "US-GA", &[]);
        for title in [
            "Peer Support Specialist at Family Court",
            "Peer Support Specialist, Family Court",
            "Family Court Peer Support Specialist",
            "Peer Support Specialist for the Youth Court of Austin",
            "Peer Support Specialist, not peer supervisor",
            "Peer Support Specialist (no family work)",
        ] {
            assert_eq!(ids(&asked(title, "US-TX", &[])), texan, "{title}");
        }
        let shelter = asked("Peer Specialist Youth Shelter", "US-GA", &[]);
        assert_eq!(ids(&shelter), ids(&georgian));
        assert!(shelter.credentials.iter().all(|one| one.why == Why::FitsRole), "{shelter:?}");
        for title in ["Peer Specialist - Youth", "Peer Specialist (Youth)", "Peer Specialist for Youth"] {
            assert_eq!(ids(&asked(title, "US-GA", &[])), ["us-ga-cps-y"], "{title}");
        }
        let confidence = |title| asked(title, "US-TX", &[]).roles[0].found.hundredths;
        assert_eq!(confidence("Peer Mentor"), 100);
        assert!(confidence("Peer Mentor, College of Engineering") <= 80);
    }

    #[test]
    fn a_population_that_is_told_decides() {
        let youth = asked("Peer Specialist", "US-GA", &[Specialty::Youth]);
        assert_eq!((ids(&youth), youth.credentials[0].why), (vec!["us-ga-cps-y".to_owned()], Why::FitsPopulation));
        let named = asked("MHPS", "US-TX", &[Specialty::Family]);
        assert_eq!(ids(&named), ["us-tx-mhps", "us-tx-cfp"]);
        assert!(named.notes[0].ends_with("is not listed as being for families and caregivers."), "{:?}", named.notes);
        assert!(asked("forklift operator", "US-GA", &[Specialty::Youth]).credentials.is_empty());
    }

    #[test]
    fn where_there_is_nothing_to_ask_for_the_notes_say_why() {
        for (title, code, population, expected) in [
            (
                "forklift operator",
                "US-TX",
                &[][..],
                "The title does not show which credential an applicant must hold in Texas.",
            ),
            ("Peer Specialist", "US-SD", &[], "No known credential of South Dakota is open to applicants"),
            ("Peer Specialist", "US-TX", &[Specialty::OlderAdult], "No known credential of Texas is for older adults."),
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
}
