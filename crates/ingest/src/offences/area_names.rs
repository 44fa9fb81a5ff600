//! Names of areas in a column that names areas of certain levels.

use std::sync::Arc;

use lagesbild_model::{AreaId, MatchedBy, SourceId, fold};

use crate::CodeLists;
use crate::definition::{AreaColumn, OffenceSource};

/// What a text in the column stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// An area, and how it was recognised where that is worth telling.
    Area(AreaId, Option<Arc<Respelled>>),
    /// A place that is not known.
    Unplaced,
    /// Nothing.
    Blank,
    /// None of the list's members of these levels.
    Unknown,
}

/// A name that is written otherwise than in the list or than in the other rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Respelled {
    pub(super) text: String,
    pub(super) label: String,
    pub(super) code: String,
    pub(super) how: &'static str,
}

/// A column of names, ready to be asked.
#[derive(Debug)]
pub(super) struct Names<'a> {
    column: &'a AreaColumn,
    folded: Vec<(String, &'a str, &'a AreaId)>,
    unplaced: &'a [String],
    source: &'a SourceId,
    lists: &'a CodeLists,
}

impl<'a> Names<'a> {
    pub(super) fn new(column: &'a AreaColumn, source: &'a OffenceSource, lists: &'a CodeLists) -> Self {
        let folded = column.names.iter().map(|(text, area)| (fold(text), text.as_str(), area)).collect();
        Names { column, folded, unplaced: &source.unplaced, source: &source.id, lists }
    }

    pub(super) fn find(&self, text: &str) -> Named {
        if text.is_empty() {
            return Named::Blank;
        }
        if self.unplaced.iter().any(|marker| marker == text) {
            return Named::Unplaced;
        }
        if let Some(area) = self.column.names.get(text) {
            return Named::Area(area.clone(), None);
        }
        let folded = fold(text);
        let declared = self.folded.iter().find(|(own, ..)| *own == folded);
        if let Some((_, own, area)) = declared {
            return self.respelled(text, own, area, "after folding");
        }
        let found = self.lists.areas.find(text, self.source);
        match found.filter(|(entry, _)| self.column.levels.contains(&entry.level)) {
            None if self.unplaced.iter().any(|marker| fold(marker) == folded) => Named::Unplaced,
            None => Named::Unknown,
            Some((entry, how)) => {
                let own = self.folded.iter().find(|(.., area)| **area == entry.code);
                match (how, own) {
                    (_, Some((_, own, _))) => self.respelled(text, own, &entry.code, "as another spelling of"),
                    (MatchedBy::Folding, None) => self.respelled(text, &entry.label, &entry.code, "after folding"),
                    (MatchedBy::Label | MatchedBy::Alias, None) => Named::Area(entry.code.clone(), None),
                }
            }
        }
    }

    fn respelled(&self, text: &str, label: &str, code: &AreaId, how: &'static str) -> Named {
        let (text, label) = (text.to_owned(), label.to_owned());
        Named::Area(code.clone(), Some(Arc::new(Respelled { text, label, code: code.to_string(), how })))
    }
}
