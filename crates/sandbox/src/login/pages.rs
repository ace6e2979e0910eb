//! The pages an administrator sees while signing in to the sandbox.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::failure::Failure;
use super::{AdminAccount, Door};
use crate::page::{Audience, Page};

fn show(title: &str, status: StatusCode, body: &Markup) -> Response {
    Page {
        title,
        status,
        audience: Audience::Administrator,
        progress: None,
    }
    .respond(body)
}

fn flow_address(tenant: &str, flow_id: &str, step: &str) -> String {
    format!("/login/{tenant}/oauth2/v2.0/flow/{flow_id}/{step}")
}

pub(super) fn choose_account(door: &Door, tenant: &str, flow_id: &str, hint: Option<&str>) -> Response {
    let config = door.login.config();
    let body = html! {
        h1 { "Choose an administrator" }
        p { (config.public_client_name) " wants to sign in to the sandbox tenant " strong { (config.tenant_name) }
            ". Nobody asks for a password here." }
        form method="post" action=(flow_address(tenant, flow_id, "account")) {
            (account_choices(&config.admins, hint))
            div class="actions" {
                button type="submit" name="cancel" value="yes" class="secondary" { "Cancel" }
            }
        }
    };
    show("Choose an administrator", StatusCode::OK, &body)
}

/// One button an administrator, so that choosing and going on is one press. The hinted one comes first.
fn account_choices(admins: &[AdminAccount], hint: Option<&str>) -> Markup {
    let is_hinted = |admin: &AdminAccount| hint.is_some_and(|name| admin.upn.eq_ignore_ascii_case(name));
    let mut sorted: Vec<&AdminAccount> = admins.iter().collect();
    sorted.sort_by_key(|admin| !is_hinted(admin));
    html! {
        ul class="choices" {
            @for admin in sorted {
                li {
                    button type="submit" name="account" value=(admin.id) class="choice" {
                        strong { (admin.name) } " "
                        span { (admin.upn) } " "
                        span class="quiet" { (admin.role_names.join(", ")) }
                    }
                }
            }
        }
    }
}

pub(super) fn consent(
    door: &Door,
    tenant: &str,
    flow_id: &str,
    admin: &AdminAccount,
    requested: &BTreeSet<String>,
    approved: &BTreeSet<String>,
) -> Response {
    let config = door.login.config();
    let body = html! {
        p class="quiet" { (admin.upn) }
        h1 { "Permissions requested" }
        p { strong { (config.public_client_name) } " would like to, on behalf of " (admin.name) ":" }
        ul {
            @for permission in requested {
                li { code { (permission) } @if !approved.contains(permission) { " " strong { "new" } } }
            }
        }
        p class="quiet" { "A token never allows more than the directory roles of " (admin.name) ": "
            (admin.role_names.join(", ")) "." }
        form method="post" action=(flow_address(tenant, flow_id, "consent")) class="actions" {
            button type="submit" name="decision" value="cancel" class="secondary" { "Cancel" }
            button type="submit" name="decision" value="accept" { "Accept" }
        }
    };
    show("Permissions requested", StatusCode::OK, &body)
}

/// A page that carries the answer to the client by a form. It needs one press because pages run no scripts.
pub(super) fn post_back(redirect_uri: &str, parameters: &[(&'static str, String)]) -> Response {
    let body = html! {
        h1 { "Back to the application" }
        form method="post" action=(redirect_uri) {
            @for (name, value) in parameters {
                input type="hidden" name=(name) value=(value);
            }
            div class="actions" { button type="submit" { "Continue" } }
        }
    };
    show("Back to the application", StatusCode::OK, &body)
}

pub(super) fn failure(failure: &Failure, now: DateTime<Utc>) -> Response {
    let body = failure.body(now);
    let word = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let markup = html! {
        h1 { "Sign-in could not start" }
        p role="alert" { "AADSTS" (failure.code) ": " (failure.text) }
        dl {
            dt { "Correlation ID" } dd { (word("correlation_id")) }
            dt { "Time" } dd { (word("timestamp")) }
        }
    };
    show("Sign-in could not start", StatusCode::BAD_REQUEST, &markup)
}

pub(super) fn gone(status: StatusCode) -> Response {
    let body = html! {
        h1 { "This page was answered already" }
        p role="alert" { "It was answered before, or waited too long. Nothing was changed. Start the sign-in again \
            from the application." }
    };
    show("This page was answered already", status, &body)
}

pub(super) fn signed_out() -> Response {
    let body = html! {
        h1 { "Signed out" }
        p { "The session of this browser with the sandbox tenant has ended." }
    };
    show("Signed out", StatusCode::OK, &body)
}

pub(super) fn device_sign_in(door: &Door, tenant: &str, user_code: &str, notice: Option<&str>) -> Response {
    let config = door.login.config();
    let body = html! {
        h1 { "Sign in on another device" }
        @if let Some(notice) = notice { p role="alert" { (notice) } }
        form method="post" action={ "/login/" (tenant) "/oauth2/v2.0/deviceauth" } {
            label for="user-code" { "Code shown on the device" }
            input id="user-code" name="user_code" value=(user_code) autocomplete="off" required;
            fieldset {
                legend { "Administrator" }
                @for (index, admin) in config.admins.iter().enumerate() {
                    label class="row" {
                        input type="radio" name="account" value=(admin.id) checked[index == 0];
                        " " (admin.name) " " span class="quiet" { (admin.role_names.join(", ")) }
                    }
                }
            }
            div class="actions" {
                button type="submit" name="decision" value="cancel" class="secondary" { "Refuse" }
                button type="submit" name="decision" value="accept" { "Allow" }
            }
        }
    };
    let status = if notice.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    show("Sign in on another device", status, &body)
}

pub(super) fn device_done(allowed: bool) -> Response {
    let (title, text) = if allowed {
        (
            "The device is signed in",
            "You can close this page and go on with the device.",
        )
    } else {
        (
            "The device was refused",
            "Nothing was given to the device. You can close this page.",
        )
    };
    let body = html! { h1 { (title) } p { (text) } };
    show(title, StatusCode::OK, &body)
}
