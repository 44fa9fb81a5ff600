//! The contracts: one table, one file. The schema of a table is a promise to whoever reads the Parquet.
//!
//! - Columns keep their name, type and meaning within a version. A new column raises the version.
//! - A null has one meaning, told by the `status` beside it or by the column's own text; it never stands for zero.
//! - Rows are sorted by the table's key, so that equal content means equal bytes.
//! - Texts are plain UTF-8 strings, dates are `Date32`, counts `Int64`, measured values `Float64`.

use std::fmt::Display;

use crate::{CodeList, SourceId};

mod accounting;
mod area;
mod case;
mod category;
mod contrast;
mod count;
mod dictionary;
mod finding;
mod indicator_value;
mod offence;
mod offence_range;
mod polygon;
mod published;
mod quarantined;
mod responses;
mod revision;
#[cfg(feature = "arrow")]
mod schema;
mod target;
mod variable;

pub use accounting::Accounting;
pub use area::Area;
pub use case::Case;
pub use category::{Category, Grouping};
pub use contrast::{Caution, Contrast, ContrastKind, PlannedContrast, Sidedness};
pub use count::Count;
pub use dictionary::{CodeWords, Words, code_words, column_vocabulary, column_words, table_words};
pub use finding::Finding;
pub use indicator_value::IndicatorValue;
pub use offence::{Offences, Packed, Texts};
pub use offence_range::OffenceRange;
pub use polygon::Polygon;
pub use published::Published;
pub use quarantined::Quarantined;
pub use responses::{
    Answers, RESPONSES, RESPONSES_VERSION, ROW_COLUMN, ResponseColumn, Responses, STATUS_ENDING, responses_name,
};
pub use revision::{Revision, RevisionKind};
#[cfg(feature = "arrow")]
pub(crate) use schema::MANY_ROWS;
#[cfg(feature = "arrow")]
pub use schema::{ContractError, Table};
pub use target::Target;
pub use variable::{Variable, VariableRole};

