//! The samples of surveys against the truth that was written with them (shared/samples/truth).

use std::collections::BTreeMap;

use lagesbild_model::table::{Answers, ResponseColumn, VariableRole};
use lagesbild_model::{Severity, Status};

use crate::support::{assert_books, expected};
use crate::survey::{column, read_as, real, sample, statuses, survey, whole};

fn counts(values: &[Option<i64>]) -> BTreeMap<i64, usize> {
    let mut counts = BTreeMap::new();
    for value in values.iter().flatten() {
        *counts.entry(*value).or_insert(0) += 1;
    }
    counts
}

/// Respondents with a code, by the codebook.
fn respondents(reading: &lagesbild_ingest::Reading, name: &str, code: &str) -> (Status, i64) {
    let found: Vec<_> = reading
        .variables
        .iter()
        .filter(|row| row.name == name && row.code.as_deref() == Some(code))
        .map(|row| (row.status, row.respondents))
        .collect();
    assert_eq!(found.len(), 1, "{name} {code}");
    found[0]
}

struct Truth {
    source: &'static str,
    rows: usize,
    weights: f64,
    answers: [(i64, usize); 6],
    no_answer: [(&'static str, i64); 2],
    asked_and_answered: (i64, usize),
}

const TRYGGHETSMATNINGEN: [Truth; 3] = [
    Truth {
        source: "trygghetsmatning-2020",
        rows: 15_721,
        weights: 772_198.023,
        answers: [(1, 450), (2, 1092), (3, 1542), (4, 2395), (5, 4265), (6, 5444)],
        no_answer: [("8", 313), ("9", 220)],
        asked_and_answered: (2160, 1180),
    },
    Truth {
        source: "trygghetsmatning-2023",
        rows: 14_781,
        weights: 772_198.005,
        answers: [(1, 340), (2, 908), (3, 1317), (4, 2146), (5, 3985), (6, 5580)],
        no_answer: [("8", 305), ("9", 200)],
        asked_and_answered: (2184, 1092),
    },
    Truth {
        source: "trygghetsmatning-2023-csv",
        rows: 14_781,
        weights: 772_198.005,
        answers: [(1, 340), (2, 908), (3, 1317), (4, 2146), (5, 3985), (6, 5580)],
        no_answer: [("8", 305), ("9", 200)],
        asked_and_answered: (2184, 1092),
    },
];

/// Facts of truth/trygghetsmatning.json: rows, weights, answers to the question on worry, strata, Kungsholmen.
#[test]
fn trygghetsmatningen_holds_its_truth() {
    for truth in TRYGGHETSMATNINGEN {
        let source = survey(truth.source);
        let reading = read_as(&source, &sample(&source));
        assert_books(&reading);
        assert!(reading.diagnostics.is_empty(), "{:#?}", reading.diagnostics);
        let books = &reading.accounting[0];
        assert_eq!((books.accepted, books.quarantined), (truth.rows as i64, 0));
        let weights: f64 = real(&reading, "vikt").iter().flatten().sum();
        assert!((weights - truth.weights).abs() < 0.0005, "{weights}");
        assert_eq!(counts(whole(&reading, "f2_oro")), BTreeMap::from(truth.answers));
        for (code, number) in truth.no_answer {
            assert_eq!(respondents(&reading, "f2_oro", code), (Status::Missing, number));
        }
        let answered: usize = truth.answers.iter().map(|(_, number)| number).sum();
        let missing = truth.no_answer.iter().map(|(_, number)| *number as usize).sum();
        let of = |status| statuses(&reading, "f2_oro").iter().filter(|other| **other == status).count();
        assert_eq!((of(Status::Final), of(Status::Missing)), (answered, missing));
        assert_eq!(counts(whole(&reading, "stratum")).len(), 107);
        // Kungsholmens stadsdelsområde: asked and answered, from the strata inside it.
        let inside = reading
            .variables
            .iter()
            .find(|row| row.name == "sdo" && row.area.as_ref().is_some_and(|area| area.as_str() == "kungsholmen-sdo"));
        let code: i64 = inside.and_then(|row| row.code.as_ref()).unwrap().parse().unwrap();
        let (mut asked, mut here) = (BTreeMap::new(), 0);
        let strata = whole(&reading, "stratum").iter().zip(whole(&reading, "n_brutto"));
        for (sdo, (stratum, brutto)) in whole(&reading, "sdo").iter().zip(strata) {
            if *sdo == Some(code) {
                here += 1;
                asked.insert(stratum.unwrap(), brutto.unwrap());
            }
        }
        assert_eq!((asked.values().sum::<i64>(), here), truth.asked_and_answered);
        // 96 is "not asked": another fact than no answer.
        let (status, number) = respondents(&reading, "f7_avst_kvall", "96");
        assert_eq!(status, Status::NotApplicable);
        let not_asked = statuses(&reading, "f7_avst_kvall").iter().filter(|other| **other == Status::NotApplicable);
        assert_eq!(not_asked.count() as i64, number);
    }
}

/// Every estimate of truth/survey_estimates.json: R 4.2.2, survey 4.1.1, `svymean` of a 0/1 variable over valid answers; its
/// six decimals of a per cent, the number of answers, and the sum of their weights.
#[test]
fn shares_are_those_of_r() {
    let estimates = expected("surveys/estimates.csv");
    assert_eq!(estimates.len(), 64);
    let names = ["trygghetsmatning-2020", "trygghetsmatning-2023", "stockholmsenkaten-2020", "stockholmsenkaten-2022"];
    for name in names {
        let source = survey(name);
        let reading = read_as(&source, &sample(&source));
        let rows = reading.responses.as_ref().unwrap().rows.len();
        let weights: Vec<f64> = match name.starts_with("trygg") {
            true => real(&reading, "vikt").iter().map(|weight| weight.unwrap()).collect(),
            false => vec![1.0; rows],
        };
        let code = |variable: &str, label: &str| -> i64 {
            let row = reading.variables.iter().find(|row| row.name == variable && row.code_label == label);
            row.and_then(|row| row.code.as_ref()).unwrap_or_else(|| panic!("{variable} {label}")).parse().unwrap()
        };
        let group = |label: &str| -> Option<(&str, i64)> {
            Some(match label {
                "alla" => return None,
                "kvinnor" => ("kon", code("kon", "Kvinna")),
                "66-79 år" => ("aldgrp", code("aldgrp", "66-79 år")),
                "utan gymnasieutbildning" => ("utb", code("utb", "Utan gymnasieutbildning")),
                "funktionsnedsättning" => ("funkned", code("funkned", "Ja")),
                "årskurs 9" => ("arskurs", 9),
                "årskurs 2" => ("arskurs", 2),
                other => panic!("{other}"),
            })
        };
        // Pupils from another municipality are no part of the city.
        let city = || -> Vec<i64> {
            let rows = reading.variables.iter().filter(|row| row.name == "sdo_bostad" && row.area.is_some());
            rows.map(|row| row.code.as_ref().unwrap().parse().unwrap()).collect()
        };
        let area = |label: &str| -> Option<(&str, Vec<i64>)> {
            match (label, name.starts_with("trygg")) {
                ("Hela staden", true) => None,
                ("Hela staden", false) => Some(("sdo_bostad", city())),
                ("Kungsholmen", true) => Some(("sdo", vec![code("sdo", label)])),
                ("Kungsholmen", false) => Some(("sdo_bostad", vec![code("sdo_bostad", label)])),
                (label, _) => Some(("omrade", vec![code("omrade", label)])),
            }
        };
        for estimate in estimates.iter().filter(|estimate| estimate[0] == name) {
            let [_, variable, codes, base, place, people, n, weighted, percent] = estimate.as_slice() else { panic!() };
            let codes: Vec<i64> = codes.split('|').map(|code| code.parse().unwrap()).collect();
            let people = group(people).map(|(variable, code)| (variable, vec![code]));
            let within = Vec::from_iter(area(place).into_iter().chain(people));
            let worried = *base == "de som känner oro (f2_oro 1-5)";
            assert!(worried || *base == "giltiga svar");
            let (mut answers, mut all, mut with) = (0, 0.0, 0.0);
            for (row, answer) in whole(&reading, variable).iter().enumerate() {
                let here = within
                    .iter()
                    .all(|(variable, codes)| whole(&reading, variable)[row].is_some_and(|code| codes.contains(&code)));
                let asked = !worried || whole(&reading, "f2_oro")[row].is_some_and(|answer| answer <= 5);
                if let (Some(answer), true, true) = (answer, here, asked) {
                    answers += 1;
                    all += weights[row];
                    with += if codes.contains(answer) { weights[row] } else { 0.0 };
                }
            }
            assert_eq!(answers.to_string(), *n, "{estimate:?}");
            let close = |found: f64, text: &str, within: f64| (found - text.parse::<f64>().unwrap()).abs() < within;
            assert!(close(all, weighted, 0.000_06), "{estimate:?}: {all}");
            assert!(close(100.0 * with / all, percent, 0.000_000_6), "{estimate:?}: {}", 100.0 * with / all);
        }
    }
}

/// The same respondents in two types of file: the same columns, value for value and status for status.
#[test]
fn text_file_and_spss_file_give_the_same_columns() {
    let (sav, csv) = (survey("trygghetsmatning-2023"), survey("trygghetsmatning-2023-csv"));
    let (left, right) = (read_as(&sav, &sample(&sav)), read_as(&csv, &sample(&csv)));
    let columns = |reading: &lagesbild_ingest::Reading| reading.responses.as_ref().unwrap().columns.clone();
    let (left_columns, right_columns) = (columns(&left), columns(&right));
    assert_eq!(left_columns.len(), 49);
    for (left, right) in left_columns.iter().zip(&right_columns) {
        assert!(left == right, "{}", left.name);
    }
    // Rows of the SPSS file are respondents, those of the text file lines below the names.
    let rows = |reading: &lagesbild_ingest::Reading| reading.responses.as_ref().unwrap().rows.clone();
    assert!(rows(&left).iter().zip(rows(&right)).all(|(left, right)| left + 1 == right));
    let book = |reading: &lagesbild_ingest::Reading| -> Vec<_> {
        let one = |row: &lagesbild_model::table::Variable| {
            (
                row.name.clone(),
                row.label.clone(),
                row.code.clone(),
                row.code_label.clone(),
                row.status,
                row.area.clone(),
                row.respondents,
            )
        };
        reading.variables.iter().map(one).collect()
    };
    for (left, right) in book(&left).iter().zip(book(&right)) {
        assert_eq!(*left, right);
    }
    assert_eq!(left.variables.len(), right.variables.len());
}

/// Facts of truth/stockholmsenkaten.json.
#[test]
fn stockholmsenkaten_holds_its_truth() {
    for (year, rows, schools, classes, grades) in
        [(2020, 11_269, 126, 618, [(2, 5368), (9, 5901)]), (2022, 10_635, 117, 583, [(2, 5407), (9, 5228)])]
    {
        let source = survey(&format!("stockholmsenkaten-{year}"));
        let reading = read_as(&source, &sample(&source));
        assert_books(&reading);
        assert!(reading.diagnostics.is_empty(), "{:#?}", reading.diagnostics);
        assert_eq!(reading.accounting[0].accepted, rows);
        assert_eq!(counts(whole(&reading, "skola")).len(), schools);
        assert_eq!(counts(whole(&reading, "klass")).len(), classes);
        assert_eq!(counts(whole(&reading, "arskurs")), BTreeMap::from(grades));
        // Another municipality is an answer, and no area of the code list.
        let outside =
            reading.variables.iter().find(|row| row.name == "sdo_bostad" && row.code.as_deref() == Some("88"));
        assert_eq!(outside.map(|row| (row.status, row.area.clone())), Some((Status::Final, None)));
    }
}

/// What the contract promises, for every column of every sample.
#[test]
fn values_and_statuses_go_together() {
    for name in [
        "trygghetsmatning-2020",
        "trygghetsmatning-2023",
        "trygghetsmatning-2023-csv",
        "stockholmsenkaten-2020",
        "stockholmsenkaten-2022",
    ] {
        let source = survey(name);
        let reading = read_as(&source, &sample(&source));
        assert!(!reading.diagnostics.iter().any(|finding| finding.severity == Severity::Error));
        let responses = reading.responses.as_ref().unwrap();
        assert!(responses.rows.is_sorted());
        for (declared, column) in source.variables.iter().zip(&responses.columns) {
            assert_eq!(declared.id, column.name);
            assert_eq!(column.statuses.is_none(), declared.role.is_required(), "{}", column.name);
            check(column, responses.rows.len());
        }
        assert!(matches!(column(&reading, "lopnr").answers, Answers::Whole(_)));
        let roles = |role| reading.variables.iter().filter(|row| row.role == role).count();
        assert_eq!(roles(VariableRole::Id), 1);
    }
}

fn check(column: &ResponseColumn, rows: usize) {
    assert_eq!(column.answers.len(), rows);
    let known: Vec<bool> = match &column.answers {
        Answers::Whole(values) => values.iter().map(Option::is_some).collect(),
        Answers::Real(values) => values.iter().map(Option::is_some).collect(),
        Answers::Text(values) => values.iter().map(Option::is_some).collect(),
    };
    match &column.statuses {
        None => assert!(known.iter().all(|known| *known), "{}", column.name),
        Some(statuses) => {
            assert_eq!(statuses.len(), rows);
            for (known, status) in known.iter().zip(statuses) {
                assert_eq!(*known, status.has_value(), "{}", column.name);
            }
        }
    }
}
