//! Invitations into organizations. An invitation is open until it expires.

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
use crate::word::Word;

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = invitations, check_for_backend(diesel::pg::Pg))]
pub struct Invitation {
    #[diesel(serialize_as = Uuid, deserialize_as = Uuid)]
    pub organization_id: OrganizationId,
    #[diesel(serialize_as = Uuid, deserialize_as = Uuid)]
    pub id: InvitationId,
    pub email: String,
    /// The form of the address that is compared: see [`EmailAddress::key`].
    pub email_key: String,
    /// The role of the invited person once they accept.
    #[diesel(serialize_as = String, deserialize_as = Word<MemberRole>)]
    pub role: MemberRole,
    pub invited_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Adds an invitation, in place of an earlier one to the same address.
pub async fn put(db: &mut Connection, invitation: &Invitation, digest: &[u8]) -> Result<(), Error> {
    let same = invitations::table.filter(invitations::organization_id.eq(invitation.organization_id.0));
    diesel::delete(same.filter(invitations::email_key.eq(&invitation.email_key))).execute(db).await?;
    let row = (invitation.clone(), invitations::digest.eq(digest));
    diesel::insert_into(invitations::table).values(row).execute(db).await?;
    Ok(())
}

/// Finds an open invitation.
pub async fn find(
    db: &mut Connection,
    organization: OrganizationId,
    id: InvitationId,
    now: DateTime<Utc>,
) -> Result<Option<Invitation>, Error> {
    let open = invitations::table.find((organization.0, id.0)).filter(invitations::expires_at.gt(now));
    Ok(open.select(Invitation::as_select()).first(db).await.optional()?)
}

/// Finds the invitation to an address, open or expired.
pub async fn to_address(
    db: &mut Connection,
    organization: OrganizationId,
    address: &EmailAddress,
) -> Result<Option<Invitation>, Error> {
    let same = invitations::table.filter(invitations::organization_id.eq(organization.0));
    let same = same.filter(invitations::email_key.eq(address.key()));
    Ok(same.select(Invitation::as_select()).first(db).await.optional()?)
}

/// Lists the open invitations of an organization, oldest first.
pub async fn list(
    db: &mut Connection,
    organization: OrganizationId,
    now: DateTime<Utc>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<(Vec<Invitation>, i64), Error> {
    let own = invitations::table.filter(invitations::organization_id.eq(organization.0));
    let open = own.filter(invitations::expires_at.gt(now));
    let total = open.count().get_result(db).await?;
    let page = open.filter(invitations::id.gt(after.unwrap_or_default())).order(invitations::id).limit(limit);
    Ok((page.select(Invitation::as_select()).load(db).await?, total))
}

/// Deletes and returns the open invitation to an address, by the digest of its token.
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

/// Deletes an invitation. Returns `false` when there is none.
pub async fn remove(db: &mut Connection, organization: OrganizationId, id: InvitationId) -> Result<bool, Error> {
    Ok(diesel::delete(invitations::table.find((organization.0, id.0))).execute(db).await? == 1)
}
