//! A service with people in it, and a valid request for each operation of the document.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::document::Operation;
use crate::eventually;
use crate::people::{PASSWORD, Person};
use crate::service::{Machine, Service};

/// A well-formed token that no mail contained.
pub const UNKNOWN_TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Operations to call last, in this order, because they remove what the others need.
const LAST: [&str; 8] = [
    "DELETE /v1/organizations/{organization_id}/clients/{client_id}",
    "DELETE /v1/organizations/{organization_id}/members/{account_id}",
    "POST /v1/me/deletion",
    "DELETE /v1/organizations/{organization_id}",
    "DELETE /v1/sessions/{session_id}",
    "PUT /v1/me/email",
    "PUT /v1/me/password",
    "DELETE /v1/sessions",
];

pub struct World {
    pub service: Service,
    /// An administrator and the owner of the organization.
    pub ada: Person,
    /// A member of the organization.
    pub mary: Person,
    /// A person with an invitation to the organization.
    pub ines: Person,
    pub organization: String,
    /// A client of the organization.
    pub client: Machine,
    /// An invitation to an address without an account.
    pub invitation: String,
    /// The token in Ines's mail.
    pub token_of_ines: String,
    /// Ada's other session.
    pub other_session: Person,
}

impl World {
    pub async fn new() -> Self {
        let service = Service::start().await;
        let (ada, mary, ines) =
            tokio::join!(service.administrator("ada"), service.person("mary"), service.person("ines"));
        let organization = service.organization(&ada, "Recovery Academy").await;
        service.organization(&ada, "Second Academy").await;
        service.join(&ada, &organization, &mary, "member").await;
        let client = service.client_of(&ada, &organization).await;
        service.client_of(&ada, &organization).await;
        let invite = async |email: &str| {
            let path = format!("/v1/organizations/{organization}/invitations");
            let made = service.post_by(&ada, &path, &json!({"email": email, "role": "member"})).await.private(201);
            made["id"].as_str().unwrap().to_owned()
        };
        let invitation = invite("grace@example.org").await;
        invite(&ines.email).await;
        let token_of_ines = service.mails.one(&ines.email, "invited").await.token();
        let other_session = service.sign_in(&ada.email, PASSWORD).await;
        Self { service, ada, mary, ines, organization, client, invitation, token_of_ines, other_session }
    }

    /// The path of an operation, with the ids of existing things.
    #[must_use]
    pub fn path(&self, operation: &Operation) -> String {
        operation.path_with(|name| match name {
            "organization_id" => Some(&self.organization),
            "account_id" => Some(&self.mary.account),
            "invitation_id" => Some(&self.invitation),
            "client_id" => Some(&self.client.id),
            "session_id" => Some(&self.other_session.session),
            _ => None,
        })
    }

    /// The person who may call an operation; `None` if it is public or for machines.
    #[must_use]
    pub fn caller(&self, operation: &Operation) -> Option<&Person> {
        let one = if operation.pattern == "/v1/invitations/accept" { &self.ines } else { &self.ada };
        operation.is_private().then_some(one)
    }

    /// A token for an operation.
    #[must_use]
    pub fn token(&self, operation: &Operation) -> Option<&str> {
        let machine = operation.is_for_machines().then_some(self.service.token.as_str());
        self.caller(operation).map(|person| person.token.as_str()).or(machine)
    }

    /// A valid request to an operation at a path, but without a token.
    pub fn well_formed_at(&self, operation: &Operation, path: &str) -> RequestBuilder {
        let mut request = self.service.anonymous(operation.method.clone(), path);
        if operation.takes("header", "If-Match") {
            request = request.header("if-match", "*");
        }
        match operation.media_type() {
            None => request,
            Some("application/json") => request.json(&self.body(operation)),
            Some(_) => request.form(&self.body(operation)),
        }
    }

    /// A valid request to an operation, but without a token.
    pub fn well_formed(&self, operation: &Operation) -> RequestBuilder {
        self.well_formed_at(operation, &self.path(operation))
    }

    /// An authorized request to an operation at a path, without a body.
    pub fn bare(&self, operation: &Operation, path: &str) -> RequestBuilder {
        self.with_token(operation, self.service.anonymous(operation.method.clone(), path))
    }

    /// An authorized, valid request to an operation.
    pub fn rightful(&self, operation: &Operation) -> RequestBuilder {
        self.with_token(operation, self.well_formed(operation))
    }

