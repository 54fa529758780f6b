//! The catalog: all records, indexed and checked together.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::credential::Credential;
use super::entry::Entry;
use super::framework::{Category, Competency, Framework};
use super::identifier::{Identifier, JurisdictionCode, SourceId};
use super::kind::{Kind, for_each_kind};
use super::library::Note;
use super::pathway::Step;
use super::record::Record;
use super::source::{Freshness, Source};
use super::visit::{Violation, Visit};

/// A place in a record that cites a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Citation {
    /// Kind of the record.
    pub kind: Kind,
    /// Stable id.
    pub id: Box<str>,
    /// JSON Pointer within the record.
    pub pointer: Box<str>,
}

/// The records of one kind, in order.
#[derive(Debug)]
pub struct Collection<T> {
    records: Vec<T>,
    places: HashMap<Box<str>, usize>,
}

impl<T: Entry> Collection<T> {
    fn new(mut records: Vec<T>) -> Self {
        records.sort_by(|a, b| (a.order(), a.id().as_str()).cmp(&(b.order(), b.id().as_str())));
        let places = records.iter().enumerate().map(|(place, record)| (record.id().as_str().into(), place)).collect();
        Self { records, places }
    }

    /// The record with this id.
    #[must_use]
    pub fn get(&self, id: &T::Id) -> Option<&T> {
        self.records.get(self.place(id)?)
    }

    /// The position of the record with this id.
    #[must_use]
    pub fn place(&self, id: &T::Id) -> Option<usize> {
        self.places.get(id.as_str()).copied()
    }

    /// The position of one of these records, found without a search; `None` for any other record.
    #[must_use]
    pub fn place_of(&self, record: &T) -> Option<usize> {
        self.records.element_offset(record)
    }

    /// Every record, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.records.iter()
    }

    /// The number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are no records.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}

impl<'a, T: Entry> IntoIterator for &'a Collection<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

macro_rules! define {
    ($(
        $(#[doc = $doc:literal])+
        $kind:ident $singular:literal $list:ident: $id:ident $form:tt $(, record of $module:ident)? $(, at $path:literal)?;
    )+) => {
        /// All records of the catalog, indexed and consistent.
        #[derive(Debug)]
        #[expect(missing_docs, reason = "the fields are the kinds")]
        pub struct Catalog {
            $($(pub $list: Collection<super::$module::$kind>,)?)+
            citations: HashMap<SourceId, Vec<Citation>>,
        }

        impl Catalog {
            /// Builds the catalog.
            ///
            /// # Errors
            /// All violations: duplicate ids, dangling references, cyclic dependencies of steps, dates and numbers out of range.
            pub fn build(records: Vec<Record>) -> Result<Self, Vec<Violation>> {
                let citations = examine(&records)?;
                $($(let mut $list: Vec<super::$module::$kind> = Vec::new();)?)+
                for record in records {
                    match record { $($(Record::$kind(record) => Vec::<super::$module::$kind>::push(&mut $list, record),)?)+ }
                }
                Ok(Self { $($($list: Collection::<super::$module::$kind>::new($list),)?)+ citations })
            }

            /// The number of records and parts of records by kind.
            #[must_use]
            pub fn counts(&self) -> BTreeMap<Kind, usize> {
                let mut counts = BTreeMap::new();
                $($(
                    *counts.entry(<super::$module::$kind as Entry>::KIND).or_default() += self.$list.len();
                    for record in &self.$list {
                        let mut visit = Visit::default();
                        record.visit(&mut visit);
                        for definition in visit.definitions {
                            *counts.entry(definition.kind).or_default() += 1;
                        }
                    }
                )?)+
                counts
            }
        }
    };
}

for_each_kind!(define);

impl Catalog {
    /// The places that rest on a source.
    #[must_use]
    pub fn citations(&self, source: &SourceId) -> &[Citation] {
        self.citations.get(source).map_or(&[], Vec::as_slice)
    }

    /// A jurisdiction's credentials.
    pub fn credentials_of<'a>(&'a self, code: &'a JurisdictionCode) -> impl Iterator<Item = &'a Credential> {
        self.credentials.iter().filter(move |credential| credential.jurisdiction.as_ref() == Some(code))
    }

    /// How fresh a credential's sources are, and how official.
    #[must_use]
    pub fn freshness(&self, credential: &Credential) -> Freshness {
        let source = |id: &SourceId| self.sources.get(id);
        Freshness::of(
            credential.source_ids.iter().filter_map(source),
            credential.fact_sources().filter_map(source).map(|source| source.tier),
        )
    }

    /// How fresh the sources of the whole catalog are, and how official its facts'.
    #[must_use]
    pub fn overall_freshness(&self) -> Freshness {
        let cited = self.citations.iter().filter_map(|(id, places)| Some((self.sources.get(id)?, places)));
        Freshness::of(&self.sources, cited.flat_map(|(source, places)| places.iter().map(|_| source.tier)))
    }

    /// Every competency with its category and framework, by id.
    pub fn competencies(&self) -> impl Iterator<Item = (&Framework, &Category, &Competency)> {
        self.frameworks.iter().flat_map(|framework| {
            let of = move |category| (framework, category);
            framework.categories.iter().map(of).flat_map(|(framework, category): (&Framework, &Category)| {
                category.competencies.iter().map(move |competency| (framework, category, competency))
            })
        })
    }

    /// The sources of a record, in the order of their first citation.
    pub fn sources_of(&self, record: &impl Entry) -> Vec<&Source> {
        let mut visit = Visit::default();
        record.visit(&mut visit);
        let mut seen = HashSet::new();
        let cited = visit.mentions.iter().filter(|mention| mention.kind == Kind::Source && seen.insert(mention.id));
        cited.filter_map(|mention| self.sources.get(&mention.id.parse().ok()?)).collect()
    }

    /// The notes about a record.
    pub fn notes_on(&self, kind: Kind, id: &str) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(move |note| note.is_on(kind, id))
    }
}

