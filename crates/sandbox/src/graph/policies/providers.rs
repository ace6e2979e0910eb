//! Identity providers: Google and Facebook, what is built in, and federation with partners' own providers.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{body, is_get, log_change, may_read, may_write};
use crate::{
    graph::{
        answer::{GraphAnswer, GraphError},
        request::GraphRequest,
    },
    world::{Federation, ModifiedProperty, World},
};

const GOOGLE: &str = "Google-OAUTH";
const FACEBOOK: &str = "Facebook-OAUTH";

pub(super) fn answer(
    world: &mut World,
    request: &GraphRequest,
    rest: &[&str],
) -> Result<GraphAnswer, GraphError> {
    if is_get(request) {
        may_read(
            request,
            &["IdentityProvider.Read.All", "IdentityProvider.ReadWrite.All"],
        )?;
    } else {
        may_write(request, "IdentityProvider.ReadWrite.All", &[])?;
    }
    let shown = list(world);
    let find = |id: &str| {
        let found = shown
            .iter()
            .find(|own| own["id"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(id)));
        found
            .cloned()
            .ok_or_else(|| GraphError::not_found(&id.chars().take(100).collect::<String>()))
    };
    match (request.method.as_str(), rest) {
        ("GET", []) => {
            let context = request.context("identity/identityProviders");
            Ok(GraphAnswer::ok(
                &json!({"@odata.context": context, "value": shown}),
            ))
        }
        ("GET", ["availableProviderTypes()" | "availableProviderTypes"]) => Ok(GraphAnswer::ok(&json!({
            "@odata.context": request.context("Collection(Edm.String)"),
            "value": ["Google", "Facebook", "EmailOTP", "AADSignup", "MicrosoftAccount"],
        }))),
        ("GET", [id]) => {
            let mut own = find(id)?;
            own["@odata.context"] = json!(request.context("identity/identityProviders/$entity"));
            Ok(GraphAnswer::ok(&own))
        }
        ("PATCH", [id]) => {
            let before = find(id)?;
            patch(world, request, &before)
        }
        ("POST", []) => {
            let wish = request.object()?;
            let known = ["displayName", "identityProviderType", "clientId", "clientSecret"];
            body::only_known(&wish, "socialIdentityProvider", &known)?;
            let kind: String = body::need(&wish, "identityProviderType")?;
            let id = match kind.as_str() {
                "Google" if !world.policy.google_federation => GOOGLE,
                "Facebook" if !world.policy.facebook_federation => FACEBOOK,
                "Google" | "Facebook" => {
                    return Err(GraphError::plain_bad_request(
                        "An identity provider of this type already exists.",
                    ));
                }
                _ => return Err(body::invalid("identityProviderType")),
            };
            let mut written = Map::new();
            for name in ["displayName", "clientId"] {
                written.insert(name.to_owned(), json!(body::need::<String>(&wish, name)?));
            }
            body::need::<String>(&wish, "clientSecret")?;
            world.settings.kept.insert(id.to_owned(), written);
            switch(world, request, id, true);
            let mut made = social(world, id);
            made["@odata.context"] = json!(request.context("identity/identityProviders/$entity"));
            Ok(GraphAnswer::json(StatusCode::CREATED, &made))
        }
        ("DELETE", [id]) if [GOOGLE, FACEBOOK].iter().any(|own| own.eq_ignore_ascii_case(id)) => {
            find(id)?;
            switch(
                world,
                request,
                if id.eq_ignore_ascii_case(GOOGLE) {
                    GOOGLE
                } else {
                    FACEBOOK
                },
                false,
            );
            Ok(GraphAnswer::no_content())
        }
        _ => Err(GraphError::wrong_method()),
    }
}

