//! How far each jurisdiction accepts a credential, and what is missing there.

use chrono::NaiveDate;
use peerpath_domain::catalog::credential::Reciprocity;
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

use super::request::{Accepts, AsOf, CredentialFilter, PageRequest};
use super::response::{Answer, CredentialMention, FeesAhead, GuidanceListMeta, Path, RequirementVerdict, sources};
use crate::web::{Body, Endpoints, GuidanceReader, Permit, Plain, Problem, endpoints};

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: post_transfers);
}

/// A held credential, and where to transfer it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "held": {"credential": "us-wa-cpss", "issued_on": "2023-06-30"}, "through_ic_rc": false,
    "profile": {"lives_in": "US-OR"}, "jurisdictions": ["US-OR", "US-TX"]
}))]
struct TransferRequest {
    /// The held credential.
    held: HeldCredential,
    /// Whether a member board of IC&RC issued it; null if not known.
    #[serde(default)]
    through_ic_rc: Option<bool>,
    /// Whether the holder earned it by one of its routes; null is taken for true. If false (by reciprocity, say, or long ago), nothing is credited for it.
    #[serde(default)]
    earned_by_route: Option<bool>,
    /// The holder's profile; null for an empty one. It is neither stored nor logged.
    #[serde(default)]
    profile: Option<Profile>,
    /// Where to transfer it: codes of jurisdictions, ids of credentials, `national`; null for anywhere.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 200, examples(json!(["US-OR", "US-TX"])))]
    jurisdictions: Option<Vec<String>>,
    /// The date whose facts to use; null for today.
    #[serde(default)]
    as_of: Option<NaiveDate>,
    /// The most jurisdictions of a page; null for 50.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// `next_cursor` of the page before, with all other fields unchanged.
    #[serde(default)]
    #[schema(max_length = 400)]
    cursor: Option<String>,
}

impl Plain for TransferRequest {}

/// The jurisdictions, best first.
#[derive(Serialize, ToSchema)]
struct TransferList<'a> {
    /// The jurisdictions, by what they accept, then by what is missing for the closest of their credentials. Jurisdictions without a credential come last.
    items: Vec<JurisdictionTransfer<'a>>,
    /// Where the next page begins; null on the last page.
    next_cursor: Option<String>,
    /// What the credential implies of a holder who earned it by one of its routes, as of the requested date. It was credited.
    implied: Profile,
    /// The requirements from which it follows.
    implied_by: Vec<ImpliedBy<'a>>,
    /// The sources of the page's facts, in full.
    sources: Vec<&'a Source>,
    /// List metadata.
    meta: GuidanceListMeta,
}

/// A requirement from which an implied fact follows.
#[derive(Debug, Serialize, ToSchema)]
struct ImpliedBy<'a> {
    /// The requirement.
    #[schema(value_type = RequirementPath)]
    requirement: Path<'a>,
    /// The source that states it.
    source: &'a SourceId,
}

/// The transfer options in a jurisdiction.
#[derive(Debug, Serialize, ToSchema)]
struct JurisdictionTransfer<'a> {
    /// The jurisdiction's code; null for national credentials.
    jurisdiction: Option<&'a JurisdictionCode>,
    /// The jurisdiction's name; null for national credentials.
    name: Option<&'a str>,
    /// Whether it certifies peer specialists; null for national credentials.
    program_status: Option<&'a ProgramStatus>,
    /// The most that one of its credentials accepts.
    acceptance: Acceptance,
    /// Its credentials, the best first; empty if the catalog has none.
    credentials: Vec<CredentialTransfer<'a>>,
}

/// The transfer to another credential.
#[derive(Debug, Serialize, ToSchema)]
struct CredentialTransfer<'a> {
    /// The other credential.
    credential: CredentialMention<'a>,
    /// Whether it accepts the held credential.
    acceptance: Acceptance,
    /// Its rules on credentials that it accepts; null if not stated. The note may have conditions.
    reciprocity: Option<&'a Reciprocity>,
    /// The route that requires a credential like the held one, among other things; null if there is none.
    route: Option<&'a RouteId>,
    /// The holder's outcome without acceptance: that of the best route, with everything credited that the held credential implies.
    outcome: Outcome,
    /// The id of the best route; null if no route is known.
    best_route: Option<&'a RouteId>,
    /// Whether its list of requirements is known to be complete; null if no route is known.
    completeness: Option<Completeness>,
    /// Its requirements that are unmet or unknown.
    missing: Vec<RequirementVerdict<'a>>,
    /// The remaining hours by it; null if no route is known.
    hours_ahead: Option<HoursAhead>,
    /// The remaining fees; null if no fee on the way is stated.
    fees_ahead_usd: Option<FeesAhead<'a>>,
    /// The earliest date by which every waiting period is over; null if unknown or never.
    earliest_date: Option<NaiveDate>,
}

