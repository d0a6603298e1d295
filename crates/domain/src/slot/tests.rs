//! Each rule by example. Wednesday 2027-01-13 in Berlin (UTC+1) unless a test says otherwise; local times are written as such.

mod calendar;
mod caps;
mod edges;
mod fit;
mod groups;

use jiff::civil::Date;
use uuid::Uuid;

use super::{
    Asker, Busy, Candidate, Cap, Closing, Horizon, Judgement, Missing, Own, Reason, Refusal, Room, Site, Standing,
    Terms,
};
use crate::allocation::Owner;
use crate::closure::Extent;
use crate::id::{AppointmentId, BlockId, HoldId, LocationId, OpeningId, ProviderId, ResourceId, ServiceId};
use crate::need::Need;
use crate::opening::{Opening, Publication};
use crate::rule::Rule;
use crate::time::{Interval, Minutes, Span, Zone};
use jiff::Timestamp;

type Trouble = Box<dyn std::error::Error>;
type Outcome = Result<(), Trouble>;

const TODAY: &str = "2027-01-13";
const HERE: LocationId = LocationId(Uuid::from_u128(1));
const THERE: LocationId = LocationId(Uuid::from_u128(2));
const SERVICE: ServiceId = ServiceId(Uuid::from_u128(4));

/// Everything that a judgement borrows, with a quiet default: open 9 to 12 today, asked at 6:00 for half an hour.
struct Clinic {
    zone: Zone,
    now: Timestamp,
    asker: Asker,
    terms: Terms,
    standing: Standing,
    archived: bool,
    openings: Vec<Opening>,
    busy: Vec<Busy>,
    closings: Vec<Closing>,
    patient_busy: Vec<Busy>,
    caps: Vec<Cap>,
    needs: Vec<Need>,
    rooms: Vec<Room>,
    own: Own<'static>,
    overrides: Vec<Rule>,
}

impl Clinic {
    fn open(windows: &[(&str, &str)]) -> Result<Self, Trouble> {
        let mut clinic = Self {
            zone: Zone::new("Europe/Berlin")?,
            now: Timestamp::UNIX_EPOCH,
            asker: Asker::Patient,
            terms: Terms {
                horizon: Horizon::DEFAULT,
                ..Terms::plain(Minutes(30))
            },
            standing: Standing::GOOD,
            archived: false,
            openings: Vec::new(),
            busy: Vec::new(),
            closings: Vec::new(),
            patient_busy: Vec::new(),
            caps: Vec::new(),
            needs: Vec::new(),
            rooms: Vec::new(),
            own: Own::default(),
            overrides: Vec::new(),
        };
        clinic.now = clinic.at("06:00")?;
        for (from, to) in windows {
            clinic.add_opening(TODAY, from, to, HERE)?;
        }
        Ok(clinic)
    }

    fn add_opening(&mut self, date: &str, from: &str, to: &str, location_id: LocationId) -> Outcome {
        let local_date: Date = date.parse()?;
        let (local_from, local_to) = (from.parse()?, to.parse()?);
        let number = u128::try_from(self.openings.len())?;
        self.openings.push(Opening {
            id: OpeningId(Uuid::from_u128(100 + number)),
            provider_id: ProviderId(Uuid::from_u128(3)),
            location_id,
            local_date,
            local_from,
            local_to,
            span: self.zone.window(local_date, local_from, local_to).ok_or("skipped")?,
            slot_minutes: Interval::new(30)?,
            publication: Publication::default(),
            template_id: None,
        });
        Ok(())
    }

    fn at(&self, time: &str) -> Result<Timestamp, Trouble> {
        Ok(self.zone.instant(TODAY.parse()?, time.parse()?).ok_or("no instant")?)
    }

    fn span(&self, from: &str, to: &str) -> Result<Span, Trouble> {
        Ok(Span::new(self.at(from)?, self.at(to)?)?)
    }

