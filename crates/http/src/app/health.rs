//! Health checks: whether the service is alive, and whether it can answer.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::snapshot::CatalogState;
use crate::web::access::{Anyone, Permit};
use crate::web::document::OperationDocument;
use crate::web::endpoint::{Endpoints, endpoints};
use crate::web::input::AnyRequest;
use crate::web::problem::Problem;
use crate::web::responses::{Json, Reply};

/// Adds the endpoints.
pub fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: get_live, get_ready);
}

/// The service is alive.
#[derive(Debug, Serialize, ToSchema)]
struct Liveness {
    /// Always `live`.
    status: &'static str,
}

/// The service's readiness.
#[derive(Debug, Serialize, ToSchema)]
struct Readiness {
    /// The overall state.
    status: ReadinessStatus,
    /// The database.
    database: DatabaseHealth,
    /// The catalog.
    catalog: CatalogHealth,
}

/// The overall state of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ReadinessStatus {
    /// It can answer.
    Ready,
    /// It can answer, but its catalog is not the newest.
    Degraded,
    /// It cannot answer.
    Unavailable,
}

/// The state of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DatabaseHealth {
    /// It answers.
    Up,
    /// It does not answer.
    Down,
}

/// The catalog that is served.
#[derive(Debug, Serialize, ToSchema)]
struct CatalogHealth {
    /// Its state.
    state: CatalogHealthState,
    /// Its version; null when none is served.
    version: Option<i64>,
    /// Since when a newer version cannot be loaded; null unless it is stale.
    stale_since: Option<DateTime<Utc>>,
}

/// The state of the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum CatalogHealthState {
    /// The newest version is served.
    Current,
    /// The newest version cannot be loaded; an earlier one is served.
    Stale,
    /// None is served.
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
        operation.response(StatusCode::OK, "It can answer", &content, &[]);
        operation.response(StatusCode::SERVICE_UNAVAILABLE, "It cannot answer", &content, &["Retry-After"]);
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
