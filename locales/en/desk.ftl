desk-title = Desk
desk-show = Show

desk-next = Next
desk-here = Here now
desk-over = Earlier today
desk-none = Nobody is booked today
desk-none-text = Whoever books for today appears here.
desk-all-came = Nobody else is expected today.
desk-late = { $time } late
desk-waiting-since = Waiting since { $time }
desk-inside-since = With the doctor since { $time }

desk-confirm = Approve
desk-decline = Decline
desk-check-in = Check in
desk-no-show = No-show
desk-start = Start
desk-fulfil = Finish
desk-undo = Undo
desk-confirmed = Approved.
desk-declined = Declined. The time is free again.
desk-checked-in = Checked in. A wrong one can be undone under “Here now”.
desk-started = The visit has begun.
desk-fulfilled = The visit is finished.
desk-marked-no-show = Marked as a no-show. It can be undone under “Earlier today”.
desk-undone = Undone.
desk-wrong-state = Somebody else was faster: its state has changed.
desk-taken = Someone just took this time. Choose another one.

desk-doctors = Doctors
desk-nobody-works = Nobody works here today
desk-nobody-works-text = Doctors with open hours or appointments today appear here.
desk-away = Not here today: { $names }
desk-with = With { $name } since { $time }
desk-kept-waiting = { $name } is waiting since { $time }
desk-due = Expecting { $name } since { $time }
desk-free-until = Free until { $time }
desk-busy-until = Not available until { $time }
desk-from-time = Here from { $time }
desk-day-over = Done for today
desk-next-one = Next { $time } { $name }
desk-counts = { $booked } booked, { $free } free

desk-person-title = Find a patient
desk-person-hint = Name, birth date or phone
desk-find = Find
desk-nobody = Who is it?
desk-nobody-text = Press / and type a few letters. Enter opens the first who fits; then b books for them.
desk-not-found = Nobody found. Try fewer letters, or add them.
desk-not-added = Not added yet
desk-added = Patient added.
desk-record = Record
desk-close = Close
desk-coming = Coming appointments
desk-no-coming = Nothing booked.

desk-book-for = Book
desk-which-service = Which service?
desk-letters = First letters of the service
desk-from = From
desk-reason = Reason
desk-book = Book
desk-later = Later days
desk-booked = Booked for { $time }.
desk-not-booked = Not booked
desk-nearest = Nearest: { $times }
desk-no-times = Nothing is free in these { $days } days. Try someone else, another day or another location.

# Walk-ins, no-shows, booking over others.
desk-walk-in = Walk-in
desk-walk-in-text = Noted as arrived, and booked for now or for the first time that is free today.
desk-walk-in-button = Take in now
desk-walk-in-over = Over others, because
desk-walk-in-over-hint = Only if they cannot wait: they are taken in now even if the doctor is busy.
desk-walked-in = Arrived, { $time } with { $doctor }.
desk-not-walked-in = Nobody can take them today
desk-book-over = Book it all the same, with a reason
desk-missed-term = Did not come
desk-missed = { $n ->
    [one] { $n } time since { $since }
   *[other] { $n } times since { $since }
}
desk-missed-approval = What they book online is a request.
desk-missed-phone = They book by telephone only.
