//! Facts of the samples' truth that no other test needs: sums, bases and shares that follow from the rows. The fixtures were
//! taken from the truth files, which were not computed with this software; `tests/README.md` lists which fact stands where.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr as _;

use jiff::civil::{Date, date};
use lagesbild_ingest::{Reading, Source, read_source};
use lagesbild_model::table::Offences;
use lagesbild_model::{Digest, Status};

use crate::offences::{SAMPLE, read, register};
use crate::support::*;
use crate::survey::{read_as, real, sample, survey, whole};

fn reading(name: &str) -> Reading {
    let text = String::from_utf8(bytes(&format!("pipelines/kungsholmen-kallor/sources/{name}.toml"))).unwrap();
    let source = Source::from_str(&filled_in(&text, &KUNGSHOLMEN)).unwrap();
    read_source(&source, source.file(), &bytes(&format!("data/sample/{}", source.file())), &lists())
}

/// `index.json`: the samples are the files that the truth was written for.
#[test]
fn the_samples_are_those_of_the_truth() {
    let index = expected("samples/index.csv");
    assert_eq!(index.len(), 31);
    for row in index {
        let [file, length, sha256] = row.as_slice() else { panic!("{row:?}") };
        let content = bytes(&format!("data/sample/{file}"));
        assert_eq!(content.len().to_string(), *length, "{file}");
        assert_eq!(Digest::of(&content).to_string(), *sha256, "{file}");
    }
}

/// `tycktill_2022-2023.csv`: years, blank coordinates and the share of the app, of all 9072 rows of the file. A row is a case
/// or was set aside because it stands twice; what those say is taken from the case that they repeat.
#[test]
fn cases_by_year_channel_and_place() {
    let reading = reading("tycktill");
    let text = String::from_utf8(bytes("data/sample/tycktill/tycktill_2022-2023.csv")).unwrap();
    let ids: Vec<&str> = text.lines().map(|line| line.split(';').next().unwrap()).collect();
    let mut times: BTreeMap<&str, i64> = BTreeMap::new();
    for row in &reading.quarantine {
        *times.entry(ids[usize::try_from(row.row).unwrap() - 1]).or_default() += 1;
    }
    let mut years: BTreeMap<i16, (i64, i64)> = BTreeMap::new();
    let mut blank = 0;
    for case in &reading.cases {
        let rows = 1 + times.get(case.id.as_str()).copied().unwrap_or(0);
        let year = years.entry(case.date.unwrap().year()).or_default();
        year.0 += rows;
        year.1 += if case.channel == "App" { rows } else { 0 };
        blank += if case.north.is_none() && case.east.is_none() { rows } else { 0 };
    }
    assert_eq!(years.iter().map(|(year, (all, _))| (*year, *all)).collect::<Vec<_>>(), [(2022, 4990), (2023, 4082)]);
    assert_eq!(blank, 601);
    for (year, share) in [(2022, 0.4535), (2023, 0.5431)] {
        let (all, app) = years[&year];
        assert!((app as f64 / all as f64 - share).abs() < 0.000_05, "{year}: {app} of {all}");
    }
}

/// Every sum of a year in the monthly workbook, from its months; the truth has zero where an area was not in force.
#[test]
fn months_make_the_sums_of_their_years() {
    let reading = reading("status-monthly");
    let lists = lists();
    let source = "status-monthly".parse().unwrap();
    let mut sums: BTreeMap<(String, String, i64), i64> = BTreeMap::new();
    for count in &reading.counts {
        let key = (count.area.to_string(), count.category.to_string(), count.period_year);
        *sums.entry(key).or_default() += count.value.unwrap_or(0);
        let total = (count.area.to_string(), "total".to_owned(), count.period_year);
        *sums.entry(total).or_default() += count.value.unwrap_or(0);
    }
    let rows = expected("status-monthly/expected-years.csv");
    assert_eq!(rows.len(), 8 * 5 * 11);
    for row in rows {
        let [sheet, year, category, value] = row.as_slice() else { panic!("{row:?}") };
        let area = lists.areas.find(sheet, &source).unwrap().0.code.to_string();
        let category = lists.categories.find(category, &source).unwrap().0.code.to_string();
        let found = sums.get(&(area, category, year.parse().unwrap())).copied();
        assert_eq!(found.map(|sum| sum.to_string()).as_ref(), Some(value), "{row:?}");
    }
    // `n_dash_cells` counts the sums of the years as well; a zero of a month is one here.
    let dashes = reading.counts.iter().filter(|count| count.value == Some(0)).count();
    assert!((1..=223).contains(&dashes), "{dashes}");
}

