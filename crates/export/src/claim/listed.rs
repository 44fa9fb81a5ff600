//! T17, the claims of a report as a table: for the author, in a workbook and as text.

use lagesbild_model::{CategoryId, InvalidId};

use super::annotated::{counted, cut};
use super::document::DocumentText;
use super::{Answer, Claim};
use crate::{
    Cell, Column, Document, Format, Note, OutputFile, Row, RowKind, Sheet, Templates, Unit, Value, WriteError,
};

/// The most characters of a cell; a workbook holds little more.
const LONGEST: usize = 32_000;

const NOTES: [&str; 3] = [
    "Svaren ges av regler och kodlistor mot den aktuella utgåvan av uppgifterna. Det som inte står i tabellen har inte lästs som ett påstående: \
     önskemål, planer och skäl är inga.",
    "Uppgifter: id för de uppgifter som påståendet hölls mot; lagesbild explain visar varifrån var och en kommer.",
    "Utpekad: ja när författaren själv har sagt vilken uppgift som avses.",
];

/// The claims of a report as T17: `<stem>-t17.xlsx`, and `<stem>-t17.csv` with its notes beside it.
///
/// ```
/// use lagesbild_export::claim::{Answer, Claim, document, listed};
/// let report = document::of_text("Våldet ökade.\n".as_bytes())?;
/// let claim = Claim {
///     line: 1, quote: "Våldet ökade.".into(), answer: Answer::NoData, figures: vec![], why: "Ingen uppgift.".into(), pinned: false,
/// };
/// let files = listed(&report, "rapport", &[claim])?;
/// let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
/// assert_eq!(names, ["rapport-t17.xlsx", "rapport-t17.csv", "rapport-t17-noter.csv"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// When there are more claims than a workbook has rows.
pub fn listed(report: &DocumentText, stem: &str, claims: &[Claim]) -> Result<Vec<OutputFile>, WriteError> {
    let document = document(report, stem, claims).map_err(|error| WriteError::Package(error.to_string()))?;
    let mut files = Format::Xlsx.write(&document, &Templates::new())?;
    files.extend(Format::Csv { bom: true }.write(&document, &Templates::new())?);
    for file in &mut files {
        let tail = file.name.strip_prefix(ID).unwrap_or_default().trim_start_matches("-t17").to_owned();
        file.name = format!("{stem}-t17{tail}");
    }
    Ok(files)
}

/// The name by which the formats know the document.
const ID: &str = "pastaenden";

fn document(report: &DocumentText, stem: &str, claims: &[Claim]) -> Result<Document, InvalidId> {
    let title = format!("T17. Påståenden i {stem} och vad uppgifterna visar");
    let column = |key: &str, heading: &str| Column {
        key: key.to_owned(),
        heading: heading.to_owned(),
        unit: Unit::Words,
        bound: None,
    };
    let row = |(number, claim): (usize, &Claim)| -> Result<Row, InvalidId> {
        let category: CategoryId = format!("pastaende-{number}").parse()?;
        let figures = if claim.figures.is_empty() { "inga".to_owned() } else { claim.figures.join(" ") };
        let words = |text: &str| Cell { value: Value::Text(cut(text, LONGEST)), figure: None, preliminary: false };
        let cells = vec![
            words(report.place(claim.line)),
            words(&claim.quote),
            words(claim.answer.swedish()),
            words(&claim.why),
            words(&figures),
            words(if claim.pinned { "ja" } else { "nej" }),
        ];
        let label = format!("Påstående {number}");
        Ok(Row { category, without: None, label, footnotes: Vec::new(), kind: RowKind::Category, cells })
    };
    let answers = Answer::ALL.iter().map(|answer| format!("{}: {}", answer.swedish(), answer.explained()));
    let notes = NOTES.iter().map(|text| (*text).to_owned()).chain(answers);
    let sheet = Sheet {
        id: "t17".parse()?,
        tab: "T17 Påståenden".to_owned(),
        title: title.clone(),
        subtitle: counted(claims),
        stub: "Nummer".to_owned(),
        columns: vec![
            column("plats", "Plats i rapporten"),
            column("pastaende", "Påstående"),
            column("svar", "Svar"),
            column("varfor", "Varför"),
            column("uppgifter", "Uppgifter"),
            column("utpekad", "Utpekad"),
        ],
        rows: (1..).zip(claims).map(row).collect::<Result<_, _>>()?,
        paragraph: Vec::new(),
        charts: Vec::new(),
        twin: false,
        sentences: Vec::new(),
        notes: notes.map(|text| Note { marker: None, text }).collect(),
        sources: Vec::new(),
    };
    Ok(Document { id: ID.parse()?, title, sheets: vec![sheet], tests: None })
}
