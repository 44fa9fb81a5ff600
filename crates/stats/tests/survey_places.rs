//! Tallies by stratum: the same figures as respondent by respondent, from whatever order of rows and kind of column.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use lagesbild_stats::survey::definition::{SurveyIndicator, SurveyKind};
use lagesbild_stats::survey::evaluate::{SurveyEvaluation, evaluate_survey, evaluate_survey_by_question};
use lagesbild_stats::survey::frame::{AreaCode, Codes, Column, Roles, Round};
use lagesbild_stats::survey::{difference, total};

type Outcome = Result<(), Box<dyn Error>>;

const ROWS: usize = 700;

fn indicator() -> Result<SurveyIndicator, toml::de::Error> {
    toml::from_str(
        r#"
        kind = "survey-proportion"
        id = "trygghet"
        label = "Oro"
        measure = "enkat"
        rounds = ["enkat-2023"]
        minimum-n = 1
        groups = [
            { id = "kvinnor", label = "Kvinnor", variable = "kon", codes = [1] },
            { id = "unga-kvinnor", label = "Unga", variable = "kon", codes = [1], also = { variable = "alder", codes = [1, 2] } },
        ]
        questions = [
            { id = "oro", label = "Oro", variable = "f1", yes = [1, 2] },
            { id = "ofta", label = "Ofta", variable = "f2", yes = [1], among = { label = "oroliga", variable = "f1", codes = [1, 2] } },
            { id = "lika", label = "Lika i varje stratum", variable = "f3", yes = [1] },
        ]
        compare = [{ kind = "area-against-rest", id = "rest" }, { kind = "group-against-others", id = "others" }]
        adjust = { kind = "benjamini-hochberg", family = "table" }
        [areas]
        whole = "staden"
        variables = ["sdo", "omrade"]
        list = ["kungsholmen-sdo", "stadshagen"]
        "#,
    )
}

/// A number that looks drawn: the same for the same row (SplitMix64; Steele, Lea and Flood 2014).
fn drawn(row: usize, seed: usize, below: usize) -> usize {
    let mut mixed = (row as u64 * 64 + seed as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) % below as u64) as usize
}

/// The variables of a row: stratum, weight, population, area, smaller area, sex, age, three answers.
fn person(row: usize) -> [Option<f64>; 10] {
    let stratum = drawn(row, 1, 6);
    let whole = |number: usize| Some(number as f64);
    [
        whole(stratum),
        Some(20.0 + drawn(row, 2, 1000) as f64 / 37.0),
        whole(4000 + 300 * stratum),
        whole(1 + stratum / 2),
        whole(if stratum == 0 { 1 + drawn(row, 3, 2) } else { 9 }),
        (drawn(row, 4, 12) > 0).then_some(1.0 + drawn(row, 5, 2) as f64),
        (drawn(row, 6, 15) > 0).then_some(1.0 + drawn(row, 7, 4) as f64),
        (drawn(row, 8, 20) > 0).then_some(1.0 + drawn(row, 9, 5 - stratum / 2) as f64),
        (drawn(row, 10, 9) > 0).then_some(drawn(row, 11, 3) as f64),
        whole(stratum % 2),
    ]
}

const NAMES: [&str; 10] = ["stratum", "vikt", "antal", "sdo", "omrade", "kon", "alder", "f1", "f2", "f3"];

