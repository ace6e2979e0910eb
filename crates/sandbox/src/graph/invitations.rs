//! `POST /invitations`, the only thing Graph does with invitations.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    access,
    answer::{GraphAnswer, GraphError},
    guid,
    request::GraphRequest,
};
use crate::world::{
    InviteOrder, InviteRefusal, Invited, MessageWish, TENANT, UserId, UserType, World, roles,
};

pub(super) fn create(world: &mut World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    let body = request.object()?;
    let order = read_order(request, &body)?;
    check_access(request, &order)?;
    let invited = world.invite(&order).map_err(refusal)?;
    let object = object(world, request, &order, invited);
    Ok(GraphAnswer::json(StatusCode::CREATED, &object))
}

fn check_access(request: &GraphRequest, order: &InviteOrder) -> Result<(), GraphError> {
    let permissions: &[&str] = if order.reset {
        &["User.ReadWrite.All", "Directory.ReadWrite.All"]
    } else {
        &["User.Invite.All", "User.ReadWrite.All", "Directory.ReadWrite.All"]
    };
    access::needs_any(request, permissions).map_err(|_| {
        GraphError::new(
            StatusCode::FORBIDDEN,
            "Unauthorized",
            format!(
                "Insufficient privileges to perform requested operation by the application '00000003-0000-0000-c000-000000000000'. ControllerName=MSGraphInviteAPI, ActionName=CreateInvite, URL absolute path=/api/{}/invites",
                TENANT.id
            ),
        )
    })?;
    // Making members is for those who manage users.
    if order.user_type == UserType::Member {
        access::needs_role(request, &[roles::GLOBAL_ADMINISTRATOR, roles::USER_ADMINISTRATOR])?;
    }
    if order.reset {
        return access::needs_role(
            request,
            &[
                roles::GLOBAL_ADMINISTRATOR,
                roles::USER_ADMINISTRATOR,
                roles::HELPDESK_ADMINISTRATOR,
            ],
        );
    }
    Ok(())
}

fn read_order(request: &GraphRequest, body: &Map<String, Value>) -> Result<InviteOrder, GraphError> {
    const KNOWN: &[&str] = &[
        "@odata.type",
        "invitedUser",
        "invitedUserDisplayName",
        "invitedUserEmailAddress",
        "invitedUserMessageInfo",
        "invitedUserSponsors",
        "invitedUserSponsors@odata.bind",
        "invitedUserType",
        "inviteRedirectUrl",
        "resetRedemption",
        "sendInvitationMessage",
    ];
    if let Some(unknown) = body.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(GraphError::plain_bad_request(format!(
            "The property '{}' does not exist on type 'microsoft.graph.invitation'. Make sure to only use property names that are defined by the type.",
            unknown.chars().take(100).collect::<String>()
        )));
    }
    let mail = text(body, "invitedUserEmailAddress")?
        .unwrap_or_default()
        .trim()
        .to_owned();
    let redirect_url = text(body, "inviteRedirectUrl")?.unwrap_or_default().to_owned();
    let redirect_is_web =
        url::Url::parse(&redirect_url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if mail.is_empty() || !redirect_is_web || redirect_url.len() > 2_048 {
        let name = if mail.is_empty() {
            "invitedUserEmailAddress"
        } else {
            "inviteRedirectUrl"
        };
        return Err(GraphError::plain_bad_request(format!(
            "Invalid value specified for property '{name}' of resource 'Invitation'."
        )));
    }
    let user_type = match text(body, "invitedUserType")? {
        None => UserType::Guest,
        Some(word) if word.eq_ignore_ascii_case("guest") => UserType::Guest,
        Some(word) if word.eq_ignore_ascii_case("member") => UserType::Member,
        Some(_) => return Err(invalid("invitedUserType")),
    };
    let invited_user = match body.get("invitedUser") {
        None | Some(Value::Null) => None,
        Some(user) => {
            let id = user.get("id").and_then(Value::as_str).and_then(guid);
            Some(UserId(id.ok_or_else(|| invalid("invitedUser"))?))
        }
    };
    Ok(InviteOrder {
        mail,
        redirect_url,
        display_name: text(body, "invitedUserDisplayName")?
            .filter(|name| !name.is_empty())
            .map(ToOwned::to_owned),
        user_type,
        send_mail: flag(body, "sendInvitationMessage")?,
        message: read_message(body)?,
        sponsors: read_sponsors(body)?,
        invited_user,
        reset: flag(body, "resetRedemption")?,
        actor: request.actor(),
    })
}

fn read_message(body: &Map<String, Value>) -> Result<MessageWish, GraphError> {
    let wish = match body.get("invitedUserMessageInfo") {
        None | Some(Value::Null) => return Ok(MessageWish::default()),
        Some(Value::Object(wish)) => wish,
        Some(_) => return Err(invalid("invitedUserMessageInfo")),
    };
    let recipients = match wish.get("ccRecipients") {
        None | Some(Value::Null) => &[][..],
        Some(Value::Array(recipients)) => recipients,
        Some(_) => return Err(invalid("ccRecipients")),
    };
    if recipients.len() > 1 {
        return Err(GraphError::plain_bad_request(
            "Only one additional recipient can be specified in ccRecipients.",
        ));
    }
    let cc = recipients
        .first()
        .and_then(|recipient| recipient.get("emailAddress"))
        .and_then(|address| {
            let of = |name: &str| address.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
            of("address").map(|mail| (of("name"), mail))
        });
    Ok(MessageWish {
        language: text(wish, "messageLanguage")?.map(ToOwned::to_owned),
        body: text(wish, "customizedMessageBody")?.map(ToOwned::to_owned),
        cc,
    })
}

