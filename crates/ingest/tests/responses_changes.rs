//! Changed files of surveys: each is read right, or the difference is named. None gives a wrong answer.

#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};

use lagesbild_ingest::{Reading, ResponseSource};
use lagesbild_ingest_sav::{Code, Column, File, Missing};
use lagesbild_model::table::{Answers, ResponseColumn};
use lagesbild_model::{Rule, Severity, Status};

use crate::mutations::tried;
use crate::support::{assert_books, zipped};
use crate::survey::{head, numbers, read_as, sample, statuses, survey, whole, write_sav};

/// Respondents of a changed file.
const ROWS: usize = 600;

/// What a change must lead to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Expected {
    /// Everything reads as before, and this (or nothing) is told.
    Right(Option<Rule>),
    /// This is told; what is still there is as before.
    Difference(Rule),
    /// What is still there is as before.
    NothingWrong,
}
use Expected::{Difference, NothingWrong, Right};

/// A value with its status, as text.
fn cells(column: &ResponseColumn) -> Vec<String> {
    let values: Vec<String> = match &column.answers {
        Answers::Whole(values) => values.iter().map(|value| format!("{value:?}")).collect(),
        Answers::Real(values) => values.iter().map(|value| format!("{value:?}")).collect(),
        Answers::Text(values) => values.iter().map(|value| format!("{value:?}")).collect(),
    };
    let status = |at: usize| column.statuses.as_ref().map_or(Status::Final, |statuses| statuses[at]);
    values.into_iter().enumerate().map(|(at, value)| format!("{value} {}", status(at))).collect()
}

/// The answers of each respondent, by id and variable.
fn answers(reading: &Reading) -> BTreeMap<(i64, String), String> {
    let Some(responses) = &reading.responses else { return BTreeMap::new() };
    let ids = whole(reading, "lopnr");
    let mut all = BTreeMap::new();
    for column in &responses.columns {
        for (id, cell) in ids.iter().zip(cells(column)) {
            all.insert((id.unwrap(), column.name.clone()), cell);
        }
    }
    all
}

/// Holds a reading against the one of the unchanged file; returns whether it is whole.
fn judge(what: &str, reading: &Reading, sound: &Reading, expected: Expected) -> bool {
    assert_books(reading);
    let (now, before) = (answers(reading), answers(sound));
    let mut gone = 0;
    for (key, cell) in &now {
        let was = before.get(key).unwrap_or_else(|| panic!("{what}: {key:?} is new"));
        // What is no longer known is missing, never another answer.
        assert!(cell == was || cell == "None missing", "{what}: {key:?} was {was}, is {cell}");
        gone += usize::from(cell != was);
    }
    let all = gone == 0 && now.len() == before.len();
    let told = |rule: Rule| reading.diagnostics.iter().any(|finding| finding.rule == rule);
    match expected {
        Right(rule) => {
            assert!(all, "{what}: {gone} gone, {} of {} left\n{:#?}", now.len(), before.len(), reading.diagnostics);
            let errors = reading.diagnostics.iter().filter(|finding| finding.severity == Severity::Error);
            assert_eq!(errors.count(), 0, "{what}: {:#?}", reading.diagnostics);
            assert!(rule.is_none_or(told), "{what}: {:#?}", reading.diagnostics);
            assert_eq!(rule.is_none(), reading.diagnostics.is_empty(), "{what}: {:#?}", reading.diagnostics);
        }
        NothingWrong => {}
        Difference(rule) => assert!(told(rule), "{what}: {:#?}", reading.diagnostics),
    }
    all
}

/// A file with its change, and what it must lead to.
type Change = (&'static str, Expected, Box<dyn Fn(&mut File)>);

fn named<'f>(file: &'f mut File, name: &str) -> &'f mut lagesbild_ingest_sav::Variable {
    file.variables.iter_mut().find(|variable| variable.name == name).unwrap()
}

