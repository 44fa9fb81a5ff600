//! Changes in the weekly file: what a new export program, a clerk or a bad copy makes of it.
//!
//! Most changes are made to the synthetic Södermalm file, which is small; what needs the merger of 2023 or a frequent
//! category uses the other one.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use lagesbild_ingest::{CodeLists, CountSource, Reading, read_counts};
use lagesbild_model::{Rule, Severity, Status};

use crate::support::*;

static LISTS: LazyLock<CodeLists> = LazyLock::new(lists);
static SOURCE: LazyLock<CountSource> = LazyLock::new(|| source("status-weekly", &SODERMALM));
static TEXT: LazyLock<String> = LazyLock::new(|| sample_text(&SOURCE));
static RIGHT: LazyLock<Reading> = LazyLock::new(|| read(&TEXT));

const SDO: &str = "sodermalm-sdo";

fn sample_text(source: &CountSource) -> String {
    let bytes = bytes(&format!("data/sample/{}", source.file));
    encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned()
}

fn encoded(text: &str) -> Vec<u8> {
    let (bytes, _, unmappable) = encoding_rs::WINDOWS_1252.encode(text);
    assert!(!unmappable);
    bytes.into_owned()
}

fn read(text: &str) -> Reading {
    let reading = read_counts(&SOURCE, "x.csv", &encoded(text), &LISTS);
    assert_books(&reading);
    reading
}

/// Reads as UTF-8, for letters that Windows-1252 does not have.
fn read_utf8(text: &str) -> Reading {
    let mut source = SOURCE.clone();
    source.reader =
        lagesbild_ingest::Reader::Delimited { delimiter: Some(';'), encoding: Some(lagesbild_ingest::Encoding::Utf8) };
    let reading = read_counts(&source, "x.csv", text.as_bytes(), &LISTS);
    assert_books(&reading);
    reading
}

type Figures = BTreeMap<(String, String, String), (Option<i64>, Status)>;

fn figures(reading: &Reading) -> Figures {
    let figures = reading.counts.iter().map(|count| {
        let key = (count.area.to_string(), count.category.to_string(), count.period.to_string());
        (key, (count.value, count.status))
    });
    figures.collect()
}

/// How a reading differs from the right one: keys with what they hold now.
fn differences(reading: &Reading) -> Vec<(String, String, String, Option<i64>, Status)> {
    let (right, now) = (figures(&RIGHT), figures(reading));
    assert_eq!(right.len(), now.len(), "every key has a count, whatever is missing");
    let changed = now.into_iter().filter(|(key, figure)| right.get(key) != Some(figure));
    changed.map(|((area, category, period), (value, status))| (area, category, period, value, status)).collect()
}

/// No figure is wrong: what differs from the right reading is missing.
fn assert_only_missing(reading: &Reading) -> usize {
    let differences = differences(reading);
    assert!(
        differences.iter().all(|(.., value, status)| value.is_none() && *status == Status::Missing),
        "{differences:?}"
    );
    differences.len()
}

fn assert_reads_right(reading: &Reading) {
    assert_eq!(problems(reading), [""; 0]);
    assert_eq!(differences(reading), []);
}

/// The sample with one line replaced (its number from 1; the old line must begin so).
fn with_line(number: usize, begins: &str, line: &str) -> String {
    let mut lines: Vec<&str> = TEXT.split("\r\n").collect();
    assert!(lines[number - 1].starts_with(begins), "line {number} is {}", lines[number - 1]);
    lines[number - 1] = line;
    lines.join("\r\n")
}

/// The number of the line that begins so.
fn line_of(begins: &str) -> usize {
    TEXT.split("\r\n").position(|line| line.starts_with(begins)).unwrap_or_else(|| panic!("no line {begins}")) + 1
}

fn without(text: &str, drop: impl Fn(&str) -> bool) -> String {
    text.split("\r\n").filter(|line| !drop(line)).collect::<Vec<_>>().join("\r\n")
}