fn round(people: &[[Option<f64>; 10]], later: &[&str]) -> Result<Round, Box<dyn Error>> {
    let column = |nth: usize| Column::Number(people.iter().map(|person| person[nth]).collect());
    let columns = NAMES.iter().enumerate().filter(|(_, name)| !later.contains(name));
    let code = |variable: &str, code: f64, area: &str| -> Result<AreaCode, Box<dyn Error>> {
        Ok(AreaCode { variable: variable.to_owned(), code, area: area.parse()? })
    };
    Ok(Round {
        source: "enkat-2023".parse()?,
        year: 2023,
        rows: people.len(),
        columns: columns.map(|(nth, name)| ((*name).to_owned(), column(nth))).collect::<BTreeMap<_, _>>(),
        roles: Roles {
            stratum: Some("stratum".to_owned()),
            weight: Some("vikt".to_owned()),
            population: vec!["antal".to_owned()],
            ..Roles::default()
        },
        lost: BTreeMap::new(),
        wording: BTreeMap::new(),
        regrouped: BTreeSet::new(),
        set_aside: Vec::new(),
        areas: vec![
            code("sdo", 1.0, "kungsholmen-sdo")?,
            code("sdo", 2.0, "bromma-sdo")?,
            code("sdo", 3.0, "farsta-sdo")?,
            code("omrade", 1.0, "stadshagen")?,
        ],
    })
}

fn people() -> Vec<[Option<f64>; 10]> {
    (0..ROWS).map(person).collect()
}

/// `calc survey-difference` keeps a unit for each respondent; held to R `survey` by its own tests.
#[test]
fn the_same_as_respondent_by_respondent() -> Outcome {
    let mut people = people();
    same_as_respondent_by_respondent(&people)?;
    // Such a weight and the others are no multiples of one number that fit into 64 bits, so that sums are made in another way.
    people[0][1] = Some(1e-7);
    same_as_respondent_by_respondent(&people)
}

fn same_as_respondent_by_respondent(people: &[[Option<f64>; 10]]) -> Outcome {
    let figures = evaluate_survey(&indicator()?, &[round(people, &[])?])?;
    let answer = |question: usize, person: &[Option<f64>; 10]| -> Option<f64> {
        let worried = person[7].is_some_and(|answer| answer <= 2.0);
        match question {
            0 => person[7].map(|_| f64::from(u8::from(worried))),
            _ => person[8].filter(|_| worried).map(|answer| f64::from(u8::from(answer == 1.0))),
        }
    };
    let in_area = |area: &str, person: &[Option<f64>; 10]| match area {
        "kungsholmen-sdo" => person[3] == Some(1.0),
        "stadshagen" => person[4] == Some(1.0),
        _ => true,
    };
    let in_group = |group: &str, person: &[Option<f64>; 10]| -> Option<bool> {
        let woman = person[5].map(|sex| sex == 1.0);
        match group {
            "kvinnor" => woman,
            "unga-kvinnor" => woman.zip(person[6]).map(|(woman, age)| woman && age <= 2.0),
            _ => Some(true),
        }
    };
    let mut compared = 0;
    for row in figures.contrasts.iter().filter(|row| row.category.as_str() != "lika") {
        let question = usize::from(row.category.as_str() == "ofta");
        let others = row.comparison.as_str() == "others";
        let (area, group) = (row.area.as_str(), row.group.as_str());
        let domain = |person: &[Option<f64>; 10]| in_area(area, person) && in_group(group, person) == Some(true);
        let against = |person: &[Option<f64>; 10]| match others {
            true => in_area(area, person) && in_group(group, person) == Some(false),
            false => !in_area(area, person) && in_group(group, person) == Some(true),
        };
        let text =
            |nth: usize| people.iter().map(|person| person[nth].unwrap_or_default().to_string()).collect::<Vec<_>>();
        let numbers = |nth: usize| people.iter().map(|person| person[nth]).collect::<Vec<_>>();
        let input: difference::Input = serde_json::from_value(serde_json::json!({
            "design": { "stratum": text(0), "weight": numbers(1), "population": [numbers(2)] },
            "answers": people.iter().map(|person| answer(question, person)).collect::<Vec<_>>(),
            "domain": people.iter().map(domain).collect::<Vec<_>>(),
            "against": people.iter().map(against).collect::<Vec<_>>(),
        }))?;
        let told = input.run()?;
        let near = |ours: Option<f64>, theirs: Option<f64>, what: &str| {
            let same = match (ours, theirs) {
                (Some(ours), Some(theirs)) => (ours - theirs).abs() <= 1e-12 * theirs.abs(),
                (ours, theirs) => ours == theirs,
            };
            assert!(same, "{}: {what} {ours:?} and {theirs:?}", row.figure);
        };
        near(row.estimate, Some(100.0 * told.domain.value), "share");
        near(row.reference_estimate, Some(100.0 * told.against.value), "share of the other side");
        near(row.standard_error, Some(100.0 * told.standard_error), "standard error");
        near(row.degrees_of_freedom, told.test.and_then(|test| test.df), "degrees of freedom");
        near(row.design_effect, told.domain.design_effect, "design effect");
        compared += 1;
    }
    assert_eq!(compared, 2 * (2 * 3 + 3 * 2));
    Ok(())
}

