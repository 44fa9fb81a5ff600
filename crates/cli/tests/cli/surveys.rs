//! Surveys through the whole route: respondents into the store, estimated by indicators as R `survey` does.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::World;

const PIPELINE: &str = "pipelines/enkat";

const SCHOOLS: [&str; 3] = ["stockholmsenkaten-2020", "stockholmsenkaten-2022", "stockholmsenkaten-skolor"];

fn world(sources: &[&str], indicators: &[&str]) -> World {
    let world = World::bare();
    for (folder, file) in [
        ("trygghetsmatning", "trygghetsmatning_2020.sav"),
        ("trygghetsmatning", "trygghetsmatning_2023.sav"),
        ("trygghetsmatning", "trygghetsmatning_2023.csv"),
        ("stockholmsenkaten", "stockholmsenkaten_2020.sav"),
        ("stockholmsenkaten", "stockholmsenkaten_2022.sav"),
        ("stockholmsenkaten", "stockholmsenkaten_skolor_2020_2022.csv"),
        ("trygghetsmatning", "trygghetsmatning_2023_tabeller.xlsx"),
        ("polisen", "polisens_trygghetsundersokning_2023.xlsx"),
    ] {
        world.bring(&format!("data/sample/{folder}/{file}"), &format!("inputs/{folder}/{file}"));
    }
    let sources = sources.iter().map(|source| format!("sources/{source}"));
    for definition in sources.chain(indicators.iter().map(|indicator| format!("indicators/{indicator}"))) {
        world.bring(
            &format!("pipelines/kungsholmen-kallor/{definition}.toml"),
            &format!("{PIPELINE}/{definition}.toml"),
        );
    }
    world.write(
        &format!("{PIPELINE}/pipeline.toml"),
        "id = \"enkat\"\nlabel = \"Enkäter\"\ninputs = \"../../inputs\"\ncodelists = \"../codelists\"\n\
         output = \"../../out\"\nparameters = { area = \"kungsholmen-sdo\" }\n",
    );
    world
}

const ALL: [&str; 5] = [
    "trygghetsmatning-2020",
    "trygghetsmatning-2023",
    "stockholmsenkaten-2020",
    "stockholmsenkaten-2022",
    "stockholmsenkaten-skolor",
];

