//! A large sheet of an xlsx in runs of rows: one thread unpacks, others parse.
//!
//! The part of the sheet is cut between two rows, and each run is given to the workbook reader as a sheet of its own, with
//! the same beginning. This is for sound sheets of the plain form that every program writes. Whatever is out of the
//! ordinary (damage, comments, another way of quoting, cells out of order, a bound that is passed) makes the whole
//! attempt void, and the sheet is read again from its beginning by one thread, which tells what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use calamine::{Reader as _, Xlsx};
use lagesbild_model::CellRef;

use super::budget::Budget;
use super::excel::{Bounded, SharedTexts, percent_cells, take_cells};
use super::parts::{Bounds, Part, View};
use crate::raw_table::{Collector, RawRow};

/// A sheet below this size is parsed before the threads have begun.
const LEAST: u64 = 1 << 20;
/// About so many bytes are a run.
const RUN: usize = 1 << 20;
/// The most bytes of a run, and of what stands before the first row.
const LONGEST: usize = 16 << 20;
const PREFIX: usize = 64 << 10;
/// The most bytes of shared texts: each thread keeps its own.
const SHARED: u64 = 32 << 20;
/// The most threads that parse.
const THREADS: usize = 8;

const BEGIN: &[u8] = b"<sheetData>";
const ROW: &[u8] = b"<row ";
const ROW_END: &[u8] = b"</row>";
const END: &[u8] = b"</sheetData>";

/// What was read of a sheet.
pub(super) struct Sheet {
    pub(super) rows: Vec<RawRow>,
    pub(super) percent: Vec<CellRef>,
    /// What stands behind the cells.
    pub(super) behind: Vec<u8>,
}

/// A sheet as its readers need it.
pub(super) struct Wanted<'s> {
    pub(super) name: &'s str,
    /// The number of its part.
    pub(super) part: usize,
    /// The styles that show a number as percent.
    pub(super) percent: &'s BTreeSet<usize>,
    /// The most bytes that opening the workbook may read.
    pub(super) opening: u64,
}

/// A run of rows, parsed.
struct Parsed {
    cells: Collector,
    percent: Vec<CellRef>,
    spent: Budget,
}

/// Something that only the careful reading can tell.
struct Unfit;

/// Reads a sheet in runs; none where it is too small, or not of the plain form.
pub(super) fn read(bounds: &Bounds<'_>, wanted: &Wanted<'_>, budget: &mut Budget) -> Option<Sheet> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(THREADS);
    read_with(bounds, wanted, budget, threads)
}

fn read_with(bounds: &Bounds<'_>, wanted: &Wanted<'_>, budget: &mut Budget, threads: usize) -> Option<Sheet> {
    let part = bounds.part(wanted.part)?;
    if part.size < LEAST || threads < 2 || budget.taken_before() > SHARED {
        return None;
    }
    let sheet = in_runs(bounds, part, wanted, budget, threads).ok()?;
    bounds.has_ended(wanted.part);
    Some(sheet)
}

fn in_runs(
    bounds: &Bounds<'_>,
    part: &Part<'_>,
    wanted: &Wanted<'_>,
    budget: &mut Budget,
    threads: usize,
) -> Result<Sheet, Unfit> {
    let (prefix, mut runs) = Runs::open(part)?;
    let (give, take) = sync_channel::<(usize, Vec<u8>)>(threads);
    // Held by the threads alone: when the last of them is gone, nothing waits to be taken.
    let take = Arc::new(Mutex::new(take));
    let (tell, hear) = channel::<Result<(usize, Parsed), Unfit>>();
    let parts = bounds.parts_for(wanted.part, LONGEST as u64 * 2);
    let mut parsed = BTreeMap::new();
    let mut left = budget.clone();
    let mut hear_all = |hear: &Receiver<Result<(usize, Parsed), Unfit>>, wait: bool| {
        let next = || if wait { hear.recv().ok() } else { hear.try_recv().ok() };
        while let Some(result) = next() {
            let (at, run) = result?;
            left.spend(&run.spent).ok_or(Unfit)?;
            parsed.insert(at, run);
        }
        Ok::<(), Unfit>(())
    };
    let behind = thread::scope(|scope| {
        for _ in 0..threads {
            let (take, tell, parts, prefix) = (Arc::clone(&take), tell.clone(), parts.clone(), prefix.as_slice());
            scope.spawn(move || {
                // The workbook reader is known to panic on some damaged files.
                let work = || parse_all(parts, wanted, prefix, &take, &tell);
                if !matches!(catch_unwind(AssertUnwindSafe(work)), Ok(Ok(()))) {
                    // Nobody listens any more when another thread has given up before.
                    let _ = tell.send(Err(Unfit));
                }
            });
        }
        drop((take, tell));
        // Dropped when this is left, however it is: the threads end when nothing can follow.
        let give = give;
        let mut count = 0;
        while let Some(run) = runs.next_run()? {
            give.send((count, run)).map_err(|_| Unfit)?;
            count += 1;
            hear_all(&hear, false)?;
        }
        drop(give);
        hear_all(&hear, true)?;
        Ok(std::mem::take(&mut runs.behind))
    })?;
    let (mut rows, mut percent) = (Vec::new(), Vec::new());
    for run in parsed.into_values() {
        let cells = run.cells.rows().map_err(|_| Unfit)?;
        let last: Option<u32> = rows.last().map(|row: &RawRow| row.row);
        if last.zip(cells.first()).is_some_and(|(last, first)| first.row <= last) {
            return Err(Unfit);
        }
        rows.extend(cells);
        percent.extend(run.percent);
    }
    *budget = left;
    Ok(Sheet { rows, percent, behind })
}

