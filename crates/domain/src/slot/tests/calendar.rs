//! What staff see.

use super::{AppointmentId, Clinic, Outcome, Owner, TODAY, Trouble, appointment};
use crate::id::{BlockId, HoldId};
use crate::slot::{Calendar, Site, Terms};
use crate::time::{Interval, Minutes};
use uuid::Uuid;

/// Local time, status and appointment of a cell.
type Row = (String, &'static str, Option<u128>);

impl Clinic {
    fn cells(&self, service: Option<Terms>) -> Result<Vec<Row>, Trouble> {
        let sites = [Site {
            location_id: super::HERE,
            zone: &self.zone,
            archived: false,
            rooms: &[],
        }];
        let calendar = Calendar {
            now: self.now,
            sites: &sites,
            openings: &self.openings,
            busy: &self.busy,
            closings: &self.closings,
        };
        let cells = calendar.cells(self.zone.day(TODAY.parse()?).ok_or("no day")?, service);
        let number = |id: AppointmentId| id.uuid().as_u128();
        let row = |cell: crate::slot::Cell| {
            let time = self.zone.local(cell.starts_at).strftime("%H:%M").to_string();
            (time, cell.status.name(), cell.appointment_id.map(number))
        };
        Ok(cells.into_iter().map(row).collect())
    }
}

fn row(time: &str, status: &'static str, appointment: Option<u128>) -> Row {
    (time.to_owned(), status, appointment)
}

#[test]
fn every_slot_says_what_became_of_it() -> Outcome {
    let mut clinic = Clinic::open(&[("13:00", "15:15"), ("09:00", "12:00")])?;
    clinic.openings[0].slot_minutes = Interval::new(60)?;
    clinic.now = clinic.at("10:10")?;
    let hold = Owner::Hold {
        id: HoldId(Uuid::from_u128(7)),
        expires_at: clinic.at("10:15")?,
    };
    clinic.busy = vec![
        clinic.taken(appointment(9), "09:00", "09:30")?,
        clinic.taken(Owner::Block(BlockId(Uuid::from_u128(6))), "11:00", "11:30")?,
        clinic.taken(hold, "11:30", "12:00")?,
        clinic.taken(appointment(8), "14:00", "14:30")?,
    ];
    assert_eq!(
        clinic.cells(None)?,
        [
            row("09:00", "booked", Some(9)),
            row("09:30", "past", None),
            row("10:00", "past", None),
            row("10:30", "available", None),
            row("11:00", "blocked", None),
            row("11:30", "held", None),
            row("13:00", "available", None),
            row("14:00", "booked", Some(8)),
        ]
    );
    Ok(())
}

#[test]
fn a_buffer_is_not_a_booking() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "10:30")])?;
    let mut busy = clinic.taken(appointment(9), "09:00", "09:30")?;
    busy.guarded = busy.guarded.widened(Minutes(0), Minutes(10));
    clinic.busy = vec![busy];
    let cells = clinic.cells(None)?;
    assert_eq!(
        cells,
        [
            row("09:00", "booked", Some(9)),
            row("09:30", "blocked", None),
            row("10:00", "available", None)
        ]
    );
    Ok(())
}

#[test]
fn the_calendar_of_a_service_has_its_lengths() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "10:30")])?;
    clinic.busy = vec![clinic.taken(appointment(9), "10:00", "10:30")?];
    let cells = clinic.cells(Some(Terms::plain(Minutes(60))))?;
    assert_eq!(
        cells,
        [row("09:00", "available", None), row("09:30", "booked", Some(9))]
    );
    Ok(())
}
