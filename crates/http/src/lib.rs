//! PeerPath over HTTP: handlers, tokens, the OpenAPI document, the catalog snapshot, and the command line.
//!
//! Four floors, each of which knows only those below it: `app` and `cli`, the slices (`catalog`, `guidance`, `accounts`,
//! `organizations`, `administration`, `oauth`, `pages`), `web` and `service`.

mod accounts;
mod administration;
mod app;
mod catalog;
mod cli;
mod guidance;
mod oauth;
mod organizations;
mod pages;
mod service;
mod web;

pub use app::config::ServeConfig;
pub use app::server::{Running, start};
pub use cli::main;
pub use service::network::ForwardedHeader;
pub use service::sealing::SealingKeys;