impl<'a> From<Transfer<'a>> for CredentialTransfer<'a> {
    fn from(transfer: Transfer<'a>) -> Self {
        let Transfer { assessment, acceptance, reciprocity, route } = transfer;
        let (credential, outcome) = (assessment.credential, assessment.outcome);
        let mut transfer = Self {
            credential: credential.into(),
            acceptance,
            reciprocity,
            route: route.map(|route| &route.id),
            outcome,
            best_route: None,
            completeness: None,
            missing: Vec::new(),
            hours_ahead: None,
            fees_ahead_usd: None,
            earliest_date: None,
        };
        if let Some(best) = assessment.routes.into_iter().next() {
            let verdicts = best.judgments.into_iter().map(|one| RequirementVerdict::new(credential, best.route, one));
            transfer.missing = verdicts.filter(|verdict| !verdict.is_met()).collect();
            transfer.best_route = Some(&best.route.id);
            transfer.completeness = Some(best.route.completeness);
            transfer.hours_ahead = Some(best.hours_ahead);
            transfer.fees_ahead_usd = best.fees_ahead.map(|ahead| FeesAhead::new(credential, ahead));
            transfer.earliest_date = best.earliest_date;
        }
        transfer
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

/// Find transfer options
///
/// Returns for every jurisdiction whether it accepts a held credential by reciprocity, in part or not, and what is missing
/// after crediting everything that the credential implies. Nothing is stored.
#[utoipa::path(post, path = "/transfers", tag = "guidance")]
async fn post_transfers(
    caller: Permit<GuidanceReader, (Accepts, Body<TransferRequest>)>,
) -> Result<Answer<TransferList<'static>>, Problem> {
    let Permit { context, input: (_, Body(request)) } = caller;
    let as_of = AsOf::of(&context, request.as_of).await?;
    let page = PageRequest { limit: request.limit, cursor: request.cursor.as_deref() };
    let filter = as_of.check(|checker| {
        checker.taken_along("/held", &request.held);
        if let Some(profile) = &request.profile {
            checker.profile("/profile", profile);
        }
        page.check(checker);
        CredentialFilter::parse("/jurisdictions", request.jurisdictions.as_deref(), checker)
    })?;

    let catalog = &as_of.snapshot.catalog;
    let held = request.held.credential.as_ref().and_then(|id| catalog.credentials.get(id));
    let holding = Holding { held: &request.held, credential: held, through_ic_rc: request.through_ic_rc };
    let nothing = Profile::default();
    let earned = request.earned_by_route != Some(false);
    let implied = credited(&nothing, holding, earned, as_of.date);
    let profile = credited(request.profile.as_ref().unwrap_or(&nothing), holding, earned, as_of.date);
    let implied_by = |credential| {
        implying(credential).map(move |(route, requirement)| ImpliedBy {
            requirement: Path::new(credential, route, requirement),
            source: &requirement.source,
        })
    };
    let implied_by: Vec<ImpliedBy<'_>> = held.filter(|_| earned).into_iter().flat_map(implied_by).collect();
    let applicant = Applicant::new(&profile, catalog, as_of.date);
    let ranked = transfers(catalog, holding, &applicant, |credential| filter.has(credential));

    let requested = catalog.jurisdictions.iter().filter(|jurisdiction| filter.has_jurisdiction(&jurisdiction.code));
    let places = by_jurisdiction(ranked, catalog, requested);
    let id =
        |place: &JurisdictionTransfers<'_>| place.jurisdiction.map_or("national", |one| one.code.as_str()).to_owned();
    let page = page.cut(places, id, "transfers", &as_of)?.map(JurisdictionTransfer::from);
    let named = page.items.iter().flat_map(JurisdictionTransfer::sources);
    let named = named.chain(implied_by.iter().map(|one| one.source));
    Answer::new(&TransferList {
        sources: sources(&as_of.snapshot, named),
        items: page.items,
        next_cursor: page.next_cursor,
        implied,
        implied_by,
        meta: page.meta,
    })
}
