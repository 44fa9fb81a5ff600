//! Offences: the one table that is kept in columns from the start, because it may have tens of millions of rows.

use std::sync::Arc;

use crate::SourceId;

/// Texts of a column, each distinct one stored once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    /// The distinct texts, in the order in which they first stand.
    pub values: Vec<Arc<str>>,
    /// One key per row: a place in `values`, or [`Texts::NONE`].
    pub keys: Vec<u32>,
}

impl Texts {
    /// The key of a row without a text.
    pub const NONE: u32 = u32::MAX;

    /// The text of a row.
    pub fn get(&self, row: usize) -> Option<&str> {
        let key = self.keys.get(row).copied().filter(|key| *key != Self::NONE)?;
        self.values.get(key as usize).map(|text| &**text)
    }
}

/// Texts of a column, one after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Packed {
    /// All texts without a gap.
    pub text: String,
    /// Where each row's text ends in bytes.
    pub ends: Vec<u32>,
}

impl Packed {
    /// Adds the text of the next row.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// The text of a row.
    pub fn get(&self, row: usize) -> Option<&str> {
        let end = *self.ends.get(row)? as usize;
        let begin = row.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.text.get(begin..end)
    }
}

/// A run of rows of the table `offences`: one offence per row, in the order of the file.
///
/// Sorted by source and line, which is the order of reading. The file's SHA-256 stands in the metadata of the table and in
/// `accounting`; it is known only when the last row has been read.
#[derive(Debug, Clone, PartialEq)]
pub struct Offences {
    /// Source definition that read the rows.
    pub source: SourceId,
    /// File that the rows were read from, as the definition names it.
    pub file: Arc<str>,
    /// Day on which the rows were taken out of the source system, in days from 1970-01-01.
    pub extracted_at: i32,
    /// Line of each row, counted from 1.
    pub line: Vec<i64>,
    /// Number of the offence in the source.
    pub offence: Packed,
    /// Offence code, four digits.
    pub code: Texts,
    /// Member of the category code list that the code belongs to on the start date.
    pub category: Texts,
    /// Start date in days from 1970-01-01.
    pub start_date: Vec<i32>,
    /// Minute of the start date, or [`Offences::NO_MINUTE`].
    pub start_minute: Vec<i16>,
    /// End date in days from 1970-01-01, or [`Offences::NO_DAY`].
    pub end_date: Vec<i32>,
    /// Minute of the end date, or [`Offences::NO_MINUTE`].
    pub end_minute: Vec<i16>,
    /// Registration date in days from 1970-01-01, or [`Offences::NO_DAY`].
    pub registered: Vec<i32>,
    /// Municipality: member of the area code list.
    pub municipality: Texts,
    /// Local police area: member of the area code list.
    pub police_area: Texts,
    /// District: member of the area code list.
    pub district: Texts,
    /// Neighbourhood: member of the area code list.
    pub neighbourhood: Texts,
    /// Member of the area code list that the place is, where it is one.
    pub place: Texts,
    /// Place as written.
    pub place_text: Texts,
    /// North coordinate in metres, SWEREF 99 TM, or not a number.
    pub north: Vec<f64>,
    /// East coordinate in metres, SWEREF 99 TM, or not a number.
    pub east: Vec<f64>,
    /// Age group of the victim as written.
    pub victim_age: Texts,
}

