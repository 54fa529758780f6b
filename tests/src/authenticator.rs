//! Authenticator apps, and people who sign in with one.

use reqwest::Method;
use serde_json::{Value, json};
use totp_rs::Totp;

use crate::answer::Answer;
use crate::clock;
use crate::people::{PASSWORD, Person};
use crate::service::Service;

const STEP_SECONDS: i64 = 30;

/// An authenticator app.
pub struct Authenticator(Totp);

impl Authenticator {
    /// An app that has read the QR code of a secret.
    #[must_use]
    pub fn reading(otpauth_url: &str) -> Self {
        Self(Totp::from_url(otpauth_url).unwrap_or_else(|error| panic!("{otpauth_url}: {error:?}")))
    }

    /// The present code.
    #[must_use]
    pub fn code(&self) -> String {
        self.code_after(0)
    }

    /// The code after this many others.
    #[must_use]
    pub fn code_after(&self, codes: i64) -> String {
        let seconds = clock::now().timestamp() + codes * STEP_SECONDS;
        self.0.generate(seconds.try_into().unwrap()).to_string()
    }

    /// A code that stays wrong for minutes.
    #[must_use]
    pub fn wrong_code(&self) -> String {
        let near: Vec<String> = (-10..=10).map(|codes| self.code_after(codes)).collect();
        (0..100).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).unwrap()
    }
}

impl Service {
    pub async fn put_by(&self, person: &Person, path: &str, body: &Value) -> Answer {
        Answer::to(self.by(person, Method::PUT, path).json(body)).await
    }

    /// Sets up a person's second factor. Returns the app and the recovery codes.
    pub async fn second_factor(&self, person: &Person) -> (Authenticator, Vec<String>) {
        let proposed = self.post_by(person, "/v1/me/second-factor", &json!({"current_password": PASSWORD})).await.ok();
        let app = Authenticator::reading(proposed["otpauth_url"].as_str().unwrap());
        let confirmed = self.put_by(person, "/v1/me/second-factor", &json!({"code": app.code()})).await.ok();
        let codes = confirmed["recovery_codes"].as_array().unwrap();
        (app, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
    }

    /// Accepts codes again, as if time had passed since the last one.
    pub async fn forget_codes(&self) {
        self.database.run("update second_factors set last_step = 0").await;
    }
}
