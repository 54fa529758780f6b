//! Audit events before they are recorded.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use peerpath_domain::people::audit::{Action, ActorKind};
use peerpath_domain::people::key::{AccountId, ClientId, OrganizationId};
use peerpath_persistence::audit::AuditEvent;
use uuid::Uuid;

use super::tokens::Subject;

/// Address and id of a request.
#[derive(Debug, Clone)]
pub struct Origin {
    pub address: IpAddr,
    /// The id that the answer and the log also have.
    pub request_id: Option<String>,
}

/// An event for the audit log.
#[derive(Debug, Clone)]
pub struct Event(AuditEvent);

impl Event {
    /// An action of the caller of a request; `None` for a caller without a token.
    pub fn new(action: Action, actor: Option<Subject>, origin: &Origin, now: DateTime<Utc>) -> Self {
        let actor_kind = match actor {
            None => ActorKind::Anonymous,
            Some(Subject::Person { .. }) => ActorKind::Person,
            Some(Subject::Machine(_)) => ActorKind::Machine,
        };
        let mut event = Self::of(action, actor_kind, now);
        event.0.actor_id = actor.map(Subject::key);
        event.0.address = Some(origin.address.to_string());
        event.0.request_id.clone_from(&origin.request_id);
        event
    }

    /// An action of an operator on the command line.
    pub fn by_operator(action: Action, now: DateTime<Utc>) -> Self {
        Self::of(action, ActorKind::Operator, now)
    }

    fn of(action: Action, actor_kind: ActorKind, now: DateTime<Utc>) -> Self {
        Self(AuditEvent {
            id: Uuid::now_v7(),
            at: now,
            action: action.as_str().into(),
            actor_kind,
            actor_id: None,
            account_id: None,
            organization_id: None,
            object_id: None,
            address: None,
            request_id: None,
        })
    }

    /// Sets the account as both actor and subject, after the person has proven their identity.
    pub fn by(mut self, account: AccountId) -> Self {
        self.0.actor_kind = ActorKind::Person;
        self.0.actor_id = Some(account.0);
        self.about(account)
    }

    /// Sets the machine client as actor, after the client has authenticated.
    pub fn by_machine(mut self, client: ClientId) -> Self {
        self.0.actor_kind = ActorKind::Machine;
        self.0.actor_id = Some(client.0);
        self
    }

    /// Sets the account that the event concerns.
    pub fn about(mut self, account: AccountId) -> Self {
        self.0.account_id = Some(account.0);
        self
    }

    /// Sets the organization of the event.
    pub fn within(mut self, organization: OrganizationId) -> Self {
        self.0.organization_id = Some(organization.0);
        self
    }

    /// Sets the other object of the event.
    pub fn object(mut self, id: impl ToString) -> Self {
        self.0.object_id = Some(id.to_string());
        self
    }

    /// Records the event. Call this in the transaction of the action.
    pub async fn record(self, db: &mut peerpath_persistence::Connection) -> Result<(), peerpath_persistence::Error> {
        peerpath_persistence::audit::record(db, &self.0).await
    }
}
