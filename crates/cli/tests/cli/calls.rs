//! Wrong calls and wrong definitions: every fault at once, with its line, before any data is read.

use crate::support::{PIPELINE, World, heads, problems};

#[test]
fn a_wrong_call_ends_with_2_and_says_what_would_be_right() {
    let world = World::new();
    let before = world.tree("");
    for (call, said) in [
        (
            &["run", PIPELINE, "--set", "lan=01"][..],
            "`lan` is no parameter; there are area, area-name, lpo, place, since, week, year",
        ),
        (&["run", PIPELINE, "--set", "year=i fjol"], "`year` is `i fjol`; expected a whole number"),
        (&["run", PIPELINE, "--set", "week"], "`week` is not of the form key=value"),
        (&["run", PIPELINE, "--set", "area-name=../../x"], "`area-name` is `../../x`"),
        (&["run", PIPELINE, "--set", "area-name=a\"b"], "`area-name` is `a\"b`"),
        (&["run", PIPELINE, "--jobs", "0"], "0 is not in 1..=256"),
        (&["run", PIPELINE, "--jobs", "many"], "invalid digit"),
        (&["run", PIPELINE, "--fail-on", "sometimes"], "possible values: note, warning, error, never"),
        (&["run", PIPELINE, "--frobnicate"], "unexpected argument '--frobnicate'"),
        (&["run"], "<PIPELINE>"),
        (&["run", "data/sample"], "expected the folder of a pipeline"),
        (&["check", "nowhere"], "expected the folder of a pipeline"),
        (&["query"], "<SQL>"),
        (&["query", "SELECT 1", "--format", "xml"], "possible values: table, csv, ndjson"),
        (&["calc"], "<METHOD>"),
        (&["calc", "coun-ratio"], "count-ratio"),
        (&["calc", "count-ratio", "--schema", "--example"], "cannot be used with"),
        (&["explain"], "<FIGURE>"),
        (&["frobnicate"], "unrecognized subcommand"),
        (&[], "Usage"),
    ] {
        let reply = world.lagesbild(call);
        assert_eq!((reply.code, reply.out.as_str()), (2, ""), "{call:?}: {reply:#?}");
        assert!(reply.err.contains(said), "{call:?}: `{said}` is not in {}", reply.err);
    }
    assert_eq!(world.tree(""), before);
}

/// Two faults in a call are both told.
#[test]
fn all_faults_of_a_call_are_listed() {
    let world = World::new();
    let reply = world.run(&["--set", "lan=01", "--set", "year=x"]).expect(2);
    reply.says("`lan` is no parameter");
    reply.says("`year` is `x`");
}

#[test]
fn help_is_an_answer() {
    let world = World::new();
    for call in [&["--help"][..], &["run", "--help"], &["calc", "-h"], &["--version"]] {
        let reply = world.lagesbild(call).expect(0);
        assert!(!reply.out.is_empty() && reply.err.is_empty(), "{reply:?}");
    }
    let help = world.lagesbild(&["--help"]).out;
    for code in
        ["0  fine", "1  the run failed", "2  wrong call", "3  findings", "4  locked", "5  an input file is missing"]
    {
        assert!(help.contains(code), "{code}");
    }
}

/// A fault in every folder of the pipeline at once. None hides another, and each has file and line.
#[test]
fn every_fault_of_the_definitions_is_listed_with_its_line() {
    let world = World::new();
    let edit = |file: &str, from: &str, to: &str| world.replace(&format!("{PIPELINE}/{file}"), from, to);
    edit("sources/status-ytd.toml", "anchor = ", "ancher = ");
    edit("sources/status-weekly.toml", "kind = \"delimited\"", "kind = \"spss\"");
    edit("indicators/anmalda-brott-ytd.toml", "${year-1}", "${yaer-1}");
    edit("indicators/anmalda-brott-vecka.toml", "level  = 0.95", "level  = 95");
    edit("reports/brottstabeller.toml", "{ kind = \"markdown\" }", "{ kind = \"pdf\" }");
    let line = |file: &str, part: &str| {
        let text = world.text(&format!("{PIPELINE}/{file}"));
        text.lines().position(|line| line.contains(part)).unwrap() + 1
    };
    let lines = [
        // A key inside a table with a `kind` is told at the table's heading.
        ("sources/status-ytd.toml", line("sources/status-ytd.toml", "[layout]")),
        ("sources/status-weekly.toml", line("sources/status-weekly.toml", "spss")),
        ("indicators/anmalda-brott-ytd.toml", line("indicators/anmalda-brott-ytd.toml", "yaer")),
        ("indicators/anmalda-brott-vecka.toml", line("indicators/anmalda-brott-vecka.toml", "level  = 95")),
        ("reports/brottstabeller.toml", line("reports/brottstabeller.toml", "pdf")),
    ];
    let before = world.tree("");
    let reply = world.run(&[]).expect(3);
    assert_eq!(reply.out, "");
    for (file, line) in lines {
        reply.says(&format!("error[definition]: {file} › line {line}, column "));
    }
    reply.says("nothing was read");
    let checked = world.lagesbild(&["check", PIPELINE]).expect(3);
    for (file, line) in lines {
        assert!(checked.out.contains(&format!("error[definition]: {file} › line {line}, column ")), "{}", checked.out);
    }
    assert_eq!(world.tree(""), before);
}

