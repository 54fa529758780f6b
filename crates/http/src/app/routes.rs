//! All routes. The server serves this list, and the OpenAPI document describes it.

use super::health;
use crate::web::endpoint::Endpoints;
use crate::{accounts, administration, catalog, guidance, oauth, organizations, pages};

/// The endpoints under `/v1`, behind the gate.
pub fn api() -> Endpoints {
    let mut endpoints = Endpoints::default();
    catalog::configure(&mut endpoints);
    guidance::configure(&mut endpoints);
    accounts::configure(&mut endpoints);
    organizations::configure(&mut endpoints);
    administration::configure(&mut endpoints);
    endpoints
}

/// The public endpoints.
pub fn public() -> Endpoints {
    let mut endpoints = Endpoints::default();
    oauth::configure(&mut endpoints);
    health::configure(&mut endpoints);
    accounts::configure_pages(&mut endpoints);
    pages::configure(&mut endpoints);
    endpoints
}
