//! What an inspection finds in files that no definition describes. What is right stands in the samples' README and truth,
//! or is written down here beside the file that a test makes.

use lagesbild_ingest::{
    Content, Meaning, Profile, Shape, SheetProfile, SumProfile, TableProfile, inspect, proposed_id,
};
use rust_xlsxwriter::{Format, Workbook};

use crate::support::*;

fn profile_of(file: &str) -> Profile {
    let profile = inspect(file, &bytes(&format!("data/sample/{file}")), &lists(), &proposed_id(file));
    assert_eq!(profile.problems, [""; 0], "{file}");
    profile
}

fn sheet<'p>(profile: &'p Profile, name: &str) -> &'p SheetProfile {
    profile.sheets.iter().find(|sheet| sheet.name.as_deref() == Some(name)).unwrap_or_else(|| panic!("no sheet {name}"))
}

fn only(sheet: &SheetProfile) -> &TableProfile {
    match sheet.tables.as_slice() {
        [table] => table,
        tables => panic!("{} tables", tables.len()),
    }
}

fn sums(table: &TableProfile) -> Vec<String> {
    let told = |sum: &SumProfile| {
        format!("{} {} = {} to {}, {} of {}", sum.what, sum.at, sum.parts.0, sum.parts.1, sum.holds, sum.of)
    };
    table.sums.iter().map(told).collect()
}

/// Writes cells into a sheet: numbers where a text is one, nothing where it is empty.
fn fill(book: &mut Workbook, name: &str, rows: &[&[&str]]) {
    let sheet = book.add_worksheet().set_name(name).unwrap();
    for (row, cells) in (0u32..).zip(rows) {
        for (column, text) in (0u16..).zip(*cells) {
            match text.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).unwrap(),
                Err(_) if text.is_empty() => continue,
                Err(_) => sheet.write_string(row, column, *text).unwrap(),
            };
        }
    }
}

fn look(book: &mut Workbook) -> Profile {
    inspect("bok.xlsx", &book.save_to_buffer().unwrap(), &lists(), &proposed_id("bok.xlsx"))
}

#[test]
fn the_crosstab_is_recognised_in_every_format() {
    for ending in ["xlsx", "xls", "ods"] {
        let profile = profile_of(&format!("status/status_kungsholmen_tom_v41_2023.{ending}"));
        assert_eq!(profile.format.is, ending);
        let states: Vec<_> = profile.sheets.iter().map(|sheet| sheet.visibility).collect();
        assert_eq!(states, ["visible", "visible", "hidden"]);
        let table = only(sheet(&profile, "Kungsholmen"));
        assert_eq!((table.range.as_str(), table.shape.is, table.rows), ("A5:D16", Shape::Crosstab, 11));
        assert_eq!(sums(table), ["row 6 = 7 to 16, 2 of 2"]);
        let names = table.columns[0].names.as_ref().unwrap();
        assert_eq!((names.list, names.matched, names.different), ("categories", 11, 11));
        let periods: Vec<_> = table.columns.iter().filter_map(|column| column.period.as_deref()).collect();
        assert_eq!(periods, ["2023", "2022"]);
        let as_text: Vec<_> = table.columns.iter().flat_map(|column| column.numbers_as_text.first.clone()).collect();
        assert_eq!(as_text, ["C13", "D14"]);
        let says: Vec<_> = table.says.iter().map(|saying| (saying.about, saying.words.as_str())).collect();
        assert!(
            says.contains(&("last-week", "t.o.m. v. {week}")) && says.contains(&("extracted", "Uttag:")),
            "{says:?}"
        );
        // The sheet's name has two meanings; both are told.
        let area = sheet(&profile, "Kungsholmen").stands_for.as_ref().unwrap();
        assert_eq!(
            (area.is.code.as_str(), area.is.or.as_slice()),
            ("kungsholmen-stadsdel", &["kungsholmen-sdo".into()][..])
        );
    }
}

#[test]
fn stacked_headings_and_their_sums_are_proved() {
    let profile = profile_of("status/status_manad_lpo_norrmalm_2019-2023.xlsx");
    assert_eq!(profile.sheets.len(), 9);
    let table = only(sheet(&profile, "Fridhemsplan"));
    assert_eq!(table.headings.iter().map(|heading| heading.row).collect::<Vec<_>>(), [5, 6]);
    // 60 months and five sums; the sums of four whole years can be proved.
    assert_eq!(table.columns.len(), 66);
    assert_eq!(table.sums.iter().filter(|sum| sum.what == "column" && (sum.holds, sum.of) == (11, 11)).count(), 4);
    assert!(sums(table).contains(&"row 7 = 8 to 17, 63 of 63".to_owned()), "{:?}", sums(table));
    let marker = |text: &str| table.markers.iter().find(|marker| marker.text == text).map(|marker| marker.means.is);
    assert_eq!((marker("-"), marker("..")), (Some(Meaning::Zero), Some(Meaning::Missing)));
    let periods: Vec<_> = table.columns.iter().filter_map(|column| column.period.as_deref()).collect();
    assert_eq!((periods.len(), periods[0], periods[12]), (65, "2023-01", "2023"));
}

