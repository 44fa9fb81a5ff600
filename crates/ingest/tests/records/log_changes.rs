//! Changed files of the sources with a record per row: each reads right or is told by name, none gives a wrong number.

use std::collections::BTreeSet;

use lagesbild_ingest::Reading;
use lagesbild_model::Rule;

use crate::mutations::tried;
use crate::records::support::{read, source};
use crate::support::{bytes, edit_part};

/// What a reading says, without where it stands in the file.
pub(super) fn says(reading: &Reading) -> BTreeSet<String> {
    let cases = reading.cases.iter().map(|c| {
        format!(
            "{:?}",
            (&c.id, c.date, &c.time, &c.category, &c.subcategory, &c.place, c.north, c.east, &c.group, &c.reporter)
        )
    });
    let counts = reading.counts.iter().filter(|c| c.status.has_value());
    let counts = counts.map(|c| format!("{:?}", (&c.area, &c.category, &c.group, c.period, c.value)));
    let targets = reading.targets.iter().map(|t| format!("{:?}", (&t.theme, &t.activity, t.target, t.done, t.planned)));
    let published = reading.published.iter().filter(|figure| figure.status.has_value());
    let published = published.map(|f| format!("{:?}", (&f.area, &f.question, &f.group, f.period, f.value, f.n)));
    cases.chain(counts).chain(targets).chain(published).collect()
}

/// What must come of a change.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expected {
    /// The same as before.
    Same,
    /// The same as before, with this finding.
    SameTold(Rule),
    /// Nothing but what was there before, and this finding.
    Told(Rule),
}

pub(super) fn hold(name: &str, what: &str, file: &[u8], expected: Expected) {
    let source = source(name);
    let before = says(&read(&source, &bytes(&format!("data/sample/{}", source.file))));
    let reading = read(&source, file);
    let after = says(&reading);
    let told = |rule: Rule| {
        let has = reading.diagnostics.iter().any(|finding| finding.rule == rule);
        assert!(has, "{name}, {what}: no `{rule}` in {:#?}", reading.diagnostics.iter().take(4).collect::<Vec<_>>());
    };
    assert!(after.is_subset(&before), "{name}, {what}: {:?}", after.difference(&before).next());
    match expected {
        Expected::Same => assert_eq!(after.len(), before.len(), "{name}, {what}: {:#?}", reading.diagnostics.first()),
        Expected::SameTold(rule) => {
            assert_eq!(after.len(), before.len(), "{name}, {what}: {:#?}", reading.diagnostics.first());
            told(rule);
        }
        Expected::Told(rule) => told(rule),
    }
}

