//! A Tauri window with one line of text: what `cargo xtask bench` compares the start of Usher with.

// Without it a console window opens beside the program on Windows.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!(
        "xtask/bench/empty-window/tauri.conf.json"
    ))
}
