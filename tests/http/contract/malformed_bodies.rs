//! Invalid bodies get the right problem, and every violation its JSON Pointer.

use std::collections::BTreeSet;

use peerpath_tests::answer::Answer;
use peerpath_tests::people::{PASSWORD, Person};
use peerpath_tests::service::Service;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn post_bytes(service: &Service, path: &str, content_type: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = service.anonymous(Method::POST, path).header("content-type", content_type);
    Answer::to(request.body(body)).await
}

async fn post_text(service: &Service, path: &str, body: impl Into<reqwest::Body>) -> Answer {
    post_bytes(service, path, "application/json", body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invalid_json_is_malformed() {
    let service = Service::start().await;
    let deep = format!("{{\"email\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let bodies: [&[u8]; 14] = [
        b"",
        b" ",
        b"{",
        b"nonsense",
        b"{\"email\":}",
        b"{\"email\":\"ada@example.org\",}",
        b"{'email':'ada@example.org'}",
        b"{\"email\":NaN}",
        b"{\"email\":\"\x01\"}",
        b"{\"email\":\"\\ud800\"}",
        b"{\"email\":\"\xff\xfe\"}",
        b"{} {}",
        b"\xef\xbb\xbf{}",
        deep.as_bytes(),
    ];
    for body in bodies {
        let answer = post_text(&service, "/v1/sessions", body.to_vec()).await;
        assert_eq!(answer.status, 400, "{:?}: {}", String::from_utf8_lossy(&body[..body.len().min(40)]), answer.text());
        let problem = answer.problem(400, "malformed");
        assert_eq!(problem["errors"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_too_large_is_refused() {
    let service = Service::start().await;
    let padded = |size: usize| format!("{{\"email\":\"{}\"}}", "x".repeat(size));
    let _ = post_text(&service, "/v1/sessions", padded(66_000)).await.problem(413, "too-large");
    assert_eq!(post_text(&service, "/v1/sessions", padded(65_000)).await.status, 422, "this size is accepted");

    // A chunked body does not state its length.
    let mut stream = TcpStream::connect(service.url.trim_start_matches("http://")).await.unwrap();
    let head = "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let sending = tokio::spawn(async move {
        let chunk = format!("2000\r\n{}\r\n", "x".repeat(0x2000));
        // The service may stop reading at any point.
        for _ in 0..16 {
            if writing.write_all(chunk.as_bytes()).await.is_err() {
                return;
            }
        }
        let _ = writing.write_all(b"0\r\n\r\n").await;
    });
    let mut answer = vec![0; 12];
    reading.read_exact(&mut answer).await.unwrap();
    assert_eq!(String::from_utf8(answer).unwrap(), "HTTP/1.1 413");
    sending.abort();
    assert_eq!(service.get("/health/live").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_must_have_the_media_type_of_json() {
    let service = Service::start().await;
    let body = json!({"email": "ada@example.org", "password": "wrong"}).to_string();
    for wrong in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "json",
        "application/merge-patch+json",
        "*/*",
        "\u{fc}",
    ] {
        let answer = post_bytes(&service, "/v1/sessions", wrong, body.clone()).await;
        let _ = answer.problem(415, "unsupported-media-type");
    }
    let untyped = service.anonymous(Method::POST, "/v1/sessions").body(body.clone());
    let _ = Answer::to(untyped).await.problem(415, "unsupported-media-type");
    for right in ["application/json", "application/json; charset=utf-8", "Application/JSON;x=y"] {
        let _ = post_bytes(&service, "/v1/sessions", right, body.clone()).await.problem(401, "invalid-credentials");
    }
    let ada = service.person("ada").await;
    let patch = service.by(&ada, Method::PATCH, "/v1/me").header("if-match", "*");
    let patch = patch.header("content-type", "application/merge-patch+json").body("{\"display_name\":\"Ada L.\"}");
    assert_eq!(Answer::to(patch).await.ok()["display_name"], "Ada L.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_violations_of_a_body_are_reported_at_once_with_their_pointers() {
    let service = Service::start().await;
    for (path, body, expected) in [
        ("/v1/accounts", json!({}), vec!["", "", ""]),
        (
            "/v1/accounts",
            json!({"email": 17, "password": ["x"], "display_name": null}),
            vec!["/display_name", "/email", "/password"],
        ),
        (
            "/v1/accounts",
            json!({"email": "ada", "password": "short", "display_name": ""}),
            vec!["/display_name", "/email", "/password"],
        ),
        (
            "/v1/accounts",
            json!({"email": "ada@example.org", "password": PASSWORD, "display_name": "Ada", "role": "x"}),
            vec![""],
        ),
        ("/v1/accounts", json!({"email": 17, "password": PASSWORD, "role": "x"}), vec!["", "", "/email"]),
        ("/v1/accounts", json!({"email": "ada", "password": 5, "display_name": "Ada"}), vec!["/email", "/password"]),
        ("/v1/sessions", json!({"email": "ada@example.org"}), vec![""]),
        ("/v1/sessions", json!({"email": "ada", "password": "x", "device": "\u{7}"}), vec!["/device", "/email"]),
        ("/v1/sessions", json!({"email": "ada@example.org", "password": "x", "code": 123_456}), vec!["/code"]),
        ("/v1/sessions", json!("ada@example.org"), vec![""]),
        ("/v1/sessions", json!(null), vec![""]),
        ("/v1/sessions", json!(true), vec![""]),
        ("/v1/sessions/refresh", json!({"refresh_token": {"a": 1}}), vec!["/refresh_token"]),
        ("/v1/accounts/confirm", json!({"token": "x", "password": "y"}), vec!["/token"]),
    ] {
        let answer = service.post(path, &body).await;
        let violations = answer.body_violations();
        let mut places: Vec<&str> = violations.iter().map(|(place, _)| place.as_str()).collect();
        places.sort_unstable();
        assert_eq!(places, expected, "{path} {body}: {violations:?}");
        let reported: BTreeSet<&(String, String)> = violations.iter().collect();
        assert_eq!(reported.len(), violations.len(), "no violation is reported twice: {violations:?}");
        assert!(violations.iter().all(|(_, detail)| !detail.is_empty()));
    }
    let twice = "{\"email\":\"ada@example.org\",\"email\":\"eve@example.org\",\"password\":\"x\"}";
    assert_eq!(post_text(&service, "/v1/sessions", twice).await.pointers(), [""]);

    let ada = service.person("ada").await;
    let founded = json!({"kind": "magic", "name": "", "website": "javascript:alert(1)"});
    assert_eq!(service.post_by(&ada, "/v1/organizations", &founded).await.pointers(), ["/kind", "/name"]);
    let founded = json!({"kind": "employer", "name": "", "website": "javascript:alert(1)"});
    assert_eq!(service.post_by(&ada, "/v1/organizations", &founded).await.pointers(), ["/name", "/website"]);
    let academy = service.organization(&ada, "Recovery Academy").await;
    let clients = format!("/v1/organizations/{academy}/clients");
    let draft = json!({"name": "LMS", "scopes": ["catalog:read", "magic", "account"]});
    assert_eq!(service.post_by(&ada, &clients, &draft).await.pointers(), ["/scopes/1", "/scopes/2"]);
    let draft = json!({"name": "LMS", "scopes": ["catalog:read", 7]});
    assert_eq!(service.post_by(&ada, &clients, &draft).await.pointers(), ["/scopes/1"]);
    let draft = json!({"name": "LMS", "scopes": []});
    assert_eq!(service.post_by(&ada, &clients, &draft).await.pointers(), ["/scopes"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_not_accepted_as_an_object() {
    let service = Service::start().await;
    for (path, body) in [
        ("/v1/accounts", json!(["ada@example.org", PASSWORD, "Ada"])),
        ("/v1/sessions", json!(["ada@example.org", "wrong", null, null])),
        ("/v1/password-resets", json!(["ada@example.org"])),
    ] {
        let answer = service.post(path, &body).await;
        assert_eq!(answer.status, 422, "{path}: {}", answer.text());
        assert_eq!(answer.pointers(), [""], "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_violation_repeats_the_input() {
    let service = Service::start().await;
    let secret = "hunter2-and-more-of-it";
    let ada = service.person("ada").await;
    let nested = json!({"deep": [secret, {"deeper": secret}]});
    let drafts = [
        json!({"email": secret, "password": nested, "display_name": [secret]}),
        json!({"email": format!("{secret}@localhost"), "password": secret, "display_name": format!("{secret}\n")}),
        json!({"email": "ada@example.org", "password": secret, "display_name": "Ada", "note": secret}),
        json!({"email": {"x": secret}, "kind": secret, "current_password": [secret], "token": secret, "code": nested}),
        json!({"kind": secret, "name": [secret], "website": secret, "scopes": [secret, nested], "role": secret}),
        json!([secret]),
        json!(secret),
    ];
    for draft in &drafts {
        for (method, path) in [
            (Method::POST, "/v1/accounts"),
            (Method::POST, "/v1/accounts/confirm"),
            (Method::POST, "/v1/sessions"),
            (Method::POST, "/v1/sessions/refresh"),
            (Method::POST, "/v1/password-resets"),
            (Method::POST, "/v1/password-resets/complete"),
            (Method::PUT, "/v1/me/password"),
            (Method::PUT, "/v1/me/email"),
            (Method::PUT, "/v1/me/second-factor"),
            (Method::POST, "/v1/me/deletion"),
            (Method::POST, "/v1/organizations"),
            (Method::POST, "/v1/invitations/accept"),
        ] {
            // A token that is too short is refused like any other.
            let answer = Answer::to(service.by(&ada, method, path).json(draft)).await;
            assert!(answer.status.is_client_error() || path == "/v1/sessions", "{path} {draft}: {}", answer.text());
            assert!(!answer.text().contains(secret), "{path} {draft}: {}", answer.text());
        }
    }
    let broken = format!("{{\"password\":\"{secret}\",\"email\":\"{secret}");
    let answer = post_text(&service, "/v1/sessions", broken).await;
    let _ = answer.problem(400, "malformed");
    assert!(!answer.text().contains(secret), "{}", answer.text());
}

/// Every endpoint with a body, with a body that is valid or nearly so.
fn endpoints(organization: &str, person: &Person) -> Vec<(Method, String, Value)> {
    let token = "A".repeat(64);
    let of = |path: &str| format!("/v1/organizations/{organization}{path}");
    let (post, put, patch) = (Method::POST, Method::PUT, Method::PATCH);
    vec![
        (
            post.clone(),
            "/v1/accounts".into(),
            json!({"email": "kim@example.org", "password": PASSWORD, "display_name": "Kim"}),
        ),
        (post.clone(), "/v1/accounts/confirm".into(), json!({"token": token, "password": PASSWORD})),
        (post.clone(), "/v1/accounts/confirm-address".into(), json!({"token": token, "password": PASSWORD})),
        (post.clone(), "/v1/password-resets".into(), json!({"email": "kim@example.org"})),
        (post.clone(), "/v1/password-resets/complete".into(), json!({"token": token, "new_password": PASSWORD})),
        (
            post.clone(),
            "/v1/sessions".into(),
            json!({"email": person.email, "password": PASSWORD, "device": "Test", "code": "123456"}),
        ),
        (post.clone(), "/v1/sessions/refresh".into(), json!({"refresh_token": person.refresh_token})),
        (patch.clone(), "/v1/me".into(), json!({"display_name": "Ada"})),
        (put.clone(), "/v1/me/password".into(), json!({"current_password": PASSWORD, "new_password": PASSWORD})),
        (put.clone(), "/v1/me/email".into(), json!({"email": "kim@example.org", "current_password": PASSWORD})),
        (post.clone(), "/v1/me/deletion".into(), json!({"current_password": PASSWORD})),
        (post.clone(), "/v1/me/second-factor".into(), json!({"current_password": PASSWORD})),
        (put.clone(), "/v1/me/second-factor".into(), json!({"code": "123456"})),
        (post.clone(), "/v1/me/recovery-codes".into(), json!({"current_password": PASSWORD})),
        (
            post.clone(),
            "/v1/organizations".into(),
            json!({"kind": "employer", "name": "Academy", "website": "https://a.example"}),
        ),
        (patch, of(""), json!({"name": "Academy", "website": "https://a.example"})),
        (post.clone(), of("/invitations"), json!({"email": "kim@example.org", "role": "member"})),
        (post.clone(), of("/clients"), json!({"name": "LMS", "scopes": ["catalog:read"]})),
        (put.clone(), of(&format!("/members/{}", person.account)), json!({"role": "owner"})),
        (put.clone(), of("/scopes"), json!({"scopes": ["catalog:read"]})),
        (post, "/v1/invitations/accept".into(), json!({"token": token})),
        (put, format!("/v1/accounts/{}/platform-role", person.account), json!({"platform_role": "administrator"})),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn text_that_the_database_cannot_store_causes_no_500() {
    let service = Service::start().await;
    let ada = service.administrator("ada").await;
    let academy = service.organization(&ada, "Recovery Academy").await;
    let mut failed = Vec::new();
    for (method, path, body) in endpoints(&academy, &ada) {
        let mut drafts = Vec::new();
        for (field, value) in body.as_object().unwrap() {
            let text = value.as_str().unwrap_or("x");
            for bad in [
                "\0".into(),
                format!("{text}\0"),
                format!("\0{text}"),
                format!("{text}\u{ffff}'\\\u{1f}"),
                "💥".repeat(3_000),
            ] {
                let mut draft = body.clone();
                draft[field] = if value.is_array() { json!([bad]) } else { json!(bad) };
                drafts.push(draft);
            }
            let mut draft = body.clone();
            draft[format!("{field}\0")] = json!("x\0");
            drafts.push(draft);
        }
        for draft in drafts {
            let request = service.by(&ada, method.clone(), &path).header("if-match", "\"777\"").json(&draft);
            let answer = Answer::to(request).await;
            let cut: String = draft.to_string().chars().take(200).collect();
            if answer.status.is_server_error() {
                failed.push(format!("{method} {path} {cut}: {}", answer.text()));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!(service.get_by(&ada, "/v1/me").await.status, 200, "nothing was changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_path_query_or_header_causes_a_500() {
    let service = Service::start().await;
    let ada = service.administrator("ada").await;
    let academy = service.organization(&ada, "Recovery Academy").await;
    for bad in ["%00", "x%00", "%FF", "%F0%9F%92%A5", "..%2F..", &"9".repeat(500)] {
        for path in [
            format!("/v1/sessions/{bad}"),
            format!("/v1/accounts/{bad}"),
            format!("/v1/organizations/{bad}"),
            format!("/v1/organizations/{bad}/members"),
            format!("/v1/organizations/{academy}/members/{bad}"),
            format!("/v1/organizations/{academy}/invitations/{bad}"),
            format!("/v1/organizations/{academy}/clients/{bad}"),
        ] {
            for method in [Method::GET, Method::DELETE, Method::PUT] {
                let answer = Answer::to(service.by(&ada, method, &path).header("if-match", "*")).await;
                assert!(answer.status.is_client_error(), "{path}: {}", answer.text());
            }
            assert_eq!(service.get_by(&ada, &path).await.status, 404, "{path}");
        }
        for path in [
            "/v1/sessions?cursor=",
            "/v1/sessions?limit=",
            "/v1/me/audit-events?cursor=",
            "/v1/organizations?limit=",
            "/v1/accounts?email=",
            "/v1/accounts?with_role=",
            "/v1/accounts?cursor=",
            "/v1/audit-events?account=",
            "/v1/audit-events?organization=",
            "/v1/audit-events?action=",
            "/v1/audit-events?x=",
            "/v1/audit-events?",
            "/v1/me?",
            "/v1/me?x=",
        ] {
            let answer = service.get_by(&ada, &format!("{path}{bad}")).await;
            let _ = answer.problem(400, "invalid-parameters");
        }
    }
    let body = json!({"kind": "employer", "name": "Academy"});
    for (key, status) in [
        (&b""[..], 400),
        (b" ", 400),
        (b"\"\"", 400),
        (b"a\tb", 400),
        (b"\xff\xfe", 400),
        (&[b'x'; 201], 400),
        (b"'; drop table members; --", 201),
    ] {
        let request = service.by(&ada, Method::POST, "/v1/organizations").header("idempotency-key", key);
        let answer = Answer::to(request.json(&body)).await;
        assert_eq!(answer.status.as_u16(), status, "{:?}: {}", String::from_utf8_lossy(key), answer.text());
    }
    for tag in [&b""[..], b"\xff", b"1", b"W/\"1\"", b"\"", b",,,", &[b'x'; 5_000]] {
        let request = service.by(&ada, Method::PATCH, "/v1/me").header("if-match", tag);
        let _ = Answer::to(request.json(&json!({"display_name": "Eve"}))).await.problem(412, "stale");
    }
    for agent in [&b"\xff\xfe"[..], b"x'); drop table sessions; --"] {
        let request = service.anonymous(Method::POST, "/v1/sessions").header("user-agent", agent);
        let request = request.header("x-request-id", agent).header("traceparent", agent);
        let answer = Answer::to(request.json(&json!({"email": ada.email, "password": PASSWORD}))).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    let secret = [("grant_type", "client_credentials"), ("client_id", "\0"), ("client_secret", "\0")];
    assert_eq!(service.ask_for_token(&secret).await.status, 401);
}
