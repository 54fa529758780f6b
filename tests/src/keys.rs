//! Signing keys, and forged tokens.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use peerpath_http::SealingKeys;
use peerpath_persistence::signing_keys;
use serde_json::{Value, json};

use crate::clock;
use crate::database::TestDatabase;
use crate::document::scopes;
use crate::people::Person;

/// A new private Ed25519 key in PEM.
#[must_use]
pub fn private_key() -> String {
    // RFC 8410: PKCS #8 version 1 of an Ed25519 key is this header and the seed.
    const HEADER: [u8; 16] =
        [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    let (a, b) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    let der = [HEADER.as_slice(), a.as_bytes(), b.as_bytes()].concat();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64_STANDARD.encode(der))
}

fn jwk(private: &str) -> Jwk {
    Jwk::from_encoding_key(&EncodingKey::from_ed_pem(private.as_bytes()).unwrap(), Algorithm::EdDSA).unwrap()
}

#[must_use]
pub fn key_id(private: &str) -> String {
    jwk(private).thumbprint(ThumbprintHash::SHA256).unwrap()
}

/// The 32 bytes of the public key.
#[must_use]
pub fn public_bytes(private: &str) -> Vec<u8> {
    let AlgorithmParameters::OctetKeyPair(pair) = jwk(private).algorithm else { panic!("an Ed25519 key is a pair") };
    BASE64_URL_SAFE_NO_PAD.decode(pair.x).unwrap()
}

/// The public key in PEM.
#[must_use]
pub fn public_key(private: &str) -> String {
    // RFC 8410: the SubjectPublicKeyInfo of an Ed25519 key is this header and the key.
    const HEADER: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
    let der = [HEADER.as_slice(), &public_bytes(private)].concat();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", BASE64_STANDARD.encode(der))
}

/// The newest private key of the service on this database, in PEM.
pub async fn signing_key(database: &TestDatabase, sealing: &SealingKeys) -> String {
    let keys = signing_keys::list(&mut database.connection().await).await.unwrap();
    let key = keys.iter().rev().find(|key| key.signs_from <= clock::now()).expect("a service made one");
    let place = format!("signing key {}", key.id);
    let der = BASE64_STANDARD.encode(sealing.open(&place, &key.private_key).unwrap());
    format!("-----BEGIN PRIVATE KEY-----\n{der}\n-----END PRIVATE KEY-----\n")
}

/// A token to sign, at first as the service would issue it.
#[derive(Debug, Clone)]
pub struct Draft {
    pub header: Header,
    pub claims: Value,
}

impl Draft {
    /// A token as the service would issue it to a client, signed with this key.
    #[must_use]
    pub fn new(issuer: &str, client: &str, private: &str) -> Self {
        let now = clock::now().timestamp();
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".into());
        header.kid = Some(key_id(private));
        let claims = json!({
            "iss": issuer, "aud": issuer, "sub": client, "client_id": client, "scope": "catalog:read",
            "jti": uuid::Uuid::now_v7(), "iat": now, "exp": now + 600,
        });
        Self { header, claims }
    }

    /// A token with every scope, as the service would issue it to a person, signed with this key.
    #[must_use]
    pub fn of_person(issuer: &str, person: &Person, private: &str) -> Self {
        let draft = Self::new(issuer, "peerpath", private).claim("sub", person.account.as_str());
        draft.claim("sid", person.session.as_str()).claim("scope", scopes().join(" "))
    }

    /// Sets a claim, or removes it if the value is null.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims[name] = value.into();
        if self.claims[name].is_null() {
            self.claims.as_object_mut().unwrap().remove(name);
        }
        self
    }

    /// The token, signed with an Ed25519 key.
    #[must_use]
    pub fn signed(&self, private: &str) -> String {
        let key = EncodingKey::from_ed_pem(private.as_bytes()).unwrap();
        jsonwebtoken::encode(&self.header, &self.claims, &key).unwrap()
    }

    /// The token, signed with a shared secret.
    #[must_use]
    pub fn signed_with_secret(&self, secret: &[u8]) -> String {
        let header = Header { alg: Algorithm::HS256, ..self.header.clone() };
        jsonwebtoken::encode(&header, &self.claims, &EncodingKey::from_secret(secret)).unwrap()
    }

    /// The token with this algorithm in its header, and this signature.
    #[must_use]
    pub fn with_algorithm(&self, algorithm: &str, signature: &str) -> String {
        let mut header = serde_json::to_value(&self.header).unwrap();
        header["alg"] = algorithm.into();
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.{signature}", part(&header), part(&self.claims))
    }
}
