//! Builds, starts and stops the server.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_cors::Cors;
use actix_web::http::{Method, header};
use actix_web::middleware::{Condition, from_fn};
use actix_web::web::Data;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use peerpath_persistence::Database;
use tokio::sync::Notify;
use utoipa_swagger_ui::{Config as SwaggerConfig, SwaggerUi, oauth};

use super::background::{SigningState, clean_up, follow_changes};
use super::config::ServeConfig;
use super::{openapi, routes};
use crate::service::Service;
use crate::service::hashing::Hasher;
use crate::service::limits::{Limits, Quotas};
use crate::service::mail::{Transport, deliver};
use crate::service::metrics::Metrics;
use crate::service::network::Proxies;
use crate::service::snapshot::{CachedBody, SnapshotStore};
use crate::service::tokens::{KeyError, Tokens};
use crate::web::access::{Shared, gate};
use crate::web::caching::Cached;
use crate::web::negotiation::{self, JSON};
use crate::web::problem::Problem;
use crate::web::request_log::{Observer, REQUEST_ID, observe};
use crate::web::responses::Reply;
use crate::web::route_table::{RouteTable, fallback};

/// Database connections for background work. The workers have others, and so do listening and polling.
const BACKGROUND_CONNECTIONS: usize = 2;

/// A running service.
pub struct Running {
    /// The address of the API.
    pub address: SocketAddr,
    /// The address of the metrics, if they are enabled.
    pub metrics_address: Option<SocketAddr>,
    server: actix_web::dev::Server,
    metrics_server: Option<actix_web::dev::Server>,
    background: Vec<tokio::task::JoinHandle<()>>,
}

/// Starts the service. Catalog and keys load before the first request if possible.
///
/// # Errors
/// When an address cannot be bound or the configuration is inconsistent.
pub async fn start(config: ServeConfig) -> io::Result<Running> {
    let transport = Transport::new(config.smtp_url.as_deref(), config.mail_folder.clone(), &config.mail_from);
    let transport = transport.map_err(io::Error::other)?;
    tracing::info!(place = transport.place(), "mail transport");
    let database = Database::new(&config.database_url, BACKGROUND_CONNECTIONS).map_err(io::Error::other)?;
    let metrics = Arc::new(Metrics::default());
    let quotas = Quotas {
        requests_per_minute: config.requests_per_minute,
        attempts_per_minute: config.attempts_per_minute,
        account_attempts_per_hour: config.account_attempts_per_hour,
    };
    let service = Data::new(Service {
        snapshots: Arc::new(SnapshotStore::new(database.clone(), Arc::clone(&metrics))),
        database,
        tokens: Tokens::new(config.issuer.clone()),
        sealing: config.sealing_keys.clone(),
        hasher: Hasher::new(config.hashing_threads, config.hashing_queue).map_err(io::Error::other)?,
        limits: Limits::new(quotas),
        proxies: Proxies::new(config.trusted_proxies.clone(), config.forwarded_header),
        mail: Notify::new(),
        metrics,
    });
    let listener = bind(config.address)?;
    let address = listener.local_addr()?;
    service.snapshots.refresh().await;
    // Before the first request. If the database cannot be reached, background work keeps trying.
    if let Ok(mut db) = service.database.connection().await {
        match SigningState::default().refresh(&service, &mut db).await {
            Err(KeyError::Database(error)) => {
                tracing::warn!(error = %error, "keys and revocations cannot be loaded yet");
            }
            loaded => loaded.map_err(io::Error::other)?,
        }
    }
    let (of_mail, of_sweep) = (service.clone(), service.clone());
    let background = vec![
        tokio::spawn(follow_changes(service.clone())),
        tokio::spawn(async move { deliver(&of_mail.database, &transport, &of_mail.mail).await }),
        tokio::spawn(async move { clean_up(&of_sweep).await }),
    ];

    let metrics_listener = config.metrics_address.map(bind).transpose()?;
    let metrics_address = metrics_listener.as_ref().map(TcpListener::local_addr).transpose()?;
    let metrics_server = metrics_listener.map(|listener| serve_metrics(listener, service.clone())).transpose()?;

    let document: serde_json::Value = serde_json::from_str(openapi::COMMITTED)?;
    let table = Arc::new(RouteTable::new(&document));
    let openapi_body = Data::new(Arc::new(CachedBody::new(openapi::COMMITTED.into(), None)));
    let time_limit = Duration::from_secs(config.request_seconds);
    let (workers, shutdown) = (config.workers, config.shutdown_seconds);
    let of_worker = || Database::new(&config.database_url, (config.database_connections / workers).max(2));
    let databases: Vec<Database> =
        (0..workers).map(|_| of_worker()).collect::<Result<_, _>>().map_err(io::Error::other)?;
    let turn = Arc::new(AtomicUsize::new(0));
    let server = HttpServer::new(move || {
        let own = databases.get(turn.fetch_add(1, Ordering::Relaxed) % workers);
        let database = own.unwrap_or(&service.database).clone();
        let observer =
            Rc::new(Observer { routes: Arc::clone(&table), metrics: Arc::clone(&service.metrics), time_limit });
        let (api, public) = (routes::api(), routes::public());
        App::new()
            .app_data(Shared::new(service.clone(), database))
            .app_data(openapi_body.clone())
            .app_data(web::PayloadConfig::new(config.body_bytes))
            .service(web::scope("/v1").wrap(from_fn(gate)).configure(|config| api.register(config)))
            .configure(|config| public.register(config))
            .service(web::resource("/openapi.json").route(web::get().to(get_openapi)))
            .service(web::redirect("/docs", "/docs/"))
            .service(swagger_ui())
            .default_service(web::to(fallback))
            .wrap(Condition::new(!config.cors_origins.is_empty(), cors(&config.cors_origins)))
            .wrap(from_fn(move |request, next| observe(Rc::clone(&observer), request, next)))
    })
    .workers(workers)
    // Long answers are written in parts. No part waits for the acknowledgment of the previous part.
    .tcp_nodelay(true)
    .disable_signals()
    .shutdown_timeout(shutdown)
    .client_request_timeout(Duration::from_secs(10))
    .listen(listener)?
    .run();
    Ok(Running { address, metrics_address, server, metrics_server, background })
}

