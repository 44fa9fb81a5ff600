//! Periods as headings, labels and titles write them.

use jiff::civil::Date;
use lagesbild_model::fold;

use crate::raw_table::Value;
use crate::swedish;

lagesbild_model::codes! {
    /// What kind of period a text names.
    PeriodForm, "form of period" {
        /// A calendar year: `2023`, `2023 prel.`.
        Year = "year",
        /// Several years: `2022-2023`.
        Years = "years",
        /// A school year or term: `Läsåret 2022/2023`, `HT 2023`.
        SchoolYear = "school-year",
        /// A month of a year: `2023-10`, `oktober 2023`.
        Month = "month",
        /// A month without its year: `okt`.
        MonthName = "month-name",
        /// An ISO week of a year: `2023-W41`, `v. 41 2023`.
        Week = "week",
        /// A week without its year: `v. 41`.
        WeekNumber = "week-number",
        /// A quarter, with or without its year.
        Quarter = "quarter",
        /// A day.
        Date = "date",
    }
}

/// A period that a cell names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) form: PeriodForm,
    /// The first (or only) year, where there is one.
    pub(crate) year: Option<i16>,
    /// The number of month, week or quarter.
    pub(crate) number: Option<i8>,
    /// What stands behind a year, as `prel.` or `*`.
    pub(crate) mark: String,
}

impl Named {
    fn new(form: PeriodForm, year: Option<i16>, number: Option<i8>) -> Option<Named> {
        Some(Named { form, year, number, mark: String::new() })
    }
}

/// The period that a whole cell names.
pub(crate) fn of_value(value: &Value) -> Option<Named> {
    match value {
        Value::Number(number) => is_year(*number).then(|| Named::new(PeriodForm::Year, Some(*number as i16), None))?,
        Value::Date(date) => Named::new(PeriodForm::Date, Some(date.year()), None),
        Value::Text(text) => of_text(text),
        _ => None,
    }
}

/// Whether a number may be a calendar year.
pub(crate) fn is_year(number: f64) -> bool {
    number.fract() == 0.0 && (1950.0..=2100.0).contains(&number)
}

/// A part of a text.
#[derive(Debug, PartialEq)]
enum Part {
    Number(i16, usize),
    Word(String),
    Sign(char),
}

/// Digits, words and the signs that part or mark periods; blanks and points are left out.
fn parts(text: &str) -> Option<Vec<Part>> {
    let text = fold(text);
    let mut parts = Vec::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = match first {
            c if digits || c.is_alphabetic() => {
                rest.find(|c: char| if digits { !c.is_ascii_digit() } else { !c.is_alphabetic() }).unwrap_or(rest.len())
            }
            c => c.len_utf8(),
        };
        let (part, after) = rest.split_at(end);
        match first {
            _ if digits => parts.push(Part::Number(part.parse().ok()?, part.len())),
            c if c.is_alphabetic() => parts.push(Part::Word(part.to_owned())),
            ' ' | '.' => {}
            c => parts.push(Part::Sign(c)),
        }
        rest = after;
        if parts.len() > 6 {
            return None;
        }
    }
    Some(parts)
}

