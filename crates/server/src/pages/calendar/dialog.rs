//! Which dialog the address asks for. What it names may be gone by now; then there is the page alone.

use jiff::Timestamp;
use jiff::civil::Date;
use kalends_app::error::{AppError, Result};

use super::board::Board;
use super::{appointment, block, generate, group, opening, panel, slot, why};
use crate::pages::kit::Dialog;

/// The dialog of this address, if there is one.
pub async fn asked(board: &Board) -> Result<Option<Dialog>> {
    let at = &board.at;
    let found = if at.get("generate") == "1" {
        Ok(Some(generate::dialog(board, None)))
    } else if at.get("why") == "1" {
        why::dialog(board).await.map(Some)
    } else if let Some(id) = at.parsed("appointment") {
        appointment::dialog(board, id, None).await.map(Some)
    } else if let Some(id) = at.parsed("group") {
        group::dialog(board, id).await
    } else if let Some(id) = at.parsed("block") {
        block::dialog(board, id).await
    } else if let Some(id) = at.parsed("opening") {
        opening::asked(board, id).await.map(Some)
    } else if let Some(starts_at) = at.parsed::<Timestamp>("slot") {
        if at.get("do") == "block" {
            Ok(Some(block::new(board, None)))
        } else {
            slot::dialog(board, starts_at).await
        }
    } else if let Some(date) = at.parsed::<Date>("day") {
        match at.get("do") {
            "hours" => Ok(Some(opening::new(board, date, None))),
            "block" => Ok(Some(block::new(board, None))),
            _ => panel::dialog(board, date).await,
        }
    } else {
        Ok(None)
    };
    match found {
        Err(AppError::NotFound | AppError::Invalid(_)) => Ok(None),
        other => other,
    }
}
