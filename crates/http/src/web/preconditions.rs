//! Versions: entity tags out, `If-Match` in.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header;

use super::document::OperationDocument;
use super::input::Input;
use super::problem::{Problem, ProblemKind};
use super::query::QueryReader;

/// The version that a change starts from: `If-Match`.
#[derive(Debug, Clone)]
pub struct IfMatch(Vec<String>);

impl Input for IfMatch {
    type Query = ();

    fn query(_: &mut QueryReader) {}

    async fn read(request: &HttpRequest, (): (), _: &mut Payload) -> Result<Self, Problem> {
        let mut tags = Vec::new();
        for value in request.headers().get_all(header::IF_MATCH) {
            tags.extend(value.to_str().unwrap_or_default().split(',').map(|tag| tag.trim().to_owned()));
        }
        if tags.is_empty() {
            let detail = "The request has no If-Match: send the ETag of the version that you have seen";
            return Err(Problem::new(ProblemKind::PreconditionRequired, detail));
        }
        Ok(Self(tags))
    }

    fn document(operation: &mut OperationDocument) {
        operation.header("If-Match", true, "The `ETag` of the version that you change, or `*`", Some("\"1\""));
        operation.problems(&[ProblemKind::PreconditionRequired, ProblemKind::Stale]);
    }
}

impl IfMatch {
    /// Checks that the change starts from this version.
    ///
    /// # Errors
    /// A stale [`Problem`] when it does not.
    pub fn check(&self, version: i32) -> Result<(), Problem> {
        let tag = entity_tag(version);
        if self.0.iter().any(|known| known == "*" || *known == tag) {
            return Ok(());
        }
        Err(Problem::new(ProblemKind::Stale, "It was changed since; read it again"))
    }
}

/// The entity tag of a version.
pub fn entity_tag(version: i32) -> String {
    format!("\"{version}\"")
}
