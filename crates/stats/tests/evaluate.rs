//! The evaluation of an indicator: what the report's own figures say, and the laws of the dispersion from history.

use std::error::Error;

use lagesbild_model::table::Contrast;
use lagesbild_model::{CategoryId, DateBasis, Period, Reason, Status, Verdict, WeekBasis};
use lagesbild_stats::compare::Observed;
use lagesbild_stats::compare::dispersion::{History, dispersions};
use lagesbild_stats::definition::Indicator;
use lagesbild_stats::evaluate::{Evaluation, evaluate};
use lagesbild_stats::tally::{CountObservation, CountTally, Tallied, Tally};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const CATEGORIES: [&str; 10] =
    ["violence", "traffic", "persons", "theft", "shop-theft", "fraud", "other", "damage", "special", "drugs"];
/// Real figures: the report's tables, weeks 1 to 41. 2022, 2023.
const KUNGSHOLMEN: [[u64; 2]; 10] = [
    [727, 750],
    [763, 815],
    [554, 590],
    [1757, 1920],
    [197, 243],
    [585, 828],
    [292, 288],
    [3134, 2272],
    [347, 356],
    [979, 1122],
];
const FRIDHEMSPLAN: [[u64; 2]; 10] =
    [[87, 60], [16, 11], [47, 27], [102, 119], [56, 41], [32, 31], [24, 23], [761, 530], [47, 29], [147, 142]];

fn categories() -> Outcome<Vec<CategoryId>> {
    Ok(CATEGORIES.iter().map(|code| code.parse()).collect::<Result<_, _>>()?)
}

fn indicator(years: &[i16], extra: &[(&str, Value)]) -> Outcome<Indicator> {
    let mut definition = json!({
        "id": "brott", "label": "Brott", "areas": ["kungsholmen", "fridhemsplan"],
        "numerator": { "source": "s", "measure": "m", "group": "alla", "partition": "total" },
        "period": { "kind": "year-to-week", "week": 41, "basis": "iso-weeks", "years": years },
        "estimate": { "kind": "count", "interval": "garwood" },
        "compare": [
            { "kind": "change", "id": "change", "test": "exact-central" },
            { "kind": "part-against-rest", "id": "part", "part": "fridhemsplan", "whole": "kungsholmen",
              "test": "exact-conditional" },
        ],
        "adjust": { "kind": "benjamini-hochberg", "family": "table" },
    });
    for (key, value) in extra {
        definition[key] = value.clone();
    }
    Ok(serde_json::from_value(definition)?)
}

fn tallied(area: &str, category: &str, year: i16, events: u64) -> Outcome<Tallied> {
    let period = Period::year_to_week(year, 41, WeekBasis::IsoWeeks)?;
    let mut tally = CountTally::empty();
    tally.add(&CountObservation {
        value: Some(events),
        status: Status::Final,
        days: u64::try_from(period.exposure_days())?,
        date_basis: DateBasis::OffenceStart,
        extracted_at: None,
    });
    Ok(Tallied { area: area.parse()?, category: category.parse()?, period, tally })
}

fn report() -> Outcome<Evaluation> {
    let mut tallies = Vec::new();
    for (area, figures) in [("kungsholmen", KUNGSHOLMEN), ("fridhemsplan", FRIDHEMSPLAN)] {
        for (category, figures) in CATEGORIES.iter().zip(figures) {
            tallies.push(tallied(area, category, 2022, figures[0])?);
            tallies.push(tallied(area, category, 2023, figures[1])?);
        }
    }
    Ok(evaluate(&indicator(&[2023, 2022], &[])?, &tallies, &categories()?)?)
}

/// The row of a comparison, not of a total without its largest mover.
fn row<'a>(evaluation: &'a Evaluation, comparison: &str, area: &str, category: &str) -> Outcome<&'a Contrast> {
    let fits = |row: &&Contrast| {
        row.comparison.as_str() == comparison
            && row.area.as_str() == area
            && row.category.as_str() == category
            && row.without_category.is_none()
    };
    Ok(evaluation.contrasts.iter().find(fits).ok_or("no such row")?)
}

