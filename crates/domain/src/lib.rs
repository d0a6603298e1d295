//! What booking *is*: pure rules and values. No I/O, no clock, no randomness: `now`, ids and zones are arguments.

pub mod change;
pub mod id;
pub mod page;
