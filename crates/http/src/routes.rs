//! Which paths there are: for what no handler takes, and for naming a request in logs and metrics.

use std::collections::BTreeSet;

use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value};

use crate::problem::Problem;

/// A path of the OpenAPI document.
#[derive(Debug)]
pub struct Route {
    /// Its place among the routes.
    pub index: usize,
    /// The path with its parameters in braces.
    pub pattern: Box<str>,
    /// What the path begins with, up to its first parameter.
    prefix: Box<str>,
    /// `None` stands for a parameter.
    segments: Vec<Option<Box<str>>>,
    /// The methods that it has, as `Allow` lists them.
    methods: String,
}

impl Route {
    /// Refuses a method that it does not have.
    ///
    /// # Errors
    /// A method-not-allowed [`Problem`].
    pub fn admits(&self, method: &Method) -> Result<(), Problem> {
        if self.methods.split(", ").any(|allowed| allowed == method.as_str()) {
            return Ok(());
        }
        Err(Problem::method_not_allowed(method, &self.methods))
    }
}

impl Route {
    fn fits(&self, path: &str) -> bool {
        // Most routes are ruled out by how the path begins.
        path.starts_with(&*self.prefix)
            && self.segments.iter().zip(path.split('/')).all(|(segment, part)| match segment {
                Some(literal) => **literal == *part,
                None => !part.is_empty(),
            })
    }
}

/// The paths of the OpenAPI document.
#[derive(Debug, Default)]
pub struct RouteTable {
    /// The routes by how many slashes they have.
    by_length: Vec<Vec<Route>>,
}

impl RouteTable {
    /// Reads the paths of an OpenAPI document.
    #[must_use]
    pub fn new(document: &Value) -> Self {
        let mut table = Self::default();
        let paths = document.get("paths").and_then(Value::as_object).into_iter().flat_map(Map::iter);
        for (index, (path, operations)) in paths.enumerate() {
            let operations = operations.as_object().into_iter().flat_map(Map::keys);
            let mut methods: BTreeSet<String> = operations.map(|method| method.to_uppercase()).collect();
            if methods.contains("GET") {
                methods.insert("HEAD".into());
            }
            methods.insert("OPTIONS".into());
            let segments: Vec<_> = path.split('/').map(|part| (!part.starts_with('{')).then(|| part.into())).collect();
            let length = segments.len();
            let methods = methods.into_iter().collect::<Vec<_>>().join(", ");
            let prefix = path.split('{').next().unwrap_or_default().into();
            let route = Route { index, pattern: path.as_str().into(), prefix, segments, methods };
            if table.by_length.len() <= length {
                table.by_length.resize_with(length + 1, Vec::new);
            }
            if let Some(routes) = table.by_length.get_mut(length) {
                routes.push(route);
            }
        }
        table
    }

    /// The route that a path fits.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&Route> {
        let length = path.bytes().filter(|&byte| byte == b'/').count() + 1;
        self.by_length.get(length)?.iter().find(|route| route.fits(path))
    }
}

/// Answers what no handler takes: 404 for an unknown path, 405 for another method, and `OPTIONS`.
///
/// # Errors
/// A [`Problem`] for all but `OPTIONS`.
pub async fn fallback(request: HttpRequest, routes: web::Data<RouteTable>) -> Result<HttpResponse, Problem> {
    match routes.find(request.path()) {
        None => Err(Problem::not_found("resource at this path")),
        Some(route) if request.method() == Method::OPTIONS => {
            Ok(HttpResponse::NoContent().insert_header((header::ALLOW, route.methods.as_str())).finish())
        }
        Some(route) => Err(Problem::method_not_allowed(request.method(), &route.methods)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_finds_its_route() {
        let table = RouteTable::new(&json!({"paths": {
            "/v1/credentials": {"get": {}}, "/v1/credentials/{id}": {"get": {}}, "/v1/credentials/{id}/revisions": {"get": {}},
            "/oauth/token": {"post": {}},
        }}));
        let found = |path: &str| table.find(path).map(|route| &*route.pattern);
        assert_eq!(found("/v1/credentials"), Some("/v1/credentials"));
        assert_eq!(found("/v1/credentials/us-tx-mhps"), Some("/v1/credentials/{id}"));
        assert_eq!(found("/v1/credentials/us-tx-mhps/revisions"), Some("/v1/credentials/{id}/revisions"));
        assert_eq!(found("/v1/credentials/us-tx-mhps/other"), None);
        assert_eq!(found("/"), None);
        assert_eq!(found("/v1/credentials/"), None);
        assert_eq!(table.find("/oauth/token").unwrap().methods, "OPTIONS, POST");
        assert_eq!(table.find("/v1/credentials").unwrap().methods, "GET, HEAD, OPTIONS");
    }
}