/// Checks all records together, and returns the citations by source.
fn examine<'a>(records: &'a [Record]) -> Result<HashMap<SourceId, Vec<Citation>>, Vec<Violation>> {
    let visit = |(place, record): (usize, &'a Record)| {
        let mut visit = Visit::at_record(place);
        record.visit(&mut visit);
        visit
    };
    let visits: Vec<Visit> = records.iter().enumerate().map(visit).collect();
    let mut violations = Vec::new();
    let mut violated = |record, pointer: &str, detail, missing| {
        violations.push(Violation { record, pointer: pointer.into(), detail, missing });
    };

    let mut known: HashSet<(Kind, &str)> = HashSet::new();
    for (place, (record, visit)) in records.iter().zip(&visits).enumerate() {
        let id_field = if record.kind() == Kind::Jurisdiction { "/code" } else { "/id" };
        let own = (id_field, record.kind(), record.id());
        let parts = visit.definitions.iter().map(|part| (part.pointer.as_str(), part.kind, part.id.as_ref()));
        for (pointer, kind, id) in std::iter::once(own).chain(parts) {
            if !known.insert((kind, id)) {
                let detail = format!("another {} has the id {id}", kind.singular().replace('_', " "));
                violated(place, pointer, detail, None);
            }
        }
    }

    let mut citations: HashMap<SourceId, Vec<Citation>> = HashMap::new();
    for (place, (record, visit)) in records.iter().zip(&visits).enumerate() {
        for mention in &visit.mentions {
            if !known.contains(&(mention.kind, mention.id)) {
                let detail = format!("{} {} does not exist", mention.kind.singular().replace('_', " "), mention.id);
                violated(place, &mention.pointer, detail, Some(mention.id.into()));
            } else if let (Kind::Source, Ok(source)) = (mention.kind, mention.id.parse()) {
                let pointer = mention.pointer.as_str().into();
                let citation = Citation { kind: record.kind(), id: record.id().into(), pointer };
                citations.entry(source).or_default().push(citation);
            }
        }
    }
    violations.extend(visits.into_iter().flat_map(|visit| visit.violations));
    violations.extend(cycles(records));

    if violations.is_empty() {
        for places in citations.values_mut() {
            places.sort();
        }
        Ok(citations)
    } else {
        Err(violations)
    }
}

