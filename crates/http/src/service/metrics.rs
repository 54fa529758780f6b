//! Metrics in the text format of Prometheus. No label names a person, a token or an address.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: Arc<str>,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: Arc<str>,
}

#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram, fn() -> Histogram>,
    /// The version of the served catalog; 0 when there is none.
    pub catalog_version: Gauge,
    /// When the served catalog was loaded, in seconds since 1970.
    pub catalog_loaded: Gauge<f64, AtomicU64>,
    pub catalog_load_failures: Counter,
    /// 1 while the database notifies this instance of changes; 0 while the instance polls.
    pub listening: Gauge,
    pub tokens_issued: Counter,
}

fn durations() -> Histogram {
    Histogram::new([0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5])
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("peerpath"),
            requests: Family::default(),
            durations: Family::new_with_constructor(durations),
            catalog_version: Gauge::default(),
            catalog_loaded: Gauge::default(),
            catalog_load_failures: Counter::default(),
            listening: Gauge::default(),
            tokens_issued: Counter::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("http_requests", "Answered requests", metrics.requests.clone());
        let help = "Time from the head of the request to the head of the response";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, metrics.durations.clone());
        registry.register("catalog_version", "Version of the served catalog; 0: none", metrics.catalog_version.clone());
        let help = "When the served catalog was loaded, since 1970";
        registry.register_with_unit("catalog_loaded_timestamp", help, Unit::Seconds, metrics.catalog_loaded.clone());
        let help =
            "Failed attempts to load or look for a catalog, also while the database is away; the served catalog stays";
        registry.register("catalog_load_failures", help, metrics.catalog_load_failures.clone());
        let help = "1: the instance is notified of changes; 0: it polls";
        registry.register("listening", help, metrics.listening.clone());
        registry.register("tokens_issued", "Issued access tokens", metrics.tokens_issued.clone());
        metrics
    }
}

impl Metrics {
    /// All metrics in the text format of Prometheus.
    pub fn encode(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        text::encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// Counts an answered request under the pattern of its route.
    pub fn answered(&self, method: &Method, route: Option<Arc<str>>, status: StatusCode, duration: Duration) {
        let route = route.unwrap_or_else(|| "other".into());
        let labels = RequestLabels { method: method_label(method), route: Arc::clone(&route), status: status.as_u16() };
        self.requests.get_or_create(&labels).inc();
        self.durations.get_or_create(&RouteLabels { route }).observe(duration.as_secs_f64());
    }
}

/// The method, or `other` for methods that the service does not know.
pub fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
