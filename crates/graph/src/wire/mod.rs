//! Graph's JSON, as far as Usher reads it. Unknown members are passed over; what a newer Graph adds stays in
//! the raw row.

pub(crate) mod audit;
mod instant;
pub(crate) mod invitation;
pub(crate) mod membership;
pub(crate) mod organization;
pub(crate) mod row;
pub(crate) mod setting;
pub(crate) mod sign_in;
pub(crate) mod text;
mod text_list;
pub(crate) mod user;
