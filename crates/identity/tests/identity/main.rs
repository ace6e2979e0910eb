//! Signing in: to the sandbox as a whole, and to a sign-in service that refuses in every way it can.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod browser;
mod foreign;
mod refusals;
mod stage;
