//! The kinds of records, and of parts of records, that have ids.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Calls a macro with every kind: its name, its singular and plural in JSON, and the type, form and example of its ids.
///
/// `record of` names the module with the type of that name; the catalog's files have a list of it. Other kinds are parts of
/// records. `at` names the list in the service; kinds without one are shown within other items.
macro_rules! for_each_kind {
    ($macro:ident) => {
        $macro! {
            /// A source: the name of its file, and its id there.
            Source "source" sources: SourceId(IN_FILE, "the id of a source", "us-tx/tx-hhsc-peer"), record of source, at "sources";
            /// The ISO 3166-2 code of a state, the District of Columbia or a territory.
            Jurisdiction "jurisdiction" jurisdictions: JurisdictionCode(JURISDICTION, "the ISO 3166-2 code of a jurisdiction", "US-TX"), record of jurisdiction, at "jurisdictions";
            /// A credential. The id of a state's credential begins with the state's code, that of a national one with its owner.
            Credential "credential" credentials: CredentialId(PLAIN, "the id of a credential", "us-tx-mhps"), record of credential, at "credentials";
            /// A route, unique within its credential.
            Route "route" routes: RouteId(PLAIN, "the id of a route", "standard");
            /// A requirement, unique within its route. References read `credential/route/requirement`.
            Requirement "requirement" requirements: RequirementId(PLAIN, "the id of a requirement", "other-self-directed-recovery");
            /// A competency framework, or a set of model standards.
            Framework "framework" frameworks: FrameworkId(PLAIN, "the id of a framework", "samhsa-core-competencies"), record of framework, at "frameworks";
            /// A category of a framework.
            Category "category" categories: CategoryId(PLAIN, "the id of a category", "samhsa-cc-1");
            /// A competency: its category's id and a number.
            Competency "competency" competencies: CompetencyId(PLAIN, "the id of a competency", "samhsa-cc-1.2"), at "competencies";
            /// A foundational principle of a framework.
            Principle "principle" principles: PrincipleId(PLAIN, "the id of a principle", "samhsa-fp-1");
            /// A model standard.
            Standard "standard" standards: StandardId(PLAIN, "the id of a standard", "nms-training");
            /// A step of the pathway.
            Step "step" steps: StepId(PLAIN, "the id of a step", "complete-core-training"), record of pathway, at "steps";
            /// A task of a step.
            Task "task" tasks: TaskId(PLAIN, "the id of a task", "understand-the-role-read");
            /// A pitfall on the pathway.
            Pitfall "pitfall" pitfalls: PitfallId(PLAIN, "the id of a pitfall", "burnout"), record of pathway;
            /// A good practice on the pathway.
            Practice "practice" practices: PracticeId(PLAIN, "the id of a practice", "trauma-informed-care"), record of pathway;
            /// A passage of an article on which steps are based.
            Passage "passage" passages: PassageId(PLAIN, "the id of a passage", "seed-key-qualifications-01"), record of pathway;
            /// A career level.
            CareerLevel "career_level" career_levels: CareerLevelId(PLAIN, "the id of a career level", "entry"), record of profession, at "career-levels";
            /// A role: a job title and its meaning.
            Role "role" roles: RoleId(PLAIN, "the id of a role", "peer-advocate"), record of profession, at "roles";
            /// A responsibility of the work.
            Responsibility "responsibility" responsibilities: ResponsibilityId(PLAIN, "the id of a responsibility", "advocacy"), record of profession, at "responsibilities";
            /// A skill.
            Skill "skill" skills: SkillId(PLAIN, "the id of a skill", "active-listening"), record of profession, at "skills";
            /// A well-known training.
            Training "training" trainings: TrainingId(PLAIN, "the id of a training", "wrap"), record of library, at "trainings";
            /// A resource: an organization, a publication, a help line.
            Resource "resource" resources: ResourceId(PLAIN, "the id of a resource", "988-lifeline"), record of library, at "resources";
            /// A frequently asked question.
            Faq "faq" faqs: FaqId(PLAIN, "the id of a question", "how-long-it-takes"), record of library, at "faqs";
            /// A claim about peer support or the profession.
            Outcome "outcome" outcomes: OutcomeId(PLAIN, "the id of an outcome", "training-hours"), record of library, at "outcomes";
            /// A note on records of the catalog.
            Note "note" notes: NoteId(PLAIN, "the id of a note", "ncps-hours-changed"), record of library;
        }
    };
}
pub(crate) use for_each_kind;

macro_rules! define {
    ($(
        $(#[doc = $doc:literal])+
        $kind:ident $singular:literal $plural:ident: $id:ident $form:tt $(, record of $module:ident)? $(, at $path:literal)?;
    )+) => {
        /// A kind of record, or of a part of a record.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($(#[doc = $doc])+ $kind,)+ }

        impl Kind {
            /// Every kind, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// The singular in JSON, such as `career_level`.
            #[must_use]
            pub const fn singular(self) -> &'static str {
                match self { $(Self::$kind => $singular,)+ }
            }

            /// The plural in the catalog's files, such as `career_levels`.
            #[must_use]
            pub const fn plural(self) -> &'static str {
                match self { $(Self::$kind => stringify!($plural),)+ }
            }

            /// The name of the list in URLs, such as `career-levels`; `None` if the kind is only shown within other items.
            #[must_use]
            pub const fn collection(self) -> Option<&'static str> {
                match self {
                    $($(Self::$kind => Some($path),)?)+
                    _ => None,
                }
            }
        }
    };
}

for_each_kind!(define);

impl Kind {
    /// The kind with this singular.
    #[must_use]
    pub fn named(singular: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.singular() == singular)
    }
}
