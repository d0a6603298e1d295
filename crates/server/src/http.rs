//! What the API and the pages share: state, errors, who is calling, what a request may contain.

pub mod caller;
pub mod conditional;
pub mod json;
pub mod list;
pub mod once;
pub mod params;
pub mod problem;
pub mod state;
