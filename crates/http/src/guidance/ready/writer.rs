//! Writing an answer out of what is ready.

use std::mem;

use chrono::NaiveDate;
use peerpath_domain::catalog::Catalog;
use peerpath_domain::guidance::assessment::{Assessment, HoursAhead, RouteAssessment};
use peerpath_domain::guidance::judge::NOTHING_AHEAD;
use peerpath_domain::guidance::question::OpenQuestion;
use peerpath_domain::guidance::verdict::{Judgment, Verdict};
use serde::Serialize;

use super::{Ready, ReadyCredential, ReadyRequirement, ReadyRoute, Rope, gap};
use crate::guidance::shown::QuestionShown;

/// An answer that is being written: its text, and the sources that it names, once each, in the order in which they are first
/// named.
pub struct Writer<'a> {
    ready: &'a Ready,
    catalog: &'a Catalog,
    rope: Rope,
    named: Vec<usize>,
    is_named: Vec<bool>,
    /// The last date that was written, and how: most are the same.
    date: Option<(NaiveDate, String)>,
}

/// How many bytes of its own an answer about a credential has, about.
const OWN_BYTES: usize = 600;

/// How many ready pieces such an answer has, about.
const PIECES: usize = 24;

impl<'a> Writer<'a> {
    /// An empty answer, with room for so many credentials.
    #[must_use]
    pub fn new(ready: &'a Ready, catalog: &'a Catalog, credentials: usize) -> Self {
        Self {
            ready,
            catalog,
            rope: Rope::new(ready.text.clone(), credentials * OWN_BYTES, credentials * PIECES),
            named: Vec::new(),
            is_named: vec![false; ready.sources.len()],
            date: None,
        }
    }

    /// The answer.
    #[must_use]
    pub fn finish(self) -> Rope {
        self.rope
    }

    /// Goes on with a text.
    pub fn push(&mut self, text: &str) {
        self.rope.push(text);
    }

    /// Goes on with a comma before all items but the first.
    pub fn separate(&mut self, index: usize) {
        self.rope.separate(index);
    }

    /// Goes on with a value.
    ///
    /// # Errors
    /// None in practice: everything has a JSON form.
    pub fn json(&mut self, value: &impl Serialize) -> Result<(), serde_json::Error> {
        serde_json::to_writer(&mut self.rope, value)
    }

    /// Goes on with how a credential stands, and names its sources. It is as
    /// [`CredentialStanding`](crate::guidance::shown::CredentialStanding) documents it.
    ///
    /// # Errors
    /// Where the credential is none of the catalog's.
    pub fn standing(&mut self, assessment: &Assessment<'_>) -> Result<(), serde_json::Error> {
        let credential = assessment.credential;
        let ready = self.ready.credential(self.catalog, credential).ok_or_else(not_ready)?;
        self.rope.insert(&ready.begin);
        self.json(&assessment.outcome)?;
        self.push(",\"best_route\":");
        match assessment.routes.first().and_then(|best| ready.route(credential, best.route)) {
            Some(best) => self.rope.insert(&best.id),
            None => self.push("null"),
        }
        self.push(",\"because\":");
        self.json(&assessment.because)?;
        self.push(",\"routes\":[");
        for (index, route) in assessment.routes.iter().enumerate() {
            self.separate(index);
            self.route(route, ready.route(credential, route.route).ok_or_else(not_ready)?, ready)?;
        }
        self.push("]}");
        Ok(())
    }

    fn route(
        &mut self,
        standing: &RouteAssessment<'_>,
        ready: &ReadyRoute,
        of_credential: &ReadyCredential,
    ) -> Result<(), serde_json::Error> {
        self.rope.insert(&ready.begin);
        self.push(if standing.open { "true,\"outcome\":" } else { "false,\"outcome\":" });
        self.json(&standing.outcome)?;
        self.push(",\"verdicts\":[");
        for (index, (judgment, requirement)) in standing.judgments.iter().zip(&ready.requirements).enumerate() {
            self.separate(index);
            self.name(requirement.source);
            self.verdict(judgment, requirement)?;
        }
        self.push("],\"hours_ahead\":{");
        self.hours(&standing.hours_ahead)?;
        self.push("},\"fees_ahead_usd\":");
        self.fees(standing, of_credential)?;
        self.push(",\"earliest_date\":");
        self.date(standing.earliest_date)?;
        self.push("}");
        Ok(())
    }

