//! The samples against their truth.

use std::collections::BTreeMap;

use lagesbild_ingest::{Reading, Source, missing_file, read_counts};
use lagesbild_model::{DateBasis, Rule, Severity, Status};

use crate::support::*;

/// The codes of the ten categories by their label.
fn category_code(label: &str) -> String {
    let lists = lists();
    let code = lists.categories.iter().find(|entry| entry.label == label).map(|entry| entry.code.to_string());
    code.unwrap_or_else(|| panic!("no category {label}"))
}

#[test]
fn the_crosstab_is_the_report_s_two_tables() {
    let reading = read_sample("status-ytd", &KUNGSHOLMEN);
    let mut figures = 0;
    for row in expected("status-ytd/expected.csv") {
        let [sheet, area, category, year, value, cell] = row.as_slice() else { panic!("{row:?}") };
        let (code, period) = (category_code(category), format!("{year}-W01--W41"));
        let found = count(&reading, area, &code, &period);
        if category == "Total" {
            assert_eq!(found, None, "the total is no data");
            continue;
        }
        let found = found.unwrap_or_else(|| panic!("no {area} {category} {year}"));
        assert_eq!(found.value, value.parse().ok(), "{area} {category} {year}");
        assert_eq!(found.sheet.as_deref(), Some(sheet.as_str()));
        assert_eq!(found.cell.map(|cell| cell.to_string()).as_deref(), Some(cell.as_str()));
        assert_eq!(found.status, if year == "2023" { Status::Preliminary } else { Status::Final });
        assert_eq!(found.extracted_at.map(|day| day.to_string()).as_deref(), Some("2023-10-18"));
        assert_eq!((found.exposure_days, found.date_basis), (287, DateBasis::OffenceStart));
        figures += 1;
    }
    assert_eq!((figures, reading.counts.len()), (40, 40));
    assert_eq!(problems(&reading), [""; 0]);
    let cells = |rule| of(&reading, rule).iter().map(|f| f.place.to_string()).collect::<Vec<_>>();
    let file = "status/status_kungsholmen_tom_v41_2023.xlsx";
    assert_eq!(
        cells(Rule::NumberAsText),
        ["Fridhemsplan › D5", "Kungsholmen › C13", "Kungsholmen › D14"].map(|cell| format!("{file} › {cell}"))
    );
    assert_eq!(cells(Rule::FoldedName), [format!("{file} › Kungsholmen")]);
    let books: Vec<_> = reading
        .accounting
        .iter()
        .map(|b| {
            (
                b.sheet.as_deref().unwrap_or(""),
                b.rows,
                b.accepted,
                b.quarantined,
                b.not_data,
                b.figures,
                b.totals_checked,
            )
        })
        .collect();
    assert_eq!(
        books,
        [("Fridhemsplan", 19, 10, 0, 9, 20, 1), ("Kungsholmen", 19, 10, 0, 9, 20, 1), ("Urval", 6, 0, 0, 6, 0, 0)]
    );
    assert_books(&reading);
}

#[test]
fn the_twins_say_the_same() {
    let source = source("status-ytd", &KUNGSHOLMEN);
    let read = |extension: &str| {
        let sample = format!("data/sample/status/status_kungsholmen_tom_v41_2023.{extension}");
        let mut reading = read_counts(&source, "twin", &bytes(&sample), &lists());
        for count in &mut reading.counts {
            count.file_sha256 = lagesbild_model::Digest::of(b"");
        }
        for books in &mut reading.accounting {
            books.file_sha256 = lagesbild_model::Digest::of(b"");
        }
        reading
    };
    let xlsx = read("xlsx");
    for extension in ["xls", "ods"] {
        let twin = read(extension);
        assert_eq!(twin.counts, xlsx.counts, "{extension}");
        assert_eq!(twin.accounting, xlsx.accounting, "{extension}");
        assert_eq!(twin.diagnostics, xlsx.diagnostics, "{extension}");
    }
}

/// The sums of weeks 1 to 41 by area, category and year; none where one of the weeks is not a number.
fn sums_to_week_41(reading: &Reading) -> BTreeMap<(String, String, i64), Option<i64>> {
    let mut sums = BTreeMap::new();
    for count in &reading.counts {
        let week: i64 = count.period.to_string()[6..].parse().unwrap();
        if week <= 41 {
            let key = (count.area.to_string(), count.category.to_string(), count.period_year);
            let sum = sums.entry(key).or_insert(Some(0));
            *sum = sum.zip(count.value).map(|(sum, value)| sum + value);
        }
    }
    sums
}

