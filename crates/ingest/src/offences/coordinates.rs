//! Coordinates in SWEREF 99 TM, and the ways in which they go wrong.

use std::ops::RangeInclusive;

/// Metres north in which Sweden lies, generously.
const NORTH: RangeInclusive<f64> = 6_100_000.0..=7_700_000.0;
/// Metres east in which Sweden lies, generously.
const EAST: RangeInclusive<f64> = 200_000.0..=950_000.0;

/// Why a row keeps no coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Misplaced {
    /// North and east have changed places.
    Swapped,
    /// Zero and zero.
    Zero,
    /// Outside the country.
    Outside,
    /// One of the two is blank.
    Half,
    /// Not numbers.
    Unreadable,
}

/// The coordinates of a row, not a number where both are blank.
#[inline]
pub(super) fn coordinates(north: &[u8], east: &[u8]) -> Result<(f64, f64), Misplaced> {
    match (north.is_empty(), east.is_empty()) {
        (true, true) => return Ok((f64::NAN, f64::NAN)),
        (false, false) => {}
        _ => return Err(Misplaced::Half),
    }
    let (Some(north), Some(east)) = (metres(north), metres(east)) else { return Err(Misplaced::Unreadable) };
    if NORTH.contains(&north) && EAST.contains(&east) {
        Ok((north, east))
    } else if NORTH.contains(&east) && EAST.contains(&north) {
        Err(Misplaced::Swapped)
    } else if north == 0.0 && east == 0.0 {
        Err(Misplaced::Zero)
    } else {
        Err(Misplaced::Outside)
    }
}

#[inline]
fn metres(text: &[u8]) -> Option<f64> {
    if text.len() <= 9 && text.iter().all(u8::is_ascii_digit) {
        let number = text.iter().fold(0_u32, |number, digit| number * 10 + u32::from(digit - b'0'));
        return Some(f64::from(number));
    }
    let text = std::str::from_utf8(text).ok()?;
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b',' | b'.'));
    text.replacen(',', ".", 1).parse().ok().filter(|metres: &f64| plain && metres.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_in_the_country_are_kept() {
        let of = |north: &str, east: &str| coordinates(north.as_bytes(), east.as_bytes());
        assert_eq!(of("6581163", "672231"), Ok((6_581_163.0, 672_231.0)));
        assert_eq!(of("6581163,5", "672231.25"), Ok((6_581_163.5, 672_231.25)));
        assert!(of("", "").is_ok_and(|(north, east)| north.is_nan() && east.is_nan()));
        assert_eq!(of("670871", "6580858"), Err(Misplaced::Swapped));
        assert_eq!(of("0", "0"), Err(Misplaced::Zero));
        assert_eq!(of("6175500", "1042000"), Err(Misplaced::Outside));
        assert_eq!(of("6581163", ""), Err(Misplaced::Half));
        for unreadable in ["1e6", "nan", "x", "65 81 163", "1.2.3"] {
            assert_eq!(of(unreadable, "672231"), Err(Misplaced::Unreadable), "{unreadable}");
        }
    }
}