/// The changes of an SPSS file: `question` has answers 1 and 2, `mark` is a code that is no answer, `design` is a variable
/// without which nobody counts.
fn changes(question: &'static str, mark: f64, design: &'static str) -> Vec<Change> {
    let change = |name, expected, change: Box<dyn Fn(&mut File)>| (name, expected, change);
    vec![
        change("variables in another order", Right(None), Box::new(|file| file.variables.reverse())),
        change(
            "names in capitals",
            Right(Some(Rule::FoldedName)),
            Box::new(|file| {
                file.variables.iter_mut().for_each(|variable| variable.name = variable.name.to_uppercase());
            }),
        ),
        change(
            "one variable more",
            Right(Some(Rule::ProfileDifference)),
            Box::new(move |file| {
                let mut more = named(file, question).clone();
                more.name = "f99_ny".into();
                file.variables.insert(3, more);
            }),
        ),
        change(
            "question renamed",
            Difference(Rule::ProfileDifference),
            Box::new(move |file| {
                named(file, question).name = "fr_annat".into();
            }),
        ),
        change(
            "question gone",
            Difference(Rule::ProfileDifference),
            Box::new(move |file| {
                file.variables.retain(|variable| variable.name != question);
            }),
        ),
        change(
            "design variable renamed",
            Difference(Rule::ProfileDifference),
            Box::new(move |file| {
                named(file, design).name = "ANNAT_NAMN".into();
            }),
        ),
        change(
            "missing code no longer declared",
            Right(Some(Rule::ChangedCodes)),
            Box::new(move |file| {
                named(file, question).missing.clear();
            }),
        ),
        change(
            "answer declared missing",
            Difference(Rule::ChangedCodes),
            Box::new(move |file| {
                named(file, question).missing = vec![Missing::Number(2.0), Missing::Number(mark)];
            }),
        ),
        change(
            "another missing code beside",
            Right(Some(Rule::ChangedCodes)),
            Box::new(move |file| {
                let variable = named(file, question);
                variable.missing = vec![Missing::Number(mark), Missing::Number(77.0)];
                variable.labels.push((Code::Number(77.0), "Vill ej svara".into()));
                if mark == 9.0 {
                    variable.missing.push(Missing::Number(8.0));
                }
            }),
        ),
        change(
            "labels of two answers swapped",
            Difference(Rule::ChangedCodes),
            Box::new(move |file| {
                let labels = &mut named(file, question).labels;
                let first = labels[0].1.clone();
                labels[0].1 = std::mem::replace(&mut labels[1].1, first);
            }),
        ),
        change(
            "answers recoded with their labels",
            Difference(Rule::ChangedCodes),
            Box::new(move |file| {
                let labels = &mut named(file, question).labels;
                let first = labels[0].1.clone();
                labels[0].1 = std::mem::replace(&mut labels[1].1, first);
                for value in numbers(file, question).iter_mut().flatten() {
                    *value = match *value {
                        1.0 => 2.0,
                        2.0 => 1.0,
                        other => other,
                    };
                }
            }),
        ),
        change(
            "a label in other letters",
            Right(Some(Rule::ChangedCodes)),
            Box::new(move |file| {
                let labels = &mut named(file, question).labels;
                labels[0].1 = labels[0].1.to_uppercase();
            }),
        ),
        change(
            "no labels",
            Right(Some(Rule::ChangedCodes)),
            Box::new(move |file| named(file, question).labels.clear()),
        ),
        change(
            "a new answer with a label",
            Difference(Rule::ChangedCodes),
            Box::new(move |file| {
                named(file, question).labels.push((Code::Number(7.0), "Annat svar".into()));
                numbers(file, question)[..10].fill(Some(7.0));
            }),
        ),
        change(
            "a code without a label",
            Difference(Rule::UnlabelledCode),
            Box::new(move |file| {
                numbers(file, question)[..10].fill(Some(7.0));
            }),
        ),
        change(
            "another wording of the question",
            Right(Some(Rule::ChangedCodes)),
            Box::new(move |file| {
                named(file, question).label = Some("En helt annan fråga".into());
            }),
        ),
        change(
            "another round",
            Difference(Rule::StaleInput),
            Box::new(|file| {
                numbers(file, "ar").fill(Some(2017.0));
            }),
        ),
        change(
            "some rows of another round",
            Difference(Rule::WrongPeriod),
            Box::new(|file| {
                numbers(file, "ar")[5..9].fill(Some(2017.0));
            }),
        ),
        change(
            "a design value missing",
            Difference(Rule::SurveyDesign),
            Box::new(move |file| {
                numbers(file, design)[17] = None;
            }),
        ),
        change(
            "a design value without a size",
            Difference(Rule::NotANumber),
            Box::new(move |file| {
                numbers(file, design)[17] = Some(f64::INFINITY);
            }),
        ),
        change(
            "one respondent twice",
            Right(Some(Rule::DuplicateRow)),
            Box::new(|file| {
                for variable in &mut file.variables {
                    if let Column::Numbers(values) = &mut variable.values {
                        values.push(values[3]);
                    }
                }
                file.rows += 1;
            }),
        ),
        change(
            "one id for two respondents",
            Difference(Rule::SurveyDesign),
            Box::new(|file| {
                let first = numbers(file, "lopnr")[0];
                numbers(file, "lopnr")[1] = first;
            }),
        ),
    ]
}

