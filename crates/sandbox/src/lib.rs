//! A tenant on loopback: Graph, sign-in, invitation mail, the guest's redemption pages, a movable clock.
//!
//! [`Sandbox::start`] makes a lived-in tenant from a seed and serves it on a loopback port: Microsoft Graph under
//! `/graph`, the identity platform under `/login`, every guest's mailbox under `/inbox`, the pages a guest meets under
//! `/redeem` and `/guest`, and the control interface under `/sandbox/api`. Nothing of it leaves the computer.
//!
//! The sandbox shares no type with the Graph client: a wrong field name must not hide on both sides.

mod client;
pub mod clock;
pub mod control;
mod cuttable;
pub mod faults;
mod graph;
mod guest;
pub mod lessons;
mod login;
mod page;
pub mod play;
mod ready;
mod seed;
mod server;
mod staging;
mod state;
mod tls;
pub mod truth;
pub mod world;

pub use client::{ClientError, fetch_ready};
pub use clock::SandboxClock;
pub use login::{KeyError, NotACertificate};
pub use ready::{AppOnly, Ready, ReadyTls};
pub use server::{Sandbox, SandboxConfig, SandboxError};
pub use state::SandboxState;
pub use tls::TlsError;