fn day(days: i32) -> Date {
    date(1970, 1, 1).saturating_add(jiff::Span::new().days(days))
}

/// Offences in Kungsholmen of the years 2022 and 2023, as `holds` says of a row.
fn kungsholmen(batches: &[Offences], holds: impl Fn(&Offences, usize) -> Option<i16>) -> [u32; 2] {
    let mut found = [0, 0];
    for batch in batches {
        for row in (0..batch.rows()).filter(|row| batch.district.get(*row) == Some("kungsholmen-sdo")) {
            match holds(batch, row) {
                Some(2022) => found[0] += 1,
                Some(2023) => found[1] += 1,
                _ => {}
            }
        }
    }
    found
}

/// `other_bases_total_Kungsholmen`, `neighbour_year_rows_Kungsholmen`, `sarskilt_utsatta_brottsoffer_v1_41`.
#[test]
fn other_bases_give_other_totals() {
    let (_, batches) = read(&register(), &bytes(SAMPLE));
    let to_week_41 = |day: Date| {
        let week = day.iso_week_date();
        (week.week() <= 41).then_some(week.year())
    };
    let known = |days: i32| (days != Offences::NO_DAY).then(|| day(days));
    let by = |date: fn(&Offences, usize) -> i32| {
        kungsholmen(&batches, |batch, row| known(date(batch, row)).and_then(to_week_41))
    };
    assert_eq!(by(|batch, row| batch.start_date[row]), [9335, 9184]);
    assert_eq!(by(|batch, row| batch.end_date[row]), [9306, 9187]);
    assert_eq!(by(|batch, row| batch.registered[row]), [9103, 9393]);
    let start = |batch: &Offences, row: usize| day(batch.start_date[row]);
    let calendar = kungsholmen(&batches, |batch, row| {
        let day = start(batch, row);
        (day.iso_week_date().week() <= 41).then_some(day.year())
    });
    assert_eq!(calendar, [9335, 9184]);
    let from_january = kungsholmen(&batches, |batch, row| {
        let day = start(batch, row);
        let last = if day.year() == 2022 { date(2022, 10, 16) } else { date(2023, 10, 15) };
        (day <= last).then_some(day.year())
    });
    assert_eq!(from_january, [9404, 9215]);

    let between = |from: Date, to: Date| {
        let of = kungsholmen(&batches, |batch, row| (from..=to).contains(&start(batch, row)).then_some(2022));
        of[0]
    };
    assert_eq!(between(date(2022, 1, 1), date(2022, 1, 2)), 69);
    assert_eq!(between(date(2023, 1, 1), date(2023, 1, 1)), 31);
    assert_eq!(between(date(2023, 10, 16), date(2023, 10, 17)), 21);

    let lists = lists();
    let of_victims = |several: bool| {
        let mut sums = [0, 0];
        for overlay in ["parrelation", "valdtakt-vuxen", "brott-mot-barn"] {
            let of = kungsholmen(&batches, |batch, row| {
                let overlays = lists.offence_codes.overlays(batch.code.get(row)?.parse().ok()?);
                let first =
                    overlays.iter().find(|o| matches!(o.as_str(), "parrelation" | "valdtakt-vuxen" | "brott-mot-barn"));
                let counts = if several {
                    overlays.iter().any(|other| other.as_str() == overlay)
                } else {
                    first.is_some_and(|first| first.as_str() == overlay)
                };
                counts.then(|| to_week_41(start(batch, row))).flatten()
            });
            sums = [sums[0] + of[0], sums[1] + of[1]];
        }
        sums
    };
    assert_eq!((of_victims(true), of_victims(false)), ([239, 274], [234, 265]));
    let union = kungsholmen(&batches, |batch, row| {
        let overlays = lists.offence_codes.overlays(batch.code.get(row)?.parse().ok()?);
        let one = overlays.iter().any(|overlay| overlay.as_str() == "sarskilt-utsatta");
        one.then(|| to_week_41(start(batch, row))).flatten()
    });
    assert_eq!(union, [234, 265]);
}

