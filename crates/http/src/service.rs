//! What all handlers share.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::web::Data;
use peerpath_persistence::Database;

use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::snapshot::SnapshotStore;
use crate::tokens::Tokens;

/// What all handlers share.
pub struct Service {
    /// The database.
    pub database: Database,
    /// The catalog, as it is served.
    pub snapshots: Arc<SnapshotStore>,
    /// Tokens, issued and verified.
    pub tokens: Tokens,
    /// What is counted.
    pub metrics: Arc<Metrics>,
}

impl Service {
    /// The service that a request came to.
    ///
    /// # Errors
    /// [`Problem`] where the application was put together without one.
    pub fn of(request: &HttpRequest) -> Result<&Data<Self>, Problem> {
        request.app_data::<Data<Self>>().ok_or_else(|| Problem::internal("the application has no service"))
    }
}
