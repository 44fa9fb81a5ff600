//! Indicators of surveys: which figures are told, which are withheld or refused, and why.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use lagesbild_model::{Reason, Status, Verdict};
use lagesbild_stats::survey::definition::SurveyIndicator;
use lagesbild_stats::survey::evaluate::{RoundFault, evaluate_survey};
use lagesbild_stats::survey::frame::{AreaCode, Column, Roles, Round};

type Outcome = Result<(), Box<dyn Error>>;

fn indicator(more: &str) -> Result<SurveyIndicator, toml::de::Error> {
    toml::from_str(&format!(
        r#"
        kind = "survey-proportion"
        id = "trygghet"
        label = "Oro"
        measure = "enkat"
        rounds = ["enkat-2023", "enkat-2020"]
        minimum-n = 20
        groups = [{{ id = "kvinnor", label = "Kvinnor", variable = "kon", codes = [1] }}]
        questions = [
            {{ id = "oro", label = "Oro", variable = "f2", yes = [1] }},
            {{ id = "flytt", label = "Flytt", variable = "f1", yes = [1] }},
        ]
        compare = [
            {{ kind = "round-change", id = "change" }},
            {{ kind = "area-against-rest", id = "rest" }},
            {{ kind = "group-against-others", id = "others" }},
        ]
        adjust = {{ kind = "benjamini-hochberg", family = "table" }}
        {more}
        [areas]
        whole = "staden"
        variables = ["sdo"]
        list = ["kungsholmen-sdo", "liten-sdo"]
        "#
    ))
}

/// 300 respondents: area 1 has a third of them and says yes less often, area 2 has six, area 3 the rest.
fn round(year: i16) -> Result<Round, Box<dyn Error>> {
    let numbers = |of: &dyn Fn(usize) -> Option<f64>| Column::Number((0..300).map(of).collect());
    let area = |row: usize| {
        if row % 50 == 7 {
            2.0
        } else if row.is_multiple_of(3) {
            1.0
        } else {
            3.0
        }
    };
    let worried = |row: usize| if area(row) == 1.0 { row.is_multiple_of(30) } else { row % 5 < 2 };
    let mut columns = BTreeMap::from([
        ("sdo".to_owned(), numbers(&|row| Some(area(row)))),
        ("kon".to_owned(), numbers(&|row| (!row.is_multiple_of(11)).then_some(1.0 + (row % 2) as f64))),
        ("f2".to_owned(), numbers(&|row| (!row.is_multiple_of(13)).then(|| f64::from(u8::from(worried(row)))))),
        ("vikt".to_owned(), numbers(&|row| Some(50.0 + (row % 7) as f64))),
    ]);
    if year > 2020 {
        columns.insert("f1".to_owned(), numbers(&|row| Some(f64::from(u8::from(row.is_multiple_of(9))))));
    }
    let code = |code: f64, area: &str| -> Result<AreaCode, Box<dyn Error>> {
        Ok(AreaCode { variable: "sdo".to_owned(), code, area: area.parse()? })
    };
    Ok(Round {
        source: format!("enkat-{year}").parse()?,
        year,
        rows: 300,
        columns,
        roles: Roles { weight: Some("vikt".to_owned()), ..Roles::default() },
        lost: BTreeMap::new(),
        wording: BTreeMap::new(),
        regrouped: BTreeSet::new(),
        set_aside: Vec::new(),
        areas: vec![code(1.0, "kungsholmen-sdo")?, code(2.0, "liten-sdo")?, code(3.0, "ovriga-sdo")?],
    })
}

#[test]
fn a_cell_is_told_withheld_or_not_applicable() -> Outcome {
    let figures = evaluate_survey(&indicator("")?, &[round(2023)?, round(2020)?])?;
    let value = |figure: &str| {
        let found = figures.values.iter().find(|row| row.figure == format!("trygghet/value/{figure}"));
        found.ok_or_else(|| figure.to_owned())
    };
    // 2 questions, 3 areas, 2 groups, 2 rounds.
    assert_eq!(figures.values.len(), 24);
    let told = value("kungsholmen-sdo/oro/alla/2023")?;
    assert_eq!((told.status, told.unit.as_str(), told.method.as_str()), (Status::Final, "percent", "logit"));
    assert!(told.lower < told.value && told.value < told.upper);
    let few = value("liten-sdo/oro/alla/2023")?;
    assert_eq!((few.status, few.value, few.n), (Status::Suppressed, None, Some(6)));
    // The question was not put in 2020.
    let absent = value("staden/flytt/alla/2020")?;
    assert_eq!((absent.status, absent.value), (Status::NotApplicable, None));
    assert_eq!(figures.faults, [RoundFault::Absent { source: "enkat-2020".parse()?, variable: "f1".to_owned() }]);
    Ok(())
}

#[test]
fn contrasts_are_with_the_rest_and_carry_their_family() -> Outcome {
    let figures = evaluate_survey(&indicator("")?, &[round(2023)?, round(2020)?])?;
    let row = |comparison: &str, place: &str| {
        let figure = format!("trygghet/{comparison}/{place}");
        figures.contrasts.iter().find(|row| row.figure == figure).ok_or(figure)
    };
    let rest = row("rest", "kungsholmen-sdo/oro/alla/2023")?;
    let whole = figures.values.iter().find(|row| row.figure == "trygghet/value/staden/oro/alla/2023").ok_or("whole")?;
    assert_eq!(rest.n.zip(rest.reference_n).map(|(n, rest)| n + rest), whole.n);
    assert_eq!((rest.verdict, rest.reason, rest.family_size), (Verdict::LowerThanBenchmark, Reason::Significant, 2));
    let withheld = row("rest", "liten-sdo/oro/alla/2023")?;
    assert_eq!((withheld.verdict, withheld.reason), (Verdict::NotComparable, Reason::ValueSuppressed));
    assert_eq!((withheld.estimate, withheld.p), (None, None));
    // The same respondents twice: no change, of course, and none is shown.
    let change = row("change", "staden/oro/alla/2023")?;
    assert_eq!((change.estimate_difference, change.verdict), (Some(0.0), Verdict::NoChangeShown));
    let unasked = row("change", "staden/flytt/alla/2023")?;
    assert_eq!((unasked.verdict, unasked.reason), (Verdict::NotComparable, Reason::ValueNotApplicable));
    // Others are those whose group is known.
    let others = row("others", "staden/oro/kvinnor/2023")?;
    assert!(others.n.zip(others.reference_n).map(|(n, others)| n + others) < whole.n);
    assert!(
        figures
            .contrasts
            .iter()
            .all(|row| row.kind.code() != "group-against-others" || row.group.as_str() == "kvinnor")
    );
    Ok(())
}

