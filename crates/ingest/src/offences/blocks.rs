//! A file in blocks of whole records, digested on the way.

use std::io::{ErrorKind, Read};

use lagesbild_model::{Digest, DigestInParts};

use super::record::{Ends, record_ends};

/// The bytes of a block; the record that stands over its end is part of the next one.
const BLOCK: usize = 16 << 20;
/// The most bytes of one record.
pub(super) const LONGEST_RECORD: usize = 1 << 20;

/// Whole records.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) bytes: Vec<u8>,
    /// Whether it is the first of its file.
    pub(super) is_first: bool,
    /// Why nothing follows, where that is no ordinary end.
    pub(super) broken: Option<Broken>,
}

/// Why a file could not be read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// The file system refused.
    Unreadable(ErrorKind),
    /// A record that does not end: a quotation mark that is never closed, or no line breaks.
    Endless,
}

/// The blocks of a file, one after the other.
#[derive(Debug)]
pub(super) struct Blocks<R> {
    input: R,
    delimiter: u8,
    digest: DigestInParts,
    /// Read, and not yet part of a block.
    left: Vec<u8>,
    begun: bool,
    done: bool,
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(input: R, delimiter: u8) -> Self {
        Blocks { input, delimiter, digest: DigestInParts::default(), left: Vec::new(), begun: false, done: false }
    }

    /// Passes over what has not been read, and gives the digest of the whole file.
    pub(super) fn digest(mut self) -> Digest {
        let mut rest = vec![0; 1 << 20];
        loop {
            match self.input.read(&mut rest) {
                Ok(0) => break,
                Ok(read) => self.digest.update(rest.get(..read).unwrap_or_default()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        self.digest.finish()
    }

    /// Fills `bytes` up to the length of a block; whether the file has ended.
    fn fill(&mut self, bytes: &mut Vec<u8>) -> Result<bool, ErrorKind> {
        let wanted = BLOCK.saturating_sub(bytes.len());
        let before = bytes.len();
        let read = (&mut self.input).take(wanted as u64).read_to_end(bytes);
        self.digest.update(bytes.get(before..).unwrap_or_default());
        read.map(|read| read < wanted).map_err(|error| error.kind())
    }
}

impl<R: Read> Iterator for Blocks<R> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        if self.done {
            return None;
        }
        let is_first = !self.begun;
        self.begun = true;
        let mut bytes = Vec::with_capacity(BLOCK + 1);
        bytes.append(&mut self.left);
        let mut broken = None;
        match self.fill(&mut bytes) {
            Err(kind) => {
                broken = Some(Broken::Unreadable(kind));
                self.done = true;
            }
            Ok(ended) => self.done = ended,
        }
        if is_first && bytes.starts_with(b"\xEF\xBB\xBF") {
            bytes.drain(..3);
        }
        let Ends { last, endless } = record_ends(&bytes, self.delimiter, LONGEST_RECORD);
        if endless {
            broken = broken.or(Some(Broken::Endless));
            self.done = true;
        }
        if !self.done || broken.is_some() {
            // What begins here ends in the next block, or nowhere.
            self.left = bytes.split_off(last);
        }
        (is_first || !bytes.is_empty() || broken.is_some())
            .then_some(Block { bytes, is_first, broken })
            .filter(|block| !(block.is_first && block.bytes.is_empty() && block.broken.is_none()))
    }
}
