//! People who sign up, by the link in their mail, and sign in.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::service::Service;

pub const PASSWORD: &str = "seven geese in tall grass";

/// The scopes of somebody without a role in the service.
pub const SCOPES: &str = "catalog:read guidance account organizations";

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct Person {
    pub email: String,
    pub account: String,
    pub session: String,
    pub token: String,
    pub refresh_token: String,
}

impl Service {
    /// A request with a person's token.
    pub fn by(&self, person: &Person, method: Method, path: &str) -> RequestBuilder {
        self.anonymous(method, path).bearer_auth(&person.token)
    }

    pub async fn get_by(&self, person: &Person, path: &str) -> Answer {
        self.get_with(&person.token, path).await
    }

    /// Posts JSON without a token.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.anonymous(Method::POST, path).json(body)).await
    }

    pub async fn post_by(&self, person: &Person, path: &str, body: &Value) -> Answer {
        Answer::to(self.by(person, Method::POST, path).json(body)).await
    }

    /// Sends a change with `If-Match`.
    pub async fn change(&self, person: &Person, method: Method, path: &str, tag: &str, body: &Value) -> Answer {
        Answer::to(self.by(person, method, path).header("if-match", tag).json(body)).await
    }

    pub async fn delete_by(&self, person: &Person, path: &str) -> Answer {
        Answer::to(self.by(person, Method::DELETE, path).header("if-match", "*")).await
    }

    /// A person who signs up as `name@example.org`, confirms by the link in the mail, and signs in.
    pub async fn person(&self, name: &str) -> Person {
        let email = format!("{name}@example.org");
        let draft = json!({"email": email, "password": PASSWORD, "display_name": name});
        let subject = "Confirm your PeerPath account";
        let known = self.mails.about(&email, subject).len();
        assert_eq!(self.post("/v1/accounts", &draft).await.status, 202);
        let token = self.mails.after(known, &email, subject).await.token();
        let made = self.post("/v1/accounts/confirm", &json!({"token": token, "password": PASSWORD})).await;
        assert_eq!(made.status, 201, "{}", made.text());
        self.sign_in(&email, PASSWORD).await
    }

    /// Such a person who is an administrator.
    pub async fn administrator(&self, name: &str) -> Person {
        let email = self.person(name).await.email;
        self.database
            .run(&format!("update accounts set platform_role = 'administrator' where email = '{email}'"))
            .await;
        self.sign_in(&email, PASSWORD).await
    }

    /// Signs a person in again.
    pub async fn sign_in(&self, email: &str, password: &str) -> Person {
        let answer = self.post("/v1/sessions", &json!({"email": email, "password": password, "device": "Test"})).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let body = answer.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let token = text(&body["access_token"]);
        let me = self.get_with(&token, "/v1/me").await.ok();
        Person {
            email: email.into(),
            account: text(&me["id"]),
            session: text(&body["session"]["id"]),
            refresh_token: text(&body["refresh_token"]),
            token,
        }
    }

    /// Founds an organization, and returns its id.
    pub async fn organization(&self, owner: &Person, name: &str) -> String {
        let draft = json!({"kind": "training_provider", "name": name});
        let made = self.post_by(owner, "/v1/organizations", &draft).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()["id"].as_str().unwrap().into()
    }

    /// Makes a person a member of an organization, by invitation.
    pub async fn join(&self, manager: &Person, organization: &str, person: &Person, role: &str) {
        let draft = json!({"email": person.email, "role": role});
        let path = format!("/v1/organizations/{organization}/invitations");
        let known = self.mails.about(&person.email, "invited").len();
        assert_eq!(self.post_by(manager, &path, &draft).await.status, 201);
        let token = self.mails.after(known, &person.email, "invited").await.token();
        let accepted = self.post_by(person, "/v1/invitations/accept", &json!({"token": token})).await;
        assert_eq!(accepted.status, 201, "{}", accepted.text());
    }
}
