-- What an organisation consists of and offers. `tenant_id` leads every key, so a link across tenants cannot be stored.
CREATE TABLE departments (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    names TEXT NOT NULL DEFAULT '{}', -- its translations, by language, as JSON
    description TEXT,
    descriptions TEXT NOT NULL DEFAULT '{}',
    name_key TEXT NOT NULL, -- the name folded: what it is sorted by and unique by
    search_key TEXT NOT NULL, -- all that it is found by, folded
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    archived_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX departments_name ON departments (tenant_id, name_key) WHERE archived_at IS NULL;

CREATE TABLE locations (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    address TEXT,
    phone TEXT,
    time_zone TEXT NOT NULL,
    name_key TEXT NOT NULL,
    search_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    archived_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX locations_name ON locations (tenant_id, name_key) WHERE archived_at IS NULL;

CREATE TABLE resources (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    location_id BLOB NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    name_key TEXT NOT NULL,
    search_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    archived_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, location_id) REFERENCES locations (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX resources_name ON resources (tenant_id, location_id, name_key) WHERE archived_at IS NULL;

CREATE TABLE services (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    id BLOB NOT NULL,
    department_id BLOB,
    name TEXT NOT NULL,
    names TEXT NOT NULL DEFAULT '{}', -- its translations, by language, as JSON
    description TEXT,
    descriptions TEXT NOT NULL DEFAULT '{}',
    duration_minutes INTEGER NOT NULL CHECK (duration_minutes BETWEEN 5 AND 1440),
    buffer_before_minutes INTEGER NOT NULL DEFAULT 0 CHECK (buffer_before_minutes BETWEEN 0 AND 480),
    buffer_after_minutes INTEGER NOT NULL DEFAULT 0 CHECK (buffer_after_minutes BETWEEN 0 AND 480),
    start_interval_minutes INTEGER CHECK (start_interval_minutes BETWEEN 5 AND 480),
    start_on_hour INTEGER NOT NULL DEFAULT 0, -- starts are counted from the full hour, not from the opening
    lead_time_minutes INTEGER NOT NULL DEFAULT 0 CHECK (lead_time_minutes BETWEEN 0 AND 525600),
    booking_horizon_days INTEGER CHECK (booking_horizon_days BETWEEN 1 AND 1830),
    cancel_cutoff_minutes INTEGER NOT NULL DEFAULT 0 CHECK (cancel_cutoff_minutes BETWEEN 0 AND 525600),
    reschedule_cutoff_minutes INTEGER NOT NULL DEFAULT 0 CHECK (reschedule_cutoff_minutes BETWEEN 0 AND 525600),
    capacity INTEGER NOT NULL DEFAULT 1 CHECK (capacity BETWEEN 1 AND 500),
    assignment TEXT NOT NULL DEFAULT 'random' CHECK (assignment IN ('random', 'least_busy', 'round_robin', 'weighted')),
    usual_provider_first INTEGER NOT NULL DEFAULT 0,
    clientele TEXT NOT NULL DEFAULT 'anyone' CHECK (clientele IN ('anyone', 'new', 'returning')),
    max_per_day INTEGER CHECK (max_per_day BETWEEN 1 AND 10000),
    max_per_week INTEGER CHECK (max_per_week BETWEEN 1 AND 10000),
    max_open_per_patient INTEGER CHECK (max_open_per_patient BETWEEN 1 AND 1000),
    requires_approval INTEGER NOT NULL DEFAULT 0,
    public INTEGER NOT NULL DEFAULT 1,
    mode TEXT NOT NULL DEFAULT 'in_person' CHECK (mode IN ('in_person', 'video', 'phone')),
    intake TEXT NOT NULL DEFAULT '[]', -- what is asked before it is booked
    price_minor INTEGER CHECK (price_minor BETWEEN 0 AND 100000000),
    name_key TEXT NOT NULL,
    search_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    archived_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, department_id) REFERENCES departments (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX services_name ON services (tenant_id, name_key) WHERE archived_at IS NULL;

-- The rooms and the equipment that a service takes, all at once: any of a kind, or one by name.
CREATE TABLE service_needs (
    tenant_id BLOB NOT NULL,
    service_id BLOB NOT NULL,
    position INTEGER NOT NULL, -- in the order in which they were given
    kind TEXT,
    resource_id BLOB,
    PRIMARY KEY (tenant_id, service_id, position),
    CHECK ((kind IS NULL) <> (resource_id IS NULL)),
    FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id),
    FOREIGN KEY (tenant_id, resource_id) REFERENCES resources (tenant_id, id)
);
