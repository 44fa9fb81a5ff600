//! Rounds of a survey that are not what they should be: a finding with survey, round, column and row, and no figure that could be
//! wrong. The survey is made up: two rounds of 160 pupils in eight schools of four strata, every answer set by its number.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::World;

const PIPELINE: &str = "pipelines/pahittad";
const NEWER: &str = "inputs/pahittad_2023.csv";
const INDICATOR: &str = "pipelines/pahittad/indicators/oro.toml";

const COLUMNS: [&str; 10] = ["lopnr", "ar", "stratum", "skola", "vikt", "skolor", "sdo", "kon", "oro", "gar_ut"];

/// The rows of a round, below their heading.
fn answers(year: i32) -> Vec<Vec<String>> {
    let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
    for nth in 0..160 {
        let school = nth / 20;
        let stratum = school / 2 + 1;
        let area = if stratum < 3 { 1 } else { 2 };
        // Of the twenty pupils of a school the first ones are worried, and of these again the first ones stay in.
        let (worried, stays) = match (year, school % 2) {
            (2023, 0) => (4, 1),
            (2023, _) => (6, 4),
            (_, 0) => (3, 1),
            _ => (5, 3),
        };
        let answer = |first: i32| if nth % 20 < first { 1 } else { 2 };
        let cells = [nth + 1, year, stratum, school + 1, 0, 9, area, nth % 2 + 1, answer(worried), answer(stays)];
        let mut row: Vec<String> = cells.iter().map(ToString::to_string).collect();
        row[4] = format!("{},5", 2 + stratum);
        rows.push(row);
    }
    rows
}

fn text(rows: &[Vec<String>]) -> String {
    rows.iter().fold(String::new(), |mut text, row| {
        let _ = writeln!(text, "{}", row.join(";"));
        text
    })
}

fn source(year: i32) -> String {
    format!(
        r#"
kind = "responses"
id = "pahittad-{year}"
label = "Påhittad enkät {year}"
file = "pahittad_{year}.csv"
survey = "pahittad"
round = {year}
round-variable = "ar"
variables = [
    {{ id = "lopnr", role = "id", label = "Löpnummer" }},
    {{ id = "ar", role = "other", label = "År" }},
    {{ id = "stratum", role = "stratum", label = "Stratum" }},
    {{ id = "skola", role = "cluster", label = "Skola" }},
    {{ id = "vikt", role = "weight", label = "Vikt" }},
    {{ id = "skolor", role = "population", label = "Skolor i stratum" }},
    {{ id = "sdo", role = "area", label = "Område", codes = "sdo", area = {{ levels = ["stadsdelsomrade"], suffix = "s stadsdelsområde" }} }},
    {{ id = "kon", role = "group", label = "Kön", codes = "kon" }},
    {{ id = "oro", label = "Är du orolig?", codes = "ja-nej" }},
    {{ id = "gar_ut", label = "Går du ut?", codes = "ut" }},
]

[reader]
kind = "delimited"
delimiter = ";"
encoding = "utf-8"
decimal = "comma"

[codes.sdo]
labels = {{ "1" = "Kungsholmen", "2" = "Södermalm" }}

[codes.kon]
labels = {{ "1" = "Flicka", "2" = "Pojke" }}

[codes.ja-nej]
labels = {{ "1" = "Ja", "2" = "Nej", "9" = "Ej svar" }}
missing = {{ "9" = "missing" }}

[codes.ut]
labels = {{ "1" = "Nej", "2" = "Ja", "9" = "Ej svar" }}
missing = {{ "9" = "missing" }}
"#
    )
}

const DEFINITION: &str = r#"
kind      = "survey-proportion"
id        = "oro"
label     = "Oro"
measure   = "pahittad"
rounds    = ["pahittad-2023", "pahittad-2021"]
minimum-n = 5
groups    = [{ id = "flickor", label = "Flickor", variable = "kon", codes = [1] }]
compare   = [{ kind = "round-change", id = "change" }, { kind = "area-against-rest", id = "rest" }]
areas     = { whole = "stockholm-kommun", variables = ["sdo"], list = ["kungsholmen-sdo"] }
adjust    = { kind = "benjamini-hochberg", family = "table" }

[[questions]]
id       = "orolig"
label    = "Är orolig"
variable = "oro"
yes      = [1]

[[questions]]
id       = "stannar-inne"
label    = "Stannar inne"
variable = "gar_ut"
yes      = [1]
among    = { label = "de som är oroliga", variable = "oro", codes = [1] }
"#;

