//! Invitations into organizations.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use peerpath_domain::people::account::EmailAddress;
use peerpath_domain::people::key::{InvitationId, OrganizationId};
use peerpath_domain::people::organization::MemberRole;
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::schema::invitations;

/// An invitation that is open.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = invitations, check_for_backend(diesel::pg::Pg))]
pub struct Invitation {
    /// Into which organization.
    #[diesel(deserialize_as = Uuid)]
    pub organization_id: OrganizationId,
    /// Its key.
    #[diesel(deserialize_as = Uuid)]
    pub id: InvitationId,
    /// To which address.
    pub email: String,
    /// What that is compared by.
    pub email_key: String,
    /// What the invited person would be.
    #[diesel(deserialize_as = String)]
    pub role: MemberRole,
    /// Who invited them.
    pub invited_by: Option<Uuid>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when it can be accepted.
    pub expires_at: DateTime<Utc>,
}

/// Adds an invitation; an open one to the same address is replaced.
///
/// # Errors
/// Those of any query.
pub async fn put(db: &mut Connection, invitation: &Invitation, digest: &[u8]) -> Result<(), Error> {
    let same = invitations::table.filter(invitations::organization_id.eq(invitation.organization_id.0));
    diesel::delete(same.filter(invitations::email_key.eq(&invitation.email_key))).execute(db).await?;
    let row = (
        invitations::organization_id.eq(invitation.organization_id.0),
        invitations::id.eq(invitation.id.0),
        invitations::email.eq(&invitation.email),
        invitations::email_key.eq(&invitation.email_key),
        invitations::role.eq(invitation.role.as_str()),
        invitations::digest.eq(digest),
        invitations::invited_by.eq(invitation.invited_by),
        invitations::created_at.eq(invitation.created_at),
        invitations::expires_at.eq(invitation.expires_at),
    );
    diesel::insert_into(invitations::table).values(row).execute(db).await?;
    Ok(())
}

/// An open invitation.
///
/// # Errors
/// Those of any query.
pub async fn find(
    db: &mut Connection,
    organization: OrganizationId,
    id: InvitationId,
    now: DateTime<Utc>,
) -> Result<Option<Invitation>, Error> {
    let open = invitations::table.find((organization.0, id.0)).filter(invitations::expires_at.gt(now));
    Ok(open.select(Invitation::as_select()).first(db).await.optional()?)
}

/// The invitation to an address, open or not.
///
/// # Errors
/// Those of any query.
pub async fn to_address(
    db: &mut Connection,
    organization: OrganizationId,
    address: &EmailAddress,
) -> Result<Option<Invitation>, Error> {
    let same = invitations::table.filter(invitations::organization_id.eq(organization.0));
    let same = same.filter(invitations::email_key.eq(address.key()));
    Ok(same.select(Invitation::as_select()).first(db).await.optional()?)
}

/// The open invitations of an organization, oldest first, from the one after `after` on, and how many there are.
///
/// # Errors
/// Those of any query.
pub async fn list(
    db: &mut Connection,
    organization: OrganizationId,
    now: DateTime<Utc>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<(Vec<Invitation>, i64), Error> {
    let open = || {
        let of = invitations::table.filter(invitations::organization_id.eq(organization.0));
        of.filter(invitations::expires_at.gt(now))
    };
    let total = open().count().get_result(db).await?;
    let mut page = open().order(invitations::id).limit(limit).into_boxed();
    if let Some(after) = after {
        page = page.filter(invitations::id.gt(after));
    }
    Ok((page.select(Invitation::as_select()).load(db).await?, total))
}

/// Uses up the invitation to an address whose token this is the digest of.
///
/// # Errors
/// Those of any query.
pub async fn take(
    db: &mut Connection,
    organization: OrganizationId,
    digest: &[u8],
    address_key: &str,
    now: DateTime<Utc>,
) -> Result<Option<Invitation>, Error> {
    let open = invitations::table
        .filter(invitations::organization_id.eq(organization.0))
        .filter(invitations::digest.eq(digest))
        .filter(invitations::email_key.eq(address_key))
        .filter(invitations::expires_at.gt(now));
    Ok(diesel::delete(open).returning(Invitation::as_returning()).get_result(db).await.optional()?)
}

/// Takes an invitation back. Gives `false` where there is none.
///
/// # Errors
/// Those of any query.
pub async fn remove(db: &mut Connection, organization: OrganizationId, id: InvitationId) -> Result<bool, Error> {
    Ok(diesel::delete(invitations::table.find((organization.0, id.0))).execute(db).await? == 1)
}