/// Totals as `calc survey-total` has them, which is held to R `svytotal` by its own tests.
#[test]
fn totals_are_told_by_area_and_group() -> Outcome {
    let people = people();
    let mut totals = indicator()?;
    totals.kind = SurveyKind::SurveyTotal;
    assert_eq!(totals.check(), ["`compare` of totals; expected none: compare shares"]);
    totals.compare.clear();
    let figures = evaluate_survey(&totals, &[round(&people, &[])?])?;
    let text: Vec<String> = people.iter().map(|person| person[0].unwrap_or_default().to_string()).collect();
    let numbers = |nth: usize| people.iter().map(|person| person[nth]).collect::<Vec<_>>();
    let worried = |person: &[Option<f64>; 10]| person[7].map(|answer| f64::from(u8::from(answer <= 2.0)));
    let input: total::Input = serde_json::from_value(serde_json::json!({
        "design": { "stratum": text, "weight": numbers(1), "population": [numbers(2)] },
        "answers": people.iter().map(worried).collect::<Vec<_>>(),
        "domain": people.iter().map(|person| person[3] == Some(1.0)).collect::<Vec<_>>(),
    }))?;
    let told = input.run()?;
    let figure = "trygghet/value/kungsholmen-sdo/oro/alla/2023";
    let row = figures.values.iter().find(|row| row.figure == figure).ok_or("no row")?;
    let near = |ours: Option<f64>, theirs: f64| ours.is_some_and(|ours| (ours - theirs).abs() <= 1e-12 * theirs);
    assert!(near(row.value, told.value) && near(row.standard_error, told.standard_error), "{row:?} and {told:?}");
    assert_eq!((row.unit.as_str(), row.n), ("total", Some(i64::try_from(told.n)?)));
    Ok(())
}

/// Each stratum agrees with itself, and its respondents weigh the same: nothing varies from draw to draw, and what rounding leaves
/// of that is no error.
#[test]
fn no_variation_inside_strata_is_no_error() -> Outcome {
    let mut people = people();
    people.iter_mut().for_each(|person| person[1] = person[0].map(|stratum| 10.1 + stratum / 3.0));
    let figures = evaluate_survey(&indicator()?, &[round(&people, &[])?])?;
    let row = figures.values.iter().find(|row| row.figure == "trygghet/value/staden/lika/alla/2023").ok_or("no row")?;
    assert!(row.value.is_some_and(|share| share > 10.0 && share < 90.0), "{:?}", row.value);
    assert_eq!((row.standard_error, row.lower), (Some(0.0), None));
    assert_eq!(row.note.as_deref(), Some("the standard error is 0, so there are no limits"));
    Ok(())
}

#[test]
fn the_order_of_rows_shows_nowhere() -> Outcome {
    let first = evaluate_survey(&indicator()?, &[round(&people(), &[])?])?;
    let mut turned = people();
    turned.reverse();
    turned.rotate_left(123);
    let second = evaluate_survey(&indicator()?, &[round(&turned, &[])?])?;
    assert_eq!(first, second);
    Ok(())
}

