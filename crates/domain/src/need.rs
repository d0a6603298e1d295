//! What a service needs beside its provider: rooms and equipment, and who gets which.

use serde::{Deserialize, Serialize};

use crate::id::ResourceId;

/// How much one service may need.
pub const MOST: usize = 8;

/// One thing that a service needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Need {
    /// Any resource of this kind.
    #[serde(rename = "kind")]
    Kind(String),
    /// This very one.
    #[serde(rename = "resource_id")]
    Resource(ResourceId),
}

impl Need {
    /// Whether a resource of this id and kind would do.
    pub fn fits(&self, id: ResourceId, kind: &str) -> bool {
        match self {
            Self::Kind(wanted) => wanted == kind,
            Self::Resource(wanted) => *wanted == id,
        }
    }
}

/// One of the free resources, each with its kind and the preferred first, for every need; none serves two. They come in the order
/// of the needs.
///
/// Whatever is named goes first, so that nothing takes it for its kind where another of the kind is free. As a resource has one kind,
/// that finds an allotment wherever there is one.
///
/// # Errors
/// The first need for which none is left.
pub fn allot<'n, 'r>(
    needs: &'n [Need],
    free: impl Iterator<Item = (ResourceId, &'r str)> + Clone,
) -> Result<Vec<ResourceId>, &'n Need> {
    let mut given: Vec<Option<ResourceId>> = vec![None; needs.len()];
    let is_named = |need: &Need| matches!(need, Need::Resource(_));
    for named in [true, false] {
        for (place, need) in needs.iter().enumerate().filter(|(_, need)| is_named(need) == named) {
            let left = |(id, kind): &(ResourceId, &str)| !given.contains(&Some(*id)) && need.fits(*id, kind);
            let (id, _) = free.clone().find(left).ok_or(need)?;
            given[place] = Some(id);
        }
    }
    Ok(given.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests;
