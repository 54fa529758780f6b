drop table catalog_revisions;
drop table catalog_entries;
drop table catalog_versions;
drop function refuse_change;
