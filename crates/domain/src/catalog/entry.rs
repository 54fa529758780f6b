//! What each kind of record names, defines and may hold.

use std::ops::RangeInclusive;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use super::visit::Visit;
use crate::catalog::credential::{Credential, Fee, Jurisdiction, Renewal, Route};
use crate::catalog::framework::{Framework, Measure};
use crate::catalog::identifier::Identifier;
use crate::catalog::kind::Kind;
use crate::catalog::library::{Faq, Note, Outcome, Resource, Topic, Training};
use crate::catalog::pathway::{Passage, Pitfall, Practice, Step};
use crate::catalog::profession::{CareerLevel, Responsibility, Role, Skill};
use crate::catalog::quantity::{Hours, PartialDate, Usd};
use crate::catalog::reference::CredentialReference;
use crate::catalog::requirement::{Condition, Requirement};
use crate::catalog::source::{Completeness, Source};

/// The kinds whose items show the notes on them.
const NOTED: [Kind; 13] = [
    Kind::Jurisdiction,
    Kind::Credential,
    Kind::Framework,
    Kind::Competency,
    Kind::Step,
    Kind::Role,
    Kind::CareerLevel,
    Kind::Responsibility,
    Kind::Skill,
    Kind::Training,
    Kind::Resource,
    Kind::Faq,
    Kind::Outcome,
];

const YEARS: RangeInclusive<i32> = 1900..=2100;
const TRAINING: RangeInclusive<Hours> = Hours::QUARTER..=Hours::whole(2_000);
const WORK: RangeInclusive<Hours> = Hours::QUARTER..=Hours::whole(10_000);
const CONTINUING_EDUCATION: RangeInclusive<Hours> = Hours::ZERO..=Hours::whole(200);
const FEE: RangeInclusive<Usd> = Usd::ZERO..=Usd::whole(10_000);

/// A record of the catalog.
pub trait Entry: Serialize + DeserializeOwned {
    /// Its kind.
    const KIND: Kind;

    /// Its id, unique among the records of its kind.
    fn id(&self) -> &str;

    /// Its place among the records of its kind; those with the same are ordered by id.
    fn order(&self) -> u16 {
        0
    }

    /// Reports what it names, what it defines and what is wrong with it.
    fn visit<'a>(&'a self, visit: &mut Visit<'a>);
}

/// Reads a fact that must be written down even where it is null, so that a gap is never an oversight.
pub(super) fn stated<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

macro_rules! entry {
    ($type:ident, $kind:ident, $id:ident $(, order: $order:ident)?, |$this:ident, $visit:ident| $body:block) => {
        impl Entry for $type {
            const KIND: Kind = Kind::$kind;

            fn id(&self) -> &str {
                self.$id.as_str()
            }

            $(fn order(&self) -> u16 {
                self.$order
            })?

            fn visit<'a>(&'a self, $visit: &mut Visit<'a>) {
                let $this = self;
                $body
            }
        }
    };
}

entry!(Source, Source, id, |this, visit| {
    if let Some(year) = this.published.and_then(PartialDate::first_day) {
        visit.in_range("published", chrono::Datelike::year(&year), &YEARS);
    }
});

entry!(Jurisdiction, Jurisdiction, code, |this, visit| {
    visit.may_mention("program_status/source", this.program_status.source.as_ref());
    if let Some(medicaid) = &this.medicaid_reimbursement {
        visit.mentions("medicaid_reimbursement/source", &medicaid.source);
    }
});

