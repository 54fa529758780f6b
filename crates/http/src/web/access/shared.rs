//! The service and the database connections of a worker. Only permits give access to them.

use actix_web::HttpRequest;
use actix_web::web::Data;
use peerpath_persistence::Database;

use crate::service::Service;
use crate::web::problem::Problem;

/// The service, and the worker's own database connections. Only the worker's thread drives them, so a query wakes no
/// other thread.
#[derive(Clone)]
pub struct Shared {
    pub(super) service: Data<Service>,
    pub(super) database: Database,
}

impl Shared {
    pub const fn new(service: Data<Service>, database: Database) -> Self {
        Self { service, database }
    }

    pub(super) fn of(request: &HttpRequest) -> Result<&Self, Problem> {
        request.app_data::<Self>().ok_or_else(|| Problem::internal("the application has no service"))
    }
}
