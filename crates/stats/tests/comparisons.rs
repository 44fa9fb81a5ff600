//! Comparisons beyond a change, asked for by a definition: rates, means of years, trends, areas, surveillance.

use std::error::Error;

use lagesbild_model::table::{Caution, Contrast};
use lagesbild_model::{CategoryId, DateBasis, Period, Reason, Status, Verdict, WeekBasis};
use lagesbild_stats::definition::Indicator;
use lagesbild_stats::evaluate::{Evaluation, evaluate_rates, summarise};
use lagesbild_stats::method::Method;
use lagesbild_stats::tally::{CountObservation, CountTally, Tallied, Tally};
use serde_json::{Value, json};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn tallied(area: &str, category: &str, period: Period, events: u64) -> Outcome<Tallied> {
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

fn year(year: i16) -> Outcome<Period> {
    Ok(Period::year_to_week(year, 41, WeekBasis::IsoWeeks)?)
}

/// An indicator of one category; `rest` is TOML after the period's years.
fn indicator(areas: &[&str], period: &str, rest: &str) -> Outcome<Indicator> {
    let areas = areas.iter().map(|area| format!("\"{area}\"")).collect::<Vec<_>>().join(", ");
    Ok(toml::from_str(&format!(
        r#"
        id = "brott"
        label = "Anmälda brott"
        areas = [{areas}]
        numerator = {{ source = "status", measure = "brott", group = "alla", partition = "total" }}
        adjust = {{ kind = "benjamini-hochberg", family = "table" }}
        period = {period}
        {rest}
        "#
    ))?)
}

fn years(newest: i16, number: i16) -> String {
    let years: Vec<String> = (0..number).map(|back| (newest - back).to_string()).collect();
    format!("{{ kind = \"year-to-week\", week = 41, basis = \"iso-weeks\", years = [{}] }}", years.join(", "))
}

const COUNT: &str = r#"estimate = { kind = "count", interval = "garwood" }"#;
const RATE: &str = r#"
    estimate = { kind = "rate", interval = "garwood", per = 1000 }
    denominator = [{ source = "folkmangd", measure = "folkmangd", groups = ["alla"], category = "invanare", year = "previous" }]
"#;

/// Counts of one area, oldest first, ending with `newest`.
fn series(area: &str, newest: i16, counts: &[u64]) -> Outcome<Vec<Tallied>> {
    let first = newest + 1 - i16::try_from(counts.len())?;
    (first..).zip(counts).map(|(at, count)| tallied(area, "damage", year(at)?, *count)).collect()
}

/// Inhabitants of one area at the end of the years before.
fn inhabitants(area: &str, newest: i16, counts: &[u64]) -> Outcome<Vec<Tallied>> {
    let first = newest - i16::try_from(counts.len())?;
    (first..).zip(counts).map(|(at, count)| tallied(area, "invanare", Period::year(at)?, *count)).collect()
}

fn run(indicator: &Indicator, tallies: &[Tallied], denominators: &[Tallied]) -> Outcome<Evaluation> {
    indicator.check().map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
    let categories: Vec<CategoryId> = vec!["damage".parse()?];
    Ok(evaluate_rates(indicator, tallies, denominators, &categories)?)
}

/// The row of the one category in an area, newest period first.
fn damage<'a>(all: &'a Evaluation, area: &str) -> Outcome<&'a Contrast> {
    let found = all.contrasts.iter().find(|row| row.area.as_str() == area && row.category.as_str() == "damage");
    Ok(found.ok_or("no row")?)
}

fn close(found: Option<f64>, wanted: f64) {
    assert!(found.is_some_and(|found| (found / wanted - 1.0).abs() < 1e-9), "{found:?}, expected {wanted}");
}

fn compare(kind: &str) -> String {
    format!("compare = [{{ id = \"x\", {kind} }}]")
}

