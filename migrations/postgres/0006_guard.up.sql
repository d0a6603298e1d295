-- One call writes a change of the calendar, in one round trip and all or nothing: what it replays or refuses it says by name.
--   KL001 the time is taken: the message names whose (provider, resource, patient)
--   KL002 an opening is no longer open for the whole time, or a closure or time off covers it
--   KL003 the appointment has another version by now, or somebody who waits was offered something else
--   KL004 a hold is gone or has expired
--   KL005 the person keeps as many holds as they may
--   KL007 a limit is exceeded: the message names its rule
--   KL006 an idempotency key of several changes written together was used before
--   KL008 a ticket was revoked or has expired
-- Returns the stored answer when the idempotency key was used before, else null.
--
-- Rows come in lists, so that bookings which wait at the same moment are one change with the member `together`; then a refusal
-- may be any one's, and the caller writes them one by one.
--
-- The plans must not depend on what the planner knows of tables that are empty in an installation's first hour: everything here
-- is found by an index.
CREATE FUNCTION apply_change(p_tenant uuid, p_now timestamptz, p_change jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY INVOKER
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    v_keys jsonb := p_change -> 'keys';
    v_openings jsonb := p_change -> 'openings';
    v_allocations jsonb := p_change -> 'allocations';
    v_stored jsonb;
    v_lost text;
    v_count integer;
BEGIN
    PERFORM set_config('kalends.tenant', p_tenant::text, true);

    IF v_keys IS NOT NULL THEN
        DELETE FROM idempotency_keys k USING jsonb_populate_recordset(NULL::idempotency_keys, v_keys) n
        WHERE k.tenant_id = p_tenant AND k.caller = n.caller AND k.operation = n.operation AND k.key = n.key
          AND k.created_at <= p_now - interval '24 hours';
        INSERT INTO idempotency_keys
        SELECT n.* FROM jsonb_populate_recordset(NULL::idempotency_keys, v_keys) n
        ORDER BY n.caller, n.operation, n.key
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS v_count = ROW_COUNT;
        IF v_count < jsonb_array_length(v_keys) THEN
            IF p_change ? 'together' THEN
                RAISE EXCEPTION 'key' USING ERRCODE = 'KL006';
            END IF;
            SELECT jsonb_build_object('fingerprint', encode(k.fingerprint, 'hex'), 'status', k.status, 'answer', k.answer)
            INTO v_stored
            FROM jsonb_populate_recordset(NULL::idempotency_keys, v_keys) n
            JOIN idempotency_keys k
                ON k.tenant_id = p_tenant AND k.caller = n.caller AND k.operation = n.operation AND k.key = n.key;
            RETURN v_stored;
        END IF;
    END IF;

    -- One person's holds are counted one after the other. Taken before anything that another booking may wait for, and no
    -- obstacle to rows that refer to the user.
    IF p_change ? 'hold' THEN
        PERFORM 1 FROM users u
        WHERE u.tenant_id = p_tenant AND u.id = (p_change -> 'hold' ->> 'created_by')::uuid
        FOR NO KEY UPDATE;
    END IF;

    -- Whoever removes or closes an opening locks it first, so one of the two sees the other: the closures are looked at in a
    -- statement of their own, which begins when the locks are there.
    IF v_openings IS NOT NULL THEN
        PERFORM 1 FROM jsonb_populate_recordset(NULL::openings, v_openings) n
        JOIN openings o ON o.tenant_id = p_tenant AND o.id = n.id AND o.starts_at <= n.starts_at AND o.ends_at >= n.ends_at
        ORDER BY o.id FOR SHARE OF o;
        GET DIAGNOSTICS v_count = ROW_COUNT;
        IF v_count < jsonb_array_length(v_openings) OR EXISTS (
            SELECT 1 FROM jsonb_populate_recordset(NULL::openings, v_openings) n
            JOIN openings o ON o.tenant_id = p_tenant AND o.id = n.id
            JOIN closures c ON c.tenant_id = p_tenant AND c.status = 'approved'
                AND (c.location_id IS NULL OR c.location_id = n.location_id)
                AND (c.provider_id IS NULL OR c.provider_id = o.provider_id)
                AND c.starts_at < n.ends_at AND c.ends_at > n.starts_at
        ) THEN
            RAISE EXCEPTION 'opening' USING ERRCODE = 'KL002';
        END IF;
    END IF;

    -- Whoever revokes a ticket changes its row, so one of the two sees the other. That it is spent once is a unique index.
    IF p_change ? 'tickets' THEN
        PERFORM 1 FROM jsonb_array_elements_text(p_change -> 'tickets') n
        JOIN tickets t ON t.tenant_id = p_tenant AND t.id = n.value::uuid AND t.revoked_at IS NULL
            AND COALESCE(t.valid_until, 'infinity') > p_now
        ORDER BY t.id FOR SHARE OF t;
        GET DIAGNOSTICS v_count = ROW_COUNT;
        IF v_count < jsonb_array_length(p_change -> 'tickets') THEN
            RAISE EXCEPTION 'ticket' USING ERRCODE = 'KL008';
        END IF;
    END IF;

    IF p_change ? 'spent_holds' THEN
        DELETE FROM holds h
        USING jsonb_array_elements_text(p_change -> 'spent_holds') n
        WHERE h.tenant_id = p_tenant AND h.id = n.value::uuid AND h.expires_at > p_now;
        GET DIAGNOSTICS v_count = ROW_COUNT;
        IF v_count < jsonb_array_length(p_change -> 'spent_holds') THEN
            RAISE EXCEPTION 'hold' USING ERRCODE = 'KL004';
        END IF;
    END IF;

    IF v_allocations IS NOT NULL THEN
        -- Holds in the way that have expired or are the caller's own, in id order so that two bookings cannot wait for each other.
        DELETE FROM holds h WHERE h.tenant_id = p_tenant AND h.id IN (
            SELECT e.id
            FROM jsonb_to_recordset(v_allocations) n (provider_id uuid, resource_id uuid, patient_id uuid,
                block_starts_at timestamptz, block_ends_at timestamptz, holder uuid)
            JOIN allocations a ON a.tenant_id = p_tenant
                AND a.bookable_id = COALESCE(n.provider_id, n.resource_id, n.patient_id) AND a.kind = 'hold'
                AND a.block_starts_at < n.block_ends_at AND a.block_ends_at > n.block_starts_at
            JOIN holds e ON e.tenant_id = p_tenant AND e.id = a.hold_id AND (e.expires_at <= p_now OR e.created_by = n.holder)
            ORDER BY e.id FOR UPDATE OF e);
    END IF;

    IF p_change ? 'hold' THEN
        SELECT count(*) INTO v_count FROM holds h
        WHERE h.tenant_id = p_tenant AND h.created_by = (p_change -> 'hold' ->> 'created_by')::uuid AND h.expires_at > p_now;
        IF v_count >= (p_change ->> 'max_holds')::integer THEN
            RAISE EXCEPTION 'holds' USING ERRCODE = 'KL005';
        END IF;
        INSERT INTO holds SELECT * FROM jsonb_populate_record(NULL::holds, p_change -> 'hold');
    END IF;
    IF p_change ? 'block' THEN
        INSERT INTO blocks SELECT * FROM jsonb_populate_record(NULL::blocks, p_change -> 'block');
    END IF;
    IF p_change ? 'appointments' THEN
        INSERT INTO appointments SELECT * FROM jsonb_populate_recordset(NULL::appointments, p_change -> 'appointments');
    END IF;
    IF p_change ? 'changed' THEN
        -- In id order, so that two changes of the same appointments cannot wait for each other.
        PERFORM 1 FROM jsonb_populate_recordset(NULL::appointments, p_change -> 'changed') n
        JOIN appointments a ON a.tenant_id = p_tenant AND a.id = n.id AND a.version = n.version - 1
        ORDER BY a.id FOR UPDATE OF a;
        UPDATE appointments a
        SET version = n.version, status = n.status, provider_id = n.provider_id, location_id = n.location_id,
            resource_ids = n.resource_ids, group_id = n.group_id, starts_at = n.starts_at, ends_at = n.ends_at, time_zone = n.time_zone,
            notes = n.notes, overrides = n.overrides, status_reason = n.status_reason,
            forgiven = n.forgiven, updated_at = n.updated_at,
            -- What was agreed stays agreed until there is another time.
            utc_offset_seconds = CASE WHEN a.starts_at = n.starts_at THEN a.utc_offset_seconds ELSE n.utc_offset_seconds END,
            clock_changed = a.clock_changed AND a.starts_at = n.starts_at
        FROM jsonb_populate_recordset(NULL::appointments, p_change -> 'changed') n
        WHERE a.tenant_id = p_tenant AND a.id = n.id AND a.version = n.version - 1;
        GET DIAGNOSTICS v_count = ROW_COUNT;
        IF v_count < jsonb_array_length(p_change -> 'changed') THEN
            RAISE EXCEPTION 'version' USING ERRCODE = 'KL003';
        END IF;
    END IF;

    -- After the appointment, whose row is the lock that every change of it takes first.
    IF p_change ? 'released' THEN
        DELETE FROM allocations a USING jsonb_array_elements_text(p_change -> 'released') n
        WHERE a.tenant_id = p_tenant AND a.appointment_id = n.value::uuid;
    END IF;

    IF v_allocations IS NOT NULL THEN
        INSERT INTO allocations (tenant_id, id, provider_id, resource_id, patient_id, kind, appointment_id, hold_id, block_id,
                                 group_id, starts_at, ends_at, block_starts_at, block_ends_at, blocks, expires_at)
        SELECT n.tenant_id, n.id, n.provider_id, n.resource_id, n.patient_id, n.kind, n.appointment_id, n.hold_id, n.block_id,
               n.group_id, n.starts_at, n.ends_at, n.block_starts_at, n.block_ends_at, n.blocks, n.expires_at
        FROM jsonb_populate_recordset(NULL::allocations, v_allocations) n
        ORDER BY COALESCE(n.provider_id, n.resource_id, n.patient_id), n.block_starts_at
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS v_count = ROW_COUNT;
        IF v_count < jsonb_array_length(v_allocations) THEN
            SELECT CASE WHEN bool_or(n.provider_id IS NOT NULL) THEN 'provider'
                        WHEN bool_or(n.resource_id IS NOT NULL) THEN 'resource' ELSE 'patient' END
            INTO v_lost
            FROM jsonb_populate_recordset(NULL::allocations, v_allocations) n
            WHERE NOT EXISTS (SELECT 1 FROM allocations a WHERE a.tenant_id = p_tenant AND a.id = n.id);
            RAISE EXCEPTION '%', v_lost USING ERRCODE = 'KL001';
        END IF;
    END IF;

    -- Counted once everything is written. One change at a time counts what they have in common, and nobody waits for anything
    -- else once they do.
    IF p_change ? 'limits' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(l.lock, 0)) FROM (
            SELECT DISTINCT n.value ->> 'lock' AS lock FROM jsonb_array_elements(p_change -> 'limits') n ORDER BY 1
        ) l;
        SELECT l.rule INTO v_lost
        FROM jsonb_to_recordset(p_change -> 'limits') l (rule text, most integer, provider_id uuid, service_id uuid,
            patient_id uuid, starts_from timestamptz, starts_until timestamptz, set_aside text, holds boolean)
        WHERE l.most < CASE
            WHEN l.patient_id IS NOT NULL THEN (
                SELECT count(*) FROM appointments a
                WHERE a.tenant_id = p_tenant AND a.patient_id = l.patient_id AND a.starts_at >= l.starts_from
                  AND a.starts_at < COALESCE(l.starts_until, 'infinity') AND a.status NOT IN ('cancelled', 'declined')
                  AND (l.provider_id IS NULL OR a.provider_id = l.provider_id)
                  AND (l.service_id IS NULL OR a.service_id = l.service_id)
                  AND (l.set_aside IS NULL OR a.overrides::text LIKE l.set_aside))
            WHEN l.provider_id IS NOT NULL THEN (
                SELECT count(*) FROM appointments a
                WHERE a.tenant_id = p_tenant AND a.provider_id = l.provider_id AND a.starts_at >= l.starts_from
                  AND a.starts_at < COALESCE(l.starts_until, 'infinity') AND a.status NOT IN ('cancelled', 'declined')
                  AND (l.service_id IS NULL OR a.service_id = l.service_id)
                  AND (l.set_aside IS NULL OR a.overrides::text LIKE l.set_aside))
            ELSE (
                SELECT count(*) FROM appointments a
                WHERE a.tenant_id = p_tenant AND a.starts_at >= l.starts_from
                  AND a.starts_at < COALESCE(l.starts_until, 'infinity') AND a.status NOT IN ('cancelled', 'declined')
                  AND (l.service_id IS NULL OR a.service_id = l.service_id)
                  AND (l.set_aside IS NULL OR a.overrides::text LIKE l.set_aside))
            END + CASE WHEN l.holds THEN (
                SELECT count(*) FROM holds h
                WHERE h.tenant_id = p_tenant AND h.expires_at > p_now AND h.starts_at >= l.starts_from
                  AND h.starts_at < COALESCE(l.starts_until, 'infinity')
                  AND (l.provider_id IS NULL OR h.provider_id = l.provider_id)
                  AND (l.service_id IS NULL OR h.service_id = l.service_id))
            ELSE 0 END
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION '%', v_lost USING ERRCODE = 'KL007';
        END IF;
    END IF;

    IF p_change ? 'offers' THEN
        -- Nobody has two open offers for one wish: whoever offers looks at each wish alone, in id order.
        PERFORM 1 FROM jsonb_populate_recordset(NULL::waitlist_offers, p_change -> 'offers') n
        JOIN waitlist_entries e ON e.tenant_id = p_tenant AND e.id = n.entry_id
        ORDER BY e.id FOR NO KEY UPDATE OF e;
        IF EXISTS (
            SELECT 1 FROM jsonb_populate_recordset(NULL::waitlist_offers, p_change -> 'offers') n
            JOIN waitlist_offers o ON o.tenant_id = p_tenant AND o.entry_id = n.entry_id
                AND o.declined_at IS NULL AND o.expires_at > p_now
            JOIN holds h ON h.tenant_id = p_tenant AND h.id = o.hold_id
        ) THEN
            RAISE EXCEPTION 'version' USING ERRCODE = 'KL003';
        END IF;
        INSERT INTO waitlist_offers SELECT * FROM jsonb_populate_recordset(NULL::waitlist_offers, p_change -> 'offers');
    END IF;
    IF p_change ? 'events' THEN
        INSERT INTO appointment_events SELECT * FROM jsonb_populate_recordset(NULL::appointment_events, p_change -> 'events');
    END IF;
    IF p_change ? 'audit' THEN
        INSERT INTO audit_entries SELECT * FROM jsonb_populate_recordset(NULL::audit_entries, p_change -> 'audit');
    END IF;
    IF p_change ? 'jobs' THEN
        INSERT INTO jobs SELECT * FROM jsonb_populate_recordset(NULL::jobs, p_change -> 'jobs');
    END IF;
    RETURN NULL;
