//! HTTP conventions: access, requests, answers and problems.

pub mod access;
pub mod audit;
pub mod body;
pub mod caching;
pub mod cursor;
pub mod document;
pub mod endpoint;
pub mod html;
pub mod idempotency;
pub mod input;
pub mod negotiation;
pub mod paging;
pub mod preconditions;
pub mod problem;
pub mod query;
pub mod request_log;
pub mod responses;
pub mod route_table;

pub use access::{
    Administrator, Anyone, AsManager, AsMember, AsOwner, CatalogReader, Context, GuidanceReader, Member,
    OrganizationUser, OwnAccount, Permit,
};
pub use audit::AuditEventItem;
pub use body::{Body, Change, Creation, Draft, Faults, Plain};
pub use caching::{AsOf, CacheableQuery, CacheableRead, Cached, JsonOnly, Representations};
pub use document::OperationDocument;
pub use endpoint::Endpoints;
pub(crate) use endpoint::endpoints;
pub use input::{AnyRequest, Input, Parameters, Path, Query};
pub use paging::{DEFAULT_LIMIT, List, MAXIMUM_LIMIT, Page, PageParameters, PageRequest};
pub use preconditions::IfMatch;
pub use problem::{Problem, ProblemKind};
pub use responses::{Accepted, Created, Json, NoContent, Reply, Versioned};