fn world() -> World {
    let world = World::bare();
    for year in [2021, 2023] {
        world.write(&format!("inputs/pahittad_{year}.csv"), text(&answers(year)));
        world.write(&format!("{PIPELINE}/sources/pahittad-{year}.toml"), source(year));
    }
    world.write(INDICATOR, DEFINITION);
    world.write(
        &format!("{PIPELINE}/pipeline.toml"),
        "id = \"pahittad\"\nlabel = \"Påhittad\"\ninputs = \"../../inputs\"\ncodelists = \"../codelists\"\n\
         output = \"../../out\"\nparameters = { area = \"kungsholmen-sdo\" }\n",
    );
    world
}

/// A change of the rows of the newer round.
fn changed(world: &World, change: impl FnOnce(&mut Vec<Vec<String>>)) {
    let mut rows = answers(2023);
    change(&mut rows);
    world.write(NEWER, text(&rows));
}

fn column(name: &str) -> usize {
    COLUMNS.iter().position(|own| *own == name).unwrap()
}

/// The findings of a run, as severity, rule, place and text.
fn run(world: &World) -> Vec<[String; 4]> {
    let reply = world.lagesbild(&["run", PIPELINE, "--fail-on", "never", "--json", "--force"]).expect(0).json();
    let told = |finding: &Value| {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        [text("severity"), text("rule"), format!("{} › {}", text("file"), text("cell")), text("found")]
    };
    reply["findings"].as_array().unwrap().iter().map(told).collect()
}