    /// A verdict, as [`RequirementVerdict`](crate::guidance::shown::RequirementVerdict) has it.
    fn verdict(&mut self, judgment: &Judgment<'_>, ready: &ReadyRequirement) -> Result<(), serde_json::Error> {
        match (&judgment.verdict, judgment.confirmed) {
            (Verdict::Met, false) => self.rope.insert(&ready.met),
            (Verdict::Unknown(question), false) if ready.question == Some(*question) => {
                self.rope.insert(&ready.unsaid);
            }
            (verdict, confirmed) => {
                self.rope.insert(&ready.begin);
                match verdict {
                    Verdict::Met => self.push("\"met\",\"gap\":null,\"question\":null"),
                    Verdict::Unknown(question) => {
                        self.push("\"unknown\",\"gap\":null,\"question\":\"");
                        self.push(question.id());
                        self.push("\"");
                    }
                    Verdict::Unmet(missing) => {
                        self.push("\"unmet\",\"gap\":");
                        gap::write(missing, &mut self.rope)?;
                        self.push(",\"question\":null");
                    }
                }
                self.push(if confirmed { ",\"confirmed\":true" } else { ",\"confirmed\":false" });
                self.rope.insert(&ready.end);
            }
        }
        Ok(())
    }

    fn hours(&mut self, hours: &HoursAhead) -> Result<(), serde_json::Error> {
        for (name, ahead) in [
            ("\"training\":", hours.training),
            (",\"work_experience\":", hours.work_experience),
            (",\"supervision\":", hours.supervision),
            (",\"practicum\":", hours.practicum),
        ] {
            self.push(name);
            if ahead == NOTHING_AHEAD {
                self.push("{\"at_least\":0,\"at_most\":0}");
            } else {
                self.json(&ahead)?;
            }
        }
        Ok(())
    }

    fn fees(&mut self, standing: &RouteAssessment<'_>, ready: &ReadyCredential) -> Result<(), serde_json::Error> {
        let Some(ahead) = standing.fees_ahead else {
            self.push("null");
            return Ok(());
        };
        self.push("{\"at_least\":");
        self.json(&ahead.at_least)?;
        self.push(",\"at_most\":");
        self.json(&ahead.at_most)?;
        self.push(",\"source_ids\":");
        self.rope.insert(&ready.fee_sources);
        self.push("}");
        for place in &ready.fee_source_places {
            self.name(Some(*place));
        }
        Ok(())
    }

    fn date(&mut self, day: Option<NaiveDate>) -> Result<(), serde_json::Error> {
        let Some(day) = day else {
            self.push("null");
            return Ok(());
        };
        if let Some((_, text)) = self.date.as_ref().filter(|(written, _)| *written == day) {
            self.rope.push(text);
            return Ok(());
        }
        let text = serde_json::to_string(&day)?;
        self.rope.push(&text);
        self.date = Some((day, text));
        Ok(())
    }

    /// Goes on with a question.
    ///
    /// # Errors
    /// None in practice: everything has a JSON form.
    pub fn question(&mut self, open: OpenQuestion<'_>) -> Result<(), serde_json::Error> {
        let ready = open.about.and_then(|(credential, route, requirement)| {
            let of_route = self.ready.credential(self.catalog, credential)?.route(credential, route)?;
            of_route.requirements.get(route.requirements.element_offset(requirement)?)
        });
        match ready {
            Some(ready) => self.rope.insert(&ready.confirm),
            None => self.json(&QuestionShown::new(self.catalog, open))?,
        }
        Ok(())
    }

    fn name(&mut self, source: Option<usize>) {
        let Some(place) = source else { return };
        if let Some(is_named) = self.is_named.get_mut(place)
            && !mem::replace(is_named, true)
        {
            self.named.push(place);
        }
    }

    /// Goes on with the sources that were named, in full.
    pub fn sources(&mut self) {
        for (index, place) in self.named.iter().enumerate() {
            self.rope.separate(index);
            if let Some(source) = self.ready.sources.get(*place) {
                self.rope.insert(source);
            }
        }
    }
}

