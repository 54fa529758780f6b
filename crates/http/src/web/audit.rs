//! Audit events as the API shows them.

use chrono::{DateTime, Utc};
use peerpath_domain::people::audit::ActorKind;
use peerpath_domain::people::key::{AccountId, OrganizationId};
use peerpath_persistence::audit::AuditEvent;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An audit event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEvent)]
pub struct AuditEventItem {
    /// Id of the event.
    id: Uuid,
    /// Time of the event.
    at: DateTime<Utc>,
    /// The action: an object and a verb.
    #[schema(examples("session.begin"))]
    action: String,
    /// The kind of actor.
    actor_kind: ActorKind,
    /// The account or client that acted; null when the actor is unknown or an operator.
    actor_id: Option<Uuid>,
    /// The account that the event concerns; null when it concerns no account.
    account_id: Option<AccountId>,
    /// The organization in which the event happened; null when it happened outside organizations.
    organization_id: Option<OrganizationId>,
    /// The other object of the event: the id of a session, client or invitation, or a role; null when there is none.
    object_id: Option<String>,
    /// Network address of the request; null when the event had no request, or when another person sent the request.
    #[schema(examples("192.0.2.7"))]
    address: Option<String>,
    /// `x-request-id` of the request; null when the event had no request, or when another person sent the request.
    request_id: Option<String>,
}

impl AuditEventItem {
    /// The event for a viewer who is not an administrator: hides the address and the request id of other people's requests.
    pub fn seen_by(viewer: AccountId, mut event: AuditEvent) -> Self {
        let own = event.actor_id == Some(viewer.0) || (event.actor_id.is_none() && event.account_id == Some(viewer.0));
        if !own {
            (event.address, event.request_id) = (None, None);
        }
        event.into()
    }
}

impl From<AuditEvent> for AuditEventItem {
    fn from(event: AuditEvent) -> Self {
        let AuditEvent {
            id,
            at,
            action,
            actor_kind,
            actor_id,
            account_id,
            organization_id,
            object_id,
            address,
            request_id,
        } = event;
        let (account_id, organization_id) = (account_id.map(Into::into), organization_id.map(Into::into));
        Self { id, at, action, actor_kind, actor_id, account_id, organization_id, object_id, address, request_id }
    }
}
