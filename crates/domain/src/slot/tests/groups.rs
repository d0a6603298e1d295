//! Groups, by example: a time that several patients share.

use super::*;
use crate::group::Group;
use crate::slot::Place;

const ROOMS: [ResourceId; 2] = [ResourceId(Uuid::from_u128(41)), ResourceId(Uuid::from_u128(42))];

fn class() -> Result<Clinic, Trouble> {
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    clinic.terms.capacity = 3;
    Ok(clinic)
}

/// A seat that appointment `number` has from `from` to `to`, in a group of the service in these rooms.
fn seat(clinic: &Clinic, number: u128, (from, to): (&str, &str), rooms: &[ResourceId]) -> Result<Busy, Trouble> {
    let group = Group {
        service_id: SERVICE,
        provider_id: clinic.openings[0].provider_id,
        location_id: HERE,
        resource_ids: rooms,
        span: clinic.span(from, to)?,
    };
    Ok(Busy {
        group_id: Some(group.id()),
        ..clinic.taken(appointment(number), from, to)?
    })
}

fn place(clinic: &Clinic, time: &str) -> Result<Place, Trouble> {
    Ok(clinic.judge(time)?.offered().cloned().ok_or("not offered")?)
}

#[test]
fn a_group_is_joined_until_its_last_seat_is_taken() -> Outcome {
    let mut clinic = class()?;
    let first = place(&clinic, "10:00")?.seat.ok_or("no seat")?;
    assert_eq!(first.left, 3);
    for number in [1, 2] {
        clinic.busy.push(seat(&clinic, number, ("10:00", "10:30"), &[])?);
        let next = place(&clinic, "10:00")?.seat.ok_or("no seat")?;
        assert_eq!((next.group_id, u128::from(next.left)), (first.group_id, 3 - number));
    }
    clinic.busy.push(seat(&clinic, 3, ("10:00", "10:30"), &[])?);
    assert_eq!(clinic.rules("10:00")?, [Rule::SessionFull]);
    assert_eq!(clinic.judge("10:00")?.refusal(), Some(Refusal::Conflict));

    // Whoever moves out of it has a seat to come back to, and the desk may add a chair.
    clinic.own.appointments = const { &[AppointmentId(Uuid::from_u128(2))] };
    assert_eq!(clinic.rules("10:00")?, []);
    clinic.own = Own::default();
    clinic.asker = Asker::Staff;
    clinic.overrides = vec![Rule::SessionFull];
    assert_eq!(clinic.judge("10:00")?.set_aside, [Rule::SessionFull]);
    Ok(())
}

#[test]
fn a_group_keeps_everybody_else_out() -> Outcome {
    let mut clinic = class()?;
    clinic.busy.push(seat(&clinic, 1, ("10:00", "10:30"), &[])?);
    clinic.terms.start_interval = Some(Interval::new(15)?);
    assert_eq!(clinic.rules("10:15")?, [Rule::Taken]);
    // The same time for longer is another group, and so is the same time of another service.
    clinic.terms.duration = Minutes(45);
    assert_eq!(clinic.rules("10:00")?, [Rule::Taken]);
    clinic.terms.duration = Minutes(30);
    clinic.busy[0].group_id = Some(crate::id::GroupId(Uuid::from_u128(77)));
    assert_eq!(clinic.rules("10:00")?, [Rule::Taken]);
    clinic.busy[0].group_id = None;
    assert_eq!(clinic.rules("10:00")?, [Rule::Taken]);
    Ok(())
}

#[test]
fn a_group_meets_in_its_own_room() -> Outcome {
    let mut clinic = class()?;
    let taken = seat(&clinic, 1, ("10:00", "10:30"), &ROOMS[1..])?;
    clinic.busy.push(taken);
    clinic.needs = vec![Need::Kind("hall".into())];
    clinic.rooms = vec![room(41, "hall", vec![]), room(42, "hall", vec![taken])];
    assert_eq!(place(&clinic, "10:00")?.resource_ids, ROOMS[1..]);
    assert_eq!(place(&clinic, "09:00")?.resource_ids, ROOMS[..1]);
    Ok(())
}

#[test]
fn a_group_off_the_grid_is_offered_to_those_who_would_join_it() -> Outcome {
    let mut clinic = class()?;
    assert!(!clinic.offered()?.contains(&"10:10".to_owned()));
    clinic.busy.push(seat(&clinic, 1, ("10:10", "10:40"), &[])?);
    assert_eq!(clinic.offered()?, ["09:00", "09:30", "10:10", "11:00", "11:30"]);
    Ok(())
}

#[test]
fn the_guard_counts_the_seats() -> Outcome {
    let clinic = class()?;
    let candidate = clinic.judge("10:00")?;
    let limits = clinic.ask(|judgement| judgement.limits(&candidate, HERE));
    let limit = limits.first().ok_or("no limit")?;
    let counted = (limit.counted.from, limit.counted.service_id);
    assert_eq!((limit.rule, limit.most), (Rule::SessionFull, 3));
    assert_eq!(counted, (clinic.at("10:00")?, Some(SERVICE)));
    Ok(())
}
