//! The words that a test ends in, and the reason behind each.

crate::codes! {
    /// What may be said of a contrast. The words are the same in every table and sentence.
    Verdict, "verdict" {
        /// The newer period has more events, beyond chance.
        Increase = "increase",
        /// The newer period has fewer events, beyond chance.
        Decrease = "decrease",
        /// The data show neither an increase nor a decrease. Not the same as "unchanged".
        NoChangeShown = "no-change-shown",
        /// The part grew more, or fell less, than the rest of its whole, beyond chance. "Uppåt" and "nedåt" say which way
        /// the part moved *relative to* the rest: a part can fall and still fall less, so "mer" would be ambiguous.
        HigherThanRest = "higher-than-rest",
        /// The part grew less, or fell more, than the rest of its whole, beyond chance.
        LowerThanRest = "lower-than-rest",
        /// The data show no difference between the part and the rest.
        NoDifferenceShown = "no-difference-shown",
        /// The rate is higher than the benchmark's, beyond chance.
        HigherThanBenchmark = "higher-than-benchmark",
        /// The rate is lower than the benchmark's, beyond chance.
        LowerThanBenchmark = "lower-than-benchmark",
        /// The data show no difference from the benchmark.
        SimilarToBenchmark = "similar-to-benchmark",
        /// More events than the past lets expect.
        UnusuallyHigh = "unusually-high",
        /// Fewer events than the past lets expect.
        UnusuallyLow = "unusually-low",
        /// A count that the past lets expect.
        AsExpected = "as-expected",
        /// Too few events for any statement.
        TooFew = "too-few",
        /// The two values must not be held against each other; the reason says why.
        NotComparable = "not-comparable",
    }
}

impl Verdict {
    /// The words that a Swedish reader sees.
    pub fn swedish(self) -> &'static str {
        match self {
            Verdict::Increase => "ökar",
            Verdict::Decrease => "minskar",
            Verdict::NoChangeShown => "ingen säkerställd förändring",
            Verdict::HigherThanRest => "uppåt jämfört med övriga området",
            Verdict::LowerThanRest => "nedåt jämfört med övriga området",
            Verdict::NoDifferenceShown => "ingen säkerställd skillnad mot övriga området",
            Verdict::HigherThanBenchmark => "högre än jämförelsen",
            Verdict::LowerThanBenchmark => "lägre än jämförelsen",
            Verdict::SimilarToBenchmark => "ingen säkerställd skillnad mot jämförelsen",
            Verdict::UnusuallyHigh => "ovanligt många",
            Verdict::UnusuallyLow => "ovanligt få",
            Verdict::AsExpected => "inom det väntade",
            Verdict::TooFew => "för litet underlag",
            Verdict::NotComparable => "inte jämförbart",
        }
    }

    /// An arrow beside the words, for verdicts with a direction.
    pub fn arrow(self) -> Option<&'static str> {
        match self {
            Verdict::Increase | Verdict::HigherThanRest | Verdict::HigherThanBenchmark | Verdict::UnusuallyHigh => {
                Some("▲")
            }
            Verdict::Decrease | Verdict::LowerThanRest | Verdict::LowerThanBenchmark | Verdict::UnusuallyLow => {
                Some("▼")
            }
            _ => None,
        }
    }
}

crate::codes! {
    /// Why a verdict is what it is.
    Reason, "reason" {
        /// The p value (or q value) lies below the level.
        Significant = "significant",
        /// The p value (or q value) does not lie below the level.
        NotSignificant = "not-significant",
        /// Significant for a simple random sample, not with the design effect that weights and clusters may have.
        DesignEffectDecides = "design-effect-decides",
        /// Significant as printed, not for all values that round to what was printed.
        RoundingDecides = "rounding-decides",
        /// Significant, from a baseline of zero: there is no percentage.
        FromZero = "from-zero",
        /// The two counts together are below the declared minimum.
        EventsBelowMinimum = "events-below-minimum",
        /// No event on either side.
        NoEvents = "no-events",
        /// A value that should exist is not known.
        ValueMissing = "value-missing",
        /// A value is withheld.
        ValueSuppressed = "value-suppressed",
        /// A value cannot exist, as for an area before it was formed.
        ValueNotApplicable = "value-not-applicable",
        /// The source holds no figure for a part of one of the periods.
        PeriodAbsent = "period-absent",
        /// The two periods were counted by different dates of the offence.
        DifferentDateBasis = "different-date-basis",
        /// The way of counting or asking changed between the two.
        MethodChanged = "method-changed",
        /// The area or population is not the same.
        PopulationChanged = "population-changed",
        /// The shares are taken of different people, as of all and of those who worry.
        DifferentBase = "different-base",
        /// The source does not tell how many answered.
        BaseUnknown = "base-unknown",
        /// The exposure of one side is unknown.
        ExposureUnknown = "exposure-unknown",
        /// Fewer than three points are no trend.
        TooFewPoints = "too-few-points",
        /// Too few earlier periods to know what is usual.
        HistoryTooShort = "history-too-short",
        /// No test could be made.
        NoTest = "no-test",
    }
}

impl Reason {
    /// Whether the reason is that the two sides may not be compared.
    pub fn is_not_comparable(self) -> bool {
        !matches!(
            self,
            Reason::Significant
                | Reason::NotSignificant
                | Reason::DesignEffectDecides
                | Reason::RoundingDecides
                | Reason::FromZero
                | Reason::EventsBelowMinimum
                | Reason::NoEvents
        )
    }

    /// The words that a Swedish reader sees.
    pub fn swedish(self) -> &'static str {
        match self {
            Reason::Significant => "statistiskt säkerställd",
            Reason::NotSignificant => "inte statistiskt säkerställd",
            Reason::DesignEffectDecides => {
                "avgörs av designeffekten: säkerställd endast om svaren vore ett enkelt slumpmässigt urval"
            }
            Reason::RoundingDecides => "avgörs av avrundningen i källan",
            Reason::FromZero => "från noll, procentuell förändring saknas",
            Reason::EventsBelowMinimum => "för få händelser",
            Reason::NoEvents => "inga händelser",
            Reason::ValueMissing => "uppgift saknas",
            Reason::ValueSuppressed => "uppgift skyddad",
            Reason::ValueNotApplicable => "uppgift kan inte finnas",
            Reason::PeriodAbsent => "perioden är inte fullständig i källan",
            Reason::DifferentDateBasis => "olika datumbegrepp",
            Reason::MethodChanged => "mätmetoden har ändrats",
            Reason::PopulationChanged => "området eller populationen har ändrats",
            Reason::DifferentBase => "andelarna har olika bas",
            Reason::BaseUnknown => "antalet svar saknas i källan",
            Reason::ExposureUnknown => "jämförelsebas saknas",
            Reason::TooFewPoints => "för få mätpunkter för en trend",
            Reason::HistoryTooShort => "för kort historik",
            Reason::NoTest => "test saknas",
        }
    }
}
