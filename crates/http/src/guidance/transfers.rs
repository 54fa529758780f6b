//! What a credential that is held is worth in each jurisdiction.

use actix_web::{HttpResponse, post};
use chrono::NaiveDate;
use peerpath_domain::catalog::credential::{Credential, Reciprocity};
use peerpath_domain::catalog::identifier::{Identifier, JurisdictionCode, RequirementPath, RouteId, SourceId};
use peerpath_domain::catalog::jurisdiction::ProgramStatus;
use peerpath_domain::catalog::source::{Completeness, Source};
use peerpath_domain::guidance::applicant::Applicant;
use peerpath_domain::guidance::assessment::{HoursAhead, Outcome};
use peerpath_domain::guidance::profile::{HeldCredential, Profile};
use peerpath_domain::guidance::transfer::{
    Acceptance, Holding, JurisdictionTransfers, Transfer, by_jurisdiction, credited, implying, transfers,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::{AcceptsJson, Choice, Day, MadeListMeta, PageAsked};
use super::shown::{CredentialMention, FeesAhead, Path, RequirementVerdict};
use super::sources;
use crate::access::{Guided, Permit};
use crate::answers;
use crate::input::{Json, Plain};
use crate::problem::Problem;

/// A credential that is held, and where to take it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "held": {"credential": "us-wa-cpss", "issued_on": "2023-06-30"}, "through_ic_rc": false,
    "profile": {"lives_in": "US-OR"}, "jurisdictions": ["US-OR", "US-TX"]
}))]
pub struct TransferRequest {
    /// The credential that is held.
    held: HeldCredential,
    /// Whether a member board of IC&RC issued it; null: not known.
    #[serde(default)]
    through_ic_rc: Option<bool>,
    /// Whether it was earned by one of its routes; null: that is supposed. If not (by reciprocity, say, or long ago), nothing is credited for it.
    #[serde(default)]
    earned_by_route: Option<bool>,
    /// What its holder says of themself besides; null: nothing. It is neither stored nor logged.
    #[serde(default)]
    profile: Option<Profile>,
    /// Where to take it: codes of jurisdictions, ids of credentials, `national`; null: anywhere.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 200, examples(json!(["US-OR", "US-TX"])))]
    jurisdictions: Option<Vec<String>>,
    /// The day that is asked for, with the facts of that day; null: today.
    #[serde(default)]
    as_of: Option<NaiveDate>,
    /// How many jurisdictions a page has at the most; null: 50.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// Where to go on: `next_cursor` of the page before, with everything else as it was.
    #[serde(default)]
    #[schema(max_length = 400)]
    cursor: Option<String>,
}

impl Plain for TransferRequest {}

/// Jurisdictions, where the credential is worth most first.
#[derive(Serialize, ToSchema)]
pub struct TransferList<'a> {
    /// The jurisdictions, by what they accept, then by what is missing in the closest of their credentials. Those that have no credential come last.
    items: Vec<JurisdictionTransfer<'a>>,
    /// Where the next page begins; null on the last.
    next_cursor: Option<String>,
    /// What the credential implies of whoever earned it by one of its routes, as they are on the day that is asked for; this was credited.
    implied: Profile,
    /// The requirements that this rests on.
    implied_by: Vec<ImpliedBy<'a>>,
    /// The sources of the page's facts, in full.
    sources: Vec<&'a Source>,
    /// What the list says of itself.
    meta: MadeListMeta,
}

/// A requirement that something implied rests on.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImpliedBy<'a> {
    /// The requirement.
    #[schema(value_type = RequirementPath)]
    requirement: Path<'a>,
    /// The source that states it.
    source: &'a SourceId,
}

/// What the credential is worth in a jurisdiction.
#[derive(Debug, Serialize, ToSchema)]
pub struct JurisdictionTransfer<'a> {
    /// The jurisdiction's code; null: national credentials.
    jurisdiction: Option<&'a JurisdictionCode>,
    /// Its name; null: national credentials.
    name: Option<&'a str>,
    /// Whether it certifies peer specialists; null: national credentials.
    program_status: Option<&'a ProgramStatus>,
    /// The most that one of its credentials accepts.
    acceptance: Acceptance,
    /// Its credentials, the best first. Empty: it has none here.
    credentials: Vec<CredentialTransfer<'a>>,
}

/// What the credential is worth toward another.
#[derive(Debug, Serialize, ToSchema)]
pub struct CredentialTransfer<'a> {
    /// The other credential.
    credential: CredentialMention<'a>,
    /// Whether it accepts the one that is held.
    acceptance: Acceptance,
    /// What it says of credentials that it accepts; null: not stated. Its note may have conditions.
    reciprocity: Option<&'a Reciprocity>,
    /// The route that asks for a credential like the one that is held, among other things; null: there is none.
    route: Option<&'a RouteId>,
    /// Where the holder stands without being accepted: the outcome of the best route, with what the credential implies credited.
    outcome: Outcome,
    /// That route; null where none is known.
    best_route: Option<&'a RouteId>,
    /// Whether its list of requirements is known to be whole; null where no route is known.
    completeness: Option<Completeness>,
    /// Its requirements that are not met, or of which that is not known.
    missing: Vec<RequirementVerdict<'a>>,
    /// Hours still ahead by it; null where no route is known.
    hours_ahead: Option<HoursAhead>,
    /// Fees still ahead; null: none that is paid on the way is stated.
    fees_ahead_usd: Option<FeesAhead<'a>>,
    /// The first day on which time alone stands in the way no more; null: that cannot be told, or there is none.
    earliest_date: Option<NaiveDate>,
}

