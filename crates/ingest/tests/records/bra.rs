//! The text files of Brå's database: one label under several parents, preliminary years, figures that cannot be.
//!
//! What a right reader finds was written by the script that made the sample, `data/synthetic_bra.py`.

use std::collections::BTreeMap;

use lagesbild_model::{DateBasis, Rule, Severity, Status};

use crate::mutations::tried;
use crate::records::log_changes::{Expected, hold, latin1, says};
use crate::records::support::{read, read_sample, source};
use crate::support::{bytes, expected};

const COUNTS: &str = "bra-anmalda-brott";
const RATES: &str = "bra-anmalda-brott-per-invanare";

#[test]
fn every_figure_of_the_database_file_is_right() {
    let (counts, rates) = (read_sample(COUNTS), read_sample(RATES));
    let truth = expected("bra-anmalda-brott/expected.csv");
    assert_eq!((counts.counts.len(), rates.published.len(), truth.len()), (702, 702, 702));
    // 351 rows of parents and the heading are no data: `grep -c` of the three parents in the sample.
    for (reading, name) in [(&counts, COUNTS), (&rates, RATES)] {
        let [books] = reading.accounting.as_slice() else { panic!("{name}") };
        assert_eq!((books.rows, books.accepted, books.quarantined, books.not_data), (1054, 702, 0, 352), "{name}");
        let told: Vec<_> = reading.diagnostics.iter().filter(|f| f.severity != Severity::Note).collect();
        assert!(told.is_empty(), "{name}: {told:#?}");
    }
    let by_line: BTreeMap<u32, _> = counts.counts.iter().map(|count| (count.cell.unwrap().row + 1, count)).collect();
    let published: BTreeMap<u32, _> = rates.published.iter().map(|rate| (rate.cell.unwrap().row + 1, rate)).collect();
    let mut of_status: BTreeMap<String, usize> = BTreeMap::new();
    for row in &truth {
        let [line, area, category, period, status, value, rate] = row.as_slice() else { panic!("{row:?}") };
        let line: u32 = line.parse().unwrap();
        let count = by_line[&line];
        let found = (count.area.as_str(), count.category.as_str(), count.period.to_string());
        assert_eq!(found, (area.as_str(), category.as_str(), period.clone()), "line {line}");
        assert_eq!((count.status.code(), count.value), (status.as_str(), value.parse().ok()), "line {line}");
        assert_eq!(count.date_basis, DateBasis::Registration);
        let figure = published[&line];
        let found = (figure.area.as_str(), figure.question.as_str(), figure.period.to_string());
        assert_eq!(found, (area.as_str(), category.as_str(), period.clone()), "line {line}");
        assert_eq!((figure.status.code(), figure.value), (status.as_str(), rate.parse().ok()), "line {line}");
        *of_status.entry(status.clone()).or_default() += 1;
    }
    // Of 18 series: 2 x 13 months and sums that are final, 10 preliminary ones, 3 to come. One series of the municipality
    // has no months.
    let told = |status: &str| of_status.get(status).copied();
    assert_eq!((told("final"), told("preliminary")), (Some(17 * 26 + 2), Some(17 * 10)));
    assert_eq!(told("not-applicable"), Some(17 * 3 + 37));
}

/// Two offences are called the same and are two categories; whole years are the sums of their months.
#[test]
fn one_label_under_two_parents_is_two_offences() {
    let reading = read_sample(COUNTS);
    let value = |category: &str, period: &str| {
        let of = |count: &&lagesbild_model::table::Count| {
            count.area.as_str() == "sverige"
                && count.category.as_str() == category
                && count.period.to_string() == period
        };
        reading.counts.iter().find(of).and_then(|count| count.value)
    };
    // `grep -n 'I butik.*;2021;Jan' Databasfil.txt`
    assert_eq!(value("bra-stold-i-butik", "2021-01"), Some(800));
    assert_ne!(value("bra-stold-i-butik", "2021-01"), value("bra-inbrott-i-butik", "2021-01"));
    for category in ["bra-stold-i-butik", "bra-inbrott-i-butik", "bra-kortbedrageri"] {
        let months: Option<i64> = (1..=12).map(|month| value(category, &format!("2022-{month:02}"))).sum();
        assert_eq!(months, value(category, "2022"), "{category}");
    }
}

/// The rows of the sample, without what stands behind the last `;` of each.
fn rows() -> Vec<Vec<String>> {
    let text: String = bytes("data/sample/bra/Databasfil.txt").iter().map(|byte| char::from(*byte)).collect();
    text.lines().map(|line| line.split(';').take(6).map(str::to_owned).collect()).collect()
}

