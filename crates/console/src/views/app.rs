//! The state of the whole program: who is signed in, to what, and how fresh the archive is.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use specta_typescript::Number;

/// The whole state of the window's frame. Sent whole with every change.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppView {
    /// The program's version.
    pub version: String,
    /// The open tenant, or null on first run and after sign-out.
    pub tenant: Option<TenantView>,
    /// True while the tenant of the last session is being opened: there is nothing to choose yet.
    pub opening: bool,
    /// Why it could not be opened, until a tenant is open.
    pub not_opened: Option<ProblemView>,
    /// Who is signed in to it.
    pub account: Option<AccountView>,
    /// Tenants that were opened before on this computer and still have an archive.
    pub known_tenants: Vec<TenantView>,
    /// How the connection stands.
    pub connection: ConnectionView,
    /// The running or last sync.
    pub sync: SyncView,
    /// The open archive.
    pub archive: Option<ArchiveView>,
    /// Where secrets are kept.
    pub keychain: KeychainView,
    /// What is asked of whom and why: the sign-in table and the permission lens use the same rows.
    pub permissions: Vec<PermissionView>,
    /// The present instant by the tenant's clock (the sandbox tenant has its own).
    pub now: DateTime<Utc>,
}

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TenantView {
    /// The tenant ID.
    pub id: String,
    /// Its display name.
    pub name: String,
    /// Its default or initial domain.
    pub domain: String,
    /// True for a sandbox tenant: nothing leaves this computer.
    pub sandbox: bool,
    /// True where the tenant has a P1 or P2 licence, false where not, null before the first sync.
    pub premium: Option<bool>,
}

/// The signed-in administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    /// Display name.
    pub name: String,
    /// User principal name.
    pub user_principal_name: String,
    /// Directory roles by display name, e.g. "User Administrator".
    pub roles: Vec<String>,
    /// True where the account stays signed in after the program ends.
    pub remembered: bool,
}

/// How the connection to the tenant stands.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ConnectionView {
    /// No tenant is open.
    NotConnected,
    /// Graph answered last time it was asked.
    Online {
        /// End of the last complete sync.
        synced_at: Option<DateTime<Utc>>,
    },
    /// The network or Graph cannot be reached. The archive still answers.
    Offline {
        /// End of the last complete sync: how old the data is.
        data_from: Option<DateTime<Utc>>,
    },
    /// The sign-in has to be repeated.
    SignInExpired {
        /// End of the last complete sync.
        data_from: Option<DateTime<Utc>>,
    },
    /// Graph asked to slow down.
    Throttled {
        /// When Usher continues by itself.
        until: DateTime<Utc>,
    },
}

/// The running or last sync, as a whole snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SyncView {
    /// None has run since the program started.
    Idle,
    /// One is running.
    Running {
        /// What is read now.
        phase: SyncPhaseView,
        /// Pages read in this phase.
        pages_done: u32,
        /// Pages expected in this phase, where it can be estimated.
        pages_total: Option<u32>,
        /// Rows read so far, all phases.
        #[specta(type = Number)]
        rows: u64,
        /// Seconds left over all phases, where it can be estimated.
        seconds_left: Option<u32>,
    },
    /// It read everything it planned to.
    Completed {
        /// When it ended.
        at: DateTime<Utc>,
        /// Rows read.
        #[specta(type = Number)]
        rows: u64,
    },
    /// It was stopped by hand. What was read is kept.
    Cancelled {
        /// When it ended.
        at: DateTime<Utc>,
    },
    /// It ended early. What was read is kept; the next one continues there.
    Failed {
        /// When it ended.
        at: DateTime<Utc>,
        /// What happened and what to do.
        problem: ProblemView,
    },
}

/// What a sync reads, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SyncPhaseView {
    /// Guest objects, the deleted ones too.
    Guests,
    /// Directory audit logs.
    Audits,
    /// Sign-in logs.
    SignIns,
    /// Working out each guest's journey.
    Journeys,
}

/// The open archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ArchiveView {
    /// Size of the file on disk.
    #[specta(type = Number)]
    pub bytes: u64,
    /// Set where the file was found damaged and set aside when it was opened.
    pub set_aside: Option<SetAsideView>,
}