fn rows(world: &World, sql: &str) -> Vec<Value> {
    let reply = world.lagesbild(&["query", sql, "--pipeline", PIPELINE, "--format", "ndjson"]).expect(0);
    reply.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The share of a question in the area and a round, with its status.
fn share(world: &World, question: &str, year: i32) -> (Option<f64>, String) {
    let figure = format!("oro/value/kungsholmen-sdo/{question}/alla/{year}");
    let row = rows(world, &format!("SELECT * FROM indicator_values WHERE figure = '{figure}'")).remove(0);
    (row["value"].as_f64(), row["status"].as_str().unwrap().to_owned())
}

/// The reason of the change of a question, and whether it was tested.
fn change(world: &World, question: &str) -> (String, bool) {
    let figure = format!("oro/change/kungsholmen-sdo/{question}/alla/2023");
    let row = rows(world, &format!("SELECT * FROM contrasts WHERE figure = '{figure}'")).remove(0);
    (row["reason"].as_str().unwrap().to_owned(), row["p"].is_number())
}

#[track_caller]
fn assert_told(findings: &[[String; 4]], severity: &str, parts: &[&str]) {
    let fits = |finding: &&[String; 4]| {
        finding[0] == severity && parts.iter().all(|part| format!("{} {}", finding[2], finding[3]).contains(part))
    };
    assert!(findings.iter().any(|finding| fits(&finding)), "{parts:?}: {findings:#?}");
}

/// Counted by hand: in both rounds 4 and 6, 3 and 5 of the 20 pupils of every other school are worried, in both strata of the area.
#[test]
fn a_sound_round_is_estimated() {
    let world = world();
    assert_eq!(run(&world), [[""; 4]; 0].map(|row| row.map(str::to_owned)));
    assert_eq!(share(&world, "orolig", 2023), (Some(25.0), "final".to_owned()));
    assert_eq!(share(&world, "orolig", 2021), (Some(20.0), "final".to_owned()));
    // Of the 20 worried 10 stay in: one and four in either stratum.
    assert_eq!(share(&world, "stannar-inne", 2023), (Some(50.0), "final".to_owned()));
    assert!(change(&world, "orolig").1 && change(&world, "stannar-inne").1);
}

/// Whom the others stand for is not known once somebody is missing: no estimate of the round, the other one stays.
#[test]
fn a_row_that_contradicts_the_design_stops_its_round() {
    type Edit = fn(&mut Vec<Vec<String>>);
    let cases: [(&[&str], &str, Edit); 7] = [
        (&["no weight (`vikt`)", "› E12"], "vikt", |rows| rows[11][4].clear()),
        (&["the weight -2.5 (`vikt`)", "› E12"], "vikt", |rows| rows[11][4] = "-2,5".into()),
        (&["stratum 1 (`stratum`) with the population 10 (`skolor`)", "› F12"], "skolor", |rows| {
            rows[11][5] = "10".into();
        }),
        (&["cluster 1 (`skola`) with the stratum 3 (`stratum`)", "› C12"], "stratum", |rows| {
            rows[11][2] = "3".into();
        }),
        (&["no cluster (`skola`)", "› D12"], "skola", |rows| rows[11][3].clear()),
        (&["id (`lopnr`) row 11 has as well, with other answers", "› A12"], "lopnr", |rows| {
            rows[11][0] = rows[10][0].clone();
        }),
        (&["`x` as weight (`vikt`)", "› E12"], "vikt", |rows| rows[11][4] = "x".into()),
    ];
    let world = world();
    for (parts, variable, edit) in cases {
        changed(&world, edit);
        let findings = run(&world);
        assert_told(&findings, "error", &[parts, &["pahittad_2023.csv", "pahittad 2023: "]].concat());
        let stopped = ["pahittad 2023: ", "set aside: row", "12 of the file", "indicators/oro.toml"];
        assert_told(&findings, "error", &[&stopped[..], &[&format!("`{variable}`")]].concat());
        for question in ["orolig", "stannar-inne"] {
            assert_eq!(share(&world, question, 2023), (None, "missing".to_owned()), "{parts:?}");
            assert_eq!(share(&world, question, 2021).1, "final");
            assert_eq!(change(&world, question), ("value-missing".to_owned(), false), "{parts:?}");
        }
    }
    // Somebody has looked at the rows: they count as people who did not answer.
    world.write(INDICATOR, format!("{DEFINITION}\n[design]\nset-aside = \"non-response\"\n"));
    let findings = run(&world);
    assert!(!findings.iter().any(|finding| finding[3].contains("set aside")), "{findings:#?}");
    // Row 12 is a pupil of the first stratum who is not worried; by hand: (10*3.5 + 10*4.5) / (39*3.5 + 40*4.5).
    let (value, status) = share(&world, "orolig", 2023);
    assert!((value.unwrap() - 100.0 * 80.0 / 316.5).abs() < 1e-9 && status == "final", "{value:?}");
}

/// The same row twice tells nothing new: the first is used.
#[test]
fn a_respondent_who_stands_twice_counts_once() {
    let world = world();
    changed(&world, |rows| rows.push(rows[11].clone()));
    let findings = run(&world);
    let parts = ["pahittad 2023: ", "the same respondent again (`lopnr`), after row 12", "› A162"];
    assert_told(&findings, "warning", &parts);
    assert_eq!(share(&world, "orolig", 2023), (Some(25.0), "final".to_owned()));
}

/// A round that did not ask: no figure of the question and none that needs it as a base, and no change.
#[test]
fn a_round_without_the_question_has_no_figure_of_it() {
    let world = world();
    changed(&world, |rows| rows[0][column("oro")] = "fraga_7".into());
    let findings = run(&world);
    assert_told(&findings, "error", &["pahittad_2023.csv", "pahittad 2023: no such variable"]);
    assert_told(&findings, "warning", &["indicators/oro.toml", "pahittad 2023: no usable variable `oro`"]);
    for question in ["orolig", "stannar-inne"] {
        assert_eq!(share(&world, question, 2023), (None, "not-applicable".to_owned()), "{question}");
        assert_eq!(change(&world, question), ("value-not-applicable".to_owned(), false), "{question}");
        assert_eq!(share(&world, question, 2021).1, "final");
    }
}

/// A definition that counts what is no answer, or what the round does not have.
#[test]
fn a_code_that_is_no_answer_is_not_counted() {
    let world = world();
    for (from, to, told) in [
        (
            "yes      = [1]\namong",
            "yes      = [1, 9]\namong",
            "code 9 of `gar_ut`, `Ej svar`, is no answer (`missing`)",
        ),
        ("yes      = [1]\namong", "yes      = [1, 3]\namong", "no code 3 of `gar_ut`, which is counted by question"),
        ("\"oro\", codes = [1]", "\"oro\", codes = [1, 9]", "counted by the base of question `stannar-inne`"),
        ("\"kon\", codes = [1]", "\"kon\", codes = [7]", "no code 7 of `kon`, which is counted by group `flickor`"),
    ] {
        assert_eq!(DEFINITION.matches(from).count(), 1, "{from}");
        world.write(INDICATOR, DEFINITION.replace(from, to));
        let findings = run(&world);
        for year in ["2021", "2023"] {
            assert_told(&findings, "error", &["indicators/oro.toml", &format!("pahittad {year}: "), told]);
        }
        if told.contains("`kon`") {
            let of_girls =
                rows(&world, "SELECT * FROM indicator_values WHERE \"group\" = 'flickor' AND value IS NOT NULL");
            assert_eq!(of_girls, Vec::<Value>::new());
            assert_eq!(share(&world, "stannar-inne", 2023).1, "final");
        } else {
            assert_eq!(share(&world, "stannar-inne", 2023), (None, "not-applicable".to_owned()), "{told}");
        }
    }
}

/// A group with other limits is another group: its change is not tested, that of everybody is.
#[test]
fn a_group_with_other_limits_is_not_compared() {
    let world = world();
    let newer = format!("{PIPELINE}/sources/pahittad-2023.toml");
    world.replace(&newer, "\"1\" = \"Flicka\"", "\"1\" = \"Flicka eller annat\"");
    let findings = run(&world);
    let told = "pahittad 2023: group `flickor`, variable `kon`: other words for its codes in 2023 than in 2021";
    assert_told(&findings, "warning", &["indicators/oro.toml", told]);
    let figure = "oro/change/kungsholmen-sdo/orolig/flickor/2023";
    let row = rows(&world, &format!("SELECT * FROM contrasts WHERE figure = '{figure}'")).remove(0);
    assert_eq!((&row["reason"], &row["p"]), (&"method-changed".into(), &Value::Null));
    assert!(change(&world, "orolig").1);
}

/// Other words or another scale in one round, of the question or of what tells its base: told, and the change is not tested.
#[test]
fn a_base_that_was_asked_in_other_words_is_not_compared() {
    let world = world();
    let newer = format!("{PIPELINE}/sources/pahittad-2023.toml");
    let both = |what: &str| {
        [
            format!("question `orolig`, variable `oro`: {what} in 2023 than in 2021"),
            format!("question `stannar-inne`, variable `oro` of its base: {what} in 2023 than in 2021"),
        ]
    };
    for (from, to, what) in [
        ("Är du orolig?", "Är du ofta orolig?", "other words"),
        (
            "\"1\" = \"Ja\", \"2\" = \"Nej\", \"9\"",
            "\"1\" = \"Ja, ofta\", \"2\" = \"Nej\", \"9\"",
            "another scale of answers",
        ),
    ] {
        world.write(&newer, source(2023));
        world.replace(&newer, from, to);
        let findings = run(&world);
        for told in both(what) {
            assert_told(&findings, "warning", &["indicators/oro.toml", "pahittad 2023: ", &told]);
        }
        for question in ["orolig", "stannar-inne"] {
            assert_eq!(change(&world, question), ("method-changed".to_owned(), false), "{question}");
            assert_eq!(share(&world, question, 2023).1, "final");
        }
    }
    // The question itself is the same; only its base was asked otherwise.
    let asked = "pahittad;orolig stannar-inne;2021 2023;;;;;;påhittat\n";
    let questions = world.text("pipelines/codelists/questions.csv");
    world.write("pipelines/codelists/questions.csv", format!("{questions}{asked}"));
    let grades = world.text("pipelines/codelists/wordings.csv");
    let graded = |grade: &str| {
        let line = format!(
            "pahittad;stannar-inne;2023;pahittad;stannar-inne;2021;{grade};svarsalternativet har fått ett ord till\n"
        );
        world.write("pipelines/codelists/wordings.csv", format!("{grades}{line}"));
        run(&world)
    };
    let told = |findings: &[[String; 4]]| findings.iter().filter(|finding| finding[3].contains("stannar-inne")).count();
    let nearly = graded("nearly");
    assert_eq!((told(&nearly), change(&world, "stannar-inne").1), (0, true), "{nearly:#?}");
    let row =
        rows(&world, "SELECT * FROM contrasts WHERE figure = 'oro/change/kungsholmen-sdo/stannar-inne/alla/2023'");
    assert_eq!(row[0]["caution"], "reworded");
    // `same` would have to be about words that somebody wrote down.
    let same = graded("same");
    assert_eq!((told(&same), change(&world, "stannar-inne").0), (1, "method-changed".to_owned()), "{same:#?}");
    let recorded = "pahittad;orolig;2021;Är du orolig?;1 Ja | 2 Nej | 9 Ej svar;;;;påhittat\n\
                    pahittad;orolig;2023;Är du orolig?;1 Ja, ofta | 2 Nej | 9 Ej svar;;;;påhittat\n\
                    pahittad;stannar-inne;2021 2023;;;;;;påhittat\n";
    world.write("pipelines/codelists/questions.csv", format!("{questions}{recorded}"));
    let same = graded("same");
    assert_eq!((told(&same), change(&world, "stannar-inne").1), (0, true), "{same:#?}");
    // Later the words change once more: the grade was given for others.
    world.write(&newer, source(2023));
    world.replace(&newer, "Är du orolig?", "Är du alltid orolig?");
    let later = graded("same");
    assert_told(&later, "warning", &["pahittad 2023: question `orolig`, variable `oro`: other words or another scale"]);
    assert_eq!((told(&later), change(&world, "stannar-inne").0), (1, "method-changed".to_owned()), "{later:#?}");
}
