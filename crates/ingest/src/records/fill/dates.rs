//! Dates as logs write them.

use jiff::civil::Date;

use crate::raw_table::Value;
use crate::records::definition::DateShape;

/// A day, and the time of day where the text has one.
pub(super) type Day = (Date, Option<String>);

/// The day that a cell names in one of these shapes.
pub(super) fn day(shapes: &[DateShape], value: &Value) -> Option<Day> {
    match value {
        Value::Date(date) => Some((*date, None)),
        Value::Text(text) => shapes.iter().find_map(|shape| written(*shape, text.trim())),
        _ => None,
    }
}

fn written(shape: DateShape, text: &str) -> Option<Day> {
    let number = |digits: &str, most: usize| -> Option<i16> {
        let plain = !digits.is_empty() && digits.len() <= most && digits.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| digits.parse().ok()).flatten()
    };
    let date = |year: i16, month: i16, day: i16| {
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().map(|date| (date, None))
    };
    match shape {
        DateShape::Iso => {
            let (day, rest) = text.split_at_checked(10)?;
            let day: Date = day.parse().ok()?;
            match rest.trim_start_matches(['T', ' ']) {
                "" if rest.is_empty() => Some((day, None)),
                time if rest.len() > time.len() => {
                    time.parse::<jiff::civil::Time>().ok()?;
                    Some((day, Some(time.to_owned())))
                }
                _ => None,
            }
        }
        DateShape::ShortIso => {
            let mut parts = text.split('-');
            let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
            if parts.next().is_some() || [year, month, day].iter().any(|part| part.len() != 2) {
                return None;
            }
            date(2000 + number(year, 2)?, number(month, 2)?, number(day, 2)?)
        }
        DateShape::DayMonthYear => {
            let (day, rest) = text.split_once('/')?;
            let (month, year) = rest.split_once(' ')?;
            (year.len() == 4).then(|| date(number(year, 4)?, number(month, 2)?, number(day, 2)?)).flatten()
        }
        DateShape::DayMonthShortYear => {
            let (day, rest) = text.split_once('/')?;
            let (month, year) = rest.split_once('-')?;
            (year.len() == 2).then(|| date(2000 + number(year, 2)?, number(month, 2)?, number(day, 2)?)).flatten()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_in_the_declared_shapes_only() {
        let read = |shape, text: &str| {
            day(&[shape], &Value::Text(text.into())).map(|(date, time)| (date.to_string(), time.unwrap_or_default()))
        };
        let is = |day: &str, time: &str| Some((day.to_owned(), time.to_owned()));
        assert_eq!(read(DateShape::Iso, "2023-09-12"), is("2023-09-12", ""));
        assert_eq!(read(DateShape::Iso, "2022-01-01 00:16:33"), is("2022-01-01", "00:16:33"));
        assert_eq!(read(DateShape::ShortIso, "23-09-16"), is("2023-09-16", ""));
        assert_eq!(read(DateShape::DayMonthYear, "16/9 2023"), is("2023-09-16", ""));
        assert_eq!(read(DateShape::DayMonthShortYear, "27/03-23"), is("2023-03-27", ""));
        for (shape, text) in [
            (DateShape::Iso, "2023-02-30"),
            (DateShape::Iso, "2023-09-12x"),
            (DateShape::Iso, "2023-09-12 25:00"),
            (DateShape::ShortIso, "2023-09-16"),
            (DateShape::DayMonthYear, "16/9 23"),
            (DateShape::DayMonthShortYear, "31/02-23"),
        ] {
            assert_eq!(read(shape, text), None, "{text}");
        }
    }
}
