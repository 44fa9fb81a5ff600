//! Changes that a new year, a new clerk or a new export program bring to the crosstab. Each one either reads right or is
//! told with its cell; none gives a wrong number.

use lagesbild_ingest::{Reading, read_counts};
use lagesbild_model::{Rule, Severity, Status};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use crate::support::*;

/// What a test puts into a cell.
#[derive(Debug, Clone)]
enum Cell {
    Blank,
    Text(String),
    Number(f64),
    Date(&'static str),
    Truth(bool),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.into())
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Cell::Number(number)
    }
}

#[derive(Debug, Clone)]
struct Sheet {
    name: String,
    hidden: bool,
    rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// Sets a cell by its address, as `C7`.
    fn set(&mut self, at: &str, cell: impl Into<Cell>) {
        let at: lagesbild_model::CellRef = at.parse().unwrap();
        let (row, column) = (at.row as usize, at.column as usize);
        while self.rows.len() <= row {
            self.rows.push(Vec::new());
        }
        while self.rows[row].len() <= column {
            self.rows[row].push(Cell::Blank);
        }
        self.rows[row][column] = cell.into();
    }

    /// Removes a row by its number, from 1.
    fn remove(&mut self, row: usize) -> Vec<Cell> {
        self.rows.remove(row - 1)
    }

    /// Puts a row before the row of this number.
    fn insert(&mut self, row: usize, cells: Vec<Cell>) {
        self.rows.insert(row - 1, cells);
    }
}

/// The sample, sheet by sheet, all numbers as numbers.
fn sample() -> Vec<Sheet> {
    let expected = expected("status-ytd/expected.csv");
    ["Kungsholmen", "Fridhemsplan"]
        .into_iter()
        .map(|name| {
            let mut sheet = Sheet { name: name.into(), hidden: false, rows: Vec::new() };
            sheet.set("A1", format!("Brottsstatistik {name}").as_str());
            sheet.set("A2", "Anmälda brott t.o.m. v. 41, brottsplatsadress inom området");
            sheet.set("A3", "Uttag: 2023-10-18");
            for (at, text) in [("A5", "Brottskategorier"), ("B5", "År")] {
                sheet.set(at, text);
            }
            sheet.set("C5", 2023.0);
            sheet.set("D5", 2022.0);
            for row in expected.iter().filter(|row| row[0] == name) {
                let label = format!("A{}", row[5].trim_start_matches(['C', 'D']));
                sheet.set(&label, row[2].as_str());
                sheet.set(&row[5], row[4].parse::<f64>().unwrap());
            }
            sheet.set("A18", "Källa: Status, anmälda brott fram till v. 41 år 2022 - 2023.");
            sheet.set("A19", "Uppgifterna för 2023 är preliminära.");
            sheet
        })
        .collect()
}

