//! The scopes of an organization, which limit its machine clients.

use peerpath_domain::people::audit::Action;
use peerpath_domain::people::key::OrganizationId;
use peerpath_persistence::organizations;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::organization::{OrganizationItem, closed};
use crate::service::tokens::{Scope, Scopes};
use crate::web::{Administrator, Body, Draft, Endpoints, Faults, IfMatch, Path, Permit, Problem, Versioned, endpoints};

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: put_organization_scopes);
}

/// Parses scopes, which must be for machines.
pub(super) fn machine_scopes(words: &[String], faults: &mut Faults) -> Option<Scopes> {
    let mut scopes = Vec::new();
    for (place, word) in words.iter().enumerate() {
        let machine = |scope: Scope| if scope.is_for_machines() { Ok(scope) } else { Err("is for people only".into()) };
        let scope = word.parse::<Scope>().map_err(|_| "is not a scope".to_owned()).and_then(machine);
        scopes.push(faults.take(&format!("/scopes/{place}"), scope));
    }
    scopes.into_iter().collect()
}

/// The scopes of an organization.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrganizationScopes {
    /// Maximum scopes of the organization's clients. With an empty list, they get no tokens.
    #[schema(examples(json!(["catalog:read"])))]
    scopes: Vec<String>,
}

impl Draft for OrganizationScopes {
    type Checked = Scopes;

    fn check(self, faults: &mut Faults) -> Option<Scopes> {
        machine_scopes(&self.scopes, faults)
    }
}

#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OrganizationPath {
    /// Id of the organization.
    organization_id: OrganizationId,
}

/// Set the scopes of an organization
///
/// For administrators. Caps the scopes of existing clients from their next token on.
#[utoipa::path(put, path = "/organizations/{organization_id}/scopes", tag = "administration")]
async fn put_organization_scopes(
    administrator: Permit<Administrator, (Path<OrganizationPath>, IfMatch, Body<OrganizationScopes>)>,
) -> Result<Versioned<OrganizationItem>, Problem> {
    administrator
        .write(Action::OrganizationSetScopes, async |tx, _, (Path(path), expected, Body(scopes))| {
            let mut organization = organizations::lock(tx, path.organization_id).await?.ok_or_else(closed)?;
            expected.check(organization.version)?;
            organization.scopes = scopes.words();
            tx.within(organization.id);
            tx.object(scopes);
            OrganizationItem::updated(tx, &organization, None).await
        })
        .await
}
