//! Every job can be carried out, and none is both done and given up.

use super::Invariant;

/// What must hold of jobs.
pub(super) fn invariants(postgres: bool) -> Vec<Invariant> {
    let (object, appointment) = if postgres {
        (
            "jsonb_typeof(j.payload) = 'object'",
            "(j.payload ->> 'appointment_id')::uuid",
        )
    } else {
        (
            "json_valid(j.payload) AND json_type(j.payload) = 'object'",
            "unhex(replace(json_extract(j.payload, '$.appointment_id'), '-', ''))",
        )
    };
    vec![
        Invariant {
            name: "jobs-are-well-formed",
            detail: "the job has no kind or no payload, or is both finished and given up",
            sql: format!(
                "SELECT j.tenant_id, j.id FROM jobs j
                 WHERE j.kind = '' OR j.attempts < 0 OR NOT ({object})
                     OR (j.finished_at IS NOT NULL AND j.gave_up_at IS NOT NULL)"
            ),
        },
        Invariant {
            name: "jobs-have-their-appointment",
            detail: "the appointment that the job is about does not exist in its tenant",
            sql: format!(
                "SELECT j.tenant_id, j.id FROM jobs j
                 LEFT JOIN appointments p ON p.tenant_id = j.tenant_id AND p.id = {appointment}
                 WHERE {appointment} IS NOT NULL AND p.id IS NULL"
            ),
        },
    ]
}
