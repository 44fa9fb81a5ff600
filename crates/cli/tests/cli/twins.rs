//! The same table saved as another type of file, and the same pipeline for another district.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{PIPELINE, ROOT, SODERMALM, World};

fn tables(world: &World) -> [Vec<Value>; 2] {
    [
        world.query(
            "SELECT source, area, category, period, value, status, date_basis, extracted_at, sheet, cell FROM counts \
             WHERE source = 'status-ytd'",
        ),
        world.query("SELECT * FROM contrasts"),
    ]
}

#[test]
fn xls_and_ods_tell_the_same_as_xlsx() {
    let world = World::published();
    let expected = tables(&world);
    assert_eq!((expected[0].len(), expected[1].is_empty()), (40, false));
    let xlsx = world.release();
    let csv = |release: &str| {
        ["t1a", "t1b", "t2", "t3"].map(|table| world.text(&format!("{release}/reports/brottstabeller-{table}.csv")))
    };
    let reports = csv(&xlsx);
    for ending in ["xls", "ods"] {
        world.write(
            "pipelines/kungsholmen/sources/status-ytd.toml",
            world.text("pipelines/kungsholmen/sources/status-ytd.toml").replace(
                &format!("${{year}}.{}\"", if ending == "xls" { "xlsx" } else { "xls" }),
                &format!("${{year}}.{ending}\""),
            ),
        );
        world.run(&[]).expect(0);
        let release = world.release();
        assert_ne!(release, xlsx);
        let read = world.query("SELECT DISTINCT file FROM counts WHERE source = 'status-ytd'");
        assert_eq!(read.len(), 1);
        assert!(read[0]["file"].as_str().unwrap().ends_with(&format!("2023.{ending}")), "{read:?}");
        assert_eq!(tables(&world), expected, "{ending}");
        assert_eq!(csv(&release), reports, "{ending}");
    }
}

/// Sums of the weekly file as a reader with nothing but a text editor would make them.
fn sums_by_hand(bytes: &[u8], year: &str, last_week: u32) -> BTreeMap<(String, String), i64> {
    let mut sums = BTreeMap::new();
    // Windows-1252 and Latin-1 have the same Swedish letters.
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(';').collect();
        if let [of, week, _, area, category, count] = fields[..]
            && of == year
            && week.parse::<u32>().is_ok_and(|week| week <= last_week)
        {
            *sums.entry((area.to_owned(), category.to_owned())).or_insert(0) += count.parse::<i64>().unwrap();
        }
    }
    sums
}

#[test]
fn another_district_year_and_week_are_a_matter_of_settings() {
    let world = World::published();
    let before = world.tree(ROOT);
    let root = "data/out/sodermalm-sdo-2025-v30";
    world.run(&SODERMALM).expect(0);
    assert_eq!(world.tree(ROOT), before, "the other district's releases");
    let release = world.release_in(root);
    let manifest: Value = serde_json::from_str(&world.text(&format!("{release}/manifest.json"))).unwrap();
    assert_eq!(manifest["parameters"]["area"], "sodermalm-sdo");
    assert_eq!(manifest["findings"]["error"], 0);
    assert_eq!(manifest["findings"]["warning"], 0);

    let weekly = world.read("data/sample/status/status_vecka_lpo_sodermalm_2024-2025.csv");
    for (table, area) in [("t1a", "Södermalms stadsdelsområde"), ("t1b", "Medborgarplatsen")] {
        let csv = world.text(&format!("{release}/reports/brottstabeller-{table}.csv"));
        let mut lines = csv.trim_start_matches('\u{feff}').lines().map(|line| line.split(';').collect::<Vec<_>>());
        let head = lines.next().unwrap();
        assert_eq!(head[..4], ["kategori", "namn", "antal_2025", "antal_2024"], "{table}");
        let (now, before) = (sums_by_hand(&weekly, "2025", 30), sums_by_hand(&weekly, "2024", 30));
        let mut categories = 0;
        for row in lines.filter(|row| row[0] != "total") {
            let key = (area.to_owned(), row[1].to_owned());
            let sums = [now.get(&key), before.get(&key)].map(|sum| sum.copied().unwrap_or(0).to_string());
            assert_eq!(row[2..4], sums.each_ref().map(String::as_str), "{table} {}", row[1]);
            categories += 1;
        }
        assert_eq!(categories, 10);
    }
    // Years before the file begins are not known, which is not zero.
    let sql = "SELECT DISTINCT period, status, events FROM indicator_values WHERE period = '2022-W01--W30'";
    let call = [&["query", sql, "--pipeline", PIPELINE, "--format", "csv"][..], &SODERMALM[..]].concat();
    assert_eq!(world.lagesbild(&call).expect(0).out, "period,status,events\n2022-W01--W30,missing,\n");
}

#[test]
fn out_takes_releases_elsewhere() {
    let world = World::new();
    world.run(&["--out", "here"]).expect(0);
    assert!(world.path("here/CURRENT").is_file());
    assert!(!world.path("data/out").exists());
    let reply = world.lagesbild(&["query", "SELECT COUNT(*) AS n FROM contrasts", "--out", "here", "--format", "csv"]);
    assert_ne!(reply.expect(0).out, "n\n0\n");
}
