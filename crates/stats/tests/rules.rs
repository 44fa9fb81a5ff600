//! Rules of the house that have no number of their own; the names are those of the list of check vectors (M01 to M12).

use std::error::Error;

use lagesbild_model::table::Contrast;
use lagesbild_model::{CategoryId, DateBasis, Period, Reason, Status, Verdict, WeekBasis};
use lagesbild_stats::definition::Indicator;
use lagesbild_stats::evaluate::{Evaluation, evaluate};
use lagesbild_stats::method::Method;
use lagesbild_stats::tally::{CountObservation, CountTally, Tallied, Tally};
use serde_json::{Value, json};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn calc(method: &str, input: &Value) -> Outcome<Value> {
    Ok(Method::from_name(method)?.run(input)?)
}

fn observed(events: u64) -> Value {
    json!({ "count": events })
}

fn tallied(area: &str, year: i16, events: u64) -> Outcome<Tallied> {
    let period = Period::year_to_week(year, 41, WeekBasis::IsoWeeks)?;
    let mut tally = CountTally::empty();
    tally.add(&CountObservation {
        value: Some(events),
        status: Status::Final,
        days: u64::try_from(period.exposure_days())?,
        date_basis: DateBasis::OffenceStart,
        extracted_at: None,
    });
    Ok(Tallied { area: area.parse()?, category: "damage".parse()?, period, tally })
}

/// `whole` holds `part`; counts of 2022 and 2023.
fn evaluated(part: [u64; 2], whole: [u64; 2], turned: bool) -> Outcome<Evaluation> {
    let indicator: Indicator = serde_json::from_value(json!({
        "id": "brott", "label": "Brott", "areas": ["whole", "part"],
        "numerator": { "source": "s", "measure": "m", "group": "alla", "partition": "total" },
        "period": { "kind": "year-to-week", "week": 41, "basis": "iso-weeks", "years": [2023, 2022] },
        "estimate": { "kind": "count", "interval": "garwood" },
        "compare": [
            { "kind": "change", "id": "change", "test": "exact-central" },
            { "kind": "part-against-rest", "id": "part", "part": "part", "whole": "whole", "test": "exact-conditional" },
        ],
        "adjust": { "kind": "benjamini-hochberg", "family": "table" },
    }))?;
    let mut tallies = Vec::new();
    for (area, counts) in [("part", part), ("whole", whole)] {
        tallies.push(tallied(area, 2022, counts[0])?);
        tallies.push(tallied(area, 2023, counts[1])?);
    }
    if turned {
        tallies.reverse();
    }
    let categories: Vec<CategoryId> = vec!["damage".parse()?];
    Ok(evaluate(&indicator, &tallies, &categories)?)
}

fn row<'a>(all: &'a Evaluation, comparison: &str, area: &str) -> Outcome<&'a Contrast> {
    let fits = |row: &&Contrast| {
        row.comparison.as_str() == comparison && row.area.as_str() == area && row.category.as_str() == "damage"
    };
    Ok(all.contrasts.iter().find(fits).ok_or("no such row")?)
}

#[test]
fn m03_a_change_from_zero_has_a_difference_and_a_p_and_no_percentage() -> Outcome {
    let answer = calc("count-ratio", &json!({ "baseline": observed(0), "current": observed(5) }))?;
    assert_eq!((&answer["percent_change"], &answer["ratio"]), (&Value::Null, &Value::Null));
    assert_eq!(answer["difference"], 5.0);
    // 2 * 0.5^5, by hand.
    assert!((answer["exact"]["p_value"].as_f64().ok_or("no p")? - 0.0625).abs() < 1e-15);
    let all = evaluated([0, 50], [100, 160], false)?;
    let found = row(&all, "change", "part")?;
    assert_eq!((found.difference, found.percent, found.ratio), (Some(50), None, None));
    assert_eq!((found.verdict, found.reason), (Verdict::Increase, Reason::FromZero));
    Ok(())
}

