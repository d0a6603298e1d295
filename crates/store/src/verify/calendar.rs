//! No time is sold twice, and what takes time is exactly what has a reason to.

use super::Invariant;

/// A span is `minutes` (an integer expression) earlier or later than an instant, in the database's own arithmetic.
fn shifted(instant: &str, sign: char, minutes: &str, postgres: bool) -> String {
    if postgres {
        format!("({instant} {sign} make_interval(mins => ({minutes})::integer))")
    } else {
        format!("({instant} {sign} ({minutes}) * 60000000)")
    }
}

/// A number from the policy of appointment `p`.
fn policy(name: &str, postgres: bool) -> String {
    if postgres {
        format!("p.policy ->> '{name}'")
    } else {
        format!("json_extract(p.policy, '$.{name}')")
    }
}

/// Rows of one bookable that begin before an earlier one has ended.
fn overlaps(table: &str, of: &str, starts_at: &str, ends_at: &str, condition: &str) -> String {
    format!(
        "SELECT tenant_id, id FROM (
             SELECT tenant_id, id, {starts_at} AS starts_at, max({ends_at}) OVER (
                 PARTITION BY {of} ORDER BY {starts_at}, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
             ) AS taken_until
             FROM {table} {condition}) spans
         WHERE taken_until > starts_at"
    )
}

