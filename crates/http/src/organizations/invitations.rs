//! Invitations: sent by mail, and accepted by the person who signs in with the address.

use chrono::{DateTime, TimeDelta, Utc};
use peerpath_domain::people::account::EmailAddress;
use peerpath_domain::people::audit::Action;
use peerpath_domain::people::key::{AccountId, InvitationId, OrganizationId};
use peerpath_domain::people::organization::MemberRole;
use peerpath_persistence::invitations::{self, Invitation};
use peerpath_persistence::{accounts, members, organizations};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::members::MemberItem;
use crate::service::mail::Message;
use crate::service::secret::LinkToken;
use crate::web::{
    AsManager, Body, Created, Creation, Draft, Endpoints, Faults, Json, Member, NoContent, OrganizationUser, Page,
    PageRequest, Path, Permit, Problem, Versioned, endpoints,
};

/// How long an invitation can be accepted.
const OPEN: TimeDelta = TimeDelta::days(7);

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: create_invitation, list_invitations, get_invitation, delete_invitation, accept_invitation);
}

/// An open invitation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invitation)]
struct InvitationItem {
    /// Id of the invitation.
    id: InvitationId,
    /// E-mail address that the invitation was sent to.
    #[schema(format = "email", examples("grace@example.org"))]
    email: String,
    /// Offered role.
    role: MemberRole,
    /// Account of the member who sent the invitation; null when it was deleted.
    invited_by: Option<AccountId>,
    /// When the invitation was sent.
    created_at: DateTime<Utc>,
    /// When the invitation expires.
    expires_at: DateTime<Utc>,
}

impl From<Invitation> for InvitationItem {
    fn from(invitation: Invitation) -> Self {
        let Invitation { id, email, role, invited_by, created_at, expires_at, .. } = invitation;
        Self { id, email, role, invited_by: invited_by.map(Into::into), created_at, expires_at }
    }
}

/// A new invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InvitationRequest)]
struct InvitationDraft {
    /// E-mail address to invite.
    #[schema(format = "email", min_length = 3, max_length = 254, examples("grace@example.org"))]
    email: String,
    /// Role to offer.
    role: MemberRole,
}

impl Draft for InvitationDraft {
    type Checked = (EmailAddress, MemberRole);

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        Some((faults.take("/email", self.email.parse())?, self.role))
    }
}

fn not_found() -> Problem {
    Problem::not_found("Open invitation not found")
}

fn forbidden() -> Problem {
    Problem::forbidden("Your role in the organization does not allow you to offer or withdraw this role")
}

/// Invite somebody
///
/// For managers and owners. Mails the invitation, and replaces an open invitation to the same address.
#[utoipa::path(
    post,
    path = "/organizations/{organization_id}/invitations",
    tag = "organizations",
    responses((status = CONFLICT, description = "The address belongs to a member (`/problems/conflict`)"))
)]
async fn create_invitation(
    manager: Permit<Member<AsManager>, Creation<InvitationDraft>>,
) -> Result<Created<Json<InvitationItem>>, Problem> {
    let organization = manager.organization;
    let invitation = manager.create(
        Action::InvitationCreate,
        async |tx, manager, (address, role), id| {
            let (organization, now) = (manager.organization, manager.now);
            if let Some(invited) = accounts::with_address(tx, &address).await?
                && members::role(tx, organization, invited.id).await?.is_some()
            {
                return Err(Problem::conflict("The address belongs to a member"));
            }
            let before = invitations::to_address(tx, organization, &address).await?;
            let own = tx.right.role;
            if !own.manages(role) || before.is_some_and(|before| !own.manages(before.role)) {
                return Err(forbidden());
            }
            let limits = &manager.service.limits;
            limits.mail_to("invitation", &address)?;
            limits.mail_by(manager.account.0)?;
            limits.mail_by(organization.0)?;
            let token = LinkToken::new(organization.0)?;
            let invitation = Invitation {
                organization_id: organization,
                id: InvitationId(id),
                email: address.to_string(),
                email_key: address.key().into(),
                role,
                invited_by: Some(manager.account.0),
                created_at: now,
                expires_at: now + OPEN,
            };
            invitations::put(tx, &invitation, &token.digest()).await?;
            let message = Message::invitation(manager.service.tokens.issuer(), &tx.right.organization.name, &token);
            message.send(tx, address.as_str(), now).await?;
            tx.object(invitation.id);
            Ok(invitation)
        },
        async |tx, manager, made| {
            let gone = || Problem::conflict("The invitation has been accepted, replaced or withdrawn");
            invitations::find(tx, manager.organization, made.into(), manager.now).await?.ok_or_else(gone)
        },
    );
    let invitation = invitation.await?;
    let location = format!("/v1/organizations/{organization}/invitations/{}", invitation.id);
    Ok(Created { location, reply: Json(invitation.into()) })
}

