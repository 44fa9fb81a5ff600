//! What the tests of surveys share: definitions, samples, and SPSS files written anew after a change.

use std::sync::OnceLock;

use lagesbild_ingest::{CodeLists, Reading, ResponseSource, Source, read_source};
use lagesbild_ingest_sav::{Code, Column, File, Measure, Missing};
use lagesbild_model::Status;
use lagesbild_model::table::{Answers, ResponseColumn};

use crate::support::{bytes, lists};

pub(crate) fn survey(name: &str) -> ResponseSource {
    let text = bytes(&format!("pipelines/kungsholmen-kallor/sources/{name}.toml"));
    match String::from_utf8(text).unwrap().parse::<Source>() {
        Ok(Source::Responses(source)) => source,
        other => panic!("{name}: {other:?}"),
    }
}

pub(crate) fn sample(source: &ResponseSource) -> Vec<u8> {
    bytes(&format!("data/sample/{}", source.file))
}

pub(crate) fn read_as(source: &ResponseSource, bytes: &[u8]) -> Reading {
    static LISTS: OnceLock<CodeLists> = OnceLock::new();
    read_source(&Source::Responses(source.clone()), &source.file, bytes, LISTS.get_or_init(lists))
}

pub(crate) fn column<'r>(reading: &'r Reading, name: &str) -> &'r ResponseColumn {
    let responses = reading.responses.as_ref().unwrap_or_else(|| panic!("no responses: {:#?}", reading.diagnostics));
    responses.column(name).unwrap_or_else(|| panic!("no column {name}"))
}

pub(crate) fn whole<'r>(reading: &'r Reading, name: &str) -> &'r [Option<i64>] {
    match &column(reading, name).answers {
        Answers::Whole(values) => values,
        other => panic!("{name}: {other:?}"),
    }
}

pub(crate) fn real<'r>(reading: &'r Reading, name: &str) -> &'r [Option<f64>] {
    match &column(reading, name).answers {
        Answers::Real(values) => values,
        other => panic!("{name}: {other:?}"),
    }
}

pub(crate) fn statuses<'r>(reading: &'r Reading, name: &str) -> &'r [Status] {
    column(reading, name).statuses.as_deref().unwrap()
}

/// The first rows of a file.
pub(crate) fn head(mut file: File, rows: usize) -> File {
    for variable in &mut file.variables {
        match &mut variable.values {
            Column::Numbers(values) => values.truncate(rows),
            Column::Texts(values) => values.truncate(rows),
        }
    }
    file.rows = rows;
    file
}

pub(crate) fn numbers<'f>(file: &'f mut File, name: &str) -> &'f mut Vec<Option<f64>> {
    match &mut file.variables.iter_mut().find(|variable| variable.name == name).unwrap().values {
        Column::Numbers(values) => values,
        Column::Texts(_) => panic!("{name} is a text"),
    }
}

/// An uncompressed SPSS file of numbers, in UTF-8.
pub(crate) fn write_sav(file: &File) -> Vec<u8> {
    let words = |numbers: &[i32]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let mut out = b"$FL2".to_vec();
    out.extend([b' '; 60]);
    out.extend(words(&[2, file.variables.len() as i32, 0, 0, file.rows as i32]));
    out.extend(100_f64.to_le_bytes());
    out.extend([b' '; 81]);
    out.extend([0; 3]);
    let mut names = Vec::new();
    let mut measures = Vec::new();
    for (at, variable) in file.variables.iter().enumerate() {
        let missing: Vec<f64> = match variable.missing.as_slice() {
            [Missing::Range { low, high }] => vec![*low, *high],
            [Missing::Range { low, high }, Missing::Number(value)] => vec![*low, *high, *value],
            values => values
                .iter()
                .map(|missing| match missing {
                    Missing::Number(value) => *value,
                    other => panic!("{other:?}"),
                })
                .collect(),
        };
        let ranged = matches!(variable.missing.first(), Some(Missing::Range { .. }));
        let count = missing.len() as i32 * if ranged { -1 } else { 1 };
        let label = variable.label.clone().unwrap_or_default();
        out.extend(words(&[2, 0, i32::from(!label.is_empty()), count, 0x0005_0802, 0x0005_0802]));
        let short = format!("V{at}");
        out.extend(format!("{short:<8}").bytes());
        if !label.is_empty() {
            out.extend(words(&[label.len() as i32]));
            out.extend(label.bytes());
            out.extend(vec![b' '; label.len().next_multiple_of(4) - label.len()]);
        }
        out.extend(missing.iter().flat_map(|value| value.to_le_bytes()));
        names.push(format!("{short}={}", variable.name));
        let measure = match variable.measure {
            Measure::Unknown => 0,
            Measure::Nominal => 1,
            Measure::Ordinal => 2,
            Measure::Scale => 3,
        };
        measures.extend([measure, 8, 1]);
    }
    for (at, variable) in file.variables.iter().enumerate().filter(|(_, variable)| !variable.labels.is_empty()) {
        out.extend(words(&[3, variable.labels.len() as i32]));
        for (code, label) in &variable.labels {
            let Code::Number(code) = code else { panic!("{code:?}") };
            out.extend(code.to_le_bytes());
            out.push(label.len() as u8);
            out.extend(label.bytes());
            out.extend(vec![b' '; (label.len() + 1).next_multiple_of(8) - 1 - label.len()]);
        }
        out.extend(words(&[4, 1, at as i32 + 1]));
    }
    out.extend(words(&[7, 11, 4, measures.len() as i32]));
    out.extend(words(&measures));
    let names = names.join("\t");
    out.extend(words(&[7, 13, 1, names.len() as i32]));
    out.extend(names.bytes());
    out.extend(words(&[7, 20, 1, 5]));
    out.extend(b"UTF-8");
    out.extend(words(&[999, 0]));
    for row in 0..file.rows {
        for variable in &file.variables {
            let Column::Numbers(values) = &variable.values else { panic!("{} is a text", variable.name) };
            out.extend(values[row].unwrap_or(-f64::MAX).to_le_bytes());
        }
    }
    out
}
