//! The e-mail method: whether guests may get one-time passcodes.

use axum::http::Method;
use serde_json::json;

use super::{body, is_get, log_change, may_read, may_write};
use crate::{
    graph::{
        answer::{GraphAnswer, GraphError},
        request::GraphRequest,
    },
    world::{ModifiedProperty, World},
};

const READERS: &[&str] = &[
    "Policy.Read.All",
    "Policy.Read.AuthenticationMethod",
    "Policy.ReadWrite.AuthenticationMethod",
];

pub(super) fn answer(world: &mut World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    let current = word(world);
    if is_get(request) {
        may_read(request, READERS)?;
        return Ok(GraphAnswer::ok(&json!({
            "@odata.context": request.context("policies/authenticationMethodsPolicy/authenticationMethodConfigurations/$entity"),
            "@odata.type": "#microsoft.graph.emailAuthenticationMethodConfiguration",
            "id": "Email",
            "state": "enabled",
            "allowExternalIdToUseEmailOtp": current,
            "excludeTargets": [],
        })));
    }
    if request.method != Method::PATCH {
        return Err(GraphError::wrong_method());
    }
    may_write(request, "Policy.ReadWrite.AuthenticationMethod", &[])?;
    let wish = request.object()?;
    let known = [
        "state",
        "allowExternalIdToUseEmailOtp",
        "includeTargets",
        "excludeTargets",
    ];
    body::only_known(&wish, "emailAuthenticationMethodConfiguration", &known)?;
    let new: String = body::read(&wish, "allowExternalIdToUseEmailOtp")?.unwrap_or_else(|| current.clone());
    // What was never touched is on (since October 2021).
    world.policy.email_otp = match new.as_str() {
        "default" | "enabled" => true,
        "disabled" => false,
        _ => return Err(body::invalid("allowExternalIdToUseEmailOtp")),
    };
    world.settings.email_otp_word = Some(new.clone());
    let change = ModifiedProperty::json("allowExternalIdToUseEmailOtp", &[current], &[new]);
    log_change(
        world,
        &request.actor(),
        "Authentication Methods",
        "Authentication Methods Policy Update",
        "ApplicationManagement",
        ("Policy", None, "Email OTP"),
        vec![change],
    );
    Ok(GraphAnswer::no_content())
}

/// The word that was written, unless the policy was changed from elsewhere since.
fn word(world: &World) -> String {
    let written = world.settings.email_otp_word.as_deref();
    let still_true = written.is_some_and(|word| (word != "disabled") == world.policy.email_otp);
    match written {
        Some(word) if still_true => word.to_owned(),
        _ if world.policy.email_otp => "default".to_owned(),
        _ => "disabled".to_owned(),
    }
}
