//! Who may call what: every operation of the OpenAPI document refuses all other callers.
//!
//! The requests are valid except for the caller, and none of them changes anything.

mod table;

use std::collections::BTreeSet;

use peerpath_tests::answer::Answer;
use peerpath_tests::clock;
use peerpath_tests::document::{Operation, operations, scopes};
use peerpath_tests::eventually;
use peerpath_tests::keys::{Draft, private_key, public_bytes, public_key};
use peerpath_tests::people::{PASSWORD, Person};
use peerpath_tests::service::{ISSUER, Machine, Service};
use peerpath_tests::world::{World, nothings_key};
use reqwest::Method;
use serde_json::json;

use table::{OPERATIONS, Whom};

/// The operations of the document, each with its callers.
fn listed() -> impl Iterator<Item = (Operation, Whom)> {
    operations().into_iter().map(|operation| {
        let name = operation.name();
        let found = OPERATIONS.iter().find(|(listed, _)| *listed == name);
        let (_, whom) = found.unwrap_or_else(|| panic!("{name} is not listed: whom does it serve?"));
        (operation, *whom)
    })
}

/// The operations that are not public.
fn guarded() -> impl Iterator<Item = (Operation, Whom)> {
    listed().filter(|(_, whom)| *whom != Whom::Anybody)
}

#[test]
fn every_operation_is_in_the_table() {
    let documented: BTreeSet<String> = operations().iter().map(Operation::name).collect();
    let known: BTreeSet<String> = OPERATIONS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(known, documented, "the table has each operation of the document, and no other");
    assert_eq!(known.len(), OPERATIONS.len(), "once");
    for (operation, whom) in listed() {
        let name = operation.name();
        assert_eq!(operation.scope(), whom.scope(), "{name} requires the documented scope");
        assert_eq!(operation.is_public(), whom == Whom::Anybody, "{name}");
        let within = operation.pattern.contains("{organization_id}");
        assert_eq!(whom.is_of_an_organization(), within && whom != Whom::Administrators, "{name}");
    }
}

