//! Indicators of published tables: what is told, what is not compared, and what decides a verdict.

use std::error::Error;

use lagesbild_model::table::{Caution, Contrast, ContrastKind, Published};
use lagesbild_model::{Comparability, Digest, Reason, Status, Verdict, Wording};
use lagesbild_stats::survey::published::{PublishedFault, PublishedIndicator, evaluate_published};

type Outcome = Result<(), Box<dyn Error>>;

fn indicator(more: &str) -> Result<PublishedIndicator, toml::de::Error> {
    toml::from_str(&format!(
        r#"
        kind = "published-share"
        id = "tabell"
        label = "Tabell"
        survey = "enkat"
        source = "tabellen"
        periods = ["2023", "2020"]
        areas = ["kungsholmen-sdo", "stockholm-kommun"]
        groups = [{{ id = "kvinnor", label = "Kvinnor" }}]
        bases = {{ oroliga = "de som känner oro" }}
        questions = [{{ id = "oro", label = "Oro" }}]
        compare = [
            {{ kind = "round-change", id = "change" }},
            {{ kind = "area-against-whole", id = "city", whole = "stockholm-kommun" }},
            {{ kind = "group-against-all", id = "all" }},
        ]
        adjust = {{ kind = "benjamini-hochberg", family = "table" }}
        {more}
        "#
    ))
}

fn row(area: &str, group: &str, period: &str, value: Option<f64>, n: Option<i64>) -> Result<Published, Box<dyn Error>> {
    let status = |there: bool, absent| if there { Status::Final } else { absent };
    Ok(Published {
        source: "tabellen".parse()?,
        survey: "enkat".parse()?,
        question: "oro".parse()?,
        question_text: "Oro".to_owned(),
        answer: String::new(),
        area: area.parse()?,
        group: group.parse()?,
        period: period.parse()?,
        base: "samtliga".to_owned(),
        unit: "percent".to_owned(),
        value,
        decimals: value.map(|_| 0),
        status: status(value.is_some(), Status::Suppressed),
        mark: String::new(),
        n,
        n_status: status(n.is_some(), Status::Missing),
        extracted_at: None,
        file: "tabell.xlsx".to_owned(),
        file_sha256: Digest::of_parts([&b"tabell"[..]]),
        sheet: None,
        cell: None,
        n_cell: None,
    })
}

/// The report's 7 % against 9 %: significant for a simple random sample, not at 1.5; stated 1.1 lets it stand but for the rounding.
#[test]
fn the_design_effect_then_the_rounding_decides() -> Outcome {
    let rows = [
        row("kungsholmen-sdo", "alla", "2023", Some(7.0), Some(1063))?,
        row("stockholm-kommun", "alla", "2023", Some(9.0), Some(14_276))?,
    ];
    let contrast = |more: &str| -> Result<_, Box<dyn Error>> {
        let found = evaluate_published(&indicator(more)?, &rows, &[])?;
        assert_eq!(found.faults, []);
        let figure = "tabell/city/kungsholmen-sdo/oro/alla/2023";
        found.contrasts.into_iter().find(|row| row.figure == figure).ok_or_else(|| "no contrast".into())
    };
    let assumed = contrast("")?;
    assert_eq!((assumed.verdict, assumed.reason), (Verdict::SimilarToBenchmark, Reason::DesignEffectDecides));
    assert_eq!(assumed.verdict_simple, Some(Verdict::LowerThanBenchmark));
    assert_eq!((assumed.rounding, assumed.base.as_deref()), (Some(1.0), Some("samtliga")));
    // By hand: sqrt(1.5 * 0.09 * 0.91 * (1/1063 - 1/14276)) = 0.010338; 2 percentage points are 1.9345 of them.
    assert!((assumed.p.ok_or("p")? - 0.0531).abs() < 1e-4);
    let stated = contrast("stated-design-effect = 1.1")?;
    assert_eq!((stated.verdict, stated.reason), (Verdict::SimilarToBenchmark, Reason::RoundingDecides));
    // The limits hold zero exactly when rounding or chance lets the difference vanish.
    assert!(stated.difference_lower < Some(0.0) && stated.difference_upper > Some(0.0));
    Ok(())
}

#[test]
fn what_cannot_be_compared_says_why() -> Outcome {
    let mut other_base = row("kungsholmen-sdo", "alla", "2020", Some(33.0), Some(700))?;
    other_base.base = "oroliga".to_owned();
    let rows = [
        row("kungsholmen-sdo", "alla", "2023", Some(29.0), Some(591))?,
        other_base,
        row("kungsholmen-sdo", "kvinnor", "2023", None, Some(48))?,
        row("stockholm-kommun", "alla", "2023", Some(35.0), None)?,
        row("stockholm-kommun", "kvinnor", "2023", Some(50.0), Some(12))?,
    ];
    let found = evaluate_published(&indicator("")?, &rows, &[])?;
    let reason = |figure: &str| {
        let row = found.contrasts.iter().find(|row| row.figure == figure);
        row.map(|row| (row.verdict, row.reason, row.p.is_some()))
    };
    let not = |reason| Some((Verdict::NotComparable, reason, false));
    assert_eq!(reason("tabell/change/kungsholmen-sdo/oro/alla/2023"), not(Reason::DifferentBase));
    assert_eq!(reason("tabell/city/kungsholmen-sdo/oro/alla/2023"), not(Reason::BaseUnknown));
    assert_eq!(reason("tabell/all/kungsholmen-sdo/oro/kvinnor/2023"), not(Reason::ValueSuppressed));
    assert_eq!(reason("tabell/change/stockholm-kommun/oro/alla/2023"), not(Reason::ValueMissing));
    let value = |figure: &str| found.values.iter().find(|row| row.figure == figure);
    let withheld = value("tabell/value/kungsholmen-sdo/oro/kvinnor/2023").ok_or("no value")?;
    assert_eq!((withheld.status, withheld.value, withheld.upper), (Status::Suppressed, None, None));
    let without_n = value("tabell/value/stockholm-kommun/oro/alla/2023").ok_or("no value")?;
    assert_eq!((without_n.value, without_n.lower, without_n.n), (Some(35.0), None, None));
    let worried = value("tabell/value/kungsholmen-sdo/oro/alla/2020").ok_or("no value")?;
    assert_eq!(worried.base.as_deref(), Some("de som känner oro"));
    // 12 answers are below the minimum of 30, however many the other side has.
    let mut all = row("stockholm-kommun", "alla", "2023", Some(9.0), Some(14_276))?;
    all.area = "stockholm-kommun".parse()?;
    let found = evaluate_published(&indicator("")?, &[all, rows[4].clone()], &[])?;
    let few = found.contrasts.iter().find(|row| row.figure == "tabell/all/stockholm-kommun/oro/kvinnor/2023");
    assert_eq!(few.map(|row| row.verdict), Some(Verdict::TooFew));
    Ok(())
}