#[test]
fn a_long_text_tells_its_encoding_delimiter_and_columns() {
    let profile = profile_of("status/status_vecka_lpo_norrmalm_2019-2023.csv");
    assert_eq!(profile.format.is, "delimited");
    assert_eq!(profile.encoding.as_ref().map(|encoding| encoding.is.as_str()), Some("windows-1252"));
    assert_eq!(profile.delimiter.as_ref().map(|delimiter| delimiter.is), Some(';'));
    let table = only(&profile.sheets[0]);
    assert_eq!((table.shape.is, table.rows), (Shape::Long, 24_416));
    use Content::{Areas, Categories, Counts, Weeks, Years};
    let contents: Vec<_> = table.columns.iter().map(|column| column.content.is).collect();
    assert_eq!(contents, [Years, Weeks, Areas, Areas, Categories, Counts]);
    assert_eq!(table.footers.len(), 2);
}

#[test]
fn blocks_side_by_side_and_below_each_other_are_tables_of_their_own() {
    let mut book = Workbook::new();
    fill(
        &mut book,
        "Blad1",
        &[
            &["Antal ärenden"],
            &[],
            &["Stadsdel", "2022", "2023", "", "Typ", "2022", "2023"],
            &["Alvik", "1", "2", "", "Klotter", "5", "6"],
            &["Marieberg", "3", "4", "", "Buller", "7", "8"],
            &["Fredhäll", "30", "40", "", "Skräp", "7", "8"],
            &["Totalt", "34", "46", "", "Summa", "19", "22"],
            &[],
            &["Andel i procent"],
            &["Stadsdel", "2022", "2023"],
            &["Alvik", "1.5", "2.5"],
            &["Marieberg", "3", "x"],
            &["Källa: påhittad"],
        ],
    );
    let profile = look(&mut book);
    let tables = &profile.sheets[0].tables;
    let ranges: Vec<_> = tables.iter().map(|table| table.range.as_str()).collect();
    assert_eq!(ranges, ["A3:C7", "A10:C12", "E3:G7"]);
    assert_eq!(sums(&tables[0]), ["row 7 = 4 to 6, 2 of 2"]);
    assert_eq!(sums(&tables[2]), ["row 7 = 4 to 6, 2 of 2"]);
    assert_eq!(tables[0].columns[0].content.is, Content::Areas);
    assert_eq!(tables[1].titles[0].shown, "`Andel i procent`");
    assert_eq!(tables[1].footers[0].cell, "A13");
    assert_eq!(tables[1].markers[0].means.is, Meaning::Suppressed);
}

#[test]
fn a_total_that_does_not_add_up_is_no_proof() {
    let mut book = Workbook::new();
    let rows: [&[&str]; 5] = [
        &["Typ", "2022", "2023", "2024"],
        &["Klotter", "5", "6", "1"],
        &["Buller", "7", "8", "1"],
        &["Totalt", "12", "14", "3"],
        &["Annat", "1", "1", "9"],
    ];
    fill(&mut book, "Blad1", &rows);
    let profile = look(&mut book);
    let sum = &only(&profile.sheets[0]).sums[0];
    assert_eq!((sum.holds, sum.of, sum.fails.as_slice()), (2, 3, &["D4".to_owned()][..]));
}

#[test]
fn sheets_that_are_hidden_very_hidden_or_empty_are_told() {
    let mut book = Workbook::new();
    fill(&mut book, "Data", &[&["Typ", "2022"], &["Klotter", "5"], &["Buller", "7"]]);
    fill(&mut book, "Gömt", &[&["x"]]);
    book.worksheet_from_name("Gömt").unwrap().set_very_hidden(true);
    book.add_worksheet().set_name("Tomt").unwrap();
    let profile = look(&mut book);
    let told: Vec<_> = profile.sheets.iter().map(|sheet| (sheet.visibility, sheet.cells)).collect();
    assert_eq!(told, [("visible", 6), ("very-hidden", 1), ("visible", 0)]);
    let words = profile.to_string();
    assert!(words.contains("`Gömt`, very-hidden") && words.contains("`Tomt`, empty"), "{words}");
}

