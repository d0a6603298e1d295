//! The rows as they are, and the rules of a clinic over them, without a word of the program's.

use std::collections::{BTreeMap, BTreeSet};

use kalends_domain::appointment::Appointment;
use kalends_domain::id::{AppointmentId, ServiceId};
use kalends_store::testing::clinic::NOW;
use kalends_store::testing::{TestDatabase, TestResult};

use super::super::people::Practice;
use super::{CUTOFF, House};

/// What the house says of a service, in minutes.
#[derive(Clone, Debug)]
pub struct Terms {
    pub before: i64,
    pub after: i64,
    pub seats: usize,
    pub needs: Vec<&'static str>,
}

/// An appointment, or a hold, which has no id, patient or resource here. Ids are 32 hexadecimal digits; times minutes since 1970.
#[derive(Clone, Debug)]
struct Entry {
    id: String,
    status: String,
    service: String,
    provider: String,
    patient: String,
    starts: i64,
    ends: i64,
    resources: Vec<String>,
    overrides: Vec<String>,
}

/// A line of an appointment's history.
#[derive(Debug)]
struct Event {
    appointment: String,
    version: i64,
    actor: String,
    action: String,
    starts: i64,
}

pub struct Ledger {
    entries: Vec<Entry>,
    holds: Vec<Entry>,
    events: Vec<Event>,
    /// The kind of each resource.
    kinds: BTreeMap<String, String>,
    /// Who is not a patient.
    staff: String,
}

const APPOINTMENTS: [&str; 2] = [
    "SELECT concat_ws('|', id, status, service_id, provider_id, patient_id, floor(extract(epoch FROM starts_at) / 60),
         floor(extract(epoch FROM ends_at) / 60), resource_ids::text, overrides::text) FROM appointments WHERE tenant_id = $1",
    "SELECT concat_ws('|', hex(id), status, hex(service_id), hex(provider_id), hex(patient_id), starts_at / 60000000,
         ends_at / 60000000, resource_ids, overrides) FROM appointments WHERE tenant_id = $1",
];
const HOLDS: [&str; 2] = [
    "SELECT concat_ws('|', '', '', service_id, provider_id, '', floor(extract(epoch FROM starts_at) / 60),
         floor(extract(epoch FROM ends_at) / 60), '[]', '[]') FROM holds WHERE tenant_id = $1",
    "SELECT concat_ws('|', '', '', hex(service_id), hex(provider_id), '', starts_at / 60000000, ends_at / 60000000, '[]', '[]')
     FROM holds WHERE tenant_id = $1",
];
const EVENTS: [&str; 2] = [
    "SELECT concat_ws('|', appointment_id, version, actor_id, action, floor(extract(epoch FROM starts_at) / 60))
     FROM appointment_events WHERE tenant_id = $1",
    "SELECT concat_ws('|', hex(appointment_id), version, hex(actor_id), action, starts_at / 60000000)
     FROM appointment_events WHERE tenant_id = $1",
];
const RESOURCES: [&str; 2] = [
    "SELECT concat_ws('|', id, kind) FROM resources WHERE tenant_id = $1",
    "SELECT concat_ws('|', hex(id), kind) FROM resources WHERE tenant_id = $1",
];

fn plain(id: &str) -> String {
    id.replace('-', "").to_lowercase()
}