#[test]
fn columns_and_rows_may_stand_in_any_order() {
    let turned: Vec<String> = TEXT
        .split("\r\n")
        .map(|line| {
            if line.starts_with(['K', 'U']) {
                line.to_owned()
            } else {
                line.split(';').rev().collect::<Vec<_>>().join(";")
            }
        })
        .collect();
    assert!(turned[0].starts_with("Anmälda brott;"));
    assert_reads_right(&read(&turned.join("\r\n")));
    let lines: Vec<&str> = TEXT.split("\r\n").collect();
    let shuffled: Vec<&str> = lines[..1].iter().chain(lines[1..].iter().rev()).copied().collect();
    assert_reads_right(&read(&shuffled.join("\r\n")));
    assert_reads_right(&read(&TEXT.replace("\r\n", "\n")));
}

#[test]
fn titles_and_blank_lines_change_nothing() {
    assert_reads_right(&read(&format!("Anmälda brott per vecka\r\n\r\nLokalpolisområde Södermalm;;;;;\r\n{}", *TEXT)));
}

#[test]
fn a_renamed_column_is_told_with_the_nearest() {
    let reading = read(&TEXT.replacen("Anmälda brott", "Antal anmälda brott", 1));
    let finding = only(&reading, Rule::ProfileDifference);
    assert_eq!(finding.place.to_string(), "x.csv › line 1, column 6");
    assert_eq!(finding.found, "column `Anmälda brott` is now `Antal anmälda brott`");
    assert!(finding.hint.contains("`value = \"Antal anmälda brott\"`"), "{finding}");
    let columns = "`År`, `Vecka`, `Område`, `Brottskategori`, `Lokalpolisområde`, `Anmälda brott`";
    assert_eq!(finding.expected, format!("the columns {columns}"));
    assert_eq!(reading.counts, []);
    let renamed = read(&TEXT.replacen("Brottskategori", "Brottskategorier", 1));
    let finding = only(&renamed, Rule::ProfileDifference);
    assert_eq!(finding.place.to_string(), "x.csv › line 1, column 5");
    assert_eq!(finding.found, "column `Brottskategori` is now `Brottskategorier`");
    // All rows are set aside, none is lost.
    let books = &renamed.accounting[0];
    assert_eq!((books.accepted, books.quarantined + books.not_data), (0, books.rows));
}

/// The example of the issue: one finding for the table, with what was renamed and what is new.
#[test]
fn a_changed_layout_is_one_difference() {
    let lines: Vec<String> = TEXT
        .split("\r\n")
        .enumerate()
        .map(|(at, line)| match (at, line.starts_with("202")) {
            (0, _) => line.replace("Anmälda brott", "Kön;Ålder;Antal anmälda brott"),
            (_, true) => line.rsplit_once(';').map(|(head, value)| format!("{head};Man;25-34;{value}")).unwrap(),
            _ => line.to_owned(),
        })
        .collect();
    let reading = read(&lines.join("\r\n"));
    let finding = only(&reading, Rule::ProfileDifference);
    assert_eq!(finding.found, "column `Anmälda brott` is now `Antal anmälda brott`, two new columns: `Kön`, `Ålder`");
    assert_eq!(reading.counts, []);
}

/// Headings that say nothing of what they were: what stands below them does.
#[test]
fn columns_are_known_by_what_they_hold_where_their_text_gives_nothing() {
    let text = TEXT.replacen("Vecka;", "V;", 1).replacen(";Brottskategori;", ";Slag;", 1);
    let reading = read(&text);
    let finding = only(&reading, Rule::ProfileDifference);
    assert_eq!(finding.found, "column `Vecka` is now `V`, column `Brottskategori` is now `Slag`");
    assert_eq!(reading.counts, []);
    // A heading in another row is told with its row.
    let moved = read(&format!("x;Anmälda brott\r\n{}", TEXT.replacen(";Anmälda brott", ";", 1)));
    let finding = only(&moved, Rule::ProfileDifference);
    assert_eq!(finding.found, "Anmälda brott in line 1, column 2 and not in row 2 beside the others");
}