/// The period that a whole text names.
pub(crate) fn of_text(text: &str) -> Option<Named> {
    use Part::{Number, Sign, Word};
    use PeriodForm::{Month, MonthName, Quarter, SchoolYear, Week, WeekNumber, Year, Years};
    let trimmed = text.trim();
    if trimmed.len() > 40 {
        return None;
    }
    if let Some(date) = date(trimmed) {
        return Named::new(PeriodForm::Date, Some(date.year()), None);
    }
    let parts = parts(trimmed)?;
    let year = |year: &i16, digits: &usize| (*digits == 4 && (1950..=2100).contains(year)).then_some(*year);
    let small = |number: &i16, to: i16| (1..=to).contains(number).then(|| i8::try_from(*number).ok()).flatten();
    let is_week = |word: &str| matches!(word, "v" | "w" | "vecka" | "vecka nr" | "week");
    let is_quarter = |word: &str| matches!(word, "kvartal" | "kv" | "q" | "k" | "kvart");
    let month = |word: &str| swedish::month(word);
    match parts.as_slice() {
        [Number(y, d)] => Named::new(Year, Some(year(y, d)?), None),
        [Number(y, d), Word(word)] => {
            let year = year(y, d)?;
            if let Some(month) = month(word) {
                return Named::new(Month, Some(year), Some(month));
            }
            matches!(word.as_str(), "prel" | "preliminär" | "preliminära" | "preliminärt" | "p").then(|| {
                let mark = trimmed.get(4..).unwrap_or_default().trim().to_owned();
                Named { form: Year, year: Some(year), number: None, mark }
            })
        }
        [Number(y, d), Sign(sign @ ('*' | '¹'))] => {
            Some(Named { form: Year, year: Some(year(y, d)?), number: None, mark: sign.to_string() })
        }
        [Word(word), Number(y, d)] => {
            let number = *y;
            if let (Some(month), Some(year)) = (month(word), year(y, d)) {
                return Named::new(Month, Some(year), Some(month));
            }
            match word.as_str() {
                "år" => Named::new(Year, Some(year(y, d)?), None),
                "ht" | "vt" => Named::new(SchoolYear, Some(if *d == 2 { 2000 + number } else { year(y, d)? }), None),
                word if is_week(word) && *d <= 2 => Named::new(WeekNumber, None, Some(small(y, 53)?)),
                word if is_quarter(word) && *d == 1 => Named::new(Quarter, None, Some(small(y, 4)?)),
                _ => None,
            }
        }
        [Word(word)] => Named::new(MonthName, None, Some(month(word)?)),
        [Number(y, d), Sign(sign @ ('-' | '/')), Number(n, e)] => {
            let first = year(y, d)?;
            match (year(n, e), e) {
                (Some(second), _) if *sign == '/' && second == first + 1 => Named::new(SchoolYear, Some(first), None),
                (Some(second), _) if second > first => Named::new(Years, Some(first), None),
                (None, 2) if *sign == '/' && *n == (first + 1) % 100 => Named::new(SchoolYear, Some(first), None),
                (None, 2) if *sign == '-' && (1..=12).contains(n) => Named::new(Month, Some(first), small(n, 12)),
                (None, 2) if *sign == '-' && *n == (first + 1) % 100 => Named::new(Years, Some(first), None),
                _ => None,
            }
        }
        [Word(word), Number(y, d), Sign('-' | '/'), Number(..)]
            if matches!(word.as_str(), "läsåret" | "läsår" | "lå" | "skolåret") =>
        {
            Named::new(SchoolYear, Some(year(y, d)?), None)
        }
        [Number(y, d), Word(word), Number(n, _)] | [Number(y, d), Sign('-'), Word(word), Number(n, _)] => {
            let year = year(y, d)?;
            match word.as_str() {
                word if is_week(word) => Named::new(Week, Some(year), Some(small(n, 53)?)),
                "m" => Named::new(Month, Some(year), Some(small(n, 12)?)),
                word if is_quarter(word) => Named::new(Quarter, Some(year), Some(small(n, 4)?)),
                _ => None,
            }
        }
        [Number(y, d), Word(word), Number(n, _), Sign('-'), Number(..)] if is_week(word) => {
            Named::new(Week, Some(year(y, d)?), Some(small(n, 53)?))
        }
        [Word(word), Number(n, _), Number(y, d)] => {
            let year = year(y, d)?;
            match word.as_str() {
                word if is_week(word) => Named::new(Week, Some(year), Some(small(n, 53)?)),
                word if is_quarter(word) => Named::new(Quarter, Some(year), Some(small(n, 4)?)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A day written as ISO (with or without a time behind it), as `16/9 2023` or as `16.9.2023`.
pub(crate) fn date(text: &str) -> Option<Date> {
    let head = text.get(..10).filter(|_| text.as_bytes().get(10).is_none_or(|byte| matches!(byte, b' ' | b'T')));
    if let Some(date) = head.and_then(|head| head.parse().ok()) {
        return Some(date);
    }
    match parts(text)?.as_slice() {
        [Part::Number(day, 1..=2), Part::Sign('/'), Part::Number(month, 1..=2), Part::Number(year, 4)]
        | [
            Part::Number(day, 1..=2),
            Part::Sign('/'),
            Part::Number(month, 1..=2),
            Part::Sign('-'),
            Part::Number(year, 4),
        ] => Date::new(*year, i8::try_from(*month).ok()?, i8::try_from(*day).ok()?).ok(),
        [Part::Number(day, 1..=2), Part::Word(month), Part::Number(year, 4)] => {
            Date::new(*year, swedish::month(month)?, i8::try_from(*day).ok()?).ok()
        }
        [Part::Number(day, 1..=2), Part::Number(month, 1..=2), Part::Number(year, 4)] if text.contains('.') => {
            Date::new(*year, i8::try_from(*month).ok()?, i8::try_from(*day).ok()?).ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_told_by_their_form() {
        use PeriodForm::*;
        for (text, form, year, number) in [
            ("2023", Year, Some(2023), None),
            ("2023 prel.", Year, Some(2023), None),
            ("2017*", Year, Some(2017), None),
            ("2022-2023", Years, Some(2022), None),
            ("2022–2023", Years, Some(2022), None),
            ("Läsåret 2022/2023", SchoolYear, Some(2022), None),
            ("2022/23", SchoolYear, Some(2022), None),
            ("HT 2023", SchoolYear, Some(2023), None),
            ("VT23", SchoolYear, Some(2023), None),
            ("2023-10", Month, Some(2023), Some(10)),
            ("2023M10", Month, Some(2023), Some(10)),
            ("Oktober 2023", Month, Some(2023), Some(10)),
            ("2023 okt", Month, Some(2023), Some(10)),
            ("sept.", MonthName, None, Some(9)),
            ("2023-W41", Week, Some(2023), Some(41)),
            ("2023 v. 41", Week, Some(2023), Some(41)),
            ("v. 41 2023", Week, Some(2023), Some(41)),
            ("v.\u{a0}41", WeekNumber, None, Some(41)),
            ("Vecka 7", WeekNumber, None, Some(7)),
            ("Kvartal 2 2023", Quarter, Some(2023), Some(2)),
            ("2023K2", Quarter, Some(2023), Some(2)),
            ("2023-10-18", Date, Some(2023), None),
            ("16/9 2023", Date, Some(2023), None),
            ("2022-01-01 02:20", Date, Some(2022), None),
        ] {
            let found = of_text(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((found.form, found.year, found.number), (form, year, number), "{text}");
        }
        assert_eq!(of_text("2023 prel.").unwrap().mark, "prel.");
    }

    #[test]
    fn other_texts_are_no_periods() {
        for text in
            ["", "1850", "Våldsbrott1", "12-15", "0701234567", "2023 kr", "v. 60", "2023-13", "maj i fjol", "A 2023"]
        {
            assert_eq!(of_text(text), None, "{text}");
        }
    }
}