fn workbook(sheets: &[Sheet]) -> Vec<u8> {
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for sheet in sheets {
        let out = book.add_worksheet();
        out.set_name(&sheet.name).unwrap().set_hidden(sheet.hidden);
        for (row, cells) in (0u32..).zip(&sheet.rows) {
            for (column, cell) in (0u16..).zip(cells) {
                let written = match cell {
                    Cell::Blank => continue,
                    Cell::Text(text) => out.write_string(row, column, text),
                    Cell::Number(number) => out.write_number(row, column, *number),
                    Cell::Truth(truth) => out.write_boolean(row, column, *truth),
                    Cell::Date(text) => {
                        out.write_with_format(row, column, ExcelDateTime::parse_from_str(text).unwrap(), &date)
                    }
                };
                written.unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

fn read(sheets: &[Sheet]) -> Reading {
    let reading = read_counts(&source("status-ytd", &KUNGSHOLMEN), "x.xlsx", &workbook(sheets), &lists());
    assert_books(&reading);
    reading
}

/// Reads the sample after a change to its first sheet.
fn changed(change: impl FnOnce(&mut Sheet)) -> Reading {
    let mut sheets = sample();
    change(&mut sheets[0]);
    let reading = read(&sheets);
    // Whatever has changed, the other sheet is read in full.
    let other = reading.counts.iter().filter(|c| c.area.as_str() == "fridhemsplan" && c.value.is_some()).count();
    assert_eq!(other, 20);
    reading
}

/// Area, category, period, value and status of every count.
type Figures = Vec<(String, String, String, Option<i64>, Status)>;

fn figures(reading: &Reading) -> Figures {
    let figures = reading.counts.iter().map(|count| {
        (count.area.to_string(), count.category.to_string(), count.period.to_string(), count.value, count.status)
    });
    figures.collect()
}

fn right() -> Figures {
    figures(&read(&sample()))
}

/// No figure differs from the sample: a change may make figures missing, never wrong.
fn assert_none_wrong(reading: &Reading) {
    let right = right();
    for figure in figures(reading).iter().filter(|figure| figure.3.is_some()) {
        assert!(right.contains(figure), "{figure:?}");
    }
}

/// The number of figures of Kungsholmen that are known, and that are missing.
fn known_and_missing(reading: &Reading) -> (usize, usize) {
    let of = |status: fn(Status) -> bool| {
        reading.counts.iter().filter(|c| c.area.as_str() == "kungsholmen-sdo" && status(c.status)).count()
    };
    (of(Status::has_value), of(|status| status == Status::Missing))
}

/// The change reads right, and nothing but notes is told.
fn assert_reads_right(change: impl FnOnce(&mut Sheet)) -> Reading {
    let reading = changed(change);
    assert_eq!(problems(&reading), [""; 0]);
    assert_eq!(figures(&reading), right());
    reading
}

/// The change is told in exactly these findings, makes so many figures of the sheet missing, and none wrong.
fn assert_told(change: impl FnOnce(&mut Sheet), told: &[&str], missing: usize) -> Reading {
    let reading = changed(change);
    assert_eq!(problems(&reading), told, "{:#?}", reading.diagnostics);
    assert_eq!(known_and_missing(&reading), (20 - missing, missing));
    assert_none_wrong(&reading);
    reading
}

#[test]
fn the_built_sample_is_the_sample() {
    assert_eq!(right(), figures(&read_sample("status-ytd", &KUNGSHOLMEN)));
}

#[test]
fn more_title_rows_change_nothing() {
    assert_reads_right(|sheet| {
        sheet.insert(1, vec!["Polisregion Stockholm".into()]);
        sheet.insert(2, vec![]);
        sheet.insert(5, vec!["Framtagen av lokalpolisområdet".into(), Cell::Date("2023-10-18")]);
    });
}

#[test]
fn columns_may_stand_anywhere() {
    assert_reads_right(|sheet| {
        for row in &mut sheet.rows {
            row.insert(0, Cell::Blank);
            row.insert(0, Cell::Blank);
        }
    });
    assert_reads_right(|sheet| {
        for row in sheet.rows.iter_mut().filter(|row| row.len() == 4) {
            row.swap(2, 3);
        }
    });
    // The year before the label.
    assert_reads_right(|sheet| {
        for row in sheet.rows.iter_mut().filter(|row| row.len() == 4) {
            row.swap(0, 3);
        }
    });
}

#[test]
fn a_new_year_is_read_beside_the_others() {
    let reading = changed(|sheet| {
        sheet.set("E5", 2021.0);
        for (row, value) in
            [9015.0, 701.0, 758.0, 541.0, 1648.0, 188.0, 540.0, 298.0, 2950.0, 345.0, 1046.0].iter().enumerate()
        {
            sheet.set(&format!("E{}", row + 6), *value);
        }
    });
    assert_eq!(problems(&reading), [""; 0]);
    assert_eq!(value(&reading, "kungsholmen-sdo", "valdsbrott", "2021-W01--W41"), Some(701));
    let old: Figures = figures(&reading).into_iter().filter(|figure| !figure.2.starts_with("2021")).collect();
    assert_eq!(old, right());
}

#[test]
fn a_new_column_is_told_and_the_rest_read() {
    let reading = assert_told(
        |sheet| {
            sheet.set("E5", "Förändring %");
            sheet.set("E6", -1.6);
        },
        &["profile-difference Kungsholmen › E5"],
        0,
    );
    let finding = only(&reading, Rule::ProfileDifference);
    assert_eq!((finding.found.as_str(), finding.severity), ("one new column: `Förändring %`", Severity::Error));
    let empty = assert_told(|sheet| sheet.set("E5", "Kommentar"), &["profile-difference Kungsholmen › E5"], 0);
    assert_eq!(only(&empty, Rule::ProfileDifference).severity, Severity::Warning);
    // Two of them are one finding.
    let two = assert_told(
        |sheet| {
            sheet.set("E5", "Förändring %");
            sheet.set("E6", -1.6);
            sheet.set("F5", "Kommentar");
        },
        &["profile-difference Kungsholmen › E5"],
        0,
    );
    assert_eq!(only(&two, Rule::ProfileDifference).found, "two new columns: `Förändring %`, `Kommentar`");
}

#[test]
fn another_heading_is_told_with_the_nearest() {
    let reading = assert_told(|sheet| sheet.set("A5", "Brottskategori"), &["profile-difference Kungsholmen › A5"], 20);
    let finding = only(&reading, Rule::ProfileDifference);
    assert_eq!(finding.found, "column `Brottskategorier` is now `Brottskategori`");
    assert!(finding.hint.contains("`anchor = \"Brottskategori\"`"), "{finding}");
    // Where the text gives nothing, the categories below it do.
    let far = assert_told(|sheet| sheet.set("A5", "Slag"), &["profile-difference Kungsholmen › A5"], 20);
    assert_eq!(only(&far, Rule::ProfileDifference).found, "column `Brottskategorier` is now `Slag`");
}

#[test]
fn look_alike_letters_are_read_and_noted() {
    let reading = assert_reads_right(|sheet| {
        sheet.set("A5", "Brottsk\u{430}tegorier"); // Cyrillic а
        sheet.set("A8", "Tr\u{430}fikbrott");
        sheet.set("A7", "Va\u{30a}ldsbrott "); // å in two parts
    });
    let notes: Vec<String> = of(&reading, Rule::FoldedName).iter().map(|f| f.place.to_string()).collect();
    let places = ["", " › A5", " › A7", " › A8"].map(|cell| format!("x.xlsx › Kungsholmen{cell}"));
    assert_eq!(notes, places);
}

#[test]
fn a_renamed_sheet_is_an_unknown_area_and_a_missing_sheet() {
    let reading = assert_told(|sheet| sheet.name = "Blad1".into(), &["missing-sheet", "unknown-area Blad1"], 20);
    let finding = only(&reading, Rule::MissingSheet);
    assert_eq!(finding.found, "sheets `Blad1`, `Fridhemsplan`");
    assert_eq!(finding.expected, "a sheet for `Kungsholmens stadsdelsområde` (kungsholmen-sdo)");
    let near =
        assert_told(|sheet| sheet.name = "Kungsholmmen".into(), &["missing-sheet", "unknown-area Kungsholmmen"], 20);
    assert!(only(&near, Rule::MissingSheet).hint.contains("nearest: `Kungsholmmen`"));
    assert!(only(&near, Rule::UnknownArea).hint.contains("Kungsholmen"), "{}", only(&near, Rule::UnknownArea));
    // A note of folding is enough where only case and blanks differ.
    assert_reads_right(|sheet| sheet.name = "KUNGSHOLMEN ".into());
}

#[test]
fn a_heading_that_slipped_down_is_told() {
    assert_told(
        |sheet| {
            let heading = sheet.remove(5);
            sheet.insert(8, heading);
        },
        &[
            "missing-row Kungsholmen",
            "missing-row Kungsholmen",
            "missing-row Kungsholmen",
            "unexpected-row Kungsholmen › C5",
            "unexpected-row Kungsholmen › C6",
            "unexpected-row Kungsholmen › C7",
        ],
        4,
    );
    // The years in a row of their own above the labels.
    let reading = assert_told(
        |sheet| {
            sheet.insert(5, vec![Cell::Blank, Cell::Blank, 2023.0.into(), 2022.0.into()]);
            sheet.set("C6", Cell::Blank);
            sheet.set("D6", Cell::Blank);
        },
        &["profile-difference Kungsholmen › C5"],
        20,
    );
    let found = &only(&reading, Rule::ProfileDifference).found;
    assert_eq!(found, "the years stand in C5 and not in row 6 beside `Brottskategorier`");
}

#[test]
fn a_misspelt_category_is_told_with_the_nearest() {
    let reading = assert_told(|sheet| sheet.set("A7", "Våldsbrot"), &["unknown-category Kungsholmen › A7"], 2);
    let finding = only(&reading, Rule::UnknownCategory);
    assert_eq!(finding.found, "`Våldsbrot`");
    assert!(finding.hint.starts_with("nearest: `Våldsbrott` (valdsbrott)"), "{finding}");
    assert_eq!(status(&reading, "kungsholmen-sdo", "valdsbrott", "2023-W01--W41"), Some(Status::Missing));
    let books = reading.accounting.iter().find(|books| books.sheet.as_deref() == Some("Kungsholmen")).unwrap();
    assert_eq!((books.accepted, books.quarantined, books.not_data, books.totals_checked), (9, 1, 9, 0));
}

#[test]
fn a_total_that_does_not_add_up_is_told_in_every_column() {
    let reading = assert_told(
        |sheet| {
            sheet.set("C6", 9185.0);
            sheet.set("D6", 9334.0);
        },
        &["total-mismatch Kungsholmen › C6", "total-mismatch Kungsholmen › D6"],
        0,
    );
    let found: Vec<_> =
        of(&reading, Rule::TotalMismatch).iter().map(|f| (f.found.clone(), f.expected.clone())).collect();
    let expected = |sum: &str| format!("{sum}, the sum of the 10 categories");
    assert_eq!(found, [("9185".to_owned(), expected("9184")), ("9334".to_owned(), expected("9335"))]);
    // A changed figure shows in the same way: the number is read as it stands, and does not go unseen.
    let reading = changed(|sheet| sheet.set("D14", 3143.0));
    assert_eq!(problems(&reading), ["total-mismatch Kungsholmen › D6"]);
    let gone = assert_told(|sheet| drop(sheet.remove(6)), &["missing-row Kungsholmen"], 0);
    assert_eq!(only(&gone, Rule::MissingRow).severity, Severity::Warning);
}

#[test]
fn what_is_no_count_is_told_in_its_cell() {
    let cases: [(Cell, Rule, &str); 9] = [
        ("x".into(), Rule::NotANumber, "`x`"),
        ("1.920".into(), Rule::NotANumber, "`1.920`"),
        (Cell::Blank, Rule::NotANumber, "a blank cell"),
        (Cell::Date("2023-10-18"), Rule::NotANumber, "the date 2023-10-18"),
        (Cell::Truth(true), Rule::NotANumber, "the truth value true"),
        ((-3.0).into(), Rule::NotACount, "`-3`"),
        ("\u{2212}3".into(), Rule::NotACount, "`\u{2212}3`"),
        (2.5.into(), Rule::NotACount, "`2.5`"),
        ("#SAKNAS!".into(), Rule::ErrorCell, "the error `#SAKNAS!`"),
    ];
    for (cell, rule, found) in cases {
        let told = format!("{rule} Kungsholmen › C10");
        let reading = assert_told(|sheet| sheet.set("C10", cell), &[&told], 2);
        assert_eq!(only(&reading, rule).found, found);
        // The row is set aside whole, and the total is not held against the rest.
        assert_eq!(status(&reading, "kungsholmen-sdo", "tillgrepp-exkl-butik", "2022-W01--W41"), Some(Status::Missing));
    }
}

#[test]
fn a_number_as_text_is_the_number_it_shows() {
    for text in ["1920", "1 920", "1\u{a0}920", "1\u{202f}920", "1\u{2009}920", "1920,0"] {
        let reading = assert_reads_right(|sheet| sheet.set("C10", text));
        assert_eq!(only(&reading, Rule::NumberAsText).place.to_string(), "x.xlsx › Kungsholmen › C10");
    }
}

#[test]
fn a_formula_without_a_value_is_no_zero() {
    // One formula with its value, as a spreadsheet program stores it, and one without, as other programs do.
    let bytes = edit_part(&workbook(&sample()), "xl/worksheets/sheet1.xml", |xml| {
        let with = xml.replace("<v>1757</v>", "<f>1700+57</f><v>1757</v>");
        let without = with.replace("<v>1920</v>", "<f>1000+920</f>");
        assert!(without.len() > with.len() && with.len() > xml.len());
        without
    });
    let reading = read_counts(&source("status-ytd", &KUNGSHOLMEN), "x.xlsx", &bytes, &lists());
    assert_eq!(problems(&reading), ["formula-without-value Kungsholmen › C10"]);
    assert_eq!(known_and_missing(&reading), (18, 2));
    assert_none_wrong(&reading);
}

#[test]
fn repeated_rows_are_set_aside() {
    let same = assert_told(
        |sheet| {
            let row = sheet.rows[6].clone();
            sheet.insert(17, row);
        },
        &["duplicate-row Kungsholmen › C17", "duplicate-row Kungsholmen › D17"],
        0,
    );
    assert!(of(&same, Rule::DuplicateRow).iter().all(|finding| finding.severity == Severity::Warning));
    let differing = assert_told(
        |sheet| sheet.insert(17, vec!["Våldsbrott".into(), Cell::Blank, 751.0.into(), 727.0.into()]),
        &["duplicate-row Kungsholmen › C7", "duplicate-row Kungsholmen › C17", "duplicate-row Kungsholmen › D17"],
        2,
    );
    assert_eq!(value(&differing, "kungsholmen-sdo", "valdsbrott", "2023-W01--W41"), None);
}

#[test]
fn another_week_is_stale() {
    let reading = assert_told(
        |sheet| sheet.set("A2", "Anmälda brott t.o.m. v. 40, brottsplatsadress inom området"),
        &["stale-input Kungsholmen › A2"],
        20,
    );
    let finding = only(&reading, Rule::StaleInput);
    assert_eq!((finding.found.as_str(), finding.expected.as_str()), ("figures to week 40", "figures to week 41"));
    // Week 4 is not week 41, and a file that tells no week tells none.
    assert_told(|sheet| sheet.set("A2", "Anmälda brott t.o.m. v. 4"), &["stale-input Kungsholmen › A2"], 20);
    assert_told(|sheet| sheet.set("A2", "Anmälda brott"), &["stale-input Kungsholmen"], 20);
    assert_told(|sheet| sheet.set("A4", "Rättad: t.o.m. v. 42"), &["stale-input Kungsholmen › A4"], 20);
}

#[test]
fn the_years_are_those_of_the_headings() {
    // Last year's export: its years are right, but not the ones asked for.
    let reading = changed(|sheet| {
        sheet.set("C5", 2022.0);
        sheet.set("D5", 2021.0);
    });
    assert_eq!(problems(&reading), ["stale-input Kungsholmen › A5"]);
    assert_eq!(value(&reading, "kungsholmen-sdo", "valdsbrott", "2023-W01--W41"), None);
    assert_eq!(value(&reading, "kungsholmen-sdo", "valdsbrott", "2022-W01--W41"), Some(750), "as the file says");
    // A year whose week 41 had not come when the figures were taken out.
    let reading = changed(|sheet| sheet.set("C5", 2024.0));
    assert_eq!(problems(&reading), ["stale-input Kungsholmen › A5", "wrong-period Kungsholmen › C5"]);
    assert_eq!(value(&reading, "kungsholmen-sdo", "valdsbrott", "2024-W01--W41"), None);
    // The same year twice: neither can be trusted.
    let reading = assert_told(
        |sheet| sheet.set("D5", 2023.0),
        &["moved-header Kungsholmen › A5", "moved-header Kungsholmen › D5"],
        20,
    );
    assert_eq!(value(&reading, "kungsholmen-sdo", "valdsbrott", "2023-W01--W41"), None);
    let text = assert_reads_right(|sheet| sheet.set("D5", "2022"));
    assert_eq!(only(&text, Rule::NumberAsText).place.to_string(), "x.xlsx › Kungsholmen › D5");
}

#[test]
fn the_extraction_date_is_found_and_checked() {
    assert_reads_right(|sheet| {
        sheet.set("A3", "Uttag:");
        sheet.set("B3", Cell::Date("2023-10-18"));
    });
    assert_reads_right(|sheet| {
        sheet.set("A3", Cell::Blank);
        sheet.set("A19", "Uppgifterna för 2023 är preliminära. Uttag: 2023-10-18");
    });
    for (text, told) in [
        ("Framtagen i oktober", "missing-row Kungsholmen"),
        ("Uttag: 18 oktober 2023", "missing-row Kungsholmen › A3"),
        ("Uttag: 2023-13-18", "missing-row Kungsholmen › A3"),
    ] {
        let reading = assert_told(|sheet| sheet.set("A3", text), &[told], 0);
        let count = count(&reading, "kungsholmen-sdo", "valdsbrott", "2023-W01--W41").unwrap();
        assert_eq!(count.extracted_at, None, "{text}");
    }
    let reading = changed(|sheet| sheet.set("A3", "Uttag: 2023-10-14"));
    // Week 41 of 2023 ended on 15 October.
    assert_eq!(problems(&reading), ["wrong-period Kungsholmen › C5"]);
}

#[test]
fn rows_that_are_nothing_declared_are_told() {
    assert_told(|sheet| sheet.set("A20", "Anm: rån ingår i våldsbrott"), &["unexpected-row Kungsholmen › A20"], 0);
    assert_told(|sheet| sheet.set("F8", "se not"), &["unexpected-row Kungsholmen › F8"], 2);
    assert_told(|sheet| sheet.set("A7", Cell::Blank), &["unknown-category Kungsholmen › A7"], 2);
    assert_told(|sheet| drop(sheet.remove(7)), &["missing-row Kungsholmen"], 2);
    // The same table a second time in one sheet.
    let reading = assert_told(
        |sheet| {
            let block: Vec<_> = sheet.rows[4..16].to_vec();
            sheet.rows.push(vec![]);
            sheet.rows.extend(block);
        },
        &["profile-difference Kungsholmen › A21"],
        20,
    );
    assert!(only(&reading, Rule::ProfileDifference).found.contains("a second time"));
}

#[test]
fn hidden_sheets_are_declared_or_told() {
    let mut sheets = sample();
    sheets.push(Sheet { name: "Urval".into(), hidden: true, rows: vec![vec!["Parameter".into()]] });
    sheets.push(Sheet { name: "Arbetsblad".into(), hidden: true, rows: vec![vec!["Våldsbrott".into(), 1.0.into()]] });
    let reading = read(&sheets);
    assert_eq!(problems(&reading), ["unexpected-sheet Arbetsblad"]);
    assert_eq!(figures(&reading), right());
    let books = |name: &str| {
        let books = reading.accounting.iter().find(|books| books.sheet.as_deref() == Some(name)).unwrap();
        (books.rows, books.quarantined, books.not_data)
    };
    assert_eq!((books("Urval"), books("Arbetsblad")), ((1, 0, 1), (1, 1, 0)));
}

#[test]
fn one_sheet_does_not_stop_the_other() {
    let mut sheets = sample();
    sheets[0].rows.clear();
    let reading = read(&sheets);
    assert_eq!(problems(&reading), ["profile-difference Kungsholmen"]);
    assert_eq!(only(&reading, Rule::ProfileDifference).found, "no column `Brottskategorier`");
    assert_eq!(known_and_missing(&reading), (0, 20));
    assert_eq!(value(&reading, "fridhemsplan", "valdsbrott", "2023-W01--W41"), Some(60));
}
