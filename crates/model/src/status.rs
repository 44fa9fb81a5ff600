//! What stands behind a value: five facts that are never turned into one another.

crate::codes! {
    /// What is known about a value. Zero is no status: it is a `final` or `preliminary` value of 0.
    Status, "status" {
        /// The value is final.
        Final = "final",
        /// The value may still grow or shrink (late registration, recoding).
        Preliminary = "preliminary",
        /// The value exists and is withheld.
        Suppressed = "suppressed",
        /// The value should exist and is not known.
        Missing = "missing",
        /// The value cannot exist, as for an area before it was formed.
        NotApplicable = "not-applicable",
    }
}

impl Status {
    /// The words that a Swedish reader sees.
    pub fn swedish(self) -> &'static str {
        match self {
            Status::Final => "slutlig",
            Status::Preliminary => "preliminär, kan ändras",
            Status::Suppressed => "skyddad, lämnas inte ut",
            Status::Missing => "uppgift saknas",
            Status::NotApplicable => "kan inte förekomma",
        }
    }

    /// Whether a number goes with this status.
    pub fn has_value(self) -> bool {
        matches!(self, Status::Final | Status::Preliminary)
    }
}

crate::codes! {
    /// Which date of an offence decides its period. Mixed bases give false trends at a year's end.
    DateBasis, "date basis" {
        /// The first date on which the offence may have been committed (*brottsdatum start*).
        OffenceStart = "offence-start",
        /// The last date on which the offence may have been committed (*brottsdatum slut*).
        OffenceEnd = "offence-end",
        /// The date on which the report was registered (*inskrivningsdatum*).
        Registration = "registration",
        /// The source does not say; comparisons carry that doubt on their face.
        Undeclared = "undeclared",
    }
}

impl DateBasis {
    /// The words that a Swedish reader sees.
    pub fn swedish(self) -> &'static str {
        match self {
            DateBasis::OffenceStart => "brottsdatum (start)",
            DateBasis::OffenceEnd => "brottsdatum (slut)",
            DateBasis::Registration => "inskrivningsdatum",
            DateBasis::Undeclared => "ej angivet i källan",
        }
    }
}
