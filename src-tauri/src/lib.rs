//! The desktop shell: the only code that knows Tauri.
//!
//! [`compose`] chooses what the program runs with, [`instance`] keeps it alone in its data folder, [`window`] shows it and
//! sends it what changes, [`shell`] is what the thin commands of [`ipc`] share.

pub mod compose;
pub mod instance;
pub mod ipc;
mod logging;
pub mod sandbox;
pub mod shell;
mod window;

pub use shell::Shell;
pub use window::run;
