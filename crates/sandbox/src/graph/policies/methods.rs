//! The e-mail method: whether guests may get one-time passcodes.

use axum::http::Method;
use serde_json::{Value, json};

use super::{body, is_get, log_change, may_read, may_write};
use crate::{
    graph::{
        answer::{GraphAnswer, GraphError},
        request::GraphRequest,
    },
    world::World,
};

const TARGETS: &str = "includeTargets";
/// Its key among what clients wrote.
const KEY: &str = "emailMethod";

const READERS: &[&str] = &[
    "Policy.Read.All",
    "Policy.Read.AuthenticationMethod",
    "Policy.ReadWrite.AuthenticationMethod",
];

pub(super) fn answer(world: &mut World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    let before = object(world);
    if is_get(request) {
        may_read(request, READERS)?;
        let mut shown = before;
        // A navigation property: it comes where it is asked for.
        if request
            .query
            .get("expand")
            .is_some_and(|expand| expand.contains(TARGETS))
        {
            let all = json!([{"targetType": "group", "id": "all_users", "isRegistrationRequired": false}]);
            shown[TARGETS] = world.settings.kept(KEY).remove(TARGETS).unwrap_or(all);
        }
        shown["@odata.context"] = json!(
            request
                .context("policies/authenticationMethodsPolicy/authenticationMethodConfigurations/$entity")
        );
        return Ok(GraphAnswer::ok(&shown));
    }
    if request.method != Method::PATCH {
        return Err(GraphError::wrong_method());
    }
    may_write(request, "Policy.ReadWrite.AuthenticationMethod", &[])?;
    let mut wish = request.object()?;
    let known = [
        "id",
        "state",
        "allowExternalIdToUseEmailOtp",
        TARGETS,
        "excludeTargets",
    ];
    body::only_known(&wish, "emailAuthenticationMethodConfiguration", &known)?;
    let targets: Option<Vec<Value>> = body::read(&wish, TARGETS)?;
    wish.remove(TARGETS);
    let mut written = body::same_kinds(&before, &wish)?;
    if !matches!(
        written.get("state").map(Value::as_str),
        None | Some(Some("enabled" | "disabled"))
    ) {
        return Err(body::invalid("state"));
    }
    let word: Option<String> = body::read(&wish, "allowExternalIdToUseEmailOtp")?;
    // What was never touched is on (since October 2021).
    world.policy.email_otp = match word.as_deref() {
        None => world.policy.email_otp,
        Some("default" | "enabled") => true,
        Some("disabled") => false,
        Some(_) => return Err(body::invalid("allowExternalIdToUseEmailOtp")),
    };
    written.remove("id");
    written.extend(targets.map(|targets| (TARGETS.to_owned(), Value::from(targets))));
    world.settings.keep(KEY, written);
    let changes = body::changes(&before, &object(world));
    log_change(
        world,
        &request.actor(),
        "Authentication Methods",
        "Authentication Methods Policy Update",
        "ApplicationManagement",
        ("Policy", None, "Email OTP"),
        changes,
    );
    Ok(GraphAnswer::no_content())
}

fn object(world: &World) -> Value {
    let mut object = json!({
        "@odata.type": "#microsoft.graph.emailAuthenticationMethodConfiguration",
        "id": "Email",
        "state": "enabled",
        "allowExternalIdToUseEmailOtp": null,
        "excludeTargets": [],
    });
    body::show(&mut object, world.settings.kept(KEY));
    object["allowExternalIdToUseEmailOtp"] = json!(word(world));
    object
}

/// The word that was written, unless the policy was changed from elsewhere since.
fn word(world: &World) -> String {
    let kept = world.settings.kept(KEY);
    let written = kept.get("allowExternalIdToUseEmailOtp").and_then(Value::as_str);
    let still_true = written.is_some_and(|word| (word != "disabled") == world.policy.email_otp);
    match written {
        Some(word) if still_true => word.to_owned(),
        _ if world.policy.email_otp => "default".to_owned(),
        _ => "disabled".to_owned(),
    }
}
