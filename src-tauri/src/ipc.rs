//! The window's contract: every command and every event, once. `cargo xtask codegen` writes `ui/src/ipc/bindings.ts`.

pub mod acts;
pub mod app;
pub mod guests;
pub mod overview;
pub mod sandbox;
pub(crate) mod sandbox_map;
pub mod sandbox_views;

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri_specta::{Builder, ErrorHandlingMode, Event, collect_commands, collect_events};
use usher_console::views::{AppView, Topic};

/// The frame's state, whole, after every change.
#[derive(Debug, Clone, Serialize, Type, Event)]
pub struct AppChanged(pub AppView);

/// What became stale: queries that start with one of these topics are asked again.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct DataChanged {
    /// The stale topics.
    pub topics: Vec<Topic>,
}

/// The contract.
pub fn contract<R: tauri::Runtime>() -> Builder<R> {
    Builder::<R>::new()
        .commands(collect_commands![
            app::get_app,
            app::sign_in,
            app::cancel_sign_in,
            app::sign_out,
            app::open_tenant,
            app::start_sync,
            app::cancel_sync,
            app::copy_text,
            guests::list_guests,
            guests::get_guest,
            guests::get_guest_access,
            guests::find_row,
            guests::get_raw_row,
            guests::export_guests,
            guests::show_call,
            guests::open_guest_page,
            guests::open_setting,
            overview::get_overview,
            overview::get_coverage,
            acts::plan_action,
            acts::apply_plan,
            acts::copy_direct_link,
            acts::check_invitation,
            acts::invite_guest,
            sandbox::get_sandbox,
            sandbox::list_playable_guests,
            sandbox::get_guest_side,
            sandbox::move_clock,
            sandbox::set_fault,
            sandbox::set_scenario,
            sandbox::start_lesson,
            sandbox::reset_sandbox,
        ])
        .events(collect_events![AppChanged, DataChanged])
        .error_handling(ErrorHandlingMode::Result)
        .disable_serde_phases()
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod bindings {
    use std::{env, fs, path::Path};

    use specta_typescript::Typescript;

    /// Run by `cargo xtask codegen` with `UPDATE_BINDINGS=1` to rewrite the file.
    #[test]
    fn bindings_match_the_rust_contract() {
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/ipc/bindings.ts");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let fresh = folder.path().join("bindings.ts");
        super::contract::<tauri::Wry>()
            .export(Typescript::default(), &fresh)
            .expect("the contract exports");

        if env::var_os("UPDATE_BINDINGS").is_some() {
            fs::copy(&fresh, &committed).expect("bindings.ts is writable");
        }
        let [committed, fresh] = [committed, fresh].map(|path| fs::read_to_string(path).unwrap_or_default());
        assert_eq!(
            committed, fresh,
            "run `cargo xtask codegen` and commit the result"
        );
    }
}
