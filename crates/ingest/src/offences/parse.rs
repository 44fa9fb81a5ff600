//! One block: records to columns, and what is worth telling of them. Blocks know nothing of each other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lagesbild_model::table::{Offences, Texts};
use lagesbild_model::{Kinds, kinds};

use super::area_names::{Named, Respelled};
use super::blocks::{Block, Broken};
use super::calendar::{Moment, days, moment, shape};
use super::codes::{self, Coded};
use super::coordinates::coordinates;
use super::events::{Event, Fact};
use super::heading::{Head, decoded};
use super::ids::{Key, Templates};
use super::lookup::{Lookup, key_of};
use super::own_text::{OwnText, is_text, own_text, personal};
use super::record::{End, Field, split};
use crate::personal::keeps;

/// A parsed block.
#[derive(Debug)]
pub(super) struct Parsed {
    /// The rows; their lines are counted from zero in the block.
    pub(super) rows: Offences,
    /// Per row: the record's first and last byte, its lines and its number.
    pub(super) records: Vec<Record>,
    pub(super) bytes: Vec<u8>,
    pub(super) templates: Templates,
    /// In the order of lines.
    pub(super) events: Vec<Event>,
    /// Lines that records set aside take, by first line.
    pub(super) aside: Vec<(u32, u32)>,
    /// Lines of the block.
    pub(super) lines: u32,
    /// Filled lines that are no data.
    pub(super) notes: u32,
    /// One more than the last line that is filled.
    pub(super) filled: u32,
    /// Places that the code list does not have, with the number of rows.
    pub(super) unlisted: BTreeMap<Arc<str>, u64>,
    pub(super) broken: Option<Broken>,
    /// Cells with the shape of personal data: line, column, kinds.
    pub(super) sightings: Vec<(u32, usize, Kinds)>,
    /// Columns headed as personal data that hold what their heading promises.
    pub(super) kept: BTreeSet<usize>,
}

/// Where a row stands in its block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record {
    pub(super) begin: u32,
    pub(super) end: u32,
    pub(super) height: u32,
    pub(super) key: Key,
}

/// What a text in a column of areas stands for, as a key of the column.
struct AreaEntry {
    key: u32,
    /// For districts and police areas: the key of the unplaced rest among the areas one level further in.
    rest: u32,
    kind: AreaKind,
    rows: u64,
    text: Arc<str>,
    personal: Kinds,
    /// The areas that its text is like, once they were looked for.
    near: Option<Arc<str>>,
}

#[derive(Debug, Clone)]
enum AreaKind {
    Plain,
    Unplaced,
    Respelled(Arc<Respelled>),
    Unknown,
    NoText,
}

enum CodeEntry {
    Code { key: u32, repaired: Option<String>, spans: Vec<(i32, i32, u32)>, text: String },
    Unknown(Arc<str>, Kinds),
}

/// How many rows of a block may be set aside as long as they are more than four for each that is taken in: it is another
/// file then than the definition means, and telling all of it takes long.
const MOST_ASIDE: usize = 20_000;
/// How many texts of a block are held against the whole code list for what they are like: each takes long.
const MOST_LOOKED: usize = 200;

const MUNICIPALITY: usize = 0;
const POLICE_AREA: usize = 1;
const DISTRICT: usize = 2;
const NEIGHBOURHOOD: usize = 3;
const PLACE: usize = 4;

/// The lookups of a block.
struct Lookups {
    codes: Lookup<CodeEntry>,
    areas: [Lookup<AreaEntry>; 5],
    places: Lookup<OwnText>,
    ages: Lookup<OwnText>,
}