/// `revision…also_derivable`: what had been registered when the first extraction was taken out is that extraction, but for 20
/// offences that were recoded from Övriga BrB-brott to Våldsbrott afterwards.
#[test]
fn the_first_extraction_follows_from_the_register() {
    let (_, batches) = read(&register(), &bytes(SAMPLE));
    let early = reading("status-uttag-2022");
    let mut differ = BTreeSet::new();
    for count in early.counts.iter().filter(|count| count.period_year == 2022) {
        let of = kungsholmen(&batches, |batch, row| {
            let week = day(batch.start_date[row]).iso_week_date();
            let here = count.area.as_str() == "kungsholmen-sdo" || batch.place.get(row) == Some("fridhemsplan");
            let known = day(batch.registered[row]) <= date(2022, 10, 18);
            let same = batch.category.get(row) == Some(count.category.as_str());
            (here && known && same && week.week() <= 41).then_some(week.year())
        });
        let change = count.value.unwrap() - i64::from(of[0]);
        if change != 0 {
            differ.insert((count.area.to_string(), count.category.to_string(), change));
        }
    }
    let recoded = |category: &str, change| ("kungsholmen-sdo".to_owned(), category.to_owned(), change);
    assert_eq!(differ, BTreeSet::from([recoded("ovriga-brb-brott", 20), recoded("valdsbrott", -20)]));
}

/// `ods.violence_per_ha`, and the length of the two periods.
#[test]
fn violence_per_hectare() {
    let counts = reading("ods-valdsbrott");
    for (polygons, period, expected, days) in
        [("ods-2021", "2020-01--2021-12", 3.11284, 731), ("ods-2023", "2022-01--2023-09", 3.98184, 638)]
    {
        let hectares = reading(polygons).polygons.iter().find(|polygon| polygon.id == "ODS-01").unwrap().hectares;
        let of = |count: &&lagesbild_model::table::Count| {
            count.area.as_str() == "ods-fridhemsplan-stadshagen" && count.period.to_string() == period
        };
        let count = counts.counts.iter().find(of).unwrap();
        let rate = count.value.unwrap() as f64 / hectares;
        assert!((rate - expected).abs() < 0.000_02, "{period}: {rate}");
        assert_eq!(count.exposure_days, days);
    }
}

/// `befolkning.xlsx.Kungsholmen_equals_px_sum`: the neighbourhoods make the district, each year and sex; in
/// 2019 the district lacks the men whose number the neighbourhood does not tell.
/// `px.first_row`: the years run fastest.
#[test]
fn the_neighbourhoods_make_the_district() {
    let (px, districts) = (reading("befolkning-stadsdel"), reading("befolkning-stadsdelsomraden"));
    let mut equal = 0;
    for count in districts.counts.iter().filter(|count| count.area.as_str() == "kungsholmen-sdo") {
        let parts = px
            .counts
            .iter()
            .filter(|part| part.period == count.period && part.group.as_str().ends_with(&format!("-{}", count.group)));
        let parts: Vec<_> = parts.collect();
        assert_eq!(parts.len(), 7 * 7);
        let sum: i64 = parts.iter().filter_map(|part| part.value).sum();
        if count.period_year == 2019 && count.group.as_str() == "man" {
            assert!(parts.iter().any(|part| part.status == Status::Missing));
        }
        assert_eq!(Some(sum), count.value, "{} {}", count.group, count.period);
        equal += 1;
    }
    assert_eq!(equal, 10);
    let first = px.counts.iter().map(|count| count.cell.unwrap().row).min();
    let mut row: Vec<_> = px.counts.iter().filter(|count| count.cell.map(|cell| cell.row) == first).collect();
    row.sort_by_key(|count| count.cell.map(|cell| cell.column));
    assert_eq!(row.iter().map(|count| count.period_year).collect::<Vec<_>>(), [2019, 2020, 2021, 2022, 2023]);
    assert_eq!(row[0].value, Some(1268));
    assert!(row.iter().all(|count| count.area.as_str() == "kungsholmen-stadsdel"));
}