    /// Time taken from `from` to `to`, without buffers.
    fn taken(&self, owner: Owner, from: &str, to: &str) -> Result<Busy, Trouble> {
        let time = self.span(from, to)?;
        Ok(Busy {
            time,
            guarded: time,
            owner,
            group_id: None,
            blocks: true,
        })
    }

    fn ask<T>(&self, question: impl FnOnce(&Judgement<'_>) -> T) -> T {
        let sites = [Site {
            location_id: HERE,
            zone: &self.zone,
            archived: self.archived,
            rooms: &self.rooms,
        }];
        question(&Judgement {
            now: self.now,
            asker: self.asker,
            service_id: Some(SERVICE),
            terms: self.terms,
            needs: &self.needs,
            standing: self.standing,
            sites: &sites,
            openings: &self.openings,
            busy: &self.busy,
            closings: &self.closings,
            patient_busy: &self.patient_busy,
            held: &[],
            caps: &self.caps,
            own: self.own,
            overrides: &self.overrides,
        })
    }

    fn judge(&self, time: &str) -> Result<Candidate, Trouble> {
        let starts_at = self.at(time)?;
        Ok(self.ask(|judgement| judgement.judge(starts_at)))
    }

    fn rules(&self, time: &str) -> Result<Vec<Rule>, Trouble> {
        Ok(self.judge(time)?.reasons().iter().map(Reason::rule).collect())
    }

    /// The local times of all that is offered today.
    fn offered(&self) -> Result<Vec<String>, Trouble> {
        let day = self.zone.day(TODAY.parse()?).ok_or("no day")?;
        let candidates: Vec<_> = self.ask(|judgement| judgement.candidates(day).collect());
        let offered = candidates.iter().filter(|candidate| candidate.offered().is_some());
        Ok(offered
            .map(|candidate| self.zone.local(candidate.starts_at).strftime("%H:%M").to_string())
            .collect())
    }
}

fn appointment(number: u128) -> Owner {
    Owner::Appointment(AppointmentId(Uuid::from_u128(number)))
}

#[test]
fn starts_are_spaced_by_the_opening_or_by_the_service() -> Outcome {
    let mut clinic = Clinic::open(&[("09:10", "10:30")])?;
    assert_eq!(clinic.offered()?, ["09:10", "09:40"]);
    clinic.terms.start_interval = Some(Interval::new(20)?);
    assert_eq!(clinic.offered()?, ["09:10", "09:30", "09:50"]);
    assert_eq!(clinic.rules("09:40")?, [Rule::StartInterval]);
    Ok(())
}

#[test]
fn a_long_service_may_start_at_each_slot_and_must_end_in_time() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "11:00")])?;
    clinic.terms.duration = Minutes(60);
    assert_eq!(clinic.offered()?, ["09:00", "09:30", "10:00"]);
    let late = clinic.judge("10:30")?;
    let open_until = Some(clinic.at("11:00")?);
    assert_eq!(late.reasons(), [Reason::OutsideOpenings { open_until }]);
    assert_eq!(clinic.rules("08:30")?, [Rule::OutsideOpenings]);
    assert_eq!(clinic.rules("11:00")?, [Rule::OutsideOpenings]);
    Ok(())
}

#[test]
fn openings_that_touch_at_one_location_are_as_good_as_one() -> Outcome {
    let mut clinic = Clinic::open(&[("10:00", "11:00"), ("09:00", "10:00")])?;
    clinic.terms.duration = Minutes(60);
    assert_eq!(clinic.offered()?, ["09:00", "09:30", "10:00"]);
    let across = clinic.span("09:30", "10:30")?;
    let parts = clinic.ask(|judgement| judgement.parts(across, HERE));
    assert_eq!(
        parts.iter().map(|part| part.span).collect::<Vec<_>>(),
        [clinic.span("09:30", "10:00")?, clinic.span("10:00", "10:30")?]
    );
    clinic.openings[0].location_id = THERE;
    assert_eq!(clinic.offered()?, ["09:00"]);
    assert_eq!(clinic.rules("10:00")?, [Rule::OutsideOpenings], "not asked about");
    Ok(())
}

