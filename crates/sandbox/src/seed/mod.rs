//! A lived-in tenant out of a seed: guests, partners, inviters, and everything that happened to them.

use crate::world::World;

/// What to sow.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SeedPlan {
    pub(crate) seed: u64,
    pub(crate) guests: u32,
    pub(crate) days: u32,
}

pub(crate) fn sow(_world: &mut World, _plan: SeedPlan) {}
