//! The databases. `&mut Tx` and `TenantId` come first; functions return domain types, and `Option` where there is nothing.

mod bind;
pub mod error;
pub mod list;
mod sqlite;
pub mod store;
pub mod tx;
mod value;
