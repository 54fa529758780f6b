//! Versions: answers carry entity tags, changes require `If-Match`.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header;

use super::document::OperationDocument;
use super::input::Input;
use super::problem::{Problem, ProblemKind};
use super::query::QueryReader;

/// The `If-Match` header: the version that a change is based on.
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
            let detail = "The request has no If-Match: send the ETag of the version that you read";
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
    /// Checks that the change is based on the current version.
    pub fn check(&self, version: i32) -> Result<(), Problem> {
        let tag = entity_tag(version);
        if self.0.iter().any(|known| known == "*" || *known == tag) {
            return Ok(());
        }
        Err(Problem::new(ProblemKind::Stale, "The resource changed after you read it; read it again"))
    }
}

pub fn entity_tag(version: i32) -> String {
    format!("\"{version}\"")
}
