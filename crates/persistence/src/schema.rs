//! The tables, as diesel knows them. They are made by the migrations.

diesel::table! {
    catalog_versions (id) {
        id -> Int8,
        effective -> Date,
        imported_at -> Timestamptz,
        digest -> Bytea,
        counts -> Jsonb,
    }
}

diesel::table! {
    catalog_entries (kind, id) {
        kind -> Text,
        id -> Text,
        within_kind -> Nullable<Text>,
        within_id -> Nullable<Text>,
        first_version -> Int8,
    }
}

diesel::table! {
    catalog_revisions (kind, id, number) {
        kind -> Text,
        id -> Text,
        number -> Int4,
        version_id -> Int8,
        body -> Nullable<Jsonb>,
    }
}

diesel::table! {
    clients (id) {
        id -> Uuid,
        name -> Text,
        scopes -> Array<Text>,
        created_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    client_secrets (client_id, id) {
        client_id -> Uuid,
        id -> Uuid,
        digest -> Bytea,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(catalog_revisions, catalog_versions);
diesel::allow_tables_to_appear_in_same_query!(clients, client_secrets);
