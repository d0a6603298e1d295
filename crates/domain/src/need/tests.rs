use proptest::collection::vec;
use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};
use uuid::Uuid;

use super::*;

const KINDS: [&str; 3] = ["room", "ultrasound", "device"];

fn id(number: usize) -> ResourceId {
    ResourceId(Uuid::from_u128(number as u128))
}

fn kind(name: &str) -> Need {
    Need::Kind(name.to_owned())
}

/// Every way to give each need one of those that are left.
fn is_possible(needs: &[Need], free: &[(ResourceId, &str)]) -> bool {
    let Some((need, others)) = needs.split_first() else {
        return true;
    };
    (0..free.len()).any(|taken| {
        let (id, kind) = free[taken];
        let mut left = free.to_vec();
        left.remove(taken);
        need.fits(id, kind) && is_possible(others, &left)
    })
}

#[test]
fn what_is_named_is_kept_from_those_who_take_any() {
    let free = [(id(1), "room"), (id(2), "room")];
    let needs = [kind("room"), Need::Resource(id(1))];
    assert_eq!(allot(&needs, free.iter().copied()), Ok(vec![id(2), id(1)]));
    assert_eq!(allot(&needs, free[..1].iter().copied()), Err(&needs[0]));
    assert_eq!(allot(&needs, free[1..].iter().copied()), Err(&needs[1]));
}

#[test]
fn the_first_of_a_kind_is_preferred() {
    let free = [(id(2), "room"), (id(1), "room"), (id(3), "device")];
    assert_eq!(
        allot(&[kind("device"), kind("room")], free.iter().copied()),
        Ok(vec![id(3), id(2)])
    );
    assert_eq!(allot(&[], free.iter().copied()), Ok(vec![]));
}

proptest! {
    /// An allotment is found exactly when there is one, and it fits.
    #[test]
    fn nothing_is_overlooked(
        kinds in vec(0..KINDS.len(), 0..6),
        needs in vec(prop_oneof![(0..KINDS.len()).prop_map(|it| kind(KINDS[it])), (0..7_usize).prop_map(|it| Need::Resource(id(it)))], 0..5),
    ) {
        let free: Vec<(ResourceId, &str)> = kinds.iter().enumerate().map(|(number, kind)| (id(number), KINDS[*kind])).collect();
        let found = allot(&needs, free.iter().copied());
        prop_assert_eq!(found.is_ok(), is_possible(&needs, &free));
        if let Ok(given) = found {
            prop_assert_eq!(given.len(), needs.len());
            for (number, (need, id)) in needs.iter().zip(&given).enumerate() {
                let kind = free.iter().find(|(free, _)| free == id).map(|(_, kind)| *kind);
                prop_assert!(kind.is_some_and(|kind| need.fits(*id, kind)));
                prop_assert!(!given[..number].contains(id));
            }
        }
    }
}
