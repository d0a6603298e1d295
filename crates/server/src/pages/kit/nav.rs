//! Where each role can go.

use kalends_domain::permission::Role;

use super::icon::Icon;
use crate::http::locale::Locale;

/// An entry of the sidebar, or of a patient's row of places.
#[derive(Clone, Debug)]
pub struct NavItem {
    pub href: &'static str,
    pub label: String,
    pub icon: Icon,
    /// Whether the present page is there or below it.
    pub active: bool,
    /// Whether a line sets it off from the entries above.
    pub gap: bool,
    /// How many wait there; empty for none.
    pub count: String,
}

type Entry = (&'static str, &'static str, Icon);

const DASHBOARD: Icon = Icon("layout-dashboard");
const CALENDAR: Icon = Icon("calendar-days");
const REQUESTS: &str = "/requests";

const ADMIN: [&[Entry]; 3] = [
    &[
        ("/admin/dashboard", "nav-dashboard", DASHBOARD),
        ("/admin/calendar", "nav-calendar", CALENDAR),
        ("/desk", "nav-desk", Icon("concierge-bell")),
        (REQUESTS, "nav-requests", Icon("inbox")),
        ("/waitlist", "nav-waitlist", Icon("bell")),
        ("/admin/appointments", "nav-appointments", Icon("calendar-check-2")),
        ("/admin/patients", "nav-patients", Icon("users")),
    ],
    &[
        ("/admin/doctors", "nav-doctors", Icon("stethoscope")),
        ("/closures", "nav-closures", Icon("calendar-x-2")),
        ("/admin/departments", "nav-departments", Icon("building-2")),
        ("/admin/services", "nav-services", Icon("clipboard-list")),
        ("/admin/locations", "nav-locations", Icon("map-pin")),
        ("/admin/users", "nav-users", Icon("user-cog")),
    ],
    &[
        ("/admin/reports", "nav-reports", Icon("chart-column")),
        ("/admin/audit", "nav-audit", Icon("history")),
        ("/admin/settings", "nav-settings", Icon("settings")),
    ],
];
const DOCTOR: [&[Entry]; 1] = [&[
    ("/doctor/dashboard", "nav-dashboard", DASHBOARD),
    ("/doctor/calendar", "nav-calendar", CALENDAR),
    (REQUESTS, "nav-requests", Icon("inbox")),
    ("/closures", "nav-time-off", Icon("calendar-x-2")),
    ("/doctor/profile", "nav-profile", Icon("circle-user-round")),
]];
const DESK: [&[Entry]; 1] = [&[
    ("/desk", "nav-desk", Icon("concierge-bell")),
    ("/admin/calendar", "nav-calendar", CALENDAR),
    (REQUESTS, "nav-requests", Icon("inbox")),
    ("/waitlist", "nav-waitlist", Icon("bell")),
    ("/admin/appointments", "nav-appointments", Icon("calendar-check-2")),
    ("/admin/patients", "nav-patients", Icon("users")),
]];
const OPERATOR: [&[Entry]; 1] = [&[("/platform", "nav-organisations", Icon("building-2"))]];
const PATIENT: [&[Entry]; 1] = [&[
    ("/patient/dashboard", "nav-home", Icon("house")),
    ("/book", "nav-book", Icon("calendar-plus")),
    ("/patient/appointments", "nav-my-appointments", Icon("calendar-check-2")),
    ("/patient/profile", "nav-profile", Icon("circle-user-round")),
]];

/// The entries for a role, of which the one that leads to `path` is active; so many requests wait.
pub(super) fn items(l: Locale, role: Option<Role>, path: &str, requests: i64) -> Vec<NavItem> {
    let groups: &[&[Entry]] = match role {
        None => &[],
        Some(Role::Admin) => &ADMIN,
        Some(Role::Doctor) => &DOCTOR,
        Some(Role::Receptionist) => &DESK,
        Some(Role::Operator) => &OPERATOR,
        Some(Role::Patient) => &PATIENT,
    };
    let here = path.split('?').next().unwrap_or_default();
    let mut items = Vec::new();
    for (group, entries) in groups.iter().enumerate() {
        for (place, (href, key, icon)) in entries.iter().enumerate() {
            let below = here
                .strip_prefix(href)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            items.push(NavItem {
                href,
                label: l.t(key),
                icon: *icon,
                active: below,
                gap: group > 0 && place == 0,
                count: if *href == REQUESTS && requests > 0 {
                    l.number(requests)
                } else {
                    String::new()
                },
            });
        }
    }
    items
}

/// Where a role lands after signing in.
pub const fn home(role: Option<Role>) -> &'static str {
    match role {
        None => "/",
        Some(Role::Admin) => "/admin/dashboard",
        Some(Role::Doctor) => "/doctor/dashboard",
        Some(Role::Receptionist) => "/desk",
        Some(Role::Operator) => "/platform",
        Some(Role::Patient) => "/patient/dashboard",
    }
}

pub(super) const fn role_key(role: Role) -> &'static str {
    match role {
        Role::Admin => "role-admin",
        Role::Doctor => "role-doctor",
        Role::Receptionist => "role-receptionist",
        Role::Patient => "role-patient",
        Role::Operator => "role-operator",
    }
}
