DO $$
DECLARE
    v_table text;
BEGIN
    FOR v_table IN SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND policyname = 'tenant' LOOP
        EXECUTE format('DROP POLICY tenant ON %I', v_table);
        EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', v_table);
    END LOOP;
    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM kalends_app;
    REVOKE USAGE ON SCHEMA public FROM kalends_app;
END
$$;
DROP FUNCTION apply_change (uuid, timestamptz, jsonb);
