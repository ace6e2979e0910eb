//! What an administrator can do, one file per use case.
//!
//! The console joins the directory (`usher-graph`), the archive (`usher-store`), the sync (`usher-sync`) and the rules
//! (`usher-redemption`). The window and `usherctl` are thin over it. It knows no Tauri, no SQL, no HTTP.

pub mod views;

use std::path::PathBuf;

use views::{
    AppView, CallView, CoverageView, ExportView, GuestDetailView, GuestPage, GuestQuery, InviteForm, InvitedView,
    OutcomeView, OverviewFilter, OverviewView, PlanView, PreflightView, ProblemView, RawRowView, Topic,
};

/// What can go wrong in a use case.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {}

impl From<ConsoleError> for ProblemView {
    fn from(error: ConsoleError) -> Self {
        match error {}
    }
}

/// The use cases over one open tenant. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Console {}

impl Console {
    /// Returns the state of the frame.
    pub fn app(&self) -> AppView {
        unimplemented!()
    }
    /// Lists guests.
    pub async fn list_guests(&self, _query: GuestQuery) -> Result<GuestPage, ConsoleError> {
        unimplemented!()
    }
    /// One guest.
    pub async fn guest(&self, _id: &str) -> Result<GuestDetailView, ConsoleError> {
        unimplemented!()
    }
    /// A raw row.
    pub async fn raw_row(&self, _row: &str) -> Result<RawRowView, ConsoleError> {
        unimplemented!()
    }
    /// Exports.
    pub async fn export_guests(&self, _query: GuestQuery, _folder: PathBuf) -> Result<ExportView, ConsoleError> {
        unimplemented!()
    }
    /// The call behind a list.
    pub fn list_call(&self, _query: &GuestQuery) -> CallView {
        unimplemented!()
    }
    /// Overview.
    pub async fn overview(&self, _filter: OverviewFilter) -> Result<OverviewView, ConsoleError> {
        unimplemented!()
    }
    /// Coverage.
    pub async fn coverage(&self, _days: u32) -> Result<CoverageView, ConsoleError> {
        unimplemented!()
    }
    /// Plans.
    pub async fn plan(&self, _guest_id: &str, _verb: views::ActionVerb) -> Result<PlanView, ConsoleError> {
        unimplemented!()
    }
    /// Applies.
    pub async fn apply(&self, _plan: PlanView) -> Result<OutcomeView, ConsoleError> {
        unimplemented!()
    }
    /// Direct link.
    pub async fn direct_link(&self, _guest_id: &str) -> Result<String, ConsoleError> {
        unimplemented!()
    }
    /// Pre-flight.
    pub async fn preflight(&self, _form: &InviteForm) -> Result<PreflightView, ConsoleError> {
        unimplemented!()
    }
    /// Invites.
    pub async fn invite(&self, _form: InviteForm) -> Result<InvitedView, ConsoleError> {
        unimplemented!()
    }
    /// Topics.
    pub fn topics(&self) -> Vec<Topic> {
        unimplemented!()
    }
}
