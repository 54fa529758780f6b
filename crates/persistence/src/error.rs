//! Errors of queries.

use diesel::result::DatabaseErrorKind;

/// A failed query, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be reached, or no connection became free in time. Trying again later may help.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The database URL cannot be parsed.
    #[error("DATABASE_URL is not the address of a database: {0}")]
    Address(String),
    /// A constraint refused the write. Its name is that in the migrations.
    #[error("constraint {constraint} refused the write")]
    Constraint { constraint: String },
    /// A stored value is none that this version of the service knows.
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
    /// Anything else: a fault of the service.
    #[error("query failed: {0}")]
    Query(diesel::result::Error),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::Error::{BrokenTransactionManager, DatabaseError, DeserializationError};
        match error {
            DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::SerializationFailure, info) => {
                Self::Unavailable(info.message().into())
            }
            DatabaseError(_, ref info) if info.constraint_name().is_some() => {
                Self::Constraint { constraint: info.constraint_name().unwrap_or_default().into() }
            }
            DeserializationError(cause) => Self::Corrupt(cause.to_string()),
            BrokenTransactionManager => Self::Unavailable("the connection broke within a transaction".into()),
            other => Self::Query(other),
        }
    }
}

impl From<diesel::ConnectionError> for Error {
    fn from(error: diesel::ConnectionError) -> Self {
        Self::Unavailable(error.to_string())
    }
}
