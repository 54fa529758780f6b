//! Times eligibility for every credential (target on one core: 100 µs), one plan (200 µs), and the alignment of one course with
//! every credential (100 µs).

use std::fs;
use std::hint::black_box;
use std::path::Path;

use chrono::NaiveDate;
use criterion::{Criterion, criterion_group, criterion_main};
use peerpath_domain::catalog::quantity::Hours;
use peerpath_domain::catalog::{Catalog, FileText, read};
use peerpath_domain::guidance::alignment::{Course, additions, align, coverage};
use peerpath_domain::guidance::applicant::Applicant;
use peerpath_domain::guidance::assessment::rank;
use peerpath_domain::guidance::plan::{Pace, plan};
use peerpath_domain::guidance::profile::Profile;
use peerpath_domain::guidance::question::open_questions;
use serde_json::json;

fn catalog() -> Option<Catalog> {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog"), &mut files);
    read(&files).ok().map(|reading| reading.catalog)
}

fn collect(folder: &Path, files: &mut Vec<FileText>) {
    for path in fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "json") && !path.ends_with("file.schema.json") {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            files.extend(fs::read_to_string(&path).ok().map(|text| FileText { name, text }));
        }
    }
}

fn profile() -> Option<Profile> {
    serde_json::from_value(json!({
        "birth_date": "1988-02-29", "recovery_since": "2025-10-31", "education": "high_school_or_equivalent",
        "lived_experience": {"mental_health": true, "substance_use": true, "family": false},
        "training": [{"hours": 46, "topics": [{"name": "Ethical responsibility", "hours": 16}], "approved_for": ["US-TX"]}],
        "work_hours": 320, "volunteer_hours": 40, "supervision_hours": 10, "references": 2, "lives_in": "US-TX",
        "works_in": ["US-TX"], "exams_passed": [], "credentials_held": [], "code_of_ethics_signed": true,
        "confirmed": ["us-tx-mhps/standard/orientation"],
    }))
    .ok()
}

fn guidance(criterion: &mut Criterion) {
    let (Some(catalog), Some(profile)) = (catalog(), profile()) else { return };
    let today = NaiveDate::from_ymd_opt(2026, 11, 25).unwrap_or_default();

    criterion.bench_function("one profile against every credential", |bencher| {
        bencher.iter(|| {
            let applicant = Applicant::new(black_box(&profile), &catalog, today);
            rank(&catalog.credentials, &applicant).len()
        });
    });
    criterion.bench_function("the same with its open questions", |bencher| {
        bencher.iter(|| {
            let applicant = Applicant::new(black_box(&profile), &catalog, today);
            open_questions(&rank(&catalog.credentials, &applicant)).len()
        });
    });

    let pace = Pace { start: today, training_per_week: Hours::whole(10), work_per_week: Hours::whole(20) };
    if let Some(credential) = catalog.credentials.iter().find(|one| one.id.to_string() == "us-tx-mhps") {
        criterion.bench_function("a plan", |bencher| {
            bencher.iter(|| {
                let applicant = Applicant::new(black_box(&profile), &catalog, today);
                plan(&catalog, credential, None, &applicant, pace).map(|plan| plan.steps.len())
            });
        });
    }

    let Some(training) = profile.training.as_ref().and_then(|trainings| trainings.first().cloned()) else { return };
    let course = Course { training, competencies: Vec::new(), categories: Vec::new(), delivery: None };
    criterion.bench_function("a course against every credential", |bencher| {
        bencher.iter(|| align(&catalog.credentials, black_box(&course)).len());
    });
    criterion.bench_function("the same with additions and frameworks", |bencher| {
        bencher.iter(|| {
            let aligned = align(&catalog.credentials, black_box(&course));
            additions(&aligned, 10).len() + coverage(&catalog, &course).len()
        });
    });
}

criterion_group!(benches, guidance);
criterion_main!(benches);