fn list(world: &World) -> Vec<Value> {
    let built_in = |id: &str, name: &str, kind: &str| {
        json!({
            "@odata.type": "#microsoft.graph.builtInIdentityProvider",
            "id": id,
            "displayName": name,
            "identityProviderType": kind,
        })
    };
    let mut list = vec![
        built_in("AADSignup-OAUTH", "Directory Sign-up", "AADSignup"),
        built_in("MSASignup-OAUTH", "Microsoft Account", "MicrosoftAccount"),
    ];
    if world.policy.email_otp {
        list.push(built_in(
            "EmailOtpSignup-OAUTH",
            "Email One Time Passcode",
            "EmailOTP",
        ));
    }
    if world.policy.google_federation {
        list.push(social(world, GOOGLE));
    }
    if world.policy.facebook_federation {
        list.push(social(world, FACEBOOK));
    }
    list
}

/// Google or Facebook; built-in providers have nothing to change.
fn patch(world: &mut World, request: &GraphRequest, before: &Value) -> Result<GraphAnswer, GraphError> {
    let id = match before["id"].as_str() {
        Some(GOOGLE) => GOOGLE,
        Some(FACEBOOK) => FACEBOOK,
        _ => return Err(GraphError::wrong_method()),
    };
    let mut wish = request.object()?;
    body::only_known(
        &wish,
        "socialIdentityProvider",
        &["displayName", "clientId", "clientSecret"],
    )?;
    wish.remove("clientSecret");
    let written = body::same_kinds(before, &wish)?;
    world.settings.keep(id, written);
    let changes = body::changes(before, &social(world, id));
    log_provider(world, request, "Update identity provider", id, changes);
    Ok(GraphAnswer::no_content())
}

fn social(world: &World, id: &str) -> Value {
    let kind = if id == GOOGLE { "Google" } else { "Facebook" };
    let mut object = json!({
        "@odata.type": "#microsoft.graph.socialIdentityProvider",
        "id": id,
        "displayName": kind,
        "identityProviderType": kind,
        "clientId": "sandbox-client",
        // The secret is write-only.
        "clientSecret": "******",
    });
    body::show(&mut object, world.settings.kept(id));
    object
}

fn switch(world: &mut World, request: &GraphRequest, id: &str, on: bool) {
    let flag = if id == GOOGLE {
        &mut world.policy.google_federation
    } else {
        &mut world.policy.facebook_federation
    };
    let change = ModifiedProperty::json("Enabled", &[*flag], &[on]);
    *flag = on;
    let activity = if on {
        "Create identity provider"
    } else {
        "Delete identity provider"
    };
    log_provider(world, request, activity, id, vec![change]);
}

fn log_provider(
    world: &mut World,
    request: &GraphRequest,
    activity: &'static str,
    id: &str,
    changes: Vec<ModifiedProperty>,
) {
    log_change(
        world,
        &request.actor(),
        "B2C",
        activity,
        "IdentityProvider",
        ("Other", Some(id), id),
        changes,
    );
}

const CAST: &str = "graph.samlOrWsFedExternalDomainFederation";
const LONG_CAST: &str = "microsoft.graph.samlOrWsFedExternalDomainFederation";

pub(super) fn answer_federations(
    world: &mut World,
    request: &GraphRequest,
    rest: &[&str],
) -> Result<GraphAnswer, GraphError> {
    if is_get(request) {
        may_read(
            request,
            &[
                "Domain.Read.All",
                "Domain.ReadWrite.All",
                "IdentityProvider.Read.All",
                "IdentityProvider.ReadWrite.All",
            ],
        )?;
    } else {
        super::rights::needs_any(
            request,
            &["Domain.ReadWrite.All", "IdentityProvider.ReadWrite.All"],
        )?;
        super::rights::needs_role(request, &[crate::world::roles::GLOBAL_ADMINISTRATOR])?;
    }
    let with_domains = request
        .query
        .get("expand")
        .is_some_and(|expand| expand.contains("domains"));
    match (request.method.as_str(), rest) {
        ("GET", [] | [CAST | LONG_CAST]) => {
            let shown: Vec<Value> = world
                .settings
                .federations
                .iter()
                .map(|own| federation(own, with_domains))
                .collect();
            let context = request.context("directory/federationConfigurations");
            Ok(GraphAnswer::ok(
                &json!({"@odata.context": context, "value": shown}),
            ))
        }
        ("GET", [id, ..]) => {
            let own = find(world, id)?;
            match rest.get(1..) {
                Some([] | [CAST | LONG_CAST]) => Ok(GraphAnswer::ok(&federation(own, with_domains))),
                Some([.., "domains"]) => {
                    let context = request.context("externalDomainNames");
                    Ok(GraphAnswer::ok(
                        &json!({"@odata.context": context, "value": [{"id": own.domain}]}),
                    ))
                }
                _ => Err(GraphError::no_such_segment("federationConfigurations")),
            }
        }
        ("POST", [] | [CAST | LONG_CAST]) => add(world, request),
        ("DELETE", [id] | [id, CAST | LONG_CAST]) => {
            let gone = find(world, id)?.clone();
            world.policy.saml_ws_fed_domains.retain(|own| *own != gone.domain);
            world.settings.federations.retain(|own| own.id != gone.id);
            log_federation(world, request, "Delete external federation", &gone);
            Ok(GraphAnswer::no_content())
        }
        _ => Err(GraphError::wrong_method()),
    }
}

