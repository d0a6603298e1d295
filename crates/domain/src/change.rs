//! Who or what a span takes time of: the three kinds of bookable.

use serde::{Deserialize, Serialize};

/// Whose time an allocation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    Provider,
    Resource,
    Patient,
}

impl std::fmt::Display for Whose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Provider => "provider",
            Self::Resource => "resource",
            Self::Patient => "patient",
        })
    }
}

impl std::str::FromStr for Whose {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::Provider, Self::Resource, Self::Patient]
            .into_iter()
            .find(|whose| whose.to_string() == name)
            .ok_or_else(|| UnknownName(name.to_owned()))
    }
}

/// A name that is none of those known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a known name")]
pub struct UnknownName(pub String);