/// Sponsors come as objects with an id, or as references.
fn read_sponsors(body: &Map<String, Value>) -> Result<Vec<UserId>, GraphError> {
    let list = body
        .get("invitedUserSponsors")
        .or_else(|| body.get("invitedUserSponsors@odata.bind"));
    let sponsors = match list {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(sponsors)) => sponsors,
        Some(_) => return Err(invalid("invitedUserSponsors")),
    };
    if sponsors.len() > 5 {
        return Err(GraphError::plain_bad_request(
            "A maximum of five sponsors is allowed.",
        ));
    }
    sponsors
        .iter()
        .map(|sponsor| {
            let id = sponsor
                .get("id")
                .or_else(|| sponsor.get("@odata.id"))
                .unwrap_or(sponsor)
                .as_str();
            let id = id
                .and_then(|id| id.trim_end_matches('/').rsplit('/').next())
                .and_then(guid);
            id.map(UserId).ok_or_else(|| invalid("invitedUserSponsors"))
        })
        .collect()
}

fn text<'a>(body: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, GraphError> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(invalid(name)),
    }
}

fn flag(body: &Map<String, Value>, name: &str) -> Result<bool, GraphError> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(invalid(name)),
    }
}

fn invalid(name: &str) -> GraphError {
    GraphError::plain_bad_request(format!(
        "Invalid value specified for property '{name}' of resource 'Invitation'."
    ))
}

/// The refusals in the words of the field reports; nothing but their text tells them apart.
fn refusal(refusal: InviteRefusal) -> GraphError {
    let forbidden = |message: &'static str| GraphError::new(StatusCode::FORBIDDEN, "Forbidden", message);
    match refusal {
        InviteRefusal::InvitationsNotAllowed => forbidden(
            "Guest invitations not allowed for your company. Contact your company administrator for more details.",
        ),
        InviteRefusal::CrossTenant => forbidden(
            "This invitation is blocked by cross-tenant access settings. Admins in both your organization and the invited user's organization must configure cross-tenant access settings to allow the invitation.",
        ),
        InviteRefusal::DomainDenied => forbidden(
            "The domain of the invited user's email address is not allowed by the B2B collaboration policy of your organization.",
        ),
        InviteRefusal::OwnDomain => GraphError::plain_bad_request(
            "This user cannot be invited because the domain of the user's email address is a verified domain of this directory.",
        ),
        InviteRefusal::Blocked(id) => GraphError::plain_bad_request(format!(
            "The invited user already exists in the directory as object ID: {id}, but the account is blocked from signing in. If the account is unblocked, they can use that account to sign in to shared apps and resources."
        )),
        InviteRefusal::InternalMember(id) => GraphError::plain_bad_request(format!(
            "The invited user already exists in the directory as object ID: {id}. They can use that account to sign in to shared apps and resources."
        )),
        InviteRefusal::AddressTaken => GraphError::plain_bad_request(
            "Another object with the same value for property proxyAddresses already exists; the conflicting object has to be changed first.",
        ),
        InviteRefusal::InvalidAddress => {
            GraphError::plain_bad_request("The invited user's email address is not a valid email address.")
        }
        InviteRefusal::ResetNeedsUser => GraphError::plain_bad_request(
            "The property invitedUser.id is required when resetRedemption is true.",
        ),
        InviteRefusal::UserNotFound => GraphError::not_found("invitedUser"),
        InviteRefusal::ResetAddressUnknown => GraphError::plain_bad_request(
            "The new email address has to be in the mail or otherMails property of the user before the redemption status can be reset.",
        ),
        InviteRefusal::SponsorNotFound => GraphError::not_found("invitedUserSponsors"),
        InviteRefusal::BySettings(refusal) => GraphError::new(
            StatusCode::from_u16(refusal.http_status()).unwrap_or(StatusCode::BAD_REQUEST),
            refusal.graph_code(),
            refusal.message(""),
        ),
    }
}

fn object(world: &World, request: &GraphRequest, order: &InviteOrder, invited: Invited) -> Value {
    let invitation = world.invitation(invited.invitation);
    let recipient = match &order.message.cc {
        // Nobody to copy is told as one recipient without name and address.
        None => json!({"emailAddress": {"name": null, "address": null}}),
        Some((name, address)) => json!({"emailAddress": {"name": name, "address": address}}),
    };
    json!({
        "@odata.context": request.context("invitations/$entity"),
        "id": invited.invitation,
        "inviteRedeemUrl": invitation.map(|invitation| world.redeem_url(invitation)),
        "invitedUserDisplayName": order.display_name,
        "invitedUserType": order.user_type.as_str(),
        "invitedUserEmailAddress": order.mail,
        "sendInvitationMessage": order.send_mail,
        "resetRedemption": order.reset,
        "inviteRedirectUrl": invitation.map_or(order.redirect_url.as_str(), |invitation| &invitation.redirect_url),
        "status": if invited.completed { "Completed" } else { "PendingAcceptance" },
        "invitedUserMessageInfo": {
            "messageLanguage": order.message.language,
            "customizedMessageBody": order.message.body,
            "ccRecipients": [recipient],
        },
        "invitedUser": {"id": invited.guest},
    })
}