impl<'a> From<Transfer<'a>> for CredentialTransfer<'a> {
    fn from(transfer: Transfer<'a>) -> Self {
        let credential: &Credential = transfer.assessment.credential;
        let outcome = transfer.assessment.outcome;
        let best = transfer.assessment.routes.into_iter().next();
        let (best_route, completeness) =
            (best.as_ref().map(|best| &best.route.id), best.as_ref().map(|best| best.route.completeness));
        let (hours_ahead, fees, earliest_date) = best
            .as_ref()
            .map_or((None, None, None), |best| (Some(best.hours_ahead), best.fees_ahead, best.earliest_date));
        let shown = best.into_iter().flat_map(|best| {
            let id = &best.route.id;
            best.judgments.into_iter().map(move |one| RequirementVerdict::new(credential, id, one))
        });
        Self {
            credential: credential.into(),
            acceptance: transfer.acceptance,
            reciprocity: transfer.reciprocity,
            route: transfer.route.map(|route| &route.id),
            outcome,
            best_route,
            completeness,
            missing: shown.filter(|verdict| !verdict.is_met()).collect(),
            hours_ahead,
            fees_ahead_usd: fees.map(|ahead| FeesAhead::new(credential, ahead)),
            earliest_date,
        }
    }
}

impl<'a> CredentialTransfer<'a> {
    fn sources(&self) -> impl Iterator<Item = &'a SourceId> {
        let of_fees = self.fees_ahead_usd.iter().flat_map(FeesAhead::sources);
        let of_reciprocity = self.reciprocity.iter().map(|stated| &stated.source);
        of_reciprocity.chain(self.missing.iter().map(RequirementVerdict::source)).chain(of_fees)
    }
}

impl<'a> From<JurisdictionTransfers<'a>> for JurisdictionTransfer<'a> {
    fn from(place: JurisdictionTransfers<'a>) -> Self {
        Self {
            jurisdiction: place.jurisdiction.map(|jurisdiction| &jurisdiction.code),
            name: place.jurisdiction.map(|jurisdiction| &*jurisdiction.name),
            program_status: place.jurisdiction.map(|jurisdiction| &jurisdiction.program_status),
            acceptance: place.acceptance,
            credentials: place.transfers.into_iter().map(Into::into).collect(),
        }
    }
}

impl<'a> JurisdictionTransfer<'a> {
    fn sources(&self) -> impl Iterator<Item = &'a SourceId> {
        let of_program = self.program_status.and_then(|status| status.source.as_ref());
        of_program.into_iter().chain(self.credentials.iter().flat_map(CredentialTransfer::sources))
    }
}

/// Take a credential elsewhere
///
/// A credential that is held, against every jurisdiction: whether it is accepted by reciprocity, in part or not, and what is
/// missing when what it implies is credited. Computed and forgotten.
#[utoipa::path(
    tag = "guidance",
    request_body = TransferRequest,
    responses((status = OK, description = "The jurisdictions, where it is worth most first", body = TransferList)),
    security(("oauth2" = ["guidance"]))
)]
#[post("/transfers")]
pub async fn post_transfers(
    who: Permit<Guided, (AcceptsJson, Json<TransferRequest>)>,
) -> Result<HttpResponse, Problem> {
    let (_, Json(request)) = &who.input;
    let day = Day::of(&who.service, who.now, request.as_of).await?;
    let page = PageAsked { limit: request.limit, cursor: request.cursor.as_deref() };
    let choice = day.check(|checker| {
        checker.taken_along("/held", &request.held);
        if let Some(profile) = &request.profile {
            checker.profile("/profile", profile);
        }
        page.check(checker);
        Choice::read("/jurisdictions", request.jurisdictions.as_deref(), checker)
    })?;

    let catalog = &day.snapshot.catalog;
    let held = request.held.credential.as_ref().and_then(|id| catalog.credentials.get(id));
    let holding = Holding { held: &request.held, credential: held, through_ic_rc: request.through_ic_rc };
    let nothing = Profile::default();
    let earned = request.earned_by_route != Some(false);
    let implied = credited(&nothing, holding, earned, day.day);
    let profile = credited(request.profile.as_ref().unwrap_or(&nothing), holding, earned, day.day);
    let implied_by = |credential| {
        implying(credential).map(move |(route, requirement)| ImpliedBy {
            requirement: Path::new(credential, &route.id, &requirement.id),
            source: &requirement.source,
        })
    };
    let implied_by: Vec<ImpliedBy<'_>> = held.filter(|_| earned).into_iter().flat_map(implied_by).collect();
    let applicant = Applicant::new(&profile, catalog, day.day);
    let ranked = transfers(catalog, holding, &applicant, |credential| choice.has(credential));

    let asked = catalog.jurisdictions.iter().filter(|jurisdiction| choice.has_jurisdiction(&jurisdiction.code));
    let id =
        |place: &JurisdictionTransfers<'_>| place.jurisdiction.map_or("national", |one| one.code.as_str()).to_owned();
    let page =
        page.cut(by_jurisdiction(ranked, catalog, asked), id, "transfers", &day)?.map(JurisdictionTransfer::from);
    let named = page.items.iter().flat_map(JurisdictionTransfer::sources);
    let named = named.chain(implied_by.iter().map(|one| one.source));
    let sources = sources(&day.snapshot, named);
    answers::private(&TransferList {
        items: page.items,
        next_cursor: page.next_cursor,
        implied,
        implied_by,
        sources,
        meta: page.meta,
    })
}