#[test]
fn contradictions_of_the_source_are_told() -> Outcome {
    let of = |base: &str| -> Result<Published, Box<dyn Error>> {
        Ok(Published { base: base.to_owned(), ..row("kungsholmen-sdo", "alla", "2023", Some(7.0), Some(100))? })
    };
    let found = evaluate_published(&indicator("")?, &[of("samtliga")?, of("oroliga")?], &[])?;
    assert!(
        matches!(&found.faults[..], [PublishedFault::Repeated { figure, .. }, PublishedFault::Absent { .. }] if figure.contains("oroliga"))
    );
    assert!(found.values.iter().all(|row| row.value.is_none()), "which of the two is meant cannot be told");

    // A share above 100, and an area with more answers than the city.
    let rows = [
        row("kungsholmen-sdo", "alla", "2023", Some(7.0), Some(200))?,
        row("stockholm-kommun", "alla", "2023", Some(9.0), Some(100))?,
        row("kungsholmen-sdo", "alla", "2020", Some(107.0), Some(200))?,
    ];
    let found = evaluate_published(&indicator("")?, &rows, &[])?;
    let impossible: Vec<&str> = found
        .faults
        .iter()
        .filter_map(|fault| match fault {
            PublishedFault::Impossible { figure, .. } => Some(figure.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(
        impossible,
        [
            "tabell/value/kungsholmen-sdo/oro/alla/2020",
            "tabell/change/kungsholmen-sdo/oro/alla/2023",
            "tabell/city/kungsholmen-sdo/oro/alla/2023",
        ]
    );
    let absent = evaluate_published(&indicator("")?, &[], &[])?.faults;
    assert_eq!(absent, [PublishedFault::Absent { question: "oro".to_owned() }]);
    Ok(())
}

#[test]
fn a_definition_that_cannot_be_right_is_refused() -> Outcome {
    let wrong = |more: &str, from: &str, to: &str| -> Result<Vec<String>, Box<dyn Error>> {
        let mut indicator = indicator(more)?;
        match from {
            "periods" => indicator.periods.reverse(),
            "areas" => indicator.areas.retain(|area| area.as_str() != to),
            _ => {}
        }
        Ok(indicator.check())
    };
    assert!(wrong("stated-design-effect = 0.5", "", "")?[0].contains("at least 1"));
    assert!(wrong("", "periods", "")?[0].contains("newest first"));
    assert!(wrong("", "areas", "stockholm-kommun")?[0].contains("not among `areas`"));
    assert_eq!(wrong("", "", "")?, Vec::<String>::new());
    Ok(())
}

/// What the catalogue of wordings calls another question is not compared, and what it calls nearly the same with a caution.
#[test]
fn the_catalogue_of_wordings_decides_what_is_compared() -> Outcome {
    let wording = |grade| -> Result<Wording, Box<dyn Error>> {
        let (survey, question) = (indicator("")?.survey, indicator("")?.questions[0].id.clone());
        Ok(Wording {
            survey: survey.clone(),
            question: Some(question.clone()),
            round: Some(2023),
            other_survey: survey,
            other_question: Some(question),
            other_round: None,
            grade,
            because: "svarsskalan är en annan".to_owned(),
        })
    };
    let rows = [
        row("kungsholmen-sdo", "alla", "2023", Some(7.0), Some(1063))?,
        row("kungsholmen-sdo", "alla", "2020", Some(12.0), Some(1143))?,
    ];
    let change = |catalogue: &[Wording]| -> Result<Contrast, Box<dyn Error>> {
        let found = evaluate_published(&indicator("")?, &rows, catalogue)?;
        let of_change = |row: &&Contrast| row.kind == ContrastKind::RoundChange && row.status == Status::Final;
        found.contrasts.iter().find(of_change).cloned().ok_or_else(|| "no change".into())
    };
    assert!(change(&[])?.p.is_some());
    let nearly = change(&[wording(Comparability::Nearly)?])?;
    assert_eq!((nearly.p, nearly.caution), (change(&[])?.p, Some(Caution::Reworded)));
    let different = change(&[wording(Comparability::Different)?])?;
    assert_eq!(
        (different.p, different.reason, different.verdict),
        (None, Reason::MethodChanged, Verdict::NotComparable)
    );
    Ok(())
}
