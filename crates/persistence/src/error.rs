//! What can go wrong between the service and its database.

use diesel::result::DatabaseErrorKind;

/// A failed query, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be reached, or no connection became free in time. It may be back soon.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The address of the database cannot be read.
    #[error("DATABASE_URL is not the address of a database: {0}")]
    Address(String),
    /// A constraint refused the write; its name tells why.
    #[error("constraint {constraint} refused the write")]
    Constraint {
        /// The constraint's name, as in the migrations.
        constraint: String,
    },
    /// What is stored is not what this version of the service writes.
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
    /// Anything else: a fault of the service.
    #[error("query failed: {0}")]
    Query(diesel::result::Error),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::Error::{BrokenTransactionManager, DatabaseError};
        match error {
            DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::SerializationFailure, info) => {
                Self::Unavailable(info.message().into())
            }
            DatabaseError(_, ref info) if info.constraint_name().is_some() => {
                Self::Constraint { constraint: info.constraint_name().unwrap_or_default().into() }
            }
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
