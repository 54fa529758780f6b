//! What a route, a credential or a set of standards states about one aspect.

use super::aspect::{Aspect, Unit};
use super::comparable::{Comparable, Range};
use crate::catalog::Catalog;
use crate::catalog::credential::{CountedOver, Credential, Fee, FeeKind, Renewal, Route};
use crate::catalog::framework::{self, Framework};
use crate::catalog::identifier::SourceId;
use crate::catalog::quantity::{Hours, Usd};
use crate::catalog::requirement::{Condition, Measure, Requirement, RequirementKind};
use crate::catalog::selection;
use crate::guidance::number::Number;
use crate::words::comparison as words;
use crate::words::requirement::{NOT_REQUIRED, cell};

/// What is stated about one aspect.
#[derive(Debug, Default)]
pub(super) struct Position<'a> {
    /// In words; `None`: not stated.
    pub text: Option<String>,
    /// The least required of everybody; `None`: not stated, or not a number.
    pub amount: Option<Number>,
    /// The most required of anybody; `None`: not stated, or not a number.
    pub amount_max: Option<Number>,
    pub comparable: Comparable<'a>,
    /// The sources that state it.
    pub sources: Vec<&'a SourceId>,
    /// What the fields cannot say.
    pub notes: Vec<&'a str>,
}

impl<'a> Position<'a> {
    /// What a route states, or the credential as a whole.
    pub fn of(catalog: &Catalog, aspect: Aspect, credential: &'a Credential, route: Option<&'a Route>) -> Self {
        let position = match (aspect.kind(), aspect) {
            (Some(kind), _) => route.map(|route| asked(catalog, credential, route, kind)),
            (None, Aspect::Fees) => fees(credential),
            (None, Aspect::RenewalPeriod) => credential.renewal.as_ref().and_then(renewal_period),
            (None, Aspect::ContinuingEducation) => credential.renewal.as_ref().and_then(continuing_education),
            (None, _) => reciprocity(catalog, credential),
        };
        position.unwrap_or_default()
    }

    /// What a set of standards states.
    pub fn of_standards(aspect: Aspect, framework: &'a Framework) -> Self {
        let mut measures = framework.standards.iter().flat_map(|standard| &standard.measures);
        measures.find_map(|measure| recommended(aspect, measure)).unwrap_or_default()
    }

    fn cited(self, source: &'a SourceId, note: Option<&'a str>) -> Self {
        Self { sources: vec![source], notes: note.into_iter().collect(), ..self }
    }
}

/// What a route states about one kind. If it does not mention the kind, a complete list requires nothing, and another
/// leaves it unstated.
fn asked<'a>(catalog: &Catalog, credential: &Credential, route: &'a Route, kind: RequirementKind) -> Position<'a> {
    let of_kind = |requirement: &&Requirement| requirement.condition.kind() == kind;
    let requirements: Vec<&Requirement> = route.requirements.iter().filter(of_kind).collect();
    if requirements.is_empty() {
        return if route.is_complete() { nothing(route, kind) } else { Position::default() };
    }
    let numbers = Numbers::of(&requirements);
    let comparable = comparable(kind, &requirements, &numbers);
    let figures = if Unit::of(kind).is_some() { numbers } else { Numbers::default() };
    Position {
        text: Some(cell(catalog, credential, &requirements)),
        amount: figures.least(kind).map(Number),
        amount_max: figures.most(kind).map(Number),
        comparable,
        sources: once_each(requirements.iter().map(|requirement| &requirement.source)),
        notes: requirements.iter().filter_map(|requirement| requirement.note.as_deref()).collect(),
    }
}

/// A complete list does not mention a kind. The sources of the list state that.
fn nothing(route: &Route, kind: RequirementKind) -> Position<'_> {
    let comparable = match kind {
        // Nobody is too old: no limit is above every limit.
        RequirementKind::MaximumAge => Comparable::Number(Range::exactly(f64::INFINITY)),
        kind if kind.measure().is_number() => Comparable::Number(Range::exactly(0.0)),
        _ => Comparable::Nothing,
    };
    let zero = (Unit::of(kind).is_some() && kind != RequirementKind::MaximumAge).then_some(Number(0.0));
    Position {
        text: Some(NOT_REQUIRED.into()),
        amount: zero,
        amount_max: zero,
        comparable,
        sources: once_each(route.requirements.iter().map(|requirement| &requirement.source)),
        notes: Vec::new(),
    }
}

/// The numbers of requirements of one kind; `None`: required without a stated amount.
#[derive(Debug, Default)]
struct Numbers {
    of_everybody: Vec<Option<f64>>,
    of_some: Vec<Option<f64>>,
}

