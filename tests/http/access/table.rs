//! Who may call each operation, stated apart from the code, so that the tests fail for an operation that is missing here.

use Whom::{Administrators, Anybody, Catalog, FoundingOrganizations, Guided, Managers, Members, OwnAccount, Owners};

/// The callers of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// Everybody.
    Anybody,
    /// Machines and people with the scope of the catalog.
    Catalog,
    /// Machines and people with the scope of guidance.
    Guided,
    /// A person, for their own data.
    OwnAccount,
    /// A person who founds organizations, lists their own, or joins one.
    FoundingOrganizations,
    /// A member of the organization in the path.
    Members,
    /// A manager or owner of it.
    Managers,
    /// An owner of it.
    Owners,
    /// An administrator.
    Administrators,
}

impl Whom {
    /// The required scope.
    pub const fn scope(self) -> &'static str {
        match self {
            Anybody => "",
            Catalog => "catalog:read",
            Guided => "guidance",
            OwnAccount => "account",
            FoundingOrganizations | Members | Managers | Owners => "organizations",
            Administrators => "administration",
        }
    }

    /// Whether machines may call it.
    pub const fn is_for_machines(self) -> bool {
        matches!(self, Catalog | Guided)
    }

    /// Whether it serves a person, in no organization and without a role.
    pub const fn is_of_a_person(self) -> bool {
        !matches!(self, Anybody | Administrators) && !self.is_for_machines() && !self.is_of_an_organization()
    }

    /// Whether it requires a role in an organization.
    pub const fn is_of_an_organization(self) -> bool {
        matches!(self, Members | Managers | Owners)
    }
}

/// Every operation with its callers.
pub const OPERATIONS: &[(&str, Whom)] = &[
    ("GET /.well-known/jwks.json", Anybody),
    ("GET /.well-known/oauth-authorization-server", Anybody),
    ("GET /account/address-confirmation", Anybody),
    ("POST /account/address-confirmation", Anybody),
    ("GET /account/confirmation", Anybody),
    ("POST /account/confirmation", Anybody),
    ("GET /account/invitation", Anybody),
    ("GET /account/password-reset", Anybody),
    ("POST /account/password-reset", Anybody),
    ("GET /health/live", Anybody),
    ("GET /health/ready", Anybody),
    ("POST /oauth/introspect", Anybody),
    ("POST /oauth/revoke", Anybody),
    ("POST /oauth/token", Anybody),
    ("GET /problems", Anybody),
    ("GET /problems/{kind}", Anybody),
    ("GET /v1/accounts", Administrators),
    ("POST /v1/accounts", Anybody),
    ("POST /v1/accounts/confirm", Anybody),
    ("POST /v1/accounts/confirm-address", Anybody),
    ("GET /v1/accounts/{account_id}", Administrators),
    ("PUT /v1/accounts/{account_id}/platform-role", Administrators),
    ("GET /v1/audit-events", Administrators),
    ("POST /v1/alignments", Guided),
    ("GET /v1/career-levels", Catalog),
    ("GET /v1/career-levels/{id}", Catalog),
    ("GET /v1/catalog", Catalog),
    ("GET /v1/comparison", Guided),
    ("GET /v1/competencies", Catalog),
    ("GET /v1/competencies/{id}", Catalog),
    ("GET /v1/credentials", Catalog),
    ("GET /v1/credentials/{id}", Catalog),
    ("GET /v1/credentials/{id}/revisions", Catalog),
    ("GET /v1/credentials/{id}/revisions/{number}", Catalog),
    ("POST /v1/eligibility", Guided),
    ("GET /v1/faqs", Catalog),
    ("GET /v1/faqs/{id}", Catalog),
    ("GET /v1/frameworks", Catalog),
    ("GET /v1/frameworks/{id}", Catalog),
    ("POST /v1/invitations/accept", FoundingOrganizations),
    ("GET /v1/jurisdictions", Catalog),
    ("GET /v1/jurisdictions/{code}", Catalog),
    ("GET /v1/me", OwnAccount),
    ("PATCH /v1/me", OwnAccount),
    ("GET /v1/me/audit-events", OwnAccount),
    ("POST /v1/me/deletion", OwnAccount),
    ("PUT /v1/me/email", OwnAccount),
    ("PUT /v1/me/password", OwnAccount),
    ("POST /v1/me/recovery-codes", OwnAccount),
    ("PUT /v1/me/second-factor", OwnAccount),
    ("POST /v1/me/second-factor", OwnAccount),
    ("POST /v1/me/second-factor/removal", OwnAccount),
    ("GET /v1/organizations", FoundingOrganizations),
    ("POST /v1/organizations", FoundingOrganizations),
    ("GET /v1/organizations/{organization_id}", Members),
    ("DELETE /v1/organizations/{organization_id}", Owners),
    ("PATCH /v1/organizations/{organization_id}", Managers),
    ("GET /v1/organizations/{organization_id}/audit-events", Managers),
    ("GET /v1/organizations/{organization_id}/clients", Managers),
    ("POST /v1/organizations/{organization_id}/clients", Managers),
    ("GET /v1/organizations/{organization_id}/clients/{client_id}", Managers),
    ("DELETE /v1/organizations/{organization_id}/clients/{client_id}", Managers),
    ("POST /v1/organizations/{organization_id}/clients/{client_id}/secrets", Managers),
    ("GET /v1/organizations/{organization_id}/invitations", Managers),
    ("POST /v1/organizations/{organization_id}/invitations", Managers),
    ("GET /v1/organizations/{organization_id}/invitations/{invitation_id}", Managers),
    ("DELETE /v1/organizations/{organization_id}/invitations/{invitation_id}", Managers),
    ("GET /v1/organizations/{organization_id}/members", Members),
    ("GET /v1/organizations/{organization_id}/members/{account_id}", Members),
    ("PUT /v1/organizations/{organization_id}/members/{account_id}", Owners),
    ("DELETE /v1/organizations/{organization_id}/members/{account_id}", Members),
    ("PUT /v1/organizations/{organization_id}/scopes", Administrators),
    ("GET /v1/outcomes", Catalog),
    ("GET /v1/outcomes/{id}", Catalog),
    ("POST /v1/password-resets", Anybody),
    ("POST /v1/password-resets/complete", Anybody),
    ("POST /v1/plans", Guided),
    ("GET /v1/posting-requirements", Guided),
    ("GET /v1/resources", Catalog),
    ("GET /v1/resources/{id}", Catalog),
    ("GET /v1/responsibilities", Catalog),
    ("GET /v1/responsibilities/{id}", Catalog),
    ("GET /v1/roles", Catalog),
    ("GET /v1/roles/{id}", Catalog),
    ("GET /v1/sessions", OwnAccount),
    ("POST /v1/sessions", Anybody),
    ("DELETE /v1/sessions", OwnAccount),
    ("POST /v1/sessions/refresh", Anybody),
    ("GET /v1/sessions/{session_id}", OwnAccount),
    ("DELETE /v1/sessions/{session_id}", OwnAccount),
    ("GET /v1/skills", Catalog),
    ("GET /v1/skills/{id}", Catalog),
    ("GET /v1/sources", Catalog),
    ("GET /v1/sources/{file}/{id}", Catalog),
    ("GET /v1/statistics", Guided),
    ("GET /v1/steps", Catalog),
    ("GET /v1/steps/{id}", Catalog),
    ("GET /v1/trainings", Catalog),
    ("GET /v1/trainings/{id}", Catalog),
    ("POST /v1/transfers", Guided),
];
