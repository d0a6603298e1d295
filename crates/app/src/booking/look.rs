//! What a wish looks at, read at one moment.

use std::collections::HashMap;

use kalends_domain::assignment::Load;
use kalends_domain::id::ProviderId;
use kalends_domain::intake::Answer;

use crate::slots::Grounds;

/// Everything that decides about a wish.
#[derive(Clone, Debug)]
pub struct Look {
    pub grounds: Grounds,
    /// Those of the grounds whom the caller may book.
    pub providers: Vec<ProviderId>,
    /// How much they have to do, where that decides who gets it.
    pub loads: HashMap<ProviderId, Load>,
    /// What was answered to the service's questions.
    pub answers: Vec<Answer>,
}
