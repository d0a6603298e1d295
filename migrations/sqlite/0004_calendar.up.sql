-- A provider's weekly hours at a location, from which openings are made.
CREATE TABLE templates (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    provider_id BLOB NOT NULL,
    location_id BLOB NOT NULL,
    effective_from TEXT NOT NULL,
    effective_until TEXT CHECK (effective_until >= effective_from),
    every_weeks INTEGER NOT NULL DEFAULT 1 CHECK (every_weeks BETWEEN 1 AND 52),
    published_until TEXT, -- the last date for which its openings were made
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    archived_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id),
    FOREIGN KEY (tenant_id, location_id) REFERENCES locations (tenant_id, id)
) STRICT;
CREATE INDEX templates_provider ON templates (tenant_id, provider_id);

CREATE TABLE template_windows (
    tenant_id BLOB NOT NULL,
    template_id BLOB NOT NULL,
    position INTEGER NOT NULL, -- in the order in which they were given
    weekday TEXT NOT NULL CHECK (weekday IN ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')),
    local_from TEXT NOT NULL, -- HH:MM
    local_to TEXT NOT NULL, -- HH:MM, up to 24:00
    slot_minutes INTEGER NOT NULL CHECK (slot_minutes BETWEEN 5 AND 480),
    publish_mode TEXT NOT NULL DEFAULT 'online' CHECK (publish_mode IN ('online', 'contact', 'internal')),
    release_minutes INTEGER CHECK (release_minutes BETWEEN 0 AND 527040), -- before it begins; absent: at once
    PRIMARY KEY (tenant_id, template_id, position),
    FOREIGN KEY (tenant_id, template_id) REFERENCES templates (tenant_id, id)
) STRICT;

-- The only services that a window is for; none means all.
CREATE TABLE template_window_services (
    tenant_id BLOB NOT NULL,
    template_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    service_id BLOB NOT NULL,
    PRIMARY KEY (tenant_id, template_id, position, service_id),
    FOREIGN KEY (tenant_id, template_id, position) REFERENCES template_windows (tenant_id, template_id, position) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id)
) STRICT;

-- Dated windows in which a provider can be booked: local wall time for people, instants for the rules.
CREATE TABLE openings (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    provider_id BLOB NOT NULL,
    location_id BLOB NOT NULL,
    local_date TEXT NOT NULL,
    local_from TEXT NOT NULL, -- HH:MM
    local_to TEXT NOT NULL, -- HH:MM, up to 24:00
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL CHECK (ends_at > starts_at AND ends_at - starts_at <= 172800000000), -- 48 hours
    slot_minutes INTEGER NOT NULL CHECK (slot_minutes BETWEEN 5 AND 480),
    publish_mode TEXT NOT NULL DEFAULT 'online' CHECK (publish_mode IN ('online', 'contact', 'internal')),
    release_minutes INTEGER CHECK (release_minutes BETWEEN 0 AND 527040), -- before it begins; absent: at once
    limited INTEGER NOT NULL DEFAULT 0, -- to the services in opening_services
    template_id BLOB, -- what it was made from; absent once somebody changed it
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id),
    FOREIGN KEY (tenant_id, location_id) REFERENCES locations (tenant_id, id),
    FOREIGN KEY (tenant_id, template_id) REFERENCES templates (tenant_id, id)
) STRICT;
CREATE INDEX openings_provider ON openings (tenant_id, provider_id, starts_at);

CREATE TABLE opening_services (
    tenant_id BLOB NOT NULL,
    opening_id BLOB NOT NULL,
    service_id BLOB NOT NULL,
    PRIMARY KEY (tenant_id, opening_id, service_id),
    FOREIGN KEY (tenant_id, opening_id) REFERENCES openings (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id)
) STRICT;

CREATE TABLE closures (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    id BLOB NOT NULL,
    location_id BLOB, -- absent, and no provider: all of them
    provider_id BLOB, -- this provider's time off
    status TEXT NOT NULL CHECK (status IN ('requested', 'approved', 'declined')),
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL CHECK (ends_at > starts_at),
    reason TEXT,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    decision TEXT, -- what was said to a request
    yearly_until TEXT, -- it repeats every year, and was repeated until here; absent: it does not
    decided_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    CHECK (location_id IS NULL OR provider_id IS NULL),
    FOREIGN KEY (tenant_id, location_id) REFERENCES locations (tenant_id, id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id),
    FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id)
) STRICT;
CREATE INDEX closures_ends_at ON closures (tenant_id, ends_at);

CREATE TABLE blocks (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    provider_id BLOB NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL CHECK (ends_at > starts_at),
    reason TEXT,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id),
    FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id)
) STRICT;

-- One booking of a service that staff granted to a patient. It is spent by an appointment that has it and takes time.
CREATE TABLE tickets (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    patient_id BLOB NOT NULL,
    service_id BLOB NOT NULL,
    provider_id BLOB, -- with whom; absent: anyone
    department_id BLOB, -- with anyone of this department
    valid_until INTEGER, -- absent: until it is revoked
    note TEXT, -- for the patient
    created_by BLOB,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    CHECK (provider_id IS NULL OR department_id IS NULL),
    FOREIGN KEY (tenant_id, patient_id) REFERENCES patients (tenant_id, id),
    FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id),
    FOREIGN KEY (tenant_id, department_id) REFERENCES departments (tenant_id, id),
    FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id)
) STRICT;
CREATE INDEX tickets_patient ON tickets (tenant_id, patient_id);

