//! Every cell of the samples against what the makers of the samples wrote into it.
//!
//! The fixtures are taken from the truth files that came with the samples, which were not computed with this software.

use std::collections::BTreeMap;

use lagesbild_ingest::Reading;
use lagesbild_ingest::records::Field;
use lagesbild_model::table::{Count, Published};
use lagesbild_model::{AreaId, Status};

use crate::records::support::{read_sample, source};
use crate::support::{expected, lists};

/// What a cell of the truth says: a number, or a marker that the definition declares.
fn said(name: &str, text: &str) -> (Option<f64>, Status) {
    use lagesbild_ingest::Marker;
    if let Ok(number) = text.parse() {
        return (Some(number), Status::Final);
    }
    match source(name).markers.get(text) {
        Some(Marker::Suppressed) => (None, Status::Suppressed),
        Some(Marker::Missing) => (None, Status::Missing),
        Some(Marker::NotApplicable) => (None, Status::NotApplicable),
        other => panic!("{text}: {other:?}"),
    }
}

fn area(name: &str, text: &str) -> AreaId {
    let source = source(name);
    lists().areas.find(text, &source.id).map(|(entry, _)| entry.code.clone()).unwrap_or_else(|| panic!("no {text}"))
}

/// Published figures by sheet and cell, of the value or of the answers.
fn by_cell(reading: &Reading, answers: bool) -> BTreeMap<(String, String), &Published> {
    let cell = |figure: &Published| if answers { figure.n_cell } else { figure.cell };
    let key = |figure: &Published| Some((figure.sheet.clone()?, cell(figure)?.to_string()));
    reading.published.iter().filter_map(|figure| Some((key(figure)?, figure))).collect()
}

fn counts_by_cell(reading: &Reading) -> BTreeMap<(String, String), &Count> {
    reading
        .counts
        .iter()
        .map(|count| ((count.sheet.as_deref().unwrap().to_owned(), count.cell.unwrap().to_string()), count))
        .collect()
}

fn at<'r, R>(cells: &BTreeMap<(String, String), &'r R>, sheet: &str, cell: &str) -> &'r R {
    cells.get(&(sheet.to_owned(), cell.to_owned())).unwrap_or_else(|| panic!("nothing from {sheet} {cell}"))
}

/// The code that the definition gives a text of the file.
fn code(name: &str, field: Field, text: &str) -> String {
    let source = source(name);
    let values = source.values.get(&field).unwrap();
    values.get(text).or_else(|| values.get(text.trim_end_matches('1'))).unwrap_or_else(|| panic!("no {text}")).clone()
}

#[test]
fn trygghetsmatningen_by_area() {
    let name = "trygghetsmatning-omrade";
    let reading = read_sample(name);
    let (values, answers) = (by_cell(&reading, false), by_cell(&reading, true));
    let (mut shares, mut bases) = (0, 0);
    for row in expected("trygghetsmatning-omrade/expected.csv") {
        let [cell, question, place, year, role, value] = row.as_slice() else { panic!("{row:?}") };
        let figure = match role.as_str() {
            "percent" => at(&values, "Tab 1 Område", cell),
            _ => at(&answers, "Tab 1 Område", cell),
        };
        assert_eq!(figure.question.as_str(), code(name, Field::Question, question), "{cell}");
        assert_eq!(figure.question_text, question.trim_end_matches('1'));
        assert_eq!((figure.area.clone(), figure.period.to_string()), (area(name, place), year.clone()), "{cell}");
        if role == "percent" {
            assert_eq!((figure.value, figure.status), said(name, value), "{cell}");
            shares += 1;
        } else {
            assert_eq!((figure.n.map(|n| n as f64), figure.n_status), said(name, value), "{cell}");
            bases += 1;
        }
        assert_eq!(figure.base, if question.ends_with('1') { "oroliga" } else { "samtliga" });
    }
    assert_eq!((shares, bases, reading.published.len()), (510, 510, 510));
    // The report's figures: 3 of 8 per cent would move, 7 of 9 worry, 6 worry where they live.
    let report = |question: &str, area: &str| {
        let of = |figure: &&Published| {
            figure.question.as_str() == question && figure.area.as_str() == area && figure.period.to_string() == "2023"
        };
        reading.published.iter().find(of).and_then(|figure| figure.value)
    };
    assert_eq!((report("flytta", "kungsholmen-sdo"), report("flytta", "stockholm-kommun")), (Some(3.0), Some(8.0)));
    assert_eq!((report("oro-ofta", "kungsholmen-sdo"), report("oro-ofta", "stockholm-kommun")), (Some(7.0), Some(9.0)));
    assert_eq!(report("oro-bostadsomradet", "kungsholmen-sdo"), Some(6.0));
}

