//! The Microsoft Graph client: wire types, paging, throttling, errors.
//!
//! [`GraphClient`] speaks for one signed-in credential. It waits where the service asks for it, follows
//! pages, gives every request an id the service echoes, and says in its errors what a person can do. It never
//! repeats a request whose outcome is unknown and whose repetition could do something twice. Log rows are
//! handed on byte for byte.
//!
//! It stores nothing and decides nothing about guests.

mod body;
mod call;
mod challenge;
mod client;
mod connection;
mod error;
mod gzip;
mod pace;
mod paging;
mod query;
mod refusal;
mod requests;
mod retry;
mod wire;

/// The HTTP client as the callers of this crate name it: they hand it on and never use it themselves.
pub use reqwest::Client as HttpClient;

pub use crate::{
    client::{GraphClient, http_client},
    connection::Connection,
    error::{Denial, GraphError, Trace, Unexpected},
    pace::ReportPace,
    refusal::{InvitationRefusal, InvitationRefusalKind},
    requests::{
        guests::{GuestPage, SignInActivityAccess},
        logs::LogWindow,
    },
    wire::{
        audit::{
            GraphAppIdentity, GraphDirectoryAudit, GraphInitiator, GraphTargetResource, GraphUserIdentity,
        },
        invitation::{GraphInvitation, GraphInvitedUser, InvitationMessage, NewInvitation, RedeemUrl},
        membership::{GraphAppRoleAssignment, GraphDirectoryRole, GraphGroup, GraphMembership},
        organization::{GraphAssignedPlan, GraphOrganization, GraphVerifiedDomain},
        row::{LogPage, LogRow, LogRows, RawRow, RowError},
        setting::{
            GraphAccessPolicy, GraphAccessTarget, GraphAccessTargets, GraphAgreement,
            GraphAuthorizationPolicy, GraphAutomaticConsent, GraphB2bManagementPolicy, GraphB2bSetting,
            GraphCrossTenantPolicy, GraphCrossTenantSettings, GraphEmailMethod, GraphExternalDomain,
            GraphFederation, GraphGrantControls, GraphIdentityProvider, GraphInboundTrust,
            GraphNamedLocation, GraphRedemptionOrder,
        },
        sign_in::{GraphSignIn, GraphSignInStatus},
        text::Text,
        user::{GraphIdentity, GraphSignInActivity, GraphSponsor, GraphUser, InvalidUserId, UserId},
    },
};
