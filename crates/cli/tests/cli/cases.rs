//! Logs of cases as figures: T14, counted by kind and by channel, and back to their lines.

use crate::support::World;

/// By Python 3.11 (`csv` alone) from the sample: each number once, weeks 1 to 41 of both years.
const REPORTED: [(&str, i64, i64); 5] = [
    ("Anmälningar till staden", 3814, 3867),
    ("Synpunkter genom appen", 2083, 1737),
    ("Synpunkter på webben", 976, 1135),
    ("Synpunkter per telefon", 449, 615),
    ("Synpunkter med e-post", 306, 380),
];

fn rows(world: &World, table: &str) -> Vec<(String, i64, i64)> {
    let text = world.text(&format!("{}/reports/tycktill-{table}.csv", world.release()));
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(';').collect();
        (fields[1].to_owned(), fields[2].parse().unwrap(), fields[3].parse().unwrap())
    };
    text.lines().skip(1).map(row).collect()
}

#[test]
fn cases_are_counted_by_what_they_say_of_themselves() {
    let world = World::whole();
    world.run(&[]).expect(0);
    let told: Vec<(String, i64, i64)> = rows(&world, "t14c");
    let expected: Vec<(String, i64, i64)> =
        REPORTED.iter().map(|(label, now, then)| ((*label).to_owned(), *now, *then)).collect();
    assert_eq!(told, expected);

    // Each matter once: fewer than the reports, and what has another category since March 2023 is one kind all along.
    let matters = rows(&world, "t14a");
    let of = |label: &str| matters.iter().find(|(own, ..)| own == label).cloned().unwrap();
    let (_, now, then) = of("Saker som anmälts till staden");
    assert!(now < expected[0].1 && then < expected[0].2, "{now} {then}");
    let kinds: i64 = matters.iter().skip(1).map(|(_, now, _)| now).sum();
    assert_eq!(kinds, now, "the kinds of the sample share nothing and leave nothing out");
    let (_, now, then) = of("Synpunkter om klotter");
    assert!((now - then).abs() < 30, "a move from one category to another is no change: {then} to {now}");

    let figure = "tycktill-saker/change/kungsholmen-sdo/tt-rattor/2023-W01--W41";
    let reply = world.lagesbild(&["explain", figure, "--json"]).expect(0).json();
    let lines = reply["lines"][0]["rows"].as_array().unwrap();
    let rats = of("Synpunkter om råttor").1;
    assert_eq!(lines.len() as i64, rats);
    let sample = world.text("data/sample/tycktill/tycktill_2022-2023.csv");
    let sample: Vec<&str> = sample.lines().collect();
    for line in lines {
        let at = line["line"].as_u64().unwrap() as usize;
        assert!(sample[at - 1].contains(";Renhållning;Råttor;") && sample[at - 1].contains(";2023-"), "line {at}");
    }
}

#[test]
fn words_that_the_log_does_not_have_are_told() {
    let world = World::whole();
    let path = "pipelines/kungsholmen-kallor/indicators/tycktill-saker.toml";
    world.write(path, world.text(path).replace("subcategory = \"Råttor\"", "subcategory = \"Gnagare\""));
    let reply = world.run(&[]);
    reply.expect(0).says("no case of `tycktill` that counts as `tt-rattor`");
    // A kind without its words, and words without a kind.
    world.write(path, world.text(path).replace("tt-park         =", "tt-parker       ="));
    let reply = world.run(&[]).expect(3);
    reply.says("has no kind for `tt-park`");
    reply.says("`tt-parker` is not in `numerator.overlays`");
}