#[test]
fn m04_a_part_is_held_against_the_whole_without_it() -> Outcome {
    let all = evaluated([761, 530], [3134, 2272], false)?;
    let found = row(&all, "part", "part")?;
    assert_eq!((found.rest_reference_value, found.rest_value), (Some(3134 - 761), Some(2272 - 530)));
    // (530 / 761) / (1742 / 2373): B09's row for damage.
    assert!((found.ratio.ok_or("no ratio")? - 0.949).abs() < 0.0005);
    // A part with more than its whole has no answer, and is told.
    let wrong = evaluated([200, 530], [100, 2272], false)?;
    assert_eq!(row(&wrong, "part", "part")?.p, None);
    assert_eq!(wrong.contradictions.len(), 2, "the category and its total");
    Ok(())
}

#[test]
fn m06_what_a_p_value_and_an_interval_travel_with() -> Outcome {
    for row in evaluated([761, 530], [3134, 2272], false)?.contrasts {
        assert!(row.p.is_some() && row.q.is_some());
        assert!(!row.test.is_empty() && !row.family.is_empty());
        assert_eq!((row.sidedness.code(), row.adjustment.as_str()), ("two-sided", "benjamini-hochberg"));
        assert_eq!((row.exposure_days, row.reference_exposure_days), (287, 287));
        assert_eq!((row.family_size, row.level), (1, 0.95));
    }
    for value in evaluated([761, 530], [3134, 2272], false)?.values {
        assert_eq!((value.level, value.method.as_str()), (0.95, "garwood"));
        assert!(value.lower.is_some() && value.upper.is_some());
    }
    Ok(())
}

#[test]
fn m07_a_value_on_a_limit_is_similar() -> Outcome {
    // The limits are known once they are computed: an area that lies on one of them is inside.
    let areas = |count: u64| json!([{ "name": "a", "count": count, "denominator": 100 }, { "name": "b", "count": 5000, "denominator": 10_000 }]);
    let label = |count: u64| -> Outcome<(String, f64, f64, f64)> {
        let input = json!({ "kind": "share", "areas": areas(count), "baseline": 0.5 });
        let point = calc("funnel", &input)?["points"][0].clone();
        let limit = |at: usize| point["inner"][at].as_f64().ok_or("no limit");
        let value = point["value"].as_f64().ok_or("no value")?;
        Ok((point["label"].as_str().ok_or("no label")?.to_owned(), value, limit(0)?, limit(1)?))
    };
    for count in 30..=70 {
        let (label, value, lower, upper) = label(count)?;
        let wanted = value >= lower && value <= upper;
        assert_eq!(label == "inside", wanted, "{count}: {label}, {value} in {lower} to {upper}");
    }
    // Fewer events than the minimum: no verdict, with the reason.
    let few = evaluated([3, 4], [100, 160], false)?;
    let few = row(&few, "change", "part")?;
    assert_eq!((few.verdict, few.reason), (Verdict::TooFew, Reason::EventsBelowMinimum));
    Ok(())
}

#[test]
fn m08_no_p_value_is_zero() -> Outcome {
    // B01i: R poisson.test(c(2272, 3134)).
    let all = evaluated([761, 530], [3134, 2272], false)?;
    let p = row(&all, "change", "whole")?.p.ok_or("no p")?;
    assert!((p / 8.4304413866e-32 - 1.0).abs() < 1e-10);
    // So far out that the number itself underflows: its logarithm is finite, and the stored p an upper bound above zero.
    let answer = calc("count-ratio", &json!({ "baseline": observed(600_000), "current": observed(500_000) }))?;
    assert_eq!(answer["exact"]["p_value"], 0.0);
    assert!(answer["ln_p_value"].as_f64().ok_or("no logarithm")? < -4000.0);
    let all = evaluated([600_000, 500_000], [1_200_000, 1_100_000], false)?;
    let found = row(&all, "change", "part")?;
    assert!(found.p > Some(0.0) && found.p < Some(1e-300) && found.q > Some(0.0), "{:?}", found.p);
    Ok(())
}

#[test]
fn m10_neither_the_order_of_rows_nor_the_number_of_threads_shows() -> Outcome {
    let forward = evaluated([761, 530], [3134, 2272], false)?;
    assert_eq!(forward, evaluated([761, 530], [3134, 2272], true)?);
    for threads in [1, 2, 7] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        let found = pool.install(|| evaluated([761, 530], [3134, 2272], false).map_err(|error| error.to_string()))?;
        assert_eq!(forward, found, "{threads} threads");
    }
    Ok(())
}
