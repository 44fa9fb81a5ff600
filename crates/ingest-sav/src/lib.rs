//! SPSS system files (`.sav`, `.zsav`) as plain columns.
//!
//! The library `ambers` decodes the file; its arrow stays inside this crate. It never sees a file that the crate's own walk
//! has not passed: the walk goes over the record structure and the data with bounds before anything is reserved, refuses
//! what the library would read as other values than the file holds (another byte order, an encoding without a decoder,
//! an unusual compression bias), and counts the rows, which the library takes as a hint only.
//!
//! Reference of the format: PSPP Developers Guide, "System File Format".

mod bytes;
mod data;
mod decode;
mod error;
mod info;
mod overlay;
mod walk;

pub use error::SavError;

/// The most bytes of a file.
pub const MAX_BYTES: usize = 128 << 20;
/// The most variables, which is also the most that SPSS writes.
pub const MAX_VARIABLES: usize = 32_767;
/// The most values: rows times places of eight bytes in a row.
pub const MAX_VALUES: u64 = 20_000_000;
/// Seconds between the start of SPSS time (14 October 1582) and 1 January 1970.
pub const UNIX_EPOCH_SECONDS: f64 = 12_219_379_200.0;

/// A system file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// Rows, which every column has.
    pub rows: usize,
    /// The number of rows that the header declares. None: the writer did not know; then the data end at a row's end.
    pub declared_rows: Option<usize>,
    /// The encoding of the texts, as the WHATWG names it.
    pub encoding: String,
    /// The variable that the file itself is weighted by.
    pub weight: Option<String>,
    /// The variables in the order of the file.
    pub variables: Vec<Variable>,
}

/// A variable and its column.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// The long name.
    pub name: String,
    /// The label, without padding.
    pub label: Option<String>,
    /// How the writer classed it.
    pub measure: Measure,
    /// What its numbers stand for.
    pub format: Format,
    /// Value labels in the order of the file.
    pub labels: Vec<(Code, String)>,
    /// User-missing codes. They stay in the column: the caller decides what each stands for.
    pub missing: Vec<Missing>,
    /// One value per row.
    pub values: Column,
    /// Rows (from 0) whose text holds bytes that are not of the file's encoding; U+FFFD stands in their place.
    pub undecodable: Vec<usize>,
}

/// The level of measurement that the writer declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Not declared.
    Unknown,
    /// Categories.
    Nominal,
    /// Ordered categories.
    Ordinal,
    /// A quantity.
    Scale,
}

/// What the values stand for, by the print format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A number.
    Number,
    /// A day: seconds since the start of SPSS time, see [`UNIX_EPOCH_SECONDS`]. A time of the day may be in it.
    Date,
    /// A moment: seconds since the start of SPSS time.
    DateTime,
    /// A time of the day or a duration, in seconds.
    Time,
    /// A text.
    Text,
}

/// A value that has a label.
#[derive(Debug, Clone, PartialEq)]
pub enum Code {
    /// Of a numeric variable.
    Number(f64),
    /// Of a text variable, without the padding.
    Text(String),
}

/// A user-missing value or range.
#[derive(Debug, Clone, PartialEq)]
pub enum Missing {
    /// One number.
    Number(f64),
    /// All numbers from the low to the high one. `LOWEST` and `HIGHEST` are infinite.
    Range {
        /// The least, itself missing.
        low: f64,
        /// The greatest, itself missing.
        high: f64,
    },
    /// One text, without the padding.
    Text(String),
}

impl Missing {
    /// Whether a number is declared missing.
    pub fn holds(&self, value: f64) -> bool {
        match self {
            Self::Number(missing) => value == *missing,
            Self::Range { low, high } => (*low..=*high).contains(&value),
            Self::Text(_) => false,
        }
    }
}

/// The values of a variable.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// None is system-missing. A number may be infinite or no number where the file says so.
    Numbers(Vec<Option<f64>>),
    /// Without the padding; SPSS knows no system-missing text.
    Texts(Vec<String>),
}

/// Reads a system file.
///
/// # Errors
/// See [`SavError`]. A file whose rows are not exactly those that it declares is an error, never a shorter table.
pub fn read(bytes: &[u8]) -> Result<File, SavError> {
    let walk = walk::walk(bytes)?;
    let rows = data::check(bytes, &walk)?;
    decode::decode(bytes, &walk, rows)
}
