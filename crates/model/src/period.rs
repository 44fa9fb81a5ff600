//! Periods with their exact length in days.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, ISOWeekDate, Weekday, date};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

crate::codes! {
    /// Where a cumulative period "up to week N" begins.
    ///
    /// The two differ by up to three days at each new year, enough to make a change out of nothing in a small area.
    WeekBasis, "week basis" {
        /// Monday of ISO week 1. The same number of days in every year.
        IsoWeeks = "iso-weeks",
        /// 1 January. 289 days to the end of week 41 in 2022, 288 in 2023.
        FromJanuary = "from-1-january",
    }
}

/// A stretch of time that a figure belongs to.
///
/// The text form is the one stored in Parquet. Periods sort as their texts do, so that a stored column is sorted for
/// every reader; within a kind that is the order of time.
///
/// ```
/// use lagesbild_model::{Period, WeekBasis};
/// let period = Period::year_to_week(2023, 41, WeekBasis::IsoWeeks)?;
/// assert_eq!(period.to_string(), "2023-W01--W41");
/// assert_eq!(period.exposure_days(), 287);
/// let from_january = Period::year_to_week(2022, 41, WeekBasis::FromJanuary)?;
/// assert_eq!(from_january.exposure_days(), 289);
/// assert_eq!("2020-W53".parse::<Period>()?.exposure_days(), 7);
/// assert!("2021-W53".parse::<Period>().is_err()); // 2021 has 52 ISO weeks
/// assert_eq!("2022-01--2023-09".parse::<Period>()?.exposure_days(), 638);
/// assert_eq!("2022/2023".parse::<Period>()?.swedish(), "läsåret 2022/2023");
/// # Ok::<(), lagesbild_model::InvalidPeriod>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    kind: Kind,
    start: Date,
    end: Date,
}

/// The shapes of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Year { year: i16 },
    Month { year: i16, month: i8 },
    Months { first: (i16, i8), last: (i16, i8) },
    SchoolYear { year: i16 },
    IsoWeek { year: i16, week: i8 },
    YearToWeek { year: i16, week: i8, basis: WeekBasis },
}

crate::codes! {
    /// The shape of a [`Period`], as stored beside it.
    PeriodKind, "period kind" {
        /// A calendar year.
        Year = "year",
        /// A calendar month.
        Month = "month",
        /// Several whole months on end, as the 21 months from January 2022 to September 2023.
        Months = "months",
        /// A school year, 1 July to 30 June.
        SchoolYear = "school-year",
        /// An ISO 8601 week, Monday to Sunday.
        IsoWeek = "iso-week",
        /// From the start of a year to the end of an ISO week.
        YearToWeek = "year-to-week",
    }
}

/// A period that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a period; {expected}")]
pub struct InvalidPeriod {
    /// What was asked for.
    pub found: String,
    /// What would have been right.
    pub expected: String,
}

/// The Swedish names of the months, January first.
pub const SWEDISH_MONTHS: [&str; 12] = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
];

/// The number of ISO weeks of a year: 52 or 53.
///
/// ```
/// assert_eq!(lagesbild_model::iso_weeks_in_year(2020), 53);
/// assert_eq!(lagesbild_model::iso_weeks_in_year(2023), 52);
/// ```
pub fn iso_weeks_in_year(year: i16) -> i8 {
    // 28 December always lies in the last ISO week of its year.
    date(year, 12, 28).iso_week_date().week()
}

/// The Swedish name of a month, 1 to 12.
fn month_name(month: i8) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|m| SWEDISH_MONTHS.get(m)).copied().unwrap_or_default()
}

fn check_year(year: i16) -> Result<(), InvalidPeriod> {
    if (1900..=2200).contains(&year) {
        return Ok(());
    }
    Err(InvalidPeriod { found: year.to_string(), expected: "expected a year from 1900 to 2200".into() })
}

fn week_bounds(year: i16, week: i8) -> Result<(Date, Date), InvalidPeriod> {
    check_year(year)?;
    let monday = ISOWeekDate::new(year, week, Weekday::Monday);
    let sunday = ISOWeekDate::new(year, week, Weekday::Sunday);
    match (monday, sunday) {
        (Ok(monday), Ok(sunday)) => Ok((monday.date(), sunday.date())),
        _ => Err(InvalidPeriod {
            found: format!("{year}-W{week:02}"),
            expected: format!("{year} has ISO weeks 1 to {}", iso_weeks_in_year(year)),
        }),
    }
}

impl Period {
    /// A calendar year.
    ///
    /// # Errors
    /// Fails outside the years 1900 to 2200.
    pub fn year(year: i16) -> Result<Self, InvalidPeriod> {
        check_year(year)?;
        Ok(Period { kind: Kind::Year { year }, start: date(year, 1, 1), end: date(year, 12, 31) })
    }

