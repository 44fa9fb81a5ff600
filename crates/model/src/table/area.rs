use crate::{AreaId, CodeList, Entry};

super::table! {
    /// One member of the area code list, as the tables of the same release use it.
    Area, "areas", version 1, key (code),
    {
        /// Code of the area in every table.
        code: code(AreaId),
        /// Name that a reader sees.
        label: text,
        /// Kind of area, as `stadsdel`; empty where the list tells none.
        level: text,
        /// Codes of the areas that contain it, parted by blanks: police and municipal areas cross.
        parents: text,
        /// Properties to respect, parted by blanks: `overlapping` and `unplaced` say what no sum may take in.
        flags: text,
        /// Other texts that stand for it, parted by ` | `; one that does so in a single source has its id in brackets.
        aliases: text,
        /// First day on which it is in force; null where that is open.
        valid_from: maybe_date,
        /// Last day on which it is in force; null where that is open.
        valid_to: maybe_date,
        /// Codes of the areas that took its place, parted by blanks.
        successors: text,
        /// What the list says to people, in Swedish.
        note: text,
        /// Place in the order of presentation, counted from 1.
        position: int,
    }
}

impl Area {
    /// A row for each member of a list.
    pub fn of(list: &CodeList<AreaId>) -> Vec<Area> {
        let row = |(position, entry): (i64, &Entry<AreaId>)| Area {
            code: entry.code.clone(),
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
}
