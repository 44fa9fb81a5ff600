//! Logs, promises, population and samples of surveys against their truth (`other.json` of the samples).

use std::collections::BTreeMap;

use lagesbild_ingest::Reading;
use lagesbild_model::table::Case;
use lagesbild_model::{Rule, Severity, Status};

use crate::records::support::{read, read_sample, source};
use crate::support::{bytes, expected, lists, of, only};

const SOURCES: [&str; 9] = [
    "tycktill",
    "medborgardialog",
    "est",
    "medborgarloften",
    "medborgarloften-logg",
    "befolkning-stadsdel",
    "trygghetsmatning-urval-2020",
    "trygghetsmatning-urval-2023",
    "stockholmsenkaten-skolor",
];

fn tally<'r>(reading: &'r Reading, by: impl Fn(&'r Case) -> &'r str) -> BTreeMap<&'r str, i64> {
    let mut tally = BTreeMap::new();
    for case in &reading.cases {
        *tally.entry(by(case)).or_default() += 1;
    }
    tally
}

fn errors(reading: &Reading) -> Vec<String> {
    reading.diagnostics.iter().filter(|f| f.severity == Severity::Error).map(ToString::to_string).collect()
}

#[test]
fn definitions_are_right() {
    for name in SOURCES {
        let findings = source(name).check("x.toml", &lists());
        assert!(findings.is_empty(), "{name}: {findings:#?}");
        assert_eq!(errors(&read_sample(name)), [""; 0], "{name}");
    }
}