fn rows(world: &World, sql: &str) -> Vec<Value> {
    let reply = world.lagesbild(&["query", sql, "--pipeline", PIPELINE, "--format", "ndjson"]).expect(0);
    reply.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Every estimate of the sample's truth, in all the digits that it is given in; the differences of Kungsholmen from the rest.
#[test]
fn stored_respondents_give_the_estimates_of_r() {
    let world = world(&ALL, &["trygghet", "stockholmsenkaten", "stockholmsenkaten-deltagande"]);
    let run = world.lagesbild(&["run", PIPELINE, "--fail-on", "never", "--json"]).expect(0).json();
    let of_design = run["findings"].as_array().unwrap().iter().filter(|found| found["rule"] == "survey-design");
    assert_eq!(of_design.count(), 0);
    let values: BTreeMap<String, Value> = rows(&world, "SELECT * FROM indicator_values")
        .into_iter()
        .map(|row| (row["figure"].as_str().unwrap().to_owned(), row))
        .collect();
    let mut compared = 0;
    let lines = include_str!("survey_estimates.csv").lines().filter(|line| !line.starts_with('#')).skip(1);
    for line in lines {
        let fields: Vec<&str> = line.split(';').collect();
        let row = &values[fields[0]];
        let columns = [
            ("n", 0.0),
            ("weighted_n", 6e-5),
            ("value", 6e-7),
            ("standard_error", 6e-7),
            ("lower", 6e-7),
            ("upper", 6e-7),
            ("degrees_of_freedom", 0.0),
            ("design_effect", 6e-7),
        ];
        for ((column, tolerance), expected) in columns.iter().zip(&fields[1..]) {
            let (found, expected): (f64, f64) = (row[column].as_f64().unwrap(), expected.parse().unwrap());
            assert!((found - expected).abs() <= *tolerance, "{} {column}: {found}, expected {expected}", fields[0]);
            compared += 1;
        }
    }
    assert_eq!(compared, 64 * 8);

    let all = &values["trygghet/value/kungsholmen-sdo/oro/alla/2023"];
    assert_eq!((all["asked"].as_i64(), all["rows"].as_i64(), all["n"].as_i64()), (Some(2184), Some(1092), Some(1063)));
    // Below 30 respondents nothing is told but their number.
    let few = &values["trygghet/value/fredhall/oro/utrikes-fodda/2023"];
    assert_eq!(
        (few["status"].as_str(), &few["value"], &few["lower"]),
        (Some("suppressed"), &Value::Null, &Value::Null)
    );

    // truth: difference, standard error, t. The report says "3 % mot 8 %" and "7 % mot 9 %": the design decides the second.
    let rest =
        rows(&world, "SELECT * FROM contrasts WHERE comparison = 'rest' AND \"group\" = 'alla' AND period = '2023'");
    for (question, difference, error, t, verdict) in [
        ("flytta", -5.403426, 1.036695, -5.212166, "lower-than-benchmark"),
        ("oro", -2.164565, 1.206083, -1.794707, "similar-to-benchmark"),
        ("oro-bostadsomrade", -2.129816, 1.2294, -1.732403, "similar-to-benchmark"),
    ] {
        let row = rest.iter().find(|row| row["category"] == question && row["area"] == "kungsholmen-sdo").unwrap();
        let at = |column: &str| row[column].as_f64().unwrap();
        assert!((at("estimate_difference") - difference).abs() < 6e-7 && (at("standard_error") - error).abs() < 6e-7);
        assert!((at("estimate_difference") / at("standard_error") - t).abs() < 6e-7);
        assert_eq!(row["verdict_uncorrected"], verdict);
        assert_eq!(row["reference_area"], "stockholm-kommun");
    }
    // R: svyttest of both rounds in one file, schools as clusters of both (107 of them took part twice).
    let changes =
        rows(&world, "SELECT * FROM contrasts WHERE indicator = 'stockholmsenkaten' AND comparison = 'change'");
    for (area, question, expected) in [
        ("kungsholmen-sdo", "alkohol", [2.78956152046, 3.97984853659, 118.0, 0.484731881473]),
        ("stockholm-kommun", "alkohol", [1.79718496914, 1.04876116971, 134.0, 0.0889097324716]),
        ("kungsholmen-sdo", "skolk", [9.61316248673, 3.28529892939, 118.0, 0.00411803802483]),
        ("stockholm-kommun", "skolk", [4.2367830795, 0.838476515094, 134.0, 1.39703483941e-6]),
    ] {
        let here = |row: &&Value| row["area"] == area && row["category"] == question && row["group"] == "alla";
        let row = changes.iter().find(here).unwrap();
        for (column, expected) in
            ["estimate_difference", "standard_error", "degrees_of_freedom", "p"].iter().zip(expected)
        {
            let found = row[column].as_f64().unwrap();
            assert!((found / expected - 1.0).abs() < 1e-9, "{area} {question} {column}: {found}, expected {expected}");
        }
    }
    let explained =
        world.lagesbild(&["explain", "trygghet/value/kungsholmen-sdo/oro/alla/2023", "--pipeline", PIPELINE]);
    assert!(explained.expect(0).out.contains("indicators/trygghet.toml"));

    // The same bytes on any number of threads, and `check` goes the same way.
    let stored = |world: &World| {
        let release = world.release_in("out");
        ["indicator_values", "contrasts"].map(|table| world.read(&format!("{release}/store/{table}.parquet")))
    };
    let before = stored(&world);
    let mut again = world.command(&["run", PIPELINE, "--fail-on", "never", "--force"]);
    assert!(again.env("RAYON_NUM_THREADS", "5").env("POLARS_MAX_THREADS", "3").output().unwrap().status.success());
    assert!(before == stored(&world), "other bytes on another number of threads");
    world.lagesbild(&["check", PIPELINE, "--fail-on", "never"]).expect(0);
}

/// A definition that names what is not there; a design that contradicts itself.
/// Changes over the schools that are in both rounds, by R 4.2.2 with survey 4.1-1: both rounds in one design with the school as
/// cluster, `subset` to those schools, the area and the group, `svyby(covmat = TRUE)`, `svycontrast(c(-1, 1))`, `degf` minus one.
#[test]
fn the_panel_of_schools_gives_the_numbers_of_r() {
    let world = world(&SCHOOLS, &["stockholmsenkaten", "stockholmsenkaten-deltagande"]);
    world.lagesbild(&["run", PIPELINE, "--fail-on", "never"]).expect(0);
    let figures: BTreeMap<String, Value> = rows(&world, "SELECT * FROM contrasts WHERE comparison = 'panel'")
        .into_iter()
        .map(|row| (row["figure"].as_str().unwrap().to_owned(), row))
        .collect();
    for (figure, newer, older, difference, error, df) in [
        ("alkohol/alla", 44.007858546169, 44.4444444444444, -0.436585898275493, 3.62370424911609, 93.0),
        ("skolk/alla", 42.9961089494163, 35.3703703703704, 7.62573857904597, 2.81682521030946, 93.0),
        ("alkohol/arskurs-9-flickor", 20.8695652173913, 28.3464566929134, -7.47689147552208, 3.14144761674911, 40.0),
        ("skolk/arskurs-9-flickor", 23.728813559322, 20.7692307692308, 2.95958279009126, 3.1091733244772, 40.0),
    ] {
        let row = &figures[&format!("stockholmsenkaten/panel/kungsholmen-sdo/{figure}/2022")];
        for (column, expected) in [
            ("estimate", newer),
            ("reference_estimate", older),
            ("estimate_difference", difference),
            ("standard_error", error),
            ("degrees_of_freedom", df),
        ] {
            let found = row[column].as_f64().unwrap();
            assert!(
                (found - expected).abs() <= 1e-11 * expected.abs(),
                "{figure}: {column} {found} and not {expected}"
            );
        }
    }
}

/// Schools and pupils counted in the file itself: 117 of 143 schools in 2022, 9 of 13 in the area; and what a verdict hinges on.
#[test]
fn who_took_part_is_told_school_by_school() {
    let world = world(&SCHOOLS, &["stockholmsenkaten", "stockholmsenkaten-deltagande"]);
    world.lagesbild(&["run", PIPELINE, "--fail-on", "never"]).expect(0);
    let values: BTreeMap<String, Value> =
        rows(&world, "SELECT * FROM indicator_values WHERE indicator = 'stockholmsenkaten-deltagande'")
            .into_iter()
            .map(|row| (row["figure"].as_str().unwrap().to_owned(), row))
            .collect();
    let text = std::fs::read(world.path("inputs/stockholmsenkaten/stockholmsenkaten_skolor_2020_2022.csv")).unwrap();
    // Windows-1252, of which only the digits and semicolons are looked at.
    let text: String = text.iter().map(|byte| char::from(*byte)).collect();
    let (mut schools, mut there, mut pupils, mut pupils_there, mut answers) = (0, 0, 0, 0, 0);
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(';').collect();
        let enrolled: i64 = fields[6].parse().unwrap();
        (schools, pupils) = (schools + 1, pupils + enrolled);
        let answered: Option<i64> = fields[7].parse().ok();
        if let Some(answered) = answered {
            (there, pupils_there, answers) = (there + 1, pupils_there + enrolled, answers + answered);
        }
        let group = format!("skola-{}-{}", fields[0], if fields[2].ends_with('9') { "ak-9" } else { "gy-2" });
        let own = |(figure, _): &(&String, &Value)| figure.contains(&format!("/{group}/2022"));
        let (_, row) = values.iter().find(own).expect("a row for each school");
        assert_eq!(row["n"].as_i64(), answered, "{group}");
        assert_eq!(row["status"], if answered.is_some() { "final" } else { "not-applicable" });
    }
    let of_city = |category: &str| {
        let row = &values[&format!("stockholmsenkaten-deltagande/value/stockholm-kommun/{category}/alla/2022")];
        (row["n"].as_i64().unwrap(), row["asked"].as_i64().unwrap())
    };
    assert_eq!((schools, there), (143, 117));
    assert_eq!(of_city("deltagande-skolor"), (there, schools));
    assert_eq!(of_city("elever-i-deltagande-skolor"), (pupils_there, pupils));
    assert_eq!(of_city("svar-av-elever"), (answers, pupils_there));
    // Who took part is told by the school's area and the answers by the pupil's home: of an area nobody knows what is lost.
    let sql = "SELECT * FROM contrasts WHERE indicator = 'stockholmsenkaten' AND (tipping_missing IS NOT NULL OR missing_percent IS NOT NULL)";
    let known = rows(&world, sql);
    assert!(!known.is_empty() && known.iter().all(|row| row["area"] == "stockholm-kommun" && row["group"] == "alla"));
    let own = |row: &&Value| row["figure"] == "stockholmsenkaten/change/stockholm-kommun/skolk/alla/2022";
    let contrast = known.iter().find(own).unwrap();
    let number = |column: &str| contrast[column].as_f64().unwrap();
    let (difference, reach) =
        (number("estimate_difference"), (number("difference_upper") - number("difference_lower")) / 2.0);
    for (tipping, lost) in [("tipping_missing", "missing_percent"), ("tipping_absent", "absent_percent")] {
        // With so much more among the lost, the difference for all lies at the edge of what would be chance.
        let for_all = difference + number(tipping) * number(lost) / 100.0;
        assert!((for_all.abs() - reach).abs() < 1e-9, "{tipping}: {for_all} and {reach}");
    }
}

