//! The roof: what puts the slices together and runs them.

pub mod background;
pub mod config;
pub mod health;
pub mod log;
pub mod openapi;
pub mod routes;
pub mod server;