fn written(rows: &[Vec<String>]) -> Vec<u8> {
    let line = |(at, row): (usize, &Vec<String>)| row.join(";") + if at == 0 { "\r\n" } else { ";\r\n" };
    latin1(&rows.iter().enumerate().map(line).collect::<String>())
}

#[test]
fn changed_database_files() {
    let change = |change: &dyn Fn(&mut Vec<Vec<String>>)| {
        let mut rows = rows();
        change(&mut rows);
        written(&rows)
    };
    let text = |from: &str, to: &str| {
        let text: String = written(&rows()).iter().map(|byte| char::from(*byte)).collect();
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    };
    let heading = |to: &str| change(&|rows| rows[0][4] = to.into());
    for (name, own, other) in [(COUNTS, 4, "Antal"), (RATES, 5, "/100 000 inv")] {
        let unknown = if name == COUNTS { Rule::UnknownCategory } else { Rule::UnknownText };
        let changes: Vec<(&str, Vec<u8>, Expected)> = vec![
            ("columns in another order", change(&|rows| rows.iter_mut().for_each(|row| row.reverse())), Expected::Same),
            (
                "title rows",
                change(&|rows| {
                    rows.insert(0, vec!["Anmälda brott".into()]);
                    rows.insert(1, vec!["Hämtat ur databasen".into()]);
                }),
                Expected::Same,
            ),
            (
                "headings in capitals",
                change(&|rows| rows[0].iter_mut().for_each(|heading| *heading = heading.to_uppercase())),
                Expected::Same,
            ),
            (
                "a new column",
                change(&|rows| {
                    for (at, row) in rows.iter_mut().enumerate() {
                        row.insert(2, if at == 0 { "Kön".into() } else { "Samtliga".into() });
                    }
                }),
                Expected::SameTold(Rule::ProfileDifference),
            ),
            (
                "a renamed heading",
                change(&|rows| rows[0][own] = "Anmälda brott".into()),
                Expected::Told(Rule::ProfileDifference),
            ),
            (
                "a heading that stands twice",
                change(&|rows| {
                    for (at, row) in rows.iter_mut().enumerate() {
                        row.push(if at == 0 { other.to_owned() } else { "7".into() });
                    }
                }),
                Expected::Told(Rule::ProfileDifference),
            ),
            (
                "the rows of a parent lost",
                change(&|rows| rows.retain(|row| row[1] != "Inbrottsstöld")),
                Expected::Told(unknown),
            ),
            (
                "rows by their label",
                change(&|rows| rows[1..].sort_by(|a, b| (&a[0], &a[1]).cmp(&(&b[0], &b[1])))),
                Expected::Told(unknown),
            ),
            ("a parent with a figure", change(&|rows| rows[1][own] = "5".into()), Expected::Told(unknown)),
            ("an offence that nobody declared", latin1(&text("Av cykel", "Av elcykel")), Expected::Told(unknown)),
            (
                "another mark of preliminary years",
                latin1(&text("2023 prel.", "2023p")),
                Expected::Told(Rule::WrongPeriod),
            ),
            ("quarters", latin1(&text(";Jan;", ";Kvartal 1;")), Expected::Told(Rule::WrongPeriod)),
            ("another marker", latin1(&text("..", ".")), Expected::Told(Rule::NotANumber)),
            ("utf-8", text("Antal", "Antal").into_bytes(), Expected::Told(Rule::Malformed)),
            ("tabs", latin1(&text(";", "\t")), Expected::Told(Rule::ProfileDifference)),
        ];
        for (what, file, expected) in &changes {
            hold(name, what, file, *expected);
        }
        // A year more is read beside the others.
        let more = change(&|rows| {
            let newest: Vec<Vec<String>> = rows.iter().filter(|row| row[2] == "2023 prel.").cloned().collect();
            rows.extend(newest.into_iter().map(|mut row| {
                row[2] = "2024 prel.".into();
                row
            }));
        });
        let whole = says(&read_sample(name));
        let found = says(&read(&source(name), &more));
        assert!(found.is_superset(&whole), "{name}: a year more");
        assert_eq!(found.len() - whole.len(), 17 * 10, "{name}: a year more");
        tried(name, changes.len() + 1);
    }
    let reading = read(&source(COUNTS), &heading("Antal anmälda"));
    let told = reading.diagnostics.iter().find(|finding| finding.rule == Rule::ProfileDifference).unwrap();
    assert_eq!(told.found, "column `Antal` is now `Antal anmälda`");
    assert!(reading.counts.iter().all(|count| count.status == Status::Missing));
}
