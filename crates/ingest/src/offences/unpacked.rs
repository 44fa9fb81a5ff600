//! A register as its sender packed it: plain, `.gz` or `.zip`, unpacked while it is read and digested as it lies on the disk.
//!
//! A zip is read from its front, as a stream: its first file must be the text, and no other may follow.

use std::fmt;
use std::io::{self, BufRead as _, BufReader, Cursor, ErrorKind, Read, Take};

use flate2::Crc;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder};
use lagesbild_model::{Digest, DigestInParts};

use crate::read::{Magic, magic};

/// No honest text of more than [`RATIO_FROM`] bytes shrinks further than this.
const MAX_RATIO: u64 = 150;
const RATIO_FROM: u64 = 16 << 20;
/// The bytes among which the header of a zip's first file stands.
const HEAD: usize = 4096;
/// How the names of text files end.
const ENDINGS: [&[u8]; 4] = [b".csv", b".tsv", b".tab", b".txt"];

/// What is wrong with the packing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It unpacks to more than any text.
    Bomb,
    /// It holds more than one file.
    Several,
    /// Its bytes make no sense, or end too early.
    Damaged,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::Bomb => "a packed file that unpacks to more than 150 times its size",
            Fault::Several => "a zip of several files",
            Fault::Damaged => "a packed file that is damaged or cut",
        })
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        io::Error::new(ErrorKind::InvalidData, fault)
    }
}

/// The file as it lies on the disk.
#[derive(Debug)]
struct Raw<R> {
    /// Bytes that were looked at and are read again.
    head: Cursor<Vec<u8>>,
    input: R,
    digest: DigestInParts,
    length: u64,
}

impl<R: Read> Read for Raw<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match self.head.read(buffer)? {
            0 => self.input.read(buffer)?,
            read => read,
        };
        self.digest.update(buffer.get(..read).unwrap_or_default());
        self.length += read as u64;
        Ok(read)
    }
}

impl<R: Read> Raw<R> {
    fn digest(mut self) -> Digest {
        let mut rest = vec![0; 1 << 20];
        loop {
            match self.read(&mut rest) {
                Ok(0) => break,
                Err(error) if error.kind() != ErrorKind::Interrupted => break,
                _ => {}
            }
        }
        self.digest.finish()
    }
}

/// The text of a register.
#[derive(Debug)]
pub(super) struct Unpacked<R> {
    packing: Packing<R>,
    /// Bytes given so far.
    given: u64,
}

#[derive(Debug)]
enum Packing<R> {
    Plain(Raw<R>),
    Gzip(Box<MultiGzDecoder<BufReader<Raw<R>>>>),
    Deflated(Box<DeflateDecoder<BufReader<Raw<R>>>>, Entry),
    Stored(Take<BufReader<Raw<R>>>, Entry),
}

/// The file inside a zip.
#[derive(Debug)]
struct Entry {
    crc: Option<u32>,
    sum: Crc,
    ended: bool,
}

