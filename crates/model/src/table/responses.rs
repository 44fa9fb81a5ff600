//! The responses of one round of a survey: a wide table, one row per respondent, whose columns its definition declares.
//!
//! It is the one contract without a fixed schema. What every such table promises: a column `row` with the row or line in
//! the file; then each declared variable under its canonical name, in declared order; a number or text only where it is
//! an answer; and beside each variable that may lack one a column `<name>_status` that says which fact it is.

use crate::{SourceId, Status, SurveyId};

/// The table's name, which the file metadata carries; the file itself is named after the source as well.
pub const RESPONSES: &str = "responses";
/// Raised whenever the promises of the table change.
pub const RESPONSES_VERSION: u32 = 1;
/// The column that holds the row or line of the file.
pub const ROW_COLUMN: &str = "row";
/// The ending of a column that holds the status of another.
pub const STATUS_ENDING: &str = "_status";

/// The responses of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Responses {
    /// Source definition that read the file.
    pub source: SourceId,
    /// Survey, as `trygghetsmatningen`.
    pub survey: SurveyId,
    /// Round of the survey: its year.
    pub round: i64,
    /// Row in the file (for text files: line) of each respondent, counted from 1 and in the order of the file.
    pub rows: Vec<i64>,
    /// The declared variables, in their order.
    pub columns: Vec<ResponseColumn>,
}

/// One variable.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseColumn {
    /// Canonical name.
    pub name: String,
    /// Label of the variable.
    pub label: String,
    /// One value per respondent; none where there is no answer.
    pub answers: Answers,
    /// One status per respondent; none for a variable without which a respondent is no respondent, as a weight.
    pub statuses: Option<Vec<Status>>,
}

/// The values of a variable.
#[derive(Debug, Clone, PartialEq)]
pub enum Answers {
    /// Whole numbers.
    Whole(Vec<Option<i64>>),
    /// Numbers.
    Real(Vec<Option<f64>>),
    /// Texts.
    Text(Vec<Option<String>>),
}

impl Answers {
    /// Respondents.
    pub fn len(&self) -> usize {
        match self {
            Answers::Whole(values) => values.len(),
            Answers::Real(values) => values.len(),
            Answers::Text(values) => values.len(),
        }
    }

    /// Whether nobody was asked.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Respondents with an answer.
    pub fn answered(&self) -> usize {
        match self {
            Answers::Whole(values) => values.iter().flatten().count(),
            Answers::Real(values) => values.iter().flatten().count(),
            Answers::Text(values) => values.iter().flatten().count(),
        }
    }
}

impl Responses {
    /// The column of a variable.
    pub fn column(&self, name: &str) -> Option<&ResponseColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// The name of the table of a source: its file stem in the store and its name in SQL.
pub fn responses_name(source: &SourceId) -> String {
    format!("{RESPONSES}-{source}")
}

#[cfg(feature = "arrow")]
mod columns {
    use std::sync::Arc;

    use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, StringArray};
    use arrow::datatypes::{DataType, Field, Float64Type, Int64Type, Schema};
    use arrow::error::ArrowError;
    use arrow::record_batch::RecordBatch;

    use super::{Answers, ROW_COLUMN, ResponseColumn, Responses, STATUS_ENDING};
    use crate::table::schema::{field, texts};
    use crate::{SourceId, Status, SurveyId};

    impl Responses {
        /// To columns.
        ///
        /// # Errors
        /// Fails when columns have different lengths or one name.
        pub fn encode(&self) -> Result<RecordBatch, ArrowError> {
            let mut fields: Vec<Field> = Vec::new();
            let mut arrays: Vec<ArrayRef> = Vec::new();
            let mut push = |name: &str, array: ArrayRef, nullable: bool, description: &str| {
                fields.push(field(name, array.data_type().clone(), nullable, description));
                arrays.push(array);
            };
            let told = "Row in the file, or line of the text file, counted from 1.";
            push(ROW_COLUMN, Arc::new(self.rows.iter().copied().map(Some).collect::<Int64Array>()), false, told);
            for column in &self.columns {
                let array: ArrayRef = match &column.answers {
                    Answers::Whole(values) => Arc::new(values.iter().copied().collect::<Int64Array>()),
                    Answers::Real(values) => Arc::new(values.iter().copied().collect::<Float64Array>()),
                    Answers::Text(values) => Arc::new(values.iter().map(Option::as_deref).collect::<StringArray>()),
                };
                push(&column.name, array, column.statuses.is_some(), &column.label);
                if let Some(statuses) = &column.statuses {
                    let name = format!("{}{STATUS_ENDING}", column.name);
                    let told =
                        format!("What is known of `{}`: final, missing, not-applicable, suppressed.", column.name);
                    push(&name, texts(statuses.iter().map(Some)), false, &told);
                }
            }
            RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
        }

        /// From columns.
        ///
        /// # Errors
        /// Names the column that is not as promised.
        pub(crate) fn decode(
            (source, survey, round): (SourceId, SurveyId, i64),
            batch: &RecordBatch,
        ) -> Result<Self, String> {
            let schema = batch.schema();
            let wrong = |column: &str, found: String| format!("a column `{column}` that is {found}");
            let rows = batch.column_by_name(ROW_COLUMN).and_then(|array| array.as_primitive_opt::<Int64Type>());
            let rows = rows.ok_or_else(|| wrong(ROW_COLUMN, "absent or not of whole numbers".to_owned()))?;
            let mut columns: Vec<ResponseColumn> = Vec::new();
            for (field, array) in schema.fields().iter().zip(batch.columns()).skip(1) {
                let stem = field.name().strip_suffix(STATUS_ENDING);
                if let Some(column) = columns.last_mut().filter(|column| stem == Some(column.name.as_str())) {
                    let texts = array.as_string_opt::<i32>();
                    let texts = texts.ok_or_else(|| wrong(field.name(), format!("of type {}", array.data_type())))?;
                    let parsed: Result<Vec<Status>, _> =
                        texts.iter().map(|text| text.unwrap_or_default().parse()).collect();
                    column.statuses = Some(parsed.map_err(|error| wrong(field.name(), error.to_string()))?);
                    continue;
                }
                let answers = match array.data_type() {
                    DataType::Int64 => Answers::Whole(array.as_primitive::<Int64Type>().iter().collect()),
                    DataType::Float64 => Answers::Real(array.as_primitive::<Float64Type>().iter().collect()),
                    DataType::Utf8 => {
                        Answers::Text(array.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect())
                    }
                    other => return Err(wrong(field.name(), format!("of type {other}"))),
                };
                let label = field.metadata().get("description").cloned().unwrap_or_default();
                columns.push(ResponseColumn { name: field.name().clone(), label, answers, statuses: None });
            }
            Ok(Responses { source, survey, round, rows: rows.iter().flatten().collect(), columns })
        }
    }
}