pub(super) fn parse(head: &Head<'_>, block: Block) -> Parsed {
    let Block { bytes, is_first, mut broken } = block;
    let extracted = days(head.source.extracted.0);
    let rows = Offences::none(&head.source.id, &head.file, extracted);
    let (mut at, line, notes) = if is_first { (head.begin, head.lines, head.titles) } else { (0, 0, 0) };
    let guess = bytes.len() / 100;
    let mut parser = Parser {
        head,
        extracted,
        rows,
        records: Vec::with_capacity(guess),
        templates: Templates::default(),
        events: Vec::new(),
        aside: Vec::new(),
        line,
        notes,
        filled: line,
        sightings: Vec::new(),
        kept: BTreeSet::new(),
        lookups: Lookups {
            codes: Lookup::new(),
            areas: std::array::from_fn(|_| Lookup::new()),
            places: Lookup::new(),
            ages: Lookup::new(),
        },
        looked: 0,
    };
    parser.reserve(guess);
    let mut fields: Vec<Field> = Vec::with_capacity(head.width);
    while at < bytes.len() {
        let end = split(&bytes, at, head.delimiter, &mut fields);
        parser.record(&bytes, at, &end, &fields);
        parser.line += 1 + end.breaks;
        at = end.next;
        let (aside, taken) = (parser.aside.len(), parser.records.len());
        if aside > MOST_ASIDE && aside > taken.saturating_mul(4) {
            broken = Some(Broken::Unfit);
            break;
        }
    }
    let mut unlisted: BTreeMap<Arc<str>, u64> = BTreeMap::new();
    let [.., places] = &parser.lookups.areas;
    for entry in places.entries().filter(|entry| matches!(entry.kind, AreaKind::Unknown) && entry.rows > 0) {
        *unlisted.entry(entry.text.clone()).or_default() += entry.rows;
    }
    let Parser { rows, records, templates, events, aside, line, notes, filled, sightings, kept, .. } = parser;
    Parsed {
        rows,
        records,
        bytes,
        templates,
        events,
        aside,
        lines: line,
        notes,
        filled,
        unlisted,
        broken,
        sightings,
        kept,
    }
}

struct Parser<'h, 'a> {
    head: &'h Head<'a>,
    extracted: i32,
    rows: Offences,
    records: Vec<Record>,
    templates: Templates,
    events: Vec<Event>,
    aside: Vec<(u32, u32)>,
    line: u32,
    notes: u32,
    filled: u32,
    sightings: Vec<(u32, usize, Kinds)>,
    kept: BTreeSet<usize>,
    lookups: Lookups,
    /// How many texts were held against the code list for what they are like.
    looked: usize,
}

impl Parser<'_, '_> {
    fn reserve(&mut self, rows: usize) {
        let own = &mut self.rows;
        own.line.reserve(rows);
        own.offence.ends.reserve(rows);
        own.offence.text.reserve(rows * 14);
        [&mut own.start_date, &mut own.end_date, &mut own.registered].into_iter().for_each(|days| days.reserve(rows));
        [&mut own.start_minute, &mut own.end_minute].into_iter().for_each(|minutes| minutes.reserve(rows));
        [&mut own.north, &mut own.east].into_iter().for_each(|metres| metres.reserve(rows));
        for texts in [
            &mut own.code,
            &mut own.category,
            &mut own.municipality,
            &mut own.police_area,
            &mut own.district,
            &mut own.neighbourhood,
            &mut own.place,
            &mut own.place_text,
            &mut own.victim_age,
        ] {
            texts.keys.reserve(rows);
        }
    }

    fn tell(&mut self, column: usize, fact: Fact) {
        self.events.push(Event { line: self.line, column: column_number(column), fact });
    }

