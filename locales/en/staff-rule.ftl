# Why a time cannot be booked, for staff. The rule's name is the id without "staff-rule-".
staff-rule-archived = The service, the doctor or the location is no longer in use.
staff-rule-service-not-offered = The doctor does not give this service.
staff-rule-not-accepting = The doctor takes no new patients.
staff-rule-past = This time has passed.
staff-rule-lead-time = It is sooner than the service's minimum notice allows.
staff-rule-booking-horizon = It is further ahead than this service can be booked.
staff-rule-outside-openings = The doctor has no hours there for the whole of it.
staff-rule-start-interval = Starts are evenly spaced from the beginning of the hours; this is between two of them.
staff-rule-not-published = These hours are not open for booking online.
staff-rule-closure = The location is closed then.
staff-rule-block = The doctor's time is blocked.
staff-rule-taken = The doctor is busy then, counting the time kept free before and after.
staff-rule-patient-overlap = The patient has another appointment then.
staff-rule-no-resource = No room or equipment of the kind it needs is free.
staff-rule-cancel-cutoff = It is too late to cancel this appointment.
staff-rule-reschedule-cutoff = It is too late to move this appointment.
staff-rule-too-early = It is too early for this step: wait until the day, or the time, of the appointment.
