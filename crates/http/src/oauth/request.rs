//! Requests to the OAuth endpoints: forms.

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use serde::{Deserialize, Deserializer, de};
use utoipa::ToSchema;
use utoipa::openapi::security::SecurityRequirement;

use super::error::Refused;
use crate::web::query::QueryReader;
use crate::web::{Input, OperationDocument, Problem};

const FORM: &str = "application/x-www-form-urlencoded";

/// Maximum number of parameters of a request, whose sender is still unknown.
const MOST_PARAMETERS: usize = 16;

/// A form that may hold client credentials.
pub(super) trait OAuthForm: de::DeserializeOwned + ToSchema + 'static {
    /// `client_id` and `client_secret`.
    fn client(&self) -> (Option<&str>, Option<&str>);
}

/// A parameter without a value counts as absent (RFC 6749, section 3.2).
pub(super) fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Some(String::deserialize(deserializer)?).filter(|value| !value.is_empty()))
}

/// A request with a form. The handler parses the form, so that its errors become OAuth errors.
pub(super) struct OAuthRequest<T> {
    pub(super) headers: HeaderMap,
    body: Bytes,
    form: std::marker::PhantomData<T>,
}

impl<T: OAuthForm> Input for OAuthRequest<T> {
    type Query = ();

    fn query(reader: &mut QueryReader) {
        // RFC 6749 ignores unknown parameters.
        reader.leave();
    }

    async fn read(request: &HttpRequest, (): (), payload: &mut Payload) -> Result<Self, Problem> {
        let body = Bytes::from_request(request, payload).await;
        let body = body.map_err(|error| Problem::of_status(error.as_response_error().status_code()))?;
        Ok(Self { headers: request.headers().clone(), body, form: std::marker::PhantomData })
    }

    fn document(operation: &mut OperationDocument) {
        operation.body::<T>(FORM);
        let basic = SecurityRequirement::new::<_, [String; 0], String>("basic", []);
        operation.operation.security.get_or_insert_default().push(basic);
    }
}

impl<T: OAuthForm> OAuthRequest<T> {
    pub(super) fn form(&self) -> Result<T, Refused> {
        let content_type = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case(FORM) {
            return Err(Refused::request(format!("the body must be {FORM}")));
        }
        if self.body.split(|byte| *byte == b'&').nth(MOST_PARAMETERS).is_some() {
            return Err(Refused::request("there are too many parameters"));
        }
        serde_urlencoded::from_bytes(&self.body).map_err(|error| Refused::request(error.to_string()))
    }
}
