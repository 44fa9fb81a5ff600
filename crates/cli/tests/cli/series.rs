//! T4: counts week by week against what their own past lets expect, as table, chart and sentences.

use crate::support::World;

#[test]
fn the_newest_week_is_the_one_of_the_source_and_every_sentence_is_supported() {
    let world = World::published();
    // The count that is judged is the one that the weekly file tells.
    let sql = "SELECT counts.value AS counted, contrasts.value AS judged, contrasts.verdict AS verdict FROM contrasts \
               JOIN counts ON counts.area = contrasts.area AND counts.category = contrasts.category \
               AND counts.period = contrasts.period WHERE contrasts.kind = 'surveillance' \
               AND contrasts.period = '2023-W41' AND contrasts.area = 'kungsholmen-sdo' AND counts.source = 'status-weekly'";
    let rows = world.query(sql);
    assert_eq!(rows.len(), 10, "{rows:?}");
    assert!(rows.iter().all(|row| row["counted"] == row["judged"]), "{rows:?}");
    let text = world.text(&format!("{}/reports/brottsserier.md", world.release()));
    let unusual = rows.iter().filter(|row| row["verdict"] == "unusually-high").count();
    assert!(unusual > 0 && text.contains("ovanligt många"), "{rows:?}");

    world.write("serier.md", &text);
    let reply = world.lagesbild(&["claims", "serier.md", "--json"]).expect(0).json();
    let claims = reply["claims"].as_array().unwrap();
    let of_series: Vec<_> = claims
        .iter()
        .filter(|claim| {
            let quote = claim["quote"].as_str().unwrap();
            quote.contains("noterades ovanligt många") || quote.contains("är inom det väntade")
        })
        .collect();
    assert!(of_series.len() >= 4, "{claims:?}");
    assert!(of_series.iter().all(|claim| claim["answer"] == "supported"), "{of_series:?}");
}

#[test]
fn a_chart_is_a_file_with_its_figures_in_words_and_its_table_beside_it() {
    let world = World::published();
    let reports = format!("{}/reports", world.release());
    let chart = world.text(&format!("{reports}/brottsserier-t4a-serier-serier.svg"));
    assert!(chart.starts_with("<svg ") && chart.trim_end().ends_with("</svg>"), "{}", &chart[..200]);
    assert!(chart.contains("Bedrägeribrott m.m."));
    // And in pixels, for whom SVG is refused, with the same words.
    let pixels = world.read(&format!("{reports}/brottsserier-t4a-serier-serier.png"));
    assert!(pixels.starts_with(b"\x89PNG\r\n\x1a\n"));
    let told = chart.split("<desc id=\"beskrivning\">").nth(1).and_then(|rest| rest.split("</desc>").next()).unwrap();
    assert!(String::from_utf8_lossy(&pixels).contains(&format!("Description\0\0\0sv\0\0{told}")));
    // The total and ten categories, each in the 52 weeks to the newest, below one row of headings.
    let table = world.text(&format!("{reports}/brottsserier-t4a-serier.csv"));
    assert_eq!(table.lines().count(), 1 + 11 * 52);
}
