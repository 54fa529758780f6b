//! The pages to which mails link, opened by people and by mail scanners.

use peerpath_tests::answer::Answer;
use peerpath_tests::people::PASSWORD;
use peerpath_tests::service::Service;
use reqwest::Method;
use serde_json::json;

const ADA: &str = "ada@example.org";
const NEW: &str = "nine herons on a cold pier";
const SMUGGLED: &str = "\"><script>alert('x')</script>&";

async fn open(service: &Service, path: &str, token: Option<&str>) -> Answer {
    let request = service.anonymous(Method::GET, path);
    Answer::to(token.into_iter().fold(request, |request, token| request.query(&[("token", token)]))).await
}

async fn press(service: &Service, path: &str, form: &[(&str, &str)]) -> Answer {
    Answer::to(service.anonymous(Method::POST, path).form(form)).await
}

async fn signs_in(service: &Service, password: &str) -> bool {
    service.post("/v1/sessions", &json!({"email": ADA, "password": password})).await.status == 201
}

/// Asserts a page with this status that is neither cached nor open to injected scripts.
fn assert_page(answer: &Answer, status: u16) -> String {
    let text = answer.text();
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (status, "text/html; charset=utf-8"), "{text}");
    assert_eq!((answer.header("cache-control"), answer.header("referrer-policy")), ("no-store", "no-referrer"));
    let policy = answer.header("content-security-policy");
    for rule in ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(!policy.contains("script-src"), "{policy}");
    assert!(text.starts_with("<!doctype html>") && text.contains("<title>") && !text.contains("<script"), "{text}");
    text
}

