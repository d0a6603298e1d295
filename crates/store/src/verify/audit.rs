//! The audit trail is as it was written, and sealed without delay.

use super::{Invariant, MOST, Violation};
use crate::audit::seal;
use crate::error::Result;
use crate::tx::Tx;

/// What must hold of single entries. The delay counts from the tenant's newest entry: while nothing happens, nobody seals.
pub(super) fn invariants(postgres: bool) -> Vec<Invariant> {
    let delay = if postgres { "interval '1 minute'" } else { "60000000" };
    vec![Invariant {
        name: "audit-is-sealed",
        detail: "the entry is more than a minute older than the newest one, and not sealed",
        sql: format!(
            "SELECT u.tenant_id, u.id FROM audit_entries u
             JOIN (SELECT tenant_id, max(at) AS newest FROM audit_entries GROUP BY tenant_id) n ON n.tenant_id = u.tenant_id
             WHERE u.seal IS NULL AND u.at + {delay} < n.newest"
        ),
    }]
}

/// The places where a tenant's chain of seals does not hold.
pub(super) async fn broken_chains(tx: &mut Tx) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for tenant in crate::tenants::list(tx).await? {
        let breaks = seal::breaks(tx, tenant.id).await?;
        let most = usize::try_from(MOST).unwrap_or(usize::MAX);
        violations.extend(breaks.into_iter().take(most).map(|found| Violation {
            invariant: "audit-chain-holds",
            tenant_id: tenant.id,
            id: found.entry.unwrap_or(tenant.id.uuid()),
            detail: match found.entry {
                Some(_) => format!("entry {} was changed after it was sealed", found.seal_number),
                None => format!("entry {} is missing", found.seal_number),
            },
        }));
    }
    Ok(violations)
}
