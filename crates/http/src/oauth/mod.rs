//! OAuth 2.0: tokens for machine clients (RFC 6749), revocation (RFC 7009), introspection (RFC 7662) and discovery (RFC 8414).

mod client;
mod discovery;
mod error;
mod introspection;
mod request;
mod revocation;
mod token;

use crate::web::Endpoints;

pub fn configure(endpoints: &mut Endpoints) {
    token::configure(endpoints);
    revocation::configure(endpoints);
    introspection::configure(endpoints);
    discovery::configure(endpoints);
}
