//! The desktop shell: the only code that knows Tauri.

pub mod ipc;

/// What the commands share.
#[derive(Debug)]
pub struct Shell;