#[test]
fn trygghetsmatningen_by_group() {
    let name = "trygghetsmatning-grupper";
    let reading = read_sample(name);
    let values = by_cell(&reading, false);
    for row in expected("trygghetsmatning-grupper/expected.csv") {
        let [cell, question, group, year, value] = row.as_slice() else { panic!("{row:?}") };
        let figure = at(&values, "Tab 2 Grupper", cell);
        assert_eq!(figure.question.as_str(), code(name, Field::Question, question), "{cell}");
        assert_eq!(figure.group.as_str(), code(name, Field::Group, group), "{cell}");
        assert_eq!((figure.area.as_str(), figure.period.to_string()), ("kungsholmen-sdo", year.clone()));
        // One cell holds the text `2,8 %`; the truth has it as the sheet shows the others, in whole per cent.
        let shown = if cell == "L6" { "2.8" } else { value };
        assert_eq!((figure.value, figure.status), said(name, shown), "{cell}");
        assert_eq!(figure.decimals, figure.value.map(|_| i64::from(cell == "L6")), "{cell}");
        // The answers stand in the column to the right.
        let right = figure.cell.map(|cell| lagesbild_model::CellRef { column: cell.column + 1, ..cell });
        assert_eq!((figure.n_cell, figure.n_status), (right, Status::Final), "{cell}");
    }
    // Read off the sheet: K12, the answers of a group whose share is withheld.
    let withheld = at(&values, "Tab 2 Grupper", "J12");
    assert_eq!((withheld.n, withheld.value), (Some(55), None));
}

#[test]
fn polisens_trygghetsundersokning() {
    let name = "polisens-trygghetsundersokning";
    let reading = read_sample(name);
    let values = by_cell(&reading, false);
    // Row 17 of the sheet, read off it: the answers of each column, for all questions.
    let answers = [412, 383, 398, 370, 405, 376, 611, 568, 371, 345, 1586, 1474, 2240, 2083, 31_806, 29_577];
    for row in expected("polisens-trygghetsundersokning/expected.csv") {
        let [cell, question, place, year, value, text] = row.as_slice() else { panic!("{row:?}") };
        let figure = at(&values, "Problem och oro", cell);
        assert_eq!(figure.question.as_str(), code(name, Field::Question, question), "{cell}");
        assert_eq!((figure.area.clone(), figure.period.to_string()), (area(name, place), year.clone()), "{cell}");
        let value = if value.is_empty() { text } else { value };
        assert_eq!((figure.value, figure.status), said(name, value), "{cell}");
        let column = figure.cell.unwrap().column as usize;
        assert_eq!((figure.n, figure.n_status), (Some(answers[column - 1]), Status::Final), "{cell}");
        assert_eq!(figure.decimals, figure.value.map(|_| 1), "{cell}: 40 stands among figures with one decimal");
    }
    assert_eq!(reading.published.len(), 160);
}

#[test]
fn polisens_medborgarenkat() {
    let name = "polisens-medborgarenkat";
    let reading = read_sample(name);
    let values = by_cell(&reading, false);
    // Column F of both sheets, read off them.
    let answers = BTreeMap::from([
        ("2022", [312, 317, 310, 312, 295, 285, 329, 307]),
        ("2021", [296, 325, 301, 292, 312, 313, 325, 283]),
    ]);
    for row in expected("polisens-medborgarenkat/expected.csv") {
        let [sheet, cell, question, place, year, percent] = row.as_slice() else { panic!("{row:?}") };
        let figure = at(&values, sheet, cell);
        assert_eq!(figure.question.as_str(), code(name, Field::Question, question), "{cell}");
        assert_eq!((figure.area.clone(), figure.period.to_string()), (area(name, place), year.clone()), "{cell}");
        assert_eq!((figure.value, figure.status), said(name, percent), "{sheet} {cell}");
        let first = if year == "2022" { 4 } else { 3 };
        let n = answers[year.as_str()][figure.cell.unwrap().row as usize - first];
        let told = if place == "Kungsholmen" { (Some(n), Status::Final) } else { (None, Status::Missing) };
        assert_eq!((figure.n, figure.n_status), told, "{sheet} {cell}");
    }
    assert_eq!(reading.published.len(), 64);
}

