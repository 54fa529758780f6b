//! What answers of guidance say of each credential, requirement and source again and again, rendered once for each catalog.
//!
//! A verdict says the same in every answer unless something is missing, and so do a credential's mention and a source. An
//! answer about all credentials is put together from these pieces; what they are made of is the types that document them.

use peerpath_domain::catalog::Catalog;
use peerpath_domain::credential::{Credential, Route};
use peerpath_domain::guidance::question::OpenQuestion;
use peerpath_domain::guidance::verdict::{Judgment, Question, Verdict};
use peerpath_domain::identifier::{Identifier, SourceId};
use peerpath_domain::quantity::Hours;
use peerpath_domain::requirement::{Condition, Requirement};
use peerpath_domain::selection::Asked;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::shown::{CredentialMention, QuestionShown, RequirementVerdict};

/// Something that is ready to be sent, or is made for one answer.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Piece<'a, T> {
    /// It is ready.
    Ready(&'a RawValue),
    /// It is made.
    Made(T),
}

/// What is ready of a catalog.
#[derive(Debug, Default)]
pub struct Ready {
    /// In the catalog's order.
    credentials: Vec<ReadyCredential>,
    /// In the catalog's order.
    sources: Vec<Box<RawValue>>,
}

/// What is ready of a credential.
#[derive(Debug)]
pub struct ReadyCredential {
    /// The credential, as it is spoken of.
    pub mention: Box<RawValue>,
    /// For each route, in their order, and each of its requirements, in theirs.
    routes: Vec<Vec<ReadyRequirement>>,
}

/// What is ready of a requirement.
#[derive(Debug)]
pub struct ReadyRequirement {
    /// The place of its source.
    source: Option<usize>,
    met: Box<RawValue>,
    confirmed: Box<RawValue>,
    unknown: Vec<(Question, Box<RawValue>)>,
    /// Whether it is met, as a question.
    question: Box<RawValue>,
}

/// The sources that an answer names, once each, in the order in which they are first named.
pub struct Named<'a> {
    ready: &'a Ready,
    catalog: &'a Catalog,
    seen: Vec<bool>,
    order: Vec<usize>,
}

impl Ready {
    /// Renders what is said of a catalog.
    ///
    /// # Errors
    /// None in practice: everything has a JSON form.
    pub fn new(catalog: &Catalog) -> Result<Self, serde_json::Error> {
        let credentials = catalog.credentials.iter().map(|credential| ReadyCredential::new(catalog, credential));
        let sources = catalog.sources.iter().map(to_raw_value);
        Ok(Self { credentials: credentials.collect::<Result<_, _>>()?, sources: sources.collect::<Result<_, _>>()? })
    }

    /// What is ready of a credential of the catalog.
    #[must_use]
    pub fn credential(&self, catalog: &Catalog, credential: &Credential) -> Option<&ReadyCredential> {
        self.credentials.get(catalog.credentials.place(credential.id.as_str())?)
    }

    /// What is ready of a question, or the question as it is made.
    #[must_use]
    pub fn question<'a>(&'a self, catalog: &Catalog, open: OpenQuestion<'a>) -> Piece<'a, QuestionShown<'a>> {
        let ready = open.about.and_then(|(credential, route, requirement)| {
            let place = route.requirements.iter().position(|one| one.id == requirement.id)?;
            self.credential(catalog, credential)?.route(credential, route).get(place)
        });
        ready.map_or_else(|| Piece::Made(open.into()), |ready| Piece::Ready(&ready.question))
    }
}

impl ReadyCredential {
    fn new(catalog: &Catalog, credential: &Credential) -> Result<Self, serde_json::Error> {
        let of_route = |route: &Route| {
            let of_requirement = |requirement| ReadyRequirement::new(catalog, (credential, route, requirement));
            route.requirements.iter().map(of_requirement).collect::<Result<Vec<_>, _>>()
        };
        let routes = credential.routes.iter().map(of_route).collect::<Result<_, _>>()?;
        Ok(Self { mention: to_raw_value(&CredentialMention::from(credential))?, routes })
    }

    /// What is ready of the requirements of one of its routes.
    #[must_use]
    pub fn route(&self, credential: &Credential, route: &Route) -> &[ReadyRequirement] {
        let place = credential.routes.iter().position(|one| one.id == route.id);
        place.and_then(|place| self.routes.get(place)).map_or(&[], Vec::as_slice)
    }
}

impl ReadyRequirement {
    fn new(
        catalog: &Catalog,
        (credential, route, requirement): (&Credential, &Route, &Requirement),
    ) -> Result<Self, serde_json::Error> {
        let render = |verdict, confirmed| {
            let hours_ahead = Asked { at_least: Hours::ZERO, at_most: None };
            let judgment = Judgment { requirement, verdict, hours_ahead, confirmed };
            to_raw_value(&RequirementVerdict::new(credential, &route.id, judgment))
        };
        let unknown = questions(requirement)
            .into_iter()
            .map(|question| Ok::<_, serde_json::Error>((question, render(Verdict::Unknown(question), false)?)));
        let open = OpenQuestion {
            question: Question::Confirmed,
            about: Some((credential, route, requirement)),
            verdicts: 1,
            credentials: 1,
        };
        Ok(Self {
            source: catalog.sources.place(requirement.source.as_str()),
            met: render(Verdict::Met, false)?,
            confirmed: render(Verdict::Met, true)?,
            unknown: unknown.collect::<Result<_, _>>()?,
            question: to_raw_value(&QuestionShown::from(open))?,
        })
    }

