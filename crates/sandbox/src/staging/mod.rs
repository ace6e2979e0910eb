//! Setting the stage from outside: what no endpoint of Graph can arrange, for cases that are played and for lessons.
//!
//! Under `/sandbox/api` like the rest of the control interface: `policy` (the whole of the tenant's settings),
//! `guests/{mail}` (what a guest has shown before), `bulk-invitations` (a bulk job of the admin centre), `home-log`
//! (the rows that only the guest's own organisation has).

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, patch, post},
};
use serde::Deserialize;
use serde_json::json;
use usher_redemption::{Activity, Identity, TenantPolicy, bulk_finished, bulk_started};

use crate::{
    SandboxState,
    world::{ADMINS, Actor, AuditTarget, HomeRow, InviteOrder, NewAudit, TENANT, UserId, World},
};

pub(crate) fn router(state: SandboxState) -> Router {
    Router::new()
        .route("/sandbox/api/policy", get(read_policy).put(set_policy))
        .route("/sandbox/api/guests/{mail}", patch(set_guest))
        .route("/sandbox/api/bulk-invitations", post(invite_in_bulk))
        .route("/sandbox/api/home-log", get(home_log))
        .with_state(state)
}

async fn read_policy(State(state): State<SandboxState>) -> Json<TenantPolicy> {
    Json(state.world().policy.clone())
}

/// Replaces the settings as a whole and logs nothing: the stage is set, nobody acts.
async fn set_policy(State(state): State<SandboxState>, Json(mut policy): Json<TenantPolicy>) -> StatusCode {
    for own in [TENANT.domain, TENANT.initial_domain] {
        if !policy
            .verified_domains
            .iter()
            .any(|domain| domain.eq_ignore_ascii_case(own))
        {
            policy.verified_domains.push(own.to_owned());
        }
    }
    state.world().policy = policy;
    StatusCode::NO_CONTENT
}

/// What a guest did before the scene begins. Members that are left out stay as they are.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GuestFacts {
    /// The guest redeemed with this identity.
    redeemed_with: Option<Identity>,
    /// The guest has a second factor in this tenant.
    mfa_registered: Option<bool>,
    /// Addresses the guest object has besides its own.
    #[serde(default)]
    other_mails: Vec<String>,
    /// An access review decided against the guest; its rows are written.
    #[serde(default)]
    blocked_by_review: bool,
}

async fn set_guest(
    State(state): State<SandboxState>,
    Path(mail): Path<String>,
    Json(facts): Json<GuestFacts>,
) -> Response {
    let mut world = state.world();
    let Some(guest) = world
        .user_by_mail(&mail)
        .filter(|user| user.is_guest())
        .map(|user| user.id)
    else {
        return refuse(StatusCode::NOT_FOUND, "no guest has this address");
    };
    if let Some(identity) = facts.redeemed_with {
        redeem_before(&mut world, guest, &mail, identity);
    }
    if let Some(registered) = facts.mfa_registered {
        world.set_mfa_registered(guest, registered);
    }
    for address in &facts.other_mails {
        world.add_address(guest, address);
    }
    if facts.blocked_by_review {
        block_by_review(&mut world, guest);
    }
    StatusCode::NO_CONTENT.into_response()
}

/// The guest redeemed at some time before, with the rows of it.
fn redeem_before(world: &mut World, guest: UserId, mail: &str, identity: Identity) {
    let person = world.person(mail);
    let source = crate::guest::source_of(identity.path, &person, world);
    let at = world.now();
    world.redeem(guest, None, &source, &person.upn, "198.51.100.7", at);
    world.set_redeemed_with(guest, identity);
}

/// What a review does when it is applied: its own row, and the block (access reviews, "apply results").
fn block_by_review(world: &mut World, guest: UserId) {
    let at = world.now();
    let reviewer = Actor::part_of_entra("Azure AD Identity Governance - Access Reviews");
    let decision = Activity::ApplyDecision;
    let mut row = NewAudit::new(
        decision.service(),
        decision.name(),
        "Update",
        at,
        reviewer.clone(),
    )
    .category(decision.category());
    if let Some(user) = world.user(guest) {
        row = row.target(AuditTarget::user(user));
    }
    world.append_audit(row);
    world.set_account_enabled(guest, false, &reviewer, at);
}

/// The lines of a bulk file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BulkFile {
    rows: Vec<String>,
    redirect_url: String,
}

/// Invites every line, with the rows of the job around them. One bad line does not stop the others.
async fn invite_in_bulk(State(state): State<SandboxState>, Json(file): Json<BulkFile>) -> Response {
    let mut world = state.world();
    let admin = Actor::admin(&ADMINS[0]);
    write_bulk_row(&mut world, &bulk_started(), &admin);
    let lines: Vec<_> = file
        .rows
        .iter()
        .map(|mail| {
            let answer = world.invite(&InviteOrder::new(mail.trim(), &file.redirect_url, admin.clone()));
            let made = answer
                .ok()
                .and_then(|invited| world.invitation(invited.invitation));
            json!({
                "mail": mail,
                "invited": made.is_some(),
                "invitedUser": {"id": made.map(|invitation| invitation.guest)},
                "inviteRedeemUrl": made.map(|invitation| world.redeem_url(invitation)),
            })
        })
        .collect();
    let all_fine = lines.iter().all(|line| line["invited"] == true);
    write_bulk_row(&mut world, &bulk_finished(all_fine), &admin);
    Json(json!({"lines": lines})).into_response()
}

fn write_bulk_row(world: &mut World, entry: &usher_redemption::AuditEntry, admin: &Actor) {
    let activity = entry.activity;
    let at = world.now();
    let mut row = NewAudit::new(activity.service(), activity.name(), "Add", at, admin.clone())
        .category(activity.category());
    if let Some(reason) = entry.reason.as_deref() {
        row = row.failed(reason);
    }
    world.append_audit(row);
}

#[derive(Debug, Deserialize)]
struct WhoseHome {
    mail: String,
}

async fn home_log(State(state): State<SandboxState>, Query(whose): Query<WhoseHome>) -> Json<Vec<HomeRow>> {
    Json(state.world().home_rows(&whose.mail).cloned().collect())
}

fn refuse(status: StatusCode, message: &str) -> Response {
    (
        status,
        Json(json!({"error": {"code": "notFound", "message": message}})),
    )
        .into_response()
}
