//! `cargo xtask codegen`: rewrites what is generated from code. The same tests, without the variables, compare.

use anyhow::Result;

use crate::{
    step::{cargo, run},
    ui,
};

/// Rewrites `ui/src/ipc/bindings.ts` and `docs/redemption.md`.
pub(crate) fn codegen() -> Result<()> {
    ui::ensure_dist()?;
    run(
        "the window's bindings",
        cargo(&["test", "--package", "usher", "--lib", "bindings_match"]).env("UPDATE_BINDINGS", "1"),
    )?;
    run(
        "docs/redemption.md",
        cargo(&["test", "--package", "usher-redemption", "--test", "docs"]).env("UPDATE_DOCS", "1"),
    )
}
