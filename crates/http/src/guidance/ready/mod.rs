//! What answers of guidance say of each credential, requirement and source again and again, rendered once for each catalog.
//!
//! A verdict says the same in every answer unless something is missing, and so do a credential's mention and a source. An
//! answer about all credentials is put together from these pieces; what they are made of is the types that document them.

mod gap;
mod rope;
mod writer;

pub use rope::Rope;
pub use writer::Writer;

use actix_web::web::Bytes;
use chrono::NaiveDate;
use peerpath_domain::catalog::Catalog;
use peerpath_domain::catalog::credential::{Credential, Route};
use peerpath_domain::catalog::requirement::Requirement;
use peerpath_domain::guidance::applicant::Applicant;
use peerpath_domain::guidance::judge::{NOTHING_AHEAD, judge};
use peerpath_domain::guidance::profile::Profile;
use peerpath_domain::guidance::question::OpenQuestion;
use peerpath_domain::guidance::verdict::{Judgment, Question, Verdict};
use serde::Serialize;

use super::shown::{CredentialMention, QuestionShown, RequirementVerdict, fee_sources};
use rope::Stretch;

/// What is ready of a catalog.
#[derive(Debug, Default)]
pub struct Ready {
    text: Bytes,
    /// In the catalog's order.
    credentials: Vec<ReadyCredential>,
    /// In the catalog's order.
    sources: Vec<Stretch>,
}

/// What is ready of a credential.
#[derive(Debug)]
struct ReadyCredential {
    /// Its standing begins with this, up to the outcome.
    begin: Stretch,
    /// The ids of the sources that state its fees.
    fee_sources: Stretch,
    /// Their places.
    fee_source_places: Vec<usize>,
    /// In their order.
    routes: Vec<ReadyRoute>,
}

/// What is ready of a route.
#[derive(Debug)]
struct ReadyRoute {
    /// It begins with this, up to whether it is open.
    begin: Stretch,
    /// Its id.
    id: Stretch,
    /// In their order.
    requirements: Vec<ReadyRequirement>,
}

/// What is ready of a requirement.
#[derive(Debug)]
struct ReadyRequirement {
    /// The place of its source.
    source: Option<usize>,
    /// The verdict that it is met.
    met: Stretch,
    /// The verdict on somebody who says nothing.
    unsaid: Stretch,
    /// What is asked of them; `None`: it is met, whoever it is.
    question: Option<Question>,
    /// What any verdict begins with.
    begin: Stretch,
    /// What any verdict ends with.
    end: Stretch,
    /// Whether it is met, as a question.
    confirm: Stretch,
}

/// What a verdict is told apart by stands behind this name,
const VERDICT: &str = "\"verdict\":";

/// and before this one.
const NOTE: &str = ",\"note\":";

impl Ready {
    /// Renders what is said of a catalog.
    ///
    /// # Errors
    /// None in practice: everything has a JSON form.
    pub fn new(catalog: &Catalog) -> Result<Self, serde_json::Error> {
        let (mut text, silent) = (Text::default(), Profile::default());
        let silent = Applicant::new(&silent, catalog, NaiveDate::default());
        let credentials = catalog.credentials.iter();
        let credentials = credentials.map(|credential| ReadyCredential::new(catalog, credential, &silent, &mut text));
        let credentials = credentials.collect::<Result<_, _>>()?;
        let sources = catalog.sources.iter().map(|source| text.add_json(source)).collect::<Result<_, _>>()?;
        Ok(Self { text: text.0.into(), credentials, sources })
    }

    fn credential(&self, catalog: &Catalog, credential: &Credential) -> Option<&ReadyCredential> {
        self.credentials.get(catalog.credentials.place_of(credential)?)
    }
}

impl ReadyCredential {
    fn new<'a>(
        catalog: &'a Catalog,
        credential: &'a Credential,
        silent: &Applicant<'a>,
        text: &mut Text,
    ) -> Result<Self, serde_json::Error> {
        let mention = serde_json::to_string(&CredentialMention::from(credential))?;
        let begin = text.add(&format!("{{\"credential\":{mention},\"outcome\":"));
        let routes = credential.routes.iter().map(|route| ReadyRoute::new(catalog, (credential, route), silent, text));
        let routes = routes.collect::<Result<_, _>>()?;
        let of_fees = fee_sources(credential);
        let places = of_fees.iter().filter_map(|source| catalog.sources.place(source));
        Ok(Self { begin, routes, fee_sources: text.add_json(&of_fees)?, fee_source_places: places.collect() })
    }

    fn route(&self, credential: &Credential, route: &Route) -> Option<&ReadyRoute> {
        self.routes.get(credential.routes.element_offset(route)?)
    }
}

impl ReadyRoute {
    fn new<'a>(
        catalog: &'a Catalog,
        (credential, route): (&'a Credential, &'a Route),
        silent: &Applicant<'a>,
        text: &mut Text,
    ) -> Result<Self, serde_json::Error> {
        let json = (serde_json::to_string(&route.id)?, serde_json::to_string(&route.name)?);
        let (id, name, whole) = (json.0, json.1, serde_json::to_string(&route.completeness)?);
        let begin = text.add(&format!("{{\"id\":{id},\"name\":{name},\"completeness\":{whole},\"open\":"));
        let id = text.add(&id);
        let requirements = route.requirements.iter();
        let requirements = requirements
            .map(|requirement| ReadyRequirement::new(catalog, (credential, route, requirement), silent, text));
        Ok(Self { begin, id, requirements: requirements.collect::<Result<_, _>>()? })
    }
}

impl ReadyRequirement {
    fn new<'a>(
        catalog: &'a Catalog,
        (credential, route, requirement): (&'a Credential, &'a Route, &'a Requirement),
        silent: &Applicant<'a>,
        text: &mut Text,
    ) -> Result<Self, serde_json::Error> {
        let said = |judgment| serde_json::to_string(&RequirementVerdict::new(credential, &route.id, judgment));
        let met = Judgment { requirement, verdict: Verdict::Met, hours_ahead: NOTHING_AHEAD, confirmed: false };
        let met = said(met)?;
        let begins_up_to = met.find(VERDICT).map_or(0, |place| place + VERDICT.len());
        let ends_from = met.find(NOTE).unwrap_or(met.len());
        let unsaid = judge(requirement, (credential, route), silent, silent.confirmed(credential, route));
        let question = if let Verdict::Unknown(question) = unsaid.verdict { Some(question) } else { None };
        let open = OpenQuestion {
            question: Question::Confirmed,
            about: Some((credential, route, requirement)),
            verdicts: 1,
            credentials: 1,
        };
        let met = text.add(&met);
        Ok(Self {
            source: catalog.sources.place(&requirement.source),
            unsaid: text.add(&said(unsaid)?),
            question,
            begin: met.start..met.start + begins_up_to,
            end: met.start + ends_from..met.end,
            met,
            confirm: text.add_json(&QuestionShown::new(catalog, open))?,
        })
    }
}

/// The text that is ready, while it grows.
#[derive(Default)]
struct Text(Vec<u8>);

impl Text {
    /// Adds a text, and tells where it stands.
    fn add(&mut self, text: &str) -> Stretch {
        let start = self.0.len();
        self.0.extend_from_slice(text.as_bytes());
        start..self.0.len()
    }

    fn add_json(&mut self, value: &impl Serialize) -> Result<Stretch, serde_json::Error> {
        serde_json::to_string(value).map(|text| self.add(&text))
    }
}