fn verdicts(evaluation: &Evaluation, area: &str, verdict: Verdict, corrected: bool) -> Vec<String> {
    let rows = evaluation.contrasts.iter().filter(|row| {
        row.comparison.as_str() == "change" && row.area.as_str() == area && row.category.as_str() != "total"
    });
    rows.filter(|row| verdict == if corrected { row.verdict } else { row.verdict_uncorrected })
        .map(|row| row.category.to_string())
        .collect()
}

fn percent(row: &Contrast) -> String {
    format!("{:+.1}", row.percent.unwrap_or(f64::NAN))
}

/// What the text of the report says of its own tables, and what the 44 figures say.
#[test]
fn the_report_s_claims_about_counts() -> Outcome {
    let all = report()?;
    let total = row(&all, "change", "kungsholmen", "total")?;
    // 1. "brottsligheten totalt sett verkar öka": it fell by 151, and the fall is not beyond chance.
    assert_eq!((total.value, total.reference_value, total.difference), (Some(9184), Some(9335), Some(-151)));
    assert_eq!((percent(total), total.verdict), ("-1.6".to_owned(), Verdict::NoChangeShown));
    assert!((total.p.ok_or("no p")? - 0.27034990515).abs() < 1e-9);
    let mover = all.contrasts.iter().find(|row| row.area.as_str() == "kungsholmen" && row.without_category.is_some());
    let without = mover.ok_or("no total without its largest mover")?;
    assert_eq!(without.without_category.as_ref().map(CategoryId::as_str), Some("damage"));
    assert_eq!((without.reference_value, without.value), (Some(6201), Some(6912)));
    assert_eq!((percent(without), without.verdict), ("+11.5".to_owned(), Verdict::Increase));
    assert!(without.p.ok_or("no p")? < 1e-9);
    // 2. "ökning sett till samtliga brottskategorier frånsett skadegörelse": two of ten fell.
    let changes: Vec<&Contrast> =
        CATEGORIES.iter().map(|category| row(&all, "change", "kungsholmen", category)).collect::<Result<_, _>>()?;
    let fell: Vec<&str> =
        changes.iter().filter(|row| row.difference < Some(0)).map(|row| row.category.as_str()).collect();
    assert_eq!(fell, ["other", "damage"]);
    // 3. "liten ökning i de flesta": after correction three rise; shop theft does before it only.
    assert_eq!(verdicts(&all, "kungsholmen", Verdict::Increase, true), ["theft", "fraud", "drugs"]);
    assert_eq!(verdicts(&all, "kungsholmen", Verdict::Increase, false), ["theft", "shop-theft", "fraud", "drugs"]);
    // 4. "ökat mest": in numbers fraud, theft and drugs; in per cent shop theft is the second.
    let mut order = changes.clone();
    order.sort_by_key(|row| std::cmp::Reverse(row.difference));
    assert_eq!(order[..3].iter().map(|row| row.difference).collect::<Vec<_>>(), [Some(243), Some(163), Some(143)]);
    order.sort_by(|a, b| b.percent.unwrap_or(0.0).total_cmp(&a.percent.unwrap_or(0.0)));
    let leaders: Vec<_> = order[..4].iter().map(|row| (row.category.as_str(), percent(row))).collect();
    let leader = |category, percent: &str| (category, percent.to_owned());
    let wanted = [("fraud", "+41.5"), ("shop-theft", "+23.4"), ("drugs", "+14.6"), ("theft", "+9.3")];
    assert_eq!(leaders, wanted.map(|(category, percent)| leader(category, percent)));
    // 5. Damage fell by more than all that rose together.
    let damage = row(&all, "change", "kungsholmen", "damage")?;
    assert_eq!((damage.difference, percent(damage), damage.verdict), (Some(-862), "-27.5".into(), Verdict::Decrease));
    assert!(damage.p.ok_or("no p")? < 1e-30);
    let rises: i64 = changes.iter().filter_map(|row| row.difference).filter(|difference| *difference > 0).sum();
    assert_eq!(rises, 715);
    // 6. "Beträffande Fridhemsplan kan vi se en minskning": yes, three quarters of it damage; the rest of the district did not fall.
    let place = row(&all, "change", "fridhemsplan", "total")?;
    assert_eq!((place.difference, percent(place), place.verdict), (Some(-306), "-23.2".into(), Verdict::Decrease));
    assert_eq!(row(&all, "change", "fridhemsplan", "damage")?.difference, Some(-231));
    let part = row(&all, "part", "fridhemsplan", "total")?;
    assert_eq!(format!("{:+.1}", part.rest_percent.ok_or("no rest")?), "+1.9");
    assert_eq!(part.verdict, Verdict::LowerThanRest);
    // 7. Falls at Fridhemsplan: after correction only damage; persons and violence before it only; shop theft neither.
    assert_eq!(verdicts(&all, "fridhemsplan", Verdict::Decrease, true), ["damage"]);
    assert_eq!(verdicts(&all, "fridhemsplan", Verdict::Decrease, false), ["violence", "persons", "damage"]);
    // 8. What the text leaves out: theft outside shops is the only category that rose there, within chance.
    let rose: Vec<&str> = CATEGORIES
        .iter()
        .copied()
        .filter(|category| row(&all, "change", "fridhemsplan", category).is_ok_and(|row| row.difference > Some(0)))
        .collect();
    assert_eq!(rose, ["theft"]);
    let theft = row(&all, "change", "fridhemsplan", "theft")?;
    assert_eq!((percent(theft), theft.verdict), ("+16.7".to_owned(), Verdict::NoChangeShown));
    // 28. Both tables' total rows: what the report prints is the sum of its ten categories, in both years.
    for (area, sums) in [("kungsholmen", (Some(9335), Some(9184))), ("fridhemsplan", (Some(1319), Some(1013)))] {
        let total = row(&all, "change", area, "total")?;
        assert_eq!((total.reference_value, total.value), sums, "{area}");
    }
    // Part against rest: the fall of damage is the district's, the falls in crime against persons are the place's own.
    for (category, ratio) in
        [("violence", 0.64), ("persons", 0.52), ("shop-theft", 0.51), ("special", 0.57), ("damage", 0.95)]
    {
        let found = row(&all, "part", "fridhemsplan", category)?.ratio.ok_or("no ratio")?;
        assert!((found - ratio).abs() < 0.0051, "{category}: {found}");
    }
    assert_eq!(row(&all, "part", "fridhemsplan", "damage")?.verdict, Verdict::NoDifferenceShown);
    assert_eq!(row(&all, "part", "fridhemsplan", "persons")?.verdict, Verdict::LowerThanRest);
    Ok(())
}

