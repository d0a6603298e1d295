# Weekly hours, from which the calendar is opened.
hours-title = Weekly hours
hours-lead = The calendar is opened from these hours by itself. Days that were changed by hand stay as they are.
hours-link = Weekly hours
hours-add = Add weekly hours
hours-new = Add weekly hours
hours-edit = Change
hours-edit-title = Change weekly hours
hours-end = End these hours
hours-end-title = End these hours?
hours-none = No weekly hours
hours-none-text = With weekly hours the calendar fills itself. Without them it is filled a month at a time.
hours-save = Save
hours-from = From
hours-until = Until
hours-until-hint = Leave empty for as long as you like.
hours-every = Every how many weeks
hours-every-hint = Counted from the first week.
hours-day = Day
hours-open = Open
hours-terms = For whom
hours-release = Released hours before
hours-release-hint = Leave empty for at once.
hours-services = Only for
hours-other-services = Other services
hours-week = The week
hours-more-times = Add times
hours-services-hint = Tick none for all services.
hours-copy = Copy a day
hours-copy-from = From
hours-copy-to = To
hours-copy-do = Copy
hours-from-date = From { $date } on
hours-every-n = every { $n } weeks
hours-slots = { $n } min apart
hours-released = released { $time } before
hours-would = This opens { $created ->
    [one] one time range
   *[other] { $created } time ranges
  } and closes { $removed }.
hours-saved = Saved: { $created } opened, { $removed } closed.
hours-ended = Ended: { $removed } closed, { $created } opened.
