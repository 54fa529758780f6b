//! Whether the service lives, and whether it can answer.

use actix_web::http::header;
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Anyone, Permit, Raw};
use crate::problem::Problem;
use crate::snapshot::CatalogState;

/// Adds the endpoints.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_live).service(get_ready);
}

/// That the service lives.
#[derive(Debug, Serialize, ToSchema)]
struct Liveness {
    /// Always `live`.
    status: &'static str,
}

/// Whether the service can answer.
#[derive(Debug, Serialize, ToSchema)]
struct Readiness {
    /// On the whole.
    status: ReadinessStatus,
    /// The database.
    database: DatabaseHealth,
    /// The catalog that is served.
    catalog: CatalogHealth,
}

/// Whether the service can answer, on the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ReadinessStatus {
    /// It can.
    Ready,
    /// It can, with a catalog that is not the newest.
    Degraded,
    /// It cannot.
    Unavailable,
}

/// Whether the database answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DatabaseHealth {
    /// It does.
    Up,
    /// It does not.
    Down,
}

/// How the catalog that is served stands to the stored one.
#[derive(Debug, Serialize, ToSchema)]
struct CatalogHealth {
    /// Which it is.
    state: CatalogHealthState,
    /// Its version; null where none is served.
    version: Option<i64>,
    /// Since when a newer one could not be loaded; null where that is not so.
    stale_since: Option<DateTime<Utc>>,
}

/// How the catalog that is served stands to the stored one, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum CatalogHealthState {
    /// The stored one is served.
    Current,
    /// Loading the stored one failed; the last one goes on serving.
    Stale,
    /// None is served.
    Missing,
}

/// Ask whether the service lives
///
/// For whoever restarts it.
#[utoipa::path(tag = "health", responses((status = OK, description = "It lives", body = Liveness)), security(()))]
#[get("/health/live")]
async fn get_live(_: Permit<Anyone, Raw>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response.json(Liveness { status: "live" })
}

/// Ask whether the service can answer
///
/// For whoever sends it requests: the database is reachable, and a catalog is served.
#[utoipa::path(
    tag = "health",
    responses(
        (status = OK, description = "It can", body = Readiness),
        (status = SERVICE_UNAVAILABLE, description = "It cannot", body = Readiness),
    ),
    security(())
)]
#[get("/health/ready")]
async fn get_ready(anyone: Permit<Anyone, Raw>) -> Result<HttpResponse, Problem> {
    let service = &anyone.service;
    let database = match anyone.database.ping().await {
        Ok(()) => DatabaseHealth::Up,
        Err(_) => DatabaseHealth::Down,
    };
    let (state, stale_since) = match *service.snapshots.state() {
        CatalogState::Missing => (CatalogHealthState::Missing, None),
        CatalogState::Current => (CatalogHealthState::Current, None),
        CatalogState::Stale { since } => (CatalogHealthState::Stale, Some(since)),
    };
    let status = match (database, state) {
        (DatabaseHealth::Down, _) | (_, CatalogHealthState::Missing) => ReadinessStatus::Unavailable,
        (_, CatalogHealthState::Stale) => ReadinessStatus::Degraded,
        (_, CatalogHealthState::Current) => ReadinessStatus::Ready,
    };
    let mut response = match status {
        ReadinessStatus::Unavailable => HttpResponse::ServiceUnavailable(),
        ReadinessStatus::Ready | ReadinessStatus::Degraded => HttpResponse::Ok(),
    };
    if status == ReadinessStatus::Unavailable {
        response.insert_header((header::RETRY_AFTER, "2"));
    }
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    let catalog = CatalogHealth { state, version: service.snapshots.version(), stale_since };
    Ok(response.json(Readiness { status, database, catalog }))
}