CREATE TABLE appointments (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    status TEXT NOT NULL CHECK (status IN
        ('pending', 'booked', 'arrived', 'in_progress', 'fulfilled', 'cancelled', 'declined', 'no_show')),
    service_id BLOB NOT NULL,
    provider_id BLOB NOT NULL,
    patient_id BLOB NOT NULL,
    location_id BLOB NOT NULL,
    resource_ids TEXT NOT NULL DEFAULT '[]', -- the rooms and the equipment that it was given
    group_id BLOB, -- those who share its time
    series_id BLOB, -- those that were booked by one rule
    visit_id BLOB, -- what the patient comes for in one go
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL CHECK (ends_at > starts_at),
    time_zone TEXT NOT NULL,
    utc_offset_seconds INTEGER NOT NULL, -- of its zone when the time was agreed: with it, what the clock was to show
    clock_changed INTEGER NOT NULL DEFAULT 0 CHECK (clock_changed IN (0, 1)), -- the zone has another offset by now, and the agreed time was not free
    reason TEXT,
    notes TEXT,
    policy TEXT NOT NULL, -- the service's rules as they were when it was booked
    overrides TEXT NOT NULL DEFAULT '[]', -- the rules that staff set aside
    booked_by BLOB,
    ticket_id BLOB, -- what it was granted by
    answers TEXT NOT NULL DEFAULT '[]', -- to the service's questions, as they were asked
    status_reason TEXT, -- why it was cancelled or declined
    forgiven INTEGER NOT NULL DEFAULT 0 CHECK (forgiven IN (0, 1)), -- a no-show that is not held against the patient
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id),
    FOREIGN KEY (tenant_id, patient_id) REFERENCES patients (tenant_id, id),
    FOREIGN KEY (tenant_id, location_id) REFERENCES locations (tenant_id, id),
    FOREIGN KEY (tenant_id, booked_by) REFERENCES users (tenant_id, id),
    FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets (tenant_id, id),
    CHECK (series_id IS NULL OR visit_id IS NULL)
) STRICT;
-- A ticket is spent once; it comes back with an appointment that no longer takes time.
CREATE UNIQUE INDEX appointments_ticket ON appointments (tenant_id, ticket_id)
    WHERE ticket_id IS NOT NULL AND status NOT IN ('cancelled', 'declined');
CREATE INDEX appointments_group ON appointments (tenant_id, group_id) WHERE group_id IS NOT NULL;
CREATE INDEX appointments_series ON appointments (tenant_id, series_id) WHERE series_id IS NOT NULL;
CREATE INDEX appointments_visit ON appointments (tenant_id, visit_id) WHERE visit_id IS NOT NULL;
CREATE INDEX appointments_time ON appointments (tenant_id, starts_at, id);
CREATE INDEX appointments_provider ON appointments (tenant_id, provider_id, starts_at);
CREATE INDEX appointments_service ON appointments (tenant_id, service_id, starts_at);
CREATE INDEX appointments_patient ON appointments (tenant_id, patient_id, starts_at);
-- The inbox and its count.
CREATE INDEX appointments_pending ON appointments (tenant_id, starts_at) WHERE status = 'pending';

CREATE TABLE holds (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    service_id BLOB NOT NULL,
    provider_id BLOB NOT NULL,
    location_id BLOB NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL CHECK (ends_at > starts_at),
    expires_at INTEGER NOT NULL,
    created_by BLOB, -- absent for a proposal, which is the organisation's
    created_at INTEGER NOT NULL,
    appointment_id BLOB, -- a proposal: the time that staff offer for this appointment instead of its own
    message TEXT, -- what staff say with it
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, token_hash),
    FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id),
    FOREIGN KEY (tenant_id, location_id) REFERENCES locations (tenant_id, id),
    FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id),
    FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments (tenant_id, id)
) STRICT;
CREATE INDEX holds_expires_at ON holds (tenant_id, expires_at);
CREATE INDEX holds_created_by ON holds (tenant_id, created_by) WHERE created_by IS NOT NULL;
CREATE INDEX holds_appointment ON holds (tenant_id, appointment_id) WHERE appointment_id IS NOT NULL;