fn spss(name: &str, question: &'static str, mark: f64, design: &'static str) -> (usize, usize) {
    let source = survey(name);
    let file = head(lagesbild_ingest_sav::read(&sample(&source)).unwrap(), ROWS);
    let sound = read_as(&source, &write_sav(&file));
    assert_eq!(sound.responses.as_ref().unwrap().rows.len(), ROWS);
    assert!(sound.diagnostics.is_empty(), "{:#?}", sound.diagnostics);
    // The writer of these tests changes nothing by itself.
    let whole_file = answers(&read_as(&source, &sample(&source)));
    assert!(answers(&sound).iter().all(|(key, cell)| whole_file.get(key) == Some(cell)));
    let (mut right, mut all) = (0, 0);
    for (what, expected, change) in changes(question, mark, design) {
        let mut changed = file.clone();
        change(&mut changed);
        let what = format!("{name}: {what}");
        right += usize::from(judge(&what, &read_as(&source, &write_sav(&changed)), &sound, expected));
        all += 1;
    }
    tried(name, all);
    println!("{name}: {all} changes, {right} read right, {} named as a difference, 0 wrong", all - right);
    (right, all)
}

#[test]
fn changed_spss_files_are_right_or_told() {
    let each = [
        spss("trygghetsmatning-2020", "fr1_flytta", 9.0, "KALVIKT"),
        spss("trygghetsmatning-2023", "f1_flytta", 9.0, "vikt"),
        spss("stockholmsenkaten-2020", "alk_langning", 99.0, "skola"),
        spss("stockholmsenkaten-2022", "alk_langning", 99.0, "skola"),
    ];
    let (right, all) = each.iter().fold((0, 0), |(right, all), (more, of)| (right + more, all + of));
    println!("SPSS files: {right} of {all} read right, {} of {all} named as a difference", all - right);
    assert_eq!((right, all), (36, 88));
}

fn lines(text: &str) -> Vec<Vec<String>> {
    text.lines().map(|line| line.split(';').map(str::to_owned).collect()).collect()
}

fn text(lines: &[Vec<String>]) -> Vec<u8> {
    let text: String = lines.iter().map(|line| line.join(";") + "\r\n").collect();
    // Windows-1252 and Latin-1 agree on every letter of the file.
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect()
}

fn at(lines: &[Vec<String>], name: &str) -> usize {
    lines[0].iter().position(|other| other == name).unwrap()
}