#[test]
fn rates_use_the_inhabitants_of_the_year_before() -> Outcome {
    let asked = indicator(
        &["a"],
        &years(2023, 2),
        &(RATE.to_owned() + &compare("kind = \"change\", test = \"exact-central\"")),
    )?;
    let people = inhabitants("a", 2023, &[11_100, 11_400])?;
    let found = asked.denominators(|plan, categories, years| {
        assert_eq!((plan.numerator.source.as_str(), categories[0].as_str()), ("folkmangd", "invanare"));
        assert_eq!(years, [Period::year(2021)?, Period::year(2022)?]);
        Ok::<_, Box<dyn Error>>(people.clone())
    })?;
    assert_eq!(found, people);
    let all = run(&asked, &series("a", 2023, &[87, 60])?, &people)?;
    // R 4.2.2: poisson.test(c(60, 87), T = c(11400, 11100)); p twice the smaller pbinom (vectors B06 and K05).
    let row = damage(&all, "a")?;
    close(row.p, 0.020_865_501_587_29);
    close(row.ratio, 0.671_506_352_087_1);
    close(row.ratio_lower, 0.475_043_075_536_9);
    close(row.ratio_upper, 0.943_777_591_604_4);
    assert_eq!((row.denominator, row.reference_denominator), (Some(11_400), Some(11_100)));
    // R 4.2.2: c(60, qchisq(c(.025), 120) / 2) / 11400 * 1000
    let value = all.values.iter().find(|row| row.category.as_str() == "damage").ok_or("no value")?;
    assert_eq!(value.unit, "per-1000");
    close(value.value, 60.0 / 11.4);
    close(value.lower, 45.786_320_950_01 / 11.4);
    // Without inhabitants there is neither a rate nor a comparison.
    let all = run(&asked, &series("a", 2023, &[87, 60])?, &people[1..])?;
    assert_eq!(damage(&all, "a")?.reason, Reason::ExposureUnknown);
    // Two rows of one year are a population told twice.
    let mut twice = people.clone();
    twice[0].tally.rows = 2;
    assert_eq!(asked.denominators(|_, _, _| Ok::<_, Box<dyn Error>>(twice.clone()))?, people[1..]);
    Ok(())
}

#[test]
fn a_year_against_the_mean_of_earlier_ones() -> Outcome {
    let rest = COUNT.to_owned() + "\n" + &compare("kind = \"mean-of-years\", test = \"exact-central\"");
    let asked = indicator(&["a"], &years(2023, 5), &rest)?;
    let all = run(&asked, &series("a", 2023, &[72, 95, 61, 87, 55])?, &[])?;
    let row = damage(&all, "a")?;
    // The same as the method, itself compared with R; days cancel.
    let found = Method::from_name("several-years")?.run(&json!({
        "years": [{"count": 72}, {"count": 95}, {"count": 61}, {"count": 87}], "current": {"count": 55}
    }))?;
    close(row.p, found["poisson"]["exact"]["p_value"].as_f64().ok_or("no p")?);
    close(row.p_dispersed, found["quasi_poisson"]["p_value"].as_f64().ok_or("no p")?);
    close(row.dispersion, 2.932_275_132_275_1);
    assert_eq!((row.reference_value, row.points, row.reference_exposure_days), (Some(315), Some(4), 4 * 287));
    close(row.expected, 78.75);
    assert_eq!((row.verdict, row.verdict_dispersed), (Verdict::Decrease, Some(Verdict::NoChangeShown)));
    // 2020 has two earlier years, 2019 none before it: no row.
    assert_eq!(all.contrasts.iter().filter(|row| row.category.as_str() == "damage").count(), 3);
    Ok(())
}

