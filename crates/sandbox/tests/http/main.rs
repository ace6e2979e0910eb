//! The sandbox over a real socket, as its clients meet it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod control;
mod faults;
mod invitations;
mod logs;
mod policies;
mod shapes;
mod support;
mod users;