/// Definitions that are well written and point nowhere.
#[test]
fn links_that_lead_nowhere_are_all_told() {
    let world = World::new();
    let edit = |file: &str, from: &str, to: &str| world.replace(&format!("{PIPELINE}/{file}"), from, to);
    edit("indicators/anmalda-brott-ytd.toml", "source    = \"status-ytd\"", "source    = \"status-ydt\"");
    edit("indicators/anmalda-brott-vecka.toml", "partition = \"total\"", "partition = \"valdsbrott\"");
    edit("sources/status-ytd.toml", "total = \"total\"", "total = \"summa\"");
    edit("pipeline.toml", "right = \"anmalda-brott-vecka\"", "right = \"anmalda-brott-manad\"");
    edit("pipeline.toml", "status-weekly = \"Filen", "status-monthly = \"Filen");
    let reply = world.lagesbild(&["check", PIPELINE, "--json"]).expect(3);
    let found = problems(&reply);
    let all: Vec<String> = found.iter().map(|finding| format!("{}: {}", finding.head, finding.found)).collect();
    for wanted in [
        "error definition anmalda-brott-ytd.toml: source `status-ydt`",
        "error definition anmalda-brott-vecka.toml: partition `valdsbrott`",
        "error definition status-ytd.toml: `total = \"summa\"`",
        "error definition pipeline.toml: `reconcile` names indicator `anmalda-brott-manad`",
        "error definition pipeline.toml: `remarks` names source `status-monthly`",
    ] {
        assert!(all.iter().any(|finding| finding == wanted), "`{wanted}` is not among {all:#?}");
    }
    let source = found.iter().find(|finding| finding.found == "source `status-ydt`").unwrap();
    assert_eq!(source.expected, "one of `status-weekly`, `status-ytd`");
}

#[test]
fn code_lists_that_contradict_themselves_are_told() {
    let world = World::new();
    let areas = "pipelines/codelists/areas.csv";
    world.write(areas, format!("{}fridhemsplan;Fridhemsplan igen;;;;;;\n", world.text(areas)));
    let lines = world.text(areas).lines().count();
    let reply = world.run(&[]).expect(3);
    reply.says(&format!("error[code-list]: codelists/areas.csv › line {lines}"));
    reply.says("nothing was read");
    std::fs::remove_file(world.path("pipelines/codelists/aliases.csv")).unwrap();
    world.run(&[]).expect(3).says("codelists/aliases.csv");
}

#[test]
fn a_head_that_is_no_toml_is_told_with_its_line() {
    let world = World::new();
    world.write(&format!("{PIPELINE}/pipeline.toml"), "id = \"kungsholmen\"\nlabel = \n");
    let reply = world.run(&[]).expect(3);
    reply.says("error[definition]: pipeline.toml › line 2, column 9");
}

/// A week that the calendar does not have: 2023 has 52.
#[test]
fn a_week_that_does_not_exist_is_told_before_anything_is_read() {
    let world = World::new();
    let reply = world.run(&["--set", "week=53"]).expect(3);
    reply.says("week 53 of 2023");
    reply.says("nothing was read");
    assert!(!world.path("data/out").exists());
    let reply = world.lagesbild(&["check", PIPELINE, "--set", "place=medborgarplatsen", "--json"]).expect(3);
    let found = problems(&reply);
    assert_eq!(heads(&found), ["error definition anmalda-brott-ytd.toml"]);
    assert_eq!(found[0].found, "`medborgarplatsen` as part of `kungsholmen-sdo`");
}

/// Without `--pipeline`, the only one is meant, or the only one that has published; otherwise it must be named.
#[test]
fn readers_find_the_pipeline_that_has_published() {
    let world = World::published();
    let first = world.lagesbild(&["query", "SELECT COUNT(*) AS n FROM counts"]).expect(0).out;
    std::fs::create_dir(world.path("pipelines/other")).unwrap();
    world.write("pipelines/other/pipeline.toml", "");
    let found = world.lagesbild(&["query", "SELECT COUNT(*) AS n FROM counts"]).expect(0);
    assert_eq!(found.out, first);
    let call = ["query", "SELECT 1 AS one", "--out", "nowhere"];
    world
        .lagesbild(&call)
        .expect(2)
        .says("0 pipelines have published; say which one with --pipeline: pipelines/kungsholmen");
    let named = world.lagesbild(&["query", "SELECT COUNT(*) AS n FROM counts", "--pipeline", PIPELINE]).expect(0);
    assert_eq!(named.out, first);
}