entry!(Credential, Credential, id, |this, visit| {
    visit.may_mention("jurisdiction", this.jurisdiction.as_ref());
    visit.check("jurisdiction", this.jurisdiction == this.id.jurisdiction(), || {
        "is not the one whose code the id begins with; a national credential has null and begins with its owner".into()
    });
    visit.distinct("specialties", &this.specialties);
    visit.may_mention("endorsement_of", this.endorsement_of.as_ref());
    visit.check("endorsement_of", this.endorsement_of.as_ref() != Some(&this.id), || "is the credential itself".into());
    visit.each("routes", &this.routes, |visit, route| self::route(visit, this, route));
    visit.each("fees", &this.fees, fee);
    if let Some(renewal) = &this.renewal {
        self::renewal(visit, renewal);
    }
    if let Some(reciprocity) = &this.reciprocity {
        credentials(visit, "reciprocity/accepts", &reciprocity.accepts);
        let alone = reciprocity.accepts.len() == 1 || !reciprocity.accepts.contains(&CredentialReference::None);
        visit.check("reciprocity/accepts", alone, || "none stands beside others".into());
        visit.mentions("reciprocity/source", &reciprocity.source);
    }
    visit.mentions_all("source_ids", &this.source_ids);
    for source in this.fact_sources() {
        visit
            .check("source_ids", this.source_ids.contains(source), || format!("lacks {source}, on which a fact rests"));
    }
});

fn route<'a>(visit: &mut Visit<'a>, credential: &'a Credential, route: &'a Route) {
    let path = format!("{}/{}", credential.id, route.id);
    visit.defines_as(Kind::Route, path.clone());
    visit.check("completeness", route.completeness != Completeness::NotRetrieved, || {
        "a route of which nothing could be read is left out".into()
    });
    visit.check("requirements", !route.requirements.is_empty(), || "is empty".into());
    if let Some(date) = route.closes_on {
        visit.in_range("closes_on", chrono::Datelike::year(&date), &YEARS);
    }
    counted_once(visit, &route.requirements);
    visit.each("requirements", &route.requirements, |visit, requirement| {
        visit.defines_as(Kind::Requirement, format!("{path}/{}", requirement.id));
        self::requirement(visit, requirement);
    });
}

/// Hours of several requirements of a kind would be counted twice by whoever has them once: they are topics of one.
fn counted_once(visit: &mut Visit<'_>, requirements: &[Requirement]) {
    let mut counted = Vec::new();
    let stated = |(_, requirement): &(usize, &Requirement)| requirement.condition.hours().is_some();
    for (index, requirement) in requirements.iter().enumerate().filter(stated) {
        let kind = requirement.condition.kind();
        visit.check(&format!("requirements/{index}"), !counted.contains(&kind), || {
            "states hours, and so does another requirement of its kind and route".into()
        });
        counted.push(kind);
    }
}

fn requirement<'a>(visit: &mut Visit<'a>, requirement: &'a Requirement) {
    visit.distinct("applies_to", &requirement.applies_to);
    match &requirement.condition {
        Condition::LivedExperience { any_of, also } => {
            visit.check("condition/any_of", !any_of.is_empty(), || "is empty".into());
            visit.distinct("condition/any_of", any_of);
            visit.distinct("condition/also", also);
        }
        Condition::Training { hours, topics, .. } => {
            if let Some(hours) = hours {
                visit.in_range("condition/hours", *hours, &TRAINING);
                let by_topic: Hours = topics.iter().map(|topic| topic.hours).sum();
                visit.check("condition/topics", by_topic <= *hours, || {
                    format!("take {by_topic} hours, more than the training's {hours}")
                });
            }
            visit.each("condition/topics", topics, |visit, topic| visit.in_range("hours", topic.hours, &TRAINING));
        }
        Condition::WorkExperience { hours, .. } => {
            if let Some(hours) = hours {
                visit.in_range("condition/hours", *hours, &WORK);
            }
        }
        Condition::Supervision { hours } | Condition::Practicum { hours } => {
            visit.in_range("condition/hours", *hours, &WORK);
        }
        Condition::HoldsCredential { any_of } => {
            visit.check("condition/any_of", !any_of.is_empty(), || "is empty".into());
            visit.check("condition/any_of", !any_of.contains(&CredentialReference::None), || {
                "none cannot be held".into()
            });
            credentials(visit, "condition/any_of", any_of);
        }
        // The schema of the files has their bounds, and they name no other record.
        Condition::MinimumAge { .. }
        | Condition::MaximumAge { .. }
        | Condition::RecoveryTime { .. }
        | Condition::Education { .. }
        | Condition::Examination { .. }
        | Condition::BackgroundCheck {}
        | Condition::CodeOfEthics {}
        | Condition::References { .. }
        | Condition::Residency { .. }
        | Condition::Attestation { .. }
        | Condition::Other { .. } => {}
    }
    visit.mentions("source", &requirement.source);
}

