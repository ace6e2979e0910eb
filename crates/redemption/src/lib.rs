//! The redemption process of a B2B invitation as pure rules: tenant policy x person x link x action -> pages,
//! outcome and log rows; and the catalogue of everything that can go wrong.
//!
//! No I/O and no clock of its own: the time comes in with every call. The console predicts with it, the sandbox
//! plays with it.

mod access;
pub mod address;
pub mod case;
pub mod catalogue;
mod guest;
pub mod handbook;
mod identity;
mod invite;
mod invitee;
mod link;
mod page;
mod play;
mod policy;
mod predict;
mod refusal;
mod rows;
mod stage;
mod step;
mod stops;

pub use guest::{Effect, GuestObject, Identity, Issuer, TermsAcceptance};
pub use identity::Path;
pub use invite::{
    InviteRequest, Invited, Inviter, Mail, bulk_finished, bulk_started, invite, lifecycle_due,
    reset_redemption,
};
pub use invitee::{HomeTenant, Invitee, TenantKind};
pub use link::{Browser, LinkKind};
pub use page::{GuestAction, Page, Prompt};
pub use play::{CODE_LIFETIME, Play};
pub use policy::{
    Access, AccessPolicy, AllowInvitesFrom, AppPolicy, CrossTenant, DomainMode, DomainPolicy,
    FallbackProvider, Grant, LifecyclePolicy, LinkPolicy, PartnerAccess, PrimaryProvider, RedemptionOrder,
    RiskLevel, TenantPolicy, Terms,
};
pub use predict::{
    Certainty, Facts, HomeKnowledge, PredictedStop, Prediction, Unknown, UnreadSetting, goes_along, predict,
};
pub use refusal::{Refusal, Refused};
pub use rows::{Activity, Actor, AuditEntry, CaStatus, SignInApp, SignInEntry};
pub use stage::{InvitationState, Outcome, Stage};
pub use step::{Note, Scene, Step};
pub use stops::{STOPS, Stop, StopRow};
