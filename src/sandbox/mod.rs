//! Floor 1: child processes of this binary that can open no socket and see only the files they are given.
//!
//! Never: a child without a limit on time and memory.
//!
//! A child receives its files as open descriptors, then calls [`confine`], and only then reads them: the parser of a
//! hostile file runs inside the walls.

mod confine;
mod filesystem;
mod syscalls;

pub use confine::{Bounds, Confinement, SandboxError, confine};
