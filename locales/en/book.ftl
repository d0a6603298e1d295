book-title = What do you need?
book-with-provider = With { $name }
book-no-services = Nothing to book here
book-no-services-text = This cannot be booked online at the moment.
book-change = Change

book-time-title = When suits you?
book-anyone = Anyone available
book-with = With
book-where = Where
book-from = From
book-show = Show
book-other-day = Another day
book-earlier = Earlier
book-later = Later
book-times-at = Times in { $place } ({ $zone })
book-your-time = { $time } where you are
book-morning = Morning
book-afternoon = Afternoon
book-evening = Evening
book-day-none = No free times
book-chosen = { $day }, { $time }, { $place }
book-choose-time = Choose a time
book-recommended = Recommended
book-seats-left =
    { $count ->
        [one] 1 seat left
       *[other] { $count } seats left
    }
book-continue = Continue
book-nothing-suits = Nothing that suits?
book-next-free = Next free: { $day }
book-others = Other doctors
book-elsewhere = Other locations
book-call = Call { $phone }
book-week-none = No free times in these days
book-week-none-text = There are free times later.
book-none-text = There is nothing free in the coming months. Try someone else, or ask us.
book-no-time-chosen = Choose a time first
book-no-time-chosen-text = Pick one of the times below, then continue.
book-not-for-staff = Staff book for patients at the desk.

book-confirm-title = Check and book
book-request-title = Check and request
book-not-booked-title = Not booked yet
book-fact-what = What
book-fact-when = When
book-fact-with = With
book-fact-where = Where
book-fact-who = For
book-fact-price = Price
book-approval = The clinic confirms your request; until then the time is kept for you.
book-reason = What is it about?
book-reason-hint = Only the clinic reads this.
book-button = Book { $time }
book-request-button = Request { $time }
book-other-time = Choose another time
book-kept-until = Kept for you until { $time }
book-kept-for = Kept for you for { $time }
book-kept-over = No longer kept for you. It may still be free: try to book it.
book-expired-but-free = The time was no longer kept for you, but it was still free. It is yours now.

book-just-taken = Someone just took { $time }
book-just-taken-text = These are the nearest free times. Nothing you typed is lost.
book-just-taken-none = Nothing else is free around that time. Please choose another day.
book-alternative = { $time } with { $name }
book-not-possible = This time cannot be booked
book-for-whom = Whom it is for
book-for-me = For me
book-next-times = See the next free times
book-other-service = Choose another service