#[test]
fn trends_have_gates() -> Outcome {
    let counts = [12, 30, 9, 41, 22, 55, 18, 63, 27, 70];
    let trend = |number: i16, extra: &str| -> Outcome<Contrast> {
        let rest = COUNT.to_owned() + "\n" + &compare(&format!("kind = \"trend\", {extra}"));
        let asked = indicator(&["a"], &years(2023, number), &rest)?;
        let tallies = series("a", 2023, &counts[counts.len() - usize::try_from(number)?..])?;
        Ok(damage(&run(&asked, &tallies, &[])?, "a")?.clone())
    };
    // MASS::glm.nb, glm(quasipoisson), glm(poisson): vector D05.
    let quasi = trend(10, "model = \"quasi-poisson\"")?;
    close(quasi.slope, 0.132_098_890_637_5);
    assert!(quasi.p.is_some_and(|p| (p / 0.051_505_024_116_02 - 1.0).abs() < 1e-9));
    assert_eq!((quasi.verdict, quasi.points, quasi.caution), (Verdict::NoChangeShown, Some(10), None));
    let poisson = trend(10, "model = \"poisson\"")?;
    // R's standard error is of the weights before the last step.
    assert!(poisson.p.is_some_and(|p| (p / 1.282_932_988_756e-11 - 1.0).abs() < 1e-7));
    assert_eq!((poisson.verdict, poisson.verdict_dispersed), (Verdict::Increase, Some(Verdict::NoChangeShown)));
    let negative = trend(10, "model = \"negative-binomial\"")?;
    assert!(negative.p.is_some_and(|p| (p / 0.011_976_571_255_37 - 1.0).abs() < 1e-6));
    let ranks = trend(10, "model = \"mann-kendall\"")?;
    // R 4.2.2: cor.test(1:10, x, method = "kendall", exact = TRUE)$p.value
    close(ranks.p, 0.072_550_154_320_987_66);
    assert_eq!((ranks.verdict, ranks.ratio), (Verdict::NoChangeShown, None));
    // Three points are flagged, a break stops the trend unless it was linked, two points are none.
    assert_eq!(trend(3, "model = \"quasi-poisson\"")?.caution, Some(Caution::FewPoints));
    let broken = trend(10, "model = \"quasi-poisson\", breaks = [2019]")?;
    assert_eq!((broken.verdict, broken.reason, broken.p), (Verdict::NotComparable, Reason::MethodChanged, None));
    assert!(trend(10, "model = \"quasi-poisson\", breaks = [2019], linked = true")?.p.is_some());
    assert!(trend(10, "model = \"quasi-poisson\", breaks = [2014]")?.p.is_some());
    let refused = trend(2, "model = \"quasi-poisson\"").map_err(|error| error.to_string());
    assert_eq!(refused.map(|_| ()), Err("`period` has 2 periods; expected at least 3 for a trend".to_owned()));
    Ok(())
}

#[test]
fn shares_of_a_denominator_have_a_trend() -> Outcome {
    let denominator = RATE.replace("previous", "same");
    let asked = indicator(
        &["a"],
        &years(2022, 5),
        &(denominator + &compare("kind = \"trend\", model = \"cochran-armitage\"")),
    )?;
    let answers = inhabitants("a", 2023, &[700, 690, 680, 705, 690])?;
    let all = run(&asked, &series("a", 2022, &[62, 55, 48, 44, 33])?, &answers)?;
    // R 4.2.2: prop.trend.test (vector D01; equally spaced years give the same as 1..5).
    close(damage(&all, "a")?.p, 0.001_239_187_554_872);
    assert_eq!(damage(&all, "a")?.verdict, Verdict::Decrease);
    Ok(())
}

#[test]
fn an_area_is_compared_with_a_benchmark_without_itself() -> Outcome {
    let asked = |contains: &str| {
        let kind =
            format!("kind = \"benchmark\", benchmark = \"whole\", contains = {contains}, test = \"exact-central\"");
        indicator(&["a", "whole"], &years(2023, 1), &(RATE.to_owned() + &compare(&kind)))
    };
    let tallies = [series("a", 2023, &[1013])?, series("whole", 2023, &[9184])?].concat();
    let people = [inhabitants("a", 2023, &[11_500])?, inhabitants("whole", 2023, &[71_000])?].concat();
    let all = run(&asked("true")?, &tallies, &people)?;
    let row = damage(&all, "a")?;
    let counts = |count: u64, exposure: u64| json!({ "count": count, "exposure": exposure });
    let found = Method::from_name("count-ratio")?
        .run(&json!({ "baseline": counts(9184 - 1013, 71_000 - 11_500), "current": counts(1013, 11_500) }))?;
    close(row.p, found["exact"]["p_value"].as_f64().ok_or("no p")?);
    close(row.ratio, found["ratio"].as_f64().ok_or("no ratio")?);
    assert_eq!((row.rest_value, row.verdict), (Some(8171), Verdict::LowerThanBenchmark));
    let outside = run(&asked("false")?, &tallies, &people)?;
    assert_eq!(damage(&outside, "a")?.rest_value, None);
    close(damage(&outside, "a")?.ratio, 1013.0 / 11_500.0 / (9184.0 / 71_000.0));
    // More events than the whole that contains them: a contradiction, and no figure.
    let tallies = [series("a", 2023, &[1013])?, series("whole", 2023, &[900])?].concat();
    let all = run(&asked("true")?, &tallies, &people)?;
    assert_eq!((damage(&all, "a")?.reason, all.contradictions.len()), (Reason::PopulationChanged, 2));
    Ok(())
}

