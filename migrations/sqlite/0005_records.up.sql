-- What must follow a change: written in its transaction, carried out after it.
CREATE TABLE jobs (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    leased_until INTEGER,
    finished_at INTEGER,
    gave_up_at INTEGER,
    error TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX jobs_due ON jobs (run_at) WHERE finished_at IS NULL AND gave_up_at IS NULL;

-- Who did or saw what. Inserted unsealed; a sweep puts committed entries into the tenant's hash chain.
CREATE TABLE audit_entries (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('anonymous', 'user', 'system')),
    actor_id BLOB,
    role TEXT,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
    resource TEXT NOT NULL,
    resource_id BLOB,
    patient_id BLOB,
    detail TEXT NOT NULL DEFAULT '{}',
    request_id BLOB,
    address TEXT,
    seal_number INTEGER,
    seal BLOB,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, seal_number),
    CHECK ((seal_number IS NULL) = (seal IS NULL))
) STRICT;
CREATE INDEX audit_entries_time ON audit_entries (tenant_id, at, id);
CREATE INDEX audit_entries_patient ON audit_entries (tenant_id, patient_id, at) WHERE patient_id IS NOT NULL;
CREATE INDEX audit_entries_unsealed ON audit_entries (tenant_id, at) WHERE seal IS NULL;

CREATE TABLE idempotency_keys (
    tenant_id BLOB NOT NULL REFERENCES tenants (id),
    caller TEXT NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, caller, operation, key)
) STRICT;
CREATE INDEX idempotency_keys_age ON idempotency_keys (tenant_id, created_at);
