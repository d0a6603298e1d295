//! Who may do what: resource × action × scope. The roles are presets of such permissions.

use crate::name::names;

names! {
    /// What a person is in an organisation.
    pub enum Role {
        Admin = "admin",
        Doctor = "doctor",
        Receptionist = "receptionist",
        Patient = "patient",
        Operator = "operator",
    }
}

impl Role {
    /// Whether this role signs in at the staff's door.
    pub const fn is_staff(self) -> bool {
        !matches!(self, Self::Patient)
    }
}

names! {
    /// What a permission is about.
    pub enum Resource {
        Appointment = "appointment",
        /// Statuses of a visit: arrived, in progress, fulfilled, no-show, and their undo.
        Visit = "visit",
        Patient = "patient",
        /// What staff grant a patient to book.
        Ticket = "ticket",
        Provider = "provider",
        /// Openings, blocks and generation: a provider's calendar.
        Calendar = "calendar",
        Closure = "closure",
        /// Departments, locations, rooms and services.
        Catalogue = "catalogue",
        User = "user",
        Report = "report",
        Audit = "audit",
        Settings = "settings",
        Tenant = "tenant",
    }
}

names! {
    /// What is done with it.
    pub enum Action {
        Read = "read",
        Write = "write",
        /// Setting a rule aside, with a reason.
        Override = "override",
    }
}

/// How much of the organisation a permission covers, from narrow to wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// What belongs to the person: their own record, calendar or appointments.
    Own,
    /// The sites and departments that the membership names; all of them if it names none.
    Assigned,
    /// The whole organisation.
    Organisation,
}

/// How far `role` may `action` this `resource`; nothing means not at all.
pub const fn granted(role: Role, resource: Resource, action: Action) -> Option<Scope> {
    use Resource as R;
    use Scope::{Assigned, Organisation, Own};
    match (role, resource, action) {
        // The operator runs the installation and never sees a patient's data.
        (Role::Operator, R::Tenant, _) => Some(Organisation),
        (Role::Operator, _, _) | (_, R::Tenant, _) => None,

        (Role::Admin, R::Audit, Action::Write | Action::Override) => None,
        (Role::Admin, _, _) => Some(Organisation),

        (_, R::Catalogue | R::Provider, Action::Read) => Some(Organisation),

        (Role::Doctor, R::Appointment | R::Visit | R::Calendar | R::Ticket, _) => Some(Own),
        (Role::Doctor, R::Patient, Action::Read) => Some(Own),
        (Role::Doctor, R::Provider, Action::Write) => Some(Own),
        (Role::Doctor, R::Report, Action::Read) => Some(Own),
        (Role::Doctor, R::Closure, Action::Read) => Some(Organisation),
        // Their time off.
        (Role::Doctor, R::Closure, Action::Write) => Some(Own),

        (Role::Receptionist, R::Appointment | R::Visit, _) => Some(Assigned),
        (Role::Receptionist, R::Patient | R::Ticket, Action::Read | Action::Write) => Some(Organisation),
        (Role::Receptionist, R::Calendar, _) => Some(Assigned),
        (Role::Receptionist, R::Closure, Action::Read) => Some(Organisation),

        (Role::Patient, R::Appointment | R::Patient, Action::Read | Action::Write) => Some(Own),
        (Role::Patient, R::Ticket, Action::Read) => Some(Own),

        _ => None,
    }
}
