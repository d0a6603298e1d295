DROP TRIGGER appointment_events_no_delete;
DROP TRIGGER audit_entries_no_update;
DROP TRIGGER audit_entries_no_delete;
DROP TRIGGER openings_no_overlap_on_update;
DROP TRIGGER openings_no_overlap;
DROP TRIGGER allocations_no_update;
DROP TRIGGER allocations_no_overlap;
