//! The real program against a sandbox that is a process of its own.

mod acts;
mod archive;
mod sandbox;
mod support;
mod trouble;
mod truth;
