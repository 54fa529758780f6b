//! OAuth 2: tokens for machine clients, and what they are found by.

mod discovery;
mod secret;
mod token;

pub use secret::{ClientSecret, digest};

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the endpoints.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(token::issue_token).service(discovery::get_jwks).service(discovery::get_authorization_server);
}