#[test]
fn a_heading_in_other_letters_is_read_and_noted() {
    let reading = read(&TEXT.replacen("Vecka;", "VECKA ;", 1));
    assert_reads_right(&reading);
    assert_eq!(only(&reading, Rule::FoldedName).place.to_string(), "x.csv › line 1, column 2");
}

#[test]
fn a_new_column_is_told_and_passed_over() {
    let lines: Vec<String> = TEXT
        .split("\r\n")
        .enumerate()
        .map(|(at, line)| match (at, line.starts_with("202")) {
            (0, _) => format!("{line};Varav försök"),
            (_, true) => format!("{line};0"),
            _ => line.to_owned(),
        })
        .collect();
    let reading = read(&lines.join("\r\n"));
    assert_eq!(problems(&reading), ["profile-difference line 1, column 7"]);
    let finding = only(&reading, Rule::ProfileDifference);
    assert_eq!((finding.severity, finding.found.as_str()), (Severity::Warning, "one new column: `Varav försök`"));
    assert_eq!(differences(&reading), []);
}

#[test]
fn a_column_that_stands_twice_is_told() {
    let reading = read(&TEXT.replacen("Brottskategori", "Område", 1));
    let finding = only(&reading, Rule::ProfileDifference);
    assert_eq!(finding.found, "no column `Brottskategori`, the heading `Område` a second time");
    assert_eq!(finding.place.to_string(), "x.csv › line 1, column 5");
    assert_eq!(reading.counts, []);
}

#[test]
fn an_unknown_area_leaves_open_what_it_may_have_been() {
    let line = line_of("2025;10;Södermalm;Gamla Stan;Våldsbrott;");
    let reading = read(&with_line(line, "2025;10", "2025;10;Södermalm;Gamla Stam;Våldsbrott;1"));
    assert_eq!(problems(&reading), [format!("unknown-area line {line}, column 4")]);
    let finding = only(&reading, Rule::UnknownArea);
    assert_eq!(finding.found, "`Gamla Stam`");
    assert!(finding.hint.starts_with("nearest: `Gamla Stan` (gamla-stan)"), "{finding}");
    // Whoever has no violence in that week may be the one: not zero, but missing.
    let differences = differences(&reading);
    assert!(differences.iter().any(|(area, ..)| area == "gamla-stan"));
    assert!(differences.iter().all(|(_, category, week, _, _)| category == "valdsbrott" && week == "2025-W10"));
    let zeros = RIGHT
        .counts
        .iter()
        .filter(|c| c.category.as_str() == "valdsbrott" && c.period.to_string() == "2025-W10" && c.value == Some(0));
    assert_eq!(assert_only_missing(&reading), zeros.count() + 1);
}

#[test]
fn an_unknown_category_leaves_open_what_it_may_have_been() {
    let line = line_of("2025;10;Södermalm;Gamla Stan;Våldsbrott;");
    let reading = read(&with_line(line, "2025;10", "2025;10;Södermalm;Gamla Stan;Våldsbrått;1"));
    assert_eq!(problems(&reading), [format!("unknown-category line {line}, column 5")]);
    assert_eq!(status(&reading, "gamla-stan", "valdsbrott", "2025-W10"), Some(Status::Missing));
    let differences = differences(&reading);
    assert!(differences.iter().all(|(area, _, week, _, _)| area == "gamla-stan" && week == "2025-W10"));
    // Every category without a row there; those with one keep their figures.
    let zeros = RIGHT
        .counts
        .iter()
        .filter(|c| c.area.as_str() == "gamla-stan" && c.period.to_string() == "2025-W10" && c.value == Some(0));
    assert_eq!(assert_only_missing(&reading), zeros.count() + 1);
}

