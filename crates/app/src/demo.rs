//! The demo's accounts, which everybody knows.

use kalends_domain::user::EmailKey;
use kalends_store::{tenants, users};

use crate::app::App;
use crate::error::Result;
use crate::passwords::Verdict;

/// The password of every demo account: printed, documented, and no secret.
pub const PASSWORD: &str = "kalends-demo";

/// The demo accounts' addresses.
pub const ACCOUNTS: [&str; 5] = [
    "admin@demo.test",
    "desk@demo.test",
    "doctor@demo.test",
    "patient@demo.test",
    "operator@demo.test",
];

/// A demo account of this database that the demo's password opens, if there is one: a reason not to serve it to the public.
///
/// # Errors
/// What the database refused.
pub async fn open_account(app: &App) -> Result<Option<&'static str>> {
    let mut tx = app.store.read_untenanted().await?;
    let tenants = tenants::list(&mut tx).await?;
    drop(tx);
    for tenant in tenants {
        for address in ACCOUNTS {
            let mut tx = app.store.read(tenant.id).await?;
            let account = users::find_by_email(&mut tx, tenant.id, &EmailKey::of(address)).await?;
            drop(tx);
            let Some(account) = account.filter(|account| account.user.archived_at.is_none()) else {
                continue;
            };
            let stored = account.password_hash.as_deref();
            if app.passwords.verify(PASSWORD, stored).await? != Verdict::Wrong {
                return Ok(Some(address));
            }
        }
    }
    Ok(None)
}
