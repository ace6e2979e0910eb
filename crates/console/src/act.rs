//! Acting on guests: plan, apply, invite. Every change is written into the ledger before it is sent and after.

mod apply;
mod basis;
mod block;
mod invite;
mod plan;
mod refresh;
mod resend;
mod reset;
mod restore;
mod revoke;
mod step;

pub(crate) use plan::BIN_DAYS;
