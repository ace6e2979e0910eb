//! Tests over real encrypted files in a temporary folder.

mod build;
mod damage;
mod guests;
mod logs;
mod migration;
mod plans;
mod records;
mod snapshot;