#[test]
fn the_weekly_file_adds_up_to_its_truth() {
    let reading = read_sample("status-weekly", &KUNGSHOLMEN);
    let sums = sums_to_week_41(&reading);
    let mut totals: BTreeMap<(String, i64), i64> = BTreeMap::new();
    for ((area, _, year), sum) in &sums {
        *totals.entry((area.clone(), *year)).or_default() += sum.unwrap_or(0);
    }
    let mut checked = 0;
    for row in expected("status-weekly/expected-weeks-1-41.csv") {
        let [area, category, year, value] = row.as_slice() else { panic!("{row:?}") };
        let (year, value): (i64, i64) = (year.parse().unwrap(), value.parse().unwrap());
        if category == "Total" {
            assert_eq!(totals.get(&(area.clone(), year)), Some(&value), "{area} {year}");
        } else {
            let key = (area.clone(), category_code(category), year);
            assert_eq!(sums.get(&key), Some(&Some(value)), "{area} {category} {year}");
        }
        checked += 1;
    }
    assert_eq!(checked, 550);
    // Every row of the file, the quarantined ones with it, is what the truth says all rows hold.
    let mut all: BTreeMap<String, i64> = BTreeMap::new();
    for count in &reading.counts {
        *all.entry(count.area.to_string()).or_default() += count.value.unwrap_or(0);
    }
    for row in expected("status-weekly/expected-quarantined.csv") {
        *all.entry(row[3].clone()).or_default() += row[5].parse::<i64>().unwrap();
    }
    let expected_all: BTreeMap<String, i64> = expected("status-weekly/expected-all-rows.csv")
        .iter()
        .map(|row| (row[0].clone(), row[1].parse().unwrap()))
        .collect();
    assert_eq!(all, expected_all);
}

#[test]
fn the_weekly_file_agrees_with_the_crosstab() {
    for parameters in [KUNGSHOLMEN, SODERMALM] {
        let (crosstab, weekly) = (read_sample("status-ytd", &parameters), read_sample("status-weekly", &parameters));
        assert_eq!(crosstab.counts.len(), 40);
        for figure in &crosstab.counts {
            let weeks = weekly.counts.iter().filter(|week| {
                week.area == figure.area
                    && week.category == figure.category
                    && week.period_year == figure.period_year
                    && week.period_end <= figure.period_end
            });
            let sum: Option<i64> = weeks.map(|week| week.value).sum();
            assert_eq!(sum, figure.value, "{} {} {}", figure.area, figure.category, figure.period);
        }
    }
}

#[test]
fn exactly_the_planted_rows_are_quarantined() {
    let reading = read_sample("status-weekly", &KUNGSHOLMEN);
    let found: Vec<(String, String)> = reading
        .diagnostics
        .iter()
        .filter(|finding| finding.severity != Severity::Note)
        .map(|finding| {
            assert_eq!((finding.rule, finding.severity), (Rule::WrongPeriod, Severity::Warning));
            (finding.place.cell.map(|cell| cell.line().to_string()).unwrap_or_default(), finding.found.clone())
        })
        .collect();
    let planted: Vec<(String, String)> = expected("status-weekly/expected-quarantined.csv")
        .iter()
        .map(|row| (row[0].clone(), format!("{}-W{}", row[1], row[2])))
        .collect();
    assert_eq!(found, planted);
    let [books] = reading.accounting.as_slice() else { panic!("one file, one book") };
    // 24 420 lines: the heading, 24 416 rows, one line of delimiters and two notes.
    assert_eq!((books.rows, books.accepted, books.quarantined, books.not_data), (24_420, 24_411, 5, 4));
    assert_eq!(reading.diagnostics.len(), 9, "and four notes, one for each name that was read as a variant");
    assert_books(&reading);
}

#[test]
fn every_week_of_every_area_has_every_category() {
    let reading = read_sample("status-weekly", &KUNGSHOLMEN);
    // 15 areas, 10 categories, 52 + 53 + 52 + 52 + 41 weeks.
    assert_eq!(reading.counts.len(), 15 * 10 * 250);
    let weeks = |area: &str, status: Status| {
        reading.counts.iter().filter(|count| count.area.as_str() == area && count.status == status).count() / 10
    };
    assert_eq!(weeks("kungsholmen-sdo", Status::Preliminary), 250);
    // Norrmalm and Östermalm to week 26 of 2023, Norra innerstaden from week 27.
    assert_eq!((weeks("norrmalm-sdo", Status::Preliminary), weeks("norrmalm-sdo", Status::NotApplicable)), (235, 15));
    assert_eq!((weeks("ostermalm-sdo", Status::Preliminary), weeks("ostermalm-sdo", Status::NotApplicable)), (235, 15));
    let merged = "norra-innerstaden-sdo";
    assert_eq!((weeks(merged, Status::Preliminary), weeks(merged, Status::NotApplicable)), (15, 235));
    assert_eq!(status(&reading, merged, "valdsbrott", "2023-W26"), Some(Status::NotApplicable));
    assert!(value(&reading, merged, "valdsbrott", "2023-W27").is_some());
    assert!(reading.counts.iter().all(|count| count.status != Status::Missing));
}

