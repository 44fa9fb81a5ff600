//! The books of a register, kept in the order of the file: lines, numbers that stand twice, findings, what is set aside.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Arc;

use lagesbild_model::table::{Accounting, Offences, Quarantined};
use lagesbild_model::{CellRef, Diagnostic, Digest, Period, Place, Rule, Severity, shown};

use super::blocks::{Block, Blocks, Broken, LONGEST_RECORD};
use super::calendar::days;
use super::events::{Earlier, Event, Fact};
use super::heading::Head;
use super::ids::{Key, Seen};
use super::parse::{Parsed, Record, column_number};
use crate::Reading;
use crate::definition::OffenceSource;
use crate::personal::Tripwire;
use crate::quarantine::Hints;

/// Findings of one kind in one column that are told one by one.
const TOLD: u64 = 100;
/// Rows set aside beyond which the file is not what the definition says.
const MOST_ASIDE: usize = 1_000_000;
/// Distinct places that are remembered for the note about places without a code.
const MOST_PLACES: usize = 10_000;

/// See the module.
pub(super) struct Ledger<'a> {
    source: &'a OffenceSource,
    file: &'a str,
    /// The same name, for rows that are set aside.
    shared_file: Arc<str>,
    hints: Hints,
    seen: Seen,
    /// Lines before the next block.
    lines: u64,
    last_filled: u64,
    /// Lines of accepted rows.
    accepted: u64,
    rows: u64,
    /// Lines set aside.
    aside: u64,
    /// Filled lines that are no data.
    notes: u64,
    quarantine: Vec<Quarantined>,
    diagnostics: Vec<Diagnostic>,
    told: BTreeMap<(Severity, Rule, u32), u64>,
    unlisted: BTreeMap<Arc<str>, u64>,
    /// How dates are written that are none, by column.
    shapes: BTreeMap<(u32, String), u64>,
    /// Days on which accepted offences began.
    begun: BTreeSet<i32>,
    /// The block before, for comparing rows with the same number.
    recent: Option<Recent>,
    broken: Option<Broken>,
    open_mark: bool,
    /// Column of the numbers.
    id_column: u32,
    /// The last line of which a row was set aside.
    last_aside: Option<u64>,
    /// What was seen of personal data, from the heading on.
    wire: Option<Tripwire<'a>>,
    /// Columns whose texts are stored as written.
    stored: Vec<u32>,
}

/// A block whose rows can still be compared.
struct Recent {
    bytes: Vec<u8>,
    records: Vec<Record>,
    lines: Vec<i64>,
    places: Vec<Option<usize>>,
}

impl Recent {
    /// The last row before `end` with this number, and whether its content is `content`.
    fn earlier(&self, end: usize, key: Key, place: Option<usize>, content: &[u8]) -> Option<Earlier> {
        let of = |record: &Record| self.places.get(record.key.template as usize).copied().flatten();
        let same = |record: &Record| record.key.number == key.number && place.is_some() && of(record) == place;
        let at = self.records.get(..end)?.iter().rposition(same)?;
        let record = self.records.get(at)?;
        let bytes = self.bytes.get(record.begin as usize..record.end as usize)?;
        let identical = bytes.trim_ascii_end() == content.trim_ascii_end();
        Some(Earlier::Line { line: *self.lines.get(at)?, identical })
    }
}

impl<'a> Ledger<'a> {
    pub(super) fn new(source: &'a OffenceSource, file: &'a str) -> Self {
        Ledger {
            source,
            file,
            shared_file: file.into(),
            hints: Hints::default(),
            seen: Seen::default(),
            lines: 0,
            last_filled: 0,
            accepted: 0,
            rows: 0,
            aside: 0,
            notes: 0,
            quarantine: Vec::new(),
            diagnostics: Vec::new(),
            told: BTreeMap::new(),
            unlisted: BTreeMap::new(),
            shapes: BTreeMap::new(),
            begun: BTreeSet::new(),
            recent: None,
            broken: None,
            open_mark: false,
            id_column: 0,
            last_aside: None,
            wire: None,
            stored: Vec::new(),
        }
    }

    pub(super) fn tell_all(&mut self, findings: Vec<Diagnostic>) {
        self.diagnostics.extend(findings);
    }

    /// Whether there is no sense in reading on.
    pub(super) fn has_given_up(&self) -> bool {
        self.quarantine.len() > MOST_ASIDE || self.broken == Some(Broken::Unfit)
    }

    /// Takes a wave of blocks in; what is left of their rows, or none when there is no block.
    pub(super) fn take_all(&mut self, wave: Vec<Parsed>) -> Option<Vec<Offences>> {
        if wave.is_empty() {
            return None;
        }
        // Nothing behind the place where reading was given up is taken in, however many blocks were read at once.
        let mut taken = Vec::with_capacity(wave.len());
        for parsed in wave {
            if !self.has_given_up() {
                taken.push(self.take(parsed));
            }
        }
        Some(taken)
    }

