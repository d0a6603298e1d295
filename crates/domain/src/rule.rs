//! The rules by which a time is refused, each with the one name that people, clients and catalogues know it by.

use crate::name::names;

names! {
    /// Why a time cannot be booked.
    pub enum Rule {
        /// The service, the provider or the location is no longer in use.
        Archived = "archived",
        /// The provider does not give this service.
        ServiceNotOffered = "service-not-offered",
        /// The provider takes no new patients.
        NotAccepting = "not-accepting",
        /// The ticket is for another provider.
        TicketElsewhere = "ticket-elsewhere",
        /// The patient missed so many appointments that they book by telephone only.
        PhoneOnly = "phone-only",
        /// It has begun already.
        Past = "past",
        /// The service is for people who have not been here before.
        NewPatientsOnly = "new-patients-only",
        /// The service is for people who have been here before.
        ReturningPatientsOnly = "returning-patients-only",
        /// The patient has as many appointments to come as one person may.
        TooManyOpen = "too-many-open",
        /// Sooner than the service's minimum notice.
        LeadTime = "lead-time",
        /// Further ahead than the service may be booked.
        BookingHorizon = "booking-horizon",
        /// The provider is not open there for all of it.
        OutsideOpenings = "outside-openings",
        /// Between two starts: starts are evenly spaced from the beginning of the opening.
        StartInterval = "start-interval",
        /// Open, but not for booking online.
        NotPublished = "not-published",
        /// Not yet released for booking online.
        NotReleased = "not-released",
        /// The opening is kept for other services.
        ServiceNotInOpening = "service-not-in-opening",
        /// The service is booked as often as it may be on that day.
        ServiceDayCap = "service-day-cap",
        /// The same, in that week.
        ServiceWeekCap = "service-week-cap",
        /// The provider has as many appointments as they may on that day.
        ProviderDayCap = "provider-day-cap",
        /// The same, in that week.
        ProviderWeekCap = "provider-week-cap",
        /// The location is closed.
        Closure = "closure",
        /// The provider has time off.
        TimeOff = "time-off",
        /// The provider keeps this time free.
        Block = "block",
        /// The provider is busy then, with the buffers of both appointments.
        Taken = "taken",
        /// Every seat of the group is taken.
        SessionFull = "session-full",
        /// The patient has another appointment then.
        PatientOverlap = "patient-overlap",
        /// No room or piece of equipment of the needed kind is free.
        NoResource = "no-resource",
        /// As many appointments of the provider's day are booked over others as the organisation allows.
        OverbookingLimit = "overbooking-limit",
    }
}

names! {
    /// What a patient can do who was refused a time, or sees none.
    pub enum NextStep {
        /// The next free times.
        OtherTime = "other-time",
        /// Whoever else gives the service.
        OtherProvider = "other-provider",
        OtherLocation = "other-location",
        /// What they have already, which may be moved.
        OwnAppointments = "own-appointments",
        OtherService = "other-service",
        /// They say what would suit them, and hear when it is free.
        Waitlist = "waitlist",
        /// Where the program does not help, people do.
        Phone = "phone",
    }
}

impl Rule {
    /// Whether staff may set it aside for one booking. What would put two into one room they may not; a provider's time that is
    /// taken is booked over, which is counted and capped.
    pub const fn may_be_set_aside(self) -> bool {
        matches!(
            self,
            Self::NotAccepting
                | Self::NewPatientsOnly
                | Self::ReturningPatientsOnly
                | Self::TooManyOpen
                | Self::ServiceDayCap
                | Self::ServiceWeekCap
                | Self::ProviderDayCap
                | Self::ProviderWeekCap
                | Self::LeadTime
                | Self::BookingHorizon
                | Self::StartInterval
                | Self::NotPublished
                | Self::NotReleased
                | Self::ServiceNotInOpening
                | Self::SessionFull
                | Self::Taken
                | Self::PatientOverlap
        )
    }

    /// Whether the time was there to be had and somebody else has it: the answer is another time, not another request.
    pub const fn is_conflict(self) -> bool {
        matches!(self, Self::Taken | Self::SessionFull | Self::NoResource)
    }

    /// What a patient whom it refuses can do next, the best first: never nothing.
    pub const fn next_steps(self) -> &'static [NextStep] {
        use NextStep as N;
        match self {
            Self::Archived => &[N::OtherService, N::Phone],
            Self::ServiceNotOffered => &[N::OtherProvider, N::OtherService, N::Phone],
            Self::NotAccepting | Self::TicketElsewhere => &[N::OtherProvider, N::Phone],
            Self::Past | Self::StartInterval | Self::BookingHorizon => &[N::OtherTime],
            Self::NewPatientsOnly | Self::ReturningPatientsOnly => &[N::OtherService, N::Phone],
            Self::TooManyOpen => &[N::OwnAppointments, N::Phone],
            Self::ServiceDayCap | Self::ServiceWeekCap => &[N::OtherTime, N::Waitlist, N::Phone],
            Self::ProviderDayCap | Self::ProviderWeekCap => &[N::OtherTime, N::OtherProvider, N::Waitlist, N::Phone],
            Self::LeadTime | Self::NotReleased => &[N::OtherTime, N::OtherProvider, N::Phone],
            Self::NotPublished => &[N::Phone, N::OtherTime],
            Self::PhoneOnly => &[N::Phone, N::OwnAppointments],
            Self::Closure => &[N::OtherTime, N::OtherLocation, N::Waitlist, N::Phone],
            Self::OutsideOpenings
            | Self::TimeOff
            | Self::ServiceNotInOpening
            | Self::Block
            | Self::Taken
            | Self::SessionFull
            | Self::NoResource
            | Self::OverbookingLimit => &[N::OtherTime, N::OtherProvider, N::OtherLocation, N::Waitlist, N::Phone],
            Self::PatientOverlap => &[N::OtherTime, N::OwnAppointments],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rule;

    #[test]
    fn no_rule_is_a_dead_end() {
        for rule in Rule::ALL {
            assert!(!rule.next_steps().is_empty(), "{rule}");
        }
    }
}
