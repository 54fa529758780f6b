//! What answers of guidance say of each credential, requirement and source again and again, rendered once for each catalog.
//!
//! A verdict says the same in every answer unless something is missing, and so do a credential's mention and a source. An
//! answer about all credentials is put together from these pieces; what they are made of is the types that document them.

use std::ptr;

use peerpath_domain::catalog::Catalog;
use peerpath_domain::credential::{Credential, Route};
use peerpath_domain::guidance::assessment::{Assessment, RouteAssessment};
use peerpath_domain::guidance::question::OpenQuestion;
use peerpath_domain::guidance::verdict::{Judgment, Question, Verdict};
use peerpath_domain::identifier::{Identifier, SourceId};
use peerpath_domain::requirement::Requirement;
use serde::Serialize;

use super::shown::{CredentialMention, Path, QuestionShown, fee_sources};

/// What is ready of a catalog.
#[derive(Debug, Default)]
pub struct Ready {
    /// In the catalog's order.
    credentials: Vec<ReadyCredential>,
    /// In the catalog's order.
    sources: Vec<Box<str>>,
}

/// What is ready of a credential.
#[derive(Debug)]
pub struct ReadyCredential {
    /// The credential, as it is spoken of.
    mention: Box<str>,
    /// The ids of the sources that state its fees.
    fee_sources: Box<str>,
    /// In their order.
    routes: Vec<ReadyRoute>,
}

/// What is ready of a route.
#[derive(Debug)]
struct ReadyRoute {
    /// It begins with this, up to whether it is open.
    begin: Box<str>,
    /// Its id.
    id: Box<str>,
    /// In their order.
    requirements: Vec<ReadyRequirement>,
}

/// What is ready of a requirement.
#[derive(Debug)]
struct ReadyRequirement {
    /// The place of its source.
    source: Option<usize>,
    /// What a verdict on it begins with.
    begin: Box<str>,
    /// What a verdict on it ends with.
    end: Box<str>,
    /// Whether it is met, as a question.
    question: Box<str>,
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
        let sources = catalog.sources.iter().map(text);
        Ok(Self { credentials: credentials.collect::<Result<_, _>>()?, sources: sources.collect::<Result<_, _>>()? })
    }

    /// Writes how a credential stands, and names its sources. It is as [`CredentialStanding`](super::shown::CredentialStanding)
    /// documents it.
    ///
    /// # Errors
    /// None in practice: everything has a JSON form.
    pub fn write_standing(
        &self,
        catalog: &Catalog,
        assessment: &Assessment<'_>,
        named: &mut Named<'_>,
        to: &mut Vec<u8>,
    ) -> Result<(), serde_json::Error> {
        let credential = assessment.credential;
        let place = catalog.credentials.place(credential.id.as_str());
        // Every credential of the catalog is ready.
        let Some(ready) = place.and_then(|place| self.credentials.get(place)) else { return Ok(()) };
        push(to, "{\"credential\":");
        push(to, &ready.mention);
        push(to, ",\"outcome\":");
        serde_json::to_writer(&mut *to, &assessment.outcome)?;
        push(to, ",\"best_route\":");
        let best = assessment.routes.first().and_then(|best| ready.route(credential, best.route));
        push(to, best.map_or("null", |best| &best.id));
        push(to, ",\"because\":");
        serde_json::to_writer(&mut *to, &assessment.because)?;
        push(to, ",\"routes\":[");
        for (index, route) in assessment.routes.iter().enumerate() {
            separate(index, to);
            if let Some(of_route) = ready.route(credential, route.route) {
                of_route.write(route, named, to)?;
                push(to, ",\"fees_ahead_usd\":");
                ready.write_fees(credential, route, named, to)?;
                push(to, ",\"earliest_date\":");
                serde_json::to_writer(&mut *to, &route.earliest_date)?;
                to.push(b'}');
            }
        }
        push(to, "]}");
        Ok(())
    }

    /// Writes a question.
    ///
    /// # Errors
    /// None in practice: everything has a JSON form.
    pub fn write_question(
        &self,
        catalog: &Catalog,
        open: OpenQuestion<'_>,
        to: &mut Vec<u8>,
    ) -> Result<(), serde_json::Error> {
        let ready = open.about.and_then(|(credential, route, requirement)| {
            let of_credential = self.credentials.get(catalog.credentials.place(credential.id.as_str())?)?;
            let place = route.requirements.iter().position(|one| ptr::eq(one, requirement))?;
            of_credential.route(credential, route)?.requirements.get(place)
        });
        match ready {
            Some(ready) => push(to, &ready.question),
            None => serde_json::to_writer(&mut *to, &QuestionShown::from(open))?,
        }
        Ok(())
    }
}

