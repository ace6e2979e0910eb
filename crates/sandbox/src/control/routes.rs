//! The control interface over HTTP, JSON both ways.

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use usher_redemption::Invitee;
use uuid::Uuid;

use super::switches::UnknownSwitch;
use crate::{
    SandboxState,
    faults::FaultOrder,
    truth::truth,
    world::{MailId, TENANT},
};

/// How far the clock moves at once, at most: ten years.
const LONGEST_MOVE_SECONDS: i64 = 315_360_000;

pub(crate) fn router(state: SandboxState) -> Router {
    Router::new()
        .route("/ready", get(ready))
        .route("/state", get(show_state))
        .route("/clock", post(move_clock))
        .route("/reset", post(reset))
        .route("/people", get(list_people))
        .route("/people/{mail}", get(show_person).put(put_person))
        .route("/inbox/{mail}", get(show_inbox))
        .route("/mails/{id}", get(show_mail))
        .route("/log", get(show_log))
        .route("/truth", get(show_truth))
        .route("/received", get(show_received))
        .route("/faults", get(list_faults).post(set_faults))
        .route("/faults/{id}", post(switch_fault))
        .route("/scenarios", get(list_scenarios))
        .route("/scenarios/{id}", post(switch_scenario))
        .with_state(state)
}

async fn ready(State(state): State<SandboxState>) -> Response {
    Json(state.ready()).into_response()
}

async fn show_state(State(state): State<SandboxState>) -> Json<Value> {
    let now = state.clock().now();
    let faults = state.active_faults();
    let world = state.world();
    Json(json!({
        "now": now,
        "tenant": {"id": TENANT.id, "name": TENANT.name, "domain": TENANT.domain, "initialDomain": TENANT.initial_domain},
        "retentionDays": world.retention_days,
        "faults": faults,
        "counts": {
            "guests": world.users().filter(|user| user.is_guest()).count(),
            "deleted": world.deleted_users().count(),
            "audits": world.audit_rows().len(),
            "signIns": world.sign_in_rows().len(),
            "dueEvents": world.due_events().len(),
        },
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClockOrder {
    #[serde(default)]
    advance_seconds: Option<i64>,
    #[serde(default)]
    next_event: bool,
}

async fn move_clock(State(state): State<SandboxState>, Json(order): Json<ClockOrder>) -> Response {
    match (order.advance_seconds, order.next_event) {
        (Some(seconds), false) if (0..=LONGEST_MOVE_SECONDS).contains(&seconds) => {
            Json(state.advance(TimeDelta::seconds(seconds))).into_response()
        }
        (None, true) => Json(state.advance_to_next_event()).into_response(),
        _ => refuse(
            StatusCode::BAD_REQUEST,
            "say {\"advanceSeconds\": n} with n between 0 and ten years, or {\"nextEvent\": true}",
        ),
    }
}

async fn reset(State(state): State<SandboxState>) -> Response {
    let again = state.clone();
    // A big tenant takes seconds to grow; other requests are answered meanwhile.
    match tokio::task::spawn_blocking(move || again.reset()).await {
        Ok(()) => Json(json!({"now": state.clock().now()})).into_response(),
        Err(_) => refuse(StatusCode::INTERNAL_SERVER_ERROR, "the reset did not finish"),
    }
}

#[derive(Deserialize)]
struct PeopleQuery {
    #[serde(default)]
    search: String,
    #[serde(default = "default_limit")]
    limit: usize,
}

const fn default_limit() -> usize {
    50
}

async fn list_people(State(state): State<SandboxState>, Query(query): Query<PeopleQuery>) -> Json<Value> {
    Json(json!({"people": state.people(&query.search, query.limit.min(1_000))}))
}

async fn show_person(State(state): State<SandboxState>, Path(mail): Path<String>) -> Json<Value> {
    let facts = state.world().person(&mail);
    Json(json!({"person": state.person(&mail), "facts": facts}))
}

async fn put_person(
    State(state): State<SandboxState>,
    Path(mail): Path<String>,
    Json(mut facts): Json<Value>,
) -> Response {
    // The path names the person; a name to sign in with is the address unless something else is said.
    if let Value::Object(members) = &mut facts {
        members.insert("email".to_owned(), json!(mail));
        members.entry("upn").or_insert_with(|| json!(mail));
    }
    match serde_json::from_value::<Invitee>(facts) {
        Ok(person) => {
            state.world().set_person(&mail, person.clone());
            Json(json!({"person": state.person(&mail), "facts": person})).into_response()
        }
        Err(error) => refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

async fn show_inbox(State(state): State<SandboxState>, Path(mail): Path<String>) -> Json<Value> {
    Json(json!({"mails": state.inbox(&mail)}))
}

async fn show_mail(State(state): State<SandboxState>, Path(id): Path<Uuid>) -> Response {
    match state.mail(MailId(id)) {
        Some(mail) => Json(mail).into_response(),
        None => refuse(StatusCode::NOT_FOUND, "there is no such mail"),
    }
}

#[derive(Deserialize)]
struct LogQuery {
    mail: Option<String>,
    since: Option<DateTime<Utc>>,
    #[serde(default = "default_limit")]
    limit: usize,
}

async fn show_log(State(state): State<SandboxState>, Query(query): Query<LogQuery>) -> Json<Value> {
    let rows = state.log(query.mail.as_deref(), query.since, query.limit.min(10_000));
    Json(json!({"rows": rows}))
}

async fn show_truth(State(state): State<SandboxState>) -> Response {
    let truth = truth(&state.world());
    Json(truth).into_response()
}

async fn show_received(State(state): State<SandboxState>) -> Json<Value> {
    Json(json!({"requests": state.received().all()}))
}

async fn list_faults(State(state): State<SandboxState>) -> Json<Value> {
    Json(json!({"faults": state.active_faults(), "switches": state.fault_switches()}))
}

/// A list takes the place of all faults, one fault is added to them.
async fn set_faults(State(state): State<SandboxState>, Json(order): Json<Value>) -> Response {
    match FaultOrder::read(order) {
        Ok(FaultOrder::All(faults)) => state.set_faults(faults),
        Ok(FaultOrder::One(fault)) => state.add_fault(fault),
        Err(error) => {
            let example = r#"{"kind": "tooManyRequests", "retryAfter": "2", "count": 3}"#;
            let message = format!("a fault has a known kind and its members, such as {example}: {error}");
            return refuse(StatusCode::BAD_REQUEST, &message);
        }
    }
    Json(json!({"faults": state.active_faults()})).into_response()
}

#[derive(Deserialize)]
struct SwitchOrder {
    on: bool,
}

async fn switch_fault(
    State(state): State<SandboxState>,
    Path(id): Path<String>,
    Json(order): Json<SwitchOrder>,
) -> Response {
    switched(
        state.set_fault_switch(&id, order.on),
        || json!({"switches": state.fault_switches()}),
    )
}

async fn list_scenarios(State(state): State<SandboxState>) -> Json<Value> {
    Json(json!({"scenarios": state.scenarios()}))
}

async fn switch_scenario(
    State(state): State<SandboxState>,
    Path(id): Path<String>,
    Json(order): Json<SwitchOrder>,
) -> Response {
    switched(
        state.set_scenario(&id, order.on),
        || json!({"scenarios": state.scenarios()}),
    )
}

fn switched(result: Result<(), UnknownSwitch>, answer: impl Fn() -> Value) -> Response {
    match result {
        Ok(()) => Json(answer()).into_response(),
        Err(UnknownSwitch) => refuse(StatusCode::NOT_FOUND, "there is no such switch"),
    }
}

fn refuse(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({"error": message}))).into_response()
}
