//! Surveys: what must hold for every sample, and errors that other software is known for.

use lagesbild_stats::StatsError;
use lagesbild_stats::interval::Level;
use lagesbild_stats::method::Method;
use lagesbild_stats::survey::design::{Columns, Design, Labels, Lonely};
use lagesbild_stats::survey::estimate::{ShareLimits, SurveyEstimate};
use lagesbild_stats::survey::fault::DesignFault;
use lagesbild_stats::survey::proportion::survey_proportion;
use lagesbild_stats::survey::tally::{Answer, DomainTally};
use lagesbild_stats::survey::{ShareInterval, proportion};
use lagesbild_stats::tally::Tally;
use proptest::prelude::*;
use serde_json::{Value, json};

/// A respondent of the tests: stratum, cluster, weight, answer, whether in the domain.
type Row = (u8, u8, f64, bool, bool);

fn columns(rows: &[Row]) -> Columns {
    let strata: Vec<u8> = rows.iter().map(|row| row.0).collect();
    let clusters: Vec<u8> = rows.iter().map(|row| row.1).collect();
    Columns {
        stratum: Some(Labels::of(&strata)),
        clusters: vec![Labels::of(&clusters)],
        weight: Some(rows.iter().map(|row| Some(row.2)).collect()),
        nested: true,
        lonely: Lonely::Adjust,
        ..Columns::default()
    }
}

fn tally<'a>(design: &Design, rows: impl Iterator<Item = (usize, &'a Row)>) -> DomainTally {
    let mut tally = DomainTally::empty();
    for (nth, row) in rows.filter(|(_, row)| row.4) {
        let value = f64::from(u8::from(row.3));
        tally.add(&Answer { unit: design.units()[nth], weight: row.2, value, base: 1.0 });
    }
    tally
}

fn share(rows: &[Row]) -> Result<SurveyEstimate, StatsError> {
    let design = columns(rows).check(rows.len())?;
    survey_proportion(&design, &tally(&design, rows.iter().enumerate()), ShareLimits::default())
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((0..4_u8, 0..5_u8, 0.1..500.0, any::<bool>(), prop::bool::weighted(0.8)), 1..80)
}