    /// A calendar month, 1 to 12.
    ///
    /// # Errors
    /// Fails when there is no such month.
    pub fn month(year: i16, month: i8) -> Result<Self, InvalidPeriod> {
        check_year(year)?;
        let start = Date::new(year, month, 1).map_err(|_| InvalidPeriod {
            found: format!("{year}-{month:02}"),
            expected: "expected a month from 1 to 12".into(),
        })?;
        Ok(Period { kind: Kind::Month { year, month }, start, end: start.last_of_month() })
    }

    /// Several whole months on end: from the month `first` to the month `last`, both as year and month.
    ///
    /// # Errors
    /// Fails when there are no such months, or when they are not at least two in their order.
    pub fn months(first: (i16, i8), last: (i16, i8)) -> Result<Self, InvalidPeriod> {
        let (start, end) = (Period::month(first.0, first.1)?.start, Period::month(last.0, last.1)?.end);
        if first >= last {
            return Err(InvalidPeriod {
                found: format!("{:04}-{:02}--{:04}-{:02}", first.0, first.1, last.0, last.1),
                expected: "expected two months or more, the first one first".into(),
            });
        }
        Ok(Period { kind: Kind::Months { first, last }, start, end })
    }

    /// The school year that begins in `year`: 1 July to 30 June, so that school years meet without a gap.
    ///
    /// # Errors
    /// Fails outside the years 1900 to 2199.
    pub fn school_year(year: i16) -> Result<Self, InvalidPeriod> {
        check_year(year)?;
        check_year(year + 1)?;
        Ok(Period { kind: Kind::SchoolYear { year }, start: date(year, 7, 1), end: date(year + 1, 6, 30) })
    }

    /// An ISO week, Monday to Sunday.
    ///
    /// # Errors
    /// Fails when the ISO year has no such week (only some years have a week 53).
    pub fn iso_week(year: i16, week: i8) -> Result<Self, InvalidPeriod> {
        let (start, end) = week_bounds(year, week)?;
        Ok(Period { kind: Kind::IsoWeek { year, week }, start, end })
    }

    /// The ISO week that `day` lies in; none outside the years 1900 to 2200.
    ///
    /// ```
    /// use lagesbild_model::Period;
    /// let week = Period::iso_week_of(jiff::civil::date(2022, 1, 2)).map(|week| week.to_string());
    /// assert_eq!(week, Some("2021-W52".to_owned()));
    /// ```
    pub fn iso_week_of(day: Date) -> Option<Self> {
        let week = day.iso_week_date();
        Period::iso_week(week.year(), week.week()).ok()
    }

    /// From the start of `year` to the Sunday of ISO week `week`.
    ///
    /// # Errors
    /// Fails when the ISO year has no such week.
    pub fn year_to_week(year: i16, week: i8, basis: WeekBasis) -> Result<Self, InvalidPeriod> {
        let (_, end) = week_bounds(year, week)?;
        let start = match basis {
            WeekBasis::IsoWeeks => week_bounds(year, 1)?.0,
            WeekBasis::FromJanuary => date(year, 1, 1),
        };
        Ok(Period { kind: Kind::YearToWeek { year, week, basis }, start, end })
    }

    /// Numbers that sort as the text form does.
    fn sort_key(self) -> (i16, u8, i8, u8, i16, i8) {
        match self.kind {
            Kind::Year { year } => (year, 0, 0, 0, 0, 0),
            Kind::Month { year, month } => (year, 1, month, 0, 0, 0),
            Kind::Months { first: (year, month), last } => (year, 1, month, 1, last.0, last.1),
            Kind::YearToWeek { year, week, basis: WeekBasis::FromJanuary } => (year, 1, 1, 2, 0, week),
            Kind::IsoWeek { year, week } => (year, 2, week, 0, 0, 0),
            Kind::YearToWeek { year, week, basis: WeekBasis::IsoWeeks } => (year, 2, 1, 1, 0, week),
            Kind::SchoolYear { year } => (year, 3, 0, 0, 0, 0),
        }
    }

    /// The shape of the period.
    pub fn kind(self) -> PeriodKind {
        match self.kind {
            Kind::Year { .. } => PeriodKind::Year,
            Kind::Month { .. } => PeriodKind::Month,
            Kind::Months { .. } => PeriodKind::Months,
            Kind::SchoolYear { .. } => PeriodKind::SchoolYear,
            Kind::IsoWeek { .. } => PeriodKind::IsoWeek,
            Kind::YearToWeek { .. } => PeriodKind::YearToWeek,
        }
    }

