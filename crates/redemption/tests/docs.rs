//! `docs/redemption.md` is what the code says.

use std::{env, fs, path::Path};

/// `UPDATE_DOCS=1` rewrites the file.
#[test]
fn the_page_is_what_the_rules_say() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/redemption.md");
    let fresh = usher_redemption::handbook::markdown();
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&page, &fresh).expect("docs/redemption.md is writable");
    }
    let committed = fs::read_to_string(&page).unwrap_or_default();
    assert!(
        committed == fresh,
        "docs/redemption.md is behind; run `cargo xtask codegen`"
    );
}
