//! Who asks for a time, and what refuses every time that they could ask for.

use super::Reason;
use crate::opening::PublishMode;

/// Who asks. Staff are not bound by the lead time, the publish mode or a provider who takes no new patients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// A visitor who is not signed in.
    Public,
    Patient,
    Staff,
}

/// How the service and the provider stand, whatever the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The service or the provider is archived.
    pub archived: bool,
    /// The provider gives the service.
    pub gives_service: bool,
    /// The provider takes the patient: they accept new ones, or this is not a new one.
    pub accepts: bool,
    /// The service and the provider are shown to the public.
    pub public: bool,
}

impl Standing {
    /// Nothing stands in the way.
    pub const GOOD: Self = Self {
        archived: false,
        gives_service: true,
        accepts: true,
        public: true,
    };

    pub(super) fn reasons(self, asker: Asker) -> Vec<Reason> {
        let outsider = asker != Asker::Staff;
        [
            (self.archived, Reason::Archived),
            (!self.gives_service, Reason::ServiceNotOffered),
            (!self.accepts && outsider, Reason::NotAccepting),
            (
                !self.public && outsider,
                Reason::NotPublished {
                    mode: PublishMode::Internal,
                },
            ),
        ]
        .into_iter()
        .filter_map(|(refused, reason)| refused.then_some(reason))
        .collect()
    }
}
