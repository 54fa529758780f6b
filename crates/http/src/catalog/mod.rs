//! The catalog's endpoints: reference data that is the same for every caller.

mod credentials;
mod example;
mod list;
mod resources;
mod summary;

pub use example::{example, field_names};

use actix_web::http::header::HeaderValue;
use serde::Serialize;

use crate::service::snapshot::CachedBody;
use crate::web::{CacheableRead, CatalogReader, Endpoints, Permit, Problem};

type Read<Q> = Permit<CatalogReader, CacheableRead<Q>>;

pub fn configure(endpoints: &mut Endpoints) {
    summary::configure(endpoints);
    credentials::configure(endpoints);
    resources::configure(endpoints);
}

fn json(value: &impl Serialize, link: Option<HeaderValue>) -> Result<CachedBody, Problem> {
    Ok(CachedBody::new(serde_json::to_vec(value).map_err(Problem::internal)?, link))
}
