//! The kinds of thing that the catalog names.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident: $singular:literal, $plural:literal;)+) => {
        /// A kind of record, or of part of a record, that has an id.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($(#[doc = $doc])+ $name,)+ }

        impl Kind {
            /// Every kind, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word for one, as in JSON: `career_level`.
            #[must_use]
            pub const fn singular(self) -> &'static str {
                match self { $(Self::$name => $singular,)+ }
            }

            /// The word for several, as in the catalog's files: `career_levels`.
            #[must_use]
            pub const fn plural(self) -> &'static str {
                match self { $(Self::$name => $plural,)+ }
            }

            /// The kind with this singular name.
            #[must_use]
            pub fn named(singular: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.singular() == singular)
            }
        }
    };
}

kinds! {
    /// The page or rule that a fact rests on.
    Source: "source", "sources";
    /// A state, the District or a territory.
    Jurisdiction: "jurisdiction", "jurisdictions";
    /// A certification that a person can hold.
    Credential: "credential", "credentials";
    /// A way to earn a credential.
    Route: "route", "routes";
    /// A condition of a route.
    Requirement: "requirement", "requirements";
    /// A set of competencies, or of model standards.
    Framework: "framework", "frameworks";
    /// A group of competencies.
    Category: "category", "categories";
    /// One thing that a peer specialist is able to do.
    Competency: "competency", "competencies";
    /// A foundational principle of a framework.
    Principle: "principle", "principles";
    /// One of a set of model standards.
    Standard: "standard", "standards";
    /// A step of the pathway.
    Step: "step", "steps";
    /// A task of a step.
    Task: "task", "tasks";
    /// Something that goes wrong on the pathway.
    Pitfall: "pitfall", "pitfalls";
    /// Something that goes well on the pathway.
    Practice: "practice", "practices";
    /// A passage of an article that the pathway was drawn from.
    Passage: "passage", "passages";
    /// A rung of the career ladder.
    CareerLevel: "career_level", "career_levels";
    /// A job title with what it means.
    Role: "role", "roles";
    /// What the work consists of.
    Responsibility: "responsibility", "responsibilities";
    /// What the work takes.
    Skill: "skill", "skills";
    /// A course known by name.
    Training: "training", "trainings";
    /// An organization, a publication, a help line.
    Resource: "resource", "resources";
    /// A question that people ask.
    Faq: "faq", "faqs";
    /// A claim about peer support, and how well it stands.
    Outcome: "outcome", "outcomes";
    /// A remark on records: what could not be read, where sources disagree.
    Note: "note", "notes";
}