#[test]
fn what_takes_the_providers_time() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    let hold = |expires_at| Owner::Hold {
        id: HoldId(Uuid::from_u128(7)),
        expires_at,
    };
    let (gone, running) = (clinic.now, clinic.at("06:01")?);
    clinic.busy = vec![
        clinic.taken(hold(gone), "11:30", "12:00")?,
        clinic.taken(hold(running), "11:00", "11:30")?,
        clinic.taken(Owner::External, "10:15", "10:30")?,
        clinic.taken(Owner::Block(BlockId(Uuid::from_u128(8))), "09:30", "10:00")?,
        clinic.taken(appointment(9), "09:00", "09:30")?,
    ];
    assert_eq!(clinic.offered()?, ["10:30", "11:30"]);
    assert_eq!(clinic.rules("09:00")?, [Rule::Taken]);
    assert_eq!(clinic.judge("09:00")?.refusal(), Some(Refusal::Conflict));
    assert_eq!(clinic.judge("09:30")?.refusal(), Some(Refusal::Rule(Rule::Block)));
    assert_eq!(clinic.rules("09:15")?, [Rule::StartInterval, Rule::Block, Rule::Taken]);
    clinic.busy[4].blocks = false;
    clinic.own.hold = Some(HoldId(Uuid::from_u128(7)));
    assert_eq!(
        clinic.offered()?,
        ["10:30", "11:00", "11:30"],
        "who was booked over another is there too; one's own hold is not in the way"
    );
    let mut over = clinic.taken(appointment(10), "11:00", "11:30")?;
    over.blocks = false;
    clinic.busy.push(over);
    assert_eq!(
        clinic.offered()?,
        ["10:30", "11:00", "11:30"],
        "who was booked over one's own hold"
    );
    clinic.own.hold = None;
    assert_eq!(clinic.offered()?, ["10:30", "11:30"], "for everybody else it is taken");
    clinic.own.hold = Some(HoldId(Uuid::from_u128(7)));
    clinic.asker = Asker::Staff;
    clinic.overrides = vec![Rule::Taken];
    assert_eq!(
        clinic.offered()?,
        ["09:00", "10:00", "10:30", "11:00", "11:30"],
        "booked over others"
    );
    assert_eq!(clinic.rules("09:30")?, [Rule::Block], "not over a block");
    Ok(())
}

#[test]
fn an_appointment_may_be_moved_over_itself() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    clinic.terms.duration = Minutes(60);
    clinic.busy = vec![clinic.taken(appointment(9), "09:00", "10:00")?];
    clinic.patient_busy = clinic.busy.clone();
    assert_eq!(clinic.rules("09:30")?, [Rule::Taken, Rule::PatientOverlap]);
    clinic.own.appointments = const { &[AppointmentId(Uuid::from_u128(9))] };
    assert_eq!(clinic.rules("09:30")?, []);
    Ok(())
}

#[test]
fn buffers_keep_their_distance_and_may_reach_outside() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    clinic.terms.buffer_before = Minutes(10);
    clinic.terms.buffer_after = Minutes(15);
    assert_eq!(clinic.offered()?.len(), 6, "both ends of the opening are offered");
    clinic.busy = vec![clinic.taken(appointment(9), "10:00", "10:30")?];
    assert_eq!(clinic.offered()?, ["09:00", "11:00", "11:30"]);
    clinic.busy[0].guarded = clinic.busy[0].guarded.widened(Minutes(0), Minutes(25));
    assert_eq!(clinic.offered()?, ["09:00", "11:30"]);
    Ok(())
}

