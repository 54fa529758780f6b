-- Accounts ------------------------------------------------------------------------------------------------------------

create table accounts (
    id uuid primary key,
    email text not null,
    email_key text not null,
    display_name text not null,
    password_hash text not null,
    platform_role text,
    version integer not null default 1,
    created_at timestamptz not null,
    constraint accounts_email_key unique (email_key),
    constraint accounts_email_length check (length(email) between 3 and 254),
    constraint accounts_display_name_length check (length(display_name) between 1 and 100),
    constraint accounts_password_hash check (password_hash like '$argon2id$%'),
    constraint accounts_platform_role check (platform_role in ('editor', 'administrator')),
    constraint accounts_version check (version >= 1)
);
comment on table accounts is 'People who have confirmed their address. Other personal data is in tables of its own, keyed by account.';
comment on column accounts.email_key is 'The form of the address that is compared: the same for every spelling of it.';
comment on column accounts.version is 'Counts changes; shown as the ETag.';
create index accounts_platform_role_key on accounts (platform_role) where platform_role is not null;

create table sign_ups (
    id uuid primary key,
    email text not null,
    email_key text not null,
    display_name text not null,
    password_hash text not null,
    digest bytea not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint sign_ups_digest_length check (octet_length(digest) = 32)
);
comment on table sign_ups is 'Accounts to be. A sign-up becomes an account when its owner sends the mailed token and the password. Of several for one address, one can.';
comment on column sign_ups.digest is 'SHA-256 of the random token.';
create index sign_ups_email_key on sign_ups (email_key);
create index sign_ups_expires_at on sign_ups (expires_at);

create table mail_tokens (
    account_id uuid not null references accounts (id) on delete cascade,
    digest bytea not null,
    purpose text not null,
    email text,
    expires_at timestamptz not null,
    primary key (account_id, digest),
    constraint mail_tokens_digest_length check (octet_length(digest) = 32),
    constraint mail_tokens_purpose check (purpose in ('reset_password', 'change_address')),
    constraint mail_tokens_email check ((email is not null) = (purpose = 'change_address'))
);
comment on table mail_tokens is 'Tokens of links in mails. Using a token deletes its row.';
comment on column mail_tokens.digest is 'SHA-256 of the random token.';
comment on column mail_tokens.email is 'The new address of the account.';
create index mail_tokens_expires_at on mail_tokens (expires_at);

create table second_factors (
    account_id uuid primary key references accounts (id) on delete cascade,
    secret bytea not null,
    confirmed_at timestamptz,
    last_step bigint not null default 0
);
comment on table second_factors is 'Time-based one-time passwords (RFC 6238).';
comment on column second_factors.secret is 'The shared secret, sealed for the account.';
comment on column second_factors.confirmed_at is 'When the owner first entered a code. Before that, signing in takes none.';
comment on column second_factors.last_step is 'Time step of the last accepted code; no code is accepted twice.';

create table recovery_codes (
    account_id uuid not null references second_factors (account_id) on delete cascade,
    digest bytea not null,
    primary key (account_id, digest),
    constraint recovery_codes_digest_length check (octet_length(digest) = 32)
);
comment on table recovery_codes is 'Codes for signing in without the second factor. Using a code deletes its row.';

create table sessions (
    account_id uuid not null references accounts (id) on delete cascade,
    id uuid not null,
    device text,
    address text,
    created_at timestamptz not null,
    refreshed_at timestamptz not null,
    expires_at timestamptz not null,
    family_digest bytea not null,
    turn_digest bytea not null,
    turn_nonce bytea not null,
    primary key (account_id, id),
    constraint sessions_device_length check (length(device) between 1 and 100),
    constraint sessions_digest_lengths check (octet_length(family_digest) = 32 and octet_length(turn_digest) = 32 and octet_length(turn_nonce) = 32)
) with (fillfactor = 70);
comment on table sessions is 'Devices on which a person is signed in. Ending a session deletes its row.';
comment on column sessions.device is 'The name that its owner or their front end gave it.';
comment on column sessions.expires_at is 'A full hour, so that a refresh seldom changes it and the index on it.';
comment on column sessions.family_digest is 'SHA-256 of the part that all refresh tokens of the session share.';
comment on column sessions.turn_digest is 'SHA-256 of the part that changes with each refresh.';
comment on column sessions.turn_nonce is 'The random value that the present part was derived with, from the one before, so that repeating a refresh gives the same token.';
create index sessions_expires_at on sessions (expires_at);

-- Tokens --------------------------------------------------------------------------------------------------------------

create table revocations (
    id uuid primary key,
    revoked_at timestamptz not null default now()
);
comment on table revocations is 'Clients and sessions whose access tokens are refused, and single refused tokens. Rows older than any valid token are deleted.';
create index revocations_revoked_at on revocations (revoked_at);

create table signing_keys (
    id text primary key,
    public_key bytea not null,
    private_key bytea not null,
    created_at timestamptz not null default now(),
    signs_from timestamptz not null,
    accepted_until timestamptz,
    constraint signing_keys_public_key_length check (octet_length(public_key) = 32)
);
comment on table signing_keys is 'Ed25519 keys that sign access tokens: past, present and future ones.';
comment on column signing_keys.id is 'The thumbprint of RFC 7638.';
comment on column signing_keys.private_key is 'In PEM, sealed with the key id.';
comment on column signing_keys.signs_from is 'From then on it signs, until the next key does. It is published earlier.';
comment on column signing_keys.accepted_until is 'Until then its signatures are accepted; null: as long as it signs.';

