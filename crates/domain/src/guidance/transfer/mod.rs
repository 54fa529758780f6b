//! What a credential is worth in other jurisdictions.

mod holding;
mod implied;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::applicant::Applicant;
use super::assessment::{Assessment, assess};
use super::judge::is_meant;
use crate::catalog::Catalog;
use crate::catalog::credential::{Credential, Reciprocity, Route};
use crate::catalog::identifier::Identifier;
use crate::catalog::jurisdiction::Jurisdiction;
use crate::catalog::reference::CredentialReference;
use crate::catalog::requirement::Condition;

pub use holding::Holding;
pub use implied::{credited, implying};

/// Whether a credential accepts another, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Acceptance {
    /// It is the same credential.
    Held,
    /// Accepted by reciprocity that names the credential, its jurisdiction or its board. A note may state conditions.
    Accepted,
    /// Accepted in part: any state’s credential case by case, or by a route that requires such a credential and more.
    InPart,
    /// Not known: other credentials are accepted, and this one may be among them. Its board may belong to IC&RC, it is
    /// provisional, or the catalog does not have it.
    Unknown,
    /// No source says that it is accepted.
    NotStated,
    /// A source says that no credential is accepted.
    NotAccepted,
}

/// What a credential is worth toward another.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfer<'a> {
    /// Whether it is accepted.
    pub acceptance: Acceptance,
    /// The reciprocity that the target states.
    pub reciprocity: Option<&'a Reciprocity>,
    /// The route that requires a credential like this one.
    pub route: Option<&'a Route>,
    /// The assessment of the holder, with everything credited that the credential implies.
    pub assessment: Assessment<'a>,
}

/// Compares a credential with a target; `applicant` has the holder’s profile with everything credited that it implies.
#[must_use]
pub fn transfer<'a>(target: &'a Credential, holding: Holding<'_>, applicant: &Applicant<'a>) -> Transfer<'a> {
    let assessment = assess(target, applicant);
    let reciprocity = target.reciprocity.as_ref();
    let route = holding.credential.and_then(|held| {
        let asks = |condition: &Condition| match condition {
            Condition::HoldsCredential { any_of } => any_of.iter().any(|reference| is_meant(reference, held, target)),
            _ => false,
        };
        let asks = |route: &&Route| route.requirements.iter().any(|requirement| asks(&requirement.condition));
        target.routes.iter().find(asks)
    });
    let by_reciprocity = reciprocity.map_or(Acceptance::NotStated, |stated| accepts(stated, target, holding));
    let acceptance = match by_reciprocity {
        _ if holding.credential.is_some_and(|held| held.id == target.id) => Acceptance::Held,
        Acceptance::Accepted => Acceptance::Accepted,
        _ if route.is_some() => Acceptance::InPart,
        other => other,
    };
    Transfer { acceptance, reciprocity, route, assessment }
}

fn accepts(reciprocity: &Reciprocity, target: &Credential, holding: Holding<'_>) -> Acceptance {
    let one = |reference: &CredentialReference| match (reference, holding.credential) {
        (CredentialReference::None, _) => Acceptance::NotAccepted,
        (CredentialReference::IcRc, _) if holding.through_ic_rc == Some(true) => Acceptance::Accepted,
        (CredentialReference::AnyState, Some(held)) if is_meant(reference, held, target) => Acceptance::InPart,
        (_, Some(held)) if is_meant(reference, held, target) => Acceptance::Accepted,
        // No source says whether a provisional one is enough, and a title outside the catalog may be anything.
        (reference, Some(held)) if held.is_provisional() && held.is_meant_by(reference) => Acceptance::Unknown,
        (CredentialReference::IcRc, _) if holding.through_ic_rc.is_none() => Acceptance::Unknown,
        (CredentialReference::IcRc, _) | (_, Some(_)) => Acceptance::NotStated,
        (_, None) => Acceptance::Unknown,
    };
    reciprocity.accepts.iter().map(one).min().unwrap_or(Acceptance::NotStated)
}

/// What a credential is worth toward each of the others: best acceptance first, then closest.
pub fn transfers<'a>(
    catalog: &'a Catalog,
    holding: Holding<'_>,
    applicant: &Applicant<'a>,
    wanted: impl Fn(&Credential) -> bool,
) -> Vec<Transfer<'a>> {
    let targets = catalog.credentials.iter().filter(|credential| wanted(credential));
    let mut transfers: Vec<Transfer<'_>> = targets.map(|target| transfer(target, holding, applicant)).collect();
    transfers.sort_by(|a, b| {
        (a.acceptance, a.assessment.distance)
            .cmp(&(b.acceptance, b.assessment.distance))
            .then_with(|| a.assessment.credential.id.as_str().cmp(b.assessment.credential.id.as_str()))
    });
    transfers
}

