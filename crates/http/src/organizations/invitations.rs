//! Invitations: by mail, and accepted by whoever has the address that they went to.

use actix_web::{HttpResponse, delete, get, post, web};
use chrono::{DateTime, TimeDelta, Utc};
use peerpath_domain::people::account::EmailAddress;
use peerpath_domain::people::key::{AccountId, InvitationId, OrganizationId};
use peerpath_domain::people::organization::MemberRole;
use peerpath_persistence::invitations::{self, Invitation};
use peerpath_persistence::{accounts, members, organizations};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::members::MemberItem;
use super::{held, not_yours};
use crate::access::{AsManager, Member, Organizations, Permit};
use crate::answers;
use crate::idempotency::made_before;
use crate::input::{Creation, Draft, Faults, Json};
use crate::mail::Letter;
use crate::page::{Page, PageBody, PageParameters};
use crate::problem::Problem;
use crate::secret::LinkToken;

/// How long an invitation can be accepted.
const OPEN: TimeDelta = TimeDelta::days(7);

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(create_invitation).service(list_invitations).service(get_invitation).service(delete_invitation);
    config.service(accept_invitation);
}

/// An invitation that is open.
#[derive(Debug, Serialize, ToSchema)]
struct InvitationItem {
    /// Its key.
    id: InvitationId,
    /// The address that it was mailed to.
    #[schema(format = "email", examples("grace@example.org"))]
    email: String,
    /// What the invited person would be.
    role: MemberRole,
    /// Who invited them; null: their account was deleted.
    invited_by: Option<AccountId>,
    /// When.
    created_at: DateTime<Utc>,
    /// Until when it can be accepted.
    expires_at: DateTime<Utc>,
}

impl From<Invitation> for InvitationItem {
    fn from(invitation: Invitation) -> Self {
        let Invitation { id, email, role, invited_by, created_at, expires_at, .. } = invitation;
        Self { id, email, role, invited_by: invited_by.map(Into::into), created_at, expires_at }
    }
}

/// Whom to invite.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InvitationDraft {
    /// Their address.
    #[schema(format = "email", min_length = 3, max_length = 254, examples("grace@example.org"))]
    email: String,
    /// What they are to be.
    role: MemberRole,
}

impl Draft for InvitationDraft {
    type Checked = (EmailAddress, MemberRole);

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        Some((faults.take("/email", self.email.parse())?, self.role))
    }
}

fn unknown() -> Problem {
    Problem::not_found("open invitation with this id")
}

/// Invite somebody
///
/// For managers and owners. A mail goes to the address; an open invitation to it is replaced.
#[utoipa::path(
    tag = "organizations",
    request_body = InvitationDraft,
    params(
        ("organization_id" = OrganizationId, Path, description = "The organization"),
        ("Idempotency-Key" = Option<String>, Header, description = "A text of your own: the same request under the same key sends no second mail"),
    ),
    responses(
        (status = CREATED, description = "The invitation", body = InvitationItem),
        (status = CONFLICT, description = "The address belongs to a member (`/problems/conflict`)"),
    ),
    security(("session" = ["organizations"]))
)]
#[post("/organizations/{organization_id}/invitations")]
async fn create_invitation(
    member: Permit<Member<AsManager>, Creation<InvitationDraft>>,
) -> Result<HttpResponse, Problem> {
    let (address, role) = member.input.draft.clone();
    let (organization, account, now) = (member.organization, member.account, member.now);
    let token = LinkToken::new(organization.0)?;
    let invitation = Invitation {
        organization_id: organization,
        id: InvitationId(Uuid::now_v7()),
        email: address.to_string(),
        email_key: address.key().into(),
        role,
        invited_by: Some(account.0),
        created_at: now,
        expires_at: now + OPEN,
    };
    let (key, issuer) = (member.input.key.clone(), member.service.tokens.issuer().to_owned());
    let service = member.service.clone();
    let event = member.event("invitation.create").within(organization).object(invitation.id);
    let invitation = member.write(async move |db| {
        let (known, own) = held(db, organization, account, MemberRole::Manager).await?;
        if let Some(made) = made_before(db, account.0, key.as_ref(), invitation.id.0, now).await? {
            let made = invitations::find(db, organization, made.into(), now).await?;
            return made.ok_or_else(|| Problem::conflict("the invitation was accepted, replaced or taken back since"));
        }
        if let Some(invited) = accounts::with_address(db, &address).await?
            && members::role(db, organization, invited.id).await?.is_some()
        {
            return Err(Problem::conflict("the address belongs to a member"));
        }
        let before = invitations::to_address(db, organization, &address).await?;
        if !own.manages(role) || before.is_some_and(|before| !own.manages(before.role)) {
            return Err(not_yours());
        }
        service.limits.mail_to("invitation", &address)?;
        service.limits.mail_by(account.0)?;
        service.limits.mail_by(organization.0)?;
        invitations::put(db, &invitation, &token.digest()).await?;
        event.record(db).await?;
        Letter::invitation(&issuer, &known.name, &token).send(db, address.as_str(), now).await?;
        Ok(invitation)
    });
    let invitation = invitation.await?;
    let location = format!("/v1/organizations/{organization}/invitations/{}", invitation.id);
    answers::created(&location, &InvitationItem::from(invitation))
}

