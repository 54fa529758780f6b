//! The application: assembles the slices and runs them.

pub mod background;
pub mod config;
pub mod health;
pub mod log;
pub mod openapi;
pub mod routes;
pub mod server;