-- Who waits for a time of a service that is not free.
CREATE TABLE waitlist_entries (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    patient_id BLOB NOT NULL,
    service_id BLOB NOT NULL,
    location_id BLOB, -- absent: at any
    weekdays TEXT NOT NULL DEFAULT '[]', -- on one of these; none: on any
    local_from TEXT NOT NULL, -- HH:MM: the hours in which all of it must lie
    local_to TEXT NOT NULL, -- HH:MM, up to 24:00
    from_date TEXT NOT NULL,
    until_date TEXT NOT NULL CHECK (until_date >= from_date),
    note TEXT,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    contacted_at INTEGER, -- when staff were last in touch
    left_at INTEGER, -- given up
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, patient_id) REFERENCES patients (tenant_id, id),
    FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id),
    FOREIGN KEY (tenant_id, location_id) REFERENCES locations (tenant_id, id),
    FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id)
) STRICT;
CREATE INDEX waitlist_entries_patient ON waitlist_entries (tenant_id, patient_id);
CREATE INDEX waitlist_entries_waiting ON waitlist_entries (tenant_id, until_date) WHERE left_at IS NULL;

-- With whom they want it; none: with anyone.
CREATE TABLE waitlist_entry_providers (
    tenant_id BLOB NOT NULL,
    entry_id BLOB NOT NULL,
    provider_id BLOB NOT NULL,
    PRIMARY KEY (tenant_id, entry_id, provider_id),
    FOREIGN KEY (tenant_id, entry_id) REFERENCES waitlist_entries (tenant_id, id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id)
) STRICT;

-- What they were offered. The hold is gone when somebody took the time.
CREATE TABLE waitlist_offers (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    entry_id BLOB NOT NULL,
    hold_id BLOB NOT NULL,
    provider_id BLOB NOT NULL,
    location_id BLOB NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    by_desk INTEGER NOT NULL, -- made by telephone
    offered_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    declined_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, entry_id, provider_id, starts_at), -- nobody is offered one time twice
    FOREIGN KEY (tenant_id, entry_id) REFERENCES waitlist_entries (tenant_id, id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id),
    FOREIGN KEY (tenant_id, location_id) REFERENCES locations (tenant_id, id)
) STRICT;
CREATE INDEX waitlist_offers_hold ON waitlist_offers (tenant_id, hold_id);

CREATE TABLE appointment_events (
    tenant_id BLOB NOT NULL,
    appointment_id BLOB NOT NULL,
    version INTEGER NOT NULL, -- the version that this change made
    at INTEGER NOT NULL,
    actor_id BLOB,
    action TEXT NOT NULL,
    from_status TEXT,
    to_status TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    provider_id BLOB NOT NULL,
    reason TEXT,
    PRIMARY KEY (tenant_id, appointment_id, version),
    FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments (tenant_id, id)
) STRICT;

-- The guard: every span that takes time of a provider, a resource or a patient. No two that block may overlap, unless
-- they are of one group.
CREATE TABLE allocations (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    provider_id BLOB,
    resource_id BLOB,
    patient_id BLOB,
    bookable_id BLOB GENERATED ALWAYS AS (COALESCE(provider_id, resource_id, patient_id)) STORED,
    kind TEXT NOT NULL CHECK (kind IN ('appointment', 'hold', 'block', 'external')),
    appointment_id BLOB,
    hold_id BLOB,
    block_id BLOB,
    group_id BLOB, -- whoever has the same does not keep it out
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL CHECK (ends_at > starts_at),
    block_starts_at INTEGER NOT NULL, -- with the buffers
    block_ends_at INTEGER NOT NULL,
    blocks INTEGER NOT NULL DEFAULT 1,
    expires_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    CHECK ((provider_id IS NOT NULL) + (resource_id IS NOT NULL) + (patient_id IS NOT NULL) = 1),
    CHECK (block_starts_at <= starts_at AND block_ends_at >= ends_at),
    -- 40 hours, or 32 days of what is neither booked nor held: readers know how far back to look.
    CHECK (block_ends_at - block_starts_at <= CASE WHEN kind IN ('block', 'external') THEN 2764800000000 ELSE 144000000000 END),
    CHECK ((kind = 'appointment') = (appointment_id IS NOT NULL)),
    CHECK ((kind = 'hold') = (hold_id IS NOT NULL AND expires_at IS NOT NULL)),
    CHECK ((kind = 'block') = (block_id IS NOT NULL)),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id),
    FOREIGN KEY (tenant_id, resource_id) REFERENCES resources (tenant_id, id),
    FOREIGN KEY (tenant_id, patient_id) REFERENCES patients (tenant_id, id),
    FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments (tenant_id, id),
    FOREIGN KEY (tenant_id, hold_id) REFERENCES holds (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, block_id) REFERENCES blocks (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX allocations_bookable ON allocations (tenant_id, bookable_id, block_starts_at);
CREATE INDEX allocations_appointment ON allocations (tenant_id, appointment_id) WHERE appointment_id IS NOT NULL;
CREATE INDEX allocations_hold ON allocations (tenant_id, hold_id) WHERE hold_id IS NOT NULL;
-- Few at any time, so that a booking finds those in its way whatever the bookable's history.
CREATE INDEX allocations_hold_time ON allocations (tenant_id, bookable_id, block_starts_at) WHERE kind = 'hold';
CREATE INDEX allocations_long ON allocations (tenant_id, bookable_id, block_starts_at) WHERE kind IN ('block', 'external');
CREATE INDEX allocations_block ON allocations (tenant_id, block_id) WHERE block_id IS NOT NULL;