/// List the open invitations of an organization
///
/// For managers and owners.
#[utoipa::path(
    tag = "organizations",
    params(("organization_id" = OrganizationId, Path, description = "The organization"), PageParameters),
    responses((status = OK, description = "A page of invitations, oldest first", body = PageBody<InvitationItem>)),
    security(("session" = ["organizations"]))
)]
#[get("/organizations/{organization_id}/invitations")]
async fn list_invitations(member: Permit<Member<AsManager>, Page>) -> Result<HttpResponse, Problem> {
    let (id, now) = (member.organization, member.now);
    let rows =
        member.read(async |db| invitations::list(db, id, now, member.input.after, member.input.rows()).await).await?;
    member.input.answer(rows, |one| one.id.0, InvitationItem::from)
}

type InvitationPath = web::Path<(String, String)>;

/// Read an open invitation
///
/// For managers and owners.
#[utoipa::path(
    tag = "organizations",
    params(
        ("organization_id" = OrganizationId, Path, description = "The organization"),
        ("invitation_id" = InvitationId, Path, description = "The invitation"),
    ),
    responses((status = OK, description = "The invitation", body = InvitationItem)),
    security(("session" = ["organizations"]))
)]
#[get("/organizations/{organization_id}/invitations/{invitation_id}")]
async fn get_invitation(member: Permit<Member<AsManager>>, path: InvitationPath) -> Result<HttpResponse, Problem> {
    let id: InvitationId = path.1.parse().map_err(|_| unknown())?;
    let found = member.read(async |db| invitations::find(db, member.organization, id, member.now).await).await?;
    answers::private(&InvitationItem::from(found.ok_or_else(unknown)?))
}

/// Take an invitation back
///
/// For managers and owners.
#[utoipa::path(
    tag = "organizations",
    params(
        ("organization_id" = OrganizationId, Path, description = "The organization"),
        ("invitation_id" = InvitationId, Path, description = "The invitation"),
    ),
    responses((status = NO_CONTENT, description = "It leads nowhere any more")),
    security(("session" = ["organizations"]))
)]
#[delete("/organizations/{organization_id}/invitations/{invitation_id}")]
async fn delete_invitation(member: Permit<Member<AsManager>>, path: InvitationPath) -> Result<HttpResponse, Problem> {
    let id: InvitationId = path.1.parse().map_err(|_| unknown())?;
    let (organization, account, now) = (member.organization, member.account, member.now);
    let event = member.event("invitation.take_back").within(organization).object(id);
    member
        .write(async move |db| {
            let (_, own) = held(db, organization, account, MemberRole::Manager).await?;
            let found = invitations::find(db, organization, id, now).await?.ok_or_else(unknown)?;
            if !own.manages(found.role) {
                return Err(not_yours());
            }
            invitations::remove(db, organization, id).await?;
            Ok(event.record(db).await?)
        })
        .await?;
    Ok(answers::done())
}

/// The token of an invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AcceptanceDraft {
    /// The token of the mail.
    #[schema(min_length = 64, max_length = 64)]
    token: String,
}

impl Draft for AcceptanceDraft {
    type Checked = LinkToken;

    fn check(self, faults: &mut Faults) -> Option<LinkToken> {
        faults.take("/token", self.token.parse())
    }
}

/// Accept an invitation
///
/// With the token of the mail, by whoever is signed in with the address that it went to.
#[utoipa::path(
    tag = "organizations",
    request_body = AcceptanceDraft,
    responses(
        (status = CREATED, description = "What one is in the organization now", body = MemberItem, headers(("ETag" = String, description = "Its version, for `If-Match`"))),
        (status = NOT_FOUND, description = "There is no such invitation to one's address (`/problems/not-found`)"),
        (status = CONFLICT, description = "One belongs to it already (`/problems/conflict`)"),
    ),
    security(("session" = ["organizations"]))
)]
#[post("/invitations/accept")]
async fn accept_invitation(who: Permit<Organizations, Json<AcceptanceDraft>>) -> Result<HttpResponse, Problem> {
    who.service.limits.attempt_on(who.account, who.origin.address)?;
    let Json(token) = &who.input;
    let (organization, digest, account, now) = (OrganizationId(token.about), token.digest(), who.account, who.now);
    let event = who.event("member.join").within(organization).about(account);
    let none = || Problem::not_found("open invitation to your address with this token");
    let member = who.write(async move |db| {
        organizations::lock(db, organization).await?.ok_or_else(none)?;
        let own = accounts::lock(db, account).await?.ok_or_else(none)?;
        let invitation = invitations::take(db, organization, &digest, &own.email_key, now).await?.ok_or_else(none)?;
        // Whoever invited them must still be one who may.
        let inviter = match invitation.invited_by {
            Some(inviter) => members::role(db, organization, inviter.into()).await?,
            None => None,
        };
        if inviter.is_none_or(|inviter| !inviter.manages(invitation.role)) {
            return Err(none());
        }
        if !members::add(db, organization, account, invitation.role, now).await? {
            return Err(Problem::conflict("you belong to the organization already"));
        }
        event.object(invitation.id).record(db).await?;
        members::find(db, organization, account).await?.ok_or_else(none)
    });
    let member = member.await?;
    let location = format!("/v1/organizations/{organization}/members/{account}");
    answers::created_versioned(&location, member.version, &MemberItem::from(member))
}