#[test]
fn a_value_that_is_none_makes_its_own_key_missing() {
    let begins = "2025;10;Södermalm;Gamla Stan;Våldsbrott;";
    let line = line_of(begins);
    for (cell, told) in [
        ("x", "not-a-number"),
        ("", "not-a-number"),
        ("1.234", "not-a-number"),
        ("-1", "not-a-count"),
        ("1,5", "not-a-count"),
        ("#REF!", "error-cell"),
    ] {
        let reading = read(&with_line(line, begins, &format!("{begins}{cell}")));
        assert_eq!(problems(&reading), [format!("{told} line {line}, column 6")], "{cell}");
        assert_eq!(assert_only_missing(&reading), 1);
        assert_eq!(status(&reading, "gamla-stan", "valdsbrott", "2025-W10"), Some(Status::Missing));
    }
    // The declared marker says the same, and is no error.
    let reading = read(&with_line(line, begins, &format!("{begins}Värde saknas")));
    assert_eq!(problems(&reading), [""; 0]);
    assert_eq!(assert_only_missing(&reading), 1);
    assert_eq!(reading.accounting[0].quarantined, 0);
}

#[test]
fn the_unplaced_are_a_member_of_their_own() {
    let unplaced: Vec<_> =
        RIGHT.counts.iter().filter(|count| count.area.as_str() == "okand-plats-lpo-sodermalm").collect();
    assert_eq!(unplaced.len(), 82 * 10);
    let in_file: i64 = TEXT
        .split("\r\n")
        .filter(|line| line.contains(";Värde saknas;"))
        .map(|line| line.rsplit(';').next().unwrap().parse::<i64>().unwrap())
        .sum();
    assert_eq!(unplaced.iter().filter_map(|count| count.value).sum::<i64>(), in_file);
}

#[test]
fn look_alike_names_are_read_with_one_note_each() {
    let text = TEXT.replace(";Gamla Stan;", ";Gаmla Stan;").replace("Tillgrepp i butik", "TILLGREPP I\u{a0}BUTIK");
    let rows = text.split("\r\n").filter(|line| line.contains(";Gаmla Stan;")).count();
    let reading = read_utf8(&text);
    assert_reads_right(&reading);
    let notes = of(&reading, Rule::FoldedName);
    assert_eq!(notes.len(), 2);
    let area = notes.iter().find(|note| note.found.contains("Stan")).unwrap();
    assert_eq!(area.found, format!("`Gаmla Stan`, in {rows} rows"));
    assert_eq!(area.expected, "read after folding as `Gamla Stan` (gamla-stan)");
    assert_eq!(
        area.place.cell.map(|cell| cell.line() as usize),
        Some(text.split("\r\n").position(|line| line.contains(";Gаmla Stan;")).unwrap() + 1)
    );
    let decomposed = read_utf8(&TEXT.replace("Långholmen", "La\u{30a}ngholmen"));
    assert_reads_right(&decomposed);
    assert_eq!(of(&decomposed, Rule::FoldedName).len(), 1);
}

#[test]
fn repeated_rows_are_set_aside() {
    let begins = "2025;10;Södermalm;Gamla Stan;Våldsbrott;";
    let line = line_of(begins);
    let old = TEXT.split("\r\n").nth(line - 1).unwrap();
    let same = read(&with_line(line, begins, &format!("{old}\r\n{old}")));
    assert_eq!(problems(&same), [format!("duplicate-row line {}, column 6", line + 1)]);
    assert_eq!(differences(&same), []);
    assert_eq!(same.accounting[0].quarantined, 1);
    let other = read(&with_line(line, begins, &format!("{old}\r\n{begins}99")));
    let told = [line, line + 1].map(|line| format!("duplicate-row line {line}, column 6"));
    assert_eq!(problems(&other), told);
    assert_eq!(assert_only_missing(&other), 1);
    assert_eq!(other.accounting[0].quarantined, 2);
}

#[test]
fn a_missing_week_is_no_week_of_zeros() {
    let reading = read(&without(&TEXT, |line| line.starts_with("2024;17;")));
    assert_eq!(problems(&reading), ["missing-period"]);
    assert_eq!(only(&reading, Rule::MissingPeriod).found, "no row for 2024-W17");
    assert_eq!(assert_only_missing(&reading), 10 * 10);
    // Three weeks in a row are one finding.
    let reading =
        read(&without(&TEXT, |line| ["2024;52;", "2025;1;", "2025;2;"].iter().any(|week| line.starts_with(week))));
    assert_eq!(only(&reading, Rule::MissingPeriod).found, "no row for 2024-W52 to 2025-W02");
    assert_eq!(assert_only_missing(&reading), 3 * 10 * 10);
    // The last week counts: the file says that it holds it.
    let reading = read(&without(&TEXT, |line| line.starts_with("2025;30;")));
    assert_eq!(only(&reading, Rule::MissingPeriod).found, "no row for 2025-W30");
    assert_eq!(assert_only_missing(&reading), 10 * 10);
}

