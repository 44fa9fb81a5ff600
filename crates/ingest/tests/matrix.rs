//! Every reader and every kind of source against damage: files cut at many places, and files with one byte changed.
//!
//! A damaged file may do three things without harm. It is *told*: a warning or an error stands there that the intact file
//! has not. It reads *the same*. Or, in formats that hold nothing to check a figure by, one changed byte is a valid file
//! again that says something else: then the difference is *confined* to what the byte belongs to, and a text that is cut
//! between two rows is *shorter* by exactly the rows behind the cut. Anything else is silent loss, and fails.
//!
//! The usual run takes some places of each file; the whole is
//! `cargo test --release --test main matrix -- --ignored --nocapture`, which prints the table of the README.

mod files;

use std::collections::BTreeSet;

use lagesbild_ingest::{CodeLists, Reading, Source, read_offences, read_source};
use lagesbild_model::table::{Answers, Offences};
use lagesbild_model::{Diagnostic, Severity};

use crate::support::*;
use files::{Case, Holds};

/// How many places of a file are damaged.
#[derive(Clone, Copy)]
struct Places {
    cuts: usize,
    flips: usize,
}

/// Stands before the address of a row that is told as one text.
const BEFORE_CELL: char = '\u{1f}';

/// What a damaged file did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Told,
    Same,
    Confined(usize),
    Shorter,
}

/// A reading as far as anybody may rely on it: each row of its tables as text, with the row of the file where it is known.
struct Told {
    rows: BTreeSet<String>,
    /// Rows of the file in the books: all, accepted, set aside.
    books: (i64, i64, i64),
    findings: BTreeSet<String>,
}

fn read(source: &Source, bytes: &[u8], lists: &CodeLists) -> Told {
    let mut batches: Vec<Offences> = Vec::new();
    let reading = match source {
        Source::Offences(register) => {
            let mut keep = |more: Vec<Offences>| -> Result<(), std::convert::Infallible> {
                batches.extend(more);
                Ok(())
            };
            read_offences(register, "x", bytes, lists, &mut keep).unwrap_or_else(|never| match never {})
        }
        other => read_source(other, "x", bytes, lists),
    };
    assert_books(&reading);
    let above_note = |finding: &&Diagnostic| finding.severity != Severity::Note;
    let findings = reading.diagnostics.iter().filter(above_note);
    let sum = |of: fn(&lagesbild_model::table::Accounting) -> i64| reading.accounting.iter().map(of).sum();
    Told {
        books: (sum(|books| books.rows), sum(|books| books.accepted), sum(|books| books.quarantined)),
        findings: findings.map(|finding| format!("{} {} {}", finding.rule, finding.place, finding.found)).collect(),
        rows: rows(&reading, &batches),
    }
}

fn rows(reading: &Reading, batches: &[Offences]) -> BTreeSet<String> {
    let mut rows = BTreeSet::new();
    // The digest is that of the file, and says nothing of what was read.
    let digest = format!("{:?}", reading.sha256);
    let mut add = |row: String| {
        rows.insert(row.replace(&digest, ""));
    };
    for count in &reading.counts {
        let (area, category, group, cell) = (&count.area, &count.category, &count.group, &count.cell);
        add(format!(
            "{area} {category} {group} {} {:?} {}{BEFORE_CELL}{cell:?}",
            count.period, count.value, count.status
        ));
    }
    reading.published.iter().for_each(|row| add(format!("{row:?}")));
    reading.cases.iter().for_each(|row| add(format!("{row:?}")));
    reading.targets.iter().for_each(|row| add(format!("{row:?}")));
    reading.polygons.iter().for_each(|row| add(format!("{row:?}")));
    if let Some(responses) = &reading.responses {
        for (at, row) in responses.rows.iter().enumerate() {
            let answer = |answers: &Answers| match answers {
                // One answer that is no whole number makes its column one of real numbers; the others say the same.
                Answers::Whole(values) => format!("{:?}", values[at].map(|value| value as f64)),
                Answers::Real(values) => format!("{:?}", values[at]),
                Answers::Text(values) => format!("{:?}", values[at]),
            };
            let columns = responses.columns.iter();
            let answers: String = columns.map(|column| answer(&column.answers) + " ").collect();
            add(format!("{answers}{BEFORE_CELL}{row}"));
        }
    }
    for batch in batches {
        for row in 0..batch.rows() {
            let texts = [&batch.code, &batch.category, &batch.district, &batch.neighbourhood, &batch.place];
            let texts: Vec<Option<&str>> = texts.iter().map(|texts| texts.get(row)).collect();
            let days = (batch.start_date[row], batch.start_minute[row], batch.end_date[row], batch.registered[row]);
            let place = (batch.place_text.get(row), batch.north[row], batch.east[row], batch.victim_age.get(row));
            add(format!("{:?} {texts:?} {days:?} {place:?}{BEFORE_CELL}{}", batch.offence.get(row), batch.line[row]));
        }
    }
    rows
}

