create table clients (
    id uuid primary key,
    name text not null,
    scopes text[] not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz,
    constraint clients_name_length check (length(name) between 1 and 200),
    constraint clients_scopes_some check (cardinality(scopes) >= 1)
);
comment on table clients is 'Machines that authenticate with OAuth 2 client credentials.';
comment on column clients.revoked_at is 'From then on its secrets and tokens are refused.';
create index clients_revoked_at on clients (revoked_at) where revoked_at is not null;

create table client_secrets (
    client_id uuid not null references clients (id),
    id uuid not null,
    digest bytea not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    primary key (client_id, id),
    constraint client_secrets_digest_length check (octet_length(digest) = 32)
);
comment on table client_secrets is 'Secrets of clients: random values that the service generates and shows once.';
comment on column client_secrets.digest is 'SHA-256 of the secret; 256 random bits need no slow hash.';
comment on column client_secrets.expires_at is 'Set when the secret is replaced; until then both are accepted.';
