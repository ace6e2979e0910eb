//! Syncs against a real sandbox tenant over HTTP, into real encrypted archives.

mod again;
mod stage;
mod trouble;
mod whole;
