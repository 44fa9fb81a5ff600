//! Periods as tables write them.

use lagesbild_model::{Period, fold};

use super::definition::PeriodShape;

/// The period that a text names, in one of these shapes.
pub(super) fn parse(shapes: &[PeriodShape], text: &str) -> Option<Period> {
    let text = fold(text);
    shapes.iter().find_map(|shape| match shape {
        PeriodShape::Year => Period::year(year(&text)?).ok(),
        PeriodShape::SchoolYear => {
            let years = text.strip_prefix("läsåret").or_else(|| text.strip_prefix("läsår")).unwrap_or(&text);
            let (first, last) = years.trim().split_once('/')?;
            let first = year(first)?;
            (year(last)? == first + 1).then(|| Period::school_year(first).ok()).flatten()
        }
        PeriodShape::YearMonth => {
            let (of, part) = text.split_once(' ')?;
            match part.trim() {
                "helår" => Period::year(year(of)?).ok(),
                month => Period::month(year(of)?, crate::swedish::month(month)?).ok(),
            }
        }
        PeriodShape::Years => {
            let (first, last) = text.split_once('-')?;
            Period::months((year(first.trim())?, 1), (year(last.trim())?, 12)).ok()
        }
    })
}

/// What the shapes look like, for findings.
pub(super) fn expected(shapes: &[PeriodShape]) -> String {
    let examples: Vec<&str> = shapes
        .iter()
        .map(|shape| match shape {
            PeriodShape::Year => "a year, as `2023`",
            PeriodShape::SchoolYear => "a school year, as `2022/2023`",
            PeriodShape::Years => "years, as `2020-2021`",
            PeriodShape::YearMonth => "a month or a whole year, as `2023 jan` or `2023 helår`",
        })
        .collect();
    match examples.as_slice() {
        [] => "a period that `values.period` names".to_owned(),
        examples => examples.join(", or "),
    }
}

fn year(text: &str) -> Option<i16> {
    (text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_read_in_the_declared_shapes_only() {
        let read = |shape, text| parse(&[shape], text).map(|period| period.to_string());
        assert_eq!(read(PeriodShape::Year, " 2023 ").as_deref(), Some("2023"));
        assert_eq!(read(PeriodShape::SchoolYear, "Läsåret 2022/2023").as_deref(), Some("2022/2023"));
        assert_eq!(read(PeriodShape::Years, "2020–2021").as_deref(), Some("2020-01--2021-12"));
        assert_eq!(read(PeriodShape::YearMonth, "2023 Jan").as_deref(), Some("2023-01"));
        assert_eq!(read(PeriodShape::YearMonth, "2023 Helår").as_deref(), Some("2023"));
        for (shape, text) in [
            (PeriodShape::YearMonth, "2023"),
            (PeriodShape::YearMonth, "2023 kvartal 1"),
            (PeriodShape::Year, "2023*"),
            (PeriodShape::Year, "1050"),
            (PeriodShape::Year, "+202"),
            (PeriodShape::SchoolYear, "2022/2024"),
            (PeriodShape::Years, "2021-2020"),
            (PeriodShape::Years, "2022"),
        ] {
            assert_eq!(read(shape, text), None, "{text}");
        }
    }
}
