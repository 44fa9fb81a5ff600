//! Definitions of sources of boundaries.

use std::collections::BTreeMap;

use lagesbild_model::{AreaId, Diagnostic, Place, Rule, Severity, SourceId};
use serde::Deserialize;

use crate::CodeLists;

/// A GeoJSON file of boundaries.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PolygonSource {
    /// `polygons`.
    pub kind: PolygonKind,
    /// Identifier, used in the store and in aliases that hold for this source only.
    pub id: SourceId,
    /// The name that a reader sees.
    pub label: String,
    /// The file, relative to the folder of inputs, with `/` between folders.
    pub file: String,
    /// Which property of a feature tells what.
    pub properties: Properties,
    /// Year of the boundaries, where no property tells it.
    #[serde(default)]
    pub vintage: Option<i16>,
    /// Properties that are not stored.
    #[serde(default)]
    pub ignore_properties: Vec<String>,
    /// The area of single boundaries, by identifier.
    #[serde(default)]
    pub areas: BTreeMap<String, AreaId>,
    /// Whether the name of each other boundary must be an area of the code list.
    #[serde(default)]
    pub named_areas: bool,
}

/// The kind of source that [`PolygonSource`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolygonKind {
    /// Boundaries.
    Polygons,
}

/// Which property of a feature tells what.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Properties {
    /// Identifier; may be the name.
    pub id: String,
    /// Name.
    pub name: String,
    /// Year of the boundary.
    #[serde(default)]
    pub vintage: Option<String>,
    /// First day of validity.
    #[serde(default)]
    pub valid_from: Option<String>,
    /// Last day of validity.
    #[serde(default)]
    pub valid_to: Option<String>,
    /// State.
    #[serde(default)]
    pub state: Option<String>,
    /// Identifiers of what it came from.
    #[serde(default)]
    pub predecessors: Option<String>,
    /// Area in hectares as the source states it: a check of the boundary.
    #[serde(default)]
    pub hectares: Option<String>,
}

impl Properties {
    /// The declared names, each once.
    pub(super) fn all(&self) -> Vec<&str> {
        let optional =
            [&self.vintage, &self.valid_from, &self.valid_to, &self.state, &self.predecessors, &self.hectares];
        let mut all = vec![self.id.as_str(), self.name.as_str()];
        all.extend(optional.into_iter().flatten().map(String::as_str));
        all.dedup();
        all
    }
}

impl PolygonSource {
    /// The names of properties that the file must have.
    pub(crate) fn declared(&self) -> Vec<&str> {
        self.properties.all()
    }

    /// Everything in the definition that cannot be right. `definition` is the TOML file, for the findings.
    pub fn check(&self, definition: &str, lists: &CodeLists) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        let mut wrong = |found: String, expected: &str| {
            let place = Place::file(definition);
            findings.push(Diagnostic::new(Severity::Error, Rule::Definition, place, found, expected).of(&self.id));
        };
        if self.file.is_empty() || self.file.starts_with(['/', '\\']) || self.file.split(['/', '\\']).any(|p| p == "..")
        {
            wrong(format!("`file = \"{}\"`", self.file), "a file inside the folder of inputs, as `ods/ods.geojson`");
        }
        for (id, area) in self.areas.iter().filter(|(_, area)| lists.areas.get(area).is_none()) {
            wrong(format!("area `{area}` of `{id}`"), "a code of the code list of areas");
        }
        findings
    }
}