/// A token signed with the key of the service, so that a refusal is only for the change that the test makes.
fn draft(world: &World, person: &Person) -> Draft {
    Draft::of_person(ISSUER, person, &world.service.signing_key)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_that_is_not_public_requires_a_valid_token() {
    let world = World::new().await;
    let (service, key) = (&world.service, &world.service.signing_key);
    let gone = Machine::in_database(&service.database).await;
    let of_gone = service.token_of(&gone).await;
    let ended = service.sign_in(&world.ada.email, PASSWORD).await;
    let of_ines = service.sign_in(&world.ines.email, PASSWORD).await;
    let single = service.sign_in(&world.ada.email, PASSWORD).await;
    service.database.run(&format!("update clients set revoked_at = now() where id = '{}'", gone.id)).await;
    service.database.run(&format!("insert into revocations (id) values ('{}'); notify peerpath_access", gone.id)).await;
    for person in [&ended, &of_ines] {
        let end = service.by(person, Method::DELETE, &format!("/v1/sessions/{}", person.session));
        assert_eq!(Answer::to(end).await.status, 204);
    }
    let revoke = service.anonymous(Method::POST, "/oauth/revoke").form(&[("token", &single.token)]);
    assert_eq!(Answer::to(revoke).await.status, 200);
    for token in [&of_gone, &ended.token, &of_ines.token, &single.token] {
        service.refuses(token, "/v1/catalog").await;
    }

    let before = service.database.state().await;
    let (stranger, now) = (private_key(), clock::now().timestamp());
    for (operation, whom) in guarded() {
        let person = world.caller(&operation).unwrap_or(&world.ada);
        let own = draft(&world, person);
        let valid = own.signed(key);
        let parts: Vec<&str> = valid.split('.').collect();
        let mut refused = vec![
            ("a token that expired", own.clone().claim("exp", now - 1).signed(key)),
            ("a token of another key", own.signed(&stranger)),
            ("a token without a signature", format!("{}.{}.", parts[0], parts[1])),
            ("a token signed by none", own.with_algorithm("none", "")),
            ("a token signed by a public key", own.signed_with_secret(&public_bytes(key))),
            ("a token signed by a public key in PEM", own.signed_with_secret(public_key(key).as_bytes())),
            ("a token of another service", own.clone().claim("iss", "https://evil.example").signed(key)),
            ("a token for another service", own.clone().claim("aud", "https://evil.example").signed(key)),
            ("a token of a session that has ended", ended.token.clone()),
            ("a token of somebody else's session that has ended", of_ines.token.clone()),
            ("a token that was revoked", single.token.clone()),
            ("a refresh token", person.refresh_token.clone()),
            ("a secret", world.client.secret.clone()),
            ("nonsense", "nonsense".into()),
        ];
        if whom.is_for_machines() {
            let machine = Draft::new(ISSUER, &service.machine.id, key);
            refused.push(("a machine's token that expired", machine.claim("exp", now - 1).signed(key)));
            refused.push(("a token of a machine that was revoked", of_gone.clone()));
        }
        let _ = Answer::to(world.well_formed(&operation)).await.problem(401, "unauthenticated");
        for (what, token) in refused {
            let answer = Answer::to(world.well_formed(&operation).bearer_auth(token)).await;
            assert_eq!(answer.status, 401, "{} by {what}: {}", operation.name(), answer.text());
            let _ = answer.problem(401, "unauthenticated");
        }
    }
    assert_eq!(service.database.state().await, before, "a refused request changed something");
}

/// All scopes.
const SCOPES: [&str; 6] = ["catalog:read", "guidance", "introspection", "account", "organizations", "administration"];

#[test]
fn the_scopes_are_those_of_the_document() {
    assert_eq!(BTreeSet::from(SCOPES.map(ToOwned::to_owned)), scopes().into_iter().collect());
    let asked: BTreeSet<String> =
        operations().iter().map(|one| one.scope().to_owned()).filter(|one| !one.is_empty()).collect();
    assert!(asked.iter().all(|scope| SCOPES.contains(&scope.as_str())), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_requires_its_scope_and_operations_for_people_refuse_machines() {
    let world = World::new().await;
    let (service, key) = (&world.service, &world.service.signing_key);
    let before = service.database.state().await;
    for (operation, whom) in guarded() {
        let scope = whom.scope();
        let others: Vec<&str> = SCOPES.into_iter().filter(|other| *other != scope).collect();
        let machine = Draft::new(ISSUER, &service.machine.id, key);
        let own = draft(&world, world.caller(&operation).unwrap_or(&world.ada));
        let mut wrong: Vec<String> = vec![
            String::new(),
            others.join(" "),
            format!("{scope}x"),
            scope.to_uppercase(),
            format!("{scope}:read"),
            scope.replace(':', " "),
            others.join(" ").replace(' ', ","),
        ];
        wrong.retain(|scopes| !scopes.split(' ').any(|word| word == scope));
        let mut tokens: Vec<String> = Vec::new();
        for scopes in wrong {
            tokens.push(own.clone().claim("scope", scopes.as_str()).signed(key));
            tokens.push(machine.clone().claim("scope", scopes).signed(key));
        }
        if !whom.is_for_machines() {
            tokens.push(service.token.clone());
            tokens.push(machine.clone().claim("scope", scope).signed(key));
            tokens.push(machine.claim("scope", SCOPES.join(" ")).signed(key));
        }
        for token in tokens {
            let answer = Answer::to(world.well_formed(&operation).bearer_auth(&token)).await;
            assert_eq!(answer.status, 403, "{} with {token}: {}", operation.name(), answer.text());
            let _ = answer.problem(403, "forbidden");
        }
    }
    assert_eq!(service.database.state().await, before, "a refused request changed something");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn public_operations_need_no_token_and_ignore_an_invalid_one() {
    let world = World::new().await;
    let expired = draft(&world, &world.ada).claim("exp", clock::now().timestamp() - 1);
    let expired = expired.signed(&world.service.signing_key);
    let public = listed().filter(|(operation, whom)| operation.is_of_the_api() && *whom == Whom::Anybody);
    for (operation, _) in public {
        // Signing in again and refreshing are possible with an expired token in the header.
        let without = Answer::to(world.well_formed(&operation)).await;
        for token in ["nonsense", &expired] {
            let with = Answer::to(world.well_formed(&operation).bearer_auth(token)).await;
            assert_eq!(with.status, without.status, "{} with {token}: {}", operation.name(), with.text());
            if with.status.is_client_error() {
                assert_eq!(with.json()["type"], without.json()["type"], "{} with {token}", operation.name());
            }
        }
    }
}

/// The things of another organization.
struct Elsewhere {
    otto: Person,
    organization: String,
}

/// The owner of another organization, which has a client and an invitation.
async fn elsewhere(service: &Service) -> Elsewhere {
    let otto = service.person("otto").await;
    let organization = service.organization(&otto, "Otto's Academy").await;
    service.client_of(&otto, &organization).await;
    Elsewhere { otto, organization }
}

async fn assert_refused(world: &World, operation: &Operation, path: &str, who: &str, token: &str, status: u16) {
    let answer = Answer::to(world.well_formed_at(operation, path).bearer_auth(token)).await;
    assert_eq!(answer.status, status, "{} at {path} by {who}: {}", operation.name(), answer.text());
    let _ = answer.problem(status, if status == 403 { "forbidden" } else { "not-found" });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organization_is_hidden_from_others_and_requires_the_role_of_the_operation() {
    let world = World::new().await;
    let service = &world.service;
    let (other, rita, max, dora) =
        tokio::join!(elsewhere(service), service.administrator("rita"), service.person("max"), service.person("dora"),);
    let organization = &world.organization;
    service.join(&world.ada, organization, &max, "manager").await;
    service.join(&world.ada, organization, &dora, "owner").await;
    let member = |person: &Person| format!("/v1/organizations/{organization}/members/{}", person.account);
    // Dora's token is from her time as an owner, Gus's from his time as a member.
    let demoted = service.change(&world.ada, Method::PUT, &member(&dora), "*", &json!({"role": "member"})).await;
    assert_eq!(demoted.status, 200);
    let gus = service.person("gus").await;
    service.join(&world.ada, organization, &gus, "owner").await;
    let removed = Answer::to(service.by(&world.ada, Method::DELETE, &member(&gus))).await;
    assert_eq!(removed.status, 204);

    let before = service.database.state().await;
    for (operation, whom) in guarded().filter(|(_, whom)| whom.is_of_an_organization()) {
        let path = world.path(&operation);
        for (who, person) in [
            ("somebody else", &world.ines),
            ("an owner of another organization", &other.otto),
            ("an administrator who does not belong to it", &rita),
            ("a former owner who was removed", &gus),
        ] {
            assert_refused(&world, &operation, &path, who, &person.token, 404).await;
        }
        let lower: &[(&str, &Person)] = match whom {
            Whom::Members => &[],
            Whom::Managers => &[("a member", &world.mary), ("a former owner", &dora)],
            _ => &[("a member", &world.mary), ("a former owner", &dora), ("a manager", &max)],
        };
        for (who, person) in lower {
            assert_refused(&world, &operation, &path, who, &person.token, 403).await;
        }
    }
    assert_eq!(service.database.state().await, before, "a refused request changed something");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn things_of_one_organization_or_person_are_not_found_under_another() {
    let world = World::new().await;
    let other = elsewhere(&world.service).await;
    let before = world.service.database.state().await;
    let mut met = 0;
    for (operation, whom) in guarded().filter(|(operation, _)| operation.parameters("path").count() > 0) {
        let path = world.path(&operation);
        if whom.is_of_an_organization() && operation.parameters("path").count() > 1 {
            let path = path.replace(&world.organization, &other.organization);
            assert_refused(&world, &operation, &path, "the owner of the other", &other.otto.token, 404).await;
            met += 1;
        }
        if whom.is_of_a_person() {
            for person in [&world.mary, &other.otto] {
                assert_refused(&world, &operation, &path, "somebody else", &person.token, 404).await;
                met += 1;
            }
        }
    }
    assert!(met >= 12, "{met} requests");
    let accept = operations().into_iter().find(|one| one.pattern == "/v1/invitations/accept").unwrap();
    for (who, person) in [("the sender", &world.ada), ("a member", &world.mary), ("a stranger", &other.otto)] {
        assert_refused(&world, &accept, &accept.pattern, who, &person.token, 404).await;
    }
    assert_eq!(world.service.database.state().await, before, "a refused request changed something");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_current_administrators_administer() {
    let world = World::new().await;
    let (service, key) = (&world.service, &world.service.signing_key);
    let (other, rita, eddy) =
        tokio::join!(elsewhere(service), service.administrator("rita"), service.administrator("eddy"));
    let role = |person: &Person| format!("/v1/accounts/{}/platform-role", person.account);
    for (person, left) in [(&rita, json!(null)), (&eddy, json!("editor"))] {
        assert_eq!(service.get_by(person, "/v1/accounts").await.status, 200);
        let taken = service.change(&world.ada, Method::PUT, &role(person), "*", &json!({"platform_role": left})).await;
        assert_eq!(taken.status, 200);
    }
    let before = service.database.state().await;
    let forged = |person: &Person| draft(&world, person).signed(key);
    for (operation, _) in guarded().filter(|(_, whom)| *whom == Whom::Administrators) {
        let path = world.path(&operation);
        for (who, token) in [
            ("somebody", world.mary.token.clone()),
            ("an owner", other.otto.token.clone()),
            ("a former administrator", rita.token.clone()),
            ("a former administrator who is an editor", eddy.token.clone()),
            ("a member with the scope", forged(&world.mary)),
            ("an owner with the scope", forged(&other.otto)),
            (
                "another subject with the scope",
                draft(&world, &world.ada).claim("sub", world.organization.as_str()).signed(key),
            ),
        ] {
            assert_refused(&world, &operation, &path, who, &token, 403).await;
        }
    }
    assert_eq!(service.database.state().await, before, "a refused request changed something");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_of_a_deleted_account_changes_nothing() {
    let world = World::new().await;
    let service = &world.service;
    let before = service.database.state().await;
    let nobody = Person { account: nothings_key(), session: nothings_key(), ..world.ada.clone() };
    let token = draft(&world, &nobody).signed(&service.signing_key);
    for (operation, whom) in guarded().filter(|(_, whom)| !whom.is_for_machines()) {
        let answer = Answer::to(world.well_formed(&operation).bearer_auth(&token)).await;
        let name = operation.name();
        assert!(!answer.status.is_server_error(), "{name}: {}", answer.text());
        if whom != Whom::OwnAccount && operation.method != Method::GET {
            assert!([401, 403, 404].contains(&answer.status.as_u16()), "{name}: {}", answer.text());
        }
    }
    let after = service.database.state().await;
    for (table, rows) in before.iter().filter(|(table, _)| *table != "audit_events") {
        assert_eq!(after[table], *rows, "{table}");
    }
    eventually("the service to be well", async || (service.get("/health/ready").await.status == 200).then_some(()))
        .await;
}