/// A damaged archive that was set aside, never deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SetAsideView {
    /// Where the damaged file lies now.
    pub path: String,
    /// Rows that could be read out of it.
    #[specta(type = Number)]
    pub salvaged_rows: u64,
    /// What was lost, in words.
    pub lost: String,
}

/// Where secrets are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum KeychainView {
    /// In the system's keychain.
    System {
        /// Its name, e.g. "Secret Service".
        name: String,
    },
    /// There is none, or it is locked: the program works for this session only.
    SessionOnly {
        /// Why, and what to do.
        reason: String,
    },
}

/// A permission: what it is for, what it needs, whether this account has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PermissionView {
    /// The scope, e.g. `User.Read.All`.
    pub scope: String,
    /// What Usher does with it.
    pub why: String,
    /// The permission of an application that signs in as itself, and what Usher does with it.
    pub application: ApplicationPermissionView,
    /// The least directory role, and the licence where one is needed.
    pub least_role: String,
    /// True where it can change the tenant.
    pub changes: bool,
    /// True where it is asked for at sign-in, false where only when first needed.
    pub asked_at_sign_in: bool,
    /// True/false where known from the roles of the account, null before sign-in.
    pub held: Option<bool>,
}

/// A permission that an administrator grants to an application beforehand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationPermissionView {
    /// Its name, e.g. `User.Read.All`.
    pub name: String,
    /// What Usher does with it.
    pub why: String,
}

/// An error that a person can act on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProblemView {
    /// What a screen may act on.
    pub code: ProblemCode,
    /// What happened and why, in one or two sentences.
    pub message: String,
    /// What to do next.
    pub next_step: String,
    /// Seconds to wait, where the service said so.
    pub retry_after_seconds: Option<u32>,
    /// Graph's request ID, for support.
    pub request_id: Option<String>,
}

/// What a screen may act on. A code exists only where a screen behaves differently because of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ProblemCode {
    /// Sign in again.
    SessionExpired,
    /// The sign-in was not finished (closed, declined, timed out).
    SignInNotFinished,
    /// The organization must approve Usher first (AADSTS65001, 90094).
    ConsentNeeded,
    /// A scope, role or licence is missing.
    PermissionMissing,
    /// The service asked to slow down.
    Throttled,
    /// The network or the service cannot be reached.
    Offline,
    /// The input was refused; the fields say why.
    InvalidInput,
    /// The service refused the invitation.
    InvitationRefused,
    /// What the plan was built on has changed; nothing was done.
    Changed,
    /// The thing is no longer there.
    NotFound,
    /// The answer to a change was lost; Usher looks it up before it is repeated.
    OutcomeUnknown,
    /// The archive opens with another key only.
    WrongKey,
    /// The disk is full.
    DiskFull,
    /// Another process holds the archive or the port.
    Busy,
    /// Anything else; details are in the log.
    Unexpected,
}

/// How to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "method", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SignInForm {
    /// The sandbox tenant inside this program. `admin` chooses who to be (user principal name); absent: the first.
    Sandbox {
        /// The seeded administrator to sign in as.
        admin: Option<String>,
    },
    /// The system browser with PKCE.
    Browser {
        /// Which Microsoft cloud.
        cloud: CloudView,
        /// Tenant ID or domain; needed by an admin who is a guest there. Empty: the account's own.
        tenant: Option<String>,
        /// The application (client) ID registered for Usher in that tenant.
        client_id: String,
        /// Keep the account signed in, in the vault under the keychain's key.
        remember: bool,
    },
    /// An application that proves itself with a certificate.
    Certificate {
        /// Which Microsoft cloud.
        cloud: CloudView,
        /// Tenant ID or domain. Needed: an application has no tenant of its own.
        tenant: String,
        /// The application (client) ID.
        client_id: String,
        /// A PEM file with the certificate and its private key. Read at every sign-in and kept nowhere.
        file: String,
    },
    /// The account of `az login`.
    AzureCli {
        /// Which Microsoft cloud.
        cloud: CloudView,
        /// Tenant ID or domain, where the account has several.
        tenant: Option<String>,
    },
}

/// A Microsoft cloud. See "National cloud deployments" in Microsoft's documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CloudView {
    /// Commercial (global).
    Commercial,
    /// US Government L4.
    UsGovernmentL4,
    /// US Government DoD L5.
    UsGovernmentL5,
    /// China operated by 21Vianet.
    China,
}
