//! Paths and methods that no handler takes.

use std::collections::BTreeSet;

use actix_web::dev::ResourceDef;
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value};

use crate::problem::Problem;

/// The methods of each path of the OpenAPI document.
pub struct RouteTable(Vec<(ResourceDef, String)>);

impl RouteTable {
    /// Reads the paths of an OpenAPI document.
    #[must_use]
    pub fn new(document: &Value) -> Self {
        let paths = document["paths"].as_object().into_iter().flat_map(Map::iter);
        Self(
            paths
                .map(|(path, operations)| {
                    let mut methods: BTreeSet<String> = operations
                        .as_object()
                        .into_iter()
                        .flat_map(Map::keys)
                        .map(|method| method.to_uppercase())
                        .collect();
                    if methods.contains("GET") {
                        methods.insert("HEAD".into());
                    }
                    methods.insert("OPTIONS".into());
                    (ResourceDef::new(path.as_str()), methods.into_iter().collect::<Vec<_>>().join(", "))
                })
                .collect(),
        )
    }

    fn methods(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(pattern, _)| pattern.is_match(path)).map(|(_, methods)| methods.as_str())
    }
}

/// Answers what no handler takes: 404 for an unknown path, 405 for another method, and `OPTIONS`.
///
/// # Errors
/// A [`Problem`] for all but `OPTIONS`.
pub async fn fallback(request: HttpRequest, routes: web::Data<RouteTable>) -> Result<HttpResponse, Problem> {
    match routes.methods(request.path()) {
        None => Err(Problem::not_found("resource at this path")),
        Some(methods) if request.method() == Method::OPTIONS => {
            Ok(HttpResponse::NoContent().insert_header((header::ALLOW, methods)).finish())
        }
        Some(methods) => Err(Problem::method_not_allowed(request.method(), methods)),
    }
}
