use std::fmt::Display;

use crate::{CategoryId, CodeList, Entry, OverlayId};

crate::codes! {
    /// How a member groups what is counted.
    Grouping, "grouping" {
        /// One of the categories, each event in exactly one of those below a total.
        Category = "category",
        /// Cuts across the categories and across other overlays: never added to them.
        Overlay = "overlay",
    }
}

super::table! {
    /// One member of the list of categories, or of the overlays that cut across them.
    Category, "categories", version 1, key (grouping, code),
    {
        /// Whether it is a category or an overlay; the two have codes of their own, and one code may stand for both.
        grouping: code(Grouping),
        /// Code of the member; of categories the one in every table.
        code: text,
        /// Name that a reader sees.
        label: text,
        /// Kind of member, as `kategori`; empty where the list tells none.
        level: text,
        /// Codes of the members of the same grouping that contain it, parted by blanks.
        parents: text,
        /// Properties to respect, parted by blanks: `total`, `discovery-offence`, `sensitive`.
        flags: text,
        /// Other texts that stand for it, parted by ` | `; one that does so in a single source has its id in brackets.
        aliases: text,
        /// First day on which it is in force; null where that is open.
        valid_from: maybe_date,
        /// Last day on which it is in force; null where that is open.
        valid_to: maybe_date,
        /// Codes of the members that took its place, parted by blanks.
        successors: text,
        /// What the list says to people, in Swedish.
        note: text,
        /// Place in the order of presentation of its grouping, counted from 1.
        position: int,
    }
}

impl Category {
    /// A row for each category and each overlay.
    pub fn of(categories: &CodeList<CategoryId>, overlays: &CodeList<OverlayId>) -> Vec<Category> {
        let mut rows = members(Grouping::Category, categories);
        rows.extend(members(Grouping::Overlay, overlays));
        rows
    }
}

fn members<I: Ord + Clone + Display>(grouping: Grouping, list: &CodeList<I>) -> Vec<Category> {
    let row = |(position, entry): (i64, &Entry<I>)| Category {
        grouping,
        code: entry.code.to_string(),
        label: entry.label.clone(),
        level: entry.level.clone(),
        parents: super::joined(&entry.parents),
        flags: super::joined(&entry.flags),
        aliases: super::aliases(list, &entry.code),
        valid_from: entry.valid_from,
        valid_to: entry.valid_to,
        successors: super::joined(&entry.successors),
        note: entry.note.clone(),
        position,
    };
    (1..).zip(list.iter()).map(row).collect()
}