/// Writes a text that is JSON already.
pub fn push(to: &mut Vec<u8>, text: &str) {
    to.extend_from_slice(text.as_bytes());
}

/// Writes the comma before all items but the first.
pub fn separate(index: usize, to: &mut Vec<u8>) {
    if index > 0 {
        to.push(b',');
    }
}

fn text(value: &impl Serialize) -> Result<Box<str>, serde_json::Error> {
    serde_json::to_string(value).map(Into::into)
}

impl ReadyCredential {
    fn new(catalog: &Catalog, credential: &Credential) -> Result<Self, serde_json::Error> {
        let routes = credential.routes.iter().map(|route| ReadyRoute::new(catalog, credential, route));
        Ok(Self {
            mention: text(&CredentialMention::from(credential))?,
            fee_sources: text(&fee_sources(credential))?,
            routes: routes.collect::<Result<_, _>>()?,
        })
    }

    fn route(&self, credential: &Credential, route: &Route) -> Option<&ReadyRoute> {
        self.routes.get(credential.routes.iter().position(|one| ptr::eq(one, route))?)
    }

    fn write_fees(
        &self,
        credential: &Credential,
        route: &RouteAssessment<'_>,
        named: &mut Named<'_>,
        to: &mut Vec<u8>,
    ) -> Result<(), serde_json::Error> {
        let Some(ahead) = route.fees_ahead else {
            push(to, "null");
            return Ok(());
        };
        push(to, "{\"at_least\":");
        serde_json::to_writer(&mut *to, &ahead.at_least)?;
        push(to, ",\"at_most\":");
        serde_json::to_writer(&mut *to, &ahead.at_most)?;
        push(to, ",\"source_ids\":");
        push(to, &self.fee_sources);
        to.push(b'}');
        for source in fee_sources(credential) {
            named.source(source);
        }
        Ok(())
    }
}

impl ReadyRoute {
    fn new(catalog: &Catalog, credential: &Credential, route: &Route) -> Result<Self, serde_json::Error> {
        let requirements = route
            .requirements
            .iter()
            .map(|requirement| ReadyRequirement::new(catalog, (credential, route, requirement)));
        let (id, name, whole) = (text(&route.id)?, text(&route.name)?, text(&route.completeness)?);
        let begin = format!("{{\"id\":{id},\"name\":{name},\"completeness\":{whole},\"open\":").into();
        Ok(Self { begin, id, requirements: requirements.collect::<Result<_, _>>()? })
    }

    /// Writes how it stands, up to the hours that are ahead.
    fn write(
        &self,
        standing: &RouteAssessment<'_>,
        named: &mut Named<'_>,
        to: &mut Vec<u8>,
    ) -> Result<(), serde_json::Error> {
        push(to, &self.begin);
        push(to, if standing.open { "true" } else { "false" });
        push(to, ",\"outcome\":");
        serde_json::to_writer(&mut *to, &standing.outcome)?;
        push(to, ",\"verdicts\":[");
        for (index, (judgment, requirement)) in standing.judgments.iter().zip(&self.requirements).enumerate() {
            separate(index, to);
            named.place(requirement.source);
            requirement.write(judgment, to)?;
        }
        push(to, "],\"hours_ahead\":{");
        let hours = &standing.hours_ahead;
        for (name, ahead) in [
            ("\"training\":{\"at_least\":", hours.training),
            (",\"work_experience\":{\"at_least\":", hours.work_experience),
            (",\"supervision\":{\"at_least\":", hours.supervision),
            (",\"practicum\":{\"at_least\":", hours.practicum),
        ] {
            push(to, name);
            serde_json::to_writer(&mut *to, &ahead.at_least)?;
            push(to, ",\"at_most\":");
            serde_json::to_writer(&mut *to, &ahead.at_most)?;
            to.push(b'}');
        }
        to.push(b'}');
        Ok(())
    }
}

