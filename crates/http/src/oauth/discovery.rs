//! Discovery: the public keys (RFC 7517) and the metadata of the authorization server (RFC 8414).

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::tokens::{PublishedKey, Scope};
use crate::web::{AnyRequest, Anyone, Endpoints, Json, OperationDocument, Permit, Problem, Reply, endpoints};

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: get_jwks, get_authorization_server);
}

/// 200 with a public document.
struct Published<T>(T);

impl<T: Serialize + ToSchema + 'static> Reply for Published<T> {
    fn document(operation: &mut OperationDocument) {
        Json::<T>::document(operation);
        operation.response_header("Cache-Control");
    }

    fn respond(self, _: &HttpRequest) -> Result<HttpResponse, Problem> {
        let body = serde_json::to_vec(&self.0).map_err(Problem::internal)?;
        let mut response = HttpResponse::Ok();
        response.insert_header((header::CONTENT_TYPE, "application/json"));
        response.insert_header((header::CACHE_CONTROL, "public, max-age=300"));
        Ok(response.body(body))
    }
}

/// A JSON Web Key Set (RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
struct KeySet {
    /// The keys whose signatures are accepted.
    keys: Vec<PublicKey>,
}

/// A public Ed25519 key (RFC 8037).
#[derive(Debug, Serialize, ToSchema)]
struct PublicKey {
    /// Always `OKP`.
    kty: &'static str,
    /// Always `Ed25519`.
    crv: &'static str,
    /// The key, in base64url.
    x: String,
    /// The id of the key: its thumbprint (RFC 7638).
    kid: String,
    /// Always `EdDSA`.
    alg: &'static str,
    /// Always `sig`.
    #[serde(rename = "use")]
    usage: &'static str,
}

impl From<PublishedKey> for PublicKey {
    fn from(key: PublishedKey) -> Self {
        Self { kty: "OKP", crv: "Ed25519", x: key.x, kid: key.id, alg: "EdDSA", usage: "sig" }
    }
}

/// Read the public keys
///
/// A JSON Web Key Set of the keys whose signatures are accepted. Read it again when a token names an unknown key.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "oauth")]
async fn get_jwks(anyone: Permit<Anyone, AnyRequest>) -> Result<Published<KeySet>, Problem> {
    let keys = anyone.service.tokens.published_keys();
    let keys = keys.ok_or_else(|| Problem::unavailable("The keys are not loaded yet", "no key is loaded"))?;
    let keys = keys.into_iter().map(PublicKey::from).collect();
    Ok(Published(KeySet { keys }))
}

/// Metadata of the authorization server (RFC 8414).
#[derive(Debug, Serialize, ToSchema)]
struct AuthorizationServer {
    /// The issuer of the tokens.
    issuer: String,
    /// The token endpoint.
    token_endpoint: String,
    /// The public keys.
    jwks_uri: String,
    /// The revocation endpoint.
    revocation_endpoint: String,
    /// The introspection endpoint.
    introspection_endpoint: String,
    /// The scopes that machines can have.
    scopes_supported: Vec<&'static str>,
    /// Empty: there is no authorization endpoint.
    response_types_supported: Vec<&'static str>,
    /// The grant types.
    grant_types_supported: Vec<&'static str>,
    /// How clients authenticate at the token endpoint.
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How clients authenticate at the revocation endpoint.
    revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How clients authenticate at the introspection endpoint.
    introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// The documentation.
    service_documentation: String,
}

/// Read the metadata of the authorization server
///
/// For OAuth clients that configure themselves.
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server", tag = "oauth")]
async fn get_authorization_server(
    anyone: Permit<Anyone, AnyRequest>,
) -> Result<Published<AuthorizationServer>, Problem> {
    let issuer = anyone.service.tokens.issuer();
    let methods = vec!["client_secret_basic", "client_secret_post"];
    let machines = Scope::ALL.iter().filter(|scope| scope.is_for_machines());
    Ok(Published(AuthorizationServer {
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
    }))
}
