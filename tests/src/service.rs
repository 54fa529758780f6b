//! The service, running in the test's own process on a database of its own.

use std::io;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use peerpath_http::{ForwardedHeader, ServeConfig};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::answer::Answer;
use crate::database::TestDatabase;
use crate::keys;
use crate::mails::Mails;
use crate::program::{Outcome, command, outcome};

/// A credential of Texas, the Mental Health Peer Specialist.
pub const MHPS: &str = "/v1/credentials/us-tx-mhps";

/// Who issues the tokens.
pub const ISSUER: &str = "https://peerpath.test";

/// The key that seals secrets in the databases of tests.
pub const SEALING_KEY: &str = "cGVlcnBhdGggdGVzdHMgc2VhbCB3aXRoIHRoaXMga2U";

/// A machine client and its secret.
#[derive(Debug, Clone)]
pub struct Machine {
    /// What it identifies itself with.
    pub id: String,
    /// What it authenticates with.
    pub secret: String,
}

impl Machine {
    /// Makes a client that may read the catalog and be guided by it.
    pub async fn in_database(database: &TestDatabase) -> Self {
        let (id, secret) = (Uuid::now_v7().to_string(), format!("peerpath_secret_{}", Uuid::new_v4().simple()));
        let made = format!(
            "insert into clients (id, name, scopes) values ('{id}', 'Test', '{{catalog:read,guidance}}');
            insert into client_secrets (client_id, id, digest) values ('{id}', gen_random_uuid(), sha256('{secret}'))"
        );
        database.run(&made).await;
        Self { id, secret }
    }

    /// The parameters by which it asks for a token.
    #[must_use]
    pub fn form(&self) -> Vec<(&str, &str)> {
        vec![("grant_type", "client_credentials"), ("client_id", &self.id), ("client_secret", &self.secret)]
    }
}

/// How a service is set up, beside what all have in common.
pub struct Setup {
    /// The configuration.
    pub config: ServeConfig,
}

/// A running service. It is stopped with this, and its database is dropped with the last one on it.
pub struct Service {
    /// Where it answers.
    pub url: String,
    /// Where its metrics are.
    pub metrics_url: String,
    /// The key that signs its tokens.
    pub signing_key: String,
    /// The mails that it wrote.
    pub mails: Arc<Mails>,
    /// A client that may read the catalog.
    pub machine: Machine,
    /// A token of that client.
    pub token: String,
    http: reqwest::Client,
    running: Option<(oneshot::Sender<()>, JoinHandle<io::Result<()>>)>,
    /// Its database.
    pub database: Arc<TestDatabase>,
}

impl Service {
    /// A service with the repository's catalog.
    pub async fn start() -> Self {
        Self::start_with(TestDatabase::with_catalog(), |_| {}).await
    }

    /// A service without a catalog, which starts sooner.
    pub async fn without_catalog() -> Self {
        Self::start_with(TestDatabase::empty(), |_| {}).await
    }

    /// A service on a database, set up by `change`.
    pub async fn start_with(database: TestDatabase, change: impl FnOnce(&mut Setup)) -> Self {
        Self::start_on(Arc::new(database), Arc::new(Mails::new()), change).await
    }

    /// Another instance on the same database, which writes its mails into the same folder.
    pub async fn another_instance(&self) -> Self {
        self.another_instance_with(|_| {}).await
    }

    /// The same, set up by `change`.
    pub async fn another_instance_with(&self, change: impl FnOnce(&mut Setup)) -> Self {
        Self::start_on(Arc::clone(&self.database), Arc::clone(&self.mails), change).await
    }

