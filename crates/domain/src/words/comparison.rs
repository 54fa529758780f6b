//! Cells of a comparison for fees, renewal, reciprocity and model standards.

use super::grammar::{any_of, counted, dollars, hours};
use super::nouns;
pub(crate) use super::requirement::short_experiences as experiences;
use crate::catalog::Catalog;
use crate::catalog::credential::{CountedOver, Fee, Renewal};
use crate::catalog::quantity::{Hours, Usd};
use crate::catalog::reference::CredentialReference;
use crate::catalog::selection::Bounds;

/// `$250 (application $100, exam $150)`.
pub fn fees(total: Bounds<Usd>, fees: &[&Fee]) -> String {
    let (least, most) = (total.at_least, total.at_most);
    let total = most.map_or_else(|| format!("at least {}", dollars(least, least)), |most| dollars(least, most));
    let each = fees.iter().map(|fee| format!("{} {}", nouns::fee(fee.kind), amount(fee)));
    format!("{total} ({})", each.collect::<Vec<_>>().join(", "))
}

/// `$100`, `$100 to $150`.
pub(super) fn amount(fee: &Fee) -> String {
    dollars(fee.amount_usd, fee.amount_usd_max.unwrap_or(fee.amount_usd))
}

/// `24 months`.
pub fn months(months: u16) -> String {
    counted(months, "month")
}

/// `20 hours each 24 months (3 in ethics)`.
pub fn continuing_education(length: Hours, renewal: &Renewal) -> String {
    let over = match (renewal.continuing_education_per, renewal.period_months) {
        (Some(CountedOver::Year), _) => " a year".into(),
        (Some(CountedOver::Period), Some(months)) => format!(" each {}", counted(months, "month")),
        (Some(CountedOver::Period), None) => " each renewal period".into(),
        (None, _) => String::new(),
    };
    let ethics = renewal.ethics_hours.map(|hours| format!(" ({hours} in ethics)")).unwrap_or_default();
    format!("{}{over}{ethics}", hours(length))
}

/// `a certification from Washington or a certification from Idaho`.
pub fn accepted(catalog: &Catalog, references: &[CredentialReference]) -> String {
    any_of(references.iter().map(|reference| nouns::reference(catalog, reference)))
}

/// `40 to 60 hours`; `None` without bounds.
pub fn hours_between(min: Option<Hours>, max: Option<Hours>) -> Option<String> {
    match (min, max) {
        (Some(min), Some(max)) if min == max => Some(hours(min)),
        (Some(min), Some(max)) => Some(format!("{min} to {}", hours(max))),
        (Some(min), None) => Some(format!("at least {}", hours(min))),
        (None, Some(max)) => Some(format!("at most {}", hours(max))),
        (None, None) => None,
    }
}

/// The model standard for supervisors; `None` if there is none.
pub fn supervisors(certified: bool, peer_experience: bool) -> Option<&'static str> {
    match (certified, peer_experience) {
        (true, true) => Some("by supervisors who are certified as such and have worked as peers"),
        (true, false) => Some("by supervisors who are certified as such"),
        (false, true) => Some("by supervisors who have worked as peers"),
        (false, false) => None,
    }
}
