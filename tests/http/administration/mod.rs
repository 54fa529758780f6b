//! What administrators see and change.

mod audit_log;
mod platform_roles;