impl Offences {
    /// The table's name.
    pub const NAME: &'static str = "offences";
    /// The contract's version.
    pub const VERSION: u32 = 1;
    /// Stands for a day that is not told.
    pub const NO_DAY: i32 = i32::MIN;
    /// Stands for a time of day that is not told.
    pub const NO_MINUTE: i16 = -1;
    /// Columns that have a value of their own in nearly every row, and whether they rise steadily.
    #[cfg(feature = "arrow")]
    pub(crate) const DISTINCT: [(&'static str, bool); 2] = [("line", true), ("offence", false)];

    /// No rows of a source and file.
    pub fn none(source: &SourceId, file: &Arc<str>, extracted_at: i32) -> Self {
        Offences {
            source: source.clone(),
            file: file.clone(),
            extracted_at,
            line: Vec::new(),
            offence: Packed::default(),
            code: Texts::default(),
            category: Texts::default(),
            start_date: Vec::new(),
            start_minute: Vec::new(),
            end_date: Vec::new(),
            end_minute: Vec::new(),
            registered: Vec::new(),
            municipality: Texts::default(),
            police_area: Texts::default(),
            district: Texts::default(),
            neighbourhood: Texts::default(),
            place: Texts::default(),
            place_text: Texts::default(),
            north: Vec::new(),
            east: Vec::new(),
            victim_age: Texts::default(),
        }
    }

    /// The columns that rows are sorted by.
    pub fn key() -> &'static [&'static str] {
        &["source", "line"]
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.line.len()
    }

    /// Keeps the rows of which `keep` says so.
    pub fn retain(&mut self, keep: &[bool]) {
        fn only<T: Copy>(values: &mut Vec<T>, keep: &[bool]) {
            let mut flags = keep.iter();
            values.retain(|_| flags.next().copied().unwrap_or(false));
        }
        let mut offence = Packed::default();
        for (row, _) in keep.iter().enumerate().filter(|(_, keep)| **keep) {
            offence.push(self.offence.get(row).unwrap_or_default());
        }
        self.offence = offence;
        only(&mut self.line, keep);
        for days in [&mut self.start_date, &mut self.end_date, &mut self.registered] {
            only(days, keep);
        }
        for minutes in [&mut self.start_minute, &mut self.end_minute] {
            only(minutes, keep);
        }
        for metres in [&mut self.north, &mut self.east] {
            only(metres, keep);
        }
        for texts in [
            &mut self.code,
            &mut self.category,
            &mut self.municipality,
            &mut self.police_area,
            &mut self.district,
            &mut self.neighbourhood,
            &mut self.place,
            &mut self.place_text,
            &mut self.victim_age,
        ] {
            only(&mut texts.keys, keep);
        }
    }
}

#[cfg(feature = "arrow")]
mod columns {
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, Date32Array, DictionaryArray, Float64Array, Int64Array, StringArray, StringBuilder, UInt32Array,
    };
    use arrow::buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
    use arrow::datatypes::{DataType, Schema, SchemaRef, UInt32Type};
    use arrow::error::ArrowError;

    use super::{Offences, Packed, Texts};
    use crate::table::schema::field;

    impl Offences {
        /// The Arrow schema; each field's metadata holds its `description`.
        pub fn schema() -> SchemaRef {
            use DataType::{Date32, Float64, Int64, Utf8};
            Arc::new(Schema::new(vec![
                field("source", Utf8, false, "Source definition that read the row."),
                field("file", Utf8, false, "File that the row was read from, as the definition names it."),
                field("line", Int64, false, "Line of the text file, counted from 1."),
                field("offence", Utf8, false, "Number of the offence in the source."),
                field("code", Utf8, false, "Offence code (brottskod), four digits."),
                field(
                    "category",
                    Utf8,
                    false,
                    "Member of the category code list that the code belongs to on the start date.",
                ),
                field("start_date", Date32, false, "First day on which the offence may have been committed."),
                field("start_minute", Int64, true, "Minute of that day, from 0; null when no time of day is told."),
                field("end_date", Date32, true, "Last day on which the offence may have been committed."),
                field("end_minute", Int64, true, "Minute of that day, from 0; null when no time of day is told."),
                field("registered", Date32, true, "Day on which the report was registered."),
                field("municipality", Utf8, true, "Municipality: member of the area code list; null when not told."),
                field(
                    "police_area",
                    Utf8,
                    true,
                    "Local police area: member of the area code list; null when not told.",
                ),
                field("district", Utf8, true, "District: member of the area code list; null when not told."),
                field(
                    "neighbourhood",
                    Utf8,
                    true,
                    "Neighbourhood: member of the area code list, the unplaced rest of the district included; null when \
                     not told.",
                ),
                field("place", Utf8, true, "Member of the area code list that the place is, where it is one."),
                field("place_text", Utf8, true, "Place as written; null when blank."),
                field("north", Float64, true, "North coordinate in metres, SWEREF 99 TM; null when blank or refused."),
                field("east", Float64, true, "East coordinate in metres, SWEREF 99 TM; null when blank or refused."),
                field("victim_age", Utf8, true, "Age group of the victim as written; null when blank."),
                field("extracted_at", Date32, false, "Day on which the row was taken out of the source system."),
            ]))
        }