#[test]
fn what_cannot_be_estimated_is_told() {
    let world = world(&ALL[..2], &["trygghet"]);
    let file = format!("{PIPELINE}/indicators/trygghet.toml");
    let text = world.text(&file);
    for (from, to, told) in [
        ("variable = \"f1_flytta\"", "variable = \"f1_flyttar\"", "variable `f1_flyttar`"),
        ("\"trygghetsmatning-2020\"]", "\"trygghetsmatning-2017\"]", "round `trygghetsmatning-2017`"),
        ("\"fredhall\"", "\"fredhell\"", "area `fredhell`"),
        ("yes      = [4, 5]", "", "has no `yes`"),
    ] {
        assert!(text.contains(from), "{from}");
        world.write(&file, text.replacen(from, to, 1));
        let reply = world.lagesbild(&["check", PIPELINE]);
        assert!(reply.code != 0 && format!("{}{}", reply.out, reply.err).contains(told), "{told}: {reply:#?}");
    }
    // Other strata than those that were drawn: with the sizes of the true ones the design contradicts itself.
    world.write(&file, text.replace("lonely = \"fail\"", "stratum = \"alder\"\npopulation = []"));
    let run = world.lagesbild(&["run", PIPELINE, "--fail-on", "never", "--json"]).expect(0).json();
    assert!(run["manifest"]["rows"]["indicator_values"].as_u64().unwrap() > 0);
    world.write(&file, text.replace("lonely = \"fail\"", "stratum = \"alder\""));
    let reply = world.lagesbild(&["run", PIPELINE, "--fail-on", "never", "--json"]).expect(0).json();
    let faults: Vec<&Value> =
        reply["findings"].as_array().unwrap().iter().filter(|found| found["rule"] == "survey-design").collect();
    assert_eq!(faults.len(), 2, "{faults:#?}");
    assert!(faults[0]["found"].as_str().unwrap().contains("two populations at stage 1"), "{faults:#?}");
}