    /// Takes one record in: as a row, as something set aside, or as no data.
    fn record(&mut self, block: &[u8], begin: usize, end: &End, fields: &[Field]) {
        let height = 1 + end.breaks;
        if fields.iter().all(|field| field.raw(block).is_empty()) {
            return;
        }
        self.filled = self.line + height;
        let before = self.events.len();
        if end.open {
            self.tell(0, Fact::OpenMark);
        } else if fields.len() != self.head.width {
            if self.is_note(block, fields) {
                self.notes += height;
                return;
            }
            self.tell(0, Fact::Fields { found: fields.len(), expected: self.head.width });
        } else if self.is_note(block, fields) {
            self.notes += height;
            return;
        } else {
            if block.get(end.next.wrapping_sub(1)) != Some(&b'\n') {
                self.tell(self.head.width.saturating_sub(1), Fact::NoLineEnd);
            }
            // Doubled quotation marks are rare: such a record is copied without them and read again.
            if fields.iter().any(Field::is_irregular) {
                let plain: Vec<Vec<u8>> = fields.iter().map(|field| field.bytes(block).into_owned()).collect();
                self.row(&|column| plain.get(column).map_or(&[][..], |text| text.trim_ascii()));
            } else {
                self.row(&|column| fields.get(column).map_or(&[][..], |field| field.raw(block)));
            }
        }
        let sets_aside = self.events.get(before..).unwrap_or_default().iter().any(|event| event.fact.sets_aside());
        if sets_aside {
            // Only what set it aside is told of a row that is not there.
            let mut kept = self.events.split_off(before);
            kept.retain(|event| event.fact.sets_aside());
            self.events.append(&mut kept);
            self.aside.push((self.line, height));
        } else {
            let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let key =
                self.rows.offence.get(self.rows.rows() - 1).map_or(Key::NONE, |id| self.templates.key(id.as_bytes()));
            self.records.push(Record { begin: place(begin), end: place(end.next), height, key });
        }
    }

    /// A note: text in the first field alone, beginning as the definition says.
    fn is_note(&self, block: &[u8], fields: &[Field]) -> bool {
        let Some((first, rest)) = fields.split_first() else { return false };
        let first = first.raw(block);
        self.head.source.footnotes.iter().any(|note| first.starts_with(note.as_bytes()))
            && rest.iter().all(|field| field.raw(block).is_empty())
    }

