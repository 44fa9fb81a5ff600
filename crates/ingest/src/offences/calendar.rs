//! Dates and times of day as registers write them: `2023-10-18`, `2023-10-18 14:05`, also with `T` and with seconds.

use jiff::civil::{Date, date};
use lagesbild_model::table::Offences;

/// A day and perhaps a minute of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    /// Days from 1970-01-01.
    pub(super) day: i32,
    /// Minutes from midnight, or [`Offences::NO_MINUTE`].
    pub(super) minute: i16,
}

/// The days from 1970-01-01 to `day`.
pub(super) fn days(day: Date) -> i32 {
    (day - date(1970, 1, 1)).get_days()
}

/// The moment that `text` tells; none when it tells none, or one that no calendar has.
#[inline]
pub(super) fn moment(text: &[u8]) -> Option<Moment> {
    let (day, time) = text.split_at_checked(10)?;
    let day = day_number(day)?;
    let minute = match time {
        [] => Offences::NO_MINUTE,
        [b' ' | b'T', time @ ..] => minute_number(time)?,
        _ => return None,
    };
    Some(Moment { day, minute })
}

#[inline]
fn two(tens: u8, ones: u8) -> Option<u32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| u32::from(tens) * 10 + u32::from(ones))
}

#[inline]
fn day_number(text: &[u8]) -> Option<i32> {
    let [c1, c2, y1, y2, b'-', m1, m2, b'-', d1, d2] = *text else { return None };
    let (year, month, day) = (two(c1, c2)? * 100 + two(y1, y2)?, two(m1, m2)?, two(d1, d2)?);
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        1..=12 => 31,
        _ => return None,
    };
    if year == 0 || !(1..=length).contains(&day) {
        return None;
    }
    // Days from civil, with the year beginning in March so that the leap day is its last (Hinnant 2013).
    let shifted = year - u32::from(month <= 2);
    let (era, of_era) = (shifted / 400, shifted % 400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    i32::try_from(days).ok().map(|days| days - 719_468)
}

#[inline]
fn minute_number(text: &[u8]) -> Option<i16> {
    let (clock, seconds) = text.split_at_checked(5)?;
    let [h1, h2, b':', m1, m2] = *clock else { return None };
    let (hour, minute) = (two(h1, h2)?, two(m1, m2)?);
    let sound = match seconds {
        [] => true,
        [b':', s1, s2] => two(*s1, *s2).is_some_and(|seconds| seconds < 60),
        _ => false,
    };
    if hour < 24 && minute < 60 && sound { i16::try_from(hour * 60 + minute).ok() } else { None }
}

/// The shape of a text: digits as `9`, letters as `a`. It tells how a date is written and not which.
pub(super) fn shape(text: &[u8]) -> String {
    let shaped = text.iter().take(20).map(|byte| match byte {
        b'0'..=b'9' => '9',
        byte if byte.is_ascii_alphabetic() => 'a',
        byte if byte.is_ascii_graphic() || *byte == b' ' => char::from(*byte),
        _ => '?',
    });
    shaped.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;

    #[test]
    fn days_are_those_of_the_calendar() {
        let mut day = date(1899, 12, 25);
        while day < date(2101, 1, 5) {
            assert_eq!(moment(day.to_string().as_bytes()), Some(Moment { day: days(day), minute: -1 }), "{day}");
            day = day.checked_add(1.day()).unwrap();
        }
    }

    #[test]
    fn what_no_calendar_has_is_no_moment() {
        for text in [
            "2022-06-31 23:15",
            "2023-02-30 12:00",
            "0000-00-00 00:00",
            "2022-13-05 08:00",
            "31/11/2022",
            "2023-02-29",
            "2023-1-01",
            "2023-01-01 24:00",
            "2023-01-01 12:60",
            "2023-01-01 1:00",
            "2023-01-01x12:00",
            "",
            "2023-01-01 ",
            "2023-01-01 12:00:61",
            "å023-01-01",
            "2023-01-01 12:00:00.5",
        ] {
            assert_eq!(moment(text.as_bytes()), None, "{text}");
        }
        let at = |text: &str| moment(text.as_bytes()).map(|moment| moment.minute);
        assert_eq!((at("2024-02-29T23:59"), at("2024-02-29 00:00:59")), (Some(1439), Some(0)));
    }
}