async fn lines(practice: &Practice, on_postgres: bool, sql: [&'static str; 2]) -> TestResult<Vec<Vec<String>>> {
    let mut tx = practice.clinic.store.read(practice.clinic.tenant).await?;
    let sql = if on_postgres { sql[0] } else { sql[1] };
    let found: Vec<String> = tx.query(sql).bind(practice.clinic.tenant).scalars().await?;
    Ok(found
        .iter()
        .map(|line| line.split('|').map(str::to_owned).collect())
        .collect())
}

fn entry(line: &[String]) -> TestResult<Entry> {
    let resources: Vec<String> = serde_json::from_str(&line[7])?;
    Ok(Entry {
        id: plain(&line[0]),
        status: line[1].clone(),
        service: plain(&line[2]),
        provider: plain(&line[3]),
        patient: plain(&line[4]),
        starts: line[5].parse()?,
        ends: line[6].parse()?,
        resources: resources.iter().map(|id| plain(id)).collect(),
        overrides: serde_json::from_str(&line[8])?,
    })
}

impl Entry {
    fn lives(&self) -> bool {
        !["cancelled", "declined"].contains(&&self.status[..])
    }

    fn over(&self) -> bool {
        self.overrides.iter().any(|rule| rule == "taken")
    }

    /// With the buffers.
    fn guarded(&self, terms: &Terms) -> (i64, i64) {
        (self.starts - terms.before, self.ends + terms.after)
    }

    fn is_session_of(&self, other: &Self) -> bool {
        (&self.service, &self.provider, self.starts) == (&other.service, &other.provider, other.starts)
    }
}

fn meet(one: (i64, i64), other: (i64, i64)) -> bool {
    one.0 < other.1 && other.0 < one.1
}

impl Ledger {
    pub async fn read(practice: &Practice, database: &TestDatabase) -> TestResult<Self> {
        let on_postgres = database.url.starts_with("postgres");
        let mut ledger = Self {
            entries: Vec::new(),
            holds: Vec::new(),
            events: Vec::new(),
            kinds: BTreeMap::new(),
            staff: plain(&practice.clinic.user.to_string()),
        };
        for line in lines(practice, on_postgres, APPOINTMENTS).await? {
            ledger.entries.push(entry(&line)?);
        }
        for line in lines(practice, on_postgres, HOLDS).await? {
            ledger.holds.push(entry(&line)?);
        }
        for line in lines(practice, on_postgres, EVENTS).await? {
            ledger.events.push(Event {
                appointment: plain(&line[0]),
                version: line[1].parse()?,
                actor: plain(&line[2]),
                action: line[3].clone(),
                starts: line[4].parse()?,
            });
        }
        for line in lines(practice, on_postgres, RESOURCES).await? {
            ledger.kinds.insert(plain(&line[0]), line[1].clone());
        }
        Ok(ledger)
    }

    /// How many are in a session with somebody else.
    pub fn shared(&self) -> usize {
        let live: Vec<&Entry> = self.entries.iter().filter(|it| it.lives()).collect();
        let in_company = |one: &&&Entry| {
            live.iter()
                .any(|other| one.id != other.id && one.is_session_of(other) && !one.over() && !other.over())
        };
        live.iter().filter(in_company).count()
    }

    pub fn check(&self, house: &House, told: &BTreeMap<AppointmentId, Appointment>) -> TestResult {
        let terms: BTreeMap<String, &Terms> = house
            .terms
            .iter()
            .map(|(id, terms): (&ServiceId, &Terms)| (plain(&id.to_string()), terms))
            .collect();
        let live: Vec<&Entry> = self.entries.iter().filter(|it| it.lives()).collect();
        self.nobody_is_in_two_places(&live, &terms);
        self.everybody_has_what_they_need(&live, &terms);
        self.no_session_is_overfull(&live, &terms);
        self.nobody_was_too_late();
        self.what_was_told_is_so(told);
        Ok(())
    }

    fn nobody_is_in_two_places(&self, live: &[&Entry], terms: &BTreeMap<String, &Terms>) {
        let taking: Vec<&Entry> = live.iter().copied().chain(&self.holds).collect();
        for (index, one) in taking.iter().enumerate() {
            for other in &taking[index + 1..] {
                let (its, others) = (terms[&one.service], terms[&other.service]);
                let meet_guarded = meet(one.guarded(its), other.guarded(others));
                let shared = its.seats > 1 && one.is_session_of(other);
                let over = one.over() || other.over();
                let same_doctor = one.provider == other.provider && !shared && !over;
                assert!(!(same_doctor && meet_guarded), "one doctor: {one:?} {other:?}");
                let same_room = one.resources.iter().any(|room| other.resources.contains(room)) && !shared;
                assert!(!(same_room && meet_guarded), "one room: {one:?} {other:?}");
                let same_patient = !one.patient.is_empty() && one.patient == other.patient;
                let at_once = meet((one.starts, one.ends), (other.starts, other.ends));
                assert!(!(same_patient && at_once), "one patient: {one:?} {other:?}");
            }
        }
        let mut over: BTreeMap<(&str, i64), usize> = BTreeMap::new();
        for it in live.iter().filter(|it| it.over()) {
            // Berlin's days: an hour before those of UTC.
            *over.entry((&it.provider, (it.starts + 60) / 1440)).or_default() += 1;
        }
        assert!(over.values().all(|count| *count <= 2), "{over:?}");
    }

    fn everybody_has_what_they_need(&self, live: &[&Entry], terms: &BTreeMap<String, &Terms>) {
        for it in live {
            let distinct: BTreeSet<&String> = it.resources.iter().collect();
            assert_eq!(distinct.len(), it.resources.len(), "{it:?}");
            let mut given: Vec<&str> = it.resources.iter().map(|id| &self.kinds[id][..]).collect();
            given.sort_unstable();
            assert_eq!(given, terms[&it.service].needs, "{it:?}");
        }
    }

    fn no_session_is_overfull(&self, live: &[&Entry], terms: &BTreeMap<String, &Terms>) {
        for one in live {
            let session = live.iter().filter(|it| it.is_session_of(one) && !it.over());
            assert!(session.count() <= terms[&one.service].seats, "{one:?}");
        }
    }

    /// A patient's own changes came in time for what was changed.
    fn nobody_was_too_late(&self) {
        let now = NOW.as_second() / 60;
        let starts: BTreeMap<(&str, i64), i64> = self
            .events
            .iter()
            .map(|it| ((&it.appointment[..], it.version), it.starts))
            .collect();
        let by_patients = self.events.iter().filter(|it| it.actor != self.staff);
        let changes: Vec<&Event> = by_patients.filter(|it| it.action != "book").collect();
        assert!(!changes.is_empty());
        for change in changes {
            let before = starts[&(&change.appointment[..], change.version - 1)];
            assert!(before - i64::from(CUTOFF) >= now, "too late: {change:?}");
        }
    }

    /// Each that was told of is there as it was told, and nobody has one that they were not told of.
    fn what_was_told_is_so(&self, told: &BTreeMap<AppointmentId, Appointment>) {
        let there: BTreeSet<String> = self
            .entries
            .iter()
            .map(|it| format!("{} {} {} {}", it.id, it.status, it.provider, it.starts))
            .collect();
        let told: BTreeSet<String> = told
            .values()
            .map(|it| {
                let (id, provider) = (plain(&it.id.to_string()), plain(&it.provider_id.to_string()));
                format!("{id} {} {provider} {}", it.status.name(), it.starts_at.as_second() / 60)
            })
            .collect();
        assert_eq!(there, told);
    }
}