    /// The first day.
    pub fn start(self) -> Date {
        self.start
    }

    /// The last day; the period includes it.
    pub fn end(self) -> Date {
        self.end
    }

    /// The length in days, both ends included.
    pub fn exposure_days(self) -> i64 {
        i64::from((self.end - self.start).get_days()) + 1
    }

    /// The year that the period is named after: the ISO year for weeks, the first year of a span or a school year.
    pub fn named_year(self) -> i16 {
        match self.kind {
            Kind::Year { year }
            | Kind::Month { year, .. }
            | Kind::Months { first: (year, _), .. }
            | Kind::SchoolYear { year }
            | Kind::IsoWeek { year, .. }
            | Kind::YearToWeek { year, .. } => year,
        }
    }

    /// The same stretch `years` later (negative: earlier): week 41 stays week 41, October stays October.
    ///
    /// # Errors
    /// Fails when that year has no such week (week 53).
    ///
    /// ```
    /// let week: lagesbild_model::Period = "2023-W01--W41".parse()?;
    /// assert_eq!(week.shift_years(-1)?.to_string(), "2022-W01--W41");
    /// assert!("2020-W53".parse::<lagesbild_model::Period>()?.shift_years(1).is_err());
    /// # Ok::<(), lagesbild_model::InvalidPeriod>(())
    /// ```
    pub fn shift_years(self, years: i16) -> Result<Self, InvalidPeriod> {
        match self.kind {
            Kind::Year { year } => Period::year(year.saturating_add(years)),
            Kind::Month { year, month } => Period::month(year.saturating_add(years), month),
            Kind::Months { first, last } => {
                Period::months((first.0.saturating_add(years), first.1), (last.0.saturating_add(years), last.1))
            }
            Kind::SchoolYear { year } => Period::school_year(year.saturating_add(years)),
            Kind::IsoWeek { year, week } => Period::iso_week(year.saturating_add(years), week),
            Kind::YearToWeek { year, week, basis } => Period::year_to_week(year.saturating_add(years), week, basis),
        }
    }

    /// The words that a Swedish reader sees, as `v. 1–41 2023`.
    ///
    /// ```
    /// let week: lagesbild_model::Period = "2023-W01--W41".parse()?;
    /// assert_eq!(week.swedish(), "v.\u{a0}1–41 2023");
    /// # Ok::<(), lagesbild_model::InvalidPeriod>(())
    /// ```
    pub fn swedish(self) -> String {
        match self.kind {
            Kind::Year { year } => year.to_string(),
            Kind::Month { year, month } => format!("{} {year}", month_name(month)),
            Kind::Months { first, last } => {
                format!("{} {}–{} {}", month_name(first.1), first.0, month_name(last.1), last.0)
            }
            Kind::SchoolYear { year } => format!("läsåret {year}/{}", year + 1),
            Kind::IsoWeek { year, week } => format!("v.\u{a0}{week} {year}"),
            Kind::YearToWeek { year, week, basis: WeekBasis::IsoWeeks } => format!("v.\u{a0}1–{week} {year}"),
            Kind::YearToWeek { year, week, basis: WeekBasis::FromJanuary } => {
                format!("1\u{a0}januari–v.\u{a0}{week} {year}")
            }
        }
    }
}

impl Ord for Period {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.sort_key().cmp(&other.sort_key())
    }
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Year { year } => write!(f, "{year:04}"),
            Kind::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Kind::Months { first, last } => {
                write!(f, "{:04}-{:02}--{:04}-{:02}", first.0, first.1, last.0, last.1)
            }
            Kind::SchoolYear { year } => write!(f, "{year:04}/{:04}", year + 1),
            Kind::IsoWeek { year, week } => write!(f, "{year:04}-W{week:02}"),
            Kind::YearToWeek { year, week, basis: WeekBasis::IsoWeeks } => write!(f, "{year:04}-W01--W{week:02}"),
            Kind::YearToWeek { year, week, basis: WeekBasis::FromJanuary } => write!(f, "{year:04}-01-01--W{week:02}"),
        }
    }
}

impl FromStr for Period {
    type Err = InvalidPeriod;

