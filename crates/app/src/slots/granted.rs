//! What a ticket says about the providers in question.

use jiff::Timestamp;
use kalends_domain::id::{PatientId, ServiceId, TenantId};
use kalends_domain::slot::Granted;
use kalends_domain::ticket::TicketState;
use kalends_store::standings::Giving;
use kalends_store::tickets;
use kalends_store::tx::Tx;

use super::grounds::Brought;
use crate::error::{AppError, Result};

/// Marks whom the ticket is for.
///
/// # Errors
/// [`AppError::NotFound`] for a ticket that is not this patient's; the rules `ticket-elsewhere` for another service's,
/// `ticket-spent` and `ticket-expired` (also for one that was revoked).
pub(super) async fn apply(
    tx: &mut Tx,
    tenant: TenantId,
    now: Timestamp,
    brought: Brought,
    patient: Option<PatientId>,
    service: ServiceId,
    givings: &mut [Giving],
) -> Result<()> {
    let found = tickets::find(tx, tenant, brought.id).await?;
    let ticket = found.ok_or(AppError::NotFound)?.ticket;
    if patient != Some(ticket.patient_id) {
        return Err(AppError::NotFound);
    }
    if ticket.service_id != service {
        return Err(AppError::rule("ticket-elsewhere"));
    }
    match ticket.state(now) {
        _ if brought.moved => {}
        TicketState::Good => {}
        TicketState::Spent => return Err(AppError::rule("ticket-spent")),
        TicketState::Expired | TicketState::Revoked => return Err(AppError::rule("ticket-expired")),
    }
    let covered = tickets::providers(tx, tenant, &ticket).await?;
    for giving in givings {
        giving.standing.granted = if covered.contains(&giving.provider_id) {
            Granted::Here
        } else {
            Granted::Elsewhere
        };
    }
    Ok(())
}
