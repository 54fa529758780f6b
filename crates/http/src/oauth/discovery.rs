//! What clients find the service's tokens by: its keys, and the metadata of RFC 8414.

use actix_web::http::header;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Anyone, Permit, Raw};
use crate::problem::Problem;
use crate::tokens::Scope;

/// The public keys of RFC 7517.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it documents the set that jsonwebtoken serializes")]
struct KeySet {
    /// Each key whose signatures are accepted.
    keys: Vec<PublicKey>,
}

/// A public Ed25519 key, as RFC 8037 has it.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it documents the keys that jsonwebtoken serializes")]
struct PublicKey {
    /// Always `OKP`.
    kty: String,
    /// Always `Ed25519`.
    crv: String,
    /// The key, in base64url.
    x: String,
    /// Its id: the thumbprint of RFC 7638.
    kid: String,
    /// Always `EdDSA`.
    alg: String,
    /// Always `sig`.
    #[schema(rename = "use")]
    usage: String,
}

/// Read the public keys
///
/// A JSON Web Key Set with each key whose signatures are accepted. Keys come and go; look again when a token names an unknown one.
#[utoipa::path(tag = "oauth", responses((status = OK, description = "The keys", body = KeySet)), security(()))]
#[get("/.well-known/jwks.json")]
pub(super) async fn get_jwks(anyone: Permit<Anyone, Raw>) -> Result<HttpResponse, Problem> {
    let keys = anyone.service.tokens.published_keys();
    published(&keys.ok_or_else(|| Problem::unavailable("the keys cannot be told yet", "no key is loaded"))?)
}

/// How the authorization server is used, as RFC 8414 has it.
#[derive(Debug, Serialize, ToSchema)]
struct AuthorizationServer {
    /// Who issues the tokens.
    issuer: String,
    /// Where tokens are to be had.
    token_endpoint: String,
    /// Where the public keys are.
    jwks_uri: String,
    /// Where tokens are taken back.
    revocation_endpoint: String,
    /// Where tokens are asked about.
    introspection_endpoint: String,
    /// What a token of a machine can allow.
    scopes_supported: Vec<&'static str>,
    /// None: there is no authorization endpoint.
    response_types_supported: Vec<&'static str>,
    /// The grants.
    grant_types_supported: Vec<&'static str>,
    /// How clients authenticate.
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How clients authenticate where tokens are taken back.
    revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How clients authenticate where tokens are asked about.
    introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// Where it is documented.
    service_documentation: String,
}

/// Read about the authorization server
///
/// The metadata by which OAuth clients set themselves up.
#[utoipa::path(tag = "oauth", responses((status = OK, description = "The metadata", body = AuthorizationServer)), security(()))]
#[get("/.well-known/oauth-authorization-server")]
pub(super) async fn get_authorization_server(anyone: Permit<Anyone, Raw>) -> Result<HttpResponse, Problem> {
    let issuer = anyone.service.tokens.issuer();
    let methods = vec!["client_secret_basic", "client_secret_post"];
    let machines = Scope::ALL.iter().filter(|scope| scope.is_for_machines());
    published(&AuthorizationServer {
        issuer: issuer.into(),
        token_endpoint: format!("{issuer}/oauth/token"),
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        revocation_endpoint: format!("{issuer}/oauth/revoke"),
        introspection_endpoint: format!("{issuer}/oauth/introspect"),
        scopes_supported: machines.map(|scope| scope.as_str()).collect(),
        response_types_supported: Vec::new(),
        grant_types_supported: vec!["client_credentials"],
        token_endpoint_auth_methods_supported: methods.clone(),
        revocation_endpoint_auth_methods_supported: [methods.clone(), vec!["none"]].concat(),
        introspection_endpoint_auth_methods_supported: methods,
        service_documentation: format!("{issuer}/docs"),
    })
}

fn published(document: &impl Serialize) -> Result<HttpResponse, Problem> {
    let body = serde_json::to_vec(document).map_err(Problem::internal)?;
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, "application/json"));
    response.insert_header((header::CACHE_CONTROL, "public, max-age=300"));
    Ok(response.body(body))
}