/// The link of a new sign-up by Ada.
async fn sign_up(service: &Service) -> String {
    let draft = json!({"email": ADA, "password": PASSWORD, "display_name": "Ada"});
    assert_eq!(service.post("/v1/accounts", &draft).await.status, 202);
    service.mails.one(ADA, "Confirm").await.token()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_button_of_the_page_confirms_an_account() {
    let service = Service::without_catalog().await;
    let path = "/account/confirmation";
    let token = sign_up(&service).await;
    let mail = service.mails.one(ADA, "Confirm").await;
    assert!(mail.body.contains(&format!("https://peerpath.test{path}?token={token}")), "{}", mail.body);

    // Mail scanners open every link, some of them several times.
    for _ in 0..3 {
        let page = assert_page(&open(&service, path, Some(&token)).await, 200);
        assert!(page.contains(&format!("name=\"token\" value=\"{token}\"")) && page.contains("type=\"password\""));
        assert!(
            page.contains(&format!("<form method=\"post\" action=\"{path}\">")),
            "the token goes on in the body only: {page}"
        );
    }
    assert_eq!(service.database.number("select count(*) from accounts").await, 0);
    assert_eq!(service.database.number("select count(*) from sign_ups").await, 1);

    let again = assert_page(&press(&service, path, &[("token", &token), ("password", "wrong")]).await, 401);
    assert!(again.contains(&token) && again.contains("type=\"password\"") && !again.contains("wrong\""), "{again}");
    assert_eq!(service.database.number("select count(*) from accounts").await, 0);
    let done = assert_page(&press(&service, path, &[("token", &token), ("password", PASSWORD)]).await, 200);
    assert!(done.contains("is confirmed") && !done.contains("<form"), "{done}");
    assert!(signs_in(&service, PASSWORD).await);
    assert_page(&press(&service, path, &[("token", &token), ("password", PASSWORD)]).await, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_can_be_reset_with_pages_alone() {
    let service = Service::without_catalog().await;
    service.person("ada").await;
    let path = "/account/password-reset";
    assert!(assert_page(&open(&service, path, None).await, 200).contains("type=\"email\""));
    assert_page(&press(&service, path, &[("email", "nobody")]).await, 422);
    let unknown = assert_page(&press(&service, path, &[("email", "nobody@example.org")]).await, 200);
    let known = assert_page(&press(&service, path, &[("email", ADA)]).await, 200);
    assert_eq!(unknown, known, "who has an account is not said");
    let token = service.mails.one(ADA, "Choose").await.token();
    assert!(service.mails.to("nobody@example.org").is_empty());

    let page = assert_page(&open(&service, path, Some(&token)).await, 200);
    assert!(page.contains(&token) && page.contains("new-password"), "{page}");
    assert!(signs_in(&service, PASSWORD).await, "opening it changes nothing");
    let weak = assert_page(&press(&service, path, &[("token", &token), ("password", "password1234")]).await, 422);
    assert!(weak.contains("easy to guess") && weak.contains(&token) && !weak.contains("password1234"), "{weak}");
    let done = assert_page(&press(&service, path, &[("token", &token), ("password", NEW)]).await, 200);
    assert!(done.contains("is changed"), "{done}");
    assert!(signs_in(&service, NEW).await && !signs_in(&service, PASSWORD).await);
    assert_page(&press(&service, path, &[("token", &token), ("password", PASSWORD)]).await, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_button_of_the_page_confirms_a_new_address() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let path = "/account/address-confirmation";
    let change = json!({"email": "ada@new.example", "current_password": PASSWORD});
    assert_eq!(service.put_by(&ada, "/v1/me/email", &change).await.status, 202);
    let token = service.mails.one("ada@new.example", "Confirm").await.token();
    let page = assert_page(&open(&service, path, Some(&token)).await, 200);
    assert!(page.contains(&token) && page.contains("<button>"), "{page}");
    let email = async || service.get_by(&ada, "/v1/me").await.ok()["email"].clone();
    assert_eq!(email().await, ADA);
    // The owner of a mistyped address does not know the password.
    assert_page(&press(&service, path, &[("token", &token), ("password", "wrong")]).await, 401);
    assert_eq!(email().await, ADA);
    assert_page(&press(&service, path, &[("token", &token), ("password", PASSWORD)]).await, 200);
    assert_eq!(email().await, "ada@new.example");
    assert_page(&press(&service, path, &[("token", &token), ("password", PASSWORD)]).await, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_an_invitation_shows_its_code_and_accepts_nothing() {
    let service = Service::without_catalog().await;
    let eve = service.person("eve").await;
    let academy = service.organization(&eve, "Recovery Academy").await;
    let draft = json!({"email": ADA, "role": "member"});
    let path = format!("/v1/organizations/{academy}/invitations");
    assert_eq!(service.post_by(&eve, &path, &draft).await.status, 201);
    let token = service.mails.one(ADA, "invited").await.token();
    let page = assert_page(&open(&service, "/account/invitation", Some(&token)).await, 200);
    assert!(page.contains(&token) && !page.contains("<form"), "{page}");
    assert_eq!(service.database.number("select count(*) from members").await, 1);
    assert_eq!(service.database.number("select count(*) from invitations").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_incomplete_link_leads_to_a_page_that_says_so() {
    let service = Service::without_catalog().await;
    let token = sign_up(&service).await;
    for path in ["/account/confirmation", "/account/password-reset", "/account/address-confirmation"] {
        for bad in [&token[..60], "", "magic", &"A".repeat(64), "\0", "%", "💥"] {
            assert_page(&open(&service, path, Some(bad)).await, 200);
            let page = assert_page(&press(&service, path, &[("token", bad), ("password", NEW)]).await, 401);
            // Only the text of 64 letters has the form of a token.
            let reason =
                if bad.len() == 64 { "The link has expired or was used" } else { "Part of the link is missing" };
            assert!(page.contains(reason), "{path} {bad:?}: {page}");
        }
        assert_page(&press(&service, path, &[]).await, 401);
        assert_page(&press(&service, path, &[("password", NEW)]).await, 401);
    }
    assert_eq!(service.database.number("select count(*) from sign_ups").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contents_of_a_link_are_shown_as_text() {
    let service = Service::without_catalog().await;
    let paths =
        ["/account/confirmation", "/account/password-reset", "/account/address-confirmation", "/account/invitation"];
    for path in paths {
        let page = assert_page(&open(&service, path, Some(SMUGGLED)).await, 200);
        assert!(page.contains("&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;"), "{path}: {page}");
    }
    for path in &paths[..3] {
        let page = assert_page(&press(&service, path, &[("token", SMUGGLED), ("password", SMUGGLED)]).await, 401);
        assert!(page.contains("&quot;&gt;&lt;script&gt;"), "{path}: {page}");
    }
    assert_page(&press(&service, "/account/password-reset", &[("email", SMUGGLED)]).await, 422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_accepts_only_its_form() {
    let service = Service::without_catalog().await;
    let path = "/account/confirmation";
    let post = || service.anonymous(Method::POST, path);
    let json = Answer::to(post().json(&json!({"token": "x", "password": "y"}))).await;
    assert!(json.status.is_client_error(), "{}", json.text());
    let form = || post().header("content-type", "application/x-www-form-urlencoded");
    let large = Answer::to(form().body(format!("token={}", "x".repeat(70_000)))).await;
    let _ = large.problem(413, "too-large");
    for broken in [b"token=%FF&password=%00".as_slice(), b"\xff\xfe", b"token=a&token=b", b"%", b"=&=&&"] {
        let answer = Answer::to(form().body(broken)).await;
        assert!(answer.status.is_client_error(), "{broken:?}: {}", answer.text());
    }
    let two = Answer::to(service.anonymous(Method::GET, "/account/confirmation?token=a&token=b")).await;
    let _ = two.problem(400, "invalid-parameters");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn head_and_options_requests_for_pages_change_nothing() {
    let service = Service::without_catalog().await;
    let token = sign_up(&service).await;
    for method in [Method::HEAD, Method::OPTIONS] {
        let request = service.anonymous(method.clone(), "/account/confirmation").query(&[("token", &token)]);
        let answer = Answer::to(request).await;
        assert!(answer.status.is_success(), "{method}: {}", answer.status);
    }
    assert_eq!(service.database.number("select count(*) from accounts").await, 0);
}