/// `tycktill_2022-2023.csv` of the truth.
#[test]
fn reports_to_the_city() {
    let reading = read_sample("tycktill");
    assert_eq!(reading.accounting[0].rows, 9073); // the heading and 9072 rows
    assert_eq!(reading.cases.len(), 8958);
    assert_eq!(reading.quarantine.len(), 114);
    assert!(reading.quarantine.iter().all(|row| row.rule == Rule::DuplicateRow));
    let repeats: Vec<&Case> = reading.cases.iter().filter(|case| !case.repeats.is_empty()).collect();
    assert_eq!(repeats.len(), 358);
    assert!(repeats.iter().all(|case| case.id == format!("{}B", case.repeats)));
    assert_eq!(only(&reading, Rule::RepeatedCase).found, "358 cases that repeat an earlier one");
    // The truth counts the 9072 rows of the file: each is a case here, or was set aside as a duplicate of one.
    let text = String::from_utf8(bytes("data/sample/tycktill/tycktill_2022-2023.csv")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let mut categories = tally(&reading, |case| &case.category);
    for row in &reading.quarantine {
        let line = lines[usize::try_from(row.row).unwrap() - 1];
        *categories.entry(line.split(';').nth(3).unwrap()).or_default() += 1;
    }
    let truth = [
        ("Belysning", 1125),
        ("Klotter och skadegörelse", 385),
        ("Park", 1210),
        ("Renhållning", 3765),
        ("Trafik", 1783),
        ("Trygghet", 804),
    ];
    assert_eq!(categories.into_iter().collect::<Vec<_>>(), truth);
    assert_eq!(reading.cases.iter().filter(|case| case.place.contains("hörnet \"kiosken\"")).count(), 18);
    // The break holds in every row, or a warning would stand beside the note.
    let told = only(&reading, Rule::SeriesBreak);
    assert_eq!(told.severity, Severity::Note);
    assert!(told.found.ends_with("(2023-03-01)"), "{}", told.found);
}

/// `dialog_2023.csv` of the truth.
#[test]
fn notes_of_a_dialogue() {
    let reading = read_sample("medborgardialog");
    assert_eq!(reading.cases.len(), 164);
    assert_eq!(
        tally(&reading, |case| &case.category).into_iter().collect::<Vec<_>>(),
        [
            ("Belysning", 29),
            ("Bra folkliv", 26),
            ("Cyklar och elsparkcyklar", 13),
            ("Fler aktiviteter", 23),
            ("Grönska", 15),
            ("Narkotika", 20),
            ("Nedskräpning", 23),
            ("Otrygg på kvällen", 15),
        ]
    );
    assert!(reading.cases.iter().all(|case| case.date.is_some() && case.text.is_none()));
    let days: BTreeMap<&str, String> =
        reading.cases.iter().map(|case| (case.id.as_str(), case.date.unwrap().to_string())).collect();
    // Rows 1, 2 and 10 of the file, in its three shapes.
    assert_eq!((&*days["1"], &*days["2"], &*days["10"]), ("2023-09-12", "2023-09-16", "2023-09-16"));
    assert_eq!(reading.cases[0].group, "Man -15");
    let area = |id: &str| reading.cases.iter().find(|case| case.id == id).and_then(|case| case.area.clone());
    assert_eq!(area("3").unwrap().as_str(), "fridhemsplan");
}

/// `est_logg_2023.csv` of the truth.
#[test]
fn entries_of_a_log() {
    let reading = read_sample("est");
    assert_eq!(reading.cases.len(), 225);
    assert_eq!(
        tally(&reading, |case| &case.category).into_iter().collect::<Vec<_>>(),
        [
            ("Belysning", 38),
            ("Boplats", 32),
            ("Klotter", 36),
            ("Narkotika", 23),
            ("Nedskräpning", 35),
            ("Ordningsstörning", 28),
            ("Ungdomssamling", 33),
        ]
    );
    let first = reading.cases.iter().filter(|case| case.reporter == "Vaktbolag").map(|case| case.date).min();
    assert!(first.flatten() >= Some(jiff::civil::date(2023, 8, 21)));
    assert_eq!(only(&reading, Rule::SeriesBreak).severity, Severity::Note);
    let alias: Vec<&Case> = reading.cases.iter().filter(|case| case.place == "Rålis").collect();
    assert!(!alias.is_empty());
    assert!(alias.iter().all(|case| case.area.as_ref().is_some_and(|area| area.as_str() == "ralambshovsparken")));
}

/// `medborgarloften_2023.xlsx` of the truth.
#[test]
fn promises_and_what_was_done() {
    let reading = read_sample("medborgarloften");
    let told: Vec<_> = reading
        .targets
        .iter()
        .map(|row| (row.theme.as_str(), row.target_text.as_str(), row.target, row.done, row.planned))
        .collect();
    assert_eq!(
        told,
        [
            ("Ungdomar", "minst sex", Some(6), Some(7), None),
            ("Särskilt utsatta brottsoffer", "minst 6", Some(6), Some(4), None),
            ("Otrygga och brottsutsatta platser", "8", Some(8), Some(8), None),
            ("Kriminella nätverk", "4 st", Some(4), Some(3), Some(1)),
        ]
    );
    assert!(reading.targets.iter().all(|row| row.done_to == Some(jiff::civil::date(2023, 10, 15))));
    let log = read_sample("medborgarloften-logg");
    assert_eq!(log.cases.len(), 22);
    let day = |row: i64| log.cases.iter().find(|case| case.row == row).and_then(|case| case.date).unwrap();
    assert_eq!((day(2), day(6)), (jiff::civil::date(2023, 1, 20), jiff::civil::date(2023, 5, 20)));
}

/// `befolkning.px` of the truth, and all cells as another program reads them.
#[test]
fn population_by_area_age_and_sex() {
    let reading = read_sample("befolkning-stadsdel");
    assert_eq!(reading.counts.len(), 490);
    let missing: Vec<_> = reading.counts.iter().filter(|count| count.status == Status::Missing).collect();
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].cell.map(|cell| cell.line()), Some(99)); // grep -n '^"\.\."'
    let of_2023 = |area: &str| -> i64 {
        let of = reading.counts.iter().filter(|count| count.area.as_str() == area && count.period_year == 2023);
        of.filter_map(|count| count.value).sum()
    };
    for (area, sum) in [
        ("kungsholmen-stadsdel", 37_336),
        ("stadshagen", 7899),
        ("kristineberg", 8976),
        ("fredhall", 6104),
        ("marieberg", 3232),
        ("lilla-essingen", 5026),
        ("stora-essingen", 3230),
    ] {
        assert_eq!(of_2023(area), sum, "{area}");
    }
    let adults = reading.counts.iter().filter(|count| {
        let group = count.group.as_str();
        count.period_year == 2023 && !group.starts_with("0-5-") && !group.starts_with("6-15-")
    });
    assert_eq!(adults.filter_map(|count| count.value).sum::<i64>(), 59_794);
    let fixture: i64 =
        expected("befolkning-stadsdel/expected.csv").iter().filter_map(|row| row[4].parse::<i64>().ok()).sum();
    assert_eq!(reading.counts.iter().filter_map(|count| count.value).sum::<i64>(), fixture);
    assert_eq!(reading.counts[0].extracted_at, Some(jiff::civil::date(2024, 2, 15)));
}

