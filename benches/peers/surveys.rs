//! Every question of a survey in every area from the store: for timing against another engine's plain group-by.
//!
//! `surveys FOLDER QUESTIONS AREAS GROUPS YEAR…` reads `FOLDER/responses-peer-YEAR.parquet` (columns `row`, `stratum`, `area`, `group`,
//! `weight`, `population`, `q1`…), estimates shares with errors, limits and design effects of all areas and groups, each area
//! against the rest, and prints cells, seconds, the sum of all shares and the peak of resident memory.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a measurement that cannot be made has nothing to tell")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Instant;

use lagesbild_stats::survey::definition::SurveyIndicator;
use lagesbild_stats::survey::evaluate::evaluate_survey_by_question;
use lagesbild_stats::survey::frame::{AreaCode, Column, Roles, Round};
use lagesbild_tabulate::{answers, responses};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, questions, areas, groups, years @ ..] = arguments.as_slice() else {
        return println!("surveys FOLDER QUESTIONS AREAS GROUPS YEAR…");
    };
    let number = |text: &String| text.parse::<u32>().expect("a number");
    let (questions, areas, groups) = (number(questions), number(areas), number(groups));
    let years: Vec<i16> = years.iter().map(|year| year.parse().expect("a year")).collect();
    let indicator = indicator(questions, areas, groups, &years);
    let start = Instant::now();
    let store = Path::new(folder);
    let rounds: Vec<Round> = years.iter().map(|year| round(store, *year, areas)).collect();
    let prepared = start.elapsed().as_secs_f64();
    let later =
        |round: &Round, name: &str| -> Option<Column> { answers(store, &round.source, name).expect("a column") };
    let figures = evaluate_survey_by_question(&indicator, &rounds, &later).expect("figures");
    let seconds = start.elapsed().as_secs_f64();
    let sum: f64 = figures.values.iter().filter_map(|row| row.value).sum();
    println!(
        "ours: {} values, {} contrasts, {seconds:.2} s (of them {prepared:.2} s for the design), sum of shares {sum:.6}, peak {} kB",
        figures.values.len(),
        figures.contrasts.len(),
        peak()
    );
}

fn indicator(questions: u32, areas: u32, groups: u32, years: &[i16]) -> SurveyIndicator {
    let list = |items: Vec<String>| format!("[{}]", items.join(", "));
    let mut text = String::from(
        "kind = \"survey-proportion\"\nid = \"peer\"\nlabel = \"Peer\"\nmeasure = \"peer\"\nminimum-n = 1\n\
         compare = [{ kind = \"area-against-rest\", id = \"rest\" }]\n\
         adjust = { kind = \"benjamini-hochberg\", family = \"table\" }\n",
    );
    let rounds = list(years.iter().map(|year| format!("\"peer-{year}\"")).collect());
    let areas = list((1..=areas).map(|code| format!("\"a{code}\"")).collect());
    let of_group = |code| format!("{{ id = \"g{code}\", label = \"\", variable = \"group\", codes = [{code}] }}");
    let groups = list((1..=groups).map(of_group).collect());
    let of_question = |nth| format!("{{ id = \"q{nth}\", label = \"\", variable = \"q{nth}\", yes = [1] }}");
    let questions = list((1..=questions).map(of_question).collect());
    writeln!(
        text,
        "rounds = {rounds}\nareas = {{ whole = \"whole\", variables = [\"area\"], list = {areas} }}\n\
         groups = {groups}\nquestions = {questions}"
    )
    .expect("text");
    toml::from_str(&text).expect("an indicator")
}

fn round(store: &Path, year: i16, areas: u32) -> Round {
    let source = format!("peer-{year}").parse().expect("a source");
    let names = ["stratum", "area", "group", "weight", "population"].map(str::to_owned);
    let (rows, columns): (usize, BTreeMap<String, Column>) =
        responses(store, &source, &BTreeSet::from(names)).expect("the design");
    let of_area = |code: u32| AreaCode {
        variable: "area".to_owned(),
        code: f64::from(code),
        area: format!("a{code}").parse().expect("an area"),
    };
    Round {
        source,
        year,
        rows,
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
        areas: (1..=areas).map(of_area).collect(),
    }
}

/// The peak of resident memory in kB.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map(|kb| kb.trim().trim_end_matches(" kB").to_owned()).unwrap_or_default()
}
