//! The fields that a cell, a heading, a sheet's name or a definition can tell of a record.

use std::sync::Arc;

use lagesbild_model::{AreaId, CategoryId, Period, Status};

lagesbild_model::codes! {
    /// One thing that is told of a record.
    Field, "field" {
        /// Area, by the code list of areas.
        Area = "area",
        /// Category: of the code list for counts, as written for cases.
        Category = "category",
        /// Period.
        Period = "period",
        /// Question or indicator.
        Question = "question",
        /// Answer that a share is of.
        Answer = "answer",
        /// Population group. Where several headings tell one, as grade above sex, their codes are joined by a hyphen.
        Group = "group",
        /// Of whom a share is taken.
        Base = "base",
        /// Heading over several questions; it goes into no table.
        Subject = "subject",
        /// The figure.
        Value = "value",
        /// The number of answers behind it.
        N = "n",
        /// Number of a case.
        Id = "id",
        /// Day of a case.
        Date = "date",
        /// Part of the day or time of day.
        Time = "time",
        /// ISO weeks that the day must lie in; a check, it goes into no table.
        Weeks = "weeks",
        /// Day on which a case was closed.
        Closed = "closed",
        /// Kind inside a kind.
        Subcategory = "subcategory",
        /// Way by which a case was reported.
        Channel = "channel",
        /// Function that reported a case.
        Reporter = "reporter",
        /// Place as written.
        Place = "place",
        /// North coordinate.
        North = "north",
        /// East coordinate.
        East = "east",
        /// State as written.
        State = "state",
        /// Free text.
        Text = "text",
        /// Theme of a promise.
        Theme = "theme",
        /// What was promised.
        Activity = "activity",
        /// Least number that was promised.
        Target = "target",
        /// Number that has been done.
        Done = "done",
    }
}

impl Field {
    /// Whether the field is measured in each record, and so no part of what a record is about.
    pub(crate) fn is_measured(self) -> bool {
        matches!(
            self,
            Field::Value
                | Field::N
                | Field::Date
                | Field::Closed
                | Field::North
                | Field::East
                | Field::Target
                | Field::Done
        )
    }
}

/// A text with the code that it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) code: Arc<str>,
    /// As written, trimmed.
    pub(crate) text: Arc<str>,
}

/// What one text turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Coded {
    Area(AreaId),
    Category(CategoryId),
    Period(Period),
    Text(Said),
}

impl std::fmt::Display for Coded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Coded::Area(area) => area.fmt(f),
            Coded::Category(category) => category.fmt(f),
            Coded::Period(period) => period.fmt(f),
            Coded::Text(said) => f.write_str(&said.code),
        }
    }
}

/// What a record is about, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) area: Option<AreaId>,
    pub(crate) category: Option<CategoryId>,
    pub(crate) period: Option<Period>,
    /// Whether the file says of the period that its figures may still change.
    pub(crate) preliminary: bool,
    /// Sorted by field; each record has some, and a file a great many records.
    texts: Vec<(Field, Said)>,
}

impl Fields {
    /// Takes in one field; a second group is joined to the first.
    pub(crate) fn set(&mut self, field: Field, coded: Coded) {
        match coded {
            Coded::Area(area) => self.area = Some(area),
            Coded::Category(category) => self.category = Some(category),
            Coded::Period(period) => self.period = Some(period),
            Coded::Text(said) => match self.texts.binary_search_by_key(&field, |(field, _)| *field) {
                Err(at) => self.texts.insert(at, (field, said)),
                Ok(at) => {
                    if let Some((_, before)) = self.texts.get_mut(at) {
                        match field {
                            Field::Group => before.join(&said),
                            _ => *before = said,
                        }
                    }
                }
            },
        }
    }

    /// These fields and those of `other`, which come after them.
    pub(crate) fn and(mut self, other: &Fields) -> Fields {
        self.area = other.area.clone().or(self.area);
        self.category = other.category.clone().or(self.category);
        self.period = other.period.or(self.period);
        self.preliminary |= other.preliminary;
        for (field, said) in &other.texts {
            self.set(*field, Coded::Text(said.clone()));
        }
        self
    }

    /// These fields, and where they tell nothing, those of `other`.
    pub(crate) fn or(mut self, other: &Fields) -> Fields {
        self.area = self.area.or_else(|| other.area.clone());
        self.category = self.category.or_else(|| other.category.clone());
        self.period = self.period.or(other.period);
        self.preliminary |= other.preliminary;
        for (field, said) in &other.texts {
            if let Err(at) = self.texts.binary_search_by_key(field, |(field, _)| *field) {
                self.texts.insert(at, (*field, said.clone()));
            }
        }
        self.texts.shrink_to_fit();
        self
    }

    /// What is known of a figure that the file gives.
    pub(crate) fn of_number(&self) -> Status {
        if self.preliminary { Status::Preliminary } else { Status::Final }
    }

    /// What is said of a text field.
    pub(crate) fn said(&self, field: Field) -> Option<&Said> {
        let at = self.texts.binary_search_by_key(&field, |(field, _)| *field).ok()?;
        self.texts.get(at).map(|(_, said)| said)
    }

    /// The code of a text field; empty where nothing tells it.
    pub(crate) fn code(&self, field: Field) -> &str {
        self.said(field).map_or("", |said| &said.code)
    }

    /// Whether everything that these fields tell is told by `other` as well, `but` left aside.
    pub(crate) fn within(&self, other: &Fields, but: Option<Field>) -> bool {
        let leave = |field: Field| but == Some(field);
        (self.area.is_none() || leave(Field::Area) || self.area == other.area)
            && (self.category.is_none() || leave(Field::Category) || self.category == other.category)
            && (self.period.is_none() || leave(Field::Period) || self.period == other.period)
            && self.texts.iter().all(|(field, said)| leave(*field) || *other.code(*field) == *said.code)
    }
}

impl Said {
    fn join(&mut self, next: &Said) {
        for (to, from, between) in [(&mut self.code, &next.code, "-"), (&mut self.text, &next.text, ", ")] {
            let between = if to.is_empty() || from.is_empty() { "" } else { between };
            *to = format!("{to}{between}{from}").into();
        }
    }
}
