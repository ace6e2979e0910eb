//! The guest list and one guest.

mod access;
mod actions;
mod cause;
mod detail;
mod list;
mod properties;
mod provider;
mod timeline;
mod view;

pub(crate) use actions::{cure, label, ruled_out};
pub(crate) use list::store_sort;
pub(crate) use provider::Predictions;
pub(crate) use view::{guest_view, issuer_of, provider_words, reason};
