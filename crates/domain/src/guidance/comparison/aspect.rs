//! The aspects that credentials are compared by.

use serde::Serialize;
use utoipa::ToSchema;

use crate::catalog::requirement::{Measure, RequirementKind, for_each_requirement_kind};

/// Declares an aspect for each kind of requirement, under its name, and those that the credential as a whole states.
macro_rules! aspects {
    ($($(#[$($about:tt)*])+ $kind:ident ($measure:ident) $fields:tt)+) => {
        /// An aspect that credentials are compared by.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Aspect {
            $($(#[$($about)*])+ $kind,)+
            /// What is paid up to the certification. Of several fees of one kind, the lower end has the least, and the upper
            /// end all; renewals and fees that only some pay are left out. There is no upper end where neither an application
            /// nor a certification fee is stated.
            Fees,
            /// The months between renewals.
            RenewalPeriod,
            /// The hours of continuing education; they compare with others over the same time only.
            ContinuingEducation,
            /// The other credentials that are accepted in place of the requirements. The more, the less is required.
            Reciprocity,
        }

        impl Aspect {
            /// Every aspect, in order.
            pub const ALL: &[Self] =
                &[$(Self::$kind,)+ Self::Fees, Self::RenewalPeriod, Self::ContinuingEducation, Self::Reciprocity];

            /// The kind of requirement that states the aspect; `None`: the credential as a whole states it.
            #[must_use]
            pub const fn kind(self) -> Option<RequirementKind> {
                match self {
                    $(Self::$kind => Some(RequirementKind::$kind),)+
                    Self::Fees | Self::RenewalPeriod | Self::ContinuingEducation | Self::Reciprocity => None,
                }
            }
        }
    };
}

for_each_requirement_kind!(aspects);

impl Aspect {
    /// The unit of its amounts; `None`: it has none.
    #[must_use]
    pub const fn unit(self) -> Option<Unit> {
        match self {
            Self::Fees => Some(Unit::Usd),
            Self::RenewalPeriod => Some(Unit::Months),
            Self::ContinuingEducation => Some(Unit::Hours),
            other => match other.kind() {
                Some(kind) => Unit::of(kind),
                None => None,
            },
        }
    }
}

/// The unit of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Hours.
    Hours,
    /// Months.
    Months,
    /// Years.
    Years,
    /// U.S. dollars.
    Usd,
    /// Percent.
    Percent,
    /// A count.
    Count,
}

impl Unit {
    /// The unit in which requirements of a kind are stated; `None`: they have no amount.
    #[must_use]
    pub const fn of(kind: RequirementKind) -> Option<Self> {
        match kind.measure() {
            Measure::Years => Some(Self::Years),
            Measure::Months => Some(Self::Months),
            Measure::Hours => Some(Self::Hours),
            Measure::Count => Some(Self::Count),
            Measure::Share => Some(Self::Percent),
            Measure::Level | Measure::YesOrNo | Measure::Set | Measure::Words => None,
        }
    }
}
