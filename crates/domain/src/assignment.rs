//! Who among several free providers gets an appointment that is booked with anyone.

use jiff::Timestamp;

use crate::name::names;

names! {
    /// The rule by which one is chosen. Chance decides among equals.
    pub enum Assignment {
        Random = "random",
        /// Whoever has the least time booked on that day.
        LeastBusy = "least_busy",
        /// Whoever was given one longest ago.
        RoundRobin = "round_robin",
        /// By shares: whoever is furthest behind theirs.
        Weighted = "weighted",
    }
}

/// What is known of a provider who could be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// The time that is booked with them on the day in question.
    pub busy_minutes: i64,
    /// How many appointments of the service they have had in the last thirty days or have to come.
    pub given: u32,
    /// When the last of them was booked.
    pub last_given: Option<Timestamp>,
    /// Their share; 1 where nobody says otherwise.
    pub weight: u32,
    /// Whether the patient saw them last.
    pub usual: bool,
}

impl Default for Load {
    fn default() -> Self {
        Self {
            busy_minutes: 0,
            given: 0,
            last_given: None,
            weight: 1,
            usual: false,
        }
    }
}

/// A provider's place in the order: the least comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// Anyone but the patient's usual provider, where that one comes first.
    unusual: bool,
    measure: i64,
}

impl Assignment {
    /// The order in which a provider is chosen; `usual_first`: the patient's usual provider before all others.
    pub fn rank(self, load: &Load, usual_first: bool) -> Rank {
        let measure = match self {
            Self::Random => 0,
            Self::LeastBusy => load.busy_minutes,
            Self::RoundRobin => load.last_given.map_or(i64::MIN, Timestamp::as_microsecond),
            // Whole numbers, in thousandths of an appointment for each share.
            Self::Weighted => i64::from(load.given) * 1_000 / i64::from(load.weight.max(1)),
        };
        Rank {
            unusual: usual_first && !load.usual,
            measure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Assignment, Load};
    use jiff::Timestamp;

    fn first(rule: Assignment, usual_first: bool, loads: &[Load]) -> Option<usize> {
        (0..loads.len()).min_by_key(|index| rule.rank(&loads[*index], usual_first))
    }

    #[test]
    fn each_rule_has_its_measure() {
        let at = |second| Timestamp::from_second(second).ok();
        let loads = [
            Load {
                busy_minutes: 60,
                given: 4,
                last_given: at(100),
                weight: 4,
                usual: false,
            },
            Load {
                busy_minutes: 30,
                given: 3,
                last_given: at(300),
                weight: 1,
                usual: false,
            },
            Load {
                busy_minutes: 90,
                given: 9,
                last_given: at(50),
                weight: 3,
                usual: true,
            },
        ];
        assert_eq!(first(Assignment::LeastBusy, false, &loads), Some(1));
        assert_eq!(first(Assignment::RoundRobin, false, &loads), Some(2));
        assert_eq!(first(Assignment::Weighted, false, &loads), Some(0));
        assert_eq!(first(Assignment::LeastBusy, true, &loads), Some(2));
        let newcomer = [loads[2], Load::default()];
        assert_eq!(first(Assignment::RoundRobin, false, &newcomer), Some(1));
    }

    #[test]
    fn shares_are_kept_over_time() {
        let mut loads = [1, 2, 5].map(|weight| Load {
            weight,
            ..Load::default()
        });
        for _ in 0..80 {
            let chosen = first(Assignment::Weighted, false, &loads).unwrap_or_default();
            loads[chosen].given += 1;
        }
        assert_eq!(loads.map(|load| load.given), [10, 20, 50]);
    }
}
