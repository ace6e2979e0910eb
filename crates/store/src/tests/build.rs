//! A temporary archive, and guests and log rows to put into it.

use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    Actor, Archive, ArchiveKey, ArchiveLocation, AuditDraft, AuditResult, GuestId, GuestObject, Identity,
    InvitationState, LogPage, OpenOptions, SignInClocks, SignInDraft, Sponsor, StoreError, TenantId,
};

pub(super) const ADMIN: &str = "11111111-0000-4000-8000-000000000001";

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

pub(super) fn now() -> DateTime<Utc> {
    at("2026-11-23T12:00:00Z")
}

pub(super) fn key() -> ArchiveKey {
    ArchiveKey::new([7; 32])
}

/// A folder that goes away with the test.
pub(super) struct Place {
    pub(super) folder: TempDir,
}

impl Place {
    pub(super) fn new() -> Self {
        usher_testkit::outlive_connections();
        Self {
            folder: TempDir::new().expect("a temporary folder"),
        }
    }

    pub(super) fn location(&self) -> ArchiveLocation {
        ArchiveLocation::in_data_dir(self.folder.path(), TenantId(Uuid::from_u128(0xC0)))
    }

    pub(super) async fn try_open(&self) -> Result<Archive, StoreError> {
        Archive::open(self.location(), &key(), OpenOptions::read_write(now())).await
    }

    pub(super) async fn open(&self) -> Archive {
        self.try_open().await.expect("the archive opens")
    }
}

pub(super) fn guest_id(n: u32) -> GuestId {
    GuestId(Uuid::from_u128(
        0x9000_0000_0000_4000_8000_0000_0000_0000 | u128::from(n),
    ))
}

/// The n-th guest: many kinds, always the same.
pub(super) fn guest(n: u32) -> GuestObject {
    let domains = [
        "fabrikam.com",
        "litware.example",
        "gmail.com",
        "northwind.example",
        "adatum.com",
    ];
    let domain = domains[n as usize % domains.len()];
    let days = i64::from(n * 37 % 400);
    let created = now() - TimeDelta::days(days) - TimeDelta::seconds(i64::from(n));
    let is_accepted = !n.is_multiple_of(3);
    let clock = |salt: u32| {
        let hash = n.wrapping_mul(2_654_435_761).wrapping_add(salt.wrapping_mul(97)) % 300;
        (!hash.is_multiple_of(4)).then(|| now() - TimeDelta::days(i64::from(hash)))
    };
    GuestObject {
        id: guest_id(n),
        display_name: format!(
            "Guest {} Łukasz {n:05}",
            ["Ada", "Béla", "Chidi", "dana"][n as usize % 4]
        ),
        upn: format!("g{n}_{domain}#EXT#@contosob2b.onmicrosoft.com"),
        mail: format!("g{n}@{domain}"),
        other_mails: if n.is_multiple_of(7) {
            vec![format!("other{n}@personal.example")]
        } else {
            Vec::new()
        },
        user_type: "Guest".into(),
        creation_type: Some("Invitation".into()),
        state: match n % 11 {
            10 => InvitationState::None,
            _ if is_accepted => InvitationState::Accepted,
            _ => InvitationState::PendingAcceptance,
        },
        state_changed_at: Some(created),
        created_at: Some(created),
        account_enabled: Some(!n.is_multiple_of(13)),
        company: n.is_multiple_of(5).then(|| format!("Company {}", n % 9)),
        usage_location: None,
        identities: vec![Identity {
            sign_in_type: Some("federated".into()),
            issuer: Some(["ExternalAzureAD", "mail", "google.com"][n as usize % 3].into()),
            issuer_assigned_id: None,
        }],
        sponsors: vec![Sponsor {
            id: ADMIN.into(),
            display_name: Some("Adele Vance".into()),
        }],
        clocks: (!n.is_multiple_of(17)).then(|| SignInClocks {
            interactive: clock(1),
            non_interactive: clock(2),
            successful: clock(3),
        }),
        deleted_at: n.is_multiple_of(19).then(now),
    }
}

pub(super) fn raw_guest(guest: &GuestObject) -> String {
    format!(
        r#"{{"id":"{}","displayName":"{}","mail":"{}","userPrincipalName":"{}","new member":[1,2,{{}}],"state":{:?}}}"#,
        guest.id,
        guest.display_name,
        guest.mail,
        guest.upn,
        guest.deleted_at.map(|at| at.to_rfc3339())
    )
}

/// Writes guests `range` in one transaction.
pub(super) async fn save_guests(archive: &Archive, range: std::ops::Range<u32>) {
    let guests: Vec<GuestObject> = range.map(guest).collect();
    let raws: Vec<String> = guests.iter().map(raw_guest).collect();
    let rows: Vec<_> = guests.into_iter().zip(raws.iter().map(String::as_str)).collect();
    let mut tx = archive.write().await.unwrap();
    tx.save_guests(&rows, None).await.unwrap();
    tx.commit().await.unwrap();
}

/// An invitation of guest `n` by the administrator.
pub(super) struct Audit {
    pub(super) n: u32,
    pub(super) id: String,
    pub(super) at: DateTime<Utc>,
    pub(super) activity: &'static str,
    pub(super) result: AuditResult,
}

