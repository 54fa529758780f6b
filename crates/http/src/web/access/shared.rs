//! The service, as the application of a worker holds it: only permits hand it out.

use actix_web::HttpRequest;
use actix_web::web::Data;

use crate::service::Service;
use crate::web::problem::Problem;

/// The service.
#[derive(Clone)]
pub struct Shared(pub(super) Data<Service>);

impl Shared {
    /// Hands the service to the application of a worker.
    pub const fn new(service: Data<Service>) -> Self {
        Self(service)
    }

    pub(super) fn of(request: &HttpRequest) -> Result<&Data<Service>, Problem> {
        let shared = request.app_data::<Self>().ok_or_else(|| Problem::internal("the application has no service"))?;
        Ok(&shared.0)
    }
}