    /// What is ready of a verdict on it; `None`: it has to be made.
    #[must_use]
    pub fn verdict(&self, judgment: &Judgment<'_>) -> Option<&RawValue> {
        match &judgment.verdict {
            Verdict::Met if judgment.confirmed => Some(&self.confirmed),
            Verdict::Met => Some(&self.met),
            Verdict::Unknown(_) if judgment.confirmed => None,
            Verdict::Unknown(asked) => self.unknown.iter().find(|(known, _)| known == asked).map(|(_, ready)| &**ready),
            Verdict::Unmet(_) => None,
        }
    }
}

impl<'a> Named<'a> {
    /// None yet.
    #[must_use]
    pub fn new(ready: &'a Ready, catalog: &'a Catalog) -> Self {
        Self { ready, catalog, seen: vec![false; ready.sources.len()], order: Vec::new() }
    }

    /// Names the source of a requirement.
    pub fn requirement(&mut self, requirement: &ReadyRequirement) {
        if let Some(place) = requirement.source {
            self.place(place);
        }
    }

    /// Names a source.
    pub fn source(&mut self, id: &SourceId) {
        if let Some(place) = self.catalog.sources.place(id.as_str()) {
            self.place(place);
        }
    }

    fn place(&mut self, place: usize) {
        if let Some(seen) = self.seen.get_mut(place).filter(|seen| !**seen) {
            *seen = true;
            self.order.push(place);
        }
    }

    /// The sources that were named, in full.
    #[must_use]
    pub fn in_full(&self) -> Vec<&'a RawValue> {
        self.order.iter().filter_map(|place| self.ready.sources.get(*place)).map(|source| &**source).collect()
    }
}

/// The questions that a requirement may leave open.
fn questions(requirement: &Requirement) -> Vec<Question> {
    let mut questions: Vec<Question> = match &requirement.condition {
        Condition::MinimumAge { .. } | Condition::MaximumAge { .. } => vec![Question::BirthDate],
        Condition::RecoveryTime { .. } => vec![Question::RecoverySince],
        Condition::LivedExperience { any_of, also } => {
            any_of.iter().chain(also).map(|kind| Question::LivedExperience(*kind)).collect()
        }
        Condition::Education { .. } => vec![Question::Education],
        Condition::Training { .. } => {
            vec![Question::Training, Question::TrainingTopics, Question::TrainingApproval, Question::Confirmed]
        }
        Condition::WorkExperience { .. } => {
            vec![Question::WorkHours, Question::VolunteerHours, Question::Confirmed]
        }
        Condition::Supervision { .. } => vec![Question::SupervisionHours],
        Condition::Practicum { .. } => vec![Question::PracticumHours],
        Condition::Examination { .. } => vec![Question::ExamsPassed, Question::Confirmed],
        Condition::BackgroundCheck {} => vec![Question::BackgroundCheckPassed],
        Condition::CodeOfEthics {} => vec![Question::CodeOfEthicsSigned],
        Condition::References { .. } => vec![Question::References],
        Condition::Residency { .. } => vec![Question::LivesIn, Question::WorksIn, Question::Confirmed],
        Condition::HoldsCredential { .. } => vec![Question::CredentialsHeld, Question::Confirmed],
        Condition::Attestation { .. } | Condition::Other { .. } => vec![Question::Confirmed],
    };
    questions.extend(requirement.applies_to.iter().map(|kind| Question::LivedExperience(*kind)));
    questions
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use peerpath_domain::catalog::{FileText, read};
    use peerpath_domain::guidance::applicant::Applicant;
    use peerpath_domain::guidance::assessment::assess;
    use peerpath_domain::guidance::profile::Profile;
    use serde_json::json;

    use super::*;

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

    #[test]
    fn what_is_ready_is_what_would_be_made() {
        let mut files = Vec::new();
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog"), &mut files);
        let catalog = read(&files).unwrap().catalog;
        let ready = Ready::new(&catalog).unwrap();
        let paths = catalog.credentials.iter().flat_map(|credential| {
            let of_route = move |route: &Route| {
                let path = |requirement: &Requirement| format!("{}/{}/{}", credential.id, route.id, requirement.id);
                route.requirements.iter().map(path).collect::<Vec<_>>()
            };
            credential.routes.iter().flat_map(of_route)
        });
        let paths: Vec<String> = paths.collect();
        let mut met = 0;
        for profile in [
            json!({}),
            json!({"confirmed": paths}),
            json!({"training": [{"hours": 60}], "work_hours": 10, "exams_passed": [{"name": "IC&RC Peer Recovery exam"}],
                "credentials_held": [{"title": "Peer"}], "lived_experience": {"mental_health": true}}),
            json!({"lived_experience": {"family": false, "substance_use": false}, "training": [], "references": 1,
                "work_hours": 0, "volunteer_hours": 0, "education": "less_than_high_school", "lives_in": "US-TX"}),
        ] {
            let profile: Profile = serde_json::from_value(profile).unwrap();
            let applicant = Applicant::new(&profile, &catalog, "2026-11-25".parse().unwrap());
            for credential in &catalog.credentials {
                let pieces = ready.credential(&catalog, credential).unwrap();
                for route in assess(credential, &applicant).routes {
                    let requirements = pieces.route(credential, route.route);
                    assert_eq!(requirements.len(), route.judgments.len());
                    for (judgment, requirement) in route.judgments.into_iter().zip(requirements) {
                        let unmet = matches!(judgment.verdict, Verdict::Unmet(_));
                        let Some(piece) = requirement.verdict(&judgment) else {
                            assert!(unmet, "{judgment:?}");
                            continue;
                        };
                        let made = RequirementVerdict::new(credential, &route.route.id, judgment);
                        assert_eq!(piece.get(), serde_json::to_string(&made).unwrap());
                        met += 1;
                    }
                }
            }
        }
        assert!(met > 3_000, "{met} pieces");
    }
}