impl Running {
    /// Serves until `stop` is ready, then finishes running requests.
    ///
    /// # Errors
    /// When serving fails.
    pub async fn serve_until(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let handle = self.server.handle();
        let metrics = self.metrics_server.map(|metrics| (metrics.handle(), tokio::spawn(metrics)));
        let serving = tokio::spawn(self.server);
        tokio::pin!(serving);
        tokio::select! {
            ended = &mut serving => return ended.map_err(io::Error::other)?,
            () = stop => {}
        }
        handle.stop(true).await;
        self.background.iter().for_each(tokio::task::JoinHandle::abort);
        if let Some((handle, _)) = metrics {
            handle.stop(false).await;
        }
        serving.await.map_err(io::Error::other)?
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"));
    TcpListener::bind(address).map_err(named)
}

fn serve_metrics(listener: TcpListener, service: Data<Service>) -> io::Result<actix_web::dev::Server> {
    let app = move || App::new().app_data(service.clone()).route("/metrics", web::get().to(get_metrics));
    Ok(HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run())
}

async fn get_metrics(service: Data<Service>) -> Result<HttpResponse, Problem> {
    let text = service.metrics.encode().map_err(Problem::internal)?;
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, content_type)).body(text))
}

async fn get_openapi(request: HttpRequest, body: Data<Arc<CachedBody>>) -> Result<HttpResponse, Problem> {
    let representation = negotiation::representation(&request, JSON)?;
    let sent = Cached::<()>::send(&request, Arc::clone(&body), representation).await?;
    let mut response = sent.respond(&request)?;
    let cacheable = header::HeaderValue::from_static("public, max-age=300");
    response.headers_mut().insert(header::CACHE_CONTROL, cacheable);
    Ok(response)
}

fn swagger_ui() -> SwaggerUi {
    let config = SwaggerConfig::new(["/openapi.json"]).display_operation_id(true).filter(true).validator_url("none");
    SwaggerUi::new("/docs/{_:.*}").config(config).oauth(oauth::Config::new().app_name("PeerPath"))
}

/// Origins whose web pages may call the service: none, unless the configuration names them.
fn cors(origins: &[String]) -> Cors {
    let cors = origins.iter().fold(Cors::default(), |cors, origin| {
        if origin == "*" { cors.allow_any_origin().send_wildcard() } else { cors.allowed_origin(origin) }
    });
    cors.allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT])
        .allowed_headers([header::IF_NONE_MATCH, header::IF_MATCH])
        .allowed_headers(["traceparent", "idempotency-key"])
        .expose_headers([header::ETAG, header::LINK, header::LOCATION, header::RETRY_AFTER, header::WWW_AUTHENTICATE])
        .expose_headers([REQUEST_ID.as_str(), "ratelimit", "ratelimit-policy"])
        .block_on_origin_mismatch(false)
        .max_age(600)
}