#[test]
fn a_design_with_a_fault_gives_nothing() -> Outcome {
    let mut broken = round(2023)?;
    if let Some(Column::Number(weights)) = broken.columns.get_mut("vikt") {
        weights[4] = Some(-1.0);
        weights[9] = None;
    }
    let figures = evaluate_survey(&indicator("")?, &[broken, round(2020)?])?;
    let of_2023 = || figures.values.iter().filter(|row| row.period.named_year() == 2023);
    assert!(of_2023().all(|row| row.status == Status::Missing && row.value.is_none()));
    assert!(figures.values.iter().any(|row| row.status == Status::Final), "the other round stays");
    let told = figures.faults.iter().find_map(|fault| match fault {
        RoundFault::Design { faults, .. } => Some(faults.to_string()),
        RoundFault::Absent { .. } => None,
    });
    assert_eq!(
        told.as_deref(),
        Some("row 5 has the weight -1, expected a number from 0 to 1e15; row 10 has no weight")
    );
    let change =
        figures.contrasts.iter().find(|row| row.figure == "trygghet/change/staden/oro/alla/2023").ok_or("change")?;
    assert_eq!((change.verdict, change.reason), (Verdict::NotComparable, Reason::ValueMissing));
    Ok(())
}

/// A stratum of one: the cells that touch it name it, the others are told.
#[test]
fn a_lonely_stratum_is_named_where_it_matters() -> Outcome {
    let mut lonely = round(2023)?;
    let strata = (0..300).map(|row| Some(if row == 1 { 9.0 } else { 1.0 })).collect();
    lonely.columns.insert("stratum".to_owned(), Column::Number(strata));
    lonely.roles.stratum = Some("stratum".to_owned());
    let figures = evaluate_survey(&indicator("")?, &[lonely.clone(), round(2020)?])?;
    let find = |figures: &[lagesbild_model::table::IndicatorValue], figure: &str| {
        figures.iter().find(|row| row.figure == format!("trygghet/value/{figure}")).cloned().ok_or("no such figure")
    };
    let whole = find(&figures.values, "staden/oro/alla/2023")?;
    assert_eq!((whole.status, whole.value), (Status::Missing, None));
    assert!(whole.note.is_some_and(|note| note.contains("stratum 9 has only one unit")));
    assert_eq!(find(&figures.values, "kungsholmen-sdo/oro/alla/2023")?.status, Status::Final);
    let ruled = evaluate_survey(&indicator("design = { lonely = \"adjust\" }")?, &[lonely, round(2020)?])?;
    assert_eq!(find(&ruled.values, "staden/oro/alla/2023")?.status, Status::Final);
    Ok(())
}

/// The same clusters in both rounds: identical rounds do not differ, and there is no error to test a difference with; drawn
/// apart, the same answers have an error.
#[test]
fn rounds_that_share_clusters_are_not_independent() -> Outcome {
    let with_schools = |year| -> Result<Round, Box<dyn Error>> {
        let mut round = round(year)?;
        let schools = (0..300).map(|row| Some((row % 25) as f64)).collect();
        round.columns.insert("skola".to_owned(), Column::Number(schools));
        round.roles.clusters = vec!["skola".to_owned()];
        Ok(round)
    };
    let rounds = [with_schools(2023)?, with_schools(2020)?];
    let mut indicator = indicator("")?;
    let change = |indicator: &SurveyIndicator| -> Result<_, Box<dyn Error>> {
        let figures = evaluate_survey(indicator, &rounds)?;
        let row = figures.contrasts.into_iter().find(|row| row.figure == "trygghet/change/staden/oro/alla/2023");
        row.ok_or_else(|| "change".into())
    };
    let apart = change(&indicator)?;
    assert!(apart.standard_error > Some(0.0) && apart.p == Some(1.0));
    indicator.compare = toml::from_str::<BTreeMap<String, Vec<_>>>(
        "compare = [{ kind = \"round-change\", id = \"change\", shared-clusters = true }]",
    )?
    .remove("compare")
    .ok_or("compare")?;
    let together = change(&indicator)?;
    assert_eq!((together.estimate_difference, together.standard_error), (Some(0.0), Some(0.0)));
    assert_eq!((together.p, together.verdict), (None, Verdict::NotComparable));
    Ok(())
}

#[test]
fn definitions_that_contradict_themselves_are_refused() -> Outcome {
    let mut twice = indicator("")?;
    twice.questions[1].id = twice.questions[0].id.clone();
    twice.questions[1].yes.clear();
    let faults = twice.check();
    assert!(faults.iter().any(|fault| fault.contains("question `oro` stands twice")), "{faults:?}");
    assert!(faults.iter().any(|fault| fault.contains("has no `yes`")), "{faults:?}");
    assert!(indicator("interval = \"wald\"").is_err(), "a name that is none");
    Ok(())
}
