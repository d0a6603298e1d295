//! What only the embedded database needs.

pub mod writer;
