//! Rules for every operation, most of them tested by the OpenAPI document.

mod document;
mod filters;
mod http_semantics;
mod idempotency;
mod malformed_bodies;
mod paging;
mod problems;
mod structure;
mod unknown_fields;
