use jiff::civil::date;
use kalends_domain::id::OpeningId;
use kalends_domain::opening::{Opening, PublishMode};
use kalends_domain::time::{Interval, LocalTime, Minutes, Span, Weekday};

use super::*;
use crate::testing::clinic::{Clinic, NOW, at, id};
use crate::{on_both, openings};

fn publication(clinic: &Clinic) -> Publication {
    Publication {
        mode: PublishMode::Contact,
        release: Some(Minutes(2 * 24 * 60)),
        services: vec![clinic.service],
    }
}

fn template(clinic: &Clinic) -> Template {
    let window = |weekday, publication| WeeklyWindow {
        weekday,
        window: Window {
            from: LocalTime::on_the_hour(9),
            to: LocalTime::END_OF_DAY,
        },
        slot_minutes: Interval::HALF_HOUR,
        publication,
    };
    Template {
        id: id(),
        provider_id: clinic.provider,
        location_id: clinic.location,
        effective_from: date(2027, 1, 4),
        effective_until: Some(date(2027, 6, 30)),
        every_weeks: 2,
        windows: vec![
            window(Weekday::Sunday, Publication::default()),
            window(Weekday::Monday, publication(clinic)),
        ],
        published_until: None,
        stamp: Stamp::new(NOW),
    }
}

/// An opening long after the clinic's own.
fn opening(clinic: &Clinic, template: &Template, hours: i64) -> Result<Opening> {
    Ok(Opening {
        id: id(),
        provider_id: clinic.provider,
        location_id: clinic.location,
        local_date: date(2027, 1, 18),
        local_from: LocalTime::on_the_hour(9),
        local_to: LocalTime::on_the_hour(10),
        span: Span::new(at(hours * 60), at(hours * 60 + 60)).map_err(|_| StoreError::ForeignKey)?,
        slot_minutes: Interval::HALF_HOUR,
        publication: publication(clinic),
        template_id: Some(template.id),
    })
}

on_both! {
    async fn a_template_reads_back_as_it_was_written(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let mut template = template(&clinic);
        let mut tx = clinic.store.begin(clinic.tenant).await?;
        insert(&mut tx, clinic.tenant, &template).await?;
        assert_eq!(find(&mut tx, clinic.tenant, template.id).await?.as_ref(), Some(&template));
        assert_eq!(list(&mut tx, clinic.tenant, clinic.provider).await?, [template.clone()]);
        template.windows.remove(0);
        template.effective_until = None;
        template.published_until = Some(date(2027, 3, 31));
        template.stamp.version = 2;
        update(&mut tx, clinic.tenant, &template).await?;
        assert_eq!(lock(&mut tx, clinic.tenant, template.id).await?.as_ref(), Some(&template));
        template.stamp.archived_at = Some(NOW);
        update(&mut tx, clinic.tenant, &template).await?;
        assert_eq!(list(&mut tx, clinic.tenant, clinic.provider).await?, []);
        assert_eq!(find(&mut tx, clinic.tenant, template.id).await?, Some(template));
        Ok(())
    }

    async fn a_template_is_due_until_it_is_published_as_far_as_it_holds(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let template = template(&clinic);
        let mut tx = clinic.store.begin(clinic.tenant).await?;
        insert(&mut tx, clinic.tenant, &template).await?;
        let due = async |tx: &mut Tx, until| list_due(tx, clinic.tenant, until).await.map(|due| due.len());
        assert_eq!(due(&mut tx, date(2027, 1, 3)).await?, 0, "not yet in effect");
        assert_eq!(due(&mut tx, date(2027, 1, 4)).await?, 1);
        publish(&mut tx, clinic.tenant, template.id, date(2027, 3, 31)).await?;
        assert_eq!(due(&mut tx, date(2027, 3, 31)).await?, 0);
        assert_eq!(due(&mut tx, date(2027, 4, 1)).await?, 1);
        publish(&mut tx, clinic.tenant, template.id, date(2027, 6, 30)).await?;
        assert_eq!(due(&mut tx, date(2027, 12, 31)).await?, 0, "it ends before");
        Ok(())
    }

    async fn an_opening_keeps_its_publication_and_its_origin(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let template = template(&clinic);
        let mut tx = clinic.store.begin(clinic.tenant).await?;
        insert(&mut tx, clinic.tenant, &template).await?;
        let (one, other, plain) = (opening(&clinic, &template, 100)?, opening(&clinic, &template, 102)?, opening(&clinic, &template, 104)?);
        let plain = Opening { publication: Publication::default(), template_id: None, ..plain };
        openings::insert(&mut tx, clinic.tenant, NOW, &one).await?;
        let clash = Opening { id: id(), ..one.clone() };
        let made = openings::insert_where_free(&mut tx, clinic.tenant, NOW, &[clash, other.clone(), plain.clone()]).await?;
        assert_eq!(made, [other.id, plain.id]);
        let span = Span::new(at(100 * 60), at(110 * 60))?;
        let listed = openings::list(&mut tx, clinic.tenant, clinic.provider, span).await?;
        assert_eq!(listed, [one.clone(), other, plain.clone()]);
        assert_eq!(openings::find(&mut tx, clinic.tenant, one.id).await?.as_ref(), Some(&one));
        let by_hand = Opening { local_to: LocalTime::on_the_hour(11), template_id: None, ..one };
        openings::update(&mut tx, clinic.tenant, &by_hand).await?;
        assert_eq!(openings::lock(&mut tx, clinic.tenant, by_hand.id).await?, Some(by_hand.clone()));
        openings::delete(&mut tx, clinic.tenant, by_hand.id).await?;
        assert_eq!(openings::find(&mut tx, clinic.tenant, by_hand.id).await?, None::<Opening>);
        assert_eq!(openings::find(&mut tx, clinic.tenant, OpeningId(plain.id.uuid())).await?, Some(plain));
        Ok(())
    }
}