#[test]
fn stockholmsenkaten() {
    let name = "stockholmsenkaten-tabeller";
    let reading = read_sample(name);
    let values = by_cell(&reading, false);
    let answers = BTreeMap::from([
        (
            "alk12",
            [
                "aldrig",
                "nagon-gang-det-senaste-aret",
                "nagon-gang-per-manad",
                "nagon-gang-per-vecka",
                "i-stort-sett-varje-dag",
                "",
            ],
        ),
        (
            "skolk",
            [
                "nej",
                "ja-nagon-gang-per-termin",
                "ja-nagon-gang-per-manad",
                "ja-2-3-ganger-per-manad",
                "ja-en-gang-i-veckan",
                "ja-flera-ganger-i-veckan",
            ],
        ),
    ]);
    let mut checked = 0;
    for row in expected("stockholmsenkaten-tabeller/expected.csv") {
        let [sheet, cell, variable, answer, grade, sex, year, percent] = row.as_slice() else { panic!("{row:?}") };
        let figure = at(&values, sheet, cell);
        let grade = if grade == "9" { "ak9" } else { "gy2" };
        let group = if sex == "Samtliga" { grade.to_owned() } else { format!("{grade}-{}", sex.to_lowercase()) };
        let question = if variable == "alk12" { "alkohol-12-manader" } else { "skolk" };
        let answer = answers[variable.as_str()][answer.parse::<usize>().unwrap() - 1];
        assert_eq!((figure.question.as_str(), figure.answer.as_str()), (question, answer), "{sheet} {cell}");
        assert_eq!(
            (figure.group.as_str(), figure.period.to_string()),
            (group.as_str(), year.clone()),
            "{sheet} {cell}"
        );
        assert_eq!(figure.area, area(name, sheet));
        assert_eq!((figure.value, figure.status), said(name, percent), "{sheet} {cell}");
        checked += 1;
    }
    assert_eq!(checked, 264);
    // Read off the sheets: thousands as text, a small base, and a base of which the shares are withheld.
    let n = |sheet: &str, cell: &str| {
        let figure = at(&values, sheet, cell);
        (figure.n, figure.n_cell.map(|cell| cell.to_string()), figure.mark.clone(), figure.status)
    };
    let told = |n, cell: &str, mark: &str, status| (Some(n), Some(cell.to_owned()), mark.to_owned(), status);
    assert_eq!(n("Hela staden", "B9"), told(5071, "B14", "", Status::Final));
    assert_eq!(n("Hela staden", "B13"), told(5071, "B14", "", Status::Final));
    assert_eq!(n("Rinkeby-Kista", "W10"), told(66, "W14", "*", Status::Final));
    assert_eq!(n("Rinkeby-Kista", "Z27"), told(55, "Z30", "", Status::Suppressed));
    assert_eq!(n("Kungsholmen", "B95").0, Some(264));
}

#[test]
fn skolfranvaro() {
    let name = "skolfranvaro";
    let reading = read_sample(name);
    let value = |place: &str, question: &str, period: &str| {
        let area = area(name, place);
        let of = |f: &&Published| {
            f.area == area && f.question.as_str() == question && f.period.to_string() == period && f.unit == "percent"
        };
        reading.published.iter().find(of).map(|figure| (figure.value, figure.status))
    };
    let mut checked = 0;
    for row in expected("skolfranvaro/expected.csv") {
        let [place, year, valid, invalid, total] = row.as_slice() else { panic!("{row:?}") };
        for (question, text) in [("franvaro-giltig", valid), ("franvaro-ogiltig", invalid), ("franvaro-total", total)] {
            assert_eq!(value(place, question, year), Some(said(name, text)), "{place} {year} {question}");
            checked += 1;
        }
    }
    for question in ["franvaro-giltig", "franvaro-ogiltig", "franvaro-total"] {
        assert_eq!(value("Skarpnäck", question, "2020/2021"), Some((None, Status::Missing)));
        checked += 1;
    }
    // The truth has all but the three withheld cells; 14 areas in four school years.
    assert_eq!(checked, 14 * 4 * 3);
    let days: Vec<i64> = reading.published.iter().map(|figure| figure.period.exposure_days()).collect();
    assert_eq!((days.iter().min(), days.iter().max()), (Some(&365), Some(&366)));
    // Column N, read off the sheet.
    let over = |place: &str| {
        let area = area(name, place);
        let of = |f: &&Published| f.area == area && f.question.as_str() == "elever-over-15-procent";
        reading.published.iter().find(of).map(|f| (f.value, f.unit.clone(), f.period.to_string()))
    };
    assert_eq!(over("Kungsholmen"), Some((Some(280.0), "antal".into(), "2022/2023".into())));
    assert_eq!(over("Hela staden"), Some((Some(3870.0), "antal".into(), "2022/2023".into())));
    let highest = reading
        .published
        .iter()
        .filter(|f| f.question.as_str() == "franvaro-total" && f.period.to_string() == "2022/2023");
    let highest = highest.max_by(|a, b| a.value.unwrap().total_cmp(&b.value.unwrap())).unwrap();
    assert_eq!(highest.area.as_str(), "kungsholmen-sdo");
}

