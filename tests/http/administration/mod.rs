//! Reading and changing as an administrator.

mod audit_log;
mod platform_roles;