/// Answers that are read when they are tallied, as codes of two bytes, tell the same as those in memory.
#[test]
fn answers_that_come_later_are_the_same() -> Outcome {
    let people = people();
    let all = evaluate_survey(&indicator()?, &[round(&people, &[])?])?;
    let later = |_: &Round, name: &str| -> Option<Column> {
        let nth = NAMES.iter().position(|own| *own == name)?;
        let codes = Codes::of(people.iter().map(|person| person[nth].map(|answer| answer as i64)))?;
        Some(Column::Code(codes))
    };
    let some = round(&people, &["f2", "f3"])?;
    let by_question: SurveyEvaluation =
        evaluate_survey_by_question(&indicator()?, std::slice::from_ref(&some), &later)?;
    assert_eq!(all, by_question);
    // Without them the questions are absent, and that is told.
    assert_eq!(evaluate_survey(&indicator()?, &[some])?.faults.len(), 2);
    Ok(())
}

/// Of 12, 40 and 100 respondents and a minimum of 30, the first is too few, and the second would give it away beside everybody; and
/// no comparison tells either of them as the others.
#[test]
fn a_total_gives_no_cell_away() -> Outcome {
    let indicator: SurveyIndicator = toml::from_str(
        r#"
        kind = "survey-proportion"
        id = "trygghet"
        label = "Oro"
        measure = "enkat"
        rounds = ["enkat-2023"]
        minimum-n = 30
        groups = [
            { id = "fa", label = "Få", variable = "kon", codes = [1] },
            { id = "nagra", label = "Några", variable = "kon", codes = [2] },
            { id = "manga", label = "Många", variable = "kon", codes = [3] },
            { id = "de-flesta", label = "De flesta", variable = "kon", codes = [2, 3] },
        ]
        questions = [{ id = "oro", label = "Oro", variable = "f1", yes = [1] }]
        compare = [{ kind = "group-against-others", id = "others" }]
        adjust = { kind = "benjamini-hochberg", family = "table" }
        areas = { whole = "staden", variables = ["sdo"], list = [] }
        "#,
    )?;
    let group = |row: usize| {
        if row < 12 {
            1
        } else if row < 52 {
            2
        } else {
            3
        }
    };
    let numbers = |of: &dyn Fn(usize) -> usize| Column::Number((0..152).map(|row| Some(of(row) as f64)).collect());
    let round = Round {
        source: "enkat-2023".parse()?,
        year: 2023,
        rows: 152,
        columns: BTreeMap::from([
            ("sdo".to_owned(), numbers(&|_| 1)),
            ("kon".to_owned(), numbers(&group)),
            ("f1".to_owned(), numbers(&|row| row % 3)),
        ]),
        roles: Roles::default(),
        lost: BTreeMap::new(),
        wording: BTreeMap::new(),
        regrouped: BTreeSet::new(),
        set_aside: Vec::new(),
        areas: vec![AreaCode { variable: "sdo".to_owned(), code: 1.0, area: "kungsholmen-sdo".parse()? }],
    };
    let figures = evaluate_survey(&indicator, &[round])?;
    let told = |group: &str| {
        let row = figures.values.iter().find(|row| row.group.as_str() == group);
        row.map(|row| (row.value.is_some(), row.note.clone().unwrap_or_default())).unwrap_or_default()
    };
    assert_eq!(told("fa"), (false, "fewer than 30 respondents".to_owned()));
    let away = (false, "would give away a cell with fewer than 30 respondents".to_owned());
    assert_eq!((told("de-flesta"), told("nagra")), (away.clone(), away));
    assert!(told("manga").0 && told("alla").0);
    for row in &figures.contrasts {
        // Everybody but the many are the few and the some: enough, and neither of them alone.
        assert_eq!(row.estimate.is_some(), row.group.as_str() == "manga", "{}", row.figure);
    }
    Ok(())
}