/// `trygghetsmatning.groups_weighted_percent`: four decimals of a per cent, respondents in Kungsholmen, 2023.
#[test]
fn weighted_shares_of_groups() {
    let source = survey("trygghetsmatning-2023");
    let reading = read_as(&source, &sample(&source));
    let code = |variable: &str, label: &str| -> i64 {
        let row = reading.variables.iter().find(|row| row.name == variable && row.code_label == label);
        row.and_then(|row| row.code.as_ref()).unwrap_or_else(|| panic!("{variable} {label}")).parse().unwrap()
    };
    let (sdo, here) = (whole(&reading, "sdo"), code("sdo", "Kungsholmen"));
    let weights = real(&reading, "vikt");
    let rows = expected("surveys/groups.csv");
    assert_eq!(rows.len(), 27);
    for row in rows {
        let [group, question, percent] = row.as_slice() else { panic!("{row:?}") };
        let group = match group.as_str() {
            "Samtliga" => None,
            "Kvinnor" => Some(("kon", "Kvinna")),
            "Män" => Some(("kon", "Man")),
            "66-79 år" => Some(("aldgrp", "66-79 år")),
            "Personer med funktionsnedsättning" => Some(("funkned", "Ja")),
            "Utlandsfödda" => Some(("fodd", "Utomlands")),
            "Bott kortare än ett år" => Some(("boendetid", "Kortare än ett år")),
            "Bott längre än fem år" => Some(("boendetid", "Längre än fem år")),
            "Utan gymnasieutbildning" => Some(("utb", "Utan gymnasieutbildning")),
            other => panic!("{other}"),
        };
        let group = group.map(|(variable, label)| (whole(&reading, variable), code(variable, label)));
        let last = if question == "f6_radd_kvall" { 2 } else { 1 };
        let (mut all, mut with) = (0.0, 0.0);
        for (at, answer) in whole(&reading, question).iter().enumerate() {
            let inside = sdo[at] == Some(here) && group.is_none_or(|(codes, code)| codes[at] == Some(code));
            if let (Some(answer), true) = (answer, inside) {
                all += weights[at].unwrap();
                with += if *answer <= last { weights[at].unwrap() } else { 0.0 };
            }
        }
        let share = 100.0 * with / all;
        assert!((share - percent.parse::<f64>().unwrap()).abs() < 0.000_06, "{row:?}: {share}");
    }
}

/// `stockholmsenkaten.ranks_home_area`: five decimals of a share by home area, both rounds, grades and questions.
#[test]
fn shares_of_pupils_by_home_area() {
    let rows = expected("surveys/ranks.csv");
    assert_eq!(rows.len(), 104);
    for year in ["2020", "2022"] {
        let source = survey(&format!("stockholmsenkaten-{year}"));
        let reading = read_as(&source, &sample(&source));
        let (home, grades) = (whole(&reading, "sdo_bostad"), whole(&reading, "arskurs"));
        for row in rows.iter().filter(|row| row[0] == year) {
            let [_, question, grade, area, share] = row.as_slice() else { panic!("{row:?}") };
            let code = reading.variables.iter().find(|row| row.name == "sdo_bostad" && row.code_label == *area);
            let code: i64 = code.and_then(|row| row.code.as_ref()).unwrap_or_else(|| panic!("{area}")).parse().unwrap();
            let grade: i64 = grade.parse().unwrap();
            let answers = whole(&reading, question).iter().enumerate();
            let answers: Vec<i64> = answers
                .filter(|(at, _)| home[*at] == Some(code) && grades[*at] == Some(grade))
                .filter_map(|(_, answer)| *answer)
                .collect();
            let with = answers.iter().filter(|answer| **answer >= 3).count() as f64 / answers.len() as f64;
            assert!((with - share.parse::<f64>().unwrap()).abs() < 0.000_006, "{row:?}: {with}");
        }
    }
}