    /// Adds a row, unless an event sets it aside.
    fn row<'b>(&mut self, text: &dyn Fn(usize) -> &'b [u8]) {
        let head = self.head;
        let at = &head.at;
        let before = self.events.len();
        let id = text(at.id);
        if id.is_empty() {
            self.tell(at.id, Fact::NoId);
        } else if !id.is_ascii() && !is_text(id, head.encoding) {
            self.tell(at.id, Fact::NoText);
        } else {
            let found = personal(id, head.encoding);
            if !found.is_empty() && !head.wire.refused(column_number(at.id), found).is_empty() {
                self.tell(at.id, Fact::Personal(found));
            }
        }
        self.look_at_unnamed(text);
        let start = self.moment(at.start, text(at.start), true);
        let end = at.end.and_then(|column| self.moment(column, text(column), false));
        let registered = at.registered.and_then(|column| self.moment(column, text(column), false));
        let code = self.code(text(at.code), start);
        let mut areas = [Texts::NONE; 5];
        let mut rests = [Texts::NONE; 5];
        for level in MUNICIPALITY..=PLACE {
            let Some(column) = at.areas[level] else { continue };
            (areas[level], rests[level]) = self.area(level, column, text(column), &rests);
        }
        let place = at.areas[PLACE].map_or(Texts::NONE, |column| self.place_text(column, text(column)));
        let age = at.victim_age.map_or(Texts::NONE, |column| self.age(column, text(column)));
        let metres = match (at.north, at.east) {
            (Some(north), Some(east)) => coordinates(text(north), text(east)).unwrap_or_else(|misplaced| {
                self.tell(north, Fact::Misplaced(misplaced));
                (f64::NAN, f64::NAN)
            }),
            _ => (f64::NAN, f64::NAN),
        };
        if let (Some(start), Some(end), Some(column)) = (start, end, at.end)
            && (end.day < start.day
                || (end.day == start.day && end.minute >= 0 && start.minute >= 0 && end.minute < start.minute))
        {
            self.tell(column, Fact::EndBeforeStart);
        }
        let aside = self.events.get(before..).unwrap_or_default().iter().any(|event| event.fact.sets_aside());
        let (Some(start), Some((code, category)), false) = (start, code, aside) else { return };
        let rows = &mut self.rows;
        rows.line.push(i64::from(self.line));
        match std::str::from_utf8(id) {
            Ok(id) => rows.offence.push(id),
            Err(_) => rows.offence.push(&decoded(id, head.encoding)),
        }
        rows.code.keys.push(code);
        rows.category.keys.push(category);
        rows.start_date.push(start.day);
        rows.start_minute.push(start.minute);
        rows.end_date.push(end.map_or(Offences::NO_DAY, |end| end.day));
        rows.end_minute.push(end.map_or(Offences::NO_MINUTE, |end| end.minute));
        rows.registered.push(registered.map_or(Offences::NO_DAY, |registered| registered.day));
        rows.municipality.keys.push(areas[MUNICIPALITY]);
        rows.police_area.keys.push(areas[POLICE_AREA]);
        rows.district.keys.push(areas[DISTRICT]);
        rows.neighbourhood.keys.push(areas[NEIGHBOURHOOD]);
        rows.place.keys.push(areas[PLACE]);
        rows.place_text.keys.push(place);
        rows.north.push(metres.0);
        rows.east.push(metres.1);
        rows.victim_age.keys.push(age);
    }

    /// The moment in a column; what is no date or lies ahead sets the row aside.
    #[inline]
    fn moment(&mut self, column: usize, text: &[u8], required: bool) -> Option<Moment> {
        if text.is_empty() && !required {
            return None;
        }
        match moment(text) {
            None => {
                self.tell(column, Fact::NoDate(shape(text)));
                None
            }
            Some(moment) if moment.day > self.extracted => {
                self.tell(column, Fact::FutureDate);
                None
            }
            moment => moment,
        }
    }

    /// The keys of a row's code and category.
    #[inline]
    fn code(&mut self, text: &[u8], start: Option<Moment>) -> Option<(u32, u32)> {
        let Parser { head, rows, lookups, .. } = self;
        let entry = lookups.codes.get(text, |text| {
            let (coded, spans) = codes::find(text, head.lists);
            match coded {
                Coded::Unknown => {
                    CodeEntry::Unknown(decoded(text, head.encoding).into(), personal(text, head.encoding))
                }
                Coded::Code { code, repaired } => {
                    let text = code.to_string();
                    CodeEntry::Code {
                        key: key_of(&mut rows.code.values, &text),
                        repaired: repaired.then(|| text.clone()),
                        spans: spans
                            .into_iter()
                            .map(|(from, to, category)| (from, to, key_of(&mut rows.category.values, &category)))
                            .collect(),
                        text,
                    }
                }
            }
        });
        let column = head.at.code;
        let fact = match entry {
            CodeEntry::Unknown(text, found) => {
                if !found.is_empty() {
                    self.sightings.push((self.line, column, *found));
                }
                Fact::UnknownCode(text.clone())
            }
            CodeEntry::Code { key, repaired, spans, text } => {
                let day = start?.day;
                match spans.iter().find(|(from, to, _)| (*from..=*to).contains(&day)) {
                    None => Fact::CodeOutOfForce(text.clone()),
                    Some((.., category)) => {
                        let keys = (*key, *category);
                        if let Some(code) = repaired.clone() {
                            self.tell(column, Fact::Zero(code));
                        }
                        return Some(keys);
                    }
                }
            }
        };
        self.tell(column, fact);
        None
    }

    /// The key of a row's area of one level, and that of the unplaced rest inside it.
    #[inline]
    fn area(&mut self, level: usize, column: usize, text: &[u8], rests: &[u32; 5]) -> (u32, u32) {
        let Parser { head, rows, lookups, looked, .. } = self;
        let entry = lookups.areas[level].get(text, |text| area_entry(head, rows, level, text));
        entry.rows += 1;
        let keys = (entry.key, entry.rest);
        // A place is looked at as the text that is stored of it.
        if !entry.personal.is_empty() && level != PLACE {
            self.sightings.push((self.line, column, entry.personal));
        }
        let fact = match &entry.kind {
            AreaKind::Plain => return keys,
            // What has no known district lies in the rest of its police area; what has no known neighbourhood, in that of
            // its district.
            AreaKind::Unplaced => return (level.checked_sub(1).map_or(Texts::NONE, |outer| rests[outer]), Texts::NONE),
            AreaKind::Respelled(name) => Fact::Respelled(name.clone()),
            AreaKind::NoText => Fact::NoText,
            // Most places are no members of the code list, and need not be.
            AreaKind::Unknown if level == PLACE => return keys,
            AreaKind::Unknown => {
                if entry.near.is_none() && *looked < MOST_LOOKED {
                    *looked += 1;
                    let near = head.lists.areas.nearest(&entry.text);
                    let near: Vec<String> =
                        near.iter().map(|near| format!("`{}` ({})", near.label, near.code)).collect();
                    entry.near = Some(near.join(", ").into());
                }
                Fact::UnknownArea { text: entry.text.clone(), near: entry.near.clone() }
            }
        };
        self.tell(column, fact);
        keys
    }

    /// The key of a row's place as written.
    #[inline]
    fn place_text(&mut self, column: usize, text: &[u8]) -> u32 {
        let Parser { head, rows, lookups, .. } = self;
        let own = *lookups.places.get(text, |text| own_text(&mut rows.place_text, text, head, column));
        self.sighted(column, own).unwrap_or(Texts::NONE)
    }

    /// The key of a row's age group.
    #[inline]
    fn age(&mut self, column: usize, text: &[u8]) -> u32 {
        let Parser { head, rows, lookups, .. } = self;
        let own = *lookups.ages.get(text, |text| own_text(&mut rows.victim_age, text, head, column));
        self.sighted(column, own).unwrap_or_else(|| {
            self.tell(column, Fact::NoText);
            Texts::NONE
        })
    }

    /// The key of a text that was looked up, whose personal data are told in every cell.
    #[inline]
    fn sighted(&mut self, column: usize, own: OwnText) -> Option<u32> {
        if !own.personal.is_empty() {
            self.sightings.push((self.line, column, own.personal));
        }
        own.key
    }

    /// Looks at the columns that the definition does not name.
    #[inline]
    fn look_at_unnamed<'b>(&mut self, text: &dyn Fn(usize) -> &'b [u8]) {
        let head = self.head;
        for column in &head.unnamed {
            let found = personal(text(*column), head.encoding);
            if !found.is_empty() {
                self.sightings.push((self.line, *column, found));
            }
        }
        for (column, kind) in &head.promises {
            if !self.kept.contains(column) && keeps(*kind, &decoded(text(*column), head.encoding)) {
                self.kept.insert(*column);
            }
        }
    }
}

