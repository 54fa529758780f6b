//! The pages that mails lead to, for people whose front end does not take the links itself.
//!
//! Opening one changes nothing: programs that look after mails open links, too. The button on it does.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, get, post, web};
use peerpath_domain::people::password::Password;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{password, sign_up};
use crate::access::{Anyone, Input, Permit};
use crate::pages::{escaped, html};
use crate::problem::{Problem, ProblemKind};
use crate::query::QueryReader;
use crate::secret::{InvalidToken, LinkToken};

/// Adds the pages.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_confirmation_page).service(post_confirmation_page);
    config.service(get_password_reset_page).service(post_password_reset_page);
    config.service(get_address_confirmation_page).service(post_address_confirmation_page);
    config.service(get_invitation_page);
}

/// What the link of a mail carries.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
struct Link {
    /// The token of the mail.
    #[param(example = "the-token-of-the-mail")]
    token: Option<String>,
}

impl Input for Link {
    type Query = Option<String>;

    fn query(reader: &mut QueryReader) -> Self::Query {
        reader.one("token", |text| Ok(text.to_owned()))
    }

    async fn read(_: &HttpRequest, token: Self::Query, _: &mut Payload) -> Result<Self, Problem> {
        Ok(Self { token })
    }
}

/// What the form of a page sends.
#[derive(Deserialize, ToSchema)]
struct PageForm {
    /// The token of the mail.
    token: Option<String>,
    /// The address, to ask for a mail.
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
}

impl PageForm {
    fn token(&self) -> Result<LinkToken, Problem> {
        let token = self.token.as_deref().unwrap_or_default().parse();
        token.map_err(|_: InvalidToken| Problem::invalid_credentials("the link is not whole"))
    }

    fn password(&self) -> &str {
        self.password.as_deref().unwrap_or_default()
    }
}

const PASSWORD: &str = "<label>Password<br>\
    <input type=\"password\" name=\"password\" autocomplete=\"current-password\" required></label>";
const NEW_PASSWORD: &str = "<label>New password, of at least 12 characters; several unrelated words do well<br>\
    <input type=\"password\" name=\"password\" autocomplete=\"new-password\" minlength=\"12\" required></label>";
const EMAIL: &str =
    "<label>Your address<br><input type=\"email\" name=\"email\" autocomplete=\"email\" required></label>";

/// A page with a form.
struct Form {
    path: &'static str,
    title: &'static str,
    fields: &'static str,
    button: &'static str,
}

const CONFIRMATION: Form =
    Form { path: "/account/confirmation", title: "Confirm your account", fields: PASSWORD, button: "Confirm" };
const FORGOTTEN: Form =
    Form { path: "/account/password-reset", title: "Forgotten password", fields: EMAIL, button: "Send the link" };
const RESET: Form = Form {
    path: "/account/password-reset",
    title: "Choose a new password",
    fields: NEW_PASSWORD,
    button: "Change the password",
};
const ADDRESS: Form = Form {
    path: "/account/address-confirmation",
    title: "Confirm your new address",
    fields: PASSWORD,
    button: "Confirm",
};

impl Form {
    /// The page, with a form that sends the token and whatever the fields ask for. `message` is HTML.
    fn show(&self, status: StatusCode, message: &str, token: Option<&str>) -> HttpResponse {
        let Self { path, title, fields, button } = self;
        let token = token.map(|token| format!("<input type=\"hidden\" name=\"token\" value=\"{}\">", escaped(token)));
        let token = token.unwrap_or_default();
        // The action has no query: the token goes on in the body only.
        let form = format!("<form method=\"post\" action=\"{path}\">{token}{fields}<button>{button}</button></form>");
        html(status, title, &format!("<h1>{title}</h1>\n<p>{message}</p>\n{form}"))
    }

    /// What came of it: a page that says so, or the form again with what is wrong.
    fn outcome(
        &self,
        done: Result<(), Problem>,
        token: Option<&str>,
        title: &str,
        message: &str,
    ) -> Result<HttpResponse, Problem> {
        match done {
            Ok(()) => Ok(told(title, message)),
            Err(problem) if matches!(problem.kind(), ProblemKind::Internal | ProblemKind::Unavailable) => Err(problem),
            Err(problem) => {
                let fault = problem.errors().first().map(|fault| format!("The password {}", fault.detail));
                let detail = fault.unwrap_or_else(|| problem.to_string());
                Ok(self.show(problem.kind().status(), &escaped(&format!("{detail}.")), token))
            }
        }
    }
}

fn told(title: &str, message: &str) -> HttpResponse {
    html(StatusCode::OK, title, &format!("<h1>{title}</h1>\n<p>{message}</p>"))
}

