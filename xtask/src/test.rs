//! `cargo xtask test`: everything, in the order in which it fails fastest.

use std::{process::Command, time::Instant};

use anyhow::Result;

use crate::{
    desktop::Desktop,
    step::{cargo, run, say},
    system::{self, Need},
    tidy, ui,
};

/// Whether tools may colour their output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colours {
    /// Each tool decides.
    AsTheTerminalLikes,
    /// For logs.
    Never,
}

/// One set of features for every command: another set would build everything a second time.
const WHOLE: [&str; 3] = ["--workspace", "--features", "custom-protocol"];

/// Runs everything and says what it was.
pub(crate) fn test(colours: Colours) -> Result<()> {
    let begin = Instant::now();
    let plain = |mut command: Command| {
        if colours == Colours::Never {
            command
                .env("CARGO_TERM_COLOR", "never")
                .env("NO_COLOR", "1")
                .env("FORCE_COLOR", "0");
        }
        command
    };
    system::require(Need::Test)?;
    run(
        "format of the Rust code",
        &mut plain(cargo(&["fmt", "--all", "--check"])),
    )?;
    tidy::tidy()?;
    ui::install()?;
    run("lints of the screens", &mut plain(ui::in_ui(&["run", "lint"])))?;
    run(
        "types and build of the screens",
        &mut plain(ui::in_ui(&["run", "build"])),
    )?;
    run("tests of the screens", &mut plain(ui::in_ui(&["test"])))?;
    let clippy = [
        &["clippy"],
        &WHOLE[..],
        &["--all-targets", "--", "--deny", "warnings"],
    ]
    .concat();
    run("lints of the Rust code", &mut plain(cargo(&clippy)))?;
    let build = [&["test"], &WHOLE[..], &["--no-run"]].concat();
    run("build of the tests", &mut plain(cargo(&build)))?;

    // A session bus, an unlocked keyring and a display: the keychain and the window are the real ones.
    let desktop = Desktop::start()?;
    let tests = [&["test"], &WHOLE[..], &["--no-fail-fast"]].concat();
    run(
        "tests: rules, store, sandbox, graph, sync, console, usherctl, real window",
        desktop.around(&mut plain(cargo(&tests))),
    )?;
    drop(desktop);

    let doc = [&["doc"], &WHOLE[..], &["--no-deps", "--document-private-items"]].concat();
    run(
        "documentation",
        plain(cargo(&doc)).env(
            "RUSTDOCFLAGS",
            "--deny warnings --allow rustdoc::private_intra_doc_links",
        ),
    )?;
    say(&format!(
        "\nEverything passed in {} min.",
        begin.elapsed().as_secs().div_ceil(60)
    ));
    Ok(())
}
