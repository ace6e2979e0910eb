//! The client against a server that answers as Graph does on its good and its bad days.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod auth;
mod changes;
mod logs;
mod paging;
mod pressure;
mod stage;
