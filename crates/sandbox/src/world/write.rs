//! Turning a new row into the JSON that Graph sends, once, when it is written.

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, SubsecRound, TimeDelta, Timelike, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::{
    World,
    log::{AuditRow, SignInRow},
    rows::{AuditTarget, NewAudit, NewSignIn},
    user::Moment,
    wire,
};

/// The tenant that personal Microsoft accounts live in.
const CONSUMER_TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

impl World {
    /// How late a row is seen. With disorder every other row is later still, so that rows come out of order.
    fn lag_of(&self, sequence: u64) -> TimeDelta {
        if sequence.is_multiple_of(2) {
            self.log_lag
        } else {
            self.log_lag + self.log_disorder
        }
    }

    /// Writes an audit row; returns its id.
    pub fn append_audit(&mut self, new: NewAudit) -> String {
        let sequence = self.audits.take_sequence();
        let correlation_id = new.correlation_id.unwrap_or_else(|| self.fresh_uuid());
        let id = format!(
            "{}_{correlation_id}_{}_{}",
            new.service,
            self.fresh_token(5).to_uppercase(),
            1_000_000 + sequence
        );
        if let (Some(guest), true) = (
            new.targets.first().and_then(AuditTarget::user_id),
            is_requirement(&new),
        ) {
            self.remember(guest, new.at, Moment::RequirementMet);
        }
        let wire = wire::Audit {
            id: &id,
            category: &new.category,
            correlation_id,
            result: if new.success { "success" } else { "failure" },
            result_reason: new.reason.as_deref(),
            activity_display_name: &new.activity,
            activity_date_time: stamp_with_fraction(new.at),
            logged_by_service: &new.service,
            operation_type: &new.operation,
            initiated_by: wire::initiator(&new.actor),
            target_resources: &new.targets,
            additional_details: new
                .details
                .iter()
                .map(|(key, value)| wire::KeyValue { key, value })
                .collect(),
        };
        let row = AuditRow {
            at: new.at.trunc_subsecs(7),
            sequence,
            visible_from: new.at + self.lag_of(sequence),
            core: open_object(&wire),
            beta: Box::from(&br#","userAgent":null"#[..]),
            activity: new.activity,
            service: new.service,
            correlation_id,
            success: new.success,
            initiator: new.actor.user_id(),
            target: new.targets.first().and_then(AuditTarget::user_id),
            id: id.clone(),
        };
        self.audits.append(row);
        id
    }

    /// Writes a sign-in row, moves the guest's `signInActivity`; returns the request id.
    pub fn append_sign_in(&mut self, new: NewSignIn) -> Uuid {
        let sequence = self.sign_ins.take_sequence();
        let id = self.fresh_uuid();
        let at = new.at.trunc_subsecs(0);
        let id_text = id.to_string();
        let upn = new.home_upn.to_lowercase();
        let user = self.users.get_mut(&new.user);
        if let Some(user) = user {
            let clock = if new.interactive {
                &mut user.activity.last_sign_in
            } else {
                &mut user.activity.last_non_interactive
            };
            move_clock(clock, at, id);
            if new.code == 0 {
                move_clock(&mut user.activity.last_successful, at, id);
            }
            let moment = Moment::SignIn {
                code: new.code,
                app_id: new.app.id,
                correlation_id: new.correlation_id,
            };
            user.history.push((new.at, moment));
        }
        let name = self
            .users
            .get(&new.user)
            .map_or("", |user| user.display_name.as_str());
        let home = new.home_tenant.map_or(Cow::Borrowed(CONSUMER_TENANT), |tenant| {
            Cow::Owned(tenant.to_string())
        });
        let core = wire::sign_in(&new, &id_text, at, name, &upn, &home);
        let beta = wire::sign_in_beta(&new, &id_text, &upn);
        let row = SignInRow {
            at,
            sequence,
            visible_from: new.at + self.lag_of(sequence),
            core: open_object(&core),
            policies: member("appliedConditionalAccessPolicies", &new.policies),
            beta: members(&beta),
            user: new.user,
            code: new.code,
            app_id: new.app.id,
            app_name: new.app.name,
            correlation_id: new.correlation_id,
            interactive: new.interactive,
            id: id_text,
        };
        self.sign_ins.append(row);
        id
    }
}

/// Whether the row tells that a guest met a requirement of the tenant.
fn is_requirement(new: &NewAudit) -> bool {
    new.success
        && matches!(
            &*new.activity,
            "Accept Terms Of Use" | "User registered security info"
        )
}

fn move_clock(clock: &mut Option<(DateTime<Utc>, Uuid)>, at: DateTime<Utc>, request: Uuid) {
    if clock.is_none_or(|(before, _)| before <= at) {
        *clock = Some((at, request));
    }
}

/// An instant as the audit log writes it, with seven decimals.
fn stamp_with_fraction(at: DateTime<Utc>) -> String {
    format!(
        "{}.{:07}Z",
        at.format("%Y-%m-%dT%H:%M:%S"),
        at.nanosecond() / 100 % 10_000_000
    )
}

/// An instant as the directory and the sign-in log write it.
pub(crate) fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The object without its closing brace, so that members can follow.
fn open_object(value: &impl Serialize) -> Box<[u8]> {
    let mut text = to_json(value);
    text.pop();
    text.into_boxed_slice()
}

/// The members of the object, each after a comma.
fn members(value: &impl Serialize) -> Box<[u8]> {
    let mut text = to_json(value);
    text.pop();
    if let Some(first) = text.first_mut() {
        *first = b',';
    }
    text.into_boxed_slice()
}

fn member(name: &str, value: &impl Serialize) -> Box<[u8]> {
    let mut text = format!(",\"{name}\":").into_bytes();
    text.extend(to_json(value));
    text.into_boxed_slice()
}

fn to_json(value: &impl Serialize) -> Vec<u8> {
    // Plain structs of text and numbers: the only error serde_json knows here is a failing writer, and a Vec is none.
    serde_json::to_vec(value).unwrap_or_else(|_| b"{}".to_vec())
}