#[test]
fn closures_close_their_location_or_all() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    clinic.terms.buffer_after = Minutes(30);
    let close = |span, extent| Closing { span, extent };
    clinic.closings = vec![
        close(clinic.span("11:00", "24:00")?, Extent::Organisation),
        close(clinic.span("00:00", "09:10")?, Extent::Location(HERE)),
        close(clinic.span("00:00", "24:00")?, Extent::Location(THERE)),
    ];
    assert_eq!(clinic.offered()?, ["09:30", "10:00", "10:30"]);
    assert_eq!(clinic.rules("11:00")?, [Rule::Closure]);
    Ok(())
}

#[test]
fn time_off_closes_the_providers_own_calendar() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    let off = |span, number| Closing {
        span,
        extent: Extent::Provider(ProviderId(Uuid::from_u128(number))),
    };
    clinic.closings = vec![
        off(clinic.span("09:10", "10:30")?, 3),
        off(clinic.span("00:00", "24:00")?, 5),
    ];
    assert_eq!(clinic.offered()?, ["10:30", "11:00", "11:30"]);
    assert_eq!(clinic.rules("10:00")?, [Rule::TimeOff]);
    clinic.asker = Asker::Staff;
    clinic.overrides = vec![Rule::TimeOff];
    assert_eq!(
        clinic.rules("10:00")?,
        [Rule::TimeOff],
        "staff end it, they do not set it aside"
    );
    Ok(())
}

fn room(number: u128, kind: &str, busy: Vec<Busy>) -> Room {
    Room {
        id: ResourceId(Uuid::from_u128(number)),
        name: format!("{kind} {number}"),
        kind: kind.to_owned(),
        busy,
    }
}

#[test]
fn all_that_is_needed_must_be_free_and_what_is_missing_is_named() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    let ecg = ResourceId(Uuid::from_u128(3));
    clinic.needs = vec![Need::Kind("ultrasound".into()), Need::Resource(ecg)];
    clinic.rooms = vec![
        room(1, "ultrasound", vec![clinic.taken(appointment(9), "09:00", "10:00")?]),
        room(3, "ECG", vec![clinic.taken(appointment(8), "10:00", "11:00")?]),
    ];
    let missing = |time: &str| -> Result<Vec<Reason>, Trouble> { Ok(clinic.judge(time)?.reasons().to_vec()) };
    let named = |missing| vec![Reason::NoResource { missing }];
    assert_eq!(missing("09:00")?, named(Missing::Kind("ultrasound".into())));
    assert_eq!(missing("10:30")?, named(Missing::Named("ECG 3".into())));
    assert_eq!(missing("11:00")?, []);
    let place = clinic.judge("11:00")?;
    let given = place.offered().map(|place| place.resource_ids.len());
    assert_eq!(given, Some(2));
    clinic.rooms.pop();
    assert_eq!(clinic.judge("11:00")?.reasons(), named(Missing::Elsewhere));
    Ok(())
}

#[test]
fn the_first_free_room_is_taken() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    clinic.needs = vec![Need::Kind("room".into())];
    clinic.rooms = vec![
        room(1, "room", vec![clinic.taken(appointment(9), "09:00", "10:00")?]),
        room(2, "room", vec![clinic.taken(appointment(8), "09:30", "11:00")?]),
    ];
    let chosen = |time: &str| -> Result<Option<u128>, Trouble> {
        let judged = clinic.judge(time)?;
        let place = judged.offered();
        Ok(place
            .and_then(|place| place.resource_ids.first())
            .map(|id| id.uuid().as_u128()))
    };
    assert_eq!(
        (chosen("09:00")?, chosen("10:00")?, chosen("11:00")?),
        (Some(2), Some(1), Some(1))
    );
    assert_eq!(clinic.rules("09:30")?, [Rule::NoResource]);
    assert_eq!(clinic.judge("09:30")?.refusal(), Some(Refusal::Conflict));
    clinic.rooms = vec![];
    assert_eq!(clinic.offered()?.len(), 0);
    Ok(())
}
