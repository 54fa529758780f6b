alter table catalog_entries add constraint catalog_entries_kind check (kind in (
    'source', 'jurisdiction', 'credential', 'route', 'requirement', 'framework', 'category', 'competency', 'principle',
    'standard', 'step', 'task', 'pitfall', 'practice', 'passage', 'career_level', 'role', 'responsibility', 'skill',
    'training', 'resource', 'faq', 'outcome', 'note'
)) not valid;
