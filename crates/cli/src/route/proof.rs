//! The proof of reading, without a release: what every file gave, and whether sources that should agree do.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use lagesbild_ingest::RevisionSummary;
use lagesbild_model::store::{write_responses, write_table};
use lagesbild_model::table::{Accounting, Published, Quarantined, Variable};
use lagesbild_model::{Diagnostic, SourceId};

use super::tabulated::Tabulated;
use super::{Agreement, Inputs, RouteError, barren, compared, io_error};
use crate::project::Project;

/// What `check` has found.
#[derive(Debug)]
pub(crate) struct Proof {
    pub(crate) findings: Vec<Diagnostic>,
    pub(crate) accounting: Vec<Accounting>,
    pub(crate) quarantine: Vec<Quarantined>,
    pub(crate) agreements: Vec<Agreement>,
    pub(crate) revisions: Vec<RevisionSummary>,
    /// Sources that gave nothing; a run would not publish, and so nothing was compared.
    pub(crate) barren: Vec<SourceId>,
}

/// Reads every source and holds the indicators against each other, as a run does.
pub(crate) fn prove(project: &Project, as_of: Option<Date>) -> Result<Proof, RouteError> {
    let scratch = Scratch::new()?;
    let readings = Inputs::load(project).read(project, as_of, scratch.path())?;
    let barren = barren(project, &readings);
    let ledger = compared(project, &readings);
    let mut proof = Proof {
        findings: readings.iter().flat_map(|reading| reading.diagnostics.clone()).collect(),
        accounting: readings.iter().flat_map(|reading| reading.accounting.clone()).collect(),
        quarantine: readings.iter().flat_map(|reading| reading.quarantine.clone()).collect(),
        agreements: Vec::new(),
        revisions: ledger.summaries,
        barren,
    };
    proof.findings.extend(ledger.findings);
    proof.findings.extend(project.left_out.iter().cloned());
    let formats = project.reports.iter().flat_map(|report| &report.content.formats);
    proof.findings.extend(formats.filter_map(|format| format.template_finding(&project.templates)));
    if proof.barren.is_empty() && project.has_indicators() {
        let (mut counts, mut variables, mut published) = (Vec::new(), Vec::new(), Vec::new());
        for reading in readings {
            counts.extend(reading.counts);
            variables.extend(reading.variables);
            published.extend(reading.published);
            if let Some(responses) = reading.responses {
                write_responses(scratch.path(), &responses, &[])?;
            }
        }
        write_table(scratch.path(), counts, &[])?;
        write_table::<Variable>(scratch.path(), variables, &[])?;
        write_table::<Published>(scratch.path(), published, &[])?;
        write_table::<Quarantined>(scratch.path(), proof.quarantine.clone(), &[])?;
        let tabulated = Tabulated::of(project, scratch.path())?;
        proof.findings.extend(tabulated.findings);
        proof.agreements = tabulated.agreements;
    }
    Ok(proof)
}

/// A folder among the system's temporary ones; gone when it is dropped. `check` writes nowhere else.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, RouteError> {
        let folder = std::env::temp_dir().join(format!("lagesbild-check-{}", std::process::id()));
        fs::create_dir(&folder).map_err(io_error("create", &folder))?;
        Ok(Scratch(folder))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Whatever is left is the system's to sweep.
        let _ = fs::remove_dir_all(&self.0);
    }
}
