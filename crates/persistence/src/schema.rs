//! The tables that the migrations create, as diesel needs them.

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
        organization_id -> Nullable<Uuid>,
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

diesel::table! {
    accounts (id) {
        id -> Uuid,
        email -> Text,
        email_key -> Text,
        display_name -> Text,
        password_hash -> Text,
        platform_role -> Nullable<Text>,
        version -> Int4,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    sign_ups (id) {
        id -> Uuid,
        email -> Text,
        email_key -> Text,
        display_name -> Text,
        password_hash -> Text,
        digest -> Bytea,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    mail_tokens (account_id, digest) {
        account_id -> Uuid,
        digest -> Bytea,
        purpose -> Text,
        email -> Nullable<Text>,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    second_factors (account_id) {
        account_id -> Uuid,
        secret -> Bytea,
        confirmed_at -> Nullable<Timestamptz>,
        last_step -> Int8,
    }
}

diesel::table! {
    recovery_codes (account_id, digest) {
        account_id -> Uuid,
        digest -> Bytea,
    }
}

diesel::table! {
    sessions (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        device -> Nullable<Text>,
        address -> Nullable<Text>,
        created_at -> Timestamptz,
        refreshed_at -> Timestamptz,
        expires_at -> Timestamptz,
        family_digest -> Bytea,
        turn_digest -> Bytea,
        turn_nonce -> Bytea,
    }
}

diesel::table! {
    revocations (id) {
        id -> Uuid,
        revoked_at -> Timestamptz,
    }
}

diesel::table! {
    signing_keys (id) {
        id -> Text,
        public_key -> Bytea,
        private_key -> Bytea,
        created_at -> Timestamptz,
        signs_from -> Timestamptz,
        accepted_until -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    organizations (id) {
        id -> Uuid,
        kind -> Text,
        name -> Text,
        website -> Nullable<Text>,
        scopes -> Array<Text>,
        version -> Int4,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    members (organization_id, account_id) {
        organization_id -> Uuid,
        account_id -> Uuid,
        role -> Text,
        version -> Int4,
        joined_at -> Timestamptz,
    }
}

diesel::table! {
    invitations (organization_id, id) {
        organization_id -> Uuid,
        id -> Uuid,
        email -> Text,
        email_key -> Text,
        role -> Text,
        digest -> Bytea,
        invited_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    outbox (id) {
        id -> Uuid,
        recipient -> Text,
        subject -> Text,
        body -> Text,
        created_at -> Timestamptz,
        due_at -> Timestamptz,
        attempts -> Int4,
        failed_at -> Nullable<Timestamptz>,
        error -> Nullable<Text>,
    }
}

diesel::table! {
    idempotency_keys (owner_id, key) {
        owner_id -> Uuid,
        key -> Text,
        digest -> Bytea,
        made -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    audit_events (id) {
        id -> Uuid,
        at -> Timestamptz,
        action -> Text,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        account_id -> Nullable<Uuid>,
        organization_id -> Nullable<Uuid>,
        object_id -> Nullable<Text>,
        address -> Nullable<Text>,
        request_id -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(accounts, members, organizations, sessions);
diesel::allow_tables_to_appear_in_same_query!(catalog_revisions, catalog_versions);
diesel::allow_tables_to_appear_in_same_query!(client_secrets, clients, organizations);
