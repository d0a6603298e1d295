# The calendars of staff: month, week and day, and all that is done there.
calendar-title = Calendar
calendar-month = Month
calendar-week = Week
calendar-day = Day
calendar-views = View
calendar-today = Today
calendar-previous-month = Previous month
calendar-next-month = Next month
calendar-previous-week = Previous week
calendar-next-week = Next week
calendar-previous-day = Previous day
calendar-next-day = Next day
calendar-legend = What the colours and signs mean
calendar-location = Location
calendar-locations = Location

# Whose calendar.
calendar-doctor = Doctor
calendar-doctors = Doctors
calendar-find = Find
calendar-find-doctor = Find a doctor
calendar-show = Show
calendar-show-doctor = Show { $name } as well
calendar-hide-doctor = Hide { $name }
calendar-nobody = No doctor has such a name
calendar-nobody-text = Try fewer or other letters, or show everybody again.
calendar-everybody = Show all doctors
calendar-no-doctor = No doctors yet
calendar-no-doctor-text = A calendar belongs to a doctor. Add the first one, then give them hours here.
calendar-to-doctors = Add a doctor
calendar-no-location = No location yet
calendar-no-location-text = Hours belong to a place and its clock. Add the first location, then its doctors.
calendar-to-locations = Add a location

# Generating a month.
calendar-generate = Generate Calendar
calendar-generate-title = Create Calendar for Month
calendar-generate-slots = Generate Slots
calendar-generate-lead = Working hours for { $name }. Hours that are there already stay as they are, and so does every appointment.
calendar-preview = Preview
calendar-month-to-fill = Month
calendar-weekdays = Weekdays
calendar-from = From
calendar-to = To
calendar-from2 = From, after a break
calendar-to2 = To, after a break
calendar-slot-minutes = Slot length in minutes
calendar-publish-mode = Who may book
calendar-mode-online = Patients, online
calendar-mode-contact = Patients, through the clinic
calendar-mode-internal = Staff only
calendar-would-add = This adds { $slots ->
    [one] one slot
   *[other] { $slots } slots
} in { $openings ->
    [one] one stretch of hours.
   *[other] { $openings } stretches of hours.
}
calendar-would-add-nothing = This adds nothing: all of these hours are there already, or have passed.
calendar-kept = { $n ->
    [one] One stretch of hours that is there already stays as it is.
   *[other] { $n } stretches of hours that are there already stay as they are.
}
calendar-outside-hours = { $n ->
    [one] One appointment lies outside all hours.
   *[other] { $n } appointments lie outside all hours.
}
calendar-added = { $slots ->
    [one] Made one slot
   *[other] Made { $slots } slots
} in { $openings ->
    [one] one stretch of hours
   *[other] { $openings } stretches of hours
} for { $month }.
calendar-added-nothing = Nothing to add: all of these hours are there already, or have passed.
calendar-none = No hours here yet
calendar-none-text = Generate the calendar of a month from weekdays and times; single days can be changed afterwards.
calendar-fill = Choose days and times

# A day.
calendar-not-open = Not open
calendar-day-load = { $free } free, { $booked } booked
calendar-hours = Hours
calendar-no-hours = No hours on this day.
calendar-times = Times
calendar-cancelled = Called off
calendar-change = Change
calendar-add-hours = Add hours
calendar-block-time = Block time
calendar-day-view = Show as a day
calendar-whole-day = Show the whole day
calendar-hours-title = Add hours on { $day }
calendar-hours-added = The hours are added.
calendar-change-hours = Change hours
calendar-change-anyway = Change anyway
calendar-hours-changed = The hours are changed.
calendar-remove-hours = Remove hours
calendar-remove-title = Remove these hours?
calendar-remove-text = { $day }, { $when }: nobody will be able to book in them any more. Appointments stay.
calendar-hours-removed = The hours are removed.
calendar-would-strand = { $n ->
    [one] One appointment stays, but will lie outside all hours:
   *[other] { $n } appointments stay, but will lie outside all hours:
}

# A time.
calendar-date = Date
calendar-time = Time
calendar-status = Status
calendar-no-slot = No slot at this time
calendar-no-slot-text = There are no hours then, or they have been changed.
calendar-held = Held for somebody
calendar-held-text = Somebody is filling in the booking form. The time is free again in a few minutes if they leave it.
calendar-past-text = Nobody had this time, and it has passed.
calendar-booked-elsewhere = Appointment
calendar-busy-elsewhere = Busy in another calendar
calendar-kept-free = Kept free
calendar-kept-free-text = Kept free before or after an appointment, as its service asks.
calendar-time-off = Time off
calendar-closed = Closed
calendar-blocked = Blocked

