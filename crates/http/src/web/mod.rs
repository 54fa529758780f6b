//! HTTP manners: who may call, what a request says, how an answer or a problem looks.

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
