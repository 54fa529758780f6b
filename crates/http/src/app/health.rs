//! Health checks: liveness and readiness.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::snapshot::CatalogState;
use crate::web::{AnyRequest, Anyone, Endpoints, Json, OperationDocument, Permit, Problem, Reply, endpoints};

pub fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: get_live, get_ready);
}

/// Liveness of the service.
#[derive(Debug, Serialize, ToSchema)]
struct Liveness {
    /// Always `live`.
    status: &'static str,
}

/// Readiness of the service.
#[derive(Debug, Serialize, ToSchema)]
struct Readiness {
    /// Overall state of the service.
    status: ReadinessStatus,
    /// State of the database.
    database: DatabaseHealth,
    /// State of the catalog.
    catalog: CatalogHealth,
}

/// Overall state of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ReadinessStatus {
    /// The service can answer.
    Ready,
    /// The service can answer, but could not load the newest catalog.
    Degraded,
    /// The service cannot answer.
    Unavailable,
}

/// State of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DatabaseHealth {
    /// The database responds.
    Up,
    /// The database does not respond.
    Down,
}

/// The catalog in use.
#[derive(Debug, Serialize, ToSchema)]
struct CatalogHealth {
    /// State of the catalog.
    state: CatalogHealthState,
    /// Version of the catalog; null when no catalog is loaded.
    version: Option<i64>,
    /// Time of the first failure to load a newer version; null unless the catalog is stale.
    stale_since: Option<DateTime<Utc>>,
}

/// State of the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum CatalogHealthState {
    /// The service uses the newest version.
    Current,
    /// The newest version cannot be loaded; the service uses an earlier version.
    Stale,
    /// No catalog is loaded.
    Missing,
}

/// Check whether the service is alive
///
/// For process supervisors.
#[utoipa::path(get, path = "/health/live", tag = "health")]
async fn get_live(_: Permit<Anyone, AnyRequest>) -> Result<Json<Liveness>, Problem> {
    Ok(Json(Liveness { status: "live" }))
}

/// Check whether the service can answer
///
/// For load balancers: the database can be reached, and a catalog is served.
#[utoipa::path(get, path = "/health/ready", tag = "health")]
async fn get_ready(anyone: Permit<Anyone, AnyRequest>) -> Result<Readiness, Problem> {
    let snapshots = &anyone.service.snapshots;
    let database = if anyone.database_answers().await { DatabaseHealth::Up } else { DatabaseHealth::Down };
    let (state, stale_since) = match *snapshots.state() {
        CatalogState::Missing => (CatalogHealthState::Missing, None),
        CatalogState::Current => (CatalogHealthState::Current, None),
        CatalogState::Stale { since } => (CatalogHealthState::Stale, Some(since)),
    };
    let status = match (database, state) {
        (DatabaseHealth::Down, _) | (_, CatalogHealthState::Missing) => ReadinessStatus::Unavailable,
        (_, CatalogHealthState::Stale) => ReadinessStatus::Degraded,
        (_, CatalogHealthState::Current) => ReadinessStatus::Ready,
    };
    let catalog = CatalogHealth { state, version: snapshots.version(), stale_since };
    Ok(Readiness { status, database, catalog })
}

impl Reply for Readiness {
    fn document(operation: &mut OperationDocument) {
        let content = [("application/json", operation.schema::<Self>())];
        operation.response(StatusCode::OK, "The service can answer", &content, &[]);
        operation.response(StatusCode::SERVICE_UNAVAILABLE, "The service cannot answer", &content, &["Retry-After"]);
    }

    fn respond(self, request: &HttpRequest) -> Result<HttpResponse, Problem> {
        let status = self.status;
        let mut response = Json(self).respond(request)?;
        if status == ReadinessStatus::Unavailable {
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("2"));
        }
        Ok(response)
    }
}