/// The page of a new account
///
/// A page for people: it asks for the password that was chosen.
#[utoipa::path(tag = "pages", params(Link), responses((status = OK, description = "A page", content_type = "text/html", body = String)), security(()))]
#[get("/account/confirmation")]
async fn get_confirmation_page(anyone: Permit<Anyone, Link>) -> HttpResponse {
    let message = "Enter the password that you chose when you signed up.";
    CONFIRMATION.show(StatusCode::OK, message, anyone.input.token.as_deref())
}

/// Confirm a new account by its page
#[utoipa::path(tag = "pages", request_body(content = PageForm, content_type = "application/x-www-form-urlencoded"), responses((status = OK, description = "A page", content_type = "text/html", body = String)), security(()))]
#[post("/account/confirmation")]
async fn post_confirmation_page(anyone: Permit<Anyone, PageForm>) -> Result<HttpResponse, Problem> {
    let done = async {
        let password = Password::typed(anyone.input.password());
        sign_up::confirm(&anyone, &anyone.input.token()?, &password).await.map(|_| ())
    };
    let token = anyone.input.token.as_deref();
    CONFIRMATION.outcome(done.await, token, "Your account is confirmed", "You can sign in now.")
}

/// The page of a forgotten password
///
/// A page for people: without a token it asks for the address, and with one for the new password.
#[utoipa::path(tag = "pages", params(Link), responses((status = OK, description = "A page", content_type = "text/html", body = String)), security(()))]
#[get("/account/password-reset")]
async fn get_password_reset_page(anyone: Permit<Anyone, Link>) -> HttpResponse {
    match anyone.input.token.as_deref() {
        None => {
            FORGOTTEN.show(StatusCode::OK, "A link to choose a new one is mailed to the address of your account.", None)
        }
        token => RESET.show(StatusCode::OK, "You will be signed out everywhere.", token),
    }
}

/// Reset a password by its page
#[utoipa::path(tag = "pages", request_body(content = PageForm, content_type = "application/x-www-form-urlencoded"), responses((status = OK, description = "A page", content_type = "text/html", body = String)), security(()))]
#[post("/account/password-reset")]
async fn post_password_reset_page(anyone: Permit<Anyone, PageForm>) -> Result<HttpResponse, Problem> {
    if let Some(email) = &anyone.input.email {
        let begun = async {
            let address = email.parse().map_err(|_| Problem::new(ProblemKind::Invalid, "that is no e-mail address"))?;
            password::begin_reset(&anyone, address).await
        };
        let message = "If the address has an account, a link was mailed to it.";
        return FORGOTTEN.outcome(begun.await, None, "Look into your mail", message);
    }
    let done = async {
        let chosen = anyone.input.password().to_owned();
        password::complete_reset(&anyone, anyone.input.token()?, chosen, "/password").await
    };
    let token = anyone.input.token.as_deref();
    RESET.outcome(done.await, token, "Your password is changed", "Sign in with the new one.")
}

/// The page of a new address
///
/// A page for people.
#[utoipa::path(tag = "pages", params(Link), responses((status = OK, description = "A page", content_type = "text/html", body = String)), security(()))]
#[get("/account/address-confirmation")]
async fn get_address_confirmation_page(anyone: Permit<Anyone, Link>) -> HttpResponse {
    let message = "Enter your password. From then on, you sign in with this address.";
    ADDRESS.show(StatusCode::OK, message, anyone.input.token.as_deref())
}

/// Confirm a new address by its page
#[utoipa::path(tag = "pages", request_body(content = PageForm, content_type = "application/x-www-form-urlencoded"), responses((status = OK, description = "A page", content_type = "text/html", body = String)), security(()))]
#[post("/account/address-confirmation")]
async fn post_address_confirmation_page(anyone: Permit<Anyone, PageForm>) -> Result<HttpResponse, Problem> {
    let done = async {
        let password = Password::typed(anyone.input.password());
        password::change_address(&anyone, anyone.input.token()?, &password).await
    };
    let token = anyone.input.token.as_deref();
    ADDRESS.outcome(done.await, token, "Your address is confirmed", "Sign in with it from now on.")
}

/// The page of an invitation
///
/// A page for people: it shows what to enter in the front end, where one accepts as who is signed in.
#[utoipa::path(tag = "pages", params(Link), responses((status = OK, description = "A page", content_type = "text/html", body = String)), security(()))]
#[get("/account/invitation")]
async fn get_invitation_page(anyone: Permit<Anyone, Link>) -> HttpResponse {
    let token = escaped(anyone.input.token.as_deref().unwrap_or_default());
    let message = format!(
        "Sign in to the app that you use, with the address that the invitation was mailed to, and enter this code there:</p>\n\
         <p><code style=\"overflow-wrap:anywhere\">{token}</code>"
    );
    told("You are invited", &message)
}
