//! The pages that mails link to, for people whose front end does not handle the links itself.
//!
//! Opening a page changes nothing, because mail scanners open links too. Only its button does.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use peerpath_domain::people::password::Password;
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::{change_address, reset_password, sign_up};
use crate::service::secret::{InvalidToken, LinkToken};
use crate::web::html::{escaped, html};
use crate::web::query::QueryReader;
use crate::web::{
    Anyone, Endpoints, Input, OperationDocument, Parameters, Permit, Problem, ProblemKind, Query, endpoints,
};

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints:
        get_confirmation_page, post_confirmation_page,
        get_password_reset_page, post_password_reset_page,
        get_address_confirmation_page, post_address_confirmation_page,
        get_invitation_page,
    );
}

/// The parameters of the link in a mail.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
struct Link {
    /// The token from the mail.
    #[param(example = "the-token-of-the-mail")]
    token: Option<String>,
}

impl Parameters for Link {
    fn read(reader: &mut QueryReader, (): &()) -> Option<Self> {
        Some(Self { token: reader.one("token", |text| Ok(text.to_owned())) })
    }
}

/// The fields of the form on a page.
#[derive(Deserialize, ToSchema)]
struct PageForm {
    /// The token from the mail.
    token: Option<String>,
    /// The e-mail address, to request a password reset.
    email: Option<String>,
    /// The password.
    #[schema(format = "password")]
    password: Option<String>,
}

impl Input for PageForm {
    type Query = ();

    fn query(_: &mut QueryReader) {}

    async fn read(request: &HttpRequest, (): (), payload: &mut Payload) -> Result<Self, Problem> {
        let form = web::Form::<Self>::from_request(request, payload).await;
        form.map(web::Form::into_inner).map_err(|error| Problem::of_status(error.as_response_error().status_code()))
    }

    fn document(operation: &mut OperationDocument) {
        use ProblemKind::{Conflict, Invalid, InvalidCredentials, Malformed, TooManyRequests};
        operation.body::<Self>("application/x-www-form-urlencoded");
        operation.problems(&[Malformed, ProblemKind::UnsupportedMediaType]);
        for kind in [InvalidCredentials, Conflict, Invalid, TooManyRequests] {
            let description = format!("{}: the page again, with an explanation", kind.title());
            operation.response(kind.status(), &description, &[("text/html", json!({"type": "string"}))], &[]);
        }
    }
}

impl PageForm {
    fn token(&self) -> Result<LinkToken, Problem> {
        let token = self.token.as_deref().unwrap_or_default().parse();
        token.map_err(|_: InvalidToken| Problem::invalid_credentials("Part of the link is missing"))
    }

    fn password(&self) -> &str {
        self.password.as_deref().unwrap_or_default()
    }
}

const PASSWORD: &str = "<label>Password<br>\
    <input type=\"password\" name=\"password\" autocomplete=\"current-password\" required></label>";
const NEW_PASSWORD: &str = "<label>New password: at least 12 characters; several unrelated words work well<br>\
    <input type=\"password\" name=\"password\" autocomplete=\"new-password\" minlength=\"12\" required></label>";
const EMAIL: &str =
    "<label>Your e-mail address<br><input type=\"email\" name=\"email\" autocomplete=\"email\" required></label>";

struct HtmlForm {
    path: &'static str,
    title: &'static str,
    fields: &'static str,
    button: &'static str,
}

const CONFIRMATION: HtmlForm =
    HtmlForm { path: "/account/confirmation", title: "Confirm your account", fields: PASSWORD, button: "Confirm" };
const FORGOTTEN: HtmlForm =
    HtmlForm { path: "/account/password-reset", title: "Forgotten password", fields: EMAIL, button: "Send the link" };
const RESET: HtmlForm = HtmlForm {
    path: "/account/password-reset",
    title: "Choose a new password",
    fields: NEW_PASSWORD,
    button: "Change the password",
};
const ADDRESS: HtmlForm = HtmlForm {
    path: "/account/address-confirmation",
    title: "Confirm your new address",
    fields: PASSWORD,
    button: "Confirm",
};

impl HtmlForm {
    /// The page with the form, which sends the token and the fields. `message` is HTML.
    fn show(&self, status: StatusCode, message: &str, token: Option<&str>) -> HttpResponse {
        let Self { path, title, fields, button } = self;
        let token = token.map(|token| format!("<input type=\"hidden\" name=\"token\" value=\"{}\">", escaped(token)));
        let token = token.unwrap_or_default();
        // The action has no query: the token travels in the body only.
        let form = format!("<form method=\"post\" action=\"{path}\">{token}{fields}<button>{button}</button></form>");
        html(status, title, &format!("<h1>{title}</h1>\n<p>{message}</p>\n{form}"))
    }

    /// The page for success, or the form again with the error.
    fn outcome<T>(
        &self,
        done: Result<T, Problem>,
        token: Option<&str>,
        title: &str,
        message: &str,
    ) -> Result<HttpResponse, Problem> {
        match done {
            Ok(_) => Ok(message_page(title, message)),
            Err(problem) if matches!(problem.kind(), ProblemKind::Internal | ProblemKind::Unavailable) => Err(problem),
            Err(problem) => {
                let fault = problem.errors().first().map(|fault| format!("The password {}", fault.detail));
                let detail = fault.unwrap_or_else(|| problem.to_string());
                Ok(self.show(problem.kind().status(), &escaped(&format!("{detail}.")), token))
            }
        }
    }
}