/// A violation for each step that depends on itself through other steps.
fn cycles(records: &[Record]) -> Vec<Violation> {
    let steps: HashMap<&str, &Step> = records
        .iter()
        .filter_map(|record| if let Record::Step(step) = record { Some((step.id.as_str(), step)) } else { None })
        .collect();
    let leads_back = |start: &Step| {
        let mut reached = HashSet::new();
        let mut open: Vec<&Step> = vec![start];
        while let Some(step) = open.pop() {
            for next in &step.depends_on {
                if *next == start.id {
                    return true;
                }
                if reached.insert(next.as_str()) {
                    open.extend(steps.get(next.as_str()));
                }
            }
        }
        false
    };
    let cyclic = |(place, record): (usize, &Record)| match record {
        Record::Step(step) if leads_back(step) => Some(Violation {
            record: place,
            pointer: "/depends_on".into(),
            detail: format!("{} depends on itself through other steps", step.id),
            missing: None,
        }),
        _ => None,
    };
    records.iter().enumerate().filter_map(cyclic).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn source() -> Value {
        json!({"id": "us-tx/a", "title": "A", "publisher": "B", "url": null, "tier": "official", "published": "2024"})
    }

    fn jurisdiction() -> Value {
        json!({"code": "US-TX", "name": "Texas", "program_status": {"value": "established", "source": "us-tx/a"}})
    }

    fn credential() -> Value {
        json!({
            "id": "us-tx-a", "jurisdiction": "US-TX", "title": "Title", "acronym": null, "status": "active",
            "specialties": ["mental_health"], "certifying_body": {"name": "B", "kind": "other", "url": null},
            "routes": [{"id": "standard", "name": "Standard", "completeness": "partial", "requirements": [
                {"id": "training", "condition": {"kind": "training", "hours": 40}, "source": "us-tx/a"},
            ]}],
            "fees": [], "renewal": null, "reciprocity": null, "source_ids": ["us-tx/a"],
        })
    }

    fn step(id: &str, order: u16, depends_on: &[&str]) -> Value {
        json!({"id": id, "order": order, "phase": "train", "title": "T", "summary": "S", "tasks": [], "depends_on": depends_on,
            "satisfies": [], "competency_categories": [], "source_ids": ["us-tx/a"]})
    }

    fn build(records: Vec<(Kind, Value)>) -> Result<Catalog, Vec<Violation>> {
        Catalog::build(records.into_iter().map(|(kind, body)| Record::from_body(kind, body).unwrap()).collect())
    }

    fn with_credential(change: impl FnOnce(&mut Value)) -> Result<Catalog, Vec<Violation>> {
        let mut body = credential();
        change(&mut body);
        build(vec![(Kind::Source, source()), (Kind::Jurisdiction, jurisdiction()), (Kind::Credential, body)])
    }

    fn only_violation(result: Result<Catalog, Vec<Violation>>) -> (usize, String, String) {
        let mut violations = result.unwrap_err();
        assert_eq!(violations.len(), 1, "{violations:?}");
        let Violation { record, pointer, detail, .. } = violations.remove(0);
        (record, pointer, detail)
    }

    #[test]
    fn a_consistent_catalog_is_indexed() {
        let catalog = with_credential(|_| {}).unwrap();
        let credential = catalog.credentials.get(&"us-tx-a".parse().unwrap()).unwrap();
        assert_eq!(catalog.credentials_of(&"US-TX".parse().unwrap()).count(), 1);
        assert_eq!(catalog.freshness(credential).facts_official, 1);
        let cited: Vec<_> =
            catalog.citations(&"us-tx/a".parse().unwrap()).iter().map(|place| &*place.pointer).collect();
        assert_eq!(cited, ["/program_status/source", "/routes/0/requirements/0/source", "/source_ids/0"]);
        assert_eq!(catalog.counts()[&Kind::Requirement], 1);
    }

    #[test]
    fn a_dangling_reference_is_refused_at_its_place() {
        let violation = only_violation(with_credential(|body| body["endorsement_of"] = json!("us-tx-b")));
        assert_eq!(violation, (2, "/endorsement_of".into(), "credential us-tx-b does not exist".into()));
        let violations =
            with_credential(|body| body["routes"][0]["requirements"][0]["source"] = json!("us-tx/b")).err().unwrap();
        assert!(
            violations.iter().any(|violation| violation.pointer == "/routes/0/requirements/0/source"),
            "{violations:?}"
        );
    }

    #[test]
    fn a_duplicate_id_is_refused() {
        let violation = only_violation(build(vec![(Kind::Source, source()), (Kind::Source, source())]));
        assert_eq!(violation, (1, "/id".into(), "another source has the id us-tx/a".into()));
        let violation = only_violation(with_credential(|body| {
            let requirements = &mut body["routes"][0]["requirements"];
            let mut again = requirements[0].clone();
            again["condition"]["hours"] = Value::Null;
            requirements.as_array_mut().unwrap().push(again);
        }));
        assert_eq!(violation.1, "/routes/0/requirements/1/id");
    }

    #[test]
    fn hours_that_would_be_counted_twice_are_refused() {
        let violation = only_violation(with_credential(|body| {
            let again = json!({"id": "more", "condition": {"kind": "training", "hours": 20}, "source": "us-tx/a"});
            body["routes"][0]["requirements"].as_array_mut().unwrap().push(again);
        }));
        assert_eq!(violation.1, "/routes/0/requirements/1");
    }

    #[test]
    fn a_number_or_date_out_of_range_is_refused() {
        let violation = only_violation(with_credential(|body| {
            body["routes"][0]["requirements"][0]["condition"]["hours"] = json!(0);
        }));
        assert_eq!(violation.1, "/routes/0/requirements/0/condition/hours");
        let violation = only_violation(with_credential(|body| body["routes"][0]["closes_on"] = json!("0024-01-01")));
        assert_eq!(violation.1, "/routes/0/closes_on");
        let fee = json!({"kind": "exam", "amount_usd": 20, "amount_usd_max": 10, "source": "us-tx/a"});
        assert_eq!(only_violation(with_credential(|body| body["fees"] = json!([fee]))).1, "/fees/0/amount_usd_max");
    }

    #[test]
    fn a_credential_belongs_to_the_jurisdiction_of_its_id() {
        let violation = only_violation(with_credential(|body| body["jurisdiction"] = Value::Null));
        assert_eq!(violation.1, "/jurisdiction");
    }

    #[test]
    fn steps_that_depend_on_each_other_are_refused_and_others_kept_in_order() {
        let steps = |list: &[(&str, u16, &[&str])]| {
            let steps = list.iter().map(|(id, order, depends_on)| (Kind::Step, step(id, *order, depends_on)));
            build(std::iter::once((Kind::Source, source())).chain(steps).collect())
        };
        let violations =
            steps(&[("a", 1, &["c"]), ("b", 2, &["a"]), ("c", 3, &["b"]), ("d", 4, &["c"])]).err().unwrap();
        assert_eq!(violations.iter().map(|violation| violation.record).collect::<Vec<_>>(), [1, 2, 3]);
        let catalog = steps(&[("b", 1, &[]), ("a", 2, &["b"])]).unwrap();
        assert_eq!(catalog.steps.iter().map(|step| step.id.to_string()).collect::<Vec<_>>(), ["b", "a"]);
    }

    #[test]
    fn a_note_that_is_never_shown_is_refused() {
        let note = |kind: &str, id: Value| {
            let about = json!([{"kind": kind, "id": id}]);
            let note = json!({"id": "n", "about": about, "text": "T", "source_ids": ["us-tx/a"]});
            build(vec![(Kind::Source, source()), (Kind::Note, note)])
        };
        assert!(note("role", Value::Null).is_ok());
        assert_eq!(only_violation(note("pitfall", Value::Null)).1, "/about/0/kind");
        assert_eq!(only_violation(note("role", json!("nobody"))).1, "/about/0/id");
    }
}
