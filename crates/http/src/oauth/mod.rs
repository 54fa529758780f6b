//! OAuth 2: tokens for machine clients, taking them back, asking about them, and what they are found by.

mod discovery;
mod form;
mod introspection;
mod revocation;
mod token;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the endpoints.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(token::issue_token).service(revocation::revoke_token).service(introspection::introspect_token);
    config.service(discovery::get_jwks).service(discovery::get_authorization_server);
}