/// `survey_estimates.differences`: Kungsholmen less the rest of the city in 2023, in percentage points to four decimals. Their
/// standard errors are no matter of reading.
#[test]
fn differences_against_the_rest_of_the_city() {
    let source = survey("trygghetsmatning-2023");
    let reading = read_as(&source, &sample(&source));
    let row = reading.variables.iter().find(|row| row.name == "sdo" && row.code_label == "Kungsholmen").unwrap();
    let here: i64 = row.code.as_ref().unwrap().parse().unwrap();
    let (sdo, weights) = (whole(&reading, "sdo"), real(&reading, "vikt"));
    for (question, last, difference) in
        [("f1_flytta", 1, -5.403426), ("f2_oro", 2, -2.164565), ("f3_oro_bo", 2, -2.129816)]
    {
        let mut sums = [[0.0, 0.0]; 2];
        for (at, answer) in whole(&reading, question).iter().enumerate() {
            if let Some(answer) = answer {
                let side = usize::from(sdo[at] != Some(here));
                sums[side][0] += weights[at].unwrap();
                sums[side][1] += if *answer <= last { weights[at].unwrap() } else { 0.0 };
            }
        }
        let [inside, outside] = sums.map(|[all, with]| 100.0 * with / all);
        assert!((inside - outside - difference).abs() < 0.000_1, "{question}: {}", inside - outside);
    }
}

/// The corners of a boundary that is one ring.
fn ring(geometry: &str) -> Vec<(f64, f64)> {
    let inside = geometry.trim_start_matches("POLYGON ((").trim_end_matches("))");
    let corner = |corner: &str| {
        let (x, y) = corner.trim().split_once(' ').unwrap();
        (x.parse().unwrap(), y.parse().unwrap())
    };
    inside.split(',').map(corner).collect()
}

/// Where a ring begins and ends along a line at a height.
fn spans(ring: &[(f64, f64)], height: f64) -> Vec<(f64, f64)> {
    let crossing = |[(x0, y0), (x1, y1)]: [(f64, f64); 2]| {
        ((y0 <= height) != (y1 <= height)).then(|| x0 + (height - y0) / (y1 - y0) * (x1 - x0))
    };
    let mut crossings: Vec<f64> = ring.windows(2).filter_map(|edge| crossing([edge[0], edge[1]])).collect();
    crossings.sort_by(f64::total_cmp);
    crossings.chunks(2).map(|pair| (pair[0], pair[1])).collect()
}

/// `ods.ODS-01`: what both vintages of the scene share, measured in slices of five centimetres. The truth
/// was measured before the newer vintage was rounded to six decimals of a degree: within 20 square metres.
#[test]
fn the_scene_in_two_vintages() {
    let scene = |name: &str| {
        let reading = reading(name);
        let polygon = reading.polygons.iter().find(|polygon| polygon.id == "ODS-01").unwrap();
        (ring(&polygon.geometry), polygon.hectares)
    };
    let ((old, old_hectares), (new, new_hectares)) = (scene("ods-2021"), scene("ods-2023"));
    let heights = old.iter().chain(&new).map(|(_, y)| *y);
    let (low, high) = (heights.clone().fold(f64::MAX, f64::min), heights.fold(f64::MIN, f64::max));
    let slice = 0.05;
    let mut shared = 0.0;
    let mut height = low + slice / 2.0;
    while height < high {
        for (left, right) in spans(&old, height) {
            for (from, to) in spans(&new, height) {
                shared += (right.min(to) - left.max(from)).max(0.0) * slice / 10_000.0;
            }
        }
        height += slice;
    }
    let union = old_hectares + new_hectares - shared;
    for (what, found, expected) in [
        ("intersection", shared, 20.8084),
        ("union", union, 63.2716),
        ("lost", old_hectares - shared, 10.0316),
        ("gained", new_hectares - shared, 32.4316),
        ("jaccard", shared / union, 0.32887),
    ] {
        assert!((found - expected).abs() < 0.002, "{what}: {found}");
    }
}
