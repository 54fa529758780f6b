//! Guidance: what the catalog means for one person, one posting, one course.
//!
//! Everything here is a pure function of a [`Catalog`](crate::catalog::Catalog), a request and a day.

pub mod alignment;
pub mod applicant;
pub mod assessment;
mod calendar;
pub mod comparison;

pub mod judge;
pub mod number;
pub mod plan;
pub mod posting;
pub mod profile;
pub mod question;
pub mod statistics;
pub mod title;
mod training;
pub mod transfer;
pub mod validation;
pub mod verdict;

#[cfg(test)]
mod boundary_tests;
#[cfg(test)]
mod properties;

/// The repository’s catalog.
#[cfg(test)]
pub(crate) fn catalog() -> &'static crate::catalog::Catalog {
    use std::path::Path;
    use std::sync::LazyLock;

    use crate::catalog::{Catalog, FileText};

    fn collect(folder: &Path, files: &mut Vec<FileText>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, files);
            } else if path.extension().is_some_and(|ending| ending == "json") && !path.ends_with("file.schema.json") {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                files.push(FileText { name, text: std::fs::read_to_string(&path).unwrap() });
            }
        }
    }

    static READ: LazyLock<Catalog> = LazyLock::new(|| {
        let mut files = Vec::new();
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog"), &mut files);
        crate::catalog::read(&files).unwrap().catalog
    });
    &READ
}
