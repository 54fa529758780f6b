//! Audit events, on their way to the log.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use peerpath_domain::people::audit::{Action, ActorKind};
use peerpath_domain::people::key::{AccountId, ClientId, OrganizationId};
use peerpath_persistence::audit::AuditEvent;
use uuid::Uuid;

use super::tokens::Subject;

/// Where a request came from, and its id.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The network address.
    pub address: IpAddr,
    /// The id that its answer and the log have.
    pub request_id: Option<String>,
}

/// An event, on its way to the audit log.
#[derive(Debug, Clone)]
pub struct Event(AuditEvent);

impl Event {
    /// An action of a request's caller; `None` when nobody is signed in.
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

    /// Names the person who acts, and whom it concerns: they have just shown who they are.
    pub fn by(mut self, account: AccountId) -> Self {
        self.0.actor_kind = ActorKind::Person;
        self.0.actor_id = Some(account.0);
        self.about(account)
    }

    /// Names the machine that acts: it has just authenticated.
    pub fn by_machine(mut self, client: ClientId) -> Self {
        self.0.actor_kind = ActorKind::Machine;
        self.0.actor_id = Some(client.0);
        self
    }

    /// Names the person whom it concerns.
    pub fn about(mut self, account: AccountId) -> Self {
        self.0.account_id = Some(account.0);
        self
    }

    /// Names the organization within which it happens.
    pub fn within(mut self, organization: OrganizationId) -> Self {
        self.0.organization_id = Some(organization.0);
        self
    }

    /// Names what else it is done to or with.
    pub fn object(mut self, id: impl ToString) -> Self {
        self.0.object_id = Some(id.to_string());
        self
    }

    /// Writes it to the log, in the transaction of what it tells of.
    pub async fn record(self, db: &mut peerpath_persistence::Connection) -> Result<(), peerpath_persistence::Error> {
        peerpath_persistence::audit::record(db, &self.0).await
    }
}
