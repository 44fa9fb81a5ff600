//! The files of the sources. Most are read whole; a register of offences may be larger than memory and is only ever a
//! stream: digested once to know whether anything has changed, and once more while its rows go to the store.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use lagesbild_ingest::{OffenceSource, Reading, Source, missing_file, read_offences, read_source};
use lagesbild_model::store::{EncodedGroup, GroupEncoder, Input, StoreError, Stream, open_stream};
use lagesbild_model::table::Offences;
use lagesbild_model::{Diagnostic, Digest, DigestInParts, Place, Rule, SOFTWARE, Severity};
use rayon::prelude::*;

use super::{BUILD, RouteError, known, tolerated};
use crate::project::{Defined, Project};

/// A file that is there.
struct Loaded {
    content: Content,
    digest: Digest,
    length: u64,
}

enum Content {
    Bytes(Vec<u8>),
    Stream(PathBuf),
}

/// The files of all sources, in the order of the project; a finding where one is not there.
pub(crate) struct Inputs(Vec<Result<Loaded, Box<Diagnostic>>>);

impl Inputs {
    pub(crate) fn load(project: &Project) -> Self {
        let one = |source: &Source| {
            let path = project.inputs.join(source.file());
            load(source, path).map_err(|error| Box::new(missing_file(source, &project.inputs, &error)))
        };
        Inputs(project.sources.par_iter().map(|source| one(&source.content)).collect())
    }

    pub(super) fn fingerprint(&self, project: &Project, as_of: Option<Date>) -> Digest {
        let digests: Vec<String> = self
            .0
            .iter()
            .map(|input| input.as_ref().map_or_else(|_| "missing".to_owned(), |loaded| loaded.digest.to_string()))
            .collect();
        let definitions = project.fingerprint.to_string();
        let as_of = as_of.map_or_else(|| "everything".to_owned(), |day| day.to_string());
        let settings = [SOFTWARE, BUILD, definitions.as_str(), as_of.as_str()];
        let parts = settings.into_iter().chain(digests.iter().map(String::as_str));
        Digest::of_parts(parts.map(str::as_bytes))
    }

    /// Whether each file is there, in the order of the project.
    pub(super) fn there(&self) -> impl Iterator<Item = bool> {
        self.0.iter().map(Result::is_ok)
    }

    /// Digest and length of each file that is there, in the order of the project.
    pub(super) fn digests(&self) -> impl Iterator<Item = Option<(Digest, u64)>> {
        self.0.iter().map(|input| input.as_ref().ok().map(|loaded| (loaded.digest, loaded.length)))
    }

    /// Reads every source; none stops another. With `as_of`, only what was known on that day is kept. The rows of registers
    /// of offences go to the folder `store`.
    pub(crate) fn read(
        &self,
        project: &Project,
        as_of: Option<Date>,
        store: &Path,
    ) -> Result<Vec<Reading>, RouteError> {
        let mut readings: Vec<Option<Reading>> = project
            .sources
            .par_iter()
            .zip(&self.0)
            .map(|(source, input)| match input {
                Ok(Loaded { content: Content::Bytes(bytes), .. }) => {
                    let reading = read_source(&source.content, source.content.file(), bytes, &project.lists);
                    Some(match as_of {
                        Some(day) => known::on(day, &source.content, reading),
                        None => reading,
                    })
                }
                Ok(Loaded { content: Content::Stream(_), .. }) => None,
                Err(missing) => Some(Reading::nothing(Digest::of(&[]), vec![missing.as_ref().clone()])),
            })
            .collect();
        self.read_registers(project, as_of, store, &mut readings)?;
        let tolerated = |(source, reading): (&Defined<Source>, Option<Reading>)| {
            let share = project.pipeline.set_aside.get(source.content.id());
            let reading = reading?;
            Some(match share {
                Some(share) => tolerated::within(*share, &source.content, reading),
                None => reading,
            })
        };
        Ok(project.sources.iter().zip(readings).filter_map(tolerated).collect())
    }

    /// Reads the registers of offences one after the other, in the order of the table that they go to.
    fn read_registers(
        &self,
        project: &Project,
        as_of: Option<Date>,
        store: &Path,
        readings: &mut [Option<Reading>],
    ) -> Result<(), RouteError> {
        let mut registers: Vec<(usize, &OffenceSource, &Path, Digest)> = Vec::new();
        for (at, (source, input)) in project.sources.iter().zip(&self.0).enumerate() {
            if let (Source::Offences(source), Ok(Loaded { content: Content::Stream(path), digest, .. })) =
                (&source.content, input)
            {
                registers.push((at, source, path, *digest));
            }
        }
        let any = project.sources.iter().any(|source| matches!(source.content, Source::Offences(_)));
        registers.sort_by(|a, b| a.1.id.cmp(&b.1.id));
        if !any {
            return Ok(());
        }
        let (mut stream, encoder) = open_stream(store)?;
        let mut inputs = Vec::new();
        for (at, source, path, digest) in registers {
            if let Some(day) = as_of.filter(|day| source.extracted.0 > *day) {
                if let Some(slot) = readings.get_mut(at) {
                    *slot = Some(known::register_left_out(day, source, digest));
                }
                continue;
            }
            let file = File::open(path).map_err(super::io_error("open", path))?;
            let mut keep = |batches: Vec<Offences>| keep(&mut stream, &encoder, &batches);
            let mut reading = read_offences(source, &source.file, file, &project.lists, &mut keep)?;
            if reading.sha256 != digest {
                reading.offences = 0;
                reading.diagnostics.push(changed(source));
            }
            inputs.push(Input { file: source.file.clone(), sha256: reading.sha256 });
            if let Some(slot) = readings.get_mut(at) {
                *slot = Some(reading);
            }
        }
        stream.finish(&inputs)?;
        Ok(())
    }
}

/// Encodes row groups in parallel, and puts them into the file in their order.
fn keep(stream: &mut Stream, encoder: &GroupEncoder, batches: &[Offences]) -> Result<(), StoreError> {
    let groups: Vec<Result<EncodedGroup, StoreError>> = batches.par_iter().map(|batch| encoder.encode(batch)).collect();
    groups.into_iter().try_for_each(|group| stream.append(group?))
}

fn changed(source: &OffenceSource) -> Diagnostic {
    let place = Place::file(&source.file);
    Diagnostic::new(Severity::Error, Rule::Malformed, place, "a file that changed while it was read", "a file at rest")
        .hint("run again when the copying is done")
        .of(&source.id)
}

fn load(source: &Source, path: PathBuf) -> io::Result<Loaded> {
    if matches!(source, Source::Offences(_)) {
        let (digest, length) = digest_file(&path)?;
        return Ok(Loaded { content: Content::Stream(path), digest, length });
    }
    let bytes = fs::read(path)?;
    Ok(Loaded { digest: Digest::of(&bytes), length: bytes.len() as u64, content: Content::Bytes(bytes) })
}

/// Digest and length of a file of any size.
pub(crate) fn digest_file(path: &Path) -> io::Result<(Digest, u64)> {
    let mut file = File::open(path)?;
    let (mut digest, mut length) = (DigestInParts::default(), 0);
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok((digest.finish(), length)),
            Ok(read) => {
                digest.update(buffer.get(..read).unwrap_or_default());
                length += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
