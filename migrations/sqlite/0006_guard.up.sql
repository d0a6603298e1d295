-- The database itself refuses two spans of one bookable that overlap; a move deletes and inserts, it never updates.
CREATE TRIGGER allocations_no_overlap BEFORE INSERT ON allocations WHEN NEW.blocks = 1
BEGIN
    -- Two looks, each as far back as the longest of its kind: the history behind them may be long.
    SELECT RAISE(ABORT, 'allocations_no_overlap') WHERE EXISTS (
        SELECT 1 FROM allocations a
        WHERE a.tenant_id = NEW.tenant_id AND a.bookable_id = COALESCE(NEW.provider_id, NEW.resource_id, NEW.patient_id)
          AND a.blocks = 1 AND a.block_starts_at < NEW.block_ends_at AND a.block_ends_at > NEW.block_starts_at
          AND (a.group_id IS NULL OR NEW.group_id IS NULL OR a.group_id <> NEW.group_id)
          AND a.block_starts_at > NEW.block_starts_at - 144000000000)
    OR EXISTS (
        SELECT 1 FROM allocations a
        WHERE a.tenant_id = NEW.tenant_id AND a.bookable_id = COALESCE(NEW.provider_id, NEW.resource_id, NEW.patient_id)
          AND a.blocks = 1 AND a.block_starts_at < NEW.block_ends_at AND a.block_ends_at > NEW.block_starts_at
          AND (a.group_id IS NULL OR NEW.group_id IS NULL OR a.group_id <> NEW.group_id)
          AND a.kind IN ('block', 'external') AND a.block_starts_at > NEW.block_starts_at - 2764800000000);
END;
CREATE TRIGGER allocations_no_update BEFORE UPDATE ON allocations
BEGIN
    SELECT RAISE(ABORT, 'allocations_no_update');
END;
CREATE TRIGGER openings_no_overlap BEFORE INSERT ON openings
BEGIN
    SELECT RAISE(ABORT, 'openings_no_overlap') WHERE EXISTS (
        SELECT 1 FROM openings o
        WHERE o.tenant_id = NEW.tenant_id AND o.provider_id = NEW.provider_id
          AND o.starts_at < NEW.ends_at AND o.ends_at > NEW.starts_at AND o.starts_at > NEW.starts_at - 172800000000);
END;
CREATE TRIGGER openings_no_overlap_on_update BEFORE UPDATE ON openings
BEGIN
    SELECT RAISE(ABORT, 'openings_no_overlap') WHERE EXISTS (
        SELECT 1 FROM openings o
        WHERE o.tenant_id = NEW.tenant_id AND o.provider_id = NEW.provider_id AND o.id <> NEW.id
          AND o.starts_at < NEW.ends_at AND o.ends_at > NEW.starts_at AND o.starts_at > NEW.starts_at - 172800000000);
END;
-- Nobody edits the past.
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit_entries_no_delete');
END;
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE OF
    tenant_id, id, at, actor_kind, actor_id, role, action, outcome, resource, resource_id, patient_id, detail, request_id, address
ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit_entries_no_update');
END;
CREATE TRIGGER appointment_events_no_delete BEFORE DELETE ON appointment_events
BEGIN
    SELECT RAISE(ABORT, 'appointment_events_no_delete');
END;