    fn from_str(text: &str) -> Result<Self, InvalidPeriod> {
        let invalid = || InvalidPeriod {
            found: text.to_owned(),
            expected: "expected `2023`, `2023-10`, `2022-01--2023-09`, `2022/2023`, `2023-W41`, `2023-W01--W41` or \
                       `2023-01-01--W41`"
                .into(),
        };
        let (year, rest) = text.split_at_checked(4).ok_or_else(invalid)?;
        let four_digits = |digits: &str| -> Result<i16, InvalidPeriod> {
            let whole = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
            if whole { digits.parse().map_err(|_| invalid()) } else { Err(invalid()) }
        };
        let year = four_digits(year)?;
        let number = |digits: &str| -> Result<i8, InvalidPeriod> {
            if digits.len() == 2 { digits.parse().map_err(|_| invalid()) } else { Err(invalid()) }
        };
        if rest.is_empty() {
            Period::year(year)
        } else if let Some(next) = rest.strip_prefix('/') {
            if four_digits(next)? == year + 1 { Period::school_year(year) } else { Err(invalid()) }
        } else if let Some((first, last)) = rest.split_once("--").filter(|(_, last)| !last.starts_with('W')) {
            let first = number(first.strip_prefix('-').ok_or_else(invalid)?)?;
            let (last_year, last) = last.split_once('-').ok_or_else(invalid)?;
            Period::months((year, first), (four_digits(last_year)?, number(last)?))
        } else if let Some(week) = rest.strip_prefix("-W01--W") {
            Period::year_to_week(year, number(week)?, WeekBasis::IsoWeeks)
        } else if let Some(week) = rest.strip_prefix("-01-01--W") {
            Period::year_to_week(year, number(week)?, WeekBasis::FromJanuary)
        } else if let Some(week) = rest.strip_prefix("-W") {
            Period::iso_week(year, number(week)?)
        } else if let Some(month) = rest.strip_prefix('-') {
            Period::month(year, number(month)?)
        } else {
            Err(invalid())
        }
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days by R: `as.integer(as.Date('2022-10-16') - as.Date('2022-01-01')) + 1` and so on; 2020 has 53 weeks, and
    /// "1 January to week 41" is 285 days in 2025 and 284 in 2026.
    #[test]
    fn exposure_is_the_calendar_s() -> Result<(), InvalidPeriod> {
        for (year, from_january) in [(2022, 289), (2023, 288), (2025, 285), (2026, 284)] {
            assert_eq!(Period::year_to_week(year, 41, WeekBasis::FromJanuary)?.exposure_days(), from_january);
            assert_eq!(Period::year_to_week(year, 41, WeekBasis::IsoWeeks)?.exposure_days(), 287);
        }
        assert_eq!(Period::year_to_week(2020, 53, WeekBasis::IsoWeeks)?.exposure_days(), 371);
        assert_eq!(Period::year(2024)?.exposure_days(), 366);
        assert_eq!(Period::month(2023, 2)?.exposure_days(), 28);
        // as.integer(as.Date('2023-09-30') - as.Date('2022-01-01')) + 1, and to '2021-12-31' from '2020-01-01'
        assert_eq!(Period::months((2022, 1), (2023, 9))?.exposure_days(), 638);
        assert_eq!(Period::months((2020, 1), (2021, 12))?.exposure_days(), 731);
        assert_eq!(Period::school_year(2022)?.exposure_days(), 365);
        assert_eq!(Period::school_year(2023)?.exposure_days(), 366);
        Ok(())
    }

    #[test]
    fn periods_sort_as_their_texts() -> Result<(), InvalidPeriod> {
        let mut periods = Vec::new();
        for year in [2022, 2023] {
            periods.push(Period::year(year)?);
            periods.push(Period::school_year(year)?);
            for number in [1, 2, 9, 10, 12] {
                periods.push(Period::month(year, number)?);
                periods.push(Period::months((year, number), (2024, 3))?);
                periods.push(Period::months((year, number), (2023, 12)).or(Period::year(2021))?);
                periods.push(Period::iso_week(year, number)?);
                periods.push(Period::year_to_week(year, number, WeekBasis::IsoWeeks)?);
                periods.push(Period::year_to_week(year, number, WeekBasis::FromJanuary)?);
            }
        }
        periods.sort();
        let texts: Vec<String> = periods.iter().map(ToString::to_string).collect();
        assert!(texts.is_sorted(), "{texts:?}");
        Ok(())
    }

    #[test]
    fn texts_come_home() -> Result<(), InvalidPeriod> {
        for text in [
            "2023",
            "2023-10",
            "2022-01--2023-09",
            "2022/2023",
            "2023-W41",
            "2020-W53",
            "2023-W01--W41",
            "2023-01-01--W41",
        ] {
            assert_eq!(text.parse::<Period>()?.to_string(), text);
        }
        for bad in [
            "",
            "23",
            "2023-13",
            "2023-W54",
            "2021-W53",
            "2023-W1",
            "2023-W01--W1",
            "2023-1-1",
            "å023",
            "2023x",
            "2022/2024",
            "+202",
            "2023-01--2022-12",
            "2023-01--2023-01",
            "2023-01--2023",
        ] {
            assert!(bad.parse::<Period>().is_err(), "{bad}");
        }
        Ok(())
    }
}