    fn with_token(&self, operation: &Operation, request: RequestBuilder) -> RequestBuilder {
        match self.token(operation) {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// A valid body for an operation. Add one for every new operation.
    #[must_use]
    pub fn body(&self, operation: &Operation) -> Value {
        let (mary, password) = (&self.mary, PASSWORD);
        let token = UNKNOWN_TOKEN;
        match operation.name().as_str() {
            "POST /v1/accounts" => json!({"email": "zoe@example.org", "password": password, "display_name": "Zoe"}),
            "POST /v1/accounts/confirm" | "POST /account/confirmation" => json!({"token": token, "password": password}),
            "POST /v1/accounts/confirm-address" | "POST /account/address-confirmation" => json!({"token": token}),
            "PUT /v1/accounts/{account_id}/platform-role" => json!({"platform_role": "editor"}),
            "POST /v1/invitations/accept" => json!({"token": self.token_of_ines}),
            "PATCH /v1/me" => json!({"display_name": "Ada Lovelace"}),
            "PUT /v1/me/email" => json!({"email": "lovelace@example.org", "current_password": password}),
            "PUT /v1/me/password" => {
                json!({"current_password": password, "new_password": "nine herons on a quiet lake"})
            }
            "POST /v1/me/deletion"
            | "POST /v1/me/recovery-codes"
            | "POST /v1/me/second-factor"
            | "POST /v1/me/second-factor/removal" => json!({"current_password": password}),
            "PUT /v1/me/second-factor" => json!({"code": "123456"}),
            "POST /v1/organizations" => json!({"kind": "employer", "name": "Third Academy"}),
            "PATCH /v1/organizations/{organization_id}" => json!({"name": "First Academy"}),
            "POST /v1/organizations/{organization_id}/clients" => json!({"name": "LMS", "scopes": ["catalog:read"]}),
            "POST /v1/organizations/{organization_id}/clients/{client_id}/secrets" => json!({"grace_hours": 1}),
            "POST /v1/organizations/{organization_id}/invitations" => {
                json!({"email": "hal@example.org", "role": "member"})
            }
            "PUT /v1/organizations/{organization_id}/members/{account_id}" => json!({"role": "manager"}),
            "PUT /v1/organizations/{organization_id}/scopes" => json!({"scopes": ["catalog:read"]}),
            "POST /v1/password-resets" | "POST /account/password-reset" => json!({"email": "nobody@example.org"}),
            "POST /v1/password-resets/complete" => json!({"token": token, "new_password": password}),
            "POST /v1/alignments" => json!({"course": {"hours": 46, "approved_for": ["US-TX"]}}),
            "POST /v1/eligibility" => json!({"profile": {"work_hours": 120}, "credentials": ["US-TX"]}),
            "POST /v1/plans" => json!({
                "profile": {"lived_experience": {"mental_health": true}}, "credential": "us-tx-mhps",
                "training_hours_per_week": 10, "work_hours_per_week": 20,
            }),
            "POST /v1/transfers" => json!({"held": {"credential": "us-wa-cpss"}}),
            "POST /v1/sessions" => json!({"email": mary.email, "password": password}),
            "POST /v1/sessions/refresh" => json!({"refresh_token": mary.refresh_token}),
            "POST /oauth/token" => {
                let machine = &self.service.machine;
                json!({"grant_type": "client_credentials", "client_id": machine.id, "client_secret": machine.secret})
            }
            "POST /oauth/introspect" | "POST /oauth/revoke" => {
                let machine = &self.service.machine;
                json!({"token": "unknown", "client_id": machine.id, "client_secret": machine.secret})
            }
            other => panic!("what body does {other} take?"),
        }
    }
}

/// The operations in an order in which one person can call all of them: those that read first, those that remove last.
#[must_use]
pub fn in_order(mut operations: Vec<Operation>) -> Vec<Operation> {
    operations.sort_by_key(|operation| {
        let last = LAST.iter().position(|name| *name == operation.name());
        (operation.method != Method::GET, last.map_or(0, |place| place + 1))
    });
    operations
}

impl Service {
    pub async fn client_of(&self, manager: &Person, organization: &str) -> Machine {
        let draft = json!({"name": "LMS", "scopes": ["catalog:read"]});
        let path = format!("/v1/organizations/{organization}/clients");
        let made = self.post_by(manager, &path, &draft).await.private(201);
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Machine { id: text("client_id"), secret: text("client_secret") }
    }

    /// Waits until a token is refused.
    pub async fn refuses(&self, token: &str, path: &str) {
        eventually("the token to be refused", async || (self.get_with(token, path).await.status == 401).then_some(()))
            .await;
    }
}

/// An unused key.
#[must_use]
pub fn nothings_key() -> String {
    Uuid::now_v7().to_string()
}
