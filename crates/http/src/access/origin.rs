//! What is known of a request whoever made it: where it came from, and its id.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::{HttpMessage, HttpRequest};
use chrono::{DateTime, Utc};
use peerpath_domain::people::key::{AccountId, ClientId, OrganizationId};
use peerpath_persistence::audit::AuditEvent;
use uuid::Uuid;

use crate::observe::RequestId;
use crate::service::Service;
use crate::tokens::Subject;

/// Where a request came from, and its id.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The network address.
    pub address: IpAddr,
    /// The id that its answer and the log have.
    pub request_id: Option<String>,
}

impl Origin {
    pub(super) fn of(request: &HttpRequest, service: &Service) -> Self {
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let request_id = request.extensions().get::<RequestId>().and_then(|id| id.0.to_str().ok()).map(Into::into);
        Self { address: service.proxies.client(peer, request.headers()), request_id }
    }
}

/// Something that is done, on its way to the audit log.
#[derive(Debug, Clone)]
pub struct Event(AuditEvent);

impl Event {
    /// An action, as object.verb, of somebody.
    #[must_use]
    pub fn new(action: &str, actor: Option<Subject>, origin: &Origin, now: DateTime<Utc>) -> Self {
        let actor_kind = match actor {
            None => "anonymous",
            Some(Subject::Person { .. }) => "person",
            Some(Subject::Machine(_)) => "machine",
        };
        Self(AuditEvent {
            id: Uuid::now_v7(),
            at: now,
            action: action.into(),
            actor_kind: actor_kind.into(),
            actor_id: actor.map(Subject::key),
            account_id: None,
            organization_id: None,
            object_id: None,
            address: Some(origin.address.to_string()),
            request_id: origin.request_id.clone(),
        })
    }

    /// An action of an operator on the command line.
    #[must_use]
    pub fn by_operator(action: &str, now: DateTime<Utc>) -> Self {
        Self(AuditEvent {
            id: Uuid::now_v7(),
            at: now,
            action: action.into(),
            actor_kind: "operator".into(),
            actor_id: None,
            account_id: None,
            organization_id: None,
            object_id: None,
            address: None,
            request_id: None,
        })
    }

    /// The person who does it, and whom it concerns: they have just shown who they are.
    #[must_use]
    pub fn by(mut self, account: AccountId) -> Self {
        self.0.actor_kind = "person".into();
        self.0.actor_id = Some(account.0);
        self.about(account)
    }

    /// The machine that does it: it has just authenticated.
    #[must_use]
    pub fn by_machine(mut self, client: ClientId) -> Self {
        self.0.actor_kind = "machine".into();
        self.0.actor_id = Some(client.0);
        self
    }

    /// The person whom it concerns.
    #[must_use]
    pub fn about(mut self, account: AccountId) -> Self {
        self.0.account_id = Some(account.0);
        self
    }

    /// The organization within which it happens.
    #[must_use]
    pub fn within(mut self, organization: OrganizationId) -> Self {
        self.0.organization_id = Some(organization.0);
        self
    }

    /// What else it is done to or with.
    #[must_use]
    pub fn object(mut self, id: impl ToString) -> Self {
        self.0.object_id = Some(id.to_string());
        self
    }

    /// Writes it to the log, within the transaction that it tells of.
    ///
    /// # Errors
    /// Those of any query.
    pub async fn record(self, db: &mut peerpath_persistence::Connection) -> Result<(), peerpath_persistence::Error> {
        peerpath_persistence::audit::record(db, &self.0).await
    }
}