/// What must hold of openings, appointments, holds, blocks and allocations.
pub(super) fn invariants(postgres: bool) -> Vec<Invariant> {
    let before = shifted("p.starts_at", '-', &policy("buffer_before_minutes", postgres), postgres);
    let after = shifted("p.ends_at", '+', &policy("buffer_after_minutes", postgres), postgres);
    let (given, resource) = if postgres {
        (
            "jsonb_array_elements_text(p.resource_ids) AS given (value)",
            "CAST(given.value AS uuid)",
        )
    } else {
        (
            "json_each(p.resource_ids) AS given",
            "unhex(replace(given.value, '-', ''))",
        )
    };
    // One row for each bookable that the appointment has, with the span that it must guard.
    let expected = format!(
        "SELECT p.tenant_id, p.id, p.provider_id AS bookable_id, p.starts_at, p.ends_at, {before} AS guard_from,
             {after} AS guard_to, p.group_id
         FROM appointments p WHERE p.status NOT IN ('cancelled', 'declined')
         UNION ALL
         SELECT p.tenant_id, p.id, {resource}, p.starts_at, p.ends_at, {before}, {after}, p.group_id
         FROM appointments p CROSS JOIN {given} WHERE p.status NOT IN ('cancelled', 'declined')
         UNION ALL
         SELECT p.tenant_id, p.id, p.patient_id, p.starts_at, p.ends_at, p.starts_at, p.ends_at, NULL
         FROM appointments p WHERE p.status NOT IN ('cancelled', 'declined')"
    );
    let fits = "a.tenant_id = e.tenant_id AND a.appointment_id = e.id AND a.bookable_id = e.bookable_id
             AND a.starts_at = e.starts_at AND a.ends_at = e.ends_at
             AND a.block_starts_at = e.guard_from AND a.block_ends_at = e.guard_to
             AND a.group_id IS NOT DISTINCT FROM e.group_id";
    vec![
        Invariant {
            name: "allocations-do-not-overlap",
            detail: "a blocking allocation begins before another one of the same bookable has ended, and is not of its group",
            // A group as one.
            sql: overlaps(
                "(SELECT tenant_id, bookable_id, COALESCE(group_id, id) AS id, min(block_starts_at) AS block_starts_at,
                      max(block_ends_at) AS block_ends_at
                  FROM allocations WHERE blocks GROUP BY tenant_id, bookable_id, COALESCE(group_id, id)) taken",
                "bookable_id",
                "block_starts_at",
                "block_ends_at",
                "",
            ),
        },
        Invariant {
            name: "groups-are-one",
            detail: "the appointments of a group are not of one service, provider, place and time",
            sql: "SELECT tenant_id, group_id AS id FROM appointments WHERE group_id IS NOT NULL GROUP BY tenant_id, group_id
                  HAVING count(DISTINCT service_id) > 1 OR count(DISTINCT provider_id) > 1 OR count(DISTINCT location_id) > 1
                      OR count(DISTINCT starts_at) > 1 OR count(DISTINCT ends_at) > 1
                      OR count(DISTINCT CAST(resource_ids AS text)) > 1"
                .into(),
        },
        Invariant {
            name: "groups-have-seats",
            detail: "a group has more appointments than its service has seats, not counting those for which staff set that aside",
            sql: format!(
                "SELECT p.tenant_id, p.group_id AS id FROM appointments p
                 WHERE p.group_id IS NOT NULL AND p.status NOT IN ('cancelled', 'declined')
                 GROUP BY p.tenant_id, p.group_id
                 HAVING sum(CASE WHEN CAST(p.overrides AS text) LIKE '%\"session-full\"%' THEN 0 ELSE 1 END)
                     > max(CAST({} AS integer))",
                policy("capacity", postgres)
            ),
        },
        Invariant {
            name: "what-is-together-is-one-patients",
            detail: "the appointments of a series or a visit are not of one patient, or those of a series not of one service",
            sql: "SELECT tenant_id, COALESCE(series_id, visit_id) AS id FROM appointments
                  WHERE series_id IS NOT NULL OR visit_id IS NOT NULL
                  GROUP BY tenant_id, COALESCE(series_id, visit_id)
                  HAVING count(DISTINCT patient_id) > 1 OR (max(CASE WHEN series_id IS NULL THEN 0 ELSE 1 END) = 1 AND count(DISTINCT service_id) > 1)"
                .into(),
        },
        Invariant {
            name: "openings-do-not-overlap",
            detail: "an opening begins before another one of the same provider has ended",
            sql: overlaps("openings", "tenant_id, provider_id", "starts_at", "ends_at", ""),
        },
        Invariant {
            name: "appointments-take-their-time",
            detail: "an allocation of the provider, the room or the patient is missing, double or of another time",
            sql: format!(
                "SELECT e.tenant_id, e.id FROM ({expected}) e LEFT JOIN allocations a ON {fits}
                 GROUP BY e.tenant_id, e.id, e.bookable_id HAVING count(a.id) <> 1"
            ),
        },
        Invariant {
            name: "allocations-have-their-appointment",
            detail: "the allocation's appointment takes no time, or not this time",
            sql: format!(
                "SELECT a.tenant_id, a.id FROM allocations a LEFT JOIN ({expected}) e ON {fits}
                 WHERE a.kind = 'appointment' AND e.id IS NULL"
            ),
        },
        Invariant {
            name: "overbooking-is-on-record",
            detail: "an appointment lets others into its provider's or its room's time, or keeps them out, other than staff decided",
            sql: "SELECT a.tenant_id, a.id FROM allocations a
                  JOIN appointments p ON p.tenant_id = a.tenant_id AND p.id = a.appointment_id
                  WHERE a.patient_id IS NULL
                    AND a.blocks = (a.provider_id IS NOT NULL AND CAST(p.overrides AS text) LIKE '%\"taken\"%')"
                .into(),
        },
        Invariant {
            name: "holds-take-their-time",
            detail: "the provider's allocation is missing or double, or one of its allocations is of another time",
            sql: "SELECT h.tenant_id, h.id FROM holds h
                  LEFT JOIN allocations a ON a.tenant_id = h.tenant_id AND a.hold_id = h.id
                  GROUP BY h.tenant_id, h.id
                  HAVING sum(CASE WHEN a.provider_id = h.provider_id THEN 1 ELSE 0 END) <> 1
                      OR count(a.id) <> count(DISTINCT a.bookable_id)
                      OR sum(CASE WHEN a.starts_at = h.starts_at AND a.ends_at = h.ends_at AND a.expires_at = h.expires_at
                          AND a.blocks THEN 0 ELSE 1 END) > 0"
                .into(),
        },
        Invariant {
            name: "blocks-take-their-time",
            detail: "the allocation is missing, double or of another time",
            sql: "SELECT b.tenant_id, b.id FROM blocks b
                  LEFT JOIN allocations a ON a.tenant_id = b.tenant_id AND a.block_id = b.id AND a.provider_id = b.provider_id
                      AND a.starts_at = b.starts_at AND a.ends_at = b.ends_at AND a.block_starts_at = b.starts_at
                      AND a.block_ends_at = b.ends_at AND a.blocks
                  GROUP BY b.tenant_id, b.id HAVING count(a.id) <> 1"
                .into(),
        },
        Invariant {
            name: "appointments-have-their-history",
            detail: "the last event is not the present version, or tells another state",
            sql: "SELECT p.tenant_id, p.id FROM appointments p
                  LEFT JOIN appointment_events e ON e.tenant_id = p.tenant_id AND e.appointment_id = p.id
                      AND e.version = p.version AND e.to_status = p.status AND e.starts_at = p.starts_at
                      AND e.provider_id = p.provider_id
                  WHERE e.version IS NULL"
                .into(),
        },
        Invariant {
            name: "changes-are-audited",
            detail: "an appointment has fewer audit entries of changes than it has changes",
            sql: "SELECT c.tenant_id, c.id FROM (
                      SELECT tenant_id, appointment_id AS id, count(*) AS changes FROM appointment_events
                      GROUP BY tenant_id, appointment_id) c
                  LEFT JOIN (
                      SELECT tenant_id, resource_id, count(*) AS entries FROM audit_entries
                      WHERE resource = 'appointment' AND outcome = 'done' AND action <> 'read'
                      GROUP BY tenant_id, resource_id) l ON l.tenant_id = c.tenant_id AND l.resource_id = c.id
                  WHERE COALESCE(l.entries, 0) < c.changes"
                .into(),
        },
    ]
}
