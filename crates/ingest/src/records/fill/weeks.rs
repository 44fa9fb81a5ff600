//! The weeks of a log's entry: `2023 v.2-3`.

use jiff::civil::Date;
use lagesbild_model::fold;

/// Whether `day` lies in the ISO weeks that a text names; none when it names none.
pub(super) fn hold(text: &str, day: Date) -> Option<bool> {
    let text = fold(text);
    let (year, weeks) = text.split_once("v.")?;
    let (first, last) = weeks.split_once('-').unwrap_or((weeks, weeks));
    let number = |digits: &str| digits.trim().parse::<i8>().ok().filter(|week| (1..=53).contains(week));
    let (year, first, last) = (year.trim().parse::<i16>().ok()?, number(first)?, number(last)?);
    let is_known = last <= lagesbild_model::iso_weeks_in_year(year.clamp(1900, 2200)) && first <= last;
    let week = day.iso_week_date();
    is_known.then(|| week.year() == year && (first..=last).contains(&week.week()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn weeks_are_iso_weeks() {
        assert_eq!(hold("2023 v.2-3", date(2023, 1, 9)), Some(true));
        assert_eq!(hold("2023 v. 2–3", date(2023, 1, 22)), Some(true));
        assert_eq!(hold("2023 v.2-3", date(2023, 1, 23)), Some(false));
        assert_eq!(hold("2022 v.52", date(2023, 1, 1)), Some(true));
        for text in ["2023", "v.2-3", "2023 v.3-2", "2023 v.53", "2023 v.x"] {
            assert_eq!(hold(text, date(2023, 1, 9)), None, "{text}");
        }
    }
}
