//! Which figure stands where: order, labels, words, notes, and what is said of a figure that is not there.

use lagesbild_export::{Document, FindingNote, Sheet, Unit, compose};
use lagesbild_model::{Period, Rule, Severity, Status, Verdict};

use crate::fixture::{Fixture, fixture, id, report, report_of, report_text};

fn document(data: &Fixture) -> Document {
    let composed = compose(&report(), &data.material());
    assert_eq!(composed.findings, []);
    composed.document
}

/// A column as print shows it, by its key.
fn column(sheet: &Sheet, key: &str) -> Vec<String> {
    let index = sheet.columns.iter().position(|column| column.key == key).expect("a column");
    sheet.rows.iter().map(|row| row.cells[index].value.print(sheet.columns[index].unit)).collect()
}

fn headings(sheet: &Sheet) -> Vec<&str> {
    sheet.columns.iter().map(|column| column.heading.as_str()).collect()
}

fn notes(sheet: &Sheet) -> String {
    sheet.notes.iter().map(|note| note.printed() + "\n").collect()
}

/// The two crime tables of the report, cell by cell, in its order.
#[test]
fn the_report_s_crime_tables_stand_as_they_are() {
    let document = document(&fixture());
    let expected = [
        (
            ["9\u{a0}184", "750", "815", "590", "1\u{a0}920", "243", "828", "288", "2\u{a0}272", "356", "1\u{a0}122"],
            ["9\u{a0}335", "727", "763", "554", "1\u{a0}757", "197", "585", "292", "3\u{a0}134", "347", "979"],
        ),
        (
            ["1\u{a0}013", "60", "11", "27", "119", "41", "31", "23", "530", "29", "142"],
            ["1\u{a0}319", "87", "16", "47", "102", "56", "32", "24", "761", "47", "147"],
        ),
    ];
    for (sheet, (newer, older)) in document.sheets.iter().zip(expected) {
        assert_eq!(sheet.rows[0].label, "Totalt");
        assert_eq!(column(sheet, "antal_2023"), newer);
        assert_eq!(column(sheet, "antal_2022"), older);
    }
    assert_eq!(
        document.sheets[0].title,
        "Anmälda brott, Kungsholmens stadsdelsområde: v.\u{a0}1–41 2023 jämfört med v.\u{a0}1–41 2022"
    );
}

#[test]
fn years_come_newest_first_or_oldest_first() {
    let data = fixture();
    let newest = document(&data);
    assert_eq!(headings(&newest.sheets[0])[..5], ["2023 prel.", "2022", "2021", "2020", "2019"]);
    let text = report_text().replace("newest-first", "oldest-first");
    let oldest = compose(&toml::from_str(&text).expect("a report"), &data.material()).document;
    assert_eq!(headings(&oldest.sheets[0])[..5], ["2019", "2020", "2021", "2022", "2023 prel."]);
    assert_eq!(column(&oldest.sheets[0], "antal_2022"), column(&newest.sheets[0], "antal_2022"));
    let part = ["Fridhemsplan 2022", "Fridhemsplan 2023 prel.", "Fridhemsplan förändring", "Övriga området 2022"];
    assert_eq!(headings(&oldest.sheets[2])[..4], part);
}

#[test]
fn words_and_arrows_follow_the_verdicts() {
    let document = document(&fixture());
    let none = "ingen säkerställd förändring";
    let (up, down) = ("▲\u{a0}ökar", "▼\u{a0}minskar");
    // Vector B03: four of ten after Benjamini-Hochberg, five without; vector B04: one of ten, three without.
    let kungsholmen = [none, none, none, none, up, none, up, none, down, none, up];
    assert_eq!(column(&document.sheets[0], "bedomning"), kungsholmen);
    assert_eq!(column(&document.sheets[0], "bedomning_okorrigerad")[5], up);
    let fridhemsplan = [down, none, none, none, none, none, none, none, down, none, none];
    assert_eq!(column(&document.sheets[1], "bedomning"), fridhemsplan);
    let uncorrected = column(&document.sheets[1], "bedomning_okorrigerad");
    assert_eq!(uncorrected[1..].iter().filter(|words| *words != none).count(), 3);
    // The fall in vandalism is no different from the rest of the district; violence fell more.
    let against_rest = column(&document.sheets[2], "bedomning");
    assert_eq!(against_rest[8], Verdict::NoDifferenceShown.swedish());
    assert_eq!(against_rest[1], format!("▼\u{a0}{}", Verdict::LowerThanRest.swedish()));
}