#[test]
fn nothing_is_widened_unless_it_is_declared() -> Outcome {
    for row in report()?.contrasts {
        let widened = (row.dispersion, row.dispersion_periods, row.p_dispersed, row.q_dispersed);
        assert_eq!(widened, (None, None, None, None), "{}", row.figure);
        assert_eq!((row.verdict_dispersed, row.reason_dispersed), (None, None), "{}", row.figure);
    }
    Ok(())
}

const YEARS: [i16; 5] = [2023, 2022, 2021, 2020, 2019];

fn declared() -> Outcome<Indicator> {
    indicator(
        &YEARS,
        &[
            ("dispersion", json!({ "years": YEARS })),
            ("areas", json!(["kungsholmen"])),
            (
                "compare",
                json!([
                    { "kind": "change", "id": "change", "test": "exact-central" },
                ]),
            ),
        ],
    )
}

/// Counts of ten categories in five years, oldest first.
fn tallies(counts: &[Vec<u64>]) -> Outcome<Vec<Tallied>> {
    let mut tallies = Vec::new();
    for (category, counts) in CATEGORIES.iter().zip(counts) {
        for (year, events) in (2019..).zip(counts) {
            tallies.push(tallied("kungsholmen", category, year, *events)?);
        }
    }
    Ok(tallies)
}