END
$$;

-- `serve` and `worker` take this role on every connection: it owns nothing, so row-level security binds it.
DO $$
DECLARE
    v_table text;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'kalends_app') THEN
        BEGIN
            CREATE ROLE kalends_app NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- another database of the same cluster made it at this moment
        END;
    END IF;
    IF NOT pg_has_role(current_user, 'kalends_app', 'MEMBER') THEN
        EXECUTE format('GRANT kalends_app TO %I', current_user);
    END IF;

    GRANT USAGE ON SCHEMA public TO kalends_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO kalends_app;
    REVOKE UPDATE, DELETE ON audit_entries, appointment_events FROM kalends_app;
    GRANT UPDATE (seal_number, seal) ON audit_entries TO kalends_app;
    REVOKE INSERT, UPDATE, DELETE ON signing_keys FROM kalends_app;
    REVOKE DELETE ON tenants FROM kalends_app;
    -- The server looks whether the schema is the one that it was built for.
    REVOKE INSERT, UPDATE, DELETE ON _sqlx_migrations FROM kalends_app;

    FOR v_table IN
        SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = 'public' AND c.column_name = 'tenant_id' AND t.table_type = 'BASE TABLE'
          AND c.table_name <> 'tenant_hosts'
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format(
            'CREATE POLICY tenant ON %I USING (tenant_id = NULLIF(current_setting(''kalends.tenant'', true), '''')::uuid)
             WITH CHECK (tenant_id = NULLIF(current_setting(''kalends.tenant'', true), '''')::uuid)', v_table);
    END LOOP;
END
$$;
