//! The pages: what a person sees, as HTML from the server.

pub mod kit;
pub mod preferences;
