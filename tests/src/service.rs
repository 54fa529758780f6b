//! The service, running in the process of the test on its own database.

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

/// The Mental Health Peer Specialist, a credential of Texas.
pub const MHPS: &str = "/v1/credentials/us-tx-mhps";

pub const ISSUER: &str = "https://peerpath.test";

pub const SEALING_KEY: &str = "cGVlcnBhdGggdGVzdHMgc2VhbCB3aXRoIHRoaXMga2U";

#[derive(Debug, Clone)]
pub struct Machine {
    pub id: String,
    pub secret: String,
}

impl Machine {
    /// Creates a client with the scopes of the catalog and of guidance.
    pub async fn in_database(database: &TestDatabase) -> Self {
        let (id, secret) = (Uuid::now_v7().to_string(), format!("peerpath_secret_{}", Uuid::new_v4().simple()));
        let made = format!(
            "insert into clients (id, name, scopes) values ('{id}', 'Test', '{{catalog:read,guidance}}');
            insert into client_secrets (client_id, id, digest) values ('{id}', gen_random_uuid(), sha256('{secret}'))"
        );
        database.run(&made).await;
        Self { id, secret }
    }

    /// The form of a request for a token.
    #[must_use]
    pub fn form(&self) -> Vec<(&str, &str)> {
        vec![("grant_type", "client_credentials"), ("client_id", &self.id), ("client_secret", &self.secret)]
    }
}

/// Settings of a service beyond those that all have in common.
pub struct Setup {
    pub config: ServeConfig,
}

/// A running service, which stops with this. The last service on a database drops it.
pub struct Service {
    pub url: String,
    pub metrics_url: String,
    pub signing_key: String,
    pub mails: Arc<Mails>,
    pub machine: Machine,
    /// A token of the client.
    pub token: String,
    http: reqwest::Client,
    running: Option<(oneshot::Sender<()>, JoinHandle<io::Result<()>>)>,
    pub database: Arc<TestDatabase>,
}

impl Service {
    pub async fn start() -> Self {
        Self::start_with(TestDatabase::with_catalog(), |_| {}).await
    }

    /// A service without a catalog, which starts faster.
    pub async fn without_catalog() -> Self {
        Self::start_with(TestDatabase::empty(), |_| {}).await
    }

    pub async fn start_with(database: TestDatabase, change: impl FnOnce(&mut Setup)) -> Self {
        Self::start_on(Arc::new(database), Arc::new(Mails::new()), change).await
    }

    /// Another instance on the same database, with the same folder for mails.
    pub async fn another_instance(&self) -> Self {
        self.another_instance_with(|_| {}).await
    }

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

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.anonymous(method, path).bearer_auth(&self.token)
    }

    pub fn anonymous(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    /// The JSON of a successful `GET`.
    pub async fn get_json(&self, path: &str) -> Value {
        self.get(path).await.ok()
    }

    pub async fn get_with(&self, token: &str, path: &str) -> Answer {
        Answer::to(self.anonymous(Method::GET, path).bearer_auth(token)).await
    }

    pub async fn get_unless(&self, tags: &str, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path).header("if-none-match", tags)).await
    }

    pub async fn ask_for_token(&self, form: &[(&str, &str)]) -> Answer {
        Answer::to(self.anonymous(Method::POST, "/oauth/token").form(form)).await
    }

    pub async fn token_of(&self, machine: &Machine) -> String {
        let answer = self.ask_for_token(&machine.form()).await.ok();
        answer["access_token"].as_str().unwrap().into()
    }

    /// Adds a key that signs after a while, and returns its id.
    pub async fn rotate_keys(&self, after: Duration) -> String {
        let made = self.keys(&["rotate", "--after", &after.as_secs().to_string()]).await.json();
        made["key_id"].as_str().unwrap().into()
    }

    pub async fn keys(&self, arguments: &[&str]) -> Outcome {
        let mut command = command(&["keys"]);
        command.args(arguments).env("DATABASE_URL", &self.database.url).env("PEERPATH_SEALING_KEYS", SEALING_KEY);
        outcome(command).await
    }

    pub async fn metrics(&self) -> String {
        Answer::to(self.http.get(&self.metrics_url)).await.text()
    }

    /// The value of a metric. The name includes the labels.
    pub async fn metric(&self, name: &str) -> Option<f64> {
        let metrics = self.metrics().await;
        metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
    }
}

/// A client that follows no redirects, decodes nothing, and has a timeout of half a minute.
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