    fn take(&mut self, parsed: Parsed) -> Offences {
        self.see(&parsed);
        let Parsed {
            mut rows, records, bytes, templates, events, aside, lines, notes, filled, unlisted, broken, ..
        } = parsed;
        let base = i64::try_from(self.lines).unwrap_or(i64::MAX);
        rows.line.iter_mut().for_each(|line| *line += base + 1);
        let places = self.seen.places(&templates);
        let recent = Recent { bytes, records, lines: rows.line.clone(), places };
        let again: Vec<usize> = recent
            .records
            .iter()
            .enumerate()
            .filter(|(at, record)| {
                !self.seen.insert(record.key, &recent.places, rows.offence.get(*at).unwrap_or_default())
            })
            .map(|(at, _)| at)
            .collect();
        let heights: BTreeMap<u32, u32> = aside.iter().copied().collect();
        for event in events {
            let height = heights.get(&event.line).copied().unwrap_or(1);
            self.hear(&event, height);
        }
        let accepted: u64 = recent.records.iter().map(|record| u64::from(record.height)).sum();
        self.accepted += accepted;
        self.rows += recent.records.len() as u64;
        self.aside += aside.iter().map(|(_, height)| u64::from(*height)).sum::<u64>();
        if !again.is_empty() {
            let mut keep = vec![true; rows.rows()];
            for at in again {
                let Some(record) = recent.records.get(at) else { continue };
                if let Some(keep) = keep.get_mut(at) {
                    *keep = false;
                }
                self.accepted -= u64::from(record.height);
                self.rows -= 1;
                self.aside += u64::from(record.height);
                let line = recent.lines.get(at).map_or(0, |line| u32::try_from(line - base - 1).unwrap_or(u32::MAX));
                let fact = Fact::Duplicate(self.first_of(&recent, at, record));
                self.hear(&Event { line, column: self.id_column, fact }, record.height);
            }
            rows.retain(&keep);
        }
        self.begun.extend(rows.start_date.iter().copied().collect::<BTreeSet<i32>>());
        for (place, number) in unlisted {
            if self.unlisted.len() < MOST_PLACES || self.unlisted.contains_key(&place) {
                *self.unlisted.entry(place).or_default() += number;
            }
        }
        self.notes += u64::from(notes);
        if filled > 0 {
            self.last_filled = self.lines + u64::from(filled);
        }
        self.lines += u64::from(lines);
        self.broken = self.broken.or(broken);
        self.recent = Some(recent);
        rows
    }

    /// Takes note of the personal data of a block.
    fn see(&mut self, parsed: &Parsed) {
        let Some(wire) = &mut self.wire else { return };
        for (line, column, kinds) in &parsed.sightings {
            let row = u32::try_from(self.lines + u64::from(*line)).unwrap_or(u32::MAX);
            wire.see(CellRef { row, column: column_number(*column) }, *kinds);
        }
        parsed.kept.iter().for_each(|column| wire.keep(column_number(*column)));
    }

    /// Tells the personal data of the whole file.
    fn tell_personal(&mut self) {
        let Some(wire) = self.wire.take() else { return };
        let found = wire.found(&Place::file(self.file));
        self.diagnostics.extend(found.findings.into_iter().map(|mut finding| {
            let stored = finding.place.cell.is_some_and(|cell| self.stored.contains(&cell.column));
            if stored && finding.severity == Severity::Error {
                finding.hint =
                    "what stands in these cells is not stored; take it out of the export, or name the column in \
                                `personal` with a reason"
                        .to_owned();
            }
            finding
        }));
    }

    /// The row that had the number first, where it stands in this block or the one before and is still worth looking for.
    fn first_of(&self, recent: &Recent, at: usize, record: &Record) -> Earlier {
        let told = self.told.get(&(Severity::Error, Rule::DuplicateRow, self.id_column)).copied().unwrap_or(0);
        if told >= TOLD {
            return Earlier::FarBack;
        }
        let place = recent.places.get(record.key.template as usize).copied().flatten();
        let content = recent.bytes.get(record.begin as usize..record.end as usize).unwrap_or_default();
        let before = self.recent.as_ref();
        let here = recent.earlier(at, record.key, place, content);
        here.or_else(|| before.and_then(|before| before.earlier(before.records.len(), record.key, place, content)))
            .unwrap_or(Earlier::FarBack)
    }

    /// The heading has been found.
    pub(super) fn begin(&mut self, head: &Head<'a>) {
        self.id_column = column_number(head.at.id);
        let [.., place] = head.at.areas;
        self.stored = [place, head.at.victim_age].into_iter().flatten().map(column_number).collect();
        self.wire = Some(head.wire.clone());
    }

