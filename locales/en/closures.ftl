# Closures and time off.
closures-title = Closures and time off
closures-add = Close or take time off
closures-close = Close
closures-none = Nothing is closed
closures-none-text = Holidays of the clinic and doctors' time off stand here. Nobody can book in them.
closures-requests = Waiting for your decision
closures-decide = Decide
closures-open = Look
closures-when = When
closures-coming = To come
closures-past = Past
closures-whose = Who
closures-everybody = Everybody
closures-former = No longer here
closures-reason = Reason
closures-repeats = Repeats
closures-yearly = Every year
closures-yearly-hint = On the same dates, five years ahead. Each can be opened again by itself; removing the first ends it.
closures-status = State
closures-in-it = Appointments in it
closures-answer = Answer
closures-requested = Waiting
closures-approved = Closed
closures-declined = Declined
closures-first = First day
closures-last = Last day
closures-last-hint = Leave empty for one day.
closures-from-time = From
closures-to-time = Until
closures-time-hint = Leave both empty for whole days.
closures-appointments = { $n ->
    [0] None
    [one] One
   *[other] { $n }
  }
closures-strands = { $n ->
    [one] One appointment lies in it.
   *[other] { $n } appointments lie in it.
  }
closures-strands-none = No appointments lie in it.
closures-strands-would = They stay as they are. Once this is approved they can be moved.
closures-strands-text = They are kept until somebody moves them.
closures-made = Closed.
closures-approve = Approve
closures-decline = Decline
closures-note = A word to the doctor
closures-why-not = Why not
closures-was-approved = Approved.
closures-was-declined = Declined.
closures-withdraw = Withdraw
closures-open-again = Open again
closures-forget = Remove
closures-removed = Removed.

holidays-title = Public holidays
holidays-link = Public holidays
holidays-lead = Close on the public holidays of your country in one go. Check them against what your authority publishes: feasts that follow the moon can be a day off.
holidays-country = Country
holidays-region = Region
holidays-whole = All of it
holidays-year = Year
holidays-show = Show
holidays-days = Days to close
holidays-hint = Nobody can book on a day that is ticked. Appointments on it are kept until you move them.
holidays-closed = Closed already
holidays-close = Close on the ticked days
holidays-none = No public holidays are left in this year.
holidays-none-ticked = Tick the days on which you close.
holidays-made = { $n ->
    [0] Everything was closed already.
    [one] One day is closed.
   *[other] { $n } days are closed.
  }
holidays-source = Dates: { $source }

time-off-title = Time off
time-off-add = Take time off
time-off-ask = Ask for it
time-off-take = Take it
time-off-asked = Asked. Until somebody decides, your calendar stays open.
time-off-none = No time off
time-off-none-text = Days on which you are away stand here. Patients cannot book you then.

stranded-title = Appointments without a time
stranded-link = Move appointments
stranded-lead = A closure, time off, changed hours or a changed clock took their time. Each has a suggestion: change or untick what does not fit.
stranded-agreed = Agreed: { $time }. The clock there changed.
stranded-who = Patient
stranded-what = What
stranded-now = Now
stranded-to = New time
stranded-move = Move the ticked appointments
stranded-told = Each patient is told.
stranded-no-time = No free time found
stranded-none = Every appointment has its time
stranded-none-text = When a closure, time off, changed hours or a changed clock take somebody's time, they stand here.
stranded-none-chosen = Nothing was ticked.
stranded-moved = { $n ->
    [one] One appointment moved.
   *[other] { $n } appointments moved.
  }
stranded-some = { $moved } moved, { $kept } not.
stranded-some-text = What could not be moved keeps its time and has a new suggestion below.
stranded-more = The first { $n } are shown. When they are moved, the next ones come up.
stranded-taken = Somebody just took that time.
stranded-changed = It was changed meanwhile.
stranded-not-yours = This is not in your calendar.
stranded-not-possible = That time is not possible.
