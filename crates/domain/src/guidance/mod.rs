//! Guidance: what the facts of the catalog mean for one person, one post, one course.
//!
//! Everything here is a pure function of a [`Catalog`](crate::catalog::Catalog), of what a caller says, and of a day.