#[test]
fn contributions_come_largest_first_and_then_the_totals() {
    let document = document(&fixture());
    let sheet = &document.sheets[3];
    let labels: Vec<&str> = sheet.rows.iter().map(|row| row.label.as_str()).collect();
    assert_eq!(labels[..3], ["Skadegörelsebrott", "Bedrägeribrott m.m.", "Tillgreppsbrott (exkl i butik)"]);
    assert_eq!(labels[10..], ["Totalt", "Totalt utan skadegörelsebrott"]);
    let differences = column(sheet, "differens");
    assert_eq!(differences[0], "\u{2212}862");
    assert_eq!(differences[10..], ["\u{2212}151", "+711"]);
    assert_eq!(column(sheet, "andel")[0], "570,9\u{a0}%");
    assert_eq!(column(sheet, "bedomning")[10..], ["ingen säkerställd förändring", "▲\u{a0}ökar"]);
}

#[test]
fn notes_say_what_a_reader_must_know() {
    let document = document(&fixture());
    for sheet in &document.sheets {
        let notes = notes(sheet);
        for part in [
            "räknar anmälda brott",
            "brottsdatum (start)",
            "hämtades 2023-10-18",
            "från 2023-01-02 till och med 2023-10-15, 287 dagar",
            "från 2022-01-03 till och med 2022-10-16, 287 dagar",
            "ISO-veckor",
            "v.\u{a0}1–41 2023 är preliminära",
            "tvåsidigt",
            "95\u{a0}% konfidensintervall",
            "10 test på nivån 5\u{a0}% (anmalda-brott-ytd/",
            "Benjamini–Hochbergs metod",
            "i genomsnitt 0,5 utslag bland 10",
            "okorrigerad bedömning på p-värdet",
            "Upptäcktsbrott",
        ] {
            assert!(notes.contains(part), "{}: {part}\n{notes}", sheet.id);
        }
        assert!(sheet.sources[0].starts_with("Källa: Status (Polismyndigheten). Fil status_kungsholmen_tom_v41"));
        assert!(sheet.sources[0].contains("bladen Kungsholmen och Fridhemsplan"));
    }
    assert!(notes(&document.sheets[0]).contains("Minsta påvisbara förändring"));
    assert!(notes(&document.sheets[0]).contains("samma period 2019–2021 kommer från Status per vecka"));
    assert!(notes(&document.sheets[2]).contains("aldrig med en total där Fridhemsplan ingår"));
    assert!(notes(&document.sheets[3]).contains("Kategorin valdes när resultatet redan var känt"));
}

/// Discovery offences carry their mark in each table, and nothing else does.
#[test]
fn discovery_offences_are_marked() {
    for sheet in document(&fixture()).sheets {
        let mut marked: Vec<String> =
            sheet.rows.iter().filter(|row| !row.footnotes.is_empty()).map(|row| row.printed_label()).collect();
        marked.sort();
        assert_eq!(marked, ["Narkotikabrott\u{a0}¹", "Trafikbrott\u{a0}¹"]);
    }
}

#[test]
fn unequal_periods_and_other_extractions_are_told() {
    let mut data = fixture();
    for row in &mut data.contrasts {
        row.reference_exposure_days = 289;
        row.period = id::<Period>("2023-01-01--W41");
        row.reference_period = id::<Period>("2022-01-01--W41");
        row.reference_extracted_at = Some(id("2022-10-19"));
        row.status = Status::Final;
    }
    let sheet = compose(&report_of("t2"), &data.material()).document.sheets.remove(0);
    let notes = notes(&sheet);
    assert!(notes.contains("289 dagar). Veckor är ISO-veckor"), "{notes}");
    assert!(notes.contains("Perioderna är olika långa"), "{notes}");
    assert!(notes.contains("hämtades 2023-10-18 för 1\u{a0}januari–v.\u{a0}41 2023 och 2022-10-19 för"), "{notes}");
    assert!(notes.contains("Inga uppgifter i tabellen är märkta som preliminära"), "{notes}");
    assert!(headings(&sheet).iter().all(|heading| !heading.contains("prel.")));
}

