//! What the API and the pages share: state, errors, who is calling, what a request may contain, the reader's language.

pub mod assets;
pub mod caller;
pub mod conditional;
pub mod cookies;
pub mod docs;
pub mod headers;
pub mod health;
pub mod json;
pub mod limits;
pub mod list;
pub mod local_path;
pub mod locale;
pub mod metrics;
pub mod observe;
pub mod once;
pub mod params;
pub mod problem;
pub mod proxy;
pub mod refusals;
pub mod sign_in;
pub mod state;
pub mod who;
