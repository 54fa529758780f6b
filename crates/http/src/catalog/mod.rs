//! The catalog's endpoints: prepared answers from the snapshot.

mod ahead;
mod answer;
mod credentials;
mod example;
mod list;
mod resources;
mod summary;

pub use ahead::prepare_ahead;
pub use answer::{answer, prepared, representation, send};
pub use credentials::jurisdiction_or_national;
pub use example::{example, field_names};
pub use list::ListMeta;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the endpoints.
pub fn configure(config: &mut ServiceConfig<'_>) {
    summary::configure(config);
    credentials::configure(config);
    resources::configure(config);
}
