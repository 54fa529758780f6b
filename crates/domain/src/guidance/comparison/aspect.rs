//! The aspects that credentials are compared by.

use serde::Serialize;
use utoipa::ToSchema;

use crate::requirement::RequirementKind;

/// Declares the aspects in their order. An aspect that a requirement states has the name of its kind.
macro_rules! aspects {
    ($($(#[doc = $doc:literal])+ $name:ident $(: $unit:ident)?;)+ and $($(#[doc = $other_doc:literal])+ $other:ident $(: $other_unit:ident)?;)+) => {
        /// An aspect that credentials are compared by.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Aspect {
            $($(#[doc = $doc])+ $name,)+
            $($(#[doc = $other_doc])+ $other,)+
        }

        impl Aspect {
            /// Every aspect, in order.
            pub const ALL: &[Self] = &[$(Self::$name,)+ $(Self::$other,)+];

            /// The kind of requirement that states the aspect; `None`: the credential as a whole states it.
            #[must_use]
            pub const fn kind(self) -> Option<RequirementKind> {
                match self {
                    $(Self::$name => Some(RequirementKind::$name),)+
                    $(Self::$other => None,)+
                }
            }

            /// The aspect of a kind of requirement.
            #[must_use]
            pub const fn of(kind: RequirementKind) -> Self {
                match kind { $(RequirementKind::$name => Self::$name,)+ }
            }

            /// The unit of its amounts; `None`: it has none.
            #[must_use]
            pub const fn unit(self) -> Option<Unit> {
                match self {
                    $($(Self::$name => Some(Unit::$unit),)?)+
                    $($(Self::$other => Some(Unit::$other_unit),)?)+
                    _ => None,
                }
            }
        }
    };
}

aspects! {
    /// Minimum age, compared as a number.
    MinimumAge: Years;
    /// Maximum age, compared as a number; a lower one admits fewer people, and no limit is above every limit.
    MaximumAge: Years;
    /// Lived experience. Accepting more experiences requires less; requiring further ones on top requires more.
    LivedExperience;
    /// Time in recovery, compared as a number.
    RecoveryTime: Months;
    /// Education, compared by level.
    Education;
    /// Hours of training, compared as a number.
    Training: Hours;
    /// Hours of work, compared as a number. Model standards state hours of supervised work.
    WorkExperience: Hours;
    /// Hours of supervision, compared as a number.
    Supervision: Hours;
    /// Hours of practicum, compared as a number.
    Practicum: Hours;
    /// An examination: required or not.
    Examination;
    /// A background check: required or not.
    BackgroundCheck;
    /// A code of ethics: required or not.
    CodeOfEthics;
    /// References, compared as a number.
    References: Count;
    /// Living or working in the jurisdiction: required or not. The amount is the share of the time.
    Residency: Percent;
    /// Holding another credential. Accepting more credentials requires less.
    HoldsCredential;
    /// Statements, interviews, orientations and the like. More of them require more.
    Attestation;
    /// Any other requirement: more than none, and otherwise text that does not compare.
    Other;
    and
    /// Fees up to the certification, compared as a number. If there are several fees of one kind, the lower end counts
    /// the smallest and the upper end all of them. Renewals and fees that only some applicants pay are left out. There
    /// is no upper end unless an application or certification fee is stated.
    Fees: Usd;
    /// Renewal period, compared as a number; a shorter one means more frequent renewal.
    RenewalPeriod: Months;
    /// Hours of continuing education, compared as a number with hours over the same time only.
    ContinuingEducation: Hours;
    /// Credentials accepted in place of the requirements. Accepting more requires less.
    Reciprocity;
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
