//! The credentials that an applicant for a job posting must hold.

mod every_route;
mod notes;

use std::cmp::Reverse;

use serde::Serialize;
use utoipa::ToSchema;

use super::title::lexicon::likeness;
use super::title::{RoleMatch, TitleIndex};
use crate::catalog::Catalog;
use crate::catalog::credential::{Credential, CredentialStatus, Specialty};
use crate::catalog::jurisdiction::Jurisdiction;
use crate::catalog::profession::Role;
use crate::catalog::search::words;

pub use every_route::{education, experience};

/// A job posting.
#[derive(Debug, Clone, Copy)]
pub struct Posting<'a> {
    /// The title, as published.
    pub title: &'a str,
    /// The jurisdiction of the workplace.
    pub jurisdiction: &'a Jurisdiction,
    /// The setting, such as a hospital.
    pub setting: Option<&'a str>,
    /// The population that the work is for, or its function; empty: see the title.
    pub population: &'a [Specialty],
}

/// What a posting requires.
#[derive(Debug)]
pub struct PostingRequirements<'a> {
    /// The roles that the title matches, best first.
    pub roles: Vec<MeantRole<'a>>,
    /// The credentials that an employer there would ask for, best first.
    pub credentials: Vec<AskedCredential<'a>>,
    /// What is not known, and why there are no more credentials.
    pub notes: Vec<String>,
}

/// A role that a title matches.
#[derive(Debug)]
pub struct MeantRole<'a> {
    /// The role.
    pub role: &'a Role,
    /// How the title matches it.
    pub found: RoleMatch,
    /// The setting of the role that is like the setting of the posting; `None`: there is none, or the posting names
    /// none.
    pub setting: Option<&'a str>,
}

/// A credential that an employer would ask for.
#[derive(Debug, Clone, Copy)]
pub struct AskedCredential<'a> {
    /// The credential.
    pub credential: &'a Credential,
    /// Why it is asked for.
    pub why: Reason,
}

/// Why a credential is asked for; the first reason that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The title names it, by acronym or by title.
    NamedInTitle,
    /// It is for the population of the posting.
    FitsPopulation,
    /// It is for the population that the role serves.
    FitsRole,
}

/// What a posting requires.
///
/// The credentials are the active ones of the jurisdiction, and national ones whose acronym the title has. The title
/// of a credential counts as named only if the posting is not for others. Without a population, a credential fits if
/// it is for people whom the title names, such as families, or, if the jurisdiction has no such credential, for people
/// whom the roles serve. A title that matches no role and names no credential requires nothing.
///
/// Credentials that the title names come first, then those that fit the population or the role. Among these, the order
/// is: for the population that is named or served first; for more of the populations; a title more like that of the
/// posting; for fewer other populations. Endorsements of another credential come last.
#[must_use]
pub fn ask<'a>(catalog: &'a Catalog, titles: &TitleIndex, posting: Posting<'a>) -> PostingRequirements<'a> {
    let code = &posting.jurisdiction.code;
    let title = titles.read(posting.title, code);
    let roles = roles(catalog, title.roles.clone(), posting.setting);
    let own: Vec<&Credential> = catalog.credentials_of(code).collect();
    let active = |one: &&Credential| one.status == CredentialStatus::Active;
    let is_for =
        |one: &Credential, whom: &[Specialty]| one.specialties.iter().any(|specialty| whom.contains(specialty));
    let mut named: Vec<&Credential> = Vec::new();
    for found in &title.named {
        let credential = catalog.credentials.get(found.credential);
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
            Some(Reason::NamedInTitle)
        } else if !means_something || !is_for(one, &wanted) {
            None
        } else if posting.population.is_empty() {
            Some(Reason::FitsRole)
        } else {
            Some(Reason::FitsPopulation)
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
    notes.splice(
        0..0,
        title.ambiguous_acronyms.iter().filter_map(|one| notes::ambiguous_acronym(catalog, posting.jurisdiction, one)),
    );
    PostingRequirements { roles, credentials, notes }
}

/// The roles that the title matches. Of roles with the same confidence, those that list the setting come first.
fn roles<'a>(catalog: &'a Catalog, found: Vec<RoleMatch>, setting: Option<&str>) -> Vec<MeantRole<'a>> {
    let mut roles: Vec<MeantRole<'_>> = found
        .into_iter()
        .filter_map(|found| {
            let role = catalog.roles.get(&found.role)?;
            Some(MeantRole { role, found, setting: setting.and_then(|setting| setting_of(role, setting)) })
        })
        .collect();
    roles.sort_by_key(|role| (Reverse(role.found.hundredths), role.setting.is_none()));
    roles
}

/// The setting of a role that has every word of the given setting, or a similar one.
fn setting_of<'a>(role: &'a Role, asked: &str) -> Option<&'a str> {
    let asked = words(asked);
    let fits = |setting: &&String| {
        let known = words(setting);
        !asked.is_empty() && asked.iter().all(|word| known.iter().any(|held| likeness(word, held).is_some()))
    };
    role.settings.iter().find(fits).map(String::as_str)
}

/// The populations that the roles serve, those of the best role first.
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

    fn asked(title: &'static str, code: &str, population: &'static [Specialty]) -> PostingRequirements<'static> {
        let jurisdiction = catalog().jurisdictions.get(&code.parse().unwrap()).unwrap();
        ask(catalog(), &TITLES, Posting { title, jurisdiction, setting: None, population })
    }

    fn ids(asked: &PostingRequirements<'_>) -> Vec<String> {
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
        assert_eq!(asked("Recovery Coach", "US-VT", &[]).credentials[0].why, Reason::NamedInTitle);
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
            let named = asked.credentials.iter().filter(|one| one.why == Reason::NamedInTitle);
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
        assert!(shelter.credentials.iter().all(|one| one.why == Reason::FitsRole), "{shelter:?}");
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
        assert_eq!((ids(&youth), youth.credentials[0].why), (vec!["us-ga-cps-y".to_owned()], Reason::FitsPopulation));
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
            let jurisdiction = catalog().jurisdictions.get(&"US-TX".parse().unwrap()).unwrap();
            let posting = Posting { title, jurisdiction, setting: Some(setting), population: &[] };
            ask(catalog(), &TITLES, posting).roles.first().and_then(|role| role.setting)
        };
        assert_eq!(found("Peer Specialist", "Hospitals"), Some("hospital"));
        assert_eq!(found("Peer Bridger", "psychiatric hospital"), Some("psychiatric hospital"));
        assert_eq!(found("Peer Specialist", "submarine"), None);
    }
}