/// The statements 14 to 20 of the report about surveys, as the check of the report's text lists them. Real are the rounded figures that
/// the report tells; the samples around them are synthetic.
#[test]
fn the_reports_statements_about_surveys_come_out_as_listed() {
    let sources = [
        "trygghetsmatning-2020",
        "trygghetsmatning-2023",
        "trygghetsmatning-omrade",
        "trygghetsmatning-grupper",
        "polisens-trygghetsundersokning",
    ];
    let world = world(&sources, &["trygghet", "trygghet-tabell", "trygghet-grupper", "polisens-trygghet"]);
    world.lagesbild(&["run", PIPELINE, "--fail-on", "never"]).expect(0);
    let by_figure = |table: &str| -> BTreeMap<String, Value> {
        let rows = rows(&world, &format!("SELECT * FROM {table}"));
        rows.into_iter().map(|row| (row["figure"].as_str().unwrap().to_owned(), row)).collect()
    };
    let (values, contrasts) = (by_figure("indicator_values"), by_figure("contrasts"));
    let text = |row: &Value, column: &str| row[column].as_str().unwrap().to_owned();

    // 14: 2184 asked, half of them answered.
    let asked = &values["trygghet/value/kungsholmen-sdo/flytta/alla/2023"];
    assert_eq!((asked["asked"].as_i64(), asked["rows"].as_i64()), (Some(2184), Some(1092)));

    // 15 and 16, from the table alone and from the respondents: 3 % against 8 % holds whatever the design; 7 % against 9 % holds for a
    // simple random sample only, in the table at a design effect of 1.5, among respondents at their own of 2.1.
    for (question, shares, published, reason, respondents) in [
        ("flytta", (3.0, 8.0), "lower-than-benchmark", "significant", "lower-than-benchmark"),
        ("oro-ofta", (7.0, 9.0), "similar-to-benchmark", "design-effect-decides", "similar-to-benchmark"),
    ] {
        let row = &contrasts[&format!("trygghet-tabell/city/kungsholmen-sdo/{question}/alla/2023")];
        assert_eq!((row["estimate"].as_f64().unwrap(), row["reference_estimate"].as_f64().unwrap()), shares);
        assert_eq!(text(row, "verdict_simple"), "lower-than-benchmark", "{question}");
        for (verdict, why) in [("verdict", "reason"), ("verdict_uncorrected", "reason_uncorrected")] {
            assert_eq!((text(row, verdict).as_str(), text(row, why).as_str()), (published, reason), "{question}");
        }
        let question = question.trim_end_matches("-ofta");
        let row = &contrasts[&format!("trygghet/rest/kungsholmen-sdo/{question}/alla/2023")];
        assert_eq!(text(row, "verdict"), respondents, "{question}");
    }
    let worry = &contrasts["trygghet/rest/kungsholmen-sdo/oro/alla/2023"];
    assert!((worry["design_effect"].as_f64().unwrap() - 2.1).abs() < 0.05, "{worry}");

    // 17: 6 % and 7 % are two questions: in the neighbourhood, and anywhere.
    let share = |question: &str, period: i32| {
        values[&format!("trygghet-tabell/value/kungsholmen-sdo/{question}/alla/{period}")]["value"].as_f64().unwrap()
    };
    assert_eq!((share("oro-bostadsomradet", 2023), share("oro-ofta", 2023)), (6.0, 7.0));

    // 18: the groups that the report names; with the others beside them their ranks can be checked.
    for (group, question, percent, first) in [
        ("66-79-ar", "avstar-tider", 41.0, true),
        ("utan-gymnasieutbildning", "avstar-tider", 41.0, true),
        ("funktionsnedsattning", "avstar-aktiviteter", 21.0, true),
        ("utan-gymnasieutbildning", "radd-kvall", 59.0, true),
        ("kvinnor", "radd-kvall", 51.0, false),
    ] {
        let figure = format!("trygghet-grupper/value/kungsholmen-sdo/{question}/{group}/2023");
        assert_eq!(values[&figure]["value"], percent, "{figure}");
        let begins = format!("trygghet-grupper/value/kungsholmen-sdo/{question}/");
        let larger = values.iter().filter(|(id, row)| id.starts_with(&begins) && row["value"].as_f64() > Some(percent));
        assert_eq!(larger.count() == 0, first, "{figure}");
        let against_all = &contrasts[&format!("trygghet-grupper/all/kungsholmen-sdo/{question}/{group}/2023")];
        assert_eq!(text(against_all, "verdict"), "higher-than-benchmark", "{figure}");
        assert!(against_all["n"].as_i64() < against_all["reference_n"].as_i64());
    }

    // 19: the base travels with the figure.
    for (question, percent, base) in
        [("avstar-kvall", 29.0, "de som känner oro"), ("oro-bostadshuset", 21.0, "samtliga")]
    {
        let row = &values[&format!("trygghet-tabell/value/kungsholmen-sdo/{question}/alla/2023")];
        assert_eq!((row["value"].as_f64(), text(row, "base").as_str()), (Some(percent), base));
    }

    // 20: the police survey with its n; litter comes before dark areas. 40 is told without its decimal.
    let of_police = |question: &str| &values[&format!("polisens-trygghet/value/kungsholmen-sdo/{question}/alla/2023")];
    for (question, percent) in [
        ("oro-kvall", 13.7),
        ("undviker-platser", 40.0),
        ("problem-belysning", 52.7),
        ("problem-nedskrapning", 64.6),
        ("problem-skadegorelse", 34.6),
        ("problem-narkotikamissbrukare", 28.9),
        ("problem-kriminella-gang", 14.4),
    ] {
        let row = of_police(question);
        assert_eq!((row["value"].as_f64(), row["n"].as_i64()), (Some(percent), Some(412)), "{question}");
    }
    let (litter, dark) = (of_police("problem-nedskrapning"), of_police("problem-belysning"));
    assert!(litter["lower"].as_f64() > dark["upper"].as_f64());

    let explained = world.lagesbild(&[
        "explain",
        "trygghet-tabell/city/kungsholmen-sdo/oro-ofta/alla/2023",
        "--pipeline",
        PIPELINE,
    ]);
    let explained = explained.expect(0).out.clone();
    assert!(explained.contains("Tab 1 Område › C18") && explained.contains("Tab 1 Område › C27"), "{explained}");
}