#[test]
fn zeros_told_by_absence_are_written_out() {
    let reading = read_sample("status-weekly", &KUNGSHOLMEN);
    let zeros: Vec<String> =
        expected("status-weekly/expected-zero-weeks.csv").iter().map(|row| row[3].clone()).collect();
    let mut found = Vec::new();
    for week in 1..=52 {
        let figure = count(&reading, "stora-essingen", "tillgrepp-i-butik", &format!("2022-W{week:02}")).unwrap();
        if figure.value == Some(0) {
            assert_eq!(figure.cell, None, "a zero has no cell of its own");
            found.push(week.to_string());
        } else {
            assert!(figure.cell.is_some());
        }
    }
    assert_eq!(found, zeros);
}

#[test]
fn the_synthetic_pair_reads_without_a_problem() {
    for name in ["status-ytd", "status-weekly"] {
        let reading = read_sample(name, &SODERMALM);
        assert_eq!(problems(&reading), [""; 0], "{name}");
        assert!(reading.accounting.iter().all(|books| books.quarantined == 0));
        assert!(reading.counts.iter().all(|count| count.value.is_some()));
        assert_books(&reading);
    }
    // The sums that data/README.md gives.
    let reading = read_sample("status-ytd", &SODERMALM);
    assert_eq!(value(&reading, "sodermalm-sdo", "skadegorelsebrott", "2025-W01--W30"), Some(895));
    assert_eq!(value(&reading, "sodermalm-sdo", "skadegorelsebrott", "2024-W01--W30"), Some(1124));
    assert_eq!(value(&reading, "medborgarplatsen", "valdsbrott", "2025-W01--W30"), Some(39));
}

#[test]
fn definitions_have_no_problems() {
    let lists = lists();
    for parameters in [KUNGSHOLMEN, SODERMALM] {
        for name in ["status-ytd", "status-weekly"] {
            assert_eq!(source(name, &parameters).check("x.toml", &lists), []);
        }
    }
    assert_eq!(source("status-ytd", &KUNGSHOLMEN).file, "status/status_kungsholmen_tom_v41_2023.xlsx");
    assert_eq!(source("status-weekly", &KUNGSHOLMEN).file, "status/status_vecka_lpo_norrmalm_2019-2023.csv");
}

#[test]
fn a_wrong_definition_is_told_in_full() {
    let mut wrong = source("status-weekly", &KUNGSHOLMEN);
    wrong.file = "../utanför.csv".into();
    wrong.total = "valdsbrott".parse().unwrap();
    wrong.required = vec!["finns-inte".parse().unwrap()];
    wrong.says.period = Some("t.o.m. vecka".into());
    let found = wrong.check("x.toml", &lists());
    let expected = ["`file = ", "area `finns-inte`", "`total = \"valdsbrott\"`", "`period = "];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (finding, expected) in found.iter().zip(expected) {
        assert!(finding.found.starts_with(expected), "{finding}");
        assert_eq!(finding.rule, Rule::Definition);
    }
    let text = definition("status-ytd", &KUNGSHOLMEN);
    let unknown = toml::from_str::<lagesbild_ingest::CountSource>(&text.replace("anchor =", "ankare ="));
    assert!(unknown.unwrap_err().to_string().contains("unknown field `ankare`"));
    let week = text.replace("week = 41", "week = 53");
    assert_eq!(toml::from_str::<lagesbild_ingest::CountSource>(&week).unwrap().check("x.toml", &lists()).len(), 1);
}

#[test]
fn a_missing_file_is_told_with_its_neighbours() {
    let source = source("status-ytd", &[KUNGSHOLMEN.as_slice(), &[]].concat());
    let mut other = source.clone();
    other.file = "status/status_kungsholmen_tom_v41_2024.xlsx".into();
    let error = std::fs::read(path("data/sample").join(&other.file)).unwrap_err();
    let other = Source::Counts(other);
    let finding = missing_file(&other, &path("data/sample"), &error);
    assert_eq!((finding.rule, finding.severity), (Rule::MissingFile, Severity::Error));
    assert!(finding.hint.starts_with("nearest in the folder: `status_kungsholmen_tom_v41_2023."), "{finding}");
    let nowhere = missing_file(&other, &path("data/nowhere"), &error);
    assert!(nowhere.hint.contains("folder is not there"), "{nowhere}");
}