/// What is ready is of this very catalog, so that everything in it is.
fn not_ready() -> serde_json::Error {
    serde::ser::Error::custom("what is asked about is not in the catalog whose text is ready")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use actix_web::body::to_bytes;
    use peerpath_domain::catalog::credential::Route;
    use peerpath_domain::catalog::requirement::Requirement;
    use peerpath_domain::guidance::applicant::Applicant;
    use peerpath_domain::guidance::assessment::assess;
    use peerpath_domain::guidance::profile::Profile;
    use serde_json::{Value, json};

    use super::*;
    use crate::cli::repository_catalog;
    use crate::guidance::shown::RequirementVerdict;

    #[actix_web::test]
    async fn a_verdict_is_written_as_its_type_has_it() {
        let catalog = repository_catalog();
        let ready = Ready::new(&catalog).unwrap();
        let paths = catalog.credentials.iter().flat_map(|credential| {
            let of_route = move |route: &Route| {
                let path = |requirement: &Requirement| format!("{}/{}/{}", credential.id, route.id, requirement.id);
                route.requirements.iter().map(path).collect::<Vec<_>>()
            };
            credential.routes.iter().flat_map(of_route)
        });
        let paths: Vec<String> = paths.collect();
        let (mut written, mut gaps) = (0, HashSet::new());
        for profile in [
            json!({}),
            json!({"confirmed": paths}),
            json!({"training": [{"hours": 60}], "work_hours": 10, "exams_passed": [{"name": "IC&RC Peer Recovery exam"}],
                "credentials_held": [{"title": "Peer"}], "lived_experience": {"mental_health": true}, "age_years": 70,
                "recovery_months": 1, "code_of_ethics_signed": false, "background_check_passed": false}),
            json!({"lived_experience": {"family": false, "substance_use": false}, "training": [], "references": 1,
                "work_hours": 0, "volunteer_hours": 0, "education": "less_than_high_school", "lives_in": "US-TX",
                "works_in": [], "credentials_held": [], "exams_passed": [], "age_years": 16}),
        ] {
            let profile: Profile = serde_json::from_value(profile).unwrap();
            let applicant = Applicant::new(&profile, &catalog, "2026-11-25".parse().unwrap());
            for credential in &catalog.credentials {
                let pieces = ready.credential(&catalog, credential).unwrap();
                for route in assess(credential, &applicant).routes {
                    let of_route = pieces.route(credential, route.route).unwrap();
                    assert_eq!(of_route.requirements.len(), route.judgments.len());
                    for (judgment, requirement) in route.judgments.into_iter().zip(&of_route.requirements) {
                        let mut writer = Writer::new(&ready, &catalog, 1);
                        writer.verdict(&judgment, requirement).unwrap();
                        let Ok(text) = to_bytes(writer.finish()).await;
                        let made = RequirementVerdict::new(credential, &route.route.id, judgment);
                        assert_eq!(String::from_utf8(text.into()).unwrap(), serde_json::to_string(&made).unwrap());
                        let made = serde_json::to_value(&made).unwrap();
                        gaps.extend(made["gap"]["kind"].as_str().map(str::to_owned));
                        written += 1;
                    }
                }
            }
        }
        assert!(written > 3_000, "{written} verdicts");
        assert_eq!(gaps.len(), 12, "{gaps:?}");
    }

    #[actix_web::test]
    async fn a_standing_names_the_sources_of_its_verdicts_and_fees_once() {
        let catalog = repository_catalog();
        let ready = Ready::new(&catalog).unwrap();
        let profile = Profile::default();
        let applicant = Applicant::new(&profile, &catalog, "2026-11-25".parse().unwrap());
        for credential in &catalog.credentials {
            let mut writer = Writer::new(&ready, &catalog, 1);
            writer.push("{\"standing\":");
            writer.standing(&assess(credential, &applicant)).unwrap();
            writer.push(",\"sources\":[");
            writer.sources();
            writer.push("]}");
            let Ok(text) = to_bytes(writer.finish()).await;
            let written: Value = serde_json::from_slice(&text).unwrap();
            let sources = written["sources"].as_array().unwrap();
            let mut named = HashSet::new();
            for route in written["standing"]["routes"].as_array().unwrap() {
                named.extend(route["verdicts"].as_array().unwrap().iter().map(|verdict| &verdict["source"]));
                named.extend(route["fees_ahead_usd"]["source_ids"].as_array().into_iter().flatten());
            }
            assert_eq!(sources.len(), named.len(), "{}", credential.id);
            assert_eq!(sources.iter().map(|source| &source["id"]).collect::<HashSet<_>>(), named, "{}", credential.id);
        }
    }
}