/// Violence swings from year to year; the others hardly move.
fn swinging() -> Vec<Vec<u64>> {
    let mut counts: Vec<Vec<u64>> = (0..10).map(|i| vec![400 + i, 410, 395 + 2 * i, 404, 480]).collect();
    counts[0] = vec![600, 1100, 500, 727, 900];
    counts[9] = vec![30, 41, 28, 35, 0];
    counts
}

#[test]
fn a_change_is_widened_by_its_own_history() -> Outcome {
    let all = evaluate(&declared()?, &tallies(&swinging())?, &categories()?)?;
    let newest = Period::year_to_week(2023, 41, WeekBasis::IsoWeeks)?;
    let rows: Vec<&Contrast> = all.contrasts.iter().filter(|row| row.period == newest).collect();
    // Exactly what the method `dispersion` gives for the four years before.
    let mut histories = Vec::new();
    for (category, counts) in CATEGORIES.iter().zip(swinging()) {
        let years = counts[..4].iter().map(|count| Observed::new(*count, 287.0)).collect::<Result<_, _>>()?;
        histories.push(History { name: (*category).to_owned(), years });
    }
    for expected in dispersions(&histories)?.areas {
        let row = rows.iter().find(|row| row.category.as_str() == expected.name).ok_or("no row")?;
        assert_eq!((row.dispersion, row.dispersion_periods), (Some(expected.shrunk), Some(4)));
    }
    let violence = rows.iter().find(|row| row.category.as_str() == "violence").ok_or("no row")?;
    assert_eq!((violence.verdict, violence.verdict_dispersed), (Verdict::Increase, Some(Verdict::NoChangeShown)));
    assert_eq!(violence.reason_dispersed, Some(Reason::NotSignificant));
    // A count of zero has no widened test, and the others are not the easier to flag for it.
    let gone = rows.iter().find(|row| row.category.as_str() == "drugs").ok_or("no row")?;
    assert_eq!((gone.p_dispersed, gone.verdict_dispersed), (None, None));
    assert_eq!((gone.reason_dispersed, gone.family_size), (Some(Reason::NoTest), 10));
    // The total has a history of its own: its sum.
    let total = rows.iter().find(|row| row.category.as_str() == "total" && row.without_category.is_none());
    let total = total.ok_or("no total")?;
    assert!(total.dispersion.is_some() && total.p_dispersed >= total.p);
    // 2022 has three years before it, 2021 two: too few.
    let periods = |year| Period::year_to_week(year, 41, WeekBasis::IsoWeeks);
    for (year, enough) in [(2022, true), (2021, false), (2020, false)] {
        let period = periods(year)?;
        for row in all.contrasts.iter().filter(|row| row.period == period) {
            assert_eq!(row.dispersion.is_some(), enough, "{}", row.figure);
            assert_eq!(row.dispersion_periods, Some(i64::from(year) - 2019), "{}", row.figure);
        }
    }
    Ok(())
}

#[test]
fn a_gap_in_the_history_is_not_a_zero() -> Outcome {
    let mut tallies = tallies(&swinging())?;
    let missing = Period::year_to_week(2020, 41, WeekBasis::IsoWeeks)?;
    tallies.retain(|row| row.category.as_str() != "violence" || row.period != missing);
    let all = evaluate(&declared()?, &tallies, &categories()?)?;
    let newest = Period::year_to_week(2023, 41, WeekBasis::IsoWeeks)?;
    for row in all.contrasts.iter().filter(|row| row.period == newest && row.without_category.is_none()) {
        // The total is known only when each member is.
        let known = if ["violence", "total"].contains(&row.category.as_str()) { 3 } else { 4 };
        assert_eq!(row.dispersion_periods, Some(known), "{}", row.figure);
    }
    Ok(())
}

