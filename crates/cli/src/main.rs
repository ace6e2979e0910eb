//! usherctl.
fn main() {}