#[test]
fn areas_stand_in_a_funnel() -> Outcome {
    let counts = [120_u64, 95, 143, 88, 210, 64, 175, 132, 99, 158];
    let people = [110_u64, 120, 118, 97, 160, 90, 150, 128, 131, 149];
    let names: Vec<String> = (0..10).map(|at| format!("area-{at}")).collect();
    let areas: Vec<&str> = names.iter().map(String::as_str).collect();
    for (custom, name) in [("", "cqc"), (", overdispersion = \"shmi\"", "shmi")] {
        let rest = RATE.to_owned() + &compare(&format!("kind = \"funnel\"{custom}"));
        let asked = indicator(&areas, &years(2023, 1), &rest)?;
        let (mut tallies, mut denominators) = (Vec::new(), Vec::new());
        for ((area, count), people) in areas.iter().zip(counts).zip(people) {
            tallies.extend(series(area, 2023, &[count])?);
            denominators.extend(inhabitants(area, 2023, &[1000 * people])?);
        }
        let all = run(&asked, &tallies, &denominators)?;
        let input: Vec<Value> = counts
            .iter()
            .zip(people)
            .map(|(count, people)| json!({ "name": "x", "count": count, "denominator": 1000 * people }))
            .collect();
        let found =
            Method::from_name("funnel")?.run(&json!({ "kind": "ratio", "areas": input, "overdispersion": name }))?;
        for (area, point) in areas.iter().zip(found["points"].as_array().ok_or("no points")?) {
            let row = damage(&all, area)?;
            close(row.ratio, point["value"].as_f64().ok_or("no value")?);
            close(row.expected, point["size"].as_f64().ok_or("no size")?);
            // Widened p below 0.05 exactly where the widened label is outside, unless the exact one says otherwise.
            let outside = point["adjusted_label"] != "inside" && row.p < Some(0.05);
            assert_eq!(row.p_dispersed < Some(0.05), outside, "{area} {name}");
            assert_eq!((row.family_size, row.points), (10, Some(10)));
            assert_eq!(row.caution, Some(Caution::Overdispersed));
        }
        let summary = summarise(all.contrasts.iter());
        assert_eq!((summary.planned, summary.tests, summary.families), (20, 20, 2));
        assert!((summary.expected_flags - 1.0).abs() < 1e-12 && summary.flags <= summary.flags_uncorrected);
    }
    Ok(())
}

/// Months back from October 2023, newest first in the definition.
fn months(counts: &[u64]) -> Outcome<Vec<Tallied>> {
    let mut tallies = Vec::new();
    let (mut year, mut month) = (2023, 10);
    for count in counts.iter().rev() {
        tallies.push(tallied("a", "damage", Period::month(year, month)?, *count)?);
        month -= 1;
        if month == 0 {
            (year, month) = (year - 1, 12);
        }
    }
    Ok(tallies)
}

#[test]
fn the_newest_month_is_watched() -> Outcome {
    let example = Method::from_name("farrington")?.example()?;
    let counts: Vec<u64> = serde_json::from_value(example["counts"].clone())?;
    let watch = |watch: &str, counts: &[u64]| -> Outcome<Contrast> {
        let rest = COUNT.to_owned() + "\n" + &compare(&format!("kind = \"surveillance\", watch = {watch}"));
        let period = format!("{{ kind = \"months\", year = 2023, month = 10, number = {} }}", counts.len());
        let asked = indicator(&["a"], &period, &rest)?;
        Ok(damage(&run(&asked, &months(counts)?, &[])?, "a")?.clone())
    };
    let farrington = "{ kind = \"farrington\", years = 5, window = 1 }";
    let row = watch(farrington, &counts)?;
    let found = Method::from_name("farrington")?.run(&example)?;
    close(row.p, found["p_value"].as_f64().ok_or("no p")?);
    close(row.expected_upper, found["upper"].as_f64().ok_or("no bound")?);
    assert_eq!((row.verdict, row.test.as_str(), row.family_size), (Verdict::UnusuallyHigh, "farrington", 1));
    let short = watch(farrington, &counts[30..])?;
    assert_eq!((short.verdict, short.reason, short.p), (Verdict::NotComparable, Reason::HistoryTooShort, None));
    let mut calm = counts.clone();
    *calm.last_mut().ok_or("no count")? = 25;
    for (kind, verdict) in [
        ("{ kind = \"ears\", variant = \"c1\", baseline = 7 }", Verdict::UnusuallyHigh),
        ("{ kind = \"ewma\", history = 40 }", Verdict::UnusuallyHigh),
        ("{ kind = \"cusum\", history = 40 }", Verdict::UnusuallyHigh),
    ] {
        let raised = watch(kind, &counts)?;
        assert_eq!(raised.verdict, verdict, "{kind} {raised:?}");
        assert_eq!(watch(kind, &calm)?.verdict, Verdict::AsExpected, "{kind}");
        assert_eq!(watch(&kind.replace("40", "400"), &counts[..5])?.reason, Reason::HistoryTooShort, "{kind}");
    }
    Ok(())
}