impl<R: Read> Unpacked<R> {
    /// Finds out how `input` is packed; what goes wrong in that comes again when it is read.
    pub(super) fn new(mut input: R) -> Self {
        let mut head = Vec::new();
        while head.len() < HEAD {
            let mut step = [0; HEAD];
            let wanted = HEAD - head.len();
            match input.read(step.get_mut(..wanted).unwrap_or_default()) {
                Ok(0) => break,
                Ok(read) => head.extend_from_slice(step.get(..read).unwrap_or_default()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        let kind = magic(&head);
        let local = if kind == Magic::Zip { Local::first(&head) } else { None };
        let raw = Raw { head: Cursor::new(head), input, digest: DigestInParts::default(), length: 0 };
        let packing = match (kind, local) {
            (Magic::Gzip, _) => Packing::Gzip(Box::new(MultiGzDecoder::new(BufReader::new(raw)))),
            (_, Some(local)) => local.open(raw),
            _ => Packing::Plain(raw),
        };
        Unpacked { packing, given: 0 }
    }

    /// Passes over what has not been read, and gives the digest of the file as it lies on the disk.
    pub(super) fn digest(self) -> Digest {
        match self.packing {
            Packing::Plain(raw) => raw.digest(),
            Packing::Gzip(decoder) => decoder.into_inner().into_inner().digest(),
            Packing::Deflated(decoder, _) => decoder.into_inner().into_inner().digest(),
            Packing::Stored(rest, _) => rest.into_inner().into_inner().digest(),
        }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let damaged = |error: io::Error| match error.kind() {
            ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof => Fault::Damaged.into(),
            _ => error,
        };
        let (read, packed) = match &mut self.packing {
            Packing::Plain(raw) => return raw.read(buffer),
            Packing::Gzip(decoder) => (decoder.read(buffer).map_err(damaged)?, decoder.get_ref().get_ref().length),
            Packing::Deflated(decoder, entry) => {
                let read = decoder.read(buffer).map_err(damaged)?;
                entry.take(buffer.get(..read).unwrap_or_default());
                if read == 0 && !buffer.is_empty() {
                    entry.end(decoder.get_mut())?;
                }
                (read, decoder.get_ref().get_ref().length)
            }
            Packing::Stored(rest, entry) => {
                let read = rest.read(buffer)?;
                entry.take(buffer.get(..read).unwrap_or_default());
                if read == 0 && !buffer.is_empty() {
                    if rest.limit() > 0 {
                        return Err(Fault::Damaged.into());
                    }
                    entry.end(rest.get_mut())?;
                }
                (read, rest.get_ref().get_ref().length)
            }
        };
        self.given += read as u64;
        if self.given > RATIO_FROM && self.given / packed.max(1) > MAX_RATIO {
            return Err(Fault::Bomb.into());
        }
        Ok(read)
    }
}

impl Entry {
    fn take(&mut self, bytes: &[u8]) {
        self.sum.update(bytes);
    }

    /// Holds the content against its checksum, and looks at what follows.
    fn end(&mut self, rest: &mut impl Read) -> io::Result<()> {
        if self.ended {
            return Ok(());
        }
        self.ended = true;
        let mut four = || {
            let mut four = [0; 4];
            rest.read_exact(&mut four).map(|()| four).map_err(|_| io::Error::from(Fault::Damaged))
        };
        let mut next = four()?;
        let crc = match self.crc {
            Some(crc) => crc,
            None => {
                // The checksum and sizes stand behind the content, with a mark or without, in 32 or in 64 bits.
                let crc = if next == *b"PK\x07\x08" { four()? } else { next };
                four()?;
                four()?;
                next = four()?;
                if !next.starts_with(b"PK") {
                    four()?;
                    next = four()?;
                }
                u32::from_le_bytes(crc)
            }
        };
        if self.sum.sum() != crc {
            return Err(Fault::Damaged.into());
        }
        if next != *b"PK\x03\x04" {
            return Ok(());
        }
        // What the Finder of macOS puts beside a file is none.
        let mut header = vec![0; 26];
        rest.read_exact(&mut header).map_err(|_| Fault::Damaged)?;
        let length = header.get(22..24).and_then(|two| two.try_into().ok()).map_or(0, u16::from_le_bytes);
        let mut name = vec![0; usize::from(length)];
        rest.read_exact(&mut name).map_err(|_| Fault::Damaged)?;
        if name.starts_with(b"__MACOSX/") { Ok(()) } else { Err(Fault::Several.into()) }
    }
}

/// The header of the text file in a zip.
struct Local {
    /// Where its content begins.
    begin: usize,
    flags: u16,
    deflated: bool,
    crc: u32,
    packed: u32,
}

impl Local {
    /// The first file of a zip that begins with `head`, folders passed over; none where it is no text file.
    fn first(head: &[u8]) -> Option<Self> {
        let mut at = 0;
        loop {
            let header = head.get(at..)?.strip_prefix(b"PK\x03\x04")?;
            let two = |from: usize| header.get(from..from + 2)?.try_into().ok().map(u16::from_le_bytes);
            let four = |from: usize| header.get(from..from + 4)?.try_into().ok().map(u32::from_le_bytes);
            let (flags, method, crc, packed) = (two(2)?, two(4)?, four(10)?, four(14)?);
            let (name, extra) = (usize::from(two(22)?), usize::from(two(24)?));
            let begin = at + 30 + name + extra;
            let name = header.get(26..26 + name)?;
            if name.ends_with(b"/") && packed == 0 {
                at = begin;
                continue;
            }
            let lower = name.to_ascii_lowercase();
            let is_text = ENDINGS.iter().any(|ending| lower.ends_with(ending)) && !lower.starts_with(b"__macosx/");
            let deflated = method == 8;
            // A stored file tells its end by its size alone.
            let sound = flags & 1 == 0 && (deflated || (method == 0 && flags & 8 == 0 && packed != u32::MAX));
            return (is_text && sound).then_some(Local { begin, flags, deflated, crc, packed });
        }
    }

    fn open<R: Read>(self, raw: Raw<R>) -> Packing<R> {
        let mut rest = BufReader::new(raw);
        let mut left = self.begin;
        while left > 0 {
            let step = rest.fill_buf().map_or(0, |bytes| bytes.len().min(left));
            if step == 0 {
                break;
            }
            rest.consume(step);
            left -= step;
        }
        let crc = (self.flags & 8 == 0).then_some(self.crc);
        let entry = Entry { crc, sum: Crc::new(), ended: false };
        if self.deflated {
            Packing::Deflated(Box::new(DeflateDecoder::new(rest)), entry)
        } else {
            Packing::Stored(rest.take(u64::from(self.packed)), entry)
        }
    }
}
