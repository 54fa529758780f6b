//! What a handler reads of a request, once its caller is known to be allowed.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;
use utoipa::openapi::path::ParameterIn;

use super::document::OperationDocument;
use super::problem::{Problem, ProblemKind};
use super::query::QueryReader;

/// Something that is read of a request.
///
/// The query is read first, so that an unknown parameter is reported before the body is read.
pub trait Input: Sized + 'static {
    /// What is read of the query.
    type Query;

    /// Reads the query; what is left unread is refused.
    fn query(reader: &mut QueryReader) -> Self::Query;

    /// Reads the rest.
    ///
    /// # Errors
    /// A [`Problem`] when the request is not as it should be.
    fn read(
        request: &HttpRequest,
        query: Self::Query,
        payload: &mut Payload,
    ) -> impl Future<Output = Result<Self, Problem>>;

    /// Adds it to the documentation of an operation.
    fn document(operation: &mut OperationDocument);
}

/// Nothing.
impl Input for () {
    type Query = ();

    fn query(_: &mut QueryReader) {}

    async fn read(_: &HttpRequest, (): (), _: &mut Payload) -> Result<Self, Problem> {
        Ok(())
    }

    fn document(_: &mut OperationDocument) {}
}

/// Several, one after the other.
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

/// Any query and any body, unread.
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

/// The parameters of a path, such as `{session_id}`. A path whose parameters do not parse leads nowhere.
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

/// The parameters of a query. The struct that documents them is the one that holds them.
pub trait Parameters<Context: ?Sized = ()>: IntoParams + Sized + 'static {
    /// Reads them; `None` when one that is required is missing or wrong, which the reader has noted.
    fn read(reader: &mut QueryReader, context: &Context) -> Option<Self>;
}

/// A query, read into its parameters.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: Parameters> Input for Query<T> {
    type Query = Option<T>;

    fn query(reader: &mut QueryReader) -> Self::Query {
        T::read(reader, &())
    }

    async fn read(_: &HttpRequest, query: Self::Query, _: &mut Payload) -> Result<Self, Problem> {
        // What is missing was refused when the query had been read.
        query.map(Self).ok_or_else(|| Problem::internal("a query without its parameters"))
    }

    fn document(operation: &mut OperationDocument) {
        operation.parameters::<T>(ParameterIn::Query);
        operation.problems(&[ProblemKind::InvalidParameters]);
    }
}
