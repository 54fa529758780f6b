-- Only an import writes entries, and it knows the kinds. A new kind of record then needs no migration.
alter table catalog_entries drop constraint catalog_entries_kind;