#[test]
fn changed_text_files_are_right_or_told() {
    let source = survey("trygghetsmatning-2023-csv");
    let whole_text: String = sample(&source).iter().map(|byte| char::from(*byte)).collect();
    let base: Vec<Vec<String>> = lines(&whole_text).into_iter().take(ROWS + 1).collect();
    let sound = read_as(&source, &text(&base));
    assert!(sound.diagnostics.is_empty(), "{:#?}", sound.diagnostics);
    type Edit = fn(&mut Vec<Vec<String>>);
    let changes: [(&str, Expected, Edit); 18] = [
        ("columns in another order", Right(None), |lines| lines.iter_mut().for_each(|line| line.reverse())),
        ("names in capitals", Right(Some(Rule::FoldedName)), |lines| {
            lines[0].iter_mut().for_each(|name| *name = name.to_uppercase());
        }),
        ("titles above the names", Right(None), |lines| {
            lines.insert(0, vec!["Trygghetsmätningen 2023".into()]);
            lines.insert(1, vec!["Uttag".into(), "2023-10-18".into()]);
        }),
        ("blanks around names and numbers", Right(None), |lines| {
            for line in lines.iter_mut() {
                line[0] = format!(" {} ", line[0]);
            }
        }),
        ("blank fields left empty", Right(None), |lines| {
            lines.iter_mut().flatten().filter(|field| *field == " ").for_each(String::clear);
        }),
        ("one column more", Right(Some(Rule::ProfileDifference)), |lines| {
            for (at, line) in lines.iter_mut().enumerate() {
                line.insert(2, if at == 0 { "webb".into() } else { "1".into() });
            }
        }),
        ("question renamed", Difference(Rule::ProfileDifference), |lines| {
            let column = at(lines, "f1_flytta");
            lines[0][column] = "fr1_flytta".into();
        }),
        ("weight renamed", Difference(Rule::ProfileDifference), |lines| {
            let column = at(lines, "vikt");
            lines[0][column] = "KALVIKT".into();
        }),
        ("two columns with one name", Difference(Rule::ProfileDifference), |lines| {
            let column = at(lines, "f4_avst_tid");
            lines[0][column] = "f5_avst_akt".into();
        }),
        ("decimals with a point", Difference(Rule::NotANumber), |lines| {
            lines.iter_mut().flatten().for_each(|field| *field = field.replace(',', "."));
        }),
        ("another delimiter", Difference(Rule::ProfileDifference), |lines| {
            lines.iter_mut().for_each(|line| *line = vec![line.join("\t")]);
        }),
        ("a code without a label", Difference(Rule::UnlabelledCode), |lines| {
            let column = at(lines, "f1_flytta");
            lines[5][column] = "7".into();
        }),
        ("a word in place of a code", Difference(Rule::NotANumber), |lines| {
            let column = at(lines, "f1_flytta");
            lines[5][column] = "Ja".into();
        }),
        ("a row that is cut", Difference(Rule::Malformed), |lines| lines[8].truncate(20)),
        ("a stratum with two populations", Difference(Rule::SurveyDesign), |lines| {
            let column = at(lines, "N_omrade");
            lines[8][column] = "7".into();
        }),
        ("a negative weight", Difference(Rule::SurveyDesign), |lines| {
            let column = at(lines, "vikt");
            lines[8][column] = "-1,5".into();
        }),
        ("an identity number in place of a respondent's number", Difference(Rule::PersonalData), |lines| {
            lines[8][0] = "191212121212".into();
        }),
        ("another round", Difference(Rule::StaleInput), |lines| {
            lines.iter_mut().skip(1).for_each(|line| line[1] = "2020".into());
        }),
    ];
    let (mut right, all) = (0, changes.len());
    for (what, expected, change) in changes {
        let mut changed = base.clone();
        change(&mut changed);
        right += usize::from(judge(what, &read_as(&source, &text(&changed)), &sound, expected));
    }
    tried("trygghetsmatning-2023-csv", all);
    println!(
        "trygghetsmatning-2023-csv: {all} changes, {right} read right, {} named as a difference, 0 wrong",
        all - right
    );
    assert_eq!((right, all), (6, 18));
}

