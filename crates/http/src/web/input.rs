//! The parts of a request that a handler reads, after the access check.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;
use utoipa::openapi::path::ParameterIn;

use super::document::OperationDocument;
use super::problem::{Problem, ProblemKind};
use super::query::QueryReader;

/// A part of a request.
///
/// The query is read first, so that an unknown parameter is reported before the body is read.
pub trait Input: Sized + 'static {
    /// The parsed query.
    type Query;

    /// Parses the query; unknown parameters are refused.
    fn query(reader: &mut QueryReader) -> Self::Query;

    /// Reads the rest of the request.
    fn read(
        request: &HttpRequest,
        query: Self::Query,
        payload: &mut Payload,
    ) -> impl Future<Output = Result<Self, Problem>>;

    /// Adds this input to the documentation of an operation.
    fn document(operation: &mut OperationDocument);
}

impl Input for () {
    type Query = ();

    fn query(_: &mut QueryReader) {}

    async fn read(_: &HttpRequest, (): (), _: &mut Payload) -> Result<Self, Problem> {
        Ok(())
    }

    fn document(_: &mut OperationDocument) {}
}

/// Several inputs, read in order.
macro_rules! tuple {
    ($($part:ident $place:tt),+) => {
        impl<$($part: Input),+> Input for ($($part,)+) {
            type Query = ($($part::Query,)+);

            fn query(reader: &mut QueryReader) -> Self::Query {
                ($($part::query(reader),)+)
            }

            async fn read(request: &HttpRequest, query: Self::Query, payload: &mut Payload) -> Result<Self, Problem> {
                Ok(($($part::read(request, query.$place, payload).await?,)+))
            }

            fn document(operation: &mut OperationDocument) {
                $($part::document(operation);)+
            }
        }
    };
}

tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);

/// Accepts any query and body without reading them.
#[derive(Debug)]
pub struct AnyRequest;

impl Input for AnyRequest {
    type Query = ();

    fn query(reader: &mut QueryReader) {
        reader.leave();
    }

    async fn read(_: &HttpRequest, (): (), _: &mut Payload) -> Result<Self, Problem> {
        Ok(Self)
    }

    fn document(_: &mut OperationDocument) {}
}

/// Path parameters, such as `{session_id}`. Parameters that do not parse give 404.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + IntoParams + 'static> Input for Path<T> {
    type Query = ();

    fn query(_: &mut QueryReader) {}

    async fn read(request: &HttpRequest, (): (), _: &mut Payload) -> Result<Self, Problem> {
        request.match_info().load().map(Self).map_err(|_| Problem::not_found("There is nothing at this path"))
    }

    fn document(operation: &mut OperationDocument) {
        operation.parameters::<T>(ParameterIn::Path);
        operation.problems(&[ProblemKind::NotFound]);
    }
}

/// Query parameters. The struct that documents the parameters also holds their values.
pub trait Parameters<Context: ?Sized = ()>: IntoParams + Sized + 'static {
    /// Reads the parameters; `None` when a required parameter is missing or invalid. The reader keeps the error.
    fn read(reader: &mut QueryReader, context: &Context) -> Option<Self>;
}

#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: Parameters> Input for Query<T> {
    type Query = Option<T>;

    fn query(reader: &mut QueryReader) -> Self::Query {
        T::read(reader, &())
    }

    async fn read(_: &HttpRequest, query: Self::Query, _: &mut Payload) -> Result<Self, Problem> {
        // Missing parameters were refused when the query was parsed.
        query.map(Self).ok_or_else(|| Problem::internal("a query without its parameters"))
    }

    fn document(operation: &mut OperationDocument) {
        operation.parameters::<T>(ParameterIn::Query);
        operation.problems(&[ProblemKind::InvalidParameters]);
    }
}
