//! The one list of routes, which the server serves and the OpenAPI document describes.

use super::health;
use crate::web::endpoint::Endpoints;
use crate::{accounts, administration, catalog, guidance, oauth, organizations, pages};

/// The endpoints under `/v1`, which the gate guards.
pub fn api() -> Endpoints {
    let mut endpoints = Endpoints::default();
    catalog::configure(&mut endpoints);
    guidance::configure(&mut endpoints);
    accounts::configure(&mut endpoints);
    organizations::configure(&mut endpoints);
    administration::configure(&mut endpoints);
    endpoints
}

/// The endpoints that are for everybody.
pub fn public() -> Endpoints {
    let mut endpoints = Endpoints::default();
    oauth::configure(&mut endpoints);
    health::configure(&mut endpoints);
    accounts::configure_pages(&mut endpoints);
    pages::configure(&mut endpoints);
    endpoints
}