    async fn start_on(database: Arc<TestDatabase>, mails: Arc<Mails>, change: impl FnOnce(&mut Setup)) -> Self {
        let local = "127.0.0.1:0".parse().unwrap();
        let mut setup = Setup {
            config: ServeConfig {
                database_url: database.url.clone(),
                database_connections: 4,
                address: local,
                metrics_address: Some(local),
                issuer: ISSUER.into(),
                sealing_keys: SEALING_KEY.parse().unwrap(),
                smtp_url: None,
                mail_folder: mails.folder().into(),
                mail_from: "PeerPath <no-reply@peerpath.test>".into(),
                trusted_proxies: Vec::new(),
                forwarded_header: ForwardedHeader::XForwardedFor,
                requests_per_minute: NonZeroU32::new(60_000).unwrap(),
                attempts_per_minute: NonZeroU32::new(1_000).unwrap(),
                account_attempts_per_hour: NonZeroU32::new(1_000).unwrap(),
                hashing_threads: 2,
                hashing_queue: 64,
                cors_origins: Vec::new(),
                workers: 1,
                body_bytes: 65_536,
                request_seconds: 30,
                shutdown_seconds: 0,
                log: "off".into(),
                log_file: None,
            },
        };
        change(&mut setup);
        let sealing = setup.config.sealing_keys.clone();
        let running = peerpath_http::start(setup.config).await.unwrap();
        let url = format!("http://{}", running.address);
        let metrics_url = format!("http://{}/metrics", running.metrics_address.unwrap());
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(running.serve_until(async {
            let _ = stopped.await;
        }));
        let machine = Machine::in_database(&database).await;
        let mut service = Self {
            url,
            metrics_url,
            signing_key: keys::signing_key(&database, &sealing).await,
            mails,
            machine,
            token: String::new(),
            http: client(),
            running: Some((stop, serving)),
            database,
        };
        service.token = service.token_of(&service.machine).await;
        service
    }

    /// A request with the token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.anonymous(method, path).bearer_auth(&self.token)
    }

    /// A request without a token.
    pub fn anonymous(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// The answer to a `GET` with the token.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    /// The JSON that a `GET` with the token must give.
    pub async fn get_json(&self, path: &str) -> Value {
        self.get(path).await.ok()
    }

    /// The answer to a `GET` with another token.
    pub async fn get_with(&self, token: &str, path: &str) -> Answer {
        Answer::to(self.anonymous(Method::GET, path).bearer_auth(token)).await
    }

    /// The answer to a `GET` with an `If-None-Match`.
    pub async fn get_unless(&self, tags: &str, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path).header("if-none-match", tags)).await
    }

    /// The answer of the token endpoint.
    pub async fn ask_for_token(&self, form: &[(&str, &str)]) -> Answer {
        Answer::to(self.anonymous(Method::POST, "/oauth/token").form(form)).await
    }

    /// A token of a client.
    pub async fn token_of(&self, machine: &Machine) -> String {
        let answer = self.ask_for_token(&machine.form()).await.ok();
        answer["access_token"].as_str().unwrap().into()
    }

    /// Makes a new key that signs after a while; gives its id.
    pub async fn rotate_keys(&self, after: Duration) -> String {
        let made = self.keys(&["rotate", "--after", &after.as_secs().to_string()]).await.json();
        made["key_id"].as_str().unwrap().into()
    }

    /// Runs `peerpath keys` on its database.
    pub async fn keys(&self, arguments: &[&str]) -> Outcome {
        let mut command = command(&["keys"]);
        command.args(arguments).env("DATABASE_URL", &self.database.url).env("PEERPATH_SEALING_KEYS", SEALING_KEY);
        outcome(command).await
    }

    /// The metrics, as they stand.
    pub async fn metrics(&self) -> String {
        Answer::to(self.http.get(&self.metrics_url)).await.text()
    }

    /// The value of a metric; the name stands with its labels.
    pub async fn metric(&self, name: &str) -> Option<f64> {
        let metrics = self.metrics().await;
        metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
    }
}

/// A client that follows no redirect, decodes nothing, and gives up after half a minute.
#[must_use]
pub fn client() -> reqwest::Client {
    let redirect = reqwest::redirect::Policy::none();
    reqwest::Client::builder()
        .redirect(redirect)
        .timeout(Duration::from_secs(30))
        .pool_max_idle_per_host(0)
        .build()
        .unwrap()
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some((stop, serving)) = self.running.take() {
            let _ = stop.send(());
            tokio::task::block_in_place(|| {
                let _ = tokio::runtime::Handle::current().block_on(serving);
            });
        }
    }
}