fn credentials<'a>(visit: &mut Visit<'a>, field: &str, references: &'a [CredentialReference]) {
    for (index, reference) in references.iter().enumerate() {
        let field = format!("{field}/{index}");
        match reference {
            CredentialReference::Jurisdiction(code) => visit.mentions(&field, code),
            CredentialReference::Credential(id) => visit.mentions(&field, id),
            CredentialReference::AnyState | CredentialReference::IcRc | CredentialReference::None => {}
        }
    }
    visit.distinct(field, references);
}

fn fee<'a>(visit: &mut Visit<'a>, fee: &'a Fee) {
    visit.in_range("amount_usd", fee.amount_usd, &FEE);
    if let Some(most) = fee.amount_usd_max {
        visit.in_range("amount_usd_max", most, &FEE);
        visit.check("amount_usd_max", most > fee.amount_usd, || "is not above amount_usd".into());
    }
    visit.mentions("source", &fee.source);
}

fn renewal<'a>(visit: &mut Visit<'a>, renewal: &'a Renewal) {
    for (field, hours) in [
        ("renewal/continuing_education_hours", renewal.continuing_education_hours),
        ("renewal/ethics_hours", renewal.ethics_hours),
    ] {
        if let Some(hours) = hours {
            visit.in_range(field, hours, &CONTINUING_EDUCATION);
        }
    }
    if let Some(hours) = renewal.service_hours {
        visit.in_range("renewal/service_hours", hours, &WORK);
    }
    visit.mentions("renewal/source", &renewal.source);
}

entry!(Framework, Framework, id, |this, visit| {
    visit.mentions_all("credential_ids", &this.credential_ids);
    if let Some(specialties) = &this.specialties {
        visit.mentions("specialties/source", &specialties.source);
    }
    if let Some(hours) = this.training_hours {
        visit.in_range("training_hours", hours, &TRAINING);
    }
    visit.each("principles", &this.principles, |visit, principle| {
        visit.defines(&principle.id);
        visit.mentions("source", &principle.source);
    });
    for (field, whole, total, here) in [
        ("categories", this.categories_completeness, this.categories_total, this.categories.len()),
        ("standards", this.standards_completeness, this.standards_total, this.standards.len()),
    ] {
        let agrees = match whole {
            Some(Completeness::Complete) => total.is_none_or(|total| usize::from(total) == here),
            Some(Completeness::Partial) => total.is_none_or(|total| usize::from(total) > here),
            Some(Completeness::NotRetrieved) | None => here == 0,
        };
        visit.check(&format!("{field}_completeness"), agrees, || {
            format!("does not fit the {here} {field} here and the total")
        });
    }
    visit.each("categories", &this.categories, |visit, category| {
        visit.defines(&category.id);
        let agrees =
            (category.competencies_completeness == Completeness::NotRetrieved) == category.competencies.is_empty();
        visit.check("competencies_completeness", agrees, || "does not fit the competencies here".into());
        visit.each("competencies", &category.competencies, |visit, competency| {
            visit.defines(&competency.id);
            let numbered =
                competency.id.as_str().strip_prefix(category.id.as_str()).is_some_and(|rest| rest.starts_with('.'));
            visit.check("id", numbered, || format!("does not begin with {}.", category.id));
            visit.mentions("source", &competency.source);
        });
        visit.mentions_all("source_ids", &category.source_ids);
    });
    visit.each("standards", &this.standards, |visit, standard| {
        visit.defines(&standard.id);
        visit.each("measures", &standard.measures, |visit, measure| {
            if let Measure::TrainingHours { min: Some(min), max: Some(max), .. }
            | Measure::SupervisedWorkHours { min: Some(min), max: Some(max), .. } = measure
            {
                visit.check("max", min <= max, || "is below min".into());
            }
            visit.mentions("source", measure.source());
        });
        visit.mentions_all("source_ids", &standard.source_ids);
    });
    visit.mentions_all("source_ids", &this.source_ids);
});

