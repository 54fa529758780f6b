//! Audit events as callers see them.

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
    /// The id of the event.
    id: Uuid,
    /// When it happened.
    at: DateTime<Utc>,
    /// The action: an object and a verb.
    #[schema(examples("session.begin"))]
    action: String,
    /// The kind of actor.
    actor_kind: ActorKind,
    /// The account or client that acted; null when unknown, or an operator.
    actor_id: Option<Uuid>,
    /// The account that it concerns; null when none.
    account_id: Option<AccountId>,
    /// The organization that it happened in; null when none.
    organization_id: Option<OrganizationId>,
    /// What else it concerns: the id of a session, client or invitation, or a role; null when nothing.
    object_id: Option<String>,
    /// The network address of the request; null when there was none, or it was somebody else's.
    #[schema(examples("192.0.2.7"))]
    address: Option<String>,
    /// The `x-request-id` of the request; null when there was none, or it was somebody else's.
    request_id: Option<String>,
}

impl AuditEventItem {
    /// The event as seen by somebody who is not an administrator: the addresses of others are hidden.
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
