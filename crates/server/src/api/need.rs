//! What a service needs of rooms and equipment, as the API writes it.

use kalends_domain::need::Need;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// One thing that a service needs: any resource of a kind, or this very one.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NeedView {
    Kind(String),
    ResourceId(Uuid),
}

impl From<&Need> for NeedView {
    fn from(it: &Need) -> Self {
        match it {
            Need::Kind(kind) => Self::Kind(kind.clone()),
            Need::Resource(id) => Self::ResourceId(id.uuid()),
        }
    }
}

/// The needs that a body names.
pub fn needs(given: Vec<NeedView>) -> Vec<Need> {
    let need = |it| match it {
        NeedView::Kind(kind) => Need::Kind(kind),
        NeedView::ResourceId(id) => Need::Resource(id.into()),
    };
    given.into_iter().map(need).collect()
}
