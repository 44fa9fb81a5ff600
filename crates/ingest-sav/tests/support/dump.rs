//! A file as lines of text, in the form of `peer.py`.

use lagesbild_ingest_sav::{Code, Column, File, Format, Measure, Missing};

pub(crate) fn dump(file: &File) -> String {
    let mut out = vec![format!("file\t{}\t{}", file.rows, file.encoding.to_lowercase())];
    for variable in &file.variables {
        let format = match variable.format {
            Format::Number => "number",
            Format::Date => "date",
            Format::DateTime => "datetime",
            Format::Time => "time",
            Format::Text => "text",
        };
        let measure = match variable.measure {
            Measure::Unknown => "unknown",
            Measure::Nominal => "nominal",
            Measure::Ordinal => "ordinal",
            Measure::Scale => "scale",
        };
        let label = variable.label.as_deref().unwrap_or("-");
        out.push(format!("variable\t{}\t{format}\t{measure}\t{label}", variable.name));
        for (code, label) in &variable.labels {
            let code = match code {
                Code::Number(code) => number(Some(*code)),
                Code::Text(code) => format!("t{code}"),
            };
            out.push(format!("label\t{code}\t{label}"));
        }
        for missing in &variable.missing {
            out.push(match missing {
                Missing::Number(value) => format!("missing\t{}", number(Some(*value))),
                Missing::Range { low, high } => format!("missing\t{}\t{}", number(Some(*low)), number(Some(*high))),
                Missing::Text(text) => format!("missing\tt{text}"),
            });
        }
        let values: Vec<String> = match &variable.values {
            Column::Numbers(numbers) => numbers.iter().map(|value| number(*value)).collect(),
            Column::Texts(texts) => texts.iter().map(|text| format!("t{text}")).collect(),
        };
        out.push(format!("values\t{}", values.join("|")));
    }
    out.push(String::new());
    out.join("\n")
}

/// Exact: the bits.
fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("n{:016x}", value.to_bits()))
}