    fn place(&self, line: u64, column: u32) -> Place {
        Place::file(self.file).at(CellRef { row: u32::try_from(line).unwrap_or(u32::MAX), column })
    }

    /// A row that is set aside; its file's digest comes when the file has been read.
    fn quarantined(&mut self, row: i64, height: i64, cell: Option<CellRef>, rule: Rule, hint: &str) -> Quarantined {
        let (source, file, hint) = (self.source.id.clone(), Arc::clone(&self.shared_file), self.hints.shared(hint));
        Quarantined { source, file, file_sha256: Digest::of(&[]), sheet: None, row, height, cell, rule, hint }
    }

    /// Takes note of an event of the block that is being taken in.
    fn hear(&mut self, event: &Event, height: u32) {
        let line = self.lines + u64::from(event.line);
        let place = self.place(line, event.column);
        let (severity, rule) = (event.fact.severity(), event.fact.rule());
        if event.fact.sets_aside() && self.last_aside != Some(line) && self.quarantine.len() <= MOST_ASIDE {
            self.last_aside = Some(line);
            let row = i64::try_from(line + 1).unwrap_or(i64::MAX);
            let aside = self.quarantined(row, i64::from(height), place.cell, rule, &event.fact.hint());
            self.quarantine.push(aside);
        }
        match &event.fact {
            Fact::OpenMark => self.open_mark = true,
            Fact::NoDate(shape) if self.shapes.len() < MOST_PLACES => {
                *self.shapes.entry((event.column, shape.clone())).or_default() += 1;
            }
            _ => {}
        }
        let told = self.told.entry((severity, rule, event.column)).or_default();
        *told += 1;
        if *told <= TOLD {
            self.diagnostics.push(event.fact.finding(place));
        }
    }

    /// The reading of a file whose heading was not found: every filled line is set aside.
    pub(super) fn close_unread<R: Read>(mut self, first: Option<Block>, blocks: Blocks<R>) -> Reading {
        let (mut lines, mut filled, mut first_filled) = (0_u64, 0_u64, None);
        let mut count = |bytes: &[u8]| {
            for line in bytes.split_inclusive(|byte| *byte == b'\n') {
                lines += 1;
                if !line.trim_ascii().is_empty() {
                    filled += 1;
                    first_filled = first_filled.or(Some(lines));
                    self.last_filled = lines;
                }
            }
        };
        let mut blocks = blocks;
        for block in first.into_iter().chain(blocks.by_ref()) {
            count(&block.bytes);
        }
        self.aside = filled;
        // The file is set aside as a whole, for the first reason that was found.
        if let (Some(row), Some(reason)) =
            (first_filled, self.diagnostics.iter().find(|f| f.severity == Severity::Error))
        {
            let row = i64::try_from(row).unwrap_or(i64::MAX);
            let height = i64::try_from(filled).unwrap_or(i64::MAX);
            let (cell, rule, hint) = (reason.place.cell, reason.rule, reason.hint.clone());
            let aside = self.quarantined(row, height, cell, rule, &hint);
            self.quarantine.push(aside);
        }
        self.finish(blocks.digest(), false)
    }

    /// The reading of a file that was read.
    pub(super) fn close<R: Read>(mut self, blocks: Blocks<R>) -> Reading {
        let whole = self.tell_breaks();
        if whole {
            self.tell_shapes();
            self.tell_gaps();
        }
        self.tell_places();
        self.tell_personal();
        self.finish(blocks.digest(), whole)
    }

    /// Tells why the file was not read to its end; whether it was.
    fn tell_breaks(&mut self) -> bool {
        let place = self.place(self.lines, 0);
        let finding = |found: String, expected: &str, hint: &str| {
            Diagnostic::new(Severity::Error, Rule::Malformed, place.clone(), found, expected).hint(hint)
        };
        let broken = match self.broken {
            None => None,
            Some(Broken::Unreadable(kind)) => Some(finding(
                format!("a file that can be read no further ({kind})"),
                "an intact file",
                "fetch it again",
            )),
            Some(Broken::Packed(fault)) => Some(finding(
                fault.to_string(),
                "one intact text file, packed once",
                "nothing from here on was read: fetch it again, or unpack it",
            )),
            Some(Broken::Endless) => Some(finding(
                format!("a record of more than {} KB", LONGEST_RECORD >> 10),
                "quotation marks in pairs and a line break at the end of each row",
                "nothing from here on was read: close or double the mark",
            )),
            Some(Broken::Unfit) => Some(finding(
                "rows of which more than four in five had to be set aside".to_owned(),
                "a file that fits its definition",
                "nothing from here on was read: mend the definition",
            )),
        };
        let aside = (self.quarantine.len() > MOST_ASIDE).then(|| {
            finding(
                format!("more than {MOST_ASIDE} rows that had to be set aside"),
                "a file that fits its definition",
                "nothing from here on was read: mend the definition",
            )
        });
        let whole = broken.is_none() && aside.is_none() && !self.open_mark;
        self.diagnostics.extend(broken.into_iter().chain(aside));
        whole
    }

