//! How a log of cases is counted.

use std::collections::BTreeMap;

use lagesbild_model::{AreaId, OverlayId};
use serde::Deserialize;

/// How a log of cases is counted: what its entries say of themselves decides the overlays that they count in.
///
/// ```
/// use lagesbild_stats::definition::{CaseKind, CaseRule};
///
/// let rule: CaseRule = toml::from_str(
///     "within = 'kungsholmen-sdo'\nrepeats = 'left-out'\n[kinds]\nklotter = [{ category = 'Klotter' }, { category = 'Renhållning', subcategory = 'Klotter' }]",
/// )?;
/// assert_eq!(rule.kinds.len(), 1);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CaseRule {
    /// The area that the log is of: all its cases lie there. In any other, those whose own area it is.
    pub within: AreaId,
    /// Whether a case that repeats an earlier one counts.
    pub repeats: Repeats,
    /// The cases that count in each overlay. A kind that has moved from one category to another has a line for each, and so stays the
    /// same over time.
    pub kinds: BTreeMap<OverlayId, Vec<CaseKind>>,
}

/// Whether a case that repeats an earlier one, as a second report of the same lamp, counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repeats {
    /// Each report counts.
    Counted,
    /// Each matter counts once.
    LeftOut,
}

/// Cases that are alike, by the words of the log; what is not given may be anything.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CaseKind {
    /// The kind of case.
    #[serde(default)]
    pub category: Option<String>,
    /// The kind inside the kind.
    #[serde(default)]
    pub subcategory: Option<String>,
    /// The way by which it was reported.
    #[serde(default)]
    pub channel: Option<String>,
}
