-- A user belongs to one tenant: whether somebody also signs in elsewhere is nobody's business here.
CREATE TABLE users (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    id BLOB NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL, -- the address as compared: trimmed, normalised, lower case
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL,
    language TEXT,
    password_hash TEXT,
    name_key TEXT NOT NULL, -- family and given name, folded
    search_key TEXT NOT NULL, -- names and e-mail, folded
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    archived_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, email_key)
) STRICT;

CREATE TABLE providers (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    id BLOB NOT NULL,
    user_id BLOB,
    title TEXT,
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL,
    bio TEXT,
    languages TEXT NOT NULL DEFAULT '[]', -- JSON array of language tags
    public INTEGER NOT NULL DEFAULT 1,
    accepting INTEGER NOT NULL DEFAULT 1,
    max_per_day INTEGER CHECK (max_per_day BETWEEN 1 AND 10000),
    max_per_week INTEGER CHECK (max_per_week BETWEEN 1 AND 10000),
    name_key TEXT NOT NULL, -- family and given name, folded
    search_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    archived_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) STRICT;

CREATE TABLE provider_departments (
    tenant_id BLOB NOT NULL,
    provider_id BLOB NOT NULL,
    department_id BLOB NOT NULL,
    PRIMARY KEY (tenant_id, provider_id, department_id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id),
    FOREIGN KEY (tenant_id, department_id) REFERENCES departments (tenant_id, id)
) STRICT;

CREATE TABLE provider_locations (
    tenant_id BLOB NOT NULL,
    provider_id BLOB NOT NULL,
    location_id BLOB NOT NULL,
    position INTEGER NOT NULL DEFAULT 0, -- 0 is the provider's first location
    PRIMARY KEY (tenant_id, provider_id, location_id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id),
    FOREIGN KEY (tenant_id, location_id) REFERENCES locations (tenant_id, id)
) STRICT;

CREATE TABLE provider_services (
    tenant_id BLOB NOT NULL,
    provider_id BLOB NOT NULL,
    service_id BLOB NOT NULL,
    -- What this provider does otherwise than the service says; absent: as the service says.
    duration_minutes INTEGER CHECK (duration_minutes BETWEEN 5 AND 1440),
    buffer_before_minutes INTEGER CHECK (buffer_before_minutes BETWEEN 0 AND 480),
    buffer_after_minutes INTEGER CHECK (buffer_after_minutes BETWEEN 0 AND 480),
    start_interval_minutes INTEGER CHECK (start_interval_minutes BETWEEN 5 AND 480),
    lead_time_minutes INTEGER CHECK (lead_time_minutes BETWEEN 0 AND 525600),
    booking_horizon_days INTEGER CHECK (booking_horizon_days BETWEEN 1 AND 1830),
    cancel_cutoff_minutes INTEGER CHECK (cancel_cutoff_minutes BETWEEN 0 AND 525600),
    reschedule_cutoff_minutes INTEGER CHECK (reschedule_cutoff_minutes BETWEEN 0 AND 525600),
    price_minor INTEGER CHECK (price_minor BETWEEN 0 AND 100000000),
    requires_approval INTEGER,
    max_per_day INTEGER CHECK (max_per_day BETWEEN 1 AND 10000),
    max_per_week INTEGER CHECK (max_per_week BETWEEN 1 AND 10000),
    weight INTEGER CHECK (weight BETWEEN 1 AND 100), -- the share of what is booked with anyone; absent: 1
    PRIMARY KEY (tenant_id, provider_id, service_id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id),
    FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id)
) STRICT;
CREATE INDEX provider_services_service ON provider_services (tenant_id, service_id);

CREATE TABLE patients (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    id BLOB NOT NULL,
    user_id BLOB,
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    birth_date TEXT,
    language TEXT,
    notes TEXT,
    name_key TEXT NOT NULL, -- family and given name, folded
    search_key TEXT NOT NULL, -- names, e-mail, telephone and birth date, folded, for the one search box
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    archived_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) STRICT;
CREATE INDEX patients_name ON patients (tenant_id, name_key, id);

CREATE TABLE memberships (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'doctor', 'receptionist', 'patient', 'operator')),
    provider_id BLOB,
    patient_id BLOB,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, user_id, role),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES providers (tenant_id, id),
    FOREIGN KEY (tenant_id, patient_id) REFERENCES patients (tenant_id, id)
) STRICT;

-- Who may act for a patient, beside the patient: book for them, or only see what is booked.
CREATE TABLE proxies (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    patient_id BLOB NOT NULL,
    relationship TEXT NOT NULL CHECK (relationship IN
        ('parent', 'guardian', 'child', 'partner', 'sibling', 'carer', 'other')),
    scope TEXT NOT NULL CHECK (scope IN ('view', 'book', 'full')),
    expires_at INTEGER, -- absent: until it is revoked
    created_by BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revoked_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    FOREIGN KEY (tenant_id, patient_id) REFERENCES patients (tenant_id, id),
    FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX proxies_user ON proxies (tenant_id, user_id, patient_id) WHERE revoked_at IS NULL;
CREATE INDEX proxies_patient ON proxies (tenant_id, patient_id);

-- The sites and departments that a membership is limited to; none means all of them.
CREATE TABLE membership_locations (
    tenant_id BLOB NOT NULL,
    membership_id BLOB NOT NULL,
    location_id BLOB NOT NULL,
    PRIMARY KEY (tenant_id, membership_id, location_id),
    FOREIGN KEY (tenant_id, membership_id) REFERENCES memberships (tenant_id, id),
    FOREIGN KEY (tenant_id, location_id) REFERENCES locations (tenant_id, id)
) STRICT;

CREATE TABLE membership_departments (
    tenant_id BLOB NOT NULL,
    membership_id BLOB NOT NULL,
    department_id BLOB NOT NULL,
    PRIMARY KEY (tenant_id, membership_id, department_id),
    FOREIGN KEY (tenant_id, membership_id) REFERENCES memberships (tenant_id, id),
    FOREIGN KEY (tenant_id, department_id) REFERENCES departments (tenant_id, id)
) STRICT;

CREATE TABLE sessions (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    membership_id BLOB NOT NULL,
    client_hash BLOB NOT NULL, -- of the client's description, to tell one browser from another
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    FOREIGN KEY (tenant_id, membership_id) REFERENCES memberships (tenant_id, id)
) STRICT;
CREATE INDEX sessions_user ON sessions (tenant_id, user_id);

CREATE TABLE refresh_tokens (
    tenant_id BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    session_id BLOB NOT NULL,
    generation INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER,
    PRIMARY KEY (tenant_id, token_hash),
    UNIQUE (tenant_id, session_id, generation),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id)
) STRICT;
