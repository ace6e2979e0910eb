//! Tells Tauri where the capabilities are: the app folder is the repository's root.
fn main() {
    let attributes = tauri_build::Attributes::new().capabilities_path_pattern("src-tauri/capabilities/**/*");
    tauri_build::try_build(attributes).expect("tauri.conf.json and the capabilities are valid");
}
