//! Idempotency keys: a request that creates something takes effect once, even when it is sent again.

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use peerpath_persistence::Connection;
use peerpath_persistence::idempotency::{Claim, claim};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::document::OperationDocument;
use super::problem::{Problem, ProblemKind};

/// The idempotency key of a request, with the digest that recognizes the same request.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    key: String,
    /// Digest of method, path and body.
    digest: Vec<u8>,
}

const IDEMPOTENCY_KEY: &str = "idempotency-key";
const LONGEST_KEY: usize = 200;

impl IdempotencyKey {
    /// Reads the key of a request, if the request has one.
    pub fn of(request: &HttpRequest, body: &[u8]) -> Result<Option<Self>, Problem> {
        let Some(value) = request.headers().get(IDEMPOTENCY_KEY) else { return Ok(None) };
        let key = value.to_str().ok().map(|text| text.trim_matches('"')).unwrap_or_default();
        if key.is_empty() || key.len() > LONGEST_KEY || key.contains(|c: char| c.is_control()) {
            let detail = format!("Idempotency-Key is not a text of 1 to {LONGEST_KEY} printable characters");
            return Err(Problem::new(ProblemKind::Malformed, detail));
        }
        let digest = Sha256::new()
            .chain_update(request.method().as_str())
            .chain_update(request.path())
            .chain_update([0])
            .chain_update(body)
            .finalize();
        Ok(Some(Self { key: key.into(), digest: digest.to_vec() }))
    }

    pub fn document(operation: &mut OperationDocument) {
        let description = "A text of your choice, up to 200 characters: within 24 hours, the same request under the same key \
                           is carried out once";
        operation.header("Idempotency-Key", false, description, None);
        operation.problems(&[ProblemKind::Conflict]);
    }
}

/// Returns the id that an earlier request with this key created, or claims the key for `made`.
///
/// # Errors
/// A [`Problem`] when another request used the key.
pub async fn made_before(
    db: &mut Connection,
    owner: Uuid,
    key: Option<&IdempotencyKey>,
    made: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, Problem> {
    let Some(IdempotencyKey { key, digest }) = key else { return Ok(None) };
    match claim(db, owner, key, digest, made, now).await? {
        Claim::New => Ok(None),
        Claim::Repeated(made) => Ok(Some(made)),
        Claim::Taken => {
            let detail = "The Idempotency-Key was used for another request";
            Err(Problem::new(ProblemKind::IdempotencyKeyReused, detail))
        }
    }
}
