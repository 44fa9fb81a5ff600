//! The data dictionary beside the tables: what every column of every table is, in Swedish and English, for people and for programs.
//!
//! It is made from the tables that were written, so that it cannot say anything else than they do.

use lagesbild_model::store::{Described, DescribedColumn};
use lagesbild_model::table::{CodeWords, RESPONSES, code_words, column_vocabulary, column_words, table_words};

/// The files, in the folder of the tables.
pub(super) const FILES: [&str; 3] = ["dictionary.csv", "dictionary-codes.csv", "dictionary.md"];

/// Their contents, in the order of [`FILES`], for tables with their names in the store.
pub(super) fn written(tables: &[(String, Described)]) -> [String; 3] {
    let codes = code_words();
    let mut columns = line(&["table", "column", "type", "required", "unit", "swedish", "english", "codes"]);
    for (name, table) in tables {
        for column in &table.columns {
            let Told { swedish, unit, vocabulary } = told(table, column);
            let required = if column.required { "true" } else { "false" };
            let english = &column.description;
            columns +=
                &line(&[name, &column.name, column.kind, required, unit, &swedish, english, vocabulary.unwrap_or("")]);
        }
    }
    let mut listed = line(&["codes", "code", "swedish", "english"]);
    for CodeWords { vocabulary, code, meaning, swedish } in &codes {
        listed += &line(&[vocabulary, code, swedish, meaning]);
    }
    [columns, listed, page(tables, &codes)]
}

struct Told {
    swedish: String,
    unit: &'static str,
    vocabulary: Option<&'static str>,
}

/// What is told of a column beside its contract. A column of respondents is called what the survey calls it.
fn told(table: &Described, column: &DescribedColumn) -> Told {
    let vocabulary = column_vocabulary(&table.table, &column.name);
    match column_words(&column.name) {
        Some(words) if table.table != RESPONSES => {
            Told { swedish: words.swedish.to_owned(), unit: words.unit, vocabulary }
        }
        _ => Told { swedish: format!("{}; se tabellen variables", column.name), unit: "", vocabulary },
    }
}

fn page(tables: &[(String, Described)], codes: &[CodeWords]) -> String {
    let mut out = "# Datakatalog\n\nVarje tabell är en Parquet-fil i samma mapp. *Obligatorisk*: varje rad har ett värde. Ett tomt värde står \
                   aldrig för noll; skälet står i kolumnen `status` bredvid.\n"
        .to_owned();
    for (name, table) in tables {
        let (swedish, row, english) = table_words(&table.table).unwrap_or_default();
        out += &format!(
            "\n## {name}: {swedish}\n\nEn rad är {row} (*{english}*). {} rader.\n\n| Kolumn | Svenska | Typ | Obligatorisk | Enhet | Koder | English |\n\
             |:---|:---|:---|:---|:---|:---|:---|\n",
            table.rows
        );
        for column in &table.columns {
            let Told { swedish, unit, vocabulary } = told(table, column);
            let vocabulary = vocabulary.map(|name| format!("`{name}`")).unwrap_or_default();
            let required = if column.required { "ja" } else { "nej" };
            let (name, kind, english) = (&column.name, column.kind, piped(&column.description));
            out += &format!("| `{name}` | {swedish} | {kind} | {required} | {unit} | {vocabulary} | {english} |\n");
        }
    }
    out += "\n# Koder\n";
    for vocabulary in codes.chunk_by(|one, next| one.vocabulary == next.vocabulary) {
        let Some(first) = vocabulary.first() else { continue };
        out += &format!("\n## {}\n\n| Kod | Svenska | English |\n|:---|:---|:---|\n", first.vocabulary);
        for CodeWords { code, meaning, swedish, .. } in vocabulary {
            out += &format!("| `{code}` | {} | {} |\n", piped(swedish), piped(meaning));
        }
    }
    out
}

/// A text inside a cell of Markdown.
fn piped(text: &str) -> String {
    text.replace('|', "\\|")
}

/// A line of comma-separated values (RFC 4180).
fn line(fields: &[&str]) -> String {
    let field = |text: &&str| {
        if text.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            (*text).to_owned()
        }
    };
    fields.iter().map(field).collect::<Vec<_>>().join(",") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, columns: &[(&str, &str)]) -> (String, Described) {
        let column = |(name, description): &(&str, &str)| DescribedColumn {
            name: (*name).to_owned(),
            kind: "string",
            required: true,
            description: (*description).to_owned(),
        };
        let described = Described { table: name.to_owned(), rows: 2, columns: columns.iter().map(column).collect() };
        (name.to_owned(), described)
    }

    #[test]
    fn columns_have_words_units_and_codes() {
        let [columns, codes, page] = written(&[table(
            "contrasts",
            &[("exposure_days", "Length of the newer period in days."), ("verdict", "Verdict, \"corrected\".")],
        )]);
        assert!(columns.contains("\ncontrasts,exposure_days,string,true,dagar,periodens längd,"), "{columns}");
        assert!(columns.contains(",bedömning,\"Verdict, \"\"corrected\"\".\",verdict\n"), "{columns}");
        assert!(codes.contains("\nstatus,suppressed,\"skyddad, lämnas inte ut\",The value exists and is withheld.\n"));
        assert!(page.contains("## contrasts: jämförelser\n\nEn rad är en jämförelse med test"));
    }

    /// The variables of a survey have names of their own, which may be those of columns elsewhere.
    #[test]
    fn respondents_are_described_by_their_survey() {
        let [columns, ..] =
            written(&[table(RESPONSES, &[("age", "Age."), ("age_status", "Status."), ("group", "G.")])]);
        assert!(columns.contains("\nresponses,group,string,true,,group; se tabellen variables,G.,\n"), "{columns}");
        assert!(columns.contains("age_status; se tabellen variables,Status.,status\n"), "{columns}");
    }
}