/// A last line without its end may have lost the end of a number.
#[test]
fn a_text_file_cut_anywhere_gives_no_wrong_answer() {
    let source = survey("trygghetsmatning-2023-csv");
    let whole_text: String = sample(&source).iter().map(|byte| char::from(*byte)).collect();
    let base: Vec<Vec<String>> = lines(&whole_text).into_iter().take(40).collect();
    let bytes = text(&base);
    let sound = read_as(&source, &bytes);
    for at in (0..bytes.len()).step_by(bytes.len() / 200) {
        let reading = read_as(&source, &bytes[..at]);
        judge(&format!("cut at {at}"), &reading, &sound, NothingWrong);
        let ended = bytes[..at].ends_with(b"\n") || bytes[..at].ends_with(b"\r");
        assert!(ended || !reading.diagnostics.is_empty(), "cut at {at}");
    }
}

/// Packed once as .gz or .zip, as the other readers take them.
#[test]
fn packed_files_are_unpacked() {
    let source = survey("stockholmsenkaten-2022");
    let file = head(lagesbild_ingest_sav::read(&sample(&source)).unwrap(), 50);
    let bytes = write_sav(&file);
    let sound = read_as(&source, &bytes);
    let mut gzip = flate2::read::GzEncoder::new(bytes.as_slice(), flate2::Compression::default());
    let mut packed = Vec::new();
    gzip.read_to_end(&mut packed).unwrap();
    let zip = zipped(&[("enkat/stockholmsenkaten_2022.sav".into(), bytes), ("läs mig.pdf".into(), b"%PDF".to_vec())]);
    for packed in [packed, zip] {
        let reading = read_as(&source, &packed);
        assert!(reading.diagnostics.is_empty(), "{:#?}", reading.diagnostics);
        assert_eq!(answers(&reading), answers(&sound));
    }
    let mut broken = std::io::Cursor::new(Vec::new());
    broken.write_all(b"$FL2 and nothing else").unwrap();
    let reading = read_as(&source, broken.get_ref());
    assert_eq!(reading.diagnostics[0].rule, Rule::Malformed);
    assert!(reading.responses.is_none() && !reading.is_usable());
}

/// A file without labels of the file's own codes: what it does not declare is what the file says.
#[test]
fn without_declared_codes_the_file_decides() {
    let mut source = survey("stockholmsenkaten-2022");
    source.codes.clear();
    for variable in &mut source.variables {
        (variable.codes, variable.label) = (None, None);
    }
    let declared = survey("stockholmsenkaten-2022");
    let bytes = sample(&declared);
    let (found, sound) = (read_as(&source, &bytes), read_as(&declared, &bytes));
    assert!(found.diagnostics.is_empty(), "{:#?}", found.diagnostics);
    assert_eq!(found.responses, sound.responses);
    // What is not applicable is declared, and never guessed from a label.
    let mut source: ResponseSource = survey("trygghetsmatning-2023");
    let bytes = sample(&source);
    source.codes.remove("avstar");
    let question = source.variables.iter_mut().find(|variable| variable.id == "f7_avst_kvall").unwrap();
    question.codes = None;
    let not_asked = |reading: &Reading| {
        statuses(reading, "f7_avst_kvall").iter().filter(|status| **status == Status::NotApplicable).count()
    };
    assert_eq!(not_asked(&read_as(&source, &bytes)), 0);
    let question = source.variables.iter_mut().find(|variable| variable.id == "f7_avst_kvall").unwrap();
    question.missing.insert("96".into(), lagesbild_ingest::NoAnswer::NotApplicable);
    assert_eq!(not_asked(&read_as(&source, &bytes)), 5367);
}
