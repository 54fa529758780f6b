//! Reading, filtering and importing the catalog.

mod credential_filters;
mod imports;
mod records;
mod revisions;