/// Parses runs until none follows.
fn parse_all(
    parts: Vec<Part<'_>>,
    wanted: &Wanted<'_>,
    prefix: &[u8],
    take: &Mutex<Receiver<(usize, Vec<u8>)>>,
    tell: &Sender<Result<(usize, Parsed), Unfit>>,
) -> Result<(), Unfit> {
    let view = View::new(parts);
    let bounds = view.bounds();
    bounds.allow(wanted.opening);
    let mut book: Xlsx<_> = Xlsx::new(view).map_err(|_| Unfit)?;
    bounds.allow(u64::MAX);
    let mut texts = SharedTexts::default();
    loop {
        let next = take.lock().map_err(|_| Unfit)?.recv();
        let Ok((at, run)) = next else { return Ok(()) };
        if !is_plain(&run) {
            return Err(Unfit);
        }
        bounds.serve_instead(wanted.part, [prefix, &run, END].concat());
        drop(run);
        let mut spent = Budget::new(0);
        let mut cells = Bounded::new(&mut spent);
        let mut reader = book.worksheet_cells_reader(wanted.name).map_err(|_| Unfit)?;
        take_cells(&mut reader, &mut cells, &mut texts, || ()).map_err(|_| Unfit)?;
        drop(reader);
        let cells = cells.collected();
        let mut percent = Vec::new();
        if !wanted.percent.is_empty() {
            let mut reader = book.worksheet_cells_reader(wanted.name).map_err(|_| Unfit)?;
            percent = percent_cells(&mut reader, wanted.percent, cells.so_far()).map_err(|_| Unfit)?;
        }
        tell.send(Ok((at, Parsed { cells, percent, spent }))).map_err(|_| Unfit)?;
    }
}

/// Whether what looks like the border between two rows can be nothing else: no comments and no instructions, nothing in
/// single quotes where an attribute may stand, quotation marks in pairs, and no end of the sheet.
fn is_plain(run: &[u8]) -> bool {
    let mut marks = 0u64;
    let mut odd = false;
    // In short stretches, which the compiler turns into wide instructions.
    for stretch in run.chunks(128) {
        marks += u64::from(stretch.iter().map(|byte| u8::from(*byte == b'"')).sum::<u8>());
        odd |= stretch.iter().fold(false, |odd, byte| odd | matches!(byte, b'!' | b'?' | b'\''));
    }
    let is_odd = |pair: &[u8; 2]| matches!(pair, b"<!" | b"<?" | b"='" | b" '" | b"\n'" | b"\t'" | b"\r'");
    marks.is_multiple_of(2)
        && !(odd && run.array_windows().any(is_odd))
        && !run.array_windows().fold(false, |found, three| found | (three == b"</s"))
}

/// The rows of a sheet in runs.
struct Runs<'a> {
    unpacking: super::parts::Unpacking<'a>,
    /// Unpacked, and not yet part of a run.
    left: Vec<u8>,
    behind: Vec<u8>,
    ended: bool,
}

impl<'a> Runs<'a> {
    /// Everything before the first row, and the rows.
    fn open(part: &Part<'a>) -> Result<(Vec<u8>, Self), Unfit> {
        let mut unpacking = part.unpack();
        let mut left = Vec::new();
        (&mut unpacking).take(PREFIX as u64).read_to_end(&mut left).map_err(|_| Unfit)?;
        let begin = find(&left, BEGIN).ok_or(Unfit)? + BEGIN.len();
        let rows = left.split_off(begin);
        let head = find(&left, b"?>").map_or(0, |at| at + 2);
        let (declaration, rest) = left.split_at(head);
        let sound = !rest.contains(&b'\'')
            && find(declaration, b"<!").is_none()
            && find(rest, b"<!").is_none()
            && find(rest, b"<?").is_none()
            && rest.iter().filter(|byte| **byte == b'"').count().is_multiple_of(2);
        if !sound {
            return Err(Unfit);
        }
        Ok((left, Runs { unpacking, left: rows, behind: Vec::new(), ended: false }))
    }

    /// The next run of whole rows; none behind the last.
    fn next_run(&mut self) -> Result<Option<Vec<u8>>, Unfit> {
        while !self.ended {
            let mut run = std::mem::take(&mut self.left);
            run.reserve(RUN + (RUN >> 4));
            let wanted = RUN.saturating_sub(run.len()).max(RUN >> 2);
            let read = (&mut self.unpacking).take(wanted as u64).read_to_end(&mut run).map_err(|_| Unfit)?;
            if read < wanted {
                self.ended = true;
                let end = find(&run, END).ok_or(Unfit)?;
                self.behind = run.split_off(end);
                return Ok(Some(run));
            }
            match border(&run) {
                Some(border) => {
                    self.left = run.split_off(border);
                    return Ok(Some(run));
                }
                None if run.len() > LONGEST => return Err(Unfit),
                None => self.left = run,
            }
        }
        Ok(None)
    }
}

