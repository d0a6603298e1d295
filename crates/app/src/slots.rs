//! Slots: what is offered, whether a start can be booked and why not, and the calendar as staff see it. The rules are
//! `domain/slot.rs`'s; this loads what they look at and says who may ask.

mod calendar;
mod explain;
mod granted;
mod grounds;
mod offer;

use kalends_domain::permission::Role;
use kalends_domain::slot::Asker;

use crate::ctx::{Actor, Ctx};

pub use calendar::{Day, calendar};
pub use explain::{Explanation, explain};
pub use grounds::{Agreed, Asked, For, Grounds, ProviderGrounds, holder, load};
pub use kalends_store::standings::{Among, Giving};
pub use offer::{MOST_PAGE_DAYS, MOST_SLOTS, Search, Slot, list, list_days};
pub(crate) use offer::{for_whom, list_public, visible};

/// As whom the caller asks for times.
pub fn asker(ctx: &Ctx) -> Asker {
    match &ctx.actor {
        Actor::System => Asker::Staff,
        Actor::Anonymous => Asker::Public,
        Actor::User(user) => match user.role {
            Role::Patient => Asker::Patient,
            // Who runs the installation has no part in the organisation's work.
            Role::Operator => Asker::Public,
            Role::Admin | Role::Doctor | Role::Receptionist => Asker::Staff,
        },
    }
}

#[cfg(test)]
mod tests;