impl Numbers {
    fn of(requirements: &[&Requirement]) -> Self {
        let number = |requirement: &&&Requirement| requirement.applies_to.is_empty();
        let (everybody, some): (Vec<&Requirement>, Vec<&Requirement>) = requirements.iter().partition(number);
        let numbers = |of: Vec<&Requirement>| of.iter().map(|requirement| requirement.condition.number()).collect();
        Self { of_everybody: numbers(everybody), of_some: numbers(some) }
    }

    /// The least required of everybody; `None`: no amount is.
    fn least(&self, kind: RequirementKind) -> Option<f64> {
        self.of_everybody.iter().copied().flatten().reduce(|a, b| together(kind, a, b))
    }

    /// The most required of anybody; `None`: an amount is not stated.
    fn most(&self, kind: RequirementKind) -> Option<f64> {
        let all: Option<Vec<f64>> = self.of_everybody.iter().chain(&self.of_some).copied().collect();
        all?.into_iter().reduce(|a, b| together(kind, a, b))
    }
}

/// Hours add up. The highest of several ages, levels or times in recovery counts, and the lowest of several maximum
/// ages.
fn together(kind: RequirementKind, a: f64, b: f64) -> f64 {
    match kind.measure() {
        Measure::Years if kind == RequirementKind::MaximumAge => a.min(b),
        Measure::Years | Measure::Months | Measure::Level => a.max(b),
        Measure::Hours | Measure::Count | Measure::Share | Measure::YesOrNo | Measure::Set | Measure::Words => a + b,
    }
}

fn comparable<'a>(kind: RequirementKind, requirements: &[&'a Requirement], numbers: &Numbers) -> Comparable<'a> {
    let of_some = !numbers.of_some.is_empty();
    if kind.measure().is_number() && !(of_some && kind == RequirementKind::MaximumAge) {
        return Comparable::Number(Range { least: numbers.least(kind).unwrap_or(0.0), most: numbers.most(kind) });
    }
    if of_some {
        return Comparable::Unstated;
    }
    let subjects = requirements.iter().filter_map(|requirement| match requirement.condition {
        Condition::Attestation { of } => Some(of),
        _ => None,
    });
    match requirements {
        [Requirement { condition: Condition::LivedExperience { any_of, also }, .. }] => {
            Comparable::Experience(any_of, also)
        }
        [Requirement { condition: Condition::HoldsCredential { any_of }, .. }] => Comparable::OneOf(any_of),
        _ => match kind.measure() {
            Measure::Set if kind == RequirementKind::Attestation => Comparable::AllOf(subjects.collect()),
            Measure::Words => Comparable::Words,
            Measure::YesOrNo | Measure::Share => Comparable::Asked,
            // No number says which of several sets is more, nor does one of what only some must meet.
            Measure::Set | Measure::Years | Measure::Months | Measure::Hours | Measure::Level | Measure::Count => {
                Comparable::Unstated
            }
        },
    }
}

fn fees(credential: &Credential) -> Option<Position<'_>> {
    let asked = selection::fees(credential)?;
    let counted = fees_to_certification(credential);
    let (least, most) = (asked.at_least.as_f64(), asked.at_most.map(Usd::as_f64));
    Some(Position {
        text: Some(words::fees(asked, &counted)),
        amount: Some(Number(least)),
        amount_max: most.map(Number),
        comparable: Comparable::Number(Range { least, most }),
        sources: once_each(counted.iter().map(|fee| &fee.source)),
        notes: counted.iter().filter_map(|fee| fee.note.as_deref()).collect(),
    })
}

/// The fees that are paid up to the certification; see [`crate::catalog::selection::fees`].
fn fees_to_certification(credential: &Credential) -> Vec<&Fee> {
    let later = |kind| matches!(kind, FeeKind::Renewal | FeeKind::Other);
    credential.fees.iter().filter(|fee| !later(fee.kind)).collect()
}

fn renewal_period(renewal: &Renewal) -> Option<Position<'_>> {
    let months = renewal.period_months?;
    let comparable = Comparable::Number(Range::exactly(months.into()));
    let position = exact(words::months(months), months.into(), comparable);
    Some(position.cited(&renewal.source, renewal.note.as_deref()))
}

fn continuing_education(renewal: &Renewal) -> Option<Position<'_>> {
    let hours = renewal.continuing_education_hours?;
    let months = match renewal.continuing_education_per {
        Some(CountedOver::Year) => Some(12),
        Some(CountedOver::Period) => renewal.period_months,
        None => None,
    };
    let comparable =
        months.map_or(Comparable::Unstated, |months| Comparable::In(months, Range::exactly(hours.as_f64())));
    let position = exact(words::continuing_education(hours, renewal), hours.as_f64(), comparable);
    Some(position.cited(&renewal.source, renewal.note.as_deref()))
}

