-- What must follow a change: written in its transaction, carried out after it.
CREATE TABLE jobs (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    run_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    leased_until timestamptz,
    finished_at timestamptz,
    gave_up_at timestamptz,
    error text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE finished_at IS NULL AND gave_up_at IS NULL;

-- Who did or saw what. Inserted unsealed; a sweep puts committed entries into the tenant's hash chain.
CREATE TABLE audit_entries (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('anonymous', 'user', 'system')),
    actor_id uuid,
    role text,
    action text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('done', 'refused')),
    resource text NOT NULL,
    resource_id uuid,
    patient_id uuid,
    detail jsonb NOT NULL DEFAULT '{}',
    request_id uuid,
    address text,
    seal_number bigint,
    seal bytea,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, seal_number),
    CHECK ((seal_number IS NULL) = (seal IS NULL))
);
CREATE INDEX audit_entries_time ON audit_entries (tenant_id, at, id);
CREATE INDEX audit_entries_patient ON audit_entries (tenant_id, patient_id, at) WHERE patient_id IS NOT NULL;
CREATE INDEX audit_entries_unsealed ON audit_entries (tenant_id, at) WHERE seal IS NULL;

CREATE TABLE idempotency_keys (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    caller text NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status integer NOT NULL,
    answer text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, caller, operation, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (tenant_id, created_at);