/// What a credential is worth in a jurisdiction.
#[derive(Debug, Clone, PartialEq)]
pub struct JurisdictionTransfers<'a> {
    /// The jurisdiction; `None`: national credentials.
    pub jurisdiction: Option<&'a Jurisdiction>,
    /// The best acceptance by one of its credentials.
    pub acceptance: Acceptance,
    /// Toward each of its credentials, best first; empty: it has none.
    pub transfers: Vec<Transfer<'a>>,
}

/// Groups the result of [`transfers`] by jurisdiction, in order of the best credential. Jurisdictions of
/// `jurisdictions` without credentials come last.
pub fn by_jurisdiction<'a>(
    transfers: Vec<Transfer<'a>>,
    catalog: &'a Catalog,
    jurisdictions: impl Iterator<Item = &'a Jurisdiction>,
) -> Vec<JurisdictionTransfers<'a>> {
    let mut places: Vec<JurisdictionTransfers<'a>> = Vec::new();
    let mut put = |jurisdiction: Option<&'a Jurisdiction>, transfer: Option<Transfer<'a>>| {
        let code = |one: Option<&'a Jurisdiction>| one.map(|one| &one.code);
        let known = places.iter_mut().find(|place| code(place.jurisdiction) == code(jurisdiction));
        if let Some(place) = known {
            place.transfers.extend(transfer);
        } else {
            let acceptance = transfer.as_ref().map_or(Acceptance::NotStated, |transfer| transfer.acceptance);
            places.push(JurisdictionTransfers { jurisdiction, acceptance, transfers: transfer.into_iter().collect() });
        }
    };
    for transfer in transfers {
        let code = transfer.assessment.credential.jurisdiction.as_ref();
        put(code.and_then(|code| catalog.jurisdictions.get(code)), Some(transfer));
    }
    jurisdictions.for_each(|jurisdiction| put(Some(jurisdiction), None));
    places
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::guidance::assessment::Outcome;
    use crate::guidance::catalog;
    use crate::guidance::profile::HeldCredential;
    use crate::guidance::profile::Profile;

    pub fn today() -> NaiveDate {
        "2026-11-25".parse().unwrap()
    }

    pub fn holds(id: &str, issued_on: Option<&str>) -> HeldCredential {
        let issued_on = issued_on.map(|day| day.parse().unwrap());
        HeldCredential { credential: Some(id.parse().unwrap()), title: None, issued_on, expires_on: None }
    }

    fn acceptance(held: &str, target: &str, through_ic_rc: Option<bool>) -> Acceptance {
        let held = holds(held, None);
        let credential = held.credential.as_ref().and_then(|id| catalog().credentials.get(id));
        let holding = Holding { held: &held, credential, through_ic_rc };
        let profile = credited(&Profile::default(), holding, true, today());
        let applicant = Applicant::new(&profile, catalog(), today());
        transfer(catalog().credentials.get(&target.parse().unwrap()).unwrap(), holding, &applicant).acceptance
    }

    #[test]
    fn what_a_credential_says_of_others_decides() {
        for (held, target, through_ic_rc, expected) in [
            ("us-wa-cpss", "us-or-pss", None, Acceptance::Accepted),
            ("us-wa-cpss", "us-tx-mhps", None, Acceptance::InPart),
            ("us-tx-mhps", "us-tx-rsps", None, Acceptance::NotStated),
            ("us-tx-mhps", "us-tx-mhps", None, Acceptance::Held),
            ("us-tx-mhps", "us-nc-cpss", None, Acceptance::NotAccepted),
            ("us-tx-mhps", "us-ca-cmpss", None, Acceptance::InPart),
            ("us-az-cprs", "us-md-cprs", None, Acceptance::Unknown),
            ("us-az-cprs", "us-md-cprs", Some(true), Acceptance::Accepted),
            ("us-az-cprs", "us-md-cprs", Some(false), Acceptance::NotStated),
            ("us-wa-cpsst", "us-or-pss", None, Acceptance::Unknown),
            ("us-wa-cpsst", "us-ca-cmpss", None, Acceptance::Unknown),
            ("ic-rc-pr", "us-md-cprs", None, Acceptance::Accepted),
            ("naadac-ncprss", "us-va-rprs", None, Acceptance::Accepted),
        ] {
            assert_eq!(acceptance(held, target, through_ic_rc), expected, "{held} in {target}");
        }
    }

    #[test]
    fn nothing_is_concluded_from_a_credential_that_the_catalog_does_not_know() {
        let held =
            HeldCredential { credential: None, title: Some("Peer Mentor".into()), issued_on: None, expires_on: None };
        let holding = Holding { held: &held, credential: None, through_ic_rc: None };
        let profile = credited(&Profile::default(), holding, true, today());
        assert_eq!(profile, Profile { credentials_held: Some(vec![held.clone()]), ..Profile::default() });
        let applicant = Applicant::new(&profile, catalog(), today());
        let all = transfers(catalog(), holding, &applicant, |_| true);
        assert!(
            all.iter()
                .all(|one| one.acceptance >= Acceptance::Unknown && one.assessment.outcome >= Outcome::Undetermined)
        );
    }
}
