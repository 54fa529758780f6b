//! In what credentials are compared.

use serde::Serialize;
use utoipa::ToSchema;

use crate::requirement::RequirementKind;

/// Declares the aspects, in their order; those that a requirement states have its kind's name.
macro_rules! aspects {
    ($($(#[doc = $doc:literal])+ $name:ident $(: $unit:ident)?;)+ and $($(#[doc = $other_doc:literal])+ $other:ident $(: $other_unit:ident)?;)+) => {
        /// In what credentials are compared.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Aspect {
            $($(#[doc = $doc])+ $name,)+
            $($(#[doc = $other_doc])+ $other,)+
        }

        impl Aspect {
            /// All of them, in their order.
            pub const ALL: &[Self] = &[$(Self::$name,)+ $(Self::$other,)+];

            /// The kind of requirement that states it; `None`: the credential as a whole does.
            #[must_use]
            pub const fn kind(self) -> Option<RequirementKind> {
                match self {
                    $(Self::$name => Some(RequirementKind::$name),)+
                    $(Self::$other => None,)+
                }
            }

            /// The aspect that a kind of requirement states.
            #[must_use]
            pub const fn of(kind: RequirementKind) -> Self {
                match kind { $(RequirementKind::$name => Self::$name,)+ }
            }

            /// What its amounts are counted in; `None`: it has none.
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
    /// The least age, as a number.
    MinimumAge: Years;
    /// The highest age, as a number: a lower one lets fewer people in. None is above all others.
    MaximumAge: Years;
    /// What one has to have lived through. The more experiences are enough, the less is asked; the more are asked on top, the more.
    LivedExperience;
    /// The time in recovery, as a number.
    RecoveryTime: Months;
    /// The level of schooling, by the order of levels.
    Education;
    /// The hours of training, as a number.
    Training: Hours;
    /// The hours of work, as a number. Model standards give those of supervised work.
    WorkExperience: Hours;
    /// The hours of supervision, as a number.
    Supervision: Hours;
    /// The hours of practicum, as a number.
    Practicum: Hours;
    /// An examination: whether it is asked.
    Examination;
    /// A background check: whether it is asked.
    BackgroundCheck;
    /// A code of ethics: whether it is asked.
    CodeOfEthics;
    /// How many people have to vouch for oneself, as a number.
    References: Count;
    /// To live or work in the jurisdiction: whether it is asked. The amount is the share of the time.
    Residency: Percent;
    /// Which credentials one of is to be held. The more are enough, the less is asked.
    HoldsCredential;
    /// What is to be declared, shown or gone through. The more, the more is asked.
    Attestation;
    /// What fits no other kind: more than nothing, and otherwise in words that do not compare.
    Other;
    and
    /// What is to be paid up to the certification, as a number. Of several fees of one kind, the lower end has the least, and
    /// the upper end all; renewals and fees that only some pay are left out. There is no upper end where neither
    /// an application nor a certification fee is stated.
    Fees: Usd;
    /// How often the credential is renewed, as a number: a lower one asks for it more often.
    RenewalPeriod: Months;
    /// The hours of continuing education, as a number; against others in the same time only.
    ContinuingEducation: Hours;
    /// Which other credentials are accepted in place of the requirements. The more are, the less is asked.
    Reciprocity;
}

/// What amounts are counted in.
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
    /// Of a hundred.
    Percent,
    /// How many.
    Count,
}