/// Several values in one column of text, parted by blanks.
fn joined<T: Display>(values: &[T]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// The variants of a member in one column of text.
fn aliases<I: Ord + Clone + Display>(list: &CodeList<I>, code: &I) -> String {
    let told = |(text, source): (&str, Option<&SourceId>)| match source {
        None => text.to_owned(),
        Some(source) => format!("{text} [{source}]"),
    };
    list.aliases_of(code).map(told).collect::<Vec<_>>().join(" | ")
}

/// Declares a row struct and, with the feature `arrow`, its contract.
///
/// The kinds of column are `text` (a `String`), `maybe_text`, `code(T)` (any `T: Display + FromStr`, stored as text),
/// `maybe_code(T)`, `int` (`i64`), `maybe_int`, `real` (`f64`), `maybe_real`, `date` and `maybe_date`, and `shared` and
/// `maybe_shared`: an `Arc<str>`, for texts that are the same in very many rows.
/// A column's doc comment becomes its `description` in the schema.
macro_rules! table {
    (
        $(#[doc = $doc:literal])*
        $name:ident, $table:literal, version $version:literal, key ($($key:ident),+),
        { $( #[doc = $cdoc:literal] $field:ident : $kind:ident $(($ty:ty))? ,)+ }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name { $( #[doc = $cdoc] pub $field: $crate::table::kind!(type $kind $(, $ty)?), )+ }

        impl $name {
            /// The table's name in the store.
            pub const TABLE: &'static str = $table;

            /// The order of rows in the store.
            pub fn key_order(&self, other: &Self) -> std::cmp::Ordering {
                std::cmp::Ordering::Equal $( .then_with(|| self.$key.cmp(&other.$key)) )+
            }
        }

        #[cfg(feature = "arrow")]
        impl $crate::table::Table for $name {
            const NAME: &'static str = $name::TABLE;
            const VERSION: u32 = $version;

            fn key() -> &'static [&'static str] { &[$(stringify!($key)),+] }

            fn schema() -> arrow::datatypes::SchemaRef {
                std::sync::Arc::new(arrow::datatypes::Schema::new(vec![
                    $( $crate::table::schema::field(
                        stringify!($field), $crate::table::kind!(arrow $kind), $crate::table::kind!(nullable $kind), $cdoc,
                    ), )+
                ]))
            }

            fn order(&self, other: &Self) -> std::cmp::Ordering { self.key_order(other) }

            fn encode(rows: &[Self]) -> Result<arrow::record_batch::RecordBatch, arrow::error::ArrowError> {
                let encoders: &[fn(&[Self]) -> arrow::array::ArrayRef] =
                    &[ $( |rows| $crate::table::kind!(encode $kind, rows, $field), )+ ];
                arrow::record_batch::RecordBatch::try_new(Self::schema(), $crate::table::schema::columns(rows, encoders))
            }

            fn decode(batch: &arrow::record_batch::RecordBatch) -> Result<Vec<Self>, $crate::table::ContractError> {
                $( let $field = $crate::table::schema::Column::of::<Self>(batch, stringify!($field))?; )+
                (0..batch.num_rows())
                    .map(|row| Ok($name { $( $field: $crate::table::kind!(decode $kind, $field, row), )+ }))
                    .collect()
            }
        }
    };
}

/// What each kind of column is in Rust and in Arrow, and how it goes from one to the other.
macro_rules! kind {
    (type text) => { String };
    (type maybe_text) => { Option<String> };
    (type shared) => { std::sync::Arc<str> };
    (type maybe_shared) => { Option<std::sync::Arc<str>> };
    (type code, $ty:ty) => { $ty };
    (type maybe_code, $ty:ty) => { Option<$ty> };
    (type int) => { i64 };
    (type maybe_int) => { Option<i64> };
    (type real) => { f64 };
    (type maybe_real) => { Option<f64> };
    (type date) => { jiff::civil::Date };
    (type maybe_date) => { Option<jiff::civil::Date> };

    (arrow text) => { arrow::datatypes::DataType::Utf8 };
    (arrow maybe_text) => { arrow::datatypes::DataType::Utf8 };
    (arrow shared) => { arrow::datatypes::DataType::Utf8 };
    (arrow maybe_shared) => { arrow::datatypes::DataType::Utf8 };
    (arrow code) => { arrow::datatypes::DataType::Utf8 };
    (arrow maybe_code) => { arrow::datatypes::DataType::Utf8 };
    (arrow int) => { arrow::datatypes::DataType::Int64 };
    (arrow maybe_int) => { arrow::datatypes::DataType::Int64 };
    (arrow real) => { arrow::datatypes::DataType::Float64 };
    (arrow maybe_real) => { arrow::datatypes::DataType::Float64 };
    (arrow date) => { arrow::datatypes::DataType::Date32 };
    (arrow maybe_date) => { arrow::datatypes::DataType::Date32 };

    (nullable maybe_text) => { true };
    (nullable maybe_shared) => { true };
    (nullable maybe_code) => { true };
    (nullable maybe_int) => { true };
    (nullable maybe_real) => { true };
    (nullable maybe_date) => { true };
    (nullable $kind:ident) => { false };

    (encode text, $rows:ident, $f:ident) => { $crate::table::schema::texts($rows.iter().map(|r| Some(&r.$f))) };
    (encode maybe_text, $rows:ident, $f:ident) => { $crate::table::schema::texts($rows.iter().map(|r| r.$f.as_ref())) };
    (encode shared, $rows:ident, $f:ident) => { $crate::table::schema::texts($rows.iter().map(|r| Some(&r.$f))) };
    (encode maybe_shared, $rows:ident, $f:ident) => { $crate::table::schema::texts($rows.iter().map(|r| r.$f.as_ref())) };
    (encode code, $rows:ident, $f:ident) => { $crate::table::schema::texts($rows.iter().map(|r| Some(&r.$f))) };
    (encode maybe_code, $rows:ident, $f:ident) => { $crate::table::schema::texts($rows.iter().map(|r| r.$f.as_ref())) };
    (encode int, $rows:ident, $f:ident) => { $crate::table::schema::ints($rows.iter().map(|r| Some(r.$f))) };
    (encode maybe_int, $rows:ident, $f:ident) => { $crate::table::schema::ints($rows.iter().map(|r| r.$f)) };
    (encode real, $rows:ident, $f:ident) => { $crate::table::schema::reals($rows.iter().map(|r| Some(r.$f))) };
    (encode maybe_real, $rows:ident, $f:ident) => { $crate::table::schema::reals($rows.iter().map(|r| r.$f)) };
    (encode date, $rows:ident, $f:ident) => { $crate::table::schema::dates($rows.iter().map(|r| Some(r.$f))) };
    (encode maybe_date, $rows:ident, $f:ident) => { $crate::table::schema::dates($rows.iter().map(|r| r.$f)) };

    (decode text, $f:ident, $row:ident) => { $f.text($row)?.to_owned() };
    (decode maybe_text, $f:ident, $row:ident) => { $f.maybe_text($row)?.map(str::to_owned) };
    (decode shared, $f:ident, $row:ident) => { $f.text($row)?.into() };
    (decode maybe_shared, $f:ident, $row:ident) => { $f.maybe_text($row)?.map(Into::into) };
    (decode code, $f:ident, $row:ident) => { $f.code($row)? };
    (decode maybe_code, $f:ident, $row:ident) => { $f.maybe_code($row)? };
    (decode int, $f:ident, $row:ident) => { $f.int($row)? };
    (decode maybe_int, $f:ident, $row:ident) => { $f.maybe_int($row)? };
    (decode real, $f:ident, $row:ident) => { $f.real($row)? };
    (decode maybe_real, $f:ident, $row:ident) => { $f.maybe_real($row)? };
    (decode date, $f:ident, $row:ident) => { $f.date($row)? };
    (decode maybe_date, $f:ident, $row:ident) => { $f.maybe_date($row)? };
}

use {kind, table};