#[test]
fn an_area_that_is_never_empty_is_not_empty_for_a_week() {
    let reading = read(&without(&TEXT, |line| line.starts_with("2024;17;Södermalm;Södermalms stadsdelsområde;")));
    assert_eq!(problems(&reading), ["missing-period"]);
    let finding = only(&reading, Rule::MissingPeriod);
    assert_eq!(finding.found, "no row for `Södermalms stadsdelsområde` in 2024-W17");
    assert_eq!(assert_only_missing(&reading), 10);
    // A category that has events every week is not absent by chance either.
    let reading = read(&without(&TEXT, |line| {
        line.starts_with("2024;17;Södermalm;Södermalms stadsdelsområde;Skadegörelsebrott;")
    }));
    assert_eq!(problems(&reading), ["missing-period"]);
    assert_eq!(assert_only_missing(&reading), 1);
    // A small area may well be; but then its whole does not add up.
    let small = "2024;17;Södermalm;Södra Hammarbyhamnen;Skadegörelsebrott;";
    assert!(line_of(small) > 0);
    let reading = read(&without(&TEXT, |line| line.starts_with(small)));
    let line = line_of("2024;17;Södermalm;Södermalms stadsdelsområde;Skadegörelsebrott;");
    assert_eq!(problems(&reading), [format!("total-mismatch line {line}, column 6")]);
}

#[test]
fn parts_that_do_not_make_their_whole_are_told() {
    let begins = "2024;17;Södermalm;Södermalms stadsdelsområde;Skadegörelsebrott;";
    let line = line_of(begins);
    let old: i64 = value(&RIGHT, SDO, "skadegorelsebrott", "2024-W17").unwrap();
    let reading = read(&with_line(line, begins, &format!("{begins}{}", old + 1)));
    assert_eq!(problems(&reading), [format!("total-mismatch line {line}, column 6")]);
    let finding = only(&reading, Rule::TotalMismatch);
    assert_eq!(finding.found, format!("{} for Södermalms stadsdelsområde in 2024-W17, Skadegörelsebrott", old + 1));
    assert_eq!(finding.expected, format!("{old}, the sum of its 7 parts"));
    // The hot place lies inside a part: whatever it holds, it is not added.
    let place = "2024;17;Södermalm;Medborgarplatsen;Skadegörelsebrott;";
    let reading = read(&with_line(line_of(place), place, &format!("{place}12")));
    assert_eq!(problems(&reading), [""; 0]);
}

#[test]
fn weeks_that_cannot_be_are_set_aside() {
    let begins = "2025;10;Södermalm;Gamla Stan;Våldsbrott;";
    let line = line_of(begins);
    for period in ["2024;53", "2025;0", "2025;31", "2026;10", "2023;52", "99999;1"] {
        let reading = read(&with_line(line, begins, &format!("{period};Södermalm;Gamla Stan;Våldsbrott;1")));
        assert_eq!(
            only(&reading, Rule::WrongPeriod).place.to_string(),
            format!("x.csv › line {line}, column 2"),
            "{period}"
        );
        assert_eq!(reading.accounting[0].quarantined, 1);
        // The week that lost its row is missing where the row may have been its own, and does not add up otherwise.
        let lost = status(&reading, "gamla-stan", "valdsbrott", "2025-W10");
        let mismatches = of(&reading, Rule::TotalMismatch).len();
        let expected = if ["2026;10", "99999;1"].contains(&period) {
            (Some(Status::Missing), 0)
        } else {
            (Some(Status::Preliminary), 1)
        };
        assert_eq!((lost, mismatches), expected, "{period}");
    }
    let text = read(&with_line(line, begins, "2025;v10;Södermalm;Gamla Stan;Våldsbrott;1"));
    assert_eq!(problems(&text), [format!("not-a-number line {line}, column 2")]);
    // A row of any week may be the one that is absent.
    assert_eq!(status(&text, "gamla-stan", "valdsbrott", "2025-W10"), Some(Status::Missing));
    let zeros = RIGHT
        .counts
        .iter()
        .filter(|c| c.area.as_str() == "gamla-stan" && c.category.as_str() == "valdsbrott" && c.value == Some(0));
    assert_eq!(assert_only_missing(&text), zeros.count() + 1);
}