impl Audit {
    pub(super) fn invite(n: u32, at: DateTime<Utc>) -> Self {
        Self {
            n,
            id: format!("Invited Users_{n}"),
            at,
            activity: "Invite external user",
            result: AuditResult::Success,
        }
    }

    pub(super) fn raw(&self) -> String {
        format!(
            r#"{{"id":"{}","activityDisplayName":"{}","activityDateTime":"{}","targetResources":[{{"id":"{}"}}]}}"#,
            self.id,
            self.activity,
            self.at,
            guest_id(self.n)
        )
    }
}

pub(super) fn audit_page(archive: &Archive, audits: &[Audit]) -> LogPage {
    let raws: Vec<String> = audits.iter().map(Audit::raw).collect();
    let targets: Vec<String> = audits.iter().map(|audit| guest_id(audit.n).to_string()).collect();
    let rows: Vec<_> = audits
        .iter()
        .zip(&raws)
        .zip(&targets)
        .map(|((audit, raw), target)| {
            let draft = AuditDraft {
                id: &audit.id,
                at: audit.at,
                correlation_id: "corr",
                activity: audit.activity,
                category: "UserManagement",
                service: "Invited Users",
                result: audit.result,
                reason: "",
                actor: Some(Actor {
                    id: ADMIN,
                    name: "Adele Vance",
                    upn: "adele.vance@contoso.com",
                }),
                targets: vec![Actor {
                    id: target,
                    name: "",
                    upn: "",
                }],
            };
            (draft, raw.as_str())
        })
        .collect();
    archive.audit_page(&rows).unwrap()
}

/// A sign-in of guest `n`.
pub(super) struct SignIn {
    pub(super) n: u32,
    pub(super) id: String,
    pub(super) at: DateTime<Utc>,
    pub(super) code: i64,
}

impl SignIn {
    pub(super) fn new(n: u32, turn: u32, at: DateTime<Utc>, code: i64) -> Self {
        Self {
            n,
            id: format!("{n:08x}-0000-4000-8000-{turn:012x}"),
            at,
            code,
        }
    }

    pub(super) fn raw(&self) -> String {
        format!(
            r#"{{"id":"{}","createdDateTime":"{}","userId":"{}","userPrincipalName":"g{}@fabrikam.com","status":{{"errorCode":{},"failureReason":"Other."}},"appDisplayName":"My Apps","unknown":{{"deep":[true,null]}}}}"#,
            self.id,
            self.at,
            guest_id(self.n),
            self.n,
            self.code
        )
    }
}

pub(super) fn sign_in_page(archive: &Archive, sign_ins: &[SignIn]) -> LogPage {
    let raws: Vec<String> = sign_ins.iter().map(SignIn::raw).collect();
    let users: Vec<String> = sign_ins
        .iter()
        .map(|sign_in| guest_id(sign_in.n).to_string())
        .collect();
    let rows: Vec<_> = sign_ins
        .iter()
        .zip(&raws)
        .zip(&users)
        .map(|((sign_in, raw), user)| {
            let draft = SignInDraft {
                id: &sign_in.id,
                at: sign_in.at,
                correlation_id: &sign_in.id,
                user: Actor {
                    id: user,
                    name: "",
                    upn: "",
                },
                app: "My Apps",
                app_id: "2793995e-0a7d-40d7-bd35-6968ba142197",
                resource: "Microsoft Graph",
                error_code: sign_in.code,
                failure_reason: "The user did not finish the prompt.",
                conditional_access: "notApplied",
                access_type: "b2bCollaboration",
                home_tenant: "fab",
                requirement: "singleFactorAuthentication",
                is_guest: true,
            };
            (draft, raw.as_str())
        })
        .collect();
    archive.sign_in_page(&rows).unwrap()
}

pub(super) async fn save_page(archive: &Archive, page: &LogPage) -> crate::Saved {
    let mut tx = archive.write().await.unwrap();
    let saved = tx.save_page(page).await.unwrap();
    tx.refresh_rollups().await.unwrap();
    tx.commit().await.unwrap();
    saved
}

/// One row per line of every table that a sync fills, for comparing two archives.
pub(super) async fn dump(archive: &Archive) -> Vec<String> {
    use sqlx::Row as _;
    let mut lines = Vec::new();
    for sql in [
        "SELECT json_array('audit', a.seq, a.id_hash, a.content_hash, s.s, hex(e.oid), a.result) FROM audit a \
         JOIN str s ON s.id = a.activity LEFT JOIN entity e ON e.id = a.target ORDER BY a.seq",
        "SELECT json_array('signin', i.seq, i.id_hash, i.content_hash, hex(e.oid), i.error) FROM signin i \
         LEFT JOIN entity e ON e.id = i.user ORDER BY i.seq",
        "SELECT json_array('guest', hex(oid), display_name, state, deleted_at) FROM guest ORDER BY oid",
        "SELECT json_array('day', log, day, n) FROM log_day ORDER BY log, day",
        "SELECT json_array('fail', day, error, n) FROM fail_day ORDER BY day, error",
    ] {
        for row in sqlx::query(sql).fetch_all(&archive.inner.readers).await.unwrap() {
            lines.push(row.get::<String, _>(0));
        }
    }
    lines
}