pub(super) fn column_number(column: usize) -> u32 {
    u32::try_from(column).unwrap_or(u32::MAX)
}

fn area_entry(head: &Head<'_>, rows: &mut Offences, level: usize, text: &[u8]) -> AreaEntry {
    let written: Arc<str> = decoded(text, head.encoding).into();
    let plain = |key, rest, kind| {
        let (text, personal) = (written.clone(), kinds(&written));
        AreaEntry { key, rest, kind, rows: 0, text, personal, near: None }
    };
    if !text.is_ascii() && !is_text(text, head.encoding) {
        return plain(Texts::NONE, Texts::NONE, AreaKind::NoText);
    }
    let named = head.names[level].as_ref().map_or(Named::Blank, |names| names.find(&written));
    let (area, respelled) = match named {
        Named::Blank => return plain(Texts::NONE, Texts::NONE, AreaKind::Plain),
        Named::Unplaced if level == PLACE => return plain(Texts::NONE, Texts::NONE, AreaKind::Plain),
        Named::Unplaced => return plain(Texts::NONE, Texts::NONE, AreaKind::Unplaced),
        Named::Unknown => return plain(Texts::NONE, Texts::NONE, AreaKind::Unknown),
        Named::Area(area, respelled) => (area, respelled),
    };
    let inner = match level {
        POLICE_AREA => Some(&mut rows.district.values),
        DISTRICT => Some(&mut rows.neighbourhood.values),
        _ => None,
    };
    let rest = head.source.rest_of(&area, head.lists).zip(inner);
    let rest = rest.map_or(Texts::NONE, |(rest, values)| key_of(values, rest.as_str()));
    let own = match level {
        MUNICIPALITY => &mut rows.municipality,
        POLICE_AREA => &mut rows.police_area,
        DISTRICT => &mut rows.district,
        NEIGHBOURHOOD => &mut rows.neighbourhood,
        _ => &mut rows.place,
    };
    let key = key_of(&mut own.values, area.as_str());
    plain(key, rest, respelled.map_or(AreaKind::Plain, AreaKind::Respelled))
}