#[test]
fn drug_scenes() {
    let sheets = [("ods-valdsbrott", "Våldsbrott på ÖDS"), ("ods-narkotika-knivlag", "Narkotika och knivlag")];
    let scenes = BTreeMap::from([
        ("ODS-01", "ods-fridhemsplan-stadshagen"),
        ("ODS-02", "ods-klara"),
        ("ODS-03", "ods-hotorget"),
        ("ODS-03a", "ods-hotorget-vast"),
        ("ODS-03b", "ods-hotorget-ost"),
        ("ODS-04", "ods-brunnsgatan"),
        ("ODS-05", "ods-thorildsplan-hornsberg"),
    ]);
    let mut checked = 0;
    for (name, sheet) in sheets {
        let reading = read_sample(name);
        let counts = counts_by_cell(&reading);
        for row in expected("ods/expected.csv").iter().filter(|row| row[0] == sheet) {
            let [_, cell, scene, period, value] = row.as_slice() else { panic!("{row:?}") };
            if name == "ods-narkotika-knivlag" && (cell.starts_with('D') || cell.starts_with('G')) {
                // The sums: a check, never data.
                assert!(!counts.contains_key(&(sheet.to_owned(), cell.clone())), "{cell}");
                continue;
            }
            let count = at(&counts, sheet, cell);
            let (period, days) =
                if period == "2022-2023" { ("2022-01--2023-09", 638) } else { ("2020-01--2021-12", 731) };
            assert_eq!((count.area.as_str(), count.period.to_string()), (scenes[scene.as_str()], period.to_owned()));
            assert_eq!(count.exposure_days, days);
            assert_eq!((count.value.map(|value| value as f64), count.status), said(name, value), "{sheet} {cell}");
            let category = match (name, &cell[..1]) {
                ("ods-valdsbrott", _) => "valdsbrott",
                (_, "B" | "E") => "narkotikabrott",
                _ => "knivlag",
            };
            assert_eq!(count.category.as_str(), category, "{cell}");
            checked += 1;
        }
        // Two withheld numbers stand beside a sum that gives them away.
        let told: Vec<_> = crate::support::of(&reading, lagesbild_model::Rule::DisclosedValue)
            .iter()
            .map(|finding| finding.place.cell.unwrap().to_string())
            .collect();
        assert_eq!(told, if name == "ods-valdsbrott" { vec![] } else { vec!["F11", "C12"] });
    }
    assert_eq!(checked, 14 + 28);
}

#[test]
fn population() {
    let name = "befolkning-stadsdelsomraden";
    let reading = read_sample(name);
    let value = |area: &AreaId, group: &str, year: &str| {
        let of = |c: &&Count| c.area == *area && c.group.as_str() == group && c.period.to_string() == year;
        reading.counts.iter().find(of).and_then(|count| count.value)
    };
    let mut city = 0;
    for row in expected("befolkning-stadsdelsomraden/expected.csv") {
        let [place, year, women, men, total] = row.as_slice() else { panic!("{row:?}") };
        let area = area(name, place);
        let (w, m) = (value(&area, "kvinnor", year), value(&area, "man", year));
        assert_eq!((w, m), (women.parse().ok(), men.parse().ok()), "{place} {year}");
        assert_eq!(w.zip(m).map(|(w, m)| w + m), total.parse().ok(), "{place} {year}");
        city += if year == "2023" { w.unwrap() + m.unwrap() } else { 0 };
    }
    let whole = area(name, "Hela staden");
    let (women, men) = (value(&whole, "kvinnor", "2023").unwrap(), value(&whole, "man", "2023").unwrap());
    assert_eq!((women + men, city), (977_603, 977_603));
    assert_eq!(reading.accounting.iter().map(|books| books.totals_checked).sum::<i64>(), 14);

    let rounded = read_sample("befolkning-fredhall");
    let counts = counts_by_cell(&rounded);
    for (row, at_row) in expected("befolkning-fredhall/expected.csv").into_iter().zip(2..) {
        let [country, _, _, women, men, _] = row.as_slice() else { panic!("{row:?}") };
        for (column, group, text) in [("B", "kvinnor", women), ("C", "man", men)] {
            let count = at(&counts, "Fredhäll ålder kön", &format!("{column}{at_row}"));
            assert_eq!((count.value, count.group.as_str()), (text.parse().ok(), group), "{country}");
            assert_eq!(count.category.as_str(), code("befolkning-fredhall", Field::Category, country));
        }
    }
    assert_eq!(rounded.counts.len(), 18);
}

