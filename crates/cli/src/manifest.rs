//! What a release says of itself: `manifest.json`.

use std::collections::BTreeMap;
use std::path::Path;

use lagesbild_model::release::MANIFEST;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::route::digest_file;

/// The description of one release. Holds no clock, no path outside the release and nothing of the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// Software and version.
    pub(crate) software: String,
    /// Digest of the code that made the release.
    pub(crate) build: String,
    /// The pipeline.
    pub(crate) pipeline: String,
    /// The pipeline's name for readers.
    pub(crate) label: String,
    /// The pipeline's parameters.
    pub(crate) parameters: BTreeMap<String, String>,
    /// The day whose knowledge the release was computed from; null for everything.
    #[serde(default)]
    pub(crate) as_of: Option<String>,
    /// Digest of everything that went in: code, definitions, code lists, parameters and inputs.
    pub(crate) fingerprint: String,
    /// The inputs, by file.
    pub(crate) inputs: Vec<File>,
    /// The outputs, by path in the release.
    pub(crate) outputs: Vec<File>,
    /// Number of rows per table of the store.
    pub(crate) rows: BTreeMap<String, u64>,
    /// Number of findings by severity.
    pub(crate) findings: BTreeMap<String, u64>,
}

/// A file with its digest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct File {
    /// Path with `/` between folders.
    pub(crate) file: String,
    /// SHA-256 in hexadecimal digits.
    pub(crate) sha256: String,
    /// Size in bytes.
    pub(crate) bytes: u64,
}

impl Manifest {
    /// The manifest of the release in `folder`, if it can be read.
    pub(crate) fn read(folder: &Path) -> Option<Manifest> {
        serde_json::from_slice(&std::fs::read(folder.join(MANIFEST)).ok()?).ok()
    }

    /// Whether every output is still there as it was written. A file that somebody edited is not.
    pub(crate) fn is_whole(&self, folder: &Path) -> bool {
        self.outputs.par_iter().all(|output| {
            digest_file(&folder.join(&output.file)).is_ok_and(|(digest, _)| digest.to_string() == output.sha256)
        })
    }
}
