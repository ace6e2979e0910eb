//! What an administrator can do, one file per use case.
//!
//! The console joins the directory (`usher-graph`), the archive (`usher-store`), the sync (`usher-sync`) and the rules
//! (`usher-redemption`). The window and `usherctl` are thin over it: [`Console`] is their one door, [`views`] the words in
//! which it answers. It knows no Tauri, no SQL, no HTTP.

mod act;
mod admin_center;
mod call;
mod error;
mod export;
mod guests;
mod journey;
mod overview;
mod permissions;
mod preflight;
mod problem;
mod reason;
mod session;
mod settings;
mod tenant;
pub mod views;
mod words;

pub use error::{ConsoleError, FieldProblem};
pub use session::{Console, ConsoleConfig, Keys, SandboxApp, SandboxPlace, default_data_dir};
pub use usher_identity::{BrowserNotOpened, BrowserOpener};
pub use words::one_line;
