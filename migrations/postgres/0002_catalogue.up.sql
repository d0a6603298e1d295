-- What an organisation consists of and offers. `tenant_id` leads every key, so a link across tenants cannot be stored.
CREATE TABLE departments (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    name text NOT NULL,
    names jsonb NOT NULL DEFAULT '{}', -- its translations, by language
    description text,
    descriptions jsonb NOT NULL DEFAULT '{}',
    name_key text NOT NULL, -- the name folded: what it is sorted by and unique by
    search_key text NOT NULL, -- all that it is found by, folded
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX departments_name ON departments (tenant_id, name_key) WHERE archived_at IS NULL;

CREATE TABLE locations (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    name text NOT NULL,
    address text,
    phone text,
    time_zone text NOT NULL,
    name_key text NOT NULL,
    search_key text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX locations_name ON locations (tenant_id, name_key) WHERE archived_at IS NULL;

CREATE TABLE resources (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    location_id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    name_key text NOT NULL,
    search_key text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, location_id) REFERENCES locations (tenant_id, id)
);
CREATE UNIQUE INDEX resources_name ON resources (tenant_id, location_id, name_key) WHERE archived_at IS NULL;

CREATE TABLE services (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    department_id uuid,
    name text NOT NULL,
    names jsonb NOT NULL DEFAULT '{}', -- its translations, by language
    description text,
    descriptions jsonb NOT NULL DEFAULT '{}',
    duration_minutes integer NOT NULL CHECK (duration_minutes BETWEEN 5 AND 1440),
    buffer_before_minutes integer NOT NULL DEFAULT 0 CHECK (buffer_before_minutes BETWEEN 0 AND 480),
    buffer_after_minutes integer NOT NULL DEFAULT 0 CHECK (buffer_after_minutes BETWEEN 0 AND 480),
    start_interval_minutes integer CHECK (start_interval_minutes BETWEEN 5 AND 480),
    start_on_hour boolean NOT NULL DEFAULT false, -- starts are counted from the full hour, not from the opening
    lead_time_minutes integer NOT NULL DEFAULT 0 CHECK (lead_time_minutes BETWEEN 0 AND 525600),
    booking_horizon_days integer CHECK (booking_horizon_days BETWEEN 1 AND 1830),
    cancel_cutoff_minutes integer NOT NULL DEFAULT 0 CHECK (cancel_cutoff_minutes BETWEEN 0 AND 525600),
    reschedule_cutoff_minutes integer NOT NULL DEFAULT 0 CHECK (reschedule_cutoff_minutes BETWEEN 0 AND 525600),
    capacity integer NOT NULL DEFAULT 1 CHECK (capacity BETWEEN 1 AND 500),
    assignment text NOT NULL DEFAULT 'random' CHECK (assignment IN ('random', 'least_busy', 'round_robin', 'weighted')),
    usual_provider_first boolean NOT NULL DEFAULT false,
    clientele text NOT NULL DEFAULT 'anyone' CHECK (clientele IN ('anyone', 'new', 'returning')),
    max_per_day integer CHECK (max_per_day BETWEEN 1 AND 10000),
    max_per_week integer CHECK (max_per_week BETWEEN 1 AND 10000),
    max_open_per_patient integer CHECK (max_open_per_patient BETWEEN 1 AND 1000),
    requires_approval boolean NOT NULL DEFAULT false,
    public boolean NOT NULL DEFAULT true,
    mode text NOT NULL DEFAULT 'in_person' CHECK (mode IN ('in_person', 'video', 'phone')),
    intake jsonb NOT NULL DEFAULT '[]', -- what is asked before it is booked
    price_minor bigint CHECK (price_minor BETWEEN 0 AND 100000000),
    name_key text NOT NULL,
    search_key text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, department_id) REFERENCES departments (tenant_id, id)
);
CREATE UNIQUE INDEX services_name ON services (tenant_id, name_key) WHERE archived_at IS NULL;

-- The rooms and the equipment that a service takes, all at once: any of a kind, or one by name.
CREATE TABLE service_needs (
    tenant_id uuid NOT NULL,
    service_id uuid NOT NULL,
    position integer NOT NULL, -- in the order in which they were given
    kind text,
    resource_id uuid,
    PRIMARY KEY (tenant_id, service_id, position),
    CHECK ((kind IS NULL) <> (resource_id IS NULL)),
    FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id),
    FOREIGN KEY (tenant_id, resource_id) REFERENCES resources (tenant_id, id)
);
