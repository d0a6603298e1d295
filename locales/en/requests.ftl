# The inbox of requests.
requests-title = Requests
requests-lead = Their time is kept until you answer.
requests-order = Order
requests-soonest = Soonest first
requests-oldest = Oldest first
requests-more = More requests
requests-none = No requests
requests-none-text = When somebody asks for an appointment that you have to agree to, it stands here.
requests-asked = Asked for on { $when }.
requests-expires = Declined without an answer: { $when }.
requests-expired = Nobody could answer the request in time.
requests-came = { $n ->
    [one] { $n } visit
   *[other] { $n } visits
}
requests-no-shows = { $n ->
    [one] { $n } no-show
   *[other] { $n } no-shows
}
requests-cancelled = { $n } cancelled
requests-coming = { $n } coming
requests-first-time = Nothing before
requests-whole-day = The whole day
requests-confirm = Approve
requests-propose = Propose another time
requests-decline = Decline
requests-confirmed = Approved: { $when }.
requests-declined = Declined: { $when } is free again.
requests-withdrawn = The proposal is taken back. The request is for { $when }.
requests-withdraw = Take it back
requests-proposed = Proposed instead: { $when }. The patient can answer until { $until }.
requests-propose-title = Another time for { $name }
requests-propose-text = { $service } with { $doctor }, asked for { $when }. Both times are kept until the patient answers.
requests-message = A line for the patient
requests-message-hint = The patient reads it with the proposal.
requests-propose-button = Propose this time
requests-proposal-sent = Proposed. The patient finds it on the appointment’s page.
requests-not-proposed = Not proposed
requests-taken = This time has just been taken. Choose another one.
