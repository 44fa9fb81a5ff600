//! The catalogue of wordings: what surveys asked, how far their rounds are comparable, and how that reaches the tables.

use serde_json::Value;

use crate::support::World;

const PIPELINE: &str = "pipelines/kungsholmen-kallor";
const GRADES: &str = "pipelines/codelists/wordings.csv";

/// The pipeline of the sources, with those of the surveys only.
fn world(sources: &[&str], indicators: &[&str], reports: &[&str]) -> World {
    let world = World::bare();
    let listed = [("sources", sources), ("indicators", indicators), ("reports", reports)];
    for (folder, names) in listed {
        for name in names {
            let file = format!("{PIPELINE}/{folder}/{name}.toml");
            world.bring(&file, &file);
        }
    }
    for file in [
        "trygghetsmatning_2020.sav",
        "trygghetsmatning_2023.sav",
        "trygghetsmatning_2023.csv",
        "trygghetsmatning_2023_tabeller.xlsx",
    ] {
        world.bring(&format!("data/sample/trygghetsmatning/{file}"), &format!("data/sample/trygghetsmatning/{file}"));
    }
    world.write(
        &format!("{PIPELINE}/pipeline.toml"),
        "id = \"kallor\"\nlabel = \"Källor\"\ninputs = \"../../data/sample\"\ncodelists = \"../codelists\"\n\
         output = \"../../out\"\nparameters = { area = \"kungsholmen-sdo\" }\n",
    );
    world
}