/// Each of the newest months is judged as if it were the last one known.
#[test]
fn several_months_are_watched_each_by_its_own_past() -> Outcome {
    let mut counts: Vec<u64> = (0..66).map(|i| 20 + (i * 7) % 11).collect();
    counts[63] = 60;
    let judged = |counts: &[u64], periods: usize| -> Outcome<Vec<Contrast>> {
        let watch = format!(
            "kind = \"surveillance\", watch = {{ kind = \"farrington\", years = 4, window = 1 }}, periods = {periods}"
        );
        let rest = COUNT.to_owned() + "\n" + &compare(&watch);
        let period = format!("{{ kind = \"months\", year = 2023, month = 10, number = {} }}", counts.len());
        let asked = indicator(&["a"], &period, &rest)?;
        let all = run(&asked, &months(counts)?, &[])?;
        Ok(all.contrasts.into_iter().filter(|row| row.category.as_str() == "damage").collect())
    };
    let rows = judged(&counts, 4)?;
    let verdicts: Vec<(String, Verdict)> = rows.iter().map(|row| (row.period.to_string(), row.verdict)).collect();
    let expected = [
        ("2023-10", Verdict::AsExpected),
        ("2023-09", Verdict::AsExpected),
        ("2023-08", Verdict::UnusuallyHigh),
        ("2023-07", Verdict::AsExpected),
    ];
    assert_eq!(verdicts, expected.map(|(period, verdict)| (period.to_owned(), verdict)));
    // The third is what a series that ends with it gives, but for the month that it is called.
    let alone = Method::from_name("farrington")?.run(&serde_json::json!(
        { "counts": counts[..64], "period": 12, "years": 4, "window": 1 }
    ))?;
    close(rows[2].expected_upper, alone["upper"].as_f64().ok_or("no bound")?);
    close(rows[2].p, alone["p_value"].as_f64().ok_or("no p")?);
    assert_eq!(rows[2].points, Some(49));
    assert!(judged(&counts, 0).is_err_and(|fault| fault.to_string().contains("compare.periods")));
    Ok(())
}

