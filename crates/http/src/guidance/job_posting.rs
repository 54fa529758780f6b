//! A posting in the vocabulary of schema.org, to embed in its page as JSON-LD. Unknown properties are left out.

use peerpath_domain::catalog::Catalog;
use peerpath_domain::catalog::credential::{CertifyingBody, Credential};
use peerpath_domain::catalog::identifier::Identifier;
use peerpath_domain::catalog::requirement::EducationLevel;
use peerpath_domain::guidance::posting::{Posting, education, experience};
use peerpath_domain::words::{nouns, requirement};
use serde_json::{Map, Value, json};

/// A `JobPosting` that requires a credential.
pub fn job_posting(catalog: &Catalog, posting: Posting<'_>, credential: &Credential) -> Value {
    let code = posting.jurisdiction.code.as_str();
    let region = code.strip_prefix("US-").unwrap_or(code);
    let address = json!({"@type": "PostalAddress", "addressRegion": region, "addressCountry": "US"});
    let experience = experience(credential)
        .map(|work| json!({"@type": "OccupationalExperienceRequirements", "description": requirement::item(catalog, credential, work)}));
    present([
        ("@context", Some("https://schema.org".into())),
        ("@type", Some("JobPosting".into())),
        ("title", Some(posting.title.into())),
        ("jobLocation", Some(json!({"@type": "Place", "address": address}))),
        ("qualifications", Some(Value::Array(vec![certification(catalog, credential)]))),
        ("educationRequirements", education(credential).map(schooling)),
        ("experienceRequirements", experience),
    ])
}

fn certification(catalog: &Catalog, credential: &Credential) -> Value {
    let CertifyingBody { name, url, .. } = &credential.certifying_body;
    let body = present([
        ("@type", Some("Organization".into())),
        ("name", Some(name.as_str().into())),
        ("url", url.as_deref().map(Value::from)),
    ]);
    // A national credential is valid wherever it is accepted, which schema.org has no word for.
    let area = credential.jurisdiction.as_ref().and_then(|code| catalog.jurisdictions.get(code));
    present([
        ("@type", Some("EducationalOccupationalCredential".into())),
        ("name", Some(credential.title.as_str().into())),
        ("alternateName", credential.acronym.as_deref().map(Value::from)),
        ("credentialCategory", Some("certification".into())),
        ("recognizedBy", Some(body)),
        ("validIn", area.map(|area| json!({"@type": "AdministrativeArea", "name": area.name}))),
    ])
}

/// Education, in the categories that search engines know.
fn schooling(level: EducationLevel) -> Value {
    let category = match level {
        EducationLevel::HighSchoolOrEquivalent => "high school",
        EducationLevel::Associate => "associate degree",
        EducationLevel::Bachelor => "bachelor degree",
        EducationLevel::Master => "postgraduate degree",
    };
    json!({
        "@type": "EducationalOccupationalCredential",
        "credentialCategory": category,
        "description": nouns::education(level).long,
    })
}

/// An object of the known fields.
fn present<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let known = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(known.collect::<Map<String, Value>>())
}