#[test]
fn another_district_s_rows_are_set_aside() {
    let begins = "2025;10;Södermalm;Gamla Stan;Våldsbrott;";
    let line = line_of(begins);
    let reading = read(&with_line(line, begins, "2025;10;Norrmalm;Gamla Stan;Våldsbrott;1"));
    assert_eq!(problems(&reading), [format!("unknown-area line {line}, column 3")]);
    assert_eq!(only(&reading, Rule::UnknownArea).expected, "`LPO Södermalm`, as in every row");
    assert_eq!(assert_only_missing(&reading), 1);
}

#[test]
fn an_area_out_of_force_is_told() {
    let source = source("status-weekly", &KUNGSHOLMEN);
    let text = sample_text(&source);
    let row = "2023;30;Norrmalm;Norrmalm;Våldsbrott;7\r\n;;;;;";
    let reading = read_counts(&source, "x.csv", &encoded(&text.replacen(";;;;;", row, 1)), &LISTS);
    let told: Vec<_> = of(&reading, Rule::WrongPeriod).into_iter().filter(|f| f.found.contains("Norrmalms")).collect();
    let [finding] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(finding.expected, "a period from 2007-01-01 to 2023-06-30");
    assert_eq!(reading.accounting[0].quarantined, 6);
    assert_eq!(status(&reading, "norrmalm-sdo", "valdsbrott", "2023-W30"), Some(Status::NotApplicable));
}

#[test]
fn a_required_area_without_rows_is_missing_throughout() {
    let reading = read(&without(&TEXT, |line| line.contains(";Medborgarplatsen;")));
    assert_eq!(problems(&reading), ["missing-row"]);
    assert_eq!(only(&reading, Rule::MissingRow).expected, "rows for `Medborgarplatsen` (medborgarplatsen)");
    assert_eq!(assert_only_missing(&reading), 82 * 10);
}

#[test]
fn what_the_file_says_of_itself_is_held_against_the_definition() {
    let stale = read(&TEXT.replace("t.o.m. v. 30 2025", "t.o.m. v. 29 2025"));
    assert!(problems(&stale).iter().any(|told| told.starts_with("stale-input")), "{:?}", problems(&stale));
    let basis = read(&TEXT.replace("Datumbegrepp: brottsdatum start", "Datumbegrepp: inskrivningsdatum"));
    assert_eq!(problems(&basis), ["definition"]);
    // A file that goes on for longer than asked is fine.
    let earlier = [SODERMALM[..5].to_vec(), vec![("week", "20"), ("since", "2024")]].concat();
    let reading = read_counts(&source("status-weekly", &earlier), "x.csv", &encoded(&TEXT), &LISTS);
    assert_reads_right(&reading);
}

#[test]
fn a_file_without_its_notes_may_be_cut() {
    let lines: Vec<&str> = TEXT.split("\r\n").collect();
    let begins = "2025;20;Södermalm;Gamla Stan;Våldsbrott;";
    let line = line_of(begins);
    // Cut inside a figure: nobody can say what it was.
    let cut = lines[..line].join("\r\n");
    let reading = read(&cut);
    let told = problems(&reading);
    for rule in ["definition", "missing-row", "stale-input", "missing-period"] {
        assert!(told.iter().any(|told| told == rule), "{rule}: {told:?}");
    }
    assert!(told.contains(&format!("malformed line {line}, column 6")), "{told:?}");
    let gone: Vec<_> = of(&reading, Rule::MissingPeriod).iter().map(|f| f.found.clone()).collect();
    assert!(gone.contains(&"no row for 2025-W21 to 2025-W30".to_owned()), "{gone:?}");
    // What the rest of the week held is unknown, not zero.
    assert_eq!(status(&reading, "riddarholmen", "narkotikabrott", "2025-W20"), Some(Status::Missing));
    assert_only_missing(&reading);
}

