create table catalog_versions (
    id bigint generated always as identity primary key,
    effective date not null,
    imported_at timestamptz not null default now(),
    digest bytea not null,
    counts jsonb not null,
    constraint catalog_versions_digest_length check (octet_length(digest) = 32),
    constraint catalog_versions_counts_object check (jsonb_typeof(counts) = 'object')
);
comment on table catalog_versions is 'Imported versions of the whole catalog. A later one never takes effect before an earlier one.';
comment on column catalog_versions.effective is 'The day from which its facts hold.';
comment on column catalog_versions.digest is 'SHA-256 of all its records.';
comment on column catalog_versions.counts is 'Number of records, and of record parts with ids of their own, by kind.';

create table catalog_entries (
    kind text not null,
    id text not null,
    within_kind text,
    within_id text,
    first_version bigint not null references catalog_versions (id),
    primary key (kind, id),
    constraint catalog_entries_kind check (kind in (
        'source', 'jurisdiction', 'credential', 'route', 'requirement', 'framework', 'category', 'competency', 'principle',
        'standard', 'step', 'task', 'pitfall', 'practice', 'passage', 'career_level', 'role', 'responsibility', 'skill',
        'training', 'resource', 'faq', 'outcome', 'note'
    )),
    constraint catalog_entries_id_length check (length(id) between 1 and 160),
    constraint catalog_entries_within check ((within_kind is null) = (within_id is null)),
    constraint catalog_entries_within_entry foreign key (within_kind, within_id) references catalog_entries (kind, id)
);
comment on table catalog_entries is 'Every id that the catalog has ever had: of records, and of record parts with ids of their own. Other tables refer here; ids are never removed.';
comment on column catalog_entries.within_id is 'The record that this is a part of; null for a record.';
create index catalog_entries_within_key on catalog_entries (within_kind, within_id) where within_id is not null;

create table catalog_revisions (
    kind text not null,
    id text not null,
    number integer not null,
    version_id bigint not null references catalog_versions (id),
    body jsonb,
    primary key (kind, id, number),
    constraint catalog_revisions_entry foreign key (kind, id) references catalog_entries (kind, id),
    constraint catalog_revisions_one_a_version unique (version_id, kind, id),
    constraint catalog_revisions_number check (number >= 1),
    constraint catalog_revisions_body_object check (body is null or jsonb_typeof(body) = 'object')
);
comment on table catalog_revisions is 'The facts of each record, by revision. A version of the catalog has the newest revision of each record up to that version.';
comment on column catalog_revisions.body is 'The record; null when the revision withdraws it.';

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end
$$;
comment on function refuse_change is 'Makes a table append-only.';

create trigger catalog_versions_append_only before update or delete or truncate on catalog_versions
    for each statement execute function refuse_change();
create trigger catalog_revisions_append_only before update or delete or truncate on catalog_revisions
    for each statement execute function refuse_change();
