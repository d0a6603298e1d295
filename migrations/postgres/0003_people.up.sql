-- A user belongs to one tenant: whether somebody also signs in elsewhere is nobody's business here.
CREATE TABLE users (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL, -- the address as compared: trimmed, normalised, lower case
    given_name text NOT NULL,
    family_name text NOT NULL,
    language text,
    password_hash text,
    name_key text NOT NULL, -- family and given name, folded
    search_key text NOT NULL, -- names and e-mail, folded
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, email_key)
);

CREATE TABLE providers (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    user_id uuid,
    title text,
    given_name text NOT NULL,
    family_name text NOT NULL,
    bio text,
    languages text NOT NULL DEFAULT '[]', -- JSON array of language tags
    public boolean NOT NULL DEFAULT true,
    accepting boolean NOT NULL DEFAULT true,
    max_per_day integer CHECK (max_per_day BETWEEN 1 AND 10000),
    max_per_week integer CHECK (max_per_week BETWEEN 1 AND 10000),
    name_key text NOT NULL, -- family and given name, folded
    search_key text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);

CREATE TABLE provider_departments (
    tenant_id uuid NOT NULL,
    provider_id uuid NOT NULL,
    department_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, provider_id, department_id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id),
    FOREIGN KEY (tenant_id, department_id) REFERENCES departments (tenant_id, id)
);

CREATE TABLE provider_locations (
    tenant_id uuid NOT NULL,
    provider_id uuid NOT NULL,
    location_id uuid NOT NULL,
    position integer NOT NULL DEFAULT 0, -- 0 is the provider's first location
    PRIMARY KEY (tenant_id, provider_id, location_id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id),
    FOREIGN KEY (tenant_id, location_id) REFERENCES locations (tenant_id, id)
);

CREATE TABLE provider_services (
    tenant_id uuid NOT NULL,
    provider_id uuid NOT NULL,
    service_id uuid NOT NULL,
    -- What this provider does otherwise than the service says; absent: as the service says.
    duration_minutes integer CHECK (duration_minutes BETWEEN 5 AND 1440),
    buffer_before_minutes integer CHECK (buffer_before_minutes BETWEEN 0 AND 480),
    buffer_after_minutes integer CHECK (buffer_after_minutes BETWEEN 0 AND 480),
    start_interval_minutes integer CHECK (start_interval_minutes BETWEEN 5 AND 480),
    lead_time_minutes integer CHECK (lead_time_minutes BETWEEN 0 AND 525600),
    booking_horizon_days integer CHECK (booking_horizon_days BETWEEN 1 AND 1830),
    cancel_cutoff_minutes integer CHECK (cancel_cutoff_minutes BETWEEN 0 AND 525600),
    reschedule_cutoff_minutes integer CHECK (reschedule_cutoff_minutes BETWEEN 0 AND 525600),
    price_minor bigint CHECK (price_minor BETWEEN 0 AND 100000000),
    requires_approval boolean,
    max_per_day integer CHECK (max_per_day BETWEEN 1 AND 10000),
    max_per_week integer CHECK (max_per_week BETWEEN 1 AND 10000),
    weight integer CHECK (weight BETWEEN 1 AND 100), -- the share of what is booked with anyone; absent: 1
    PRIMARY KEY (tenant_id, provider_id, service_id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id),
    FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id)
);
CREATE INDEX provider_services_service ON provider_services (tenant_id, service_id);

CREATE TABLE patients (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    user_id uuid,
    given_name text NOT NULL,
    family_name text NOT NULL,
    email text,
    phone text,
    birth_date date,
    language text,
    notes text,
    name_key text NOT NULL, -- family and given name, folded
    search_key text NOT NULL, -- names, e-mail, telephone and birth date, folded, for the one search box
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);
CREATE INDEX patients_name ON patients (tenant_id, name_key, id);

CREATE TABLE memberships (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL CHECK (role IN ('admin', 'doctor', 'receptionist', 'patient', 'operator')),
    provider_id uuid,
    patient_id uuid,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, user_id, role),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id),
    FOREIGN KEY (tenant_id, patient_id) REFERENCES patients (tenant_id, id)
);

-- Who may act for a patient, beside the patient: book for them, or only see what is booked.
CREATE TABLE proxies (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    patient_id uuid NOT NULL,
    relationship text NOT NULL CHECK (relationship IN
        ('parent', 'guardian', 'child', 'partner', 'sibling', 'carer', 'other')),
    scope text NOT NULL CHECK (scope IN ('view', 'book', 'full')),
    expires_at timestamptz, -- absent: until it is revoked
    created_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revoked_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    FOREIGN KEY (tenant_id, patient_id) REFERENCES patients (tenant_id, id),
    FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id)
);
CREATE UNIQUE INDEX proxies_user ON proxies (tenant_id, user_id, patient_id) WHERE revoked_at IS NULL;
CREATE INDEX proxies_patient ON proxies (tenant_id, patient_id);

-- The sites and departments that a membership is limited to; none means all of them.
CREATE TABLE membership_locations (
    tenant_id uuid NOT NULL,
    membership_id uuid NOT NULL,
    location_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, membership_id, location_id),
    FOREIGN KEY (tenant_id, membership_id) REFERENCES memberships (tenant_id, id),
    FOREIGN KEY (tenant_id, location_id) REFERENCES locations (tenant_id, id)
);

CREATE TABLE membership_departments (
    tenant_id uuid NOT NULL,
    membership_id uuid NOT NULL,
    department_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, membership_id, department_id),
    FOREIGN KEY (tenant_id, membership_id) REFERENCES memberships (tenant_id, id),
    FOREIGN KEY (tenant_id, department_id) REFERENCES departments (tenant_id, id)
);

CREATE TABLE sessions (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    membership_id uuid NOT NULL,
    client_hash bytea NOT NULL, -- of the client's description, to tell one browser from another
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    FOREIGN KEY (tenant_id, membership_id) REFERENCES memberships (tenant_id, id)
);
CREATE INDEX sessions_user ON sessions (tenant_id, user_id);

CREATE TABLE refresh_tokens (
    tenant_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    session_id uuid NOT NULL,
    generation integer NOT NULL,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    spent_at timestamptz,
    PRIMARY KEY (tenant_id, token_hash),
    UNIQUE (tenant_id, session_id, generation),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id)
);