-- Organizations -------------------------------------------------------------------------------------------------------

create table organizations (
    id uuid primary key,
    kind text not null,
    name text not null,
    website text,
    scopes text[] not null,
    version integer not null default 1,
    created_at timestamptz not null,
    constraint organizations_kind check (kind in ('training_provider', 'job_board', 'employer')),
    constraint organizations_name_length check (length(name) between 1 and 100),
    constraint organizations_website_length check (length(website) between 1 and 500),
    constraint organizations_version check (version >= 1)
);
comment on table organizations is 'Training providers, job boards and employers.';
comment on column organizations.scopes is 'The scopes that its clients may have at most.';

create table members (
    organization_id uuid not null references organizations (id) on delete cascade,
    account_id uuid not null references accounts (id) on delete cascade,
    role text not null,
    version integer not null default 1,
    joined_at timestamptz not null,
    primary key (organization_id, account_id),
    constraint members_role check (role in ('member', 'manager', 'owner')),
    constraint members_version check (version >= 1)
);
comment on table members is 'Members of organizations. Each organization has an owner at all times.';
create index members_account on members (account_id, organization_id);

create table invitations (
    organization_id uuid not null references organizations (id) on delete cascade,
    id uuid not null,
    email text not null,
    email_key text not null,
    role text not null,
    digest bytea not null,
    invited_by uuid references accounts (id) on delete set null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (organization_id, id),
    constraint invitations_one_an_address unique (organization_id, email_key),
    constraint invitations_role check (role in ('member', 'manager', 'owner')),
    constraint invitations_digest_length check (octet_length(digest) = 32)
);
comment on table invitations is 'Open invitations. Accepting, withdrawing or replacing one deletes its row.';
comment on column invitations.digest is 'SHA-256 of the random token in the mail.';
create index invitations_expires_at on invitations (expires_at);
create index invitations_invited_by on invitations (invited_by) where invited_by is not null;

alter table clients add column organization_id uuid references organizations (id) on delete set null;
comment on column clients.organization_id is 'The organization that owns it; null: an operator created it.';
create index clients_organization on clients (organization_id, id) where organization_id is not null;
drop index clients_revoked_at;

-- Mail ----------------------------------------------------------------------------------------------------------------

create table outbox (
    id uuid primary key,
    recipient text not null,
    subject text not null,
    body text not null,
    created_at timestamptz not null,
    due_at timestamptz not null,
    attempts integer not null default 0,
    failed_at timestamptz,
    error text,
    constraint outbox_attempts check (attempts >= 0)
);
comment on table outbox is 'Mails to be sent, written in the transaction that causes them. Sending a mail deletes its row.';
comment on column outbox.due_at is 'When to try next. An instance moves this before it tries, so that no other does at the same time.';
comment on column outbox.failed_at is 'When sending was given up.';
create index outbox_due on outbox (due_at) where failed_at is null;

-- Idempotency and audit -----------------------------------------------------------------------------------------------

create table idempotency_keys (
    owner_id uuid not null,
    key text not null,
    digest bytea not null,
    made uuid not null,
    created_at timestamptz not null,
    primary key (owner_id, key),
    constraint idempotency_keys_key_length check (length(key) between 1 and 200),
    constraint idempotency_keys_digest_length check (octet_length(digest) = 32)
);
comment on table idempotency_keys is 'Results of creating requests, so that a repeated one creates nothing more.';
comment on column idempotency_keys.digest is 'SHA-256 of the method, the path and the body.';
comment on column idempotency_keys.made is 'The id of what the request created.';
create index idempotency_keys_created_at on idempotency_keys (created_at);

create table audit_events (
    id uuid primary key,
    at timestamptz not null,
    action text not null,
    actor_kind text not null,
    actor_id uuid,
    account_id uuid,
    organization_id uuid,
    object_id text,
    address text,
    request_id text,
    constraint audit_events_action check (action ~ '^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)+$'),
    constraint audit_events_actor check (
        actor_kind in ('person', 'machine', 'anonymous', 'operator') and (actor_id is not null) = (actor_kind in ('person', 'machine'))
    )
);
comment on table audit_events is 'Who did what to whom, from where, when. Holds no secrets, names, mail addresses or health facts.';
comment on column audit_events.action is 'What was done: object.verb.';
comment on column audit_events.account_id is 'The person concerned.';
comment on column audit_events.organization_id is 'The organization within which it happened.';
comment on column audit_events.object_id is 'Anything else that the action is about: a session, a client, an invitation, a role.';
comment on column audit_events.address is 'The network address of the request.';
create index audit_events_account on audit_events (account_id, id) where account_id is not null;
create index audit_events_actor on audit_events (actor_id, id) where actor_id is not null;
create index audit_events_organization on audit_events (organization_id, id) where organization_id is not null;
create index audit_events_action on audit_events (action, id);
create trigger audit_events_append_only before update or delete or truncate on audit_events
    for each statement execute function refuse_change();