fn reciprocity<'a>(catalog: &Catalog, credential: &'a Credential) -> Option<Position<'a>> {
    let stated = credential.reciprocity.as_ref()?;
    let text = Some(words::accepted(catalog, &stated.accepts));
    let position = Position { text, comparable: Comparable::OneOf(&stated.accepts), ..Position::default() };
    Some(position.cited(&stated.source, stated.note.as_deref()))
}

fn recommended(aspect: Aspect, measure: &framework::Measure) -> Option<Position<'_>> {
    let (position, note) = match (aspect, measure) {
        (Aspect::LivedExperience, framework::Measure::LivedExperience { any_of, note, .. }) => {
            let text = Some(words::experiences(any_of));
            (Position { text, comparable: Comparable::Experience(any_of, &[]), ..Position::default() }, note)
        }
        (Aspect::Training, framework::Measure::TrainingHours { min, max, note, .. })
        | (Aspect::WorkExperience, framework::Measure::SupervisedWorkHours { min, max, note, .. }) => {
            (between(*min, *max)?, note)
        }
        (Aspect::Supervision, framework::Measure::Supervisor { certified, peer_experience, note, .. }) => {
            let text = words::supervisors(*certified, *peer_experience);
            (Position { text: text.map(Into::into), ..Position::default() }, note)
        }
        _ => return None,
    };
    Some(position.cited(measure.source(), note.as_deref()))
}

/// Hours between bounds; a bound that a standard does not state does not exist.
fn between(min: Option<Hours>, max: Option<Hours>) -> Option<Position<'static>> {
    let text = words::hours_between(min, max)?;
    let (least, most) = (min.map_or(0.0, Hours::as_f64), max.map_or(f64::INFINITY, Hours::as_f64));
    Some(Position {
        text: Some(text),
        amount: min.map(|min| Number(min.as_f64())),
        amount_max: max.map(|max| Number(max.as_f64())),
        comparable: Comparable::Number(Range { least, most: Some(most) }),
        ..Position::default()
    })
}

fn exact(text: String, amount: f64, comparable: Comparable<'_>) -> Position<'_> {
    let figure = Some(Number(amount));
    Position { text: Some(text), amount: figure, amount_max: figure, comparable, ..Position::default() }
}

fn once_each<'a>(sources: impl Iterator<Item = &'a SourceId>) -> Vec<&'a SourceId> {
    let mut named: Vec<&SourceId> = Vec::new();
    for source in sources {
        if !named.contains(&source) {
            named.push(source);
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guidance::catalog;

    /// Filters and comparisons read the same facts, so a difference means that one of them is wrong.
    #[test]
    fn whatever_compares_as_a_number_states_one() {
        let routes = catalog().credentials.iter().flat_map(|credential| &credential.routes);
        for condition in routes.flat_map(|route| &route.requirements).map(|requirement| &requirement.condition) {
            let measure = condition.kind().measure();
            // No source may state how many hours.
            assert!(condition.number().is_some() || !measure.is_number() || measure == Measure::Hours, "{condition:?}");
            assert!(condition.number().is_none() || measure.is_number() || measure == Measure::Share, "{condition:?}");
        }
    }

    #[test]
    fn numbers_are_those_by_which_credentials_are_selected() {
        let routes = || {
            catalog()
                .credentials
                .iter()
                .flat_map(|credential| credential.routes.iter().map(move |route| (credential, route)))
        };
        let mut met = 0;
        for (credential, route) in routes() {
            let training = selection::training_hours(Some(route));
            let work = selection::work_hours(Some(route));
            let recovery = selection::recovery_months(Some(route));
            for (aspect, exactly) in [
                (Aspect::Training, training.exactly().map(Hours::as_f64)),
                (Aspect::WorkExperience, work.exactly().map(Hours::as_f64)),
                (Aspect::RecoveryTime, recovery.exactly().map(f64::from)),
            ] {
                let position = Position::of(catalog(), aspect, credential, Some(route));
                let Comparable::Number(range) = position.comparable else {
                    assert_eq!(exactly, None, "{} {aspect:?}", credential.id);
                    continue;
                };
                let own = range.most.filter(|most| most.total_cmp(&range.least).is_eq());
                assert_eq!(own, exactly, "{} {aspect:?}", credential.id);
                met += usize::from(own.is_some());
            }
        }
        assert!(met > 100, "{met} amounts");
    }
}