        /// The columns of the schema. Repeated texts are dictionaries, which Parquet stores as plain texts.
        ///
        /// # Errors
        /// Fails when the columns are not equally long or a key points nowhere.
        pub(crate) fn arrays(&self) -> Result<Vec<ArrayRef>, ArrowError> {
            let rows = self.rows();
            let columns: Vec<ArrayRef> = vec![
                constant(self.source.as_str(), rows)?,
                constant(&self.file, rows)?,
                Arc::new(Int64Array::from(self.line.clone())),
                packed(&self.offence)?,
                texts(&self.code)?,
                texts(&self.category)?,
                Arc::new(Date32Array::from(self.start_date.clone())),
                minutes(&self.start_minute),
                days(&self.end_date),
                minutes(&self.end_minute),
                days(&self.registered),
                texts(&self.municipality)?,
                texts(&self.police_area)?,
                texts(&self.district)?,
                texts(&self.neighbourhood)?,
                texts(&self.place)?,
                texts(&self.place_text)?,
                metres(&self.north),
                metres(&self.east),
                texts(&self.victim_age)?,
                Arc::new(Date32Array::from(vec![self.extracted_at; rows])),
            ];
            match columns.iter().find(|column| column.len() != rows) {
                None => Ok(columns),
                Some(other) => Err(ArrowError::InvalidArgumentError(format!("{} rows beside {rows}", other.len()))),
            }
        }
    }

    fn nulls(valid: impl Iterator<Item = bool>) -> Option<NullBuffer> {
        Some(NullBuffer::from_iter(valid)).filter(|nulls| nulls.null_count() > 0)
    }

    fn constant(text: &str, rows: usize) -> Result<ArrayRef, ArrowError> {
        let values = Arc::new(StringArray::from(vec![text]));
        let keys = UInt32Array::from(vec![0; rows]);
        Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(keys, values)?))
    }

    fn texts(texts: &Texts) -> Result<ArrayRef, ArrowError> {
        let mut values = StringBuilder::new();
        texts.values.iter().for_each(|text| values.append_value(text));
        let nulls = nulls(texts.keys.iter().map(|key| *key != Texts::NONE));
        let keys = match nulls {
            None => UInt32Array::from(texts.keys.clone()),
            // What stands under a null must still point into the dictionary.
            Some(nulls) => {
                let keys = texts.keys.iter().map(|key| if *key == Texts::NONE { 0 } else { *key });
                UInt32Array::new(keys.collect::<ScalarBuffer<u32>>(), Some(nulls))
            }
        };
        if texts.values.is_empty() {
            values.append_value("");
        }
        Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(keys, Arc::new(values.finish()))?))
    }

    fn packed(packed: &Packed) -> Result<ArrayRef, ArrowError> {
        let ends = packed.ends.iter().map(|end| i32::try_from(*end).unwrap_or(i32::MAX));
        let offsets = OffsetBuffer::new(std::iter::once(0).chain(ends).collect::<ScalarBuffer<i32>>());
        Ok(Arc::new(StringArray::try_new(offsets, packed.text.clone().into_bytes().into(), None)?))
    }

    fn days(days: &[i32]) -> ArrayRef {
        let nulls = nulls(days.iter().map(|day| *day != Offences::NO_DAY));
        Arc::new(Date32Array::new(days.to_vec().into(), nulls))
    }

    fn minutes(minutes: &[i16]) -> ArrayRef {
        let nulls = nulls(minutes.iter().map(|minute| *minute != Offences::NO_MINUTE));
        Arc::new(Int64Array::new(minutes.iter().map(|minute| i64::from(*minute)).collect(), nulls))
    }

    fn metres(metres: &[f64]) -> ArrayRef {
        let nulls = nulls(metres.iter().map(|metres| !metres.is_nan()));
        Arc::new(Float64Array::new(metres.to_vec().into(), nulls))
    }
}
