//! Endpoints. The signature of a handler states its permission, its input and its answers.
//!
//! The server registers the same list of endpoints that the OpenAPI document describes.

use std::marker::PhantomData;

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, Responder, guard, web};
use utoipa::__dev::{SchemaReferences, Tags};
use utoipa::Path;
use utoipa::openapi::path::HttpMethod;

use super::access::{Permission, Permit};
use super::document::OperationDocument;
use super::input::Input;
use super::problem::Problem;
use super::responses::Reply;

struct Replied<R>(R);

impl<R: Reply> Responder for Replied<R> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        self.0.respond(request).unwrap_or_else(HttpResponse::from_error)
    }
}

/// Endpoints to serve and to document.
#[derive(Default)]
pub struct Endpoints(Vec<Endpoint>);

struct Endpoint {
    register: Box<dyn Fn(&mut web::ServiceConfig)>,
    document: fn() -> OperationDocument,
}

impl Endpoints {
    /// Adds the handler of the operation that `D` documents. [`endpoints!`](crate::web::endpoint::endpoints) calls this.
    pub fn add<D, F, Fut, P, I, R>(&mut self, _: PhantomData<D>, handler: F)
    where
        D: Path + SchemaReferences + Tags<'static>,
        F: Fn(Permit<P, I>) -> Fut + Clone + 'static,
        Fut: Future<Output = Result<R, Problem>> + 'static,
        P: Permission,
        I: Input,
        R: Reply,
    {
        let register = move |config: &mut web::ServiceConfig| {
            let handler = handler.clone();
            let handle = move |permit: Permit<P, I>| {
                let reply = handler(permit);
                async move { reply.await.map(Replied) }
            };
            config.service(web::resource(D::path()).guard(guard::Method(method::<D>())).to(handle));
        };
        self.0.push(Endpoint { register: Box::new(register), document: document::<D, P, I, R> });
    }

    pub fn register(&self, config: &mut web::ServiceConfig) {
        for endpoint in &self.0 {
            (endpoint.register)(config);
        }
    }

    pub fn documents(&self) -> impl Iterator<Item = OperationDocument> {
        self.0.iter().map(|endpoint| (endpoint.document)())
    }
}

fn document<D: Path + SchemaReferences + Tags<'static>, P: Permission, I: Input, R: Reply>() -> OperationDocument {
    let mut document = OperationDocument::of::<D>();
    P::document(&mut document);
    I::document(&mut document);
    R::document(&mut document);
    document
}

fn method<D: Path>() -> Method {
    match D::methods().first() {
        Some(HttpMethod::Post) => Method::POST,
        Some(HttpMethod::Put) => Method::PUT,
        Some(HttpMethod::Patch) => Method::PATCH,
        Some(HttpMethod::Delete) => Method::DELETE,
        _ => Method::GET,
    }
}

/// Adds handlers to [`Endpoints`]: `endpoints!(list: create_thing, get_thing)`.
macro_rules! endpoints {
    ($list:ident: $($handler:ident),+ $(,)?) => {
        pastey::paste! {$(
            $list.add(::std::marker::PhantomData::<[<__path_ $handler>]>, $handler);
        )+}
    };
}
pub(crate) use endpoints;