/// A text file as rows of fields.
fn table(text: &str) -> Vec<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b';').has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn written(table: &[Vec<String>], delimiter: u8) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(Vec::new());
    for row in table {
        writer.write_record(row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

pub(super) fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

/// `renamed` is a heading that the definition needs; `dates` says whether the file has days.
fn text_changes(name: &str, renamed: &str, is_utf8: bool, dates: bool) -> usize {
    let sample = bytes(&format!("data/sample/{}", source(name).file));
    let text = if is_utf8 {
        String::from_utf8(sample).unwrap().trim_start_matches('\u{feff}').to_owned()
    } else {
        sample.iter().map(|byte| char::from(*byte)).collect()
    };
    let rows = table(&text);
    let encode = |text: &str| if is_utf8 { text.as_bytes().to_vec() } else { latin1(text) };
    let change = |change: &dyn Fn(&mut Vec<Vec<String>>)| {
        let mut rows = rows.clone();
        change(&mut rows);
        encode(&written(&rows, b';'))
    };
    let mut changes: Vec<(&str, Vec<u8>, Expected)> = vec![
        ("columns in another order", change(&|rows| rows.iter_mut().for_each(|row| row.reverse())), Expected::Same),
        (
            "two rows of title",
            change(&|rows| {
                rows.insert(0, vec!["Uttag ur systemet".into()]);
                rows.insert(0, vec!["Rapport".into()]);
            }),
            Expected::Same,
        ),
        (
            "headings in capitals",
            change(&|rows| rows[0].iter_mut().for_each(|heading| *heading = heading.to_uppercase())),
            Expected::Same,
        ),
        (
            "a new column",
            change(&|rows| {
                rows[0].push("Ny kolumn".into());
                rows[1..].iter_mut().for_each(|row| row.push("ja".into()));
            }),
            // Where every column is declared by its heading, a further one might be another figure: no row is taken in.
            match name {
                "stockholmsenkaten-skolor" => Expected::Told(Rule::NotANumber),
                _ => Expected::SameTold(Rule::ProfileDifference),
            },
        ),
        (
            "a renamed heading",
            change(&|rows| {
                let heading = rows[0].iter_mut().find(|heading| *heading == renamed).unwrap();
                *heading = format!("{heading} (ny benämning)");
            }),
            Expected::Told(Rule::ProfileDifference),
        ),
        (
            "a heading that stands twice",
            change(&|rows| {
                rows[0].push(renamed.to_owned());
                rows[1..].iter_mut().for_each(|row| row.push("7".into()));
            }),
            Expected::Told(Rule::ProfileDifference),
        ),
        ("another delimiter", encode(&written(&rows, b',')), Expected::Told(Rule::ProfileDifference)),
        (
            "another encoding",
            if is_utf8 { latin1(&text) } else { text.clone().into_bytes() },
            Expected::Told(Rule::Malformed),
        ),
    ];
    if dates {
        let turned = change(&|rows| {
            for cell in rows[1..].iter_mut().flatten() {
                if let Some((day, rest)) =
                    cell.split_at_checked(10).filter(|(day, _)| day.parse::<jiff::civil::Date>().is_ok())
                {
                    *cell = format!("{}.{}.{}{rest}", &day[8..], &day[5..7], &day[..4]);
                }
            }
        });
        changes.push(("another style of dates", turned, Expected::Told(Rule::WrongPeriod)));
    }
    for (what, file, expected) in &changes {
        hold(name, what, file, *expected);
    }
    tried(name, changes.len());
    changes.len()
}

#[test]
fn text_files() {
    let mut number = 0;
    number += text_changes("tycktill", "kategori", true, true);
    number += text_changes("medborgardialog", "Tema", false, true);
    number += text_changes("est", "Typ", true, true);
    number += text_changes("trygghetsmatning-urval-2020", "Bruttourval", false, false);
    number += text_changes("trygghetsmatning-urval-2023", "Antal svar", false, false);
    number += text_changes("stockholmsenkaten-skolor", "Svar 2022", false, false);
    println!(
        "rows: {number} of {number} changed text files of 6 sources read right or are told by name, none gives a wrong number"
    );
}

#[test]
fn the_promises() {
    let sample = bytes("data/sample/medborgarloften/medborgarloften_2023.xlsx");
    let texts = |from: &str, to: &str| {
        let part = crate::support::parts(&sample).into_iter().map(|(name, _)| name);
        let parts: Vec<String> =
            part.filter(|name| name.ends_with("sharedStrings.xml") || name.contains("worksheets/sheet")).collect();
        let mut file = sample.clone();
        let mut changed = false;
        for part in parts {
            file = edit_part(&file, &part, |xml| {
                changed |= xml.contains(from);
                xml.replace(from, to)
            });
        }
        assert!(changed, "{from}");
        file
    };
    let sheet = |from: &str, to: &str| edit_part(&sample, "xl/workbook.xml", |xml| xml.replace(from, to));
    let changes = [
        (
            "medborgarloften",
            "a renamed heading",
            texts("Mål (minst)", "Antal"),
            Expected::Told(Rule::ProfileDifference),
        ),
        ("medborgarloften", "a heading in capitals", texts("Mål (minst)", "MÅL (MINST)"), Expected::Same),
        ("medborgarloften", "another last day", texts("2023-10-15", "2023-12-31"), Expected::Same),
        (
            "medborgarloften",
            "no last day",
            texts("Genomfört t.o.m. 2023-10-15", "Genomfört"),
            Expected::Told(Rule::ProfileDifference),
        ),
        ("medborgarloften", "another sheet", sheet("Löften 2023", "Löften"), Expected::Told(Rule::MissingSheet)),
        (
            "medborgarloften",
            "a target of another kind",
            texts("minst sex", "högst sex"),
            Expected::Told(Rule::NotANumber),
        ),
        ("medborgarloften", "a target in words", texts("minst 6", "Minst sex"), Expected::Same),
        (
            "medborgarloften-logg",
            "a renamed heading",
            texts(">Plats<", ">Ställe<"),
            Expected::Told(Rule::ProfileDifference),
        ),
        ("medborgarloften-logg", "a heading in capitals", texts(">Plats<", ">PLATS<"), Expected::Same),
        ("medborgarloften-logg", "another sheet", sheet("Logg", "Logg 2023"), Expected::Told(Rule::MissingSheet)),
        (
            "medborgarloften-logg",
            "another style of dates",
            texts("20/05-23", "20.5.23"),
            Expected::Told(Rule::WrongPeriod),
        ),
        ("medborgarloften-logg", "no such day", texts("27/03-23", "31/02-23"), Expected::Told(Rule::WrongPeriod)),
        (
            "medborgarloften-logg",
            "the other sheet renamed",
            sheet("Löften 2023", "Löften"),
            Expected::SameTold(Rule::UnexpectedSheet),
        ),
    ];
    for (name, what, file, expected) in &changes {
        hold(name, what, file, *expected);
    }
    for name in ["medborgarloften", "medborgarloften-logg"] {
        tried(name, changes.iter().filter(|(of, ..)| *of == name).count());
    }
    println!(
        "rows: {0} of {0} changed workbooks of 2 sources read right or are told by name, none gives a wrong number",
        changes.len()
    );
}

#[test]
fn the_population() {
    let sample = bytes("data/sample/befolkning/befolkning_stadsdel_2019-2023.px");
    let text: String = sample.iter().map(|byte| char::from(*byte)).collect();
    let change = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        latin1(&text.replace(from, to))
    };
    let (keywords, data) = text.split_once("DATA=").unwrap();
    let changes = [
        (
            "all cells on one line",
            latin1(&format!("{keywords}DATA={}", data.replace(['\r', '\n'], " "))),
            Expected::Same,
        ),
        ("utf-8", text.replace("Windows-1252", "utf-8").into_bytes(), Expected::Same),
        ("utf-8 under another name", text.clone().into_bytes(), Expected::Told(Rule::Malformed)),
        ("a renamed variable", change("\"kön\"", "\"kon\""), Expected::Told(Rule::ProfileDifference)),
        ("an unknown age", change("\"80+ år\"", "\"80 år och äldre\""), Expected::Told(Rule::UnknownText)),
        ("an unknown area", change("\"Fredhäll\"", "\"Fredhem\""), Expected::Told(Rule::UnknownArea)),
        ("one year less", change(",\"2023\";", ";"), Expected::Told(Rule::Malformed)),
        ("a cell too many", change("1268 1287", "1268 1287 1287"), Expected::Told(Rule::Malformed)),
        ("other dots", change("\n\"..\"", "\n\"...\""), Expected::Told(Rule::NotANumber)),
        ("cut in the middle", sample[..sample.len() / 2].to_vec(), Expected::Told(Rule::Malformed)),
        (
            "the note gone",
            change("summan av stadsdelarna är stadsdelsområdet", ""),
            Expected::Told(Rule::ProfileDifference),
        ),
        (
            "another order of keywords",
            latin1(&format!(
                "{}STUB=\"stadsdel\",\"ålder\",\"kön\";\r\nDATA={data}",
                keywords.replace("STUB=\"stadsdel\",\"ålder\",\"kön\";", "")
            )),
            Expected::Same,
        ),
    ];
    for (what, file, expected) in &changes {
        hold("befolkning-stadsdel", what, file, *expected);
    }
    tried("befolkning-stadsdel", changes.len());
    println!(
        "rows: {0} of {0} changed PX files read right or are told by name, none gives a wrong number",
        changes.len()
    );
}