#[test]
fn months_have_a_seasonal_trend_and_a_change() -> Outcome {
    let counts = [
        61, 55, 70, 72, 88, 95, 90, 93, 80, 77, 69, 64, 49, 71, 58, 95, 82, 118, 84, 109, 70, 92, 61, 83, 83, 47, 91,
        74, 113, 92, 121, 86, 101, 73, 88, 55, 70, 66, 85, 79, 104, 99, 117, 98, 93, 84, 80, 69,
    ];
    let asked = |model: &str| {
        let rest = format!(
            "{COUNT}\ncompare = [{{ kind = \"trend\", id = \"x\", model = \"{model}\" }},
             {{ kind = \"change\", id = \"y\", test = \"exact-central\" }}]"
        );
        indicator(&["a"], "{ kind = \"months\", year = 2023, month = 10, number = 48 }", &rest)
    };
    let all = run(&asked("quasi-poisson")?, &months(&counts)?, &[])?;
    let row = damage(&all, "a")?;
    assert_eq!(
        (row.test.as_str(), row.points, row.caution),
        ("seasonal-quasi-poisson", Some(48), Some(Caution::FewPoints))
    );
    assert!(row.p.is_some() && row.slope.is_some_and(|slope| slope > 0.0));
    // Every month that has the same one a year before is compared: 36 of 48.
    let changes =
        all.contrasts.iter().filter(|row| row.comparison.as_str() == "y" && row.category.as_str() == "damage");
    assert_eq!(changes.count(), 36);
    assert!(run(&asked("mann-kendall")?, &months(&counts)?, &[]).is_err());
    Ok(())
}

#[test]
fn a_count_stands_against_its_predicted_range() -> Outcome {
    let rest = COUNT.to_owned() + "\n" + &compare("kind = \"prediction\"");
    let asked = indicator(&["a"], &years(2023, 2), &rest)?;
    // Vector B14: 87 predicts 63 to 115.
    for (now, verdict) in [
        (62, Verdict::UnusuallyLow),
        (63, Verdict::AsExpected),
        (115, Verdict::AsExpected),
        (116, Verdict::UnusuallyHigh),
    ] {
        let all = run(&asked, &series("a", 2023, &[87, now])?, &[])?;
        let row = damage(&all, "a")?;
        assert_eq!((row.expected_lower, row.expected_upper, row.verdict), (Some(63.0), Some(115.0), verdict));
    }
    let all = run(&indicator(&["a"], &years(2023, 1), &rest)?, &series("a", 2023, &[60])?, &[])?;
    assert_eq!(damage(&all, "a")?.reason, Reason::HistoryTooShort);
    Ok(())
}

#[test]
fn overlays_are_never_summed() -> Outcome {
    let text = format!(
        r#"
        id = "grupper"
        label = "Grupper"
        areas = ["a"]
        numerator = {{ source = "register", measure = "brott", group = "alla", overlays = ["knivlag", "klotter"] }}
        adjust = {{ kind = "benjamini-hochberg", family = "table" }}
        period = {}
        {COUNT}
        compare = [{{ kind = "change", id = "change", test = "exact-central" }}]
        "#,
        years(2023, 2)
    );
    let asked: Indicator = toml::from_str(&text)?;
    let counts = [("knivlag", 2023, 138), ("knivlag", 2022, 111), ("klotter", 2023, 1428), ("klotter", 2022, 1921)];
    let tallies: Outcome<Vec<Tallied>> =
        counts.iter().map(|(overlay, at, events)| tallied("a", overlay, year(*at)?, *events)).collect();
    let overlays: Vec<CategoryId> = vec!["knivlag".parse()?, "klotter".parse()?];
    asked.check().map_err(|faults| format!("{faults:?}"))?;
    let all = evaluate_rates(&asked, &tallies?, &[], &overlays)?;
    // A row for each and none for a sum, whole or without the largest mover; nothing contributes to anything.
    let rows: Vec<&str> = all.contrasts.iter().map(|row| row.category.as_str()).collect();
    assert_eq!(rows, ["knivlag", "klotter"]);
    assert_eq!(all.values.len(), 4);
    assert!(all.contrasts.iter().all(|row| row.contribution_percent.is_none() && row.family_size == 2));
    assert!(all.contrasts.iter().all(|row| row.family == "grupper/change/a/2023-W01--W41"));

    let faults = |text: String| -> Outcome<Vec<String>> {
        let asked: Indicator = toml::from_str(&text)?;
        Ok(asked.check().err().unwrap_or_default().iter().map(ToString::to_string).collect())
    };
    let either = "`numerator.partition` and `numerator.overlays` exclude each other; expected one of them";
    assert_eq!(faults(text.replace("overlays =", "partition = \"total\", overlays ="))?, [either]);
    assert_eq!(faults(text.replace(", overlays = [\"knivlag\", \"klotter\"]", ""))?, [either]);
    assert_eq!(faults(text.replace("klotter", "knivlag"))?, ["`numerator.overlays` names `knivlag` twice"]);
    Ok(())
}

#[test]
fn inhabitants_are_summed_over_groups_and_found_in_the_first_source_that_has_them() -> Outcome {
    let rest = r#"
        estimate = { kind = "rate", interval = "garwood", per = 1000 }
        denominator = [
            { source = "districts", measure = "m", groups = ["women", "men"], category = "invanare", year = "previous" },
            { source = "parts", measure = "m", groups = ["alla"], category = "invanare", year = "previous" },
        ]
    "#;
    let asked = indicator(&["a", "b", "c"], &years(2023, 1), rest)?;
    asked.check().map_err(|faults| format!("{faults:?}"))?;
    let row = |area: &str, people| tallied(area, "invanare", Period::year(2022)?, people);
    let found = asked.denominators(|plan, _, _| -> Outcome<Vec<Tallied>> {
        let numerator = &plan.numerator;
        match (numerator.source.as_str(), numerator.group.as_str()) {
            // `b` has women alone, so that nobody is known here.
            ("districts", "women") => Ok(vec![row("a", 510)?, row("b", 99)?]),
            ("districts", _) => Ok(vec![row("a", 490)?]),
            _ => Ok(vec![row("a", 7777)?, row("b", 200)?]),
        }
    })?;
    let known: Vec<(&str, u64)> = found.iter().map(|row| (row.area.as_str(), row.tally.events)).collect();
    assert_eq!(known, [("a", 1000), ("b", 200)]);
    let faults = |from: &str, to: &str| -> Outcome<Vec<String>> {
        let asked = indicator(&["a"], &years(2023, 1), &rest.replacen(from, to, 1))?;
        Ok(asked.check().err().unwrap_or_default().iter().map(ToString::to_string).collect())
    };
    assert_eq!(faults("\"men\"", "\"women\"")?, ["`denominator.groups` names `women` twice"]);
    assert_eq!(
        faults("[\"alla\"]", "[]")?,
        ["`denominator.groups` is empty; expected those that everybody is in one of"]
    );
    assert_eq!(
        faults("previous", "same")?,
        ["`denominator.year` differs between denominators; expected one for all areas"]
    );
    Ok(())
}

#[test]
fn definitions_that_cannot_be_are_refused() -> Outcome {
    let faults = |period: &str, rest: &str| -> Outcome<Vec<String>> {
        Ok(indicator(&["a"], period, rest)?.check().err().unwrap_or_default().iter().map(ToString::to_string).collect())
    };
    let rate = "estimate = { kind = \"rate\", interval = \"garwood\", per = 0 }";
    assert_eq!(
        faults(&years(2023, 1), rate)?,
        [
            "`estimate.per` is 0; expected at least 1",
            "`denominator` is absent; expected one, since rates are asked for"
        ]
    );
    assert_eq!(
        faults(&years(2023, 1), &(COUNT.to_owned() + "\n" + &compare("kind = \"funnel\"")))?,
        ["`denominator` is absent; expected one, since `x` needs it"]
    );
    assert_eq!(
        faults("{ kind = \"weeks\", year = 2023, week = 41, number = 0 }", COUNT)?,
        ["`period.number` is 0; expected from 1 to 1000"]
    );
    assert_eq!(faults("{ kind = \"weeks\", year = 2021, week = 53, number = 3 }", COUNT)?.len(), 1);
    let weeks = indicator(&["a"], "{ kind = \"weeks\", year = 2021, week = 2, number = 4 }", COUNT)?.periods()?;
    let weeks: Vec<String> = weeks.iter().map(ToString::to_string).collect();
    assert_eq!(weeks, ["2021-W02", "2021-W01", "2020-W53", "2020-W52"]);
    Ok(())
}

#[test]
fn threads_and_order_do_not_show() -> Outcome {
    let counts = [12, 30, 9, 41, 22];
    let rest = format!(
        "{RATE}\ncompare = [
            {{ kind = \"trend\", id = \"t\", model = \"quasi-poisson\" }}, {{ kind = \"funnel\", id = \"f\" }},
            {{ kind = \"mean-of-years\", id = \"m\", test = \"exact-central\" }}, {{ kind = \"prediction\", id = \"p\" }}]"
    );
    let asked = indicator(&["a", "b"], &years(2023, 5), &rest)?;
    let mut tallies = [series("a", 2023, &counts)?, series("b", 2023, &[70, 27, 63, 18, 55])?].concat();
    let mut people = [inhabitants("a", 2023, &[900; 5])?, inhabitants("b", 2023, &[1900; 5])?].concat();
    let plain = run(&asked, &tallies, &people)?;
    assert!(plain.contrasts.iter().all(|row| row.family_size >= 1 && !row.test.is_empty()));
    tallies.reverse();
    people.reverse();
    for threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        let found = pool.install(|| run(&asked, &tallies, &people).map_err(|error| error.to_string()))?;
        assert_eq!(found, plain);
    }
    Ok(())
}