/// Where the last row begins that has another one right before it and tells its number.
fn border(run: &[u8]) -> Option<usize> {
    let mut end = run.len();
    loop {
        let at = run.get(..end)?.windows(ROW.len()).rposition(|window| window == ROW)?;
        let (before, row) = run.split_at(at);
        let tag = row.iter().position(|byte| *byte == b'>').and_then(|end| row.get(..end));
        if before.trim_ascii_end().ends_with(ROW_END) && tag.is_some_and(|tag| find(tag, b" r=\"").is_some()) {
            return Some(at);
        }
        end = at;
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::super::{container, excel, parts};
    use super::*;

    /// A workbook of 30 000 rows with texts, dates, percent, formulas and merged cells; `alter` changes its only sheet.
    fn workbook(alter: impl Fn(String) -> String) -> Vec<u8> {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        let (date, percent) = (rust_xlsxwriter::Format::new(), rust_xlsxwriter::Format::new());
        let (date, percent) = (date.set_num_format("yyyy-mm-dd"), percent.set_num_format("0 %"));
        sheet.merge_range(0, 0, 0, 3, "Rubrik", &rust_xlsxwriter::Format::new()).unwrap();
        for row in 1..30_000_u32 {
            sheet.write(row, 0, f64::from(row)).unwrap();
            sheet.write(row, 1, format!("Brott {}", row % 40)).unwrap();
            sheet.write_with_format(row, 2, f64::from(40_000 + row % 300), &date).unwrap();
            sheet.write_with_format(row, 3, f64::from(row % 100) / 100.0, &percent).unwrap();
            if row % 500 == 0 {
                sheet.write_formula(row, 4, "=A1&\"å\"").unwrap();
            }
        }
        let bytes = book.save_to_buffer().unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for at in 0..archive.len() {
            let mut part = archive.by_index(at).unwrap();
            let name = part.name().unwrap().into_owned();
            let mut content = String::new();
            part.read_to_string(&mut content).unwrap();
            let options = zip::write::SimpleFileOptions::default();
            writer.start_file(name.as_str(), options).unwrap();
            let content = if name.ends_with("sheet1.xml") { alter(content) } else { content };
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// What the runs of the only sheet give, read by `threads` threads.
    fn in_runs(bytes: &[u8], threads: usize) -> Option<Sheet> {
        let container = container::check(bytes).unwrap();
        let bounds = container.view.bounds();
        let parts = parts::open(bytes).unwrap();
        let part = parts.iter().position(|part| part.name.ends_with("sheet1.xml")).unwrap();
        // Styles 1 and 2 are the date and the percent, in the order of their use.
        let percent = BTreeSet::from([2]);
        let wanted = Wanted { name: "Sheet1", part, percent: &percent, opening: 1 << 24 };
        read_with(&bounds, &wanted, &mut Budget::new(0), threads)
    }

    #[test]
    fn runs_give_what_one_reading_gives() {
        let bytes = workbook(|sheet| sheet);
        let whole = excel::read_whole(&bytes);
        assert_eq!((whole.rows.len(), whole.percent.len()), (30_000, 29_999));
        for threads in [2, 3, 8] {
            let sheet = in_runs(&bytes, threads).unwrap();
            assert_eq!(format!("{:?}", sheet.rows), format!("{:?}", whole.rows));
            assert_eq!(sheet.percent, whole.percent);
            assert!(find(&sheet.behind, b"mergeCell ref=\"A1:D1\"").is_some());
        }
    }

    #[test]
    fn what_is_out_of_the_ordinary_is_left_to_the_careful_reading() {
        assert!(in_runs(&workbook(|sheet| sheet), 1).is_none());
        type Alter = fn(String) -> String;
        let cases: [(&str, Alter); 5] = [
            ("a comment", |sheet| sheet.replacen("</row>", "</row><!-- <row r=\"7\"> -->", 2)),
            ("single quotes", |sheet| sheet.replacen("<row r=\"9000\"", "<row ht='</row><row r=\"7\">' r=\"9000\"", 1)),
            ("an odd mark", |sheet| sheet.replacen("</row>", "\"</row>", 1)),
            ("an end in between", |sheet| sheet.replacen("<row r=\"9000\"", "</sheetData><row r=\"9000\"", 1)),
            ("no end", |sheet| sheet.replace("</sheetData>", "")),
        ];
        for (what, alter) in cases {
            assert!(in_runs(&workbook(alter), 3).is_none(), "{what}");
        }
        // Cells tell their row themselves: where rows do not, one run is as long as the sheet.
        let bytes = workbook(|sheet| sheet.replace("<row r=", "<row x="));
        assert_eq!(format!("{:?}", in_runs(&bytes, 3).unwrap().rows), format!("{:?}", excel::read_whole(&bytes).rows));
    }
}