fn rows(world: &World, sql: &str) -> Vec<Value> {
    let reply = world.lagesbild(&["query", sql, "--pipeline", PIPELINE, "--format", "ndjson"]).expect(0);
    reply.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn run(world: &World) -> Value {
    world.lagesbild(&["run", PIPELINE, "--fail-on", "never", "--json", "--force"]).expect(0).json()
}

/// The findings about wordings.
fn told(run: &Value) -> Vec<String> {
    let all = run["findings"].as_array().unwrap().iter();
    let own = all.filter(|finding| finding["rule"] == "survey-design" && finding["severity"] == "warning");
    own.map(|finding| finding["found"].as_str().unwrap().to_owned()).collect()
}

/// The report that is all text, so that a reader's words can be looked for.
fn report(world: &World, id: &str) -> String {
    let release = world.release_in("out");
    world.text(&format!("{release}/reports/{id}.md"))
}

/// 2017 had its questions in another order, as the footnote of the city's table says: a caution with every change since then, in the
/// store, in the verdicts and in the notes; and none between 2020 and 2023.
#[test]
fn a_grade_of_a_whole_round_hedges_every_question_of_it() {
    let world = world(&["trygghetsmatning-omrade"], &["trygghet-tabell"], &["undersokningar", "kallor"]);
    run(&world);
    let cautions = |year: i32| -> Vec<Value> {
        let sql = format!(
            "SELECT caution, count(*) AS number FROM contrasts WHERE comparison = 'change' AND period = '{year}' GROUP BY caution"
        );
        rows(&world, &sql)
    };
    // 17 questions in 10 areas.
    assert_eq!(cautions(2020), [serde_json::json!({ "caution": "reworded", "number": 170 })]);
    assert_eq!(cautions(2023), [serde_json::json!({ "caution": null, "number": 170 })]);
    let report = report(&world, "undersokningar");
    let (newest, before) = report.split_once("2020 jämfört med 2017").expect("a table of the rounds before");
    assert!(!newest.contains("(med försiktighet)") && before.contains("(med försiktighet)"), "{report}");
    let sentence = "Frågorna 2020 jämförs med försiktighet med dem 2017: frågorna kom i en annan ordning 2017";
    assert!(newest.contains(sentence) && before.contains(sentence), "{report}");
    let figure = "trygghet-tabell/change/kungsholmen-sdo/flytta/alla/2020";
    let explained = world.lagesbild(&["explain", figure, "--pipeline", PIPELINE]).expect(0);
    assert!(explained.out.contains("reworded"), "{}", explained.out);

    // Over two rounds the weaker of both grades holds.
    world.replace(
        &format!("{PIPELINE}/indicators/trygghet-tabell.toml"),
        "\"2023\", \"2020\", \"2017\"",
        "\"2023\", \"2017\"",
    );
    world.replace(&format!("{PIPELINE}/reports/undersokningar.toml"), "period     = \"2020\"", "period     = \"2023\"");
    run(&world);
    assert_eq!(cautions(2023), [serde_json::json!({ "caution": "reworded", "number": 170 })]);
}

/// The list of questions, as a reader sees it.
#[test]
fn what_was_asked_is_listed() {
    let world = world(&["trygghetsmatning-omrade"], &["trygghet-tabell"], &["kallor"]);
    run(&world);
    let report = report(&world, "kallor");
    for text in [
        "Är du rädd för att gå ut själv på kvällen?",
        "Ja, mycket rädd · Ja, ganska rädd · Nej, inte särskilt rädd · Nej, inte alls rädd",
        "de som känner oro",
        "post och webb",
        "16–79 år",
        "2023 mot 2020: samma fråga",
        "2020 mot 2017: jämförs med försiktighet",
    ] {
        assert!(report.contains(text), "{text}: {report}");
    }
    assert!(!report.contains("Brukar du skolka?"), "another survey's questions");
    let line = report.lines().find(|line| line.contains("| Hur ofta avstår du")).unwrap();
    assert!(line.contains("2023 mot 2020: samma fråga |"), "not asked in 2017: {line}");

    // A misspelt id of the catalogue shows in the question that it should have named.
    let list = "pipelines/codelists/questions.csv";
    world.replace(list, ";problem-klotter;", ";problem-klotet;");
    world.replace(list, "problem-klotter ", "");
    let told = run(&world);
    let note = |finding: &&Value| finding["severity"] == "note" && finding["rule"] == "code-list";
    let notes: Vec<&Value> = told["findings"].as_array().unwrap().iter().filter(note).collect();
    assert_eq!(notes.len(), 1, "{notes:#?}");
    let text = "question `problem-klotter` of `trygghetsmatningen`, which the catalogue has no line of";
    assert_eq!(notes[0]["found"], text);
}

/// Other words in one of the rounds: not tested, and told, until the catalogue has them and grades them.
#[test]
fn a_question_in_other_words_is_not_compared_before_somebody_has_graded_it() {
    // A file of SPSS tells its own words; the definition tells those of a text file.
    let world = world(&["trygghetsmatning-2020", "trygghetsmatning-2023-csv"], &["trygghet"], &[]);
    let indicator = format!("{PIPELINE}/indicators/trygghet.toml");
    world.replace(&indicator, "\"trygghetsmatning-2023\"", "\"trygghetsmatning-2023-csv\"");
    let source = format!("{PIPELINE}/sources/trygghetsmatning-2023-csv.toml");
    let (before, after) =
        ("Har du det senaste året känt oro för att utsättas för brott?", "Har du någon gång känt oro för brott?");
    world.replace(&source, before, after);
    let change = |question: &str| -> Value {
        let figure = format!("trygghet/change/kungsholmen-sdo/{question}/alla/2023");
        rows(&world, &format!("SELECT * FROM contrasts WHERE figure = '{figure}'")).remove(0)
    };
    // Both questions that are made of its answers, and the one that has them as its base. The catalogue calls the rounds the same: for
    // the words that it has, which these are not.
    let findings = told(&run(&world));
    let words = ["oro", "oro-nagon-gang"].into_iter().flat_map(|id| {
        [
            format!("trygghetsmatningen 2023: question `{id}`, variable `f2_oro`: other words or another scale in 2023 than the catalogue has"),
            format!("trygghetsmatningen 2023: question `{id}`, variable `f2_oro`: other words in 2023 than in 2020"),
        ]
    });
    let base = "trygghetsmatningen 2023: question `avstar-kvall`, variable `f2_oro` of its base: other words in 2023 than in 2020";
    assert_eq!(findings, words.chain([base.to_owned()]).collect::<Vec<_>>());
    for question in ["oro", "oro-nagon-gang", "avstar-kvall"] {
        assert_eq!((&change(question)["reason"], &change(question)["p"]), (&"method-changed".into(), &Value::Null));
    }
    assert!(change("flytta")["p"].is_number());

    let list = "pipelines/codelists/questions.csv";
    let asked = world.text(list);
    let line = asked.lines().find(|line| line.contains(before)).unwrap();
    let (older, newer) = (line.replace("2020 2023", "2020"), line.replace("2020 2023", "2023").replace(before, after));
    world.write(list, asked.replace(line, &format!("{older}\n{newer}")));
    let grades = world.text(GRADES);
    let graded = |grade: &str| {
        let line = |id: &str| {
            format!("trygghetsmatningen;{id};2023;trygghetsmatningen;{id};2020;{grade};året i stället för någon gång\n")
        };
        let lines: String = ["oro", "oro-nagon-gang", "avstar-kvall"].map(line).concat();
        world.write(GRADES, format!("{grades}{lines}"));
    };
    for (grade, caution) in [("nearly", Value::from("reworded")), ("same", Value::Null)] {
        graded(grade);
        assert_eq!(told(&run(&world)), [""; 0], "{grade}");
        assert_eq!((&change("oro")["caution"], change("oro")["p"].is_number()), (&caution, true));
        assert_eq!((&change("avstar-kvall")["caution"], change("avstar-kvall")["p"].is_number()), (&caution, true));
    }
    graded("different");
    assert_eq!(told(&run(&world)), [""; 0]);
    assert_eq!(change("oro")["reason"], "method-changed");
}

/// Each fault of the catalogue with its file, line and column.
#[test]
fn a_catalogue_that_contradicts_itself_is_refused() {
    let world = world(&["trygghetsmatning-omrade"], &["trygghet-tabell"], &[]);
    let (grades, questions) = (world.text(GRADES), world.text("pipelines/codelists/questions.csv"));
    let refused = |file: &str, text: &str, line: &str, column: usize, told: &str| {
        let row = text.lines().count() + 1;
        world.write(file, format!("{text}{line}\n"));
        let reply = world.lagesbild(&["check", PIPELINE]).expect(3);
        let place = format!("{} › line {row}, column {column}", file.trim_start_matches("pipelines/"));
        assert!(reply.out.contains(&place) && reply.out.contains(told), "{place} {told}: {}", reply.out);
        world.write(file, text);
    };
    let s = "trygghetsmatningen";
    for (line, column, told) in [
        (format!("{s};flytta;2023;{s};flytta;2020;alike;skäl"), 7, "alike"),
        (format!("{s};flytta;2023;{s};flytta;2020;same;"), 8, "no reason"),
        ("ntu;flytta;2023;ntu;flytta;2020;same;skäl".to_owned(), 1, "survey `ntu`"),
        (format!("{s};flyttar;2023;{s};flyttar;2020;same;skäl"), 2, "question `flyttar`"),
        (format!("{s};avstar-kvall;2020;{s};avstar-kvall;2017;same;skäl"), 6, "round 2017"),
        (format!("{s};flytta;2020;{s};flytta;2023;same;skäl"), 6, "a round before 2020"),
        (format!("{s};flytta;2023;{s};avstar-kvall;2020;same;skäl"), 5, "another question of the same survey"),
        (format!("{s};;2023;polisens-trygghetsundersokning;;2023;same;skäl"), 5, "a question of each"),
    ] {
        refused(GRADES, &grades, &line, column, told);
    }
    for (line, column, told) in [
        (format!("{s};flytta;2023;Skulle du flytta?;1 Ja;samtliga;;;fil"), 2, "question `flytta` in 2023 again"),
        (format!("{s};flytta;tjugo;Skulle du flytta?;1 Ja;samtliga;;;fil"), 3, "the years of rounds"),
        (format!("{s};flytta;2014;Skulle du flytta?;Ja;samtliga;;;fil"), 5, "codes with their words"),
        (format!("{s};flytta;2014;Skulle du flytta?;1 Ja;samtliga;;;"), 9, "no source"),
        (format!("{s};;2020;;;;webb;;fil"), 2, "round 2020 of `trygghetsmatningen` again"),
    ] {
        refused("pipelines/codelists/questions.csv", &questions, &line, column, told);
    }
}
