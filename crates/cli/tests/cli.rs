//! The command `lagesbild`, driven as people and schedulers drive it: the built binary, in a folder of its own, with
//! copies of the pipeline and the sample. What a test expects was computed by other software or by hand, and says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on stops")]

#[path = "cli/calc.rs"]
mod calc;
#[path = "cli/calls.rs"]
mod calls;
#[path = "cli/cases.rs"]
mod cases;
#[path = "cli/claim_documents.rs"]
mod claim_documents;
#[path = "cli/claims.rs"]
mod claims;
#[path = "cli/crosstab_faults.rs"]
mod crosstab_faults;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/figures.rs"]
mod figures;
#[path = "cli/inspect.rs"]
mod inspect;
#[path = "cli/kill.rs"]
mod kill;
#[path = "cli/overlays.rs"]
mod overlays;
#[path = "cli/personal.rs"]
mod personal;
#[path = "cli/quarantine.rs"]
mod quarantine;
#[path = "cli/query.rs"]
mod query;
#[path = "cli/rates.rs"]
mod rates;
#[path = "cli/registers.rs"]
mod registers;
#[path = "cli/release.rs"]
mod release;
#[path = "cli/report_faults.rs"]
mod report_faults;
#[path = "cli/revisions.rs"]
mod revisions;
#[path = "cli/route.rs"]
mod route;
#[path = "cli/series.rs"]
mod series;
#[path = "cli/sheets.rs"]
mod sheets;
#[path = "cli/snapshots.rs"]
mod snapshots;
#[path = "cli/sources.rs"]
mod sources;
#[path = "cli/support.rs"]
mod support;
#[path = "cli/survey_faults.rs"]
mod survey_faults;
#[path = "cli/surveys.rs"]
mod surveys;
#[path = "cli/templates.rs"]
mod templates;
#[path = "cli/twins.rs"]
mod twins;
#[path = "cli/weekly_faults.rs"]
mod weekly_faults;
#[path = "cli/whole.rs"]
mod whole;
#[path = "cli/wordings.rs"]
mod wordings;