#[test]
fn formulas_without_values_errors_and_odd_numbers_are_told_with_their_cells() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, year) in (1u16..).zip([2022.0, 2023.0, 2024.0]) {
        sheet.write_number(0, column, year).unwrap();
    }
    sheet.write_string(0, 0, "Typ").unwrap();
    for (row, name) in (1u32..).zip(["Klotter", "Buller", "Skräp"]) {
        sheet.write_string(row, 0, name).unwrap();
        sheet.write_number(row, 1, 1234.0).unwrap();
        sheet.write_string(row, 2, "1\u{a0}234,5").unwrap();
        sheet.write_number_with_format(row, 3, 7.0, &Format::new()).unwrap();
    }
    let bytes = edit_part(&book.save_to_buffer().unwrap(), "xl/worksheets/sheet1.xml", |xml| {
        xml.replacen("<v>7</v>", "<f>3+4</f>", 1)
    });
    let profile = inspect("bok.xlsx", &bytes, &lists(), &proposed_id("bok.xlsx"));
    let columns = &only(&profile.sheets[0]).columns;
    assert_eq!(columns[2].numbers_as_text.number, 3);
    assert_eq!(
        (columns[2].decimal_marks.as_slice(), columns[2].thousands_marks.as_slice()),
        (&[','][..], &["no-break space"][..])
    );
    assert_eq!(columns[3].uncalculated.first, ["D2"]);
}

#[test]
fn unknown_names_are_told_with_the_nearest() {
    let mut book = Workbook::new();
    fill(
        &mut book,
        "Blad1",
        &[&["Brottskategorier", "2023"], &["Våldsbrott", "5"], &["Skadegörelsebrot", "7"], &["Narkotikabrott", "7"]],
    );
    let profile = look(&mut book);
    let names = only(&profile.sheets[0]).columns[0].names.clone().unwrap();
    assert_eq!((names.matched, names.different), (2, 3));
    assert_eq!(names.unmatched[0].text, "`Skadegörelsebrot`");
    assert_eq!(names.unmatched[0].nearest[0], "Skadegörelsebrott (skadegorelsebrott)");
}

#[test]
fn files_without_sheets_tell_their_fields() {
    let profile = profile_of("stockholmsenkaten/stockholmsenkaten_2022.sav");
    assert_eq!((profile.format.is, profile.records), ("spss", Some(10_635)));
    let question = profile.fields.iter().find(|field| field.name == "alk12").unwrap();
    assert_eq!((question.number, question.missing.as_slice()), (6, &["99".to_owned()][..]));
    let geo =
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"namn":"A"},"geometry":null}]}"#;
    let profile = inspect("a.geojson", geo.as_bytes(), &lists(), &proposed_id("a"));
    assert_eq!((profile.format.is, profile.records, profile.fields[0].name.as_str()), ("geojson", Some(1), "namn"));
    let px = "CHARSET=\"ANSI\";\nTITLE=\"Folkmängd; efter område\";\nSTUB=\"område\";\nHEADING=\"år\";\n\
              VALUES(\"område\")=\"A\",\"B\";\nVALUES(\"år\")=\"2022\",\"2023\";\nDATA=\n1 2\n3 4;\n";
    let profile = inspect("a.px", px.as_bytes(), &lists(), &proposed_id("a"));
    assert_eq!((profile.format.is, profile.records), ("px", Some(4)));
    assert_eq!(profile.fields.iter().map(|field| field.number).collect::<Vec<_>>(), [2, 2]);
}

#[test]
fn what_cannot_be_read_is_told_and_not_guessed() {
    for bytes in [&b""[..], b"\x00\x01\x02\x03", b"PK\x03\x04 no zip", b"$FL2 no file"] {
        let profile = inspect("x", bytes, &lists(), &proposed_id("x"));
        assert_eq!((profile.sheets.len(), profile.problems.len()), (0, 1), "{bytes:?}: {profile}");
    }
    // Nothing that may be personal is echoed.
    let text = "namn;telefon\nAnna;0701234567\nBo;0709999999\n";
    let profile = inspect("x.csv", text.as_bytes(), &lists(), &proposed_id("x"));
    let told = profile.to_string() + &serde_json::to_string(&profile).unwrap();
    assert!(!told.contains("0701234567") && !told.contains("Anna"), "{told}");
    let why = profile.sheets[0].tables[0].columns[1].personal.as_deref().unwrap();
    assert!(why.contains("telephone"), "{why}");
}

/// For looking at files by hand: `INSPECT=a.xlsx,b.csv cargo test -p lagesbild-ingest inspect -- --nocapture`.
#[test]
fn same_file_same_words() {
    let file = "status/status_uttag_2023-10-18.xlsx";
    assert_eq!(profile_of(file).to_string(), profile_of(file).to_string());
    for file in std::env::var("INSPECT").unwrap_or_default().split(',').filter(|file| !file.is_empty()) {
        println!("{}", inspect(file, &std::fs::read(file).unwrap(), &lists(), &proposed_id(file)));
    }
}
