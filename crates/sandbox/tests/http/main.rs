//! The sandbox over a real socket, as its clients meet it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod control;
mod faults;
mod invitations;
mod kept;
mod logs;
mod memberships;
mod policies;
mod policy_shapes;
mod shapes;
mod single_user;
mod support;
mod users;
