//! Every cell of a survey, for the peer script `benches/peers/survey.R`, which makes the data and compares.
//!
//! ```text
//! cargo run --release -p lagesbild-stats --example survey_cells -- data.csv cells.csv
//! ```
//!
//! In: `wave;stratum;area;group;weight;population;q1;…`, empty where there is no answer. Out: one line per question, area,
//! group and wave. The time that is told is that of design, tallies, estimates and limits, reading and writing left out.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::time::Instant;

use lagesbild_stats::survey::ShareInterval;
use lagesbild_stats::survey::definition::SurveyIndicator;
use lagesbild_stats::survey::evaluate::evaluate_survey;
use lagesbild_stats::survey::frame::{AreaCode, Column, Roles, Round};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, cells] = &arguments[..] else { return Err("expected: data.csv cells.csv".into()) };
    let rounds = rounds(&fs::read_to_string(data)?)?;
    let mut text = String::from("method;question;area;group;wave;n;value;se;lower;upper;df;deff\n");
    for (name, interval) in [("xlogit", ShareInterval::Xlogit), ("beta", ShareInterval::Beta)] {
        let indicator = SurveyIndicator { interval, ..indicator(&rounds)? };
        let mut best = f64::INFINITY;
        let mut figures = evaluate_survey(&indicator, &rounds)?;
        for _ in 0..3 {
            let start = Instant::now();
            figures = evaluate_survey(&indicator, &rounds)?;
            best = best.min(start.elapsed().as_secs_f64());
        }
        println!("{name}: {} cells in {best:.4} s", figures.values.len());
        let number = |value: Option<f64>| value.map(|value| format!("{value:?}")).unwrap_or_default();
        for row in &figures.values {
            let (question, area, group, wave) = (&row.category, &row.area, &row.group, row.period);
            let n = row.n.unwrap_or_default();
            write!(text, "{name};{question};{area};{group};{wave};{n}")?;
            let numbers =
                [row.value, row.standard_error, row.lower, row.upper, row.degrees_of_freedom, row.design_effect];
            numbers.into_iter().try_for_each(|value| write!(text, ";{}", number(value)))?;
            text.push('\n');
        }
    }
    fs::write(cells, text)?;
    Ok(())
}

/// The rounds, newest first.
fn rounds(text: &str) -> Result<Vec<Round>, Box<dyn Error>> {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().ok_or("no headings")?.split(';').collect();
    let mut waves: BTreeMap<i16, Vec<Vec<Option<f64>>>> = BTreeMap::new();
    for line in lines {
        let fields: Vec<Option<f64>> = line
            .split(';')
            .map(|field| if field.is_empty() { Ok(None) } else { field.parse().map(Some) })
            .collect::<Result<_, _>>()?;
        let wave = fields.first().copied().flatten().ok_or("a row without a wave")? as i16;
        waves.entry(wave).or_default().push(fields);
    }
    let column = |rows: &[Vec<Option<f64>>], nth: usize| Column::Number(rows.iter().map(|row| row[nth]).collect());
    let mut rounds = Vec::new();
    for (year, rows) in waves.into_iter().rev() {
        let columns: BTreeMap<String, Column> =
            names.iter().enumerate().map(|(nth, name)| ((*name).to_owned(), column(&rows, nth))).collect();
        let codes: BTreeSet<u32> = rows.iter().filter_map(|row| row[2]).map(|code| code as u32).collect();
        let area = |code: u32| -> Result<AreaCode, Box<dyn Error>> {
            Ok(AreaCode { variable: "area".to_owned(), code: f64::from(code), area: format!("a{code}").parse()? })
        };
        rounds.push(Round {
            source: format!("wave-{year}").parse()?,
            year,
            rows: rows.len(),
            columns,
            roles: Roles {
                id: None,
                stratum: Some("stratum".to_owned()),
                clusters: Vec::new(),
                weight: Some("weight".to_owned()),
                population: vec!["population".to_owned()],
            },
            lost: BTreeMap::new(),
            wording: BTreeMap::new(),
            regrouped: BTreeSet::new(),
            set_aside: Vec::new(),
            areas: codes.into_iter().map(area).collect::<Result<_, _>>()?,
        });
    }
    Ok(rounds)
}

/// Every question in every area for every group.
fn indicator(rounds: &[Round]) -> Result<SurveyIndicator, Box<dyn Error>> {
    let first = rounds.first().ok_or("no round")?;
    let mut text = String::from(
        "kind = \"survey-proportion\"\nid = \"peer\"\nlabel = \"Peer\"\nmeasure = \"peer\"\nminimum-n = 1\n\
         adjust = { kind = \"benjamini-hochberg\", family = \"table\" }\n",
    );
    let list = |items: Vec<String>| format!("[{}]", items.join(", "));
    let sources = list(rounds.iter().map(|round| format!("\"{}\"", round.source)).collect());
    let areas = list(first.areas.iter().map(|code| format!("\"{}\"", code.area)).collect());
    let groups = list(
        (1..=7).map(|n| format!("{{ id = \"g{n}\", label = \"\", variable = \"group\", codes = [{n}] }}")).collect(),
    );
    let questions = first.columns.keys().filter(|name| name.starts_with('q'));
    let questions =
        list(questions.map(|q| format!("{{ id = \"{q}\", label = \"\", variable = \"{q}\", yes = [1] }}")).collect());
    write!(
        text,
        "rounds = {sources}\nareas = {{ whole = \"whole\", variables = [\"area\"], list = {areas} }}\n\
         groups = {groups}\nquestions = {questions}\n"
    )?;
    Ok(toml::from_str(&text)?)
}
