//! The console against a sandbox in the same process, over its sockets.

mod access;
mod acts;
mod cures;
mod download;
mod find;
mod preflight;
mod session;
mod support;
mod truth;
