//! Who asks for a time, and what refuses every time that they could ask for.

use super::Reason;
use crate::opening::PublishMode;
use crate::service::Clientele;

/// Who asks. Staff are not bound by the lead time, the publish mode or a provider who takes no new patients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// A visitor who is not signed in.
    Public,
    Patient,
    Staff,
}

/// What a ticket of the asker's says about a provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Granted {
    /// There is none.
    #[default]
    Nothing,
    /// It is for this provider: that they or the service are not public, or that they take no new patients, is set aside.
    Here,
    /// It is for somebody else.
    Elsewhere,
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
    /// What the asker's ticket says.
    pub granted: Granted,
    /// Whether the service is for this patient; always, while nobody knows who it is for.
    pub patient: PatientStanding,
}

/// How many appointments to come the patient may have, and has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenLimit {
    pub most: u32,
    pub open: u32,
}

/// How the patient stands with the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PatientStanding {
    /// The service is for the others: for new ones if this one has been here before, and the reverse.
    pub for_others: Option<Clientele>,
    /// How many appointments to come one person may have: of the service, and of any.
    pub open_of_service: Option<OpenLimit>,
    pub open_of_any: Option<OpenLimit>,
    /// The patient missed so many appointments that they book by telephone.
    pub phone_only: bool,
}

impl Standing {
    /// Nothing stands in the way.
    pub const GOOD: Self = Self {
        archived: false,
        gives_service: true,
        accepts: true,
        public: true,
        granted: Granted::Nothing,
        patient: PatientStanding {
            for_others: None,
            open_of_service: None,
            open_of_any: None,
            phone_only: false,
        },
    };

    pub(super) fn reasons(self, asker: Asker) -> Vec<Reason> {
        let outsider = asker != Asker::Staff && self.granted != Granted::Here;
        let mut reasons = self.patient.reasons();
        reasons.extend(self.general_reasons(outsider));
        reasons
    }

    fn general_reasons(self, outsider: bool) -> impl Iterator<Item = Reason> {
        [
            (self.archived, Reason::Archived),
            (!self.gives_service, Reason::ServiceNotOffered),
            (!self.accepts && outsider, Reason::NotAccepting),
            (self.granted == Granted::Elsewhere, Reason::TicketElsewhere),
            (self.patient.phone_only && outsider, Reason::PhoneOnly),
            (
                !self.public && outsider,
                Reason::NotPublished {
                    mode: PublishMode::Internal,
                },
            ),
        ]
        .into_iter()
        .filter_map(|(refused, reason)| refused.then_some(reason))
    }
}

impl PatientStanding {
    fn reasons(self) -> Vec<Reason> {
        let wrong = self.for_others.and_then(|others| match others {
            Clientele::Anyone => None,
            Clientele::New => Some(Reason::NewPatientsOnly),
            Clientele::Returning => Some(Reason::ReturningPatientsOnly),
        });
        let limits = [self.open_of_service, self.open_of_any].into_iter().flatten();
        let reached = limits.filter(|limit| limit.open >= limit.most).map(|limit| limit.most);
        let many = reached.min().map(|most| Reason::TooManyOpen { most });
        wrong.into_iter().chain(many).collect()
    }
}