proptest! {
    #[test]
    fn no_estimate_is_nan_or_without_width(rows in rows()) {
        match share(&rows) {
            Ok(share) => {
                prop_assert!(share.value.is_finite() && share.standard_error.is_finite());
                match share.interval {
                    Some(interval) => {
                        let upper = interval.upper.unwrap();
                        prop_assert!(interval.lower < upper && interval.lower >= 0.0 && upper <= 1.0, "{share:?}");
                        prop_assert!(interval.contains(share.value), "{share:?}");
                        prop_assert!(share.degrees_of_freedom > 0.0);
                    }
                    None => prop_assert!(share.reason.is_some()),
                }
            }
            Err(error) => prop_assert!(rows.iter().all(|row| !row.4), "{error}"),
        }
    }

    #[test]
    fn the_order_of_rows_does_not_show(rows in rows(), seed in any::<u64>()) {
        let mut shuffled = rows.clone();
        shuffled.sort_by_key(|row| (row.2.to_bits() ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        prop_assert_eq!(share(&rows).ok(), share(&shuffled).ok());
    }

    #[test]
    fn parts_of_a_tally_merge_to_the_whole(rows in rows(), cut in 0..80_usize) {
        let design = columns(&rows).check(rows.len()).unwrap();
        let cut = cut.min(rows.len());
        let first = tally(&design, rows.iter().enumerate().take(cut));
        let second = tally(&design, rows.iter().enumerate().skip(cut));
        let whole = tally(&design, rows.iter().enumerate());
        let of = |tally: &DomainTally| survey_proportion(&design, tally, ShareLimits::default()).ok();
        prop_assert_eq!(of(&first.clone().merge(&second)), of(&whole));
        prop_assert_eq!(of(&second.merge(&first)), of(&whole));
    }
}

#[test]
fn a_weight_for_all_changes_no_share() {
    let rows: Vec<Row> = (0..24).map(|n| (n % 3, n % 6, 10.0 + f64::from(n % 5), n % 4 == 0, n % 2 == 0)).collect();
    let heavier: Vec<Row> = rows.iter().map(|row| (row.0, row.1, row.2 * 1024.0, row.3, row.4)).collect();
    let (one, other) = (share(&rows).unwrap(), share(&heavier).unwrap());
    assert_eq!((one.value, one.standard_error, one.interval), (other.value, other.standard_error, other.interval));
}

#[test]
fn every_fault_of_a_design_is_told_with_its_place() {
    let faults = |columns: Columns, rows| columns.check(rows).unwrap_err().0;
    let weight = Some(vec![Some(1.0), None, Some(-2.0), Some(f64::INFINITY)]);
    assert_eq!(
        faults(Columns { weight, ..Columns::default() }, 4),
        [
            DesignFault::WeightMissing { row: 2 },
            DesignFault::WeightInvalid { row: 3, weight: -2.0 },
            DesignFault::WeightInvalid { row: 4, weight: f64::INFINITY },
        ]
    );
    let stratum = Some(Labels::of(&["north", "north", "south", "south"]));
    let clusters = vec![Labels::of(&[17, 18, 18, 19])];
    let strata = ("north".to_owned(), "south".to_owned());
    assert_eq!(
        faults(Columns { stratum: stratum.clone(), clusters, ..Columns::default() }, 4),
        [DesignFault::ClusterCrossesStrata { cluster: "18".to_owned(), strata }]
    );
    let populations = vec![[40.0, 41.0, 90.0, 90.0].map(Some).to_vec()];
    assert_eq!(
        faults(Columns { stratum: stratum.clone(), populations, ..Columns::default() }, 4),
        [DesignFault::PopulationsDiffer { unit: "stratum north".to_owned(), stage: 1, populations: (40.0, 41.0) }]
    );
    let populations = vec![[40.0, 40.0, 1.0, 1.0].map(Some).to_vec()];
    assert_eq!(
        faults(Columns { stratum, populations, ..Columns::default() }, 4),
        [DesignFault::PopulationSmall { unit: "stratum south".to_owned(), stage: 1, drawn: 2, population: 1.0 }]
    );
    let respondent = Some(Labels::of(&["TT-1", "TT-2", "TT-1"]));
    assert_eq!(
        faults(Columns { respondent, ..Columns::default() }, 3),
        [DesignFault::Duplicate { respondent: "TT-1".to_owned(), rows: (1, 3) }]
    );
    assert_eq!(faults(Columns::default(), 0), [DesignFault::Empty]);
    let weight = Some(vec![Some(0.0); 2]);
    assert_eq!(faults(Columns { weight, ..Columns::default() }, 2), [DesignFault::WeightsZero]);
}

/// Ten schools in two strata; the domain lives in four schools of one stratum.
fn schools() -> Vec<Row> {
    (0..60).map(|n| (n % 10 / 5, n % 10, 3.0, n % 7 < 2, n % 10 < 4)).collect()
}

/// Other software takes the degrees of freedom of the whole frame (srvyr 212, svy 94 and 95).
#[test]
fn degrees_of_freedom_are_those_of_the_domain() {
    let whole: Vec<Row> = schools().into_iter().map(|row| (row.0, row.1, row.2, row.3, true)).collect();
    assert_eq!(share(&whole).unwrap().degrees_of_freedom, 8.0);
    assert_eq!(share(&schools()).unwrap().degrees_of_freedom, 3.0);
}

/// Other software takes the respondents of the whole frame for Korn and Graubard's size (svy 175).
#[test]
fn n_is_that_of_the_domain() {
    let rows = schools();
    let design = columns(&rows).check(rows.len()).unwrap();
    let tally = tally(&design, rows.iter().enumerate());
    let limits = ShareLimits { method: ShareInterval::Beta, ..ShareLimits::default() };
    let share = survey_proportion(&design, &tally, limits).unwrap();
    assert_eq!(share.n, 24);
    // The same people as a file of their own, other schools with nobody kept as units: n decides, not the frame.
    let doubled: Vec<Row> = rows.iter().chain(rows.iter().filter(|row| !row.4)).copied().collect();
    let design = columns(&doubled).check(doubled.len()).unwrap();
    let more = survey_proportion(&design, &self::tally(&design, doubled.iter().enumerate()), limits).unwrap();
    assert_eq!((share.n, share.interval), (more.n, more.interval));
}

/// Other software gives a zero-width interval when there are no degrees of freedom (svy 96), NaN in small groups (srvyr 58,
/// sitrep 203), and NaN at 0 and 100 per cent (survey's own manual).
#[test]
fn without_an_interval_there_is_a_reason() {
    let one_school: Vec<Row> = schools().into_iter().map(|row| (row.0, row.1, row.2, row.3, row.1 == 2)).collect();
    let share = share(&one_school).unwrap();
    assert_eq!((share.degrees_of_freedom, share.interval), (0.0, None));
    assert!(share.reason.unwrap().contains("units"));
    // Every school says the same: an error of 0 between 0 and 100 per cent.
    let alike: Vec<Row> = (0..20).map(|n| (0, n / 4, 2.0, n % 4 == 0, true)).collect();
    let share = self::share(&alike).unwrap();
    assert_eq!((share.value, share.standard_error, share.interval), (0.25, 0.0, None));
    assert!(share.reason.unwrap().contains("error is 0"));
    for (answer, lower, upper) in
        [(false, 0.0, 1.0 - 0.025_f64.powf(1.0 / 24.0)), (true, 0.025_f64.powf(1.0 / 24.0), 1.0)]
    {
        let all: Vec<Row> = schools().into_iter().map(|row| (row.0, row.1, row.2, answer, row.4)).collect();
        let share = self::share(&all).unwrap();
        let interval = share.interval.unwrap();
        assert!((interval.lower - lower).abs() < 1e-15 && (interval.upper.unwrap() - upper).abs() < 1e-15);
        assert_eq!(interval.method, "clopper-pearson-one-sided");
        assert!(share.reason.is_some() && share.design_effect.is_none() && share.effective_n.is_none());
    }
    // One respondent.
    let single: Vec<Row> =
        schools().into_iter().enumerate().map(|(n, row)| (row.0, row.1, row.2, row.3, n == 7)).collect();
    assert_eq!(self::share(&single).unwrap().interval, None);
    // Nobody.
    let nobody: Vec<Row> = schools().into_iter().map(|row| (row.0, row.1, row.2, row.3, false)).collect();
    assert!(self::share(&nobody).unwrap_err().to_string().contains("nobody in the domain answered"));
}

/// E07: a file cut to the domain gives another error than the domain of the whole design.
#[test]
fn a_domain_is_not_a_file_of_its_own() {
    let whole = share(&schools()).unwrap();
    let cut: Vec<Row> = schools()
        .into_iter()
        .filter(|row| row.4 && row.3)
        .chain(schools().into_iter().filter(|row| row.4 && !row.3))
        .collect();
    let cut = share(&cut).unwrap();
    assert_eq!(whole.value, cut.value);
    assert!((whole.standard_error - cut.standard_error).abs() > 1e-6);
}

#[test]
fn all_limits_hold_the_share() {
    for method in ["logit", "likelihood", "beta", "xlogit", "arcsine", "wilson", "mean"] {
        let mut input = serde_json::to_value(proportion::Input::example().unwrap()).unwrap();
        input["method"] = json!(method);
        input["domain"] = Value::Null;
        let result = Method::from_name("survey-proportion").unwrap().run(&input).unwrap();
        let at = |field: &str| result.pointer(field).and_then(Value::as_f64).unwrap();
        assert!(at("/interval/lower") < at("/value") && at("/value") < at("/interval/upper"), "{method}: {result}");
    }
    assert_eq!(Level::default().value(), 0.95);
}

/// Weights that cannot be had are refused, with how near they came (E16: bounds 0.8 to 1.25 fail where 0.7 to 1.4 work).
#[test]
fn totals_out_of_reach_are_an_error() {
    let method = Method::from_name("survey-calibrate").unwrap();
    for distance in ["linear", "logit"] {
        let mut input = method.example().unwrap();
        input["distance"] = json!(distance);
        input["bounds"] = json!([0.99, 1.01]);
        let error = method.run(&input).unwrap_err();
        assert!(matches!(error, StatsError::Unreachable { off, .. } if off > 0.1), "{error}");
    }
    let rake = Method::from_name("survey-rake").unwrap();
    let mut input = rake.example().unwrap();
    input["margins"][1]["totals"][0]["total"] = json!(841.0);
    assert!(rake.run(&input).unwrap_err().to_string().contains("margins of one population"));
}
