//! What every operation keeps to; most of it derived from the OpenAPI document.

mod document;
mod filters;
mod http_semantics;
mod idempotency;
mod malformed_bodies;
mod paging;
mod problems;
mod structure;
mod unknown_fields;
