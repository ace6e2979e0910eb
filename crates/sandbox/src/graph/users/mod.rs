//! Users: listing, counting, reading, changing, deleting, their sponsors.

mod list;
mod order;
mod single;
mod view;

pub(super) use list::{count, list};
pub(super) use order::{Order, Place};
pub(super) use single::{
    add_sponsor, delete, get, invited_by, me, patch, remove_sponsor, revoke_sessions, sponsors,
};
pub(super) use view::{Shape, object};
