//! All paths of the API, to refuse methods and to name routes in logs and metrics.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::http::{Method, header};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use serde_json::{Map, Value};

use super::problem::Problem;

/// A path of the OpenAPI document.
pub struct Route {
    /// The path, with parameters in braces.
    pub pattern: Arc<str>,
    /// The path up to its first parameter.
    prefix: Box<str>,
    /// Its segments; `None` stands for a parameter.
    segments: Vec<Option<Box<str>>>,
    /// The supported methods, in the form of the `Allow` header.
    methods: String,
}

impl Route {
    fn fits(&self, path: &str) -> bool {
        // The prefix rules most routes out.
        path.starts_with(&*self.prefix)
            && self.segments.iter().zip(path.split('/')).all(|(segment, part)| match segment {
                Some(literal) => **literal == *part,
                None => !part.is_empty(),
            })
    }

    /// Refuses a method that the path does not support.
    pub fn admits(&self, method: &Method) -> Result<(), Problem> {
        if self.methods.split(", ").any(|allowed| allowed == method.as_str()) {
            return Ok(());
        }
        Err(Problem::method_not_allowed(method, &self.methods))
    }
}

/// The route of a request. The lookup happens once per request.
#[derive(Clone)]
pub struct MatchedRoute(pub Option<Arc<Route>>);

impl MatchedRoute {
    pub fn of(request: &HttpRequest) -> Option<Arc<Route>> {
        request.extensions().get::<Self>().and_then(|found| found.0.clone())
    }
}

#[derive(Default)]
pub struct RouteTable {
    /// The routes by number of slashes.
    by_length: Vec<Vec<Arc<Route>>>,
}

impl RouteTable {
    /// Reads the paths of an OpenAPI document.
    pub fn new(document: &Value) -> Self {
        let mut table = Self::default();
        for (path, operations) in document.get("paths").and_then(Value::as_object).into_iter().flat_map(Map::iter) {
            let operations = operations.as_object().into_iter().flat_map(Map::keys);
            let mut methods: BTreeSet<String> = operations.map(|method| method.to_uppercase()).collect();
            if methods.contains("GET") {
                methods.insert("HEAD".into());
            }
            methods.insert("OPTIONS".into());
            let methods = methods.into_iter().collect::<Vec<_>>().join(", ");
            let segments = path.split('/').map(|part| (!part.starts_with('{')).then(|| part.into())).collect();
            let prefix = path.split('{').next().unwrap_or_default().into();
            let route = Route { pattern: path.as_str().into(), prefix, segments, methods };
            let length = slashes(path);
            if table.by_length.len() <= length {
                table.by_length.resize_with(length + 1, Vec::new);
            }
            if let Some(routes) = table.by_length.get_mut(length) {
                routes.push(Arc::new(route));
            }
            // A literal path wins over a path with parameters.
            table.by_length.iter_mut().for_each(|routes| routes.sort_by_key(|route| route.pattern.contains('{')));
        }
        table
    }

    /// The route that matches a path.
    pub fn find(&self, path: &str) -> Option<&Arc<Route>> {
        self.by_length.get(slashes(path))?.iter().find(|route| route.fits(path))
    }
}

fn slashes(path: &str) -> usize {
    path.bytes().filter(|&byte| byte == b'/').count()
}

/// Answers requests without a handler: 404 for an unknown path, 405 for an unsupported method, 204 for `OPTIONS`.
pub async fn fallback(request: HttpRequest) -> Result<HttpResponse, Problem> {
    match MatchedRoute::of(&request) {
        None => Err(Problem::not_found("There is nothing at this path")),
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
            "/v1/sessions/{id}": {"get": {}}, "/v1/sessions/refresh": {"post": {}}, "/oauth/token": {"post": {}},
        }}));
        let found = |path: &str| table.find(path).map(|route| &*route.pattern);
        assert_eq!(found("/v1/credentials"), Some("/v1/credentials"));
        assert_eq!(found("/v1/credentials/us-tx-mhps"), Some("/v1/credentials/{id}"));
        assert_eq!(found("/v1/credentials/us-tx-mhps/revisions"), Some("/v1/credentials/{id}/revisions"));
        assert_eq!(found("/v1/sessions/refresh"), Some("/v1/sessions/refresh"));
        assert_eq!(found("/v1/credentials/us-tx-mhps/other"), None);
        assert_eq!(found("/"), None);
        assert_eq!(found("/v1/credentials/"), None);
        assert_eq!(table.find("/oauth/token").unwrap().methods, "OPTIONS, POST");
        assert_eq!(table.find("/v1/credentials").unwrap().methods, "GET, HEAD, OPTIONS");
    }
}