# Booking for a patient.
calendar-book-for-patient = Book for a patient
calendar-find-patient = Name, birth date or phone
calendar-no-patient = No patient matches.
calendar-to-patients = Add a patient
calendar-patient = Patient
calendar-service = Service
calendar-choose = Choose …
calendar-reason = Reason for the visit
calendar-booked-by = Booked by
calendar-book-at = Book { $when }
calendar-book-anyway = Book anyway
calendar-override-reason = Why the rule is set aside
calendar-booked = Booked: { $when }.
calendar-refused = This cannot be booked
calendar-taken = Someone just took { $time }.
calendar-taken-somehow = Someone just took this time.
calendar-nearest = These are the nearest free times:
calendar-none-near = Nothing is free near by. Choose another day.
calendar-free-instead = Free instead

# An appointment.
calendar-appointment = Appointment
calendar-seats = { $taken } of { $most } seats
calendar-taken-seats = Taken
calendar-group-members = Who is coming
calendar-book-seat = Book a seat
calendar-notes = Notes
calendar-status-reason = Because
calendar-set-aside = Rules set aside
calendar-step-confirm = Confirm
calendar-step-decline = Decline
calendar-step-move = Move
calendar-step-cancel = Cancel appointment
calendar-step-check-in = Check in
calendar-step-start = Start visit
calendar-step-fulfil = Finish visit
calendar-step-no-show = Did not come
calendar-undo = Undo the last step
calendar-confirmed = Confirmed: { $when }.
calendar-declined = Declined: { $when }. The time is free again.
calendar-called-off = Cancelled: { $when }. The time is free again.
calendar-checked-in = Checked in for { $when }.
calendar-started = The visit has begun.
calendar-fulfilled = The visit is done.
calendar-marked-no-show = Noted: the patient did not come.
calendar-undone = Taken back.
calendar-cancel-title = Cancel this appointment?
calendar-cancel-text = { $name }, { $service }, { $when }. The time becomes free and the patient is told.
calendar-decline-title = Decline this request?
calendar-decline-text = { $name }, { $service }, { $when }. The time becomes free and the patient is told.
calendar-why-so = Reason
calendar-why-so-hint = The patient may read it.
calendar-stale = It has changed in the meantime
calendar-stale-text = Nothing was done. This is how it stands now.
calendar-move-title = Move { $name }
calendar-move-text = { $service }, now { $when }. Until a new time is chosen the old one is kept.
calendar-earlier = Earlier
calendar-later = Later
calendar-morning = Morning
calendar-afternoon = Afternoon
calendar-no-times = Nothing is free in these days.
calendar-choose-time = Choose a time.
calendar-move-here = Move to this time
calendar-keep-time = Keep the present time
calendar-moved = Moved to { $when }.

# Blocks.
calendar-block = Block
calendar-block-title = Block time
calendar-block-this = Block this time
calendar-block-reason = Reason
calendar-block-reason-hint = Staff see it, patients do not.
calendar-blocked-title = Blocked time
calendar-blocked-done = The time is blocked.
calendar-unblock = Open this time again
calendar-unblocked = The time is open again.
calendar-occupied = Something is there already

# Why a time is not offered.
calendar-why = Why is this time not offered?
calendar-why-lead = What a patient who asks for this time with { $name } is told, and why.
calendar-why-ask = Explain
calendar-no-room = The room or the equipment that it needs is taken.
calendar-rooms-title = Room and equipment
calendar-rooms-change = Change room
calendar-rooms-named = By name
calendar-rooms-save = Save
calendar-rooms-saved = The room was changed.
calendar-by = Read by
calendar-by-doctor = Doctors
calendar-by-room = Rooms
calendar-rooms = Rooms and equipment
calendar-room-taken = Taken
calendar-no-rooms = There are no rooms or devices here
calendar-no-rooms-text = Rooms and equipment of this location stand beside each other here, with what takes their time.

# Booking over others, late changes, no-shows.
calendar-over = Book another patient then
calendar-over-book = Book over
calendar-over-reason = Why two at one time
calendar-over-hint = It counts against the day’s limit, is marked everywhere, and stands on the audit trail.
calendar-overbooked = Overbooked
calendar-overbooked-text = Booked over another appointment.
calendar-late-reason = Why it is moved so late
calendar-late-hint = Patients cannot move it any more.
calendar-late-cancel-hint = Patients cannot cancel it any more. The patient may read the reason.
calendar-no-show = No-show
calendar-forgive = Forgive the no-show
calendar-forgive-text = It does not count against { $name } any more.
calendar-forgiven = Forgiven: it does not count any more.
calendar-is-forgiven = Forgiven: it does not count.
calendar-count-again = Count the no-show again
calendar-counted-again = It counts again.