/// Every cell with a marker or with a number stored as text is read as what it is.
#[test]
fn markers_and_texts() {
    let names = [
        "trygghetsmatning-omrade",
        "trygghetsmatning-grupper",
        "polisens-trygghetsundersokning",
        "stockholmsenkaten-tabeller",
        "skolfranvaro",
        "ods-valdsbrott",
        "ods-narkotika-knivlag",
        "befolkning-stadsdelsomraden",
    ];
    let mut found: BTreeMap<(String, String, String), Vec<String>> = BTreeMap::new();
    let mut texts: BTreeMap<(String, String), String> = BTreeMap::new();
    for name in names {
        let (source, reading) = (source(name), read_sample(name));
        let mark_of = |status: Status| {
            let marks = source.markers.iter().filter(|(_, marker)| format!("{marker:?}") == format!("{status:?}"));
            marks.map(|(mark, _)| mark.clone()).collect::<Vec<_>>()
        };
        let mut take =
            |sheet: &Option<String>, cell: Option<lagesbild_model::CellRef>, status: Status, number: Option<f64>| {
                let (Some(sheet), Some(cell)) = (sheet.clone(), cell) else { return };
                match number {
                    Some(number) => {
                        texts.insert((sheet, cell.to_string()), number.to_string());
                    }
                    None => {
                        for mark in mark_of(status) {
                            found.entry((source.file.clone(), sheet.clone(), mark)).or_default().push(cell.to_string());
                        }
                    }
                }
            };
        for figure in &reading.published {
            take(&figure.sheet, figure.cell, figure.status, figure.value);
            take(&figure.sheet, figure.n_cell, figure.n_status, figure.n.map(|n| n as f64));
        }
        for count in &reading.counts {
            let sheet = count.sheet.as_deref().map(str::to_owned);
            take(&sheet, count.cell, count.status, count.value.map(|value| value as f64));
        }
    }
    let mut checked = 0;
    for row in expected("markers/expected.csv") {
        let [file, sheet, marker, count, cells, last] = row.as_slice() else { panic!("{row:?}") };
        let mut read = found.get(&(file.clone(), sheet.clone(), marker.clone())).cloned().unwrap_or_default();
        read.sort();
        read.dedup();
        for cell in cells.split(' ').chain([last.as_str()]).filter(|cell| !cell.is_empty()) {
            let is_sum = file.starts_with("ods/") && sheet.starts_with("Narkotika") && cell.starts_with(['D', 'G']);
            assert!(is_sum || read.iter().any(|read| read == cell), "{file} {sheet} {cell} `{marker}`: {read:?}");
            checked += 1;
        }
        // Where one status has one marker, nothing else may have been read as it.
        if file.starts_with("stockholmsenkaten") {
            assert_eq!(read.len(), count.parse::<usize>().unwrap(), "{sheet} `{marker}`");
        }
    }
    assert!(checked > 200, "{checked}");
    let mut numbers = 0;
    for row in expected("texts/expected.csv") {
        let [_, sheet, cell, _, text] = row.as_slice() else { panic!("{row:?}") };
        let Some(read) = texts.get(&(sheet.clone(), cell.clone())) else {
            let declared = ["Om undersökningen", "Frånvaro åk 7-9"].contains(&sheet.as_str()) || cell.is_empty();
            let other = (sheet == "Tab 1 Område" && cell == "H5") || (sheet == "Folkmängd" && text.contains(' '));
            assert!(declared || other, "{sheet} {cell} {text} was not read");
            continue;
        };
        let plain: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '*' | '%')).collect();
        assert_eq!(*read, plain.replace(',', ".").parse::<f64>().unwrap().to_string(), "{sheet} {cell}");
        numbers += 1;
    }
    assert!(numbers > 80, "{numbers}");
}
