//! Answers of the service.

use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::Value;

/// A complete answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The body as it was sent.
    pub body: Vec<u8>,
    path: String,
}

impl Answer {
    pub async fn to(request: RequestBuilder) -> Self {
        let (client, request) = request.build_split();
        let request = request.unwrap();
        let path = request.url().path().to_owned();
        let response = client.execute(request).await.unwrap_or_else(|error| panic!("{path}: {error:?}"));
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.unwrap_or_else(|error| panic!("{path}: {error:?}")).into();
        Self { status, headers, body, path }
    }

    /// Sends requests at the same time. Returns the answers in the order of the requests.
    pub async fn to_all(requests: impl IntoIterator<Item = RequestBuilder>) -> Vec<Self> {
        let asking: Vec<_> = requests.into_iter().map(|request| tokio::spawn(Self::to(request))).collect();
        let mut answers = Vec::new();
        for answer in asking {
            answers.push(answer.await.unwrap());
        }
        answers
    }

    /// The value of a header; empty if it is missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{self:?} is JSON"))
    }

    /// The JSON of an answer that must be successful.
    #[must_use]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}: {}", self.path, self.text());
        assert_eq!(self.header("content-type"), "application/json", "{}", self.path);
        self.json()
    }

    /// The problem document of an answer that must be one, with this status and this last part of `type`.
    #[must_use]
    pub fn problem(&self, status: u16, kind: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.path, self.text());
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.path);
        assert_eq!(self.header("cache-control"), "no-store", "{}", self.path);
        assert_eq!(self.header("x-request-id").len(), 32, "{}", self.path);
        let problem = self.json();
        assert_eq!(problem["type"], format!("/problems/{kind}"), "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(problem["instance"], *self.path, "{problem}");
        for text in ["title", "detail"] {
            assert!(problem[text].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
        }
        assert!(problem["errors"].is_array(), "{problem}");
        problem
    }

    /// The JSON of an answer that must have this status and must not be cached.
    #[must_use]
    pub fn private(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.path, self.text());
        assert_eq!(self.header("content-type"), "application/json", "{}", self.path);
        assert_eq!(self.header("cache-control"), "no-store", "{}", self.path);
        self.json()
    }

    /// The violations in a body, as pairs of JSON Pointer and detail.
    #[must_use]
    pub fn body_violations(&self) -> Vec<(String, String)> {
        let problem = self.problem(422, "invalid");
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{problem}")).to_owned();
        let violations = problem["errors"].as_array().unwrap();
        violations.iter().map(|violation| (text(&violation["pointer"]), text(&violation["detail"]))).collect()
    }

    /// The JSON Pointers of the violations in a body, sorted and without duplicates.
    #[must_use]
    pub fn pointers(&self) -> Vec<String> {
        let mut pointers: Vec<String> = self.body_violations().into_iter().map(|(pointer, _)| pointer).collect();
        pointers.sort();
        pointers.dedup();
        pointers
    }

    /// The violations in parameters, as pairs of name and detail.
    #[must_use]
    pub fn violations(&self) -> Vec<(String, String)> {
        let problem = self.problem(400, "invalid-parameters");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let violations = problem["errors"].as_array().unwrap();
        violations.iter().map(|violation| (text(&violation["parameter"]), text(&violation["detail"]))).collect()
    }
}

/// Sends requests at the same time. Returns the answers in the order of the requests.
pub async fn at_once(requests: Vec<RequestBuilder>) -> Vec<Answer> {
    let sent: Vec<_> = requests.into_iter().map(|request| tokio::spawn(Answer::to(request))).collect();
    let mut answers = Vec::new();
    for answer in sent {
        answers.push(answer.await.unwrap());
    }
    answers
}

/// The number of answers with a status.
#[must_use]
pub fn with_status(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// The ids of the items of a list.
#[must_use]
pub fn ids(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap_or_else(|| panic!("{list} is a list")).iter().map(id).collect()
}

/// The id of an item, or its code, or the id of its subject.
#[must_use]
pub fn id(item: &Value) -> String {
    let id = ["id", "code", "client_id", "account_id"].iter().find_map(|name| item[*name].as_str());
    id.unwrap_or_else(|| panic!("{item} has an id")).to_owned()
}

/// Checks that an answer has every field of a file, and otherwise only nulls and empty lists. `place` is for the message.
pub fn assert_states(answer: &Value, file: &Value, place: &str) {
    match (answer, file) {
        (Value::Object(answer), Value::Object(file)) => {
            for (key, value) in file {
                let stated = answer.get(key).unwrap_or_else(|| panic!("{place}/{key} is lost"));
                assert_states(stated, value, &format!("{place}/{key}"));
            }
            for (key, value) in answer.iter().filter(|(key, _)| !file.contains_key(*key)) {
                let gap = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
                assert!(gap, "{place}/{key} is {value}, which is in no file");
            }
        }
        (Value::Array(answer), Value::Array(file)) => {
            assert_eq!(answer.len(), file.len(), "{place}");
            for (index, (answer, file)) in answer.iter().zip(file).enumerate() {
                assert_states(answer, file, &format!("{place}/{index}"));
            }
        }
        (Value::Number(answer), Value::Number(file)) => assert_eq!(answer.as_f64(), file.as_f64(), "{place}"),
        _ => assert_eq!(answer, file, "{place}"),
    }
}

/// Checks that every source in an answer is in its `sources`.
pub fn assert_has_its_sources(answer: &Value) {
    let full: Vec<&Value> = answer["sources"].as_array().unwrap().iter().map(|source| &source["id"]).collect();
    let mut open = vec![answer];
    let mut named = 0;
    while let Some(value) = open.pop() {
        for (name, value) in value.as_object().into_iter().flatten() {
            let ids = match name.as_str() {
                "sources" => continue,
                "source" => std::slice::from_ref(value),
                "source_ids" => value.as_array().unwrap(),
                _ => &[],
            };
            for id in ids.iter().filter(|id| !id.is_null()) {
                assert!(full.contains(&id), "{id} is not among the sources");
                named += 1;
            }
            open.push(value);
        }
        open.extend(value.as_array().into_iter().flatten());
    }
    assert!(named > 0, "no source is named");
}
