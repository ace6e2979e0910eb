//! How far each guest got, derived from what the archive holds.

mod attempts;
mod derive;
mod refresh;
mod trace;

pub(crate) use attempts::{Attempt, attempts};
pub(crate) use refresh::{refresh_journeys, traces};
pub(crate) use trace::What;
