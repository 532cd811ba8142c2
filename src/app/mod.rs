//! Floor 6: composition root: start order, supervision, shutdown, control socket.
//!
//! Never: a rule of the house.

pub mod answers;
pub mod control;
pub mod daily;
pub mod demo;
pub mod demo_assets;
pub mod fault;
pub mod locate;
pub mod mailbox_test;
pub mod reading;
pub mod request;
pub mod sentence;
pub mod service;
pub mod supervision;
pub mod wall_clock;
pub mod watching;