/// List the open invitations of an organization
///
/// For managers and owners; oldest first.
#[utoipa::path(get, path = "/organizations/{organization_id}/invitations", tag = "organizations")]
async fn list_invitations(manager: Permit<Member<AsManager>, PageRequest>) -> Result<Page<InvitationItem>, Problem> {
    let (id, page) = (manager.organization, &manager.input);
    let rows =
        manager.read(async |db, _| invitations::list(db, id, manager.now, page.after, page.rows()).await).await?;
    Ok(manager.input.page(rows, |one| one.id.0, InvitationItem::from))
}

#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct InvitationPath {
    /// Id of the invitation.
    invitation_id: InvitationId,
}

/// Read an open invitation
///
/// For managers and owners.
#[utoipa::path(get, path = "/organizations/{organization_id}/invitations/{invitation_id}", tag = "organizations")]
async fn get_invitation(
    manager: Permit<Member<AsManager>, Path<InvitationPath>>,
) -> Result<Json<InvitationItem>, Problem> {
    let Path(InvitationPath { invitation_id }) = manager.input;
    let (id, now) = (manager.organization, manager.now);
    let found = manager.read(async |db, _| invitations::find(db, id, invitation_id, now).await).await?;
    Ok(Json(found.ok_or_else(not_found)?.into()))
}

/// Withdraw an invitation
///
/// For managers and owners.
#[utoipa::path(delete, path = "/organizations/{organization_id}/invitations/{invitation_id}", tag = "organizations")]
async fn delete_invitation(manager: Permit<Member<AsManager>, Path<InvitationPath>>) -> Result<NoContent, Problem> {
    manager
        .write(Action::InvitationTakeBack, async |tx, manager, Path(InvitationPath { invitation_id })| {
            let found = invitations::find(tx, manager.organization, invitation_id, manager.now).await?;
            if !tx.right.role.manages(found.ok_or_else(not_found)?.role) {
                return Err(forbidden());
            }
            invitations::remove(tx, manager.organization, invitation_id).await?;
            tx.object(invitation_id);
            Ok(NoContent)
        })
        .await
}

/// Acceptance of an invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AcceptanceRequest)]
struct AcceptanceDraft {
    /// The token from the mail.
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
/// Takes the token from the mail. The mail must have been sent to the address of your account.
#[utoipa::path(
    post,
    path = "/invitations/accept",
    tag = "organizations",
    responses(
        (status = NOT_FOUND, description = "Your address has no such invitation (`/problems/not-found`)"),
        (status = CONFLICT, description = "You are already a member (`/problems/conflict`)"),
    )
)]
async fn accept_invitation(
    invited: Permit<OrganizationUser, Body<AcceptanceDraft>>,
) -> Result<Created<Versioned<MemberItem>>, Problem> {
    let account = invited.account;
    invited.service.limits.attempt_on(account, invited.origin.address)?;
    let organization = OrganizationId(invited.input.0.about);
    let member = invited.write(Action::MemberJoin, async move |tx, invited, Body(token)| {
        let none = || Problem::not_found("Your address has no open invitation with this token");
        let now = invited.now;
        organizations::lock(tx, organization).await?.ok_or_else(none)?;
        let own = accounts::lock(tx, account).await?.ok_or_else(none)?;
        let invitation = invitations::take(tx, organization, &token.digest(), &own.email_key, now).await?;
        let invitation = invitation.ok_or_else(none)?;
        // The sender must still be allowed to offer this role.
        let sender_role = match invitation.invited_by {
            Some(sender) => members::role(tx, organization, sender.into()).await?,
            None => None,
        };
        if sender_role.is_none_or(|role| !role.manages(invitation.role)) {
            return Err(none());
        }
        if !members::add(tx, organization, account, invitation.role, now).await? {
            return Err(Problem::conflict("You already belong to the organization"));
        }
        tx.within(organization);
        tx.about(account);
        tx.object(invitation.id);
        members::find(tx, organization, account).await?.ok_or_else(none)
    });
    let location = format!("/v1/organizations/{organization}/members/{account}");
    Ok(Created { location, reply: MemberItem::versioned(member.await?) })
}