impl ReadyRequirement {
    fn new(
        catalog: &Catalog,
        (credential, route, requirement): (&Credential, &Route, &Requirement),
    ) -> Result<Self, serde_json::Error> {
        let path = text(&Path::new(credential, &route.id, &requirement.id))?;
        let (kind, note) = (text(&requirement.condition.kind())?, text(&requirement.note)?);
        let open = OpenQuestion {
            question: Question::Confirmed,
            about: Some((credential, route, requirement)),
            verdicts: 1,
            credentials: 1,
        };
        Ok(Self {
            source: catalog.sources.place(requirement.source.as_str()),
            begin: format!("{{\"requirement\":{path},\"kind\":{kind},\"verdict\":").into(),
            end: format!(",\"note\":{note},\"source\":{}}}", text(&requirement.source)?).into(),
            question: text(&QuestionShown::from(open))?,
        })
    }

    /// Writes a verdict on it, as [`RequirementVerdict`](super::shown::RequirementVerdict) has it.
    fn write(&self, judgment: &Judgment<'_>, to: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        push(to, &self.begin);
        match &judgment.verdict {
            Verdict::Met => push(to, "\"met\",\"gap\":null,\"question\":null"),
            Verdict::Unknown(question) => {
                push(to, "\"unknown\",\"gap\":null,\"question\":\"");
                push(to, question.id());
                to.push(b'"');
            }
            Verdict::Unmet(gap) => {
                push(to, "\"unmet\",\"gap\":");
                serde_json::to_writer(&mut *to, gap)?;
                push(to, ",\"question\":null");
            }
        }
        push(to, if judgment.confirmed { ",\"confirmed\":true" } else { ",\"confirmed\":false" });
        push(to, &self.end);
        Ok(())
    }
}

impl<'a> Named<'a> {
    /// None yet.
    #[must_use]
    pub fn new(ready: &'a Ready, catalog: &'a Catalog) -> Self {
        Self { ready, catalog, seen: vec![false; ready.sources.len()], order: Vec::new() }
    }

    /// Names a source.
    fn source(&mut self, id: &SourceId) {
        self.place(self.catalog.sources.place(id.as_str()));
    }

    fn place(&mut self, place: Option<usize>) {
        let Some(place) = place else { return };
        if let Some(seen) = self.seen.get_mut(place).filter(|seen| !**seen) {
            *seen = true;
            self.order.push(place);
        }
    }

    /// Writes the sources that were named, in full.
    pub fn write(&self, to: &mut Vec<u8>) {
        for (index, source) in self.order.iter().filter_map(|place| self.ready.sources.get(*place)).enumerate() {
            separate(index, to);
            push(to, source);
        }
    }
}

#[cfg(test)]
mod tests {
    use peerpath_domain::guidance::applicant::Applicant;
    use peerpath_domain::guidance::assessment::assess;
    use peerpath_domain::guidance::profile::Profile;
    use serde_json::json;

    use super::super::shown::RequirementVerdict;
    use super::*;
    use crate::cli::repository_catalog;

    #[test]
    fn a_verdict_is_written_as_its_type_has_it() {
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
                let place = catalog.credentials.place(credential.id.as_str()).unwrap();
                let pieces = &ready.credentials[place];
                for route in assess(credential, &applicant).routes {
                    let of_route = pieces.route(credential, route.route).unwrap();
                    assert_eq!(of_route.requirements.len(), route.judgments.len());
                    for (judgment, requirement) in route.judgments.into_iter().zip(&of_route.requirements) {
                        let mut written = Vec::new();
                        requirement.write(&judgment, &mut written).unwrap();
                        let made = RequirementVerdict::new(credential, &route.route.id, judgment);
                        assert_eq!(String::from_utf8(written).unwrap(), serde_json::to_string(&made).unwrap());
                        met += 1;
                    }
                }
            }
        }
        assert!(met > 3_000, "{met} verdicts");
    }
}
