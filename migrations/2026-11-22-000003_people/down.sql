drop table audit_events, idempotency_keys, outbox, invitations, members;
alter table clients drop column organization_id;
create index clients_revoked_at on clients (revoked_at) where revoked_at is not null;
drop table organizations, signing_keys, revocations, sessions, recovery_codes, second_factors, mail_tokens, sign_ups, accounts;
