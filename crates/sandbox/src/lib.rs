//! A tenant on loopback: Graph, sign-in, invitation mail, the guest's redemption pages, a movable clock.
//!
//! [`Sandbox::start`] makes a lived-in tenant from a seed and serves it on a loopback port: Microsoft Graph under
//! `/graph`, the identity platform under `/login`, every guest's mailbox under `/inbox`, the pages a guest meets under
//! `/redeem` and `/guest`, and the control interface under `/sandbox/api`. Nothing of it leaves the computer.
//!
//! The sandbox shares no type with the Graph client: a wrong field name must not hide on both sides.

pub mod clock;
pub mod control;
pub mod faults;
mod graph;
mod guest;
mod login;
mod page;
mod seed;
mod server;
mod tls;
pub mod truth;
pub mod world;

pub use clock::SandboxClock;
pub use server::{Ready, Sandbox, SandboxConfig, SandboxError, SandboxState};