fn find<'a>(world: &'a World, id: &str) -> Result<&'a Federation, GraphError> {
    let found = world
        .settings
        .federations
        .iter()
        .find(|own| own.id.to_string().eq_ignore_ascii_case(id));
    found.ok_or_else(|| GraphError::not_found(&id.chars().take(100).collect::<String>()))
}

fn federation(own: &Federation, with_domains: bool) -> Value {
    let mut shown = json!({
        "@odata.type": "#microsoft.graph.samlOrWsFedExternalDomainFederation",
        "id": own.id,
        "displayName": own.domain,
        "issuerUri": own.issuer,
        "passiveSignInUri": own.passive_sign_in,
        "metadataExchangeUri": own.metadata_exchange,
        "preferredAuthenticationProtocol": own.protocol,
        "signingCertificate": null,
    });
    if with_domains {
        shown["domains"] = json!([{"id": own.domain}]);
    }
    shown
}

fn add(world: &mut World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    let wish = request.object()?;
    let known = [
        "displayName",
        "domains",
        "issuerUri",
        "metadataExchangeUri",
        "passiveSignInUri",
        "preferredAuthenticationProtocol",
        "signingCertificate",
    ];
    body::only_known(&wish, "samlOrWsFedExternalDomainFederation", &known)?;
    let domains: Vec<Value> = body::need(&wish, "domains")?;
    let domain = domains
        .first()
        .and_then(|own| own.get("id"))
        .and_then(Value::as_str);
    let domain = domain
        .filter(|own| own.contains('.'))
        .ok_or_else(|| body::invalid("domains"))?
        .to_lowercase();
    if world.policy.saml_ws_fed_domains.contains(&domain) {
        return Err(GraphError::plain_bad_request("The domain is already federated."));
    }
    let protocol: String = body::need(&wish, "preferredAuthenticationProtocol")?;
    if !matches!(protocol.as_str(), "saml" | "wsFed") {
        return Err(body::invalid("preferredAuthenticationProtocol"));
    }
    let made = Federation {
        id: world.fresh_uuid(),
        domain: domain.clone(),
        issuer: body::need(&wish, "issuerUri")?,
        passive_sign_in: body::need(&wish, "passiveSignInUri")?,
        metadata_exchange: body::read(&wish, "metadataExchangeUri")?,
        protocol,
    };
    world.policy.saml_ws_fed_domains.push(domain);
    world.settings.federations.push(made.clone());
    log_federation(world, request, "Create external federation", &made);
    Ok(GraphAnswer::json(StatusCode::CREATED, &federation(&made, false)))
}

fn log_federation(world: &mut World, request: &GraphRequest, activity: &'static str, own: &Federation) {
    let id = own.id.to_string();
    let change = ModifiedProperty::json("IssuerUri", &[] as &[&str], &[&own.issuer]);
    let target = ("Other", Some(id.as_str()), own.domain.as_str());
    log_change(
        world,
        &request.actor(),
        "Core Directory",
        activity,
        "DirectoryManagement",
        target,
        vec![change],
    );
}