/// What a definition of published figures may not name.
#[test]
fn a_published_table_is_of_one_survey_and_its_areas_nest() {
    let world = world(&["trygghetsmatning-omrade"], &["trygghet-tabell"]);
    let file = format!("{PIPELINE}/indicators/trygghet-tabell.toml");
    let text = world.text(&file);
    for (from, to, told) in [
        ("survey  = \"trygghetsmatningen\"", "survey  = \"ntu\"", "different ones are never a series"),
        ("source  = \"trygghetsmatning-omrade\"", "source  = \"tabellen\"", "source `tabellen`"),
        ("whole = \"stockholm-kommun\"", "whole = \"fredhall\"", "as part of `fredhall`"),
        ("\"marieberg\"", "\"marieborg\"", "area `marieborg`"),
    ] {
        assert!(text.contains(from), "{from}");
        world.write(&file, text.replacen(from, to, 1));
        let reply = world.lagesbild(&["check", PIPELINE]);
        assert!(reply.code != 0 && format!("{}{}", reply.out, reply.err).contains(told), "{told}: {reply:#?}");
    }
    world.write(&file, text.replace("id = \"flytta\"", "id = \"flyttar\""));
    let run = world.lagesbild(&["run", PIPELINE, "--fail-on", "never", "--json"]).expect(0).json();
    let told =
        run["findings"].as_array().unwrap().iter().any(|found| found["found"] == "no figure of question `flyttar`");
    assert!(told, "{run}");
}