fn message_page(title: &str, message: &str) -> HttpResponse {
    html(StatusCode::OK, title, &format!("<h1>{title}</h1>\n<p>{message}</p>"))
}

/// Show the page that confirms an account
///
/// Asks for the password of the new account.
#[utoipa::path(get, path = "/account/confirmation", tag = "pages", responses((status = OK, content_type = "text/html", body = String, description = "A page")))]
async fn get_confirmation_page(anyone: Permit<Anyone, Query<Link>>) -> Result<HttpResponse, Problem> {
    let message = "Enter the password that you chose when you signed up.";
    Ok(CONFIRMATION.show(StatusCode::OK, message, anyone.input.0.token.as_deref()))
}

/// Confirm an account on its page
#[utoipa::path(post, path = "/account/confirmation", tag = "pages", responses((status = OK, content_type = "text/html", body = String, description = "A page")))]
async fn post_confirmation_page(anyone: Permit<Anyone, PageForm>) -> Result<HttpResponse, Problem> {
    let Permit { context: anyone, input: form } = anyone;
    let done = async { sign_up::confirm(&anyone, &form.token()?, Password::typed(form.password())).await };
    CONFIRMATION.outcome(done.await, form.token.as_deref(), "Your account is confirmed", "You can sign in now.")
}

/// Show the page for a forgotten password
///
/// Asks for the e-mail address or, with a token, for the new password.
#[utoipa::path(get, path = "/account/password-reset", tag = "pages", responses((status = OK, content_type = "text/html", body = String, description = "A page")))]
async fn get_password_reset_page(anyone: Permit<Anyone, Query<Link>>) -> Result<HttpResponse, Problem> {
    Ok(match anyone.input.0.token.as_deref() {
        None => FORGOTTEN.show(StatusCode::OK, "You will get a mail with a link to choose a new password.", None),
        token => RESET.show(StatusCode::OK, "The new password signs you out on all devices.", token),
    })
}

/// Reset a password on its page
///
/// Mails a link to the address or, with a token, changes the password.
#[utoipa::path(post, path = "/account/password-reset", tag = "pages", responses((status = OK, content_type = "text/html", body = String, description = "A page")))]
async fn post_password_reset_page(anyone: Permit<Anyone, PageForm>) -> Result<HttpResponse, Problem> {
    let Permit { context: anyone, input: form } = anyone;
    if let Some(email) = &form.email {
        let requested = async {
            let address = email.parse();
            let address = address.map_err(|_| Problem::new(ProblemKind::Invalid, "This is not an e-mail address"))?;
            reset_password::request_reset(&anyone, address).await
        };
        let message = "If the address has an account, you will get a mail with a link.";
        return FORGOTTEN.outcome(requested.await, None, "Check your mail", message);
    }
    let done = async { reset_password::reset(&anyone, &form.token()?, form.password().to_owned(), "/password").await };
    RESET.outcome(done.await, form.token.as_deref(), "Your password is changed", "Sign in with the new one.")
}

/// Show the page that confirms a new address
///
/// Asks for the password.
#[utoipa::path(get, path = "/account/address-confirmation", tag = "pages", responses((status = OK, content_type = "text/html", body = String, description = "A page")))]
async fn get_address_confirmation_page(anyone: Permit<Anyone, Query<Link>>) -> Result<HttpResponse, Problem> {
    let message = "Enter your password. After that, sign in with this address.";
    Ok(ADDRESS.show(StatusCode::OK, message, anyone.input.0.token.as_deref()))
}

/// Confirm a new address on its page
#[utoipa::path(post, path = "/account/address-confirmation", tag = "pages", responses((status = OK, content_type = "text/html", body = String, description = "A page")))]
async fn post_address_confirmation_page(anyone: Permit<Anyone, PageForm>) -> Result<HttpResponse, Problem> {
    let Permit { context: anyone, input: form } = anyone;
    let done = async { change_address::change_address(&anyone, form.token()?, Password::typed(form.password())).await };
    ADDRESS.outcome(done.await, form.token.as_deref(), "Your address is confirmed", "Sign in with it from now on.")
}

/// Show the page of an invitation
///
/// Shows the code to enter in the app, where the invited person signs in and accepts.
#[utoipa::path(get, path = "/account/invitation", tag = "pages", responses((status = OK, content_type = "text/html", body = String, description = "A page")))]
async fn get_invitation_page(anyone: Permit<Anyone, Query<Link>>) -> Result<HttpResponse, Problem> {
    let token = escaped(anyone.input.0.token.as_deref().unwrap_or_default());
    let message = format!(
        "Sign in to the app that you use, with the address that the invitation was mailed to, and enter this code there:</p>\n\
         <p><code style=\"overflow-wrap:anywhere\">{token}</code>"
    );
    Ok(message_page("You are invited", &message))
}
