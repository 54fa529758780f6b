//! PeerPath over HTTP: handlers, tokens, the OpenAPI document, the catalog snapshot, and the command line.

pub mod catalog;
pub mod cli;
pub mod clock;
pub mod config;
pub mod health;
pub mod metrics;
pub mod oauth;
pub mod observe;
pub mod openapi;
pub mod pages;
pub mod problem;
pub mod routes;
pub mod server;
pub mod service;
pub mod snapshot;
pub mod telemetry;
pub mod tokens;