/// A year in which only some figures may change says so in its heading.
#[test]
fn partly_preliminary_is_not_preliminary() {
    let mut data = fixture();
    data.change("kungsholmen-sdo", "valdsbrott").status = Status::Final;
    let sheet = compose(&report_of("t1a"), &data.material()).document.sheets.remove(0);
    assert_eq!(sheet.columns[0].heading, "2023 delvis prel.");
}

#[test]
fn a_named_figure_that_is_missing_is_an_error_and_not_a_blank() {
    let mut data = fixture();
    data.contrasts.retain(|row| row.category.as_str() != "valdsbrott" || row.area.as_str() != "kungsholmen-sdo");
    data.values.retain(|row| row.category.as_str() != "narkotikabrott" || row.period.named_year() != 2020);
    let composed = compose(&report_of("t1a"), &data.material());
    let found: Vec<String> = composed.findings.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains("error[definition]: reports/brottstabeller.toml › table t1a"), "{}", found[0]);
    assert!(found[0].contains("category `valdsbrott`, 2023-W01--W41 against 2022-W01--W41"), "{}", found[0]);
    assert!(found[1].contains("`narkotikabrott`, 2020-W01--W41"), "{}", found[1]);
    let sheet = &composed.document.sheets[0];
    assert!(sheet.rows[1].cells[..2].iter().all(|cell| cell.value.print(Unit::Count) == ".."));
    assert_eq!(column(sheet, "antal_2020")[10], "..");
    assert!(notes(sheet).contains("..\u{a0}\u{a0}uppgift saknas"));
}

#[test]
fn two_figures_for_one_cell_are_an_error_and_not_a_choice() {
    let mut data = fixture();
    let twin = data.change("kungsholmen-sdo", "valdsbrott").clone();
    data.contrasts.push(twin);
    let composed = compose(&report_of("t1a"), &data.material());
    assert!(composed.findings[0].found.contains("2 figures for category `valdsbrott`"), "{:?}", composed.findings);
    assert_eq!(column(&composed.document.sheets[0], "antal_2023")[1], "..");
}

/// The other tables are written; each fault is told once per table that it spoils.
#[test]
fn a_table_without_any_figure_is_left_out() {
    let mut data = fixture();
    data.contrasts.retain(|row| row.comparison.as_str() == "change");
    let composed = compose(&report(), &data.material());
    assert_eq!(composed.document.sheets.len(), 3);
    let [finding] = composed.findings.as_slice() else { panic!("{:?}", composed.findings) };
    assert_eq!((finding.severity, finding.rule), (Severity::Error, Rule::Definition));
    assert!(finding.found.contains("no figure of `anmalda-brott-ytd/part-against-rest/fridhemsplan`"));
}

#[test]
fn a_comparison_of_another_kind_is_refused() {
    let text = report_text().replace("comparison = \"part-against-rest\"", "comparison = \"change\"");
    let data = fixture();
    let composed = compose(&toml::from_str(&text).expect("a report"), &data.material());
    assert!(composed.findings[0].found.contains("is a comparison of kind `change`"), "{:?}", composed.findings);
    assert_eq!(composed.document.sheets.len(), 3);
}

/// A finding about a source stands under the tables that use it, and under no other.
#[test]
fn findings_about_sources_are_printed() {
    let mut data = fixture();
    let text = "Totalen i bladet Fridhemsplan skiljer sig från summan av kategorierna.";
    data.findings.push(FindingNote { source: id("status-vecka"), text: text.into() });
    let told: Vec<bool> = document(&data).sheets.iter().map(|sheet| notes(sheet).contains(text)).collect();
    assert_eq!(told, [true, true, false, false]);
}

/// Words and sources that the caller forgot.
#[test]
fn what_the_notes_lack_is_told() {
    let mut data = fixture();
    data.vocabulary.tests.clear();
    data.sources.clear();
    let composed = compose(&report_of("t2"), &data.material());
    let found: Vec<&str> = composed.findings.iter().map(|finding| finding.found.as_str()).collect();
    for part in ["method `exact-conditional`", "source `status-ytd`"] {
        assert!(found.iter().any(|found| found.contains(part)), "{part}: {found:#?}");
    }
}
