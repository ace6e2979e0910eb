//! What is asked of Graph, a file a subject.

mod account;
pub(crate) mod guests;
mod invitations;
pub(crate) mod logs;
mod memberships;
mod settings;
mod users;
