//! A file in blocks of whole records, digested on the way.

use std::io::{ErrorKind, Read};

use lagesbild_model::Digest;

use super::record::{Ends, record_ends};
use super::unpacked::{Fault, Unpacked};

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
    /// It is not packed as it should be.
    Packed(Fault),
    /// A record that does not end: a quotation mark that is never closed, or no line breaks.
    Endless,
    /// Hardly a row of a whole block fits the definition.
    Unfit,
}

/// The blocks of a file, one after the other.
#[derive(Debug)]
pub(super) struct Blocks<R> {
    input: Unpacked<R>,
    delimiter: u8,
    /// Read, and not yet part of a block.
    left: Vec<u8>,
    begun: bool,
    done: bool,
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(input: R, delimiter: u8) -> Self {
        Blocks { input: Unpacked::new(input), delimiter, left: Vec::new(), begun: false, done: false }
    }

    /// Passes over what has not been read, and gives the digest of the whole file as it lies on the disk.
    pub(super) fn digest(self) -> Digest {
        self.input.digest()
    }

    /// Fills `bytes` up to the length of a block; whether the file has ended.
    fn fill(&mut self, bytes: &mut Vec<u8>) -> Result<bool, Broken> {
        let wanted = BLOCK.saturating_sub(bytes.len());
        let read = (&mut self.input).take(wanted as u64).read_to_end(bytes);
        read.map(|read| read < wanted).map_err(|error| {
            let fault = error.get_ref().and_then(|inner| inner.downcast_ref::<Fault>());
            fault.map_or(Broken::Unreadable(error.kind()), |fault| Broken::Packed(*fault))
        })
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
            Err(why) => {
                broken = Some(why);
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
