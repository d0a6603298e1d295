# The frame around every page, and the words of its components.
shell-skip = Skip to content
shell-sidebar = Fold the sidebar
shell-main-nav = Main
shell-crumbs = Where you are
shell-preferences = Language and appearance
shell-language = Language
shell-theme = Appearance
shell-account = Your account
shell-log-out = Log out
account-title = Your account
shell-sign-in = Sign in
shell-close = Close
theme-system = As the device
theme-light = Light
theme-dark = Dark

nav-home = Home
nav-dashboard = Dashboard
nav-calendar = Calendar
nav-desk = Desk
nav-appointments = Appointments
nav-my-appointments = Appointments
nav-patients = Patients
nav-doctors = Doctors
nav-departments = Departments
nav-services = Services
nav-locations = Locations
nav-users = Users
nav-reports = Reports
nav-audit = Audit
nav-settings = Settings
nav-profile = Profile
nav-closures = Closures
nav-time-off = Time off
nav-organisations = Organisations
nav-book = Book

role-admin = Administrator
role-doctor = Doctor
role-receptionist = Reception
role-patient = Patient
role-operator = Operator

status-available = Available
status-held = Held
status-pending = To be confirmed
status-booked = Booked
status-arrived = Arrived
status-in-progress = In progress
status-fulfilled = Done
status-cancelled = Cancelled
status-declined = Declined
status-no-show = Did not come
status-blocked = Blocked
status-closed = Closed
status-past = Past

form-optional = optional
form-wrong = Please check the following
form-cancel = Cancel

table-search = Search
table-clear = Clear search
table-actions = Actions
table-none = Nothing matches
table-none-text = Try fewer or other words, or show everything again.
table-pages = Pages
table-first = First page
table-next = Next page

chart-table = Show as a table
month-taken = { $n }% of the open time is taken
month-more = { $n ->
    [one] One more time
   *[other] { $n } more times
}
timeline-open = open
nav-requests = Requests