entry!(Step, Step, id, order: order, |this, visit| {
    visit.each("tasks", &this.tasks, |visit, task| visit.defines(&task.id));
    visit.mentions_all("depends_on", &this.depends_on);
    visit.distinct("satisfies", &this.satisfies);
    visit.mentions_all("competency_categories", &this.competency_categories);
    visit.mentions_all("source_ids", &this.source_ids);
});

entry!(Pitfall, Pitfall, id, |this, visit| {
    visit.mentions_all("step_ids", &this.step_ids);
    visit.mentions_all("source_ids", &this.source_ids);
});

entry!(Practice, Practice, id, |this, visit| {
    visit.mentions_all("step_ids", &this.step_ids);
    visit.mentions_all("source_ids", &this.source_ids);
});

entry!(Passage, Passage, id, |this, visit| {
    visit.mentions_all("step_ids", &this.step_ids);
    visit.mentions("source", &this.source);
});

entry!(CareerLevel, CareerLevel, id, order: order, |this, visit| {
    visit.each("estimates", &this.estimates, |visit, estimate| {
        visit.check("salary_usd_max", estimate.salary_usd_min <= estimate.salary_usd_max, || "is below salary_usd_min".into());
        let ordered = estimate.experience_years_max.is_none_or(|max| estimate.experience_years_min <= Some(max));
        visit.check("experience_years_max", ordered, || "is below experience_years_min".into());
        visit.mentions("source", &estimate.source);
    });
    visit.mentions_all("source_ids", &this.source_ids);
});

entry!(Role, Role, id, |this, visit| {
    visit.distinct("aliases", &this.aliases);
    visit.distinct("specialties", &this.specialties);
    visit.mentions_all("competency_categories", &this.competency_categories);
    visit.may_mention("career_level", this.career_level.as_ref());
    visit.mentions_all("source_ids", &this.source_ids);
});

entry!(Responsibility, Responsibility, id, |this, visit| {
    visit.mentions_all("competency_categories", &this.competency_categories);
    visit.mentions_all("source_ids", &this.source_ids);
});

entry!(Skill, Skill, id, |this, visit| {
    visit.mentions_all("competency_categories", &this.competency_categories);
    visit.mentions_all("source_ids", &this.source_ids);
});

entry!(Training, Training, id, |this, visit| {
    if let Some(hours) = this.hours {
        visit.in_range("hours", hours, &TRAINING);
    }
    visit.mentions_all("competency_categories", &this.competency_categories);
    visit.mentions_all("source_ids", &this.source_ids);
});

entry!(Resource, Resource, id, |this, visit| {
    visit.mentions_all("source_ids", &this.source_ids);
});

entry!(Faq, Faq, id, order: order, |this, visit| {
    for (index, topic) in this.topics.iter().enumerate() {
        if let Topic::Step(id) = topic {
            visit.mentions(&format!("topics/{index}"), id);
        }
    }
    visit.mentions_all("outcome_ids", &this.outcome_ids);
    visit.mentions_all("source_ids", &this.source_ids);
});

entry!(Outcome, Outcome, id, |this, visit| {
    visit.check("unit", this.value.is_some() || this.unit.is_none(), || "stands without a value".into());
    visit.mentions_all("related_ids", &this.related_ids);
    visit.mentions_all("source_ids", &this.source_ids);
});

entry!(Note, Note, id, |this, visit| {
    visit.each("about", &this.about, |visit, target| {
        visit.check("kind", NOTED.contains(&target.kind), || {
            "is of a kind that is shown with others only, without its notes".into()
        });
        if let Some(id) = &target.id {
            visit.mentions_any("id", target.kind, id);
        }
    });
    visit.mentions_all("source_ids", &this.source_ids);
});