/// A row without its number and its cells.
fn without_place(row: &str) -> String {
    let mut parts = row.split(BEFORE_CELL).next().unwrap_or_default().split("row: ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.trim_start_matches(|c: char| c.is_ascii_digit()))
}

/// What damage did; `border` tells whether a text was cut between two rows.
fn judge(case: &Case, intact: &Told, damaged: &Told, border: bool) -> Result<Outcome, String> {
    if !damaged.findings.is_subset(&intact.findings) {
        return Ok(Outcome::Told);
    }
    let (lost, new) = (intact.rows.difference(&damaged.rows).count(), damaged.rows.difference(&intact.rows).count());
    if (lost, new) == (0, 0) && intact.books == damaged.books {
        return Ok(Outcome::Same);
    }
    // Two titles or notes that became one row, or a blank that became the end of a line: every row of data is there and says
    // the same, on another line.
    let what = |told: &Told| -> BTreeSet<String> { told.rows.iter().map(|row| without_place(row)).collect() };
    let data = |told: &Told| (told.books.1, told.books.2);
    if !border && data(intact) == data(damaged) && what(intact) == what(damaged) {
        return Ok(Outcome::Confined(0));
    }
    // What is missing of a shorter text is behind the cut: nothing that is left says another thing than before.
    if border && new == 0 && case.holds == Holds::Nothing && damaged.books.0 < intact.books.0 {
        return Ok(Outcome::Shorter);
    }
    let changed = lost.max(new);
    if !border && case.holds != Holds::Checksums && changed <= case.confined && intact.books.0 == damaged.books.0 {
        return Ok(Outcome::Confined(changed));
    }
    let rows = |rows: Vec<&String>| rows.into_iter().take(2).map(|row| row.chars().take(300).collect()).collect();
    let (lost_rows, new_rows): (Vec<String>, Vec<String>) =
        (rows(intact.rows.difference(&damaged.rows).collect()), rows(damaged.rows.difference(&intact.rows).collect()));
    Err(format!(
        "{lost} rows lost, {new} new, books {:?} for {:?}\n{lost_rows:?}\n{new_rows:?}",
        damaged.books, intact.books
    ))
}

/// Damages a file at so many places; how often it did what, and the silent losses.
fn damage(case: &Case, places: Places, lists: &CodeLists) -> (Vec<Outcome>, Vec<Outcome>, Vec<String>) {
    let intact = read(&case.source, &case.bytes, lists);
    assert!(!intact.rows.is_empty(), "{}: {:?}", case.name, intact.findings);
    let length = case.bytes.len();
    let mut silent = Vec::new();
    let ends = (1..20.min(places.cuts / 10)).map(|less| length.saturating_sub(less));
    let mut cuts = Vec::new();
    for at in (0..places.cuts).map(|nth| length * nth / places.cuts).chain(ends) {
        let cut = &case.bytes[..at];
        let is_break = |byte: Option<&u8>| matches!(byte, Some(b'\n' | b'\r'));
        let border = is_break(cut.last()) || is_break(case.bytes.get(at));
        match judge(case, &intact, &read(&case.source, cut, lists), border) {
            // What is left of a file that was cut never says another thing than before.
            Ok(Outcome::Confined(_)) => silent.push(format!("{}: cut at {at} of {length}", case.name)),
            Ok(outcome) => cuts.push(outcome),
            Err(loss) => silent.push(format!("{}: cut at {at} of {length}: {loss}", case.name)),
        }
    }
    let mut state = 20_261_124u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut file = case.bytes.clone();
    let mut flips = Vec::new();
    for nth in 0..places.flips {
        let at = draw(length);
        // One bit, or all of them, or another digit.
        let bits = match nth % 3 {
            0 => 1 << draw(8),
            1 => 0xff,
            _ => 1 + draw(7) as u8,
        };
        file[at] ^= bits;
        match judge(case, &intact, &read(&case.source, &file, lists), false) {
            Ok(outcome) => flips.push(outcome),
            Err(loss) => silent.push(format!("{}: byte {at} ^ {bits:#x} of {length}: {loss}", case.name)),
        }
        file[at] ^= bits;
    }
    (cuts, flips, silent)
}

/// Damages the files whose names `is_meant`, and prints what they did.
#[allow(clippy::print_stdout, reason = "the table is what the run is for")]
fn run(places: Places, is_meant: impl Fn(&str) -> bool) {
    let lists = lists();
    let mut silent = Vec::new();
    for case in files::cases().into_iter().filter(|case| is_meant(&case.name)) {
        let (cuts, flips, losses) = damage(&case, places, &lists);
        let all = |outcomes: &[Outcome]| {
            let of = |is: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| is(outcome)).count();
            let confined = outcomes.iter().map(|outcome| if let Outcome::Confined(rows) = outcome { *rows } else { 0 });
            format!(
                "{} told, {} same, {} shorter, {} confined (most rows: {})",
                of(|outcome| *outcome == Outcome::Told),
                of(|outcome| *outcome == Outcome::Same),
                of(|outcome| *outcome == Outcome::Shorter),
                of(|outcome| matches!(outcome, Outcome::Confined(_))),
                confined.max().unwrap_or(0)
            )
        };
        println!("| {} | {} | {} | {} |", case.name, all(&cuts), all(&flips), losses.len());
        silent.extend(losses);
    }
    assert!(silent.is_empty(), "{} silent losses:\n{}", silent.len(), silent.join("\n"));
}

const FEW: Places = Places { cuts: 40, flips: 30 };

#[test]
fn damaged_workbooks_lose_nothing_silently() {
    run(FEW, |name| name.starts_with("workbook"));
}

#[test]
fn damaged_texts_lose_nothing_silently() {
    run(FEW, |name| name.starts_with("text"));
}

#[test]
fn damaged_files_of_other_kinds_lose_nothing_silently() {
    run(FEW, |name| !name.starts_with("workbook") && !name.starts_with("text"));
}

#[test]
#[ignore = "takes minutes: every file at 200 places and with 1000 bytes changed"]
fn the_whole_matrix() {
    let only = std::env::var("LAGESBILD_MATRIX_ONLY").unwrap_or_default();
    run(Places { cuts: 200, flips: 1000 }, |name| name.contains(&only));
}