#[test]
fn too_many_or_too_few_fields_are_told() {
    let begins = "2025;10;Södermalm;Gamla Stan;Våldsbrott;";
    let line = line_of(begins);
    let many = read(&with_line(line, begins, &format!("{begins}1;7")));
    assert_eq!(problems(&many), [format!("unexpected-row line {line}, column 7")]);
    assert_eq!(assert_only_missing(&many), 1);
    let few = read(&with_line(line, begins, "2025;10;Södermalm;Gamla Stan"));
    assert_eq!(
        problems(&few),
        [format!("unknown-category line {line}, column 5"), format!("not-a-number line {line}, column 6")]
    );
    assert_only_missing(&few);
}

#[test]
fn quotation_marks_are_read_and_open_ones_told() {
    let begins = "2025;10;Södermalm;Gamla Stan;Våldsbrott;";
    let line = line_of(begins);
    let old = value(&RIGHT, "gamla-stan", "valdsbrott", "2025-W10").unwrap();
    assert_reads_right(&read(&with_line(
        line,
        begins,
        &format!("2025;10;Södermalm;\"Gamla Stan\";Våldsbrott;\"{old}\""),
    )));
    let open = read(&with_line(line, begins, &format!("2025;10;Södermalm;\"Gamla Stan;Våldsbrott;{old}")));
    assert!(problems(&open).contains(&format!("malformed line {line}, column 1")), "{:?}", problems(&open));
    // The lines that were swallowed stay in the books.
    let books = &open.accounting[0];
    assert_eq!(books.rows, i64::try_from(TEXT.trim_end().split("\r\n").count()).unwrap());
    assert!(books.quarantined > 1000);
    assert_only_missing(&open);
}

#[test]
fn the_encoding_is_confirmed_before_a_name_is_read() {
    let utf8 = read_counts(&SOURCE, "x.csv", TEXT.as_bytes(), &LISTS);
    assert_eq!(problems(&utf8), ["malformed"]);
    assert!(utf8.diagnostics[0].hint.contains("encoding = \"utf-8\""));
    assert_eq!(utf8.counts, []);
    assert_reads_right(&read_utf8(&TEXT));
    assert_reads_right(&read_utf8(&format!("\u{feff}{}", *TEXT)));
    let mut damaged = encoded(&TEXT);
    let at = TEXT.find("Gamla Stan").unwrap(); // one byte per letter before it is not given: search the bytes
    let at = damaged.windows(10).position(|window| window == b"Gamla Stan").unwrap_or(at);
    damaged[at] = 0x8d; // no letter in Windows-1252
    let reading = read_counts(&SOURCE, "x.csv", &damaged, &LISTS);
    assert!(problems(&reading).iter().any(|told| told.starts_with("malformed line ")), "{:?}", problems(&reading));
    assert_only_missing(&reading);
}

#[test]
fn a_total_in_a_long_file_is_a_check() {
    let begins = "2025;10;Södermalm;Södermalms stadsdelsområde;Våldsbrott;";
    let line = line_of(begins);
    let old = TEXT.split("\r\n").nth(line - 1).unwrap();
    let sum: i64 = RIGHT
        .counts
        .iter()
        .filter(|c| c.area.as_str() == SDO && c.period.to_string() == "2025-W10")
        .filter_map(|c| c.value)
        .sum();
    let total = |sum: i64| {
        read(&with_line(line, begins, &format!("2025;10;Södermalm;Södermalms stadsdelsområde;Total;{sum}\r\n{old}")))
    };
    let reading = total(sum);
    assert_reads_right(&reading);
    assert_eq!((reading.accounting[0].totals_checked, reading.accounting[0].quarantined), (1, 0));
    assert_eq!(problems(&total(sum + 1)), [format!("total-mismatch line {line}, column 6")]);
}