#[test]
fn a_history_that_cannot_be_is_refused() -> Outcome {
    let check = |years: Value| -> Outcome<Vec<String>> {
        let indicator = indicator(&YEARS, &[("dispersion", json!({ "years": years }))])?;
        Ok(indicator.check().err().unwrap_or_default().iter().map(ToString::to_string).collect())
    };
    assert_eq!(check(json!(YEARS))?, [""; 0]);
    assert_eq!(check(json!([2022, 2021, 2021]))?, ["`dispersion.years` names 2 years; expected at least 3"]);
    assert_eq!(check(json!([2022, 2021, 2018]))?, ["`dispersion.years` `2018` is not among `period.years`"]);
    assert!(indicator(&YEARS, &[("dispersion", json!({ "year": [2022] }))]).is_err());
    Ok(())
}

fn events() -> impl Strategy<Value = u64> {
    prop_oneof![0_u64..30, 0_u64..1000, 0_u64..200_000]
}

fn outcome<T>(result: Outcome<T>) -> Result<T, TestCaseError> {
    result.map_err(|error| TestCaseError::fail(error.to_string()))
}

fn run(tallies: &[Tallied], indicator: &Indicator) -> Outcome<Evaluation> {
    Ok(evaluate(indicator, tallies, &categories()?)?)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, rng_seed: RngSeed::Fixed(2), ..ProptestConfig::default() })]

    #[test]
    fn neither_order_nor_threads_show(
        counts in prop::collection::vec(prop::collection::vec(events(), 5), 10),
        order in Just((0..50).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let indicator = outcome(declared())?;
        let tallies = outcome(tallies(&counts))?;
        let plain = outcome(run(&tallies, &indicator))?;
        let shuffled: Vec<Tallied> = order.iter().map(|at| tallies[*at].clone()).collect();
        prop_assert_eq!(&outcome(run(&shuffled, &indicator))?, &plain);
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let pool = pool.map_err(|error| TestCaseError::fail(error.to_string()))?;
            let found = pool.install(|| run(&tallies, &indicator).map_err(|error| error.to_string()));
            prop_assert_eq!(&found.map_err(TestCaseError::fail)?, &plain);
        }
    }

    #[test]
    fn widening_never_makes_a_change_surer(counts in prop::collection::vec(prop::collection::vec(events(), 5), 10)) {
        let indicator = outcome(declared())?;
        let tallies = outcome(tallies(&counts))?;
        let plain = Indicator { dispersion: None, ..indicator.clone() };
        let (widened, plain) = (outcome(run(&tallies, &indicator))?, outcome(run(&tallies, &plain))?);
        prop_assert_eq!(&widened.values, &plain.values);
        for (row, plain) in widened.contrasts.iter().zip(&plain.contrasts) {
            if let Some(p) = row.p_dispersed {
                prop_assert!(Some(p) >= row.p && p <= 1.0, "{}: {p}", row.figure);
                prop_assert!(row.q_dispersed >= row.p_dispersed && row.verdict_dispersed.is_some());
                prop_assert!(row.q_dispersed >= row.q);
                prop_assert!(row.dispersion.is_some_and(|phi| phi >= 0.0 && phi.is_finite()));
            } else {
                prop_assert_eq!((row.q_dispersed, row.verdict_dispersed), (None, None));
            }
            // A change that is shown in spite of the history is shown without it, in the same direction.
            if row.verdict_dispersed.is_some_and(|verdict| verdict.arrow().is_some()) {
                prop_assert_eq!(row.verdict_dispersed, Some(row.verdict));
            }
            // The rest of the row does not know of the history.
            let blind = Contrast {
                dispersion: None, dispersion_periods: None, p_dispersed: None, q_dispersed: None,
                verdict_dispersed: None, reason_dispersed: None, ..row.clone()
            };
            prop_assert_eq!(&blind, plain);
        }
    }
}