    /// Where most rows write a date in a way that is not read, one finding says so of the column.
    fn tell_shapes(&mut self) {
        let rows = self.rows + self.quarantine.len() as u64;
        for ((column, shape), number) in &self.shapes {
            if *number > 1 && number.saturating_mul(2) > rows {
                let place = Place::file(self.file).at(CellRef { row: 0, column: *column });
                let found = format!("dates written as `{shape}`, in {number} rows");
                let expected = "dates as `2023-10-18`, perhaps with a time as `14:05`";
                let finding = Diagnostic::new(Severity::Error, Rule::ProfileDifference, place, found, expected);
                self.diagnostics.push(finding.hint("the export writes dates in another way: export it with ISO dates"));
            }
        }
    }

    /// Weeks without an offence in days of which the definition says that the file has them all.
    fn tell_gaps(&mut self) {
        let mut gaps = Vec::new();
        for complete in &self.source.complete {
            let (from, to) = (complete.from.0, complete.to.0);
            let mut week = Period::iso_week_of(from);
            while let Some(period) = week.filter(|period| period.start() <= to) {
                let (first, last) = (period.start().max(from), period.end().min(to));
                if self.begun.range(days(first)..=days(last)).next().is_none() {
                    gaps.push((first, last));
                }
                week = period.end().tomorrow().ok().and_then(Period::iso_week_of);
            }
        }
        if let (Some((first, _)), Some((_, last))) = (gaps.first(), gaps.last()) {
            let found = format!("no offence in {} weeks, from {first} to {last}", gaps.len());
            let expected = "offences in every week of the days that `complete` declares";
            let place = Place::file(self.file);
            let finding = Diagnostic::new(Severity::Error, Rule::StaleInput, place, found, expected);
            self.diagnostics
                .push(finding.hint("the file was cut or is about other days: fetch it again, or mend `complete`"));
        }
    }

    /// Places that the code list does not have.
    fn tell_places(&mut self) {
        let rows: u64 = self.unlisted.values().sum();
        if rows == 0 {
            return;
        }
        let mut places: Vec<(&Arc<str>, &u64)> = self.unlisted.iter().collect();
        places.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let most: Vec<String> =
            places.iter().take(3).map(|(place, rows)| format!("{} ({rows})", shown(place))).collect();
        let found = format!("{} places without a code in {rows} rows, as {}", places.len(), most.join(", "));
        let expected = "stored as written";
        let note = Diagnostic::new(Severity::Note, Rule::UnknownArea, Place::file(self.file), found, expected);
        self.diagnostics.push(note.hint("a place that is to be counted needs a code in `areas.csv`"));
    }

    fn finish(mut self, sha256: Digest, whole: bool) -> Reading {
        for ((severity, rule, column), told) in std::mem::take(&mut self.told) {
            if told > TOLD {
                let found = format!("{} more of `{rule}` in column {}", told - TOLD, u64::from(column) + 1);
                let place = Place::file(self.file);
                let finding = Diagnostic::new(severity, rule, place, found, "");
                self.diagnostics.push(match severity {
                    Severity::Error => finding.hint("every row that was set aside stands in the table quarantine"),
                    _ => finding,
                });
            }
        }
        for finding in &mut self.diagnostics {
            finding.source = Some(self.source.id.clone());
        }
        self.diagnostics.sort_by(|a, b| (&a.place, a.rule).cmp(&(&b.place, b.rule)));
        self.quarantine.iter_mut().for_each(|row| row.file_sha256 = sha256);
        self.quarantine.sort_by_key(|row| row.row);
        let int = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let accounting = Accounting {
            source: self.source.id.clone(),
            file: self.file.to_owned(),
            file_sha256: sha256,
            sheet: None,
            rows: int(self.last_filled),
            accepted: int(self.accepted),
            quarantined: int(self.aside),
            not_data: int(self.last_filled.saturating_sub(self.accepted + self.aside)),
            figures: int(self.rows),
            totals_checked: 0,
        };
        debug_assert!(self.last_filled >= self.accepted + self.aside + self.notes, "{accounting:?}");
        Reading {
            offences: if whole { self.rows } else { 0 },
            quarantine: self.quarantine,
            accounting: vec![accounting],
            ..Reading::nothing(sha256, self.diagnostics)
        }
    }
}
