//! The questions to ask an applicant next.

use super::assessment::Assessment;
use super::verdict::{Question, Verdict};
use crate::catalog::credential::{Credential, Route};
use crate::catalog::requirement::Requirement;

/// A question, and how much depends on its answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OpenQuestion<'a> {
    /// The question.
    pub question: Question,
    /// The requirement to confirm, if no field of the profile decides it.
    pub about: Option<(&'a Credential, &'a Route, &'a Requirement)>,
    /// The number of verdicts that depend on it.
    pub verdicts: usize,
    /// The number of credentials with such verdicts.
    pub credentials: usize,
}

/// The open questions of assessments; those that decide most verdicts come first.
#[must_use]
pub fn open_questions<'a>(assessments: &[Assessment<'a>]) -> Vec<OpenQuestion<'a>> {
    let mut of_fields: Vec<OpenQuestion<'a>> = Vec::new();
    let mut of_requirements: Vec<OpenQuestion<'a>> = Vec::new();
    // Counts a credential once for each question.
    let mut met: Vec<Question> = Vec::new();
    for assessment in assessments {
        met.clear();
        for route in &assessment.routes {
            for judgment in &route.judgments {
                let Verdict::Unknown(question) = judgment.verdict else { continue };
                if question == Question::Confirmed {
                    let about = Some((assessment.credential, route.route, judgment.requirement));
                    of_requirements.push(OpenQuestion { question, about, verdicts: 1, credentials: 1 });
                    continue;
                }
                let place = of_fields.iter().position(|open| open.question == question).unwrap_or_else(|| {
                    of_fields.push(OpenQuestion { question, about: None, verdicts: 0, credentials: 0 });
                    of_fields.len() - 1
                });
                if let Some(open) = of_fields.get_mut(place) {
                    open.verdicts += 1;
                    if !met.contains(&question) {
                        met.push(question);
                        open.credentials += 1;
                    }
                }
            }
        }
    }
    of_fields.sort_by(|a, b| {
        b.verdicts.cmp(&a.verdicts).then(b.credentials.cmp(&a.credentials)).then(a.question.cmp(&b.question))
    });
    of_fields.extend(of_requirements);
    of_fields
}
