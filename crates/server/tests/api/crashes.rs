//! The server is killed in the middle of a rush of bookings, and started again: what was acknowledged is there, what was not
//! can be asked for once more, nothing is there twice, and nothing that nobody asked for.

mod rush;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use jiff::civil::Date;
use kalends_domain::tenant::DEFAULT_SLUG;
use kalends_store::on_both;
use serde_json::Value;
use tokio::sync::mpsc;

use self::rush::{AT_ONCE, Fate, Wish, chance, rush, wishes};
use crate::api::caller::Caller;
use crate::api::practice::Practice;
use crate::api::processes::Installation;
use crate::api::program::Server;
use crate::api::server::{Outcome, scaled};

const ADMIN: &str = "admin@example.test";
const PATIENTS: usize = 4;

fn address(patient: usize) -> String {
    format!("patient-{patient}@example.test")
}

/// Lets them rush and kills the server after a random answer, a random moment later.
async fn kill_during(server: Server, wishes: Vec<Wish>, people: &[Caller]) -> Outcome<Vec<Wish>> {
    let (answered, mut answers) = mpsc::unbounded_channel();
    let gone = AtomicBool::new(false);
    let count = chance(wishes.len());
    let moment = Duration::from_micros(u64::try_from(chance(8_000))?);
    let blow = async {
        for _ in 0..count {
            answers.recv().await;
        }
        tokio::time::sleep(moment).await;
        gone.store(true, Ordering::SeqCst);
        server.kill()
    };
    let (wishes, killed) = tokio::join!(rush(wishes, people, &gone, answered), blow);
    killed?;
    wishes
}

/// Fails unless everything that was acknowledged is stored as it was last acknowledged, and all else was asked for, once.
fn check(stored: &[Value], wishes: &[Wish], people: &[Caller]) -> Outcome<()> {
    for wish in wishes {
        let found: Vec<_> = stored.iter().filter(|it| wish.is_for(people, it)).collect();
        match (&wish.booking, &wish.cancellation, &found[..]) {
            (Fate::Unknown, _, [] | [_]) | (Fate::Refused, _, []) => {}
            (Fate::Done(_), Fate::Done(cancelled), [it]) if *it == cancelled => {}
            // A cancellation that nobody answered may have been made or not.
            (Fate::Done(booked), Fate::Unknown, [it])
                if *it == booked
                    || (wish.cancels
                        && it["id"] == booked["id"]
                        && it["status"] == "cancelled"
                        && it["version"] == 2) => {}
            (booking, cancellation, found) => {
                return Err(format!("{booking:?}, {cancellation:?}, but stored is {found:?}").into());
            }
        }
    }
    match stored
        .iter()
        .find(|it| !wishes.iter().any(|wish| wish.is_for(people, it)))
    {
        Some(foreign) => Err(format!("nobody asked for {foreign}").into()),
        None => Ok(()),
    }
}

/// Asks for everything again that was not refused: what was acknowledged is answered as before, the rest now gets its answer.
async fn ask_again(stored: &[Value], wishes: &mut [Wish], people: &[Caller]) -> Outcome<()> {
    let open = |wish: &Wish| !matches!(wish.booking, Fate::Refused);
    let asked = stream::iter(wishes.iter().filter(|wish| open(wish)).map(|wish| wish.ask(people)));
    let answers: Vec<_> = asked.buffered(AT_ONCE).collect().await;
    for (wish, answer) in wishes.iter_mut().filter(|wish| open(wish)).zip(answers) {
        let answer = answer?;
        let known = stored.iter().find(|it| wish.is_for(people, it));
        match (answer.status.as_u16(), &wish.booking, known) {
            (201, Fate::Done(before), _) if answer.body == *before => {}
            (201, Fate::Unknown, Some(known)) if answer.body["id"] == known["id"] => {}
            (201, Fate::Unknown, None) => {}
            (409, Fate::Unknown, None) if wish.contested && answer.problem() == "slot-taken" => {}
            (_, before, known) => {
                return Err(format!("{before:?}, stored {known:?}, asked again: {}", answer.text).into());
            }
        }
        wish.booking = match answer.status.as_u16() {
            201 => Fate::Done(answer.body),
            _ => Fate::Refused,
        };
    }
    Ok(())
}

/// Fails unless each start that was wished for is somebody's, once, and all that is stored was answered for.
fn settle(stored: &[Value], wishes: &[Wish]) -> Outcome<()> {
    let ids = |all: Vec<&Value>| all.into_iter().map(|it| it["id"].to_string()).collect::<BTreeSet<_>>();
    let answered = wishes.iter().filter_map(|wish| match &wish.booking {
        Fate::Done(answer) => Some(answer),
        _ => None,
    });
    if ids(stored.iter().collect()) != ids(answered.collect()) {
        return Err("what is stored is not what was answered".into());
    }
    for wish in wishes {
        let same = |it: &&Value| {
            ["provider_id", "starts_at"]
                .iter()
                .all(|name| it[name] == wish.body[name])
        };
        let count = stored.iter().filter(same).count();
        if count != 1 {
            return Err(format!("{count} appointments for {}", wish.body).into());
        }
    }
    Ok(())
}

/// One server's life and what it left; the next server.
async fn round(installation: &Installation, practice: &Practice, server: Server, day: Date) -> Outcome<Server> {
    let visitor = installation.visitor(&[&server]);
    let mut people = Vec::new();
    for patient in 0..PATIENTS {
        people.push(visitor.sign_in(&address(patient), DEFAULT_SLUG).await?);
    }
    let starts = practice.starts(&visitor, day).await?;
    let mut wishes = kill_during(server, wishes(practice, &starts, PATIENTS), &people).await?;

    let server = installation.serve()?;
    let people: Vec<_> = people.iter().map(|person| person.at(&[&server.address])).collect();
    let admin = installation.visitor(&[&server]).sign_in(ADMIN, DEFAULT_SLUG).await?;
    let stored = practice.stored(&admin, day).await?;
    check(&stored, &wishes, &people)?;
    ask_again(&stored, &mut wishes, &people).await?;
    settle(&practice.stored(&admin, day).await?, &wishes)?;
    installation.verify()?;
    Ok(server)
}

on_both! {
    async fn killed_while_people_book(database: TestDatabase) {
        let installation = Installation::new(database)?;
        installation.create_admin(ADMIN)?;
        let mut server = installation.serve()?;
        let visitor = installation.visitor(&[&server]);
        let practice = Practice::open(&visitor.sign_in(ADMIN, DEFAULT_SLUG).await?).await?;
        for patient in 0..PATIENTS {
            visitor.register(&address(patient), DEFAULT_SLUG).await?;
        }
        for number in 0..scaled(50, 3) {
            let day = practice.day(number)?;
            server = round(&installation, &practice, server, day).await.map_err(|error| format!("round {number}: {error}"))?;
        }
        server.stop()
    }
}