/// 2184 asked and 1092 answers in Kungsholmen in 2023, as the report and the samples' README say.
#[test]
fn samples_of_a_survey() {
    let kungsholmen = [
        "kungsholmen-stadsdel",
        "stadshagen",
        "kristineberg",
        "fredhall",
        "marieberg",
        "lilla-essingen",
        "stora-essingen",
        "ostra-st-goran",
    ];
    for year in ["2020", "2023"] {
        let name = format!("trygghetsmatning-urval-{year}");
        let reading = read_sample(&name);
        let lines = bytes(&format!("data/sample/{}", source(&name).file)).split(|byte| *byte == b'\n').count() - 2;
        assert_eq!(reading.counts.len(), 3 * lines, "{year}");
        assert!(reading.counts.iter().all(|count| count.value.is_some()));
        if year == "2023" {
            let sum = |category: &str| -> i64 {
                let of = reading.counts.iter().filter(|count| count.category.as_str() == category);
                of.filter(|count| kungsholmen.contains(&count.area.as_str())).filter_map(|count| count.value).sum()
            };
            assert_eq!((sum("tillfragade"), sum("svar")), (2184, 1092));
        }
    }
}

/// Every school with its pupils and answers: `grep -c 'deltog ej'` and the sums of the columns.
#[test]
fn schools_of_a_survey() {
    let reading = read_sample("stockholmsenkaten-skolor");
    let text = bytes("data/sample/stockholmsenkaten/stockholmsenkaten_skolor_2020_2022.csv");
    let text: String = text.iter().map(|byte| char::from(*byte)).collect();
    let lines: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(';').collect()).collect();
    assert_eq!(reading.counts.len(), 4 * lines.len());
    for (column, category, year) in [(4, "elever", 2020), (5, "svar", 2020), (6, "elever", 2022), (7, "svar", 2022)] {
        let of = || reading.counts.iter().filter(move |c| c.category.as_str() == category && c.period_year == year);
        let sum: i64 = lines.iter().filter_map(|line| line[column].parse::<i64>().ok()).sum();
        assert_eq!(of().filter_map(|count| count.value).sum::<i64>(), sum, "{category} {year}");
        let absent = lines.iter().filter(|line| line[column] == "deltog ej").count();
        assert_eq!(of().filter(|count| count.status == Status::NotApplicable).count(), absent, "{category} {year}");
    }
    assert!(reading.counts.iter().any(|count| count.group.as_str() == "skola-501-ak-9"));
}

#[test]
fn what_contradicts_a_log_is_told() {
    let est = source("est");
    let text = String::from_utf8(bytes("data/sample/est/est_logg_2023.csv")).unwrap();
    // The first row lies in weeks 2 and 3; its reporter joins in August.
    let early = text.replacen(
        "2023-01-19;Rålambshovsparken;Klotter;Kommunpolis",
        "2023-01-19;Rålambshovsparken;Klotter;Vaktbolag",
        1,
    );
    let reading = read(&est, early.as_bytes());
    let told = of(&reading, Rule::SeriesBreak);
    assert_eq!(told.iter().filter(|finding| finding.severity == Severity::Warning).count(), 1);
    assert!(told.iter().any(|finding| finding.place.cell.is_some_and(|cell| cell.line() == 2)));
    let outside = text.replacen("2023-01-19;", "2023-02-19;", 1);
    let reading = read(&est, outside.as_bytes());
    assert_eq!(only(&reading, Rule::WrongPeriod).found, "2023-02-19 in `2023 v.2-3`");
    assert_eq!((reading.cases.len(), reading.quarantine.len()), (224, 1));
    let unknown = text.replacen("2023 v.2-3;", "vecka två;", 1);
    assert_eq!(only(&read(&est, unknown.as_bytes()), Rule::WrongPeriod).found, "`vecka två`");
}
