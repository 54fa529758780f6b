//! The catalog as it is read, filtered and imported.

mod credential_filters;
mod imports;
mod records;
mod revisions;
